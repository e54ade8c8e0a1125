"""The shared value over the whole run: what it should be against what it is, and the gap between."""

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QPointF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from engine.frame import Frame, Series, SwitchPeriod, Times
from gui.panel import Commands
from gui.plots.common.axes import draw_ring, draw_text
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import NS
from gui.plots.over_time.curves.run_curves import Area, RunCurves, area_between
from gui.plots.over_time.series import Extremes, Growing, Points, value_at
from gui.theme.theme import Theme

FEW = 10  # a stretch that lost fewer than one of so many updates did not make the gap grow: its threads came into it so


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
        return (id(frame.recording.value), frame.run.number, len(frame.recording.periods))

    def value_range(self, frame: Frame) -> tuple[float, float]:
        """From zero, or below it, to the greatest value; expected values only ever grow."""
        series = frame.recording.value
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
        series = frame.recording.value
        if series is None or not len(series.times):
            self._actual_line.setData([], [])
            self._expected_line.setData([], [])
            self._gap.fill(QPainterPath(), QColor())
            return
        step = self.column()
        actual = self._actual.points(series.times, series.values, frame.run.now, step)
        self._actual_line.setData(*actual)
        expected = None
        if series.expected is not None:
            expected = self._expected.points(series.times, series.expected, frame.run.now, step)
        self._expected_line.setData(*(expected or ([], [])))
        assert self.theme is not None
        losing = losing_times(frame.recording.periods, frame.recording.losses.times)
        self._gap.fill(gap_path(actual, expected, losing), QColor(self.theme.colours.gap))

    def _renew(self, frame: Frame) -> None:
        """Forgets the curves of another run."""
        if frame.run.number != self._run:
            self._run, self._actual, self._expected, self._extremes = frame.run.number, Growing(), Growing(), Extremes()

    def draw_labels(self, painter: QPainter, cache: PaintCache) -> None:
        """What happened in each stretch, the ring at the cursor, the numbers at the ends."""
        series = self.frame.recording.value
        if series is None or not len(series.times):
            return
        self._draw_notes(painter, cache, series)
        cursor = self.frame.view.cursor
        if cursor is not None:
            value = value_at(series.times, series.values, cursor)
            if value is not None:
                draw_ring(painter, cache, QPointF(self.x(cursor), self.y(value)))
        self._draw_ends(painter, cache, series)

    def _draw_ends(self, painter: QPainter, cache: PaintCache, series: Series) -> None:
        colours, got = cache.theme.colours, int(series.values[-1])
        left, line = self.x(self.frame.run.now) + 10, cache.theme.px(cache.theme.measures.small) + 4.0
        word_got = QCoreApplication.translate("values", "got")
        if series.expected is None:
            draw_text(painter, cache, (cache.word, colours.text), QPointF(left, self.y(got)), f"{got:,}", ground=True)
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
                painter,
                cache,
                (cache.word, colours.muted),
                QPointF(left, middle - line / 2),
                f"{word} {expected:,}",
                ground=True,
            )
            draw_text(
                painter,
                cache,
                (cache.pill, colours.text),
                QPointF(left, middle + line / 2),
                f"{word_got} {got:,}",
                ground=True,
            )
            return
        painter.setPen(QPen(QColor(colours.lost_text), 2))
        painter.drawLines([QPointF(left - 2, high), QPointF(left + 6, high)])
        painter.drawLines([QPointF(left + 2, high), QPointF(left + 2, low)])
        painter.drawLines([QPointF(left - 2, low), QPointF(left + 6, low)])
        left += cache.theme.px(14)
        draw_text(
            painter,
            cache,
            (cache.word, colours.muted),
            QPointF(left, middle - spacing),
            f"{word} {expected:,}",
            ground=True,
        )
        lost = QCoreApplication.translate("values", "lost")
        draw_text(
            painter,
            cache,
            (cache.pill, colours.lost_text),
            QPointF(left, middle),
            f"{abs(expected - got):,} {lost}",
            ground=True,
        )
        draw_text(
            painter,
            cache,
            (cache.pill, colours.text),
            QPointF(left, middle + spacing),
            f"{word_got} {got:,}",
            ground=True,
        )

    def _draw_notes(self, painter: QPainter, cache: PaintCache, series: Series) -> None:
        """ "lock off: the gap grows" above the curves, "lock on: the gap stays" below them, where there is room."""
        if series.expected is None or not self.frame.recording.flips:
            return
        area, colours = self.plot_rect(), cache.theme.colours
        for stretch in self.frame.recording.periods:
            text = note(stretch)
            x0, x1 = self.x(stretch.start), self.x(min(stretch.end, self.frame.run.now))
            width = cache.width(cache.pill, text)
            if width + 24 > x1 - x0:
                continue
            middle = (stretch.start + min(stretch.end, self.frame.run.now)) / 2
            if stretch.lost:
                value = value_at(series.times, series.expected, middle + (stretch.end - stretch.start) * 0.2) or 0
                y = max(self.y(value) - cache.theme.px(16), area.top() + 9)
                draw_text(painter, cache, (cache.pill, colours.lost_text), QPointF((x0 + x1 - width) / 2, y), text)
            else:
                value = value_at(series.times, series.values, stretch.start) or 0
                y = min(self.y(value) + cache.theme.px(20), area.bottom() - 10)
                draw_text(painter, cache, (cache.pill, colours.text), QPointF(x0 + 12, y), text)


