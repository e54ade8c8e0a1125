"""The facade of time: program time for sleeping and for clocks."""

from __future__ import annotations

import copy
import pickle
import time

import pytest

from engine.protocol.records import Kind
from engine.protocol.units import SECOND
from engine.stage.control.program_clock import Cancelled
from tests.engine.facade_kit import Stage, Working, raised

CLOCKS = ("time", "monotonic", "perf_counter")


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_sleep_reports_how_long_it_was_asked_for_and_when_it_ended(stage: Stage) -> None:
    stage.run("import time\ntime.sleep(0.02)\n")
    sleep, slept = stage.records()
    assert (sleep.kind, sleep.value, sleep.line) == (Kind.SLEEP, 20_000_000, 2)
    assert (slept.kind, slept.line) == (Kind.SLEPT, 2)
    assert slept.time - sleep.time >= 20_000_000


def test_a_sleep_of_nothing_is_reported_too(stage: Stage) -> None:
    stage.run("from time import sleep\nsleep(0)\n")
    assert [(record.kind, record.value) for record in stage.records()] == [(Kind.SLEEP, 0), (Kind.SLEPT, 0)]


@pytest.mark.parametrize("name", CLOCKS)
def test_clocks_and_sleeps_run_at_the_speed_of_the_program(stage: Stage, name: str) -> None:
    stage.context.clock.set_speed(20)
    own = stage.module("time")
    real = time.perf_counter()
    began = getattr(own, name)()
    own.sleep(2)
    took = getattr(own, name)() - began
    assert 2 <= took < 20
    assert time.perf_counter() - real < 2


def test_a_sleep_ends_in_time_when_the_speed_changes_in_the_middle(stage: Stage) -> None:
    clock = stage.context.clock
    clock.set_speed(0.05)
    sleeper = Working(stage.module("time").sleep, 2)
    stage.wait_for(Kind.SLEEP)
    clock.set_speed(20)
    sleeper.result()
    sleep, slept = stage.records(Kind.SLEEP, Kind.SLEPT)
    assert 2 * SECOND <= slept.time - sleep.time < 20 * SECOND


@pytest.mark.parametrize("name", CLOCKS)
def test_clocks_stand_still_while_program_time_does(stage: Stage, name: str) -> None:
    own = stage.module("time")
    before = getattr(own, f"{name}_ns")()
    stage.context.clock.freeze()
    first, second = getattr(own, f"{name}_ns")(), getattr(own, f"{name}_ns")()
    assert before <= first == second


@pytest.mark.parametrize("name", CLOCKS)
def test_clocks_start_from_what_the_real_ones_show(stage: Stage, name: str) -> None:
    own = stage.module("time")
    before = getattr(time, name)()
    shown = getattr(own, name)()
    assert before - 0.01 <= shown <= getattr(time, name)() + 0.01
    assert isinstance(shown, float)
    assert isinstance(getattr(own, f"{name}_ns")(), int)


def test_a_stopped_run_ends_a_sleep_that_goes_on_and_one_that_begins_later(stage: Stage) -> None:
    own = stage.module("time")
    sleeper = Working(own.sleep, 3600)
    stage.wait_for(Kind.SLEEP)
    stage.context.clock.cancel()
    with pytest.raises(Cancelled):
        sleeper.result()
    with pytest.raises(Cancelled):
        Working(own.sleep, 3600).result()


@pytest.mark.parametrize("argument", [-1, "long", None, float("nan"), float("inf"), 1e30, [], object()])
def test_a_sleep_that_the_real_one_refuses_is_refused_alike_and_not_reported(stage: Stage, argument: object) -> None:
    assert raised(stage.module("time").sleep, argument) == raised(time.sleep, argument)
    assert stage.records() == []


def test_wrong_arguments_raise_what_the_real_functions_raise(stage: Stage) -> None:
    own = stage.module("time")
    for name in ("sleep", "time", "perf_counter_ns"):
        assert raised(getattr(own, name), 1, 2) == raised(getattr(time, name), 1, 2)
        assert raised(getattr(own, name), nothing=1) == raised(getattr(time, name), nothing=1)
    assert raised(own.sleep) == raised(time.sleep)


def test_a_number_of_any_kind_is_slept(stage: Stage) -> None:
    class Index:
        def __index__(self) -> int:
            return 0

    for number in (False, 0.0, Index()):
        stage.module("time").sleep(number)
    assert len(stage.records(Kind.SLEPT)) == 3


def test_a_clock_kept_in_a_class_becomes_no_method(stage: Stage) -> None:
    text = """
import time
class Stopwatch:
    clock = time.perf_counter
    rest = time.sleep
watch = Stopwatch()
watch.rest(0)
shown = watch.clock()
"""
    assert isinstance(stage.run(text)["shown"], float)


def test_sleep_can_be_pickled_for_another_process_and_copied_here(stage: Stage) -> None:
    own = stage.module("time").sleep
    assert pickle.loads(pickle.dumps(own)) is time.sleep
    assert copy.deepcopy([own])[0] is own
    assert (own.__name__, repr(own)) == ("sleep", repr(time.sleep))


def test_everything_else_is_the_real_one_also_with_a_star(stage: Stage) -> None:
    space = stage.run("from time import *\nimport time\nyear = localtime().tm_year\nsleep(0)\n")
    assert space["year"] >= 2024
    assert space["strftime"] is time.strftime
    assert space["time"].process_time is time.process_time
    assert len(stage.records(Kind.SLEPT)) == 1
