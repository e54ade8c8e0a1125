"""The small table beside the cursor: the values of that moment, the depth of each queue, who holds each lock."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from engine.frame import Frame, Holders, Series
from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.plots.common.labels import write
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import NS, moment
from gui.plots.over_time.run_plot import Space
from gui.plots.over_time.series import latest, number_at, value_at
from gui.view_state.watch_strips import number_text
from gui.widgets.drawing import RIGHT, badge_width, draw_badge

MOST_COLUMNS = 3
_ASIDE = 14  # pixels between the cursor and the table: the ring on the curve stays free


@lazy_dataclass(frozen=True)
class Entry:
    """A line of the table. `badge` is that of a thread, "" for anything else."""

    name: str
    value: str = ""
    tone: str = "text"  # a field of Colours
    badge: str = ""


def entries(frame: Frame, cursor: float) -> tuple[Entry, ...]:
    """What is known of a moment, in seconds."""
    told, translate = frame.recording, QCoreApplication.translate
    found: list[Entry] = []
    if (series := told.value) is not None and len(series.times):
        got = value_at(series.times, series.values, cursor) or 0
        found.append(Entry(series.name, f"{got:,}"))
        if series.expected is not None:
            expected = value_at(series.times, series.expected, cursor) or 0
            lost = abs(expected - got)
            found.append(Entry(translate("values", "expected"), f"{expected:,}", "muted"))
            found.append(Entry(translate("values", "lost so far"), f"{lost:,}", "lost_text" if lost else "muted"))
    chosen = [one for one in told.watched if one.expression in frame.program.watches]
    found += [Entry(one.name, number_text(number_at(one, cursor))) for one in chosen]
    found += [Entry(one.name, depth_words(one, cursor)) for one in told.depths]
    return (*found, *(_held(frame, one, cursor) for one in told.holders))


def depth_words(series: Series, time: float | None) -> str:
    """ "0 of 4" at a time, or at the end where that is None; a queue without a size says only how many."""
    depth = latest(series) if time is None else value_at(series.times, series.values, time) or 0
    if not series.limit:
        return f"{depth:,}"
    return QCoreApplication.translate("depth", "{depth} of {size}").format(depth=f"{depth:,}", size=f"{series.limit:,}")


def _held(frame: Frame, lock: Holders, cursor: float) -> Entry:
    """Who holds a lock at a time."""
    at = int(np.searchsorted(lock.starts, round(cursor * NS), "right")) - 1
    thread = int(lock.threads[at]) if at >= 0 else 0
    lane = next((lane for lane in frame.recording.lanes if thread and lane.id == thread), None)
    if lane is not None:
        return Entry(lock.name, lane.name, badge=lane.badge)
    off = _is_off(frame, lock.name, cursor)
    said = QCoreApplication.translate("values", "off") if off else QCoreApplication.translate("values", "free")
    return Entry(lock.name, said, "muted")


def _is_off(frame: Frame, switch: str, cursor: float) -> bool:
    """Whether a switch was off at a time: as its flips say, else as it is while the program runs."""
    flips = [flip for flip in frame.recording.flips if flip.name == switch]
    before = [flip for flip in flips if flip.time <= cursor]
    if flips:
        return not before[-1].on if before else flips[0].on
    period = next((one for one in frame.recording.periods if one.switch == switch), None)
    return period is not None and not period.on


def words(found: Sequence[Entry]) -> str:
    """The table for those who cannot see it."""
    return ", ".join(f"{one.name} {one.value}".strip() for one in found)


@lazy_dataclass(frozen=True)
class Table:
    """The entries in their columns, and the box that they take. All in pixels."""

    columns: tuple[tuple[Entry, ...], ...]
    widths: tuple[float, ...]
    box: QRectF


def laid_out(space: Space, found: Sequence[Entry], cursor: float) -> Table:
    """The table beside the cursor, at its right unless there is more room at its left; what does not fit is counted."""
    cache, px = space.cache, space.cache.theme.px
    rows = max(1, int((space.area.height() - px(8)) / _row(cache)))
    finest = space.scale.per_column * space.scale.ratio / NS
    shown = [Entry(moment(cursor, finest), tone="accent"), *found]
    if len(shown) > rows * MOST_COLUMNS:
        kept = rows * MOST_COLUMNS - 1
        more = QCoreApplication.translate("values", "{count} more").format(count=len(shown) - kept)
        shown = [*shown[:kept], Entry(more, tone="muted")]
    columns = tuple(tuple(shown[at : at + rows]) for at in range(0, len(shown), rows))
    widths = tuple(max(_wide(cache, one) for one in column) for column in columns)
    wide, high = sum(widths) + px(14) * (len(widths) - 1) + px(16), max(map(len, columns)) * _row(cache) + px(6)
    x, (first, last) = round(space.x(cursor)), (space.area.left(), space.area.right())
    right = x + _ASIDE + wide <= last or last - x >= x - first
    return Table(columns, widths, QRectF(x + _ASIDE if right else x - _ASIDE - wide, space.area.top() + 1, wide, high))


def draw(painter: QPainter, space: Space, table: Table) -> None:
    """Draws the table."""
    cache, theme, px = space.cache, space.cache.theme, space.cache.theme.px
    ground = QColor(theme.colours.raised)
    ground.setAlphaF(0.94)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.colours.line2), 1))
    painter.setBrush(ground)
    painter.drawRoundedRect(table.box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    left = table.box.left() + px(8)
    for column, wide in zip(table.columns, table.widths, strict=True):
        box = QRectF(left, table.box.top() + px(3), wide, _row(cache))
        for entry in column:
            _draw_entry(painter, cache, entry, box)
            box.translate(0, _row(cache))
        left += wide + px(14)


def _draw_entry(painter: QPainter, cache: PaintCache, entry: Entry, box: QRectF) -> None:
    theme = cache.theme
    name = "muted" if entry.value else entry.tone
    write(painter, cache.word if entry.value else cache.pill, getattr(theme.colours, name), box, entry.name)
    if not entry.value:
        return
    write(painter, cache.pill, getattr(theme.colours, entry.tone), box, entry.value, flags=RIGHT)
    if entry.badge:
        side = cache.theme.pixels.small
        wide = badge_width(entry.badge, side)
        right = box.right() - cache.width(cache.pill, entry.value) - 5
        draw_badge(painter, theme, entry.badge, QRectF(right - wide, box.center().y() - side / 2, wide, side))


def _wide(cache: PaintCache, entry: Entry) -> float:
    side = badge_width(entry.badge, cache.theme.pixels.small) + 5 if entry.badge else 0
    if not entry.value:
        return cache.width(cache.pill, entry.name) + 2
    return cache.width(cache.word, entry.name) + cache.theme.px(12) + side + cache.width(cache.pill, entry.value) + 2


def _row(cache: PaintCache) -> float:
    return cache.theme.pixels.small + cache.theme.px(4)
