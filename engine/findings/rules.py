"""The rules that the detector asks beside what it knows itself: a new one is a module and its line here."""

from collections.abc import Callable

from engine.findings.exits import LostExits
from engine.findings.kept_alive import KeptAliveRule
from engine.findings.loops import LoopRule
from engine.findings.lost_calls import LostCalls, PoolThreads
from engine.findings.mistakes import Mistakes
from engine.findings.not_started import NotStartedRule
from engine.findings.rule import Rule

RULES: tuple[Callable[[], Rule], ...] = (
    KeptAliveRule,
    LoopRule,
    NotStartedRule,
    Mistakes,
    LostExits,
    LostCalls,
    PoolThreads,
)
