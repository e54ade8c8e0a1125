"""Threads that do not run, by the kernel's word, where no facade says why: their lanes do not say that they run."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.analysis.spans import SpanBuilder
from engine.frame import State
from engine.protocol.records import Kind
from engine.session.session import Session
from engine.stage.stillness.system_calls import SystemCalls
from tests.engine.building import got, record, records, released, running, want

Open = Callable[..., Session]
PATIENCE = 60
LOCK, CALL = 1, 7
PROGRAM = """\
import os, subprocess, threading
reader, writer = os.pipe()
begun = threading.Barrier(2)
lock = threading.Lock()
lock.acquire()
def reads():
    begun.wait()
    os.read(reader, 1)
def waits():
    lock.acquire()
threads = [threading.Thread(target=one, name=one.__name__) for one in (reads, waits)]
for one in threads:
    one.start()
begun.wait()
subprocess.run(["sleep", "0.4"])
os.write(writer, b"x")
lock.release()
for one in threads:
    one.join()
"""


def states(*rows: tuple[int, ...]) -> list[tuple[int, State]]:
    """The spans of lane 2, in milliseconds, however the records come in batches."""
    found = []
    for size in (1, len(rows)):
        builder = SpanBuilder()
        for at in range(0, len(rows), size):
            builder.feed(records(*rows[at : at + size]))
        spans = builder.spans(2)
        found.append(
            [(int(one) // 1_000_000, State(int(state))) for one, state in zip(spans.starts, spans.states, strict=True)]
        )
    assert found[0] == found[1]
    return found[0]


def blocked(time: int) -> tuple[int, ...]:
    return record(time, 2, Kind.BLOCKED, CALL, line=8)


def moves(time: int) -> tuple[int, ...]:
    return record(time, 2, Kind.MOVES)


def test_that_a_thread_that_does_not_run_is_blocked_until_it_moves() -> None:
    assert states(*running(0, 2), blocked(50), moves(200)) == [
        (0, State.RUNNING),
        (50, State.WAIT_UNWATCHED),
        (200, State.RUNNING),
    ]


def test_that_what_the_thread_reports_itself_ends_it() -> None:
    found = states(*running(0, 2), blocked(50), want(90, 2, LOCK), got(95, 2, LOCK), moves(130))
    assert found == [
        (0, State.RUNNING),
        (50, State.WAIT_UNWATCHED),
        (90, State.WAIT_LOCK),
        (95, State.HOLDING),
    ]


def test_that_a_wait_which_is_watched_stays_what_it_is() -> None:
    """Whoever looked at the thread was overtaken by what it reported."""
    assert states(
        *running(0, 2), want(40, 2, LOCK), blocked(50), moves(80), got(90, 2, LOCK), released(95, 2, LOCK)
    ) == [
        (0, State.RUNNING),
        (40, State.WAIT_LOCK),
        (90, State.HOLDING),
        (95, State.RUNNING),
    ]


def test_that_who_holds_a_lock_is_drawn_as_that() -> None:
    found = states(*running(0, 2), got(10, 2, LOCK), blocked(50), released(90, 2, LOCK), moves(120))
    assert found == [(0, State.RUNNING), (10, State.HOLDING), (90, State.WAIT_UNWATCHED), (120, State.RUNNING)]


@pytest.mark.skipif(not SystemCalls().known, reason="the kernel does not say what a thread waits in")
def test_that_a_lane_says_in_which_function_its_thread_is_blocked(open_program: Open, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    session = open_program(program)
    session.run()
    recording = session.wait(PATIENCE).recording
    lanes = {one.name: one for one in recording.lanes}

    def of(name: str, state: State) -> list[tuple[str, int]]:
        spans = lanes[name].spans
        return [
            (recording.things[thing].name if thing in recording.things else "", place & 0xFFFFF)
            for thing, place, found in zip(spans.objects.tolist(), spans.places.tolist(), spans.states, strict=True)
            if found == state
        ]

    named = sys.version_info >= (3, 11)  # from then on it is known where in a line a thread stands
    assert of("reads", State.WAIT_UNWATCHED) == [("os.read" if named else "", 8)]
    assert of("MainThread", State.HOLDING), "a lock is held, whatever else its holder does"
    assert not of("waits", State.WAIT_UNWATCHED), "what it waits for is known"
    assert of("waits", State.WAIT_LOCK) == [("lock", 10)]
    assert all(one.cpu is not None for one in lanes.values()), "also of those that had next to nothing"
