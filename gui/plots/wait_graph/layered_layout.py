"""Where nodes and arrows of a wait-for graph stand: a layered layout of two ranks, threads above, things below.

The graph is bipartite but for waits for a thread to end, so two ranks are enough (Sugiyama's method with the order of
each rank kept, for a node must not move when the state changes). Arrows between the ranks leave and arrive upright
and cross only the free strip between them; arrows from thread to thread run above their rank, each on a track of its
own. So no arrow can come near a node that is not its end, whatever the edges are.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF

from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.plots.wait_graph.wait_for_graph import Link, Node

MARGIN = 10.0  # pixels between an arrow and a node that is not its end
_SLOTS = (4, 6, 8, 10, 12, 16, 24, 32)  # places of a rank: nodes that come later seldom move those that are there
_WIDEST = 260.0  # pixels of one place
_TRACK = 9.0  # pixels between two arrows above the threads
_STUB, _UPRIGHT = 6.5, 0.22  # pixels that an arrow is upright at both ends, at least; a share of a low strip
_TALLEST = 5.0  # heights of a node: a wider strip between the ranks only makes arrows long
_APART = 10.0  # pixels between two nodes of a rank: no arrow runs there
_PORT = 14.0  # pixels between two arrows at one node
_LABELS = (0.5, 0.38, 0.62, 0.26, 0.74)  # shares of an arrow at which its label may stand, the best first
Route = tuple[QPointF, ...]


@lazy_dataclass(frozen=True)
class Ranks:
    """The upper edges of both ranks, and the height of a node, in pixels."""

    area: QRectF
    threads: float
    things: float
    high: float


def ranks(area: QRectF, high: float, joins: bool, things: bool, *, tight: bool = False) -> Ranks | None:
    """Both ranks for nodes of this height in an area, centred; None when it is too low for them.

    `joins`: some thread waits for another one to end, now or at another moment, so there is room for that above.
    `tight`: where the area is low, there is room for two tracks of such arrows only.
    """
    above = MARGIN + 2 * _TRACK if joins else 2.0
    least = 2 * MARGIN + 6 if things else 0.0
    used = above + high + (least + high if things else 0.0) + 2
    if tight and joins and used > area.height():
        above, used = above - _TRACK, used - _TRACK
    if used > area.height():
        return None
    strip = min(_TALLEST * high, least + area.height() - used) if things else 0.0
    top = area.top() + above + (area.height() - used - strip + least) / 2
    return Ranks(area, top, top + high + strip, high)


def places(
    made: Ranks, threads: Sequence[Node], things: Sequence[Node], wide: Mapping[Node, float], *, even: bool
) -> dict[Node, QRectF]:
    """The box of each node, in the order given; a node wider than its place is as wide as that.

    `even`: all places of both ranks are as wide as one another, and wait for nodes to come. Else a rank of which some
    node would be cut, but which has room for all, is shared out by what each needs.
    """
    most = max(len(threads), len(things))
    count = next((step for step in _SLOTS if most <= step), most)
    room = min(_WIDEST, made.area.width() / count)
    boxes = {}
    for top, nodes in ((made.threads, threads), (made.things, things)):
        needs = [wide[node] + _APART for node in nodes]
        spare = made.area.width() - sum(needs)
        if even or spare < 0 or max(needs, default=0) <= room:
            left, rooms = made.area.left() + (made.area.width() - count * room) / 2, [room] * len(nodes)
        else:
            left, rooms = made.area.left(), [need + spare / len(nodes) for need in needs]
        for node, place in zip(nodes, rooms, strict=True):
            box = QRectF(0, top, min(wide[node], place - _APART), made.high)
            box.moveLeft(left + (place - box.width()) / 2)
            boxes[node] = box
            left += place
    return boxes


def routes(links: Sequence[Link], boxes: Mapping[Node, QRectF]) -> list[Route]:
    """The corners of each arrow, from its start to its tip, in the order of the links."""
    ports = _ports(links, boxes)
    tracks = _tracks(links, boxes)
    found = []
    for at, link in enumerate(links):
        start, end = boxes[link.start], boxes[link.end]
        x, then = ports[at, link.start], ports[at, link.end]
        if at in tracks:
            y = start.top() - MARGIN - tracks[at]
            corners = ((x, start.top()), (x, y), (then, y), (then, end.top()))
        else:
            down = start.top() < end.top()
            leave, arrive = (start.bottom(), end.top()) if down else (start.top(), end.bottom())
            upright = max(_STUB, min(MARGIN, abs(arrive - leave) * _UPRIGHT))  # what is left is for crossings
            stub = upright if down else -upright
            corners = ((x, leave), (x, leave + stub), (then, arrive - stub), (then, arrive))
        found.append(tuple(QPointF(*corner) for corner in corners))
    return found


def label_at(route: Route, size: QSizeF, others: Sequence[Route], taken: Sequence[QRectF]) -> QRectF | None:
    """A box upon the long piece of an arrow that lies on no other label and, if it can be, on no other arrow.

    None where every place is taken. `others` are the routes of the other arrows.
    """
    leave, arrive = route[len(route) // 2 - 1], route[len(route) // 2]
    boxes = []
    for share in _LABELS:
        middle = leave + (arrive - leave) * share
        box = QRectF(middle.x() - size.width() / 2, middle.y() - size.height() / 2, size.width(), size.height())
        if not any(box.intersects(other) for other in taken):
            boxes.append(box)
    free = (box for box in boxes if not any(_crosses(box, other) for other in others))
    return next(free, boxes[0] if boxes else None)


def _crosses(box: QRectF, route: Route) -> bool:
    """Whether an arrow runs through a box."""
    sides = [box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft(), box.topLeft()]
    edges = [QLineF(one, other) for one, other in pairwise(sides)]
    met = QLineF.IntersectionType.BoundedIntersection
    return any(QLineF(*piece).intersects(edge)[0] is met for piece in pairwise(route) for edge in edges)


def _ports(links: Sequence[Link], boxes: Mapping[Node, QRectF]) -> dict[tuple[int, Node], float]:
    """At which x each arrow touches its ends: side by side, in the order of where they come from."""
    sides: dict[tuple[Node, bool], list[tuple[float, int]]] = {}
    for at, link in enumerate(links):
        for node, other in ((link.start, link.end), (link.end, link.start)):
            sides.setdefault((node, link.join), []).append((boxes[other].center().x(), at))
    found = {}
    for (node, _), ends in sides.items():
        box, count = boxes[node], len(ends)
        step = min(_PORT, (box.width() - 12) / count)
        for place, (_, at) in enumerate(sorted(ends)):
            found[at, node] = box.center().x() + (place - (count - 1) / 2) * step
    return found


def _tracks(links: Sequence[Link], boxes: Mapping[Node, QRectF]) -> dict[int, float]:
    """How far above the free margin each arrow between two threads runs: short ones below those that span them."""
    spans = []
    for at, link in enumerate(links):
        if link.join:
            left, right = sorted((boxes[link.start].center().x(), boxes[link.end].center().x()))
            spans.append((right - left, left, right, at))
    taken: list[list[tuple[float, float]]] = []
    track = {}
    for _, left, right, at in sorted(spans):
        free = next((n for n, row in enumerate(taken) if all(right < a or b < left for a, b in row)), len(taken))
        if free == len(taken):
            taken.append([])
        taken[free].append((left, right))
        track[at] = free
    step = min(_TRACK, 2 * _TRACK / max(1, len(taken)))
    return {at: step * number for at, number in track.items()}
