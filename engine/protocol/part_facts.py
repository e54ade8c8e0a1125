"""Facts about the parts of a run that are compared, and how long it will take: a part of `engine.protocol.messages`."""

from __future__ import annotations

from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.numbers import Id


@lazy_dataclass(frozen=True)
class PartFact:
    """A part of the run that is compared: sent when it begins, and again with its value or its error."""

    id: Id
    name: str
    group: str = ""
    limit: float | None = None  # seconds
    speed: float = 1.0  # of program time when it began
    value: float | None = None
    error: str = ""


@lazy_dataclass(frozen=True)
class PlanFact:
    """Program time that the run will take."""

    seconds: float
