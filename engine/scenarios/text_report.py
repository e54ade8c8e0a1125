"""Pure: the parts of a run as lines for people."""

from collections.abc import Sequence

from engine.frame import Part
from engine.scenarios.scenario import PartsNote
from engine.words.catalogue import say

AT_WORK = 0.5  # cores: where no part had so many, all of them waited, and how little each computed says nothing


def compute(parts: Sequence[Part]) -> bool:
    """Whether any part of them computed so much that it is worth telling how many cores each had."""
    return any((part.cores or 0.0) >= AT_WORK for part in parts)


def parts_table(parts: Sequence[Part], note: PartsNote | None) -> list[str]:
    """An aligned table: part, seconds, limit, second measure; below it at what speed. No parts, no lines."""
    if not parts:
        return []
    note = note or PartsNote("")
    rows = [[note.noun, say("seconds"), say("limit"), _heading(note), say("cores"), say("speed")]]
    busy = compute(parts)
    rows += [
        [
            _name(one),
            _seconds(one),
            _figure(one.limit),
            _value(one.value),
            f"{one.cores:.2f}" if busy and one.cores is not None else "",
            _speed(one.speed),
        ]
        for one in parts
    ]
    speeds = {one.speed for one in parts}
    if len(speeds) == 1:
        rows = [row[:-1] for row in rows]
    wanted = [column for column in range(len(rows[0])) if not column or any(row[column] for row in rows[1:])]
    widths = [max(len(row[column]) for row in rows) for column in wanted]
    lines = [
        "  ".join(f"{row[of]:{'>' if of else '<'}{width}}" for of, width in zip(wanted, widths, strict=True)).rstrip()
        for row in rows
    ]
    lines += [say("ended-by", part=_name(one), error=one.error) for one in parts if one.error]
    if len(speeds) == 1 and any(one.lane for one in parts):
        lines.append(say("measured-at", speed=_speed(speeds.pop())))
    return lines


def _name(part: Part) -> str:
    return f"{part.group}, {part.name}" if part.group else part.name


def _heading(note: PartsNote) -> str:
    noun = note.value_noun or say("value")
    return say("value-in-unit", noun=noun, unit=note.value_unit) if note.value_unit else noun


def _seconds(part: Part) -> str:
    """A part in no lane, as of a comparison over several runs, has no time in this one."""
    if not part.lane:
        return ""
    return say("not-ended") if part.seconds is None else f"{part.seconds:.3f}"


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _value(value: float | None) -> str:
    return "" if value is None else f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def _speed(speed: float | None) -> str:
    return say("changing") if speed is None else say("times", speed=speed)
