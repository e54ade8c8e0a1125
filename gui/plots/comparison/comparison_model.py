"""Pure: what the chart of parts says: bars in groups, their words, and from where on more no longer helps."""

import enum
import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from engine.frame import Frame, Part, Phase
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.scenarios.scenario import PartsNote
from engine.scenarios.text_report import compute

translate = QCoreApplication.translate
LITTLE = 0.05  # of the time saved by a doubling; less is "no longer helps"


class Fate(enum.Enum):
    """How far a part has come."""

    DONE = "done"
    GOING = "going on"
    CUT = "cut short"  # the run ended before it did
    FAILED = "failed"  # an exception ended it


@lazy_dataclass(frozen=True)
class Bar:
    """One part, and what is written at it. Lengths are seconds of program time, or the unit of the second measure."""

    part: Part
    fate: Fate
    seconds: float
    words: str
    value_words: str
    limit: float | None
    limit_words: str
    speed_words: str  # "" when the whole chart was measured at one speed
    cores_words: str = ""  # "" also where nothing was computed


@lazy_dataclass(frozen=True)
class Group:
    """Bars under one heading."""

    name: str
    bars: tuple[Bar, ...]


@lazy_dataclass(frozen=True)
class Chart:
    """All that is drawn. Without `timed` the second measure is the only one."""

    groups: tuple[Group, ...]
    timed: bool
    valued: bool
    longest: float  # seconds, limits included
    largest: float  # of the second measure
    value_title: str  # such as "memory, MB"
    speed: str  # at which speed all of it was measured, in words
    disturbed: bool = False  # others kept the machine busy meanwhile: a comparison of times says little

    @property
    def bars(self) -> tuple[Bar, ...]:
        """All of them, in the order of the groups."""
        return tuple(bar for group in self.groups for bar in group.bars)


def seconds_words(seconds: float) -> str:
    """A measured time with at least two figures: 21.47 s, 0.034 s."""
    size = abs(seconds)
    decimals = 2 if size >= 0.1 or size == 0 else min(6, 1 - math.floor(math.log10(size)))
    return f"{seconds:,.{1 if size >= 1000 else decimals}f} s"


def value_decimals(values: Sequence[float]) -> int:
    """How many decimals the values of one chart have, all the same: none when they are whole, or in the thousands."""
    largest = max((abs(value) for value in values), default=0.0)
    if largest >= 1000 or all(value == round(value) for value in values):
        return 0
    return 1 if largest >= 100 else 2


def speed_words(speed: float | None) -> str:
    """At how many times real speed, in words."""
    if speed is None:
        return translate("parts", "the speed was changed meanwhile")
    return translate("parts", "at {speed}×").format(speed=f"{speed:g}")


def chart(frame: Frame, note: PartsNote | None) -> Chart:
    """The chart of a frame's parts. Groups and parts stand in the order in which they were begun."""
    parts = frame.recording.parts
    live = frame.run.phase in (Phase.STARTING, Phase.RUNNING, Phase.PAUSED)
    speeds = {part.speed for part in parts}
    values = [part.value for part in parts if part.value is not None]
    unit = (note.value_unit if note is not None else "", value_decimals(values))
    busy, groups = compute(parts), {part.group: list[Bar]() for part in parts}
    for part in parts:
        bar = _bar(part, frame.run.now, unit, live=live, mixed=len(speeds) > 1, busy=busy)
        groups[part.group].append(bar)
    disturbed = frame.run.disturbed and any(part.lane for part in parts)
    lengths = [bar.seconds for bars in groups.values() for bar in bars]
    limits = [part.limit for part in parts if part.limit is not None]
    return Chart(
        tuple(Group(name, tuple(bars)) for name, bars in groups.items()),
        timed=not values or any(one > 0 for one in lengths),
        valued=bool(values),
        longest=max([*lengths, *limits, 0.0]),
        largest=max([*values, 0.0]),
        value_title=", ".join(filter(None, [note.value_noun, note.value_unit])) if note is not None else "",
        speed=disturbed_words(speeds) if disturbed else _all_speeds(speeds),
        disturbed=disturbed,
    )


