"""What keeps the process alive when its main thread has come to its end."""

from typing import Literal, TypeAlias

from engine.frame.finding.about import FindingKind, Plain
from engine.protocol.lazy_dataclass import lazy_dataclass

KeptForm: TypeAlias = Literal[
    "thread", "threads", "process", "processes", "pool", "ran-out", "interrupted", "timer", "timer-again", "again",
    "thread-over", "threads-over", "process-over", "processes-over", "pool-over", "ran-out-over", "interrupted-over",
    "interrupted-cut",
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
