"""The card beside the mouse: which thread did what, from when to when, at which line."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from engine.frame import Frame, Holders, Lane, Part, State, Times
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.places import file_in, line_in_file
from engine.words import states as words
from engine.words.catalogue import in_file
from engine.words.reasons import death
from gui.plots.common.labels import write
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import NS, duration, moment
from gui.plots.timeline.cpu_fill import share_at
from gui.plots.timeline.state_labels import end_word, lane_name, span_at, thing_name
from gui.view_state.shown_file import text_that_ran
from gui.widgets.drawing import badge_width, draw_badge, draw_letter


@lazy_dataclass(frozen=True)
class Hint:
    """What the card says. `thread` is 0 when nobody holds a lock."""

    thread: int
    name: str
    state: State | None  # None: it is no state of a thread
    what: str
    when: str
    where: str
    badge: str = ""
    more: tuple[str, ...] = ()  # the task, the processor time received

    @property
    def rest(self) -> list[str]:
        """The small lines below what it says first."""
        return [text for text in (*self.more, self.when, self.where[:60]) if text]


def lane_hint(frame: Frame, lane: Lane, seconds: float, per_pixel: float) -> Hint | None:
    """What a thread did at a time in seconds; None where it was not there yet."""
    index = span_at(lane, seconds)
    if index < 0 or seconds > frame.run.now:
        return None
    spans = lane.spans
    state = State(int(spans.states[index]))
    if state is State.ABSENT:
        return None
    name = thing_name(frame, state, int(spans.objects[index]))
    word = words.state(state)
    if state is State.DIED and lane.error is not None:
        word = death(lane.error)
    elif said := end_word(frame, lane, seconds):
        word, name = said, ""
    place = int(spans.places[index])
    line, file = line_in_file(place), frame.recording.files.get(file_in(place))
    if state is State.DIED and lane.error_line:
        line, file = lane.error_line, lane.error_file
    return Hint(
        lane.id,
        _full_name(lane),
        state,
        f"{word}: {name}" if name and state is not State.WAIT_JOIN else f"{word} {name}".strip(),
        _lasting(frame, spans.starts, index, per_pixel),
        _line(frame, line, file),
        lane.badge,
    )


def name_hint(frame: Frame, lane: Lane, per_pixel: float) -> Hint:
    """The whole name of a lane, which may be cut beside its row, and what it does at the cursor, or last."""
    moment = frame.view.cursor if frame.view.cursor is not None else frame.run.now
    hint = lane_hint(frame, lane, min(moment, frame.run.now), per_pixel)
    return hint if hint is not None else Hint(lane.id, _full_name(lane), None, "", "", "", lane.badge)


def _full_name(lane: Lane) -> str:
    """With the name of its process, where that is not the program's own."""
    name = lane_name(lane)
    words = QCoreApplication.translate("timeline", "in")
    return f"{name}  {words} {lane.process}" if lane.process and lane.process != name else name


def task_words(frame: Frame, number: int) -> str:
    """Of a task: its name, how long it took, whether it failed."""
    tasks, translate = frame.recording.tasks, QCoreApplication.translate
    name = tasks.names.get(int(tasks.ids[number]), "")
    begin, end = int(tasks.starts[number]), int(tasks.ends[number])
    took = duration(((end if end >= 0 else round(frame.run.now * NS)) - begin) / NS)
    how = "" if end >= 0 else translate("timeline", "so far")
    how = translate("timeline", "failed") if tasks.failed[number] else how
    return "  \u00b7  ".join(part for part in (f"{translate('timeline', 'task')} {name}".strip(), took, how) if part)


def cpu_words(lane: Lane, seconds: float) -> str:
    """How much of a core a lane received about a time, while it had work; "" where that is not known."""
    share = share_at(lane, round(seconds * NS))
    words = QCoreApplication.translate("timeline", "processor time")
    return f"{words}  {share:.0%}" if share is not None else ""


def part_hint(frame: Frame, part: Part, title: str) -> Hint:
    """What a bracket stands for."""
    translate = QCoreApplication.translate
    end = part.end if part.end is not None else frame.run.now
    said = [translate("timeline", "so far")] if part.end is None else []
    if part.limit is not None:
        said.append(f"{translate('timeline', 'cannot be faster than')} {duration(part.limit)}")
    if part.speed is None:
        said.append(translate("timeline", "the speed was changed meanwhile"))
    elif part.speed != 1.0:
        said.append(f"{translate('timeline', 'speed')} {part.speed:g}x")
    lane = next((lane for lane in frame.recording.lanes if lane.id == part.lane), None)
    when = _when(part.start, end, max(end - part.start, 1e-6) / 100)
    what = part.error or "  \u00b7  ".join(said)
    return Hint(part.lane, title, None, what, when, "", lane.badge if lane is not None else "")


