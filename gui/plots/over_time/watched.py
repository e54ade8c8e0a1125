"""The values that the presenter watches, over time: each in a strip with its name, its last number, its own axis."""

from operator import attrgetter, is_

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QPainter

from engine.frame import Frame, Series
from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.actions import QT_TRANSLATE_NOOP
from gui.panel import Commands, PanelInfo, Place
from gui.plots.common.labels import draw_text, write
from gui.plots.common.scale import step_for
from gui.plots.over_time.depth import AIR, areas
from gui.plots.over_time.run_plot import Axis, Band, Curve, Rule, RunPlot, Space, Word
from gui.plots.over_time.run_plot_card import RunPlotCard
from gui.plots.over_time.series import Growing, number_at
from gui.theme.theme import Theme
from gui.view_state.watch_strips import Row, Strip, bounds, hue, number_text, short_number, shorter, strips
from gui.widgets.drawing import RIGHT, rounded
from gui.widgets.watch_bar import WatchBar

RATE = 250  # times a second: the stage sends, and looks, every 4 ms
LEAST = "balance"  # so much of a name is more than all figures of its number
SCALE = 0.4  # of the room beside a strip, for the numbers at its edges
TICKS = 3.0  # numbers beside a strip at most


class ValueSoFar:
    """What is known of one series."""

    def __init__(self) -> None:
        self.growing = Growing()
        self.low, self.high = np.inf, -np.inf
        self._seen = 0

    def feed(self, series: Series) -> None:
        """Takes in what is new."""
        fresh = series.values[self._seen :] if len(series.values) >= self._seen else series.values
        self._seen = len(series.values)
        numbers = fresh[np.isfinite(fresh)] if fresh.dtype == np.float64 else fresh
        if len(numbers):
            self.low, self.high = min(self.low, float(numbers.min())), max(self.high, float(numbers.max()))


@lazy_dataclass(frozen=True)
class Placed:
    """A strip in its place: pixels, and the numbers at its edges."""

    strip: Strip
    area: QRectF  # without the air above
    low: float
    high: float
    step: float

    def y(self, value: float) -> float:
        """Pixels of a number."""
        return self.area.bottom() - (value - self.low) / (self.high - self.low) * self.area.height()


