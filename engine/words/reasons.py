"""Reasons in words: how a thread ended, why an expression has no value or a knob refuses one, what was left out."""

import signal

from engine.frame import Death, Ended, Open, OutputPiece, Refusal, Refused, Trouble
from engine.frame.trouble import EndedItself
from engine.protocol.messages import (
    ExceptionFact,
    NoValue,
    NoWatch,
    ProcessEndFact,
    ProcessEnding,
    UnknownFact,
    WatchFact,
    assert_never,
)
from engine.protocol.places import line_of
from engine.words.catalogue import in_file, say

SHOWN = 60  # characters of a value that is refused
INTERRUPTED = 130  # what a shell shows for a program that an interrupt ended
NT_ERROR = 0xC0000000  # from here on it is no number of the program's own
_TAKES: dict[type, str] = {bool: "takes-on-off", int: "takes-whole", float: "takes-number", str: "takes-text"}


def death(cause: Death) -> str:
    """Such as "ValueError: no" or "ended by signal 9 (SIGKILL)"."""
    match cause:
        case ExceptionFact():
            return _exception(cause)
        case ProcessEndFact():
            return _process_end(cause)
        case _:
            return cause or say("an-exception")


def death_type(cause: Death) -> str:
    """The type of an exception alone, where there is no room for what it says."""
    return cause.type if isinstance(cause, ExceptionFact) else death(cause).partition(":")[0]


def _exception(fact: ExceptionFact) -> str:
    message = say("no-message") if fact.message is None else fact.message
    return f"{fact.type}: {message}" if message else fact.type


def _process_end(fact: ProcessEndFact) -> str:
    match fact.ending:
        case ProcessEnding.STATUS:
            return say("process-status", code=fact.code)
        case ProcessEnding.SIGNAL:
            name = signal_name(fact.code)
            return say("process-signal", code=fact.code, name=name) if name else say("process-number", code=fact.code)
        case ProcessEnding.CALL:
            return called(fact.call, in_file(line_of(fact.place), ""))
        case ProcessEnding.SILENT:
            return say("process-silent")
        case ProcessEnding.OUTLIVED:
            return say("process-outlived")
        case _:
            return assert_never(fact.ending)


def called(call: str, line: str) -> str:
    """Such as "os._exit(3) was called at line 9"."""
    return say("called-at", call=call, line=line) if line else say("called", call=call)


def signal_name(number: int) -> str:
    """Such as "SIGKILL", "" for one without a name here."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return ""


def exit_status(status: int | None, ended: Ended | None, trouble: Trouble | None = None) -> str:
    """An exit status and what it means, such as "1 (an exception)" or "-11 (SIGSEGV)"; "" where there is none."""
    if status is None:
        return ""
    words = _why(status, ended, trouble)
    return say("exit-explained", status=status, words=words) if words else str(status)


def _why(status: int, ended: Ended | None, trouble: Trouble | None) -> str:
    if status < 0 and ended is not Ended.FINISHED:  # on Windows sys.exit(-1) is that
        return signal_name(-status)
    if status >= NT_ERROR:  # of Windows: such as 3221225477, which everybody knows as 0xC0000005
        return f"0x{status:X}"
    if isinstance(trouble, EndedItself):
        return trouble.call
    if ended is Ended.REFUSED:
        return say("exit-unread")
    if ended is Ended.DIED:
        return say("exit-interrupt" if status == INTERRUPTED else "exit-exception")
    return "sys.exit" if status else ""


def unsplit(why: Open) -> str:
    """Why arguments cannot be split, in one sentence."""
    return say(why.value)


def unknown(fact: UnknownFact) -> str:
    """Such as "parts.value: a / b: ZeroDivisionError: division by zero"."""
    return ": ".join(filter(None, [fact.field, fact.expression, _no_value(fact)]))


def _no_value(fact: UnknownFact) -> str:
    match fact.reason:
        case NoValue.RAISED:
            return fact.detail
        case NoValue.NO_ANSWER:
            return say("no-answer", seconds=fact.limit)
        case NoValue.NO_NUMBER:
            return say("no-number", value=fact.detail)
        case NoValue.NO_PLAIN_CALL:
            return say("no-plain-call", function=fact.detail)
        case NoValue.TOO_MANY:
            return say("too-many-calls", limit=fact.limit)
        case _:
            return assert_never(fact.reason)


def unwatched(fact: WatchFact) -> str:
    """Why a watched expression has no number, in one or two sentences; "" when it has one."""
    if fact.reason is None:
        return ""
    said, name = f"unwatched-{fact.reason.value}", fact.name or fact.expression
    if fact.reason is NoWatch.LOCAL and fact.detail == fact.expression:
        said = "unwatched-local-name"
    if fact.reason is NoWatch.ABSENT and not fact.id:
        said = "unwatched-unknown"
    return say(said, name=name, detail=fact.detail)


def printed(piece: OutputPiece) -> str:
    """What was printed; of what is too long, how much more there was."""
    return say("more-characters", count=piece.left_out) if piece.left_out else piece.text


def refused(refusal: Refusal | None) -> str:
    """Why a value cannot be put into a knob, in one sentence; "" when it was accepted."""
    if refusal is None:
        return ""
    knob, name, value = refusal.knob, refusal.knob.name, refusal.value
    if isinstance(value, str) and len(value) > SHOWN:
        value = f"{value[:SHOWN]}..."
    match refusal.why:
        case Refused.UNKNOWN:
            names = ", ".join(value) if isinstance(value, tuple) else ""
            return say("no-such-knob", name=name, names=names) if names else say("no-knobs", name=name)
        case Refused.TYPE:
            return say(_TAKES[type(knob.default)], name=name, value=repr(value))
        case Refused.CHOICE:
            return say("not-a-choice", name=name, choices=", ".join(map(str, knob.choices)), value=value)
        case Refused.RANGE:
            return say("out-of-range", name=name, low=knob.low, high=knob.high, value=value)
        case _:
            return assert_never(refusal.why)
