"""Facts of ends that reach less than they were meant to: a thread in place of the program, or a pool's own thread."""

from __future__ import annotations

from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.numbers import Count, Id, Lane, Place


@lazy_dataclass(frozen=True)
class ExitFact:
    """SystemExit ended no more than a thread that is not a main one, or was raised by a task of a pool."""

    thread: Lane
    call: str  # such as "sys.exit(3)"
    status: bool = True  # it is more than None or 0
    place: Place = 0
    task: Id = 0  # that raised it


@lazy_dataclass(frozen=True)
class PoolThreadFact:
    """The thread of a multiprocessing pool that receives all results died."""

    thread: Lane
    error: str  # such as "ValueError: no"
    place: Place = 0
    callback: str = ""  # the program's function that raised it; "": a result could not be read
    open: tuple[int, ...] = ()  # tasks, or what stands for several, whose results are to come yet
    time: Count = 0  # nanoseconds of program time
