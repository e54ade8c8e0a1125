"""Processor time: what the stage samples of threads and tasks, and what the window makes of it."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.analysis.measurement import CpuBuilder
from engine.analysis.trace import DTYPE
from engine.frame import Frame, Lane
from engine.protocol.records import Kind
from engine.session.session import Session
from engine.stage.control.program_clock import Clock
from engine.stage.recording.channel import Channel
from engine.stage.recording.cpu_time import SHARE, CpuTimeMeter, had_by
from tests.engine.stage_kit import PATIENCE, until

linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's figures of Linux")
NS = 1_000_000_000


def records(*rows: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Records of kind CPU and their words; of each lane, time and value."""
    made = np.zeros(len(rows), DTYPE)
    made["kind"] = Kind.CPU
    for row, (lane, when, value) in enumerate(rows):
        made["thread"][row], made["time"][row], made["value"][row] = lane, when, value
    return made, np.full(len(rows), Kind.CPU, np.uint16)


def test_that_samples_are_put_together_by_lane_from_its_beginning_on() -> None:
    builder = CpuBuilder({1: 0, 2: 50}.get)
    builder.feed(*records((1, 100, 60), (2, 100, 40), (1, 200, 160)))
    cpu = builder.cpu(1)
    assert cpu is not None
    assert (cpu.times.tolist(), cpu.used.tolist()) == ([0, 100, 200], [0, 60, 160])
    assert builder.cpu(1) is cpu
    assert builder.changed == {1, 2}
    other = builder.cpu(2)
    assert other is not None
    assert (other.times.tolist(), other.used.tolist()) == ([50, 100], [0, 40])
    assert builder.cpu(3) is None
    builder.feed(*records((1, 300, 200)))
    assert cpu.times.tolist() == [0, 100, 200]
    later = builder.cpu(1)
    assert later is not None
    assert later.times.tolist() == [0, 100, 200, 300]


def test_that_samples_of_many_lanes_at_once_say_the_same_as_one_after_the_other() -> None:
    chance = np.random.default_rng(3)
    rows = [
        (int(chance.integers(1, 60)), int(chance.integers(0, 900)), int(chance.integers(0, 500))) for _ in range(400)
    ]
    began = {lane: 10 * lane for lane in range(1, 40)}
    together, alone = CpuBuilder(began.get), CpuBuilder(began.get)
    had = dict.fromkeys(range(60), 0)
    for batch in (rows[:150], rows[150:]):
        together.feed(*records(*batch))
        for lane, used in zip(together.risen.lanes.tolist(), together.risen.used.tolist(), strict=True):
            had[lane] += used
        assert (together.risen.begins <= together.risen.ends).all()
    for row in rows:
        alone.feed(*records(row))
    for lane in {row[0] for row in rows}:
        one, other = together.cpu(lane), alone.cpu(lane)
        assert one is not None
        assert other is not None
        assert one.times.tolist() == other.times.tolist()
        assert one.used.tolist() == other.used.tolist()
        assert had[lane] == one.used[-1] - one.used[0], "what rose adds up to what it had since its first point"
    together.feed(*records())
    assert not len(together.risen.lanes)


def test_that_time_is_never_taken_back() -> None:
    builder = CpuBuilder(lambda _lane: None)
    builder.feed(*records((1, 100, 60), (1, 90, 50), (1, 120, 70)))
    cpu = builder.cpu(1)
    assert cpu is not None
    assert (cpu.times.tolist(), cpu.used.tolist()) == ([100, 100, 120], [60, 60, 70])


@linux
def test_that_the_kernel_is_asked_for_another_thread_and_says_nothing_of_one_that_ended() -> None:
    told: list[int] = []
    go, stop = threading.Event(), threading.Event()

    def work() -> None:
        while time.thread_time_ns() < 20_000_000:
            pass
        told.append(time.thread_time_ns())
        go.set()
        stop.wait(PATIENCE)

    thread = threading.Thread(target=work)
    thread.start()
    go.wait(PATIENCE)
    native = thread.native_id or 0
    had = had_by(native)
    assert had is not None
    assert told[0] <= had < told[0] + 20_000_000
    stop.set()
    thread.join()
    until(lambda: had_by(native) is None)


