"""The facade of queue: what is reported, and that it behaves as the real one."""

from __future__ import annotations

import queue
import sys
import threading
import weakref
from decimal import Decimal

import pytest

from engine.protocol.messages import ThingFact
from engine.protocol.records import UNKNOWN_VALUE, Flag, Kind
from engine.protocol.units import SECOND
from engine.stage.control import program_clock as clock_module
from engine.stage.control.program_clock import Cancelled
from engine.stage.cpython import address
from tests.engine.facade_kit import Stage, Working, raised

DEPTHS = (Kind.QUEUE_PUT, Kind.QUEUE_GOT)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_each_put_and_get_carries_the_depth_after_it(stage: Stage) -> None:
    stage.run("import queue\nbelt = queue.Queue(4)\nbelt.put(1)\nbelt.put(2)\nbelt.get()\nbelt.get()\n")
    found = [(record.kind, record.value, record.line) for record in stage.records()]
    assert found == [
        (Kind.QUEUE_PUT, 1, 3),
        (Kind.QUEUE_PUT, 2, 4),
        (Kind.QUEUE_GOT, 1, 5),
        (Kind.QUEUE_GOT, 0, 6),
    ]


def test_a_queue_is_a_thing_named_after_its_variable_with_its_size_and_no_switch(stage: Stage) -> None:
    stage.run("from queue import Queue, PriorityQueue\nbelt = Queue(maxsize=7)\nurgent = PriorityQueue()\n")
    found = [(f.type, f.name, f.size, f.switch, f.place & 0xFFFFF) for f in stage.facts(ThingFact)]
    assert found == [("Queue", "belt", 7, False, 2), ("PriorityQueue", "urgent", 0, False, 3)]


def test_a_put_into_a_full_queue_wants_first_and_then_puts(stage: Stage) -> None:
    belt = stage.module("queue").Queue(1)
    belt.put("a")
    putter = Working(belt.put, "b")
    stage.wait_for(Kind.QUEUE_WANT_PUT)
    assert belt.get() == "a"
    putter.result()
    kinds = [(record.kind, record.value) for record in stage.records()]
    assert kinds == [
        (Kind.QUEUE_PUT, 1),
        (Kind.QUEUE_WANT_PUT, 1),
        (Kind.QUEUE_GOT, 0),
        (Kind.QUEUE_PUT, 1),
    ]


def test_a_queue_that_has_room_or_items_makes_nobody_want(stage: Stage) -> None:
    belt = stage.module("queue").Queue(2)
    belt.put(1, timeout=5)
    belt.get(timeout=5)
    assert stage.records(Kind.QUEUE_WANT_PUT, Kind.QUEUE_WANT_GET) == []


def test_full_and_empty_without_waiting_are_given_up_and_never_wanted(stage: Stage) -> None:
    belt = stage.module("queue").Queue(1)
    assert raised(belt.get_nowait)[0] is queue.Empty
    assert raised(belt.get, timeout=0)[0] is queue.Empty
    belt.put(1)
    assert raised(belt.put_nowait, 2)[0] is queue.Full
    kinds = [(record.kind, record.value) for record in stage.records()]
    assert kinds == [
        (Kind.QUEUE_GAVE_UP, 0),
        (Kind.QUEUE_GAVE_UP, 0),
        (Kind.QUEUE_PUT, 1),
        (Kind.QUEUE_GAVE_UP, 1),
    ]


@pytest.mark.parametrize("name", ["Queue", "SimpleQueue"])
def test_a_wait_with_a_time_out_is_flagged_and_given_up(stage: Stage, name: str) -> None:
    belt = getattr(stage.module("queue"), name)()
    assert raised(belt.get, timeout=0.02)[0] is queue.Empty
    want, gave_up = stage.records()
    assert (want.kind, want.flags, gave_up.kind) == (Kind.QUEUE_WANT_GET, Flag.TIMED, Kind.QUEUE_GAVE_UP)
    assert gave_up.time - want.time >= 0.02 * SECOND * 0.99


