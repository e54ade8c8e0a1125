"""What becomes of the text in the editor: pasted, dropped, composed, with letters of every kind, and its colours."""

import random
from pathlib import Path

import pytest
from pygments.lexers import PythonLexer
from pygments.token import Name
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent, QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.frame import State
from gui.theme import theme
from gui.view_state.code_annotations import Marker, Note
from gui.widgets.code_view import CodeView
from gui.widgets.editor.line_lexer import LineLexer, role_of
from gui.widgets.editor.plain_text import ending, held, real

SCENARIOS = sorted(Path("resources/scenarios").rglob("program.py"))


@pytest.fixture
def view(qtbot: QtBot) -> CodeView:
    made = CodeView()
    qtbot.addWidget(made)
    made.apply_theme(theme.make("dark", compact=False))
    made.resize(700, 500)
    made.set_editable(True)
    made.show()
    made.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    return made


NASTY = "a\u2028b\u2029c\x00d\x0c\x1be\ufeff\u00a0f\U0001f600\u0301 \u05d0\u05d1 \u202e\t\ufffc\n"


def test_that_no_letter_is_lost_and_unseen_ones_are_painted(view: CodeView) -> None:
    view.load(NASTY, ())
    assert view.text() == NASTY
    assert view.blockCount() == 2, "as Python counts lines"
    QTest.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(view, "x")
    assert view.text() == NASTY + "x"
    with_signs = view.viewport().grab().toImage()
    view.load(NASTY.replace("\x00", " "), ())
    assert view.viewport().grab().toImage() != with_signs
    cursor = view.textCursor()
    cursor.select(QTextCursor.SelectionType.Document)
    view.setTextCursor(cursor)
    view.load(NASTY, ())
    view.selectAll()
    assert view.createMimeDataFromSelection().text() == NASTY


@pytest.mark.parametrize("text", ["a\r\nb\r\n", "a\rb\r", "a\nb\n", "a\r\nb\nc\r\n", "", "\r\n", "a"])
def test_that_lines_end_as_they_did(view: CodeView, text: str) -> None:
    view.load(text, ())
    assert view.text() == text, "untouched, it is what was loaded"
    QTest.keyClicks(view, "x")
    kind = ending(text)
    assert view.text() == "x" + text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", kind)


def test_that_a_very_long_line_is_shown_and_typed_into(view: CodeView) -> None:
    long = "x = '" + "ab " * 33_000 + "'"
    view.load(f"a = 1\n{long}\nb = 2\n", ())
    view.jump(2, 6)
    QTest.keyClicks(view, "!")
    assert view.text().split("\n")[1] == long[:5] + "!" + long[5:]
    assert view.horizontalScrollBar().maximum() > 100_000


def _mime(text: str = "", html: str = "") -> QMimeData:
    data = QMimeData()
    if text:
        data.setText(text)
    if html:
        data.setHtml(html)
    return data


def test_that_rich_text_is_pasted_as_plain_text(view: CodeView) -> None:
    view.load("", ())
    view.insertFromMimeData(_mime("bold\ntext", "<b>bold</b><br><i>text</i>"))
    assert view.text() == "bold\ntext"
    assert not view.document().findBlockByNumber(0).charFormat().fontWeight() > 400
    view.undo()
    assert view.text() == ""


def test_that_ends_of_lines_that_are_pasted_become_the_programs(view: CodeView) -> None:
    view.load("a\r\n", ())
    view.insertFromMimeData(_mime("b\r\nc\rd\ne\u2029f"))
    assert view.text() == "b\r\nc\r\nd\r\ne\u2029fa\r\n"
    assert held("\r\n") == "\n"
    assert real(held(NASTY).replace("\n", "\u2029")) == NASTY