BUSY = """
import threading, time

def busy(seconds):
    begin = time.thread_time()
    while time.thread_time() - begin < seconds:
        pass

def lazy():
    time.sleep(0.3)

threads = [threading.Thread(target=busy, args=(0.2,), name="busy"), threading.Thread(target=lazy, name="lazy")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def lane(frame: Frame, name: str) -> Lane:
    return next(lane for lane in frame.recording.lanes if lane.name == name)


def ran(open_program: Callable[..., Session], path: Path, text: str, speed: float = 1.0) -> Frame:
    path.write_text(text, "utf-8")
    session = open_program(path)
    session.set_speed(speed)
    session.run()
    return session.wait(PATIENCE)


@linux
@pytest.mark.parametrize("speed", [1.0, 10.0])
def test_that_each_thread_has_the_time_that_it_really_had_in_program_time(
    open_program: Callable[..., Session], tmp_path: Path, speed: float
) -> None:
    frame = ran(open_program, tmp_path / "busy.py", BUSY, speed)
    busy, lazy = lane(frame, "busy").cpu, lane(frame, "lazy").cpu
    assert busy is not None
    assert lazy is not None
    assert 0.2 * speed * NS <= busy.used[-1] < 0.25 * speed * NS
    assert lazy.used[-1] < 0.03 * speed * NS
    assert len(busy.times) > 3
    passed = busy.times[-1] - busy.times[0]
    assert busy.used[-1] - busy.used[0] <= passed * 1.2 + 2_000_000 * speed, "more than a core can give"


@linux
def test_that_a_stage_which_waited_long_for_its_program_begins_at_zero(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    (tmp_path / "short.py").write_text("print('here')\n", "utf-8")
    session = open_program(tmp_path / "short.py")
    until(lambda: session.pump().run.interpreter.version)
    end = time.monotonic() + 0.5  # the stage waits so long
    until(lambda: time.monotonic() > end)
    for _ in range(3):
        session.run()
        frame = session.wait(PATIENCE)
        assert frame.recording.lanes[0].began is not None
        assert frame.recording.lanes[0].began < 0.1
        assert frame.run.now < 0.45


@linux
def test_that_a_task_of_asyncio_has_the_time_of_its_own_steps(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    text = """
import asyncio, time

async def work(seconds):
    for _ in range(2):
        begin = time.thread_time()
        while time.thread_time() - begin < seconds:
            pass
        await asyncio.sleep(0.01)

async def main():
    await asyncio.gather(work(0.06), work(0.03))

asyncio.run(main())
"""
    frame = ran(open_program, tmp_path / "tasks.py", text)
    for name, seconds in (("work(0.06)", 0.12), ("work(0.03)", 0.06), ("main()", 0.0)):
        cpu = lane(frame, name).cpu
        assert cpu is not None
        assert seconds * NS <= cpu.used[-1] < (seconds + 0.02) * NS
    thread = lane(frame, "MainThread").cpu
    assert thread is not None
    assert thread.used[-1] >= 0.14 * NS


@linux
def test_that_looking_at_sixteen_threads_costs_little() -> None:
    clock = Clock()
    processor = CpuTimeMeter(Channel(lambda _data: None, clock.now), clock)
    processor.begin()
    stop = threading.Event()
    threads = [threading.Thread(target=stop.wait, args=(PATIENCE,)) for _ in range(16)]
    for thread in threads:
        thread.start()
    lanes = {thread.ident or 0: number for number, thread in enumerate(threads, 2)}
    costs = []
    for _ in range(200):
        processor._next_look = 0
        began = time.thread_time_ns()
        processor.look(lanes)
        costs.append(time.thread_time_ns() - began)
    stop.set()
    for thread in threads:
        thread.join()
    assert sorted(costs)[100] < 40_000_000 / SHARE
