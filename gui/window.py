"""The window: where panels sit. It knows places and sizes, nothing of a run."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMainWindow, QSplitter, QVBoxLayout, QWidget

from gui.panel import PanelInfo, Place
from gui.theme import icons, palette
from gui.theme.theme import Theme
from gui.view_state import height_sharing
from gui.widgets import focus
from gui.widgets.controls import scrolled
from gui.widgets.shared_splitter import SharedSplitter

TABBED = (Place.TOOLBAR, Place.LEFT, Place.RIGHT, Place.PLOTS, Place.CENTRE, Place.BESIDE, Place.STATUS)


def _column(spacing: int = 0) -> tuple[QWidget, QVBoxLayout]:
    widget = QWidget()
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    return widget, layout


class Window(QMainWindow):
    """Toolbar, three columns, status bar. The middle column can be divided by hand, and remembers how."""

    resized = Signal(int, int)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Thread Theatre")
        self.setMinimumSize(1024, 640)
        self.resize(1600, 900)
        self._theme: Theme | None = None
        self._plots: dict[str, int] = {}  # id -> share of the height
        self._at: dict[Place, set[str]] = {place: set() for place in Place}
        self._shown: tuple[str, ...] = ()
        self._asked: Mapping[str, height_sharing.Height] = {}  # by plots whose content says how high they should be
        self._chosen: dict[str, list[int]] = {}  # sizes that the hand gave, by what was to be seen
        self._covers: dict[str, QLabel] = {}
        self._tabbed: list[QWidget] = []  # panels in the order of the Tab key
        self._build()

    def _build(self) -> None:
        """The empty places."""
        self._columns = {place: _column() for place in Place}
        self.middle = SharedSplitter(Qt.Orientation.Vertical, self._heights)
        self.below = SharedSplitter(Qt.Orientation.Horizontal, self._widths)
        for splitter in (self.middle, self.below):
            splitter.splitterMoved.connect(lambda _at, _index, one=splitter: self._moved(one))
        self.below.addWidget(self._columns[Place.CENTRE][0])
        self.below.addWidget(self._columns[Place.BESIDE][0])
        self.below.setStretchFactor(0, 1)  # when a column beside it changes its width, the output keeps its own
        self.below.setStretchFactor(1, 0)
        above, layout = self._columns[Place.PLOTS]
        layout.addWidget(self.middle, 1)
        self.side = scrolled(self._columns[Place.RIGHT][0])
        body = QWidget()
        self._body = QHBoxLayout(body)
        self._body.addWidget(self._columns[Place.LEFT][0])
        self._body.addWidget(above, 1)
        self._body.addWidget(self.side)
        whole, rows = _column()
        rows.addWidget(self._columns[Place.TOOLBAR][0])
        rows.addWidget(body, 1)
        rows.addWidget(self._columns[Place.STATUS][0])
        whole.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # a click beside everything leaves a field of text
        self.setCentralWidget(whole)
        whole.setFocus()

    def place(self, panels: Sequence[tuple[PanelInfo, QWidget]]) -> None:
        """Puts panels into their places, which with `TABBED` is also the order of the Tab key."""
        self._tabbed = [w for info, w in sorted(panels, key=lambda p: (TABBED.index(p[0].place), p[0].order))]
        for place in Place:
            for info, widget in sorted((p for p in panels if p[0].place is place), key=lambda p: p[0].order):
                layout = self._columns[place][1]
                self._at[place].add(info.id)
                if place is Place.PLOTS and info.stretch > 0:
                    self._plots[info.id] = info.stretch
                    self.middle.addWidget(widget)
                elif place is Place.PLOTS:
                    layout.insertWidget(layout.count() - 1, widget)
                else:
                    layout.addWidget(widget, info.stretch)
        if not any(info.stretch for info, _ in panels if info.place is Place.RIGHT):
            self._columns[Place.RIGHT][1].addStretch(1)
        self.middle.addWidget(self.below)
        self.middle.setStretchFactor(self.middle.count() - 1, 1)

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
        self._body.setContentsMargins(gap, gap, gap, gap)
        self._body.setSpacing(gap)
        for place in (Place.LEFT, Place.RIGHT, Place.CENTRE, Place.BESIDE, Place.PLOTS):
            self._columns[place][1].setSpacing(gap)
        for splitter in (self.middle, self.below):
            splitter.setHandleWidth(gap)
        self._columns[Place.TOOLBAR][0].setFixedHeight(theme.pixels.toolbar)
        self._columns[Place.STATUS][0].setFixedHeight(theme.pixels.status)
        self._columns[Place.LEFT][0].setFixedWidth(theme.pixels.left)
        self.arrange(self._shown)

    def arrange(self, shown: tuple[str, ...], asked: Mapping[str, height_sharing.Height] | None = None) -> None:
        """Gives each visible plot its height; called when others are to be seen, or ask for another height."""
        self._shown, self._asked = shown, self._asked if asked is None else asked
        theme = self._theme
        if theme is None:
            return
        self.below.setVisible(not shown or bool((self._at[Place.CENTRE] | self._at[Place.BESIDE]).intersection(shown)))
        self.side.setVisible(not shown or bool(self._at[Place.RIGHT].intersection(shown)))
        self.side.setFixedWidth(min(theme.pixels.right, round(self.width() * 0.36)))
        self.middle.share_out()
        self.below.share_out()

    def _heights(self) -> list[int]:
        """Pixels of each plot and of what is below them: what the hand gave, else what they ask for."""
        sizes, room = self._chosen.get(self._name(self.middle)), max(1, self.middle.height())
        if self._theme is None or (sizes and len(sizes) == len(self._plots) + 1):
            return sizes or []
        plots = {name: stretch for name, stretch in self._plots.items() if name in self._shown}
        given = height_sharing.shared(room, self._theme, plots, self._asked)
        return [*(given.get(name, 0) for name in self._plots), room - sum(given.values())]

    def _widths(self) -> list[int]:
        """Pixels of code and output."""
        chosen, room, theme = self._chosen.get(self._name(self.below)), self.below.width(), self._theme
        if theme is None or chosen:
            return chosen or []
        beside = theme.pixels.output_width
        return [max(1, room - beside), min(beside, room // 2)]

    def cover(self, widget: QWidget, text: str) -> None:
        """Says over a panel that it could not be drawn; an empty text takes that away."""
        old = self._covers.pop(widget.accessibleName(), None)
        if old is not None:
            old.deleteLater()
        if text:
            label = QLabel(self.tr("could not draw: {reason}").format(reason=text), widget)
            label.setWordWrap(True)
            label.setMargin(16)
            label.setAutoFillBackground(True)
            label.setGeometry(widget.rect())
            label.show()
            self._covers[widget.accessibleName()] = label

    def _name(self, splitter: QSplitter) -> str:
        """Under which a splitter's sizes are kept: another theme size or set of plots is another name."""
        size = "compact" if self._theme is not None and self._theme.compact else "wide"
        plots = "-".join(name for name in self._plots if name in self._shown) if splitter is self.middle else "below"
        return f"{size}-{plots}"

    def _moved(self, splitter: QSplitter) -> None:
        self._chosen[self._name(splitter)] = splitter.sizes()

    def remembered(self) -> tuple[QByteArray, dict[str, list[int]]]:
        """Geometry and sizes, to be given back to `recall`."""
        return self.saveGeometry(), dict(self._chosen)

    def recall(self, geometry: QByteArray, sizes: dict[str, list[int]]) -> None:
        """Takes on what was remembered."""
        self._chosen = dict(sizes)
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit(self.width(), self.height())
        self.arrange(self._shown)

    def focusNextPrevChild(self, forward: bool) -> bool:
        return focus.step(self, self._tabbed, forward)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
