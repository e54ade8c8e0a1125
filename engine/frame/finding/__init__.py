"""What is worth saying about a run, as data. What is said of each kind: `engine.words.findings`."""

from typing import TypeAlias

from engine.frame.finding.about import WAITS_FOR_EVER, About, Death, FindingKind, More, Occurrence, Plain
from engine.frame.finding.ends import ForEver, ForkedCopy, KeptLock, LostCall, LostExit, PoolThreadDied
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
from engine.frame.finding.kept_alive import KeptAlive, RanOn, TasksLeft
from engine.frame.finding.loops import LoopBlocked, LoopStray, LoopWaitsForItself, TaskCutOff
from engine.frame.finding.mistakes import (
    ArgumentsNoTuple,
    FlagUnseen,
    LateName,
    NeverStarted,
    OneByOne,
    ResultLost,
    RunCalled,
    SameThing,
    StartedTooEarly,
    TargetCalled,
)
from engine.frame.finding.shared import BusyWait, Convoy, Hogged, LostWrite, SharedFile, SharedName
from engine.frame.finding.sharing import CopiedLock, NotShared, NotStarted, ValueUnlocked
from engine.frame.finding.surroundings import Missing, MissingLibrary, WindowFrozen
from engine.frame.finding.threads import CutOff, NotJoined, TaskFailed, ThreadDied
from engine.frame.finding.updates import LostUpdate, WrongResult
from engine.frame.finding.waits import Deadlock, HeldLong, Standing, StandsStill, Stuck, TwoHolders, Waiter
from engine.protocol.lazy_dataclass import lazy_dataclass

Single: TypeAlias = (
    ArgumentsNoTuple
    | BarrierShort
    | BrokenExplanation
    | BusyWait
    | CheckedTooEarly
    | Convoy
    | CopiedLock
    | CutOff
    | Deadlock
    | Explained
    | ForkedCopy
    | HeldLong
    | Hogged
    | KeptAlive
    | KeptLock
    | LateName
    | LoopBlocked
    | LoopStray
    | LoopWaitsForItself
    | LostCall
    | LostExit
    | LostUpdate
    | LostWrite
    | MissedEvent
    | MissedNotification
    | MissingLibrary
    | NeverStarted
    | FlagUnseen
    | OneByOne
    | ResultLost
    | SameThing
    | NoItem
    | NoRoom
    | NotJoined
    | NotShared
    | NotStarted
    | PoolThreadDied
    | RanOn
    | RunCalled
    | SemaphoreGrew
    | SemaphoreKept
    | SharedFile
    | SharedName
    | StandsStill
    | StartedTooEarly
    | Stuck
    | TargetCalled
    | TaskCutOff
    | TaskFailed
    | TasksLeft
    | ThreadDied
    | TwoHolders
    | UnfinishedTasks
    | ValueUnlocked
    | WindowFrozen
    | WokeTooEarly
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
    "WAITS_FOR_EVER",
    "About",
    "Alike",
    "ArgumentsNoTuple",
    "At",
    "BarrierShort",
    "BrokenExplanation",
    "BusyWait",
    "Came",
    "CheckedTooEarly",
    "Convoy",
    "CopiedLock",
    "CutOff",
    "Deadlock",
    "Death",
    "Explained",
    "Fate",
    "Finding",
    "FindingKind",
    "FlagUnseen",
    "ForEver",
    "ForkedCopy",
    "HeldLong",
    "Hogged",
    "KeptAlive",
    "KeptLock",
    "LateName",
    "LoopBlocked",
    "LoopStray",
    "LoopWaitsForItself",
    "LostCall",
    "LostExit",
    "LostUpdate",
    "LostWrite",
    "MissedEvent",
    "MissedNotification",
    "Missing",
    "MissingLibrary",
    "More",
    "NeverStarted",
    "NoItem",
    "NoRoom",
    "NotJoined",
    "NotShared",
    "NotStarted",
    "Occurrence",
    "OneByOne",
    "Party",
    "Plain",
    "PoolThreadDied",
    "RanOn",
    "ResultLost",
    "RunCalled",
    "SameThing",
    "SemaphoreGrew",
    "SemaphoreKept",
    "SharedFile",
    "SharedName",
    "Single",
    "Standing",
    "StandsStill",
    "StartedTooEarly",
    "Stuck",
    "TargetCalled",
    "TaskCutOff",
    "TaskFailed",
    "TasksLeft",
    "ThreadDied",
    "TwoHolders",
    "UnfinishedTasks",
    "ValueUnlocked",
    "Waiter",
    "WindowFrozen",
    "WokeTooEarly",
    "WrongResult",
]
