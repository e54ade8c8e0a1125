"""The keys of the editor: text, keys, text. ‸ is the caret; ⟦ ⟧ a selection with the caret at its end."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.theme import theme
from gui.widgets.code_view import CodeView
from gui.widgets.editor.edits import unit_of

KEY, NONE = Qt.Key, Qt.KeyboardModifier.NoModifier
SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
Press = tuple[Qt.Key, Qt.KeyboardModifier]
TAB, BACKTAB, ENTER = (KEY.Key_Tab, NONE), (KEY.Key_Backtab, SHIFT), (KEY.Key_Return, NONE)
BACKSPACE, HOME = (KEY.Key_Backspace, NONE), (KEY.Key_Home, NONE)
COMMENT, DUPLICATE = (KEY.Key_Slash, CTRL), (KEY.Key_D, CTRL | SHIFT)
UP, DOWN, DELETE = (KEY.Key_Up, ALT), (KEY.Key_Down, ALT), (KEY.Key_L, CTRL | SHIFT)


@pytest.fixture
def view(qtbot: QtBot) -> CodeView:
    """An editor that has the keyboard."""
    made = CodeView()
    qtbot.addWidget(made)
    made.apply_theme(theme.make("dark", compact=False))
    made.resize(600, 400)
    made.set_editable(True)
    made.show()
    made.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    return made


def put(view: CodeView, marked: str) -> None:
    """Loads a text, with the caret or the selection where the signs are."""
    plain = marked.translate({ord(sign): None for sign in "‸⟦⟧"})
    view.loaded = False
    view.load(plain, ())
    cursor = view.textCursor()
    if "‸" in marked:
        cursor.setPosition(marked.index("‸"))
    else:
        cursor.setPosition(marked.index("⟦"))
        cursor.setPosition(marked.index("⟧") - 1, QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)


def marked(view: CodeView) -> str:
    """The text with its signs."""
    cursor, text = view.textCursor(), view.text()
    if not cursor.hasSelection():
        return f"{text[: cursor.position()]}‸{text[cursor.position() :]}"
    begin, end = cursor.selectionStart(), cursor.selectionEnd()
    return f"{text[:begin]}⟦{text[begin:end]}⟧{text[end:]}"


TABLE: list[tuple[str, str, Press | str, str]] = [
    ("tab goes to the next stop", "a‸b", TAB, "a   ‸b"),
    ("tab at a stop goes on a whole one", "    ‸b", TAB, "        ‸b"),
    ("tab in the place of a part of a line", "a⟦bc⟧d", TAB, "a   ‸d"),
    ("tab moves selected lines, blank ones not", "⟦a\n\n  b⟧\n", TAB, "⟦    a\n\n      b⟧\n"),
    ("a line of which nothing is selected stays", "⟦a\nb\n⟧c", TAB, "⟦    a\n    b\n⟧c"),
    ("tab in a file of tabs", "if a:\n\tb\n‸c", TAB, "if a:\n\tb\n\t‸c"),
    ("selected lines in a file of tabs", "if a:\n\tb\n⟦\tc\n\td⟧", TAB, "if a:\n\tb\n⟦\t\tc\n\t\td⟧"),
    ("shift+tab takes a step back", "        a‸", BACKTAB, "    a‸"),
    ("shift+tab goes to the stop before", "      a‸", BACKTAB, "    a‸"),
    ("shift+tab takes a tab away", "\ta‸", BACKTAB, "a‸"),
    ("shift+tab of lines, one of which is at the edge", "⟦a\n    b\n  c⟧", BACKTAB, "⟦a\nb\nc⟧"),
    ("enter keeps indentation", "    a‸", ENTER, "    a\n    ‸"),
    ("enter adds some after a colon", "if a:‸", ENTER, "if a:\n    ‸"),
    ("enter after a colon and a comment", "if a:  # b‸", ENTER, "if a:  # b\n    ‸"),
    ("a colon in a comment is none", "a  # b:‸", ENTER, "a  # b:\n‸"),
    ("a colon in a string is none", 'a = "b:‸', ENTER, 'a = "b:\n‸'),
    ("enter after an open bracket", "f(‸", ENTER, "f(\n    ‸"),
    ("enter after a colon in a file of tabs", "if a:\n\tb\nif c:‸", ENTER, "if a:\n\tb\nif c:\n\t‸"),
    ("enter after return", "def f():\n    return 1‸", ENTER, "def f():\n    return 1\n‸"),
    ("enter after pass", "    pass‸", ENTER, "    pass\n‸"),
    ("enter after break", "        break‸", ENTER, "        break\n    ‸"),
    ("enter after continue", "        continue‸", ENTER, "        continue\n    ‸"),
    ("enter after raise", "        raise A(1)‸", ENTER, "        raise A(1)\n    ‸"),
    ("a name that begins like one of them", "    passed‸", ENTER, "    passed\n    ‸"),
    ("return that goes on in the next line", "    return f(‸", ENTER, "    return f(\n        ‸"),
    ("enter in the middle of a line", "    a‸ + b", ENTER, "    a\n    ‸+ b"),
    ("enter before a line", "‸    a", ENTER, "\n‸    a"),
    ("enter in a line of blanks leaves it empty", "    ‸", ENTER, "\n    ‸"),
    ("enter in the place of what is selected", "a⟦b⟧c", ENTER, "a\n‸c"),
    ("backspace among leading blanks", "        ‸a", BACKSPACE, "    ‸a"),
    ("backspace to the stop before", "      ‸a", BACKSPACE, "    ‸a"),
    ("backspace behind a letter", "    a ‸", BACKSPACE, "    a‸"),
    ("backspace of a selection", "⟦    ⟧a", BACKSPACE, "‸a"),
    ("backspace of a tab", "\t‸a", BACKSPACE, "‸a"),
    ("backspace at the beginning of a line", "a\n‸b", BACKSPACE, "a‸b"),
    ("comment out", "    a‸", COMMENT, "    # a‸"),
    ("and in again", "    # a‸", COMMENT, "    a‸"),
    ("without its blank", "#a‸", COMMENT, "a‸"),
    ("lines at their common edge, blank ones untouched", "⟦  a\n\n    b⟧", COMMENT, "⟦  # a\n\n  #   b⟧"),
    ("lines of which one is no comment", "⟦# a\nb⟧", COMMENT, "⟦# # a\n# b⟧"),
    ("duplicate a line", "a‸b\nc", DUPLICATE, "ab\na‸b\nc"),
    ("duplicate the last line", "a\nb‸", DUPLICATE, "a\nb\nb‸"),
    ("duplicate selected lines", "⟦a\nb⟧\nc", DUPLICATE, "a\nb\n⟦a\nb⟧\nc"),
    ("line up", "a\nb‸c\nd", UP, "b‸c\na\nd"),
    ("first line up", "a‸\nb", UP, "a‸\nb"),
    ("last line up", "a\nb‸", UP, "b‸\na"),
    ("line down", "a‸b\nc", DOWN, "c\na‸b"),
    ("last line down", "a\nb‸", DOWN, "a\nb‸"),
    ("lines down", "⟦a\nb⟧\nc\nd", DOWN, "c\n⟦a\nb⟧\nd"),
    ("delete a line", "a\nb‸c\nde", DELETE, "a\nd‸e"),
    ("delete the last line", "ab\nc‸", DELETE, "a‸b"),
    ("delete the only line", "a‸", DELETE, "‸"),
    ("delete lines", "⟦ab\nb⟧\ncd", DELETE, "c‸d"),
    ("home to the first letter", "    a b‸", HOME, "    ‸a b"),
    ("home again to the edge", "    ‸a", HOME, "‸    a"),
    ("and back", "‸    a", HOME, "    ‸a"),
    ("home selects with shift", "    ab‸", (KEY.Key_Home, SHIFT), "    ⟦ab⟧"),
    ("typed letters", "a‸", "b = 1 + P, T", "ab = 1 + P, T‸"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "keys", "after"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_that_a_key_does_what_one_expects_and_undo_takes_it_back(
    view: CodeView, before: str, keys: Press | str, after: str
) -> None:
    put(view, before)
    text = view.text()
    if isinstance(keys, str):
        QTest.keyClicks(view, keys)
    else:
        QTest.keyClick(view, *keys)
    assert marked(view) == after
    changed = view.text() != text
    QTest.keyClick(view, KEY.Key_Z, CTRL)
    assert view.text() == text, "one step"
    if changed:
        QTest.keyClick(view, KEY.Key_Y, CTRL)
        assert view.text() == after.translate({ord(sign): None for sign in "‸⟦⟧"})


def test_that_undo_takes_a_line_at_a_time_and_redo_brings_it_back(view: CodeView) -> None:
    put(view, "‸")
    QTest.keyClicks(view, "first line")
    QTest.keyClick(view, *ENTER)
    QTest.keyClicks(view, "second")
    QTest.keyClick(view, KEY.Key_Z, CTRL)
    assert view.text() == "first line\n"
    while view.text():
        QTest.keyClick(view, KEY.Key_Z, CTRL)
    for _ in range(3):
        QTest.keyClick(view, KEY.Key_Z, CTRL | SHIFT)
    assert view.text() == "first line\nsecond"


def test_that_the_same_text_loaded_again_keeps_what_can_be_undone(view: CodeView) -> None:
    put(view, "a‸")
    QTest.keyClicks(view, "b")
    view.load("ab", ("N",))
    view.undo()
    assert view.text() == "a"


def test_that_a_text_that_is_read_again_can_be_undone_and_another_document_cannot(view: CodeView) -> None:
    put(view, "one\ntwo\nth‸ree")
    QTest.keyClicks(view, "X")
    for other in ("zero\none\ntwo\nthXree", "one\ntwo", "", "a\nb\nc\n", "one\n2\nthXree\n\n", "\u2028\n\U0001f9f5"):
        view.load(other, ())
        assert view.text() == other
        view.undo()
        assert view.text() == "one\ntwo\nthXree", other
    view.jump(3, 4)
    view.load("zero\none\ntwo\nthXree", ())
    caret = view.textCursor()
    assert (caret.blockNumber(), caret.positionInBlock()) == (3, 3), "it stays in its line"
    view.loaded = False
    view.load("other", ())
    view.undo()
    assert view.text() == "other"


@pytest.mark.parametrize(
    ("text", "unit"), [("", "    "), ("a:\n\tb", "\t"), ("a:\n  b", "    "), ("\ta\n\tb\n  c", "\t")]
)
def test_that_a_file_of_tabs_is_known(text: str, unit: str) -> None:
    assert unit_of(text) == unit


def test_that_a_view_that_cannot_be_edited_refuses_every_change(view: CodeView) -> None:
    put(view, "if a:\n    ‸b\n")
    view.set_editable(False)
    heard: list[None] = []
    view.edited.connect(lambda: heard.append(None))
    for key, held in (TAB, BACKTAB, ENTER, BACKSPACE, COMMENT, DUPLICATE, UP, DOWN, DELETE, (KEY.Key_Delete, NONE)):
        QTest.keyClick(view, key, held)
    QTest.keyClicks(view, "abc +-")
    QTest.keyClick(view, KEY.Key_V, CTRL)
    view.keyboard.perform("edit-replace")
    view.finder.bar.what.setText("b")
    view.finder.bar.by.setText("c")
    view.finder.bar.all.click()
    assert view.text() == "if a:\n    b\n"
    assert heard == []


def test_that_every_key_says_that_the_text_was_edited(view: CodeView, qtbot: QtBot) -> None:
    for key, held in (TAB, ENTER, COMMENT, DUPLICATE, UP, DELETE):
        put(view, "    a\n    b‸\nc")
        with qtbot.waitSignal(view.edited):
            QTest.keyClick(view, key, held)


def test_that_loading_is_no_editing(view: CodeView) -> None:
    heard: list[None] = []
    view.edited.connect(lambda: heard.append(None))
    view.load("one\ntwo", ())
    assert heard == []


@pytest.mark.parametrize(
    ("text", "column", "spots", "bad"),
    [
        ("f(a)", 1, ((0, 1), (0, 3)), False),
        ("f(a)", 4, ((0, 3), (0, 1)), False),
        ("f(a]", 1, ((0, 1), (0, 3)), True),
        ("f(a", 1, ((0, 1),), True),
        ("f(\n  [1,\n  2]\n)", 1, ((0, 1), (3, 0)), False),
        ("f('(')", 1, ((0, 1), (0, 5)), False),
        ("f(  # )\n)", 1, ((0, 1), (1, 0)), False),
        ("'('", 1, None, False),
        ('f"{a(b)}"', 4, ((0, 4), (0, 6)), False),
    ],
)  # fmt: skip
def test_that_the_bracket_at_the_caret_finds_its_partner(
    view: CodeView, text: str, column: int, spots: tuple[tuple[int, int], ...] | None, bad: bool
) -> None:
    view.load(text, ())
    view.highlighter.finish()
    view.jump(1, column + 1)
    view._caret_moved()
    pair = view._pair
    assert (pair.spots if pair is not None else None) == spots
    assert (pair is not None and pair.bad) is bad


def test_that_a_double_click_takes_a_word(view: CodeView) -> None:
    view.load("one two_three four", ())
    cursor = view.textCursor()
    cursor.setPosition(6)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.cursorRect(cursor).center())
    assert view.textCursor().selectedText() == "two_three"
