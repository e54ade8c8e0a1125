"""The files of a program in the real window: their tabs, what leads into them, what is typed in them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from engine.documents.module_texts import unsaved
from engine.documents.rescue import RescueStore
from engine.documents.workspace import Workspace
from engine.frame import Phase, State
from gui.app import Theatre, assemble
from gui.panel import WindowCommand
from gui.panels.code import Code
from gui.panels.output import Output
from gui.panels.trouble import TroubleBanner
from gui.panels.verdict import Verdict
from gui.plots.timeline.hover import lane_hint
from gui.view_state.code_annotations import Marker
from gui.view_state.shown_file import STAY, FollowedFile, neighbour
from tests.gui.show_window import show_window

T = TypeVar("T")
MAIN = """\
import threading

import helper
from pkg import work

gate = threading.Event()
one = threading.Thread(target=work.hold, args=(gate,), name="One")
bad = threading.Thread(target=helper.fail, name="Bad")
one.start()
bad.start()
bad.join()
gate.set()
one.join()
"""
HELPER = "# some\n# lines\ndef fail():\n    raise ValueError('no luck')\n"
WORK = "def hold(gate):\n    print('hold')\n    gate.wait()\n"


@pytest.fixture
def theatre(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Theatre]:
    """A window with a program of three files."""
    monkeypatch.setenv("THREAD_THEATRE_RESCUE", str(tmp_path / "rescue"))
    folder = tmp_path / "mine"
    (folder / "pkg").mkdir(parents=True)
    (folder / "main.py").write_text(MAIN)
    (folder / "helper.py").write_text(HELPER)
    (folder / "pkg" / "work.py").write_text(WORK)
    (folder / "pkg" / "__init__.py").touch()
    made = assemble(())
    show_window(qtbot, made.window, 1280, 720)
    made.controller.open_file(str(folder / "main.py"))
    made.driver.start()
    qtbot.waitUntil(lambda: len(code(made).tabs.shown) == 3)
    yield made
    made.close()


def folder_of(theatre: Theatre) -> Path:
    return Path(theatre.session.frame.program.path).parent


def panel(theatre: Theatre, kind: type[T]) -> T:
    return next(part.panel for part in theatre.driver.parts if isinstance(part.panel, kind))


def code(theatre: Theatre) -> Code:
    return panel(theatre, Code)


def show(theatre: Theatre, file: str) -> Code:
    theatre.controller.show_file(file)
    theatre.driver.tick()
    return code(theatre)


def run(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.controller.run()
    number = theatre.session.frame.run.number
    frame = lambda: theatre.driver.frame  # noqa: E731  # the newest one each time
    qtbot.waitUntil(lambda: frame().run.number == number and frame().run.phase is Phase.ENDED, timeout=20_000)


def printed(theatre: Theatre) -> list[str]:
    return [one.text for one in theatre.driver.frame.recording.output if not one.error]


def test_that_each_file_has_a_tab_and_a_program_of_one_file_none(theatre: Theatre, qtbot: QtBot) -> None:
    tabs = code(theatre).tabs
    assert [one.words for one in tabs.shown] == ["main.py", "helper.py", "pkg/work.py"]
    assert tabs.bar.tabToolTip(2).startswith(str(folder_of(theatre) / "pkg" / "work.py"))
    assert tabs.isVisible()
    assert not code(theatre).subtitle.isVisible()
    theatre.controller.new("")
    theatre.driver.tick()
    assert not tabs.isVisible()
    assert code(theatre).subtitle.isVisible()
    assert code(theatre).title.isVisible()


def test_that_a_click_and_keys_go_from_file_to_file(theatre: Theatre) -> None:
    view = code(theatre)
    QTest.mouseClick(view.tabs.bar, Qt.MouseButton.LeftButton, pos=view.tabs.bar.tabRect(1).center())
    theatre.driver.tick()
    assert view.view.text() == HELPER
    assert theatre.driver.frame.view.file == "helper.py"
    for key, text in ((Qt.Key.Key_PageDown, WORK), (Qt.Key.Key_PageDown, MAIN), (Qt.Key.Key_PageUp, WORK)):
        QTest.keyClick(theatre.window, key, Qt.KeyboardModifier.AltModifier)
        theatre.driver.tick()
        assert view.view.text() == text
    view.perform("program")
    QTest.keyClick(view.view, Qt.Key.Key_PageUp, Qt.KeyboardModifier.AltModifier)
    theatre.driver.tick()
    assert view.view.text() == HELPER, "also while it is typed into"


def test_that_threads_are_counted_and_marked_in_the_file_that_they_are_in(theatre: Theatre, qtbot: QtBot) -> None:
    work = folder_of(theatre) / "pkg" / "work.py"
    work.write_text("def hold(gate):\n    print('hold')\n    while True:\n        gate.wait(0.05)\n")
    theatre.controller.run()
    view = code(theatre)

    def here() -> dict[str, int]:
        return {one.name: one.threads for one in view.tabs.shown}

    qtbot.waitUntil(lambda: here() == {"": 1, "helper.py": 0, "pkg/work.py": 1}, timeout=20_000)
    assert {one.badge for markers in view.view.at.values() for one in markers} == {"M"}
    assert view.where.text().endswith(" of work.py")
    view.where.clicked.emit()
    qtbot.waitUntil(lambda: theatre.driver.frame.view.file == "pkg/work.py")
    qtbot.waitUntil(lambda: {one.badge for markers in view.view.at.values() for one in markers} == {"1"})
    assert view.where.text().endswith(" of main.py")
    theatre.controller.stop()
    qtbot.waitUntil(lambda: theatre.driver.frame.run.phase is Phase.ENDED, timeout=20_000)


def test_that_a_finding_leads_to_its_file_and_line(theatre: Theatre, qtbot: QtBot) -> None:
    run(theatre, qtbot)
    view, verdict = code(theatre), panel(theatre, Verdict)
    assert [one.wrong for one in view.tabs.shown] == [False, True, False]
    assert 4 not in view.view.layout_of_lines.below
    link = next(one for one in verdict.links if "line 4 of helper.py" in one.text())
    link.clicked.emit()
    theatre.driver.tick()
    assert theatre.driver.frame.view.file == "helper.py"
    assert view.view.text() == HELPER
    assert view.view.ground(4) == view.theme.colours.accent_soft
    assert "ValueError: no luck" in view.view.said_of(4)
    show(theatre, "pkg/work.py")
    assert not view.view.said_of(4)
    assert view.view.ground(4) == view.theme.colours.panel, "a line of another file is not pointed at"


def test_that_a_row_of_a_traceback_and_a_banner_lead_to_the_file(theatre: Theatre, qtbot: QtBot) -> None:
    run(theatre, qtbot)
    output = panel(theatre, Output)
    row = next(one for one in output.view.rows if one.line and one.file)
    assert (row.line, row.file) == (4, "helper.py")
    output.view.pointed.emit(row.line, row.file)
    theatre.driver.tick()
    assert theatre.driver.frame.view.file == "helper.py"
    show(theatre, "")
    (folder_of(theatre) / "helper.py").write_text("def fail(:\n")
    run(theatre, qtbot)
    banner = panel(theatre, TroubleBanner)
    assert "(line 1 of helper.py)" in banner.title.text()
    assert theatre.driver.frame.view.file == "", "nothing is exchanged for another file by itself"
    banner.line.clicked.emit()
    qtbot.waitUntil(lambda: code(theatre).view.text() == "def fail(:\n")


def test_that_the_hint_of_the_timeline_has_the_line_of_its_file(theatre: Theatre, qtbot: QtBot) -> None:
    run(theatre, qtbot)
    frame = theatre.driver.frame
    lane = next(one for one in frame.recording.lanes if one.name == "One")
    index = next(at for at, state in enumerate(lane.spans.states) if State(int(state)) is State.WAIT_EVENT)
    hint = lane_hint(frame, lane, (int(lane.spans.starts[index]) + 1) / 1e9, 1e-9)
    assert hint is not None
    assert hint.where == "line 3 of pkg/work.py   gate.wait()"


def test_that_what_is_typed_in_a_module_runs_before_it_is_saved_and_can_be_undone_after_another_tab(
    theatre: Theatre, qtbot: QtBot
) -> None:
    view = show(theatre, "pkg/work.py")
    view.view.jump(2, 12)
    view.perform("program")
    QTest.keyClicks(view.view, "typed ")
    typed = WORK.replace("'hold'", "'typed hold'")
    assert view.view.text() == typed
    run(theatre, qtbot)
    assert printed(theatre) == ["typed hold"]
    assert (folder_of(theatre) / "pkg" / "work.py").read_text() == WORK
    assert [one.edited for one in view.tabs.shown] == [False, False, True]
    assert not view.changed.isVisible()
    show(theatre, "")
    assert view.view.text() == MAIN
    assert not view.view.document().isUndoAvailable()
    show(theatre, "pkg/work.py")
    assert view.view.text() == typed
    view.view.undo()
    view.flush()
    theatre.driver.tick()
    assert view.view.text() == WORK
    assert view.changed.isVisible(), "the run that is shown ran what was typed"
    assert not any(one.edited for one in view.tabs.shown)


def test_that_saving_saves_the_file_that_is_shown_and_all_saves_all(theatre: Theatre) -> None:
    folder = folder_of(theatre)
    theatre.controller.edit(MAIN + "# main\n")
    theatre.controller.edit(HELPER + "# helper\n", "helper.py")
    theatre.controller.edit(WORK + "# work\n", "pkg/work.py")
    view = show(theatre, "helper.py")
    theatre.controller.ask(WindowCommand.SAVE)
    theatre.driver.tick()
    assert (folder / "helper.py").read_text() == HELPER + "# helper\n"
    assert (folder / "main.py").read_text() == MAIN
    assert [one.edited for one in view.tabs.shown] == [True, False, True]
    assert view.view.text() == HELPER + "# helper\n"
    theatre.controller.ask(WindowCommand.SAVE_ALL)
    theatre.driver.tick()
    assert (folder / "main.py").read_text() == MAIN + "# main\n"
    assert (folder / "pkg" / "work.py").read_text() == WORK + "# work\n"
    assert not any(one.edited for one in view.tabs.shown)
    assert not (folder / "pkg" / "__pycache__").exists()
    assert [one.title for one in theatre.controller.course.scenarios] == ["main.py"], "modules are not listed"


def test_that_closing_names_each_file_that_is_not_saved(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.controller.edit(HELPER + "# more\n", "helper.py")
    theatre.driver.tick()
    theatre.controller.ask(WindowCommand.CLOSE)
    box = theatre.window.findChild(QMessageBox)
    assert box is not None
    assert box.text() == "helper.py is not saved."
    box.button(QMessageBox.StandardButton.Discard).click()
    theatre.driver.tick()
    assert unsaved(theatre.documents.documents.workspace) == {}
    assert (folder_of(theatre) / "helper.py").read_text() == HELPER


def test_that_a_module_that_changes_on_the_disk_is_read_again_and_what_is_typed_is_asked_about(
    theatre: Theatre, qtbot: QtBot
) -> None:
    view = show(theatre, "helper.py")
    file = folder_of(theatre) / "helper.py"
    file.write_text("# by somebody else\n" + HELPER)
    qtbot.waitUntil(lambda: view.view.text() == "# by somebody else\n" + HELPER, timeout=20_000)
    theatre.controller.edit("# mine\n", "helper.py")
    theatre.driver.tick()
    file.write_text("# again\n")
    qtbot.waitUntil(lambda: theatre.controller.shown.view.notice is not None, timeout=20_000)
    assert view.view.text() == "# mine\n"
    theatre.controller.ask(WindowCommand.READ_AGAIN)
    qtbot.waitUntil(lambda: view.view.text() == "# again\n", timeout=20_000)
    assert theatre.session.frame.program.text == MAIN


def test_that_what_was_typed_in_a_module_is_rescued(theatre: Theatre, tmp_path: Path) -> None:
    theatre.controller.edit("# not saved\n", "helper.py")
    workspace = theatre.documents.documents.workspace
    workspace.store.close()
    (kept,) = (tmp_path / "rescue").iterdir()
    kept.rename(kept.with_name("999999-1-" + kept.name.split("-", 2)[2]))  # of a window that is gone
    other = Workspace(RescueStore(tmp_path / "rescue"), "Yours", lambda: str(tmp_path))
    (document,) = other.rescued({})
    assert document.text == "# not saved\n"
    assert document in other.documents
    other.store.close()


def test_that_a_module_opened_as_a_program_is_one_document_with_the_tab(theatre: Theatre, qtbot: QtBot) -> None:
    main = theatre.controller.course.current
    theatre.controller.edit("# typed in the tab\n" + HELPER, "helper.py")
    theatre.controller.open_file(str(folder_of(theatre) / "helper.py"))
    assert theatre.session.frame.program.text == "# typed in the tab\n" + HELPER
    assert theatre.session.frame.program.edited
    theatre.controller.edit("# typed in it\n" + HELPER)
    theatre.driver.tick()
    assert not code(theatre).tabs.shown
    theatre.controller.open(main)
    qtbot.waitUntil(lambda: len(code(theatre).tabs.shown) == 3)
    assert show(theatre, "helper.py").view.text() == "# typed in it\n" + HELPER


def test_that_many_files_become_a_menu_that_stays_while_a_run_goes_on(theatre: Theatre, qtbot: QtBot) -> None:
    folder = folder_of(theatre)
    for number in range(9):
        (folder / f"a_module_of_many_{number}.py").write_text(f"x = {number}\n")
    imports = "".join(f"import a_module_of_many_{number}\n" for number in range(9))
    theatre.controller.edit(imports + MAIN)
    tabs = code(theatre).tabs
    qtbot.waitUntil(lambda: len(tabs.shown) == 12, timeout=20_000)
    assert tabs.picker.isVisible()
    assert not tabs.bar.isVisible()
    height = code(theatre).header_row.height()
    theatre.controller.edit(HELPER + "x = (\n", "helper.py")
    qtbot.waitUntil(lambda: errors(theatre)[1] == 5, timeout=30_000)
    assert "helper.py: syntax error in line 5" in tabs.picker.toolTip()
    theatre.driver.tick()
    tabs.picker.open(tabs.picker)
    menu = tabs.picker.findChild(QMenu)
    assert menu is not None
    assert menu.actions()[1].text() == "helper.py \u25cf (syntax error)"
    menu.actions()[1].trigger()
    menu.close()
    theatre.controller.edit(HELPER, "helper.py")
    theatre.driver.tick()
    assert theatre.driver.frame.view.file == "helper.py", "tabs that were there keep their places"
    run(theatre, qtbot)
    assert tabs.picker.isVisible()
    assert code(theatre).header_row.height() == height


def test_that_a_file_goes_along_with_a_chosen_thread_alone_and_only_when_it_stays() -> None:
    followed = FollowedFile()
    there = Marker(2, 5, State.RUNNING, file="helper.py")
    assert followed.feed(0, [there], "", 0.0) is None
    assert followed.feed(0, [there], "", 10.0) is None, "nobody was chosen"
    assert followed.feed(2, [there], "", 10.0) is None
    assert followed.feed(2, [there], "", 10.0 + STAY / 2) is None
    assert followed.feed(2, [Marker(2, 1, State.RUNNING)], "", 10.0 + STAY) is None, "it came back"
    assert followed.feed(2, [there], "", 10.0 + STAY) is None
    assert followed.feed(2, [there], "", 10.0 + 2 * STAY) == "helper.py"
    assert followed.feed(2, [there], "helper.py", 10.0 + 2 * STAY) is None


def test_that_the_next_file_comes_round_at_the_end(theatre: Theatre) -> None:
    frame = theatre.driver.frame
    assert [neighbour(frame, by) for by in (-1, 0, 1, 2, 3)] == ["pkg/work.py", "", "helper.py", "pkg/work.py", ""]


def press(theatre: Theatre, key: Qt.Key = Qt.Key.Key_F8) -> tuple[str, int]:
    """Presses a key where the keyboard is; returns the file that is shown then, and the line of the caret from 1."""
    QTest.keyClick(theatre.window.focusWidget() or theatre.window, key)
    theatre.driver.tick()
    return theatre.driver.frame.view.file, code(theatre).view.textCursor().blockNumber() + 1


def errors(theatre: Theatre) -> list[int | None]:
    """The line of the error of each tab."""
    return [one.error.line if one.error is not None else None for one in code(theatre).tabs.shown]


def test_that_an_error_in_a_module_is_marked_in_place_while_it_is_typed(theatre: Theatre, qtbot: QtBot) -> None:
    view = show(theatre, "helper.py")
    before = view.header_row.height()
    view.view.jump(2)
    view.perform("program")
    QTest.keyClick(view.view, Qt.Key.Key_End)
    QTest.keyClick(view.view, Qt.Key.Key_Return)
    QTest.keyClicks(view.view, "x = (")
    qtbot.waitUntil(lambda: view.errors.text() == "1 error", timeout=30_000)
    QTest.keyClick(view.view, Qt.Key.Key_Down)
    assert view.view.said_of(3) == "'(' was never closed"
    assert errors(theatre) == [None, 3, None]
    assert not view.suspecting.said.isVisible(), "what is said of the program's own text is not said of this one"
    tabs = view.tabs
    assert "syntax error in line 3: '(' was never closed" in tabs.bar.tabToolTip(1)
    assert "syntax error in line 3" in tabs.bar.accessibleTabName(1)
    assert "in this run" not in tabs.bar.tabToolTip(1)
    assert [one.wrong for one in tabs.shown] == [False, False, False]
    with_wave = tabs.bar.grab(tabs.bar.tabRect(1)).toImage()
    show(theatre, "")
    assert not view.errors.isVisible(), "the program's own text has none"
    show(theatre, "helper.py")
    assert view.errors.isVisible()
    view.view.jump(3, 6)
    QTest.keyClicks(view.view, ")")
    qtbot.waitUntil(lambda: errors(theatre) == [None, None, None], timeout=30_000)
    assert not view.errors.isVisible()
    assert not view.view.said_of(3)
    assert tabs.bar.grab(tabs.bar.tabRect(1)).toImage() != with_wave
    assert view.header_row.height() == before


def test_that_what_a_run_says_of_a_file_and_what_python_says_of_its_text_are_two_signs(
    theatre: Theatre, qtbot: QtBot
) -> None:
    run(theatre, qtbot)
    theatre.controller.edit(WORK + "x = (\n", "pkg/work.py")
    qtbot.waitUntil(lambda: errors(theatre) == [None, None, 4], timeout=30_000)
    tabs = code(theatre).tabs
    assert [one.wrong for one in tabs.shown] == [False, True, False]
    failed, unreadable = tabs.bar.tabToolTip(1), tabs.bar.tabToolTip(2)
    assert "something went wrong here in this run" in failed
    assert "syntax error" not in failed
    assert "syntax error in line 4" in unreadable
    assert "run" not in unreadable.split("\n", 1)[1]


def test_that_a_file_that_cannot_be_read_is_marked_before_anybody_looks_at_it(theatre: Theatre, qtbot: QtBot) -> None:
    (folder_of(theatre) / "helper.py").write_text("def fail(:\n")
    theatre.controller.open_file(str(folder_of(theatre) / "pkg" / "work.py"))
    theatre.controller.open(next(one.id for one in theatre.controller.course.scenarios if one.title == "main.py"))
    qtbot.waitUntil(lambda: errors(theatre) == [None, 1, None], timeout=30_000)
    assert theatre.driver.frame.view.file == ""


def test_that_f8_goes_through_the_errors_of_all_files_and_round_at_the_end(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.controller.edit(MAIN + "y = (\n")
    theatre.controller.edit(WORK + "x = (\n", "pkg/work.py")
    qtbot.waitUntil(lambda: errors(theatre) == [14, None, 4], timeout=30_000)
    view = code(theatre)
    view.perform("program")
    assert press(theatre) == ("", 14)
    assert press(theatre) == ("pkg/work.py", 4)
    assert view.view.hasFocus(), "so that it goes on from here"
    assert press(theatre) == ("", 14)
    view.view.jump(1)
    assert press(theatre) == ("", 14), "first what is below the caret"
    show(theatre, "helper.py")
    assert press(theatre) == ("pkg/work.py", 4), "from the file that is shown on"
    theatre.controller.edit(WORK, "pkg/work.py")
    qtbot.waitUntil(lambda: errors(theatre) == [14, None, None], timeout=30_000)
    assert press(theatre) == ("", 14)
    assert press(theatre) == ("", 14), "one file has any"


def test_that_f8_goes_from_warning_to_warning_where_there_is_no_error(theatre: Theatre, qtbot: QtBot) -> None:
    warned = "\nz = 1 is 1\n"
    theatre.controller.edit(HELPER + warned, "helper.py")
    theatre.controller.edit(WORK + "x = (\n", "pkg/work.py")
    qtbot.waitUntil(lambda: errors(theatre) == [None, None, 4], timeout=30_000)
    view = code(theatre)
    view.perform("program")
    assert press(theatre) == ("pkg/work.py", 4)
    assert press(theatre) == ("pkg/work.py", 4), "errors first"
    theatre.controller.edit(WORK, "pkg/work.py")
    qtbot.waitUntil(lambda: errors(theatre) == [None, None, None], timeout=30_000)
    assert press(theatre) == ("helper.py", 6)


def test_that_saving_one_file_names_the_others_that_are_not_saved(theatre: Theatre) -> None:
    theatre.controller.edit(MAIN + "# main\n")
    theatre.controller.edit(HELPER + "# helper\n", "helper.py")
    theatre.controller.edit(WORK + "# work\n", "pkg/work.py")
    show(theatre, "helper.py")
    hint = theatre.window.hint
    assert theatre.window.isWindowModified()
    theatre.controller.ask(WindowCommand.SAVE)
    assert hint.text() == "helper.py is saved. 2 other files are not saved: Ctrl+Alt+A saves all."
    assert hint.isVisible()
    theatre.driver.tick()
    assert hint.isVisible()
    theatre.controller.ask(WindowCommand.SAVE)
    assert hint.text() == "2 files are not saved: Ctrl+Alt+A saves all.", "there was nothing to save"
    show(theatre, "")
    theatre.controller.ask(WindowCommand.SAVE)
    assert hint.text() == "main.py is saved. work.py is not saved: Ctrl+Alt+A saves all."
    theatre.driver.tick()
    assert theatre.window.isWindowModified(), "a file of the program is not saved"
    QTest.keyClick(theatre.window, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    assert hint.text() == "work.py is saved."
    theatre.driver.tick()
    assert not theatre.window.isWindowModified()
    hint.hide()
    theatre.controller.edit(MAIN + "# more\n")
    theatre.controller.ask(WindowCommand.SAVE)
    assert not hint.isVisible(), "nothing else is to be said"
    theatre.controller.edit(MAIN)
    theatre.controller.edit(HELPER, "helper.py")
    theatre.controller.ask(WindowCommand.SAVE_ALL)
    assert hint.text() == "2 files are saved."


def test_that_a_long_name_leaves_the_sentence_within_the_window(theatre: Theatre) -> None:
    long = folder_of(theatre) / f"{'long' * 60}.py"
    long.write_text(MAIN)
    theatre.controller.open_file(str(long))
    theatre.controller.edit(MAIN + "# typed\n")
    theatre.controller.ask(WindowCommand.SAVE_ALL)
    hint = theatre.window.hint
    assert hint.text().startswith("longlong")
    assert hint.text().endswith(".py is saved.")
    assert theatre.window.rect().contains(hint.geometry())
    assert hint.width() > theatre.window.width() / 2


def test_that_a_file_that_cannot_be_written_is_shown_when_all_are_saved(theatre: Theatre) -> None:
    theatre.controller.edit(MAIN + "# main\n")
    theatre.controller.edit(WORK + "# work\n", "pkg/work.py")
    work = folder_of(theatre) / "pkg" / "work.py"
    work.unlink()
    work.mkdir()
    theatre.controller.ask(WindowCommand.SAVE_ALL)
    theatre.driver.tick()
    assert (folder_of(theatre) / "main.py").read_text() == MAIN + "# main\n"
    assert theatre.driver.frame.view.file == "pkg/work.py"
    assert theatre.controller.shown.view.notice is not None


def save_as(theatre: Theatre, qtbot: QtBot, path: Path) -> str:
    """Answers the question for a name; returns what was asked."""
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    theatre.controller.ask(WindowCommand.SAVE_AS)
    asked = theatre.window.findChild(QFileDialog)
    assert asked is not None
    said = f"{asked.windowTitle()}: {Path(asked.selectedFiles()[0]).name}"
    asked.setOption(QFileDialog.Option.DontConfirmOverwrite)
    asked.selectFile(str(path))
    asked.accept()
    qtbot.waitUntil(lambda: theatre.window.findChild(QFileDialog) is None)
    theatre.driver.tick()
    return said


def test_that_save_as_saves_a_copy_of_the_module_that_is_shown(theatre: Theatre, qtbot: QtBot) -> None:
    typed, folder = HELPER + "# typed\n", folder_of(theatre)
    (folder / "helper.py").write_bytes(HELPER.replace("\n", "\r\n").encode())
    theatre.controller.edit(typed, "helper.py")
    view = show(theatre, "helper.py")
    assert save_as(theatre, qtbot, folder / "other.py") == "Save a copy of helper.py as: helper_copy.py"
    assert (folder / "other.py").read_bytes().decode() == typed.replace("\n", "\r\n"), "written as its file is"
    said = "A copy of helper.py is saved: other.py. The program goes on with helper.py."
    assert theatre.window.hint.text() == said
    assert theatre.driver.frame.view.file == "helper.py"
    assert [one.edited for one in view.tabs.shown] == [False, True, False], "the module is what it was"
    assert [one.title for one in theatre.controller.course.scenarios] == ["main.py"]
    show(theatre, "")
    assert save_as(theatre, qtbot, folder / "second.py") == "Save the program as: main.py"
    assert (folder / "second.py").read_text() == MAIN


def test_that_a_copy_over_a_file_of_the_program_is_what_is_shown_of_it(theatre: Theatre, qtbot: QtBot) -> None:
    folder = folder_of(theatre)
    show(theatre, "helper.py")
    save_as(theatre, qtbot, folder / "pkg" / "work.py")
    qtbot.waitUntil(lambda: show(theatre, "pkg/work.py").view.text() == HELPER, timeout=20_000)
    theatre.controller.edit(HELPER + "# mine\n", "pkg/work.py")
    save_as(theatre, qtbot, folder / "pkg" / "work.py")
    assert (folder / "pkg" / "work.py").read_text() == HELPER + "# mine\n", "by its own name it is saved"
    assert not any(one.edited for one in code(theatre).tabs.shown)


def test_that_a_copy_that_cannot_be_written_is_said(theatre: Theatre, qtbot: QtBot) -> None:
    show(theatre, "helper.py")
    module = theatre.documents.documents.module
    assert module is not None
    theatre.documents.saving.save_copy(module, folder_of(theatre) / "nowhere" / "other.py")
    theatre.driver.tick()
    assert panel(theatre, TroubleBanner).title.text().startswith("other.py")
