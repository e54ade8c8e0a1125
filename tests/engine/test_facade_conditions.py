"""The facade's conditions, events and barriers: what they report, and that they can be switched off."""

from __future__ import annotations

import threading
import time

import pytest

from engine.protocol.messages import ThingFact
from engine.protocol.records import Flag, Kind
from engine.stage.control.program_clock import Cancelled
from tests.engine.stage_kit import Run, raised, until


@pytest.fixture
def run() -> Run:
    return Run()


def words(run: Run, prefix: str) -> list[str]:
    """The story of one family of kinds."""
    return [word for word in run.story() if word.startswith(prefix)]


# conditions


@pytest.mark.parametrize("lock", ["", "threading.Lock()", "threading.RLock()"])
def test_a_wait_gives_the_lock_up_and_takes_it_again_after_it_was_woken(run: Run, lock: str) -> None:
    condition = run.make(f"threading.Condition({lock})")

    def wait() -> None:
        with condition:
            assert condition.wait()

    thread = run.start(wait)
    until(lambda: run.has(Kind.CONDITION_WAIT))
    with condition:
        condition.notify()
        until(lambda: run.has(Kind.CONDITION_WOKEN))
    thread.join()
    lane = [word for word, record in zip(run.story(), _told(run)) if record.thread == 2]
    assert [word for word in lane if word != "LOCK_WANT"] == [
        "LOCK_GOT", "LOCK_RELEASED", "CONDITION_WAIT", "CONDITION_WOKEN", "LOCK_GOT", "LOCK_RELEASED"
    ]  # fmt: skip
    assert [r.value for r in run.records(Kind.CONDITION_NOTIFIED)] == [1]
    assert words(run, "CONDITION") == ["CONDITION_WAIT", "CONDITION_NOTIFIED", "CONDITION_WOKEN"]


def _told(run: Run) -> list:
    return [r for r in run.records() if not r.kind.name.startswith(("THREAD", "JOIN", "MAIN"))]


@pytest.mark.parametrize("lock", [threading.Lock, threading.RLock])
def test_a_condition_works_with_a_real_lock(run: Run, lock: type) -> None:
    condition = run.threading.Condition(lock())
    woken: list[bool] = []

    def wait() -> None:
        with condition:
            woken.append(condition.wait(20))

    thread = run.start(wait)
    until(lambda: run.has(Kind.CONDITION_WAIT))
    with condition:
        condition.notify_all()
    thread.join()
    assert woken == [True]
    assert words(run, "LOCK") == []


def test_a_condition_without_a_lock_makes_one_named_after_itself_that_is_no_second_switch(run: Run) -> None:
    run.make("threading.Condition()")
    assert [(f.type, f.name, f.switch) for f in run.facts(ThingFact)] == [
        ("Condition", "it", True),
        ("RLock", "it (RLock)", False),
    ]


def test_a_nested_rlock_is_given_up_completely_and_got_back_as_deep(run: Run) -> None:
    lock = run.make("threading.RLock()")
    condition = run.threading.Condition(lock)
    with lock, lock:
        assert condition.wait(0.01) is False
        assert lock._recursion_count() == 2
    assert "unlocked" in repr(lock)
    assert words(run, "CONDITION") == ["CONDITION_WAIT TIMED", "CONDITION_GAVE_UP"]


def test_a_condition_that_is_off_returns_at_once_and_lets_the_others_have_the_lock(run: Run) -> None:
    run.program(
        "import threading\ncondition = threading.Condition()\nready = False\ndef prepare():\n    global ready\n"
        "    with condition:\n        ready = True\n"
        "t = threading.Thread(target=prepare)\n"
        "with condition:\n    t.start()\n    while not ready:\n        assert condition.wait()\nt.join()\n",
        off=["condition"],
    )
    assert run.outcome.ended == "finished"
    assert words(run, "CONDITION")[:2] == ["CONDITION_WAIT OFF", "CONDITION_WOKEN OFF"]


def test_turning_a_condition_off_wakes_who_waits_and_wait_for_tells_what_is_so(run: Run) -> None:
    condition = run.make("threading.Condition()")
    found: list[object] = []

    def wait() -> None:
        with condition:
            found.append(condition.wait())
            found.append(condition.wait_for(lambda: ""))

    thread = run.start(wait)
    until(lambda: run.has(Kind.CONDITION_WAIT))
    run.switch("it", False)
    thread.join()
    assert found == [True, ""]
    assert words(run, "CONDITION")[:2] == ["CONDITION_WAIT", "CONDITION_WOKEN OFF"]
    assert len(condition._waiters) == 0


def test_a_condition_works_while_its_lock_is_off(run: Run) -> None:
    for type_ in ("Lock", "RLock"):
        lock = run.make(f"threading.{type_}()")
        condition = run.threading.Condition(lock)
        run.switch("it", False)
        with condition:
            assert condition.wait(0.01) is False
            condition.notify()
        run.switch("it", True)
        assert "unlocked" in repr(lock)
        assert lock._stage_passes.any == 0


def test_wait_for_ends_when_program_time_is_up(run: Run) -> None:
    condition = run.make("threading.Condition()")
    run.context.clock.set_speed(20)
    began = time.monotonic()
    with condition:
        assert condition.wait_for(lambda: False, timeout=4) is False
    assert time.monotonic() - began < 2


def test_waiting_or_notifying_without_the_lock_raises_as_the_real_one_and_reports_nothing(run: Run) -> None:
    ours, real = run.make("threading.Condition()"), threading.Condition()
    assert raised(ours.wait) == raised(real.wait)
    assert raised(ours.notify) == raised(real.notify)
    with ours, real:
        for bad in ("x", 1e100):
            assert raised(lambda bad=bad: ours.wait(bad)) == raised(lambda bad=bad: real.wait(bad))
    assert words(run, "CONDITION") == []


