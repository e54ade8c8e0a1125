"""Pure: the parts of a run as lines for people."""

from collections.abc import Sequence

from engine.frame import Part
from engine.scenario import PartsNote


def parts_table(parts: Sequence[Part], note: PartsNote | None) -> list[str]:
    """An aligned table: part, seconds, limit, second measure; below it at what speed. No parts, no lines."""
    if not parts:
        return []
    note = note or PartsNote("")
    rows = [[note.noun, "seconds", "limit", _heading(note), "speed"]]
    rows += [[_name(one), _seconds(one), _figure(one.limit), _value(one.value), _speed(one.speed)] for one in parts]
    speeds = {one.speed for one in parts}
    if len(speeds) == 1:
        rows = [row[:-1] for row in rows]
    wanted = [column for column in range(len(rows[0])) if column < 2 or any(row[column] for row in rows[1:])]
    widths = [max(len(row[column]) for row in rows) for column in wanted]
    lines = [
        "  ".join(
            row[column].ljust(width) if column == 0 else row[column].rjust(width)
            for column, width in zip(wanted, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
    lines += [f"{_name(one)}: ended by {one.error}" for one in parts if one.error]
    if len(speeds) == 1:
        lines.append(f"measured at {_speed(speeds.pop())} speed; seconds are those of the program")
    return lines


def _name(part: Part) -> str:
    return f"{part.group}, {part.name}" if part.group else part.name


def _heading(note: PartsNote) -> str:
    return f"{note.value_noun or 'value'} ({note.value_unit})" if note.value_unit else note.value_noun or "value"


def _seconds(part: Part) -> str:
    return "not ended" if part.seconds is None else f"{part.seconds:.3f}"


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _value(value: float | None) -> str:
    return "" if value is None else f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def _speed(speed: float | None) -> str:
    return "changing" if speed is None else f"{speed:g}x"
