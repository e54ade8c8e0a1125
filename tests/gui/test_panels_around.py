"""Lessons, toolbar, status and the banner of trouble."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.frame import Frame, Phase
from engine.frame.finding import Missing
from engine.frame.trouble import ImportFailed, ProcessDied, ProgramRefused
from gui import actions
from gui.panel import Course
from gui.panels.lessons import Lessons
from gui.panels.status import Status
from gui.panels.toolbar import Toolbar, place_of_speed, speed_of_place
from gui.panels.trouble import TroubleBanner
from gui.theme import theme
from gui.view_state.window_settings import LessonMark
from gui.widgets.controls import Text
from gui.widgets.key_overlay import KeysOverlay
from tests.gui import frames
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands, course


def test_that_a_click_on_a_lesson_opens_it(stand: Callable[..., Lessons], wished: RecordedCommands) -> None:
    panel = stand(Lessons)
    panel.rows[0].click()
    assert wished.made == [("open", "writer_reader", "")]
    panel.opened(course("writer_reader"))
    assert [row.isChecked() for row in panel.rows] == [True, False, False, False]


def test_that_a_broken_lesson_says_why_it_cannot_be_opened(stand: Callable[..., Lessons]) -> None:
    panel = stand(Lessons)
    assert panel.rows[2].toolTip() == "scenario.toml: no title"
    assert panel.rows[2].accessibleDescription() == "scenario.toml: no title"


def test_that_arrow_keys_walk_the_list_and_enter_opens(
    stand: Callable[..., Lessons], wished: RecordedCommands, qtbot: QtBot
) -> None:
    panel = stand(Lessons)
    panel.widget.activateWindow()
    panel.rows[0].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(panel.rows[0], Qt.Key.Key_Down)
    assert panel.rows[1].hasFocus()
    QTest.keyClick(panel.rows[1], Qt.Key.Key_Return)
    assert wished.made == [("open", "counter", "")]


def test_that_a_compact_window_has_a_rail_whose_numbers_list_their_lessons(
    stand: Callable[..., Lessons], wished: RecordedCommands
) -> None:
    panel = stand(Lessons, (48, 400), compact=True)
    assert not any(row.isVisible() for row in panel.rows)
    assert [button.isChecked() for _, button in panel.buttons] == [False, True, False]
    name, button = panel.buttons[1]
    panel.fly_out(name, button)
    menu = panel._menu
    assert menu is not None
    assert [entry.text() for entry in menu.actions()] == ["Counter race", "A broken one  ⚠"]
    menu.actions()[0].trigger()
    assert wished.made == [("open", "counter", "")]
    menu.close()


def test_that_pause_and_stop_are_there_only_while_the_program_runs(stand: Callable[..., Toolbar]) -> None:
    panel = stand(Toolbar, (1400, 48))
    panel.draw(frames.empty())
    assert not panel.pause.isEnabled()
    assert not panel.stop.isEnabled()
    panel.draw(frames.running())
    assert panel.pause.isEnabled()
    assert panel.stop.isEnabled()
    panel.draw(changed(frames.running(), phase=Phase.PAUSED))
    assert panel.pause.accessibleName() == "Resume"


def test_that_a_click_runs_and_the_slider_sets_the_speed(
    stand: Callable[..., Toolbar], wished: RecordedCommands
) -> None:
    panel = stand(Toolbar, (1400, 48))
    panel.draw(frames.empty())
    panel.run.click()
    panel.slider.moved.emit(1.0)
    assert wished.made == [("run",), ("speed", 20.0)]


@pytest.mark.parametrize("speed", actions.SPEEDS)
def test_that_each_speed_has_its_place_on_the_slider(speed: float) -> None:
    assert speed_of_place(place_of_speed(speed)) == speed


def test_that_the_picker_offers_what_was_found_and_shows_what_runs(
    stand: Callable[..., Toolbar], wished: RecordedCommands
) -> None:
    panel = stand(Toolbar, (1400, 48))
    panel.draw(frames.small())
    assert panel.python.accessibleDescription() == "Python 3.11 · GIL"
    panel.python.chosen.emit(1)
    assert wished.made == [("interpreter", "/other/python")]


def test_that_the_button_of_the_toolbar_lists_every_key(
    stand: Callable[..., Toolbar], wished: RecordedCommands
) -> None:
    panel = stand(Toolbar, (1400, 900))
    panel.draw(frames.small())
    panel.help.click()
    assert wished.made == [("perform", "help")]


def test_that_no_key_of_the_table_is_given_twice() -> None:
    keys = [key for one in actions.ACTIONS for key in one.keys]
    assert len(keys) == len(set(keys))


def test_that_a_python_that_was_not_found_is_never_called_like_one_that_was(stand: Callable[..., Toolbar]) -> None:
    panel = stand(Toolbar, (1900, 48))
    panel.opened(course())
    other = replace(frames.small().run.interpreter, executable="/elsewhere/python", version="3.11.2")
    panel.draw(changed(frames.small(), interpreter=other))
    assert panel.python.accessibleDescription() == "Python 3.11 · GIL · /elsewhere/python"


def test_that_the_status_names_the_python_the_records_and_the_rate(stand: Callable[..., Status]) -> None:
    panel = stand(Status, (1900, 32))
    panel.draw(frames.small())
    panel.pace(59.6, 21.0)
    assert panel.python.text().split("  ·  ") == ["Python 3.11.7", "GIL", "2 cores"]
    assert "give way after 5 ms (the switch interval)" in panel.python.toolTip()
    assert panel.counts.text() == "1,284 events"
    assert panel.rate.text() == "60 fps"
    assert panel.state.text().startswith("finished")


def test_that_the_status_says_in_plain_words_what_is_not_as_usual(stand: Callable[..., Status]) -> None:
    panel = stand(Status, (1900, 32))
    panel.draw(changed(frames.small(), dropped=7, held_back=1.25))
    assert panel.counts.text() == "1,284 events  ·  7 not kept  ·  slowed down by 1.2 s"
    assert "only their number is known" in panel.counts.toolTip()
    assert "longer than it would take" in panel.counts.toolTip()
    texts = [label.text() + label.toolTip() for label in panel.findChildren(Text)]
    makers = ("record", "dropped", "synchronisation", "held back", "CPython")
    assert [(text, word) for text in texts for word in makers if word in text] == []


def test_that_a_narrow_status_bar_gives_up_the_note_before_the_figures(stand: Callable[..., Status]) -> None:
    panel = stand(Status, (700, 32))
    panel.draw(frames.small())
    assert not panel.mode.isVisible()
    assert panel.counts.isVisible()


def test_that_trouble_says_what_happened_where_and_what_to_do(stand: Callable[..., TroubleBanner]) -> None:
    panel = stand(TroubleBanner)
    panel.draw(frames.failed())
    assert panel.title.text() == "The program's process died of SIGKILL (line 9)"
    assert "The next run starts" in panel.advice.text()
    assert not panel.detail.isVisible()
    panel.more.click()
    assert "FileNotFoundError" in panel.detail.toPlainText()
    assert panel.detail.isVisible()


@pytest.mark.parametrize("wide", [1, 1.6, 2])
def test_that_no_button_of_the_banner_is_cut_where_it_is_narrow(
    stand: Callable[..., TroubleBanner], qtbot: QtBot, wide: float
) -> None:
    panel = stand(TroubleBanner)
    ground = QWidget()  # laid over something it gets the width of that, whatever it asks for
    qtbot.addWidget(ground)
    panel.setParent(ground)
    panel.show()
    ground.show()
    missing = Missing("numppy", "Python 3.11.7", "python3 -m pip install numppy")
    panel.draw(changed(Frame(), trouble=ImportFailed(missing=missing, line=1, detail="Traceback")))
    panel.resize(round(panel.theme.px(330) * wide), panel.theme.px(200))
    buttons = (panel.copy, panel.line, panel.more, panel.close_button)
    qtbot.waitUntil(lambda: all(one.width() >= one.sizeHint().width() for one in buttons))
    assert all(panel.rect().contains(one.geometry()) for one in buttons)
    assert panel.copy.keep == (wide > 1)  # its word is the first to go
    assert panel.copy.accessibleName() == "Copy the command"


def test_that_the_line_of_trouble_is_shown_with_its_moment_when_a_finding_knows_it(
    stand: Callable[..., TroubleBanner], wished: RecordedCommands
) -> None:
    panel = stand(TroubleBanner)
    panel.draw(changed(Frame(), trouble=ProcessDied(code=-9)))
    assert not panel.line.isVisible()
    panel.draw(changed(Frame(), trouble=ProgramRefused(error="SyntaxError", line=1)))
    panel.line.click()
    assert wished.made == [("line", 1)]
    panel.draw(frames.failed())
    panel.line.click()
    assert wished.made[1:] == [("visit", 0.018), ("line", frames.failed().run.trouble.line)]


def test_that_a_lesson_is_marked_as_new_seen_or_with_its_bug_shown(stand: Callable[..., Lessons]) -> None:
    panel = stand(Lessons)
    before = panel.grab().toImage()
    panel.opened(replace(course(), marks={"counter": LessonMark.SHOWN, "writer_reader": LessonMark.SEEN}))
    assert [row.mark for row in panel.rows] == [LessonMark.SEEN, LessonMark.SHOWN, LessonMark.NEW, LessonMark.NEW]
    assert "bug shown" in panel.rows[1].accessibleDescription()
    assert panel.grab().toImage() != before
    assert panel.legend.accessibleName() == "new, seen, bug shown"


def test_that_a_course_without_a_lesson_harms_nobody(stand: Callable[..., Lessons]) -> None:
    panel = stand(Lessons)
    panel.opened(Course(()))
    assert panel.rows == []


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_that_the_list_of_keys_fits_the_window_at_every_text_size(qtbot: QtBot, scale: float) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1280, 720)
    overlay = KeysOverlay(window, theme.make("dark", True, scale), (("E", "file_ready: the reader waits"),))
    window.show()
    sheets = [child for child in overlay.children() if isinstance(child, QWidget)]
    assert sheets == [overlay.sheet], "what did not fit is gone"
    assert overlay.rect().contains(overlay.sheet.geometry())
    window.resize(1920, 1080)
    QApplication.processEvents()
    assert overlay.size() == window.size()
