"""Losses of real runs add up: nothing is called lost that was kept."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.frame import Ended, FindingKind, Frame
from engine.scenarios import catalogue
from engine.session.session import Session

STARTED_MEANWHILE = """\
import threading

counter = 0
lock = threading.Lock()
written, started = threading.Event(), threading.Event()


def first():
    global counter
    with lock:
        counter += 1
        written.set()
        started.wait()


def second():
    global counter
    with lock:
        counter += 1


one, two = threading.Thread(target=first), threading.Thread(target=second)
one.start()
written.wait()
two.start()
started.set()
one.join()
two.join()
"""

STALE_WRITE = """\
import threading

counter = 0
lock = threading.Lock()
has_read, has_written = threading.Event(), threading.Event()


def slow():
    global counter
    with lock:
        seen = counter
        has_read.set()
        has_written.wait()
        counter = seen + 1


def quick():
    global counter
    has_read.wait()
    for _ in range(5):
        with lock:
            counter += 1
    has_written.set()


crew = [threading.Thread(target=slow, name="Slow"), threading.Thread(target=quick, name="Quick")]
for thread in crew:
    thread.start()
for thread in crew:
    thread.join()
"""


@pytest.fixture
def run(tmp_path: Path) -> Iterator[object]:
    sessions = []

    def run_(text: str, on: bool) -> Frame:
        path = tmp_path / "program.py"
        path.write_text(text)
        scenario = dataclasses.replace(catalogue.from_file(path), watch="counter", counted_by="lock")
        session = Session(scenario)
        sessions.append(session)
        session.switch("lock", on)
        session.run()
        frame = session.wait(20)
        assert frame.run.ended is Ended.FINISHED, frame.run.trouble
        return frame

    yield run_
    for session in sessions:
        session.close()


def test_that_a_thread_started_between_a_write_and_its_report_makes_no_loss(run) -> None:
    frame = run(STARTED_MEANWHILE, True)
    assert frame.recording.value.values.tolist()[-1] == frame.recording.value.expected.tolist()[-1] == 2
    assert len(frame.recording.losses.times) == 0
    assert FindingKind.LOST_UPDATE not in {finding.kind for finding in frame.result.findings}


def test_that_one_stale_write_tramples_all_that_was_written_meanwhile(run) -> None:
    frame = run(STALE_WRITE, False)
    assert (frame.recording.value.values[-1], frame.recording.value.expected[-1]) == (1, 6)
    assert len(frame.recording.losses.times) == 5
    names = {lane.id: lane.name for lane in frame.recording.lanes}
    assert {names[thread] for thread in frame.recording.losses.threads.tolist()} == {"Slow"}
