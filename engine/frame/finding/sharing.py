"""Processes: those that were not started, and what they do not share."""

from typing import Literal

from engine.frame.finding.about import FindingKind, Plain
from engine.protocol.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True, kw_only=True)
class NotStarted(Plain):
    """A process that start() could not start, so it did nothing, and there is nobody to join."""

    kind: FindingKind = FindingKind.NOT_STARTED
    error: str


@lazy_dataclass(frozen=True, kw_only=True)
class NotShared(Plain):
    """A variable that processes changed in copies of their own, while their parent reads its own one."""

    kind: FindingKind = FindingKind.NOT_SHARED
    form: Literal["name", "names", "handed", "manager", "managers"]
    name: str
    before: str
    after: str  # in the process that is named
    times: int = 1  # processes that did so


@lazy_dataclass(frozen=True, kw_only=True)
class ValueUnlocked(Plain):
    """A Value that is less than what was added to it, as it was read and written without its lock."""

    kind: FindingKind = FindingKind.VALUE_UNLOCKED
    name: str
    found: int
    expected: int
    times: int  # additions without the lock


@lazy_dataclass(frozen=True, kw_only=True)
class CopiedLock(Plain):
    """A lock of threading that each process has a copy of, so that two were inside at once."""

    kind: FindingKind = FindingKind.COPIED_LOCK
    name: str
    holder: str  # the process that had its copy at that time
