"""The rules that the detector asks beside what it knows itself: a new one is a module and its line here."""

from collections.abc import Callable

from engine.findings.exits import LostExits
from engine.findings.kept_alive import KeptAliveRule
from engine.findings.loops import LoopRule
from engine.findings.mistakes import Mistakes
from engine.findings.not_shared import NotSharedRule
from engine.findings.not_started import NotStartedRule
from engine.findings.ran_on import RanOnRule
from engine.findings.rule import Rule
from engine.findings.tasks_left import TasksLeftRule

RULES: tuple[Callable[[], Rule], ...] = (
    KeptAliveRule,
    RanOnRule,
    TasksLeftRule,
    LoopRule,
    NotSharedRule,
    NotStartedRule,
    Mistakes,
    LostExits,
)