class WatchedPlot(RunPlot):
    """Steps, in the colour that marks the name in the program's text."""

    title = QT_TRANSLATE_NOOP("plots", "Watched")
    name = QT_TRANSLATE_NOOP("plots", "Watched values over time")

    def __init__(self) -> None:
        self._strips: tuple[Strip, ...] = ()
        self._of: tuple[object, ...] = ()
        self.begin()

    def begin(self) -> None:
        """Nothing is known of any value."""
        self._known: dict[str, ValueSoFar] = {}

    def subtitle(self, frame: Frame) -> str:
        """Whose choice it is, and how much was seen."""
        if frame.program.guessed:
            return QCoreApplication.translate("watched", "watched by guess")
        return ""

    def strips(self, frame: Frame) -> tuple[Strip, ...]:
        """The same ones as long as nothing changed."""
        of = (frame.program.watches, frame.recording.watched, frame.recording.watches)
        if len(of) != len(self._of) or not all(map(is_, of, self._of)):
            self._of, self._strips = of, strips(frame)
        return self._strips

    def depends(self, frame: Frame) -> tuple[object, ...]:
        """The series stand for themselves."""
        return (id(self.strips(frame)), frame.run.number)

    def placed(self, space: Space) -> list[Placed]:
        """Every strip where it stands, with its axis."""
        found = self.strips(space.frame)
        return [self._place(strip, area) for strip, area in zip(found, areas(space.area, len(found)), strict=True)]

    def _place(self, strip: Strip, area: QRectF) -> Placed:
        known = [self._so_far(row.series) for row in strip.rows if row.series is not None]
        seen = [one for one in known if one.low <= one.high]
        low, high = min((one.low for one in seen), default=0.0), max((one.high for one in seen), default=1.0)
        step = step_for(max(high, 0.0) - min(low, 0.0) if 0 <= low <= 0.6 * high else high - low, TICKS)
        if not np.isfinite(step) or high == low:
            step = abs(high) or 1.0
        return Placed(strip, area, *bounds(low, high, step), step)

    def _so_far(self, series: Series) -> ValueSoFar:
        known = self._known.setdefault(series.name, ValueSoFar())
        known.feed(series)
        return known

    def axis(self, space: Space) -> Axis:
        """Each strip is one unit high; what its numbers are stands beside it."""
        count, colours = len(self.strips(space.frame)), space.cache.theme.colours
        found: list[Rule] = []
        for base in range(count):
            found += [Rule(base, colours.line2), Rule(base + 1 - AIR, colours.grid)]
        return Axis(0.0, float(max(count, 1)), None, tuple(found))

    def curves(self, space: Space) -> list[Curve | Band]:
        """The corners of each value."""
        declared: list[Curve | Band] = []
        frame, colours, found = space.frame, space.cache.theme.colours, self.placed(space)
        for at, one in enumerate(found):
            unit = (1 - AIR) / (one.high - one.low)
            base = len(found) - 1.0 - at - one.low * unit
            for row in one.strip.rows:
                if row.series is not None:
                    growing = self._so_far(row.series).growing
                    points = growing.points(row.series.times, row.series.values, frame.run.now, space.scale)
                    declared.append(Curve(hue(colours, row.hue), base, unit, points, 2))
        return declared

    def words(self, frame: Frame) -> tuple[Word, ...]:
        """Beside each strip instead."""
        del frame
        return ()

    def draw_labels(self, painter: QPainter, space: Space) -> None:
        """Names and numbers, and the ring at the cursor."""
        for one in self.placed(space):
            self._draw_names(painter, space, one)
            for row in one.strip.rows:
                if row.series is not None and number_at(row.series, space.cursor) is not None:
                    space.draw_ring(painter, row.series.times, row.series.values, one.y)

    def _draw_names(self, painter: QPainter, space: Space, one: Placed) -> None:
        """A line for each value, as many as there is room for; two where there is one value and room."""
        cache, area, theme = space.cache, one.area, space.cache.theme
        line, left = theme.pixels.small + 4.0, float(theme.pixels.padding)
        edge = self._draw_scale(painter, space, one, two=area.height() >= 2 * line)
        rows, fit = one.strip.rows, max(1, int((area.height() + area.height() * AIR) / line))
        shown = rows if len(rows) <= fit else rows[: max(1, fit - 1)]
        lines = 2 if len(rows) == 1 and area.height() >= 2 * line else len(shown) + (len(shown) < len(rows) and fit > 1)
        top = area.center().y() - lines * line / 2 + line / 2
        names = [row.name for row in rows]
        for number, row in enumerate(shown):
            where, forms = (left, top + number * line, edge), shorter(row.name, names)
            self._draw_row(painter, space, (row, forms), where, two=lines == 2 and len(rows) == 1)
        if len(shown) < lines and len(rows) > 1:
            more = QCoreApplication.translate("watched", "{count} more").format(count=len(rows) - len(shown))
            draw_text(painter, cache, (cache.small, theme.colours.muted), QPointF(left, top + (lines - 1) * line), more)
        reasons = list(dict.fromkeys(row.reason for row in rows if row.reason))
        if reasons and not any(row.series is not None for row in rows):
            said = cache.elided(cache.word, reasons[0], area.width() - theme.px(16))
            at = QPointF(area.left() + theme.px(8), area.center().y())
            draw_text(painter, cache, (cache.word, theme.colours.muted), at, said, ground=True)

    def _draw_row(
        self,
        painter: QPainter,
        space: Space,
        named: tuple[Row, tuple[str, ...]],
        where: tuple[float, float, float],
        *,
        two: bool,
    ) -> None:
        """A value with as much of its name as there is room for. `where`: left end, middle of the height, right end."""
        cache, colours, px = space.cache, space.cache.theme.colours, space.cache.theme.px
        row, names = named
        left, middle, edge = where
        side = float(px(8))
        rounded(painter, QRectF(left, middle - side / 2, side, side), side / 2, hue(colours, row.hue))
        number = None if row.series is None else number_at(row.series, space.frame.view.cursor)
        said, short = number_text(number), short_number(number)
        start, whole = left + side + px(6), edge - left - side - px(6)
        least = min(*(cache.width(cache.lock_name, one) for one in names), cache.width(cache.lock_name, LEAST))
        if not two and whole - cache.width(cache.pill, said) - 2 - px(8) < least:
            said = short  # the table at the cursor says all of it
        wide = cache.width(cache.pill, said) + 2
        room = whole - (0 if two else wide + px(8))
        name = next((one for one in names if cache.width(cache.lock_name, one) <= room), names[-1])
        name = cache.elided(cache.lock_name, name, room)
        draw_text(painter, cache, (cache.lock_name, colours.text), QPointF(start, middle), name)
        place = QPointF(start, middle + cache.theme.pixels.small + 5) if two else QPointF(edge - wide, middle)
        draw_text(painter, cache, (cache.name if two else cache.pill, hue(colours, row.hue)), place, said)

    def _draw_scale(self, painter: QPainter, space: Space, one: Placed, *, two: bool) -> float:
        """The numbers at the edges of a strip. Returns where the room for names ends."""
        cache, area = space.cache, one.area
        right = area.left() - 10
        if not two or not any(row.series is not None for row in one.strip.rows):
            return right - 4
        edges, most = (one.low, one.high), (right - cache.theme.pixels.padding) * SCALE
        says = (
            number_text
            if max(cache.width(cache.small, number_text(value)) for value in edges) <= most
            else short_number
        )
        wide, high = 0.0, cache.theme.pixels.small + 12.0
        for value in edges:
            said = says(value)
            wide = max(wide, cache.width(cache.small, said) + 4)
            middle = one.y(value) + cache.theme.px(6) * (1 if value == one.high else -1)
            box = QRectF(right - wide, middle - high / 2, wide, high)
            write(painter, cache.small, cache.theme.colours.muted, box, said, flags=RIGHT)
        return right - wide - 8


class WatchedCard(RunPlotCard):
    """The plot, and in its header what is watched and a field for more."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(WatchedPlot, commands)
        self.tools.removeWidget(self.words)
        self.words.setParent(None)
        self.bar = WatchBar()
        self.bar.asked.connect(lambda said: commands.watch(said, True))
        self.bar.removed.connect(lambda said: commands.watch(said, False))
        self.tools.addWidget(self.bar)
        often = self.tr("Looked at up to {rate} times a second, and whenever a thread waits, sleeps or uses a lock.")
        between = self.tr("Between two looks a value may have been something else.")
        self.subtitle.setToolTip(f"{often.format(rate=RATE)}\n{between}")

    def apply_theme(self, theme: Theme) -> None:
        """Takes on colours, fonts and measures."""
        super().apply_theme(theme)
        self.bar.apply_theme(theme)

    def draw(self, frame: Frame) -> None:
        """Shows this frame."""
        super().draw(frame)
        self.bar.show_watches(frame.program.watches, frame.program.text)
        assert isinstance(self.plot, WatchedPlot)
        rows = [row for strip in self.plot.strips(frame) for row in strip.rows]
        self.bar.explain({row.name: row.reason for row in rows if row.reason})


PANEL = PanelInfo("watched", WatchedPlot.title, Place.DECK, 22, make=WatchedCard, wanted=attrgetter("program.watches"))
