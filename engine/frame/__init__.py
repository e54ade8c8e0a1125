"""The frozen picture of a run that every panel draws: every value that crosses to the window.

All arrays are append-only views of the session's columns: a later frame never changes what an earlier one shows.
Times in arrays are int64 nanoseconds of program time; single times are float seconds of program time.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import field, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.frame.check import Check, CheckState, Problem, ProblemKind
from engine.frame.finding import Death, Finding, FindingKind
from engine.frame.launch import Folder, Launch, Open, Written, WrittenFile
from engine.frame.output import NO_QUESTIONS, Asking, OutputPiece, Questions
from engine.frame.states import ENDS_BY_ITSELF, WAITING, Ended, Phase, State
from engine.frame.trouble import LeftRunning, Trouble
from engine.protocol.hidden_wait import HiddenWaitFact
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.messages import LaneKind, UnknownFact, WatchFact
from engine.protocol.places import PROGRAM
from engine.protocol.program_text import Knob, Switch

T = TypeVar("T")
BUSY = 0.3  # share of all cores: with so much taken by others, how fast something is says little of it (a guess)
Times = NDArray[np.int64]
EMPTY_TIMES: Times = np.empty(0, np.int64)


@lazy_dataclass(frozen=True)
class Thing:
    """A lock, event, queue, file ... of the program."""

    id: int
    type: str  # "Lock", "Event", "Queue", "file" ...
    name: str  # the variable it was assigned to, or the file's name
    line: int  # where it was made; 0 is unknown


@lazy_dataclass(frozen=True)
class Spans:
    """The spans of one lane: span i lasts from starts[i] to starts[i + 1], the last one to the frame's `now`."""

    starts: Times
    states: NDArray[np.uint8]  # State
    objects: NDArray[np.uint32]  # what is held or waited for; 0 is none
    places: NDArray[np.uint32]  # where the span began: see `engine.protocol.places`

    def __len__(self) -> int:
        return len(self.starts)


@lazy_dataclass(frozen=True)
class Cpu:
    """Processor time that a lane has had: at times[i] it was used[i] nanoseconds in all."""

    times: Times
    used: Times


@lazy_dataclass(frozen=True)
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
    error_file: str = ""  # of the error's line, "" is the program's own


@lazy_dataclass(frozen=True)
class Holders:
    """Who holds one lock when: from starts[i] on threads[i] holds it (0: nobody)."""

    object: int
    name: str
    starts: Times
    threads: NDArray[np.uint16]


@lazy_dataclass(frozen=True)
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
    groups: Mapping[int, int] = field(default_factory=dict)
    """Task of a pool of multiprocessing -> as which its result is waited for: itself, or a call such as map."""

    def __len__(self) -> int:
        return len(self.ids)


NO_TASKS = Tasks(np.empty(0, np.uint32), np.empty(0, np.uint16), EMPTY_TIMES, EMPTY_TIMES, np.empty(0, np.bool_))


@lazy_dataclass(frozen=True)
class Marks:
    """Columns of equal length: at times[i], nanoseconds, lanes[i] set the event events[i], or cleared it."""

    times: Times
    lanes: NDArray[np.uint16]
    events: NDArray[np.uint32]
    sets: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.times)


NO_MARKS = Marks(EMPTY_TIMES, np.empty(0, np.uint16), np.empty(0, np.uint32), np.empty(0, np.bool_))


@lazy_dataclass(frozen=True)
class Losses:
    """Updates of the watched value that were lost: at times[i] in the lane threads[i]."""

    times: Times
    threads: NDArray[np.uint16]


NO_CHECK = Check()
NO_LOSSES = Losses(EMPTY_TIMES, np.empty(0, np.uint16))


@lazy_dataclass(frozen=True)
class Series:
    """A value over time as steps: from times[i] on it is values[i], int64 or float64; NaN: it is no number."""

    name: str
    times: Times
    values: NDArray[Any]
    expected: NDArray[np.int64] | None = None  # what it should be, at the same times; None: no such thing
    limit: int | None = None  # of a queue: its size; 0 is unlimited
    sampled: bool = False  # looked at now and then, rather than reported with each update
    expression: str = ""  # of a value that the presenter watches


