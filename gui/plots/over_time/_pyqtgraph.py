"""Builds plots over time with pyqtgraph: curves, axes in line with the timeline's, flips, cursor."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)

from engine.frame import Frame
from gui.panel import Commands
from gui.plots.common.hand import Hand
from gui.plots.common.labels import draw_cursor_line, draw_flip_rules, flips_in
from gui.plots.common.navigation import Navigation
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import NS, scale_of
from gui.plots.over_time.at_cursor import Entry, Table, draw, entries, laid_out, words
from gui.plots.over_time.axes import draw_axes
from gui.plots.over_time.run_plot import DASHES, Axis, Band, Curve, RunPlot, Space, axis_of, top_of
from gui.plots.over_time.series import Values, visible
from gui.theme.theme import Theme

_FINEST = 0.25  # pixels: lesser changes of a curve are not drawn


class BandItem(pg.GraphicsObject):  # type: ignore[misc] # pyqtgraph has no types
    """Filled areas between two rows of corners."""

    def __init__(self) -> None:
        super().__init__()
        self._path = QPainterPath()
        self._brush = QBrush()
        self._bounds = QRectF()
        self.setZValue(-5)

    def show_declared(self, band: Band, bounds: QRectF, finest: float) -> None:
        """Shows these areas within these bounds, in their own units, of which `finest` are too little to be seen."""
        colour = QColor(band.colour)
        colour.setAlphaF(band.opacity)
        self.prepareGeometryChange()
        self._path, self._brush, self._bounds = QPainterPath(), QBrush(colour), bounds
        for x, upper, lower in band.pieces:
            kept = visible(finest, upper, lower)
            self._path.addPath(closed(x[kept], upper[kept], lower[kept]))
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

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
        self._look: tuple[object, ...] = ()
        self._bounds = QRectF()
        super().__init__()

    def boundingRect(self) -> QRectF:
        """All of the plot: to look for the ends of the line would take longer than to draw it."""
        return self._bounds

    def show_declared(self, curve: Curve, bounds: QRectF, finest: float) -> None:
        """Shows this line within these bounds, in its own units, of which `finest` are too little to be seen."""
        self.prepareGeometryChange()
        self._bounds = bounds
        look = (curve.colour, curve.width, curve.dashed)
        if look != self._look:
            self._look, pen = look, pg.mkPen(curve.colour, width=curve.width)
            if curve.dashed:
                pen.setDashPattern(DASHES)
            self.setPen(pen)
        x, y = curve.points or (np.empty(0), np.empty(0))
        kept = visible(finest, y)
        self.setData(x[kept], y[kept], connect="finite" if np.isnan(y).any() else "all")


def placed(space: Space, one: Curve | Band) -> QTransform:
    """Seconds and units of something to pixels from the lower left corner of the plot."""
    scale, tall = space.scale, space.area.height() / (space.high - space.low)
    wide = NS / (scale.per_column * scale.ratio)
    return QTransform(wide, 0.0, 0.0, tall * one.unit, -scale.start / NS * wide, (one.base - space.low) * tall)


class RunView(pg.PlotWidget):  # type: ignore[misc] # pyqtgraph has no types
    """What a plot has declared, in the stretch of time that the timeline shows, and the hand over it."""

    def __init__(self, plot: RunPlot, commands: Commands, theme: Theme) -> None:
        super().__init__(enableMenu=False)
        self.setAccessibleName(QCoreApplication.translate("plots", plot.name))
        self.setViewportUpdateMode(self.ViewportUpdateMode.FullViewportUpdate)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self.setCacheMode(self.CacheModeFlag.CacheNone)  # the axes move with the run
        self.plot = plot
        self.space: Space | None = None
        self.table: Table | None = None  # the values at the cursor
        self.items_shown: list[Any] = []  # CurveItem and BandItem: pyqtgraph has no types
        self._axis: Axis | None = None
        self._frame, self._run = Frame(), -1
        self._drawn: tuple[object, ...] = ()
        self.steering = Navigation(commands, lambda: self._frame)
        self._hand = Hand(self.steering)
        item = self.getPlotItem()
        item.hideButtons()
        item.setMouseEnabled(False, False)
        item.disableAutoRange()
        for side in ("left", "bottom"):
            item.hideAxis(side)
        self.apply_theme(theme)

    def apply_theme(self, theme: Theme) -> None:
        """Takes on colours, fonts and measures."""
        self._theme, self._drawn, self._axis = theme, (), None
        self._cache = PaintCache(theme, self.devicePixelRatioF())
        self.setBackground(theme.colours.panel)
        self._top, self._bottom, self._tick = top_of(theme), axis_of(theme), round(theme.pixels.tick * 2.5)
        pixels = theme.pixels
        self.getPlotItem().layout.setContentsMargins(pixels.name_column, self._top, pixels.padding, self._bottom)
        self.setMinimumHeight(theme.px(theme.measures.plot - theme.measures.header - 8) // 2 + axis_of(theme))
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
        space = replace(space, low=axis.low, high=axis.high)
        tip = min(round(frame.run.now * NS), space.scale.end) // space.scale.per_column
        cursor = frame.view.cursor
        beside = entries(frame, cursor) if cursor is not None else ()
        drawn = (self.plot.depends(frame), tip, axis, space.scale, space.area, frame.view, frame.recording.flips,
                 frame.run.phase, beside)  # fmt: skip
        if drawn == self._drawn:
            return
        before, self._drawn = self.space, drawn
        self.space = space = self._with_table(space, beside)
        self._axis = axis
        if before is None or space.area != before.area:
            # The view box shows pixels: items are moved under it, which takes less than to move its range.
            self.setRange(xRange=(0, space.area.width()), yRange=(0, space.area.height()), padding=0)
        self._show_declared(space, self.plot.curves(space))
        self.viewport().update()

    def _over_time(self, frame: Frame) -> Space:
        """The times that a frame shows; its values are not known yet."""
        pixels = self._theme.pixels
        scale = scale_of(frame.view, pixels, self.width(), self.devicePixelRatioF())
        height = max(1, self.height() - self._top - self._bottom)
        area = QRectF(scale.left, self._top, max(1, self.width() - scale.left - pixels.padding), height)
        return Space(frame, self._cache, area, max(1.0, height / self._tick), scale)

    def _show_declared(self, space: Space, declared: Sequence[Curve | Band]) -> None:
        """Curves and bands; the items of others are taken out."""
        sorts = [CurveItem if isinstance(one, Curve) else BandItem for one in declared]
        if sorts != [type(item) for item in self.items_shown]:
            for item in self.items_shown:
                self.getPlotItem().removeItem(item)
            self.items_shown = [sort() for sort in sorts]
            for item in self.items_shown:
                self.getPlotItem().addItem(item)
        for item, one in zip(self.items_shown, declared, strict=True):
            place = placed(space, one)
            if item.transform() != place:
                item.setTransform(place)
            corners = QRectF(0, 0, space.area.width(), space.area.height())
            item.show_declared(one, place.inverted()[0].mapRect(corners), _FINEST / abs(place.m22()))

    def _with_table(self, space: Space, found: Sequence[Entry]) -> Space:
        """The values found at the cursor, where it shows, and the room that they take."""
        cursor = space.cursor
        if cursor is None:
            self.table = None
            self.setAccessibleDescription("")
            return space
        self.table = laid_out(space, found, cursor) if found else None
        self.setAccessibleDescription(words(found))
        line = QRectF(space.x(cursor) - 4, space.area.top(), 8, space.area.height())
        return replace(space, taken=(line, self.table.box) if self.table is not None else (line,))

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """Behind the curves: the interval that is marked, and the axes."""
        super().drawBackground(painter, rect)
        if self.space is None or self._axis is None:
            return
        painter.save()
        painter.resetTransform()
        try:
            self._draw_marked(painter, self.space)
            draw_axes(painter, self.space, self._axis)
        finally:
            painter.restore()  # a state left behind by an exception takes the process down

    def _draw_marked(self, painter: QPainter, space: Space) -> None:
        marked = self._frame.view.marked
        if marked is None:
            return
        area, (begin, end) = space.area, marked
        left, right = max(space.x(begin), area.left()), min(space.x(end), area.right())
        if left < right:
            soft = QColor(self._theme.colours.accent_soft)
            painter.fillRect(QRectF(left, area.top(), right - left, area.height()), soft)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Flips, labels, and the cursor with its table, above the curves."""
        super().drawForeground(painter, rect)
        if self.space is None:
            return
        painter.save()
        painter.resetTransform()
        try:
            self._draw_over(painter, self.space)
        finally:
            painter.restore()

    def _draw_over(self, painter: QPainter, space: Space) -> None:
        scale, area, cursor = space.scale, space.area, space.cursor
        shown = flips_in(self._frame.recording.flips, scale)
        draw_flip_rules(painter, self._cache, scale, shown, (area.top(), area.bottom() + 5))
        if cursor is not None:
            draw_cursor_line(painter, self._cache, round(scale.x(cursor)), area.top(), area.bottom() + 5)
        self.plot.draw_labels(painter, space)
        if self.table is not None:
            draw(painter, space, self.table)

    # the hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Takes hold of the cursor or of the view."""
        if self.space is not None:
            self._hand.press(event, self.space.scale, self._frame.view.cursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Moves what is held."""
        if self.space is not None:
            self._hand.move(event, self.space.scale)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press that did not move puts the cursor there."""
        if self.space is not None:
            self._hand.release(event, self.space.scale)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Shows the whole run."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.steering.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms about the mouse; scrolls over the names or with Shift; pans with a sideways wheel."""
        space, up = self.space, event.angleDelta().y() > 0
        if space is None:
            return
        event.accept()
        over_names = event.position().x() < space.scale.left
        if not over_names and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._hand.turn(event, space.scale)
        elif self.plot.turned(self._frame, -1 if up else 1):
            self._drawn = ()
            self.show_frame(self._frame)
        else:
            event.ignore()
