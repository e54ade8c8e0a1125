"""The fact about how long a run will take: a part of `engine.protocol.messages`."""

from __future__ import annotations

from engine.protocol.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True)
class PlanFact:
    """Program time that the run will take."""

    seconds: float
