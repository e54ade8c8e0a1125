"""Draws the wait-for graph: threads and locks on a circle, arrows to what is waited for and to who has it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from engine.frame import Frame, Lane
from gui.plots.common.labels import write
from gui.plots.common.paint_cache import PaintCache
from gui.plots.wait_graph.wait_for_graph import Node, WaitForGraph, middle, ring
from gui.theme.palette import font, text_font
from gui.widgets.drawing import badge_width, draw_badge, draw_padlock

_TURN = 360  # points of the circle that are looked at to space the nodes evenly
LOCKS = frozenset({"Lock", "RLock"})


@dataclass(frozen=True)
class Link:
    """An arrow from one node to another."""

    start: Node
    end: Node
    wait: bool  # else it says who holds a thing
    join: bool
    bad: bool  # a part of the cycle


def links(made: WaitForGraph) -> tuple[Link, ...]:
    """Every arrow of the graph."""
    found = []
    bad_things = {wait.thing for wait in made.waits if made.in_cycle(wait)}
    for wait in made.waits:
        bad = made.in_cycle(wait)
        if wait.thing:
            found.append(Link(("thread", wait.thread), ("thing", wait.thing), wait=True, join=False, bad=bad))
        elif wait.waited:
            found.append(Link(("thread", wait.thread), ("thread", wait.waited), wait=True, join=True, bad=bad))
    for thing, thread in made.holds:
        bad = thing in bad_things and thread in made.cycle
        found.append(Link(("thing", thing), ("thread", thread), wait=False, join=False, bad=bad))
    shown = {("thread", one) for one in made.threads} | {("thing", one) for one in made.things}
    return tuple(one for one in found if one.start in shown and one.end in shown)


def places(count: int, area: QRectF) -> list[QPointF]:
    """So many points evenly spaced along the ellipse in an area, from its left end on, clockwise."""
    middle, wide, high = area.center(), area.width() / 2, area.height() / 2
    angles = [math.pi + 2 * math.pi * step / _TURN for step in range(_TURN + 1)]
    points = [QPointF(middle.x() + wide * math.cos(a), middle.y() + high * math.sin(a)) for a in angles]
    gone = [0.0]
    for one, other in zip(points, points[1:], strict=False):
        gone.append(gone[-1] + QLineF(one, other).length())
    found, at = [], 0
    for number in range(count):
        wanted = gone[-1] * number / count
        while at < _TURN and gone[at + 1] < wanted:
            at += 1
        found.append(points[at if wanted - gone[at] < gone[at + 1] - wanted else at + 1])
    return found


class Drawing:
    """Draws one graph with one painter."""

    def __init__(self, painter: QPainter, cache: PaintCache, frame: Frame, made: WaitForGraph, area: QRectF) -> None:
        self.painter, self.cache, self.frame, self.made = painter, cache, frame, made
        self.colours, self.px = cache.theme.colours, cache.theme.px
        self.lanes: Mapping[int, Lane] = {lane.id: lane for lane in frame.recording.lanes if lane.id in made.threads}
        few, many = (15, 12) if cache.theme.compact else (20, 15)
        self.font, self.mono = text_font(cache.theme, 12, 600), font(cache.theme, 12, 600, mono=True)
        self.boxes: dict[Node, QRectF] = {}
        around, inside = ring(made), middle(made)
        for size, letters in ((few, 9.0), (many, 9.0), (many, 5.0), (many, 3.0), (many, 1.5)):
            self.size, self.letters, self.high = self.px(size), letters, round(self.px(size) * 2.0)
            self.font.setPixelSize(self.size)
            self.mono.setPixelSize(self.size)
            self.boxes = self._place(around, inside, area)
            if self._apart():
                break

    def _place(self, around: Sequence[Node], inside: Sequence[Node], area: QRectF) -> dict[Node, QRectF]:
        """The box of each node: most on the ellipse, few in its middle."""
        widest = max((self._width(node) for node in around), default=0.0)
        room = area.adjusted(widest / 2, self.high / 2 + 2, -widest / 2, -self.high / 2 - 2)
        if room.width() > room.height() * 3.4:  # a flatter ring is hard to see as one
            spare = (room.width() - room.height() * 3.4) / 2
            room.adjust(spare, 0, -spare, 0)
        spots = list(zip(around, places(len(around), room), strict=True))
        low = (1 - len(inside)) * self.high * 0.7  # one above the other, so that none stands in another's arrow
        for at, node in enumerate(inside):
            spots.append((node, room.center() + QPointF(0, low + at * self.high * 1.4)))
        boxes = {}
        for node, point in spots:
            box = QRectF(0, 0, self._width(node), self.high)
            box.moveCenter(point)
            boxes[node] = box
        return boxes

    def _apart(self) -> bool:
        """Whether no two nodes touch."""
        boxes = list(self.boxes.values())
        air = QMarginsF(*[self.size * 0.6] * 4)
        return not any(
            one.marginsAdded(air).intersects(other) for at, one in enumerate(boxes) for other in boxes[at + 1 :]
        )

    def draw(self) -> None:
        """Arrows first, so that none runs over a name."""
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        arrows = links(self.made)
        for arrow in sorted(arrows, key=lambda one: one.bad):
            self._draw_link(arrow)
        busy = {node for arrow in arrows for node in (arrow.start, arrow.end)}
        bad = {node for arrow in arrows if arrow.bad for node in (arrow.start, arrow.end)}
        for node, box in self.boxes.items():
            self._draw_node(node, box, busy=node in busy, bad=node in bad)

    def _name(self, node: Node) -> str:
        kind, number = node
        if kind == "thread":
            lane = self.lanes.get(number)
            return lane.name if lane is not None else "?"
        thing = self.frame.recording.things.get(number)
        return thing.name if thing is not None else "?"

    def _badge(self, number: int) -> str:
        lane = self.lanes.get(number)
        return lane.badge if lane is not None else ""

    def _width(self, node: Node) -> float:
        kind, number = node
        font = self.font if kind == "thread" else self.mono
        sign = badge_width(self._badge(number), self.size * 1.4) if kind == "thread" else self.size * 1.3
        words = min(self.cache.width(font, self._name(node)), self.size * self.letters)
        return sign + words + self.size * 1.6

    def _draw_node(self, node: Node, box: QRectF, *, busy: bool, bad: bool) -> None:
        painter, colours, (kind, number) = self.painter, self.colours, node
        painter.setPen(QPen(QColor(colours.lost if bad else colours.line2), 3 if bad else 1.5))
        painter.setBrush(QColor(colours.raised if busy else colours.panel))
        radius = box.height() / 2 if kind == "thread" else 4
        painter.drawRoundedRect(box, radius, radius)
        ink = colours.text if busy else colours.faint
        side = self.size * (1.4 if kind == "thread" else 1.3)
        left = box.left() + self.size * 0.45
        if kind == "thread":
            wide = badge_width(self._badge(number), side)
            badge = QRectF(left, box.center().y() - side / 2, wide, side)
            draw_badge(painter, self.cache.theme, self._badge(number), badge)
            left += wide
        else:
            sign = QRectF(left, box.center().y() - side / 2, side, side)
            thing = self.frame.recording.things.get(number)
            if thing is None or thing.type in LOCKS:
                draw_padlock(painter, ink, sign)
            else:
                painter.setPen(QPen(QColor(ink), 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(sign.adjusted(4, 4, -4, -4))
            left += side
        font = self.font if kind == "thread" else self.mono
        room = QRectF(left + self.size * 0.4, box.top(), box.right() - left - self.size * 0.6, box.height())
        words = self.cache.elided(font, self._name(node), room.width() + 1)
        write(painter, font, ink, room, words)

    def _draw_link(self, link: Link) -> None:
        """Waiting is dashed, holding is drawn through; a thread that is waited for in join has dots."""
        start, end = self.boxes[link.start], self.boxes[link.end]
        line = QLineF(_edge(start, end.center()), _edge(end, start.center()))
        if line.length() < 2:
            return
        colour = QColor(self.colours.lost if link.bad else self.colours.muted if link.wait else self.colours.text)
        pen = QPen(colour, 4 if link.bad else 2)
        if link.wait:
            pen.setDashPattern([1, 2.2] if link.join else [2.6, 2])
        self.painter.setPen(pen)
        self.painter.drawLine(line)
        head = self.px(12 if link.bad else 10)
        unit = QPointF(line.dx(), line.dy()) / line.length()
        side = QPointF(-unit.y(), unit.x()) * head * 0.5
        back = line.p2() - unit * head
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(colour)
        self.painter.drawPolygon(QPolygonF([line.p2(), back + side, back - side]))


def _edge(box: QRectF, toward: QPointF) -> QPointF:
    """Where the line from a box's middle towards a point leaves the box, and a little further."""
    middle = box.center()
    dx, dy = toward.x() - middle.x(), toward.y() - middle.y()
    if not dx and not dy:
        return middle
    share = min(
        (box.width() / 2 + 4) / abs(dx) if dx else math.inf, (box.height() / 2 + 4) / abs(dy) if dy else math.inf
    )
    return QPointF(middle.x() + dx * min(1.0, share), middle.y() + dy * min(1.0, share))


