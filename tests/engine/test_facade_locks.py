"""The facade's locks and semaphores: what they report, their switches, and that they are like the real ones."""

from __future__ import annotations

import copy
import dataclasses
import functools
import os
import pickle
import sys
import threading
import time
import weakref

import pytest

from engine.protocol.messages import ThingFact
from engine.protocol.records import UNKNOWN_VALUE, Flag, Kind
from engine.stage.control.program_clock import SLICE, Cancelled
from engine.stage.cpython import address
from tests.engine.stage_kit import Run, raised, until

BOTH = pytest.mark.parametrize("type_", ["Lock", "RLock"])


@pytest.fixture
def run() -> Run:
    return Run()


@BOTH
def test_a_free_lock_reports_that_it_was_got_and_released_with_their_lines(run: Run, type_: str) -> None:
    run.program(
        f"import threading\nlock = threading.{type_}()\nwith lock:\n    x = 1\nlock.acquire()\nlock.release()\n"
    )
    records = run.records(Kind.LOCK_GOT, Kind.LOCK_RELEASED, Kind.LOCK_WANT)
    left = 3 if sys.version_info >= (3, 10) else 4  # where Python itself says that a with statement is left
    assert [(r.kind, r.line, r.thread) for r in records] == [
        (Kind.LOCK_GOT, 3, 1),
        (Kind.LOCK_RELEASED, left, 1),
        (Kind.LOCK_GOT, 5, 1),
        (Kind.LOCK_RELEASED, 6, 1),
    ]


@BOTH
def test_who_has_to_wait_says_so_and_gets_the_lock_after_the_holder_gave_it_back(run: Run, type_: str) -> None:
    lock = run.make(f"threading.{type_}()")
    with lock:
        thread = run.start(lambda: lock.acquire() and lock.release())
        until(lambda: run.has(Kind.LOCK_WANT))
    thread.join()
    assert run.story("it") == ["LOCK_GOT", "LOCK_WANT", "LOCK_RELEASED", "LOCK_GOT", "LOCK_RELEASED"]


@BOTH
def test_that_who_waits_long_keeps_the_place_in_line(run: Run, type_: str) -> None:
    lock = run.make(f"threading.{type_}()")
    came: list[int] = []

    def take(number: int) -> None:
        with lock:
            came.append(number)

    threads = []
    with lock:
        for number in range(6):
            threads.append(run.start(functools.partial(take, number)))
            until(lambda: run.has(Kind.LOCK_WANT, len(threads)))
            time.sleep(SLICE / 4)  # so that their slices end at different times
        time.sleep(3 * SLICE)
    for thread in threads:
        thread.join()
    assert came == [0, 1, 2, 3, 4, 5]


def test_that_who_gives_up_leaves_the_line_to_the_next(run: Run) -> None:
    lock = run.make("threading.Lock()")
    came: list[str] = []
    with lock:
        first = run.start(lambda: came.append(f"gave up: {lock.acquire(timeout=SLICE)}"))
        until(lambda: run.has(Kind.LOCK_WANT))
        second = run.start(lambda: lock.acquire() and came.append("got it"))
        first.join()
    second.join()
    assert came == ["gave up: False", "got it"]


@BOTH
def test_an_attempt_that_does_not_wait_only_gives_up(run: Run, type_: str) -> None:
    lock = run.make(f"threading.{type_}()")
    found: list[bool] = []
    with lock:
        run.start(lambda: found.append(lock.acquire(False) or lock.acquire(timeout=0))).join()
    assert found == [False]
    assert run.story("it") == ["LOCK_GOT", "LOCK_GAVE_UP", "LOCK_GAVE_UP", "LOCK_RELEASED"]


@BOTH
def test_a_time_out_is_marked_and_ends_in_giving_up(run: Run, type_: str) -> None:
    lock = run.make(f"threading.{type_}()")
    found: list[bool] = []
    with lock:
        run.start(lambda: found.append(lock.acquire(timeout=0.01))).join()
    assert found == [False]
    assert run.story("it") == ["LOCK_GOT", "LOCK_WANT TIMED", "LOCK_GAVE_UP", "LOCK_RELEASED"]


def test_a_time_out_runs_on_program_time_also_when_the_speed_changes_meanwhile(run: Run) -> None:
    lock = run.make("threading.Lock()")
    lock.acquire()
    began = time.monotonic()
    thread = run.start(lambda: lock.acquire(timeout=1000))
    until(lambda: run.has(Kind.LOCK_WANT))
    run.context.clock.set_speed(20)
    run.context.clock._place(
        time.perf_counter_ns(), run.context.clock.now() + 10**12, 20.0
    )  # a thousand seconds of program time go by
    thread.join()
    assert time.monotonic() - began < 20
    assert run.story("it")[-1] == "LOCK_GAVE_UP"


