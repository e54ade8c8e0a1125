"""What the presenter marked: its shade over the lanes, and the card with the figures of it."""

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from engine.analysis.interval import Interval, LaneInterval, interval, spans_within
from engine.frame import Frame, State
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.words.states import state as state_word
from gui.plots.common.labels import write
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import NS, Scale, duration, moment
from gui.plots.timeline.state_labels import lane_name
from gui.widgets.drawing import badge_width, draw_badge
from gui.widgets.legend_symbols import draw_sign

SHADE = 0.22  # how much of the accent lies over the lanes
MANY = 300_000  # spans: more than that are looked at when the mouse is let go, so that it does not lag
LITTLE = 0.01  # of the interval: a state that nobody was in for longer goes first where room is short
_GAP = 14  # pixels between two columns


@lazy_dataclass(frozen=True)
class Row:
    """One lane in the card: its figures stand in the order of the columns."""

    badge: str
    name: str
    figures: tuple[str, ...]


@lazy_dataclass(frozen=True)
class Table:
    """What the card says. The columns are states, then waits, then losses where there are any."""

    title: str
    states: tuple[State, ...]
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    shares: tuple[float, ...]  # of each state: the largest part of the interval that a lane has spent in it

    @property
    def text(self) -> str:
        """The same to be pasted into a table or a letter."""
        words = QCoreApplication.translate("timeline", "thread")
        lines = ["\t".join((words, *self.heads)), *("\t".join((row.name, *row.figures)) for row in self.rows)]
        return "\n".join([self.title, *lines]) + "\n"


def table(frame: Frame, found: Interval) -> Table:
    """The figures of an interval in words."""
    begin, end = found.start / NS, found.end / NS
    finest = max(end - begin, 1e-6) / 200
    length = duration(end - begin)
    title = f"{length}  \u00b7  {moment(begin, finest).removesuffix(' s')} \u2013 {moment(end, finest)}"
    states, lost = found.states, any(lane.losses for lane in found.lanes)
    heads = [*map(state_word, states), QCoreApplication.translate("timeline", "waits")]
    if lost:
        heads.append(QCoreApplication.translate("timeline", "lost"))
    rows = tuple(_row(frame, lane, states, lost) for lane in found.lanes)
    length_ns = max(1, found.end - found.start)
    shares = tuple(max(lane.times.get(state, 0) for lane in found.lanes) / length_ns for state in states)
    return Table(title, states, tuple(heads), rows, shares)


def _row(frame: Frame, found: LaneInterval, states: tuple[State, ...], lost: bool) -> Row:
    lane = frame.recording.lanes[found.lane]
    figures = [duration(found.times[state] / NS) if state in found.times else "" for state in states]
    figures.append(str(found.waits) if found.waits else "")
    if lost:
        figures.append(f"\u2212{found.losses}" if found.losses else "")
    return Row(lane.badge, lane_name(lane), tuple(figures))


def draw_marked(painter: QPainter, cache: PaintCache, scale: Scale, marked: tuple[float, float], box: QRectF) -> None:
    """The shade of an interval over a box, with a line at both of its ends."""
    accent = QColor(cache.theme.colours.accent)
    left, right = (min(max(scale.x(time), box.left()), box.right()) for time in marked)
    painter.setPen(QPen(accent, 1))
    for x, time in ((left, marked[0]), (right, marked[1])):
        if scale.start <= time * NS <= scale.end:
            painter.drawLine(QPointF(round(x) + 0.5, box.top()), QPointF(round(x) + 0.5, box.bottom()))
    accent.setAlphaF(SHADE)
    painter.fillRect(QRectF(left, box.top(), max(right - left, 1.0), box.height()), accent)


