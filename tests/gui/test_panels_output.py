"""The output panel: rows, flips between them, scrolling, and very much of it."""

from collections.abc import Callable
from dataclasses import replace

import frames
from PySide6.QtGui import QColor, QGuiApplication

from engine.frame import Flip, Frame, Line
from gui import theme
from gui.panels.output import FLIP, Output


def _said(panel: Output) -> list[str]:
    return [row.text for row in panel.view.rows]


def _of(lines: list[Line], flips: tuple[Flip, ...] = (), run: int = 1, left_out: int = 0) -> Frame:
    return Frame(run=run, output=tuple(lines), flips=flips, output_left_out=left_out)


def test_that_a_flip_stands_between_the_lines_before_and_after_it(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    lines = [Line(0.5, 2, "a"), Line(1.5, 3, "b")]
    panel.draw(_of(lines))
    panel.draw(_of(lines, (Flip(1.0, "lock", True, 1, 0),)))
    assert _said(panel) == ["a", "lock switched on", "b"]
    assert panel.view.rows[1].thread == FLIP


def test_that_a_piece_of_several_lines_has_one_time_and_several_rows(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    panel.draw(_of([Line(0.5, 2, "a\nb")]))
    assert [(row.text, row.first) for row in panel.view.rows] == [("a", True), ("b", False)]


def test_that_new_lines_are_added_and_another_run_begins_anew(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    lines = [Line(0.1, 2, "a"), Line(0.2, 2, "b"), Line(0.3, 2, "c")]
    panel.draw(_of(lines[:1]))
    panel.draw(_of(lines))
    assert _said(panel) == ["a", "b", "c"]
    panel.draw(_of([Line(0.1, 2, "x")], run=2))
    assert _said(panel) == ["x"]
    panel.draw(_of([], run=3))
    assert _said(panel) == []
    assert panel.nothing.isVisible()


def test_that_it_follows_the_last_line_unless_scrolled_back(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    lines = [Line(i / 10, 2, str(i)) for i in range(200)]
    panel.draw(_of(lines[:100]))
    bar = panel.view.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    bar.setValue(5)
    panel.draw(_of(lines))
    assert bar.value() == 5
    bar.setValue(bar.maximum())
    panel.draw(_of([*lines, Line(99.0, 2, "last")]))
    assert bar.value() == bar.maximum()


def test_that_what_was_left_out_is_counted(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    panel.draw(_of([Line(0.1, 2, "a")], left_out=1234))
    assert panel.count.text() == "1 lines, 1,234 left out"
    panel.draw(_of([Line(0.1, 2, "a")], run=2))
    assert panel.count.text() == "1 line"


def test_that_an_error_is_in_the_colour_of_what_went_wrong(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    panel.draw(_of([Line(0.1, 2, "\u2588" * 20, error=True)]))
    image = panel.view.viewport().grab().toImage()
    inks = {image.pixelColor(x, y).name() for x in range(100, 300) for y in range(30)}
    assert QColor(theme.DARK.lost_text).name() in inks
    assert QColor(theme.DARK.thread_texts[1]).name() not in inks


def test_that_twenty_thousand_lines_are_painted_only_where_they_are_seen(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    panel.draw(frames.huge())
    assert len(panel.view.rows) == 20_000 + len(frames.huge().flips)
    painted = []
    paint = panel.view._draw_row
    panel.view._draw_row = lambda *given: (painted.append(given[2]), paint(*given))[1]
    panel.view.viewport().repaint()
    assert 0 < len(painted) < 40


def test_that_all_of_it_is_copied_without_the_flips(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    panel.draw(_of([Line(0.5, 2, "a"), Line(1.5, 3, "b")], (Flip(1.0, "lock", True, 1, 0),)))
    panel.copy.click()
    assert QGuiApplication.clipboard().text() == "a\nb"


def test_that_the_cursor_brings_its_line_into_sight(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    frame = _of([Line(i / 10, 2, str(i)) for i in range(200)])
    panel.draw(frame)
    panel.draw(replace(frame, view=replace(frame.view, cursor=1.0)))
    high = theme.WIDE.output_line
    assert panel.view.verticalScrollBar().value() <= 10 * high
