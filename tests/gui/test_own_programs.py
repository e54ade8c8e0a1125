"""Programs of one's own in the real window: opened, dropped, pasted, begun, saved, rescued."""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from engine.frame import Ended, Phase
from engine.frame import trouble as kinds
from engine.scenarios import catalogue
from gui.app import Theatre, assemble, open_first
from gui.panel import WindowCommand
from gui.panels.trouble import TroubleBanner
from gui.widgets.code_view import CodeView
from tests.gui.show_window import show_window

PROGRAM = "import threading\nROUNDS = 3\nlock = threading.Lock()\nwith lock:\n    print('rounds', ROUNDS)\n"


@pytest.fixture
def theatre(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Theatre]:
    """A real window with the lesson that is opened first."""
    monkeypatch.setenv("THREAD_THEATRE_RESCUE", str(tmp_path / "rescue"))
    monkeypatch.setenv("THREAD_THEATRE_SCENARIOS", str(tmp_path / "scenarios"))
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    made = assemble(tuple(one for one in catalogue.load() if one.id == "counter"))
    show_window(qtbot, made.window, 1280, 720)
    made.controller.open("counter")
    made.driver.start()
    made.driver.tick()
    yield made
    made.close()


def program(tmp_path: Path, text: str = PROGRAM, name: str = "mine.py") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def told(theatre: Theatre) -> kinds.Trouble | None:
    return theatre.controller.shown.view.notice


def text(theatre: Theatre) -> str:
    return theatre.session.frame.program.text


def output(theatre: Theatre) -> list[str]:
    return [one.text.rstrip("\n") for one in theatre.driver.frame.recording.output]


def run(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.controller.run()
    qtbot.waitUntil(lambda: theatre.driver.frame.run.phase is Phase.ENDED, timeout=20_000)


def drop(theatre: Theatre, data: QMimeData) -> None:
    """What the system sends when something is let go over the window."""
    window, copy = theatre.window, Qt.DropAction.CopyAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(window.rect().center(), copy, data, buttons, keys)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(window.rect().center()), copy, data, buttons, keys))


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_that_a_file_is_opened_run_in_its_folder_and_listed(theatre: Theatre, qtbot: QtBot, tmp_path: Path) -> None:
    path = program(tmp_path, "import os, helper\nprint(os.getcwd(), helper.NAME, __name__)\n")
    program(tmp_path, "NAME = 'beside'\n", "helper.py")
    theatre.controller.open_file(str(path))
    assert theatre.driver.frame.program.editable or theatre.session.frame.program.editable
    run(theatre, qtbot)
    assert output(theatre) == [f"{tmp_path} beside __main__"]
    listed = [one.title for one in theatre.controller.course.scenarios]
    assert listed[-1] == "mine.py"
    assert len(listed) == 2
    assert theatre.window.windowTitle() == "Thread Theatre - mine.py[*]"
    assert not theatre.window.isWindowModified()


def test_that_what_is_typed_is_what_runs_and_changes_no_file_before_it_is_saved(
    theatre: Theatre, qtbot: QtBot, tmp_path: Path
) -> None:
    path = program(tmp_path)
    theatre.controller.open_file(str(path))
    theatre.controller.knob("ROUNDS", 7)
    theatre.controller.edit(PROGRAM.replace("'rounds'", "'typed'"))
    theatre.driver.tick()
    assert theatre.window.isWindowModified()
    assert path.read_text() == PROGRAM
    run(theatre, qtbot)
    assert output(theatre) == ["typed 7"]  # the knob that was set is still set
    assert theatre.driver.frame.program.ran == text(theatre)
    theatre.controller.ask(WindowCommand.SAVE)
    theatre.driver.tick()
    assert path.read_text() == text(theatre)
    assert not theatre.window.isWindowModified()
    assert output(theatre) == ["typed 7"]  # the run is still shown