def note(stretch: SwitchPeriod) -> str:
    """What a stretch between two flips did to the gap."""
    on = QCoreApplication.translate("values", "on")
    off = QCoreApplication.translate("values", "off")
    grows = QCoreApplication.translate("values", "the gap grows")
    stays = QCoreApplication.translate("values", "the gap stays")
    said = grows if stretch.lost else stays
    if 0 < stretch.lost * FEW <= stretch.updates:  # of those who were inside when the switch was flipped
        said = QCoreApplication.translate("values", "{count} more, then the gap stays").format(count=stretch.lost)
    return f"{stretch.switch} {on if stretch.on else off}: {said}"


def losing_times(stretches: Sequence[SwitchPeriod], losses: Times) -> list[tuple[float, float]]:
    """From when to when, in seconds, the gap grew: losing stretches, the last of a row up to its last loss.

    Empty where nothing is known of that.
    """
    found = []
    for one, after in zip(stretches, [*stretches[1:], None], strict=False):
        last = int(np.searchsorted(losses, round(one.end * NS), "right")) - 1
        if one.lost and last >= 0:
            end = one.end if after is not None and after.lost else float(losses[last]) / NS
            found.append((one.start, max(one.start, end)))
    return found


def gap_path(actual: Points, expected: Points | None, losing: Sequence[tuple[float, float]]) -> QPainterPath:
    """The area between the two curves while the gap grew (seconds, from and to); everywhere where that is empty."""
    path = QPainterPath()
    if expected is None or len(actual[0]) != len(expected[0]) or not len(actual[0]):
        return path
    x, upper, lower = actual[0], expected[1], actual[1]
    last_time = float(x[-1])
    whole = [(0.0, last_time)]
    for begin, end in ((max(begin, float(x[0])), min(end, last_time)) for begin, end in losing or whole):
        first, last = int(np.searchsorted(x, begin, "left")), int(np.searchsorted(x, end, "right"))
        if end <= begin or last < 1:
            continue
        # From rule to rule: a stretch begins and ends between two corners, at the height of the one before.
        before, rear = max(first - 1, 0), last - 1
        inside = np.concatenate(([begin], x[first:last], [end]))
        above = np.concatenate(([upper[before]], upper[first:last], [upper[rear]]))
        below = np.concatenate(([lower[before]], lower[first:last], [lower[rear]]))
        path.addPath(area_between(inside, above, below))
    return path
