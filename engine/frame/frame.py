"""Everything that a panel needs to draw a run: made by `Session.pump`, never changed afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.frame.finding import Finding, Trouble
from engine.frame.lanes import NO_LOSSES, NO_MARKS, NO_TASKS, Holders, Lane, Losses, Marks, Tasks
from engine.frame.measurement import Part
from engine.frame.output import OutputPiece
from engine.frame.states import Ended, Phase
from engine.frame.things import Interpreter, Knob, Switch, Thing
from engine.frame.values import Flip, Series, SwitchPeriod
from engine.frame.view import View


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
    stretches: tuple[SwitchPeriod, ...] = ()
    value: Series | None = None  # the watched value
    depths: tuple[Series, ...] = ()  # queues
    tasks: Tasks = NO_TASKS
    parts: tuple[Part, ...] = ()
    plan: float | None = None  # seconds of program time that the whole run will take, as the scenario reckons
    gaps: Series | None = None  # between two frames of the window while the program ran, nanoseconds
    marks: Marks = NO_MARKS  # where events were set and cleared
    losses: Losses = NO_LOSSES
    output: Sequence[OutputPiece] = ()
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
