"""Everything that a panel needs to draw a run: composed once a tick by `Session`, never changed afterwards."""

import enum
from dataclasses import dataclass, field, fields
from typing import TypeVar

from engine.frame.finding import Finding
from engine.frame.recording import Recording
from engine.frame.states import Ended, Phase, State
from engine.frame.trouble import Trouble
from engine.protocol.messages import UnknownFact
from engine.protocol.program_text import Knob, Switch

T = TypeVar("T")


class Refused(enum.Enum):
    """Why a value cannot be put into a knob."""

    UNKNOWN = "unknown"  # there is no such knob
    TYPE = "type"
    CHOICE = "choice"
    RANGE = "range"


@dataclass(frozen=True)
class Refusal:
    """A value that a knob does not take. Of a knob that there is not, `value` is the names of those there are."""

    why: Refused
    knob: Knob
    value: object


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
    """What the window shows of the run, and has to say itself. Part of the frame so that all panels agree."""

    start: float = 0.0
    end: float = 10.0
    follow: bool = True
    cursor: float | None = None  # None: at the last moment
    hidden: frozenset[State] = frozenset()  # states switched off in the legend
    line: int = 0  # of the program: somebody asked to see it; 0 is none
    asked: int = 0  # counts the wishes for a line, so that the same one can be asked for again
    notice: Trouble | None = None  # of the window's own, shown when the run has none


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


_PLAIN = (str, int, float, bool, enum.Enum, View, Interpreter, type(None))


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
