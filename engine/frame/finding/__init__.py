"""What is worth saying about a run, as data. What is said of each kind: `engine.words.findings`."""

from typing import TypeAlias

from engine.frame.finding.about import About, Death, FindingKind, More, Occurrence, Plain
from engine.frame.finding.ends import ForEver, LostCall, LostExit
from engine.frame.finding.exceptions import BrokenExplanation, Came, Explained
from engine.frame.finding.surroundings import Missing, MissingLibrary, WindowFrozen
from engine.frame.finding.threads import CutOff, NotJoined, TaskFailed, ThreadDied
from engine.frame.finding.updates import LostUpdate, WrongResult
from engine.frame.finding.waits import Deadlock, HeldLong, Stuck, TwoHolders, Waiter

Finding: TypeAlias = (
    LostUpdate | ThreadDied | NotJoined | CutOff | TaskFailed | More | Deadlock | Stuck | HeldLong
    | Explained | BrokenExplanation | TwoHolders | WrongResult | MissingLibrary | WindowFrozen
    | LostCall | LostExit
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
    "ForEver",
    "HeldLong",
    "LostCall",
    "LostExit",
    "LostUpdate",
    "Missing",
    "MissingLibrary",
    "More",
    "NotJoined",
    "Occurrence",
    "Plain",
    "Stuck",
    "TaskFailed",
    "ThreadDied",
    "TwoHolders",
    "Waiter",
    "WindowFrozen",
    "WrongResult",
]
