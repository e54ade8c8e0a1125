"""What a known exception means, in the banner and in the verdict."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.frame import Ended, Frame, Phase, Result
from engine.frame.finding import BrokenExplanation, Came, Explained, ThreadDied
from engine.frame.trouble import ProgramDied
from engine.protocol.messages import ExceptionFact
from gui.panels.trouble import PANEL, TroubleBanner, _Words
from gui.panels.verdict import Verdict
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands

FACT = ExceptionFact(3, "RuntimeError", "release unlocked lock")
DIED = ThreadDied(thread="Left", threads=(3,), line=7, time=0.5, error=FACT)
MEANS = Explained(
    thread="Left",
    threads=(3,),
    line=7,
    time=0.5,
    explanation="release-unlocked",
    error="RuntimeError: release unlocked lock",
    came=Came.ENDED,
    words="Nobody held it when {thread} gave it back.",
    cure_words="Write with.",
    values=(("thread", "Left"),),
    lesson="counter?lock=off",
)


def frame_with(*findings: object, **run: object) -> Frame:
    frame = changed(Frame(), phase=Phase.ENDED, ended=Ended.FINISHED, **run)
    return replace(frame, result=Result(findings))  # type: ignore[arg-type]  # findings, as they come


def test_that_the_verdict_says_below_the_exception_what_it_means_what_to_do_and_which_lesson(
    stand: Callable[..., Verdict], wished: RecordedCommands
) -> None:
    panel = stand(Verdict)
    panel.draw(frame_with(DIED, MEANS))
    assert [one.text() for one in panel.links] == [
        "Left died in line 7: RuntimeError: release unlocked lock",
        "Nobody held it when Left gave it back.",
        "Lesson: Counter race",
    ]
    assert panel.list.rows[1].cure.text() == "What to do: Write with."
    panel.links[1].clicked.emit()
    panel.links[2].clicked.emit()
    assert wished.made == [("visit", 0.5), ("line", 7), ("open", "counter", "lock=off")]


def test_that_a_lesson_that_is_not_there_gets_no_link(stand: Callable[..., Verdict]) -> None:
    panel = stand(Verdict)
    panel.draw(frame_with(DIED, replace(MEANS, lesson="nowhere")))
    assert len(panel.links) == 2


def test_that_what_was_printed_is_said_with_its_line_and_is_not_called_well(stand: Callable[..., Verdict]) -> None:
    panel = stand(Verdict)
    panel.draw(frame_with(replace(MEANS, came=Came.PRINTED, lesson="")))
    (link,) = panel.links
    assert link.text().startswith("Left printed RuntimeError: release unlocked lock. Nobody held it")
    assert "(line 7)" in link.text()
    assert panel.said.isHidden()


def test_that_a_file_with_a_mistake_is_named_with_its_line(stand: Callable[..., Verdict]) -> None:
    panel = stand(Verdict)
    panel.draw(frame_with(BrokenExplanation(name="mine.toml", at=4, reason="cure is missing")))
    assert panel.links[0].text() == "The explanation mine.toml cannot be used. Line 4: cure is missing."


def test_that_the_banner_says_what_ended_a_thread_and_what_to_do(
    stand: Callable[..., TroubleBanner], wished: RecordedCommands
) -> None:
    panel, frame = stand(TroubleBanner), frame_with(DIED, MEANS)
    assert PANEL.wanted is not None
    assert PANEL.wanted(frame)
    assert not PANEL.wanted(frame_with(DIED))
    panel.draw(frame)
    assert panel.title.text() == "Left: RuntimeError: release unlocked lock (line 7)"
    assert panel.advice.text() == "Nobody held it when Left gave it back.\nWhat to do: Write with."
    panel.lesson.click()
    panel.line.click()
    assert wished.made == [("open", "counter", "lock=off"), ("visit", 0.5), ("line", 7)]


def test_that_of_what_ended_the_main_thread_the_banner_says_what_stands_behind_it(
    stand: Callable[..., TroubleBanner],
) -> None:
    panel, means = stand(TroubleBanner), replace(MEANS, threads=(1,), came=Came.BEHIND)
    trouble = ProgramDied(error=FACT, line=7)
    panel.draw(frame_with(means, trouble=trouble))
    assert panel.advice.text().startswith("Behind it is RuntimeError: release unlocked lock. Nobody held it")
    panel.draw(frame_with(MEANS, trouble=trouble))
    assert panel.advice.text() == "An exception ended the main thread.", "that is about another thread"
    assert panel.lesson.isHidden()


def test_that_a_long_explanation_is_scrolled_to_where_the_banner_has_no_room(
    stand: Callable[..., TroubleBanner], qtbot: QtBot
) -> None:
    panel, ground = stand(TroubleBanner), QWidget()
    qtbot.addWidget(ground)
    panel.setParent(ground)
    panel.draw(frame_with(replace(MEANS, words="It was given back too often. " * 40)))
    panel.resize(600, 120)
    ground.resize(600, 120)
    ground.show()
    panel.show()
    area = panel.findChild(_Words)
    assert area is not None
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    assert panel.heightForWidth(600) > 120
    assert panel.advice.height() >= panel.advice.heightForWidth(panel.advice.width())
