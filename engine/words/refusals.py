"""Why a value cannot be put into a knob, in words."""

from engine.frame import Refusal, Refused
from engine.protocol.messages import assert_never
from engine.words.catalogue import say

_TAKES: dict[type, str] = {bool: "takes-on-off", int: "takes-whole", float: "takes-number", str: "takes-text"}


def refused(refusal: Refusal | None) -> str:
    """One sentence; "" when it was accepted."""
    if refusal is None:
        return ""
    knob, name, value = refusal.knob, refusal.knob.name, refusal.value
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
