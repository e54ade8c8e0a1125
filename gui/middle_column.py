"""The middle column: the timeline, the deck of plots, the program beside its output. It holds still in a run."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from gui.panel import PanelInfo, Place
from gui.theme.theme import UNDRESSED, Theme
from gui.view_state.arrangement import Arrangement, Stacking, arrange
from gui.widgets.card import Card
from gui.widgets.deck import Deck
from gui.widgets.shared_splitter import SharedSplitter

MOST_LAID_OVER = 0.45  # of a program's height: the line that is asked for stands in its middle
MOST_BESIDE = 0.36  # of the room, for what stands beside the deck
PLENTY = 10_000  # pixels of height: everything stands in its own place
OVER = (Place.OVER_TIME, Place.OVER_DECK)
Sizes: TypeAlias = Mapping[str, Sequence[int]]  # that the hand gave, by name, pixels


class MiddleColumn(QWidget):
    """Panels of the places PLOTS, DECK, CENTRE, BESIDE and of those laid over them.

    `sized(name, sizes)`: the hand has divided something. `row` holds the deck; what stands beside it may be added.
    """

    sized = Signal(str, list)
    rehomed = Signal(QWidget)  # it has another parent, whose style sheet took its colours: it has to be dressed again

    def __init__(self) -> None:
        super().__init__()
        self._chosen: Sizes = {}
        self._theme = UNDRESSED
        self._compares = False
        self._tops: dict[str, QWidget] = {}  # id -> panel: the timeline, a page without a program
        self._over: dict[str, tuple[PanelInfo, QWidget]] = {}  # id -> panel that is laid over others and moves nothing
        self._below: dict[str, tuple[PanelInfo, QWidget]] = {}
        self._pages: list[tuple[int, str]] = []  # order and id of the plots of the deck
        self._seen: frozenset[str] = frozenset()
        self._page = ""
        self._now: Arrangement | None = None
        self._has_room = False  # before it is shown it has a height that it will not have
        self.deck = Deck()
        self.row = SharedSplitter(Qt.Orientation.Horizontal, self._row_widths)
        self.row.addWidget(self.deck)
        self.deck.setMinimumWidth(200)  # not what its longest header wants: what stands beside it is not cut
        self.splitter = SharedSplitter(Qt.Orientation.Vertical, self._heights)
        self.below = SharedSplitter(Qt.Orientation.Horizontal, self._widths)
        self.splitter.addWidget(self.row)
        self.splitter.addWidget(self.below)
        self.splitter.setStretchFactor(1, 1)
        for one in (self.splitter, self.below, self.row):
            one.splitterMoved.connect(lambda _at, _index, one=one: self._moved(one))
        self.splitter.resized.connect(self._resized)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)

    def place(self, info: PanelInfo, widget: QWidget) -> None:
        """Puts a panel where it belongs."""
        if info.place is Place.DECK:
            self.deck.take(info.id, info.title, widget)
            self._pages = sorted([*self._pages, (info.order, info.id)])
        elif info.place in OVER:
            widget.setParent(self)
            widget.installEventFilter(self)
            self._over[info.id] = (info, widget)
        elif info.place is not Place.PLOTS:
            self._below[info.id] = (info, widget)
            self.below.addWidget(widget)
            self.below.setStretchFactor(self.below.count() - 1, info.place is Place.CENTRE)
        else:
            self.splitter.insertWidget(len(self._tops), widget)
            self._tops[info.id] = widget

    def apply_theme(self, theme: Theme) -> None:
        """Takes on measures."""
        self._theme = theme
        for splitter in (self.splitter, self.below, self.row):
            splitter.setHandleWidth(theme.pixels.gap)
        self.deck.apply_theme(theme)
        self.deck.setMinimumHeight(theme.pixels.plot)  # not what a page wants that was dressed while it was hidden
        self._stack()

    def show_panels(
        self, seen: frozenset[str], live: Sequence[str], page: str, sizes: Sizes, *, compares: bool
    ) -> None:
        """Shows these panels, in sizes that the hand gave; of the deck's this page. Tabs not `live` are dim."""
        self._seen, self._page, self._chosen, self._compares = seen, page, sizes, compares
        self._stack()
        self.deck.tabs.mark([*live, *self._below, *self._tops])

    def _resized(self) -> None:
        self._has_room = self.splitter.height() > 0
        self._stack()

    def _stack(self) -> None:
        """Puts everything where there is room for it."""
        theme, room = self._theme, self.splitter.height() if self._has_room else PLENTY
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
        timeline = self._tops.get("timeline")
        if isinstance(timeline, Card):
            timeline.header_row.setVisible(not theme.presents or stacking is Stacking.ALL)
        for name, widget in self._tops.items():
            if name not in first or name not in offered:
                widget.setVisible(name in self._seen and name not in first)
        for name, (_, widget) in self._below.items():
            if not with_them:
                widget.setVisible(name in self._seen)
        self.below.setVisible(not with_them and any(name in self._seen for name in self._below))
        beside = any(not one.isHidden() for one in self.row.parts if one is not self.deck)
        self.row.setVisible(bool(offered) or beside)
        for splitter in (self.splitter, self.below, self.row):
            splitter.share_out()
        for name, (info, widget) in self._over.items():
            widget.setVisible(name in self._seen)
            self._lay_over(info.place, widget)

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
            self.rehomed.emit(widget)
        elif name not in decked and inside:
            self.deck.give(name)
            home(widget)
            self.rehomed.emit(widget)

    def _beside(self, widget: QWidget) -> None:
        self.below.addWidget(widget)

    def _heights(self) -> list[int]:
        """Pixels of each part: what the hand gave, else what the arrangement says; what is not there gives its own."""
        now, room, count = self._now, self.splitter.height(), self.splitter.count()
        if now is None:
            return []
        chosen = self._chosen.get(self._name(self.splitter))
        if chosen and len(chosen) == count:
            return list(chosen)
        tops = [
            widget for widget in self._tops.values() if not widget.isHidden() and self.splitter.indexOf(widget) >= 0
        ]
        deck, below = not self.row.isHidden(), not self.below.isHidden()
        heights: dict[QWidget, int] = {self.row: now.deck * deck, self.below: now.below * below}
        heights |= {widget: now.timeline // len(tops) for widget in tops}
        last = self.below if below else self.row if deck else tops[-1] if tops else self.row
        shown = len(tops) + deck + below
        heights[last] += room - sum(heights.values()) - max(0, shown - 1) * self.splitter.handleWidth()
        return [max(0, heights.get(one, 0)) for one in self.splitter.parts]

    def _widths(self) -> list[int]:
        """Pixels of the program and its output."""
        chosen, room, theme = self._chosen.get(self._name(self.below)), self.below.width(), self._theme
        if not self.below.count() or (chosen and len(chosen) == self.below.count()):
            return list(chosen or [])
        beside = min(theme.pixels.output_width, room // 2)
        return [max(1, room - beside), *[beside] * (self.below.count() - 1)]

    def _name(self, splitter: QSplitter) -> str:
        """Under which a splitter's sizes are kept: another theme size or set of panels is another name."""
        size = self._theme.size
        if splitter is not self.splitter or self._now is None:
            return f"{'below' if splitter is self.below else 'row'}-{size}"
        there = [str(at) for at, one in enumerate(self.splitter.parts) if not one.isHidden()]
        return "-".join([size, self._now.stacking.value, *there])

    def _row_widths(self) -> list[int]:
        """Pixels of the deck and of what stands beside it."""
        chosen, parts, theme = self._chosen.get(self._name(self.row)), self.row.parts, self._theme
        if chosen and len(chosen) == len(parts):
            return list(chosen)
        room = self.row.width()
        beside = min(theme.pixels.right, round(room * MOST_BESIDE))
        sizes = [0 if one is self.deck or one.isHidden() else beside for one in parts]
        growing = self.deck if not self.deck.isHidden() else parts[-1]
        shown = sum(not one.isHidden() for one in parts)
        sizes[parts.index(growing)] += max(0, room - sum(sizes) - max(0, shown - 1) * self.row.handleWidth())
        return sizes

    def _moved(self, splitter: QSplitter) -> None:
        self.sized.emit(self._name(splitter), splitter.sizes())

    def _lay_over(self, place: Place, widget: QWidget) -> None:
        """What comes and goes stands on the lower edge of the deck, or where the timeline has a place for it.

        A program that is a page of the deck is not covered: what is said may be about a line of it.
        """
        ground = next((one for one in self._tops.values() if one.isVisible()), self.splitter)
        if place is Place.OVER_TIME:
            asked = widget.sizeHint()
            box = ground.clear_box(asked) if isinstance(ground, Card) else QRect(QPoint(0, 0), asked)
            box.translate(ground.mapTo(self, QPoint(0, 0)))
        else:
            if not self.deck.isHidden() and (self.deck.page not in self._below or ground is self.splitter):
                ground = self.deck
            bottom = ground.mapTo(self, ground.rect().bottomLeft()).y() + 1
            high = widget.heightForWidth(ground.width()) if widget.hasHeightForWidth() else widget.sizeHint().height()
            over_program = ground is self.deck and self.deck.page in self._below
            high = min(high, round(ground.height() * (MOST_LAID_OVER if over_program else 1)))
            box = QRect(ground.mapTo(self, QPoint(0, 0)).x(), bottom - high, ground.width(), high)
        if widget.geometry() != box:
            widget.setGeometry(box)
        widget.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is laid over has other words, so another height."""
        if event.type() is QEvent.Type.LayoutRequest:
            for info, widget in self._over.values():
                if widget is watched:
                    self._lay_over(info.place, widget)
        return False
