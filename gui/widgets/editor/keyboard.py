"""The keyboard of the editor: which keys are text, what they do, and when the Esc key is the window's."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from gui.widgets.editor import edits
from gui.widgets.editor.edit_keys import EDITS, READING, action_of, held_modifiers, keeps
from gui.widgets.editor.finder import Finder

_ALONE = Qt.KeyboardModifier.NoModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Keyboard:
    """Does what keys say. `code_before` is the code of the line before the caret."""

    def __init__(
        self,
        view: QPlainTextEdit,
        finder: Finder,
        code_before: Callable[[QTextCursor], str],
        next_problem: Callable[[], object],
    ) -> None:
        self._view, self._finder, self._code_before = view, finder, code_before
        self._places = {"edit-problem": next_problem, "edit-go-to": finder.open_line_field}
        self.unit = edits.SPACES  # one step of indentation
        self.live = False  # a run goes on: the Esc key stops it, wherever the keyboard is

    def keeps(self, event: QKeyEvent) -> bool:
        """Whether a key belongs to the text, and is no shortcut of the window."""
        if event.key() == Qt.Key.Key_Escape:
            return self._escapes(event)
        return action_of(event) in READING if self._view.isReadOnly() else keeps(event)

    def _escapes(self, event: QKeyEvent) -> bool:
        if self.live or held_modifiers(event) != _ALONE:
            return False
        view = self._view
        return not view.isReadOnly() or self._finder.shown or view.textCursor().hasSelection()

    def pressed(self, event: QKeyEvent) -> bool:
        """Does what a key does; False where Qt's own editor does it."""
        held, key, name = held_modifiers(event), event.key(), action_of(event)
        if key == Qt.Key.Key_Escape and self._escapes(event):
            self._leave()
            return True
        if name:
            return self.perform(name)
        return not self._view.isReadOnly() and not held & ~_SHIFT and self._typed(key, bool(held & _SHIFT))

    def _typed(self, key: int, shifted: bool) -> bool:
        cursor = self._view.textCursor()
        if key in _ENTER:
            edits.new_line(cursor, self.unit, self._code_before(cursor))
        elif key == Qt.Key.Key_Home:
            edits.home(cursor, selecting=shifted)
        elif key != Qt.Key.Key_Backspace or not edits.backspace(cursor, self.unit):
            return False
        self._put(cursor)
        return True

    def _put(self, cursor: QTextCursor) -> None:
        self._view.setTextCursor(cursor)
        self._view.ensureCursorVisible()

    def perform(self, name: str) -> bool:
        """Does what an action of the editor does, by its id in gui.actions; False where that is nothing."""
        view = self._view
        if name in self._places:
            self._places[name]()
        elif name in ("edit-find", "edit-replace"):
            self._finder.open(replacing=name == "edit-replace", may_edit=not view.isReadOnly())
        elif name in ("edit-next", "edit-before"):
            self._finder.step(name == "edit-next")
        elif view.isReadOnly():
            return False
        elif name in EDITS:
            cursor = view.textCursor()
            EDITS[name](cursor, self.unit)
            self._put(cursor)
        else:
            (view.undo if name == "edit-undo" else view.redo)()
            view.ensureCursorVisible()
        return True

    def _leave(self) -> None:
        """Closes the bar, else takes the selection away, else gives the keyboard back to the window."""
        cursor = self._view.textCursor()
        if self._finder.shown:
            self._finder.bar.close_bar()
        elif cursor.hasSelection():
            cursor.clearSelection()
            self._view.setTextCursor(cursor)
        else:
            self._view.clearFocus()
