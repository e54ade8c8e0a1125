"""Lanes and what happened in them: spans, holders of locks, tasks, marks, losses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.protocol.messages import ExceptionFact, LaneKind, ProcessEndFact

Times = NDArray[np.int64]

EMPTY_TIMES: Times = np.empty(0, np.int64)


@dataclass(frozen=True)
class Spans:
    """The spans of one lane: span i lasts from starts[i] to starts[i + 1], the last one to the frame's `now`."""

    starts: Times
    states: NDArray[np.uint8]  # State
    objects: NDArray[np.uint32]  # what is held or waited for; 0 is none
    places: NDArray[np.uint32]  # where the span began: see `engine.protocol.places`

    def __len__(self) -> int:
        return len(self.starts)


Death: TypeAlias = ExceptionFact | ProcessEndFact | str  # a text is that of an exception; "": nobody knows of which


@dataclass(frozen=True)
class Cpu:
    """Processor time that a lane has had: at times[i] it was used[i] nanoseconds in all."""

    times: Times
    used: Times


@dataclass(frozen=True)
class Lane:
    """One thread, in whichever process, or one asyncio task."""

    id: int
    name: str
    daemon: bool
    spans: Spans
    began: float | None  # first moment in the thread; None: not yet
    ended: float | None
    error: Death | None  # what ended it early
    error_line: int | None
    joined: bool
    place: int  # the last one that is known
    kind: LaneKind = LaneKind.THREAD
    process: str = ""  # the name of the process it runs in; "": the program's own
    badge: str = ""  # M, 1, 2 ... for the program's own threads, P1, P2 ... for other processes, A1 ... for tasks
    cpu: Cpu | None = None  # None: not known here


@dataclass(frozen=True)
class Holders:
    """Who holds one lock when: from starts[i] on threads[i] holds it (0: nobody)."""

    object: int
    name: str
    starts: Times
    threads: NDArray[np.uint16]


@dataclass(frozen=True)
class Tasks:
    """Tasks of pools, in the order in which they began: columns of equal length.

    Task i ran in the lane lanes[i] from starts[i] to ends[i]; -1 while it goes on.
    """

    ids: NDArray[np.uint32]
    lanes: NDArray[np.uint16]
    starts: Times
    ends: Times
    failed: NDArray[np.bool_]
    names: Mapping[int, str] = field(default_factory=dict)  # id -> such as "root(10)"
    submitted: int = 0  # handed to a pool so far
    done: int = 0  # ended, whichever way

    def __len__(self) -> int:
        return len(self.ids)


NO_TASKS = Tasks(np.empty(0, np.uint32), np.empty(0, np.uint16), EMPTY_TIMES, EMPTY_TIMES, np.empty(0, np.bool_))


@dataclass(frozen=True)
class Marks:
    """Columns of equal length: at times[i], nanoseconds, lanes[i] set the event events[i], or cleared it."""

    times: Times
    lanes: NDArray[np.uint16]
    events: NDArray[np.uint32]
    sets: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.times)


NO_MARKS = Marks(EMPTY_TIMES, np.empty(0, np.uint16), np.empty(0, np.uint32), np.empty(0, np.bool_))


@dataclass(frozen=True)
class Losses:
    """Updates of the watched value that were lost: at times[i] in the lane threads[i]."""

    times: Times
    threads: NDArray[np.uint16]


NO_LOSSES = Losses(EMPTY_TIMES, np.empty(0, np.uint16))