@pytest.mark.parametrize("name", ["Queue", "SimpleQueue"])
def test_a_time_out_runs_on_program_time_also_when_the_speed_changes_while_it_waits(stage: Stage, name: str) -> None:
    clock = stage.context.clock
    clock.set_speed(0.05)  # two seconds of program time would take forty
    belt = getattr(stage.module("queue"), name)()
    getter = Working(belt.get, True, 2.0)
    stage.wait_for(Kind.QUEUE_WANT_GET)
    clock.set_speed(20)
    with pytest.raises(queue.Empty):
        getter.result()
    want, gave_up = stage.records(Kind.QUEUE_WANT_GET, Kind.QUEUE_GAVE_UP)
    assert 2.0 * SECOND * 0.99 <= gave_up.time - want.time < 20 * SECOND


def test_those_who_wait_keep_their_turn(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_module, "SLICE", 0.001)
    belt = stage.module("queue").Queue()
    getters = []
    for count in range(1, 5):
        getters.append(Working(belt.get))
        stage.wait_for(Kind.QUEUE_WANT_GET, count)
    with belt.mutex:
        line = list(belt.not_empty._waiters)
    threading.Event().wait(0.05)  # fifty slices
    with belt.mutex:
        assert list(belt.not_empty._waiters) == line
    for number in range(4):
        belt.put(number)
    assert sorted(getter.result() for getter in getters) == [0, 1, 2, 3]
    assert not belt.not_empty._waiters


def test_depths_of_many_threads_follow_one_another_without_a_gap(stage: Stage) -> None:
    belt = stage.module("queue").Queue(3)

    def produce() -> None:
        for number in range(50):
            belt.put(number)

    def consume() -> None:
        for _ in range(50):
            belt.get()

    threads = [Working(work) for work in (produce, consume) * 3]
    for thread in threads:
        thread.result()
    depth = 0
    for record in stage.records(*DEPTHS):
        depth += 1 if record.kind == Kind.QUEUE_PUT else -1
        assert record.value == depth
        assert 0 <= depth <= 3
    assert depth == 0


def test_task_done_counts_down_and_join_waits_only_while_tasks_are_left(stage: Stage) -> None:
    belt = stage.module("queue").Queue()
    belt.join()
    belt.put(1)
    belt.put(2)
    joiner = Working(belt.join)
    stage.wait_for(Kind.QUEUE_WANT_JOIN)
    belt.task_done()
    belt.task_done()
    joiner.result()
    kinds = (Kind.QUEUE_TASK_DONE, Kind.QUEUE_WANT_JOIN, Kind.QUEUE_JOINED)
    assert [(record.kind, record.value) for record in stage.records(*kinds)] == [
        (Kind.QUEUE_JOINED, 0),
        (Kind.QUEUE_WANT_JOIN, 2),
        (Kind.QUEUE_TASK_DONE, 1),
        (Kind.QUEUE_TASK_DONE, 0),
        (Kind.QUEUE_JOINED, 0),
    ]


def test_one_task_done_too_many_raises_as_the_real_one_and_reports_nothing(stage: Stage) -> None:
    belt = stage.module("queue").Queue()
    assert raised(belt.task_done) == raised(queue.Queue().task_done)
    assert stage.records() == []


def test_lifo_and_priority_queues_keep_their_order_and_are_queues(stage: Stage) -> None:
    own = stage.module("queue")
    for kind, expected in ((own.Queue, [3, 1, 2]), (own.LifoQueue, [2, 1, 3]), (own.PriorityQueue, [1, 2, 3])):
        belt = kind()
        for number in (3, 1, 2):
            belt.put(number)
        assert [belt.get() for _ in range(3)] == expected
        assert isinstance(belt, own.Queue)
        assert isinstance(belt, queue.Queue)
        assert repr(belt) == f"<queue.{kind.__name__} object at {address(belt)}>"


