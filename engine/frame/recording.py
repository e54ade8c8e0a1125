"""What a run recorded: lanes and what happened in them, numbers over time, parts that are compared, output."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.protocol.messages import ExceptionFact, LaneKind, ProcessEndFact

Times = NDArray[np.int64]

EMPTY_TIMES: Times = np.empty(0, np.int64)


@dataclass(frozen=True)
class Thing:
    """A lock, event, queue, file ... of the program."""

    id: int
    type: str  # "Lock", "Event", "Queue", "file" ...
    name: str  # the variable it was assigned to, or the file's name
    line: int  # where it was made; 0 is unknown


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


@dataclass(frozen=True)
class Series:
    """A value over time as steps: from times[i] on it is values[i]."""

    name: str
    times: Times
    values: NDArray[np.int64]
    expected: NDArray[np.int64] | None = None  # what it should be, at the same times; None: no such thing
    limit: int | None = None  # of a queue: its size; 0 is unlimited
    sampled: bool = False  # looked at now and then, rather than reported with each update


@dataclass(frozen=True)
class Flip:
    """A switch that was flipped while the program ran, with the numbers up to then."""

    time: float
    name: str
    on: bool
    updates: int  # updates of the watched value made up to then
    lost: int  # of these, lost


@dataclass(frozen=True)
class SwitchPeriod:
    """A part of the run between two flips, for the table "lock off / lock on"."""

    switch: str
    on: bool
    start: float
    end: float
    updates: int
    kept: int

    @property
    def lost(self) -> int:
        return self.updates - self.kept


@dataclass(frozen=True)
class Part:
    """A part of a run that is compared with its other parts: a bracket on the timeline, a bar in the chart.

    Times are seconds of program time. `speed` is that of program time while it was measured, None when it changed.
    """

    id: int
    name: str
    group: str = ""
    start: float = 0.0
    end: float | None = None  # None: it goes on
    speed: float | None = 1.0
    lane: int = 1
    limit: float | None = None  # seconds: what it cannot be faster than, by the scenario's formula
    value: float | None = None  # a second measure, by the scenario's expression
    error: str = ""  # the exception that ended it
    used: float | None = None  # seconds of processor time that all threads together had; None: nobody says it here

    @property
    def seconds(self) -> float | None:
        """How long it took, None while it goes on."""
        return None if self.end is None else self.end - self.start

    @property
    def cores(self) -> float | None:
        """How many processor cores were at work, on average; None when it is not known, or while it goes on."""
        return self.used / self.seconds if self.seconds and self.used is not None else None


@dataclass(frozen=True)
class OutputPiece:
    """One piece of output: a line, or what stood without a newline."""

    time: float
    thread: int  # 0: not from a thread of the program (C code, a child process, the stage)
    text: str
    error: bool = False  # it went to stderr
    open: bool = False  # no newline after it: what comes next stands in the same line of a terminal
    left_out: int = 0  # it stands for so many characters that were not kept


@dataclass(frozen=True)
class Recording:
    """What the run has reported."""

    lanes: tuple[Lane, ...] = ()
    holders: tuple[Holders, ...] = ()
    things: Mapping[int, Thing] = field(default_factory=dict)
    tasks: Tasks = NO_TASKS
    marks: Marks = NO_MARKS  # where events were set and cleared
    losses: Losses = NO_LOSSES
    value: Series | None = None  # the watched value
    depths: tuple[Series, ...] = ()  # queues
    intervals: Series | None = None  # between two frames of the window while the program ran, nanoseconds
    parts: tuple[Part, ...] = ()
    flips: tuple[Flip, ...] = ()
    periods: tuple[SwitchPeriod, ...] = ()  # between the flips
    output: Sequence[OutputPiece] = ()
    output_left_out: int = 0  # pieces of output that were not kept
    records: int = 0
    dropped: int = 0
    held_back: float = 0.0  # seconds that threads waited to report, added up: more was reported than can be drawn
    backlog: int = 0  # bytes that arrived and are not read yet
