"""Finds in a text: keeps the places, steps through them, replaces, and paints those that are seen."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from gui.theme.theme import UNDRESSED, Theme
from gui.widgets.editor import plain_text
from gui.widgets.editor.query import Found, Query

if TYPE_CHECKING:
    from gui.widgets.editor.find_bar import FindBar, GoToLine, Laid

L = TypeVar("L", bound="Laid")
LATER = 150  # milliseconds after a change of the text until it is searched again


class Finder(QObject):
    """The bar and its places. Works as well on what cannot be edited, but for replacing."""

    def __init__(self, view: QPlainTextEdit, jump: Callable[[int, int], object]) -> None:
        super().__init__(view)
        self._view, self._jump = view, jump
        self._theme = UNDRESSED
        self.may_close: Callable[[], bool] = lambda: True  # False: the Esc key is the window's
        self.found = Found()
        self._from = 0  # where the search began: whoever types a query goes on from there
        self._later = QTimer(self, singleShot=True, interval=LATER)
        self._later.timeout.connect(self.look)

    @cached_property
    def bar(self) -> FindBar:
        """Made when it is asked for: the first frame does not wait for it."""
        from gui.widgets.editor.find_bar import FindBar  # noqa: PLC0415 - for the same reason

        made = FindBar(self._view)
        made.asked.connect(self._ask)
        made.stepped.connect(self.step)
        made.replaced.connect(self._replace)
        made.closed.connect(self._closed)
        return self._laid(made)

    @cached_property
    def line_field(self) -> GoToLine:
        """Made when it is asked for."""
        from gui.widgets.editor.find_bar import GoToLine  # noqa: PLC0415 - the first frame does not wait for it

        made = GoToLine(self._view)
        made.chosen.connect(self._jump)
        made.closed.connect(self._view.setFocus)
        return self._laid(made)

    def _laid(self, made: L) -> L:
        made.may_close = self.may_close
        made.apply_theme(self._theme)
        return made

    @property
    def shown(self) -> bool:
        """Whether the bar is to be seen."""
        return "bar" in vars(self) and self.bar.isVisible()

    def apply_theme(self, theme: Theme) -> None:
        """Dresses what is made."""
        self._theme = theme
        for name in ("bar", "line_field"):
            if name in vars(self):
                vars(self)[name].apply_theme(theme)

    def open_line_field(self) -> None:
        """Asks for a line to go to."""
        self.line_field.open(self._view.blockCount())

    def open(self, *, replacing: bool, may_edit: bool) -> None:
        """Shows the bar, with what is selected."""
        cursor = self._view.textCursor()
        chosen = cursor.selectedText()
        self._from = cursor.selectionStart()
        self.bar.open("" if "\u2029" in chosen else plain_text.real(chosen), replacing=replacing, may_edit=may_edit)

    def text_changed(self) -> None:
        """The places are others now: looked for when the typing rests."""
        if self.shown:
            self._later.start()

    def _text(self) -> str:
        return self._view.document().toRawText().replace("\u2029", "\n")

    def look(self) -> None:
        """Finds all places again."""
        self.found = found_in(self._text(), self.bar.query) if self.shown else Found()
        self._tell()
        self._view.viewport().update()

    def _ask(self) -> None:
        self.look()
        if not self.found.places:
            return
        self._choose(bisect_left(self.found.places, (self._from, 0)) % len(self.found.places))

    def step(self, forward: bool) -> None:
        """To the next place after what is selected, or the one before; round at the end. Without a bar: opens it."""
        if "bar" not in vars(self) or not self.bar.what.text():
            self.open(replacing=False, may_edit=False)
            return
        if not self.shown or self._later.isActive():
            self.found = found_in(self._text(), self.bar.query)
        places, cursor = self.found.places, self._view.textCursor()
        if not places:
            self._tell()
            return
        at = bisect_left(places, (cursor.selectionStart(), 0))
        here = at < len(places) and places[at] == (cursor.selectionStart(), cursor.selectionEnd())
        self._choose((at + here if forward else at - 1) % len(places))

    def _choose(self, at: int) -> None:
        begin, end = self.found.places[at]
        cursor = self._view.textCursor()
        cursor.setPosition(begin)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        self._view.setTextCursor(cursor)
        if self.shown:
            uncover(self._view, self.bar)
        self._from = begin
        self._tell()

    def _tell(self) -> None:
        cursor, places = self._view.textCursor(), self.found.places
        chosen = (cursor.selectionStart(), cursor.selectionEnd())
        at = bisect_left(places, chosen)
        self.bar.tell(self.found, at + 1 if at < len(places) and places[at] == chosen else 0)

    def _replace(self, everything: bool) -> None:
        if self._view.isReadOnly():
            return
        if everything:
            self._replace_all()
            return
        cursor, query, by = self._view.textCursor(), self.bar.query, plain_text.held(self.bar.by.text())
        if (cursor.selectionStart(), cursor.selectionEnd()) in self.found.places and cursor.hasSelection():
            if query.regular:
                from gui.widgets.editor import search  # noqa: PLC0415 - when somebody looks for something

                match = search.expression(query).match(self._text(), cursor.selectionStart())
                by = search.replacement(match, by)
            cursor.insertText(by)
            self._view.setTextCursor(cursor)
        self.look()
        self.step(True)

    def _replace_all(self) -> None:
        """In one step of undo: all from the first place to the last one is put in at once."""
        from gui.widgets.editor.search import replace_all  # noqa: PLC0415 - when somebody looks for something

        begin, end, made, count = replace_all(self._text(), self.bar.query, plain_text.held(self.bar.by.text()))
        if count:
            cursor = QTextCursor(self._view.document())
            cursor.setPosition(begin)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(made)
        self.look()

    def _closed(self) -> None:
        self.found = Found()
        self._view.setFocus()
        self._view.viewport().update()

    def places_in(self, begin: int, end: int) -> list[tuple[int, int]]:
        """The places that touch a part of the text."""
        places = self.found.places if self.shown else ()
        found = []
        for at in range(max(0, bisect_left(places, (begin, 0)) - 1), len(places)):
            if places[at][0] > end:
                break
            if places[at][1] > begin:
                found.append(places[at])
        return found


def found_in(text: str, query: Query) -> Found:
    """Where it is."""
    from gui.widgets.editor.search import find_all  # noqa: PLC0415 - when somebody looks for something

    return find_all(text, query)


def uncover(view: QPlainTextEdit, bar: FindBar) -> None:
    """The caret is not left below the bar."""
    under = view.cursorRect().top() - (bar.height() + bar.y())
    if under < 0:
        scrolls, high = view.verticalScrollBar(), max(1, view.fontMetrics().lineSpacing())
        scrolls.setValue(scrolls.value() + under // high)
