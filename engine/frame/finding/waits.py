"""Threads that wait: in a circle, for ever, or long."""

from typing import Literal, TypeAlias

from engine.frame.finding.about import About, FindingKind, Plain
from engine.frame.states import State
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.records import Kind
from engine.protocol.still_facts import WaitCause

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
    taken: int = 0  # the line where it took the lock that it has, 0 is unknown
    taken_file: str = ""
    library: str = ""  # that has made the lock it waits for, such as "logging"
    of: str = ""  # the class of the object that has this lock
    held_library: str = ""  # the same of the lock that it has
    held_of: str = ""


@lazy_dataclass(frozen=True)
class Standing:
    """A thread or task that waits while nothing in the program moves."""

    name: str
    cause: WaitCause  # what it waits in; WATCHED: its state and what it wanted say so
    state: State = State.RUNNING
    wanted: Kind = Kind.TICK
    goal: str = ""  # the thing, thread or task that it waits for
    owner: str = ""  # the thread that has the lock
    call: str = ""  # the function that it is in
    line: int = 0
    file: str = ""


@lazy_dataclass(frozen=True, kw_only=True)
class Deadlock(About):
    """Threads of which each waits for the next, the last for the first; or one that waits for itself."""

    kind: FindingKind = FindingKind.DEADLOCK
    cycle: tuple[Waiter, ...]
    form: Broken = ""
    skips: tuple[int, ...] = ()  # of one that waits for itself: lines that leave without giving back what it took
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
class StandsStill(About):
    """No thread in any process of the program moves, and nobody is left who could move one."""

    kind: FindingKind = FindingKind.STANDSTILL
    waiters: tuple[Standing, ...]  # those that tell most come first


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
