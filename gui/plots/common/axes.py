"""Axes and labels of plots over the whole run, drawn in pixels so that they match the timeline's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import step_for, tick_label, ticks
from gui.theme.theme import Theme

FEW_FLIPS = 12  # where there are more, strong rules would hide what is drawn


@dataclass(frozen=True)
class Extent:
    """What the axes show: seconds 0 to `right` (of which the run fills `run`), values `low` to `high`."""

    run: float
    right: float
    low: float
    high: float

    def x(self, area: QRectF, seconds: float) -> float:
        """Pixels of a time."""
        return area.left() + seconds / self.right * area.width()

    def y(self, area: QRectF, value: float) -> float:
        """Pixels of a value."""
        return area.bottom() - (value - self.low) / (self.high - self.low) * area.height()


def top_of(theme: Theme) -> int:
    """Pixels above the curves."""
    return theme.px(6)


def axis_of(theme: Theme) -> int:
    """Pixels below the curves, for the labels of the time axis."""
    return theme.px(20 if theme.compact else 24)


def label_room(theme: Theme) -> int:
    """Pixels that are kept free for labels at the right end of the curves."""
    return theme.px(130 if theme.compact else 146)  # "expected 1,600,000"


def tick_room(theme: Theme, area: QRectF) -> float:
    """How many labels of values fit beside the curves."""
    return max(1.0, area.height() / theme.px(32))


def number(value: float) -> str:
    """A tick of most plots."""
    return f"{value:,.0f}"


def draw_axes(
    painter: QPainter, cache: PaintCache, area: QRectF, extent: Extent, label: Callable[[float], str] = number
) -> None:
    """Ground lines and labels of both axes; `label` says what a value is called."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setFont(cache.small)
    _draw_values(painter, cache, area, extent, label)
    draw_times(painter, cache, area, extent)


def _draw_values(
    painter: QPainter, cache: PaintCache, area: QRectF, extent: Extent, label: Callable[[float], str]
) -> None:
    colours = cache.theme.colours
    step = max(step_for(extent.high - extent.low, tick_room(cache.theme, area) + 1), 1.0)
    for value in ticks(extent.low, extent.high, step):
        y = round(extent.y(area, value)) + 0.5
        painter.setPen(QColor(colours.grid if value != extent.low else colours.line2))
        painter.drawLine(QLineF(area.left(), y, area.right(), y))
        painter.setPen(QColor(colours.muted))
        box = QRectF(0, y - 12, area.left() - 12, 24)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, label(value))


def draw_times(painter: QPainter, cache: PaintCache, area: QRectF, extent: Extent) -> None:
    """Ticks and labels of the time axis."""
    colours, height = cache.theme.colours, axis_of(cache.theme)
    step = step_for(extent.right, area.width() / cache.theme.px(110))
    for time in ticks(0.0, extent.right, step):
        x, text = round(extent.x(area, time)) + 0.5, tick_label(time, step)
        painter.setPen(QColor(colours.line2))
        painter.drawLine(QLineF(x, area.bottom(), x, area.bottom() + 5))
        half = cache.width(cache.small, text) / 2 + 2
        right = min(x + half, area.right() + cache.theme.px(cache.theme.measures.padding) - 4.0)
        painter.setPen(QColor(colours.muted))
        box = QRectF(right - 2 * half, area.bottom() + 5, 2 * half, height - 6)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def draw_rule(painter: QPainter, colour: str, x: float, top: float, bottom: float) -> None:
    """A dashed upright line, 2 pixels."""
    pen = QPen(QColor(colour), 2)
    pen.setDashPattern([3, 2])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen)
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))


def draw_rules(painter: QPainter, cache: PaintCache, area: QRectF, rules: Sequence[float]) -> None:
    """A dashed rule at each x of a flip; quieter where they are many, else they would hide the curves."""
    colours, last = cache.theme.colours, -1e9
    colour = colours.text if len(rules) <= FEW_FLIPS else colours.line2
    for x in rules:
        if x - last >= 6:
            draw_rule(painter, colour, round(x), area.top(), area.bottom() + 5)
            last = x


def draw_grips(painter: QPainter, cache: PaintCache, area: QRectF, edges: Sequence[float]) -> None:
    """What the band is taken hold of by."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(cache.theme.colours.accent))
    height = min(20.0, area.height() / 3)
    for x in edges:
        painter.drawRoundedRect(QRectF(round(x) - 3, area.bottom() - height - 8, 6, height), 3, 3)


def draw_ring(painter: QPainter, cache: PaintCache, at: QPointF) -> None:
    """The ring where the cursor meets a curve."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(cache.theme.colours.accent), 2))
    painter.setBrush(QColor(cache.theme.colours.panel))
    painter.drawEllipse(at, 5, 5)


def draw_text(
    painter: QPainter, cache: PaintCache, pen: tuple[QFont, str], at: QPointF, text: str, *, ground: bool = False
) -> None:
    """A label in a font and a colour: `at` is its left end and the middle of its height, in pixels.

    With `ground` it stands on the panel's colour, so that no line runs through it.
    """
    font, colour = pen
    wide, high = cache.width(font, text) + 2, cache.theme.px(cache.theme.measures.small) + 3
    if ground:
        painter.fillRect(QRectF(at.x() - 2, at.y() - high / 2, wide + 4, high), QColor(cache.theme.colours.panel))
    painter.setFont(font)
    painter.setPen(QColor(colour))
    box = QRectF(at.x(), at.y() - 14, wide, 28)
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
