"""The drawn part of the timeline: rows of threads and locks over one time axis.

A plain widget with a painter, not a plot of pyqtgraph: rows are put together as pictures (`strips`), which a scene
of items would only copy once more, and letters, names and labels stay on whole pixels. It shares the view with the
plots through `Frame.view`.
"""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QWidget

from engine.frame import Frame, Phase, Switch, View
from gui.plots.common.scale import NS, scale_of
from gui.plots.timeline import flags, lanes, locks, overlays
from gui.plots.timeline.brackets import Brackets
from gui.plots.timeline.expected import Expectation, FlagRoom
from gui.plots.timeline.rows import EMPTY, NOWHERE, Geometry, Sorter, TimelineRow, arrange
from gui.plots.timeline.scene import PaintScene, RowCache
from gui.plots.timeline.task_index import TaskIndex
from gui.theme import theme as themes
from gui.theme.theme import Theme
from gui.widgets.legend_symbols import CPU, LETS_IN, LOST, Mark


class RowsView(QWidget):
    """Draws the rows of a frame, those that show; `Canvas` adds mouse and keys."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(QCoreApplication.translate("timeline", "Timeline of threads and locks"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.frame = Frame()
        self.left_out: frozenset[Mark] = frozenset()  # which of LOST, LETS_IN and CPU are not drawn
        self._theme = themes.make("dark", compact=False)
        self.cache: RowCache | None = None
        self._mouse: QPoint | None = None  # where it rests
        # The presenter points at a moment, a thread or an interval; told what was shown before.
        self.pointed: Callable[[View], None] = lambda _before: None
        self.places = NOWHERE  # where everything stands
        self._arranged: tuple[object, ...] = ()  # what the layout was made for
        self._layout = EMPTY
        self._drawn: tuple[object, ...] = ()
        self._then: tuple[int, tuple[Switch, ...]] = (-1, ())  # a run, and its switches while it ran
        self._lanes, self._locks = lanes.LanePainter(), locks.LockPainter()
        self._sorter, self._tasks, self.brackets = Sorter(), TaskIndex(), Brackets()
        self.expectation, self._flag_room = Expectation(), FlagRoom()
        self._bar = _scroll_bar(self, QCoreApplication.translate("timeline", "Scroll threads"))
        self._lock_bar = _scroll_bar(self, QCoreApplication.translate("timeline", "Scroll locks"))
        self._make_room()

    # what is shown

    def apply_theme(self, theme: Theme) -> None:
        self._theme, self.cache, self._drawn = theme, None, ()
        self._make_room()
        for bar in (self._bar, self._lock_bar):
            bar.setStyleSheet(_bar_style(theme))
        self.setMinimumHeight(theme.px(theme.measures.lane_top + 2 * theme.measures.lane_lock + theme.measures.axis))
        self.updateGeometry()
        self.update()

    def show_frame(self, frame: Frame) -> None:
        """Shows this frame; paints only if something that shows has changed."""
        told, before, seen = frame.recording, self.frame.recording, self.frame.view
        again = frame.run.number == self.frame.run.number and frame.program.scenario == self.frame.program.scenario
        more = (len(told.lanes), len(told.holders)) != (len(before.lanes), len(before.holders))
        self.frame = self._as_it_was(frame)
        if told.tasks is not before.tasks or not again:
            self._tasks.feed(told.tasks, frame.run.number)
        if more or not again:
            self._locks.meet(frame)
        if more or not again or told.losses is not before.losses or told.marks is not before.marks:
            self._flag_room.feed(frame, loses=bool(self.expectation.scenario.counted_by))
        parts = told.parts is not before.parts or not again
        if parts:
            self.brackets.meet(frame)
        if more or parts:
            processes = len(self._sorter.feed(self.frame).begins)
            self.brackets.rows = self.expectation.feed(frame, processes, self.brackets.asked).brackets
            self._make_room()
        self._hold_still()
        if (frame.view.thread, frame.view.thing) != (seen.thread, seen.thing):
            _bring_into_sight(self.frame, self.places, self._bar, self._lock_bar)
            self._arrange()
        signature = self._signature()
        if signature != self._drawn:
            self._drawn = signature
            self.update()
        if self._mouse is not None:
            self._show_hint()
        view = frame.view
        pointed = (view.cursor, view.thread, view.marked) != (seen.cursor, seen.thread, seen.marked)
        if pointed or view.marked is not None:
            self.pointed(seen)

    def _show_hint(self) -> None:
        """Says what lies under the mouse."""

    def _make_room(self) -> None:
        """Pixels above the rows, the same from before the run to its end: brackets, labels of flips."""
        pixels = self._theme.pixels
        label = overlays.flip_room(self._theme) * self.expectation.now.flips
        self._above = self.brackets.height(pixels.part, pixels.lane_top, label)

    def _as_it_was(self, frame: Frame) -> Frame:
        """After a run, its switches as they were: what is flipped then concerns the next one."""
        if frame.run.phase is not Phase.ENDED:
            self._then = (frame.run.number, frame.program.switches)
        elif self._then[0] == frame.run.number:
            return replace(frame, program=replace(frame.program, switches=self._then[1]))
        return frame

    def _signature(self) -> tuple[object, ...]:
        """All that the picture depends on; objects of a frame stand for themselves, they never change."""
        frame, scale = self.frame, self.places.scale
        rows, told = self.places.rows, frame.recording
        shown = tuple(id(told.lanes[row.lane]) if row.lock < 0 else id(told.holders[row.lock]) for row in rows)
        tip = min(round(frame.run.now * NS), scale.end) // scale.per_column
        return (
            shown, self.places, tip, id(told.losses), len(told.flips), told.flips[-1:], frame.program.switches,
            frame.view.cursor, frame.view.hidden, frame.run.number, frame.run.phase, self.left_out, id(told.tasks),
            id(told.parts), id(told.marks), frame.view.thread, frame.view.thing, frame.view.marked,
        )  # fmt: skip

    def _hold_still(self) -> None:
        """Arranges the rows; where they are scrolled, the uppermost stays where it is when others appear above it."""
        layout, scroll = self.places.layout, self.places.scroll
        top = layout.at(scroll) if scroll else -1
        before = layout.row(top) if 0 <= top < layout.lanes else None
        self._arrange()
        if before is not None and before.lane < self.places.layout.lanes:
            moved = self.places.layout.of_lane(before.lane).y - before.y
            if moved and self.places.layout.other == before.height:
                self._bar.setValue(scroll + moved)

    def _arrange(self) -> None:
        """Works out where everything stands at the present size."""
        pixels, recording = self._theme.pixels, self.frame.recording
        top, bottom = self._above, self.height() - pixels.axis
        order, locks, room = self._sorter.feed(self.frame), len(recording.holders), max(1, bottom - top)
        wanted = (self._theme, order, locks, room, self.expectation.now)
        if wanted != self._arranged:
            self._arranged, self._layout = wanted, arrange(*wanted)
        layout = self._layout
        _set_bar(self._bar, QRect(self.width() - 12, top, 11, room - layout.pinned), layout.total, layout.other)
        pinned = QRect(self.width() - 12, bottom - layout.pinned, 11, layout.pinned)
        _set_bar(self._lock_bar, pinned, locks * layout.lock, layout.lock)
        scale = scale_of(self.frame.view, pixels, self.width(), self.devicePixelRatioF())
        places = Geometry(layout, scale, top, top + room, self._bar.value(), self._lock_bar.value())
        if places != self.places:
            self.places = places

    def sizeHint(self) -> QSize:
        """The measure of the design; the room that there is decides."""
        return QSize(self._theme.px(600), self._theme.pixels.timeline)

    def event(self, event: QEvent) -> bool:
        """Where locks are scrolled, the wheel over their names, or with Shift, scrolls them and not the lanes."""
        if isinstance(event, QWheelEvent) and self._lock_bar.isVisible():
            at, held = event.position(), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            if self.places.locks <= at.y() < self.places.bottom and (at.x() < self.places.scale.left or held):
                step = round(event.angleDelta().y() / 120 * self._lock_bar.singleStep())
                self._lock_bar.setValue(self._lock_bar.value() - step)
                event.accept()
                return True
        return super().event(event)

    # painting

    def scene(self) -> PaintScene:
        """What is painted, and with what."""
        ratio = self.devicePixelRatioF()
        if self.cache is None or self.cache.ratio != ratio:
            self.cache = RowCache(self._theme, ratio)
        cpu = CPU not in self.left_out
        return PaintScene(self.frame, self.cache, self.places.scale, self._tasks, cpu, self._flag_room)

    def paintEvent(self, _: QPaintEvent) -> None:
        self._arrange()
        top, bottom = self.places.top, self.places.bottom
        scene = self.scene()
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(self._theme.colours.panel))
            overlays.draw_grid(painter, scene, top, bottom)
            self.brackets.draw(painter, scene)
            self._draw_rows(painter, scene)
            self._draw_over(painter, scene)
        finally:
            painter.end()  # a painter left open by an exception takes the process down

    def _draw_rows(self, painter: QPainter, scene: PaintScene) -> None:
        places, width = self.places, self.width()
        if not places.layout.lanes and not places.layout.locks:
            box = QRectF(scene.scale.left, places.top, width - scene.scale.left, places.locks - places.top)
            overlays.draw_note(painter, scene.cache, box, self._note())
        for rows, top, bottom, draw in (
            (places.lane_rows, places.top, places.locks, self._draw_lanes),
            (places.lock_rows, places.locks, places.bottom, self._draw_locks),
        ):
            painter.save()
            painter.setClipRect(QRectF(0, top, width, bottom - top + 1))
            if rows:
                painter.translate(0, places.y(rows[0]) - rows[0].y)
                overlays.draw_rules(painter, scene, rows, width)
                draw(painter, scene, rows)
            painter.restore()
        if places.layout.pinned:
            overlays.draw_line(painter, scene, places.locks, width)

    def _draw_lanes(self, painter: QPainter, scene: PaintScene, rows: list[TimelineRow]) -> None:
        shown = [self.frame.recording.lanes[row.lane].id for row in rows]
        lost = flags.losses_shown(scene, rows) if LOST not in self.left_out else {}
        for row, lane in zip(rows, shown, strict=True):
            painter.save()
            painter.translate(0, row.y)
            lanes.draw_name(painter, scene, row)
            self._lanes.draw(painter, scene, row, lost.get(lane))
            painter.restore()
            if lane in lost:
                flags.draw_tags(painter, scene, row, lost[lane])
        self._lanes.forget(shown)
        flags.draw_flags(painter, scene, rows)
        if LETS_IN not in self.left_out:
            overlays.draw_arrows(painter, scene, self.places.layout, locks.hand_overs(self.frame))

    def _draw_locks(self, painter: QPainter, scene: PaintScene, rows: list[TimelineRow]) -> None:
        for row in rows:
            painter.save()
            painter.translate(0, row.y)
            locks.draw_lock_name(painter, scene, row)
            self._locks.draw(painter, scene, row)
            painter.restore()

    def _draw_over(self, painter: QPainter, scene: PaintScene) -> None:
        top, bottom = self.places.top, self.places.bottom
        overlays.draw_axis(painter, scene, bottom, min(self.height() - bottom, scene.cache.theme.pixels.axis))
        pixels = scene.cache.theme.pixels
        overlays.draw_flips(painter, scene, top, bottom, top - self.brackets.rows * pixels.part)
        overlays.draw_cursor(painter, scene, top, bottom)
        if self.hasFocus():
            painter.setPen(QPen(QColor(scene.cache.theme.colours.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)  # one of a label may be left over
            painter.drawRect(self.rect().adjusted(1, 0, -2, -1))

    def _note(self) -> str:
        if self.frame.run.phase in (Phase.STARTING, Phase.RUNNING):
            return QCoreApplication.translate("timeline", "Starting \u2026")
        if self.frame.run.phase is Phase.ENDED:
            return QCoreApplication.translate("timeline", "No thread ran.")
        said = QCoreApplication.translate("timeline", "Press {key} to run the program: its threads appear here.")
        return said.format(key="F5" if self.frame.program.editable else "Space")  # in its text Space is a letter

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._drawn = ()  # rows are arranged anew at the next painting


def _bring_into_sight(frame: Frame, places: Geometry, lanes: QScrollBar, locks: QScrollBar) -> None:
    """Scrolls to the rows of the thread and of the lock that somebody asked for."""
    view, told, layout = frame.view, frame.recording, places.layout
    lane = next((at for at, one in enumerate(told.lanes) if one.id == view.thread), -1) if view.thread else -1
    if 0 <= lane < layout.lanes:
        row, before = layout.of_lane(lane), lanes.value()
        _scroll_to(lanes, row.y, row.height, places.locks - places.top)
        upper = layout.row(layout.at(lanes.value())) if lanes.value() > before else row
        if upper.y < lanes.value():  # whole rows from above: a name that is cut is none
            lanes.setValue(min(row.y, upper.y + upper.height))
    lock = next((at for at, one in enumerate(told.holders) if one.object == view.thing), -1) if view.thing else -1
    if 0 <= lock < layout.locks:
        _scroll_to(locks, lock * layout.lock, layout.lock, layout.pinned)


def _scroll_to(bar: QScrollBar, top: int, high: int, room: int) -> None:
    """No further than it takes to see a row that is so high, in so much room."""
    bar.setValue(max(min(bar.value(), top), top + high - room))


def _scroll_bar(view: QWidget, name: str) -> QScrollBar:
    bar = QScrollBar(Qt.Orientation.Vertical, view)
    bar.setAccessibleName(name)
    bar.valueChanged.connect(view.update)
    bar.hide()
    return bar


def _set_bar(bar: QScrollBar, box: QRect, total: int, step: int) -> None:
    """A scroll bar that shows where there is more than its box; it moves nothing when it comes."""
    over = max(0, total - box.height())
    bar.setVisible(over > 0)
    bar.setRange(0, over)
    if over:
        bar.setPageStep(box.height())
        bar.setSingleStep(step)
        bar.setGeometry(box)


def _bar_style(theme: Theme) -> str:
    """A quiet scroll bar; set once per theme."""
    colours = theme.colours
    return (
        f"QScrollBar {{ background: {colours.panel}; width: 11px; margin: 0; border: none; }}"
        f"QScrollBar::handle {{ background: {colours.line2}; border-radius: 3px; min-height: 24px; margin: 1px 2px; }}"
        "QScrollBar::add-line, QScrollBar::sub-line { height: 0; }"
        "QScrollBar::add-page, QScrollBar::sub-page { background: none; }"
    )
