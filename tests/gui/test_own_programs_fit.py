"""Programs of one's own in narrow windows and with large text: what is long is broken or shortened, never cut."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from bench._text_faults import Kind, faults
from engine.frame import Folder, Knob, Launch
from gui.app import Theatre, assemble
from gui.panels.code import Code
from gui.panels.knobs import Knobs
from gui.panels.launch import LaunchPanel
from gui.plots.common.paint_cache import PaintCache
from gui.plots.wait_graph.graph_painter import cut_name
from gui.theme import theme
from gui.view_state.watch_strips import short_number
from gui.widgets.answer_field import AnswerField
from gui.widgets.controls import Text
from gui.widgets.word_breaks import BREAK
from tests.gui import frames
from tests.gui.frames import changed
from tests.gui.show_window import show_window

NAME = "a_library_that_nobody_has_ever_installed_here"
MAIN = "import threading\nimport helper\n\ntotal = 0\nfor one in range(3):\n    total += one\nprint(total)\n"


def settle(theatre: Theatre) -> None:
    for _ in range(4):
        theatre.driver.tick()
        QApplication.processEvents()


@pytest.fixture
def theatre(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Theatre]:
    """A window with a program of two files."""
    monkeypatch.setenv("THREAD_THEATRE_RESCUE", str(tmp_path / "rescue"))
    (tmp_path / "main.py").write_text(MAIN)
    (tmp_path / "helper.py").write_text("what = 1\n")
    made = assemble(())
    show_window(qtbot, made.window, 1280, 720)
    made.controller.open_file(str(tmp_path / "main.py"))
    made.session.modules.settle()
    settle(made)
    yield made
    made.close()


def cut(widget: QWidget) -> list[str]:
    return [one.text for one in faults(widget, page=True) if one.kind is Kind.CUT]


def test_that_a_word_wider_than_its_label_is_broken_and_the_text_stays_what_it_is(qtbot: QtBot) -> None:
    label = Text(f"{NAME} is missing")
    qtbot.addWidget(label)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.resize(120, label.heightForWidth(120))
    label.show()
    assert label.text() == f"{NAME} is missing"
    assert label.minimumSizeHint().width() < 120
    assert cut(label) == []
    assert label.textInteractionFlags() == Qt.TextInteractionFlag.NoTextInteraction  # nobody copies what breaks it
    label.resize(900, 40)
    assert BREAK not in super(Text, label).text()
    assert label.textInteractionFlags() == Qt.TextInteractionFlag.TextSelectableByMouse


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("width", [210, 240, 256, 300])
def test_that_the_choice_of_a_folder_is_never_cut(stand: Callable[..., LaunchPanel], width: int, scale: float) -> None:
    panel = stand(LaunchPanel, (round(width * scale), round(300 * scale)), compact=True)
    panel.apply_theme(theme.make("dark", True, scale))
    panel.draw(changed(frames.small(), own=True, launch=Launch(folder=Folder.OWN)))
    panel.resize(round(width * scale), round(300 * scale))
    QApplication.processEvents()
    assert cut(panel) == []


@pytest.mark.parametrize("width", [220, 256, 320])
def test_that_a_knob_with_a_long_name_has_its_field_below_it_in_full(stand: Callable[..., Knobs], width: int) -> None:
    panel = stand(Knobs, (width, 300), compact=True)
    knobs = tuple(Knob(f"{what}_TIME_THAT_ANYBODY_WAITS_FOR_ANYTHING", 12, 12, line=1) for what in ("LEAST", "MOST"))
    panel.draw(changed(frames.small(), knobs=knobs))
    QApplication.processEvents()  # what was added late is shown by the event loop
    panel.resize(width, panel.heightForWidth(width))
    QApplication.processEvents()
    assert cut(panel) == []
    assert all(row.field is not None and row.field.height() >= 24 for row in panel.rows.values())


def test_that_the_hint_of_the_answer_field_is_as_long_as_there_is_room_for(qtbot: QtBot) -> None:
    ground = QWidget()
    qtbot.addWidget(ground)
    field = AnswerField(ground)
    field.apply_theme(theme.make("dark", True))
    field.tell("1", "Answer", ("Answer Asks for a colour, 1 more asks", "Answer Asks for a colour"))
    shown = []
    for width in (900, 280, 60):
        field.place(field.geometry().adjusted(0, 0, width - field.width(), 0))
        shown.append(field.line.placeholderText())
    assert shown == ["Answer Asks for a colour, 1 more asks", "Answer Asks for a colour", ""]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (570_001_710, "570 M"), (-500_000, "\u2212500 k"), (9_999, "9,999"), (12_345, "12.35 k"), (1.5e12, "1.5 T"),
        (None, "\u2013"), (float("nan"), "\u2013"), (0.25, "0.25"), (float("inf"), "inf"),
    ],
)  # fmt: skip
def test_that_a_large_number_has_a_short_form(number: float | None, said: str) -> None:
    assert short_number(number) == said


def test_that_a_name_that_is_cut_keeps_its_number_and_is_left_out_where_hardly_a_letter_fits(
    qapp: QApplication,
) -> None:
    cache = PaintCache(theme.make("dark", False), 1.0)
    name = "Looks up prices 12"
    assert cut_name(cache, cache.name, name, 1000) == name
    shorter = cut_name(cache, cache.name, name, 90)
    assert shorter.startswith("Look")
    assert shorter.endswith("\u202612")
    assert cut_name(cache, cache.name, name, cache.width(cache.name, "12") + 2) == "12"
    assert cut_name(cache, cache.name, "Looks", 4) == ""
    for room in range(30, 120):
        assert cache.width(cache.name, cut_name(cache, cache.name, name, room)) <= room


def test_that_what_a_page_wanted_with_large_text_moves_no_edge_afterwards(theatre: Theatre) -> None:
    before = sorted(theatre.window.middle.splitter.sizes())
    theatre.appearance.enlarge(2.0)
    theatre.controller.watch("total", True)
    settle(theatre)
    theatre.controller.watch("total", False)
    theatre.controller.turn_to("waits")
    theatre.appearance.enlarge(1.0)
    settle(theatre)
    assert sorted(theatre.window.middle.splitter.sizes()) == before


def test_that_to_find_brings_the_program_to_sight_and_the_keyboard_into_the_bar(theatre: Theatre) -> None:
    theatre.appearance.enlarge(2.0)
    settle(theatre)
    (code,) = (part.panel for part in theatre.driver.parts if isinstance(part.panel, Code))
    theatre.controller.turn_to("output")
    settle(theatre)
    assert not code.isVisible()
    theatre.driver.perform("edit-find")
    settle(theatre)
    assert code.isVisible()
    assert theatre.window.focusWidget() is code.view.finder.bar.what


def test_that_the_tabs_of_files_are_whole_while_the_window_presents(theatre: Theatre) -> None:
    theatre.window.present = lambda _on: None  # type: ignore[method-assign]  # its size is this test's
    theatre.controller.suspect(True)
    theatre.controller.present(True)
    for width in (1600, 1440, 1280, 1100):
        theatre.window.resize(width, 900)
        settle(theatre)
        assert [one.text for one in faults(theatre.window) if one.kind is Kind.CUT] == [], width


def test_that_the_verdict_of_ones_own_program_has_the_height_that_its_lesson_does_not_need(theatre: Theatre) -> None:
    panels = {part.info.id: part.panel.widget for part in theatre.driver.parts}
    verdict, lesson = panels["verdict"], panels["lesson"]
    assert lesson.height() <= lesson.sizeHint().height() + 1
    assert verdict.height() > 1.5 * lesson.height()
    theatre.controller.panels.hide("verdict", True)
    settle(theatre)
    assert lesson.height() > 1.5 * lesson.sizeHint().height()  # nothing stays empty


def test_that_what_stands_in_the_program_s_header_is_whole_or_not_there_with_large_text(theatre: Theatre) -> None:
    code = theatre.window.findChild(Code)
    assert code is not None
    assert code.suspecting.said.isVisible()
    theatre.appearance.enlarge(3.0)
    theatre.controller.turn_to("code")
    theatre.controller.cursor(0.1)
    settle(theatre)
    seen = [one for one in (code.time, code.where, code.suspecting.said) if one.isVisible()]
    assert code.time in seen
    assert [one for one in seen if one.width() < one.sizeHint().width()] == []


@pytest.mark.parametrize("scale", [1.0, 1.25, 2.0])
def test_that_the_name_of_a_chosen_thread_widens_no_panel_and_is_not_cut(theatre: Theatre, scale: float) -> None:
    theatre.appearance.enlarge(scale)
    theatre.controller.turn_to("code")  # where it is a page
    settle(theatre)
    code = theatre.window.findChild(Code)
    assert code is not None
    before, frame = code.width(), frames.small()
    lane = replace(
        frame.recording.lanes[1], name="a thread whose name has sixty letters, and then some more of them 17"
    )
    frame = changed(frame, lanes=(lane,), now=1.0)
    for _ in range(3):
        theatre.driver.draw(replace(frame, view=replace(frame.view, thread=lane.id, cursor=0.1)))
        QApplication.processEvents()
    assert code.width() == before
    assert code.whose.isVisible()
    assert lane.name in code.whose.toolTip()
    assert code.whose.width() >= code.whose.sizeHint().width()
