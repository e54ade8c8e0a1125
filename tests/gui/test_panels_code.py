"""The code panel: what it reads out of a frame, and what is to be seen of it."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.frame import Flip, Frame, Knob, Lane, State, Switch
from gui.panels.code import Code
from gui.theme import theme
from gui.view_state import code_annotations
from gui.view_state.code_annotations import Marker
from gui.widgets.editor.line_lexer import StyledPiece, lex, utf16
from gui.widgets.line_notes import wrapping
from tests.gui import frames
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands


def test_that_a_thread_is_marked_at_the_line_where_it_was_at_the_cursor() -> None:
    lanes = (frames.lane(2, "A", [(0.0, State.RUNNING, 0, 3), (1.0, State.SLEEPING, 0, 7)]),)
    assert code_annotations.markers(lanes, 0.5) == (Marker(2, 3, State.RUNNING, "1"),)
    assert code_annotations.markers(lanes, 1.0) == (Marker(2, 7, State.SLEEPING, "1"),)
    assert code_annotations.markers(lanes, None) == (Marker(2, 7, State.SLEEPING, "1"),)


def test_that_a_thread_that_is_over_or_not_begun_has_no_marker() -> None:
    rows = [(1.0, State.CREATED, 0, 1), (2.0, State.RUNNING, 0, 2), (3.0, State.DIED, 0, 2)]
    lanes = (frames.lane(2, "A", rows),)
    assert [len(code_annotations.markers(lanes, at)) for at in (0.5, 1.5, 2.5, 3.5, None)] == [0, 0, 1, 0, 0]


def test_that_a_thread_in_another_file_has_no_marker() -> None:
    lane = replace(frames.lane(2, "A", [(0.0, State.RUNNING, 0, 3)]), place=2 << 20 | 3)
    assert code_annotations.markers((lane,), None) == ()


def test_that_markers_of_lanes_that_come_go_and_change_are_those_of_a_look_at_all() -> None:
    def lane(number: int, line: int, state: State = State.RUNNING) -> Lane:
        return frames.lane(number, f"Thread-{number}", [(0.0, State.RUNNING, 0, 3), (1.0, state, 0, line)])

    one, two, three, five = (lane(number, 4 + number) for number in (1, 2, 3, 5))
    steps: list[tuple[tuple[Lane, ...], float | None]] = [
        ((), None),
        ((one, two), None),
        ((one, two, five), None),  # one at the end
        ((one, two, three, five), None),  # one between
        ((one, lane(2, 9), three, lane(5, 9, State.DIED)), None),  # others of the same ids
        ((one, lane(2, 9), three, lane(5, 9, State.DIED)), 0.5),  # the same at another moment
        ((one, three), 0.5),  # fewer: another run
        ((one, three), None),
        ((one, lane(3, 7)), None),
    ]
    kept = code_annotations.Whereabouts()
    for lanes, cursor in steps:
        assert kept.feed(lanes, cursor) == code_annotations.markers(lanes, cursor)
    assert kept.feed((one, lane(3, 7)), None) is kept.feed((one, lane(3, 7)), None), "nothing that shows has changed"


def test_that_every_use_of_a_lock_is_found_and_nothing_else() -> None:
    text = "with lock:\n    pass\nlock.acquire()\nlocker.acquire()\n# with lock:\nself.lock.release()\nlock = 1\n"
    assert code_annotations.switch_lines(text, "lock") == (1, 3, 6)
    assert code_annotations.switch_lines("ready.wait(2)\nready.is_set()\nready.set()", "ready") == (1, 3)


def test_that_only_the_lines_of_what_is_off_are_off() -> None:
    text = "with a:\n    with b:\n        pass"
    switches = (Switch("a", "Lock", False, 1, True), Switch("b", "Lock", True, 1, True))
    assert code_annotations.off_lines(text, switches) == {1}


def test_that_a_line_says_until_when_its_lock_was_off() -> None:
    switch = (Switch("a", "Lock", True, 1, True),)
    notes = code_annotations.switch_notes("with a:  # enter\n    pass", switch, (Flip(2.04, "a", True, 10, 3),))
    assert (notes[1].text, notes[1].struck) == ("until 2.0 s", "with a:")


def test_that_a_knob_is_noted_only_when_it_is_not_as_the_text_says() -> None:
    knobs = (Knob("A", 5, 5, 1), Knob("B", 7, 5, 2, unit="ms"))
    assert {line: note.text for line, note in code_annotations.knob_notes(knobs).items()} == {2: "was 5 ms"}


def test_that_a_changed_knob_shows_its_value_in_the_place_of_the_old_one() -> None:
    text = 'A = 20  # 1..50 ms\nB: str = "sleep"  # sleep | work "now"\nÄ = "ü"; C = 1\nD = 5\n'
    knobs = (Knob("A", 300, 20, 1, unit="ms"), Knob("B", "work", "sleep", 2), Knob("D", 5, 5, 4))
    assert code_annotations.knob_lines(text, knobs) == {
        1: "A = 300  # 1..50 ms",
        2: 'B: str = "work"  # sleep | work "now"',
        4: "D = 5",
    }
    assert code_annotations.knob_lines("F = (\n1)", (Knob("F", 2, 1, 1),)) == {1: "F = ("}, "left as it is"


def test_that_the_program_shows_a_changed_knob_and_stays_where_it_is(stand: Callable[..., Code]) -> None:
    panel = stand(Code, (700, 200))
    text = "PACE = 20  # 1..500 ms\n" + "\n" * 60 + "print(PACE)\n"
    knob = Knob("PACE", 20, 20, 1, 1, 500, unit="ms")
    panel.draw(changed(Frame(), text=text, knobs=(knob,)))
    bar = panel.view.verticalScrollBar()
    bar.setValue(30)
    panel.draw(changed(Frame(), text=text, knobs=(replace(knob, value=300),)))
    assert panel.view.toPlainText().splitlines()[0] == "PACE = 300  # 1..500 ms"
    assert panel.view.toPlainText().splitlines()[1:] == text.splitlines()[1:]
    assert bar.value() == 30
    roles = {piece.role for piece in panel.view.highlighter.lines[0] or ()}
    assert {"knob", "number", "comment"} <= roles
    panel.draw(changed(Frame(), text=text, knobs=(knob,)))
    assert panel.view.toPlainText() == text


def test_that_a_line_is_red_only_from_the_moment_of_its_exception() -> None:
    frame = frames.failed()
    before = changed(frame, trouble=None, view=replace(frame.view, cursor=0.01))
    assert code_annotations.errors(before) == {}
    assert list(code_annotations.errors(changed(frame, trouble=None))) == [9]


def test_that_the_line_of_the_finding_at_the_cursor_is_pointed_at() -> None:
    frame = frames.failed()
    assert code_annotations.pointed(frame) == 0
    assert code_annotations.pointed(replace(frame, view=replace(frame.view, cursor=frame.result.findings[0].time))) == 9


def test_that_pieces_are_counted_as_qt_counts_letters() -> None:
    assert utf16("a\U0001f600b") == 4
    assert lex("'\U0001f600' + N", frozenset({"N"}))[0] == [
        StyledPiece(0, 4, "string"),
        StyledPiece(7, 1, "knob"),
    ]


def test_that_a_string_of_several_lines_is_coloured_on_each_of_them() -> None:
    assert [[piece.role for piece in line] for line in lex('"""a\nb"""\nx')][:3] == [["string"], ["string"], []]


def test_that_text_that_is_no_python_is_shown_all_the_same(stand: Callable[..., Code]) -> None:
    panel = stand(Code)
    text = "\x00\t}{ def \u2028 \U0001f600\n" * 3
    panel.draw(changed(Frame(), text=text))
    assert panel.view.toPlainText().count("def") == 3


def test_that_the_line_of_a_working_thread_is_highlighted(stand: Callable[..., Code]) -> None:
    panel = stand(Code, (700, 900))
    panel.draw(frames.small())
    image, colour = panel.view.viewport().grab().toImage(), QColor(theme.DARK.line_highlight)
    high = theme.WIDE.code_line

    def ground(line: int) -> QColor:
        return image.pixelColor(image.width() - 3, (line - 1) * high + high // 2)

    assert ground(12) == colour
    assert ground(11) == QColor(theme.DARK.panel)


class Paints(QObject):
    """Counts the paintings of a widget."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__()
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False

    def of(self, do: Callable[[], None]) -> int:
        """How many come of doing this."""
        QApplication.processEvents()
        before = self.count
        do()
        QApplication.processEvents()
        return self.count - before


