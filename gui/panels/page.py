"""A page: a lesson without a program, large and in the middle of the window."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent

from gui.panel import Commands, Course, PanelInfo, Place, Suits
from gui.theme.theme import Theme
from gui.widgets.card import Card
from gui.widgets.markdown_view import MarkdownView, follow

_LARGER = 3  # pixels, than the text of a lesson beside a program
_LINE = 58  # of its letters' heights: longer lines are hard to read


class Page(Card):
    """Its text in a column that is no wider than can be read."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(self.tr("Page"))
        self._current, self._line = "", 0
        self.browser = MarkdownView(self.tr("Page"), _LARGER)
        self.browser.anchorClicked.connect(lambda link: follow(commands, link))
        self.body.addWidget(self.browser)
        self.header_row.hide()  # the text begins with its own title

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())

    def opened(self, course: Course) -> None:
        again, self._current = course.current == self._current, course.current
        if course.scenario.page:
            self.setAccessibleName(course.scenario.title or self.tr("Page"))
            self.browser.tell(course.lesson, str(course.scenario.folder), again=again)

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._line = theme.px(_LINE * (theme.measures.base + _LARGER))
        self.browser.setMinimumHeight(theme.px(56))
        self.body.setContentsMargins(theme.px(16), theme.px(16), theme.px(6), theme.px(12))
        self._centre()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._centre()

    def _centre(self) -> None:
        """The text stands in the middle, its scroll bar at the edge of the card."""
        self.browser.keep_clear(max(0, (self.browser.width() - self._line) // 2))


PANEL = PanelInfo("page", "Page", Place.PLOTS, 1, make=Page, stretch=8, suits=Suits.PAGES, draws=("program",))
