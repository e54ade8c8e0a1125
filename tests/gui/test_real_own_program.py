"""A program of one's own in the real program, by keyboard alone on a screen, and by mouse alone in the window."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from engine.frame import Phase
from engine.scenarios import catalogue
from gui.app import Theatre, assemble
from gui.widgets.code_view import CodeView
from tests.gui.show_window import show_window
from tests.gui.stage_screen import Program, Screen, until

on_a_screen = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="not applicable: Xvfb is the screen of a Linux without a monitor"
)


@pytest.fixture
def started(screen: Screen, tmp_path: Path) -> Iterator[Program]:
    """The real program, in a home where it never ran before."""
    made = Program(screen, tmp_path)
    yield made
    screen.save(tmp_path / "screen.png")
    made.end()
    assert made.said() == "", "it has nothing to complain of"


def typed(program: Program, *lines: str) -> None:
    """Types lines as a hand does. The editor closes no bracket by itself and keeps the indentation."""
    for line in lines:
        program.screen.hand("type", "--delay", "12", line)
        program.press("Return")


def written(file: Path) -> str:
    return file.read_text("utf-8") if file.exists() else ""


@on_a_screen
def test_that_a_program_is_typed_run_changed_and_run_again_by_keyboard_alone(started: Program, tmp_path: Path) -> None:
    told, saved = tmp_path / "told.txt", tmp_path / "saved.py"
    started.fill_screen()
    started.press("ctrl+n")
    until(lambda: started.title() == "Thread Theatre - untitled.py", started.title)
    typed(started, "import threading", f"def work(text, file={str(told)!r}):", "open(file, 'w').write(text)")
    started.press("BackSpace")  # out of the function
    typed(started, "one = threading.Thread(target=work, args=('first',))", "one.start()", "one.join()")
    until(lambda: started.title() == "Thread Theatre - untitled.py*", started.title)
    started.press("F5")
    until(lambda: written(told) == "first", lambda: f"{written(told)!r} in {told}")
    started.press("Up", "Up", "Up", "End", *["shift+Left"] * len("first',))"))
    started.screen.hand("type", "--delay", "12", "second',))")  # in place of what is marked
    started.press("F5")
    until(lambda: written(told) == "second", lambda: f"{written(told)!r} in {told}")
    started.press("ctrl+s")
    asked = ("getwindowfocus", "getwindowname")  # keys that come before it has the keyboard are lost
    until(lambda: "Save the program as" in started.screen.hand(*asked, check=False), "the dialog")
    started.screen.hand("key", "ctrl+a")
    started.screen.hand("type", "--delay", "12", str(saved))
    started.press("Return")
    until(lambda: started.title() == "Thread Theatre - saved.py", started.title)
    assert "second" in written(saved)


@on_a_screen
def test_that_a_window_that_is_killed_brings_the_text_back(started: Program, tmp_path: Path) -> None:
    started.fill_screen()
    started.press("ctrl+n")
    until(lambda: started.title() == "Thread Theatre - untitled.py", started.title)
    typed(started, "print('not saved')")
    store = tmp_path / ".local" / "state" / "thread-theatre" / "rescue"
    until(lambda: any("not saved" in written(file) for file in store.glob("*.json")), "the text on the disk")
    started.process.send_signal(signal.SIGKILL)
    started.process.wait()
    started.start()
    started.fill_screen()
    until(lambda: started.title() == "Thread Theatre - untitled.py*", started.title)


@on_a_screen
def test_that_a_file_of_the_command_line_is_opened_with_its_arguments(screen: Screen, tmp_path: Path) -> None:
    told = tmp_path / "told.txt"
    (tmp_path / "mine.py").write_text(f"import sys\nopen({str(told)!r}, 'w').write(repr(sys.argv[1:]))\n")
    made = Program(screen, tmp_path, ["mine.py", "a", "b c"])
    try:
        made.fill_screen()
        assert made.title() == "Thread Theatre - mine.py"
        made.press("F5")
        until(lambda: written(told) == "['a', 'b c']", lambda: written(told))
        assert made.said() == ""
    finally:
        made.end()


@pytest.mark.parametrize("word", ["none.py", "folder", "data.bin"])
def test_that_a_file_that_is_no_program_is_said_before_the_window_or_in_it(tmp_path: Path, word: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "data.bin").write_bytes(b"\0")
    main = Path(__file__).resolve().parents[2] / "main.py"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("DISPLAY", None)
    done = subprocess.run(
        [sys.executable, str(main), "shot", word, "--out", "a.png"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert word in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.fixture
def theatre(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Theatre]:
    monkeypatch.setenv("THREAD_THEATRE_RESCUE", str(tmp_path / "rescue"))
    made = assemble(tuple(one for one in catalogue.load() if one.id == "counter"))
    show_window(qtbot, made.window, 1280, 720)
    made.controller.open("counter")
    made.driver.start()
    made.driver.tick()
    yield made
    made.close()


def click(widget: QWidget, at: QPoint | None = None) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at or QPoint())


def choose(qtbot: QtBot, words: str) -> None:
    """Clicks on an entry of the menu that is open."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    entry = next(one for one in menu.actions() if one.text().replace("&", "").startswith(words))
    click(menu, menu.actionGeometry(entry).center())


def entry_of(menu: QMenu, words: str) -> QAction:
    return next(one for one in menu.actions() if one.text().replace("&", "").startswith(words))


def ran(theatre: Theatre, qtbot: QtBot, number: int) -> list[str]:
    qtbot.waitUntil(
        lambda: theatre.driver.frame.run.number == number and theatre.driver.frame.run.phase is Phase.ENDED,
        timeout=20_000,
    )
    return [one.text.strip() for one in theatre.driver.frame.recording.output]


def test_that_a_program_is_begun_run_changed_and_run_again_by_mouse_alone(theatre: Theatre, qtbot: QtBot) -> None:
    toolbar = next(part.panel for part in theatre.driver.parts if part.info.id == "toolbar")
    QGuiApplication.clipboard().setText("word = 'first'\nprint(word)\n")
    click(toolbar.file)  # type: ignore[attr-defined]
    choose(qtbot, "Program from the clipboard")
    click(toolbar.run)  # type: ignore[attr-defined]
    assert ran(theatre, qtbot, 1) == ["first"]
    view = theatre.window.findChild(CodeView)
    assert view is not None
    QGuiApplication.clipboard().setText("second")
    cursor = view.textCursor()
    cursor.setPosition(len("word = 'fi"))
    at = view.cursorRect(cursor).center()
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert view.textCursor().selectedText() == "first"
    opened = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at))
    QApplication.postEvent(view.viewport(), opened)
    choose(qtbot, "Paste")
    assert view.text() == "word = 'second'\nprint(word)\n"
    click(toolbar.run)  # type: ignore[attr-defined]
    assert ran(theatre, qtbot, 2) == ["second"]
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