def test_a_programs_own_queue_class_decides_what_is_stored(stage: Stage) -> None:
    text = """
import queue
class Unique(queue.Queue):
    def _init(self, maxsize): self.queue = set()
    def _put(self, item): self.queue.add(item)
    def _get(self): return self.queue.pop()
belt = Unique()
belt.put(5)
belt.put(5)
depth = belt.qsize()
item = belt.get()
"""
    space = stage.run(text)
    assert (space["depth"], space["item"]) == (1, 5)
    assert [record.value for record in stage.records(*DEPTHS)] == [1, 1, 0]


@pytest.mark.parametrize("timeout", [-1, -0.5, "soon", float("inf"), Decimal(1)])
@pytest.mark.parametrize("name", ["Queue", "SimpleQueue"])
def test_a_time_out_that_is_none_raises_what_the_real_queue_raises(stage: Stage, name: str, timeout: object) -> None:
    own, real = getattr(stage.module("queue"), name)(), getattr(queue, name)()
    assert raised(own.get, True, timeout) == raised(real.get, True, timeout)


def test_a_stopped_run_ends_every_wait(stage: Stage) -> None:
    own = stage.module("queue")
    full, empty, simple = own.Queue(1), own.Queue(), own.SimpleQueue()
    full.put(1)
    waiting = [Working(full.put, 2), Working(full.join), Working(empty.get), Working(simple.get, True, 3600)]
    stage.wait_for(Kind.QUEUE_WANT_GET, 2)
    stage.wait_for(Kind.QUEUE_WANT_PUT)
    stage.wait_for(Kind.QUEUE_WANT_JOIN)
    stage.context.clock.cancel()
    for thread in waiting:
        with pytest.raises(Cancelled):
            thread.result()
    assert not full.mutex.locked()
    assert not full.not_full._waiters


@pytest.mark.skipif(sys.version_info < (3, 13), reason="queues can be shut down from Python 3.13 on")
def test_a_shut_down_queue_ends_waits_and_reports_what_was_thrown_away(stage: Stage) -> None:
    own = stage.module("queue")
    belt = own.Queue(2)
    belt.put(1)
    belt.put(2)
    putter = Working(belt.put, 3)
    stage.wait_for(Kind.QUEUE_WANT_PUT)
    belt.shutdown(immediate=True)
    with pytest.raises(own.ShutDown):
        putter.result()
    assert raised(belt.get)[0] is own.ShutDown
    assert [record.value for record in stage.records(*DEPTHS)] == [1, 2, 0]
    assert len(stage.records(Kind.QUEUE_GAVE_UP)) == 2


def test_a_simple_queue_reports_without_a_depth_it_cannot_know(stage: Stage) -> None:
    belt = stage.module("queue").SimpleQueue()
    getter = Working(belt.get)
    stage.wait_for(Kind.QUEUE_WANT_GET)
    belt.put("a")
    assert getter.result() == "a"
    belt.put_nowait("b")
    assert belt.get_nowait() == "b"
    found = stage.records()
    assert [record.kind for record in found] == [
        Kind.QUEUE_WANT_GET,
        Kind.QUEUE_PUT,
        Kind.QUEUE_GOT,
        Kind.QUEUE_PUT,
        Kind.QUEUE_GOT,
    ]
    assert {record.value for record in found} == {UNKNOWN_VALUE}


def test_a_queue_keeps_no_item_alive_that_was_taken(stage: Stage) -> None:
    class Item:
        pass

    for name in ("Queue", "SimpleQueue"):
        belt = getattr(stage.module("queue"), name)()
        item = Item()
        gone = weakref.ref(item)
        belt.put(item)
        del item
        belt.get()
        assert gone() is None


def test_everything_else_of_the_module_is_the_real_one(stage: Stage) -> None:
    own = stage.module("queue")
    assert (own.Empty, own.Full, own.__name__, own.__all__) == (queue.Empty, queue.Full, "queue", queue.__all__)
