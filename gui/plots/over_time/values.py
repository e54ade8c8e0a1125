"""The shared value over the whole run: what it should be against what it is, and the gap between."""

from collections.abc import Sequence
from operator import attrgetter

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from engine.frame import Frame, Series, SwitchPeriod, Times
from gui.actions import QT_TRANSLATE_NOOP
from gui.plots.common.labels import draw_text
from gui.plots.common.scale import NS
from gui.plots.over_time.run_plot import Axis, Band, Curve, Piece, RunPlot, Space
from gui.plots.over_time.run_plot_card import declared
from gui.plots.over_time.series import Extremes, Growing, Points, value_at

FEW = 10  # a stretch that lost fewer than one of so many updates did not make the gap grow: its threads came into it so


class ValuePlot(RunPlot):
    """Expected dashed, actual as steps, the gap filled where it grew."""

    title = QT_TRANSLATE_NOOP("plots", "Shared value")
    name = QT_TRANSLATE_NOOP("plots", "Shared value over time")

    def begin(self) -> None:
        """Nothing is known of the value yet."""
        self._actual, self._expected, self._extremes = Growing(), Growing(), Extremes()

    def subtitle(self, frame: Frame) -> str:
        """The value's name, and whether it is only looked at now and then."""
        value = frame.recording.value
        if value is None or not value.sampled:
            return value.name if value is not None else ""
        words = QCoreApplication.translate("values", "(looked at now and then)")
        return f"{value.name}  {words}"

    def depends(self, frame: Frame) -> tuple[object, ...]:
        """The series stands for itself."""
        return (id(frame.recording.value), frame.run.number, len(frame.recording.periods))

    def axis(self, space: Space) -> Axis:
        """From zero, or below it, to the greatest value; expected values only ever grow."""
        series = space.frame.recording.value
        if series is None or not len(series.values):
            return space.rounded(0.0, 1.0)
        ends = [*self._extremes.feed(series.values), 0]
        if series.expected is not None:
            ends.append(int(series.expected[-1]))
        return space.rounded(float(min(ends)), float(max(*ends, 1)))

    def curves(self, space: Space) -> list[Curve | Band]:
        """The gap, and the corners of both curves."""
        frame, colours = space.frame, space.cache.theme.colours
        series, actual, expected = frame.recording.value, None, None
        pieces: tuple[Piece, ...] = ()
        if series is not None and len(series.times):
            actual = self._actual.points(series.times, series.values, frame.run.now, space.column)
            if series.expected is not None:
                expected = self._expected.points(series.times, series.expected, frame.run.now, space.column)
            losing = losing_times(frame.recording.periods, frame.recording.losses.times)
            pieces = gap_pieces(actual, expected, losing)
        return [
            Band(colours.gap, pieces=pieces),
            Curve(colours.muted, points=expected, dashed=True),
            Curve(colours.text, points=actual, width=3),
        ]

    def draw_labels(self, painter: QPainter, space: Space) -> None:
        """What happened in each stretch, the ring at the cursor, the numbers at the ends."""
        series = space.frame.recording.value
        if series is not None and len(series.times):
            self._draw_notes(painter, space, series)
            space.draw_ring(painter, series.times, series.values, space.y)
            self._draw_ends(painter, space, series)

    def _draw_ends(self, painter: QPainter, space: Space, series: Series) -> None:
        cache, area, got = space.cache, space.area, int(series.values[-1])
        colours, line = cache.theme.colours, cache.theme.pixels.small + 4.0
        left, low = space.end + 10, space.y(got)
        if series.expected is None:
            space.write(painter, (cache.word, colours.text), left, low, f"{got:,}")
            return
        expected = int(series.expected[-1])
        high = space.y(expected)
        says_expected = f"{QCoreApplication.translate('values', 'expected')} {expected:,}"
        says_got = f"{QCoreApplication.translate('values', 'got')} {got:,}"
        if expected == got:
            middle = min(max(high, area.top() + line / 2), area.bottom() - line / 2)
            space.write(painter, (cache.word, colours.muted), left, middle - line / 2, says_expected)
            space.write(painter, (cache.pill, colours.text), left, middle + line / 2, says_got)
            return
        spacing = max((low - high) / 2, line)
        middle = min(max((high + low) / 2, area.top() + spacing - 2), area.bottom() - spacing + 2)
        painter.setPen(QPen(QColor(colours.lost_text), 2))
        for x0, y0, x1, y1 in ((-2, high, 6, high), (2, high, 2, low), (-2, low, 6, low)):
            painter.drawLine(QPointF(left + x0, y0), QPointF(left + x1, y1))
        left += cache.theme.px(14)
        lost = f"{abs(expected - got):,} {QCoreApplication.translate('values', 'lost')}"
        space.write(painter, (cache.word, colours.muted), left, middle - spacing, says_expected)
        space.write(painter, (cache.pill, colours.lost_text), left, middle, lost)
        space.write(painter, (cache.pill, colours.text), left, middle + spacing, says_got)

    def _draw_notes(self, painter: QPainter, space: Space, series: Series) -> None:
        """ "lock off: the gap grows" above the curves, "lock on: the gap stays" below them, where there is room."""
        frame, cache, area = space.frame, space.cache, space.area
        if series.expected is None or not frame.recording.flips:
            return
        colours = cache.theme.colours
        for stretch in frame.recording.periods:
            text, end = note(stretch), min(stretch.end, frame.run.now)
            x0, x1, width = space.x(stretch.start), space.x(end), cache.width(cache.pill, text)
            if width + 24 > x1 - x0:
                continue
            if stretch.lost:
                middle = (stretch.start + end) / 2 + (stretch.end - stretch.start) * 0.2
                value = value_at(series.times, series.expected, middle) or 0
                at = QPointF((x0 + x1 - width) / 2, max(space.y(value) - cache.theme.px(16), area.top() + 9))
            else:
                value = value_at(series.times, series.values, stretch.start) or 0
                at = QPointF(x0 + 12, min(space.y(value) + cache.theme.px(20), area.bottom() - 10))
            draw_text(painter, cache, (cache.pill, colours.lost_text if stretch.lost else colours.text), at, text)


