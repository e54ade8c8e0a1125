"""The shared value over the whole run: what it should be against what it is, and the gap between."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QPointF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QLabel

from engine.frame import Frame, Series, Stretch
from gui.card import Card, set_ink, text_font
from gui.panel import Commands, PanelInfo, Place
from gui.plots.axes import draw_ring, draw_text
from gui.plots.curves import Area, RunCurves, area_between
from gui.plots.inks import Inks
from gui.plots.series import Extremes, Growing, Points, value_at
from gui.theme import Theme


class ValueCurves(RunCurves):
    """Expected dashed, actual as steps, the gap filled where it grew."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(commands, QCoreApplication.translate("values", "Shared value over time"))
        self._expected_line, self._actual_line = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._gap = Area()
        self._gap.setZValue(-5)
        for item in (self._gap, self._expected_line, self._actual_line):
            self.getPlotItem().addItem(item)
        self._actual, self._expected = Growing(), Growing()
        self._extremes = Extremes()
        self._run = -1

    def dress_curves(self, theme: Theme) -> None:
        """Gives the curves their pens."""
        dashed = pg.mkPen(theme.colours.muted, width=2)
        dashed.setDashPattern([3, 2.5])
        self._expected_line.setPen(dashed)
        self._actual_line.setPen(pg.mkPen(theme.colours.text, width=3))

    def content(self, frame: Frame) -> tuple[object, ...]:
        """The series stands for itself."""
        return (id(frame.value), frame.run, len(frame.stretches))

    def value_range(self, frame: Frame) -> tuple[float, float]:
        """From zero, or below it, to the greatest value; expected values only ever grow."""
        series = frame.value
        if series is None or not len(series.values):
            return 0.0, 1.0
        self._renew(frame)
        ends = [*self._extremes.feed(series.values), 0]
        if series.expected is not None:
            ends.append(int(series.expected[-1]))
        return float(min(ends)), float(max(*ends, 1))

    def show_curves(self, frame: Frame) -> None:
        """Hands over the corners of both curves and the path of the gap."""
        self._renew(frame)
        series = frame.value
        if series is None or not len(series.times):
            self._actual_line.setData([], [])
            self._expected_line.setData([], [])
            self._gap.fill(QPainterPath(), QColor())
            return
        step = self.column()
        actual = self._actual.points(series.times, series.values, frame.now, step)
        self._actual_line.setData(*actual)
        expected = None
        if series.expected is not None:
            expected = self._expected.points(series.times, series.expected, frame.now, step)
        self._expected_line.setData(*(expected or ([], [])))
        assert self.theme is not None
        self._gap.fill(gap_path(actual, expected, frame.stretches), QColor(self.theme.colours.gap))

    def _renew(self, frame: Frame) -> None:
        """Forgets the curves of another run."""
        if frame.run != self._run:
            self._run, self._actual, self._expected, self._extremes = frame.run, Growing(), Growing(), Extremes()

    def draw_labels(self, painter: QPainter, inks: Inks) -> None:
        """What happened in each stretch, the ring at the cursor, the numbers at the ends."""
        series = self.frame.value
        if series is None or not len(series.times):
            return
        self._draw_notes(painter, inks, series)
        cursor = self.frame.view.cursor
        if cursor is not None:
            value = value_at(series.times, series.values, cursor)
            if value is not None:
                draw_ring(painter, inks, QPointF(self.x(cursor), self.y(value)))
        self._draw_ends(painter, inks, series)

    def _draw_ends(self, painter: QPainter, inks: Inks, series: Series) -> None:
        colours, got = inks.theme.colours, int(series.values[-1])
        left, line = self.x(self.frame.now) + 8, inks.theme.px(inks.theme.measures.small) + 4.0
        word_got = QCoreApplication.translate("values", "got")
        if series.expected is None:
            draw_text(painter, inks, (inks.word, colours.text), QPointF(left, self.y(got)), f"{got:,}")
            return
        expected = int(series.expected[-1])
        high, low = self.y(expected), self.y(got)
        spacing = max((low - high) / 2, line)
        area = self.plot_rect()
        middle = min(max((high + low) / 2, area.top() + spacing - 2), area.bottom() - spacing + 2)
        word = QCoreApplication.translate("values", "expected")
        if expected == got:
            middle = min(max(high, area.top() + line / 2), area.bottom() - line / 2)
            draw_text(
                painter, inks, (inks.word, colours.muted), QPointF(left, middle - line / 2), f"{word} {expected:,}"
            )
            draw_text(painter, inks, (inks.pill, colours.text), QPointF(left, middle + line / 2), f"{word_got} {got:,}")
            return
        painter.setPen(QPen(QColor(colours.lost_text), 2))
        painter.drawLines([QPointF(left - 2, high), QPointF(left + 6, high)])
        painter.drawLines([QPointF(left + 2, high), QPointF(left + 2, low)])
        painter.drawLines([QPointF(left - 2, low), QPointF(left + 6, low)])
        left += inks.theme.px(14)
        draw_text(painter, inks, (inks.word, colours.muted), QPointF(left, middle - spacing), f"{word} {expected:,}")
        lost = QCoreApplication.translate("values", "lost")
        draw_text(
            painter, inks, (inks.pill, colours.lost_text), QPointF(left, middle), f"{abs(expected - got):,} {lost}"
        )
        draw_text(painter, inks, (inks.pill, colours.text), QPointF(left, middle + spacing), f"{word_got} {got:,}")

    def _draw_notes(self, painter: QPainter, inks: Inks, series: Series) -> None:
        """ "lock off: the gap grows" above the curves, "lock on: the gap stays" below them, where there is room."""
        if series.expected is None or not self.frame.flips:
            return
        area, colours = self.plot_rect(), inks.theme.colours
        for stretch in self.frame.stretches:
            text = note(stretch)
            x0, x1 = self.x(stretch.start), self.x(min(stretch.end, self.frame.now))
            width = inks.width(inks.pill, text)
            if width + 24 > x1 - x0:
                continue
            middle = (stretch.start + min(stretch.end, self.frame.now)) / 2
            if stretch.lost:
                value = value_at(series.times, series.expected, middle + (stretch.end - stretch.start) * 0.2) or 0
                y = max(self.y(value) - inks.theme.px(16), area.top() + 9)
                draw_text(painter, inks, (inks.pill, colours.lost_text), QPointF((x0 + x1 - width) / 2, y), text)
            else:
                value = value_at(series.times, series.values, stretch.start) or 0
                y = min(self.y(value) + inks.theme.px(20), area.bottom() - 10)
                draw_text(painter, inks, (inks.pill, colours.text), QPointF(x0 + 12, y), text)


