"""What several threads share without a lock."""

from typing import Literal

from engine.frame.finding.about import FindingKind, Plain
from engine.protocol.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True, kw_only=True)
class SharedName(Plain):
    """A name that several threads read and write back, or check and act on, and no lock is around both."""

    kind: FindingKind = FindingKind.SHARED_NAME
    form: Literal["change", "check", "lock"] = "change"  # lock: some have one, but not the same
    name: str
    who: str  # names of the threads that ran it
    lines: str
    count: int  # of the threads


@lazy_dataclass(frozen=True, kw_only=True)
class SharedFile(Plain):
    """Several threads use one file object, and come between one another."""

    kind: FindingKind = FindingKind.SHARED_FILE
    form: Literal["moved", "torn"] = "moved"  # its position was moved, or a line of it was written into
    name: str  # of the file object, or of the file
    who: str
    count: int  # of the threads
