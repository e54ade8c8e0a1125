"""No text is cut, written over or lost, however narrow: the measure, and what it is kept by."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from bench._painted_texts import written
from bench._text_faults import Fault, Kind, faults
from engine.frame import Knob
from gui.panels.knobs import Knobs
from gui.panels.status import Status
from gui.panels.switches import Switches
from gui.panels.toolbar import Toolbar
from gui.plots.timeline.timeline import TimelinePanel
from gui.theme import theme
from gui.theme.appearance import Appearance
from gui.widgets.card import Card
from gui.widgets.deck import Deck
from gui.window import Window
from tests.gui import frames
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands

WIDTHS = (240, 320, 400, 480, 560, 640, 720, 800, 900, 1000, 1200, 1600)


def settle(widget: QWidget, width: int, height: int) -> None:
    widget.setMinimumSize(1, 1)  # as within the window: what has no room does not ask for any
    widget.resize(width, height)
    for _ in range(3):
        QApplication.processEvents()


def what(found: list[Fault]) -> list[tuple[Kind, str]]:
    return [(one.kind, one.text) for one in found]


@pytest.fixture
def ground(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(400, 100)
    made.show()
    return made


def label(ground: QWidget, text: str, box: tuple[int, int, int, int]) -> QLabel:
    made = QLabel(text, ground)
    made.setGeometry(*box)
    made.show()
    return made


def test_that_a_text_with_room_is_whole_and_stands_where_its_widget_is(ground: QWidget) -> None:
    label(ground, "Threads", (40, 20, 200, 30))
    (text,) = written(ground)
    assert text.text == "Threads"
    assert QRect(40, 20, 200, 30).contains(text.ink.toAlignedRect())
    assert faults(ground, page=True) == []


def test_that_a_text_wider_than_its_label_is_cut(ground: QWidget) -> None:
    label(ground, "Threads of a program", (40, 20, 30, 30))
    assert what(faults(ground, page=True)) == [(Kind.CUT, "Threads of a program")]


def test_that_lines_that_have_no_room_at_all_are_cut_too(ground: QWidget) -> None:
    label(ground, "Threads\nof a\nprogram", (40, 20, 200, 16))
    assert Kind.CUT in {one.kind for one in faults(ground, page=True)}


def test_that_texts_written_over_one_another_are_told_as_a_pair(ground: QWidget) -> None:
    label(ground, "above", (40, 20, 100, 30))
    label(ground, "below", (50, 24, 100, 30))
    assert what(faults(ground, page=True)) == [(Kind.OVER, "above / below")]


def test_that_a_box_over_a_part_of_a_text_hides_it_and_one_over_all_of_it_is_meant(ground: QWidget) -> None:
    class Box(QWidget):
        def paintEvent(self, _event: QPaintEvent) -> None:
            QPainter(self).fillRect(self.rect(), 0xFF336699)

    words = label(ground, "covered", (40, 20, 100, 30))
    box = Box(ground)
    box.setGeometry(QRect(words.geometry().topLeft(), QPoint(60, 60)))
    box.show()
    assert what(faults(ground, page=True)) == [(Kind.OVER, "covered is painted over")]
    box.setGeometry(words.geometry())
    assert faults(ground, page=True) == []


def test_that_what_is_scrolled_is_not_cut_unless_nothing_scrolls_that_way(ground: QWidget) -> None:
    inner = QWidget()
    rows = QVBoxLayout(inner)
    for number in range(12):
        rows.addWidget(QLabel(f"row {number}"))
    area = QScrollArea(ground)
    area.setWidget(inner)
    area.setGeometry(0, 0, 200, 90)
    area.show()
    settle(ground, 400, 100)
    area.verticalScrollBar().setValue(7)
    assert faults(ground, page=True) == []
    area.setVerticalScrollBarPolicy(area.verticalScrollBarPolicy().ScrollBarAlwaysOff)
    assert Kind.CUT in {one.kind for one in faults(ground, page=True)}


def test_that_names_of_lanes_are_read_although_they_are_kept_as_pictures(stand: Callable[..., TimelinePanel]) -> None:
    panel = stand(TimelinePanel, (900, 400))
    panel.draw(frames.small())
    panel.grab()  # makes the pictures
    assert {lane.name for lane in frames.small().recording.lanes} <= {one.text for one in written(panel)}


@pytest.mark.parametrize("compact", [True, False])
def test_that_the_toolbar_cuts_nothing_at_any_width_and_run_keeps_its_word(
    stand: Callable[..., Toolbar], compact: bool
) -> None:
    panel = stand(Toolbar, (1600, 48), compact=compact)
    panel.draw(frames.running())
    for width in WIDTHS:
        settle(panel, width, 48)
        assert what(faults(panel, page=True)) == [], width
        assert "Run" in {one.text for one in written(panel)}


def test_that_the_menu_offers_what_the_toolbar_has_no_room_for(
    stand: Callable[..., Toolbar], wished: RecordedCommands
) -> None:
    panel = stand(Toolbar, (1600, 48))
    panel.draw(frames.running())
    assert not panel.more.isVisible()
    settle(panel, 320, 48)
    assert panel.more.isVisible()
    panel.more.click()
    entries = {entry.text().split("\t")[0]: entry for entry in panel._menu.actions() if entry.text()}
    assert {"Slower", "Faster", "Choose the Python", "Smaller text", "Larger text", "All keys"} <= set(entries)
    entries["Larger text"].trigger()
    assert wished.made == [("perform", "larger")]
    panel._menu.close()


def test_that_the_status_bar_cuts_nothing_at_any_width_and_says_last_how_the_run_stands(
    stand: Callable[..., Status],
) -> None:
    panel = stand(Status, (1600, 32))
    panel.draw(frames.small())
    for width in WIDTHS:
        settle(panel, width, 32)
        assert what(faults(panel, page=True)) == [], width
        assert panel.state.isVisible()


@pytest.mark.parametrize("width", [200, 230, 300])
def test_that_knobs_and_switches_cut_nothing_in_a_narrow_column(
    stand: Callable[..., Knobs], qtbot: QtBot, width: int
) -> None:
    panel = stand(Knobs, (width, 600), compact=True)
    knobs = (
        Knob("ROUNDS_OF_EVERY_ADDER", 40, 40, 1, low=1, high=1000),
        Knob("PACE", 2.5, 2.5, 2, low=0.5, high=300.0, unit="ms"),
        Knob("HOW", "all of it", "all of it", 3, choices=("all of it", "each step")),
    )
    panel.draw(changed(frames.small(), knobs=knobs))
    settle(panel, width, 600)
    assert what(faults(panel, page=True)) == []
    assert "ROUNDS_OF_EVERY_ADDER" in {one.text for one in written(panel)}, "no dots where there is a line for it"


def test_that_a_subtitle_is_written_whole_or_not_at_all(stand: Callable[..., Switches], qtbot: QtBot) -> None:
    card = Card("Timeline")
    qtbot.addWidget(card)
    card.apply_theme(theme.make("dark", compact=False))
    card.subtitle.setText("the whole run")
    card.show()
    for width in (120, 140, 180, 400):
        settle(card, width, 100)
        assert what(faults(card, page=True)) == [], width
    assert [one.text for one in written(card)] == ["Timeline", "the whole run"]


def test_that_a_picker_stands_for_tabs_that_have_no_room(qtbot: QtBot) -> None:
    deck = Deck()
    qtbot.addWidget(deck)
    titles = {"code": "Program", "output": "Output", "waits": "Who waits for whom", "value": "Shared value"}
    for name, title in titles.items():
        deck.take(name, title, Card(title))
    deck.apply_theme(theme.make("dark", compact=True))
    deck.offer(list(titles), "waits")
    deck.show()
    settle(deck, 800, 200)
    assert deck.tabs.isVisible()
    assert not deck.picker.isVisible()
    settle(deck, 240, 200)
    assert deck.picker.isVisible()
    assert what(faults(deck, page=True)) == []
    deck.picker.chosen.emit(1)
    assert deck.page == "output"
    assert deck.picker.accessibleDescription() == "Output"


@pytest.mark.parametrize(
    ("size", "scale"), [((1280, 720), 2.0), ((640, 360), 1.0), ((640, 328), 1.0), ((960, 600), 1.5)]
)
def test_that_text_grows_only_as_far_as_the_least_window_remains(size: tuple[int, int], scale: float) -> None:
    appearance = Appearance(scale=2.0)
    appearance.fit(*size)
    assert appearance.theme.scale == scale
    appearance.fit(3840, 2160)
    assert appearance.theme.scale == 2.0


def test_that_the_first_window_is_no_larger_than_its_screen(qtbot: QtBot) -> None:
    window = Window()
    qtbot.addWidget(window)
    room = window.screen().availableGeometry().size()
    assert window.width() <= room.width()
    assert window.height() < room.height(), "its frame needs some, too"
