"""The rows of threads: badge and name, bars by state, letters, the cross where one died, tags of lost updates."""

from operator import is_

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPixmap, QPolygonF

from engine.analysis.decimation import Pieces, columns
from engine.frame import Lane, State
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.words.states import state_in_a_word
from gui.plots.common.labels import mark_chosen, write
from gui.plots.common.scale import NS
from gui.plots.timeline.bar_raster import Bars, edges, lane_codes
from gui.plots.timeline.cpu_fill import Work, received, shares
from gui.plots.timeline.flags import LaneLosses
from gui.plots.timeline.rows import TimelineRow
from gui.plots.timeline.scene import PaintScene
from gui.plots.timeline.state_labels import bar_word, cut_name, end_word, lane_name, state_at
from gui.plots.timeline.task_index import Shown
from gui.plots.timeline.tasks import Label, draw_cross, draw_tasks, labels
from gui.theme.theme import Hatch

_GONE = frozenset({State.ENDED, State.DIED, State.CUT, State.CREATED, State.UNJOINED})
_OVER = _GONE - {State.CREATED}
_CALM = _GONE | {State.WAIT_TASK, State.WAIT_LOOP}
# The end of a thread that was cut off, in pixels: the teeth reach so far into the bar, and are so high ...
_DEEP = _TOOTH = 5
_PAST = 2  # ... and the tear stands out so far above and below it.
_ROUNDED = 2  # columns: the last moment of a run may lie so far behind the right edge, which is a whole column
Lettered = tuple[int, int, int, int]  # a span with a letter: first column, column after, state, object


@lazy_dataclass(frozen=True)
class LaneStrip:
    """A lane's row, worked out: its picture, and the pieces that carry letters."""

    key: tuple[object, ...]
    made_of: tuple[object, ...]  # compared by identity
    lane: Lane
    bars: Bars
    picture: QImage
    letters: tuple[Lettered, ...]
    died: float | None  # x of the cross, in columns
    tasks: Shown | None
    names: tuple[Label, ...]
    work: Work


