"""Program time: slowed, stopped, set back by what a late pause cost, and waits that follow it."""

import threading
import time

import pytest

from engine.protocol.units import FASTEST, SECOND, SLOWEST
from engine.stage.control.program_clock import SLICE, Cancelled, Clock
from tests.engine.facade_kit import Working
from tests.engine.stage_kit import until


def spend(seconds: float) -> int:
    """Uses up real time; returns nanoseconds."""
    began = time.perf_counter_ns()
    threading.Event().wait(seconds)
    return time.perf_counter_ns() - began


@pytest.mark.parametrize("speed", [SLOWEST, 0.5, 1.0, FASTEST])
def test_that_program_time_runs_at_its_speed(speed: float) -> None:
    clock = Clock()
    clock.set_speed(speed)
    clock.start()
    before = clock.now()
    real = spend(0.05)
    assert real * speed * 0.999 <= clock.now() - before < (real + 0.05 * SECOND) * speed


def test_that_a_change_of_speed_makes_no_jump_and_never_goes_back() -> None:
    clock = Clock()
    times = []
    for speed in (1, 20, 0.05, 3, 1):
        times.append(clock.now())
        clock.set_speed(speed)
        times.append(clock.now())
    assert times == sorted(times)
    assert times[-1] - times[0] < 0.1 * SECOND * FASTEST


def test_that_frozen_time_stands_still_and_goes_on_where_it_stood() -> None:
    clock = Clock()
    clock.freeze()
    at = clock.now()
    spend(0.02)
    assert clock.now() == clock.moment() == at
    assert not clock.plain
    clock.thaw()
    assert at <= clock.now() < at + 0.02 * SECOND
    assert clock.plain


def test_that_time_is_held_until_the_program_begins() -> None:
    clock = Clock()
    clock.start(held=True)
    clock.set_speed(2.0)
    clock.freeze()
    clock.thaw()
    assert clock.now() == clock.now() == 0
    clock.start()
    began = clock.now()
    while clock.now() == began:
        pass
    assert clock.now() > began


def test_that_a_sleep_follows_the_speed() -> None:
    clock = Clock()
    clock.set_speed(FASTEST)
    began = time.perf_counter()
    clock.sleep(0.2)
    assert 0.01 <= time.perf_counter() - began < 0.1


def test_that_a_sleeper_is_woken_by_a_change_of_speed() -> None:
    clock = Clock()
    clock.set_speed(SLOWEST)
    sleeper = Working(clock.sleep, 1.0)  # 20 real seconds
    until(lambda: clock._sleepers)
    clock.set_speed(FASTEST)
    began = time.perf_counter()
    sleeper.result()
    assert time.perf_counter() - began < 1.0


@pytest.mark.parametrize("seconds", [-1, float("nan"), 1e30])
def test_that_a_sleep_refuses_what_the_real_one_refuses(seconds: float) -> None:
    with pytest.raises((ValueError, OverflowError)):
        Clock().sleep(seconds)


def test_that_an_attempt_succeeds_gives_up_or_finds_the_door_open() -> None:
    clock, lock = Clock(), threading.Lock()
    take = lambda seconds: lock.acquire(timeout=seconds)  # noqa: E731  # what a facade hands over
    assert clock.attempt(take, None, lambda: False) is True
    assert clock.attempt(take, 0, lambda: False) is False
    before = clock.now()
    assert clock.attempt(take, 0.05, lambda: False) is False
    assert clock.now() - before >= 0.05 * SECOND
    assert clock.attempt(take, None, lambda: True) is None


def test_that_an_attempt_looks_at_the_door_each_slice() -> None:
    clock, lock = Clock(), threading.Lock()
    lock.acquire()
    door = threading.Event()
    waiter = Working(clock.attempt, lambda seconds: lock.acquire(timeout=seconds), None, door.is_set)
    began = time.perf_counter()
    door.set()
    assert waiter.result() is None
    assert time.perf_counter() - began < 3 * SLICE


def test_that_a_cancelled_clock_ends_sleeps_and_waits() -> None:
    clock, lock = Clock(), threading.Lock()
    lock.acquire()
    sleeper = Working(clock.sleep, 60)
    waiter = Working(clock.attempt, lambda seconds: lock.acquire(timeout=seconds), None, lambda: False)
    until(lambda: clock._sleepers)
    clock.cancel()
    for thread in (sleeper, waiter):
        with pytest.raises(Cancelled):
            thread.result()


def test_that_a_crowded_clock_holds_reports_back_and_says_how_long() -> None:
    clock = Clock()
    clock.set_crowded(True)
    assert not clock.plain
    report = Working(clock.moment)
    spend(0.02)
    assert report.is_alive()
    clock.set_crowded(False)
    report.result()
    assert clock.held_back >= 0.01 * SECOND
    assert clock.plain
