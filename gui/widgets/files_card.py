"""The card of a program: a text for each of its files, and a tab for each where there are several."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from gui.theme.theme import UNDRESSED, Theme
from gui.view_state.shown_file import FileTab
from gui.widgets.card import Card
from gui.widgets.code_view import CodeView
from gui.widgets.file_tabs import FileTabs


class FileViews(QStackedWidget):
    """One view is seen; each keeps what can be undone in it, and where it was scrolled to."""

    scrolled = Signal()  # the one that is seen
    edited = Signal()
    problem_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._views: dict[str, CodeView] = {}
        self._theme = UNDRESSED
        self.turn_to("")

    def turn_to(self, file: str) -> CodeView:
        """Shows a file, "" is the program's own; returns its view, which is made when it is first shown."""
        view = self._views.get(file)
        if view is None:
            view = self._views[file] = CodeView()
            view.scrolled.connect(self.scrolled)
            view.edited.connect(self.edited)
            view.problem_asked.connect(self.problem_asked)
            self.addWidget(view)
            if self._theme is not UNDRESSED:
                view.apply_theme(self._theme)
        self.setCurrentWidget(view)
        return view

    def begin(self) -> None:
        """Another program: only the view of its own file stays, and nothing in it can be undone."""
        for file in [file for file in self._views if file]:
            view = self._views.pop(file)
            self.removeWidget(view)
            view.deleteLater()
        own = self._views[""]
        own.loaded, own.sent = False, None

    def apply_theme(self, theme: Theme) -> None:
        """Takes on colours, fonts and measures, also those of views that are not made yet."""
        self._theme = theme


class FilesCard(Card):
    """Tabs stand in the place of title and subtitle: they say what the panel is."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._indented = False
        self.tabs, self.views = FileTabs(), FileViews()
        self.view = self.views.turn_to("")  # the one that is seen
        self.header.insertWidget(2, self.tabs, 1)
        self.body.addWidget(self.views, 1)
        self.body.setContentsMargins(0, 0, 1, 6)

    def offer(self, tabs: Sequence[FileTab], file: str) -> None:
        """Shows a tab for each; none: the title."""
        self.tabs.offer(tabs, file)
        self.subtitle.setVisible(not tabs)
        self._entitle()

    def indent(self, width: int) -> None:
        super().indent(width)
        self._indented = width > 0
        self._entitle()

    def _entitle(self) -> None:
        self.title.setVisible(not self._indented and not self.tabs.shown)
