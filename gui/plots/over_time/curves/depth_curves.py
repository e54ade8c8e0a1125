"""How many items wait in each queue, over the whole run, against the queue's size; several queues in strips."""

from collections.abc import Callable
from dataclasses import replace

import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform, QWheelEvent

from engine.frame import Frame, Series
from gui.panel import Commands
from gui.plots.common.axes import Extent, draw_axes, draw_ring, draw_text, draw_times, label_room, number
from gui.plots.common.paint_cache import PaintCache
from gui.plots.over_time.curves import queue_strips
from gui.plots.over_time.curves.queue_strips import Fill, Strip
from gui.plots.over_time.curves.run_curves import Area, RunCurves, area_between
from gui.plots.over_time.series import Extremes, Growing, value_at
from gui.theme.theme import Theme


class Item:
    """What is drawn of one queue, and what is known of it."""

    def __init__(self, plot: pg.PlotItem) -> None:
        self.line, self.area, self.full = pg.PlotCurveItem(), Area(), Area()
        self.growing, self.extremes, self.fill = Growing(), Extremes(), Fill()
        self.area.setZValue(-5)
        self.full.setZValue(-4)
        for part in (self.area, self.full, self.line):
            plot.addItem(part)

    def remove(self, plot: pg.PlotItem) -> None:
        """Takes it out of its plot."""
        for part in (self.area, self.full, self.line):
            plot.removeItem(part)

    def forget(self) -> None:
        """Another run begins."""
        self.growing, self.extremes, self.fill = Growing(), Extremes(), Fill()

    def place(self, base: float, scale: float) -> None:
        """Where its zero is, and how high one item of the queue, in units of the plot."""
        at = QTransform(1.0, 0.0, 0.0, scale, 0.0, base)
        for part in (self.line, self.area, self.full):
            part.setTransform(at)


