"""What may be put into the knobs of a program."""

from __future__ import annotations

import ast
import math
from typing import Any

from engine.frame import Knob, Refusal, Refused
from engine.protocol.program_text import parse_expression

_TRUE = {"true", "yes", "on", "1"}
_FALSE = {"false", "no", "off", "0"}


def accept(knob: Knob, value: object) -> tuple[Any, Refusal | None]:
    """The value in the knob's own type, or None and why it is refused.

    Text is understood too: "40" for a number, "off" for a truth value.
    """
    try:
        fitting = _fit(knob.default, value)
    except (ValueError, SyntaxError, OverflowError):
        return None, Refusal(Refused.TYPE, knob, value)
    if knob.choices and fitting not in knob.choices:
        return None, Refusal(Refused.CHOICE, knob, value)
    if isinstance(fitting, (int, float)) and not isinstance(fitting, bool):
        low, high = knob.low, knob.high
        if (low is not None and fitting < low) or (high is not None and fitting > high):
            return None, Refusal(Refused.RANGE, knob, fitting)
    return fitting, None


def _fit(default: object, value: object) -> Any:
    if isinstance(default, bool):
        word = str(value).strip().lower()
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
        raise ValueError(value)
    if isinstance(default, str):
        return str(value)
    number = ast.literal_eval(parse_expression(value.strip())) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, (int, float)) or math.isnan(number):
        raise ValueError(value)
    if isinstance(default, int):
        if number != int(number):
            raise ValueError(value)
        return int(number)
    return float(number)