@lazy_dataclass(frozen=True)
class Flip:
    """A switch that was flipped while the program ran, with the numbers up to then."""

    time: float
    name: str
    on: bool
    updates: int  # updates of the watched value made up to then
    lost: int  # of these, lost


@lazy_dataclass(frozen=True)
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


@lazy_dataclass(frozen=True)
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


@lazy_dataclass(frozen=True)
class Recording:
    """What the run has reported."""

    lanes: tuple[Lane, ...] = ()
    holders: tuple[Holders, ...] = ()
    things: Mapping[int, Thing] = field(default_factory=dict)
    files: Mapping[int, str] = field(default_factory=lambda: {PROGRAM: ""})
    """Id in a place -> `SourceModule.name`, "" is the program's own file."""
    tasks: Tasks = NO_TASKS
    hidden: tuple[HiddenWaitFact, ...] = ()  # waits for locks that no facade made
    marks: Marks = NO_MARKS  # where events were set and cleared
    losses: Losses = NO_LOSSES
    value: Series | None = None  # the watched value
    watched: tuple[Series, ...] = ()  # what the presenter watches; an expression may mean several values, or none yet
    watches: tuple[WatchFact, ...] = ()  # what the stage said of each, and why one has no number
    depths: tuple[Series, ...] = ()  # queues, and how many of a semaphore are taken
    intervals: Series | None = None  # between two frames of the window while the program ran, nanoseconds
    parts: tuple[Part, ...] = ()
    flips: tuple[Flip, ...] = ()
    periods: tuple[SwitchPeriod, ...] = ()  # between the flips
    output: Sequence[OutputPiece] = ()
    output_left_out: int = 0  # pieces of output that were not kept
    questions: Questions = NO_QUESTIONS
    records: int = 0
    dropped: int = 0
    held_back: float = 0.0  # seconds that threads waited to report, added up: more was reported than can be drawn
    backlog: int = 0  # bytes that arrived and are not read yet


class Refused(enum.Enum):
    """Why a value cannot be put into a knob."""

    UNKNOWN = "unknown"  # there is no such knob
    TYPE = "type"
    CHOICE = "choice"
    RANGE = "range"


@lazy_dataclass(frozen=True)
class Refusal:
    """A value that a knob does not take. Of a knob that there is not, `value` is the names of those there are."""

    why: Refused
    knob: Knob
    value: object


@lazy_dataclass(frozen=True)
class Interpreter:
    """The Python that runs the program."""

    executable: str = ""
    version: str = ""
    implementation: str = "CPython"
    gil: bool = True
    cores: int = 0
    switch_interval: float = 0.0  # seconds


@lazy_dataclass(frozen=True)
class View:
    """What the window shows of the run, and has to say itself. Part of the frame so that all panels agree."""

    start: float = 0.0
    end: float = 10.0
    follow: bool = True  # the stretch slides with the run
    whole: bool = False  # the whole run is shown, also while it grows; at most one of `follow` and `whole`
    extent: float = 10.0  # seconds from zero that hold the whole run, while it goes on with what is expected of it
    cursor: float | None = None  # None: at the last moment
    marked: tuple[float, float] | None = None  # an interval that the presenter measures: from, to, in seconds
    hidden: frozenset[State] = frozenset()  # states switched off in the legend
    file: str = ""  # which file of the program is shown: the name of a module; "" is the program's own
    line: int = 0  # of that file: somebody asked to see it; 0 is none
    asked: int = 0  # counts the wishes for a line, so that the same one can be asked for again
    thread: int = 0  # id of the lane whose line the program keeps in sight; 0: of whoever moved last
    thing: int = 0  # id of a lock or other thing that is to be seen; 0 is none
    suspects: bool | None = None  # where the text could break is shown; None: nobody has chosen
    notice: Trouble | None = None  # of the window's own, shown when the run has none


