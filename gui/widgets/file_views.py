"""The texts of a program's files, one shown: each keeps what can be undone in it, and where it was scrolled."""

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget

from gui.theme.theme import UNDRESSED, Theme
from gui.widgets.code_view import CodeView


class FileViews(QStackedWidget):
    """`made(view)` is told of each view, which is made when its file is first shown."""

    def __init__(self, made: Callable[[CodeView], None]) -> None:
        super().__init__()
        self._made = made
        self._views: dict[str, CodeView] = {}
        self._theme = UNDRESSED
        self.own = self.turn_to("")

    def turn_to(self, file: str) -> CodeView:
        """Shows a file, "" is the program's own; returns its view."""
        view = self._views.get(file)
        if view is None:
            view = self._views[file] = CodeView()
            self.addWidget(view)
            if self._theme is not UNDRESSED:
                view.apply_theme(self._theme)
            self._made(view)
        self.setCurrentWidget(view)
        return view

    def begin(self) -> CodeView:
        """Another program: only the view of its own file stays, and nothing in it can be undone."""
        for file in [file for file in self._views if file]:
            view = self._views.pop(file)
            self.removeWidget(view)
            view.deleteLater()
        own = self.turn_to("")
        own.loaded, own.sent = False, None
        return own

    def apply_theme(self, theme: Theme) -> None:
        """Takes on colours, fonts and measures, also those of views that are not made yet."""
        self._theme = theme
