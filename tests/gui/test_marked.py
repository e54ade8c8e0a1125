"""An interval that is marked over the lanes: its shade, its card, its figures as text; and a stretch that is typed."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.frame import Frame, View
from gui import actions
from gui.plots.timeline.timeline import TimelinePanel
from gui.theme import theme
from gui.view_state.panel_choices import PanelChoices
from tests.gui import frames
from tests.gui.alone import settle, shown_alone
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands, course

Shown = tuple[TimelinePanel, RecordedCommands]
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    commands = RecordedCommands()
    panel = shown_alone(qtbot, TimelinePanel(commands), 420)
    settle(panel, still())
    return panel, commands


def still(marked: tuple[float, float] | None = None, frame: Frame | None = None) -> Frame:
    return replace(frame or frames.small(), view=View(0.5, 2.5, follow=False, marked=marked))


def drag(panel: TimelinePanel, begin: int, end: int) -> None:
    canvas = panel.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, SHIFT, QPoint(begin, 100))
    QTest.mouseMove(canvas, QPoint(end, 100))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, SHIFT, QPoint(end, 100))


@pytest.mark.parametrize(("begin", "end"), [(1.0, 2.0), (2.0, 1.0)])
def test_that_a_drag_with_shift_marks_an_interval(shown: Shown, begin: float, end: float) -> None:
    panel, commands = shown
    scale = panel.canvas.places.scale
    drag(panel, round(scale.x(begin)), round(scale.x(end)))
    (marked,) = commands.of("mark")[-1]
    assert marked == pytest.approx((begin, end), abs=0.01)
    assert not commands.of("look")
    assert not commands.of("cursor")


def test_that_no_more_can_be_marked_than_the_run_has_come_to(shown: Shown) -> None:
    panel, commands = shown
    scale = panel.canvas.places.scale
    settle(panel, changed(still(), now=1.5))
    drag(panel, round(scale.x(1.0)), round(scale.x(2.4)))
    assert commands.of("mark")[-1] == ((pytest.approx(1.0, abs=0.01), 1.5),)


def test_that_what_is_marked_is_shaded_and_has_its_card(shown: Shown) -> None:
    panel, _ = shown
    scale, canvas = panel.canvas.places.scale, panel.canvas
    at = QPoint(round(scale.x(1.5)) + 1, canvas.places.bottom - 3)
    before = canvas.grab().toImage().pixelColor(at)
    settle(panel, still((1.2, 1.7)))
    assert canvas.grab().toImage().pixelColor(at) != before
    assert panel.canvas.marked.isVisible()
    assert canvas.rect().contains(panel.canvas.marked.geometry())
    settle(panel, still())
    assert canvas.grab().toImage().pixelColor(at) == before
    assert not panel.canvas.marked.isVisible()


def test_that_a_click_takes_the_mark_away(shown: Shown) -> None:
    panel, commands = shown
    settle(panel, still((1.2, 1.7)))
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(900, 100))
    assert commands.of("mark") == [(None,)]


def test_that_escape_takes_the_mark_away_before_it_stops_anything() -> None:
    commands = RecordedCommands()
    escape = actions.action("stop").do
    assert escape is not None
    for frame in (replace(frames.running(), view=View(marked=(1.0, 2.0))), frames.running()):
        scene = actions.ActionScene(frame, theme.make("dark", False), course(), PanelChoices(), "timeline")
        escape(commands, scene)
    assert commands.made == [("mark", None), ("stop",)]


def test_that_the_figures_can_be_copied_as_a_table(shown: Shown) -> None:
    panel, _ = shown
    settle(panel, still((0.6, 2.4)))
    QTest.keyClick(panel.canvas, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    title, heads, *rows = QGuiApplication.clipboard().text().rstrip("\n").split("\n")
    assert title.startswith("1.80 s")
    assert heads.split("\t")[0] == "thread"
    assert [row.split("\t")[0] for row in rows] == [lane.name for lane in frames.small().recording.lanes]
    assert {len(row.split("\t")) for row in (heads, *rows)} == {len(heads.split("\t"))}


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("marked", [(0.5, 2.5), (0.5, 0.6), (2.4, 2.5), (1.4, 1.6)])
def test_that_the_card_stays_in_the_timeline_however_many_lanes_there_are(
    qtbot: QtBot, compact: bool, marked: tuple[float, float]
) -> None:
    panel = shown_alone(qtbot, TimelinePanel(RecordedCommands()), 300, theme.make("light", compact=compact))
    settle(panel, still(frame=frames.huge()))
    settle(panel, still(marked, changed(frames.small(), lanes=frames.race(60, 50, 3.0))))
    assert panel.canvas.rect().contains(panel.canvas.marked.geometry())
    panel.resize(700, 260)
    QApplication.processEvents()
    assert panel.canvas.rect().contains(panel.canvas.marked.geometry())


@pytest.mark.parametrize("marked", [(0.5, 0.6), (1.4, 1.6), (2.4, 2.5)])
def test_that_the_card_does_not_cover_what_it_speaks_of(qtbot: QtBot, marked: tuple[float, float]) -> None:
    panel = shown_alone(qtbot, TimelinePanel(RecordedCommands()), 300, theme.make("light", compact=True))
    settle(panel, still())
    settle(panel, still(marked))
    scale, card = panel.canvas.places.scale, panel.canvas.marked.geometry()
    assert card.left() > scale.x(marked[1]) or card.right() < scale.x(marked[0])


def test_that_the_card_stays_in_sight_while_what_it_speaks_of_slides_away(shown: Shown) -> None:
    panel, _ = shown
    for start in (-5.0, 0.0, 2.0, 9.0):
        frame = replace(frames.small(), view=View(start, start + 1.0, follow=False, marked=(1.2, 1.4)))
        settle(panel, frame)
        assert panel.canvas.rect().contains(panel.canvas.marked.geometry())


# a typed stretch


def typed(panel: TimelinePanel, text: str) -> None:
    panel.field.open()
    QTest.keyClicks(panel.field.entry, text)
    QTest.keyClick(panel.field.entry, Qt.Key.Key_Return)


def test_that_a_typed_width_is_shown_at_the_cursor(shown: Shown) -> None:
    panel, commands = shown
    settle(panel, replace(still(), view=View(0.5, 2.5, follow=False, cursor=1.5)))
    typed(panel, "200 ms")
    assert commands.of("look") == [(pytest.approx(1.4), pytest.approx(1.6))]
    assert panel.field.isHidden()
    assert not panel.subtitle.isHidden()


def test_that_a_typed_stretch_is_shown(shown: Shown) -> None:
    panel, commands = shown
    typed(panel, "1.2 s - 1.5 s")
    assert commands.of("look") == [(pytest.approx(1.2), pytest.approx(1.5))]


def test_that_what_is_not_understood_is_answered_by_what_is(shown: Shown) -> None:
    panel, commands = shown
    typed(panel, "soon")
    assert not commands.of("look")
    assert not panel.field.isHidden()
    assert panel.field.said.text() == "Understood are: 1.5 s   250 us   1.2..1.5"
    assert panel.field.entry.accessibleDescription() == panel.field.said.text()
    QTest.keyClick(panel.field.entry, Qt.Key.Key_Escape)
    assert panel.field.isHidden()


def test_that_a_click_on_the_words_in_the_header_opens_the_field(shown: Shown) -> None:
    panel, _ = shown
    QTest.mouseClick(panel.subtitle, Qt.MouseButton.LeftButton)
    assert panel.field.isVisible()
    assert panel.field.entry.selectedText() == "2 s"
