"""The frozen picture of a run that every panel draws: every value that crosses to the window.

All arrays are append-only views of the session's columns: a later frame never changes what an earlier one shows.
Times in arrays are int64 nanoseconds of program time; single times are float seconds of program time.
"""

from engine.frame.finding import Finding, FindingKind
from engine.frame.frame import Frame, Interpreter, Program, Refusal, Refused, Result, RunState, View, kept
from engine.frame.recording import (
    EMPTY_TIMES,
    NO_LOSSES,
    NO_MARKS,
    NO_TASKS,
    Cpu,
    Death,
    Flip,
    Holders,
    Lane,
    Losses,
    Marks,
    OutputPiece,
    Part,
    Recording,
    Series,
    Spans,
    SwitchPeriod,
    Tasks,
    Thing,
    Times,
)
from engine.frame.states import ENDS_BY_ITSELF, WAITING, Ended, Phase, State
from engine.frame.trouble import Trouble
from engine.protocol.messages import LaneKind
from engine.protocol.program_text import Knob, Switch
