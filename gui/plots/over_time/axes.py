"""Draws what stands behind the curves: times where the timeline has them, values beside the plot, lines through it."""

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from gui.plots.common.labels import label_step, write
from gui.plots.common.scale import NS, step_for, tick_label, ticks
from gui.plots.over_time.run_plot import DASHES, Axis, Space, axis_of
from gui.widgets.drawing import CENTRE, RIGHT


def draw_axes(painter: QPainter, space: Space, axis: Axis) -> None:
    """Lines on whole pixels, and labels."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _draw_times(painter, space)
    _draw_values(painter, space, axis)


def _draw_times(painter: QPainter, space: Space) -> None:
    cache, scale, area = space.cache, space.scale, space.area
    theme, step = cache.theme, label_step(scale, cache)
    found = [(round(space.x(time)) + 0.5, time) for time in ticks(scale.start / NS, scale.end / NS, step)]
    painter.setPen(QPen(QColor(theme.colours.grid)))
    painter.drawLines([QLineF(x, area.top(), x, area.bottom()) for x, _ in found])
    painter.setPen(QPen(QColor(theme.colours.line2)))
    painter.drawLines([QLineF(x, area.bottom(), x, area.bottom() + 5) for x, _ in found])
    for x, time in found:
        text = tick_label(time, step)
        half = cache.width(cache.small, text) / 2 + 2
        if area.left() - half / 2 <= x <= area.right() + 2:
            right = min(x + half, area.right() + theme.pixels.padding - 4.0)
            box = QRectF(right - 2 * half, area.bottom() + 5, 2 * half, axis_of(theme) - 6)
            write(painter, cache.small, theme.colours.muted, box, text, flags=CENTRE)


def _draw_values(painter: QPainter, space: Space, axis: Axis) -> None:
    cache, area, colours = space.cache, space.area, space.cache.theme.colours
    for rule in axis.rules:
        pen = QPen(QColor(rule.colour), 1)
        if rule.dashed:
            pen.setDashPattern(DASHES)
        _draw_across(painter, pen, area, space.y(rule.value))
    if axis.label is None:
        return
    step = max(step_for(axis.high - axis.low, space.ticks + 1), 1.0)
    for value in ticks(axis.low, axis.high, step):
        y = space.y(value)
        _draw_across(painter, QPen(QColor(colours.grid if value != axis.low else colours.line2)), area, y)
        box = QRectF(0, round(y) - 11.5, area.left() - 12, 24)
        write(painter, cache.small, colours.muted, box, axis.label(value), flags=RIGHT)


def _draw_across(painter: QPainter, pen: QPen, area: QRectF, y: float) -> None:
    y = round(y) + 0.5
    painter.setPen(pen)
    painter.drawLine(QLineF(area.left(), y, area.right(), y))
