"""Programs on the window's thread, on another one of its process, in another process: what becomes of frames."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.frame import Ended, FindingKind, Frame, Phase
from engine.scenarios import catalogue
from engine.session.session import Session
from engine.words.findings import sentence
from engine.words.troubles import title
from tests.engine.stage_kit import PATIENCE

PROGRAM = """
import os, threading, time
WHERE = "process"  # window | thread | process
SECONDS = 0.4  # 0..5 s
here = os.getpid(), threading.get_ident()
end = time.perf_counter() + SECONDS
while time.perf_counter() < end:
    sum(range(2000))
print(*here)
"""


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Callable[..., Session]]:
    """Opens a scenario of this text; its knob WHERE says where it runs."""
    sessions: list[Session] = []
    threads = set(threading.enumerate())

    def open_(text: str = PROGRAM) -> Session:
        folder = tmp_path / f"scenario{len(sessions)}"
        folder.mkdir()
        (folder / "program.py").write_text(text, "utf-8")
        (folder / "scenario.toml").write_text('runs_in = "WHERE"\n', "utf-8")
        scenario = catalogue.read(folder)
        assert not scenario.error
        sessions.append(Session(scenario))
        return sessions[-1]

    yield open_
    for one in sessions:
        one.close()
    assert [thread for thread in set(threading.enumerate()) - threads if thread.is_alive()] == []


def ran(session: Session, where: str) -> Frame:
    assert session.set_knob("WHERE", where) is None
    session.run()
    return session.wait(PATIENCE)


def place(frame: Frame) -> list[int]:
    return [int(word) for word in frame.recording.output[0].text.split()]


def worst(frame: Frame) -> float:
    """Seconds."""
    assert frame.recording.intervals is not None
    return int(frame.recording.intervals.values.max()) / 1e9


def test_that_a_program_on_the_window_s_thread_freezes_it_and_is_told(session: Callable[..., Session]) -> None:
    one = session()
    frame = ran(one, "window")
    assert frame.run.ended is Ended.FINISHED
    assert place(frame) == [os.getpid(), threading.get_ident()]
    (finding,) = [found for found in frame.result.findings if found.kind is FindingKind.WINDOW_FROZEN]
    assert 0.4 <= worst(frame) < 2
    assert sentence(finding) == f"The window drew nothing for {worst(frame):.1f} s: the work ran on its own thread."
    assert [found["kind"] for found in one.summary()["findings"]] == ["window-frozen"]


def test_that_two_frames_say_that_it_starts_before_the_window_works(session: Callable[..., Session]) -> None:
    one = session()
    one.set_knob("WHERE", "window")
    one.run()
    assert [one.pump().run.phase, one.pump().run.phase] == [Phase.STARTING, Phase.STARTING]
    assert one.pump().run.phase is not Phase.STARTING


def test_that_elsewhere_the_frames_go_on(session: Callable[..., Session]) -> None:
    one = session()
    frame = ran(one, "thread")
    pid, ident = place(frame)
    assert pid == os.getpid()
    assert ident != threading.get_ident()
    assert frame.result.findings == ()
    frame = ran(one, "process")
    assert place(frame)[0] != os.getpid()
    assert frame.result.findings == ()
    assert frame.recording.intervals is not None
    assert len(frame.recording.intervals.times) > 10
    assert (frame.recording.intervals.times[1:] >= frame.recording.intervals.times[:-1]).all()


def test_that_the_longest_gap_of_each_choice_is_kept_while_the_scenario_stays_open(
    session: Callable[..., Session],
) -> None:
    one = session()
    ran(one, "window")
    frame = ran(one, "thread")
    assert [part.name for part in frame.recording.parts] == ["window", "thread"]
    values = [part.value or 0.0 for part in frame.recording.parts]
    assert values[0] >= 400
    assert values[1] == pytest.approx(worst(frame) * 1000)
    again = ran(one, "window")
    assert [part.name for part in again.recording.parts] == ["thread", "window"]
    assert all(part.lane == 0 for part in again.recording.parts)
    assert one._scenario is not None
    one.open(one._scenario)
    assert one.frame.recording.parts == ()
    assert one.frame.recording.intervals is not None
    assert len(one.frame.recording.intervals.times) == 0


def test_that_stop_ends_a_busy_loop_on_a_worker_thread(session: Callable[..., Session]) -> None:
    one = session('WHERE = "thread"  # window | thread | process\nwhile True:\n    pass\n')
    one.run()
    while one.pump().run.phase is Phase.STARTING:
        pass
    one.stop()
    assert one.wait(PATIENCE).run.ended is Ended.STOPPED


def test_that_stop_before_the_window_works_keeps_it_from_that(session: Callable[..., Session]) -> None:
    one = session('WHERE = "window"  # window | thread | process\nprint("ran")\n')
    one.run()
    assert one._run is not None
    one._run.host.kill()
    frame = one.wait(PATIENCE)
    assert len(frame.recording.output) == 0
    assert frame.run.phase is Phase.ENDED


def test_that_a_program_on_the_window_s_thread_may_report_more_than_anybody_reads(
    session: Callable[..., Session],
) -> None:
    """Whoever reports too much waits for the window to read; here it would wait for itself."""
    text = """
import threading
WHERE = "window"  # window | thread | process
lock = threading.Lock()
for _ in range(150_000):
    with lock:
        pass
"""
    frame = ran(session(text), "window")
    assert frame.run.ended is Ended.FINISHED
    assert frame.recording.records >= 300_000
    assert frame.recording.dropped == 0


def test_that_an_exception_on_the_window_s_thread_ends_the_program_only(session: Callable[..., Session]) -> None:
    frame = ran(session('WHERE = "window"  # window | thread | process\nraise SystemError("no")\n'), "window")
    assert frame.run.ended is Ended.DIED
    assert frame.run.trouble is not None
    assert title(frame.run.trouble) == "SystemError: no"


def test_that_no_other_scenario_measures_gaps(open_program: Callable[..., Session]) -> None:
    one = open_program("sleeps")
    one.run()
    frame = one.wait(PATIENCE)
    assert frame.recording.intervals is None
    assert frame.recording.parts == ()
