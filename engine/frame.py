"""The frozen picture of a run that every panel draws: made by `Session.pump`, never changed afterwards.

All arrays are append-only views of the session's columns: a later frame never changes what an earlier one shows.
Times in arrays are int64 nanoseconds of program time; single times are float seconds of program time.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.marks import NO_MARKS, Marks
from engine.measured import Part


class Phase(enum.Enum):
    """Where a run is."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class Ended(enum.Enum):
    """How a run ended."""

    FINISHED = "finished"  # the program came to its own end; some of its threads may have died on the way
    DIED = "died"  # its main thread died of an exception, or its process died; Frame.trouble says how
    STOPPED = "stopped"  # by the presenter
    TIMEOUT = "timeout"  # by the time-out of the headless command
    REFUSED = "refused"  # it never began: it cannot be read, compiled or started; Frame.trouble says why


class State(enum.IntEnum):
    """What a thread is doing in a span. Order is gravity: of several in one pixel the highest is drawn."""

    ABSENT = 0  # not created yet
    CREATED = 1  # created, not running yet
    ENDED = 2  # ended and joined, or it never needed to be (MainThread)
    UNJOINED = 3  # ended, nobody joined it yet
    SLEEPING = 4
    WAIT_TASK = 5  # a worker of a pool that has nothing to do
    WAIT_JOIN = 6
    WAIT_LOOP = 7  # runs an event loop: what happens in it is in the lanes of its tasks
    WAIT_AWAIT = 8  # a coroutine that gave control back to its event loop
    RUNNING = 9
    FILE = 10  # in a call that opens, reads, writes, renames or removes a file
    WAIT_NETWORK = 11  # connecting, accepting, sending, waiting for an answer
    WAIT_RESULT = 12  # for the result of a task
    WAIT_BARRIER = 13
    WAIT_CONDITION = 14
    WAIT_EVENT = 15
    WAIT_QUEUE = 16
    WAIT_SEMAPHORE = 17
    WAIT_LOCK = 18
    HOLDING_ASLEEP = 19  # sleeping, and holding at least one lock
    HOLDING = 20  # running, and holding at least one lock
    CUT = 21  # a daemon thread that the end of the program cut off
    DIED = 22


WAITING = frozenset(
    {
        State.WAIT_TASK,
        State.WAIT_JOIN,
        State.WAIT_LOOP,
        State.WAIT_NETWORK,
        State.WAIT_AWAIT,
        State.WAIT_RESULT,
        State.WAIT_BARRIER,
        State.WAIT_CONDITION,
        State.WAIT_EVENT,
        State.WAIT_QUEUE,
        State.WAIT_SEMAPHORE,
        State.WAIT_LOCK,
    }
)

ENDS_BY_ITSELF = frozenset(  # waits that something outside of the program's threads may end
    {State.WAIT_TASK, State.WAIT_LOOP, State.WAIT_NETWORK, State.WAIT_AWAIT, State.WAIT_RESULT}
)

Times = NDArray[np.int64]


@dataclass(frozen=True)
class Spans:
    """The spans of one lane: span i lasts from starts[i] to starts[i + 1], the last one to the frame's `now`."""

    starts: Times
    states: NDArray[np.uint8]  # State
    objects: NDArray[np.uint32]  # what is held or waited for; 0 is none
    places: NDArray[np.uint32]  # file << 20 | line where the span began

    def __len__(self) -> int:
        return len(self.starts)


class LaneKind(enum.Enum):
    """What a lane stands for."""

    THREAD = "thread"
    PROCESS = "process"  # the main thread of another process
    TASK = "task"  # a coroutine that an event loop runs as a task


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
    error: str | None  # "FileNotFoundError: ..." when an exception ended it
    error_line: int | None
    joined: bool
    place: int  # the last place that is known, file << 20 | line
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
class Thing:
    """A lock, event, queue, file ... of the program."""

    id: int
    type: str  # "Lock", "Event", "Queue", "file" ...
    name: str  # the variable it was assigned to, or the file's name
    line: int  # where it was made; 0 is unknown


@dataclass(frozen=True)
class Switch:
    """Something that can be switched off. Known from the text before the run, confirmed by the stage."""

    name: str
    type: str  # "Lock", "Event", ...
    on: bool
    line: int  # where it is made
    seen: bool  # the program of this run has made it


@dataclass(frozen=True)
class Knob:
    """A value in capitals at the top of the program that the presenter may change."""

    name: str
    value: object  # int, float, bool or str: what the next run uses
    default: object  # what the program's text says
    line: int
    low: float | None = None  # of "# 1..10000"
    high: float | None = None
    choices: tuple[object, ...] = ()  # of "# loky | threading"
    unit: str = ""  # of "# 1..50 ms"
    note: str = ""  # the rest of the comment


@dataclass(frozen=True)
class Flip:
    """A switch that was flipped while the program ran, with the numbers up to then."""

    time: float
    name: str
    on: bool
    updates: int  # updates of the watched value made up to then
    lost: int  # of these, lost


