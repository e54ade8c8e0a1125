"""Which key of the editor does what, and which keys are the window's while text is typed."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QTextCursor

from gui.widgets.editor import edits

_KEY, _MOD = Qt.Key, Qt.KeyboardModifier
Edit = Callable[[QTextCursor, str], object]  # what it does with the caret; the unit is one step of indentation

EDITS: dict[str, Edit] = {  # by the ids of their actions: see gui.actions
    "edit-indent": edits.indent,
    "edit-dedent": edits.dedent,
    "edit-comment": edits.toggle_comment,
    "edit-duplicate": edits.duplicate,
    "edit-line-up": edits.move_up,
    "edit-line-down": edits.move_down,
    "edit-delete-line": edits.delete_lines,
}
_NONE, _SHIFT, _CTRL, _ALT = _MOD.NoModifier, _MOD.ShiftModifier, _MOD.ControlModifier, _MOD.AltModifier
KEYS: dict[tuple[int, Qt.KeyboardModifier], str] = {
    (_KEY.Key_Tab, _NONE): "edit-indent",
    (_KEY.Key_Backtab, _SHIFT): "edit-dedent",
    (_KEY.Key_Tab, _SHIFT): "edit-dedent",
    (_KEY.Key_Slash, _CTRL): "edit-comment",
    (_KEY.Key_D, _CTRL | _SHIFT): "edit-duplicate",
    (_KEY.Key_Up, _ALT): "edit-line-up",
    (_KEY.Key_Down, _ALT): "edit-line-down",
    (_KEY.Key_L, _CTRL | _SHIFT): "edit-delete-line",
    (_KEY.Key_Z, _CTRL): "edit-undo",
    (_KEY.Key_Y, _CTRL): "edit-redo",
    (_KEY.Key_Z, _CTRL | _SHIFT): "edit-redo",
    (_KEY.Key_F, _CTRL): "edit-find",
    (_KEY.Key_H, _CTRL): "edit-replace",
    (_KEY.Key_G, _CTRL): "edit-go-to",
    (_KEY.Key_F3, _NONE): "edit-next",
    (_KEY.Key_F3, _SHIFT): "edit-before",
    (_KEY.Key_F8, _NONE): "edit-problem",
}
READING = frozenset(
    {"edit-find", "edit-go-to", "edit-next", "edit-before", "edit-problem"}
)  # also of what is not edited
_STANDARD = (
    QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.Cut, QKeySequence.StandardKey.Paste,
    QKeySequence.StandardKey.SelectAll, QKeySequence.StandardKey.DeleteStartOfWord,
    QKeySequence.StandardKey.DeleteEndOfWord, QKeySequence.StandardKey.DeleteEndOfLine,
)  # fmt: skip
_MOVES = frozenset(
    {_KEY.Key_Left, _KEY.Key_Right, _KEY.Key_Up, _KEY.Key_Down, _KEY.Key_Home, _KEY.Key_End, _KEY.Key_Backspace,
     _KEY.Key_Delete, _KEY.Key_Insert}
)  # fmt: skip
_PLAIN = frozenset({_KEY.Key_PageUp, _KEY.Key_PageDown, _KEY.Key_Return, _KEY.Key_Enter})


def held_modifiers(event: QKeyEvent) -> Qt.KeyboardModifier:
    """What is held with a key; the keypad is no other key."""
    return event.modifiers() & ~_MOD.KeypadModifier & ~_MOD.GroupSwitchModifier


def action_of(event: QKeyEvent) -> str:
    """The action of a key, "" for none."""
    return KEYS.get((event.key(), held_modifiers(event)), "")


def is_text(event: QKeyEvent) -> bool:
    """Whether a key writes something; AltGr is reported as Ctrl+Alt by some systems."""
    held, text = held_modifiers(event), event.text()
    alone = not held & (_CTRL | _ALT | _MOD.MetaModifier) or (held & _CTRL and held & _ALT)
    return bool(text) and text.isprintable() and bool(alone)


def keeps(event: QKeyEvent) -> bool:
    """Whether a key belongs to the text that is edited, and is no shortcut of the window."""
    held, key = held_modifiers(event), event.key()
    if action_of(event) or is_text(event) or any(event.matches(one) for one in _STANDARD):
        return True
    if key in _MOVES:
        return not held & (_ALT | _MOD.MetaModifier)
    return key in _PLAIN and not held & ~_SHIFT