def draw_words(painter: QPainter, cache: PaintCache, said: tuple[str, ...], bad: int, area: QRectF) -> None:
    """The sentences, one below the other; `bad` of them belong to a cycle and the next one says so."""
    theme = cache.theme
    y, gap = area.top(), theme.px(6)
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    for number, text in enumerate(said):
        verdict = bad > 0 and number == bad
        font = text_font(theme, theme.measures.base + (2 if verdict else 0), 700 if verdict else 500)
        painter.setFont(font)
        room = QRectF(area.left(), y, area.width(), max(0.0, area.bottom() - y))
        need = painter.boundingRect(room, flags, text)
        if need.bottom() > area.bottom() + 2 and number:
            last = QRectF(area.left(), area.bottom() - theme.px(16), area.width(), theme.px(16))
            write(painter, font, theme.colours.muted, last, "…", flags=flags)
            return
        write(painter, font, theme.colours.lost_text if verdict else theme.colours.text, room, text, flags=flags)
        y = need.bottom() + gap


def draw_key(painter: QPainter, cache: PaintCache, area: QRectF, entries: tuple[tuple[str, bool, bool], ...]) -> None:
    """What the arrows mean: word, whether it waits, whether for a thread."""
    theme, x = cache.theme, area.left()
    for word, waits, join in entries:
        pen = QPen(QColor(theme.colours.muted if waits else theme.colours.text), 2)
        if waits:
            pen.setDashPattern([1, 2.2] if join else [2.6, 2])
        painter.setPen(pen)
        wide, y = theme.px(26), area.center().y()
        painter.drawLine(QLineF(x, y, x + wide - 6, y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(pen.color())
        painter.drawPolygon(
            QPolygonF([QPointF(x + wide, y), QPointF(x + wide - 8, y - 4), QPointF(x + wide - 8, y + 4)])
        )
        x += wide + theme.px(6)
        room = cache.width(cache.small, word) + 4
        write(painter, cache.small, theme.colours.muted, QRectF(x, area.top(), room, area.height()), word)
        x += room + theme.px(16)
