"""Facts about processes that share nothing, or could not start: a part of `engine.protocol.messages`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Union

from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.numbers import Count, Id, Lane, Place
from engine.protocol.still_facts import StillFact


@lazy_dataclass(frozen=True)
class NotStartedFact:
    """A process was not started: start() raised."""

    thread: Lane  # the process's
    by: Lane
    place: Place
    time: Count  # nanoseconds of program time
    error: str  # in one line


@lazy_dataclass(frozen=True)
class OwnCopyFact:
    """A process changed a variable that it has a copy of; sent again when it changes it once more."""

    thread: Lane  # the process's
    name: str
    before: str  # in a few characters
    after: str
    mark: str  # of what it was when the process began: the same text, the same value
    written: Place
    read: Place  # where the parent reads it
    time: Count  # nanoseconds of program time
    handed: bool = False  # it is no name of the module, and the parent gives it no other value


@lazy_dataclass(frozen=True)
class ParentNamesFact:
    """What names of the program's module are at its end that other processes may have changed for themselves."""

    marks: Mapping[str, str]  # name -> as in OwnCopyFact


@lazy_dataclass(frozen=True)
class ManagerCopyFact:
    """Something fetched from an object of a Manager was changed, and neither put back nor looked at again."""

    thread: Lane
    name: str  # as the program's text has it, such as 'shared["all"]'
    before: str  # in a few characters
    after: str
    place: Place
    time: Count  # nanoseconds of program time


@lazy_dataclass(frozen=True)
class SharedValueFact:
    """What a process has added to a Value so far; whoever made it says what it was and is."""

    thing: Id
    thread: Lane  # the process's
    added: int
    count: Count  # how often
    unlocked: Count  # how often without its lock
    other: bool  # something else was written, so nobody knows what it should be
    place: Place  # of the first addition without the lock
    time: Count  # nanoseconds of program time
    first: int | None = None
    last: int = 0


@lazy_dataclass(frozen=True)
class SharedThingFact:
    """A lock, queue ... of multiprocessing: it is the same one in every process, where others are copied by a fork."""

    thing: Id


ProcessFact = Union[
    SharedThingFact, NotStartedFact, OwnCopyFact, ParentNamesFact, ManagerCopyFact, SharedValueFact, StillFact
]
