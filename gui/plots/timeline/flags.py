"""What stands above the bars of a lane, in room of its own: tags of lost updates, flags of events set and cleared."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from engine.frame import Frame, Losses, Marks
from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.plots.common.scale import NS, Scale
from gui.plots.timeline.rows import TimelineRow
from gui.plots.timeline.scene import FLAG, Bars, PaintScene

_BIN = 0.76  # of the columns that share a tag: as wide the tag may be, so that it touches no neighbour
_APART = 11  # pixels: of flags that stand closer in one lane, the last one is drawn
_LATE = 1_000_000  # nanoseconds that reports of two threads may be out of order
_NEAR = 6  # pixels beside a flag at which it is told what it means


@lazy_dataclass(frozen=True)
class LaneLosses:
    """The lost updates of a lane that show: which columns, and the tags (x in columns, how many)."""

    columns: NDArray[np.bool_]
    tags: tuple[tuple[float, int], ...]


def lane_losses(losses: Losses, shown: list[int], scale: Scale, tag_room: int) -> dict[int, LaneLosses]:
    """The lost updates of the lanes with these ids; those nearer than `tag_room` columns share a tag.

    Tags are gathered in bins of absolute time, so that they do not regroup while the view moves.
    """
    begin, end = (int(np.searchsorted(losses.times, t)) for t in (scale.start, scale.end))
    if begin == end or not shown:
        return {}
    row_of = np.full(0x10000, -1, np.int64)
    row_of[np.array(shown)] = np.arange(len(shown))
    rows = row_of[losses.threads[begin:end]]
    absolute = losses.times[begin:end] // scale.per_column
    first = scale.start // scale.per_column
    mine = rows >= 0
    rows, absolute = rows[mine], absolute[mine]
    marked = np.zeros((len(shown), scale.columns + 1), np.bool_)
    marked[rows, absolute - first] = True
    bins = absolute // tag_room - first // tag_room
    count = int(scale.columns // tag_room + 2)
    size, cells = len(shown) * count, rows * count + bins
    sums = np.bincount(cells, minlength=size).reshape(len(shown), count)
    middle = np.bincount(cells, weights=absolute - first, minlength=size).reshape(len(shown), count)
    found = {}
    for row, lane in enumerate(shown):
        full = np.flatnonzero(sums[row])
        middles = middle[row, full] / sums[row, full]
        # Kept inside of its bin, a tag covers no neighbour.
        left, side = full * tag_room - first % tag_room, tag_room * _BIN / 2
        middles = np.clip(middles, left + side, left + tag_room - side)
        tags = tuple(zip(middles.tolist(), sums[row, full].tolist(), strict=True))
        found[lane] = LaneLosses(marked[row, : scale.columns], tags)
    return found


def losses_shown(scene: PaintScene, rows: Sequence[TimelineRow]) -> dict[int, LaneLosses]:
    """The lost updates in these rows, gathered so widely that the widest of the tags fits; by lane."""
    told, cache = scene.frame.recording, scene.cache
    shown = [told.lanes[row.lane].id for row in rows]
    high = max((_tag(scene.bars(row)) for row in rows), default=1)
    found: dict[int, LaneLosses] = {}
    room, widest = 0.0, cache.loss(1, high).deviceIndependentSize().width()
    while room < widest:
        room = widest
        found = lane_losses(told.losses, shown, scene.scale, round(room / _BIN * scene.scale.ratio))
        # Of numbers with as many digits, one that is as wide as any: the width changes seldom while the view moves.
        most = {10 ** len(str(int(count))) * 8 // 9 for lane in found.values() for _, count in lane.tags}
        widest = max((cache.loss(count, high).deviceIndependentSize().width() for count in most), default=0.0)
    return found


def _tag(bars: Bars) -> int:
    """The height of a tag above such bars."""
    return max(4, bars.flags - 3)


def draw_tags(painter: QPainter, scene: PaintScene, row: TimelineRow, lost: LaneLosses) -> None:
    """Tags at the writes whose additions were lost, above a row's bars; the painter's origin is that of all rows."""
    scale, bars = scene.scale, scene.bars(row)
    top = row.y + bars.flag_top
    for column, count in lost.tags:
        picture = scene.cache.loss(int(count), _tag(bars))
        x = max(scale.left - 4.0, scale.left + (column + 1) / scale.ratio - picture.deviceIndependentSize().width() / 2)
        painter.drawPixmap(QPointF(round(x), top), picture)


@lazy_dataclass(frozen=True)
class Flag:
    """An event was set, or cleared, in a lane at `time` nanoseconds."""

    lane: int
    time: int
    event: int
    up: bool


def flags(marks: Marks, shown: Sequence[int], scale: Scale) -> list[Flag]:
    """The flags that show in these lanes: in each one in so many pixels of absolute time, however many there are."""
    if not len(marks):
        return []
    begin = int(np.searchsorted(marks.times, scale.start - _LATE))
    end = int(np.searchsorted(marks.times, scale.end + _LATE, "right"))
    times, lanes = marks.times[begin:end], marks.lanes[begin:end]
    rows = np.flatnonzero(np.isin(lanes, shown) & (times >= scale.start) & (times <= scale.end))
    bins = times[rows] // max(1, round(scale.per_column * scale.ratio * _APART))
    keys = bins * 0x10000 + lanes[rows]
    last = len(rows) - 1 - np.unique(keys[::-1], return_index=True)[1]
    chosen = np.sort(rows[last]) + begin
    fields = (marks.lanes, marks.times, marks.events, marks.sets)
    return [Flag(*one) for one in zip(*(field[chosen].tolist() for field in fields), strict=True)]


def draw_flags(painter: QPainter, scene: PaintScene, rows: Sequence[TimelineRow]) -> None:
    """All that show; the painter's origin is the top of the first row."""
    at = {scene.frame.recording.lanes[row.lane].id: row for row in rows}
    for flag in flags(scene.frame.recording.marks, list(at), scene.scale):
        _draw_flag(painter, scene, at[flag.lane], flag)


def _draw_flag(painter: QPainter, scene: PaintScene, row: TimelineRow, flag: Flag) -> None:
    """A pole on the bar with its flag, which is hollow when it was taken down."""
    colours, bars = scene.cache.theme.colours, scene.bars(row)
    x, top, foot = (
        round(scene.scale.x(flag.time / NS)) + 0.5,
        row.y + bars.top - bars.flags + 1.5,
        row.y + bars.top - 0.5,
    )
    high = min(scene.cache.theme.px(FLAG), bars.flags - 2)
    cloth = QPolygonF([QPointF(x, top), QPointF(x + high + 1, top + high / 2), QPointF(x, top + high)])
    text, panel = QColor(colours.text), QColor(colours.panel)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(text, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    painter.setBrush(text if flag.up else panel)
    painter.drawLine(QLineF(x, top, x, foot))
    painter.drawPolygon(cloth)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def flag_words(frame: Frame, lane: int, scale: Scale, seconds: float) -> str:
    """What the flag nearest to a time in a lane means, such as "set file_ready"; "" where there is none."""
    moment, reach = round(seconds * NS), _NEAR * scale.per_column * scale.ratio
    near = [flag for flag in flags(frame.recording.marks, [lane], scale) if abs(flag.time - moment) <= reach]
    if not near:
        return ""
    flag = min(near, key=lambda one: abs(one.time - moment))
    thing = frame.recording.things.get(flag.event)
    words = QCoreApplication.translate("timeline", "set" if flag.up else "cleared")
    return f"{words} {thing.name if thing is not None else '?'}"
