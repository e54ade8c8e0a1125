"""The three columns of the window, or, while it presents, the middle alone with the right one in its lower part."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from gui.middle_column import MiddleColumn, Sizes
from gui.theme.theme import UNDRESSED, Theme
from gui.widgets.scroll_area import scrolled
from gui.widgets.shared_splitter import SharedSplitter

MOST = 0.36  # of the room, for the right column
UNLIMITED = 16_777_215  # Qt's own: no greatest width


class Columns(SharedSplitter):
    """`sized(name, sizes)`: the hand has divided something."""

    sized = Signal(str, list)

    def __init__(self, left: QWidget, right: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, self._widths)
        self._theme = UNDRESSED
        self._chosen: Sizes = {}
        self.left, self.middle, self.side = left, MiddleColumn(), scrolled(right)
        self.middle.setMinimumWidth(200)  # not what its longest header wants: columns keep their places
        right.setMinimumWidth(1)  # never wider than what is seen of it
        for widget in (self.left, self.middle, self.side):
            self.addWidget(widget)
        self.setStretchFactor(1, 1)
        self.splitterMoved.connect(lambda _at, _index: self._moved())
        self.middle.sized.connect(self.sized)

    def apply_theme(self, theme: Theme) -> None:
        """Takes on measures."""
        self._theme = theme
        gap = theme.pixels.gap
        self.setContentsMargins(gap, gap, gap, gap)
        self.setHandleWidth(gap)
        self.middle.apply_theme(theme)
        self._fit()

    def show_columns(self, chosen: Sizes, *, left: bool, middle: bool, right: bool) -> None:
        """Shows these columns, with the sizes that the hand gave."""
        self._chosen = chosen
        self._seat(below=self._theme.presents and middle)
        self.left.setVisible(left)
        self.side.setVisible(right)
        self.middle.setVisible(middle)
        self._fit()

    def _seat(self, *, below: bool) -> None:
        """The right column stands beside the deck, so that the timeline has the whole width; or at the right."""
        if below and self.indexOf(self.side) >= 0:
            self.middle.row.addWidget(self.side)
            self.middle.rehomed.emit(self.side)
        elif not below and self.indexOf(self.side) < 0:
            self.addWidget(self.side)
            self.middle.rehomed.emit(self.side)

    def _fit(self) -> None:
        theme = self._theme
        alone = sum(not one.isHidden() for one in self.parts) < 2
        width, rail = theme.pixels.left, theme.compact
        self.left.setMinimumWidth(width if rail else width // 2)
        self.left.setMaximumWidth(UNLIMITED if alone else width if rail else 2 * width)
        self.share_out()

    def _widths(self) -> list[int]:
        """What the hand gave, else what the theme says."""
        theme, room = self._theme, self.contentsRect().width()
        right = min(self._hand("right", theme.pixels.right), round(room * MOST))
        wanted = {self.left: self._hand("left", theme.pixels.left), self.side: right}
        shown = [one for one in self.parts if not one.isHidden()]
        sizes = [wanted.get(one, 0) * (one in shown) for one in self.parts]
        if shown:
            growing = self.middle if self.middle in shown else shown[-1]
            spare = room - sum(sizes) - (len(shown) - 1) * self.handleWidth()
            sizes[self.parts.index(growing)] += max(0, spare)
        return sizes

    def _hand(self, name: str, usual: int) -> int:
        return (self._chosen.get(self._named(name)) or [usual])[0]

    def _named(self, name: str) -> str:
        return f"{name}-{self._theme.size}"

    def _moved(self) -> None:
        for name, widget in (("left", self.left), ("right", self.side)):
            at = self.indexOf(widget)
            if at >= 0 and not widget.isHidden():
                self.sized.emit(self._named(name), [self.sizes()[at]])