class DepthCurves(RunCurves):
    """A filled row of steps for each queue, a dashed line at its size."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(commands, QCoreApplication.translate("depth", "Queue depth over time"))
        self.queues: list[Item] = []
        self._run = -1
        self._first = 0  # of more queues than have a strip: the uppermost

    def dress_curves(self, theme: Theme) -> None:
        """Gives the curves their pens."""
        for item in self.queues:
            item.line.setPen(pg.mkPen(theme.colours.text, width=2 if len(self.queues) > 1 else 3))

    def seen(self, frame: Frame) -> tuple[Series, ...]:
        """The queues that are drawn: all, or as many as have a strip."""
        self._first = max(0, min(self._first, len(frame.recording.depths) - queue_strips.MOST))
        return frame.recording.depths[self._first : self._first + queue_strips.MOST]

    def content(self, frame: Frame) -> tuple[object, ...]:
        """The series stand for themselves."""
        return (tuple(id(series) for series in frame.recording.depths), frame.run.number, self._first)

    def value_range(self, frame: Frame) -> tuple[float, float]:
        """From zero to the greatest depth or size."""
        self._match(frame)
        return 0.0, float(max([*self._tops(frame), queue_strips.LEAST]))

    def _wanted_range(self, frame: Frame) -> Extent:
        """Several queues stand one above the other, each one unit high."""
        extent = super()._wanted_range(frame)
        return replace(extent, high=float(len(self.queues))) if len(self.queues) > 1 else extent

    def _tops(self, frame: Frame) -> list[int]:
        pairs = zip(self.queues, self.seen(frame), strict=True)
        return [max(item.extremes.feed(series.values)[1], series.limit or 0) for item, series in pairs]

    def show_curves(self, frame: Frame) -> None:
        """Hands over the corners of each curve and the area below it."""
        assert self.theme is not None
        self._match(frame)
        soft = QColor(self.theme.colours.text)
        soft.setAlphaF(0.16)
        for item, series in zip(self.queues, self.seen(frame), strict=True):
            item.fill.feed(series)
            x, y = item.growing.points(series.times, series.values, frame.run.now, self.column())
            item.line.setData(x, y)
            item.area.fill(area_between(x, y, y * 0) if len(x) else QPainterPath(), soft)
        if len(self.queues) < 2:
            for item in self.queues:
                item.full.fill(QPainterPath(), soft)
                item.place(0.0, 1.0)
        else:
            self._place_strips()

    def _place_strips(self) -> None:
        """Every curve into its strip, stronger where its queue is full, strongest where it was so for longest."""
        assert self.theme is not None
        strips = self.strips()
        for at, (item, strip) in enumerate(zip(self.queues, strips, strict=True)):
            item.place(len(strips) - 1.0 - at, (1 - queue_strips.AIR) / strip.top)
            strong = QColor(self.theme.colours.accent)
            strong.setAlphaF(0.6 if strip.fullest else 0.25)
            x, y = item.line.getData()
            known = x is not None and len(x) > 0
            path = area_between(x, queue_strips.at_size(y, strip.series.limit), y * 0) if known else QPainterPath()
            item.full.fill(path, strong)

    def strips(self) -> list[Strip]:
        """A strip for each queue that is seen; none where one queue has the whole plot."""
        if len(self.queues) < 2:
            return []
        shown, now = self.seen(self.frame), self.frame.run.now
        shares = [(one.fill.full(series, now), one.fill.mean(series, now)) for one, series in zip(self.queues, shown)]
        best, tops = queue_strips.fullest(shares), self._tops(self.frame)
        places = zip(shown, queue_strips.areas(self.plot_rect(), len(shown)), tops, shares, strict=True)
        return [
            Strip(series, area, max(top, queue_strips.LEAST), mean, full, at == best)
            for at, (series, area, top, (full, mean)) in enumerate(places)
        ]

    def _match(self, frame: Frame) -> None:
        """Makes or removes items until there is one for each queue that is seen; a new run begins anew."""
        assert self.theme is not None
        count, before = len(self.seen(frame)), len(self.queues)
        if frame.run.number != self._run:
            self._run = frame.run.number
            self._forget()
        while len(self.queues) > count:
            self.queues.pop().remove(self.getPlotItem())
        while len(self.queues) < count:
            self.queues.append(Item(self.getPlotItem()))
        if before != count:
            self.dress_curves(self.theme)

    def _forget(self) -> None:
        for item in self.queues:
            item.forget()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Brings the queues that have no strip."""
        by = -1 if event.angleDelta().y() > 0 else 1
        first = max(0, min(self._first + by, len(self.frame.recording.depths) - queue_strips.MOST))
        if first == self._first:
            event.ignore()  # whatever is around may scroll
            return
        self._first = first
        self._forget()
        self.show_frame(self.frame)

    def axes(
        self, painter: QPainter, cache: PaintCache, area: QRectF, extent: Extent, label: Callable[[float], str] = number
    ) -> None:
        """Strips have a ground each, and share the axis of time."""
        strips = self.strips()
        if not strips:
            draw_axes(painter, cache, area, extent, label)
            return
        painter.setFont(cache.small)
        draw_times(painter, cache, area, extent)
        for strip in strips:
            queue_strips.draw_ground(painter, cache, strip)

    def draw_labels(self, painter: QPainter, cache: PaintCache) -> None:
        """Names and depths, the size, the ring at the cursor."""
        strips, cursor = self.strips(), self.frame.view.cursor
        for strip in strips:
            queue_strips.draw_names(painter, cache, strip, cursor, self.x(self.frame.run.now))
            value = None if cursor is None else value_at(strip.series.times, strip.series.values, cursor)
            if value is not None:
                draw_ring(painter, cache, QPointF(self.x(cursor or 0.0), strip.y(value)))
        if strips:
            self._draw_more(painter, cache)
        elif self.frame.recording.depths:
            self._draw_one(painter, cache, self.frame.recording.depths[0])

    def _draw_more(self, painter: QPainter, cache: PaintCache) -> None:
        """Which of the queues are seen, where they are more than there are strips."""
        count = len(self.frame.recording.depths)
        if count <= queue_strips.MOST:
            return
        words = QCoreApplication.translate("depth", "{first} to {last} of {count} queues: scroll").format(
            first=self._first + 1, last=self._first + queue_strips.MOST, count=count
        )
        left, area = cache.theme.px(cache.theme.measures.padding), self.plot_rect()
        room = QRectF(left, area.bottom() + 3, area.left() - left - 8, self.height() - area.bottom() - 3)
        painter.setFont(cache.small)
        painter.setPen(QColor(cache.theme.colours.muted))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, flags, cache.elided(cache.small, words, room.width()))

    def _draw_one(self, painter: QPainter, cache: PaintCache, series: Series) -> None:
        """One queue has the whole plot."""
        end, cursor = self.x(self.frame.run.now), self.frame.view.cursor
        if series.limit:
            self._draw_limit(painter, cache, series.limit)
        value = None if cursor is None else value_at(series.times, series.values, cursor)
        if value is not None:
            draw_ring(painter, cache, QPointF(self.x(cursor or 0.0), self.y(value)))
        if len(series.values):
            last = int(series.values[-1])
            line = cache.theme.px(cache.theme.measures.small) + 4.0
            at = QPointF(end + 10, min(self.y(last), self.plot_rect().bottom() - line / 2 + 2))
            name = cache.elided(cache.pill, series.name, label_room(cache.theme) - cache.theme.px(44))
            draw_text(painter, cache, (cache.pill, cache.theme.colours.text), at, f"{name} {last:,}", ground=True)

    def _draw_limit(self, painter: QPainter, cache: PaintCache, limit: int) -> None:
        y, end, muted = round(self.y(limit)), self.x(self.frame.run.now), cache.theme.colours.muted
        pen = QPen(QColor(muted), 2, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3, 2.5])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen)
        painter.drawLine(QLineF(self.plot_rect().left(), y, end, y))
        words = QCoreApplication.translate("depth", "size")
        draw_text(painter, cache, (cache.word, muted), QPointF(end + 10, y), f"{words} {limit}", ground=True)
