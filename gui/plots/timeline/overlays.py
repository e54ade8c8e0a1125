"""What lies over the lanes: the time axis, flips of switches, flags of events, hand-over arrows, the cursor."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from engine.frame import Flip, Frame, Marks
from gui.plots.common.labels import draw_cursor_line, draw_flip_rules, flips_in, label_step, write
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import NS, Scale, moment, tick_label, ticks
from gui.plots.timeline.locks import HandOver
from gui.plots.timeline.rows import RowLayout, TimelineRow
from gui.plots.timeline.scene import PaintScene
from gui.theme.theme import Theme
from gui.widgets.drawing import draw_pill

LEAST_HELD = 10  # pixels: where holders change faster than this, arrows would only be a scribble
_APART = 7  # pixels: of flags that stand closer in one lane, the last one is drawn
_LATE = 1_000_000  # nanoseconds that reports of two threads may be out of order
_NEAR = 6  # pixels beside a flag at which it is told what it means


def draw_grid(painter: QPainter, scene: PaintScene, top: float, bottom: float) -> None:
    """Fine upright lines, two to five for every label."""
    scale, step = scene.scale, label_step(scene.scale, scene.cache)
    fine = step / (5 if step / (scale.end - scale.start) * NS * scale.width > 150 else 2)
    painter.setPen(QPen(QColor(scene.cache.theme.colours.grid), 1))
    times = ticks(scale.start / NS, scale.end / NS, fine)
    painter.drawLines([QLineF(x, top, x, bottom) for x in (round(scale.x(time)) + 0.5 for time in times)])


def draw_rules(painter: QPainter, scene: PaintScene, rows: list[TimelineRow], width: float) -> None:
    """A thin line under every row, a stripe where another process begins."""
    colours = scene.cache.theme.colours
    painter.setPen(QPen(QColor(colours.line), 1))
    lines = [row.y for row in rows] + [rows[-1].y + rows[-1].height]
    painter.drawLines([QLineF(0, y + 0.5, width, y + 0.5) for y in lines])
    for row, after in pairwise(rows):
        end = row.y + row.height
        if after.y > end:
            painter.fillRect(QRectF(0, end + 1, width, after.y - end - 1), QColor(colours.sunken))


def draw_axis(painter: QPainter, scene: PaintScene, y: float, height: float) -> None:
    """Labels in seconds; those under the cursor's time are left out."""
    scale, cache, colours = scene.scale, scene.cache, scene.cache.theme.colours
    step, cursor = label_step(scene.scale, scene.cache), scene.frame.view.cursor
    covered = scale.x(cursor) if cursor is not None else -1e9
    pill = _pill_width(scene, cursor) / 2 if cursor is not None else 0.0
    for time in ticks(scale.start / NS, scale.end / NS, step):
        x, text = round(scale.x(time)) + 0.5, tick_label(time, step)
        painter.setPen(QColor(colours.grid))
        painter.drawLine(QPointF(x, y), QPointF(x, y + 6))
        half = cache.width(cache.small, text) / 2
        seen = abs(x - covered) >= half + pill + 4
        if seen and scale.left - half / 2 <= x <= scale.left + scale.width + 2:
            right = min(x + half, scale.left + scale.width + cache.theme.pixels.padding - 5)
            box = QRectF(right - 2 * half - 2, y + 4, 2 * half + 4, height - 4)
            write(painter, cache.small, colours.muted, box, text, flags=Qt.AlignmentFlag.AlignCenter)
    left = cache.theme.pixels.padding + cache.theme.pixels.badge + cache.theme.px(8)
    words = QCoreApplication.translate("timeline", "seconds")
    write(painter, cache.small, colours.muted, QRectF(left, y + 4, scale.left - left, height - 4), words)


def flip_label(flip: Flip) -> str:
    """What stands on the rule of a flip: "lock on 2.0 s"."""
    on = QCoreApplication.translate("timeline", "on")
    off = QCoreApplication.translate("timeline", "off")
    return f"{flip.name} {on if flip.on else off} {flip.time:.1f} s"


def flip_room(theme: Theme) -> int:
    """Pixels above the lanes that the labels of flips take."""
    return theme.pixels.tick + theme.px(8) + 5


def draw_flips(painter: QPainter, scene: PaintScene, top: float, bottom: float) -> None:
    """A dashed rule for every flip, and its label where the labels before it leave room."""
    scale, cache, colours = scene.scale, scene.cache, scene.cache.theme.colours
    height = flip_room(cache.theme) - 5
    taken = -1e9
    shown = flips_in(scene.frame.recording.flips, scale)
    draw_flip_rules(painter, cache, scale, shown, (top - 2, bottom + 6))
    for flip in shown:
        x = round(scale.x(flip.time)) + 0.0
        text = flip_label(flip)
        width = cache.width(cache.pill, text) + cache.theme.px(20)
        left = max(scale.left - 8.0, min(round(x - width / 2), scale.left + scale.width + 8 - width))
        if left > taken + 4:
            box = QRectF(left, top - height - 3, width, height)
            draw_pill(painter, text, cache.pill, box, ground=colours.text, ink=colours.panel)
            taken = left + width