def lock_hint(frame: Frame, holders: Holders, seconds: float, per_pixel: float) -> Hint | None:
    """Who held a lock at a time in seconds; None when nobody did."""
    index = int(holders.starts.searchsorted(round(seconds * NS), "right")) - 1
    if index < 0 or seconds > frame.run.now or not holders.threads[index]:
        return None
    thread = int(holders.threads[index])
    lane = next((lane for lane in frame.recording.lanes if lane.id == thread), None)
    name, badge = (_full_name(lane), lane.badge) if lane is not None else ("", "")
    what = f"{QCoreApplication.translate('timeline', 'holds')} {holders.name}"
    return Hint(thread, name, State.HOLDING, what, _lasting(frame, holders.starts, index, per_pixel), "", badge)


def _lasting(frame: Frame, starts: Times, index: int, per_pixel: float) -> str:
    """From when to when one of several that follow one another lasted, the last one so far."""
    end = int(starts[index + 1]) / NS if index + 1 < len(starts) else frame.run.now
    return _when(int(starts[index]) / NS, end, per_pixel)


def _when(begin: float, end: float, per_pixel: float) -> str:
    finest = min(per_pixel, max(end - begin, 1e-6) / 10)
    first = moment(begin, finest).removesuffix(" s")
    return f"{first} \u2013 {moment(end, finest)}  \u00b7  {duration(end - begin)}"


def _line(frame: Frame, line: int, file: str | None) -> str:
    """Such as "line 12 of helper.py   with guard:"; "" where nobody knows in which file."""
    if not line or file is None:
        return ""
    text = "".join(text_that_ran(frame, file).splitlines()[line - 1 : line]).strip()
    return f"{QCoreApplication.translate('timeline', 'line')} {in_file(line, file)}   {text}"


class HoverCard(QWidget):
    """Paints a hint; never takes the mouse from the timeline below it.

    It belongs to the window, so that below a low timeline there is room for it beside what it speaks of.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._over = parent
        parent.installEventFilter(self)
        self._cache: PaintCache | None = None
        self.hint: Hint | None = None
        self.hide()

    def tell(self, cache: PaintCache, hint: Hint | None, mouse: QPoint) -> None:
        """Shows the hint beside the mouse, inside the window; None hides the card."""
        if hint is None:
            self.hint = None
            self.hide()
            return
        if (hint, cache) != (self.hint, self._cache):
            self.hint, self._cache = hint, cache
            self.setAccessibleDescription(f"{hint.name}, {hint.what}, {hint.when}, {hint.where}")
            self.resize(_wanted(cache, hint))
            self.update()
        window = self._over.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        at = self._over.mapTo(window, mouse)
        self.move(place(self.size(), window.size(), at, cache.theme.pixels.lane))
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Goes when the timeline goes: it is no child of it."""
        if event.type() is QEvent.Type.Hide:
            self.hide()
        return super().eventFilter(watched, event)

    def paintEvent(self, _: QPaintEvent) -> None:
        cache, hint = self._cache, self.hint
        if cache is None or hint is None:
            return
        theme, colours, px = cache.theme, cache.theme.colours, cache.theme.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.line2), 1))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        line, side, left = px(20), theme.pixels.badge, px(12)
        box = QRectF(left, px(8), self.width() - 2 * left, line)
        wide = badge_width(hint.badge, side)
        if hint.badge:
            draw_badge(painter, theme, hint.badge, QRectF(left, box.center().y() - side / 2, wide, side))
        write(painter, cache.name, colours.text, box.adjusted(wide + 8, 0, 0, 0), hint.name)
        if hint.what:
            box.translate(0, line)
            if hint.state is not None:
                centre = box.topLeft() + QRectF(0, 0, cache.side, box.height()).center()
                draw_letter(painter, theme, hint.state, centre)
            room = box.adjusted(cache.side + 8 if hint.state is not None else 0, 0, 0, 0)
            write(painter, cache.word, colours.lost_text if hint.state is State.DIED else colours.text, room, hint.what)
        for text in hint.rest:
            box.translate(0, line)
            write(painter, cache.small, colours.muted, box, text)
        painter.end()


def place(card: QSize, room: QSize, mouse: QPoint, row: int) -> QPoint:
    """The upper left corner of a card beside the mouse: below the row of this height that it speaks of, else above it.

    Where neither has room it goes to the side that has more, and is as far away as there is room.
    """
    x = mouse.x() + 16 if mouse.x() + 16 + card.width() < room.width() else mouse.x() - 12 - card.width()
    below, above = mouse.y() + row, mouse.y() - row - card.height()
    lowest = max(0, room.height() - card.height())
    if below > lowest and above < 0:
        y = lowest if room.height() - mouse.y() > mouse.y() else 0
    else:
        y = below if below <= lowest else above
    return QPoint(max(0, x), y)


def _wanted(cache: PaintCache, hint: Hint) -> QSize:
    """The size of a card that says this."""
    first = badge_width(hint.badge, cache.theme.pixels.badge) + 8 + cache.width(cache.name, hint.name)
    second = cache.side + 8 + cache.width(cache.word, hint.what)
    rest = [cache.width(cache.small, text) for text in hint.rest]
    count = 1 + bool(hint.what) + len(rest)
    px = cache.theme.px
    return QSize(round(max(first, second, *rest)) + px(28), count * px(20) + px(16))