def test_a_release_by_another_thread_is_marked_and_told_in_the_holders_lane(run: Run) -> None:
    lock = run.make("threading.Lock()")
    lock.acquire()
    run.start(lock.release).join()
    released, taken = run.records(Kind.LOCK_RELEASED, Kind.LOCK_TAKEN)
    assert (released.kind, released.flags, released.thread) == (Kind.LOCK_RELEASED, Flag.FOREIGN, 2)
    assert (taken.kind, taken.thread) == (Kind.LOCK_TAKEN, 1)
    assert not lock.locked()


@BOTH
def test_releasing_what_nobody_holds_raises_as_the_real_one_and_reports_nothing(run: Run, type_: str) -> None:
    lock = run.make(f"threading.{type_}()")
    assert raised(lock.release) == raised(getattr(threading, type_)().release)
    assert run.story("it") == []


def test_nested_acquisitions_of_an_rlock_are_marked(run: Run) -> None:
    run.program("import threading\nlock = threading.RLock()\nwith lock:\n    with lock:\n        pass\n")
    assert run.story("lock") == ["LOCK_GOT", "LOCK_GOT REENTRANT", "LOCK_RELEASED REENTRANT", "LOCK_RELEASED"]


def test_each_release_of_the_counted_lock_carries_the_watched_value_on_or_off(run: Run) -> None:
    text = "import threading\nn = 0\nlock = threading.Lock()\nother = threading.Lock()\n"
    run.program(text + "for _ in range(3):\n    with lock, other:\n        n += 1\n", watch="n", counted_by="lock")
    off = Run()
    off.program(
        text + "for _ in range(2):\n    with lock:\n        n += 1\n", watch="n", counted_by="lock", off=["lock"]
    )
    lock = next(f.id for f in run.facts(ThingFact) if f.name == "lock")
    released = run.records(Kind.LOCK_RELEASED)
    assert [r.value for r in released if r.thing == lock] == [1, 2, 3]
    assert {r.value for r in released if r.thing != lock} == {UNKNOWN_VALUE}
    assert [r.value for r in off.records(Kind.LOCK_RELEASED)] == [1, 2]


def test_two_threads_never_hold_one_lock_in_the_records(run: Run) -> None:
    run.program(
        "import threading\nlock = threading.Lock()\ndef work():\n    for _ in range(2000):\n        with lock: pass\n"
        "ts = [threading.Thread(target=work) for _ in range(4)]\n"
        "for t in ts: t.start()\nfor t in ts: t.join()\n"
    )
    holder, count = 0, 0
    for record in run.records(Kind.LOCK_GOT, Kind.LOCK_RELEASED):
        assert holder == (0 if record.kind is Kind.LOCK_GOT else record.thread)
        holder = record.thread if record.kind is Kind.LOCK_GOT else 0
        count += 1
    assert count == 4 * 2 * 2000


# switches


@BOTH
def test_a_lock_that_is_off_lets_everybody_in_at_once(run: Run, type_: str) -> None:
    lock = run.make(f"threading.{type_}()")
    run.switch("it", False)
    inside: list[int] = []
    with lock:
        run.start(lambda: [lock.acquire(), inside.append(1), lock.release()]).join()
    assert inside == [1]
    assert run.story("it") == ["SWITCHED", "LOCK_GOT OFF", "LOCK_GOT OFF", "LOCK_RELEASED OFF", "LOCK_RELEASED OFF"]


@BOTH
def test_turning_it_off_lets_in_who_waits_and_the_holders_release_frees_the_real_lock(run: Run, type_: str) -> None:
    lock = run.make(f"threading.{type_}()")
    lock.acquire()
    thread = run.start(lambda: [lock.acquire(), lock.release()])
    until(lambda: run.has(Kind.LOCK_WANT))
    run.switch("it", False)
    thread.join()
    lock.release()
    run.switch("it", True)
    assert run.start(lambda: lock.acquire(False)).join() is None
    assert run.story("it") == [
        "LOCK_GOT", "LOCK_WANT", "SWITCHED", "LOCK_GOT OFF", "LOCK_RELEASED OFF",
        "LOCK_RELEASED", "SWITCHED", "LOCK_GOT",
    ]  # fmt: skip


