"""The palette: what it lists, what a few letters find, and the keys in it; the list of all keys."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from engine.frame import Folder, Launch, Phase, Switch
from engine.scenarios import catalogue
from engine.scenarios.scenario import SwitchNote
from gui import actions
from gui.actions import ActionScene
from gui.app import Theatre, assemble
from gui.command_list import commands_of
from gui.panel import PanelInfo, Place
from gui.theme import theme
from gui.theme.theme import NAMES
from gui.view_state.fuzzy import score
from gui.view_state.panel_choices import PanelChoices
from gui.widgets.command_palette import CommandPalette, matching
from gui.widgets.controls import KeyCap, Text
from gui.widgets.key_overlay import KeysOverlay
from tests.gui import frames
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands, course
from tests.gui.show_window import show_window

PROGRAM = "import threading, time\nlock = threading.Lock()\nSTEPS = 3  # 1..9\nwhile True:\n    time.sleep(0.01)\n"


@pytest.fixture
def theatre(qtbot: QtBot, tmp_path: Path) -> Iterator[Theatre]:
    """A real window with three programs that do not end."""
    program = tmp_path / "endless.py"
    program.write_text(PROGRAM)
    note = {"lock": SwitchNote("one at a time", "L")}
    scenarios = [
        replace(catalogue.from_file(program), id=f"n{n}", title=f"Lesson number {n}", switches=note) for n in range(3)
    ]
    made = assemble(tuple(scenarios))
    show_window(qtbot, made.window, 1280, 720)
    made.controller.open("n0")
    made.driver.start()
    made.driver.tick()
    yield made
    made.close()


def _open(theatre: Theatre, qtbot: QtBot) -> CommandPalette:
    QTest.keyClick(theatre.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    found = next(one for one in theatre.window.findChildren(CommandPalette) if one.isVisible())
    qtbot.waitUntil(found.field.hasFocus)
    return found


def _gone(theatre: Theatre) -> bool:
    QApplication.processEvents()
    found = theatre.window.findChild(CommandPalette)
    return found is None or not found.isVisible()


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [
        ("th", "Theme: dark", "Show the whole run"),
        ("fit", "Fit", "Show a file in time"),
        ("hk", "Hide Knobs", "The lesson with a lock"),
        ("output alone", "Output alone", "Hide Output alone again in the room"),
        ("lock", "Switch lock off", "Light or a clock"),
    ],
)
def test_that_beginnings_of_words_and_rows_of_letters_count_more(typed: str, better: str, worse: str) -> None:
    first, second = score(typed, better), score(typed, worse)
    assert first is not None
    assert second is None or first > second


@pytest.mark.parametrize(("typed", "text"), [("xyz", "Theme"), ("emeht", "Theme"), ("run xyz", "Run")])
def test_that_letters_have_to_come_in_order(typed: str, text: str) -> None:
    assert score(typed, text) is None


def test_that_nothing_typed_fits_everything() -> None:
    assert score("", "Run") == 0
    assert score("  ", "") == 0


def _listed(wished: RecordedCommands, presenting: bool = False) -> dict[str, object]:
    frame = changed(frames.small(), switches=(Switch("lock", "Lock", True, 6, True),))
    choices = PanelChoices(lesson="counter", presenting=presenting)
    panels = [
        PanelInfo("output", "Output", Place.BESIDE, 10, make=lambda _c: None),  # type: ignore[arg-type,return-value]
        PanelInfo("depth", "Queues", Place.DECK, 10, make=lambda _c: None),  # type: ignore[arg-type,return-value]
    ]
    scene = ActionScene(frame, theme.make("dark", False), course(), choices, "output")
    return {one.words: one.do for one in commands_of(wished, scene, panels)}


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("Run", ("perform", "run")),
        ("All keys", ("perform", "help")),
        ("Switch lock off", ("switch", "lock", False)),
        ("Counter race", ("open", "counter", "")),
        ("Output alone", ("show_alone", "output")),
        ("Hide Output", ("hide_panel", "output", True)),
        ("Turn to Queues", ("turn_to", "depth")),
        ("Theme: light", ("theme", "light")),
        ("Theme: contrast", ("theme", "contrast")),
        ("Text 150%", ("text_scale", 1.5)),
        ("Speed 0.1×", ("speed", 0.1)),
        ("Python 3.13 · no GIL", ("interpreter", "/other/python")),
    ],
)
def test_that_everything_can_be_done_from_the_palette(words: str, wish: tuple[object, ...]) -> None:
    wished = RecordedCommands()
    do = _listed(wished)[words]
    assert callable(do)
    do()
    assert wished.made == [wish]


def test_that_how_a_program_of_ones_own_begins_and_what_is_watched_is_chosen_in_the_palette(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").touch()
    path, launch = str(package / "tool.py"), Launch("a b", folder=Folder.OWN)
    small, text = frames.small(), "total = 0\nn = total\n"
    program = replace(small.program, own=True, path=path, launch=launch, text=text, watches=("n",))
    frame, wished = replace(small, program=program), RecordedCommands()
    scene = ActionScene(frame, theme.make("dark", False), course(), PanelChoices(), "output")
    listed = {one.words: one.do for one in commands_of(wished, scene, [])}
    for words in ("Run in a fresh folder", "Run it as the module package.tool", "Watch total", "Stop watching n"):
        listed[words]()
    assert wished.of("launch") == [(replace(launch, folder=Folder.FRESH),), (replace(launch, module="package.tool"),)]
    assert wished.of("watch") == [("total", True), ("n", False)]
    assert not {"Run in its own folder", "Run the file alone", "End its input"} & listed.keys()


def test_that_every_action_with_words_is_listed_and_a_hidden_panel_can_be_shown() -> None:
    listed = _listed(RecordedCommands(), presenting=True)
    assert {actions.words(one.words) for one in actions.ACTIONS if one.words} - listed.keys() == {
        "Find a command",  # it is open
        "Group 1 to 9: its first lesson, then its next",  # they stand there by their names
    }
    assert "Show Output" in listed
    assert {f"Theme: {name}" for name in NAMES} <= listed.keys()


def test_that_the_actions_of_a_group_stand_together_in_the_list_of_keys() -> None:
    groups = [one.group for one in actions.ACTIONS if one.group]
    headings = [group for at, group in enumerate(groups) if not at or group != groups[at - 1]]
    assert len(headings) == len(set(headings))


def test_that_the_best_fit_comes_first_and_the_group_helps_to_find(wished: RecordedCommands) -> None:
    scene = ActionScene(frames.small(), theme.make("dark", False), course(), PanelChoices(), "timeline")
    commands = commands_of(wished, scene, [])
    assert commands[matching(commands, "run")[0]].words == "Run"
    assert commands[matching(commands, "lessons producer")[0]].words == "Producer and consumer"
    assert matching(commands, " ") == list(range(len(commands)))
    assert {commands[at].group for at in matching(commands, "lessons")} >= {"Lessons"}
    assert matching(commands, "qqqq") == []


def test_that_a_few_letters_and_enter_do_it(theatre: Theatre, qtbot: QtBot) -> None:
    palette = _open(theatre, qtbot)
    QTest.keyClicks(palette.field, "theme light")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert theatre.appearance.theme.name == "light"
    assert _gone(theatre)


def test_that_arrow_keys_walk_and_letters_are_typed_and_do_nothing_else(theatre: Theatre, qtbot: QtBot) -> None:
    palette = _open(theatre, qtbot)
    QTest.keyClicks(palette.field, "number t")
    QTest.keyClick(palette.field, Qt.Key.Key_Backspace)
    QTest.keyClick(palette.field, Qt.Key.Key_Backspace)
    assert [palette.list.item(at).text() for at in range(palette.list.count())][:3] == [
        "Lesson number 0",
        "Lesson number 1",
        "Lesson number 2",
    ]
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    QTest.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.list.currentRow() == 1
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert theatre.controller.course.current == "n1"
    assert theatre.session.frame.run.number == 0, "no shortcut of the window was pressed"
    assert theatre.appearance.theme.name == "dark"


def test_that_escape_closes_it_and_stops_no_run(theatre: Theatre, qtbot: QtBot) -> None:
    theatre.controller.run()
    qtbot.waitUntil(lambda: theatre.driver.frame.run.phase is Phase.RUNNING, timeout=10_000)
    before = theatre.window.focusWidget()
    palette = _open(theatre, qtbot)
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert _gone(theatre)
    assert theatre.window.focusWidget() is before
    QTest.keyClick(theatre.window, Qt.Key.Key_Question)
    overlay = theatre.window.findChild(KeysOverlay)
    assert overlay is not None
    QTest.keyClick(overlay, Qt.Key.Key_Escape)
    theatre.driver.tick()
    assert theatre.driver.frame.run.phase is Phase.RUNNING


def test_that_a_click_beside_it_closes_it_and_one_on_a_line_does_it(theatre: Theatre, qtbot: QtBot) -> None:
    palette = _open(theatre, qtbot)
    QTest.mouseClick(palette, Qt.MouseButton.LeftButton, pos=palette.rect().bottomLeft())
    assert _gone(theatre)
    palette = _open(theatre, qtbot)
    QTest.keyClicks(palette.field, "theme light")
    row = palette.list.visualItemRect(palette.list.item(0)).center()
    QTest.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=row)
    assert theatre.appearance.theme.name == "light"


def test_that_keys_palette_and_pythons_are_there_while_presenting_without_a_toolbar(
    theatre: Theatre, qtbot: QtBot
) -> None:
    theatre.controller.present(True)
    theatre.driver.tick()
    toolbar = next(part.panel.widget for part in theatre.driver.parts if part.info.id == "toolbar")
    assert not toolbar.isVisible()
    _open(theatre, qtbot).close()
    QTest.keyClick(theatre.window, Qt.Key.Key_F1)
    overlay = theatre.window.findChild(KeysOverlay)
    assert overlay is not None
    caps = {cap.accessibleName() for cap in overlay.findChildren(KeyCap)}
    assert {one.shown or one.keys[0] for one in actions.ACTIONS if one.words} | {"L"} <= caps
    assert any("one at a time" in text.text() for text in overlay.findChildren(Text))
    overlay.close()
    QTest.keyClick(theatre.window, Qt.Key.Key_V)
    QApplication.processEvents()
    shown = [one for one in theatre.window.findChildren(CommandPalette) if one.isVisible()]
    assert [one.field.text() for one in shown] == ["python "]
    shown[0].close()
    theatre.controller.present(False)
    theatre.driver.tick()


def test_that_a_screen_reader_hears_the_name_and_the_position_of_a_line(theatre: Theatre, qtbot: QtBot) -> None:
    palette = _open(theatre, qtbot)
    QTest.keyClicks(palette.field, "number")
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    heard = QAccessible.queryAccessibleInterface(palette.field)
    assert heard.text(QAccessible.Text.Name) == "Find a command"
    assert heard.text(QAccessible.Text.Description) == "Lesson number 1, Lessons, key Ctrl+1, 2 of 3"
    assert isinstance(palette.field, QLineEdit)
    listed = QAccessible.queryAccessibleInterface(palette.list)
    assert listed.child(0).text(QAccessible.Text.Name).endswith("1 of 3")