def _bar(part: Part, now: float, unit: tuple[str, int], *, live: bool, mixed: bool, busy: bool) -> Bar:
    if part.error:
        fate = Fate.FAILED
    elif part.seconds is not None or part.value is not None:
        fate = Fate.DONE
    else:
        fate = Fate.GOING if live else Fate.CUT
    seconds = part.seconds
    if seconds is None:
        seconds = 0.0 if fate is Fate.DONE else max(0.0, now - part.start)
    words = seconds_words(seconds)
    if fate is Fate.FAILED:
        failed = translate("parts", "{error} after {seconds}")
        words = failed.format(error=part.error.split(":", 1)[0].splitlines()[0], seconds=words)
    elif fate is Fate.CUT:
        words = translate("parts", "cut short after {seconds}").format(seconds=words)
    limit = translate("parts", "limit {seconds}").format(seconds=seconds_words(part.limit)) if part.limit else ""
    value = f"{part.value:,.{unit[1]}f} {unit[0]}".strip() if part.value is not None else ""
    speed = speed_words(part.speed) if mixed or part.speed is None else ""
    cores = cores_words(part.cores) if busy and part.cores is not None and fate is Fate.DONE else ""
    return Bar(part, fate, seconds, words, value, part.limit or None, limit, speed, cores)


def cores_words(cores: float) -> str:
    """How many cores were at work on average, in words."""
    said = f"{cores:.1f}"
    words = translate("parts", "{cores} core busy") if said == "1.0" else translate("parts", "{cores} cores busy")
    return words.format(cores=said)


def _all_speeds(speeds: set[float | None]) -> str:
    if len(speeds) != 1:
        return translate("parts", "at different speeds; seconds are program time") if speeds else ""
    speed = next(iter(speeds))
    if speed == 1:
        return translate("parts", "measured at real speed")
    if speed is None:
        return translate("parts", "the speed was changed meanwhile; seconds are program time")
    return translate("parts", "measured at {speed}× speed; seconds are program time").format(speed=f"{speed:g}")


def disturbed_words(speeds: set[float | None]) -> str:
    """That the machine had something else to do, and at which speed it was measured where that is not the real one."""
    said = translate("parts", "measured while the machine was busy")
    speed = next(iter(speeds), 1.0)
    return f"{said}, {speed_words(speed)}" if len(speeds) == 1 and speed not in (1.0, None) else said


def exact(bar: Bar, note: PartsNote | None) -> str:
    """Everything that is known of a part, unrounded, in lines."""
    part = bar.part
    lines = [", ".join(filter(None, [part.group, part.name])), *filter(None, [part.error])]
    if bar.seconds or part.value is None:
        going = {Fate.GOING: translate("parts", "so far"), Fate.CUT: translate("parts", "then cut short")}
        lines.append(f"{bar.seconds:.6f} s {going.get(bar.fate, '')}".strip())
        end = part.start + bar.seconds
        lines.append(translate("parts", "from {start} to {end} s").format(start=f"{part.start:.3f}", end=f"{end:.3f}"))
    if part.limit:
        limit = translate("parts", "limit {limit} s").format(limit=f"{part.limit:.6f}")
        times = translate("parts", "{ratio} times the limit").format(ratio=f"{bar.seconds / part.limit:.3f}")
        lines.append(f"{limit}: {times}" if bar.fate is Fate.DONE else limit)
    if part.value is not None:
        noun, unit = (note.value_noun, note.value_unit) if note is not None else ("", "")
        lines.append(f"{noun} {part.value:,.6g} {unit}".strip())
    if part.cores is not None and part.used is not None:
        told = translate("parts", "{used} s of processor time: {cores} on average")
        lines.append(told.format(used=f"{part.used:.3f}", cores=cores_words(part.cores)))
    return "\n".join([*lines, speed_words(part.speed)])