def note(stretch: Stretch) -> str:
    """What a stretch between two flips did to the gap."""
    on = QCoreApplication.translate("values", "on")
    off = QCoreApplication.translate("values", "off")
    grows = QCoreApplication.translate("values", "the gap grows")
    stays = QCoreApplication.translate("values", "the gap stays")
    return f"{stretch.switch} {on if stretch.on else off}: {grows if stretch.lost else stays}"


def gap_path(actual: Points, expected: Points | None, stretches: tuple[Stretch, ...]) -> QPainterPath:
    """The area between the two curves in the stretches that lost updates; everywhere when there are no stretches."""
    path = QPainterPath()
    if expected is None or len(actual[0]) != len(expected[0]) or not len(actual[0]):
        return path
    x, upper, lower = actual[0], expected[1], actual[1]
    losing = [(one.start, one.end) for one in stretches if one.lost] if stretches else [(0.0, float(x[-1]))]
    for begin, end in losing:
        first, last = int(np.searchsorted(x, begin, "left")), int(np.searchsorted(x, end, "right"))
        if last - first > 1:
            path.addPath(area_between(x[first:last], upper[first:last], lower[first:last]))
    return path


class ValuePanel(Card):
    """The plot in its card."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(QCoreApplication.translate("values", "Shared value"))
        self.curves = ValueCurves(commands)
        self._note = QLabel()
        self._note.setText(QCoreApplication.translate("values", "whole run; the band is what the timeline shows"))
        self.tools.addWidget(self._note)
        self.body.setContentsMargins(0, 0, 0, 1)
        self.body.addWidget(self.curves, 1)

    def dress(self, theme: Theme) -> None:
        """Takes on colours, fonts and measures."""
        super().dress(theme)
        self._note.setFont(text_font(theme, theme.measures.base))
        set_ink(self._note, theme.colours.muted)
        self.curves.dress(theme)

    def draw(self, frame: Frame) -> None:
        """Shows this frame."""
        name = frame.value.name if frame.value else ""
        if frame.value and frame.value.sampled:
            words = QCoreApplication.translate("values", "(looked at now and then)")
            name = f"{name}  {words}"
        if self.subtitle.text() != name:
            self.subtitle.setText(name)
        self.curves.show_frame(frame)


PANEL = PanelInfo(
    "values",
    "Shared value",
    Place.PLOTS,
    20,
    make=ValuePanel,
    wanted=lambda frame: frame.value is not None,
    stretch=2,
)