@BOTH
def test_turned_on_again_those_let_through_hold_nothing_and_may_still_release(run: Run, type_: str) -> None:
    lock = run.make(f"threading.{type_}()")
    run.switch("it", False)
    lock.acquire()
    run.switch("it", True)
    taken, done = threading.Event(), threading.Event()
    thread = run.start(lambda: [lock.acquire(), taken.set(), done.wait(), lock.release()])
    assert taken.wait(20)
    lock.release()
    assert run.story("it")[-1] == "LOCK_RELEASED OFF"
    assert run.start(lambda: lock.acquire(False)).join() is None
    assert run.story("it")[-1] == "LOCK_GAVE_UP"  # the other thread has it still
    done.set()
    thread.join()
    assert run.story("it")[-1] == "LOCK_RELEASED"


@BOTH
def test_what_one_thread_was_let_through_another_may_release(run: Run, type_: str) -> None:
    lock = run.make(f"threading.{type_}()")
    run.switch("it", False)
    lock.acquire()
    run.start(lock.release).join()
    assert run.complaints == []
    assert run.story("it")[1:] == ["LOCK_GOT OFF", "LOCK_RELEASED OFF FOREIGN", "LOCK_TAKEN OFF"]
    assert raised(lock.release)[0] is RuntimeError


@BOTH
def test_nested_releases_end_in_the_order_of_their_acquisitions(run: Run, type_: str) -> None:
    lock = run.make(f"threading.{type_}()")
    lock.acquire()
    run.switch("it", False)
    lock.acquire()  # let through, on top of what is really held
    run.switch("it", True)
    lock.release()
    assert run.story("it")[-1] == "LOCK_RELEASED OFF"
    lock.release()
    assert run.story("it")[-1] == "LOCK_RELEASED"
    assert "unlocked" in repr(lock)


def test_a_lock_made_while_its_name_is_off_is_off(run: Run) -> None:
    run.program("import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()\n", off=["lock"])
    assert run.story("lock") == ["SWITCHED", "LOCK_GOT OFF", "LOCK_GOT OFF"]


def test_flipping_the_switch_all_the_time_never_leaves_the_lock_stuck(run: Run) -> None:
    lock = run.make("threading.Lock()")
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            with lock:
                pass

    threads = [run.start(work) for _ in range(3)]
    for turn in range(200):
        before = len(run.context.channel.records)
        run.switch("it", bool(turn % 2))
        until(lambda before=before: len(run.context.channel.records) > before + 5)
        run.context.channel.records.clear()
    stop.set()
    for thread in threads:
        thread.join()
    assert run.complaints == []
    assert not lock.locked()
    assert lock._stage_passes.any == 0


# like the real one


@BOTH
@pytest.mark.parametrize("arguments", [(False, 1), (True, -2), (True, 1e100), ("x", "y"), (True, float("nan"))])
def test_bad_arguments_raise_what_the_real_lock_raises(run: Run, type_: str, arguments: tuple[object, ...]) -> None:
    real, ours = getattr(threading, type_)(), run.make(f"threading.{type_}()")
    assert raised(lambda: ours.acquire(*arguments)) == raised(lambda: real.acquire(*arguments))
    assert raised(lambda: ours.release(1, 2))[0] is raised(lambda: real.release(1, 2))[0]


@BOTH
def test_a_lock_looks_like_the_real_one(run: Run, type_: str) -> None:
    real, ours = getattr(threading, type_)(), run.make(f"threading.{type_}()")
    assert repr(ours).replace(address(ours), "") == repr(real).replace(address(real), "")
    assert address(ours) in repr(ours)
    assert (type(ours).__module__, type(ours).__name__) == (type(real).__module__, type(real).__name__)
    assert {name for name in dir(real) if not name.startswith("__")} <= set(dir(ours))
    assert isinstance(ours, getattr(run.threading, type_))
    with pytest.raises(AttributeError):
        ours.note = 1
    with pytest.raises(TypeError):
        type("Mine", (getattr(run.threading, type_),), {})


@BOTH
def test_a_lock_cannot_be_pickled_or_copied_in_the_real_ones_words(run: Run, type_: str) -> None:
    real, ours = getattr(threading, type_)(), run.make(f"threading.{type_}()")
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        assert raised(lambda take=take: take(ours)) == raised(lambda take=take: take(real))


def test_a_lock_is_a_factory_of_dataclass_fields(run: Run) -> None:
    box = dataclasses.make_dataclass("Box", [("lock", object, dataclasses.field(default_factory=run.threading.Lock))])()
    with box.lock:
        assert box.lock.locked()