def test_that_text_that_python_cannot_read_yet_keeps_knobs_and_switches(
    theatre: Theatre, qtbot: QtBot, tmp_path: Path
) -> None:
    def checked() -> bool:
        return theatre.session.frame.program.check.text == text(theatre)

    theatre.controller.open_file(str(program(tmp_path)))
    before = theatre.session.frame.program
    assert [one.name for one in before.knobs] == ["ROUNDS"]
    assert [one.name for one in before.switches] == ["lock"]
    theatre.controller.edit(PROGRAM + "def f(:\n")
    qtbot.waitUntil(checked, timeout=20_000)
    now = theatre.session.frame.program
    assert now.check.problems
    assert (now.knobs, now.switches) == (before.knobs, before.switches)
    theatre.controller.edit(PROGRAM.replace("lock", "guard").replace("ROUNDS = 3", "ROUNDS = 4"))
    qtbot.waitUntil(checked, timeout=20_000)
    now = theatre.session.frame.program
    assert not now.check.problems
    assert [one.value for one in now.knobs] == [4]
    assert [one.name for one in now.switches] == ["guard"]


def test_that_files_and_text_that_are_dropped_are_opened(theatre: Theatre, tmp_path: Path) -> None:
    one, two = program(tmp_path, "1\n", "one.py"), program(tmp_path, "2\n", "two.py")
    drop(theatre, files(one, two))
    assert theatre.controller.course.scenario.title == "one.py"
    assert text(theatre) == "1\n"
    assert {one.title for one in theatre.controller.course.scenarios} >= {"one.py", "two.py"}
    data = QMimeData()
    data.setText("print('dropped')\r\n")
    drop(theatre, data)
    assert text(theatre) == "print('dropped')\n"
    assert theatre.session.frame.program.edited


def test_that_programs_of_one_name_are_told_apart_by_their_folders(theatre: Theatre, tmp_path: Path) -> None:
    for name in ("anna", "ben"):
        (tmp_path / name).mkdir()
        program(tmp_path / name, f"print('{name}')\n", "main.py")
    drop(theatre, files(tmp_path / "anna" / "main.py"))
    assert theatre.controller.course.scenario.title == "main.py"
    drop(theatre, files(tmp_path / "ben" / "main.py"))
    assert [one.title for one in theatre.controller.course.scenarios[-2:]] == ["anna/main.py", "ben/main.py"]
    assert theatre.controller.course.scenario.title == "ben/main.py"
    theatre.controller.open(theatre.controller.course.scenarios[-2].id)
    assert text(theatre) == "print('anna')\n"
    theatre.controller.ask(WindowCommand.CLOSE)
    assert theatre.controller.course.scenarios[-1].title == "main.py"


def test_that_one_of_several_files_that_is_no_program_keeps_no_other_from_being_opened(
    theatre: Theatre, tmp_path: Path
) -> None:
    one, two = program(tmp_path, "1\n", "one.py"), program(tmp_path, "2\n", "two.py")
    drop(theatre, files(one, tmp_path / "none.py", two))
    assert {one.title for one in theatre.controller.course.scenarios} >= {"one.py", "two.py"}
    assert theatre.controller.course.scenario.title == "one.py"
    assert isinstance(told(theatre), kinds.Unreadable)


def test_that_a_folder_is_its_scenario_or_its_main_file(theatre: Theatre, tmp_path: Path) -> None:
    lesson = tmp_path / "lesson"
    lesson.mkdir()
    program(lesson, PROGRAM, "program.py")
    (lesson / "scenario.toml").write_text('title = "Mine"\nwatch = "ROUNDS"\n')
    drop(theatre, files(lesson))
    assert theatre.controller.course.scenario.watch == "ROUNDS"
    assert text(theatre) == PROGRAM
    plain = tmp_path / "plain"
    plain.mkdir()
    program(plain, "print(1)\n", "main.py")
    program(plain, "print(2)\n", "other.py")
    drop(theatre, files(plain))
    assert theatre.controller.course.scenario.title == "main.py"


