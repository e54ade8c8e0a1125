"""The timeline's rows under the presenter's hand: mouse, wheel and keys."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import (
    QAccessible,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)

from engine.frame import Frame, Part, View
from gui.panel import Commands
from gui.plots.common.navigation import Navigation
from gui.plots.common.scale import NS, Scale
from gui.plots.timeline.flags import flag_words
from gui.plots.timeline.hover import Hint, HoverCard, cpu_words, lane_hint, lock_hint, name_hint, part_hint, task_words
from gui.plots.timeline.marked import MarkedCard, draw_marked
from gui.plots.timeline.rows import TimelineRow
from gui.plots.timeline.rows_view import RowsView
from gui.plots.timeline.scene import PaintScene
from gui.plots.timeline.spoken import timeline_words
from gui.plots.timeline.task_index import TaskIndex
from gui.theme.theme import Theme
from gui.view_state import views
from gui.widgets.spoken import tell

_DRAG = 4  # pixels a pressed mouse must move before it pans
_GRIP = 6  # pixels beside the cursor's line that still take hold of it
_WHEEL = 1.2  # zoom of one notch (120 eighths of a degree)
_PANS = {Qt.Key.Key_Left: -0.1, Qt.Key.Key_Right: 0.1}  # shares of the view's width
_PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}


class Canvas(RowsView):
    """Turns what the mouse and the keys do over the rows into pans, zooms and places of the cursor."""

    spoken_role = QAccessible.Role.Chart

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.steering = Navigation(commands, lambda: self.frame)
        self._hover = HoverCard(self)
        self._pressed: QPoint | None = None
        self._dragging = ""  # what the mouse moves: "", "view", "cursor" or "mark"
        self._marks = 0.0  # where the interval begins that the mouse marks, seconds
        self.marked = MarkedCard(self)
        self.pointed = self._point_at

    def _point_at(self, before: View) -> None:
        """The figures of what is marked; a screen reader hears where the cursor is."""
        view = self.frame.view
        if view.marked is not None or not self.marked.isHidden():
            self._show_card()
        if (view.cursor, view.thread) != (before.cursor, before.thread):
            tell(self)

    def _draw_over(self, painter: QPainter, scene: PaintScene) -> None:
        marked, places = self.frame.view.marked, self.places
        if marked is not None:
            box = QRectF(scene.scale.left, places.top, scene.scale.width, places.bottom - places.top)
            draw_marked(painter, scene.cache, scene.scale, marked, box)
        super()._draw_over(painter, scene)

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._hide_hint()  # it is measured in the letters of before

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hide_hint()  # something else lies under the resting mouse
        self._arrange()
        self._show_card()

    def _show_card(self) -> None:
        marked, places = self.frame.view.marked, self.places
        self.marked.show_frame(self.frame, moving=self._dragging == "mark")
        if marked is not None and self.cache is not None:
            scale = places.scale
            room = QRectF(self.rect()).adjusted(4, 4, -4, -4)
            self.marked.place(self.cache, scale, marked, room, places.top + 4)

    def spoken(self) -> str:
        return timeline_words(self.frame)

    def _show_hint(self) -> None:
        """Says what lies under the resting mouse, also when a frame comes."""
        mouse, scale, cache = self._mouse, self.places.scale, self.cache
        if mouse is None or cache is None or self._dragging:
            return
        part = self._part(mouse)
        if part is not None:
            hint: Hint | None = part_hint(self.frame, part, self.brackets.title(part, self.frame.run.now))
        else:
            index, inside = self.places.at(mouse.y()), mouse.x() < scale.left + scale.width
            shown = inside and index >= 0
            hint = row_hint(self.frame, self._tasks, scale, self.places.layout.row(index), mouse.x()) if shown else None
        self._hover.tell(cache, hint, mouse)

    def _part(self, point: QPoint) -> Part | None:
        """The part of the run whose bracket lies at a point."""
        high = self._theme.pixels.part
        return self.brackets.at(self.places.scale, high, point.x(), point.y(), self.frame.run.now)

    def _hide_hint(self) -> None:
        self._mouse = None
        self._hover.hint = None
        self._hover.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Takes hold of the cursor or of the view."""
        if event.button() is Qt.MouseButton.RightButton:
            self.steering.cursor(None)
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        point = event.position().toPoint()
        self._pressed, self._dragging = point, ""
        cursor = self.frame.view.cursor
        marks = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if marks and point.x() >= self.places.scale.left - _GRIP:
            self._dragging, self._marks = "mark", within(self.places.scale, point.x(), self.frame.run.now)
            self._hide_hint()
            return
        if self._part(point) is not None:
            return  # a bracket: looked at when the button is let go
        held = cursor is not None and abs(self.places.scale.x(cursor) - point.x()) <= _GRIP
        held = held or not self.places.top <= point.y() < self.places.bottom
        if held and point.x() >= self.places.scale.left - _GRIP:
            self._dragging = "cursor"
            self.steering.cursor(self.places.scale.seconds(point.x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Moves what is held; else says what lies under the mouse."""
        point = event.position().toPoint()
        if self._pressed is None:
            self._mouse = point
            self._show_hint()
            return
        if self._dragging == "cursor":
            self.steering.cursor(self.places.scale.seconds(point.x()))
            return
        if self._dragging == "mark":
            if abs(point.x() - self._pressed.x()) >= _DRAG:
                self.steering.mark((self._marks, within(self.places.scale, point.x(), self.frame.run.now)))
            return
        if not self._dragging and (point - self._pressed).manhattanLength() < _DRAG:
            return
        self._dragging = "view"
        self._hide_hint()
        moved = point - self._pressed
        self._pressed = point
        if moved.x():
            self.steering.pan(-moved.x() / self.places.scale.width)
        if moved.y() and self._bar.isVisible():
            self._bar.setValue(self._bar.value() - moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press that did not move puts the cursor there, and takes the mark away."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        moved = self._pressed is not None and abs(event.position().x() - self._pressed.x()) >= _DRAG
        if self.frame.view.marked is not None and not moved and self._dragging != "view":
            self.steering.mark(None)
        if self._pressed is not None and not self._dragging:
            x = event.position().x()
            part = self._part(event.position().toPoint())
            if part is not None:
                self.steering.look(*around(part, self.frame.run.now))
            elif x >= self.places.scale.left:
                self.steering.cursor(self.places.scale.seconds(x))
            else:
                self._choose(event.position().toPoint().y())
        self._pressed, self._dragging = None, ""
        self._show_card()

    def _choose(self, y: int) -> None:
        """A click on the name of a lane: the program shows where that thread is."""
        index = self.places.at(y)
        row = self.places.layout.row(index) if index >= 0 else None
        if row is not None and row.lock < 0:
            self.steering.choose(self.frame.recording.lanes[row.lane].id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Shows the whole run."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.steering.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms about the mouse; scrolls the rows over their names or with Shift; pans with a sideways wheel."""
        turn, at = event.angleDelta(), event.position()
        scale = self.places.scale
        event.accept()
        if turn.x() and abs(turn.x()) > abs(turn.y()):
            self.steering.pan(-turn.x() / 120 * 0.1)
        elif at.x() < scale.left or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._bar.setValue(self._bar.value() - round(turn.y() / 120 * 3 * self._bar.singleStep()))
        elif turn.y():
            self.steering.zoom(_WHEEL ** (turn.y() / 120), scale.seconds(at.x()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hide_hint()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Page Up and Down, the figures of what is marked; every other key belongs to the window."""
        if event.matches(QKeySequence.StandardKey.Copy) and self.marked.table is not None:
            QGuiApplication.clipboard().setText(self.marked.table.text)
            return
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = Qt.Key(event.key()) if plain else None
        if key in _PANS:
            self.steering.pan(_PANS[key])
        elif key in _PAGES:
            self._bar.setValue(self._bar.value() + _PAGES[key] * self._bar.pageStep())
        else:
            super().keyPressEvent(event)


def around(part: Part, now: float) -> tuple[float, float]:
    """The stretch that shows a part wholly, with a little of what is beside it."""
    end = part.end if part.end is not None else max(now, part.start)
    air = max((end - part.start) * 0.02, views.LEAST / 2)
    return max(0.0, part.start - air), end + air


def within(scale: Scale, x: float, now: float) -> float:
    """The time at x, no earlier than the begin of a run and no later than `now`, to which it has come."""
    return min(max(0.0, scale.seconds(x)), now)


def row_hint(frame: Frame, tasks: TaskIndex, scale: Scale, row: TimelineRow, x: int) -> Hint | None:
    """What a row has at x, in pixels; over its name what it is called."""
    seconds, per_pixel, over_name = scale.seconds(x), scale.per_column * scale.ratio / NS, x < scale.left
    if row.lock >= 0:
        return None if over_name else lock_hint(frame, frame.recording.holders[row.lock], seconds, per_pixel)
    lane = frame.recording.lanes[row.lane]
    if over_name:
        return name_hint(frame, lane, per_pixel)
    hint = lane_hint(frame, lane, seconds, per_pixel)
    if hint is None:
        return None
    task = tasks.at(lane.id, round(seconds * NS))
    said = task_words(frame, task) if task >= 0 else ""
    return replace(hint, more=(said, cpu_words(lane, seconds), flag_words(frame, lane.id, scale, seconds)))
