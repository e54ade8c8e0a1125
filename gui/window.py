"""The window: where panels sit. It knows places and sizes, nothing of a run."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QMainWindow, QScrollArea, QVBoxLayout, QWidget

from gui.middle_column import MiddleColumn
from gui.panel import PanelInfo, Place
from gui.theme import icons, palette
from gui.theme.theme import Theme
from gui.widgets import focus
from gui.widgets.controls import clear_ground
from gui.widgets.shared_splitter import SharedSplitter

TABBED = (
    Place.TOOLBAR, Place.LEFT, Place.RIGHT, Place.PLOTS, Place.DECK, Place.CENTRE, Place.BESIDE, Place.STATUS,
)  # fmt: skip
OUTER = (Place.TOOLBAR, Place.LEFT, Place.RIGHT, Place.STATUS)


def _column(spacing: int = 0) -> tuple[QWidget, QVBoxLayout]:
    widget = QWidget()
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    return widget, layout


class Window(QMainWindow):
    """Toolbar, three columns, status bar. Columns can be divided by hand, and the window remembers how."""

    resized = Signal(int, int)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Thread Theatre")
        self._theme: Theme | None = None
        self._panels: list[tuple[PanelInfo, QWidget]] = []
        self._seen: frozenset[str] = frozenset()
        self._build()
        room = self.screen().availableGeometry().size() - QSize(0, 32)  # the frame of the window needs some
        self.setMinimumSize(QSize(640, 360).boundedTo(room))
        self.resize(QSize(1600, 900).boundedTo(room))

    def _build(self) -> None:
        """The empty places."""
        self._columns = {place: _column() for place in OUTER}
        self.middle = MiddleColumn()
        self.middle.setMinimumWidth(200)  # not what its longest header wants: columns keep their places
        self.side = QScrollArea()
        self.side.setWidgetResizable(True)
        self.side.setFrameShape(QFrame.Shape.NoFrame)
        self.side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.side.setWidget(self._columns[Place.RIGHT][0])
        self._columns[Place.RIGHT][0].setMinimumWidth(1)  # never wider than what is seen of it
        clear_ground(self.side)
        self.body = SharedSplitter(Qt.Orientation.Horizontal, self._widths)
        for widget in (self._columns[Place.LEFT][0], self.middle, self.side):
            self.body.addWidget(widget)
        self.body.setStretchFactor(1, 1)
        self.body.splitterMoved.connect(lambda _at, _index: self._moved())
        whole, rows = _column()
        rows.addWidget(self._columns[Place.TOOLBAR][0])
        rows.addWidget(self.body, 1)
        rows.addWidget(self._columns[Place.STATUS][0])
        whole.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # a click beside everything leaves a field of text
        self.setCentralWidget(whole)
        whole.setFocus()

    def place(self, panels: Sequence[tuple[PanelInfo, QWidget]]) -> None:
        """Puts panels into their places, which with `TABBED` is also the order of the Tab key."""
        ordered = sorted(panels, key=lambda one: (TABBED.index(one[0].place), one[0].order))
        self._panels += ordered
        for info, widget in ordered:
            if info.place in self._columns:
                self._columns[info.place][1].addWidget(widget, info.stretch)
            else:
                self.middle.place(info, widget)
        if not any(info.stretch for info, _ in panels if info.place is Place.RIGHT):
            self._columns[Place.RIGHT][1].addStretch(1)

    def entitle(self, title: str) -> None:
        """Says in the title bar which scenario is open."""
        self.setWindowTitle(f"Thread Theatre - {title}" if title else "Thread Theatre")

    def bind(self, keys: Sequence[tuple[str, Callable[[], None]]]) -> None:
        """Keys that work wherever the focus is, except where text is typed."""
        for key, do in keys:
            QShortcut(QKeySequence(key), self).activated.connect(do)

    def apply_theme(self, theme: Theme) -> None:
        """Colours and measures of the window itself; panels are dressed by their driver."""
        self._theme = theme
        palette.apply(self, theme)
        self.setWindowIcon(icons.icon("thread", theme.colours.text, 32))
        gap = theme.measures.gap
        self.body.setContentsMargins(gap, gap, gap, gap)
        self.body.setHandleWidth(gap)
        for place in (Place.LEFT, Place.RIGHT):
            self._columns[place][1].setSpacing(gap)
        self._columns[Place.TOOLBAR][0].setFixedHeight(theme.pixels.toolbar)
        self._columns[Place.STATUS][0].setFixedHeight(theme.pixels.status)
        self.middle.apply_theme(theme)
        self._fit()

    def arrange(self, seen: frozenset[str], live: Sequence[str], page: str, *, compares: bool) -> None:
        """Shows these panels and no others; of the deck's plots this page. `live` have something to show."""
        self._seen = seen
        for info, widget in self._panels:
            if info.place in self._columns:
                widget.setVisible(info.id in seen)
        for place in OUTER:
            column = self.side if place is Place.RIGHT else self._columns[place][0]
            column.setVisible(any(info.place is place for info, _ in self._panels if info.id in seen))
        self._fit()
        self.middle.show_panels(seen, live, page, compares=compares)

    def present(self, on: bool) -> None:
        """Full screen, or as it was before."""
        if on != self.isFullScreen():
            self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def panel_at(self) -> str:
        """The panel under the mouse, else the one that has the keyboard, else the timeline."""
        for info, widget in self._panels:
            if widget.isVisible() and widget.underMouse() and info.place not in (Place.TOOLBAR, Place.STATUS):
                return info.id
        focused = self.focusWidget()
        found = (info.id for info, widget in self._panels if focused is not None and widget.isAncestorOf(focused))
        return next(found, "timeline")

    def is_seen(self, panel: QWidget) -> bool:
        """Whether a panel is in sight, or would be if the window were."""
        return panel.isVisibleTo(self)

    @property
    def _alone(self) -> bool:
        """Whether only one of the columns has something to show."""
        return sum(not one.isHidden() for one in self.body.parts) < 2

    def _fit(self) -> None:
        """Widths of the columns."""
        if self._theme is not None:
            left, most = self._columns[Place.LEFT][0], 16_777_215  # Qt's own: no limit
            width = self._theme.pixels.left
            left.setMinimumWidth(width)
            left.setMaximumWidth(most if self._alone else width)
            self.middle.setVisible(bool(self._seen & {i.id for i, _ in self._panels if i.place not in self._columns}))
            self.body.share_out()

    def _widths(self) -> list[int]:
        """Pixels of the three columns: what the hand gave, else what the theme says."""
        theme, room = self._theme, self.body.contentsRect().width()
        if theme is None:
            return []
        left, middle, right = (not one.isHidden() for one in self.body.parts)
        wide = self.middle.chosen.get(self._name, [0])[0] or theme.pixels.right
        sizes = [theme.pixels.left * left, 0, min(wide, round(room * 0.36)) * right]
        spare = room - sum(sizes) - (left + middle + right - 1) * self.body.handleWidth()
        sizes[1 if middle else 2 if right else 0] += max(0, spare)
        return sizes

    @property
    def _name(self) -> str:
        return "right-compact" if self._theme is not None and self._theme.compact else "right"

    def _moved(self) -> None:
        self.middle.chosen[self._name] = self.body.sizes()[2:]

    def remembered(self) -> tuple[QByteArray, dict[str, list[int]]]:
        """Geometry and sizes, to be given back to `recall`."""
        return self.saveGeometry(), dict(self.middle.chosen)

    def recall(self, geometry: QByteArray, sizes: dict[str, list[int]]) -> None:
        """Takes on what was remembered."""
        self.middle.chosen = dict(sizes)
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit(self.width(), self.height())

    def focusNextPrevChild(self, forward: bool) -> bool:
        return focus.step(self, [widget for _, widget in self._panels], forward)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
