"""What is worth saying about a run, as data. What is said of each kind: `engine.words.findings`."""

from typing import TypeAlias

from engine.frame.finding.about import WAITS_FOR_EVER, About, Death, FindingKind, More, Occurrence, Plain
from engine.frame.finding.exceptions import BrokenExplanation, Came, Explained
from engine.frame.finding.histories import (
    At,
    BarrierShort,
    CheckedTooEarly,
    Fate,
    MissedEvent,
    MissedNotification,
    NoItem,
    NoRoom,
    Party,
    SemaphoreGrew,
    SemaphoreKept,
    UnfinishedTasks,
    WokeTooEarly,
)
from engine.frame.finding.kept_alive import KeptAlive
from engine.frame.finding.loops import LoopBlocked, LoopStray, LoopWaitsForItself, TaskCutOff
from engine.frame.finding.mistakes import LateName, NeverStarted, RunCalled, StartedTooEarly, TargetCalled
from engine.frame.finding.sharing import NotStarted
from engine.frame.finding.surroundings import Missing, MissingLibrary, WindowFrozen
from engine.frame.finding.threads import CutOff, NotJoined, TaskFailed, ThreadDied
from engine.frame.finding.updates import LostUpdate, WrongResult
from engine.frame.finding.waits import Deadlock, HeldLong, Stuck, TwoHolders, Waiter

Finding: TypeAlias = (
    LostUpdate | ThreadDied | NotJoined | CutOff | KeptAlive | TaskFailed | More | Deadlock | Stuck | HeldLong
    | UnfinishedTasks | NoItem | NoRoom | MissedEvent | MissedNotification | BarrierShort
    | SemaphoreKept | SemaphoreGrew | CheckedTooEarly | WokeTooEarly
    | Explained | BrokenExplanation | TwoHolders | WrongResult | MissingLibrary | WindowFrozen
    | LoopBlocked | LoopStray | LoopWaitsForItself | TaskCutOff | NotStarted
    | TargetCalled | RunCalled | NeverStarted | LateName | StartedTooEarly
)  # fmt: skip

__all__ = [
    "WAITS_FOR_EVER",
    "About",
    "At",
    "BarrierShort",
    "BrokenExplanation",
    "Came",
    "CheckedTooEarly",
    "CutOff",
    "Deadlock",
    "Death",
    "Explained",
    "Fate",
    "Finding",
    "FindingKind",
    "HeldLong",
    "KeptAlive",
    "LateName",
    "LoopBlocked",
    "LoopStray",
    "LoopWaitsForItself",
    "LostUpdate",
    "MissedEvent",
    "MissedNotification",
    "Missing",
    "MissingLibrary",
    "More",
    "NeverStarted",
    "NoItem",
    "NoRoom",
    "NotJoined",
    "NotStarted",
    "Occurrence",
    "Party",
    "Plain",
    "RunCalled",
    "SemaphoreGrew",
    "SemaphoreKept",
    "StartedTooEarly",
    "Stuck",
    "TargetCalled",
    "TaskCutOff",
    "TaskFailed",
    "ThreadDied",
    "TwoHolders",
    "UnfinishedTasks",
    "Waiter",
    "WindowFrozen",
    "WokeTooEarly",
    "WrongResult",
]
