"""Builds plots over the whole run with pyqtgraph: curves, axes in line with the timeline's, band, flips, cursor."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QResizeEvent, QTransform, QWheelEvent

from engine.frame import Frame, Phase
from gui.panel import Commands
from gui.plots.common.labels import FEW_FLIPS, draw_rule
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import step_for, tick_label, ticks
from gui.plots.over_time.run_plot import (
    DASHES,
    Axis,
    Band,
    Curve,
    Extent,
    RunPlot,
    Space,
    axis_of,
    label_room,
    top_of,
)
from gui.plots.over_time.series import Values
from gui.theme.theme import Theme
from gui.widgets.drawing import CENTRE, RIGHT, rounded

_GROW = 1.25  # the axis of a growing run jumps by this, so that the curve does not shrink with every frame
_SHORTEST = 1e-3  # seconds that the axis shows at least
_BEHIND, _ABOVE = -10, 20  # of the curves: the band, the cursor
Line = tuple[QPen, QPointF, QPointF]
Words = tuple[QRectF, Qt.AlignmentFlag, str]


class BandItem(pg.GraphicsObject):  # type: ignore[misc] # pyqtgraph has no types
    """Filled areas between two rows of corners."""

    def __init__(self) -> None:
        super().__init__()
        self._path = QPainterPath()
        self._brush = QBrush()
        self.setZValue(-5)

    def show_declared(self, band: Band) -> None:
        """Shows these areas."""
        colour = QColor(band.colour)
        colour.setAlphaF(band.opacity)
        self.prepareGeometryChange()
        self._path, self._brush = QPainterPath(), QBrush(colour)
        for piece in band.pieces:
            self._path.addPath(closed(*piece))
        self.update()

    def boundingRect(self) -> QRectF:
        return self._path.boundingRect()

    def paint(self, painter: QPainter, *_: object) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillPath(self._path, self._brush)


def closed(x: Values, upper: Values, lower: Values) -> QPainterPath:
    """The closed path between two curves over the same x."""
    path: QPainterPath = pg.arrayToQPath(np.concatenate((x, x[::-1])), np.concatenate((upper, lower[::-1])))
    path.setFillRule(Qt.FillRule.WindingFill)
    return path


class CurveItem(pg.PlotCurveItem):  # type: ignore[misc] # pyqtgraph has no types
    """A line through corners."""

    def __init__(self) -> None:
        super().__init__()
        self._look: tuple[object, ...] = ()

    def show_declared(self, curve: Curve) -> None:
        """Shows this line."""
        look = (curve.colour, curve.width, curve.dashed)
        if look != self._look:
            self._look, pen = look, pg.mkPen(curve.colour, width=curve.width)
            if curve.dashed:
                pen.setDashPattern(DASHES)
            self.setPen(pen)
        self.setData(*(curve.points or ([], [])))


class RunAxis(pg.AxisItem):  # type: ignore[misc] # pyqtgraph has no types
    """Ticks and labels on whole pixels, where the timeline has its own; the values' lines run through the plot."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self._space: Space | None = None
        self._axis = Axis(0.0, 1.0)

    def show_declared(self, space: Space, axis: Axis) -> None:
        """Shows the times of a space, or these values."""
        self._space, self._axis = space, axis
        self.setTickFont(space.cache.small)
        self.setTextPen(space.cache.theme.colours.muted)
        self.picture = None
        self.update()

    def boundingRect(self) -> QRectF:
        """The whole plot: lines run through it, and a label may stand out beside its axis."""
        whole: QRectF = self.mapRectFromItem(self.parentItem(), self.parentItem().boundingRect())
        return whole

    def generateDrawSpecs(self, _painter: QPainter) -> tuple[Line, list[Line], list[Words]] | None:
        """What pyqtgraph is to draw: a line along the axis (none), all others, and the labels."""
        if self._space is None:
            return None
        area = self.mapRectFromScene(self._space.area)
        space = replace(self._space, area=area)
        lines, words = self._times(space) if self.orientation == "bottom" else self._values(space)
        return (QPen(Qt.PenStyle.NoPen), area.bottomLeft(), area.bottomRight()), lines, words

    def _times(self, space: Space) -> tuple[list[Line], list[Words]]:
        theme, bottom = space.cache.theme, space.area.bottom()
        step = step_for(space.extent.right, space.area.width() / theme.px(110))
        pen, lines, words = QPen(QColor(theme.colours.line2)), [], []
        for time in ticks(0.0, space.extent.right, step):
            x, text = round(space.x(time)) + 0.5, tick_label(time, step)
            lines.append((pen, QPointF(x, bottom), QPointF(x, bottom + 5)))
            half = space.cache.width(space.cache.small, text) / 2 + 2
            right = min(x + half, space.area.right() + theme.pixels.padding - 4.0)
            box = QRectF(right - 2 * half, bottom + 5, 2 * half, axis_of(theme) - 6)
            words.append((box, CENTRE, text))
        return lines, words

    def _values(self, space: Space) -> tuple[list[Line], list[Words]]:
        axis, colours, area = self._axis, space.cache.theme.colours, space.area
        lines: list[Line] = []
        words: list[Words] = []
        for rule in axis.rules:
            pen = QPen(QColor(rule.colour), 1)
            if rule.dashed:
                pen.setDashPattern(DASHES)
            lines.append(_across(pen, area, space.y(rule.value)))
        if axis.label is None:
            return lines, words
        step = max(step_for(axis.high - axis.low, space.ticks + 1), 1.0)
        for value in ticks(axis.low, axis.high, step):
            pen = QPen(QColor(colours.grid if value != axis.low else colours.line2))
            lines.append(_across(pen, area, space.y(value)))
            y, left = lines[-1][1].y(), self.mapRectFromScene(QRectF(0, 0, 1, 1)).left()
            words.append((QRectF(left, y - 12, area.left() - 12 - left, 24), RIGHT, axis.label(value)))
        return lines, words


