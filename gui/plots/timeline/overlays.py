"""What lies over the lanes: the time axis, flips of switches, hand-over arrows, the cursor."""

from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from engine.frame import Flip
from gui.plots.common.labels import FEW_FLIPS, draw_rule
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import NS, Scale, moment, step_for, tick_label, ticks
from gui.plots.timeline.locks import HandOver
from gui.plots.timeline.rows import RowLayout, TimelineRow
from gui.plots.timeline.scene import PaintScene
from gui.theme.theme import Theme
from gui.widgets.drawing import draw_pill

LEAST_HELD = 10  # pixels: where holders change faster than this, arrows would only be a scribble


def label_step(scene: PaintScene) -> float:
    """Seconds between two labelled ticks: labels stay at least half their width apart."""
    scale, cache = scene.scale, scene.cache
    length = (scale.end - scale.start) / NS
    step = step_for(length, scale.width / cache.theme.px(60))
    for _ in range(3):
        widest = cache.width(cache.small, tick_label(scale.end / NS, step))
        if step / length * scale.width >= widest * 1.5:
            break
        step = step_for(length, length / step * 0.6)
    return step


def draw_grid(painter: QPainter, scene: PaintScene, top: float, bottom: float) -> None:
    """Fine upright lines, two to five for every label."""
    scale, step = scene.scale, label_step(scene)
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
    for row, after in zip(rows, rows[1:], strict=False):
        end = row.y + row.height
        if after.y > end:
            painter.fillRect(QRectF(0, end + 1, width, after.y - end - 1), QColor(colours.sunken))


def draw_axis(painter: QPainter, scene: PaintScene, y: float, height: float) -> None:
    """Labels in seconds; those under the cursor's time are left out."""
    scale, cache, colours = scene.scale, scene.cache, scene.cache.theme.colours
    step = label_step(scene)
    cursor = scene.frame.view.cursor
    covered = scale.x(cursor) if cursor is not None else None
    painter.setFont(cache.small)
    for time in ticks(scale.start / NS, scale.end / NS, step):
        x, text = round(scale.x(time)) + 0.5, tick_label(time, step)
        painter.setPen(QColor(colours.grid))
        painter.drawLine(QPointF(x, y), QPointF(x, y + 6))
        half = cache.width(cache.small, text) / 2
        pill = _pill_width(scene, cursor) / 2 if cursor is not None else 0.0
        if covered is not None and abs(x - covered) < half + pill + 4:
            continue
        if scale.left - half / 2 <= x <= scale.left + scale.width + 2:
            painter.setPen(QColor(colours.muted))
            right = min(x + half, scale.left + scale.width + cache.theme.pixels.padding - 5)
            box = QRectF(right - 2 * half - 2, y + 4, 2 * half + 4, height - 4)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    left = cache.theme.pixels.padding + cache.theme.pixels.badge + cache.theme.px(8)
    painter.setPen(QColor(colours.muted))
    words = QCoreApplication.translate("timeline", "seconds")
    painter.drawText(QRectF(left, y + 4, scale.left - left, height - 4), Qt.AlignmentFlag.AlignVCenter, words)


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
    taken, last = -1e9, -1e9
    shown = [flip for flip in scene.frame.recording.flips if scale.start <= flip.time * NS <= scale.end]
    # Where there are many, strong rules would hide the bars.
    strong = colours.text if len(shown) <= FEW_FLIPS else colours.faint
    for flip in shown:
        x = round(scale.x(flip.time)) + 0.0
        if x - last >= 3:
            draw_rule(painter, strong, x, top - 2, bottom + 6)
            last = x
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
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(accent, 2))
    painter.drawLine(QPointF(x, top - 4), QPointF(x, bottom + 3))
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
    gaps = [later.got - earlier.got for earlier, later in zip(overs, overs[1:], strict=False)]
    if gaps and min(gaps) / scale.per_column / scale.ratio < LEAST_HELD:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for over in overs:
        if over.giver in index and scale.start <= over.released and over.got <= scale.end:
            _draw_arrow(painter, scene, layout, over, (index[over.giver], index[over.taker]))


def _draw_arrow(
    painter: QPainter, scene: PaintScene, layout: RowLayout, over: HandOver, lanes: tuple[int, int]
) -> None:
    cache = scene.cache
    giver, taker = layout.of_lane(lanes[0]), layout.of_lane(lanes[1])
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
    painter.setFont(cache.word)
    painter.setPen(QColor(cache.theme.colours.muted))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
