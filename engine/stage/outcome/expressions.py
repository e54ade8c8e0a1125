"""What the scenario asks of the program: of its names when it has ended, and of each call of one of its functions."""

from __future__ import annotations

import _thread
import dataclasses
import functools
import inspect
import itertools
import math
import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from engine.protocol import program_text
from engine.protocol.messages import NoValue, UnknownFact, Value
from engine.protocol.part_facts import PartFact, PlanFact
from engine.protocol.records import MAIN_THREAD, Kind, what
from engine.stage.outcome import exception_report
from engine.stage.run_services import RunServices

EVALUATION = 2  # seconds that an expression of the scenario may take
LONGEST_VALUE = 200  # characters of a value that is no number
AS_GOOD_AS = 1e-9  # relative: two numbers with a point in them that differ by less are the same
MOST = 1000  # parts of one run that are told; a class compares twenty
LONGEST_NAME = 60  # characters

_BEGAN = what(Kind.PART_BEGAN)
_ENDED = what(Kind.PART_ENDED)
_UNWATCHED = "lambda function, args, kwargs: function(*args, **kwargs)"


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
                problems.append(_raised(error, expression))
            finally:
                threads.pop(ident, None)
                answered.release()

        try:
            _thread.start_new_thread(answer, ())
        except RuntimeError as error:  # the system has no more threads
            problems.append(_raised(error, expression))
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


class MeasuredCalls:
    """Performs the calls of the function that the scenario names, and reports them.

    `note` holds the scenario's expressions: `name`, `group`, `limit` and `value`.
    """

    def __init__(self, context: RunServices, note: Mapping[str, str]) -> None:
        self._context = context
        self._note = note
        self._numbers = itertools.count(1)
        self._process = os.getpid()
        self._said: set[str] = set()

    def mark(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function as the program then has it: the same to look at, and each call of it is a part."""
        others = (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)
        if any(is_other(function) for is_other in others):
            self._say(UnknownFact(NoValue.NO_PLAIN_CALL, field="parts.call", detail=function.__name__))
            return function
        perform = self

        @functools.wraps(function)
        def part(*args: Any, **kwargs: Any) -> Any:
            return perform(function, args, kwargs)

        return part

    def __call__(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Calls the function. Returns and raises what it does."""
        arguments = _arguments(function, args, kwargs)
        if arguments is None or os.getpid() != self._process:
            return function(*args, **kwargs)
        number = next(self._numbers)
        if number > MOST:
            self._say(UnknownFact(NoValue.TOO_MANY, field="parts.call", limit=MOST))
            return function(*args, **kwargs)
        names = {**function.__globals__, **arguments}
        first = next(iter(arguments.values()), number)
        name, group = self._text("name", names, first), self._text("group", names, "")
        fact = PartFact(number, name, group, self._number("limit", names), self._context.clock.speed)
        facts, report = self._context.channel.facts, self._context.reporter.report
        facts.append(fact)
        report(_BEGAN, number)
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            report(_ENDED, number)
            facts.append(dataclasses.replace(fact, error=exception_report.one_line(error)))
            raise
        report(_ENDED, number)
        if self._note.get("value"):
            value = self._number("value", {**function.__globals__, **arguments, "result": result})
            facts.append(dataclasses.replace(fact, value=value))
        return result

    def __reduce__(self) -> tuple[Any, ...]:
        """In another process the function is what the program's text says, no more."""
        return eval, (_UNWATCHED,)

    def _evaluate(self, field: str, names: dict[str, Any], default: Any) -> Any:
        expression = self._note.get(field, "")
        if not expression:
            return default
        try:
            return eval(expression, names)
        except (Exception, SystemExit) as error:
            self._say(_raised(error, expression, f"parts.{field}"))
            return default

    def _text(self, field: str, names: dict[str, Any], default: Any) -> str:
        value = self._evaluate(field, names, default)
        named = getattr(value, "__name__", None) if callable(value) else None
        try:
            text = named if isinstance(named, str) else str(value)
        except Exception as error:
            self._say(_raised(error, "", f"parts.{field}"))
            return ""
        return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}..."

    def _number(self, field: str, names: dict[str, Any]) -> float | None:
        value = self._evaluate(field, names, None)
        if value is None:
            return None
        number = _number(value, self._note[field], f"parts.{field}")
        if isinstance(number, float):
            return number
        self._say(number)
        return None

    def _say(self, fact: UnknownFact) -> None:
        """Once for each field: the same expression fails in each part."""
        if fact.field not in self._said:
            self._said.add(fact.field)
            self._context.channel.facts.append(fact)


def _raised(error: BaseException, expression: str, field: str = "") -> UnknownFact:
    return UnknownFact(NoValue.RAISED, expression, field, exception_report.one_line(error))


def _number(value: Any, expression: str, field: str) -> float | UnknownFact:
    """The value as a float, or why it is no number to reckon with."""
    try:
        number = float(value)
        if not isinstance(value, str) and math.isfinite(number):
            return number
        return UnknownFact(NoValue.NO_NUMBER, expression, field, repr(value))
    except Exception as error:
        return _raised(error, expression, field)


def plan(context: RunServices, expression: str, text: str, changed: Mapping[str, Any]) -> None:
    """Tells how many seconds of program time the run will take, by an expression over the program's knobs."""
    if not expression:
        return
    names = {**vars(math), "math": math, **{knob.name: knob.default for knob in program_text.knobs(text)}, **changed}
    try:
        seconds = _number(eval(expression, names), expression, "takes")
    except (Exception, SystemExit) as error:
        seconds = _raised(error, expression, "takes")
    if isinstance(seconds, UnknownFact):
        context.channel.facts.append(seconds)
    elif seconds > 0:
        context.channel.facts.append(PlanFact(seconds))


def _arguments(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any] | None:
    """What the call's parameters are, by name; None when the call does not fit, which the call itself says best."""
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except TypeError:
        return None
    bound.apply_defaults()
    return dict(bound.arguments)