class MarkedCard(QWidget):
    """The figures beside what is marked; never takes the mouse from the timeline below it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(QCoreApplication.translate("timeline", "What is marked"))
        self._cache: PaintCache | None = None
        self._made_of: tuple[object, ...] = ()
        self._layout: CardLayout | None = None
        self._key: tuple[object, ...] = ()  # what the layout was made for
        self.table: Table | None = None
        self.hide()

    def show_frame(self, frame: Frame, *, moving: bool) -> None:
        """Works out the figures where something in them has changed; `moving`: the mouse still makes the interval."""
        marked = frame.view.marked
        if marked is None:
            if self.table is not None:
                self.table, self._made_of = None, ()
                self.hide()
            return
        begin, end, now = (round(time * NS) for time in (*marked, frame.run.now))
        lanes = id(frame.recording.lanes) if now < end else 0  # what lies behind does not change any more
        lengthy = moving and spans_within(frame.recording, begin, end) > MANY
        made_of = (marked, min(end, now), frame.run.number, frame.run.phase, lanes, lengthy)
        if made_of != self._made_of or self.table is None:
            self._made_of, self._key = made_of, ()
            found = Interval(begin, min(end, now), ()) if lengthy else interval(frame.recording, begin, end, now)
            self.table = table(frame, found)
            self.setAccessibleDescription(self.table.text)
            self.update()

    def place(self, cache: PaintCache, scale: Scale, marked: tuple[float, float], room: QRectF, top: float) -> None:
        """Puts the card beside the interval, inside of `room`, from `top` on where that is high enough."""
        if self.table is None:
            return
        before = min(scale.x(marked[0]) - 10, room.right())
        behind = max(scale.x(marked[1]) + 10, room.left())
        beside = QSizeF(max(before - room.left(), room.right() - behind), room.height())
        key = (cache, beside, room.size())
        if key != self._key or self._layout is None:
            self._key, self._cache = key, cache
            self._layout = fitting(cache, self.table, beside, room.size())
            self.update()
        size = self._layout.size
        x = behind if behind + size.width() <= room.right() else max(before - size.width(), room.left())
        if self.size() != size:
            self.resize(size)
        x, y = min(x, room.right() - size.width()), min(top, room.bottom() - size.height())
        self.move(round(x), round(max(room.top(), y)))
        self.show()
        self.raise_()

    def paintEvent(self, _: QPaintEvent) -> None:
        cache, layout = self._cache, self._layout
        if cache is None or layout is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(cache.theme.colours.line2), 1))
        painter.setBrush(QColor(cache.theme.colours.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        layout.draw(painter)
        painter.end()


class CardLayout:
    """Where everything of a card stands: with these of the columns, with words above them or letters alone."""

    def __init__(self, cache: PaintCache, told: Table, high: float, kept: tuple[int, ...], *, worded: bool) -> None:
        px = cache.theme.px
        self._cache, self._table, self._kept, self._worded = cache, told, kept, worded
        self._line, self._edge, self._side, self._gap = px(20), px(12), px(16), px(_GAP)
        self._sign = px(26) + 6
        fit = max(1, int((high - px(16)) // self._line) - 2)
        left_out = len(told.heads) - len(kept)
        many = len(told.rows) + bool(left_out) > fit
        self._rows = told.rows[: max(0, fit - 1)] if many else told.rows
        self._more = _more(len(told.rows) - len(self._rows), left_out)
        self._names = max((self._name(row) for row in told.rows), default=0.0)
        self._widths = [self._wide(index) for index in kept]
        columns = self._names + sum(wide + self._gap for wide in self._widths)
        lines = (cache.width(cache.name, told.title), cache.width(cache.small, self._more), columns)
        count = 1 + bool(told.rows) + len(self._rows) + bool(self._more)
        self.size = QSize(round(2 * self._edge + max(lines)), count * self._line + px(16))

    def _name(self, row: Row) -> float:
        return badge_width(row.badge, self._side) + 8 + self._cache.width(self._cache.small, row.name)

    def _wide(self, index: int) -> float:
        """The width of a column."""
        cache, told = self._cache, self._table
        sign = self._sign if index < len(told.states) else 0
        word = cache.width(cache.small, told.heads[index]) if self._worded or not sign else 0.0
        return max(sign + word, *(cache.width(cache.small, row.figures[index]) for row in told.rows))

    def draw(self, painter: QPainter) -> None:
        """Title, heads, a line for each lane."""
        cache, told, colours = self._cache, self._table, self._cache.theme.colours
        y = float(cache.theme.px(8))
        write(painter, cache.name, colours.text, QRectF(self._edge, y, 4000, self._line), told.title)
        x = self._edge + self._names + self._gap
        y += self._line
        for index, wide in zip(self._kept, self._widths, strict=True):
            box = QRectF(x, y, wide, self._line)
            if index < len(told.states):
                sign = QRectF(x, y + 2, self._sign - 6, self._line - 4)
                draw_sign(painter, cache.theme, told.states[index], sign, cache.ratio)  # two states share a letter
                box.adjust(self._sign, 0, 0, 0)
            if self._worded or index >= len(told.states):
                write(painter, cache.small, colours.muted, box, told.heads[index])
            x += wide + self._gap
        for row in self._rows:
            y += self._line
            self._draw_row(painter, row, y)
        box = QRectF(self._edge, y + self._line, 4000, self._line)
        write(painter, cache.small, colours.muted, box, self._more)

    def _draw_row(self, painter: QPainter, row: Row, y: float) -> None:
        cache, colours = self._cache, self._cache.theme.colours
        badge = badge_width(row.badge, self._side)
        if row.badge:
            box = QRectF(self._edge, y + (self._line - self._side) / 2, badge, self._side)
            draw_badge(painter, cache.theme, row.badge, box)
        write(painter, cache.small, colours.text, QRectF(self._edge + badge + 8, y, 4000, self._line), row.name)
        x = self._edge + self._names + self._gap
        for index, wide in zip(self._kept, self._widths, strict=True):
            figure = row.figures[index]
            ink = colours.lost_text if figure.startswith("\u2212") else colours.text
            write(painter, cache.small, ink, QRectF(x, y, wide + self._gap, self._line), figure)
            x += wide + self._gap


def _more(lanes: int, states: int) -> str:
    """What the card leaves out."""
    translate = QCoreApplication.translate
    names = (("lane", "lanes"), ("state", "states"))
    pairs = zip((lanes, states), names, strict=True)
    parts = [f"{count} {translate('timeline', words[count > 1])}" for count, words in pairs if count]
    return f"+ {', '.join(parts)} (Ctrl+C)" if parts else ""


def fitting(cache: PaintCache, told: Table, beside: QSizeF, whole: QSizeF) -> CardLayout:
    """The card that says most of those that fit beside the interval; over it only where not even letters do.

    First words go, then states in which nobody was for a hundredth of the interval, then those in which they were
    least. Figures that are left out are copied all the same.
    """
    every, states = tuple(range(len(told.heads))), range(len(told.states))
    grave = tuple(index for index in every if index not in states or told.shares[index] >= LITTLE)
    tries = [(beside, every, True), (beside, every, False), (beside, grave, False), (whole, every, True)]
    least_first = sorted(states, key=lambda index: told.shares[index])
    for count in range(len(least_first) + 1):
        tries.append((whole, tuple(index for index in every if index not in least_first[:count]), False))
    for room, kept, worded in tries:
        layout = CardLayout(cache, told, room.height(), kept, worded=worded)
        if layout.size.width() <= room.width():
            break
    return layout
