"""What a screen reader hears of each part of the window."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.panels.code import Code
from gui.panels.knobs import Knobs
from gui.panels.output import Output
from gui.panels.toolbar import Toolbar
from gui.panels.verdict import Verdict
from gui.plots.timeline.timeline import TimelinePanel
from gui.widgets.deck import Deck
from gui.widgets.inputs import Slider
from tests.gui import frames

Text = QAccessible.Text


def _heard(widget: QWidget, kind: QAccessible.Text) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(kind)


def test_that_the_timeline_says_what_the_threads_do_at_the_cursor(stand: Callable[..., TimelinePanel]) -> None:
    panel, frame = stand(TimelinePanel, (900, 400)), frames.small()
    at = replace(frame, view=replace(frame.view, cursor=0.52))
    panel.draw(at)
    assert _heard(panel.canvas, Text.Name) == "Timeline of threads and locks"
    assert QAccessible.queryAccessibleInterface(panel.canvas).role() is QAccessible.Role.Chart
    said = _heard(panel.canvas, Text.Value)
    assert said.endswith("at 0.52 s")
    assert {one.partition(" ")[0] for one in said.split("; ")} == {"MainThread", "Adder-1", "Adder-2", "at"}
    assert _heard(panel.canvas, Text.Description) == said
    panel.draw(replace(at, view=replace(at.view, thread=2)))
    assert _heard(panel.canvas, Text.Value).startswith("Adder-1 ")
    assert "Adder-2" not in _heard(panel.canvas, Text.Value)


def test_that_the_timeline_of_thousands_of_threads_is_told_briefly(stand: Callable[..., TimelinePanel]) -> None:
    panel = stand(TimelinePanel, (900, 400))
    panel.draw(frames.huge())
    assert len(_heard(panel.canvas, Text.Value)) < 800
    assert "more" in _heard(panel.canvas, Text.Value)


def test_that_the_output_says_its_last_line_up_to_the_cursor(stand: Callable[..., Output]) -> None:
    panel, frame = stand(Output), frames.small()
    frame = replace(frame, view=replace(frame.view, cursor=None))
    panel.draw(frame)
    last = frame.recording.output[-1]
    assert _heard(panel.view, Text.Name) == "Output"
    assert _heard(panel.view, Text.Value) == f"{last.text.strip()}, at {last.time:.2f} s"
    first = frame.recording.output[0]
    panel.draw(replace(frame, view=replace(frame.view, cursor=first.time)))
    assert _heard(panel.view, Text.Value).startswith(first.text.strip())


def test_that_an_output_without_a_line_says_nothing(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    panel.draw(frames.empty())
    assert _heard(panel.view, Text.Value) == ""


def test_that_the_program_says_whose_line_is_followed_and_can_be_read(stand: Callable[..., Code]) -> None:
    panel, frame = stand(Code), frames.running(2.4)
    panel.draw(frame)
    heard = QAccessible.queryAccessibleInterface(panel.view)
    assert heard.text(Text.Name) == "Program"
    said = heard.text(Text.Description)
    assert said.split(", ")[0] in {lane.name for lane in frame.recording.lanes}
    assert "line " in said
    assert heard.textInterface().characterCount() == len(frame.program.text)


def test_that_the_verdict_says_its_numbers_and_its_findings(stand: Callable[..., Verdict]) -> None:
    panel, frame = stand(Verdict), frames.small()
    panel.draw(frame)
    said = _heard(panel, Text.Value)
    assert _heard(panel, Text.Name) == "Verdict"
    assert f"Expected {panel.expected.full}, Got {panel.found.full}" in said
    assert all(link.text() in said for link in panel.links)


def test_that_sliders_say_their_number_with_its_unit(stand: Callable[..., Toolbar]) -> None:
    toolbar = stand(Toolbar, (1400, 48))
    toolbar.draw(frames.small())
    assert _heard(toolbar.slider, Text.Name) == "Speed"
    assert _heard(toolbar.slider, Text.Description) == "1×"
    knobs: Knobs = stand(Knobs)  # type: ignore[assignment]
    frame = frames.small()
    knobs.draw(frame)
    slid = [(row.knob, row.control) for row in knobs.rows.values() if isinstance(row.control, Slider)]
    assert slid
    for knob, slider in slid:
        assert _heard(slider, Text.Name) == knob.name
        assert _heard(slider, Text.Description).startswith(f"{knob.value:g} {knob.unit}".strip())
        assert QAccessible.queryAccessibleInterface(slider).valueInterface() is not None


def test_that_the_deck_says_which_page_it_shows(qtbot: QtBot) -> None:
    deck = Deck()
    qtbot.addWidget(deck)
    for name in ("one", "two"):
        deck.take(name, f"Page {name}", QWidget())
    assert _heard(deck, Text.Value) == ""
    deck.offer(["one", "two"], "two")
    assert _heard(deck, Text.Value) == "Page two, 2 of 2"
