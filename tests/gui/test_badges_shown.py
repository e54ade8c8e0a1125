"""Badges of processes beside the output and the program's lines."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from engine.frame import Frame, LaneKind, OutputPiece, State
from gui.panels.output import Output, columns_of
from gui.theme import theme
from gui.view_state.code_annotations import Marker
from gui.widgets.chips import chip_width, side_of
from gui.widgets.code_view import CodeView
from tests.gui import frames
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands

DARK = theme.make("dark", compact=False)


def frame_of(badge: str) -> Frame:
    """A line of a process with this badge, whose id says nothing."""
    one = replace(
        frames.lane(700, "MainThread", [(0.0, State.RUNNING, 0, 1)]),
        kind=LaneKind.PROCESS,
        process="Process-12",
        badge=badge,
    )
    return changed(
        Frame(), number=1, lanes=(one,), output=(OutputPiece(0.5, 700, "hello"), OutputPiece(0.6, 0, "from nobody"))
    )


def test_that_a_line_of_another_process_has_its_badge_and_its_colour(qtbot) -> None:
    panel = Output(RecordedCommands())
    qtbot.addWidget(panel)
    panel.apply_theme(DARK)
    panel.resize(500, 300)
    panel.show()
    panel.draw(frame_of("P12"))
    QApplication.processEvents()
    view = panel.view
    _, sign, text = columns_of(DARK, view.rows, "P12")
    image, high = view.viewport().grab().toImage(), DARK.px(DARK.measures.output_line)

    def colours(left: int, right: int, row: int) -> set[str]:
        heights = range(row * high + 4, row * high + high - 4)
        return {image.pixelColor(x, y).name() for x in range(left, right) for y in heights}

    assert theme.thread_colour(DARK.colours, "P12").lower() in colours(sign, text - 8, 0)
    assert theme.thread_text(DARK.colours, "P12").lower() in colours(text, text + 60, 0)
    assert theme.thread_colour(DARK.colours, "P12").lower() not in colours(sign, text - 8, 1), "nobody has no badge"
    assert text > columns_of(DARK, view.rows, "M")[2], "a wide badge moves the text"


def test_that_a_chip_is_as_wide_as_its_badge_and_the_gutter_stays_as_it_is(qtbot) -> None:
    assert chip_width(DARK, "P12") > chip_width(DARK, "1")
    view = CodeView()
    qtbot.addWidget(view)
    view.apply_theme(DARK)
    view.load("a = 1\nb = 2\n", ())
    wide = view.gutter.wanted()
    for badge in ("1", "P12", "1"):
        view.mark((Marker(700, 1, State.RUNNING, badge),), 0)
        assert view.gutter.wanted() == wide


@pytest.mark.parametrize("worn", [(False, False), (True, False), (False, True)])
def test_that_the_letters_of_a_chip_have_room_in_it_also_while_presenting(
    worn: tuple[bool, bool],
) -> None:
    compact, presents = worn
    dressed = theme.make("dark", compact, presents=presents)
    words = dressed.px(dressed.measures.letter)
    assert words + 4 <= side_of(dressed) <= dressed.measures.code_line
