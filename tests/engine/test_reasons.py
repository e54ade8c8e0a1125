"""The sentences made of the stage's reasons: each reason has its own."""

import pytest

from engine.protocol.messages import (
    ExceptionFact,
    NoValue,
    ProcessEndFact,
    ProcessEnding,
    UnknownFact,
)
from engine.words import reasons

LINE = 1 << 20 | 9


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        (UnknownFact(NoValue.RAISED, "a + b", detail="NameError: no a"), "a + b: NameError: no a"),
        (UnknownFact(NoValue.NO_ANSWER, "wait()", limit=2), "wait(): no answer within 2 seconds"),
        (UnknownFact(NoValue.NO_NUMBER, "x", "takes", "'x'"), "takes: x: 'x' is no number to calculate with"),
        (
            UnknownFact(NoValue.NO_PLAIN_CALL, field="parts.call", detail="work"),
            "parts.call: work yields or awaits; a part is a plain call that comes to its end",
        ),
        (
            UnknownFact(NoValue.TOO_MANY, field="parts.call", limit=1000),
            "parts.call: of the calls only the first 1,000 are told as parts",
        ),
    ],
)
def test_that_each_reason_without_a_value_has_its_words(fact: UnknownFact, said: str) -> None:
    assert reasons.unknown(fact) == said


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        (ProcessEndFact(3, ProcessEnding.STATUS, 4), "its process ended with exit status 4"),
        (ProcessEndFact(3, ProcessEnding.SIGNAL, 9), "ended by signal 9 (SIGKILL)"),
        (ProcessEndFact(3, ProcessEnding.SIGNAL, 999), "ended by signal 999"),
        (ProcessEndFact(3, ProcessEnding.CALL, 3, "os._exit(3)", LINE), "os._exit(3) was called at line 9"),
        (ProcessEndFact(3, ProcessEnding.SILENT), "its process ended without a word"),
    ],
)
def test_that_each_bad_end_of_a_process_has_its_words(fact: ProcessEndFact, said: str) -> None:
    assert reasons.death(fact) == said


def test_that_no_reason_is_without_words() -> None:
    assert all(reasons.unknown(UnknownFact(reason, detail="x")) for reason in NoValue)
    assert all(reasons.death(ProcessEndFact(2, ending, call="x()")) for ending in ProcessEnding)


def test_that_a_farewell_says_what_was_called_and_where_that_is_known() -> None:
    assert reasons.called("os.abort()", 9) == "os.abort() was called at line 9"
    assert reasons.called("os.abort()", 0) == "os.abort() was called"


def test_that_an_exception_without_a_message_is_called_by_its_type() -> None:
    assert reasons.death(ExceptionFact(2, "ValueError", "no")) == "ValueError: no"
    assert reasons.death(ExceptionFact(2, "ValueError")) == "ValueError"
    assert reasons.death(ExceptionFact(2, "Odd", None)) == "Odd: (its message cannot be shown)"
