"""What the presenter chooses to see: presenting, one panel alone, hidden ones, sizes by hand, the menu of a panel."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from engine.frame import Phase
from engine.scenarios import catalogue
from engine.scenarios.scenario import SwitchNote
from gui import actions
from gui.app import Theatre, assemble
from gui.panels.lessons import Lessons
from gui.plots.timeline.timeline import TimelinePanel
from gui.theme.appearance import Appearance
from gui.view_state.arrangement import timeline_least
from gui.view_state.panel_choices import PanelChoice, PanelChoices, understood, written
from gui.view_state.window_settings import WindowLayout, WindowSettings
from tests.gui import frames
from tests.gui.frames import changed
from tests.gui.show_window import show_window

LOCKED = "import threading, time\nlock = threading.Lock()\nwhile True:\n    with lock:\n        time.sleep(0.01)\n"
FAILS = "\n" * 30 + "def deep():\n    return 1 / 0\n\n\ndeep()\n"
SIZES = [(1280, 720), (1920, 1080)]


def _made(qtbot: QtBot, folder: Path, layout: WindowLayout | None = None) -> Theatre:
    listed = []
    for name, text in (("locked", LOCKED), ("fails", FAILS)):
        program = folder / f"{name}.py"
        program.write_text(text)
        note = {"lock": SwitchNote("one at a time", "L")} if name == "locked" else {}
        group = f"Group {name}"
        listed.append(replace(catalogue.from_file(program), id=name, group=group, switches=note))
    made = assemble(tuple(listed), layout)
    show_window(qtbot, made.window, 1280, 720)
    made.controller.open("locked")
    settle(made)
    return made


@pytest.fixture
def theatre(qtbot: QtBot, tmp_path: Path) -> Iterator[Theatre]:
    made = _made(qtbot, tmp_path)
    yield made
    made.close()


def settle(theatre: Theatre) -> None:
    for _ in range(4):
        theatre.driver.tick()
        QApplication.processEvents()


def press(theatre: Theatre, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(theatre.window, key, modifier)
    settle(theatre)


def panel(theatre: Theatre, name: str) -> QWidget:
    return next(part.panel.widget for part in theatre.driver.parts if part.info.id == name)


def seen(theatre: Theatre) -> set[str]:
    return {part.info.id for part in theatre.driver.parts if part.panel.widget.isVisible()}


def present(theatre: Theatre, size: tuple[int, int]) -> None:
    """Full screen of this size: the platform of the tests has a small one."""
    press(theatre, Qt.Key.Key_F11)
    theatre.window.resize(*size)
    settle(theatre)


@pytest.mark.parametrize("size", SIZES)
def test_that_presenting_shows_lanes_program_and_verdict_and_nothing_else(
    theatre: Theatre, size: tuple[int, int]
) -> None:
    present(theatre, size)
    assert seen(theatre) == {"timeline", "code", "verdict"}
    assert theatre.window.isFullScreen()
    timeline, verdict, code = (panel(theatre, name) for name in ("timeline", "verdict", "code"))
    assert timeline.width() > 0.95 * size[0], "the timeline has the whole width"
    tops = [one.mapTo(theatre.window, QPoint(0, 0)).y() for one in (timeline, code, verdict)]
    assert tops[0] + timeline.height() < min(tops[1:]), "program and verdict stand below it"
    assert theatre.appearance.theme.pixels.code_line * 8 < code.height()
    assert theatre.window.hint.isVisible(), "how to leave is said"
    press(theatre, Qt.Key.Key_F11)
    assert not theatre.window.isFullScreen()
    theatre.window.resize(*size)
    settle(theatre)
    assert {"toolbar", "lessons", "knobs", "switches", "output", "status"} <= seen(theatre)


def test_that_text_grows_in_steps_while_presenting(theatre: Theatre) -> None:
    present(theatre, (1920, 1080))
    line = theatre.appearance.theme.pixels.code_line
    theatre.controller.text_scale(1.25)
    settle(theatre)
    assert theatre.appearance.theme.pixels.code_line == pytest.approx(1.25 * line, abs=1)


def test_that_a_switch_is_flipped_by_its_key_while_nothing_shows_it(theatre: Theatre) -> None:
    present(theatre, (1280, 720))
    assert not panel(theatre, "switches").isVisible()
    for on in (False, True):
        press(theatre, Qt.Key.Key_L)
        assert [one.on for one in theatre.session.frame.program.switches] == [on]


def test_that_the_key_of_a_switch_ends_with_its_lesson(theatre: Theatre) -> None:
    theatre.controller.open("fails")
    settle(theatre)
    press(theatre, Qt.Key.Key_L)
    theatre.controller.open("locked")
    settle(theatre)
    assert [one.on for one in theatre.session.frame.program.switches] == [True]


def test_that_escape_goes_back_one_step_at_a_time(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.driver.start()
    present(theatre, (1280, 720))
    theatre.controller.run()
    qtbot.waitUntil(lambda: theatre.driver.frame.run.phase is Phase.RUNNING, timeout=10_000)
    theatre.controller.show_alone("verdict")
    settle(theatre)
    assert seen(theatre) == {"verdict"}
    press(theatre, Qt.Key.Key_Escape)
    assert "timeline" in seen(theatre)
    assert theatre.driver.frame.run.phase is Phase.RUNNING
    press(theatre, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: theatre.driver.frame.run.phase is Phase.ENDED, timeout=10_000)
    assert theatre.controller.panels.presenting
    press(theatre, Qt.Key.Key_Escape)
    assert not theatre.controller.panels.presenting


def test_that_a_paused_run_says_so_over_the_timeline_and_space_goes_on(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.driver.start()
    press(theatre, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: theatre.driver.frame.run.phase is Phase.RUNNING, timeout=10_000)
    press(theatre, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: theatre.driver.frame.run.phase is Phase.PAUSED, timeout=10_000)
    sign, timeline = panel(theatre, "paused"), panel(theatre, "timeline")
    qtbot.waitUntil(sign.isVisible)
    assert isinstance(timeline, TimelinePanel)
    lies = QRect(timeline.mapFromGlobal(sign.mapToGlobal(QPoint(0, 0))), sign.size())
    assert timeline.rect().contains(lies)
    assert lies.bottom() <= timeline.canvas.y() + timeline.canvas.places.top, "it covers no lane"
    number = theatre.driver.frame.run.number
    press(theatre, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: theatre.driver.frame.run.phase is Phase.RUNNING, timeout=10_000)
    assert theatre.driver.frame.run.number == number, "it is the same run"
    qtbot.waitUntil(lambda: not sign.isVisible())
    press(theatre, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: theatre.driver.frame.run.number == number + 1, timeout=10_000)


# panels


def test_that_what_is_hidden_or_alone_is_kept_for_each_lesson(theatre: Theatre) -> None:
    theatre.controller.hide_panel("output", True)
    theatre.controller.open("fails")
    settle(theatre)
    assert "output" in seen(theatre)
    theatre.controller.show_alone("code")
    settle(theatre)
    assert seen(theatre) == {"code"}
    theatre.controller.open("locked")
    settle(theatre)
    assert "output" not in seen(theatre)
    assert "timeline" in seen(theatre)
    press(theatre, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    assert "output" in seen(theatre)


def test_that_a_window_is_never_empty(theatre: Theatre) -> None:
    theatre.controller.show_alone("gaps")  # this program measures none
    settle(theatre)
    assert "timeline" in seen(theatre)


def test_that_choices_and_sizes_come_back_after_a_restart(theatre: Theatre, qtbot: QtBot, tmp_path: Path) -> None:
    theatre.controller.hide_panel("status", True)
    body = theatre.window.body
    at = body.sizes()
    body.moveSplitter(at[0] + at[1] - 60, 2)
    settle(theatre)
    wide = body.sizes()[2]
    assert wide > at[2] + 40
    choices = theatre.controller.panels
    file = tmp_path / "window.ini"
    last = {name: list(sizes) for name, sizes in choices.last.items()}
    WindowSettings(file).save(WindowLayout(panels=choices.kept, splitters=last))
    other = _made(qtbot, tmp_path, WindowSettings(file).load(actions.SCALES))
    assert other.window.body.sizes()[2] == wide
    assert "status" not in seen(other)
    other.controller.open("fails")
    settle(other)
    assert "status" in seen(other)
    assert other.window.body.sizes()[2] == wide, "where nothing was chosen, what was chosen last holds"
    other.close()


def test_that_choices_are_written_and_read_and_nonsense_harms_nothing() -> None:
    choice = PanelChoice("waits", frozenset({"a", "b"}), "code", {"left-wide": [3]})
    assert understood(written({"x": choice})["x"]) == choice
    for bad in ("", "waits|a", "{}", "[]", '{"page": 1, "hidden": 3, "alone": "", "sizes": {}}'):
        assert understood(bad) is None


def test_that_sizes_of_one_lesson_do_not_change_those_of_another() -> None:
    choices = PanelChoices()
    for lesson, wide in (("a", 100), ("b", 200)):
        choices.opened(lesson)
        choices.size("right-wide", [wide])
    choices.opened("a")
    assert choices.sizes == {"right-wide": [100]}
    choices.opened("c")
    assert choices.sizes == {"right-wide": [200]}


def _menu(theatre: Theatre, at: QWidget, reason: QContextMenuEvent.Reason) -> QMenu:
    point = at.mapTo(theatre.window, QPoint(12, 8))
    event = QContextMenuEvent(reason, point, theatre.window.mapToGlobal(point))
    QApplication.sendEvent(theatre.window, event)
    menu = theatre.window.findChildren(QMenu)[-1]
    assert menu.isVisible()
    return menu


def _choose(theatre: Theatre, menu: QMenu, words: str) -> None:
    next(one for one in menu.actions() if one.text().startswith(words)).trigger()
    menu.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    settle(theatre)


def test_that_the_menu_of_a_header_shows_alone_hides_and_brings_back(theatre: Theatre) -> None:
    mouse = QContextMenuEvent.Reason.Mouse
    _choose(theatre, _menu(theatre, panel(theatre, "verdict"), mouse), "Hide Verdict")
    assert "verdict" not in seen(theatre)
    _choose(theatre, _menu(theatre, panel(theatre, "timeline"), mouse), "Show Timeline alone")
    assert seen(theatre) == {"timeline"}
    _choose(theatre, _menu(theatre, panel(theatre, "timeline"), mouse), "All panels again")
    _choose(theatre, _menu(theatre, panel(theatre, "timeline"), mouse), "Show all hidden panels")
    assert {"timeline", "verdict"} <= seen(theatre)


def test_that_the_menu_key_opens_the_menu_of_the_panel_that_has_the_keyboard(theatre: Theatre) -> None:
    canvas = next(one for one in panel(theatre, "timeline").findChildren(QWidget) if one.focusPolicy())
    canvas.setFocus()
    menu = _menu(theatre, theatre.window.centralWidget(), QContextMenuEvent.Reason.Keyboard)
    assert menu.actions()[0].text().startswith("Show Timeline alone")
    menu.close()


def test_that_tabs_have_the_menu_of_their_page(theatre: Theatre) -> None:
    menu = _menu(theatre, theatre.window.middle.deck.tabs, QContextMenuEvent.Reason.Mouse)
    assert menu.actions()[0].text().startswith("Show Who waits for whom alone")
    menu.close()


# the banner


def _failed(theatre: Theatre, qtbot: QtBot) -> QWidget:
    theatre.driver.start()
    theatre.controller.open("fails")
    theatre.controller.run()
    number = theatre.session.frame.run.number
    qtbot.waitUntil(
        lambda: (theatre.driver.frame.run.number, theatre.driver.frame.run.phase) == (number, Phase.ENDED),
        timeout=20_000,
    )
    theatre.driver.stop()
    settle(theatre)
    banner = panel(theatre, "trouble")
    assert banner.isVisible()
    return banner


@pytest.mark.parametrize("presents", [False, True])
def test_that_the_banner_moves_nothing_and_hides_no_line_of_the_program(
    theatre: Theatre, qtbot: QtBot, presents: bool
) -> None:
    if presents:
        present(theatre, (1280, 720))
    theatre.controller.open("fails")
    settle(theatre)
    before = {name: panel(theatre, name).geometry() for name in ("timeline", "code", "verdict")}
    banner, code = _failed(theatre, qtbot), panel(theatre, "code")
    assert {name: panel(theatre, name).geometry() for name in before} == before
    boxes = [one.rect().translated(one.mapTo(theatre.window, QPoint(0, 0))) for one in (banner, code)]
    assert not boxes[0].intersects(boxes[1])


def test_that_the_banner_can_be_closed_and_comes_again_with_the_next_run(theatre: Theatre, qtbot: QtBot) -> None:
    banner = _failed(theatre, qtbot)
    banner.close_button.click()  # type: ignore[attr-defined]
    settle(theatre)
    assert not banner.isVisible()
    _failed(theatre, qtbot)
    theatre.controller.open("locked")
    settle(theatre)
    assert not banner.isVisible()


def test_that_a_line_that_is_asked_for_is_seen_where_the_program_is_a_page_of_the_deck(theatre: Theatre) -> None:
    present(theatre, (1280, 720))
    theatre.controller.turn_to("waits")
    settle(theatre)
    assert not panel(theatre, "code").isVisible()
    theatre.controller.line(3)
    settle(theatre)
    assert panel(theatre, "code").isVisible()


# lessons


def test_that_a_click_on_the_open_lesson_keeps_its_highlight(theatre: Theatre) -> None:
    lessons = panel(theatre, "lessons")
    assert isinstance(lessons, Lessons)
    theatre.window.resize(1920, 1080)
    settle(theatre)
    row = next(one for one in lessons.rows if one.info.id == "locked")
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    settle(theatre)
    assert row.isChecked()


def test_that_control_and_a_number_open_the_group_that_the_list_counts_so(theatre: Theatre) -> None:
    numbers = {name: at for at, (name, _) in enumerate(panel(theatre, "lessons").buttons)}  # type: ignore[attr-defined]
    for name in ("fails", "locked"):
        press(theatre, Qt.Key(Qt.Key.Key_1 + numbers[f"Group {name}"]), Qt.KeyboardModifier.ControlModifier)
        assert theatre.controller.course.current == name


def test_that_another_lesson_shows_nothing_of_the_run_before(theatre: Theatre, qtbot: QtBot) -> None:
    _failed(theatre, qtbot)
    verdict = panel(theatre, "verdict")
    assert verdict.run.text() == "run 1"  # type: ignore[attr-defined]
    theatre.controller.open("locked")
    settle(theatre)
    assert verdict.run.text() == ""  # type: ignore[attr-defined]
    assert "Press Space" in panel(theatre, "timeline").canvas._note()  # type: ignore[attr-defined]
    assert panel(theatre, "timeline").legend.findChildren(QWidget) == [] or not any(  # type: ignore[attr-defined]
        one.isVisible()
        for one in panel(theatre, "timeline").legend.findChildren(QWidget)  # type: ignore[attr-defined]
    )


def test_that_a_wrong_result_marks_the_lesson_as_a_bug_that_was_shown(theatre: Theatre) -> None:
    progress = theatre.driver.progress
    right = changed(frames.small(), findings=(), right=True)
    assert not progress.watched(right)
    assert progress.watched(changed(right, right=False))


@pytest.mark.parametrize("size", SIZES)
def test_that_very_large_text_leaves_room_for_three_lanes_while_presenting(size: tuple[int, int]) -> None:
    worn = Appearance(scale=3.0)
    worn.fit(*size)
    worn.present(True)
    room = size[1] - 2 * worn.theme.pixels.gap
    assert timeline_least(worn.theme) <= room
    assert worn.scale == 3.0, "on the desk it is as large as it was chosen"
