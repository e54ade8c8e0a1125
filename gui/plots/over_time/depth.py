"""How many items wait in each queue, over the whole run, against the queue's size; several queues in strips."""

from operator import attrgetter

from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QPainter

from engine.frame import Frame, Series
from gui.actions import QT_TRANSLATE_NOOP
from gui.plots.over_time import queue_strips
from gui.plots.over_time.queue_strips import Fill, Strip
from gui.plots.over_time.run_plot import Axis, Band, Curve, Piece, RunPlot, Space, axis_of, label_room, top_of
from gui.plots.over_time.run_plot_card import declared
from gui.plots.over_time.series import Extremes, Growing
from gui.theme.theme import Theme
from gui.view_state.height_sharing import Height
from gui.widgets.drawing import write


class QueueSoFar:
    """What is known of one queue."""

    def __init__(self) -> None:
        self.growing, self.extremes, self.fill = Growing(), Extremes(), Fill()

    def top(self, series: Series) -> int:
        """The greatest depth, or the size where that is more."""
        return max(self.extremes.feed(series.values)[1], series.limit or 0)


class DepthPlot(RunPlot):
    """A filled row of steps for each queue, a dashed line at its size."""

    title = QT_TRANSLATE_NOOP("plots", "Queue depth")
    name = QT_TRANSLATE_NOOP("plots", "Queue depth over time")

    def __init__(self) -> None:
        self._first = 0  # of more queues than have a strip: the uppermost
        self.begin()

    def begin(self) -> None:
        """Nothing is known of any queue."""
        self._known: dict[int, QueueSoFar] = {}

    def subtitle(self, frame: Frame) -> str:
        """The name of the queue; several have theirs beside their strips."""
        return frame.recording.depths[0].name if len(frame.recording.depths) == 1 else ""

    def asks(self, theme: Theme, frame: Frame) -> Height | None:
        """One queue: as high as any plot of its sort. Several: a strip for each."""
        count = len(frame.recording.depths)
        if not count:
            return Height(0, 0)
        plot = theme.pixels.plot
        if count == 1:
            return Height(plot, plot)
        around = theme.pixels.header + axis_of(theme) + top_of(theme) + 7
        least, good = queue_strips.needed(theme, count)
        return Height(around + least, max(plot, around + good))

    def seen(self, frame: Frame) -> list[tuple[Series, QueueSoFar]]:
        """The queues that are drawn, and what is known of them: all, or as many as have a strip."""
        depths = frame.recording.depths
        self._first = max(0, min(self._first, len(depths) - queue_strips.MOST))
        end = min(len(depths), self._first + queue_strips.MOST)
        return [(depths[at], self._known.setdefault(at, QueueSoFar())) for at in range(self._first, end)]

    def depends(self, frame: Frame) -> tuple[object, ...]:
        """The series stand for themselves."""
        return (tuple(id(series) for series in frame.recording.depths), frame.run.number, self._first)

    def axis(self, space: Space) -> Axis:
        """From zero to the greatest depth or size. Several queues stand one above the other, each one unit high."""
        seen, colours = self.seen(space.frame), space.cache.theme.colours
        if len(seen) < 2:
            return space.rounded(0.0, float(max([queue_strips.LEAST, *(known.top(series) for series, known in seen)])))
        return Axis(0.0, float(len(seen)), None, queue_strips.rules(self.strips(space), colours))

    def curves(self, space: Space) -> list[Curve | Band]:
        """The corners of each curve and the area below it: stronger where its queue is full."""
        declared: list[Curve | Band] = []
        colours, strips = space.cache.theme.colours, self.strips(space)
        seen = self.seen(space.frame)
        for at, (series, known) in enumerate(seen):
            x, y = known.growing.points(series.times, series.values, space.frame.run.now, space.column)
            base, unit, strong = 0.0, 1.0, 0.6
            full: tuple[Piece, ...] = ()
            if strips:
                base, unit = len(strips) - 1.0 - at, (1 - queue_strips.AIR) / strips[at].top
                full = ((x, queue_strips.at_size(y, series.limit), y * 0),) if len(x) else ()
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
        seen, now = self.seen(space.frame), space.frame.run.now
        if len(seen) < 2:
            return []
        shares = []
        for series, known in seen:
            known.fill.feed(series)
            shares.append((known.fill.full(series, now), known.fill.mean(series, now)))
        best, places = queue_strips.fullest(shares), queue_strips.areas(space.area, len(seen))
        return [
            Strip(series, area, max(known.top(series), queue_strips.LEAST), mean, full, at == best)
            for at, ((series, known), area, (full, mean)) in enumerate(zip(seen, places, shares, strict=True))
        ]

    def turned(self, frame: Frame, by: int) -> bool:
        """Brings the queues that have no strip."""
        before = self._first
        self._first += by
        self.seen(frame)
        return self._first != before

    def draw_labels(self, painter: QPainter, space: Space) -> None:
        """Names and depths, the size, the ring at the cursor."""
        strips, cursor, depths = self.strips(space), space.frame.view.cursor, space.frame.recording.depths
        for strip in strips:
            queue_strips.draw_names(painter, space.cache, strip, cursor, space.end)
            space.draw_ring(painter, strip.series.times, strip.series.values, strip.y)
        if strips:
            self._draw_more(painter, space)
        elif depths:
            self._draw_one(painter, space, depths[0])

    def _draw_more(self, painter: QPainter, space: Space) -> None:
        """Which of the queues are seen, where they are more than there are strips."""
        cache, area, count = space.cache, space.area, len(space.frame.recording.depths)
        if count <= queue_strips.MOST:
            return
        words = QCoreApplication.translate("depth", "{first} to {last} of {count} queues: scroll").format(
            first=self._first + 1, last=self._first + queue_strips.MOST, count=count
        )
        left = cache.theme.pixels.padding
        room = QRectF(left, area.bottom() + 3, area.left() - left - 8, axis_of(cache.theme) - 3)
        said = cache.elided(cache.small, words, room.width())
        write(painter, (cache.small, cache.theme.colours.muted), room, said)

    def _draw_one(self, painter: QPainter, space: Space, series: Series) -> None:
        """One queue has the whole plot."""
        cache = space.cache
        if series.limit:
            space.draw_level(painter, series.limit, f"{QCoreApplication.translate('depth', 'size')} {series.limit}")
        space.draw_ring(painter, series.times, series.values, space.y)
        if len(series.values):
            last, line = int(series.values[-1]), cache.theme.pixels.small + 4.0
            middle = min(space.y(last), space.area.bottom() - line / 2 + 2)
            name = cache.elided(cache.pill, series.name, label_room(cache.theme) - cache.theme.px(44))
            space.write(painter, (cache.pill, cache.theme.colours.text), space.end + 10, middle, f"{name} {last:,}")


PANEL = declared(DepthPlot, "depth", 30, wanted=attrgetter("recording.depths"))
