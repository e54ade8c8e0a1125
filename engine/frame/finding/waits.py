"""Threads that wait: in a circle, for ever, or long."""

from typing import Literal, TypeAlias

from engine.frame.finding.about import About, FindingKind, Plain
from engine.frame.states import State
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.records import Kind

# What ended a circle: nothing yet, the program's end that cut its threads off, a time-out, a switch, another thread
# that gave back what was waited for, or whoever ended the run.
Broken: TypeAlias = Literal["", "cut", "time-out", "switch", "freed", "stopped"]


@lazy_dataclass(frozen=True)
class Waiter:
    """One of the threads that wait, for a sentence about them."""

    name: str
    goal: str  # the name of the thing, thread or task that it waits for
    state: State
    line: int = 0
    file: str = ""
    held: str = ""  # the lock that it has itself and the one before it waits for
    act: Kind = Kind.TICK  # what it wanted of the thing
    owner: str = ""  # the thread that has the lock
    itself: bool = False  # what it waits for is its own end, or the lock that it has


@lazy_dataclass(frozen=True, kw_only=True)
class Deadlock(About):
    """Threads of which each waits for the next, the last for the first; or one that waits for itself."""

    kind: FindingKind = FindingKind.DEADLOCK
    cycle: tuple[Waiter, ...]
    form: Broken = ""
    times: int = 1  # how often they stood so; the interval is that of the first time

    @property
    def freed(self) -> float:
        """Seconds: from then on one of them went on all the same, or was cut off; 0: none did."""
        return 0.0 if self.form == "stopped" else self.until


@lazy_dataclass(frozen=True, kw_only=True)
class Stuck(About):
    """Every living thread waits, and none can wake another."""

    kind: FindingKind = FindingKind.STUCK
    waiters: tuple[Waiter, ...]
    pool: str = ""  # each of whose workers waits for a task that only this pool could begin


@lazy_dataclass(frozen=True, kw_only=True)
class HeldLong(About):
    """A lock that one thread held long in all while others waited for it."""

    kind: FindingKind = FindingKind.HELD_LONG
    thing: str
    seconds: float  # of two figures


@lazy_dataclass(frozen=True, kw_only=True)
class TwoHolders(Plain):
    """Ours: a lock that seems to be held twice."""

    kind: FindingKind = FindingKind.TWO_HOLDERS
    thing: str
    count: int
