"""What is worth saying about a run, as data. What is said of each kind: `engine.words.findings`."""

import enum
from typing import TypeAlias

from engine.frame.states import State
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.messages import ExceptionFact, ProcessEndFact
from engine.protocol.records import Kind

Death: TypeAlias = ExceptionFact | ProcessEndFact | str  # a text is that of an exception; "": nobody knows of which


class FindingKind(enum.Enum):
    LOST_UPDATE = "lost-update"
    EXCEPTION = "exception"
    NOT_JOINED = "not-joined"
    DEADLOCK = "deadlock"
    STUCK = "stuck"  # every thread waits and none of them can wake another
    HELD_LONG = "held-while-others-wait"
    CUT_OFF = "daemon-cut-off"
    TWO_HOLDERS = "two-holders"  # ours: the picture contradicts itself
    WRONG_RESULT = "wrong-result"  # what the scenario expected is not what was found, and no other finding says why
    TASK_FAILED = "task-failed"  # a task raised, and nobody asked for its result
    MISSING_LIBRARY = "missing-library"  # the program imports what this Python does not have
    EXPLAINED = "explained-error"  # an exception that people know from threads: what it means, and what to do
    BROKEN_EXPLANATION = "broken-explanation"  # a file that should explain one, and has a mistake
    WINDOW_FROZEN = "window-frozen"  # the work ran where the window draws, and the window could not


@lazy_dataclass(frozen=True, kw_only=True)
class About:
    """Whom a finding concerns, when and where."""

    thread: str = ""  # the name of the one it is about; "" when it concerns no single thread
    threads: tuple[int, ...] = ()  # lanes it concerns
    objects: tuple[int, ...] = ()  # things it concerns (the locks of a cycle)
    line: int = 0  # 0 is unknown
    file: str = ""  # of the line: its path below the program's folder; "" is the program's own
    time: float = 0.0  # seconds


@lazy_dataclass(frozen=True, kw_only=True)
class Plain(About):
    """A finding that one message says, which is called as its kind and gets its fields: no more is to be written."""

    kind: FindingKind


@lazy_dataclass(frozen=True, kw_only=True)
class LostUpdate(About):
    """Updates of a value that were lost; thread, line and time are those of the first."""

    kind: FindingKind = FindingKind.LOST_UPDATE
    name: str  # of the value
    lost: int
    updates: int
    found: int
    expected: int


@lazy_dataclass(frozen=True, kw_only=True)
class ThreadDied(About):
    """An exception that ended a thread."""

    kind: FindingKind = FindingKind.EXCEPTION
    error: Death


@lazy_dataclass(frozen=True, kw_only=True)
class NotJoined(About):
    """A thread that the program waited for nowhere."""

    kind: FindingKind = FindingKind.NOT_JOINED
    ran_out: bool  # somebody waited, with a time-out, and it was too short
    went_on: bool  # it had not ended when the program's last line had run


@lazy_dataclass(frozen=True, kw_only=True)
class CutOff(About):
    """A daemon that the end of the program cut off."""

    kind: FindingKind = FindingKind.CUT_OFF
    process: bool = False  # else a thread


@lazy_dataclass(frozen=True, kw_only=True)
class TaskFailed(About):
    """A task that raised, and nobody asked for its result."""

    kind: FindingKind = FindingKind.TASK_FAILED
    task: str
    error: str  # "": nobody knows


@lazy_dataclass(frozen=True, kw_only=True)
class More(About):
    """So many more of a kind than are told one by one."""

    kind: FindingKind
    count: int


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
    freed: float = 0.0  # seconds: from then on one of them went on all the same; 0: none did


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


@lazy_dataclass(frozen=True, kw_only=True)
class WrongResult(About):
    """Found is not as expected. The sentences are the scenario's own, with {expected} and {found}; "": it has none."""

    kind: FindingKind = FindingKind.WRONG_RESULT
    expected: object
    found: object
    sentence: str = ""
    below: str = ""  # where the two stand above it


@lazy_dataclass(frozen=True)
class Missing:
    """A module that this Python does not have, and what to do about it."""

    module: str
    python: str  # such as "Python 3.9.18"
    command: str = ""  # that installs it; "": it is a part of Python, but not of this one
    near: str = ""  # a module of Python with almost that name


@lazy_dataclass(frozen=True, kw_only=True)
class MissingLibrary(About):
    """The program imports what this Python does not have."""

    kind: FindingKind = FindingKind.MISSING_LIBRARY
    missing: Missing


@lazy_dataclass(frozen=True, kw_only=True)
class WindowFrozen(Plain):
    """The work ran where the window draws, and the window could not."""

    kind: FindingKind = FindingKind.WINDOW_FROZEN
    seconds: float


class Came(enum.Enum):
    """How an exception came to be seen that is explained."""

    ENDED = "ended"  # it ended a thread or a task: another finding says so
    BEHIND = "behind"  # it led to one that did
    PRINTED = "printed"  # the program printed it while it handled it
    WRITTEN = "written"  # it was written to standard error, by Python or by a library


@lazy_dataclass(frozen=True, kw_only=True)
class Explained(About):
    """An exception that people know from threads. Its sentences are its explanation's own, as str.format takes them.

    `threads` are all in which it was seen; thread, line and time are those of the first.
    """

    kind: FindingKind = FindingKind.EXPLAINED
    explanation: str  # the name of its file
    error: str  # such as "RuntimeError: no running event loop"
    came: Came
    words: str
    cure: str
    values: tuple[tuple[str, str], ...] = ()  # what is put in; "": a thread of which nobody knows
    locks: tuple[str, ...] = ()  # of the program, that may be what is meant: "name (line)"
    lesson: str = ""  # a scenario's id, with settings behind a "?"


@lazy_dataclass(frozen=True, kw_only=True)
class BrokenExplanation(Plain):
    """The file of an explanation that cannot be used."""

    kind: FindingKind = FindingKind.BROKEN_EXPLANATION
    name: str
    at: int  # its line, 0 where it is of no single one
    reason: str  # for its author


Finding: TypeAlias = (
    LostUpdate | ThreadDied | NotJoined | CutOff | TaskFailed | More | Deadlock | Stuck | HeldLong
    | Explained | BrokenExplanation | TwoHolders | WrongResult | MissingLibrary | WindowFrozen
)  # fmt: skip