def test_that_what_is_no_program_is_said_and_the_window_is_as_before(
    theatre: Theatre, qtbot: QtBot, tmp_path: Path
) -> None:
    bad = {
        "binary.py": b"\0\1\2" * 99,
        "latin.py": b"x = '\xe9'",
        "notes.txt": b"no program, no",
        "large.py": b"#" * 5_000_000,
    }
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "link.py").symlink_to("nowhere.py")
    (tmp_path / "empty").mkdir()
    before = theatre.session.frame.program
    banner = next(part.panel for part in theatre.driver.parts if isinstance(part.panel, TroubleBanner))
    for name in (*bad, "pipe.py", "link.py", "empty", "missing.py"):
        theatre.controller.tell(None)
        drop(theatre, files(tmp_path / name))
        theatre.driver.tick()
        assert told(theatre) is not None, name
        assert name in banner.title.text()
        assert banner.widget.isVisible()
        assert theatre.session.frame.program is before
        assert theatre.controller.course.current == "counter"


def test_that_the_clipboard_is_a_program_and_an_empty_one_is_said(theatre: Theatre) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.clear()
    QTest.keyClick(theatre.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(told(theatre), kinds.NothingToPaste)
    clipboard.setText("#" * 5_000_000)
    QTest.keyClick(theatre.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(told(theatre), kinds.TooLarge)
    clipboard.setText("print('pasted')\n")
    QTest.keyClick(theatre.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert text(theatre) == "print('pasted')\n"
    assert told(theatre) is None
    assert theatre.controller.course.scenario.title == "untitled.py"


def test_that_a_template_begins_a_program_that_runs(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.controller.new("two_threads_and_a_lock")
    assert "threading.Lock()" in text(theatre)
    run(theatre, qtbot)
    assert theatre.driver.frame.run.ended is Ended.FINISHED
    assert output(theatre) == ["counter 2000 expected 2000"]


def test_that_a_lesson_is_edited_as_a_copy_with_its_lesson(theatre: Theatre, qtbot: QtBot) -> None:
    QTest.keyClick(theatre.window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    course = theatre.controller.course
    assert course.current != "counter"
    assert course.scenario.title == "counter.py"
    assert course.scenario.watch
    assert course.lesson
    assert theatre.session.frame.program.editable
    theatre.controller.edit(text(theatre) + "\nprint('changed')\n")
    theatre.controller.open("counter")
    assert "changed" not in text(theatre)  # the lesson itself is as it was
    theatre.controller.open(course.current)
    assert "changed" in text(theatre)  # and what was typed is still there


def accept(dialog: QFileDialog, path: Path) -> None:
    dialog.selectFile(str(path))
    dialog.accept()


def dialog(theatre: Theatre, qtbot: QtBot) -> QFileDialog:
    qtbot.waitUntil(lambda: bool(theatre.window.findChildren(QFileDialog)))
    return theatre.window.findChildren(QFileDialog)[-1]


def test_that_a_new_program_asks_where_it_is_saved_and_keeps_its_run(
    theatre: Theatre, qtbot: QtBot, tmp_path: Path
) -> None:
    theatre.controller.new("two_threads_and_a_lock")
    run(theatre, qtbot)
    theatre.controller.ask(WindowCommand.SAVE)
    accept(dialog(theatre, qtbot), tmp_path / "saved.py")
    theatre.driver.tick()
    assert (tmp_path / "saved.py").read_text() == text(theatre)
    assert theatre.window.windowTitle() == "Thread Theatre - saved.py[*]"
    assert not theatre.window.isWindowModified()
    assert theatre.driver.frame.run.number == 1
    assert output(theatre) == ["counter 2000 expected 2000"]
    assert theatre.controller.course.recent[0] == str(tmp_path / "saved.py")


def test_that_saving_by_a_name_keeps_the_caret_and_what_can_be_undone(
    theatre: Theatre, qtbot: QtBot, tmp_path: Path
) -> None:
    theatre.controller.new("")
    theatre.driver.tick()
    view = theatre.window.findChild(CodeView)
    assert view is not None
    QTest.keyClicks(view, "print(12)")
    QTest.keyClick(view, Qt.Key.Key_Left)
    theatre.controller.ask(WindowCommand.SAVE)
    accept(dialog(theatre, qtbot), tmp_path / "saved.py")
    theatre.driver.tick()
    assert (tmp_path / "saved.py").read_text() == "print(12)"
    QTest.keyClicks(view, "3")
    assert view.text() == "print(123)"
    QTest.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert view.text() == ""
    theatre.controller.new("")
    theatre.driver.tick()
    view.undo()
    assert view.text() == "", "another program brings nothing of this one back"


def test_that_what_was_typed_is_there_again_by_undo_after_the_file_was_taken(
    theatre: Theatre, qtbot: QtBot, tmp_path: Path
) -> None:
    path = program(tmp_path)
    theatre.controller.open_file(str(path))
    theatre.driver.tick()
    view = theatre.window.findChild(CodeView)
    assert view is not None
    QTest.keyClicks(view, "x = 1; ")
    path.write_text("print('from outside')\n")
    qtbot.waitUntil(lambda: isinstance(told(theatre), kinds.ChangedOnDisk), timeout=10_000)
    theatre.controller.ask(WindowCommand.READ_AGAIN)
    theatre.driver.tick()
    assert view.text() == "print('from outside')\n"
    QTest.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert view.text() == f"x = 1; {PROGRAM}"
    theatre.controller.hand_over()
    assert theatre.session.frame.program.edited
    assert path.read_text() == "print('from outside')\n"


def test_that_saving_writes_nothing_over_a_file_that_changed_and_was_not_typed_into(
    theatre: Theatre, tmp_path: Path
) -> None:
    path = program(tmp_path)
    theatre.controller.open_file(str(path))
    path.write_text("print('from outside')\n")
    theatre.controller.ask(WindowCommand.SAVE)  # before anybody has looked
    assert path.read_text() == text(theatre) == "print('from outside')\n"


def test_that_a_key_leads_to_the_arguments_also_where_their_panel_is_hidden(theatre: Theatre, tmp_path: Path) -> None:
    theatre.controller.open_file(str(program(tmp_path)))
    theatre.controller.hide_panel("launch", True)
    theatre.driver.tick()
    QTest.keyClick(
        theatre.window, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "a b")
    assert theatre.session.frame.program.launch.arguments == "a b"


def asked(**options: object) -> argparse.Namespace:
    """A command line that opens the window."""
    return argparse.Namespace(**{"file": None, "scenario": None, "as_module": None, "arguments": [], **options})


def test_that_a_file_of_the_command_line_that_is_no_program_is_said_over_what_is_open(
    theatre: Theatre, tmp_path: Path
) -> None:
    open_first(theatre, asked(file=str(tmp_path / "none.py")), "counter")
    assert theatre.controller.course.current == "counter"
    assert isinstance(told(theatre), kinds.Unreadable)


def test_that_a_module_of_the_command_line_begins_as_one(theatre: Theatre, tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    program(package, "", "__init__.py")
    main = program(package, "from . import other\n", "tool.py")
    open_first(theatre, asked(file=str(main), as_module="package.tool", arguments=["a b"]), "counter")
    launch = theatre.session.frame.program.launch
    assert (launch.module, launch.arguments) == ("package.tool", "'a b'")


def test_that_a_rescued_text_takes_no_place_from_the_file_that_was_asked_for(theatre: Theatre, tmp_path: Path) -> None:
    theatre.controller.new("")
    theatre.controller.edit("print('new')\n")
    rescued = theatre.documents.documents.current
    assert rescued is not None
    open_first(theatre, asked(file=str(program(tmp_path))), "counter")
    theatre.documents.documents.tell_rescued(rescued, beside=True)
    assert theatre.controller.course.scenario.title == "mine.py"
    notice = told(theatre)
    assert isinstance(notice, kinds.Notice)
    assert "untitled.py" in notice.title


def test_that_a_file_is_chosen_in_a_dialog(theatre: Theatre, qtbot: QtBot, tmp_path: Path) -> None:
    path = program(tmp_path)
    QTest.keyClick(theatre.window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    accept(dialog(theatre, qtbot), path)
    qtbot.waitUntil(lambda: text(theatre) == PROGRAM)


def test_that_a_program_kept_as_a_scenario_stands_in_the_list_and_can_be_edited(
    theatre: Theatre, tmp_path: Path
) -> None:
    theatre.controller.open_file(str(program(tmp_path)))
    theatre.controller.ask(WindowCommand.KEEP_SCENARIO)
    folder = tmp_path / "scenarios" / "mine"
    assert sorted(one.name for one in folder.iterdir()) == ["lesson.md", "program.py", "scenario.toml"]
    assert theatre.controller.course.current == "mine"
    assert "mine" in [one.id for one in theatre.controller.lessons]
    theatre.controller.edit("print(1)\n")
    theatre.controller.ask(WindowCommand.SAVE)
    assert (folder / "program.py").read_text() == "print(1)\n"


def test_that_a_file_that_changed_on_the_disk_is_read_again_when_nothing_was_typed(
    theatre: Theatre, qtbot: QtBot, tmp_path: Path
) -> None:
    path = program(tmp_path)
    theatre.controller.open_file(str(path))
    path.write_text("print('from outside')\n")
    qtbot.waitUntil(lambda: text(theatre) == "print('from outside')\n", timeout=10_000)
    assert isinstance(told(theatre), kinds.ReadAgain)
    assert not theatre.session.frame.program.edited


@pytest.mark.parametrize("mine", [True, False])
def test_that_which_text_is_kept_is_asked_where_one_would_be_lost(
    theatre: Theatre, qtbot: QtBot, tmp_path: Path, mine: bool
) -> None:
    path = program(tmp_path)
    theatre.controller.open_file(str(path))
    theatre.controller.edit("print('typed')\n")
    path.write_text("print('from outside')\n")
    qtbot.waitUntil(lambda: isinstance(told(theatre), kinds.ChangedOnDisk), timeout=10_000)
    theatre.driver.tick()
    assert text(theatre) == "print('typed')\n"
    assert path.read_text() == "print('from outside')\n"
    banner = next(part.panel for part in theatre.driver.parts if isinstance(part.panel, TroubleBanner))
    keep, take = banner.choices[:2]
    assert keep.isVisible()
    assert take.isVisible()
    assert not banner.choices[2].isVisible()
    qtbot.mouseClick(keep if mine else take, Qt.MouseButton.LeftButton)
    assert text(theatre) == ("print('typed')\n" if mine else "print('from outside')\n")
    assert told(theatre) is None
    assert theatre.session.frame.program.edited is mine
    theatre.controller.ask(WindowCommand.SAVE)
    assert path.read_text() == text(theatre)


def test_that_a_file_that_is_deleted_keeps_its_text_here(theatre: Theatre, qtbot: QtBot, tmp_path: Path) -> None:
    path = program(tmp_path)
    theatre.controller.open_file(str(path))
    path.unlink()
    qtbot.waitUntil(lambda: isinstance(told(theatre), kinds.GoneFromDisk), timeout=10_000)
    assert text(theatre) == PROGRAM
    assert theatre.session.frame.program.edited
    run(theatre, qtbot)
    assert output(theatre) == ["rounds 3"]
    theatre.controller.ask(WindowCommand.SAVE)
    assert path.read_text() == PROGRAM
    assert not theatre.session.frame.program.edited


def test_that_a_program_that_changes_its_own_file_is_shown_as_it_ran(
    theatre: Theatre, qtbot: QtBot, tmp_path: Path
) -> None:
    own = "with open(__file__, 'w') as file:\n    file.write('print(2)\\n')\nprint(1)\n"
    theatre.controller.open_file(str(program(tmp_path, own)))
    run(theatre, qtbot)
    assert theatre.driver.frame.program.ran == own
    assert output(theatre) == ["1"]
    qtbot.waitUntil(lambda: text(theatre) == "print(2)\n", timeout=10_000)  # nothing was typed: it is read again
    assert theatre.session.frame.program.ran == own


@pytest.mark.parametrize(
    ("button", "left", "saved"), [("Discard", False, False), ("Cancel", True, False), ("Save", False, True)]
)
def test_that_closing_asks_for_what_is_not_saved(
    theatre: Theatre, qtbot: QtBot, tmp_path: Path, button: str, *, left: bool, saved: bool
) -> None:
    path = program(tmp_path)
    theatre.controller.open_file(str(path))
    theatre.controller.edit("print('typed')\n")
    theatre.controller.ask(WindowCommand.CLOSE)
    box = theatre.window.findChildren(QMessageBox)[-1]
    qtbot.mouseClick(box.button(getattr(QMessageBox.StandardButton, button)), Qt.MouseButton.LeftButton)
    listed = [one.title for one in theatre.controller.course.scenarios]
    assert ("mine.py" in listed) is left
    assert (path.read_text() == "print('typed')\n") is saved


def test_that_a_program_without_a_name_closes_when_it_is_saved_by_one(
    theatre: Theatre, qtbot: QtBot, tmp_path: Path
) -> None:
    theatre.controller.new("two_threads_and_a_lock")
    theatre.controller.edit("print('typed')\n")
    theatre.controller.ask(WindowCommand.CLOSE)
    box = theatre.window.findChildren(QMessageBox)[-1]
    qtbot.mouseClick(box.button(QMessageBox.StandardButton.Save), Qt.MouseButton.LeftButton)
    accept(dialog(theatre, qtbot), tmp_path / "saved.py")
    assert (tmp_path / "saved.py").read_text() == "print('typed')\n"
    assert [one.id for one in theatre.controller.course.scenarios] == [one.id for one in theatre.controller.lessons]


def test_that_a_program_that_is_saved_closes_at_once(theatre: Theatre, tmp_path: Path) -> None:
    theatre.controller.open_file(str(program(tmp_path)))
    theatre.controller.ask(WindowCommand.CLOSE)
    assert theatre.controller.course.current == "counter"
    assert [one.id for one in theatre.controller.course.scenarios] == [one.id for one in theatre.controller.lessons]


def test_that_what_was_not_saved_is_there_again_in_the_next_window(
    theatre: Theatre, qtbot: QtBot, tmp_path: Path
) -> None:
    path = program(tmp_path)
    theatre.controller.open_file(str(path))
    theatre.controller.edit("print('typed')\n")
    theatre.controller.new("")
    theatre.controller.edit("print('new')\n")
    theatre.close()
    kept = sorted((tmp_path / "rescue").glob("*.json"))
    for number, file in enumerate(kept):  # as if the window had been that of a process that is gone
        file.rename(file.with_name(f"99999999-1-{number}.rescue.json"))
    other = assemble(theatre.controller.lessons)
    qtbot.addWidget(other.window)
    try:
        last = other.documents.documents.rescue()
        assert last is not None
        other.documents.documents.tell_rescued(last)
        assert text(other) == "print('new')\n"
        assert other.session.frame.program.edited
        notice = told(other)
        assert isinstance(notice, kinds.Rescued)
        assert notice.more == 1
        mine = next(one.id for one in other.controller.course.scenarios if one.title == "mine.py")
        other.controller.open(mine)
        assert text(other) == "print('typed')\n"
        assert path.read_text() == PROGRAM
    finally:
        other.close()


def test_that_what_a_program_leaves_running_is_said_and_ended_where_it_is_said(
    theatre: Theatre, qtbot: QtBot, tmp_path: Path
) -> None:
    leaves = "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    theatre.controller.open_file(str(program(tmp_path, leaves)))
    theatre.controller.run()
    theatre.driver.start()
    banner = next(part.panel for part in theatre.driver.parts if isinstance(part.panel, TroubleBanner))
    end = banner.choices[-1]
    qtbot.waitUntil(lambda: banner.isVisible() and end.isVisible(), timeout=20_000)
    left = theatre.session.frame.left
    assert left is not None
    (process,) = left.processes
    assert f"time.sleep(600)' (process {process.pid})" in banner.title.text()
    theatre.controller.tell(kinds.Notice(title="Something else"))
    qtbot.waitUntil(lambda: "Something else" in banner.title.text(), timeout=20_000)
    assert f"(process {process.pid})" in banner.advice.text(), "it is said besides"
    qtbot.mouseClick(end, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: theatre.session.frame.left is None, timeout=20_000)
    living = [one.pid for one in psutil.process_iter() if one.status() != psutil.STATUS_ZOMBIE]
    assert process.pid not in living
    theatre.driver.stop()