def test_that_the_text_is_painted_anew_only_when_threads_come_to_a_line_or_leave_one(
    stand: Callable[..., Code],
) -> None:
    panel = stand(Code, (700, 900))
    panel.draw(frames.small())
    view = panel.view
    text, gutter = Paints(view.viewport()), Paints(view.gutter)
    text.of(lambda: view.mark((Marker(2, 3, State.RUNNING, "1"),), 0))  # and layouts settle in two passes
    asleep = (Marker(2, 3, State.SLEEPING, "1"),)
    assert text.of(lambda: view.mark(asleep, 0)) == 0
    assert gutter.of(lambda: view.mark((*asleep, Marker(3, 3, State.RUNNING, "2")), 0)) > 0
    assert text.of(lambda: view.mark((Marker(2, 4, State.SLEEPING, "1"),), 0)) > 0, "another line"
    assert text.of(lambda: view.mark((Marker(2, 4, State.SLEEPING, "1"),), 5)) > 0, "a line that is pointed at"
    assert text.of(lambda: view.mark((), 0)) > 0


def test_that_the_header_names_a_thread_that_is_off_screen(stand: Callable[..., Code]) -> None:
    panel = stand(Code, (700, 200))
    panel.draw(frames.small())
    panel.view.verticalScrollBar().setValue(0)
    panel.draw(frames.small())
    assert panel.where.isVisible()
    assert panel.where.text() == "line 12" or panel.where.text() == "line 24"
    panel.where.clicked.emit()
    first, last = panel.view.visible_lines()
    assert first <= int(panel.where.text().split()[1]) <= last