def test_that_text_is_dragged_to_another_place(view: CodeView) -> None:
    view.load("one two three\n", ())
    cursor = view.textCursor()
    cursor.setPosition(0)
    cursor.setPosition(4, QTextCursor.MoveMode.KeepAnchor)
    view.setTextCursor(cursor)
    data = view.createMimeDataFromSelection()
    end = QTextCursor(view.document())
    end.setPosition(8)
    spot = view.cursorRect(end).center()
    where = QPointF(spot)
    drop = QDropEvent(where, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    view.dropEvent(drop)
    assert view.text() == "one two one three\n"
    view.undo()
    assert view.text() == "one two three\n"


def test_that_an_input_method_composes_letters_without_loss(view: CodeView) -> None:
    view.load("a = ''  # b\n", ())
    view.jump(1, 6)
    QApplication.sendEvent(view, QInputMethodEvent("ni", []))
    assert view.text() == "a = ''  # b\n", "what is composed is no text yet"
    commit = QInputMethodEvent()
    commit.setCommitString("\u4f60")
    QApplication.sendEvent(view, commit)
    QApplication.processEvents()
    assert view.text() == "a = '\u4f60'  # b\n"
    assert view.document().findBlockByNumber(0).layout().formats(), "it has its colours again"
    view.undo()
    assert view.text() == "a = ''  # b\n"


def test_that_text_is_selected_by_mouse_and_by_keyboard(view: CodeView) -> None:
    view.load("one two\nthree\n", ())
    cursor = QTextCursor(view.document())
    begin = view.cursorRect(cursor).center()
    cursor.setPosition(11)
    end = view.cursorRect(cursor).center()
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=begin)
    QTest.mouseMove(view.viewport(), end - QPoint(1, 0))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=end)
    assert view.textCursor().selectedText().startswith("one two")
    view.jump(1)
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.textCursor().selectedText() == "one"
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.textCursor().selectedText() == "one two\u2029three\u2029"


def test_that_marks_stay_at_their_lines_numbers_and_are_painted_while_it_is_edited(view: CodeView) -> None:
    view.load("a\nb\nc\n", ())
    view.mark((Marker(2, 2, State.RUNNING, "1"),), 0)
    view.annotate({3: Note("it failed here", bad=True)})
    QTest.keyClicks(view, "x = 1")
    assert view.ground(2) == theme.DARK.line_highlight
    before = view.grab().toImage()
    view.annotate({})
    assert view.grab().toImage() != before


def _roles_of_whole(text: str, knobs: frozenset[str] = frozenset()) -> list[list[str]]:
    """For each letter of each line its role, from Pygments' reading of the whole text."""
    lines: list[list[str]] = [[]]
    tokens = list(PythonLexer(stripnl=False, stripall=False, ensurenl=False).get_tokens(text))
    for at, (token, value) in enumerate(tokens):
        role = role_of(token)
        if token in Name and value in knobs:
            role = "knob"
        elif token is Name and at + 1 < len(tokens) and tokens[at + 1][1].startswith("("):
            role = "call"
        for number, part in enumerate(value.split("\n")):
            if number:
                lines.append([])
            lines[-1] += [role] * len(part)
    return lines


def _roles_of_view(view: CodeView) -> list[list[str]]:
    view.highlighter.finish()
    texts = view.text().split("\n")
    found = []
    for text, pieces in zip(texts, view.highlighter.lines, strict=True):
        roles = [""] * len(text)
        for piece in pieces or ():
            roles[piece.start : piece.start + piece.length] = [piece.role] * piece.length
        found.append(roles)
    return found


@pytest.mark.parametrize("path", SCENARIOS, ids=[path.parent.name for path in SCENARIOS])
def test_that_a_scenario_has_the_colours_of_the_whole_text(view: CodeView, path: Path) -> None:
    text = path.read_text("utf-8")
    view.load(text, ())
    assert _roles_of_view(view) == _roles_of_whole(text)