def note(stretch: SwitchPeriod) -> str:
    """What a stretch between two flips did to the gap."""
    translate = QCoreApplication.translate
    said = translate("values", "the gap grows") if stretch.lost else translate("values", "the gap stays")
    if 0 < stretch.lost * FEW <= stretch.updates:  # of those who were inside when the switch was flipped
        said = translate("values", "{count} more, then the gap stays").format(count=stretch.lost)
    state = translate("values", "on") if stretch.on else translate("values", "off")
    return f"{stretch.switch} {state}: {said}"


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


def gap_pieces(actual: Points, expected: Points | None, losing: Sequence[tuple[float, float]]) -> tuple[Piece, ...]:
    """The area between the two curves while the gap grew (seconds, from and to); everywhere where that is empty."""
    if expected is None or len(actual[0]) != len(expected[0]) or not len(actual[0]):
        return ()
    pieces = []
    x, upper, lower = actual[0], expected[1], actual[1]
    last_time = float(x[-1])
    whole = [(0.0, last_time)]
    for begin, end in ((max(begin, float(x[0])), min(end, last_time)) for begin, end in losing or whole):
        first, last = int(np.searchsorted(x, begin, "left")), int(np.searchsorted(x, end, "right"))
        if end <= begin or last < 1:
            continue
        # From rule to rule: a stretch begins and ends between two corners, at the height of the one before.
        inside = np.concatenate(([begin], x[first:last], [end]))
        at = np.r_[max(first - 1, 0), first:last, last - 1]
        pieces.append((inside, upper[at], lower[at]))
    return tuple(pieces)


PANEL = declared(
    ValuePlot, "values", 20, wanted=attrgetter("recording.value"), offered=lambda course, _text: course.scenario.watch
)
