"""What lies over the lanes: the time axis, flips of switches, hand-over arrows, the cursor."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from engine.frame import Flip
from gui.plots.common.labels import draw_cursor_line, draw_flip_rules, flips_in, label_step, write
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import NS, Scale, moment, tick_label, ticks
from gui.plots.timeline.locks import HandOver
from gui.plots.timeline.rows import RowLayout, TimelineRow
from gui.plots.timeline.scene import PaintScene
from gui.theme.theme import Theme
from gui.widgets.drawing import draw_pill

LEAST_HELD = 10  # pixels: where holders change faster than this, arrows would only be a scribble


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


def draw_line(painter: QPainter, scene: PaintScene, y: float, width: float) -> None:
    """What parts the lanes, which scroll, from the locks, which stay."""
    painter.setPen(QPen(QColor(scene.cache.theme.colours.line2), 1))
    painter.drawLine(QLineF(0, y + 0.5, width, y + 0.5))


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


def flip_words(flips: Sequence[Flip]) -> list[list[str]]:
    """What may stand on the rules of these flips, the longest first: "lock on 2.0 s", "lock on", "on".

    The last only where all are of one switch, else nobody knows which.
    """
    on, off = QCoreApplication.translate("timeline", "on"), QCoreApplication.translate("timeline", "off")
    short = [on if flip.on else off for flip in flips]
    named = [f"{flip.name} {word}" for flip, word in zip(flips, short, strict=True)]
    timed = [f"{name} {flip.time:.1f} s" for flip, name in zip(flips, named, strict=True)]
    return [timed, named, short] if len({flip.name for flip in flips}) == 1 else [timed, named]


def flip_room(theme: Theme) -> int:
    """Pixels above the lanes that the labels of flips take."""
    return theme.pixels.tick + theme.px(8) + 5


def flip_labels(scene: PaintScene, flips: Sequence[Flip], bottom: float) -> list[tuple[QRectF, str]]:
    """A label for each of these flips, or for none: long ones, shorter ones, in two rows if they need it."""
    cache, scale = scene.cache, scene.scale
    high, right = flip_room(cache.theme) - 5, scale.left + scale.width + 8
    for rows in (1, 2):
        font, air, each = (cache.pill, 20, high) if rows == 1 else (cache.key, 8, (high + 4) // 2)
        for said in flip_words(flips) if rows == 1 else flip_words(flips)[-1:]:
            boxes = []
            for index, (flip, text) in enumerate(zip(flips, said, strict=True)):
                wide = cache.width(font, text) + cache.theme.px(air)
                x = min(round(scale.x(flip.time) - wide / 2), right - wide)
                boxes.append(QRectF(x, bottom - each * (1 + index % rows), wide, each - (rows - 1)))
            free = all(box.left() >= before.right() + 2 for before, box in zip(boxes, boxes[rows:], strict=False))
            if free:
                return list(zip(boxes, said, strict=True))
    return []


def labels_above(scene: PaintScene, flips: Sequence[Flip], top: float, room: int) -> list[tuple[QRectF, str]]:
    """The labels of these flips above lanes that begin at `top`, where `room` pixels are kept for them."""
    return flip_labels(scene, flips, top - 3) if room >= flip_room(scene.cache.theme) else []


def draw_flips(painter: QPainter, scene: PaintScene, top: float, bottom: float, room: int) -> None:
    """A dashed rule for every flip; their labels where `room` pixels above the lanes are kept for them."""
    scale, cache, colours = scene.scale, scene.cache, scene.cache.theme.colours
    shown = flips_in(scene.frame.recording.flips, scale)
    draw_flip_rules(painter, cache, scale, shown, (top - 2, bottom + 6))
    for box, text in labels_above(scene, shown, top, room):
        font = cache.pill if box.height() > flip_room(cache.theme) / 2 + 3 else cache.key
        draw_pill(painter, text, font, box, ground=colours.text, ink=colours.panel)


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