TEXTS = (
    'a = """one\ntwo # no comment\n"""\nb = 1\n',
    "def f(a, *, b: int = 3) -> str:\n    '''Does\n\n    it.'''\n    return f'{a!r:>{b}} {b + 1}'\n",
    "@decorator(1)\n@other\nclass A(B, metaclass=C):\n    x = a if b else not c\n",
    "x = 1 + \\\n    2 + \\\n    f(3)\n",
    'f"""a {b} {\nc} d"""\nprint("%s" % 3)\n',
    "import os, sys as system\nfrom a.b import (c,\n    d)\n",
    "x = 'open\ny = 2  # after an error\n",
    'r"""\\n"""; b"\\x00"; u"ü"\n',
    "match x:\n    case [1, _]:\n        pass\n",
    "async def f():\n    await g(lambda: 1)\n\n\n",
)


@pytest.mark.parametrize("text", TEXTS)
def test_that_a_text_read_by_lines_has_the_colours_of_the_whole_one(view: CodeView, text: str) -> None:
    view.load(text, ())
    assert _roles_of_view(view) == _roles_of_whole(text)


@pytest.mark.parametrize("seed", range(8))
def test_that_after_any_edits_the_colours_are_those_of_the_text_read_anew(view: CodeView, seed: int) -> None:
    dice = random.Random(seed)
    view.load("".join(dice.choice(TEXTS) for _ in range(8)), ())
    for _ in range(60):
        cursor = view.textCursor()
        size = view.document().characterCount() - 1
        begin = dice.randint(0, size)
        cursor.setPosition(begin)
        cursor.setPosition(min(size, begin + dice.choice((0, 0, 0, 1, 5, 60))), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(
            dice.choice(('"""', "'", "\n", "#", "(", "", "x", "\n\n\n", 'f"{', "}", "\\\n", "def g():\n"))
        )
        if dice.random() < 0.2:
            view.undo()
        QApplication.processEvents()
    highlighter = view.highlighter
    highlighter.finish()
    assert len(highlighter.lines) == len(highlighter.brackets) == view.blockCount()
    lexer, state = LineLexer(), 0
    for number, line in enumerate(view.text().split("\n")):
        read = lexer.read(line, state)
        assert (highlighter.lines[number], highlighter.brackets[number]) == (read.pieces, read.brackets)
        state = read.end
    assert view.layout_of_lines.width == max(view.layout_of_lines._widths) + 3


def test_that_a_knob_that_is_named_later_gets_its_colour(view: CodeView) -> None:
    view.load("ROUNDS = 3\nprint(ROUNDS)\n", ())
    view.load("ROUNDS = 3\nprint(ROUNDS)\n", ("ROUNDS",))
    roles = _roles_of_view(view)
    assert roles == _roles_of_whole("ROUNDS = 3\nprint(ROUNDS)\n", frozenset({"ROUNDS"}))


@pytest.fixture
def long(view: CodeView) -> CodeView:
    view.load("".join(f"def f{n}(a):\n    return 'x' + \"{n}\"  # c\n" for n in range(2500)), ())
    return view


def test_that_five_thousand_lines_behave(long: CodeView, qtbot: QtBot) -> None:
    bar = long.verticalScrollBar()
    bar.setValue(bar.maximum())
    QApplication.processEvents()
    last = long.document().findBlockByNumber(4999)
    assert last.layout().formats(), "what is seen has colours before all is read"
    long.jump(2500)
    QTest.keyClicks(long, "abc")
    QTest.keyClick(long, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: long.highlighter.known == 5001, timeout=30_000)
    assert _roles_of_view(long)[4999] == _roles_of_whole(long.text())[4999]
    assert long.gutter.wanted() > 0
    long.keyboard.perform("edit-go-to")
    QTest.keyClicks(long.finder.line_field.place, "4321:5")
    QTest.keyClick(long.finder.line_field.place, Qt.Key.Key_Return)
    cursor = long.textCursor()
    assert (cursor.blockNumber() + 1, cursor.positionInBlock() + 1) == (4321, 5)
    assert long.hasFocus()
