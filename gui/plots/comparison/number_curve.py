"""Draws the parts of a run as a curve over a number: time, and beside it the second measure."""

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from engine.scenarios.scenario import PartsNote
from gui.plots.common.labels import draw_text
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import step_for, ticks
from gui.plots.comparison.comparison_model import Chart, Fate, Point, curves, helping_words, stops_helping
from gui.widgets.drawing import CENTRE, RIGHT, write

Curves = Sequence[tuple[str, Sequence[Point]]]


def draw(
    painter: QPainter, cache: PaintCache, made: Chart, note: PartsNote, area: QRectF
) -> list[tuple[Point, QPointF]]:
    """Draws one or two plots side by side; returns where each point is, in pixels. The names have to be numbers."""
    lines = curves(made) or ()
    gap = cache.theme.px(24)
    wide = (area.width() - gap) * 0.6 if made.timed and made.valued else area.width()
    found: list[tuple[Point, QPointF]] = []
    if made.timed:
        left = _Plot(painter, cache, lines, QRectF(area.left(), area.top(), wide, area.height()), seconds=True)
        found += left.draw(QCoreApplication.translate("parts", "time, s"), note.noun)
    if made.valued:
        start = area.left() + (wide + gap if made.timed else 0)
        room = QRectF(start, area.top(), area.right() - start, area.height())
        found += _Plot(painter, cache, lines, room, seconds=False).draw(made.value_title, note.noun)
    return found


def labelled(places: Mapping[float, float], halves: Mapping[float, float], begin: float, end: float) -> list[float]:
    """Which numbers of the axis are written, from left to right: first and last come before those between.

    `places` are where they stand and `halves` half of their widths, in pixels; nothing is written before `begin` or
    beyond `end`, nor over another one.
    """
    order = sorted(places)
    kept: list[float] = []
    for number in [*order[:1], *order[:0:-1][:1], *order[1:-1]]:
        low, high = places[number] - halves[number], places[number] + halves[number]
        free = all(high <= places[one] - halves[one] or low >= places[one] + halves[one] for one in kept)
        if begin <= low and high <= end and free:
            kept.append(number)
    return sorted(kept)


