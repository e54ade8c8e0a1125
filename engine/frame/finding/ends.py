"""How threads, workers and processes end so that somebody who counts on them never learns of it."""

from typing import Literal

from engine.frame.finding.about import About, FindingKind, Plain
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.messages import ProcessEndFact


@lazy_dataclass(frozen=True)
class ForEver:
    """A thread that waits for what will never come."""

    name: str
    goal: str  # what it waits for; "": the end of a pool
    line: int = 0
    file: str = ""


@lazy_dataclass(frozen=True, kw_only=True)
class LostExit(Plain):
    """A call of sys.exit or the like that ended no more than its thread."""

    kind: FindingKind = FindingKind.LOST_EXIT
    form: Literal["", "bare"] = ""  # bare: without a status, or with 0
    call: str  # such as "sys.exit(3)"


@lazy_dataclass(frozen=True, kw_only=True)
class LostCall(About):
    """A worker of a pool of multiprocessing ended in the middle of a call: nobody is ever told what came of it."""

    kind: FindingKind = FindingKind.LOST_CALL
    form: Literal["died", "call", "ended"] = "died"  # of itself; by a call such as sys.exit(3); from outside
    task: str  # the call
    cause: ProcessEndFact | str  # what the worker died of, or the call that ended it; "": nobody knows
    waiters: tuple[ForEver, ...] = ()


@lazy_dataclass(frozen=True, kw_only=True)
class PoolThreadDied(About):
    """The thread of a multiprocessing pool that receives all results died: nobody is told of any more."""

    kind: FindingKind = FindingKind.POOL_THREAD_DIED
    form: Literal["callback", "result"] = "callback"  # which raised; or a result that could not be read
    error: str  # such as "ValueError: no"
    callback: str
    waiters: tuple[ForEver, ...] = ()


@lazy_dataclass(frozen=True, kw_only=True)
class ForkedCopy(About):
    """A forked process waits for its own copy of a lock or a queue, and nobody in that process can end that.

    Line and file are those of the fork.
    """

    kind: FindingKind = FindingKind.FORKED_COPY
    form: Literal["lock", "thing", "sent", "pool"] = "lock"  # "sent": another process used its copy; a task of a "pool"
    thing: str
    holder: str  # the thread that had the lock when the process was forked; of "sent" the process that used its copy
    waits_at: int = 0  # the line in which it waits
    waits_in: str = ""  # the file of that


@lazy_dataclass(frozen=True, kw_only=True)
class KeptLock(About):
    """A thread or process ended and has not given back a lock, for which others wait. Its line is where it got that."""

    kind: FindingKind = FindingKind.KEPT_LOCK
    form: Literal["died", "ended"] = "died"
    thing: str
    died_at: int = 0  # line
    died_in: str = ""  # file
    waiters: tuple[ForEver, ...] = ()
