"""The middle column: the timeline, the deck of plots, the program beside its output. It holds still in a run."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from gui.panel import PanelInfo, Place
from gui.theme.theme import Theme
from gui.view_state.arrangement import Arrangement, Stacking, arrange
from gui.widgets.deck import Deck
from gui.widgets.shared_splitter import SharedSplitter


class MiddleColumn(QWidget):
    """Panels of the places PLOTS, DECK, CENTRE and BESIDE. `chosen` keeps the sizes that the hand gave, by name."""

    def __init__(self) -> None:
        super().__init__()
        self.chosen: dict[str, list[int]] = {}
        self._theme: Theme | None = None
        self._compares = False
        self._tops: dict[str, QWidget] = {}  # id -> panel: the timeline, a page without a program
        self._over: dict[str, QWidget] = {}  # id -> panel that is laid over the deck and moves nothing
        self._below: dict[str, tuple[PanelInfo, QWidget]] = {}
        self._pages: list[tuple[int, str]] = []  # order and id of the plots of the deck
        self._seen: frozenset[str] = frozenset()
        self._page = ""
        self._now: Arrangement | None = None
        self.deck = Deck()
        self.splitter = SharedSplitter(Qt.Orientation.Vertical, self._heights)
        self.below = SharedSplitter(Qt.Orientation.Horizontal, self._widths)
        self.splitter.addWidget(self.deck)
        self.splitter.addWidget(self.below)
        self.splitter.setStretchFactor(1, 1)
        for one in (self.splitter, self.below):
            one.splitterMoved.connect(lambda _at, _index, one=one: self._moved(one))
        self.splitter.resized.connect(self._stack)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)

    def place(self, info: PanelInfo, widget: QWidget) -> None:
        """Puts a panel where it belongs."""
        if info.place is Place.DECK:
            self.deck.take(info.id, info.title, widget)
            self._pages = sorted([*self._pages, (info.order, info.id)])
        elif info.place is not Place.PLOTS:
            self._below[info.id] = (info, widget)
            self.below.addWidget(widget)
            self.below.setStretchFactor(self.below.count() - 1, info.place is Place.CENTRE)
        elif info.stretch:
            self.splitter.insertWidget(len(self._tops), widget)
            self._tops[info.id] = widget
        else:
            widget.setParent(self)
            widget.installEventFilter(self)
            self._over[info.id] = widget

    def apply_theme(self, theme: Theme) -> None:
        """Takes on measures."""
        self._theme = theme
        for splitter in (self.splitter, self.below):
            splitter.setHandleWidth(theme.pixels.gap)
        self.deck.apply_theme(theme)
        self._stack()

    def show_panels(self, seen: frozenset[str], live: Sequence[str], page: str, *, compares: bool) -> None:
        """Shows these panels; of the deck's this page. Tabs of pages that are not `live` are dim."""
        self._seen, self._page, self._compares = seen, page, compares
        self._stack()
        self.deck.mark([*live, *self._below, *self._tops])

    def _stack(self) -> None:
        """Puts everything where there is room for it."""
        theme, room = self._theme, self.splitter.height()
        if theme is None or room <= 0:
            return
        self._now = arrange(theme, room, compares=self._compares)
        stacking = self._now.stacking
        plots = [name for _, name in self._pages]
        first = [*self._tops] * (stacking is Stacking.ALL)
        with_them = [*self._below] * (stacking is not Stacking.PLOTS)
        for name in self._tops:
            self._move(name, self._tops, first, lambda widget: self.splitter.insertWidget(0, widget))
        for name, (_, widget) in self._below.items():
            self._move(name, {name: widget}, with_them, self._beside)
        offered = [name for name in (*first, *with_them, *plots) if name in self._seen]
        self.deck.offer(offered, self._page)
        self.deck.setVisible(bool(offered))
        for name, widget in self._tops.items():
            if name not in first or name not in offered:
                widget.setVisible(name in self._seen and name not in first)
        for name, (_, widget) in self._below.items():
            if not with_them:
                widget.setVisible(name in self._seen)
        self.below.setVisible(not with_them and any(name in self._seen for name in self._below))
        self.splitter.share_out()
        self.below.share_out()
        for name, widget in self._over.items():
            widget.setVisible(name in self._seen)
            self._lay_over(widget)

    def _move(
        self, name: str, widgets: Mapping[str, QWidget], decked: list[str], home: Callable[[QWidget], object]
    ) -> None:
        """A panel goes into the deck, or back to its home, when it is not there already."""
        widget = widgets.get(name)
        if widget is None:
            return
        inside = self.deck.isAncestorOf(widget)
        if name in decked and not inside:
            self.deck.take(name, widget.accessibleName(), widget)
        elif name not in decked and inside:
            self.deck.give(name)
            home(widget)

    def _beside(self, widget: QWidget) -> None:
        self.below.addWidget(widget)

    def _heights(self) -> list[int]:
        """Pixels of each part: what the hand gave, else what the arrangement says; what is not there gives its own."""
        now, room, count = self._now, self.splitter.height(), self.splitter.count()
        if now is None:
            return []
        chosen = self.chosen.get(self._name(self.splitter))
        if chosen and len(chosen) == count:
            return chosen
        tops = [
            widget for widget in self._tops.values() if not widget.isHidden() and self.splitter.indexOf(widget) >= 0
        ]
        deck, below = not self.deck.isHidden(), not self.below.isHidden()
        heights = {self.deck: now.deck * deck, self.below: now.below * below}
        heights |= {widget: now.timeline // len(tops) for widget in tops}
        last = self.below if below else self.deck if deck else tops[-1] if tops else self.deck
        shown = len(tops) + deck + below
        heights[last] += room - sum(heights.values()) - max(0, shown - 1) * self.splitter.handleWidth()
        return [max(0, heights.get(one, 0)) for one in self.splitter.parts]

    def _widths(self) -> list[int]:
        """Pixels of the program and its output."""
        chosen, room, theme = self.chosen.get("below"), self.below.width(), self._theme
        if theme is None or not self.below.count() or (chosen and len(chosen) == self.below.count()):
            return chosen or []
        beside = min(theme.pixels.output_width, room // 2)
        return [max(1, room - beside), *[beside] * (self.below.count() - 1)]

    def _name(self, splitter: QSplitter) -> str:
        """Under which a splitter's sizes are kept: another theme size or set of panels is another name."""
        if splitter is self.below or self._theme is None or self._now is None:
            return "below"
        there = [str(at) for at, one in enumerate(self.splitter.parts) if not one.isHidden()]
        return "-".join(["compact" if self._theme.compact else "wide", self._now.stacking.value, *there])

    def _moved(self, splitter: QSplitter) -> None:
        self.chosen[self._name(splitter)] = splitter.sizes()

    def _lay_over(self, widget: QWidget) -> None:
        """A panel that comes and goes stands on the lower edge of the deck, and moves nothing."""
        ground = self.deck if not self.deck.isHidden() else self.splitter
        bottom = ground.mapTo(self, ground.rect().bottomLeft()).y() + 1
        high = widget.heightForWidth(self.width()) if widget.hasHeightForWidth() else widget.sizeHint().height()
        box = (0, bottom - high, self.width(), high)
        if widget.geometry().getRect() != box:
            widget.setGeometry(*box)
        widget.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is laid over has other words, so another height."""
        if event.type() is QEvent.Type.LayoutRequest and isinstance(watched, QWidget):
            self._lay_over(watched)
        return False
