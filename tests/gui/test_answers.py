"""What a program asks is answered in the output: with a real stage, in the real window, by keyboard and mouse."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from engine.frame import Asking, Ended, Frame, OutputPiece, Phase, Questions
from engine.scenarios import catalogue
from gui.app import Theatre, assemble
from gui.panels.output import Output
from gui.panels.status import Status
from gui.panels.verdict import Verdict
from gui.theme import theme
from gui.view_state.output_rows import RowPiece, rows_of
from gui.view_state.window_settings import WindowLayout
from gui.widgets.answer_field import AnswerLine, lines_in
from tests.gui import frames
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands

KEY = Qt.Key
SUM = 'a = int(input("First: "))\nb = int(input("Second: "))\nprint("Sum:", a + b)\n'
THREE = """
import threading
lock, names = threading.Lock(), []
def ask(number):
    names.append(input(f"Name of {number}? "))
for number in (1, 2, 3):
    threading.Thread(target=ask, args=(number,), name=f"asker {number}").start()
for thread in threading.enumerate():
    if thread is not threading.current_thread():
        thread.join()
print(sorted(names))
"""
LOOP = "import sys\nfor line in sys.stdin:\n    print(repr(line))\nprint('over')\n"


class Stood:
    """A window with a program of one's own open."""

    def __init__(self, qtbot: QtBot, folder: Path, text: str, size: tuple[int, int], **layout: object) -> None:
        program = folder / "asks" / "program.py"
        program.parent.mkdir()
        program.write_text(text, "utf-8")
        self.qtbot = qtbot
        self.theatre: Theatre = assemble(catalogue.load([folder]), WindowLayout(**layout))  # type: ignore[arg-type]
        qtbot.addWidget(self.theatre.window)
        self.theatre.window.resize(*size)
        self.theatre.window.show()
        self.theatre.window.activateWindow()
        qtbot.waitUntil(self.theatre.window.isActiveWindow)
        self.theatre.controller.open("asks")
        self.theatre.driver.start()
        self.panel = next(one.panel for one in self.theatre.driver.parts if isinstance(one.panel, Output))
        self.line = self.panel.view.answer.line

    @property
    def frame(self) -> Frame:
        return self.theatre.driver.frame

    def asked(self, count: int = 1) -> None:
        """So many ask, and the window shows it."""
        self.qtbot.waitUntil(lambda: len(self.frame.recording.questions.asking) == count, timeout=20_000)
        QApplication.processEvents()

    def run(self, count: int = 1) -> None:
        self.theatre.controller.run()
        self.asked(count)

    def type(self, text: str) -> None:
        """Whatever has the keyboard gets it."""
        for letter in text:
            if letter == "\n":
                QTest.keyClick(self.focused, KEY.Key_Return)
            elif letter.isascii():
                QTest.keyClicks(self.focused, letter)
            else:  # QTest knows no key for it
                self.line.insert(letter)

    @property
    def focused(self) -> object:
        return QApplication.focusWidget() or self.theatre.window

    def end(self) -> str:
        """What was printed by a run that comes to its end."""
        self.qtbot.waitUntil(lambda: self.frame.run.phase is Phase.ENDED, timeout=20_000)
        return str(self.theatre.session.summary()["output"])

    def shown(self) -> list[str]:
        return [row.text for row in self.panel.view.rows]


@pytest.fixture
def stood(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Stood]]:
    made: list[Stood] = []

    def make(text: str, size: tuple[int, int] = (1600, 900), **layout: object) -> Stood:
        made.append(Stood(qtbot, tmp_path, text, size, **layout))
        return made[-1]

    yield make
    for one in made:
        one.theatre.close()


def test_that_two_numbers_are_asked_for_typed_and_added(stood: Callable[..., Stood]) -> None:
    window = stood(SUM)
    window.run()
    assert window.line.hasFocus()
    assert window.line.accessibleName() == "Answer MainThread: First:"
    window.type("20\n")
    window.qtbot.waitUntil(lambda: window.line.accessibleName() == "Answer MainThread: Second:")
    window.type("22\n")
    assert window.end() == "First: Second: Sum: 42\n"
    assert window.shown() == ["First: 20", "Second: 22", "Sum: 42"]
    assert not window.line.isVisible()


def test_that_letters_typed_there_are_text_and_no_keys_of_the_window(stood: Callable[..., Stood]) -> None:
    window = stood("print(repr(input()))\n")
    window.run()
    worn, number = window.theatre.appearance.theme.name, window.frame.run.number
    typed = "t p  m + - ? i 0 , . : e"
    window.type(typed)
    QTest.keyClick(window.line, KEY.Key_Home)
    QTest.keyClick(window.line, KEY.Key_End)
    assert window.line.text() == typed
    window.type("\n")
    assert window.end() == f"{typed!r}\n"
    assert (window.theatre.appearance.theme.name, window.frame.run.number) == (worn, number)
    window.type(" ")  # and now it runs again
    window.asked()
    assert window.frame.run.number == number + 1