class _Plot:
    """One plot: of the time, or of the second measure."""

    def __init__(self, painter: QPainter, cache: PaintCache, lines: Curves, box: QRectF, *, seconds: bool) -> None:
        px, compact = cache.theme.px, cache.theme.compact
        self.painter, self.cache, self.curves, self.noun, self.seconds = painter, cache, lines, "", seconds
        self.colours, self.box = cache.theme.colours, box
        head = px(20 if compact else 24)
        self.area = box.adjusted(px(40), head + px(14), -px(8), -px(22 if compact else 26))
        self.pad = px(28)  # on both sides of the curve, for the figures of its ends
        numbers = [point.number for _, points in lines for point in points]
        self.low, self.high = math.log2(min(numbers)), math.log2(max(*numbers, min(numbers) * 2))
        values = [value for _, points in lines for point in points if (value := self.value(point)) is not None]
        limits = [point.bar.limit for _, points in lines for point in points if point.bar.limit and seconds]
        most = max([*values, *limits, 1e-9])
        self.step = step_for(most, max(1.0, self.area.height() / px(34)) + 1)
        self.top = self.step * math.ceil(most / self.step)

    def value(self, point: Point) -> float | None:
        return point.bar.seconds if self.seconds else point.bar.part.value

    def said(self, point: Point) -> str:
        return point.bar.words.removesuffix(" s") if self.seconds else point.bar.value_words.split(" ", 1)[0]

    def at(self, number: float, value: float) -> QPointF:
        share = (math.log2(number) - self.low) / (self.high - self.low)
        x = self.area.left() + self.pad + share * (self.area.width() - 2 * self.pad)
        return QPointF(x, self.area.bottom() - value / self.top * self.area.height())

    def draw(self, title: str, noun: str) -> list[tuple[Point, QPointF]]:
        self.noun = noun
        self._draw_axes(title)
        found: list[tuple[Point, QPointF]] = []
        for index, (name, points) in enumerate(self.curves):
            known = [point for point in points if self.value(point) is not None]
            places = [self.at(point.number, self.value(point) or 0.0) for point in known]
            if self.seconds:
                self._draw_limits(known)
                if not index:
                    self._draw_stop(known)
            self._draw_line(known, places, index)
            if places and name:
                end = places[-1] + QPointF(8, 0)
                draw_text(self.painter, self.cache, (self.cache.word, self.colours.muted), end, name)
            found += list(zip(known, places, strict=True))
        self._draw_labels(found)
        return found

    def _draw_axes(self, title: str) -> None:
        painter, cache, area, box, colours = self.painter, self.cache, self.area, self.box, self.colours
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        figure, words = (cache.small, colours.muted), (cache.word, colours.muted)
        for value in ticks(0.0, self.top, self.step):
            y = round(area.bottom() - value / self.top * area.height()) + 0.5
            painter.setPen(QColor(colours.grid if value else colours.line2))
            painter.drawLine(QLineF(area.left(), y, area.right(), y))
            write(painter, figure, QRectF(box.left() - 8, y - 12, area.left() - box.left(), 24), f"{value:,.6g}", RIGHT)
        below, high = area.bottom() + 3, box.bottom() - area.bottom() - 3
        numbers = {point.number for _, points in self.curves for point in points}
        places = {number: self.at(number, 0.0).x() for number in numbers}
        painter.setPen(QColor(colours.line2))
        for x in places.values():
            painter.drawLine(QLineF(round(x) + 0.5, area.bottom(), round(x) + 0.5, area.bottom() + 4))
        halves = {number: cache.width(cache.small, f"{number:,g}") / 2 + 4 for number in numbers}
        noun = cache.width(cache.word, self.noun)
        for number in labelled(places, halves, box.left() + noun + 8, box.right() + cache.theme.px(8)):
            half = halves[number]
            write(painter, figure, QRectF(places[number] - half, below, 2 * half, high), f"{number:,g}", CENTRE)
        write(painter, words, QRectF(box.left(), box.top(), box.width(), cache.theme.px(20)), title)
        write(painter, words, QRectF(box.left(), below, noun + 4, high), self.noun, CENTRE)

    def _draw_limits(self, points: Sequence[Point]) -> None:
        """A dash at what each part cannot be faster than."""
        self.painter.setPen(QPen(QColor(self.colours.muted), 2))
        for point in points:
            if point.bar.limit is not None:
                at = self.at(point.number, point.bar.limit)
                self.painter.drawLine(QLineF(round(at.x()) - 8, round(at.y()), round(at.x()) + 8, round(at.y())))

    def _draw_stop(self, points: Sequence[Point]) -> None:
        """From where on more no longer helps: a rule, and a sentence above."""
        painter, cache, area, colours = self.painter, self.cache, self.area, self.colours
        words, best = helping_words(points, self.noun), stops_helping(points)
        if not words:
            return
        if best is not None:
            x = round(self.at(best.number, 0.0).x())
            painter.fillRect(QRectF(x, area.top(), area.right() - x, area.height()), QColor(colours.accent_soft))
            painter.setPen(QPen(QColor(colours.accent), 2, Qt.PenStyle.DashLine))
            painter.drawLine(QLineF(x, area.top() - 4, x, area.bottom()))
        left = self.box.left() + cache.theme.px(64)
        room = QRectF(left, self.box.top(), self.box.right() - left, cache.theme.px(20))
        write(painter, (cache.name, colours.text), room, cache.elided(cache.name, words, room.width()), RIGHT)

    def _draw_line(self, points: Sequence[Point], places: Sequence[QPointF], index: int) -> None:
        painter, colours = self.painter, self.colours
        colour = QColor((colours.text, colours.accent, colours.muted)[index % 3])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        done = [place for point, place in zip(points, places, strict=True) if point.bar.fate is Fate.DONE]
        painter.drawPolyline(QPolygonF(done))
        for point, place in zip(points, places, strict=True):
            failed = point.bar.fate is Fate.FAILED
            painter.setPen(QPen(QColor(colours.lost) if failed else colour, 2))
            painter.setBrush(colour if point.bar.fate is Fate.DONE else QColor(colours.panel))
            if failed:
                painter.drawLine(place + QPointF(-5, -5), place + QPointF(5, 5))
                painter.drawLine(place + QPointF(-5, 5), place + QPointF(5, -5))
            else:
                painter.drawEllipse(place, 4, 4)

    def _draw_labels(self, found: Sequence[tuple[Point, QPointF]]) -> None:
        """The figure of every point that has room; the first, the last and the least come first."""
        cache, colours, high = self.cache, self.colours, float(self.cache.theme.px(14))
        taken: list[QRectF] = []
        least = min(found, key=lambda one: self.value(one[0]) or 0.0, default=None)
        ranked = sorted(found, key=lambda one: 0 if one in (found[0], found[-1], least) else 1)
        for point, place in ranked:
            text = self.said(point)
            wide = cache.width(cache.pill, text) + 4
            left = min(max(place.x() - wide / 2, self.box.left()), self.box.right() - wide)
            box = QRectF(left, place.y() - high - 6, wide, high)
            if any(box.intersects(other) for other in taken):
                continue
            taken.append(box)
            self.painter.fillRect(box.adjusted(0, 2, 0, 0), QColor(colours.panel))  # no line runs through a figure
            ink = colours.lost_text if point.bar.fate is Fate.FAILED else colours.text
            write(self.painter, (cache.pill, ink), box, text, CENTRE)
