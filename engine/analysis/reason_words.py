"""What the stage's reasons are called in words: from data to sentence, until this moves to the catalogue of words.

Nothing is decided here; see also `engine.hosting.exit_reason`.
"""

from __future__ import annotations

import signal

from engine.protocol.messages import (
    ExceptionFact,
    FarewellFact,
    NoValue,
    ProcessEndFact,
    ProcessEnding,
    TextFact,
    UnknownFact,
)
from engine.protocol.places import line_in_file

NO_MESSAGE = "(its message cannot be shown)"
AN_EXCEPTION = "an exception"
_NO_VALUE = {
    NoValue.RAISED: "{detail}",
    NoValue.NO_ANSWER: "no answer within {limit:g} seconds",
    NoValue.NO_NUMBER: "{detail} is no number to reckon with",
    NoValue.NO_PLAIN_CALL: "{detail} yields or awaits; a part is a plain call that comes to its end",
    NoValue.TOO_MANY: "of the calls only the first {limit:,.0f} are told as parts",
}
_PROCESS_END = {
    ProcessEnding.STATUS: "its process ended with exit status {code}",
    ProcessEnding.SIGNAL: "ended by signal {signal}",
    ProcessEnding.CALL: "{call}",
    ProcessEnding.SILENT: "its process ended without a word",
}


def exception(fact: ExceptionFact) -> str:
    """Such as "ValueError: no"."""
    message = NO_MESSAGE if fact.message is None else fact.message
    return f"{fact.type}: {message}" if message else fact.type


def process_end(fact: ProcessEndFact) -> str:
    """Such as "ended by signal 9 (SIGKILL)"."""
    name = signal_name(fact.code)
    words = _PROCESS_END[fact.ending]
    return words.format(
        code=fact.code, call=_call(fact.call, fact.place), signal=f"{fact.code} ({name})" if name else fact.code
    )


def farewell(fact: FarewellFact) -> str:
    """Such as "os._exit(3) was called at line 9"."""
    return _call(fact.call, fact.place)


def _call(call: str, place: int) -> str:
    line = line_in_file(place)
    return f"{call} was called at line {line}" if line else f"{call} was called"


def signal_name(number: int) -> str:
    """Such as "SIGKILL", "" for one without a name here."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return ""


def unknown(fact: UnknownFact) -> str:
    """Such as "parts.value: a / b: ZeroDivisionError: division by zero"."""
    why = _NO_VALUE[fact.reason].format(detail=fact.detail, limit=fact.limit)
    return ": ".join(filter(None, [fact.field, fact.expression, why]))


def text(fact: TextFact) -> str:
    """What was printed, and how much more there was."""
    return f"{fact.text}\n... and {fact.left_out:,} more characters\n" if fact.left_out else fact.text
