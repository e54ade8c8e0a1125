"""The rows of locks: who holds it when, where it is switched off; and who let whom in."""

from itertools import groupby, pairwise
from operator import itemgetter

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from engine.analysis.decimation import holder_columns
from engine.frame import Frame, Holders, State
from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.plots.common.labels import mark_chosen, write
from gui.plots.common.scale import NS
from gui.plots.timeline.bar_raster import HUES, edges, lock_codes
from gui.plots.timeline.rows import TimelineRow
from gui.plots.timeline.scene import PaintScene
from gui.plots.timeline.state_labels import state_at
from gui.theme.theme import hue_of
from gui.widgets.drawing import draw_padlock

_CENTRE = Qt.AlignmentFlag.AlignCenter
_ARROWS = 3  # the latest hand-overs, of all locks together
_LOOK_BACK = 48  # changes of a holder that are searched for them


@lazy_dataclass(frozen=True)
class HandOver:
    """A lock went from one thread to one that waited for it. Times in nanoseconds."""

    released: int
    got: int
    giver: int
    taker: int


def off_times(frame: Frame, name: str) -> list[tuple[float, float]]:
    """The stretches, in seconds, in which a switch was off."""
    flips = [flip for flip in frame.recording.flips if flip.name == name]
    switch = next((switch for switch in frame.program.switches if switch.name == name), None)
    first = not flips[0].on if flips else switch is None or switch.on
    moments = [(0.0, first), *((flip.time, flip.on) for flip in flips), (frame.run.now, True)]
    turns = [next(group) for _, group in groupby(moments, key=itemgetter(1))]
    return [(begin, end) for (begin, on), (end, _) in pairwise(turns) if not on]


def hand_overs(frame: Frame) -> list[HandOver]:
    """The last few hand-overs of any lock before the cursor, oldest first."""
    until = round((frame.run.now if frame.view.cursor is None else frame.view.cursor) * NS)
    lanes = {lane.id: lane for lane in frame.recording.lanes} if frame.recording.holders else {}
    found = []
    for holders in frame.recording.holders:
        end = int(np.searchsorted(holders.starts, until, "right"))
        begin = max(0, end - _LOOK_BACK)
        times, threads = holders.starts[begin:end].tolist(), holders.threads[begin:end].tolist()
        mine = 0
        for index in range(len(times) - 1, 0, -1):
            before = index - 1 if threads[index - 1] or index < 2 else index - 2
            taker, giver = threads[index], threads[before]
            if not taker or not giver or taker == giver or taker not in lanes:
                continue
            if state_at(lanes[taker], (times[index] - 1) / NS) is State.WAIT_LOCK:
                found.append(HandOver(times[before + 1], times[index], giver, taker))
                mine += 1
            if mine == _ARROWS:
                break
    return sorted(found, key=lambda one: one.got)[-_ARROWS:]


