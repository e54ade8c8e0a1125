"""Processes: those that were not started, and what they do not share."""

from engine.frame.finding.about import FindingKind, Plain
from engine.protocol.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True, kw_only=True)
class NotStarted(Plain):
    """A process that start() could not start, so it did nothing, and there is nobody to join."""

    kind: FindingKind = FindingKind.NOT_STARTED
    error: str
