"""A stretch of time as somebody types it: "250 us" is a width, "1.2..1.5" from when to when. Pure."""

import math
import re

from engine.protocol.lazy_dataclass import lazy_dataclass

UNITS = {
    "": 1.0, "s": 1.0, "sec": 1.0, "second": 1.0, "seconds": 1.0, "ms": 1e-3, "us": 1e-6, "\u00b5s": 1e-6,
    "\u03bcs": 1e-6, "ns": 1e-9, "min": 60.0, "h": 3600.0,
}  # fmt: skip
_TIME = r"(\d+(?:[.,]\d+)?|[.,]\d+)\s*([a-z\u00b5\u03bc]*)"
_ONE = re.compile(_TIME)
_TWO = re.compile(rf"{_TIME}\s*(?:\.\.+|\u2026|-|\u2013|\u2014|to)\s*{_TIME}")


@lazy_dataclass(frozen=True)
class Typed:
    """A stretch in seconds; without a `start` only its width was said."""

    width: float
    start: float | None = None


def parse(text: str) -> Typed:
    """What was typed. A number without a unit is in seconds, or in the unit of the other end.

    Raises ValueError where it is neither a length of time nor two times of which the second is later.
    """
    text = text.strip().lower()
    if found := _ONE.fullmatch(text):
        return Typed(_positive(_seconds(found[1], found[2])))
    if found := _TWO.fullmatch(text):
        start, end = _seconds(found[1], found[2] or found[4]), _seconds(found[3], found[4])
        return Typed(_positive(end - start), start)
    raise ValueError(f"no stretch of time: {text}")


def _seconds(number: str, unit: str) -> float:
    if unit not in UNITS:
        raise ValueError(f"no unit of time: {unit}")
    return float(number.replace(",", ".")) * UNITS[unit]


def _positive(seconds: float) -> float:
    if not 0.0 < seconds < math.inf:
        raise ValueError(f"no length of time: {seconds}")
    return seconds
