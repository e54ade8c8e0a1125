"""Everything that a panel needs to draw a run: composed once a tick by `Session`, never changed afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import TypeVar

from engine.frame.finding import Finding
from engine.frame.lanes import NO_LOSSES, NO_MARKS, NO_TASKS, Holders, Lane, Losses, Marks, Tasks
from engine.frame.measurement import Part
from engine.frame.output import OutputPiece
from engine.frame.states import Ended, Phase
from engine.frame.things import Interpreter, Knob, Switch, Thing
from engine.frame.trouble import Trouble
from engine.frame.values import Flip, Series, SwitchPeriod
from engine.frame.view import View
from engine.protocol.messages import UnknownFact

T = TypeVar("T")
_PLAIN = (str, int, float, bool, Enum, View, Interpreter, type(None))


@dataclass(frozen=True)
class Program:
    """What is open: the program, and what the presenter has set for it."""

    scenario: str = ""  # its id
    title: str = ""
    path: str = ""
    text: str = ""  # exactly as it runs
    page: bool = False  # what is open is only a lesson: there is nothing to run
    switches: tuple[Switch, ...] = ()
    knobs: tuple[Knob, ...] = ()


@dataclass(frozen=True)
class RunState:
    """Where the run is."""

    number: int = 0  # counts the runs of the session, from 1; 0: none yet
    phase: Phase = Phase.IDLE
    ended: Ended | None = None
    trouble: Trouble | None = None
    interpreter: Interpreter = field(default_factory=Interpreter)
    speed: float = 1.0
    now: float = 0.0  # the last program time that is known
    plan: float | None = None  # seconds of program time that the whole run will take, as the scenario reckons


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


@dataclass(frozen=True)
class Result:
    """What came of the run."""

    findings: tuple[Finding, ...] = ()
    expected: object = None  # of the scenario's expressions, after the run; None: no such thing
    found: object = None
    right: bool | None = None  # found is as expected, said where both are whole; None: nobody knows
    unknown: tuple[UnknownFact, ...] = ()  # expressions of the scenario that have no value, and why: for its author


@dataclass(frozen=True)
class Frame:
    """A frozen picture of a run, and of what the window shows of it."""

    program: Program = field(default_factory=Program)
    run: RunState = field(default_factory=RunState)
    recording: Recording = field(default_factory=Recording)
    result: Result = field(default_factory=Result)
    view: View = field(default_factory=View)


def kept(old: T, new: T) -> T:
    """The old one of two values of one dataclass when they show the same: so whoever draws compares with `is`.

    Arrays are compared by identity: whoever makes them makes new ones for new things only.
    """
    return old if all(_same(getattr(old, one.name), getattr(new, one.name)) for one in fields(old)) else new  # type: ignore[arg-type]  # a dataclass


def _same(a: object, b: object) -> bool:
    if a is b or (isinstance(a, _PLAIN) and isinstance(b, _PLAIN) and a == b):
        return True
    if not (isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b)):
        return False
    return all(x is y for x, y in zip(a, b, strict=True))
