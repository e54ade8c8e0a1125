"""What the scenario asks of the program's names when it has ended: expected, found, and whether a proof holds."""

from __future__ import annotations

import _thread
import math
from collections.abc import Callable
from typing import Any, NamedTuple

from engine.protocol.messages import NoValue, UnknownFact, Value
from engine.protocol.records import MAIN_THREAD
from engine.stage.outcome import exception_report
from engine.stage.run_services import RunServices

EVALUATION = 2  # seconds that an expression of the scenario may take
LONGEST_VALUE = 200  # characters of a value that is no number
AS_GOOD_AS = 1e-9  # relative: two numbers with a point in them that differ by less are the same


class Answers(NamedTuple):
    """What the fact of the outcome says of the scenario's expressions."""

    expected: Value
    found: Value
    right: bool | None  # found is as expected
    holds: bool | None


class Expressions:
    """Evaluates expressions in a thread of its own, as an answer may never come."""

    def __init__(self, context: RunServices, names: dict[str, Any]) -> None:
        self._context = context
        self._names = names

    def of(self, expected: str, found: str, expression: str) -> Answers:
        """The answers; None for those that cannot be had, of which facts say why."""
        first, second = self._evaluate(expected), self._evaluate(found)
        right = None
        if first and second:
            right = self._within("expected == found", lambda: _same(first[0], second[0]))
        holds = self._evaluate(expression)
        return Answers(
            self._show(expected, first),
            self._show(found, second),
            right[0] if right else None,
            self._within(expression, lambda: bool(holds[0])) == [True] if holds else None,
        )

    def _evaluate(self, expression: str) -> list[Any]:
        return self._within(expression, lambda: eval(expression, self._names)) if expression else []

    def _show(self, expression: str, value: list[Any]) -> Value:
        shown = self._within(expression, lambda: _shown(value[0])) if value else []
        return shown[0] if shown else None

    def _within(self, expression: str, ask: Callable[[], Any]) -> list[Any]:
        """A list with the answer, or an empty one when none came in time; then it is said why."""
        answers: list[Any] = []
        problems: list[UnknownFact] = []
        answered = _thread.allocate_lock()
        answered.acquire()

        def answer() -> None:
            threads, ident = self._context.reporter.threads, _thread.get_ident()
            threads[ident] = MAIN_THREAD  # it may print
            try:
                answers.append(ask())
            except BaseException as error:
                problems.append(UnknownFact(NoValue.RAISED, expression, detail=exception_report.one_line(error)))
            finally:
                threads.pop(ident, None)
                answered.release()

        try:
            _thread.start_new_thread(answer, ())
        except RuntimeError as error:  # the system has no more threads
            problems.append(UnknownFact(NoValue.RAISED, expression, detail=exception_report.one_line(error)))
        else:
            if not answered.acquire(True, EVALUATION):
                problems.append(UnknownFact(NoValue.NO_ANSWER, expression, limit=EVALUATION))
        if problems:
            self._context.channel.facts.append(problems[0])
            return []
        return list(answers)


def _same(one: Any, other: Any) -> bool:
    numeric = isinstance(one, (int, float)) and isinstance(other, (int, float))
    if numeric and isinstance(one + other, float):
        return math.isclose(one, other, rel_tol=AS_GOOD_AS)
    return bool(one == other)


def _shown(value: Any) -> Value:
    """A value as the window shows it: a number as it is, everything else as text. Raises what its repr raises."""
    if isinstance(value, int) and -(2**53) < value < 2**53:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."
