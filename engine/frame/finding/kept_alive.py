"""What keeps the process, or a pool, alive when whoever needed it has come to an end."""

import enum
from typing import Literal, TypeAlias

from engine.frame.finding.about import About, FindingKind, Plain
from engine.protocol.lazy_dataclass import lazy_dataclass

KeptForm: TypeAlias = Literal[
    "thread", "threads", "process", "processes", "pool", "ran-out", "interrupted", "timer", "timer-again", "again",
    "thread-over", "threads-over", "process-over", "processes-over", "pool-over", "ran-out-over", "interrupted-over",
    "interrupted-cut", "workers", "workers-over", "timer-repeats", "alone", "interrupted-forgotten",
]  # fmt: skip


@lazy_dataclass(frozen=True, kw_only=True)
class KeptAlive(Plain):
    """Threads, processes or a pool that Python waits for after the main thread's end, or did for a while ("-over").

    `time` is when the main thread ended, or when the wait for them was broken off; `until` when they had ended.
    """

    kind: FindingKind = FindingKind.KEPT_ALIVE
    form: KeptForm
    names: str  # of the first few of them
    number: int = 1  # of threads, of tasks that were not done, or of those started so far
    seconds: float = 0.0  # that Python waited; 0: it still does
    waiter: str = ""  # the thread whose wait was broken off
    error: str = ""  # what broke it off


class Why(enum.Enum):
    """Why nobody needed a task any more."""

    TIMED_OUT = "timed-out"  # the wait for its result had a time-out
    REFUSED = "refused"  # cancel() came when it was running
    INTERRUPTED = "interrupted"  # an exception broke the wait off
    UNAWAITED = "unawaited"  # no coroutine awaits it any more
    ABANDONED = "abandoned"  # the coroutine that awaited it was cancelled, as by a time-out


class WaitsThere(enum.Enum):
    """What waited for it all the same."""

    POOL = "pool"  # its end: of the `with` block, or shutdown()
    PROGRAM = "program"
    LOOP = "loop"  # the end of asyncio.run()


@lazy_dataclass(frozen=True, kw_only=True)
class RanOn(About):
    """Tasks that nobody needed any more, which ran on, so that something had to wait for them.

    `line` is where they were given up, `time` when; `until` when they had ended, 0: they have not.
    """

    kind: FindingKind = FindingKind.RAN_ON
    task: str  # the names of the first few
    why: Why
    where: WaitsThere
    waiter: str  # the thread or coroutine that gave up
    seconds: float  # that was waited for them
    after: float = 0.0  # seconds that the wait had lasted
    error: str = ""  # what broke it off
    end_line: int = 0  # where they were waited for; 0 is unknown
    end_file: str = ""


@lazy_dataclass(frozen=True, kw_only=True)
class TasksLeft(Plain):
    """Tasks of a pool of `multiprocessing` that its end left undone, and for which nobody had waited."""

    kind: FindingKind = FindingKind.TASKS_LEFT
    number: int
    task: str  # the first of them
