"""Several panels in the room of one: tabs in the place of their titles, one of them shown."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QPointF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAccessible, QColor, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from gui.theme.palette import text_font
from gui.theme.theme import UNDRESSED, Theme
from gui.widgets.card import Card
from gui.widgets.drawing import smooth
from gui.widgets.inputs import Picker
from gui.widgets.spoken import tell


class Tabs(QTabBar):
    """Tabs that stand still: what there is to see on a page that is not shown is told by a dot in the air beside it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = UNDRESSED
        self._live: frozenset[str] = frozenset()

    def apply_theme(self, theme: Theme) -> None:
        """Takes on colours, font and measures."""
        self._theme = theme
        self.setFont(text_font(theme, theme.measures.heading, 600))
        self.setStyleSheet(_style(theme))

    def mark(self, names: Iterable[str]) -> None:
        """These pages have something to show; the tabs of the others are dim."""
        live = frozenset(names)
        if live != self._live:
            self._live = live
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        for at in range(self.count()):
            colour = QColor(theme.colours.text if at == self.currentIndex() else self._ink(at, theme))
            if self.tabTextColor(at) != colour:
                self.setTabTextColor(at, colour)
        super().paintEvent(event)
        painter = smooth(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.colours.accent))
        for at in range(self.count()):
            if at != self.currentIndex() and self.tabData(at) in self._live:
                box = self.tabRect(at)
                painter.drawEllipse(QPointF(box.right() - theme.px(7), box.center().y()), theme.px(2), theme.px(2))

    def _ink(self, at: int, theme: Theme) -> str:
        return theme.colours.muted if self.tabData(at) in self._live else theme.colours.faint


class Deck(QWidget):
    """Pages with an id and a title. `chosen(id)` is emitted when the presenter chooses one."""

    chosen = Signal(str)
    spoken_role = QAccessible.Role.Grouping

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Deck"))
        self._pages: dict[str, tuple[str, QWidget]] = {}  # id -> title, what stands in the stack
        self._offered: tuple[str, ...] = ()
        self._theme = UNDRESSED
        self.stack = QStackedWidget()
        self.tabs = Tabs(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setAccessibleName(self.tr("Panels"))
        self.tabs.currentChanged.connect(self._turned)
        self.picker = Picker(self.tr("Panels"))  # stands for tabs that there is no room for
        self.picker.setParent(self)
        self.picker.chosen.connect(self.tabs.setCurrentIndex)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def take(self, name: str, title: str, widget: QWidget) -> None:
        """A page, not offered yet. What is no card gets free room for the tabs above it."""
        page = widget
        if not isinstance(widget, Card) and widget.findChild(Card) is None:
            page = QWidget()
            QVBoxLayout(page).addWidget(widget)
            widget.show()
        self._pages[name] = (title, page)
        self.stack.addWidget(page)
        page.setVisible(page is self.stack.currentWidget())  # else it would be drawn behind the page that is seen
        self._dress()

    def give(self, name: str) -> None:
        """Takes a page out again: whoever calls puts it elsewhere."""
        if name in self._pages:
            _, page = self._pages.pop(name)
            self.stack.removeWidget(page)
            for card in _cards(page):
                card.indent(0)

    @property
    def page(self) -> str:
        """The id of the page that is shown, "" when there is none."""
        at = self.tabs.currentIndex()
        return str(self.tabs.tabData(at)) if at >= 0 else ""

    def turn_to(self, name: str) -> None:
        """Shows this page, where it is one."""
        if name in self._offered:
            self.tabs.setCurrentIndex(self._offered.index(name))

    def offer(self, names: Sequence[str], page: str) -> None:
        """Shows tabs for these pages, in this order, and this page, else the first one."""
        offered = tuple(name for name in names if name in self._pages)
        with QSignalBlocker(self.tabs):
            if offered != self._offered:
                self._offered = offered
                while self.tabs.count():
                    self.tabs.removeTab(0)
                for name in offered:
                    self.tabs.setTabData(self.tabs.addTab(self._pages[name][0]), name)
            if offered:
                self.tabs.setCurrentIndex(offered.index(page) if page in offered else 0)
        self._show()

    def apply_theme(self, theme: Theme) -> None:
        """Takes on colours, fonts and measures."""
        self._theme = theme
        self._dress()
        self._show()

    def _dress(self) -> None:
        theme = self._theme
        self.picker.apply_theme(theme)
        self.tabs.apply_theme(theme)
        for _, page in self._pages.values():
            layout = page.layout()
            if not _cards(page) and layout is not None:
                layout.setContentsMargins(0, theme.pixels.header, 0, 0)

    def spoken(self) -> str:
        """The title of the page that is shown, and which it is."""
        at, count = self.tabs.currentIndex(), self.tabs.count()
        said = self.tr("{title}, {place} of {number}")
        return said.format(title=self.tabs.tabText(at), place=at + 1, number=count) if count else ""

    def _turned(self, _at: int) -> None:
        self._show()
        tell(self)
        self.chosen.emit(self.page)

    def _show(self) -> None:
        name = self.page
        if name:
            self.stack.setCurrentWidget(self._pages[name][1])
        self._place()

    def _place(self) -> None:
        """The tabs stand where the title of the page would be, with room for them in its header."""
        theme = self._theme
        left, now = theme.pixels.padding // 2, self._pages.get(self.page)
        cards = _cards(now[1]) if now is not None else []
        tools = max([card.tools.sizeHint().width() for card in cards], default=0)
        room = max(self.width() - tools - 5 * left, 1)
        fit = self.tabs.sizeHint().width() <= room
        if not fit:  # the one page that is named counts more than room in the tools for more than they need
            least = max([card.tools.minimumSize().width() for card in cards], default=0)
            room = max(self.width() - least - 5 * left, 1)
        self.picker.offer([self.tabs.tabText(at) for at in range(self.tabs.count())], self.tabs.currentIndex())
        hint = self.tabs.sizeHint() if fit else self.picker.sizeHint()
        width, high = (
            min(hint.width(), room),
            theme.pixels.header if fit else min(hint.height(), theme.pixels.header - theme.px(6)),
        )
        plain = bool(cards) and all(card.header_row.isHidden() for card in cards)  # it begins with a heading of its own
        for one, there in ((self.tabs, fit), (self.picker, not fit)):
            one.setGeometry(left, 1 + (theme.pixels.header - high) // 2, width, high)
            one.setVisible(there and len(self._offered) > plain)
            one.raise_()
        for card in cards:
            card.indent(left + width + theme.px(8))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._place()
        return done


def _cards(page: QWidget) -> list[Card]:
    return [page] if isinstance(page, Card) else page.findChildren(Card)


def _style(theme: Theme) -> str:
    """The chosen tab is underlined; set once per theme."""
    colours, side = theme.colours, theme.px(8)
    return (
        "QTabBar { background: transparent; border: none; }"
        f"QTabBar::tab {{ padding: 0 {side + theme.px(4)}px 0 {side}px; border: none; background: transparent;"
        f" height: {theme.pixels.header - 2}px; }}"
        f"QTabBar::tab:selected {{ border-bottom: 2px solid {colours.accent}; }}"
        f"QTabBar::tab:hover {{ background: {colours.line_highlight}; }}"
        f"QTabBar::tab:focus {{ background: {colours.accent_soft}; }}"
    )