# a curve over numbers


@lazy_dataclass(frozen=True)
class Point:
    """A finished part of a curve: `number` is its name."""

    number: float
    bar: Bar


def curves(made: Chart) -> tuple[tuple[str, tuple[Point, ...]], ...] | None:
    """The curve of each group, by growing number; None when a name is no positive number: then bars are drawn."""
    found = []
    for group in made.groups:
        numbers = [_number(bar.part.name) for bar in group.bars]
        if not all(numbers):
            return None
        points = [Point(number, bar) for number, bar in zip(numbers, group.bars, strict=True)]
        found.append((group.name, tuple(sorted(points, key=lambda point: point.number))))
    return tuple(found)


def _number(name: str) -> float:
    try:
        number = float(name.replace(",", ""))
    except ValueError:
        return 0.0
    return number if math.isfinite(number) and number > 0 else 0.0


def stops_helping(points: Sequence[Point]) -> Point | None:
    """The first point after which no later one saves LITTLE of its time per doubling; None: more has helped so far."""
    done = [point for point in points if point.bar.fate is Fate.DONE]
    for at, point in enumerate(done[:-1]):
        later = [one for one in done[at + 1 :] if one.number > point.number]
        if later and all(_saved(point, one) < LITTLE for one in later):
            return point
    return None


def _saved(point: Point, later: Point) -> float:
    """The share of the time that each doubling from one point to a later one saves."""
    if point.bar.seconds <= 0:
        return 0.0
    return 1.0 - float((later.bar.seconds / point.bar.seconds) ** (1.0 / math.log2(later.number / point.number)))


def helping_words(points: Sequence[Point], noun: str) -> str:
    """In one sentence what `stops_helping` found; "" when there is too little to say so."""
    done = [point for point in points if point.bar.fate is Fate.DONE]
    if len(done) < 3:
        return ""
    best, last = stops_helping(points), done[-1]
    if best is None:
        return translate("parts", "Up to {last} {noun}, more still helped.").format(last=f"{last.number:,g}", noun=noun)
    words = translate("parts", "From {number} {noun} on, more save less than 5 % per doubling.")
    if last.bar.seconds > best.bar.seconds * (1 + LITTLE):
        words = translate("parts", "From {number} {noun} on, more no longer help: {last} take longer.")
    return words.format(number=f"{best.number:,g}", noun=noun, last=f"{last.number:,g}")


# where bars stand


@lazy_dataclass(frozen=True)
class Slot:
    """A row of the chart: a heading (`bar` is -1) or a bar of a group, in a column."""

    column: int
    row: int
    group: int
    bar: int


def slots(sizes: Sequence[int], titled: bool, columns: int) -> tuple[list[Slot], int]:
    """Rows of groups of these sizes in so many columns, and how many rows the highest column has.

    A group is divided only where it is the only one.
    """
    first = [-1] if titled else []
    if len(sizes) == 1:
        high, head = -(-sizes[0] // columns), len(first)
        made = [Slot(0, 0, 0, bar) for bar in first]
        return made + [Slot(at // high, head + at % high, 0, at) for at in range(sizes[0])], head + high
    heights = [size + len(first) for size in sizes]
    rows = max(*heights, -(-sum(heights) // columns))
    while (packed := _packed(heights, rows, columns)) is None:
        rows += 1
    made = []
    for group, (column, top) in enumerate(packed):
        made += [Slot(column, top + at, group, bar) for at, bar in enumerate([*first, *range(sizes[group])])]
    return made, rows


def _packed(heights: Sequence[int], rows: int, columns: int) -> list[tuple[int, int]] | None:
    """Column and first row of each group; None when they do not fit."""
    column, top, made = 0, 0, []
    for high in heights:
        if top and top + high > rows:
            column, top = column + 1, 0
        if column == columns:
            return None
        made.append((column, top))
        top += high
    return made
