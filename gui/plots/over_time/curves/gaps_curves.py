"""The time from each frame of the window to the next. Each tick is ten times the one below: 16 ms and 2 s both show."""

from dataclasses import replace

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from engine.frame import Frame, Series
from engine.session.frame_intervals import FROZEN
from gui.panel import Commands
from gui.plots.common.axes import Extent, draw_ring, draw_text
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import NS
from gui.plots.over_time.curves.run_curves import Area, RunCurves, area_between
from gui.plots.over_time.series import Growing, value_at
from gui.theme.theme import Theme

_LEAST, _MOST = 0.0, 4.0  # decades of milliseconds that are always shown, so that runs can be compared: 1 ms to 10 s
_STEADY = 1000 / 60  # milliseconds: a display with 60 pictures a second
_MICRO = 1000  # nanoseconds in a microsecond


def words(milliseconds: float) -> str:
    """Such as "16 ms" and "2.0 s"."""
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"


def height(milliseconds: float) -> float:
    """Where a gap stands on the axis."""
    return float(np.log10(max(milliseconds, 1.0)))


def stretches(gaps: Series) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Gaps as steps: from where each begins, how long it is in microseconds. A gap is known when it ends."""
    return np.concatenate((np.zeros(1, np.int64), gaps.times[:-1])), gaps.values // _MICRO


def decade(value: float) -> str:
    """A tick: 1 ms, 10 ms, 100 ms, 1 s."""
    milliseconds = 10.0**value
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.0f} s"


class GapCurves(RunCurves):
    """A line that is high where the window stood still."""

    label = staticmethod(decade)

    def __init__(self, commands: Commands) -> None:
        super().__init__(commands, QCoreApplication.translate("gaps", "Time from frame to frame"))
        self._line, self._area = pg.PlotCurveItem(), Area()
        self._area.setZValue(-5)
        self.getPlotItem().addItem(self._area)
        self.getPlotItem().addItem(self._line)
        self._growing = Growing()
        self._run = -1

    def dress_curves(self, theme: Theme) -> None:
        """Gives the line its pen."""
        self._line.setPen(pg.mkPen(theme.colours.text, width=2))

    def content(self, frame: Frame) -> tuple[object, ...]:
        """The series stands for itself."""
        return (id(frame.recording.intervals), frame.run.number)

    def value_range(self, frame: Frame) -> tuple[float, float]:
        """Always the same, and more only for a window that stood still for longer."""
        gaps = frame.recording.intervals
        longest = int(gaps.values.max()) / 1e6 if gaps is not None and len(gaps.values) else 0.0
        return _LEAST, max(_MOST, height(longest))

    def _wanted_range(self, frame: Frame) -> Extent:
        extent = super()._wanted_range(frame)
        return replace(extent, low=_LEAST, high=self.value_range(frame)[1] + 0.2)

    def show_curves(self, frame: Frame) -> None:
        """Hands over the corners of the line, and the area below it where it is too high."""
        assert self.theme is not None
        if frame.run.number != self._run:
            self._run, self._growing = frame.run.number, Growing()
        if frame.recording.intervals is None or not len(frame.recording.intervals.times):
            self._line.setData([], [])
            self._area.fill(QPainterPath(), QColor())
            return
        end = float(frame.recording.intervals.times[-1]) / NS
        x, y = self._growing.points(*stretches(frame.recording.intervals), end, self.column())
        x = np.minimum(x, frame.run.now)  # the window goes on when nothing more is reported
        y = np.log10(np.maximum(y / 1000, 1.0))
        self._line.setData(x, y)
        colour = QColor(self.theme.colours.lost)
        colour.setAlphaF(0.35)
        floor = np.full_like(y, height(FROZEN * 1000))
        self._area.fill(area_between(x, np.maximum(y, floor), floor), colour)

    def draw_labels(self, painter: QPainter, cache: PaintCache) -> None:
        """The steady rate, the ring at the cursor, and the longest gap."""
        area, colours = self.plot_rect(), cache.theme.colours
        y = round(self.y(height(_STEADY)))
        pen = QPen(QColor(colours.muted), 2, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3, 2.5])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen)
        end = self.x(self.frame.run.now)
        painter.drawLine(QLineF(area.left(), y, end, y))
        said = QCoreApplication.translate("gaps", "60 a second")
        draw_text(painter, cache, (cache.word, colours.muted), QPointF(end + 10, y), said, ground=True)
        gaps = self.frame.recording.intervals
        if gaps is None or not len(gaps.values):
            return
        cursor = self.frame.view.cursor
        at = None if cursor is None else value_at(*stretches(gaps), cursor)
        if at is not None and cursor is not None:
            draw_ring(painter, cache, QPointF(self.x(cursor), self.y(height(at / 1000))))
        self._draw_longest(painter, cache, gaps)

    def _draw_longest(self, painter: QPainter, cache: PaintCache, gaps: Series) -> None:
        """What the longest gap was, above it."""
        index = int(gaps.values.argmax())
        longest, colours = int(gaps.values[index]) / 1e6, cache.theme.colours
        began = min(float(gaps.times[index - 1]) / NS, self.frame.run.now) if index else 0.0
        ended = min(float(gaps.times[index]) / NS, self.frame.run.now)
        text = QCoreApplication.translate("gaps", "longest {time}").format(time=words(longest))
        wide, area = cache.width(cache.pill, text), self.plot_rect()
        middle = (self.x(began) + self.x(ended)) / 2
        left = min(max(area.left() + 6, middle - wide / 2), area.right() - wide - 4)
        line, off = self.y(height(longest)), cache.theme.px(14)
        y = line - off if line - 1.6 * off > area.top() else line + off
        ink = colours.lost_text if longest >= FROZEN * 1000 else colours.text
        draw_text(painter, cache, (cache.pill, ink), QPointF(left, y), text, ground=True)
