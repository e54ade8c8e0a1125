"""Why a value cannot be put into a knob, in words."""

from engine.frame import Refusal, Refused
from engine.protocol.messages import assert_never
from engine.words.catalogue import say


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
            return _takes(name, knob.default, repr(value))
        case Refused.CHOICE:
            return say("not-a-choice", name=name, choices=", ".join(map(str, knob.choices)), value=value)
        case Refused.RANGE:
            return say("out-of-range", name=name, low=knob.low, high=knob.high, value=value)
        case _:
            return assert_never(refusal.why)


def _takes(name: str, default: object, value: str) -> str:
    if isinstance(default, bool):
        return say("takes-on-off", name=name, value=value)
    if isinstance(default, int):
        return say("takes-whole", name=name, value=value)
    if isinstance(default, float):
        return say("takes-number", name=name, value=value)
    return say("takes-text", name=name, value=value)
