"""What plots write and rule alike: a text on plain ground, a dashed rule."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from engine.frame import Flip
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import NS, Scale, step_for, tick_label
from gui.theme.theme import Theme

FEW_FLIPS = 12  # where there are more, strong rules would hide what is drawn
_APART = 3  # pixels between two rules at least


def label_step(scale: Scale, cache: PaintCache) -> float:
    """Seconds between two labelled ticks of the time axis: labels stay at least half their width apart."""
    length = (scale.end - scale.start) / NS
    step = step_for(length, scale.width / cache.theme.px(60))
    for _ in range(3):
        widest = cache.width(cache.small, tick_label(scale.end / NS, step))
        if step / length * scale.width >= widest * 1.5:
            break
        step = step_for(length, length / step * 0.6)
    return step


def flips_in(flips: Sequence[Flip], scale: Scale) -> list[Flip]:
    """The flips that show."""
    return [flip for flip in flips if scale.start <= flip.time * NS <= scale.end]


def draw_flip_rules(
    painter: QPainter, cache: PaintCache, scale: Scale, shown: Sequence[Flip], edges: tuple[float, float]
) -> None:
    """A dashed rule from edge to edge for every flip that shows, in whole pixels; quieter where there are many."""
    colours, last = cache.theme.colours, -1e9
    colour = colours.text if len(shown) <= FEW_FLIPS else colours.faint
    for flip in shown:
        x = round(scale.x(flip.time)) + 0.0
        if x - last >= _APART:
            draw_rule(painter, colour, x, *edges)
            last = x


def draw_cursor_line(painter: QPainter, cache: PaintCache, x: float, top: float, bottom: float) -> None:
    """The line of the cursor, 2 pixels about a whole one."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(cache.theme.colours.accent), 2))
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))


def draw_rule(painter: QPainter, colour: str, x: float, top: float, bottom: float) -> None:
    """A dashed upright line, 2 pixels."""
    pen = QPen(QColor(colour), 2)
    pen.setDashPattern([3, 2])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen)
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))


def write(
    painter: QPainter, font: QFont, colour: str, box: QRectF, text: str, *, flags: int = Qt.AlignmentFlag.AlignVCenter
) -> None:
    """A text in a font and a colour, at the left end and in the middle of a box's height unless `flags` say another."""
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(box, flags, text)


def draw_text(
    painter: QPainter, cache: PaintCache, pen: tuple[QFont, str], at: QPointF, text: str, *, ground: bool = False
) -> None:
    """A label in a font and a colour: `at` is its left end and the middle of its height, in pixels.

    With `ground` it stands on the panel's colour, so that no line runs through it.
    """
    font, colour = pen
    wide, high, half = cache.width(font, text) + 2, cache.theme.pixels.small + 3, cache.theme.px(14)
    if ground:
        painter.fillRect(QRectF(at.x() - 2, at.y() - high / 2, wide + 4, high), QColor(cache.theme.colours.panel))
    write(painter, font, colour, QRectF(at.x(), at.y() - half, wide, 2 * half), text)


def mark_chosen(painter: QPainter, theme: Theme, high: int) -> None:
    """The bar at the left of the name of a row that somebody asked for; the painter's origin is the row's corner."""
    painter.fillRect(QRectF(0, 3, theme.px(4), high - 6), QColor(theme.colours.accent))
