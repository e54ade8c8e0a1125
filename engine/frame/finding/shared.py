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


@lazy_dataclass(frozen=True, kw_only=True)
class BusyWait(Plain):
    """Threads used a processor for asking again and again."""

    kind: FindingKind = FindingKind.BUSY_WAIT
    who: str
    asks: str  # the condition, as the text has it
    seconds: float  # for so long they asked
    used: float  # seconds of a processor


@lazy_dataclass(frozen=True, kw_only=True)
class Hogged(Plain):
    """A thread took a lock again and again while another one waited for one turn."""

    kind: FindingKind = FindingKind.HOGGED
    thing: str
    waiter: str
    count: int  # turns
    seconds: float  # that the other one waited


@lazy_dataclass(frozen=True, kw_only=True)
class Convoy(Plain):
    """Messages waited for the interpreter, which a thread that computes gives away late. Times are milliseconds."""

    kind: FindingKind = FindingKind.CONVOY
    who: str  # waited
    computing: str
    thing: str
    count: int  # how often
    mean: float  # how long
    interval: float


@lazy_dataclass(frozen=True, kw_only=True)
class LostWrite(Plain):
    """Updates of a file that were lost: it was written back after another one had written it in between."""

    kind: FindingKind = FindingKind.LOST_WRITE
    name: str  # of the file
    other: str  # whose update was lost first
    who: str
    count: int
