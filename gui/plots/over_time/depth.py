"""How many items wait in each queue, and how many have a semaphore, over time, against its size; several in strips."""

from collections.abc import Sequence
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, QRectF
from PySide6.QtGui import QPainter

from engine.frame import Frame, Series
from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.actions import QT_TRANSLATE_NOOP
from gui.plots.common.labels import draw_text
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import NS
from gui.plots.over_time.at_cursor import depth_words
from gui.plots.over_time.run_plot import Axis, Band, Curve, Piece, Rule, RunPlot, Sign, Space, Word, axis_of
from gui.plots.over_time.run_plot_card import declared
from gui.plots.over_time.series import Extremes, Growing, latest
from gui.theme.theme import Colours
from gui.widgets.drawing import write

MOST = 8  # strips that are seen at once; the wheel over their names, or with Shift, brings the others
AIR = 0.12  # of a strip above a full queue, so that two strips do not touch
LEAST = 3  # so that the depth of an idle queue does not fill the plot


class Fill:
    """How full a growing series of depths was, over time; looks only at what is new."""

    def __init__(self) -> None:
        self._seen = 0
        self._sum = self._full = 0  # nanoseconds times items, and nanoseconds at the limit, up to the last report

    def feed(self, series: Series) -> None:
        """Takes in what is new since the last time."""
        if len(series.times) <= max(1, self._seen):
            return
        start = max(0, self._seen - 1)  # the last value that was seen lasted until the first new time
        lasted, depth = np.diff(series.times[start:]), series.values[start:-1]
        self._sum += int((lasted * depth).sum())
        self._full += int(lasted[depth >= series.limit].sum()) if series.limit else 0
        self._seen = len(series.times)

    def mean(self, series: Series, now: float) -> float:
        """Items that waited on average, from the first report to `now`."""
        rest, whole = self._rest(series, now)
        return (self._sum + rest * latest(series)) / whole if whole else 0.0

    def full(self, series: Series, now: float) -> float:
        """The share of that time in which the queue was full; 0 for one without a size."""
        rest, whole = self._rest(series, now)
        at_limit = bool(series.limit) and latest(series) >= (series.limit or 0)
        return (self._full + rest * at_limit) / whole if whole else 0.0

    def _rest(self, series: Series, now: float) -> tuple[int, int]:
        """Nanoseconds since the last report, and since the first."""
        if not len(series.times):
            return 0, 0
        first, last = int(series.times[0]), int(series.times[-1])
        return max(0, round(now * NS) - last), max(0, round(now * NS) - first)


@lazy_dataclass(frozen=True)
class Strip:
    """One queue in its strip."""

    series: Series
    area: QRectF  # pixels, without the air above
    top: int  # the depth at the upper edge
    mean: float
    full: float
    fullest: bool  # of all that are seen

    def y(self, depth: float) -> float:
        """Pixels of a depth."""
        return self.area.bottom() - depth / self.top * self.area.height()


def fullest(shares: Sequence[tuple[float, float]]) -> int:
    """Which queue was full for longest, or if none ever was, had the most in it; -1 when nothing waited anywhere.

    Each queue is given as the share of the time that it was full, and its mean depth.
    """
    best = max(range(len(shares)), key=lambda at: shares[at], default=-1)
    return best if best >= 0 and shares[best] > (0.0, 0.0) else -1


def areas(room: QRectF, count: int) -> list[QRectF]:
    """The strips from above, in pixels."""
    high = room.height() / max(1, count)
    above = high * AIR
    return [QRectF(room.left(), room.top() + at * high + above, room.width(), high - above) for at in range(count)]


def at_size(depths: NDArray[np.float64], limit: int | None) -> NDArray[np.float64]:
    """The depths while the queue is full, 0 elsewhere."""
    return np.where(depths >= limit, depths, 0.0) if limit else depths * 0.0


def rules(strips: Sequence[Strip], colours: Colours) -> tuple[Rule, ...]:
    """The ground line of each strip, and a dashed one at its queue's size, in units of the plot from below."""
    found = []
    for base, strip in enumerate(reversed(strips)):
        high = base + (1 - AIR) * (strip.series.limit or strip.top) / strip.top
        limited = bool(strip.series.limit)
        found += [Rule(base, colours.line2), Rule(high, colours.muted if limited else colours.grid, limited)]
    return tuple(found)