@dataclass(frozen=True)
class Stretch:
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
class Series:
    """A value over time as steps: from times[i] on it is values[i]."""

    name: str
    times: Times
    values: NDArray[np.int64]
    expected: NDArray[np.int64] | None = None  # what it should be, at the same times; None: no such thing
    limit: int | None = None  # of a queue: its size; 0 is unlimited
    sampled: bool = False  # looked at now and then, rather than reported with each update


@dataclass(frozen=True)
class Losses:
    """Updates of the watched value that were lost: at times[i] in the lane threads[i]."""

    times: Times
    threads: NDArray[np.uint16]


@dataclass(frozen=True)
class Line:
    """One piece of output: a line, or what stood without a newline."""

    time: float
    thread: int  # 0: not from a thread of the program (C code, a child process, the stage)
    text: str
    error: bool = False  # it went to stderr
    open: bool = False  # no newline after it: what comes next stands in the same line of a terminal


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
    WINDOW_FROZEN = "window-frozen"  # the work ran where the window draws, and the window could not


@dataclass(frozen=True)
class Finding:
    """Something worth saying about a run."""

    kind: FindingKind
    text: str  # one sentence for the class
    thread: str  # "" when it concerns no single thread
    line: int  # 0 is unknown
    time: float
    threads: tuple[int, ...] = ()  # lanes it concerns
    objects: tuple[int, ...] = ()  # things it concerns (the locks of a cycle)
    detail: str = ""  # a traceback, the cycle in words


@dataclass(frozen=True)
class Trouble:
    """Why a run, a program or a stage failed, for the learner."""

    title: str  # "SyntaxError: invalid syntax"
    text: str  # what to do
    line: int = 0
    detail: str = ""  # a traceback


@dataclass(frozen=True)
class Interpreter:
    """The Python that runs the program."""

    executable: str = ""
    version: str = ""
    implementation: str = "CPython"
    gil: bool = True
    cores: int = 0
    switch_interval: float = 0.0  # seconds


@dataclass(frozen=True)
class View:
    """What part of the run the timeline shows. Belongs to the window; part of the frame so that all plots agree."""

    start: float = 0.0
    end: float = 10.0
    follow: bool = True
    cursor: float | None = None  # None: at the last moment
    hidden: frozenset[State] = frozenset()  # states switched off in the legend
    line: int = 0  # of the program: somebody asked to see it; 0 is none
    asked: int = 0  # counts the wishes for a line, so that the same one can be asked for again


EMPTY_TIMES: Times = np.empty(0, np.int64)
NO_TASKS = Tasks(np.empty(0, np.uint32), np.empty(0, np.uint16), EMPTY_TIMES, EMPTY_TIMES, np.empty(0, np.bool_))


@dataclass(frozen=True)
class Frame:
    """Everything that a panel needs to draw a run."""

    run: int = 0  # counts the runs of the session, from 1; 0: none yet
    scenario: str = ""
    title: str = ""
    path: str = ""  # of the program
    text: str = ""  # of the program, exactly as it runs
    phase: Phase = Phase.IDLE
    ended: Ended | None = None
    trouble: Trouble | None = None
    interpreter: Interpreter = field(default_factory=Interpreter)
    now: float = 0.0  # the last program time that is known
    speed: float = 1.0
    lanes: tuple[Lane, ...] = ()
    holders: tuple[Holders, ...] = ()
    things: Mapping[int, Thing] = field(default_factory=dict)
    switches: tuple[Switch, ...] = ()
    knobs: tuple[Knob, ...] = ()
    flips: tuple[Flip, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    value: Series | None = None  # the watched value
    depths: tuple[Series, ...] = ()  # queues
    tasks: Tasks = NO_TASKS
    parts: tuple[Part, ...] = ()
    plan: float | None = None  # seconds of program time that the whole run will take, as the scenario reckons
    gaps: Series | None = None  # between two frames of the window while the program ran, nanoseconds
    marks: Marks = NO_MARKS  # where events were set and cleared
    losses: Losses = field(default_factory=lambda: Losses(EMPTY_TIMES, np.empty(0, np.uint16)))
    output: Sequence[Line] = ()
    output_left_out: int = 0  # pieces of output that were not kept
    findings: tuple[Finding, ...] = ()
    expected: object = None  # of the scenario's expressions, after the run; None: no such thing
    found: object = None
    records: int = 0
    dropped: int = 0
    held_back: float = 0.0  # seconds that threads waited to report, added up: more was reported than can be drawn
    backlog: int = 0  # bytes that arrived and are not read yet
    page: bool = False  # what is open is only a lesson: there is nothing to run
    right: bool | None = None  # found is as expected, said where both are whole; None: nobody knows
    unknown: tuple[str, ...] = ()  # expressions of the scenario that have no value, and why: for its author
    view: View = field(default_factory=View)
