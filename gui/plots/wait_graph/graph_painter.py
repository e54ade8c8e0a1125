"""Draws the wait-for graph: threads, below them locks, arrows to what is waited for and to who has it."""

import enum
from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from engine.frame import Frame, Lane
from gui.plots.common.labels import write
from gui.plots.common.paint_cache import PaintCache
from gui.plots.wait_graph import layered_layout
from gui.plots.wait_graph.graph_words import thing_name
from gui.plots.wait_graph.signs import draw_sign, sign_of
from gui.plots.wait_graph.wait_for_graph import Link, Node, WaitForGraph
from gui.theme.palette import font, text_font
from gui.widgets.drawing import badge_width, draw_badge

LEAST_STRIP = 3.2  # heights of a letter that arrows have between both ranks, for what was called to stand beside them
LEAST_LETTERS = 2  # of a name that is cut, with its dots
_WORDS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
_ROUND = 7.0  # pixels before and behind a corner of an arrow in which it is rounded


class Dash(enum.Enum):
    """How an arrow is drawn: lengths of dashes and gaps, in widths of the pen."""

    HOLD = ()
    WAIT = (2.6, 2.0)
    JOIN = (1.0, 2.2)
    WORK = (5.0, 2.0, 1.0, 2.0)


def dash_of(link: Link) -> Dash:
    """How an arrow of the graph is drawn."""
    if link.wait:
        return Dash.JOIN if link.join else Dash.WAIT
    return Dash.WORK if link.work else Dash.HOLD


def set_dash(pen: QPen, dash: Dash) -> None:
    """Makes a pen draw so."""
    if dash.value:
        pen.setDashPattern(list(dash.value))


def _with(rank: list[Node], asked: Node, most: int) -> list[Node]:
    """A rank of nodes, in which one that is asked for is among the first so many."""
    if most > 0 and asked in rank[most:]:
        rank.remove(asked)
        rank.insert(most - 1, asked)
    return rank


def cut_name(cache: PaintCache, letters: QFont, name: str, room: float) -> str:
    """A name that keeps its number where it is cut: "Work...3". Without room for letters the badge stands for it."""
    if cache.width(letters, name) <= room:
        return name
    begin, number = name.rstrip("0123456789"), name[len(name.rstrip("0123456789")) :]
    cut = cache.elided(letters, begin.rstrip(), room - cache.width(letters, number) - 1)  # both are rounded
    if len(cut) > LEAST_LETTERS:
        return cut + number
    return number if number and cache.width(letters, number) <= room else ""


