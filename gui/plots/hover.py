"""The card beside the mouse: which thread did what, from when to when, at which line."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from engine.frame import Frame, Holders, Lane, State
from gui.drawing import draw_badge, draw_letter
from gui.plots.inks import Inks
from gui.plots.scale import NS, duration, moment
from gui.plots.words import span_at, thing_name


@dataclass(frozen=True)
class Hint:
    """What the card says. `thread` is 0 when nobody holds a lock."""

    thread: int
    name: str
    state: State
    what: str
    when: str
    where: str


def lane_hint(inks: Inks, frame: Frame, lane: Lane, seconds: float, per_pixel: float) -> Hint | None:
    """What a thread did at a time in seconds; None where it was not there yet."""
    index = span_at(lane, seconds)
    if index < 0 or seconds > frame.now:
        return None
    spans = lane.spans
    state = State(int(spans.states[index]))
    if state is State.ABSENT:
        return None
    begin = int(spans.starts[index]) / NS
    end = int(spans.starts[index + 1]) / NS if index + 1 < len(spans) else frame.now
    name = thing_name(frame, state, int(spans.objects[index]))
    word = inks.theme.looks[state].word
    if state is State.DIED and lane.error:
        word = lane.error
    line = lane.error_line if state is State.DIED and lane.error_line else int(spans.places[index]) & 0xFFFFF
    return Hint(
        lane.id,
        lane.name,
        state,
        f"{word}: {name}" if name and state is not State.WAIT_JOIN else f"{word} {name}".strip(),
        _when(begin, end, per_pixel),
        _line(frame, line),
    )


def lock_hint(frame: Frame, holders: Holders, seconds: float, per_pixel: float) -> Hint | None:
    """Who held a lock at a time in seconds; None when nobody did."""
    index = int(holders.starts.searchsorted(round(seconds * NS), "right")) - 1
    if index < 0 or seconds > frame.now or not holders.threads[index]:
        return None
    begin = int(holders.starts[index]) / NS
    end = int(holders.starts[index + 1]) / NS if index + 1 < len(holders.starts) else frame.now
    thread = int(holders.threads[index])
    name = next((lane.name for lane in frame.lanes if lane.id == thread), "")
    words = QCoreApplication.translate("timeline", "holds")
    return Hint(thread, name, State.HOLDING, f"{words} {holders.name}", _when(begin, end, per_pixel), "")


def _when(begin: float, end: float, per_pixel: float) -> str:
    finest = min(per_pixel, max(end - begin, 1e-6) / 10)
    first = moment(begin, finest).removesuffix(" s")
    return f"{first} \u2013 {moment(end, finest)}  \u00b7  {duration(end - begin)}"


def _line(frame: Frame, line: int) -> str:
    if not line:
        return ""
    lines = frame.text.splitlines()
    words = QCoreApplication.translate("timeline", "line")
    text = lines[line - 1].strip() if line <= len(lines) else ""
    return f"{words} {line}   {text}"


class HoverCard(QWidget):
    """Paints a hint; never takes the mouse from the timeline below it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._inks: Inks | None = None
        self.hint: Hint | None = None
        self.hide()

    def tell(self, inks: Inks, hint: Hint | None, mouse: QPoint) -> None:
        """Shows the hint beside the mouse, inside the parent; None hides the card."""
        if hint is None:
            self.hint = None
            self.hide()
            return
        if (hint, inks) != (self.hint, self._inks):
            self.hint, self._inks = hint, inks
            self.setAccessibleDescription(f"{hint.name}, {hint.what}, {hint.when}, {hint.where}")
            self.resize(self._wanted())
            self.update()
        self.move(self._beside(mouse))
        self.show()
        self.raise_()

    def _wanted(self) -> QSize:
        inks, hint = self._inks, self.hint
        assert inks is not None
        assert hint is not None
        line = inks.theme.px(20)
        first = inks.theme.px(inks.theme.measures.badge) + 8 + inks.width(inks.name, hint.name)
        second = inks.side + 8 + inks.width(inks.word, hint.what)
        rest = max(inks.width(inks.small, hint.when), inks.width(inks.small, hint.where[:60]))
        count = 4 if hint.where else 3
        return QSize(round(max(first, second, rest)) + inks.theme.px(28), count * line + inks.theme.px(16))

    def _beside(self, mouse: QPoint) -> QPoint:
        parent = self.parentWidget()
        assert parent is not None
        room = parent.rect()
        x = mouse.x() + 16 if mouse.x() + 16 + self.width() < room.width() else mouse.x() - 12 - self.width()
        y = min(max(mouse.y() + 12, 0), max(0, room.height() - self.height()))
        return QPoint(max(0, x), y)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draws the card."""
        inks, hint = self._inks, self.hint
        if inks is None or hint is None:
            return
        colours, px = inks.theme.colours, inks.theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.line2), 1))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        line, side, left = px(20), px(inks.theme.measures.badge), px(12)
        box = QRectF(left, px(8), self.width() - 2 * left, line)
        draw_badge(painter, inks.theme, hint.thread, QRectF(left, box.center().y() - side / 2, side, side))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(colours.text))
        painter.setFont(inks.name)
        painter.drawText(box.adjusted(side + 8, 0, 0, 0), middle, hint.name)
        box.translate(0, line)
        draw_letter(painter, inks.theme, hint.state, box.topLeft() + QRectF(0, 0, inks.side, line).center())
        painter.setPen(QColor(colours.lost_text if hint.state is State.DIED else colours.text))
        painter.setFont(inks.word)
        painter.drawText(box.adjusted(inks.side + 8, 0, 0, 0), middle, hint.what)
        painter.setFont(inks.small)
        painter.setPen(QColor(colours.muted))
        for text in (hint.when, hint.where[:60]):
            box.translate(0, line)
            painter.drawText(box, middle, text)
        painter.end()