def test_that_a_lock_switched_off_strikes_its_line_through(stand: Callable[..., Code]) -> None:
    panel, frame = stand(Code), frames.small()
    panel.draw(changed(frame, switches=(Switch("lock", "Lock", False, 6, True),)))

    def struck(line: int) -> bool:
        formats = panel.view.document().findBlockByNumber(line - 1).layout().formats()
        return any(one.format.fontStrikeOut() for one in formats)

    assert struck(12)
    assert not struck(13)
    panel.draw(frame)
    assert not struck(12)


def test_that_a_note_may_cover_a_comment_and_never_code(stand: Callable[..., Code]) -> None:
    panel = stand(Code, (420, 200))
    long = "x" * 80
    lines = {"comment": f"A = 1  # {long}", "code": f"A = 1 + {'1 + ' * 30}1", "string": f"A = ' # {long}'"}
    for name, text in lines.items():
        pictures = []
        for value in (1, 99):
            panel.draw(changed(Frame(), text=f"{text}\nB = 2\n", knobs=(Knob("A", value, 1, 1),)))
            pictures.append(panel.view.viewport().grab().toImage())
        assert (pictures[0] != pictures[1]) is (name == "comment"), name


def test_that_now_puts_the_cursor_back(stand: Callable[..., Code], wished: RecordedCommands) -> None:
    panel = stand(Code)
    panel.draw(frames.small())
    panel.now.click()
    assert wished.made == [("cursor", None)]


def test_that_lines_are_as_high_as_measured_and_text_is_in_their_middle(stand: Callable[..., Code]) -> None:
    panel = stand(Code)
    panel.draw(frames.small())
    view = panel.view
    heights = [box.height() for _, _, box in view.blocks_in(view.viewport().rect())]
    assert set(heights) == {theme.WIDE.code_line}
    _, block, box = view.blocks_in(view.viewport().rect())[3]
    top = view.blockBoundingGeometry(block).translated(view.contentOffset()).top()
    above, below = top - box.top(), box.bottom() + 1 - top - view.fontMetrics().height()
    assert abs(above - below) <= 1


def test_that_a_line_that_is_asked_for_is_marked_and_comes_into_sight_each_time(stand: Callable[..., Code]) -> None:
    panel = stand(Code, (600, 200))
    frame = changed(frames.small(), text="".join(f"line_{n} = {n}\n" for n in range(1, 200)), lanes=())
    panel.draw(frame)
    for asked in (1, 2):
        panel.view.verticalScrollBar().setValue(0)
        panel.draw(replace(frame, view=replace(frame.view, line=150, asked=asked)))
        first, last = panel.view.visible_lines()
        assert first < 150 < last
    assert panel.view.ground(150) == theme.DARK.accent_soft
    panel.draw(replace(frame, view=replace(frame.view, line=0, asked=2)))
    assert panel.view.ground(150) == theme.DARK.panel


def test_that_an_error_is_broken_between_its_words_and_inside_of_one_only_where_it_has_no_room(qtbot: QtBot) -> None:
    metrics = QFontMetrics(QFont())
    room = metrics.horizontalAdvance("ModuleNotFoundError: No mod")
    assert wrapping(metrics, "ModuleNotFoundError: No module named 'numppy'", room) == Qt.TextFlag.TextWordWrap
    assert wrapping(metrics, "x" * 80, room) == Qt.TextFlag.TextWrapAnywhere


def test_that_the_view_is_as_wide_as_its_longest_line_before_that_is_seen(stand: Callable[..., Code]) -> None:
    panel = stand(Code, (600, 200))
    text = "x = 1\n" * 200 + "y = " + "1 + " * 60 + "1\n"
    panel.draw(changed(frames.small(), text=text))
    QApplication.processEvents()
    assert panel.view.horizontalScrollBar().maximum() > 0