def draw_cursor(painter: QPainter, scene: PaintScene, top: float, bottom: float) -> None:
    """The cursor: a line with a handle above it and its time on the axis."""
    cursor, scale, cache = scene.frame.view.cursor, scene.scale, scene.cache
    if cursor is None or not scale.start <= cursor * NS <= scale.end:
        return
    x = round(scale.x(cursor))
    accent = QColor(scene.cache.theme.colours.accent)
    draw_cursor_line(painter, cache, x, top - 4, bottom + 3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(accent)
    corners = ((x - 6, top - 12), (x + 6, top - 12), (x + 6, top - 7), (x, top - 1), (x - 6, top - 7))
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
    width = _pill_width(scene, cursor)
    left = min(max(x - width / 2, 2.0), scale.left + scale.width + cache.theme.pixels.padding - width)
    box = QRectF(left, bottom + 3, width, cache.theme.pixels.tick + 7)
    colours = cache.theme.colours
    draw_pill(painter, _time(scale, cursor), cache.pill, box, ground=colours.accent, ink=colours.accent_ink)


def _time(scale: Scale, cursor: float) -> str:
    return moment(cursor, scale.per_column * scale.ratio / NS)


def _pill_width(scene: PaintScene, cursor: float) -> float:
    return scene.cache.width(scene.cache.pill, _time(scene.scale, cursor)) + scene.cache.theme.px(16)


def draw_arrows(painter: QPainter, scene: PaintScene, layout: RowLayout, overs: list[HandOver]) -> None:
    """Who let whom in; the painter's origin is the top of the first row."""
    scale = scene.scale
    index = {lane.id: number for number, lane in enumerate(scene.frame.recording.lanes)}
    gaps = [later.got - earlier.got for earlier, later in pairwise(overs)]
    if gaps and min(gaps) / scale.per_column / scale.ratio < LEAST_HELD:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for over in overs:
        if over.giver in index and scale.start <= over.released and over.got <= scale.end:
            rows = layout.of_lane(index[over.giver]), layout.of_lane(index[over.taker])
            _draw_arrow(painter, scene, over, *rows)


def _draw_arrow(painter: QPainter, scene: PaintScene, over: HandOver, giver: TimelineRow, taker: TimelineRow) -> None:
    cache = scene.cache
    gives, takes = scene.bars(giver), scene.bars(taker)
    size = 0.7 if cache.theme.compact or giver.height < cache.theme.px(40) else 1.0
    down = 1 if taker.y > giver.y else -1
    xa, xb = scene.scale.x(over.released / NS) - 3 * size, scene.scale.x(over.got / NS) + 6 * size
    ya = giver.y + gives.middle + down * (gives.height / 2 - 6 * size)
    yb = taker.y + takes.middle - down * (takes.height / 2 + 1)
    path = QPainterPath(QPointF(xa, ya))
    path.cubicTo(xa, ya + 16 * down * size, xb, yb - 18 * down * size, xb, yb - 6 * down * size)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    text, panel = QColor(cache.theme.colours.text), QColor(cache.theme.colours.panel)
    for width, colour in ((5 * size, panel), (2 * size, text)):
        painter.setPen(QPen(colour, width))
        painter.drawPath(path)
    painter.setPen(QPen(panel, 1))
    painter.setBrush(text)
    painter.drawEllipse(QPointF(xa, ya), 3 * size, 3 * size)
    painter.setPen(Qt.PenStyle.NoPen)
    tail = yb - 8 * down * size
    painter.drawPolygon(QPolygonF([QPointF(xb, yb), QPointF(xb - 5 * size, tail), QPointF(xb + 5 * size, tail)]))


def draw_note(painter: QPainter, cache: PaintCache, box: QRectF, text: str) -> None:
    """What an empty timeline says."""
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    write(painter, cache.word, cache.theme.colours.muted, box, text, flags=flags)


@dataclass(frozen=True)
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
    at = {scene.frame.recording.lanes[row.lane].id: row for row in rows if row.lock < 0}
    for flag in flags(scene.frame.recording.marks, list(at), scene.scale):
        _draw_flag(painter, scene, at[flag.lane], flag)


def _draw_flag(painter: QPainter, scene: PaintScene, row: TimelineRow, flag: Flag) -> None:
    """A pole with its flag at the top, or hollow at the foot when it was taken down."""
    colours, bars = scene.cache.theme.colours, scene.bars(row)
    x, top = round(scene.scale.x(flag.time / NS)) + 0.5, row.y + bars.top - 2.0
    foot = row.y + bars.top + bars.height + 1.0
    high = min(8.0, bars.height * 0.6)
    y = top if flag.up else foot - high
    cloth = QPolygonF([QPointF(x, y), QPointF(x + high + 1, y + high / 2), QPointF(x, y + high)])
    text, panel = QColor(colours.text), QColor(colours.panel)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for width, colour in ((4.0, panel), (1.5, text)):
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
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
