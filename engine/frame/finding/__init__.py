"""What is worth saying about a run, as data. What is said of each kind: `engine.words.findings`."""

from typing import TypeAlias

from engine.frame.finding.about import WAITS_FOR_EVER, About, Death, FindingKind, More, Occurrence, Plain
from engine.frame.finding.exceptions import BrokenExplanation, Came, Explained
from engine.frame.finding.histories import (
    At,
    BarrierShort,
    Fate,
    MissedEvent,
    MissedNotification,
    NoItem,
    NoRoom,
    Party,
    SemaphoreGrew,
    SemaphoreKept,
    UnfinishedTasks,
)
from engine.frame.finding.surroundings import Missing, MissingLibrary, WindowFrozen
from engine.frame.finding.threads import CutOff, NotJoined, TaskFailed, ThreadDied
from engine.frame.finding.updates import LostUpdate, WrongResult
from engine.frame.finding.waits import Deadlock, HeldLong, Stuck, TwoHolders, Waiter

Finding: TypeAlias = (
    LostUpdate | ThreadDied | NotJoined | CutOff | TaskFailed | More | Deadlock | Stuck | HeldLong
    | UnfinishedTasks | NoItem | NoRoom | MissedEvent | MissedNotification | BarrierShort
    | SemaphoreKept | SemaphoreGrew
    | Explained | BrokenExplanation | TwoHolders | WrongResult | MissingLibrary | WindowFrozen
)  # fmt: skip

__all__ = [
    "WAITS_FOR_EVER",
    "About",
    "At",
    "BarrierShort",
    "BrokenExplanation",
    "Came",
    "CutOff",
    "Deadlock",
    "Death",
    "Explained",
    "Fate",
    "Finding",
    "FindingKind",
    "HeldLong",
    "LostUpdate",
    "MissedEvent",
    "MissedNotification",
    "Missing",
    "MissingLibrary",
    "More",
    "NoItem",
    "NoRoom",
    "NotJoined",
    "Occurrence",
    "Party",
    "Plain",
    "SemaphoreGrew",
    "SemaphoreKept",
    "Stuck",
    "TaskFailed",
    "ThreadDied",
    "TwoHolders",
    "UnfinishedTasks",
    "Waiter",
    "WindowFrozen",
    "WrongResult",
]
