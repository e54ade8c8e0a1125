"""Several panels in the room of one: tabs in the place of their titles, one of them shown."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from gui.theme.palette import text_font
from gui.theme.theme import Theme
from gui.widgets.card import Card
from gui.widgets.inputs import Picker


class Deck(QWidget):
    """Pages with an id and a title. `chosen(id)` is emitted when the presenter chooses one."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._pages: dict[str, tuple[str, QWidget]] = {}  # id -> title, what stands in the stack
        self._offered: tuple[str, ...] = ()
        self._theme: Theme | None = None
        self.stack = QStackedWidget()
        self.tabs = QTabBar(self)
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
        self._pages[name] = (title, page)
        self.stack.addWidget(page)
        widget.show()
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

    def mark(self, names: Sequence[str]) -> None:
        """The tabs of these pages have something to show; the others are dim."""
        if self._theme is not None:
            for at in range(self.tabs.count()):
                live = self.tabs.tabData(at) in names or at == self.tabs.currentIndex()
                colour = self._theme.colours.text if live else self._theme.colours.faint
                if self.tabs.tabTextColor(at) != QColor(colour):
                    self.tabs.setTabTextColor(at, QColor(colour))

    def apply_theme(self, theme: Theme) -> None:
        """Takes on colours, fonts and measures."""
        self._theme = theme
        self._dress()
        self._show()

    def _dress(self) -> None:
        theme = self._theme
        if theme is None:
            return
        self.picker.apply_theme(theme)
        self.tabs.setFont(text_font(theme, theme.measures.heading, 600))
        self.tabs.setStyleSheet(_style(theme))
        for _, page in self._pages.values():
            layout = page.layout()
            if not _cards(page) and layout is not None:
                layout.setContentsMargins(0, theme.pixels.header, 0, 0)

    def _turned(self, _at: int) -> None:
        self._show()
        self.chosen.emit(self.page)

    def _show(self) -> None:
        name = self.page
        if name:
            self.stack.setCurrentWidget(self._pages[name][1])
        self._place()

    def _place(self) -> None:
        """The tabs stand where the title of the page would be, with room for them in its header."""
        theme = self._theme
        if theme is None:
            return
        left, now = theme.pixels.padding // 2, self._pages.get(self.page)
        cards = _cards(now[1]) if now is not None else []
        tools = max([card.tools.sizeHint().width() for card in cards], default=0)
        room = max(self.width() - tools - 5 * left, 1)
        fit = self.tabs.sizeHint().width() <= room
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
        f"QTabBar::tab {{ padding: 0 {side}px; border: none; background: transparent;"
        f" height: {theme.pixels.header - 2}px; color: {colours.faint}; }}"
        f"QTabBar::tab:selected {{ color: {colours.text}; border-bottom: 2px solid {colours.accent}; }}"
        f"QTabBar::tab:hover {{ color: {colours.text}; }}"
        f"QTabBar::tab:focus {{ background: {colours.accent_soft}; }}"
    )