@pytest.mark.parametrize("type_", ["Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "Event"])
def test_nothing_keeps_an_object_alive_that_the_program_dropped(run: Run, type_: str) -> None:
    reference = weakref.ref(getattr(run.threading, type_)())
    assert reference() is None


@BOTH
def test_at_the_end_of_the_stack_the_lock_is_not_kept(run: Run, type_: str) -> None:
    run.program(
        f"import threading\nlock = threading.{type_}()\ndone = []\n"
        "def deeper():\n    try:\n        deeper()\n    except RecursionError:\n"
        "        with lock:  # raises again and again, until there is room for it\n            done.append(1)\n"
        "t = threading.Thread(target=deeper)\nt.start()\nt.join(10)\n"
    )
    assert run.names["done"]
    assert run.complaints == []
    assert "unlocked" in repr(run.names["lock"])


def test_a_stopped_run_raises_cancelled_in_who_waits(run: Run) -> None:
    lock = run.make("threading.Lock()")
    lock.acquire()
    seen: list[type[BaseException]] = []

    def wait() -> None:
        try:
            lock.acquire()
        except BaseException as error:
            seen.append(type(error))
            raise

    thread = run.start(wait)
    until(lambda: run.has(Kind.LOCK_WANT))
    run.context.clock.cancel()
    threading.Thread.join(thread)
    assert seen == [Cancelled]
    assert run.complaints == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_may_make_a_lock_anew(run: Run) -> None:
    for lock in (run.threading.Lock(), run.threading.RLock()):
        lock.acquire()
        lock._at_fork_reinit()
        assert lock.acquire(False)
        lock.release()


# semaphores


def test_a_semaphores_records_carry_the_count_that_is_left(run: Run) -> None:
    run.program("import threading\ns = threading.Semaphore(2)\nwith s, s:\n    s.acquire(False)\ns.release(2)\n")
    found = [(r.kind.name, r.value) for r in run.records() if r.thing == 1 and r.kind.name.startswith("SEM")]
    assert found == [
        ("SEMAPHORE_GOT", 1), ("SEMAPHORE_GOT", 0), ("SEMAPHORE_GAVE_UP", 0),
        ("SEMAPHORE_RELEASED", 1), ("SEMAPHORE_RELEASED", 2), ("SEMAPHORE_RELEASED", 4),
    ]  # fmt: skip


@pytest.mark.parametrize("type_", ["Semaphore", "BoundedSemaphore"])
def test_a_semaphore_that_is_off_lets_everybody_through_and_keeps_its_count(run: Run, type_: str) -> None:
    semaphore = run.make(f"threading.{type_}(1)")
    semaphore.acquire()
    thread = run.start(lambda: [semaphore.acquire(), semaphore.release()])
    until(lambda: run.has(Kind.SEMAPHORE_WANT))
    run.switch("it", False)
    thread.join()
    semaphore.acquire()
    run.switch("it", True)
    semaphore.release()
    assert semaphore._value == 0
    semaphore.release()
    assert semaphore._value == 1
    assert run.complaints == []
    assert [word for word in run.story("it") if "OFF" in word] == [
        "SEMAPHORE_GOT OFF", "SEMAPHORE_RELEASED OFF", "SEMAPHORE_GOT OFF", "SEMAPHORE_RELEASED OFF"
    ]  # fmt: skip


def test_a_bounded_semaphore_refuses_one_release_too_many_but_not_of_what_was_let_through(run: Run) -> None:
    semaphore = run.make("threading.BoundedSemaphore(1)")
    real = threading.BoundedSemaphore(1)
    assert raised(semaphore.release) == raised(real.release)
    run.switch("it", False)
    semaphore.acquire()
    run.start(semaphore.release).join()
    assert run.complaints == []
    assert raised(semaphore.release) == raised(real.release)
    assert isinstance(semaphore, run.threading.Semaphore)


def test_a_semaphores_time_out_ends_when_program_time_is_up(run: Run) -> None:
    semaphore = run.make("threading.Semaphore(0)")
    run.context.clock.set_speed(20)
    began = time.monotonic()
    assert semaphore.acquire(timeout=4) is False
    assert time.monotonic() - began < 2
    assert run.story("it") == ["SEMAPHORE_WANT TIMED", "SEMAPHORE_GAVE_UP"]


def test_a_programs_own_semaphore_class_works(run: Run) -> None:
    run.program(
        "import threading\nclass Gate(threading.Semaphore):\n    def __init__(self):\n        super().__init__(1)\n"
        "    def acquire(self, *a, **k):\n        return super().acquire(*a, **k)\n"
        "g = Gate()\ng.acquire()\ng.release()\n"
    )
    assert run.story("Semaphore 1") == ["SEMAPHORE_GOT", "SEMAPHORE_RELEASED"]