class Drawing:
    """Draws one graph with one painter."""

    def __init__(self, painter: QPainter, cache: PaintCache, frame: Frame, made: WaitForGraph, area: QRectF) -> None:
        self.painter, self.cache, self.frame, self.made = painter, cache, frame, made
        self.colours, self.px = cache.theme.colours, cache.theme.px
        self.lanes: Mapping[int, Lane] = {lane.id: lane for lane in frame.recording.lanes if lane.id in made.threads}
        self.font, self.mono = text_font(cache.theme, 12, 600), font(cache.theme, 12, 600, mono=True)
        self.boxes: dict[Node, QRectF] = {}  # empty where the area is too low for it
        self.left_out = 0  # nodes for which there is no room
        self._place(area)
        self.links = tuple(one for one in made.links if one.start in self.boxes and one.end in self.boxes)

    def _place(self, area: QRectF) -> None:
        """The box of each node, with letters as large as there is room for."""
        made, compact = self.made, self.cache.theme.compact
        sizes = (18, 15, 13, 11) if compact else (24, 20, 17, 15, 13, 11)
        for size, even in (*((size, True) for size in sizes), (sizes[-1], False)):
            self.size, high = self.px(size), round(self.px(size) * 1.8)
            self.font.setPixelSize(self.size)
            self.mono.setPixelSize(self.size)
            joins, things, tight = len(made.threads) > 1, bool(made.things), size == sizes[-1]
            rows = layered_layout.ranks(area, high, joins, things, tight=tight)
            most = int(area.width() // (self.size * 3.2 + layered_layout.MARGIN))
            view = self.frame.view
            nodes: list[list[Node]] = [
                _with([("thread", one) for one in made.threads], ("thread", view.thread), most),
                _with([("thing", one) for one in made.things], ("thing", view.thing), most),
            ]
            self.left_out = sum(len(rank[most:]) for rank in nodes)
            wide = {node: self._width(node) for rank in nodes for node in rank}
            if rows is not None:
                self.boxes = layered_layout.places(rows, nodes[0][:most], nodes[1][:most], wide, even=even)
                if all(box.width() >= wide[node] for node, box in self.boxes.items()):
                    return

    def draw(self) -> None:
        """Arrows first, so that none runs over a name."""
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        arrows = self.links
        drawn = list(zip(arrows, layered_layout.routes(arrows, self.boxes), strict=True))
        for arrow, route in sorted(drawn, key=lambda one: one[0].bad):
            self._draw_link(arrow, route)
        self._draw_calls(drawn)
        busy = {node for arrow in arrows for node in (arrow.start, arrow.end)}
        bad = {node for arrow in arrows if arrow.bad for node in (arrow.start, arrow.end)}
        for node, box in self.boxes.items():
            self._draw_node(node, box, busy=node in busy, bad=node in bad)

    def _name(self, node: Node) -> str:
        kind, number = node
        if kind == "thread":
            lane = self.lanes.get(number)
            return lane.name if lane is not None else "?"
        return thing_name(self.frame, number)

    def _badge(self, number: int) -> str:
        lane = self.lanes.get(number)
        return lane.badge if lane is not None else ""

    def _width(self, node: Node) -> float:
        kind, number = node
        font = self.font if kind == "thread" else self.mono
        sign = badge_width(self._badge(number), self.size * 1.4) if kind == "thread" else self.size * 1.3
        return sign + self.cache.width(font, self._name(node)) + self.size * 1.2

    def _draw_node(self, node: Node, box: QRectF, *, busy: bool, bad: bool) -> None:
        painter, colours, (kind, number) = self.painter, self.colours, node
        painter.setPen(QPen(QColor(colours.lost if bad else colours.line2), 3 if bad else 1.5))
        painter.setBrush(QColor(colours.raised if busy else colours.panel))
        radius = box.height() / 2 if kind == "thread" else 4
        painter.drawRoundedRect(box, radius, radius)
        if number and number == getattr(self.frame.view, kind):  # somebody asked for it: view.thread, view.thing
            painter.setPen(QPen(QColor(colours.accent), 3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), radius + 3, radius + 3)
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
            draw_sign(painter, ink, sign, sign_of(self.frame, number))
            left += side
        letters = self.font if kind == "thread" else self.mono
        room = QRectF(left + self.size * 0.4, box.top(), box.right() - left - self.size * 0.6, box.height())
        write(painter, letters, ink, room, cut_name(self.cache, letters, self._name(node), room.width() + 1))

    def _draw_calls(self, drawn: Sequence[tuple[Link, layered_layout.Route]]) -> None:
        """What was called, upon each arrow, near its middle; what finds no place that is its own is left out."""
        letters, high = self.cache.small, QFontMetricsF(self.cache.small).height()
        taken: list[QRectF] = []
        for link, route in sorted(drawn, key=lambda one: not one[0].bad):
            if not link.call or link.join or abs(route[-1].y() - route[0].y()) < LEAST_STRIP * high:
                continue
            size = QSizeF(self.cache.width(letters, link.call) + 6, high)
            box = layered_layout.label_at(route, size, [other for _, other in drawn if other is not route], taken)
            if box is None:
                continue
            taken.append(box)
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(QColor(self.colours.panel))
            self.painter.drawRoundedRect(box, 3, 3)
            ink = self.colours.lost_text if link.bad else self.colours.muted
            write(self.painter, letters, ink, box.adjusted(3, 0, 0, 0), link.call)

    def _draw_link(self, link: Link, route: layered_layout.Route) -> None:
        """Waiting is dashed, holding is drawn through; a thread that is waited for in join has dots, work has both."""
        colour = QColor(self.colours.lost if link.bad else self.colours.muted if link.wait else self.colours.text)
        head = layered_layout.MARGIN
        tip, before = route[-1], route[-2]
        down = head if tip.y() > before.y() else -head
        path = rounded((*route[:-1], QPointF(tip.x(), tip.y() - down * 0.6)))
        wide = 3.0 if link.bad else 2.0
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(QColor(self.colours.panel), wide + 4))  # where two cross, one is seen to be above
        self.painter.drawPath(path)
        pen = QPen(colour, wide)
        set_dash(pen, dash_of(link))
        self.painter.setPen(pen)
        self.painter.drawPath(path)
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(colour)
        back = tip.y() - down
        corners = [tip, QPointF(tip.x() - head / 2, back), QPointF(tip.x() + head / 2, back)]
        self.painter.drawPolygon(QPolygonF(corners))


