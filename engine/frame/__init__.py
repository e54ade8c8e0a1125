"""The frozen picture of a run that every panel draws: every value that crosses to the window.

All arrays are append-only views of the session's columns: a later frame never changes what an earlier one shows.
Times in arrays are int64 nanoseconds of program time; single times are float seconds of program time.
"""

from engine.frame.finding import Finding, FindingKind
from engine.frame.frame import Frame, Program, Recording, Result, RunState, kept
from engine.frame.lanes import (
    EMPTY_TIMES,
    NO_LOSSES,
    NO_MARKS,
    NO_TASKS,
    Cpu,
    Death,
    Holders,
    Lane,
    Losses,
    Marks,
    Spans,
    Tasks,
    Times,
)
from engine.frame.measurement import Part
from engine.frame.output import OutputPiece
from engine.frame.states import ENDS_BY_ITSELF, WAITING, Ended, Phase, State
from engine.frame.things import Interpreter, Knob, Refusal, Refused, Switch, Thing
from engine.frame.trouble import Trouble
from engine.frame.values import Flip, Series, SwitchPeriod
from engine.frame.view import View
from engine.protocol.messages import LaneKind

__all__ = [
    "EMPTY_TIMES",
    "ENDS_BY_ITSELF",
    "NO_LOSSES",
    "NO_MARKS",
    "NO_TASKS",
    "WAITING",
    "Cpu",
    "Death",
    "Ended",
    "Finding",
    "FindingKind",
    "Flip",
    "Frame",
    "Holders",
    "Interpreter",
    "Knob",
    "Lane",
    "LaneKind",
    "Losses",
    "Marks",
    "OutputPiece",
    "Part",
    "Phase",
    "Program",
    "Recording",
    "Refusal",
    "Refused",
    "Result",
    "RunState",
    "Series",
    "Spans",
    "State",
    "Switch",
    "SwitchPeriod",
    "Tasks",
    "Thing",
    "Times",
    "Trouble",
    "View",
    "kept",
]
