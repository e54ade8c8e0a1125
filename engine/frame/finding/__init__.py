"""What is worth saying about a run, as data. What is said of each kind: `engine.words.findings`."""

from typing import TypeAlias

from engine.frame.finding.about import About, Death, FindingKind, More, Occurrence, Plain
from engine.frame.finding.exceptions import BrokenExplanation, Came, Explained
from engine.frame.finding.kept_alive import KeptAlive, RanOn, TasksLeft
from engine.frame.finding.loops import LoopBlocked, LoopStray, LoopWaitsForItself, TaskCutOff
from engine.frame.finding.mistakes import LateName, NeverStarted, RunCalled, StartedTooEarly, TargetCalled
from engine.frame.finding.sharing import NotStarted
from engine.frame.finding.surroundings import Missing, MissingLibrary, WindowFrozen
from engine.frame.finding.threads import CutOff, NotJoined, TaskFailed, ThreadDied
from engine.frame.finding.updates import LostUpdate, WrongResult
from engine.frame.finding.waits import Deadlock, HeldLong, Stuck, TwoHolders, Waiter

Finding: TypeAlias = (
    LostUpdate | ThreadDied | NotJoined | CutOff | KeptAlive | RanOn | TasksLeft
    | TaskFailed | More | Deadlock | Stuck | HeldLong
    | Explained | BrokenExplanation | TwoHolders | WrongResult | MissingLibrary | WindowFrozen
    | LoopBlocked | LoopStray | LoopWaitsForItself | TaskCutOff | NotStarted
    | TargetCalled | RunCalled | NeverStarted | LateName | StartedTooEarly
)  # fmt: skip

__all__ = [
    "About",
    "BrokenExplanation",
    "Came",
    "CutOff",
    "Deadlock",
    "Death",
    "Explained",
    "Finding",
    "FindingKind",
    "HeldLong",
    "KeptAlive",
    "LateName",
    "LoopBlocked",
    "LoopStray",
    "LoopWaitsForItself",
    "LostUpdate",
    "Missing",
    "MissingLibrary",
    "More",
    "NeverStarted",
    "NotJoined",
    "NotStarted",
    "Occurrence",
    "Plain",
    "RanOn",
    "RunCalled",
    "StartedTooEarly",
    "Stuck",
    "TargetCalled",
    "TaskCutOff",
    "TaskFailed",
    "TasksLeft",
    "ThreadDied",
    "TwoHolders",
    "Waiter",
    "WindowFrozen",
    "WrongResult",
]
