"""The output panel: rows, flips between them, scrolling, and very much of it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication
from PySide6.QtTest import QTest

from engine.frame import Flip, Frame, OutputPiece
from gui.panels.output import Output
from gui.theme import theme
from gui.theme.palette import font
from gui.view_state.output_rows import FLIP, LONGEST, OutputRow, cut_to, rows_of
from gui.widgets.output_drawing import RowPainter, columns_of
from tests.gui import frames
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands


def _said(panel: Output) -> list[str]:
    return [row.text for row in panel.view.rows]


def _of(lines: list[OutputPiece], flips: tuple[Flip, ...] = (), run: int = 1, left_out: int = 0) -> Frame:
    return changed(Frame(), number=run, output=tuple(lines), flips=flips, output_left_out=left_out)


def test_that_a_flip_stands_between_the_lines_before_and_after_it(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    lines = [OutputPiece(0.5, 2, "a"), OutputPiece(1.5, 3, "b")]
    panel.draw(_of(lines))
    panel.draw(_of(lines, (Flip(1.0, "lock", True, 1, 0),)))
    assert _said(panel) == ["a", "lock switched on", "b"]
    assert panel.view.rows[1].thread == FLIP


def test_that_a_piece_of_several_lines_has_one_time_and_several_rows(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    panel.draw(_of([OutputPiece(0.5, 2, "a\nb")]))
    assert [(row.text, row.first) for row in panel.view.rows] == [("a", True), ("b", False)]


def test_that_new_lines_are_added_and_another_run_begins_anew(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    lines = [OutputPiece(0.1, 2, "a"), OutputPiece(0.2, 2, "b"), OutputPiece(0.3, 2, "c")]
    panel.draw(_of(lines[:1]))
    panel.draw(_of(lines))
    assert _said(panel) == ["a", "b", "c"]
    panel.draw(_of([OutputPiece(0.1, 2, "x")], run=2))
    assert _said(panel) == ["x"]
    panel.draw(_of([], run=3))
    assert _said(panel) == []
    assert panel.nothing.isVisible()


def test_that_it_follows_the_last_line_unless_scrolled_back(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    lines = [OutputPiece(i / 10, 2, str(i)) for i in range(200)]
    panel.draw(_of(lines[:100]))
    bar = panel.view.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    bar.setValue(5)
    panel.draw(_of(lines))
    assert bar.value() == 5
    bar.setValue(bar.maximum())
    panel.draw(_of([*lines, OutputPiece(99.0, 2, "last")]))
    assert bar.value() == bar.maximum()


def test_that_what_was_left_out_is_counted(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    panel.draw(_of([OutputPiece(0.1, 2, "a")], left_out=1234))
    assert panel.count.text() == "1 line, 1,234 left out"
    panel.draw(_of([OutputPiece(0.1, 2, "a")], run=2))
    assert panel.count.text() == "1 line"


def test_that_an_error_is_in_the_colour_of_what_went_wrong(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    panel.draw(_of([OutputPiece(0.1, 2, "\u2588" * 20, error=True)]))
    image = panel.view.viewport().grab().toImage()
    cache = {image.pixelColor(x, y).name() for x in range(100, 300) for y in range(30)}
    assert QColor(theme.DARK.lost_text).name() in cache
    assert QColor(theme.DARK.thread_texts[1]).name() not in cache


def test_that_twenty_thousand_lines_are_painted_only_where_they_are_seen(
    stand: Callable[..., Output], monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = stand(Output)
    panel.draw(frames.huge())
    assert sum(row.first for row in panel.view.rows) == 20_000 + len(frames.huge().recording.flips)
    painted = []
    paint = RowPainter.draw
    monkeypatch.setattr(RowPainter, "draw", lambda *given: (painted.append(given[1]), paint(*given))[1])
    panel.view.viewport().repaint()
    assert 0 < len(painted) < 40


def test_that_all_of_it_is_copied_without_the_flips(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    panel.draw(_of([OutputPiece(0.5, 2, "a"), OutputPiece(1.5, 3, "b")], (Flip(1.0, "lock", True, 1, 0),)))
    panel.copy.click()
    assert QGuiApplication.clipboard().text() == "a\nb"


def test_that_the_cursor_brings_its_line_into_sight(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    frame = _of([OutputPiece(i / 10, 2, str(i)) for i in range(200)])
    panel.draw(frame)
    panel.draw(replace(frame, view=replace(frame.view, cursor=1.0)))
    high = theme.WIDE.output_line
    assert panel.view.verticalScrollBar().value() <= 10 * high


def test_that_a_long_line_goes_on_in_the_next_row_and_is_copied_whole(stand: Callable[..., Output]) -> None:
    panel = stand(Output, (300, 300))
    long = "a word and another " * 8
    panel.draw(_of([OutputPiece(0.5, 2, long), OutputPiece(0.6, 3, "short")]))
    rows = list(panel.view.rows)
    assert len(rows) > 3
    assert "".join(row.text for row in rows[:-1]) == long
    assert [row.first for row in rows] == [True] + [False] * (len(rows) - 2) + [True]
    panel.resize(900, 300)
    panel.view.viewport().repaint()
    assert len(panel.view.rows) < len(rows), "more room, fewer rows"
    panel.copy.click()
    assert QGuiApplication.clipboard().text() == f"{long}\nshort"


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
def test_that_a_row_is_no_wider_than_its_room_at_any_size_of_text(stand: Callable[..., Output], scale: float) -> None:
    panel, worn = stand(Output), theme.make("dark", compact=False, scale=scale)
    panel.apply_theme(worn)
    panel.draw(_of([OutputPiece(0.5, 2, "a word and another " * 40)]))
    metrics = QFontMetricsF(font(worn, worn.measures.code, mono=True))
    for width in range(300, 900, 37):
        panel.resize(width, 300)
        left = columns_of(worn, panel.view.rows, "1")[2]
        assert (
            max(metrics.horizontalAdvance(row.text) for row in panel.view.rows) <= panel.view.viewport().width() - left
        )


def test_that_nothing_of_a_text_is_lost_where_it_is_cut() -> None:
    for text in ("", "x", "x" * 200, "some words " * 30, "/a/long/path/" * 20):
        pieces = cut_to(text, 30)
        assert "".join(pieces) == text
        assert all(len(piece) <= 30 for piece in pieces)


def test_that_what_has_no_newline_stays_in_one_line_as_on_a_terminal(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    dots = [OutputPiece(i / 10, 2, "." * 3, open=True) for i in range(4)]
    for count in range(1, 5):
        panel.draw(_of(dots[:count]))
        assert _said(panel) == ["..." * count]
    panel.draw(_of([*dots, OutputPiece(0.9, 2, "done"), OutputPiece(1.0, 2, "next")]))
    assert _said(panel) == ["............done", "next"]
    assert panel.count.text() == "2 lines"
    panel.copy.click()
    assert QGuiApplication.clipboard().text() == "............done\nnext"


def test_that_pieces_of_several_threads_in_one_line_are_one_row_with_who_wrote_what(
    stand: Callable[..., Output],
) -> None:
    panel = stand(Output)
    lines = [
        OutputPiece(0.1, 2, "Ann ", open=True),
        OutputPiece(0.2, 3, "Ben ", open=True),
        OutputPiece(0.3, 3, "says ", open=True),
        OutputPiece(0.4, 2, "one"),
        OutputPiece(0.5, 3, "two"),
    ]
    panel.draw(_of(lines[:2]))
    panel.draw(_of(lines, (Flip(0.25, "screen", True, 0, 0),)))
    assert _said(panel) == ["Ann Ben says one", "screen switched on", "two"]
    mixed = panel.view.rows[0]
    assert [(piece.thread, piece.text, piece.begins) for piece in mixed.pieces] == [
        (2, "Ann ", False),
        (3, "Ben ", True),
        (3, "says ", False),
        (2, "one", True),
    ]
    assert (mixed.time, mixed.thread, mixed.first) == (0.1, 2, True)
    assert panel.view.rows[2].first


def test_that_a_mixed_row_shows_the_colours_of_all_who_wrote_it(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    lanes = (frames.lane(2, "Ann", []), frames.lane(3, "Ben", []))
    block = "\u2588" * 6
    panel.draw(changed(_of([OutputPiece(0.1, 2, block, open=True), OutputPiece(0.2, 3, block)]), lanes=lanes))
    image = panel.view.viewport().grab().toImage()
    cache = {image.pixelColor(x, y).name() for x in range(100, 400) for y in range(theme.WIDE.output_line)}
    assert {theme.thread_text(theme.DARK, lane.badge) for lane in lanes} <= cache


def test_that_nothing_of_a_mixed_line_is_lost_where_it_is_cut() -> None:
    for letters in (1, 12, 17, 30, 200):
        words = [OutputPiece(0.1, 2 + n % 2, "some words and " * (n % 4), open=True) for n in range(9)]
        rows = rows_of([*words, OutputPiece(0.9, 2, "x\ny")], letters)
        assert "".join(row.text for row in rows[:-1]) == "".join(line.text for line in words) + "x"
        assert rows[-1].text == "y"
        assert all(len(row.text) <= max(letters, 12) for row in rows)


def test_that_ten_thousand_dots_are_cheap(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    dots = [OutputPiece(i / 10, 2 + i % 2, ".", open=True) for i in range(10_000)]
    for count in range(1000, 10_001, 1000):
        panel.draw(_of(dots[:count]))
    assert "".join(_said(panel)) == "." * 10_000
    assert len(panel.view.printed._open) <= LONGEST


TRACE = 'Traceback:\n  File "/usr/lib/threading.py", line 7, in run\n  File "/x/race.py", line 12, in add'


def test_that_a_traceback_names_only_lines_of_the_program_itself() -> None:
    own = {"/x/race.py": ""}
    rows = rows_of([OutputPiece(0.5, 2, TRACE, error=True)], 200, own)
    assert [row.line for row in rows] == [0, 0, 12]
    assert rows_of([OutputPiece(0.5, 2, TRACE)], 200, own)[2] == OutputRow(0.5, 2, rows[2].text, first=False)


def test_that_a_press_on_a_row_of_a_traceback_shows_its_line(
    stand: Callable[..., Output], wished: RecordedCommands
) -> None:
    panel = stand(Output)
    panel.draw(changed(_of([OutputPiece(0.5, 2, TRACE, error=True)]), path="/x/race.py"))
    high = theme.WIDE.output_line
    at = next(index for index, row in enumerate(panel.view.rows) if row.line)
    left = Qt.MouseButton.LeftButton
    QTest.mouseClick(panel.view.viewport(), left, pos=QPoint(200, high // 2))
    assert wished.of("line") == []
    QTest.mouseClick(panel.view.viewport(), left, pos=QPoint(200, at * high + high // 2))
    assert wished.of("line") == [(12,)]
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    assert wished.of("line") == [(12,), (12,)]