def _across(pen: QPen, area: QRectF, y: float) -> Line:
    y = round(y) + 0.5
    return pen, QPointF(area.left(), y), QPointF(area.right(), y)


class RunView(pg.PlotWidget):  # type: ignore[misc] # pyqtgraph has no types
    """What a plot has declared, over the whole run, with the band that the timeline shows and the cursor."""

    def __init__(self, plot: RunPlot, commands: Commands, theme: Theme) -> None:
        self.axes = {side: RunAxis(side) for side in ("left", "bottom")}
        super().__init__(enableMenu=False, axisItems=self.axes)
        self.setAccessibleName(QCoreApplication.translate("plots", plot.name))
        self.setViewportUpdateMode(self.ViewportUpdateMode.FullViewportUpdate)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self.plot, self.commands = plot, commands
        self.space: Space | None = None
        self.items_shown: list[Any] = []  # CurveItem and BandItem: pyqtgraph has no types
        self._axis: Axis | None = None  # that the axes show
        self._frame, self._run = Frame(), -1
        self._drawn: tuple[object, ...] = ()
        item = self.getPlotItem()
        item.hideButtons()
        item.setMouseEnabled(False, False)
        item.getViewBox().setDefaultPadding(0)
        for axis in self.axes.values():
            axis.setZValue(-1000)  # behind everything; the plot has put it in front
        self.band = pg.LinearRegionItem(movable=True)
        self.band.setZValue(_BEHIND)
        self.cursor_line = pg.InfiniteLine(angle=90, movable=True)
        self.cursor_line.setZValue(_ABOVE)
        item.addItem(self.band)
        item.addItem(self.cursor_line)
        self.band.sigRegionChanged.connect(self._band_moved)
        self.cursor_line.sigPositionChanged.connect(self._cursor_moved)
        self.scene().sigMouseClicked.connect(self._clicked)
        self._setting = False
        self.apply_theme(theme)

    def apply_theme(self, theme: Theme) -> None:
        """Takes on colours, fonts and measures."""
        self._theme, self._drawn, self._axis = theme, (), None
        self._cache = PaintCache(theme, self.devicePixelRatioF())
        colours, measures = theme.colours, theme.measures
        self.setBackground(colours.panel)
        left, top, right, bottom = self._margins = (
            theme.pixels.name_column, top_of(theme), theme.pixels.padding, axis_of(theme),
        )  # fmt: skip
        self._labels, self._tick = label_room(theme), theme.px(32)
        self.axes["left"].setWidth(left)
        self.axes["bottom"].setHeight(bottom)
        self.getPlotItem().layout.setContentsMargins(0, top, right, 0)
        soft = QColor(colours.accent_soft)
        soft.setAlphaF(0.55)
        self.band.setBrush(soft)
        self.band.setHoverBrush(soft)
        for line, widths in ((self.cursor_line, (2, 4)), *((line, (1, 3)) for line in self.band.lines)):
            line.setPen(pg.mkPen(colours.accent, width=widths[0]))
            line.setHoverPen(pg.mkPen(colours.accent, width=widths[1]))
        self.setMinimumHeight(theme.px(measures.plot - measures.header - 8) // 2 + axis_of(theme))
        self.show_frame(self._frame)

    def sizeHint(self) -> QSize:
        """As high as measured for the plot of a card."""
        measures = self._theme.measures
        return QSize(self._theme.px(400), self._theme.px(measures.plot - measures.header - 2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Everything stands elsewhere now."""
        super().resizeEvent(event)
        if event is not None:  # pyqtgraph calls it so, before there is anything
            self.show_frame(self._frame)

    def show_frame(self, frame: Frame) -> None:
        """Shows this frame; does nothing when nothing that shows has changed."""
        self._frame = frame
        if frame.run.number != self._run:
            self._run = frame.run.number
            self.plot.begin()
        space = self._over_time(frame)
        axis = self.plot.axis(space)
        space = replace(space, extent=replace(space.extent, low=axis.low, high=axis.high))
        tip = round(frame.run.now / space.extent.right * self.width())
        drawn = (self.plot.depends(frame), tip, axis, space.extent, self.size(), frame.view, frame.recording.flips,
                 frame.run.phase)  # fmt: skip
        if drawn == self._drawn:
            return
        before, self.space, self._drawn, self._setting = self.space, space, drawn, True
        if before is None or space.extent != before.extent:
            self.setXRange(0.0, space.extent.right, padding=0)
            self.setYRange(axis.low, axis.high, padding=0)
        if before is None or (space.extent, space.area, axis) != (before.extent, before.area, self._axis):
            self._axis = axis
            for item in self.axes.values():
                item.show_declared(space, axis)
        self._show_declared(self.plot.curves(space))
        self._show_view(frame)
        self._setting = False
        self.viewport().update()

    def _over_time(self, frame: Frame) -> Space:
        """The times that a frame shows; its values are not known yet."""
        left, top, right, bottom = self._margins
        width, height = max(1, self.width() - left - right), max(1, self.height() - top - bottom)
        area, now = QRectF(left, top, width, height), max(frame.run.now, _SHORTEST)
        run = now
        if frame.run.phase in (Phase.RUNNING, Phase.PAUSED, Phase.STARTING):
            before = self.space.extent.run if self.space is not None else 1.0
            run = before if now <= before <= now * _GROW * 1.2 else now * _GROW
        share = width / max(1.0, width - self._labels)
        return Space(frame, self._cache, area, max(1.0, height / self._tick), Extent(run, run * share, 0.0, 1.0))

    def _show_declared(self, declared: Sequence[Curve | Band]) -> None:
        """Curves and bands; the items of others are taken out."""
        sorts = [CurveItem if isinstance(one, Curve) else BandItem for one in declared]
        if sorts != [type(item) for item in self.items_shown]:
            for item in self.items_shown:
                self.getPlotItem().removeItem(item)
            self.items_shown = [sort() for sort in sorts]
            for item in self.items_shown:
                self.getPlotItem().addItem(item)
        for item, one in zip(self.items_shown, declared, strict=True):
            place = QTransform(1.0, 0.0, 0.0, one.unit, 0.0, one.base)
            if item.transform() != place:
                item.setTransform(place)
            item.show_declared(one)

    def _show_view(self, frame: Frame) -> None:
        """The band and the cursor, unless the hand holds them."""
        assert self.space is not None
        if not self.band.moving and not any(line.moving for line in self.band.lines):
            # Where the view goes beyond the run, the band ends with the run: there its labels begin.
            end = frame.view.end
            if frame.run.now:
                end = min(end, max(frame.run.now, frame.view.start + _SHORTEST))
            self.band.setRegion((max(0.0, frame.view.start), max(0.0, min(end, self.space.extent.right))))
        self.cursor_line.setVisible(frame.view.cursor is not None)
        if frame.view.cursor is not None and not self.cursor_line.moving:
            self.cursor_line.setValue(frame.view.cursor)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Flips, grips of the band, and labels, above the curves."""
        super().drawForeground(painter, rect)
        if self.space is None:
            return
        painter.save()
        painter.resetTransform()
        try:
            self._draw_rules(painter, self.space)
            self._draw_grips(painter, self.space)
            self.plot.draw_labels(painter, self.space)
        finally:
            painter.restore()  # a state left behind by an exception takes the process down

    def _draw_rules(self, painter: QPainter, space: Space) -> None:
        """A dashed rule at each flip; quieter where they are many, else they would hide the curves."""
        colours, last, flips = space.cache.theme.colours, -1e9, self._frame.recording.flips
        colour = colours.text if len(flips) <= FEW_FLIPS else colours.line2
        for x in [space.x(flip.time) for flip in flips]:
            if x - last >= 6:
                draw_rule(painter, colour, round(x), space.area.top(), space.area.bottom() + 5)
                last = x

    def _draw_grips(self, painter: QPainter, space: Space) -> None:
        """What the band is taken hold of by."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = min(20.0, space.area.height() / 3)
        for time in self.band.getRegion():
            box = QRectF(round(space.x(time)) - 3, space.area.bottom() - height - 8, 6, height)
            rounded(painter, box, 3, space.cache.theme.colours.accent)

    # wishes

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A plot may have more than it shows; else whatever is around may scroll."""
        if self.plot.turned(self._frame, -1 if event.angleDelta().y() > 0 else 1):
            self._drawn = ()
            self.show_frame(self._frame)
        else:
            event.ignore()

    def _band_moved(self) -> None:
        if not self._setting:
            start, end = self.band.getRegion()
            self.commands.look(float(start), float(max(end, start + 1e-4)))

    def _cursor_moved(self) -> None:
        if not self._setting:
            self._put_cursor(float(self.cursor_line.value()))

    def _put_cursor(self, seconds: float) -> None:
        self.commands.cursor(min(max(0.0, seconds), self._frame.run.now))

    def _clicked(self, event: MouseClickEvent) -> None:
        """A click puts the cursor there, one with the right button takes it away."""
        if event.button() == Qt.MouseButton.RightButton:
            self.commands.cursor(None)
        elif self.space is not None:
            area, x = self.space.area, event.scenePos().x()
            if area.left() <= x <= area.right():
                self._put_cursor((x - area.left()) / area.width() * self.space.extent.right)
