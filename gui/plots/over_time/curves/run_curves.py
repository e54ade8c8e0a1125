"""What plots over the whole run share: axes that line up with the timeline, the band it shows, flips, the cursor."""

import math

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath

from engine.frame import Frame, Phase
from gui.panel import Commands
from gui.plots.common.axes import (
    Extent,
    axis_of,
    draw_axes,
    draw_grips,
    draw_rules,
    label_room,
    number,
    tick_room,
    top_of,
)
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import NS, step_for
from gui.theme.theme import Theme

_GROW = 1.25  # the axis of a growing run jumps by this, so that the curve does not shrink with every frame
_SHORTEST = 1e-3  # seconds that the axis shows at least


class Area(pg.GraphicsObject):  # type: ignore[misc] # pyqtgraph has no types
    """A filled area between two rows of corners, or between one and zero."""

    def __init__(self) -> None:
        super().__init__()
        self._path = QPainterPath()
        self._brush = QBrush()

    def fill(self, path: QPainterPath, colour: QColor) -> None:
        """Shows this area."""
        self.prepareGeometryChange()
        self._path, self._brush = path, QBrush(colour)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._path.boundingRect()

    def paint(self, painter: QPainter, *_: object) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillPath(self._path, self._brush)


def area_between(x: NDArray[np.float64], upper: NDArray[np.float64], lower: NDArray[np.float64]) -> QPainterPath:
    """The closed path between two curves over the same x."""
    path: QPainterPath = pg.arrayToQPath(np.concatenate((x, x[::-1])), np.concatenate((upper, lower[::-1])))
    path.setFillRule(Qt.FillRule.WindingFill)
    return path


