"""The editor in the real window: whose a key is, what is run, errors in place, finding, lines of an older run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.frame import Ended, Phase, Problem, ProblemKind, State
from engine.scenarios import catalogue
from gui import actions
from gui.app import Theatre, assemble
from gui.panels.code import Code
from gui.view_state.code_annotations import Marker
from gui.widgets.answer_field import AnswerLine
from gui.widgets.code_view import CodeView
from gui.widgets.command_palette import CommandPalette
from gui.widgets.editor.edit_keys import EDITS, KEYS
from gui.widgets.key_overlay import KeysOverlay
from tests.gui.show_window import show_window

PROGRAM = """import threading, time
ROUNDS = 3  # 1..9
def work():
    for n in range(ROUNDS):
        print("round", n)
one = threading.Thread(target=work)
one.start()
one.join()
"""
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def theatre(qtbot: QtBot, tmp_path: Path) -> Iterator[Theatre]:
    """The real window with a program that can be edited, and the keyboard in it."""
    path = tmp_path / "mine.py"
    path.write_text(PROGRAM)
    made = assemble(())
    show_window(qtbot, made.window, 1600, 900)
    made.controller.open_file(str(path))
    made.driver.start()
    made.driver.tick()
    view = view_of(made)
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    yield made
    made.close()


def panel_of(theatre: Theatre) -> Code:
    (panel,) = (part.panel for part in theatre.driver.parts if isinstance(part.panel, Code))
    return panel


def view_of(theatre: Theatre) -> CodeView:
    return panel_of(theatre).view


def _ended(theatre: Theatre) -> bool:
    return theatre.driver.frame.run.phase is Phase.ENDED


def test_that_letters_are_text_and_f5_runs_what_was_typed_just_now(theatre: Theatre, qtbot: QtBot) -> None:
    view = view_of(theatre)
    view.jump(5)
    QTest.keyClick(view, Qt.Key.Key_End)
    QTest.keyClick(view, Qt.Key.Key_Return)
    shown = theatre.appearance.theme.name
    QTest.keyClicks(view, 'print("T P C + - 0 ? : M", n)')
    assert theatre.appearance.theme.name == shown
    assert theatre.driver.frame.run.phase is Phase.IDLE
    QTest.keyClick(view, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: _ended(theatre), timeout=30_000)
    said = "".join(one.text for one in theatre.driver.frame.recording.output)
    assert "T P C + - 0 ? : M 2" in said
    assert view.text() == theatre.session.frame.program.text == theatre.session.frame.program.ran


def test_that_a_click_on_a_button_leaves_the_keyboard_in_the_text_and_one_beside_everything_does_not(
    theatre: Theatre, qtbot: QtBot
) -> None:
    view, shown = view_of(theatre), theatre.appearance.theme.name
    toolbar = next(part.panel for part in theatre.driver.parts if part.info.id == "toolbar")
    QTest.mouseClick(toolbar.run, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: _ended(theatre), timeout=30_000)
    assert view.hasFocus()
    QTest.keyClicks(QApplication.focusWidget(), "t = 0")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert view.text() == f"t = 0\n{PROGRAM}"
    assert theatre.appearance.theme.name == shown
    assert theatre.driver.frame.run.number == 1
    timeline = next(part.panel.widget for part in theatre.driver.parts if part.info.id == "switches")
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=timeline.rect().bottomRight() - QPoint(3, 3))
    assert not view.hasFocus()


def ask_from(theatre: Theatre, qtbot: QtBot, typed: str) -> QWidget | None:
    """Runs a program that asks from its text, types something there meanwhile; who has the keyboard then."""
    view = view_of(theatre)
    view.selectAll()
    view.insertPlainText("import time\ntime.sleep(0.3)\nprint('Hello', input('? '))\n")
    QTest.keyClick(view, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: theatre.driver.frame.run.phase is Phase.RUNNING, timeout=30_000)
    QTest.keyClicks(view, typed)
    qtbot.waitUntil(lambda: bool(theatre.driver.frame.recording.questions.asking), timeout=30_000)
    QApplication.processEvents()
    return QApplication.focusWidget()


def test_that_a_question_has_the_keyboard_when_the_run_was_the_last_that_was_done_in_the_text(
    theatre: Theatre, qtbot: QtBot
) -> None:
    ask_from(theatre, qtbot, "")
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), AnswerLine))
    field = QApplication.focusWidget()
    QTest.keyClicks(field, "Ada")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: _ended(theatre), timeout=30_000)
    qtbot.waitUntil(view_of(theatre).hasFocus)
    assert "Hello Ada" in "".join(one.text for one in theatre.driver.frame.recording.output)


def test_that_a_question_leaves_the_keyboard_to_who_types_on_and_ctrl_i_goes_there(
    theatre: Theatre, qtbot: QtBot
) -> None:
    assert ask_from(theatre, qtbot, "# ") is view_of(theatre)
    QTest.keyClick(view_of(theatre), Qt.Key.Key_I, CTRL)
    assert isinstance(QApplication.focusWidget(), AnswerLine)
    theatre.session.stop()


WHOSE = (  # key, held, whether it is the editor's
    *[(Qt.Key[f"Key_{one}"], Qt.KeyboardModifier.NoModifier, True) for one in ("T", "P", "Space", "Plus", "Home")],
    *[(Qt.Key[f"Key_{one}"], CTRL, True) for one in ("Z", "F", "H", "G", "A", "C", "Left", "Home", "Slash")],
    *[(Qt.Key[f"Key_{one}"], CTRL, False) for one in ("K", "O", "S", "N", "R", "I", "1", "Space", "PageUp", "Equal")],
    (Qt.Key.Key_F5, Qt.KeyboardModifier.NoModifier, False),
    (Qt.Key.Key_F11, Qt.KeyboardModifier.NoModifier, False),
    (Qt.Key.Key_F6, Qt.KeyboardModifier.NoModifier, False),
    (Qt.Key.Key_F3, SHIFT, True),
    (Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier, False),
    (Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier, True),
    (Qt.Key.Key_K, CTRL | SHIFT, False),
    (Qt.Key.Key_L, CTRL | SHIFT, True),
    (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier, True),
)  # fmt: skip


def test_that_it_is_known_whose_a_key_is(theatre: Theatre) -> None:
    texts = {Qt.Key.Key_T: "t", Qt.Key.Key_P: "p", Qt.Key.Key_Space: " ", Qt.Key.Key_Plus: "+"}
    for key, held, mine in WHOSE:
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, held, texts.get(key, "") if not held else "")
        event.ignore()
        view_of(theatre).event(event)
        assert event.isAccepted() is mine, (key, held)


def test_that_no_key_of_the_editor_is_one_of_the_windows() -> None:
    listed = {one.id: one for one in actions.ACTIONS if one.group == actions.EDITING}
    assert set(KEYS.values()) == set(listed)
    assert set(EDITS) <= set(listed)
    taken = [key for one in actions.ACTIONS for key in one.keys]
    assert len(taken) == len(set(taken))
    assert not {one.shown for one in listed.values() if not one.keys} & set(taken)


def test_that_ctrl_k_opens_the_palette_and_its_commands_edit(theatre: Theatre, qtbot: QtBot) -> None:
    view = view_of(theatre)
    view.jump(2)
    QTest.keyClick(view, Qt.Key.Key_K, CTRL)
    assert theatre.window.findChildren(CommandPalette)
    theatre.window.findChild(CommandPalette).close()
    theatre.driver.perform("edit-comment")
    assert view.text().split("\n")[1] == "# ROUNDS = 3  # 1..9"


def test_that_the_list_of_keys_has_those_of_the_editor(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.driver.perform("help")
    (overlay,) = theatre.window.findChildren(KeysOverlay)
    assert "Editing" in [title for title, _ in overlay._groups()]
    overlay.close()


def test_that_esc_takes_away_the_bar_then_the_selection_then_the_keyboard(theatre: Theatre, qtbot: QtBot) -> None:
    view = view_of(theatre)
    QTest.keyClick(view, Qt.Key.Key_F, CTRL)
    bar = view.finder.bar
    QTest.keyClicks(bar.what, "round")
    assert bar.what.text() == "round", "keys of the bar are text too"
    QTest.keyClick(bar.what, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert view.textCursor().hasSelection()
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert not view.textCursor().hasSelection()
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert not view.hasFocus()
    QTest.keyClick(theatre.window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: _ended(theatre), timeout=30_000)


@pytest.mark.parametrize("where", ["text", "bar"])
def test_that_esc_stops_a_run_at_once_wherever_the_keyboard_is(theatre: Theatre, qtbot: QtBot, where: str) -> None:
    view = view_of(theatre)
    view.selectAll()
    QTest.keyClicks(view, "while True: pass")
    QTest.keyClick(view, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: theatre.driver.frame.run.phase is Phase.RUNNING, timeout=30_000)
    if where == "bar":
        QTest.keyClick(view, Qt.Key.Key_F, CTRL)
    QTest.keyClick(QApplication.focusWidget() or view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: _ended(theatre), timeout=30_000)
    assert theatre.driver.frame.run.ended is Ended.STOPPED


def test_that_f6_leaves_it_and_it_says_so(theatre: Theatre) -> None:
    view = view_of(theatre)
    assert "F6" in view.accessibleDescription()
    heard = QAccessible.queryAccessibleInterface(view)
    assert heard.role() is QAccessible.Role.EditableText
    assert not heard.state().readOnly  # type: ignore[attr-defined]
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert view.hasFocus(), "Tab is text"
    QTest.keyClick(view, Qt.Key.Key_F6)
    assert not view.hasFocus()


def test_that_what_the_session_has_taken_changes_nothing_in_the_view(theatre: Theatre, qtbot: QtBot) -> None:
    view = view_of(theatre)
    view.jump(3, 5)
    QTest.keyClicks(view, "x")
    qtbot.waitUntil(lambda: theatre.driver.frame.program.text == view.text())
    QTest.keyClicks(view, "y")
    theatre.driver.tick()
    assert view.textCursor().positionInBlock() == 6
    view.undo()
    assert view.text() == PROGRAM
    qtbot.waitUntil(lambda: theatre.driver.frame.program.text == PROGRAM)


def test_that_an_error_is_marked_when_the_caret_leaves_its_line(theatre: Theatre, qtbot: QtBot) -> None:
    view, panel = view_of(theatre), panel_of(theatre)
    view.jump(2)
    QTest.keyClick(view, Qt.Key.Key_End)
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClicks(view, "x = (")
    qtbot.waitUntil(lambda: panel.errors.text() == "1 error", timeout=30_000)
    high = view.blockBoundingRect(view.document().findBlockByNumber(2)).height()
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert [one.line for one in view.problems.of_line(2)] == [3]
    assert view.said_of(3) == "'(' was never closed"
    assert view.blockBoundingRect(view.document().findBlockByNumber(2)).height() == high, "it moves no line"
    with_wave = view.viewport().grab().toImage()
    view.jump(7)
    QTest.keyClick(view, Qt.Key.Key_F8)
    assert view.textCursor().blockNumber() == 2
    view.jump(7)
    panel.errors.clicked.emit()
    assert (view.textCursor().blockNumber(), view.textCursor().positionInBlock()) == (2, 4)
    QTest.keyClick(view, Qt.Key.Key_End)
    QTest.keyClicks(view, ")")
    qtbot.waitUntil(lambda: panel.errors.text() == "", timeout=30_000)
    assert view.viewport().grab().toImage() != with_wave
    assert not panel.errors.isVisible()


def test_that_the_line_that_is_typed_has_no_new_mark_until_it_rests(theatre: Theatre) -> None:
    view = view_of(theatre)
    view.jump(5)
    QTest.keyClicks(view, "(")
    view.problems.put((Problem(ProblemKind.ERROR, "bad", 5, 0, 5, 1), Problem(ProblemKind.ERROR, "other", 7, 0, 7, 1)))
    assert view.problems.of_line(4) == []
    assert [one.message for one in view.problems.of_line(6)] == ["other"]
    view.problems._rests.timeout.emit()
    assert [one.message for one in view.problems.of_line(4)] == ["bad"]
    QTest.keyClicks(view, "(")
    assert [one.message for one in view.problems.of_line(4)] == ["bad"], "what is shown does not flicker"


def test_that_a_mark_goes_along_with_its_line(theatre: Theatre) -> None:
    view = view_of(theatre)
    view.problems.put((Problem(ProblemKind.ERROR, "bad", 5, 8, 5, 9),))
    view.jump(1)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert [one.message for one in view.problems.of_line(5)] == ["bad"]


def test_that_finding_counts_steps_and_replaces(theatre: Theatre) -> None:
    view = view_of(theatre)
    view.jump(1)
    QTest.keyClick(view, Qt.Key.Key_H, CTRL)
    bar = view.finder.bar
    QTest.keyClicks(bar.what, "one")
    assert bar.count.text() == "1 of 3"
    for expected in ("2 of 3", "3 of 3", "1 of 3"):
        QTest.keyClick(bar.what, Qt.Key.Key_F3)
        assert bar.count.text() == expected
    QTest.keyClick(bar.what, Qt.Key.Key_F3, SHIFT)
    assert bar.count.text() == "3 of 3"
    QTest.keyClick(bar.what, Qt.Key.Key_Return)
    assert bar.count.text() == "1 of 3"
    bar.by.setText("thread")
    QTest.keyClick(bar.by, Qt.Key.Key_Return)
    assert view.text().count("thread.") + view.text().count("thread =") == 1
    assert bar.count.text() == "1 of 2"
    bar.all.click()
    assert bar.count.text() == "none"
    assert view.text() == PROGRAM.replace("one", "thread")
    view.undo()
    view.undo()
    assert view.text() == PROGRAM, "all in one step"


@pytest.mark.parametrize(
    ("pattern", "case", "words", "regular", "count"),
    [
        ("ROUND", False, False, False, "1 of 3"),
        ("ROUND", True, False, False, "1 of 2"),
        ("round", False, True, False, "1 of 1"),
        (r"^one\.\w+", False, False, True, "1 of 2"),
        ("(", False, False, True, "not valid"),
        ("(a+)+$", False, False, True, "none"),
        ("n)", False, False, False, "1 of 1"),
        ("no such", False, False, False, "none"),
    ],
)
def test_that_case_words_and_expressions_are_minded(  # noqa: PLR0917  # a row of the table
    theatre: Theatre, pattern: str, case: bool, words: bool, regular: bool, count: str
) -> None:
    view = view_of(theatre)
    view.jump(1)
    view.keyboard.perform("edit-find")
    bar = view.finder.bar
    for button, on in ((bar.case, case), (bar.words, words), (bar.regular, regular)):
        button.setChecked(on)
    bar.what.setText(pattern)
    assert bar.count.text() == count


def test_that_groups_are_put_in_and_emoji_move_nothing(theatre: Theatre) -> None:
    view = view_of(theatre)
    view.loaded = False
    view.load("a\U0001f600 = f(x)\nb\U0001f600 = g(y)\n", ())
    view.keyboard.perform("edit-replace")
    bar = view.finder.bar
    bar.regular.setChecked(True)
    bar.what.setText(r"(\w)\((?P<what>\w)\)")
    bar.by.setText(r"\g<what>(\1)\n")
    bar.all.click()
    assert view.text() == "a\U0001f600 = x(f)\n\nb\U0001f600 = y(g)\n\n"


def test_that_the_bar_moves_nothing_and_stays_in_the_view(theatre: Theatre) -> None:
    view = view_of(theatre)
    before = (view.geometry(), view.viewport().geometry(), view.verticalScrollBar().value())
    view.keyboard.perform("edit-find")
    assert (view.geometry(), view.viewport().geometry(), view.verticalScrollBar().value()) == before
    theatre.window.resize(1280, 720)
    QApplication.processEvents()
    bar = view.finder.bar
    assert view.rect().contains(bar.geometry())


def test_that_lines_of_a_run_go_along_with_the_text_and_those_that_changed_are_not_shown(
    theatre: Theatre, qtbot: QtBot
) -> None:
    view, panel = view_of(theatre), panel_of(theatre)
    view.selectAll()
    QTest.keyClicks(view, "import time")
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClicks(view, "time.sleep(3600)")
    QTest.keyClick(view, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: [one.line for one in panel._markers] == [2], timeout=30_000)
    assert not panel.changed.isVisible()
    view.jump(1)
    QTest.keyClick(view, Qt.Key.Key_End)
    QTest.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [one.line for one in panel._markers] == [3])
    assert panel.changed.isVisible()
    view.jump(3)
    QTest.keyClick(view, Qt.Key.Key_End)
    QTest.keyClicks(view, "  #")
    qtbot.waitUntil(lambda: panel._markers == ())
    while view.document().isUndoAvailable() and view.text() != theatre.driver.frame.program.ran:
        view.undo()
    qtbot.waitUntil(lambda: [one.line for one in panel._markers] == [2])
    assert not panel.changed.isVisible()
    theatre.session.stop()
    qtbot.waitUntil(lambda: _ended(theatre), timeout=30_000)


def test_that_a_knob_that_is_set_does_not_change_the_text_that_is_edited(theatre: Theatre, qtbot: QtBot) -> None:
    view = view_of(theatre)
    theatre.controller.knob("ROUNDS", 7)
    theatre.driver.tick()
    assert view.text() == PROGRAM
    assert view.toPlainText() == PROGRAM
    assert view.said_of(2) == "runs with 7"


def test_that_a_lesson_is_as_it_was(qtbot: QtBot) -> None:
    made = assemble(catalogue.load())
    qtbot.addWidget(made.window)
    made.window.resize(1600, 900)
    made.window.show()
    made.window.activateWindow()
    made.controller.open("counter")
    made.driver.start()
    view = view_of(made)
    made.driver.tick()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    assert view.isReadOnly()
    QTest.keyClick(view, Qt.Key.Key_F, CTRL)
    assert view.finder.bar.isVisible()
    assert not view.finder.bar.by.isVisible()
    QTest.keyClick(view.finder.bar.what, Qt.Key.Key_Escape)
    QTest.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: made.driver.frame.run.phase is Phase.RUNNING, timeout=30_000)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: _ended(made), timeout=30_000)
    made.close()


def test_that_marks_of_threads_are_shown_while_it_is_typed(theatre: Theatre) -> None:
    view = view_of(theatre)
    for step in range(20):
        view.mark((Marker(2, 1 + step % 8, State.RUNNING, "1"),), 0)
        QTest.keyClicks(view, "x")
    assert view.text().startswith("x" * 20)


def test_that_typing_above_an_error_of_the_run_scrolls_nowhere(theatre: Theatre, qtbot: QtBot) -> None:
    view, panel = view_of(theatre), panel_of(theatre)
    view.selectAll()
    view.insertPlainText("a = 1\n" * 150 + "1 / 0\n")
    QTest.keyClick(view, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: _ended(theatre) and bool(panel._wrong), timeout=30_000)
    theatre.driver.tick()
    assert "ZeroDivisionError" in view.said_of(151)
    view.jump(1)
    top = view.verticalScrollBar().value()
    QTest.keyClick(view, Qt.Key.Key_Return)
    theatre.driver.tick()
    assert "ZeroDivisionError" in view.said_of(152), "it goes along"
    assert view.verticalScrollBar().value() == top
    view.jump(152)
    QTest.keyClick(view, Qt.Key.Key_End)
    QTest.keyClicks(view, " ")
    theatre.driver.tick()
    assert view.said_of(152) == "", "another line than the one that failed"
