"""Parts of a run that are compared: each call of one function of the program is one, with its name, limit and value."""

from __future__ import annotations

import functools
import inspect
import itertools
import math
import os
from collections.abc import Callable, Mapping
from typing import Any

from engine.protocol import program_text
from engine.protocol.records import Kind, what
from engine.stage.outcome import exception_report
from engine.stage.run_services import RunServices

MOST = 1000  # parts of one run that are told; a class compares twenty
LONGEST_NAME = 60  # characters

_BEGAN = what(Kind.PART_BEGAN)
_ENDED = what(Kind.PART_ENDED)
_UNWATCHED = "lambda function, args, kwargs: function(*args, **kwargs)"


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
        if (
            inspect.iscoroutinefunction(function)
            or inspect.isgeneratorfunction(function)
            or inspect.isasyncgenfunction(function)
        ):
            self._say("call", f"{function.__name__} yields or awaits; a part is a plain call that comes to its end")
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
            self._say("call", f"of the calls only the first {MOST:,} are told as parts")
            return function(*args, **kwargs)
        names = {**function.__globals__, **arguments}
        first = next(iter(arguments.values()), number)
        fact = {
            "fact": "part",
            "id": number,
            "name": self._text("name", names, first),
            "group": self._text("group", names, ""),
            "limit": self._number("limit", names),
            "speed": self._context.clock.speed,
        }
        facts, report = self._context.channel.facts, self._context.reporter.report
        facts.append(fact)
        report(_BEGAN, number)
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            report(_ENDED, number)
            facts.append({**fact, "error": exception_report.one_line(error)})
            raise
        report(_ENDED, number)
        if self._note.get("value"):
            value = self._number("value", {**function.__globals__, **arguments, "result": result})
            facts.append({**fact, "value": value})
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
            self._say(field, f"{expression}: {exception_report.one_line(error)}")
            return default

    def _text(self, field: str, names: dict[str, Any], default: Any) -> str:
        value = self._evaluate(field, names, default)
        named = getattr(value, "__name__", None) if callable(value) else None
        try:
            text = named if isinstance(named, str) else str(value)
        except Exception as error:
            self._say(field, exception_report.one_line(error))
            return ""
        return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}..."

    def _number(self, field: str, names: dict[str, Any]) -> float | None:
        value = self._evaluate(field, names, None)
        if value is None:
            return None
        try:
            return finite(value)
        except (TypeError, ValueError, OverflowError) as error:
            self._say(field, f"{self._note[field]}: {exception_report.one_line(error)}")
            return None

    def _say(self, field: str, words: str) -> None:
        """Once for each field: the same expression fails in each part."""
        if field not in self._said:
            self._said.add(field)
            tell(self._context, f"parts.{field}: {words}")


def tell(context: RunServices, words: str) -> None:
    """Says that something the scenario asks for has no answer, and why."""
    context.channel.facts.append({"fact": "unknown", "text": words})


def finite(value: Any) -> float:
    """Such a number as a float. Raises TypeError, ValueError or OverflowError for anything else."""
    number = float(value)
    if isinstance(value, str) or not math.isfinite(number):
        raise ValueError(f"{value!r} is no number to reckon with")
    return number


def plan(context: RunServices, expression: str, text: str, changed: Mapping[str, Any]) -> None:
    """Tells how many seconds of program time the run will take, by an expression over the program's knobs."""
    if not expression:
        return
    names = {**vars(math), "math": math, **{knob.name: knob.default for knob in program_text.knobs(text)}, **changed}
    try:
        seconds = finite(eval(expression, names))
    except (Exception, SystemExit) as error:
        tell(context, f"takes: {expression}: {exception_report.one_line(error)}")
        return
    if seconds > 0:
        context.channel.facts.append({"fact": "plan", "seconds": seconds})


def _arguments(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any] | None:
    """What the call's parameters are, by name; None when the call does not fit, which the call itself says best."""
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except TypeError:
        return None
    bound.apply_defaults()
    return dict(bound.arguments)