class RunCurves(pg.PlotWidget):  # type: ignore[misc] # pyqtgraph has no types
    """A plot over the whole run. Subclasses fill in `show_curves` and `draw_labels`.

    pyqtgraph keeps curves, band and cursor; axes and labels are drawn in pixels, so that they match the timeline's.
    """

    label = staticmethod(number)  # what a tick of the values says
    axes = staticmethod(draw_axes)  # how the ground is drawn

    def __init__(self, commands: Commands, name: str) -> None:
        super().__init__(enableMenu=False)
        self.setAccessibleName(name)
        self.setViewportUpdateMode(self.ViewportUpdateMode.FullViewportUpdate)
        self.setCacheMode(self.CacheModeFlag.CacheNone)  # the ground carries the ticks, which change
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self.commands = commands
        self.frame = Frame()
        self.extent = Extent(1.0, 1.0, 0.0, 1.0)
        self.cache: PaintCache | None = None
        self.theme: Theme | None = None
        self._drawn: tuple[object, ...] = ()
        plot = self.getPlotItem()
        plot.hideAxis("left")
        plot.hideAxis("bottom")
        plot.hideButtons()
        plot.setMouseEnabled(False, False)
        plot.getViewBox().setDefaultPadding(0)
        self.band = pg.LinearRegionItem(movable=True)
        self.band.setZValue(-10)
        self.cursor_line = pg.InfiniteLine(angle=90, movable=True)
        self.cursor_line.setZValue(20)
        plot.addItem(self.band)
        plot.addItem(self.cursor_line)
        self.band.sigRegionChanged.connect(self._band_moved)
        self.cursor_line.sigPositionChanged.connect(self._cursor_moved)
        self.scene().sigMouseClicked.connect(self._clicked)
        self._setting = False

    # to be filled in

    def show_curves(self, frame: Frame) -> None:
        """Hands the curves of this frame to their items."""
        raise NotImplementedError

    def value_range(self, frame: Frame) -> tuple[float, float]:
        """The least and the greatest value of this frame."""
        raise NotImplementedError

    def draw_labels(self, painter: QPainter, cache: PaintCache) -> None:
        """Draws labels over the curves, in pixels."""
        raise NotImplementedError

    def content(self, frame: Frame) -> tuple[object, ...]:
        """What the curves depend on, by identity; a frame with the same content is not drawn again."""
        raise NotImplementedError

    # what is shown

    def apply_theme(self, theme: Theme) -> None:
        """Takes on colours, fonts and measures."""
        self.theme, self.cache, self._drawn = theme, PaintCache(theme, self.devicePixelRatioF()), ()
        colours, measures = theme.colours, theme.measures
        self.setBackground(colours.panel)
        margins = (theme.px(measures.name_column), top_of(self.theme), theme.px(measures.padding), axis_of(self.theme))
        self.getPlotItem().layout.setContentsMargins(*margins)
        soft = QColor(colours.accent_soft)
        soft.setAlphaF(0.55)
        accent = pg.mkPen(colours.accent, width=1)
        self.band.setBrush(soft)
        self.band.setHoverBrush(soft)
        for line in self.band.lines:
            line.setPen(accent)
            line.setHoverPen(pg.mkPen(colours.accent, width=3))
        self.cursor_line.setPen(pg.mkPen(colours.accent, width=2))
        self.cursor_line.setHoverPen(pg.mkPen(colours.accent, width=4))
        self.setMinimumHeight(theme.px(measures.plot - measures.header - 8) // 2 + axis_of(self.theme))
        self.dress_curves(theme)
        self.show_frame(self.frame)

    def dress_curves(self, _: Theme) -> None:
        """Gives the curves their pens."""

    def sizeHint(self) -> QSize:
        """As high as measured for the plot of a card."""
        if self.theme is None:
            return QSize(400, 160)
        measures = self.theme.measures
        return QSize(self.theme.px(400), self.theme.px(measures.plot - measures.header - 2))

    def show_frame(self, frame: Frame) -> None:
        """Shows this frame; does nothing when nothing that shows has changed."""
        self.frame = frame
        if self.theme is None:
            return
        wanted = self._wanted_range(frame)
        tip = round(frame.run.now / wanted.right * self.width())
        drawn = (self.content(frame), tip, wanted, self.size(), frame.view, frame.recording.flips, frame.run.phase)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self._setting = True
        if wanted != self.extent or self.getPlotItem().getViewBox().viewRange()[0][1] != wanted.right:
            self.extent = wanted
            self.setXRange(0.0, wanted.right, padding=0)
            self.setYRange(wanted.low, wanted.high, padding=0)
        self.show_curves(frame)
        if not self.band.moving and not any(line.moving for line in self.band.lines):
            # Where the view goes beyond the run, the band ends with the run: there its labels begin.
            end = (
                min(frame.view.end, max(frame.run.now, frame.view.start + _SHORTEST))
                if frame.run.now
                else frame.view.end
            )
            self.band.setRegion((max(0.0, frame.view.start), max(0.0, min(end, wanted.right))))
        self.cursor_line.setVisible(frame.view.cursor is not None)
        if frame.view.cursor is not None and not self.cursor_line.moving:
            self.cursor_line.setValue(frame.view.cursor)
        self._setting = False
        self.viewport().update()

    def _wanted_range(self, frame: Frame) -> Extent:
        assert self.theme is not None
        now = max(frame.run.now, _SHORTEST)
        run = now
        if frame.run.phase in (Phase.RUNNING, Phase.PAUSED, Phase.STARTING):
            run = self.extent.run if now <= self.extent.run <= now * _GROW * 1.2 else now * _GROW
        rect = self.plot_rect()
        share = rect.width() / max(1.0, rect.width() - label_room(self.theme))
        low, high = self.value_range(frame)
        step = step_for(max(high - low, 1.0), tick_room(self.theme, rect))
        low, high = math.floor(low / step) * step, math.ceil(high / step) * step
        return Extent(run, run * share, float(low), high + (high - low) * 0.05)

    # pixels

    def plot_rect(self) -> QRectF:
        """Where the curves are, in pixels."""
        assert self.theme is not None
        left, right = self.theme.px(self.theme.measures.name_column), self.theme.px(self.theme.measures.padding)
        width, height = self.width() - left - right, self.height() - top_of(self.theme) - axis_of(self.theme)
        return QRectF(left, top_of(self.theme), max(1, width), max(1, height))

    def x(self, seconds: float) -> float:
        """Pixels of a time."""
        return self.extent.x(self.plot_rect(), seconds)

    def y(self, value: float) -> float:
        """Pixels of a value."""
        return self.extent.y(self.plot_rect(), value)

    def column(self) -> int:
        """Nanoseconds of one pixel column of the run."""
        return max(1, round(self.extent.right * NS / max(1.0, self.plot_rect().width())))

    # painting

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """Ground, grid and ticks, below the curves."""
        super().drawBackground(painter, rect)
        if self.cache is None:
            return
        painter.save()
        painter.resetTransform()
        try:
            self.axes(painter, self.cache, self.plot_rect(), self.extent, self.label)
        finally:
            painter.restore()  # a state left behind by an exception takes the process down

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Flips, grips of the band, and labels, above the curves."""
        super().drawForeground(painter, rect)
        if self.cache is None:
            return
        painter.save()
        painter.resetTransform()
        try:
            rules = [self.x(flip.time) for flip in self.frame.recording.flips]
            draw_rules(painter, self.cache, self.plot_rect(), rules)
            draw_grips(painter, self.cache, self.plot_rect(), [self.x(time) for time in self.band.getRegion()])
            self.draw_labels(painter, self.cache)
        finally:
            painter.restore()

    # wishes

    def _band_moved(self) -> None:
        if not self._setting:
            start, end = self.band.getRegion()
            self.commands.look(float(start), float(max(end, start + 1e-4)))

    def _cursor_moved(self) -> None:
        if not self._setting:
            self.commands.cursor(min(max(0.0, float(self.cursor_line.value())), self.frame.run.now))

    def _clicked(self, event: MouseClickEvent) -> None:
        """A click puts the cursor there, one with the right button takes it away."""
        if event.button() == Qt.MouseButton.RightButton:
            self.commands.cursor(None)
            return
        area = self.plot_rect()
        x = event.scenePos().x()
        if area.left() <= x <= area.right():
            seconds = (x - area.left()) / area.width() * self.extent.right
            self.commands.cursor(min(max(0.0, seconds), self.frame.run.now))
