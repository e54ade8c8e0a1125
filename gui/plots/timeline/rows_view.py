"""The drawn part of the timeline: rows of threads and locks over one time axis.

A plain widget with a painter, not a plot of pyqtgraph: rows are put together as pictures (`strips`), which a scene
of items would only copy once more, and letters, names and labels stay on whole pixels. It shares the view with the
plots through `Frame.view`.
"""

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QWidget

from engine.frame import Frame, Phase, Switch
from gui.plots.common.scale import NS, scale_of
from gui.plots.timeline import lanes, locks, overlays
from gui.plots.timeline.brackets import Brackets
from gui.plots.timeline.rows import EMPTY, NOWHERE, Geometry, Sorter, arrange, needed
from gui.plots.timeline.scene import PaintScene, RowCache
from gui.plots.timeline.task_index import TaskIndex
from gui.theme import theme as themes
from gui.theme.theme import Theme
from gui.widgets.legend_symbols import CPU, LETS_IN, LOST, Mark

_TAG = 32  # pixels of a tag of a lost update
_FEW_LOCKS = 4  # rows of locks that it asks height for


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
        self.places = NOWHERE  # where everything stands
        self._arranged: tuple[object, ...] = ()  # what the layout was made for
        self._layout = EMPTY
        self._drawn: tuple[object, ...] = ()
        self._then: tuple[int, tuple[Switch, ...]] = (-1, ())  # a run, and its switches while it ran
        self._lanes, self._locks = lanes.LanePainter(), locks.LockPainter()
        self._sorter, self._tasks, self.brackets = Sorter(), TaskIndex(), Brackets()
        self._bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._bar.setAccessibleName(QCoreApplication.translate("timeline", "Scroll threads"))
        self._bar.valueChanged.connect(self.update)
        self._bar.hide()

    # what is shown

    def apply_theme(self, theme: Theme) -> None:
        self._theme, self.cache, self._drawn = theme, None, ()
        self._bar.setStyleSheet(_bar_style(theme))
        self.setMinimumHeight(theme.px(theme.measures.lane_top + 2 * theme.measures.lane_lock + theme.measures.axis))
        self.updateGeometry()
        self.update()

    def show_frame(self, frame: Frame) -> None:
        """Shows this frame; paints only if something that shows has changed."""
        told, before, again = frame.recording, self.frame.recording, frame.run.number == self.frame.run.number
        if (len(told.lanes), len(told.holders)) != (len(before.lanes), len(before.holders)):
            self.updateGeometry()
        self.frame = self._as_it_was(frame)
        self._tasks.feed(told.tasks, frame.run.number)
        self._locks.meet(frame)
        if told.parts is not before.parts or told.flips is not before.flips or not again:
            self.brackets.meet(frame)
        self._hold_still()
        signature = self._signature()
        if signature != self._drawn:
            self._drawn = signature
            self.update()
        if self._mouse is not None:
            self._show_hint()

    def _show_hint(self) -> None:
        """Says what lies under the mouse."""

    @property
    def _above(self) -> int:
        """Pixels above the rows: brackets, labels of flips."""
        pixels = self._theme.pixels
        return self.brackets.height(pixels.part, pixels.lane_top, overlays.flip_room(self._theme))

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
            id(told.parts), id(told.marks),
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
        top, last = self._above, self.height() - pixels.axis
        room = max(1, last - top)
        wanted = (self._theme, self._sorter.feed(self.frame), len(recording.holders), room)
        if wanted != self._arranged:
            self._arranged, self._layout = wanted, arrange(*wanted)
        total = self._layout.total
        over = total - room
        self._bar.setVisible(over > 0)
        if over > 0:
            self._bar.setRange(0, over)
            self._bar.setPageStep(room)
            self._bar.setSingleStep(pixels.lane_lock)
            self._bar.setGeometry(self.width() - 12, top, 11, room)
        elif self._bar.value():
            self._bar.setValue(0)
        scale = scale_of(self.frame.view, pixels, self.width(), self.devicePixelRatioF())
        bottom = min(top + total, last) if total else last
        scroll = self._bar.value() if total > bottom - top else 0
        places = Geometry(self._layout, scale, top, bottom, scroll)
        if places != self.places:
            self.places = places

    def sizeHint(self) -> QSize:
        """Room for the rows of this frame."""
        return QSize(self._theme.px(600), self.asks(self.frame, 0))

    def asks(self, frame: Frame, least: int) -> int:
        """The height at which all rows show, `least` of them at any rate; it changes in steps, not with every lane."""
        count = max(least, len(frame.recording.lanes) + min(len(frame.recording.holders), _FEW_LOCKS))
        return self._above + needed(self._theme, count) + self._theme.pixels.axis

    # painting

    def paintEvent(self, _: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self.cache is None or self.cache.ratio != ratio:
            self.cache = RowCache(self._theme, ratio)
        self._arrange()
        top, bottom = self.places.top, self.places.bottom
        scene = PaintScene(self.frame, self.cache, self.places.scale, self._tasks, CPU not in self.left_out)
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
        rows, scroll, top, bottom = self.places.rows, self.places.scroll, self.places.top, self.places.bottom
        if not rows:
            box = QRectF(scene.scale.left, top, self.width() - scene.scale.left, bottom - top)
            overlays.draw_note(painter, scene.cache, box, self._note())
            return
        painter.save()
        # The tags of the first row may stand out above it, except where rows are scrolled under the top strip.
        painter.setClipRect(QRectF(0, top - (0 if scroll else 12), self.width(), bottom - top + 14))
        painter.translate(0, top - scroll)
        overlays.draw_rules(painter, scene, rows, self.width())
        shown = [self.frame.recording.lanes[row.lane].id for row in rows if row.lock < 0]
        room = round(scene.cache.theme.px(_TAG) * scene.cache.ratio)
        lost = lanes.lane_losses(self.frame.recording.losses, [] if LOST in self.left_out else shown, scene.scale, room)
        for row in rows:
            painter.save()
            painter.translate(0, row.y)
            if row.lock < 0:
                lanes.draw_name(painter, scene, row)
                self._lanes.draw(painter, scene, row, lost.get(self.frame.recording.lanes[row.lane].id))
            else:
                locks.draw_lock_name(painter, scene, row)
                self._locks.draw(painter, scene, row)
            painter.restore()
        self._lanes.forget(shown)
        for row in rows:
            if row.lock < 0 and (mine := lost.get(self.frame.recording.lanes[row.lane].id)) is not None:
                lanes.draw_tags(painter, scene, row, mine)
        overlays.draw_flags(painter, scene, rows)
        if LETS_IN not in self.left_out:
            overlays.draw_arrows(painter, scene, self.places.layout, locks.hand_overs(self.frame))
        painter.restore()

    def _draw_over(self, painter: QPainter, scene: PaintScene) -> None:
        top, bottom = self.places.top, self.places.bottom
        overlays.draw_axis(painter, scene, bottom, min(self.height() - bottom, scene.cache.theme.pixels.axis))
        overlays.draw_flips(painter, scene, top, bottom)
        overlays.draw_cursor(painter, scene, top, bottom)
        if self.hasFocus():
            painter.setPen(QPen(QColor(scene.cache.theme.colours.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)  # one of a label may be left over
            painter.drawRect(self.rect().adjusted(1, 0, -2, -1))

    def _note(self) -> str:
        if self.frame.run.phase in (Phase.STARTING, Phase.RUNNING):
            return QCoreApplication.translate("timeline", "Starting \u2026")
        if self.frame.run.number:
            return QCoreApplication.translate("timeline", "No thread ran.")
        return QCoreApplication.translate("timeline", "Press Space to run the program: its threads appear here.")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._drawn = ()  # rows are arranged anew at the next painting


def _bar_style(theme: Theme) -> str:
    """A quiet scroll bar; set once per theme."""
    colours = theme.colours
    return (
        f"QScrollBar {{ background: {colours.panel}; width: 11px; margin: 0; border: none; }}"
        f"QScrollBar::handle {{ background: {colours.line2}; border-radius: 3px; min-height: 24px; margin: 1px 2px; }}"
        "QScrollBar::add-line, QScrollBar::sub-line { height: 0; }"
        "QScrollBar::add-page, QScrollBar::sub-page { background: none; }"
    )
