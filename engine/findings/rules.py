"""The rules that the detector asks beside what it knows itself: a new one is a module and its line here."""

from collections.abc import Callable

from engine.findings.exits import LostExits
from engine.findings.lost_calls import LostCalls
from engine.findings.rule import Rule

RULES: tuple[Callable[[], Rule], ...] = (LostExits, LostCalls)
