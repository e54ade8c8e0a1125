"""What is worth saying about a run, as data. What is said of each kind: `engine.words.findings`."""

from typing import TypeAlias

from engine.frame.finding.about import About, Death, FindingKind, More, Occurrence, Plain
from engine.frame.finding.ends import LostExit
from engine.frame.finding.exceptions import BrokenExplanation, Came, Explained
from engine.frame.finding.kept_alive import KeptAlive, RanOn, TasksLeft
from engine.frame.finding.loops import LoopBlocked, LoopStray, LoopWaitsForItself, TaskCutOff
from engine.frame.finding.mistakes import LateName, NeverStarted, RunCalled, StartedTooEarly, TargetCalled
from engine.frame.finding.sharing import NotShared, NotStarted
from engine.frame.finding.surroundings import Missing, MissingLibrary, WindowFrozen
from engine.frame.finding.threads import CutOff, NotJoined, TaskFailed, ThreadDied
from engine.frame.finding.updates import LostUpdate, WrongResult
from engine.frame.finding.waits import Deadlock, HeldLong, Stuck, TwoHolders, Waiter
from engine.protocol.lazy_dataclass import lazy_dataclass

Single: TypeAlias = (
    BrokenExplanation
    | CutOff
    | Deadlock
    | Explained
    | HeldLong
    | KeptAlive
    | LateName
    | LoopBlocked
    | LoopStray
    | LoopWaitsForItself
    | LostExit
    | LostUpdate
    | MissingLibrary
    | NeverStarted
    | NotJoined
    | NotShared
    | NotStarted
    | RanOn
    | RunCalled
    | StartedTooEarly
    | Stuck
    | TargetCalled
    | TaskCutOff
    | TaskFailed
    | TasksLeft
    | ThreadDied
    | TwoHolders
    | WindowFrozen
    | WrongResult
)


@lazy_dataclass(frozen=True, kw_only=True)
class Alike(About):
    """Several of a kind that differ in whom they concern, told as one: its place and time are those of the first."""

    kind: FindingKind
    first: Single
    count: int  # of all, also of those that have no name here
    names: tuple[str, ...] = ()  # of the threads that are told by name, the first's too


Finding: TypeAlias = Single | Alike | More

__all__ = [
    "About",
    "Alike",
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
    "LostExit",
    "LostUpdate",
    "Missing",
    "MissingLibrary",
    "More",
    "NeverStarted",
    "NotJoined",
    "NotShared",
    "NotStarted",
    "Occurrence",
    "Plain",
    "RanOn",
    "RunCalled",
    "Single",
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