def test_that_a_loop_over_the_stream_is_fed_and_ended_by_the_keyboard(stood: Callable[..., Stood]) -> None:
    window = stood(LOOP)
    window.run()
    window.type("a\n\n")
    window.type("not sent")
    QTest.keyClick(window.line, KEY.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert not window.frame.run.input_ended  # there is something to be sent first
    window.type("\n")
    QTest.keyClick(window.line, KEY.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert window.end() == "'a\\n'\n'\\n'\n'not sent\\n'\nover\n"
    assert not window.panel.end.isVisible()


def test_that_the_mouse_alone_ends_the_input(stood: Callable[..., Stood]) -> None:
    window = stood("input('? ')\n")
    window.run()
    assert window.panel.end.isVisible()
    QTest.mouseClick(window.panel.end, Qt.MouseButton.LeftButton)
    assert "EOFError" in window.end()
    assert window.frame.run.ended is Ended.DIED
    assert window.shown()[0] == "? ^D"
    assert not window.panel.end.isVisible()


def test_that_three_who_ask_are_named_and_answered_in_turn(stood: Callable[..., Stood]) -> None:
    window = stood(THREE)
    window.run(3)
    order = [one.lane for one in window.frame.recording.questions.asking]
    lanes = {lane.id: lane for lane in window.frame.recording.lanes}
    for left, (lane, name) in enumerate(zip(order, ("Ada", "Bo", "Cy"), strict=True)):
        more = ("2 more ask", "1 more asks", "")[left]
        assert window.line.accessibleName().startswith(f"Answer {lanes[lane].name}{', ' if more else ''}{more}")
        assert window.panel.view.answer.badge == lanes[lane].badge
        window.type(f"{name}\n")
        if more:
            window.asked(2 - left)
    assert window.end().endswith("['Ada', 'Bo', 'Cy']\n")


def test_that_verdict_and_status_say_who_waits(stood: Callable[..., Stood]) -> None:
    window = stood(SUM)
    window.run()
    panels = [one.panel for one in window.theatre.driver.parts]
    verdict = next(one for one in panels if isinstance(one, Verdict))
    status = next(one for one in panels if isinstance(one, Status))
    assert verdict.said.text() == "MainThread waits for your answer (key\u00a0Ctrl+I)."
    assert status.state.text().startswith("MainThread waits for your answer")
    assert "waits for your answer" in verdict.spoken()
    assert window.panel.view.spoken().endswith("; Answer MainThread: First:")


def test_that_a_run_is_paused_and_stopped_while_it_asks(stood: Callable[..., Stood]) -> None:
    window = stood(SUM)
    window.run()
    window.theatre.controller.pause()
    window.qtbot.waitUntil(lambda: window.frame.run.phase is Phase.PAUSED, timeout=20_000)
    window.type("1\n")
    window.theatre.controller.pause()
    window.qtbot.waitUntil(lambda: "First: 1" in window.shown(), timeout=20_000)
    window.asked()
    window.theatre.controller.speed(5.0)
    window.type("half")
    QTest.keyClick(window.line, KEY.Key_Escape)  # takes away what is typed
    assert (window.line.text(), window.frame.run.phase) == ("", Phase.RUNNING)
    QTest.keyClick(window.line, KEY.Key_Escape)
    window.end()
    assert window.frame.run.ended is Ended.STOPPED
    assert not window.line.isVisible()


def test_that_the_field_stays_between_two_questions(stood: Callable[..., Stood]) -> None:
    """So that what is typed meanwhile is text, and is kept."""
    window = stood("import time\ninput()\ntime.sleep(0.3)\nprint(repr(input()))\n")
    window.run()
    window.type("\n")
    window.qtbot.waitUntil(lambda: not window.frame.recording.questions.asking, timeout=20_000)
    assert window.line.hasFocus()
    window.type("typed ahead\n")
    assert window.end() == "'typed ahead'\n"


def test_that_ten_thousand_lines_are_pasted_and_the_last_one_stays(stood: Callable[..., Stood]) -> None:
    window = stood("import sys\nlines = list(sys.stdin)\nprint(len(lines), repr(lines[0]), repr(lines[-1]))\n")
    window.run()
    pasted = "\r\n".join(f"line {number}" for number in range(10_001))
    QGuiApplication.clipboard().setText(pasted)
    window.type("<>")
    QTest.keyClick(window.line, KEY.Key_Left)
    QTest.keyClick(window.line, KEY.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert (window.line.text(), window.line.cursorPosition()) == ("line 10000>", 10)
    window.type("\n")
    QTest.keyClick(window.line, KEY.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert window.end() == "10001 '<line 0\\n' 'line 10000>\\n'\n"
    typed = [one.text for one in window.frame.recording.output if one.typed]
    assert len(typed) - typed.count("^D") == 10_001  # the end is echoed where somebody waited for it


def test_that_what_was_sent_comes_back_by_arrow_keys(stood: Callable[..., Stood]) -> None:
    window = stood(LOOP)
    window.run()
    window.type("ä€🧵\n")
    window.type("two\n\ntwo\n")
    window.type("draft")
    seen = []
    for key in (KEY.Key_Up, KEY.Key_Up, KEY.Key_Up, KEY.Key_Down, KEY.Key_Down, KEY.Key_Down):
        QTest.keyClick(window.line, key)
        seen.append(window.line.text())
    assert seen == ["two", "ä€🧵", "ä€🧵", "two", "draft", "draft"]


def test_that_the_keyboard_is_not_taken_from_who_types(stood: Callable[..., Stood]) -> None:
    window = stood("# N = 1\nNAME = 'x'\nimport time\ntime.sleep(0.2)\ninput('? ')\n")
    window.theatre.driver.tick()  # which makes its field
    knob = next(one for one in window.theatre.window.findChildren(QLineEdit) if one.accessibleName() == "NAME")
    window.theatre.controller.run()
    knob.setFocus()
    window.asked()
    assert knob.hasFocus()
    QTest.mouseClick(window.panel.view.viewport(), Qt.MouseButton.LeftButton)  # wherever it is clicked
    assert window.line.hasFocus()


def test_that_the_keyboard_goes_back_to_where_it_was(stood: Callable[..., Stood]) -> None:
    window = stood("import time\ninput()\n")
    window.theatre.controller.run()
    window.panel.copy.parentWidget().setFocus()
    before = QApplication.focusWidget()
    window.asked()
    window.type("\n")
    window.end()
    window.qtbot.waitUntil(lambda: not window.line.isVisible())
    assert QApplication.focusWidget() in (before, None)


@pytest.mark.parametrize("size", [(640, 400), (1280, 720), (1920, 1080)], ids=str)
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_that_there_is_room_to_answer_in_every_window(
    stood: Callable[..., Stood], size: tuple[int, int], scale: float
) -> None:
    window = stood("input('What is the name of the one who asks? ')\n", size, scale=scale)
    window.run()
    window.qtbot.waitUntil(window.line.hasFocus)
    view = window.panel.view.viewport()
    box = window.line.rect().translated(window.line.mapTo(view, window.line.rect().topLeft()))
    assert view.rect().contains(box)
    assert box.width() > 8 * window.line.fontMetrics().horizontalAdvance("x")
    window.type("Ada\n")
    window.end()


def test_that_it_is_answered_where_the_output_is_alone(stood: Callable[..., Stood]) -> None:
    window = stood(SUM)
    window.theatre.controller.show_alone("output")
    window.run()
    assert window.line.hasFocus()
    window.type("1\n2\n")
    assert window.end().endswith("Sum: 3\n")


def test_that_a_key_brings_the_hidden_output_to_be_answered(stood: Callable[..., Stood]) -> None:
    window = stood(SUM)
    window.theatre.controller.present(True)
    window.run()
    assert not window.line.isVisible()
    QTest.keyClick(window.theatre.window, KEY.Key_I)
    window.qtbot.waitUntil(window.line.hasFocus)
    window.type("1\n2\n")
    assert window.end().endswith("Sum: 3\n")
    window.theatre.controller.present(False)


def test_that_nothing_moves_when_it_asks(stood: Callable[..., Stood]) -> None:
    window = stood(SUM, (1280, 720))
    cards = [one.panel.widget for one in window.theatre.driver.parts if one.in_sight]
    window.theatre.driver.tick()
    before = [one.geometry() for one in cards]
    window.run()
    window.qtbot.waitUntil(window.line.hasFocus)
    assert [one.geometry() for one in cards] == before
    window.type("1\n2\n")
    window.end()
    QApplication.processEvents()
    assert [one.geometry() for one in cards] == before


# the panel and the field alone


def asks(*lanes: int, output: tuple[OutputPiece, ...] = (), prompt: str = "? ") -> Frame:
    questions = Questions(tuple(Asking(lane, prompt, 1, 0.1) for lane in lanes), asked=True)
    return changed(frames.running(), questions=questions, output=output, phase=Phase.RUNNING, flips=())


def test_that_a_question_and_its_answer_are_one_row_of_two_tones() -> None:
    pieces = [OutputPiece(0.1, 2, "Name? ", open=True), OutputPiece(0.2, 2, "Ada", typed=True)]
    (first,) = rows_of(pieces)
    assert first.text == "Name? Ada"
    assert first.pieces == (RowPiece(2, "Name? "), RowPiece(2, "Ada", typed=True))
    (alone,) = rows_of([OutputPiece(0.1, 2, "typed", typed=True)])
    assert alone.pieces == (RowPiece(2, "typed", typed=True),)


def test_that_the_field_stands_behind_the_question_where_there_is_room_else_below(
    stand: Callable[..., Output],
) -> None:
    panel = stand(Output)
    high = panel.view._row_height()
    panel.draw(asks(2, output=(OutputPiece(0.1, 2, "Name? ", open=True),)))
    behind = panel.view.answer.geometry()
    assert (behind.top(), len(panel.view.rows)) == (0, 1)
    panel.draw(asks(2, output=(OutputPiece(0.1, 2, "a line"),)))
    assert panel.view.answer.geometry().top() == high
    assert panel.view.answer.geometry().left() < behind.left()
    panel.draw(asks(2, output=(OutputPiece(0.1, 2, "x" * 55, open=True),)))
    assert panel.view.answer.geometry().top() == len(panel.view.rows) * high
    panel.draw(asks(2))
    assert panel.view.answer.geometry().top() == 0
    assert panel.nothing.isHidden()


def test_that_the_field_is_at_the_end_of_much_output_and_scrolls_with_it(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    panel.draw(asks(2, output=tuple(OutputPiece(0.1, 2, str(number)) for number in range(100))))
    bar, view = panel.view.verticalScrollBar(), panel.view.viewport()
    assert view.rect().contains(panel.view.answer.geometry())
    bar.setValue(0)
    assert not view.rect().intersects(panel.view.answer.geometry())
    QTest.keyClicks(panel.view.answer.line, "x")  # who types sees it
    assert view.rect().contains(panel.view.answer.geometry())


def test_that_a_narrow_header_loses_the_key_then_the_count_and_grows_no_wider(stand: Callable[..., Output]) -> None:
    output = tuple(OutputPiece(0.1, 2, str(number)) for number in range(1234))
    wide = stand(Output, size=(600, 300))
    wide.draw(asks(2, output=output))
    assert wide.end.isVisible()
    assert wide.end.shows_key
    assert wide.count.isVisible()
    narrow = stand(Output, size=(250, 300), compact=True)
    narrow.draw(asks(2, output=output))
    QApplication.processEvents()
    assert narrow.width() == 250
    assert narrow.end.isVisible()
    assert not narrow.end.shows_key


def test_that_wishes_are_lines_and_an_end(stand: Callable[..., Output], wished: RecordedCommands) -> None:
    panel = stand(Output)
    panel.draw(asks(2))
    QTest.keyClicks(panel.view.answer.line, "Ada")
    QTest.keyClick(panel.view.answer.line, KEY.Key_Enter)
    QTest.keyClick(panel.view.answer.line, KEY.Key_D, Qt.KeyboardModifier.ControlModifier)
    panel.end.click()
    assert wished.made == [("answer", "Ada\n"), ("end_input",), ("end_input",)]


def test_that_the_field_goes_when_the_input_has_ended_or_the_run(stand: Callable[..., Output]) -> None:
    panel = stand(Output)
    for gone in ({"input_ended": True}, {"phase": Phase.ENDED}):
        panel.draw(asks(2))
        assert panel.view.answer.isVisible()
        panel.draw(changed(asks(), **gone))
        assert not panel.view.answer.isVisible()
        assert not panel.end.isVisible()


@pytest.mark.parametrize("name", theme.NAMES)
def test_that_what_is_typed_is_drawn_in_a_tone_of_its_own(stand: Callable[..., Output], name: str) -> None:
    panel = stand(Output, name=name)
    lines = (OutputPiece(0.1, 2, "mmmm", open=True), OutputPiece(0.1, 2, "mmmm", typed=True))
    panel.draw(asks(2, output=lines))
    panel.draw(changed(asks(2, output=lines), phase=Phase.ENDED))
    picture = panel.view.viewport().grab().toImage()
    typed = theme.SCHEMES[name].text
    colours = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(30)}
    assert typed in colours


@pytest.mark.parametrize(
    ("text", "lines"),
    [("a", ["a"]), ("a\nb", ["a", "b"]), ("a\r\nb\r", ["a", "b", ""]), ("a\u2028b\u2029", ["a", "b", ""]), ("", [""])],
)
def test_that_pasted_lines_end_however_they_were_written(text: str, lines: list[str]) -> None:
    assert lines_in(text) == lines


def test_that_lines_that_come_by_the_menu_are_sent_too(qtbot: QtBot) -> None:
    line = AnswerLine(None)  # type: ignore[arg-type]  # it stands alone
    qtbot.addWidget(line)
    line.show()
    sent: list[str] = []
    line.sent.connect(sent.append)
    QGuiApplication.clipboard().setText("one\ntwo\nthree")
    line.paste()
    assert sent == ["one\ntwo\n"]
    assert line.text() == "three"
