"""Event loops: blocked, waited for by themselves, used from another thread; tasks that their end cut off."""

from typing import Literal

from engine.frame.finding.about import About, FindingKind, Plain
from engine.protocol.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True, kw_only=True)
class LoopBlocked(About):
    """A line of a coroutine that kept the event loop from tasks or timers that were due."""

    kind: FindingKind = FindingKind.LOOP_BLOCKED
    form: Literal["sleep", "wait", "work", "other", "stands"]
    seconds: float  # the longest time; where it stands so still, since when
    times: int = 1  # how often
    total: float = 0.0  # seconds in all
    goal: str = ""  # what was waited for
    kept: tuple[str, ...] = ()  # names of tasks that could not go on


@lazy_dataclass(frozen=True, kw_only=True)
class LoopWaitsForItself(Plain):
    """A loop's own thread waits for the result of a coroutine that only this loop can run."""

    kind: FindingKind = FindingKind.LOOP_WAITS_FOR_ITSELF
    form: Literal["for-ever", "timed"]
    goal: str  # what it waits for, such as "answer()"


@lazy_dataclass(frozen=True, kw_only=True)
class LoopStray(Plain):
    """A thread that uses what belongs to the loop of another one."""

    kind: FindingKind = FindingKind.LOOP_STRAY
    form: Literal["never", "late", "unsafe"]
    owner: str  # the thread that runs the loop
    seconds: float = 0.0  # until the loop took notice


@lazy_dataclass(frozen=True, kw_only=True)
class TaskCutOff(Plain):
    """A task that was still at work when asyncio.run came to its end."""

    kind: FindingKind = FindingKind.TASK_CUT_OFF
