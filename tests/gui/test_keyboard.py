"""The window by keyboard alone: F6 from panel to panel, Tab within one, arrow keys within a group."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from engine.frame import Phase
from engine.scenarios import catalogue
from gui.app import Theatre, assemble
from gui.widgets.focus import HeaderRow, Roving, stops
from gui.widgets.toggle import Toggle
from tests.gui.alone import DARK
from tests.gui.show_window import show_window

PROGRAM = """import threading, time
ROUNDS = 3  # 1..9
PACE = 20  # 0..3000 ms
lock = threading.Lock()
other = threading.Lock()
def work():
    for _ in range(ROUNDS):
        with lock:
            with other:
                time.sleep(PACE / 1000)
threads = [threading.Thread(target=work, name=f"Worker-{n}") for n in (1, 2)]
for one in threads: one.start()
for one in threads: one.join()
"""


@pytest.fixture
def theatre(qtbot: QtBot, tmp_path: Path) -> Iterator[Theatre]:
    """A real window after a run of two threads, with twelve lessons."""
    program = tmp_path / "work.py"
    program.write_text(PROGRAM)
    scenarios = [replace(catalogue.from_file(program), id=f"work{n}", title=f"Work {n}") for n in range(12)]
    made = assemble(tuple(scenarios))
    show_window(qtbot, made.window, 1920, 1080)
    made.controller.open("work0")
    made.driver.start()
    made.controller.run()
    qtbot.waitUntil(lambda: made.driver.frame.run.phase is Phase.ENDED, timeout=20_000)
    yield made
    made.close()


def _press(theatre: Theatre, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or theatre.window, key, modifier)


def _where(theatre: Theatre) -> str:
    """The panel that has the keyboard."""
    now = QApplication.focusWidget()
    widgets = [(part.info.id, part.panel.widget) for part in theatre.driver.parts]
    return next((name for name, one in widgets if now is not None and (one is now or one.isAncestorOf(now))), "")


def _at_run(theatre: Theatre) -> None:
    toolbar = next(part.panel for part in theatre.driver.parts if part.info.id == "toolbar")
    toolbar.run.setFocus(Qt.FocusReason.TabFocusReason)  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_that_the_timeline_is_few_steps_from_run(theatre: Theatre, size: tuple[int, int]) -> None:
    theatre.window.resize(*size)
    theatre.driver.tick()
    for key, most in ((Qt.Key.Key_Tab, 12), (Qt.Key.Key_F6, 3)):
        _at_run(theatre)
        for _ in range(most):
            _press(theatre, key)
            if _where(theatre) == "timeline":
                break
        assert _where(theatre) == "timeline", key


def test_that_f6_comes_by_every_panel_in_sight_in_the_order_of_the_eye_and_back(theatre: Theatre) -> None:
    _at_run(theatre)
    forth = ["toolbar"]
    while True:
        _press(theatre, Qt.Key.Key_F6)
        if _where(theatre) == "toolbar":
            break
        forth.append(_where(theatre))
        assert len(forth) < 20
    assert [name for name in forth if name] == [
        "toolbar", "lessons", "timeline", "waits", "code", "output", "switches", "knobs", "verdict", "launch",
        "lesson",
    ]  # fmt: skip
    back = []
    for _ in forth:
        _press(theatre, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
        back.append(_where(theatre))
    assert back == forth[::-1]


def test_that_a_ring_around_its_header_shows_which_panel_it_is(theatre: Theatre, qtbot: QtBot) -> None:
    _at_run(theatre)
    _press(theatre, Qt.Key.Key_F6)
    head = QApplication.focusWidget()
    assert isinstance(head, HeaderRow)
    assert head.accessibleName() == "Lessons"
    with_ring = head.grab().toImage()
    _press(theatre, Qt.Key.Key_F6)
    assert head.grab().toImage() != with_ring


def test_that_tab_goes_from_the_head_of_a_panel_into_it_and_back(theatre: Theatre) -> None:
    _at_run(theatre)
    for _ in range(2):
        _press(theatre, Qt.Key.Key_F6)
    _press(theatre, Qt.Key.Key_Tab)
    assert _where(theatre) == "timeline"
    assert not isinstance(QApplication.focusWidget(), HeaderRow)
    _press(theatre, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert _where(theatre) == "lessons"
    _press(theatre, Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert _where(theatre) == "toolbar"


def test_that_tab_comes_by_every_stop_once_and_then_begins_again(theatre: Theatre) -> None:
    _at_run(theatre)
    met = [QApplication.focusWidget()]
    for _ in range(100):
        _press(theatre, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is met[0]:
            break
        met.append(QApplication.focusWidget())
    assert len(set(map(id, met))) == len(met) == len(stops(theatre.window, theatre.window.areas))
    assert len(met) < 40


def test_that_the_lessons_are_one_stop_and_arrow_keys_walk_them(theatre: Theatre) -> None:
    _at_run(theatre)
    _press(theatre, Qt.Key.Key_F6)
    _press(theatre, Qt.Key.Key_Tab)
    row = QApplication.focusWidget()
    assert row is not None
    assert row.accessibleName() == "Work 0", "the open one"
    _press(theatre, Qt.Key.Key_Down)
    _press(theatre, Qt.Key.Key_Down)
    assert QApplication.focusWidget().accessibleName() == "Work 2"  # type: ignore[union-attr]
    _press(theatre, Qt.Key.Key_End)
    assert QApplication.focusWidget().accessibleName() == "Work 11"  # type: ignore[union-attr]
    _press(theatre, Qt.Key.Key_Down)
    assert QApplication.focusWidget().accessibleName() == "Work 11"  # type: ignore[union-attr]
    _press(theatre, Qt.Key.Key_Tab)
    assert _where(theatre) == "timeline"


def _group(qtbot: QtBot, count: int) -> tuple[QWidget, Roving]:
    group = QWidget()
    qtbot.addWidget(group)
    roving, column = Roving(group), QVBoxLayout(group)
    for _ in range(count):
        toggle = Toggle("x")
        toggle.apply_theme(DARK)
        column.addWidget(toggle)
    group.show()
    group.activateWindow()
    qtbot.waitUntil(group.isActiveWindow)
    return group, roving


def test_that_a_group_remembers_where_the_keyboard_was(qtbot: QtBot) -> None:
    group, roving = _group(qtbot, 4)
    first, second, *_ = roving.members()
    assert roving.entry() is first
    second.setFocus(Qt.FocusReason.TabFocusReason)
    second.clearFocus()
    assert roving.entry() is second
    second.hide()
    assert roving.entry() is first, "what is not there is no stop"
    assert [one for one in stops(group, [group]) if one in roving.members()] == [first]


def test_that_arrow_keys_pass_by_what_cannot_be_pressed(qtbot: QtBot) -> None:
    _, roving = _group(qtbot, 3)
    first, second, third = roving.members()
    second.setEnabled(False)
    first.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert third.hasFocus()
    QTest.keyClick(third, Qt.Key.Key_Up)
    assert first.hasFocus()


def test_that_a_group_takes_what_is_added_later(qtbot: QtBot) -> None:
    group, roving = _group(qtbot, 1)
    late = QPushButton("late")
    late.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    group.layout().addWidget(late)
    QApplication.processEvents()
    roving.members()[0].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(roving.members()[0], Qt.Key.Key_Down)
    assert late.hasFocus()
    QTest.keyClick(late, Qt.Key.Key_Up)
    assert roving.members()[0].hasFocus()
