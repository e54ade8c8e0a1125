"""The shared value over time: what it should be against what it is, and the gap between."""

from collections.abc import Iterator, Sequence
from operator import attrgetter

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSizeF
from PySide6.QtGui import QPainter

from engine.frame import Frame, SwitchPeriod
from gui.actions import QT_TRANSLATE_NOOP
from gui.plots.common.labels import draw_text
from gui.plots.over_time.run_plot import Axis, Band, Curve, RunPlot, Sign, Space, Word
from gui.plots.over_time.run_plot_card import declared
from gui.plots.over_time.series import Extremes, Growing, Points, value_at

_CLEAR = 5  # pixels between a note and a curve
FEW = 10  # a stretch that lost fewer than one of so many updates did not make the gap grow: its threads came into it so


class ValuePlot(RunPlot):
    """Expected dashed, actual as steps, the gap between filled."""

    title = QT_TRANSLATE_NOOP("plots", "Shared value")
    name = QT_TRANSLATE_NOOP("plots", "Shared value over time")

    def begin(self) -> None:
        """Nothing is known of the value yet."""
        self._actual, self._expected, self._extremes = Growing(), Growing(), Extremes()
        self._shown: tuple[Points | None, Points | None] = (None, None)  # the corners of both curves

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
        if series is not None and len(series.times):
            actual = self._actual.points(series.times, series.values, frame.run.now, space.scale)
            if series.expected is not None:
                expected = self._expected.points(series.times, series.expected, frame.run.now, space.scale)
        self._shown = (actual, expected)
        # What is lost stays lost: the gap is filled to the end of the run.
        pieces = ((actual[0], expected[1], actual[1]),) if actual and expected and len(actual[0]) else ()
        return [
            Band(colours.gap, pieces=pieces),
            Curve(colours.muted, points=expected, dashed=True),
            Curve(colours.text, points=actual, width=3),
        ]

    def words(self, frame: Frame) -> tuple[Word, ...]:
        """What was expected, what came, and what is lost."""
        series, cursor = frame.recording.value, frame.view.cursor
        if series is None or not len(series.times):
            return ()
        time = frame.run.now if cursor is None else cursor
        got = value_at(series.times, series.values, time) or 0
        if series.expected is None:
            return (Word(f"{got:,}", f"{got:,}", sign=Sign.LINE),)
        expected, translate = value_at(series.times, series.expected, time) or 0, QCoreApplication.translate
        said = [
            Word(f"{translate('values', 'expected')} {expected:,}", f"{expected:,}", "muted", Sign.DASHED),
            Word(f"{translate('values', 'got')} {got:,}", f"{got:,}", "text", Sign.LINE),
        ]
        if lost := abs(expected - got):
            text = f"{lost:,} {translate('values', 'lost')}"
            said.append(Word(text, f"\u2212{lost:,}", "lost_text", Sign.LOST, lost))
        return tuple(said)

    def draw_labels(self, painter: QPainter, space: Space) -> None:
        """What happened in each stretch, and the ring at the cursor."""
        series = space.frame.recording.value
        if series is not None and len(series.times):
            self._draw_notes(painter, space)
            space.draw_ring(painter, series.times, series.values, space.y)

    def _draw_notes(self, painter: QPainter, space: Space) -> None:
        """ "lock off: the gap grows", "lock on: the gap stays", where nothing else stands."""
        frame, cache = space.frame, space.cache
        actual, expected = self._shown
        if actual is None or expected is None or not frame.recording.flips:
            return
        colours, high, taken = cache.theme.colours, cache.theme.pixels.tick + 4.0, list(space.taken)
        for stretch in frame.recording.periods:
            text, end = note(stretch), min(stretch.end, frame.run.now)
            left, right = max(space.x(stretch.start), space.area.left()), min(space.x(end), space.area.right())
            room = QRectF(left + 8, space.area.top(), right - left - 16, space.area.height())
            size = QSizeF(cache.width(cache.pill, text) + 2, high)
            places = free_places(space, (actual, expected), room, size, above=bool(stretch.lost))
            box = next((one for one in places if not any(map(one.intersects, taken))), None)
            if box is not None:
                taken.append(box)
                ink = colours.lost_text if stretch.lost else colours.text
                draw_text(painter, cache, (cache.pill, ink), QPointF(box.left(), box.center().y()), text)


def free_places(space: Space, curves: Sequence[Points], room: QRectF, size: QSizeF, *, above: bool) -> Iterator[QRectF]:
    """Where a text of this size stands within `room` and touches none of the curves: above or below all of them.

    The side that is wished for comes first.
    """
    if room.width() < size.width():
        return
    lefts = [room.left() + (room.width() - size.width()) * share for share in (0.5, 0.0, 1.0)]
    for over in (above, not above):
        for left in lefts:
            edges = space.scale.seconds(left - _CLEAR), space.scale.seconds(left + size.width() + _CLEAR)
            found = [_between(one, *edges) for one in curves]
            high, low = space.y(max(most for _, most in found)), space.y(min(least for least, _ in found))
            top = high - _CLEAR - size.height() if over else low + _CLEAR
            if room.top() <= top and top + size.height() <= room.bottom():
                yield QRectF(QPointF(left, top), size)


def _between(curve: Points, begin: float, end: float) -> tuple[float, float]:
    """The least and the greatest value of a curve between two times, seconds."""
    x, y = curve
    first, after = max(0, int(np.searchsorted(x, begin)) - 1), int(np.searchsorted(x, end, "right")) + 1
    part = y[first:after]
    return (float(part.min()), float(part.max())) if len(part) else (float(y[-1]), float(y[-1]))


def note(stretch: SwitchPeriod) -> str:
    """What a stretch between two flips did to the gap."""
    translate = QCoreApplication.translate
    said = translate("values", "the gap grows") if stretch.lost else translate("values", "the gap stays")
    if 0 < stretch.lost * FEW <= stretch.updates:  # of those who were inside when the switch was flipped
        said = translate("values", "{count} more, then the gap stays").format(count=stretch.lost)
    state = translate("values", "on") if stretch.on else translate("values", "off")
    return f"{stretch.switch} {state}: {said}"


PANEL = declared(
    ValuePlot, "values", 20, wanted=attrgetter("recording.value"), offered=lambda course, _text: course.scenario.watch
)
