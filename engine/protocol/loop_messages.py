"""Facts about event loops that are used wrongly: a part of `engine.protocol.messages`."""

from __future__ import annotations

from typing import Union

from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.numbers import Count, Lane, Place


@lazy_dataclass(frozen=True)
class LoopBlockedFact:
    """One step of a task, or one function that a loop called, kept the loop for long from what was due."""

    thread: Lane  # the task's lane, or that of the loop's thread
    began: Count  # nanoseconds of program time
    until: Count
    due: tuple[Lane, ...] = ()  # tasks that could not go on meanwhile, the first few


@lazy_dataclass(frozen=True)
class LoopStrayFact:
    """A thread gave a loop of another one something to do as only the loop's own thread may; again when it was done."""

    number: Count  # of the call, so that both facts belong together
    thread: Lane
    loop: Lane  # of the thread that runs the loop
    place: Place
    time: Count  # nanoseconds of program time
    taken: Count | None = None  # when the loop took notice, None: it has not


@lazy_dataclass(frozen=True)
class LoopSelfWaitFact:
    """The thread of a loop waits for a result that only this loop can make."""

    thread: Lane
    place: Place
    time: Count  # nanoseconds of program time
    name: str  # of what it waits for, such as "answer()"
    timed: bool = False


@lazy_dataclass(frozen=True)
class TaskCutFact:
    """The end of a loop's last call cancelled a task that would have come to an end of its own."""

    thread: Lane
    place: Place  # where it stood
    time: Count  # nanoseconds of program time


LoopFact = Union[LoopBlockedFact, LoopStrayFact, LoopSelfWaitFact, TaskCutFact]
