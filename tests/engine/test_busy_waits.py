"""A thread that uses a processor for asking again and again is told; one that computes, sleeps or is brief is not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.analysis.run_model import RunModel
from engine.findings.sharing.busy_waits import BusyWaits
from engine.frame.finding import BusyWait
from engine.protocol.records import Kind
from engine.session.session import Session
from engine.static_analysis.busy_loops import busy_loops
from engine.words.findings import cure, sentence
from tests.engine.building import named, record, records, running
from tests.pythons import pythons

Open = Callable[..., Session]
PROGRAM = """
import threading
import time

ready = False


def wait_for_flag():
    while not ready:
        pass


def compute(seconds):
    began = time.thread_time()
    while time.thread_time() - began < seconds:
        sum(range(1000))


waiter = threading.Thread(target=wait_for_flag, name="waiter")
waiter.start()
compute(0.3)
ready = True
waiter.join()
"""
BUSY = {
    "a flag": "while not ready:\n    pass",
    "an attribute": "while self.state != 'done':\n    continue",
    "an event": "while not event.is_set():\n    pass",
    "a thread": "while any(one.is_alive() for one in threads):\n    pass",
    "a queue": "while True:\n    if not box.empty():\n        break",
    "a queue that is tried": "while True:\n try:\n  x = box.get_nowait()\n  break\n except Empty:\n  pass",
    "it only gives way": "while not ready:\n    time.sleep(0)",
}
AT_WORK = {
    "it sleeps": "while not ready:\n    time.sleep(0.01)",
    "it waits with a time-out": "while not event.wait(0.1):\n    pass",
    "it computes": "while not stop:\n    sum(range(50))",
    "it counts": "while n < 3000000:\n    n += 1",
    "it is some time": "while time.perf_counter() < end:\n    pass",
    "it takes what comes": "while True:\n    try:\n        work(box.get_nowait())\n    except Empty:\n        break",
    "it reads": "while (line := file.readline()):\n    pass",
    "it waits for a place": "while not lock.acquire(timeout=1):\n    pass",
    "it never ends, and asks nothing": "while True:\n    pass",
}


@pytest.mark.parametrize("executable", pythons()[-2:])
def test_that_a_thread_that_only_asks_is_told_with_what_it_used(
    open_program: Open, tmp_path: Path, executable: str
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    session = open_program(program, executable=executable)
    session.run()
    found = [one for one in session.wait(120).result.findings if isinstance(one, BusyWait)]
    assert [(one.who, one.line, one.asks) for one in found] == [("waiter", 9, "not ready")]
    assert 0 < found[0].used <= found[0].seconds
    assert "line 9" in sentence(found[0])
    assert "threading.Event()" in cure(found[0])


@pytest.mark.parametrize("name", BUSY)
def test_that_a_loop_that_only_asks_is_known(name: str) -> None:
    (loop,) = busy_loops(BUSY[name])
    assert (loop.first, loop.last) == (1, len(BUSY[name].split("\n")))


@pytest.mark.parametrize("name", AT_WORK)
def test_that_a_loop_that_does_something_is_none(name: str) -> None:
    assert busy_loops(AT_WORK[name]) == ()


def model(used: int, line: int) -> RunModel:
    """A thread was seen in a line for 100 ms, and used so many milliseconds."""
    made = RunModel()
    made.texts = {"": PROGRAM}
    made.note(named({1: "MainThread", 2: "waiter"}))
    made.feed(records(*running(0, 1, 2), record(10, 2, Kind.LINE, line=line)))
    made.feed(records(record(10, 2, Kind.CPU, value=0), record(110, 2, Kind.CPU, value=used * 1_000_000)))
    made.feed(records(record(110, 2, Kind.LINE, line=20)))
    return made


def test_that_a_brief_one_and_one_elsewhere_are_not_worth_a_word() -> None:
    assert [one.kind.value for one in BusyWaits().find(model(90, 9))] == ["busy-wait"]
    assert list(BusyWaits().find(model(20, 9))) == []
    assert list(BusyWaits().find(model(90, 15))) == []


def test_that_it_is_followed_while_it_lasts() -> None:
    made, rule = model(90, 9), BusyWaits()
    assert len(rule.find(made)) == 1
    made.feed(records(record(200, 2, Kind.LINE, line=9), record(300, 2, Kind.CPU, value=190_000_000)))
    (found,) = rule.find(made)
    assert isinstance(found, BusyWait)
    assert (found.seconds, found.used, found.until) == (0.2, 0.14, 0.0)
