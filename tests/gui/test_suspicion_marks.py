"""Where a program could break, as it is seen in its text: marks, notes, hints, and what a run says of them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from engine.frame import Frame, Phase, RunState, State, Switch, View, finding
from engine.static_analysis.analysis import suspicions
from engine.static_analysis.suspicion import Certainty, Suspicion, SuspicionKind
from engine.words.suspicions import Seen, hint, note
from gui.panels.code import Code
from gui.view_state import suspected
from gui.view_state.window_settings import WindowLayout, WindowSettings
from gui.widgets import suspicion_reader
from gui.widgets.suspicion_marks import SuspicionMarks
from gui.widgets.suspicion_reader import SuspicionReader
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands, course

RACE = """import threading
n = 0
def work():
    global n
    n += 1
for _ in range(3):
    threading.Thread(target=work).start()
"""
LOCKED = RACE.replace("n = 0", "n = 0; lock = threading.Lock()").replace("    n += 1", "    with lock: n += 1")
ON = View(suspects=True)


def shown(text: str, **more: object) -> Frame:
    return changed(Frame(), text=text, **{"view": ON, **more})


def wait(qtbot: QtBot, panel: Code, text: str) -> None:
    """Until the suspicions of this text are known."""
    qtbot.waitUntil(lambda: panel.suspecting._of == text, timeout=30_000)


def test_that_a_race_is_marked_with_its_note_and_nothing_moves(stand: Callable[..., Code], qtbot: QtBot) -> None:
    panel = stand(Code, (900, 400))
    panel.draw(shown(RACE, view=View(suspects=False)))
    before, size = panel.view.grab().toImage(), panel.view.geometry()
    panel.draw(shown(RACE))
    wait(qtbot, panel, RACE)
    assert panel.suspecting.marks.isVisible()
    (mark,) = panel.suspecting.marks.here(5)
    assert mark.notes[0] == "several threads change this without a common lock · likely"
    assert panel.view.grab().toImage() != before
    assert panel.view.geometry() == size
    assert panel.suspecting.said.text() == "1 place"
    panel.draw(shown(RACE, view=View(suspects=False)))
    assert panel.view.grab().toImage() == before, "off again, as if nothing had been"


def test_that_a_text_without_a_suspicion_says_so(stand: Callable[..., Code], qtbot: QtBot) -> None:
    panel = stand(Code)
    panel.draw(shown(LOCKED))
    wait(qtbot, panel, LOCKED)
    assert not panel.suspecting.marks.isVisible()
    assert panel.suspecting.said.text() == "no suspicion"


def test_that_a_lesson_tells_its_own_story_until_somebody_asks(stand: Callable[..., Code]) -> None:
    panel = stand(Code)
    panel.draw(shown(RACE, view=View()))
    assert not panel.suspecting.button.isChecked()
    panel.opened(course(lesson=""))
    assert suspected.shows(None, lesson=False)
    assert not suspected.shows(None, lesson=True)
    assert suspected.shows(True, lesson=True)
    assert not suspected.shows(False, lesson=False)


def test_that_the_button_does_what_its_key_does(stand: Callable[..., Code], wished: RecordedCommands) -> None:
    panel = stand(Code)
    panel.suspecting.button.click()
    assert wished.of("perform") == [("suspect",)]


def test_that_a_lock_that_is_switched_off_brings_the_mark(stand: Callable[..., Code], qtbot: QtBot) -> None:
    panel = stand(Code)
    panel.draw(shown(LOCKED))
    wait(qtbot, panel, LOCKED)
    off = (Switch("lock", "Lock", False, 2, True),)
    panel.draw(shown(LOCKED, switches=off))
    qtbot.waitUntil(panel.suspecting.marks.isVisible, timeout=10_000)
    assert [mark.place.line for mark in panel.suspecting.marks.here(5)] == [5]


def test_that_marks_go_along_with_what_is_typed_and_come_anew(stand: Callable[..., Code], qtbot: QtBot) -> None:
    panel = stand(Code)
    panel.draw(shown(RACE))
    wait(qtbot, panel, RACE)
    (mark,) = panel.suspecting.marks.here(5)
    cursor = QTextCursor(panel.view.document())
    cursor.insertText("\n\n")
    assert panel.suspecting.marks.line_of(mark) == 7
    assert panel.suspecting.marks.here(7) == (mark,)
    assert panel.suspecting.marks.here(5) == ()


def test_that_the_hint_opens_under_the_mouse_and_by_the_keyboard(stand: Callable[..., Code], qtbot: QtBot) -> None:
    panel = stand(Code, (900, 400))
    panel.draw(shown(RACE))
    wait(qtbot, panel, RACE)
    cursor = QTextCursor(panel.view.document().findBlockByNumber(4))
    at = panel.view.cursorRect(cursor).center() + QPoint(40, 0)
    event = QHelpEvent(QEvent.Type.ToolTip, at, panel.view.viewport().mapToGlobal(at))
    QApplication.sendEvent(panel.view.viewport(), event)
    assert QToolTip.text().startswith("n is read, changed and written back (line 5).")
    assert max(map(len, QToolTip.text().split("\n"))) < 100
    QToolTip.hideText()
    said = panel.suspecting.next()
    assert "Cure: one lock" in said
    assert panel.view.textCursor().blockNumber() == 4
    assert panel.view.accessibleDescription() == said


def test_that_the_next_mark_is_found_from_any_line_and_from_above_again() -> None:
    text = RACE + RACE.replace("n = 0", "m = 0").replace("n += 1", "m += 1").replace("global n", "global m")
    marks = suspected.marks(suspicions(text), Frame(), ran=False)
    lines = sorted({mark.place.line for mark in marks})
    assert [suspected.next_line(marks, line) for line in (0, lines[0], lines[-1], 99)] == [
        lines[0], lines[1] if len(lines) > 1 else lines[0], lines[0], lines[0],
    ]  # fmt: skip
    assert suspected.next_line((), 3) == 0


def lost(line: int, name: str = "n") -> finding.LostUpdate:
    return finding.LostUpdate(name=name, lost=1, updates=2, found=1, expected=2, line=line)


def ended(text: str, *findings: finding.Finding) -> Frame:
    frame = changed(Frame(), text=text, findings=tuple(findings))
    return replace(frame, run=RunState(number=1, phase=Phase.ENDED))


def test_that_a_run_that_shows_the_fault_is_told_from_one_that_does_not() -> None:
    (one,) = suspicions(RACE)
    assert suspected.seen_in(one, Frame()) is Seen.UNKNOWN
    assert suspected.seen_in(one, ended(RACE)) is Seen.NOT_SEEN
    assert suspected.seen_in(one, ended(RACE, lost(5))) is Seen.HAPPENED
    assert suspected.seen_in(one, ended(RACE, lost(4))) is Seen.HAPPENED, "the line of its lock"
    assert suspected.seen_in(one, ended(RACE, lost(50))) is Seen.NOT_SEEN
    assert suspected.seen_in(one, ended(RACE, lost(9, "m"))) is Seen.NOT_SEEN
    running = replace(ended(RACE), run=RunState(number=1, phase=Phase.RUNNING))
    assert suspected.seen_in(one, running) is Seen.UNKNOWN, "it may yet come"


def test_that_what_happened_is_said_and_what_was_not_seen_proves_nothing(
    stand: Callable[..., Code], qtbot: QtBot
) -> None:
    panel = stand(Code, (900, 400))
    panel.draw(replace(ended(RACE, lost(5)), view=ON))
    wait(qtbot, panel, RACE)
    assert panel.suspecting.marks.here(5)[0].notes[0].endswith("happened in this run")
    panel.draw(replace(ended(RACE), view=ON, run=RunState(number=2, phase=Phase.ENDED)))
    assert panel.suspecting.marks.here(5)[0].notes[0].endswith("likely, not seen in this run")
    assert "That proves nothing" in panel.suspecting.marks.here(5)[0].hint


def test_that_a_run_says_nothing_of_a_text_that_was_changed_since(stand: Callable[..., Code], qtbot: QtBot) -> None:
    panel = stand(Code)
    panel.draw(replace(ended(RACE, lost(5)), view=ON))
    wait(qtbot, panel, RACE)
    other = RACE + "# more\n"
    panel.draw(replace(ended(other, lost(5)), view=ON))
    wait(qtbot, panel, other)
    assert panel.suspecting.marks.here(5)[0].seen is Seen.UNKNOWN


def test_that_a_deadlock_and_an_exception_are_what_was_suspected() -> None:
    text = "import threading\na = threading.Lock(); b = threading.Lock()\ndef one():\n  with a:\n    with b: pass\n"
    text += "def two():\n  with b:\n    with a: pass\nfor f in (one, two): threading.Thread(target=f).start()\n"
    first = suspicions(text)[0]
    assert first.kind is SuspicionKind.LOCK_ORDER
    cycle = finding.Deadlock(cycle=(finding.Waiter("A", "b", State.WAIT_LOCK, line=5),))
    assert suspected.seen_in(first, ended(text, cycle)) is Seen.HAPPENED


def test_that_a_long_text_is_looked_through_by_another_process(qtbot: QtBot) -> None:
    text = RACE + "# more\n" * suspicion_reader.SMALL
    reader = SuspicionReader()
    with qtbot.waitSignal(reader.found, timeout=30_000) as told:
        reader.want(text, (), now=True)
        assert reader._process.state() is reader._process.ProcessState.NotRunning, "not before the event loop turns"
    assert told.args == [suspicions(text), text]
    reader.stop()


def test_that_only_the_newest_wish_is_answered(qtbot: QtBot) -> None:
    reader, heard = SuspicionReader(rest=0), list[str]()
    reader.found.connect(lambda _found, text: heard.append(text))
    for number in range(5):
        reader.want(RACE + f"# {number}\n", ())
    qtbot.waitUntil(lambda: bool(heard), timeout=10_000)
    assert heard == [RACE + "# 4\n"]
    reader.want("\n" * 500, ())
    reader.stop()
    qtbot.wait(0)
    assert heard == [RACE + "# 4\n"]


def test_that_many_marks_of_one_line_say_how_many_and_the_surest_first() -> None:
    (one,) = suspicions(RACE)
    surer = replace_suspicion(one, SuspicionKind.CHECK_THEN_ACT, Certainty.SURELY)
    marks = suspected.marks((one, surer), Frame(), ran=False)
    assert [mark.certainty for mark in suspected.at_line(marks, 5)] == [Certainty.SURELY, Certainty.LIKELY]


def replace_suspicion(one: Suspicion, kind: SuspicionKind, certainty: Certainty) -> Suspicion:
    return Suspicion(kind, one.name, one.places, certainty, one.doubt, one.locks, one.runners, one.own)


def test_that_note_and_hint_say_how_sure_it_is_and_why() -> None:
    (one,) = suspicions(RACE)
    assert "since 3.10" in hint(one)
    assert "work in several threads" in hint(one)
    assert note(one, Seen.HAPPENED).endswith("happened in this run")


@pytest.mark.parametrize("chosen", [True, False, None])
def test_that_the_choice_is_remembered(tmp_path, chosen: bool | None) -> None:
    memory = WindowSettings(tmp_path / "window.ini")
    memory.save(WindowLayout(suspects=chosen))
    assert WindowSettings(tmp_path / "window.ini").load((1.0,)).suspects is chosen


def test_that_marks_beyond_the_text_harm_nothing(stand: Callable[..., Code], qtbot: QtBot) -> None:
    panel = stand(Code)
    panel.view.load("x = 1\n", ())
    marks = SuspicionMarks(panel.view)
    marks.put(suspected.marks(suspicions(RACE), Frame(), ran=False), ())
    panel.view.grab()
    assert marks.tell(5) == ""