def make_strip(scene: PaintScene, row: TimelineRow, lost: LaneLosses | None, last: LaneStrip | None) -> LaneStrip:
    """A lane's row at this scale; `last` is handed back when nothing in it changed."""
    frame, scale, bars = scene.frame, scene.scale, scene.bars(row)
    lane, hidden, now = frame.recording.lanes[row.lane], frame.view.hidden, round(frame.run.now * NS)
    sampled = lane.cpu if scene.cpu else None
    made_of = (lane.spans, lane.error, sampled, frame.recording.tasks if scene.tasks.has(lane.id) else None)
    key = (scene.cache, scale, bars, hidden, min(now, scale.end) // scale.per_column, lost.tags if lost else None)
    if last is not None and last.key == key and all(map(is_, last.made_of, made_of)):
        return last
    work = last.work if last is not None else Work()
    pieces = columns(lane.spans, now, scale.start, scale.end, scale.columns)
    origin = scale.start // scale.per_column
    codes, phases = lane_codes(pieces, scale.columns, origin, hidden, lost.columns if lost else None)
    if sampled is None:
        picture = scene.cache.sheet(bars).picture(codes, phases)
    else:
        work.feed(lane.spans)
        got = received(lane, work, scale.start, scale.end, scale)
        picture = scene.cache.cpu_fill(bars).picture(codes, phases, shares(got, codes, scale))
    shown = scene.tasks.shown(lane.id, scale, _last_moment(lane, now))
    names = tuple(labels(scene, lane, bars, shown)) if shown is not None else ()
    letters, died = _lettered(pieces, scene), _cross(lane, pieces)
    return LaneStrip(key, made_of, lane, bars, picture, letters, died, shown, names, work)


def _last_moment(lane: Lane, now: int) -> int:
    """Until when a lane worked, nanoseconds: a task that its end cut short ends there."""
    spans = lane.spans
    return int(spans.starts[-1]) if len(spans) and spans.states[-1] in _OVER else now


def _lettered(pieces: Pieces, scene: PaintScene) -> tuple[Lettered, ...]:
    """The pieces wide enough for a letter, cut to the screen."""
    if not len(pieces.state):
        return ()
    scale = scene.scale
    first, after = edges(pieces)
    first, after = np.maximum(first, 0), np.minimum(after, scale.columns)
    room = scene.cache.letter_room * scale.ratio
    chosen = np.flatnonzero((after - first >= room) & ~pieces.merged & (pieces.state != State.ABSENT))
    parts = (first, after, pieces.state, pieces.object)
    rows = zip(*(part[chosen].tolist() for part in parts), strict=True)
    return tuple(row for row in rows if row[2] not in scene.frame.view.hidden)


def _cross(lane: Lane, pieces: Pieces) -> float | None:
    if lane.error is None:
        return None
    found = pieces.x0[pieces.state == State.DIED]
    return float(found[0]) if len(found) and found[0] >= 0 else None


class LanePainter:
    """Draws the rows of threads, keeping what it worked out for a row until it changes."""

    def __init__(self) -> None:
        self._run = -1
        self._strips: dict[int, LaneStrip] = {}

    def forget(self, shown: list[int]) -> None:
        """Lets go of the rows that do not show any more."""
        if len(self._strips) > 2 * len(shown) + 16:
            self._strips = {lane: self._strips[lane] for lane in shown if lane in self._strips}

    def draw(self, painter: QPainter, scene: PaintScene, row: TimelineRow, lost: LaneLosses | None) -> None:
        """One row; the painter's origin is the row's upper left corner."""
        if scene.frame.run.number != self._run:
            self._run, self._strips = scene.frame.run.number, {}
        lane, scale = scene.frame.recording.lanes[row.lane], scene.scale
        strip = self._strips[lane.id] = make_strip(scene, row, lost, self._strips.get(lane.id))
        painter.drawImage(QPointF(scale.left, 0), strip.picture)
        for piece in strip.letters:
            _draw_letter(painter, scene, strip, piece)
        if strip.tasks is not None:
            draw_tasks(painter, scene, strip.bars, strip.tasks, strip.names)
        if strip.died is not None:
            at = QPointF(scale.left + strip.died / scale.ratio, strip.bars.middle)
            draw_cross(painter, scene, at, scene.cache.theme.px(7))
        torn = _torn_at(scene, lane)
        if torn is not None:
            _draw_torn(painter, scene, strip.bars, torn)


def _draw_letter(painter: QPainter, scene: PaintScene, strip: LaneStrip, piece: Lettered) -> None:
    """The letter of a span in its middle; at its left end, with a word, for what lasts long and is no work."""
    first, after, number, thing = piece
    bars = strip.bars
    scale, cache, state = scene.scale, scene.cache, State(number)
    x0, x1 = scale.left + first / scale.ratio, scale.left + after / scale.ratio
    picture = cache.letter(state, int(x1 - x0) - 2, bars.height)
    size = picture.deviceIndependentSize()
    y = round(bars.middle - size.height() / 2)
    word = ""
    if x1 - x0 > 3 * cache.side:
        word = end_word(scene.frame, strip.lane, scale.seconds((x0 + x1) / 2))
        word = word or bar_word(scene.frame, strip.lane, state, thing)
    if not word and state not in _GONE:
        centre = round((x0 + x1 - size.width()) / 2)
        taken = [] if bars.named else [name.box for name in strip.names]
        if not any(box.left() - 1 < centre + size.width() and centre < box.right() + 1 for box in taken):
            painter.drawPixmap(QPointF(centre, y), picture)
        return
    left = x0 + cache.theme.px(14 if state is State.DIED else 5)
    if left + size.width() < x1:
        _draw_word(painter, scene, bars, QRectF(left, y, x1 - left, size.height()), (picture, state, word))


def _draw_word(
    painter: QPainter, scene: PaintScene, bars: Bars, box: QRectF, content: tuple[QPixmap, State, str], *, gap: int = 6
) -> None:
    """Letter and word at the left end of a long span, on plain ground, `gap` pixels between them."""
    picture, state, word = content
    cache, colours = scene.cache, scene.cache.theme.colours
    look, side = cache.theme.looks[state], picture.deviceIndependentSize().width()
    room = cache.width(cache.word, word) + side + 14
    if word and room <= box.width() and bars.row - bars.flags >= cache.theme.pixels.small + 2:
        ground = colours.panel if look.hatch is Hatch.LINE else look.fill
        height = min(box.height() + 4, bars.height + 2 if bars.flags else bars.row)
        painter.fillRect(QRectF(box.left() - 3, bars.middle - height / 2, room, height), QColor(ground))
        calm = colours.muted if state in _CALM else colours.text
        ink = colours.lost_text if state in (State.DIED, State.CUT) else calm
        text = QRectF(box.left() + side + gap, bars.middle - bars.row / 2, room, bars.row)
        write(painter, cache.word, ink, text, word)
    painter.drawPixmap(QPointF(round(box.left()), box.top()), picture)


def _torn_at(scene: PaintScene, lane: Lane) -> float | None:
    """The x where a lane was cut off, because it did not end by itself; None where that does not show."""
    spans = lane.spans
    if not len(spans) or spans.states[-1] != State.CUT or State.CUT in scene.frame.view.hidden:
        return None
    time, scale = int(spans.starts[-1]), scene.scale
    if not scale.start < time <= scale.end + _ROUNDED * scale.per_column:
        return None
    return min(scale.x(time / NS), scale.left + scale.width)


def _draw_torn(painter: QPainter, scene: PaintScene, bars: Bars, x: float) -> None:
    """The end of a bar, torn off with the tips of its teeth at x; before it the words, which say it nowhere else."""
    cache, colours, deep = scene.cache, scene.cache.theme.colours, _DEEP * scene.cache.theme.scale
    top, bottom = bars.top - _PAST, bars.top + bars.height + _PAST
    count = max(2, round((bottom - top) / (_TOOTH * cache.theme.scale)) // 2 * 2)
    step = (bottom - top) / count
    edge = [QPointF(x - (0 if number % 2 else deep), top + number * step) for number in range(count + 1)]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.panel))
    painter.drawPolygon(QPolygonF([*edge, QPointF(x + 1.5, bottom), QPointF(x + 1.5, top)]))
    painter.setPen(QPen(QColor(colours.lost), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(edge))
    painter.restore()
    word, picture = state_in_a_word(State.CUT), cache.letter(State.CUT, cache.side, bars.height)
    side = picture.deviceIndependentSize()
    left = round(x - deep - 2 - cache.width(cache.word, word) - side.width() - 14)
    behind = scene.scale.left + scene.scale.width - x
    if behind <= 3 * cache.side and left >= scene.scale.left:  # else they stand behind it, as for every end
        box = QRectF(left + 3, round(bars.middle - side.height() / 2), behind + x - left, side.height())
        _draw_word(painter, scene, bars, box, (picture, State.CUT, word), gap=5)


def draw_name(painter: QPainter, scene: PaintScene, row: TimelineRow) -> None:
    """Badge, name, and the word of the present state where the row is high enough; kept until one of them changes."""
    lane = scene.frame.recording.lanes[row.lane]
    state = state_at(lane, scene.frame.view.cursor)
    key = ("lane", lane.id, lane.name, lane.process, lane.badge, state, row.height, row.main, row.inner)
    size = (scene.scale.left, row.height)
    painter.drawPixmap(0, 0, scene.cache.kept(key, size, lambda inner: _draw_name(inner, scene, row, state)))
    if lane.id == scene.frame.view.thread:  # the program keeps its line in sight
        mark_chosen(painter, scene.cache.theme, row.height)


def _draw_name(painter: QPainter, scene: PaintScene, row: TimelineRow, state: State) -> None:
    cache, theme, lane = scene.cache, scene.cache.theme, scene.frame.recording.lanes[row.lane]
    left, side = theme.pixels.padding, min(theme.pixels.badge, row.height - 6)
    left += theme.px(8) if row.inner else 0
    badge = cache.badge(lane.badge, side)
    painter.drawPixmap(QPointF(left - 2, (row.height - side) // 2 - 2), badge)
    line, small = theme.pixels.lane_name * 1.3, theme.pixels.small * 1.3
    x = left + badge.deviceIndependentSize().width() - 4 + theme.px(7)
    box = QRectF(x, 0, scene.scale.left - x - 4, row.height)
    if row.height >= line + small + 4 and not row.main and state is not State.ABSENT:
        box = QRectF(x, row.height / 2 - (line + small) / 2, box.width(), line)
        ink = theme.colours.lost_text if state is State.DIED else theme.colours.muted
        write(painter, cache.small, ink, QRectF(x, box.bottom(), box.width(), small), state_in_a_word(state))
    name = lane_name(lane)
    font = cache.name if cache.width(cache.name, name) <= box.width() else cache.word
    measured = QFontMetricsF(font)  # not through the cache: names are cut once, and each try would be kept there
    said = cut_name(name, lambda text: measured.horizontalAdvance(text) <= box.width())
    write(painter, font, theme.colours.text, box, said)