# events


def test_an_event_reports_a_wait_only_when_it_has_to_wait(run: Run) -> None:
    event = run.make("threading.Event()")
    thread = run.start(event.wait)
    until(lambda: run.has(Kind.EVENT_WAIT))
    event.set()
    thread.join()
    event.wait()
    event.clear()
    assert event.wait(0) is False
    assert event.wait(0.01) is False
    assert run.story("it") == [
        "EVENT_WAIT", "EVENT_SET", "EVENT_PASSED", "EVENT_PASSED", "EVENT_CLEARED",
        "EVENT_GAVE_UP", "EVENT_WAIT TIMED", "EVENT_GAVE_UP",
    ]  # fmt: skip


def test_an_event_set_and_cleared_at_once_still_wakes_who_waited(run: Run) -> None:
    event = run.make("threading.Event()")
    found: list[bool] = []
    for turn in range(30):
        threads = [run.start(lambda: found.append(event.wait(20))) for _ in range(3)]
        until(lambda turn=turn: run.has(Kind.EVENT_WAIT, 3 * turn + 3))
        event.set()
        event.clear()
        for thread in threads:
            thread.join()
    assert found == [True] * 90


def test_an_event_that_is_off_lets_everybody_pass(run: Run) -> None:
    event = run.make("threading.Event()")
    found: list[bool] = []
    thread = run.start(lambda: found.append(event.wait()))
    until(lambda: run.has(Kind.EVENT_WAIT))
    began = time.monotonic()
    run.switch("it", False)
    thread.join()
    assert time.monotonic() - began < 5
    assert event.wait() is True
    assert found == [True]
    assert not event.is_set()
    run.switch("it", True)
    assert event.wait(0) is False
    assert run.story("it") == [
        "EVENT_WAIT", "SWITCHED", "EVENT_PASSED OFF", "EVENT_PASSED OFF", "SWITCHED", "EVENT_GAVE_UP"
    ]  # fmt: skip


def test_an_events_time_out_ends_when_program_time_is_up(run: Run) -> None:
    event = run.make("threading.Event()")
    run.context.clock.set_speed(20)
    began = time.monotonic()
    assert event.wait(4) is False
    assert time.monotonic() - began < 2


# barriers


def test_a_barrier_reports_who_waits_and_that_all_pass(run: Run) -> None:
    barrier = run.make("threading.Barrier(3)")
    places: list[int] = []
    threads = [run.start(lambda: places.append(barrier.wait())) for _ in range(2)]
    until(lambda: run.has(Kind.BARRIER_WAIT, 2))
    places.append(barrier.wait())
    for thread in threads:
        thread.join()
    assert sorted(places) == [0, 1, 2]
    assert run.story("it") == ["BARRIER_WAIT"] * 2 + ["BARRIER_PASSED"] * 3


def test_a_barrier_whose_time_is_up_breaks_for_all(run: Run) -> None:
    barrier = run.make("threading.Barrier(3)")
    thread = run.start(lambda: raised(barrier.wait))
    until(lambda: run.has(Kind.BARRIER_WAIT))
    assert raised(lambda: barrier.wait(0.01))[0] is threading.BrokenBarrierError
    thread.join()
    assert raised(barrier.wait)[0] is threading.BrokenBarrierError
    assert run.story("it") == ["BARRIER_WAIT", "BARRIER_WAIT TIMED"] + ["BARRIER_BROKEN"] * 3


def test_a_barrier_whose_action_fails_breaks(run: Run) -> None:
    barrier = run.threading.Barrier(1, action=lambda: 1 / 0)
    assert raised(barrier.wait)[0] is ZeroDivisionError
    assert barrier.broken
    assert words(run, "BARRIER") == ["BARRIER_BROKEN"]


def test_a_barrier_that_is_off_holds_nobody_back_and_works_again_when_on(run: Run) -> None:
    barrier = run.make("threading.Barrier(2)")
    thread = run.start(barrier.wait)
    until(lambda: run.has(Kind.BARRIER_WAIT))
    run.switch("it", False)
    thread.join()
    assert [barrier.wait(), barrier.wait(), barrier.wait()] == [0, 1, 0]
    run.switch("it", True)
    thread = run.start(barrier.wait)
    until(lambda: run.has(Kind.BARRIER_WAIT, 2))
    barrier.wait()
    thread.join()
    assert run.complaints == []
    assert [r.flags for r in run.records(Kind.BARRIER_PASSED)] == [Flag.OFF] * 4 + [Flag(0)] * 2


@pytest.mark.parametrize("wait", ["Condition()", "Event()", "Barrier(2)", "Semaphore(0)"])
def test_a_stopped_run_raises_cancelled_in_every_wait(run: Run, wait: str) -> None:
    thing = run.make(f"threading.{wait}")
    seen: list[type[BaseException]] = []

    def work() -> None:
        try:
            if hasattr(thing, "notify"):
                with thing:
                    thing.wait()
            else:
                (getattr(thing, "wait", None) or thing.acquire)()
        except BaseException as error:
            seen.append(type(error))
            raise

    thread = run.start(work)
    until(lambda: run.has(Kind.CONDITION_WAIT) or any("WAIT" in w or "WANT" in w for w in run.story("it")))
    run.context.clock.cancel()
    threading.Thread.join(thread)
    assert seen == [Cancelled]
    assert run.complaints == []