@lazy_dataclass(frozen=True)
class SourceModule:
    """A file beside the program that is a part of it: what is imported, or what the run read."""

    name: str  # its path below the program's folder, such as "pkg/work.py"
    path: str
    text: str  # as it is on screen, and as the next run reads it
    edited: bool = False  # it is not what its file has
    ran: str = ""  # its text in the run that is shown; "" before there is one
    check: Check = NO_CHECK  # what Python says of it, where it can be typed into


@lazy_dataclass(frozen=True)
class Program:
    """What is open: the program, and what the presenter has set for it."""

    scenario: str = ""  # its id
    title: str = ""
    path: str = ""
    text: str = ""  # as it is on screen, and as the next run runs it
    page: bool = False  # what is open is only a lesson: there is nothing to run
    ran: str = ""  # the text of the run that is shown; "" before there is one
    editable: bool = False  # the text can be typed into
    edited: bool = False  # it is not what its file has
    switches: tuple[Switch, ...] = ()
    knobs: tuple[Knob, ...] = ()
    check: Check = NO_CHECK  # what Python says of the text, without running it
    own: bool = False  # a program of one's own, not one of the course
    launch: Launch = field(default_factory=Launch)  # how the next run begins
    watches: tuple[str, ...] = ()  # expressions that the presenter watches, in this or the next run
    guessed: bool = False  # nobody chose them: they are what the text suggests
    modules: tuple[SourceModule, ...] = ()  # files beside it that are a part of it
    was: str = ""  # the id that it had before it was saved by another name


@lazy_dataclass(frozen=True)
class RunState:
    """Where the run is."""

    number: int = 0  # counts the runs of the session, from 1; 0: what is open has not run since it was opened
    nth: int = 0  # of the runs of this scenario, from 1
    phase: Phase = Phase.IDLE
    ended: Ended | None = None
    trouble: Trouble | None = None
    interpreter: Interpreter = field(default_factory=Interpreter)
    speed: float = 1.0
    now: float = 0.0  # the last program time that is known
    plan: float | None = None  # seconds of program time that the whole run will take, as the scenario reckons
    exit: int | None = None  # status of the program, less than 0: the number of a signal; None: it has none
    others: float | None = None  # share of all cores that others used just before it; None: nobody knows
    input_ended: bool = False  # nobody types any more

    @property
    def disturbed(self) -> bool:
        """Others used so much of the machine before it that its times say little."""
        return self.others is not None and self.others >= BUSY


@lazy_dataclass(frozen=True)
class Result:
    """What came of the run."""

    findings: tuple[Finding, ...] = ()
    expected: object = None  # of the scenario's expressions, after the run; None: no such thing
    found: object = None
    right: bool | None = None  # found is as expected, said where both are whole; None: nobody knows
    unknown: tuple[UnknownFact, ...] = ()  # expressions of the scenario that have no value, and why: for its author
    written: Written | None = None  # files that the run left; None: not known yet, or no program of one's own


@lazy_dataclass(frozen=True)
class Frame:
    """A frozen picture of a run, and of what the window shows of it: composed once a tick by `Session`."""

    program: Program = field(default_factory=Program)
    run: RunState = field(default_factory=RunState)
    recording: Recording = field(default_factory=Recording)
    result: Result = field(default_factory=Result)
    view: View = field(default_factory=View)
    left: LeftRunning | None = None  # what ended programs, of this run and of earlier ones, have left running


_PLAIN = (str, int, float, bool, enum.Enum, View, Interpreter, Check, Launch, type(None))


def kept(old: T, new: T) -> T:
    """The old one of two values of one dataclass when they show the same: so whoever draws compares with `is`.

    Arrays are compared by identity: whoever makes them makes new ones for new things only.
    """
    if old is new or all(_same(getattr(old, one.name), getattr(new, one.name)) for one in fields(old)):  # type: ignore[arg-type]  # a dataclass
        return old
    return new


def _same(a: object, b: object) -> bool:
    if a is b or (isinstance(a, _PLAIN) and isinstance(b, _PLAIN) and a == b):
        return True
    if not (isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b)):
        return False
    return all(x is y for x, y in zip(a, b, strict=True))
