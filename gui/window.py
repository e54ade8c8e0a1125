"""The window: where panels sit. It knows places and sizes, nothing of a run."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QContextMenuEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from gui.columns import Columns
from gui.middle_column import OVER, Sizes
from gui.panel import PanelInfo, Place
from gui.panel_order import areas, in_order
from gui.theme import icons, palette
from gui.theme.theme import Theme
from gui.widgets import focus
from gui.widgets.ground import Ground
from gui.widgets.later import Later
from gui.widgets.passing_hint import PassingHint

OUTER = (Place.TOOLBAR, Place.LEFT, Place.RIGHT, Place.STATUS)


def _column() -> tuple[QWidget, QVBoxLayout]:
    widget = QWidget()
    return widget, _rows(widget)


def _rows(widget: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    return layout


class Window(QMainWindow):
    """Toolbar, three columns, status bar. Columns can be divided by hand, and the window remembers how."""

    resized = Signal(int, int)
    closed = Signal()
    menu_asked = Signal(str, QPoint)  # the panel, and where on the screen

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Thread Theatre")
        self._panels: list[tuple[PanelInfo, QWidget]] = []
        self.areas: list[QWidget] = []  # in the order of the keyboard
        self._switch_keys: list[QShortcut] = []
        self._later = Later(self, lambda: self.resized.emit(self.width(), self.height()))
        self._build()
        room = self.screen().availableGeometry().size() - QSize(0, 32)  # the frame of the window needs some
        self.setMinimumSize(QSize(640, 360).boundedTo(room))
        self.resize(QSize(1600, 900).boundedTo(room))

    def _build(self) -> None:
        """The empty places."""
        self._columns = {place: _column() for place in OUTER}
        self.body = Columns(self._columns[Place.LEFT][0], self._columns[Place.RIGHT][0])
        self.middle = self.body.middle
        self.hint = PassingHint(self)
        whole = Ground()
        rows = _rows(whole)
        rows.addWidget(self._columns[Place.TOOLBAR][0])
        rows.addWidget(self.body, 1)
        rows.addWidget(self._columns[Place.STATUS][0])
        self.setCentralWidget(whole)
        whole.setFocus()

    def place(self, panels: Sequence[tuple[PanelInfo, QWidget]]) -> None:
        """Puts panels into their places, which is also the order of the Tab key."""
        for info, widget in (ordered := in_order(panels, 1.0)):
            if info.place in self._columns:
                self._columns[info.place][1].addWidget(widget, info.stretch)
            else:
                self.middle.place(info, widget)
        self._panels = in_order([*self._panels, *ordered], 1.0)
        self.areas = areas(self._panels, self.middle.deck.tabs)

    def _order(self, scale: float) -> None:
        """The right column and the Tab key, for text of this size."""
        before, self._panels = self._panels, in_order(self._panels, scale)
        if self._panels != before:
            self.areas = areas(self._panels, self.middle.deck.tabs)
            for info, widget in self._panels:
                if info.place is Place.RIGHT:
                    self._columns[info.place][1].removeWidget(widget)
                    self._columns[info.place][1].addWidget(widget, info.stretch)

    def entitle(self, title: str, edited: bool = False) -> None:
        """Says in the title bar which scenario is open, and whether it is not saved, as the system shows that."""
        shown = title.replace("[*]", "[*][*]")  # Qt's way to write these three letters
        self.setWindowTitle(f"Thread Theatre - {shown}[*]" if title else "Thread Theatre")
        self.setWindowModified(edited)

    def bind(self, keys: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """Keys that work wherever the focus is, except where text is typed."""
        for key, do in keys:
            QShortcut(QKeySequence(key), self).activated.connect(do)

    def bind_switches(self, keys: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """The keys of the open lesson's switches, instead of those of the one before, also when hidden."""
        for old in self._switch_keys:
            old.setEnabled(False)
            old.deleteLater()
        self._switch_keys = [QShortcut(QKeySequence(key), self) for key, _ in keys]
        for shortcut, (_, do) in zip(self._switch_keys, keys, strict=True):
            shortcut.activated.connect(do)

    def apply_theme(self, theme: Theme) -> None:
        """Colours and measures of the window itself; panels are dressed by their driver."""
        palette.apply(self, theme)
        self._order(theme.scale)
        self.setWindowIcon(icons.icon("thread", theme.colours.text, 32))
        for place in (Place.LEFT, Place.RIGHT):
            self._columns[place][1].setSpacing(theme.pixels.gap)
        self._columns[Place.TOOLBAR][0].setFixedHeight(theme.pixels.toolbar)
        self._columns[Place.STATUS][0].setFixedHeight(theme.pixels.status)
        self.body.apply_theme(theme)
        self.hint.apply_theme(theme)

    def arrange(self, seen: frozenset[str], live: Sequence[str], page: str, sizes: Sizes, *, compares: bool) -> None:
        """Shows these panels, in sizes that the hand gave; of the deck this page. `live` have something to show."""
        for info, widget in self._panels:
            if info.place in self._columns:
                widget.setVisible(info.id in seen)
        there = {info.place for info, _ in self._panels if info.id in seen}
        for place in (Place.TOOLBAR, Place.STATUS):
            self._columns[place][0].setVisible(place in there)
        self._fill_right()
        middle = bool(there - {*OUTER, *OVER})
        self.body.show_columns(sizes, left=Place.LEFT in there, middle=middle, right=Place.RIGHT in there)
        self.middle.show_panels(seen, live, page, sizes, compares=compares)

    def _fill_right(self) -> None:
        """Where no panel of the right column wants what is spare, the last one that is seen gets it."""
        right = [(info, widget) for info, widget in self._panels if info.place is Place.RIGHT]
        ours = [(info.stretch or widget.sizePolicy().verticalStretch(), widget) for info, widget in right]
        shown = [(stretch, widget) for stretch, widget in ours if not widget.isHidden()]
        layout = self._columns[Place.RIGHT][1]
        for stretch, widget in ours:
            last = bool(shown) and not any(one for one, _ in shown) and widget is shown[-1][1]
            layout.setStretchFactor(widget, 1 if last else stretch)

    def present(self, on: bool) -> None:
        """Full screen, or as it was before."""
        if on != self.isFullScreen():
            self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def panel_at(self) -> str:
        """The panel under the mouse, else the one that has the keyboard, else the timeline."""
        for info, widget in self._panels:
            if widget.isVisible() and widget.underMouse() and info.place not in (Place.TOOLBAR, Place.STATUS):
                return info.id
        return self._panel_of(self.focusWidget()) or "timeline"

    def _panel_of(self, part: QWidget | None) -> str:
        """The panel that a widget is a part of, "" for none; tabs are of the page that they show."""
        if part is None:
            return ""
        if part is self.middle.deck.tabs:
            return self.middle.deck.page
        return next((info.id for info, one in self._panels if one is part or one.isAncestorOf(part)), "")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Asked for by the mouse, or by the keyboard where that is: what can be done with the panel there."""
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        part = self.childAt(event.pos()) if by_mouse else self.focusWidget()
        self.menu_asked.emit(self._panel_of(part), event.globalPos())
        event.accept()

    def is_seen(self, panel: QWidget) -> bool:
        """Whether a panel is in sight, or would be if the window were."""
        return panel.isVisibleTo(self)

    def recall(self, geometry: QByteArray) -> None:
        """Takes on the place on the desk that it had."""
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later.ask()  # who hears of it dresses everything anew

    def focusNextPrevChild(self, forward: bool) -> bool:
        return focus.step(self, self.areas, forward)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