def fill_words(strip: Strip) -> str:
    """How full the queue was."""
    if not strip.series.limit:
        return QCoreApplication.translate("depth", "mean {depth}").format(depth=f"{strip.mean:,.1f}")
    if not strip.full:
        return QCoreApplication.translate("depth", "never full")
    share = "<1" if strip.full < 0.01 else f"{strip.full:.0%}".removesuffix("%")
    return QCoreApplication.translate("depth", "full {share} %").format(share=share)


def draw_names(painter: QPainter, cache: PaintCache, strip: Strip, time: float | None) -> None:
    """Name, depth and how full it was; in one line where there is no room for two, and as much as fits."""
    area, theme, colours = strip.area, cache.theme, cache.theme.colours
    line, left = theme.pixels.small + 4.0, float(theme.pixels.padding)
    ink = colours.accent if strip.fullest else colours.text
    words = depth_words(strip.series, time)
    scale = f"{strip.top:,}" if not strip.series.limit else ""  # a queue with a size says it in words
    room = area.left() - left - 12
    if scale:
        wide = cache.width(cache.small, scale)
        at = QPointF(area.left() - 12 - wide, min(strip.y(strip.top) + 3, area.center().y()))
        draw_text(painter, cache, (cache.small, colours.muted), at, scale)
        room -= wide + 6
    middle = area.center().y() - 1.0
    if area.height() >= 2 * line:
        name = cache.elided(cache.lock_name, strip.series.name, room)
        draw_text(painter, cache, (cache.lock_name, ink), QPointF(left, middle - line / 2), name)
        below = QPointF(left, middle + line / 2 + 1)
        draw_text(painter, cache, (cache.pill, colours.text), below, words)
        said, wide = fill_words(strip), cache.width(cache.pill, words) + 10
        if wide + cache.width(cache.word, said) <= room:
            pen = (cache.word, ink if strip.fullest else colours.muted)
            draw_text(painter, cache, pen, below + QPointF(wide, 0), said)
    else:
        depth = cache.width(cache.pill, words) + 8
        name = cache.elided(cache.lock_name, strip.series.name, room - depth)
        draw_text(painter, cache, (cache.lock_name, ink), QPointF(left, middle), name)
        draw_text(painter, cache, (cache.pill, colours.text), QPointF(left + room - depth + 8, middle), words)


class QueueSoFar:
    """What is known of one queue."""

    def __init__(self) -> None:
        self.growing, self.extremes, self.fill = Growing(), Extremes(), Fill()

    def top(self, series: Series) -> int:
        """The greatest depth, or the size where that is more."""
        return max(self.extremes.feed(series.values)[1], series.limit or 0)


Seen = list[tuple[Series, QueueSoFar]]