def rounded(route: Sequence[QPointF]) -> QPainterPath:
    """A path along these corners, rounded inwards."""
    path = QPainterPath(route[0])
    for before, corner, after in zip(route, route[1:], route[2:], strict=False):
        for line, then in ((QLineF(corner, before), None), (QLineF(corner, after), corner)):
            line.setLength(min(_ROUND, line.length() / 2))
            if then is None:
                path.lineTo(line.p2())
            else:
                path.quadTo(then, line.p2())
    path.lineTo(route[-1])
    return path


def words_height(cache: PaintCache, said: tuple[str, ...], width: float, *, bad: bool) -> float:
    """Pixels that all sentences take in this width."""
    heights = [high for _, high in _letters(cache, said, width, bad)]
    return sum(heights) + cache.theme.px(6) * max(0, len(heights) - 1)


def draw_words(
    painter: QPainter,
    cache: PaintCache,
    said: tuple[str, ...],
    area: QRectF,
    *,
    bad: bool,
    asked: frozenset[int] = frozenset(),
) -> None:
    """The sentences, one below the other; `bad`: the first one says that there is a deadlock.

    Those that are asked for have a bar before them, as the rows of the timeline have.
    """
    colours, y, px = cache.theme.colours, area.top(), cache.theme.px
    rows = list(_letters(cache, said, area.width(), bad))
    for number, (letters, high) in enumerate(rows):
        left = len(rows) - number
        least = high if left == 1 else high + px(6) + rows[-1][0].pixelSize() * 1.2  # with how many more there are
        if y + least > area.bottom() + 2 and number:
            more = QCoreApplication.translate("waits", "and {count} more").format(count=left)
            write(painter, letters, colours.muted, QRectF(area.left(), y, area.width(), high), more, flags=_WORDS)
            return
        room = QRectF(area.left(), y, area.width(), max(0.0, area.bottom() - y))
        ink = colours.lost_text if bad and not number else colours.text
        if number in asked:
            painter.fillRect(QRectF(area.left() - px(8), y, px(3), high), QColor(colours.accent))
        write(painter, letters, ink, room, said[number], flags=_WORDS)
        y += high + px(6)


def _letters(cache: PaintCache, said: tuple[str, ...], width: float, bad: bool) -> Iterator[tuple[QFont, float]]:
    """Of each sentence its font, and its height in this width."""
    theme, room = cache.theme, QRectF(0, 0, width, 1 << 16)
    for number, text in enumerate(said):
        verdict = bad and not number
        letters = text_font(theme, theme.measures.base + (2 if verdict else 0), 700 if verdict else 500)
        yield letters, QFontMetricsF(letters).boundingRect(room, _WORDS.value, text).height()


def draw_key(painter: QPainter, cache: PaintCache, area: QRectF, entries: Sequence[tuple[str, Dash]]) -> None:
    """What the arrows mean: a word, and how the arrow is drawn; as many as there is room for."""
    theme, x = cache.theme, area.left()
    for word, dash in entries:
        wide, y = theme.px(26), area.center().y()
        room = cache.width(cache.small, word) + 4
        if x + wide + theme.px(6) + room > area.right() + 1:
            return
        pen = QPen(QColor(theme.colours.text if dash is Dash.HOLD else theme.colours.muted), 2)
        set_dash(pen, dash)
        painter.setPen(pen)
        painter.drawLine(QLineF(x, y, x + wide - 6, y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(pen.color())
        painter.drawPolygon(
            QPolygonF([QPointF(x + wide, y), QPointF(x + wide - 8, y - 4), QPointF(x + wide - 8, y + 4)])
        )
        x += wide + theme.px(6)
        write(painter, cache.small, theme.colours.muted, QRectF(x, area.top(), room, area.height()), word)
        x += room + theme.px(16)
