"""Records are honest in their order: one holder at a time, depths that can be, time that goes forward."""

from collections import defaultdict

from engine.protocol.messages import ThingFact
from engine.protocol.records import Flag, Kind
from tests.engine.facade_kit import Working
from tests.engine.stage_kit import Run, until

FLIPPED = """\
import threading
from time import sleep
a, b = threading.Lock(), threading.RLock()
over = threading.Event()
turns = 0
def work():
    global turns
    while not over.is_set():
        turns += 1
        sleep(0.0005)
        with a:
            with b:
                with b:
                    pass
        if b.acquire(timeout=0.0005):
            b.release()
threads = [threading.Thread(target=work) for _ in range(6)]
for thread in threads:
    thread.start()
over.wait()
for thread in threads:
    thread.join()
assert not a.locked() and b.acquire(blocking=False)
b.release()
"""

QUEUES = """\
import queue, threading
items, others = queue.Queue(3), queue.LifoQueue(2)
def put(queue_):
    for n in range(500):
        queue_.put(n)
def get(queue_):
    for n in range(500):
        queue_.get()
        queue_.task_done()
threads = [threading.Thread(target=do, args=(it,)) for it in (items, others) for do in (put, get) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""
REAL = Flag.OFF | Flag.REENTRANT


def test_that_real_holders_alternate_in_number_and_in_time_while_switches_are_flipped() -> None:
    run = Run()
    program = Working(run.program, FLIPPED)
    for number in range(60):
        until(lambda enough=number * 10: run.context.reporter.namespace.get("turns", 0) > enough)
        run.switch("a" if number % 4 < 2 else "b", number % 2 == 1)
    run.context.reporter.namespace["over"].set()
    program.result()
    assert run.outcome.ended == "finished", run.outcome
    holders: dict[int, int] = defaultdict(int)
    last: dict[int, int] = defaultdict(int)
    turns = 0
    for record in run.records(Kind.LOCK_GOT, Kind.LOCK_RELEASED):
        if record.flags & REAL:
            continue
        assert record.time >= last[record.thing]
        last[record.thing] = record.time
        if record.kind is Kind.LOCK_GOT:
            assert holders[record.thing] == 0
            holders[record.thing] = record.thread
        else:
            assert holders[record.thing] == record.thread
            holders[record.thing] = 0
            turns += 1
    assert set(holders.values()) == {0}
    assert turns > 100


def test_that_the_depth_of_a_queue_is_never_below_zero_nor_above_its_size() -> None:
    run = Run().program(QUEUES)
    assert run.outcome.ended == "finished", run.outcome
    sizes = {fact.id: fact.size for fact in run.facts(ThingFact) if "Queue" in fact.type}
    assert sorted(sizes.values()) == [2, 3]
    depths = dict.fromkeys(sizes, 0)
    for record in run.records(Kind.QUEUE_PUT, Kind.QUEUE_GOT):
        depths[record.thing] += 1 if record.kind is Kind.QUEUE_PUT else -1
        assert record.value == depths[record.thing]
        assert 0 <= record.value <= sizes[record.thing]
    assert set(depths.values()) == {0}