class DepthPlot(RunPlot):
    """A filled row of steps for each queue, a dashed line at its size."""

    title = QT_TRANSLATE_NOOP("plots", "Queues and semaphores")
    name = QT_TRANSLATE_NOOP("plots", "Queues and semaphores over time")

    def __init__(self) -> None:
        self._first = 0  # of more queues than have a strip: the uppermost
        self.begin()

    def begin(self) -> None:
        """Nothing is known of any queue."""
        self._known: dict[int, QueueSoFar] = {}

    def subtitle(self, frame: Frame) -> str:
        """The name of the queue; several have theirs beside their strips."""
        return frame.recording.depths[0].name if len(frame.recording.depths) == 1 else ""

    def seen(self, frame: Frame) -> Seen:
        """The queues that are drawn, and what is known of them: all, or as many as have a strip."""
        depths = frame.recording.depths
        self._first = max(0, min(self._first, len(depths) - MOST))
        end = min(len(depths), self._first + MOST)
        return [(depths[at], self._known.setdefault(at, QueueSoFar())) for at in range(self._first, end)]

    def depends(self, frame: Frame) -> tuple[object, ...]:
        """The series stand for themselves."""
        return (tuple(id(series) for series in frame.recording.depths), frame.run.number, self._first)

    def axis(self, space: Space) -> Axis:
        """From zero to the greatest depth or size. Several queues stand one above the other, each one unit high."""
        seen, colours = self.seen(space.frame), space.cache.theme.colours
        if len(seen) < 2:
            return space.rounded(0.0, float(max([LEAST, *(known.top(series) for series, known in seen)])))
        return Axis(0.0, float(len(seen)), None, rules(self.strips(space), colours))

    def curves(self, space: Space) -> list[Curve | Band]:
        """The corners of each curve and the area below it: stronger where its queue is full."""
        declared: list[Curve | Band] = []
        colours, strips = space.cache.theme.colours, self.strips(space)
        seen = self.seen(space.frame)
        for at, (series, known) in enumerate(seen):
            x, y = known.growing.points(series.times, series.values, space.frame.run.now, space.scale)
            base, unit, strong = 0.0, 1.0, 0.6
            full: tuple[Piece, ...] = ()
            if strips:
                base, unit = len(strips) - 1.0 - at, (1 - AIR) / strips[at].top
                full = ((x, at_size(y, series.limit), y * 0),) if len(x) else ()
                strong = 0.6 if strips[at].fullest else 0.25  # strongest where it was full for longest
            below = ((x, y, y * 0),) if len(x) else ()
            declared += [
                Band(colours.text, base, unit, below, 0.16),
                Band(colours.accent, base, unit, full, strong),
                Curve(colours.text, base, unit, (x, y), 2 if strips else 3),
            ]
        return declared

    def strips(self, space: Space) -> list[Strip]:
        """A strip for each queue that is seen; none where one queue has the whole plot."""
        seen = self.seen(space.frame)
        return self._strips(seen, space.frame.run.now, areas(space.area, len(seen))) if len(seen) > 1 else []

    def _strips(self, seen: Seen, now: float, places: list[QRectF]) -> list[Strip]:
        shares = []
        for series, known in seen:
            known.fill.feed(series)
            shares.append((known.fill.full(series, now), known.fill.mean(series, now)))
        best = fullest(shares)
        return [
            Strip(series, area, max(known.top(series), LEAST), mean, full, at == best)
            for at, ((series, known), area, (full, mean)) in enumerate(zip(seen, places, shares, strict=True))
        ]

    def turned(self, frame: Frame, by: int) -> bool:
        """Brings the queues that have no strip."""
        before = self._first
        self._first += by
        self.seen(frame)
        return self._first != before

    def words(self, frame: Frame) -> tuple[Word, ...]:
        """How many items are in it; of several queues, how full that one was which was full for longest."""
        seen, now, cursor = self.seen(frame), frame.run.now, frame.view.cursor
        if len(seen) == 1:
            said = depth_words(seen[0][0], cursor)
            return (Word(said, said, sign=Sign.LINE),)
        strips = self._strips(seen, now, [QRectF()] * len(seen))
        strip = next((one for one in strips if one.fullest), None)
        if strip is None:
            return ()
        return (Word(f"{strip.series.name}: {fill_words(strip)}", fill_words(strip), "accent"),)

    def draw_labels(self, painter: QPainter, space: Space) -> None:
        """Names and depths, the size, the ring at the cursor."""
        strips, cursor, depths = self.strips(space), space.frame.view.cursor, space.frame.recording.depths
        for strip in strips:
            draw_names(painter, space.cache, strip, cursor)
            space.draw_ring(painter, strip.series.times, strip.series.values, strip.y)
        if strips:
            self._draw_more(painter, space)
        elif depths:
            self._draw_one(painter, space, depths[0])

    def _draw_more(self, painter: QPainter, space: Space) -> None:
        """Which of the queues are seen, where they are more than there are strips."""
        cache, area, count = space.cache, space.area, len(space.frame.recording.depths)
        if count <= MOST:
            return
        words = QCoreApplication.translate("depth", "{first} to {last} of {count} queues: scroll here").format(
            first=self._first + 1, last=self._first + MOST, count=count
        )
        left = cache.theme.pixels.padding
        room = QRectF(left, area.bottom() + 3, area.left() - left - 8, axis_of(cache.theme) - 3)
        said = cache.elided(cache.small, words, room.width())
        write(painter, (cache.small, cache.theme.colours.muted), room, said)

    def _draw_one(self, painter: QPainter, space: Space, series: Series) -> None:
        """One queue has the whole plot."""
        if series.limit:
            space.draw_level(painter, series.limit, f"{QCoreApplication.translate('depth', 'size')} {series.limit}")
        space.draw_ring(painter, series.times, series.values, space.y)


PANEL = declared(
    DepthPlot,
    "depth",
    30,
    wanted=attrgetter("recording.depths"),
    offered=lambda _course, text: "Queue" in text or "Semaphore" in text,
)
