"""What the verdict shows of a finding: what to do, and chips that lead to its threads, things and lines."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.frame import Ended, Frame, Phase, Result, State, Thing
from engine.frame.finding import Deadlock, Finding, NotJoined, Waiter
from gui.panels.verdict import Verdict
from gui.theme import theme
from gui.theme.palette import text_width
from gui.view_state import verdict_text, views
from gui.view_state.finding_rows import Subject, subjects
from gui.widgets.coded_text import CodedText, as_html, plain
from gui.widgets.finding_list import SubjectChip
from tests.gui import frames
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands


def circle(frame: Frame) -> Deadlock:
    left, right = frame.recording.lanes[1:3]
    cycle = (
        Waiter(left.name, "b", State.WAIT_LOCK, 21, held="a"),
        Waiter(right.name, "a", State.WAIT_LOCK, 31, held="b"),
    )
    return Deadlock(threads=(left.id, right.id), objects=(7, 8), line=31, time=0.5, cycle=cycle)


def told(frame: Frame, *findings: Finding) -> Frame:
    things = {7: Thing(7, "Lock", "a", 3), 8: Thing(8, "Lock", "b", 4)}
    frame = replace(frame, recording=replace(frame.recording, things=things), result=Result(findings))
    return changed(frame, phase=Phase.ENDED, ended=Ended.STOPPED)


def drawn(stand: Callable[..., Verdict], frame: Frame, size: tuple[int, int] = (320, 500)) -> Verdict:
    panel = stand(Verdict, size)
    panel.draw(frame)
    QApplication.processEvents()
    return panel


def test_that_a_finding_has_what_to_do_below_it_and_a_chip_for_each_of_its_subjects(
    stand: Callable[..., Verdict],
) -> None:
    frame = frames.small()
    (row,) = drawn(stand, told(frame, circle(frame))).list.rows
    names = [lane.name for lane in frame.recording.lanes[1:3]]
    assert [chip.text() for chip in row.chips] == [*names, "a", "b", "line 21", "line 31"]
    assert row.cure.text().startswith("What to do: ")
    tops = [widget.mapTo(row, QPoint(0, 0)).y() for widget in (row.link, row.cure, row.chips[0])]
    assert tops == sorted(tops)


def test_that_a_chip_leads_to_its_thread_its_thing_or_its_line(
    stand: Callable[..., Verdict], wished: RecordedCommands
) -> None:
    frame = frames.small()
    (row,) = drawn(stand, told(frame, circle(frame))).list.rows
    for at in (0, 2, 5):
        row.chips[at].click()
    left = frame.recording.lanes[1].id
    assert wished.made == [
        *(("visit", 0.5), ("choose", left), ("point", 0), ("turn_to", "waits"), ("line", 21)),
        *(("visit", 0.5), ("point", 7), ("turn_to", "waits"), ("line", 31)),
        *(("visit", 0.5), ("line", 31)),
    ]


def test_that_a_thread_that_is_chosen_already_stays_chosen(
    stand: Callable[..., Verdict], wished: RecordedCommands
) -> None:
    frame = frames.small()
    frame = told(replace(frame, view=replace(frame.view, thread=frame.recording.lanes[1].id)), circle(frame))
    drawn(stand, frame).list.rows[0].chips[0].click()
    assert wished.of("choose") == []


def test_that_the_keyboard_comes_to_each_chip_and_presses_it(
    stand: Callable[..., Verdict], wished: RecordedCommands
) -> None:
    frame = frames.small()
    panel = drawn(stand, told(frame, circle(frame)))
    row = panel.list.rows[0]
    row.link.setFocus(Qt.FocusReason.TabFocusReason)
    for chip in row.chips:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
        assert chip.hasFocus()
    QTest.keyClick(row.chips[-1], Qt.Key.Key_Return)
    assert ("line", 31) in wished.made


def test_that_the_height_of_the_panel_does_not_depend_on_what_is_found(stand: Callable[..., Verdict]) -> None:
    frame = frames.small()
    hints = set()
    for count in (0, 1, 3, 12):
        missed = [
            NotJoined(thread=f"T{n}", threads=(2,), line=n, ran_out=False, went_on=True) for n in range(1, 1 + count)
        ]
        panel = drawn(stand, told(frame, *missed))
        hints.add((panel.sizeHint().height(), panel.minimumSizeHint().height()))
        assert len(panel.list.rows) == count
    assert len(hints) == 1


@pytest.mark.parametrize("width", [180, 320])
def test_that_code_in_a_sentence_has_the_letters_of_code_and_its_room(
    stand: Callable[..., Verdict], width: int
) -> None:
    words = "Make it a `threading.RLock()`, if a < b, and wait with `while not flag: condition.wait()`."
    html = as_html(words, theme.DARK.accent)
    assert "&lt; b" in html
    assert html.count("<span") == 2
    assert plain(words) == words.replace("`", "")
    del stand
    text = CodedText()
    text.setWordWrap(True)
    text.apply_theme(theme.make("dark", compact=False))
    text.set_text(words)
    text.resize(width, text.heightForWidth(width))
    assert text.text() == words
    high = text.heightForWidth(width)
    text.set_text(words.replace("`", ""))
    assert abs(high - text.heightForWidth(width)) <= 3 * text.fontMetrics().lineSpacing()
    assert high >= text.fontMetrics().lineSpacing()


def test_that_a_thing_that_is_asked_for_is_part_of_the_view_until_another_program_is_opened() -> None:
    shown = views.RunView()
    shown.point(7)
    assert shown.view.thing == 7
    shown.reset("other")
    assert shown.view.thing == 0


def test_that_a_line_that_the_sentence_names_is_not_named_behind_it_again() -> None:
    late = NotJoined(thread="worker", ran_out=False, went_on=False, line=19)
    assert verdict_text.with_line("It waits in line 19.", late) == "It waits in line 19."
    for named in ("line 1", "line 190", "line 19 of helper.py"):
        assert verdict_text.with_line(f"It waits in {named}.", late) == f"It waits in {named}. (line 19)"


def test_that_a_chip_is_as_wide_as_its_letters_ask_for_so_that_large_ones_say_as_much(qtbot: QtBot) -> None:
    chip = SubjectChip(Subject("Thread-1 (philosopher)", thread=2, badge="1"))
    qtbot.addWidget(chip)
    for presents in (False, True):
        worn = theme.make("dark", compact=False, presents=presents)
        chip.apply_theme(worn)
        name = text_width(worn, worn.measures.small, 600, chip.subject.name)
        assert chip.sizeHint().width() > name


def test_that_whom_a_finding_is_about_has_the_first_chip_though_many_are_concerned() -> None:
    frame = frames.small()
    many = tuple(replace(frame.recording.lanes[1], id=number, name=f"Thread-{number}") for number in range(2, 12))
    frame = told(replace(frame, recording=replace(frame.recording, lanes=many)))
    last = NotJoined(thread="Thread-11", threads=tuple(range(2, 12)), ran_out=False, went_on=True)
    assert [one.name for one in subjects(last, frame.recording)] == ["Thread-11", "Thread-2", "Thread-3", "Thread-4"]
