"""Switches, knobs, verdict and lesson."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFontInfo, QFontMetricsF, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.frame import Ended, FindingKind, Frame, Knob, Part, Phase, Series, Switch, SwitchPeriod
from engine.frame.finding import (
    HeldLong,
    LostUpdate,
    More,
    NotJoined,
    Standing,
    StandsStill,
    ThreadDied,
    WrongResult,
)
from engine.protocol.messages import NoValue, UnknownFact
from engine.protocol.still_facts import WaitCause
from gui.panels.knobs import Knobs, place_of, value_at
from gui.panels.lesson import Lesson
from gui.panels.switches import Switches
from gui.panels.verdict import Verdict
from gui.theme import theme
from gui.view_state.verdict_text import caption, fastest, totals
from gui.widgets import legend_symbols
from gui.widgets.inputs import Picker, Stepper
from gui.widgets.toggle import Toggle
from tests.gui import frames
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands, course

KNOBS = (
    Knob("ROUNDS", 20, 20, 1, low=1, high=10000),
    Knob("PACE", 2.5, 2.5, 2, low=0.0, high=10.0, unit="ms"),
    Knob("READER_FIRST", True, True, 3),
    Knob("WINDOW", "sleep", "sleep", 4, choices=("nothing", "call", "work", "sleep")),
    Knob("THREADS", 2, 2, 5, low=1, high=8),
    Knob("NAME", "numbers.txt", "numbers.txt", 6),
)


def test_that_a_click_wishes_the_other_state(stand: Callable[..., Switches], wished: RecordedCommands) -> None:
    panel = stand(Switches)
    panel.draw(frames.small())
    panel.rows["lock"].toggle.click()
    assert wished.made == [("switch", "lock", False)]


def test_that_a_switch_shows_what_the_frame_says_and_not_what_was_clicked(stand: Callable[..., Switches]) -> None:
    panel, frame = stand(Switches), frames.small()
    panel.draw(frame)
    panel.draw(changed(frame, switches=(Switch("lock", "Lock", False, 6, True),)))
    assert not panel.rows["lock"].toggle.isChecked()


def test_that_a_program_without_switches_says_so(stand: Callable[..., Switches]) -> None:
    panel = stand(Switches)
    panel.draw(frames.small())
    panel.draw(Frame())
    assert panel.nothing.isVisible()
    assert not panel.rows


def _knobs(stand: Callable[..., Knobs]) -> Knobs:
    panel = stand(Knobs)
    panel.draw(changed(Frame(), knobs=KNOBS))
    QApplication.processEvents()  # new rows are shown by the event loop
    return panel


def test_that_each_kind_of_knob_wishes_its_value(stand: Callable[..., Knobs], wished: RecordedCommands) -> None:
    panel = _knobs(stand)
    field, toggle = panel.rows["ROUNDS"].field, panel.rows["READER_FIRST"].control
    choices, stepper = panel.rows["WINDOW"].control, panel.rows["THREADS"].control
    assert field is not None
    assert isinstance(toggle, Toggle)
    assert isinstance(choices, Picker)
    assert isinstance(stepper, Stepper)
    field.setText("100")
    field.editingFinished.emit()
    toggle.click()
    choices.chosen.emit(2)
    stepper.stepped.emit(1)
    assert wished.made == [
        ("knob", "ROUNDS", "100"),
        ("knob", "READER_FIRST", False),
        ("knob", "WINDOW", "work"),
        ("knob", "THREADS", 3),
    ]


def test_that_a_refused_value_says_why_below_it_and_the_old_one_stays(
    stand: Callable[..., Knobs], wished: RecordedCommands
) -> None:
    panel = _knobs(stand)
    wished.refusal = "ROUNDS is from 1 to 10000; not 0."
    row = panel.rows["ROUNDS"]
    assert row.field is not None
    row.field.setText("0")
    row.field.editingFinished.emit()
    assert row.reason.isVisible()
    assert row.reason.text() == wished.refusal
    assert row.field.property("refused") is True
    assert row.knob.value == 20
    wished.refusal = ""
    panel.draw(changed(Frame(), knobs=(replace(KNOBS[0], value=50), *KNOBS[1:])))
    assert not row.reason.isVisible()
    assert row.field.text() == "50"


def test_that_typing_is_not_overwritten_by_the_next_frame(stand: Callable[..., Knobs]) -> None:
    panel = _knobs(stand)
    field = panel.rows["ROUNDS"].field
    assert field is not None
    field.selectAll()
    QTest.keyClicks(field, "77")
    panel.draw(changed(Frame(), knobs=(*KNOBS,)))
    panel.draw(changed(Frame(), knobs=(*KNOBS,)))
    assert field.text() == "77"


def test_that_a_long_name_does_not_widen_the_column(stand: Callable[..., Knobs]) -> None:
    panel = stand(Knobs, (256, 400), compact=True)
    panel.draw(changed(Frame(), knobs=(Knob("A_VERY_LONG_NAME_INDEED", 5, 5, 1, low=0, high=1e6, unit="ms"),)))
    QApplication.processEvents()
    assert panel.widget.minimumSizeHint().width() <= 246


@pytest.mark.parametrize("knob", KNOBS[:2])
def test_that_the_slider_reaches_both_ends_and_agrees_with_itself(knob: Knob) -> None:
    assert value_at(knob, 0.0) == knob.low
    assert value_at(knob, 1.0) == knob.high
    for place in (0.1, 0.35, 0.5, 0.99):
        assert place_of(knob, value_at(knob, place)) == pytest.approx(place, abs=0.05)


def test_that_a_running_program_says_when_a_knob_takes_effect(stand: Callable[..., Knobs]) -> None:
    panel = _knobs(stand)
    assert panel.subtitle.text() == ""
    panel.draw(changed(Frame(), knobs=KNOBS, phase=Phase.RUNNING))
    assert panel.subtitle.text() == "from the next run on"


def test_that_reset_is_there_only_when_something_differs(stand: Callable[..., Knobs], wished: RecordedCommands) -> None:
    panel = _knobs(stand)
    assert not panel.reset.isEnabled()
    panel.draw(changed(Frame(), knobs=(replace(KNOBS[0], value=50), *KNOBS[1:])))
    panel.reset.click()
    assert wished.made == [("reset_knobs",)]


def test_that_stretches_add_up_by_the_state_of_their_switch() -> None:
    stretches = (
        SwitchPeriod("lock", False, 0, 1, 10, 6),
        SwitchPeriod("lock", True, 1, 2, 5, 5),
        SwitchPeriod("lock", False, 2, 3, 10, 9),
    )
    rows = [(row.title, row.updates, row.kept) for row in totals(stretches, "on", "off")]
    assert rows == [("lock off", 20, 15), ("lock on", 5, 5)]


def test_that_the_verdict_shows_expected_found_and_what_was_lost(stand: Callable[..., Verdict]) -> None:
    panel = stand(Verdict)
    panel.draw(frames.small())
    lost = len(frames.small().recording.losses.times)
    assert (panel.expected.text(), panel.found.text()) == ("80", str(frames.small().result.found))
    assert panel.lost.text() == f"{lost} updates lost"


def test_that_a_run_that_was_stopped_is_not_praised_above_what_was_found(stand: Callable[..., Verdict]) -> None:
    left = NotJoined(thread="Monitor", line=28, time=2.0, threads=(2,), ran_out=False, went_on=True)
    for findings, said in (
        ((left,), "The run was stopped."),
        ((), "The run was stopped. Up to then no"),
    ):
        panel = stand(Verdict)
        panel.draw(changed(Frame(), number=1, phase=Phase.ENDED, ended=Ended.STOPPED, findings=findings))
        assert panel.said.isVisible()
        assert panel.said.text().startswith(said)
        assert ("no thread" in panel.said.text()) is (not findings)


def test_that_the_verdict_counts_along_while_the_program_runs(stand: Callable[..., Verdict]) -> None:
    panel, frame = stand(Verdict), frames.running(1.0)
    panel.draw(frame)
    assert frame.recording.value is not None
    assert frame.recording.value.expected is not None
    assert panel.expected.text() == str(frame.recording.value.expected[-1])
    assert "so far" in panel.run.text()


def test_that_a_finding_brings_its_moment_and_its_line(stand: Callable[..., Verdict], wished: RecordedCommands) -> None:
    panel = stand(Verdict)
    panel.draw(frames.failed())
    assert "line 9" in panel.links[0].text()
    panel.links[0].clicked.emit()
    assert wished.made == [("visit", frames.failed().result.findings[0].time), ("line", 9)]


def test_that_a_long_hold_does_not_look_like_a_fault_and_gives_way_to_one(stand: Callable[..., Verdict]) -> None:
    held = HeldLong(thing="lock", seconds=0.8, thread="A", line=3, time=0.1)
    lost = LostUpdate(name="n", lost=1, updates=2, found=1, expected=2, thread="A", line=4, time=0.2)
    panel, frame = stand(Verdict), changed(frames.small(), findings=(held,))
    panel.draw(frame)
    assert [link.text()[:6] for link in panel.links] == ["A held"]
    assert panel.links[0].palette().color(panel.links[0].foregroundRole()).name() == theme.DARK.muted
    panel.draw(changed(frame, phase=Phase.RUNNING, ended=None))
    assert panel.links == [], "it grows until the run is over"
    panel.draw(changed(frame, findings=(held, lost)))
    assert [link.text() for link in panel.links] == ["The first was lost by A at 0.20\u00a0s, line 4."]
    assert panel.links[0].palette().color(panel.links[0].foregroundRole()).name() == theme.DARK.lost_text


def test_that_numbers_that_change_with_every_frame_are_seen_in_every_frame(stand: Callable[..., Verdict]) -> None:
    panel = stand(Verdict, (304, 500))
    for count in range(1, 4):
        failed = More(kind=FindingKind.TASK_FAILED, count=count, thread="A", line=4, time=0.2)
        stretches = (SwitchPeriod("lock", False, 0.0, 1.0, 9, 9 - count), SwitchPeriod("lock", True, 1.0, 2.0, 3, 3))
        panel.draw(changed(frames.running(1.0), findings=(failed,), periods=stretches))
        if count == 1:
            QApplication.processEvents()  # what is new is shown by the event loop, what is kept is there already
        assert [link.isVisible() for link in panel.links] == [True]
        assert panel.links[0].text().startswith(str(count))
        assert [cell.text() for cell in panel._cells[0]] == ["9", str(9 - count), str(count)]
        assert all(cell.isVisible() for cell in panel._cells[0])


def test_that_a_run_without_faults_is_said_to_be_one(stand: Callable[..., Verdict]) -> None:
    held = HeldLong(thing="lock", seconds=0.8, thread="A", line=3, time=0.1)
    panel = stand(Verdict)
    frame = changed(Frame(), number=1, phase=Phase.ENDED, ended=Ended.FINISHED, findings=(held,))
    panel.draw(frame)
    assert panel.said.isVisible()
    assert panel.said.text() == "No thread died."
    assert not panel.numbers.isVisible()
    panel.draw(changed(frame, findings=(ThreadDied(error="ValueError: no", thread="A", line=3, time=0.1),)))
    assert not panel.said.isVisible()


def test_that_nothing_lost_is_said_only_where_a_value_is_counted(stand: Callable[..., Verdict]) -> None:
    panel = stand(Verdict)
    frame = changed(frames.small(), losses=Frame().recording.losses, expected=80, found=80, right=True)
    panel.draw(frame)
    assert panel.lost.text() == "nothing lost"
    panel.draw(changed(frame, value=None))
    assert panel.lost.text() == "as expected"


def test_that_what_the_numbers_say_is_not_said_a_second_time(stand: Callable[..., Verdict]) -> None:
    off = (SwitchPeriod("lock", False, 0.0, 1.0, 80, 70),)
    lost = LostUpdate(name="n", lost=10, updates=80, found=70, expected=80, thread="A", line=4, time=0.2)
    panel, frame = stand(Verdict, (304, 700)), changed(frames.small(), expected=80, found=70, right=False)
    panel.draw(changed(frame, periods=off, findings=(lost,)))
    assert not panel.table.isVisible(), "one row of it would be the numbers above"
    assert [link.text() for link in panel.links] == ["The first was lost by A at 0.20\u00a0s, line 4."]
    panel.draw(changed(frame, periods=(*off, replace(off[0], on=True, updates=5, kept=5)), findings=(lost,)))
    assert panel.table.isVisible()
    panel.draw(changed(frame, value=None, expected=None, findings=(lost,)))
    told = "10 of 80 updates of n were lost: 70 instead of 80. (line 4)"
    assert [link.text() for link in panel.links] == [told], "no numbers are seen"


@pytest.mark.parametrize(("own", "said"), [("", "not what was expected"), ("Ten came too late.", "Ten came too late.")])
def test_that_two_numbers_that_differ_have_one_sentence(stand: Callable[..., Verdict], own: str, said: str) -> None:
    wrong = WrongResult(expected=80, found=70, sentence=own, time=1.0)
    frame = changed(
        frames.small(), losses=Frame().recording.losses, expected=80, found=70, right=False, findings=(wrong,)
    )
    panel = stand(Verdict)
    panel.draw(frame)
    assert panel.lost.text() == said
    assert panel.links == []
    assert not panel.said.isVisible()


@pytest.mark.parametrize(
    ("own", "below", "expected", "found", "said"),
    [
        ("More was paid: {found} is left, not {expected}.", "More was paid.", 40, -40, "More was paid."),
        ("{found} of {expected} lines are in the file.", "", 6, 3, "3 of 6 lines are in the file."),
        ("Failures: {expected}. Noticed: {found}.", "", 1, 0, "Failures: 1. Noticed: 0."),
        ("It would be {expected}. It was {found}.", "", "0246813579", "0132574968", ""),
        ("Only {found:,} of {expected:,} are left.", "", 9000, 1200, "Only 1,200 of 9,000 are left."),
        ("", "", 6, 3, ""),
    ],
)
def test_that_the_sentence_below_two_numbers_repeats_them_only_where_it_cannot_do_without(
    own: str, below: str, expected: object, found: object, said: str
) -> None:
    wrong = WrongResult(expected=expected, found=found, sentence=own, below=below)
    assert caption(changed(Frame(), expected=expected, found=found, findings=(wrong,))) == said


def test_that_an_expression_without_a_value_is_told_with_what_to_do(stand: Callable[..., Verdict]) -> None:
    panel = stand(Verdict, (304, 600))
    words = "len(served): NameError: name 'served' is not defined"
    fact = UnknownFact(NoValue.RAISED, "len(served)", detail="NameError: name 'served' is not defined")
    frame = changed(Frame(), number=1, phase=Phase.ENDED, ended=Ended.FINISHED, unknown=(fact,))
    panel.draw(changed(frame, phase=Phase.RUNNING, ended=None))
    assert not panel.unknown.isVisible(), "it may get one yet"
    panel.draw(frame)
    assert panel.unknown.isVisible()
    lines = panel.unknown.text().replace("\u200b", "").splitlines()
    assert lines == ["Could not be worked out:", words, "Mend the expression in scenario.toml, beside the program."]
    panel.draw(changed(frame, ended=Ended.STOPPED))
    assert panel.unknown.text().endswith("run it to its end.")
    panel.draw(changed(frame, unknown=(fact,) * 5))
    assert "and 2 more" in panel.unknown.text()
    panel.draw(
        changed(frame, unknown=(replace(fact, expression="sum(a == b for a, b in zip(gains['one'], gains['other']))"),))
    )
    assert panel.unknown.minimumSizeHint().width() < 304
    panel.draw(changed(frame, unknown=()))
    assert not panel.unknown.isVisible()


def _compared(**seconds: float) -> Frame:
    ends = list(seconds.items())
    parts = tuple(Part(at, name, "", 1.0, 1.0 + took) for at, (name, took) in enumerate(ends))
    return changed(Frame(), number=1, phase=Phase.ENDED, ended=Ended.FINISHED, parts=parts, now=99.0)


def test_that_the_verdict_of_a_comparison_is_which_was_fastest_and_by_how_much(stand: Callable[..., Verdict]) -> None:
    panel, frame = stand(Verdict), _compared(loop=4.0, threads=1.0, processes=1.3)
    panel.draw(frame)
    assert panel.said.text() == "Fastest: threads, 4.0 times as fast as loop."
    panel.draw(changed(frame, expected=6, found=6, right=True))
    assert panel.said.isVisible(), "below the numbers"
    panel.draw(_compared(loop=1.0, threads=1.01, processes=26.0))
    assert panel.said.text() == "Fastest: loop. Processes took 26 times as long."
    panel.draw(_compared(loop=1.0, threads=0.91, processes=1.2))
    assert panel.said.text() == "None was much faster than loop. Processes took 1.2 times as long."
    panel.draw(_compared(loop=1.0, threads=0.9, processes=1.1))
    assert panel.said.text() == "None was much faster than loop."
    panel.draw(_compared(loop=1.0, threads=1.01, processes=1.1))
    assert panel.said.text() == "All took about the same time."
    panel.draw(changed(frame, phase=Phase.RUNNING, ended=None))
    assert panel.said.text() == "So far nothing has gone wrong."


@pytest.mark.parametrize("change", [{"speed": 10.0}, {"error": "ValueError"}, {"end": None}])
def test_that_parts_which_cannot_be_compared_are_not(stand: Callable[..., Verdict], change: dict[str, object]) -> None:
    panel, frame = stand(Verdict), _compared(loop=4.0, threads=1.0)
    panel.draw(changed(frame, parts=(frame.recording.parts[0], replace(frame.recording.parts[1], **change))))  # type: ignore[arg-type]
    assert panel.said.text() == "No thread died."


def test_that_the_verdict_of_a_program_in_the_window_is_how_long_that_drew_nothing(
    stand: Callable[..., Verdict],
) -> None:
    panel = stand(Verdict)
    gaps = Series("gaps", np.array([10, 20]), np.array([16_700_000, 41_200_000]))
    places = (Part(1, "window", value=2041.0), Part(2, "process", value=41.2))
    ended = changed(Frame(), number=2, phase=Phase.ENDED, ended=Ended.FINISHED, intervals=gaps, parts=places, now=2.0)
    panel.draw(ended)
    assert panel.said.text() == "This window drew nothing for 41 ms at most. With window it was 50 times as long."
    panel.draw(changed(ended, parts=places[1:]))
    assert panel.said.text() == "This window drew nothing for 41 ms at most."
    panel.draw(changed(ended, phase=Phase.RUNNING, ended=None))
    assert panel.said.text() == "So far nothing has gone wrong."


def test_that_every_group_of_a_comparison_is_spoken_of_and_numbers_have_their_noun() -> None:
    parts = [
        Part(at, name, group, 0.0, took)
        for at, (name, group, took) in enumerate(
            [("1", "waiting", 4.0), ("4", "waiting", 1.0), ("1", "computing", 2.0), ("4", "computing", 2.05)]
        )
    ]
    assert fastest(parts, "jobs") == (
        "Fastest for waiting: 4 jobs, 4.0 times as fast as 1 job.",
        "computing: all took about the same time.",
    )


def test_that_a_long_value_gets_smaller_rather_than_wider(stand: Callable[..., Verdict]) -> None:
    panel = stand(Verdict, (304, 300))
    panel.draw(changed(frames.small(), expected=123_456_789_012, found="a text of some length"))
    assert panel.expected.fontMetrics().horizontalAdvance(panel.expected.text()) <= 140
    assert panel.widget.minimumSizeHint().width() <= 304


@pytest.mark.parametrize("value", ["0246813579", "0132574968" * 2, "MMMMMMMMMMMMMMMM"])
def test_that_a_value_that_is_too_long_for_its_line_is_broken_before_it_is_cut(
    stand: Callable[..., Verdict], value: str
) -> None:
    panel = stand(Verdict, (290, 300))
    panel.draw(changed(frames.small(), expected=value, found=value))
    for room in range(100, 160):  # at some a whole number of pixels is just reached, and letters have fractions
        panel.found.give(room)
        face = QFontMetricsF(panel.found.font())
        assert panel.found.text().replace("\n", "") == value
        assert max(map(face.horizontalAdvance, panel.found.text().splitlines())) <= room


def test_that_a_link_of_the_lesson_opens_its_settings(stand: Callable[..., Lesson], wished: RecordedCommands) -> None:
    panel = stand(Lesson)
    panel.browser.anchorClicked.emit(QUrl("demo:counter?lock=off&ROUNDS=100"))
    assert wished.made == [("open", "counter", "lock=off&ROUNDS=100")]


def test_that_signs_of_the_legend_stand_in_a_lesson_in_the_colours_of_the_theme(stand: Callable[..., Lesson]) -> None:
    panel, kind = stand(Lesson), QTextDocument.ResourceType.ImageResource.value
    panel.opened(replace(course(), lesson="It waits ![waiting for the lock](sign:wait-lock) here."))
    block = panel.browser.document().begin()
    assert "\ufffc" in block.text()
    drawn = []
    for name in ("dark", "light"):
        panel.apply_theme(theme.make(name, compact=False))
        worn = panel.browser.document().resource(kind, QUrl("sign:wait-lock"))
        assert worn == legend_symbols.picture(
            theme.make(name, compact=False), "wait-lock", panel.browser.devicePixelRatioF()
        )
        drawn.append(worn)
    assert drawn[0] != drawn[1]
    assert legend_symbols.picture(theme.make("dark", compact=False), "no-such-state", 1.0) is None


@pytest.mark.parametrize("code", ["```python\nx = 1\ny = 2\n```", "    x = 1\n    y = 2"], ids=["fenced", "indented"])
def test_that_code_of_a_lesson_looks_like_code(stand: Callable[..., Lesson], code: str) -> None:
    panel = stand(Lesson)
    panel.opened(replace(course(), lesson=f"Before\n\n{code}\n\nAfter\n"))
    block, seen = panel.browser.document().begin(), {}
    while block.isValid():
        form = block.begin().fragment().charFormat()
        seen[block.text()] = (QFontInfo(form.font()).fixedPitch(), block.blockFormat().bottomMargin() > 0)
        block = block.next()
    assert seen == {"Before": (False, True), "x = 1": (True, False), "y = 2": (True, True), "After": (False, True)}


def test_that_the_lesson_is_the_one_of_the_open_scenario(stand: Callable[..., Lesson]) -> None:
    panel = stand(Lesson)
    assert "read the same number" in panel.browser.toPlainText()
    panel.opened(course(lesson="Another **one**"))
    assert panel.browser.toPlainText() == "Another one"
    panel.opened(course(current="", lesson=""))
    assert "Choose a lesson" in panel.browser.toPlainText()
    panel.opened(course(lesson=""))  # a program without any: nobody has to choose another one
    assert "lesson.md" in panel.browser.toPlainText()


def test_that_a_run_that_stands_still_is_not_said_to_go_well(stand: Callable[..., Verdict]) -> None:
    panel, frame = stand(Verdict), changed(_compared(loop=1.0, threads=1.0), phase=Phase.RUNNING, ended=None)
    panel.draw(frame)
    assert panel.said.text() == "So far nothing has gone wrong."
    waits = Standing("MainThread", WaitCause.SIGNAL, call="signal.sigwait", line=2)
    found = StandsStill(thread="MainThread", threads=(1,), line=2, time=0.1, waiters=(waits,))
    panel.draw(changed(frame, findings=(found,)))
    assert not panel.said.isVisible()


def test_that_the_title_of_the_verdict_is_whole_where_letters_are_large(stand: Callable[..., Verdict]) -> None:
    panel = stand(Verdict, (320, 200))
    panel.draw(changed(Frame(), number=1, nth=1, phase=Phase.RUNNING))
    assert panel.run.isVisible()
    panel.setFixedWidth(panel.title.sizeHint().width() + panel.run.sizeHint().width() // 2)
    QApplication.processEvents()
    assert not panel.run.isVisible()
    assert panel.title.width() >= panel.title.sizeHint().width()
