"""What is drawn of watched values: which of them share a strip, their colours, and numbers in words."""

import itertools
import math
import re
from collections.abc import Sequence

from engine.frame import Frame, Series
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.messages import NoWatch, WatchFact
from engine.words.reasons import unwatched
from gui.theme.theme import Colours

HUES = (5, 8, 7, 3, 1, 2)  # of `Colours.thread_texts`: those that the first threads of a program do not have come first
UNITS = (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3))  # of short numbers, from 10,000 on
PLAIN = 1e15  # a whole float below this is written with all its digits


@lazy_dataclass(frozen=True)
class Row:
    """One value: its curve, or why there is none."""

    name: str
    hue: int
    series: Series | None = None
    reason: str = ""


@lazy_dataclass(frozen=True)
class Strip:
    """Values on one axis."""

    rows: tuple[Row, ...]


def hue(colours: Colours, number: int) -> str:
    """The colour of a row."""
    return colours.thread_texts[HUES[number % len(HUES)]]


def hues(expressions: Sequence[str]) -> dict[str, int]:
    """The hue of each expression's first curve."""
    return {expression: number for number, expression in enumerate(expressions)}


def shape(expression: str) -> str:
    """What stands on one axis: items of one list, attributes of one name, lengths by themselves."""
    if expression.startswith("len("):
        return expression
    plain = re.sub(r"\[[^\]]*\]", "[]", expression)
    return "." + plain.rpartition(".")[2] if "." in plain else plain


def strips(frame: Frame) -> tuple[Strip, ...]:
    """The strips of what is watched, in the order in which it was chosen."""
    found: dict[str, list[Row]] = {}
    spare = itertools.cycle([*range(len(frame.program.watches), len(HUES)), *range(len(HUES))])
    for number, expression in enumerate(frame.program.watches):
        series = [one for one in frame.recording.watched if one.expression == expression]
        rows = [Row(one.name, next(spare) if at else number, one, _gap(frame, one)) for at, one in enumerate(series)]
        if not rows:
            told = [one for one in frame.recording.watches if one.expression == expression]
            reason = next((one for one in told if one.reason is not None), WatchFact(1, expression))
            rows = [Row(expression, number, None, unwatched(reason))]
        found.setdefault(shape(expression), []).extend(rows)
    return tuple(Strip(tuple(rows)) for rows in found.values())


def _gap(frame: Frame, series: Series) -> str:
    """Why the last value is none."""
    if not len(series.values) or not math.isnan(series.values[-1]):
        return ""
    told = [one for one in frame.recording.watches if (one.name or one.expression) == series.name]
    gone = WatchFact(1, series.name, reason=NoWatch.ABSENT)
    return unwatched(next((one for one in told if one.reason is not None), gone))


def shorter(name: str, names: Sequence[str]) -> tuple[str, ...]:
    """One of several names as it is said with less and less room: without the attribute that all end with, then

    also without what all begin with: accounts[0].balance, accounts[0], ...[0].
    """
    ends = {one.rpartition(".")[2] for one in names if "." in one}
    shared = f".{ends.pop()}" if len(names) > 1 and len(ends) == 1 and all("." in one for one in names) else ""
    end = name.removesuffix(shared)
    begin = names[0] if len(names) > 1 else ""
    while begin and not all(one.startswith(begin) and one[len(begin) :][:1] in "[." for one in names):
        begin = begin[:-1]
    return name, end, f"\u2026{end[len(begin) :]}" if begin and len(end) > len(begin) else end


def number_text(value: float | None) -> str:
    """A number as it is read from the last row: all digits of a whole one, six of any other."""
    if value is None or math.isnan(value):
        return "\u2013"
    if isinstance(value, int) or (value.is_integer() and abs(value) < PLAIN):
        return f"{int(value):,}".replace("-", "\u2212")
    return f"{value:,.6g}".replace("-", "\u2212")


def short_number(value: float | None) -> str:
    """A large number in four figures, such as 570 M: where there is no room for all of it."""
    if value is None or math.isnan(value) or not math.isfinite(value):
        return number_text(value)
    for unit, size in UNITS:
        if abs(value) >= size * (10 if size == UNITS[-1][1] else 1):
            return f"{value / size:.4g} {unit}".replace("-", "\u2212")
    return number_text(value)


def bounds(low: float, high: float, step: float) -> tuple[float, float]:
    """An axis from round number to round number; from zero where that is near."""
    low = 0.0 if 0 <= low <= 0.6 * high else low
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return low, high if high > low else low + step
