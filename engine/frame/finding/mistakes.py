"""First mistakes with threads: a target that was called, run() in place of start(), and others."""

from typing import Literal

from engine.frame.finding.about import FindingKind, Plain
from engine.protocol.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True, kw_only=True)
class TargetCalled(Plain):
    """A function was called, and what it gave back was handed over in its place."""

    kind: FindingKind = FindingKind.TARGET_CALLED
    form: Literal["idle", "died", "task"] = "idle"  # the threads had nothing to do, died of it, or it was a pool's task
    name: str  # of the function
    gave: str
    who: str  # names of the threads, or of the tasks
    by: str  # the thread that called it
    lines: str


@lazy_dataclass(frozen=True, kw_only=True)
class RunCalled(Plain):
    """run() was called in place of start()."""

    kind: FindingKind = FindingKind.RUN_CALLED
    who: str
    by: str
    count: int  # of those that were to be started


@lazy_dataclass(frozen=True, kw_only=True)
class NeverStarted(Plain):
    """Made, and never started."""

    kind: FindingKind = FindingKind.NEVER_STARTED
    who: str
    count: int


@lazy_dataclass(frozen=True, kw_only=True)
class LateName(Plain):
    """Functions made in a loop looked up its name when they ran, and found the last value."""

    kind: FindingKind = FindingKind.LATE_NAME
    name: str
    value: str
    who: str
    count: int  # of the threads or tasks that found it


@lazy_dataclass(frozen=True, kw_only=True)
class SameThing(Plain):
    """Several threads got one list, dict or object, each as if it were its own."""

    kind: FindingKind = FindingKind.SAME_THING
    form: Literal["changed", "default", "repeated"] = "changed"
    name: str
    type: str
    who: str
    count: int  # of the threads


@lazy_dataclass(frozen=True, kw_only=True)
class ResultLost(Plain):
    """The value of start() or join() is used, and what the thread's function returns is lost."""

    kind: FindingKind = FindingKind.RESULT_LOST
    name: str  # of the function
    call: str
    who: str


@lazy_dataclass(frozen=True, kw_only=True)
class FlagUnseen(Plain):
    """A loop looks at a name, and what is changed elsewhere is another one that is called alike."""

    kind: FindingKind = FindingKind.FLAG_UNSEEN
    form: Literal["local", "argument"] = "local"
    name: str
    who: str
    function: str  # that changes the other one; "": the loop's function has it as an argument
    loop: str  # its line


@lazy_dataclass(frozen=True, kw_only=True)
class OneByOne(Plain):
    """Each thread was waited for before the next one was made."""

    kind: FindingKind = FindingKind.ONE_BY_ONE
    who: str
    count: int
    seconds: float  # all together


@lazy_dataclass(frozen=True, kw_only=True)
class StartedTooEarly(Plain):
    """Started in __init__, before an attribute was there."""

    kind: FindingKind = FindingKind.STARTED_TOO_EARLY
    name: str  # of the attribute
    who: str


@lazy_dataclass(frozen=True, kw_only=True)
class ArgumentsNoTuple(Plain):
    """`args` was one thing in place of a tuple."""

    kind: FindingKind = FindingKind.ARGUMENTS_NO_TUPLE
    form: Literal["text", "single"] = "text"  # a text is taken letter by letter, nothing else can be taken at all
    name: str  # of the function
    given: str
    who: str
