"""What plots write and rule alike: a text on plain ground, a dashed rule."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from gui.plots.common.paint_cache import PaintCache

FEW_FLIPS = 12  # where there are more, strong rules would hide what is drawn


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
    wide, high = cache.width(font, text) + 2, cache.theme.pixels.small + 3
    if ground:
        painter.fillRect(QRectF(at.x() - 2, at.y() - high / 2, wide + 4, high), QColor(cache.theme.colours.panel))
    write(painter, font, colour, QRectF(at.x(), at.y() - 14, wide, 28), text)
