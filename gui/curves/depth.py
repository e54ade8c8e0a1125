"""How many items wait in each queue, over the whole run, against the queue's size."""

import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from engine.frame import Frame, Series
from gui.curves.run import Area, RunCurves, area_between
from gui.panel import Commands
from gui.plots.axes import draw_ring, draw_text, label_room
from gui.plots.inks import Inks
from gui.plots.series import Extremes, Growing, value_at
from gui.theme import Theme

_LEAST = 3  # so that the depth of an idle queue does not fill the plot


class DepthCurves(RunCurves):
    """A filled row of steps for each queue, a dashed line at its size."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(commands, QCoreApplication.translate("depth", "Queue depth over time"))
        self._lines: list[pg.PlotCurveItem] = []
        self._areas: list[Area] = []
        self._growing: list[Growing] = []
        self._extremes: list[Extremes] = []
        self._run = -1

    def dress_curves(self, _: Theme) -> None:
        """Gives the curves their pens."""
        for index, line in enumerate(self._lines):
            line.setPen(pg.mkPen(self._colour(index), width=3 if not index else 2))

    def _colour(self, index: int) -> str:
        """The first queue is drawn as the shared value is; further ones in quieter inks, told apart by their names."""
        assert self.theme is not None
        colours = self.theme.colours
        return (colours.text, colours.accent, colours.muted, colours.faint)[index % 4]

    def content(self, frame: Frame) -> tuple[object, ...]:
        """The series stand for themselves."""
        return (tuple(id(series) for series in frame.depths), frame.run)

    def value_range(self, frame: Frame) -> tuple[float, float]:
        """From zero to the greatest depth or size."""
        self._match(frame)
        pairs = zip(self._extremes, frame.depths, strict=False)
        tops = [extremes.feed(series.values)[1] for extremes, series in pairs]
        tops += [series.limit for series in frame.depths if series.limit]
        return 0.0, float(max([*tops, _LEAST]))

    def show_curves(self, frame: Frame) -> None:
        """Hands over the corners of each curve and the area below it."""
        assert self.theme is not None
        self._match(frame)
        for index, series in enumerate(frame.depths):
            x, y = self._growing[index].points(series.times, series.values, frame.now, self.column())
            self._lines[index].setData(x, y)
            colour = QColor(self._colour(index))
            colour.setAlphaF(0.16)
            self._areas[index].fill(area_between(x, y, y * 0) if len(x) else QPainterPath(), colour)

    def _match(self, frame: Frame) -> None:
        """Makes or removes items until there is one for each queue; a new run begins anew."""
        assert self.theme is not None
        count = len(frame.depths)
        if frame.run != self._run:
            self._run, self._growing, self._extremes = frame.run, [], []
        while len(self._lines) > count:
            self.getPlotItem().removeItem(self._lines.pop())
            self.getPlotItem().removeItem(self._areas.pop())
        while len(self._lines) < count:
            line, area = pg.PlotCurveItem(), Area()
            area.setZValue(-5)
            self.getPlotItem().addItem(area)
            self.getPlotItem().addItem(line)
            self._lines.append(line)
            self._areas.append(area)
            self.dress_curves(self.theme)
        self._extremes += [Extremes() for _ in range(count - len(self._extremes))]
        self._growing += [Growing() for _ in range(count - len(self._growing))]

    def draw_labels(self, painter: QPainter, inks: Inks) -> None:
        """Sizes, the ring at the cursor, names and depths at the ends, apart from one another."""
        self._draw_limits(painter, inks)
        cursor = self.frame.view.cursor
        for series in self.frame.depths if cursor is not None else ():
            value = value_at(series.times, series.values, cursor or 0.0)
            if value is not None:
                draw_ring(painter, inks, QPointF(self.x(cursor or 0.0), self.y(value)))
        area, line = self.plot_rect(), inks.theme.px(inks.theme.measures.small) + 4.0
        left, lowest = self.x(self.frame.now) + 10, area.bottom() - line / 2 + 2
        ends = sorted(
            (self.y(int(series.values[-1])), index)
            for index, series in enumerate(self.frame.depths)
            if len(series.values)
        )
        below = lowest - (len(ends) - 1) * line
        for y, index in ends:
            series = self.frame.depths[index]
            middle = min(y, below)
            text = f"{self._short(inks, series)} {int(series.values[-1]):,}"
            draw_text(painter, inks, (inks.pill, self._colour(index)), QPointF(left, middle), text, ground=True)
            below = max(middle, below) + line if len(ends) > 1 else below

    def _short(self, inks: Inks, series: Series) -> str:
        return inks.elided(inks.pill, series.name, label_room(inks.theme) - inks.theme.px(44))

    def _draw_limits(self, painter: QPainter, inks: Inks) -> None:
        area, taken = self.plot_rect(), set()
        for series in self.frame.depths:
            if not series.limit or series.limit in taken:
                continue
            taken.add(series.limit)
            y = round(self.y(series.limit))
            pen = QPen(QColor(inks.theme.colours.muted), 2, Qt.PenStyle.CustomDashLine)
            pen.setDashPattern([3, 2.5])
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(pen)
            end = self.x(self.frame.now)
            painter.drawLine(QLineF(area.left(), y, end, y))
            words = QCoreApplication.translate("depth", "size")
            draw_text(
                painter,
                inks,
                (inks.word, inks.theme.colours.muted),
                QPointF(end + 10, y),
                f"{words} {series.limit}",
                ground=True,
            )
