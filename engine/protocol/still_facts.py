"""What the stage says of a program in which nothing moves: which thread waits where, in what."""

from __future__ import annotations

import enum

from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.numbers import Count, Lane, Place


class WaitCause(str, enum.Enum):
    """What a thread waits for that does not run, where no facade says so."""

    WATCHED = "watched"  # a facade has said what it waits in
    LOCK = "lock"  # of this process
    SHARED_LOCK = "shared-lock"  # that other processes may know
    FUTURE = "future"  # the result of a task
    QUEUE = "queue"
    THREAD = "thread"  # the end of one
    IMPORT = "import"  # until another thread has imported a module
    LOOP = "loop"  # an event loop in which no task can go on
    PROCESS = "process"  # the end of one
    PIPE = "pipe"  # data from a pipe or a connection
    FULL_PIPE = "full-pipe"  # until somebody reads from it
    SELECT = "select"  # whichever of several comes first
    SIGNAL = "signal"
    SLEEP = "sleep"  # and what else ends by itself
    NETWORK = "network"
    UNKNOWN = "unknown"


@lazy_dataclass(frozen=True)
class Waiting:
    """A thread that waits while nothing moves."""

    lane: Lane  # 0: it has none, as those of libraries
    cause: WaitCause
    place: Place = 0
    call: str = ""  # the function that it is in
    name: str = ""  # of one without a lane
    process: Lane = 0  # lane of the process that it is in, where it has none


@lazy_dataclass(frozen=True)
class StillFact:
    """No thread of the program has moved since, and nobody is left who could move one; without threads: one has."""

    since: Count  # nanoseconds of program time
    threads: tuple[Waiting, ...] = ()