class LockPainter:
    """Draws the rows of locks, keeping a row's picture until it changes."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[tuple[object, ...], Holders, QImage, list[tuple[int, int, int]]]] = {}
        self._known = (-1, 0)  # the run and the number of its lanes that badges are known of
        self._badges: dict[int, str] = {}
        self._slots = np.ones(0x10000, np.int64)  # thread -> slot of the sheet

    def meet(self, frame: Frame) -> None:
        """Learns the badges of lanes, which are given once."""
        if not frame.recording.holders or (frame.run.number, len(frame.recording.lanes)) == self._known:
            return
        self._known = (frame.run.number, len(frame.recording.lanes))
        self._badges = {lane.id: lane.badge for lane in frame.recording.lanes}
        self._slots[list(self._badges)] = [1 + hue_of(badge, len(HUES)) for badge in self._badges.values()]

    def draw(self, painter: QPainter, scene: PaintScene, row: TimelineRow) -> None:
        """One row; the painter's origin is the row's upper left corner."""
        cache, scale = scene.cache, scene.scale
        holders = scene.frame.recording.holders[row.lock]
        for begin, end in off_times(scene.frame, holders.name):
            _draw_off(painter, scene, row, begin, end)
        tip = min(round(scene.frame.run.now * NS), scale.end) // scale.per_column
        key = (cache, scale, row.height, tip, self._known)
        kept = self._kept.get(holders.object)
        if kept is None or kept[0] != key or kept[1] is not holders:
            kept = self._kept[holders.object] = (key, holders, *self._make(scene, row, holders))
        painter.drawImage(QPointF(scale.left, 0), kept[2])
        for first, after, thread in kept[3]:
            box = QRectF(scale.left + first / scale.ratio, 0, (after - first) / scale.ratio - 1, row.height)
            write(painter, cache.key, cache.theme.colours.ink, box, self._badges.get(thread, ""), flags=_CENTRE)

    def _make(self, scene: PaintScene, row: TimelineRow, holders: Holders) -> tuple[QImage, list[tuple[int, int, int]]]:
        """The picture of a row, and where badges stand in it: first column, column after, thread."""
        scale = scene.scale
        now = round(scene.frame.run.now * NS)
        pieces = holder_columns(holders, now, scale.start, scale.end, scale.columns)
        codes = lock_codes(pieces, scale.columns, self._slots)
        picture = scene.cache.lock_sheet(row.height).picture(codes, np.arange(scale.columns))
        first, after = edges(pieces)
        first, after = np.maximum(first, 0), np.minimum(after, scale.columns)
        room = scene.cache.theme.px(11) * scale.ratio
        wide = np.flatnonzero((after - first > room) & (pieces.object > 0) & ~pieces.merged)
        rows = zip(first[wide].tolist(), after[wide].tolist(), pieces.object[wide].tolist(), strict=True)
        return picture, list(rows)


def _draw_off(painter: QPainter, scene: PaintScene, row: TimelineRow, begin: float, end: float) -> None:
    """The dotted line of a lock that lets everybody in, with the words in its middle."""
    scale, cache = scene.scale, scene.cache
    x0, x1 = max(scale.x(begin), scale.left), min(scale.x(end), scale.left + scale.width)
    if x1 - x0 < 4:
        return
    y = row.height // 2
    pen = QPen(QColor(cache.theme.colours.faint), 2, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([1, 3])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    # Anchored to the beginning in time, else the dots would run while the view moves.
    pen.setDashOffset(((x0 - scale.x(begin)) / 2) % 4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(pen)
    painter.drawLine(QPointF(x0, y), QPointF(x1 - 2, y))
    words = QCoreApplication.translate("timeline", "switched off")
    room = cache.width(cache.small, words) + cache.theme.px(16)
    if room + 24 < x1 - x0:
        box = QRectF(round((x0 + x1 - room) / 2), 0, room, row.height)
        painter.fillRect(box.adjusted(0, 2, 0, -2), QColor(cache.theme.colours.panel))
        write(painter, cache.small, cache.theme.colours.muted, box, words, flags=_CENTRE)


def draw_lock_name(painter: QPainter, scene: PaintScene, row: TimelineRow) -> None:
    """The sign of a lock and its name, kept until it changes."""
    holders = scene.frame.recording.holders[row.lock]
    name, size = holders.name, (scene.scale.left, row.height)
    painter.drawPixmap(0, 0, scene.cache.kept(("lock", name, size), size, lambda inner: _draw_name(inner, scene, row)))
    if holders.object == scene.frame.view.thing:
        mark_chosen(painter, scene.cache.theme, row.height)


def _draw_name(painter: QPainter, scene: PaintScene, row: TimelineRow) -> None:
    cache, theme, font = scene.cache, scene.cache.theme, scene.cache.lock_name
    left, side = theme.pixels.padding, min(theme.pixels.badge, row.height - 4)
    draw_padlock(painter, theme.colours.muted, QRectF(left, (row.height - side) / 2, side, side))
    x = left + theme.pixels.badge + theme.px(8)
    box = QRectF(x, 0, scene.scale.left - x - 6, row.height)
    name = scene.frame.recording.holders[row.lock].name
    write(painter, font, theme.colours.text, box, cache.elided(font, name, box.width()))
