"""The facade of asyncio: tasks as lanes, awaiting as waiting, and its time is the program's."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

import pytest

from engine.protocol.messages import ExceptionFact, TaskFact, ThreadFact
from engine.protocol.records import MAIN_THREAD, Kind
from engine.protocol.units import SECOND
from engine.stage.control.program_clock import Cancelled
from tests.engine.facade_kit import Stage, Working
from tests.engine.stage_kit import Record, Run

_LIVES = (Kind.THREAD_CREATED, Kind.THREAD_RUNNING, Kind.THREAD_ENDED, Kind.THREAD_DIED)


class Loops(Stage):
    """A run with the lives of its lanes."""

    def of(self, name: str) -> list[Record]:
        """All records of the lane of this name."""
        lane = self.lane(name)
        return [record for record in Run.records(self) if record.thread == lane]

    def kinds(self, name: str) -> list[str]:
        """The kinds of the records of a lane."""
        return [record.kind.name for record in self.of(name)]


@pytest.fixture
def stage() -> Loops:
    return Loops()


TWO = """
import asyncio, time

async def fetch(number, pause):
    await asyncio.sleep(pause)
    return number

async def main():
    first = asyncio.create_task(fetch(1, 0.02))
    second = asyncio.create_task(fetch(2, 0.01), name="the second")
    return [await first, await second]

found = asyncio.run(main())
print(found)
"""


def test_that_each_task_is_a_lane_made_by_the_one_that_created_it(stage: Loops) -> None:
    assert stage.run(TWO)["found"] == [1, 2]
    lanes = {fact.name: fact for fact in stage.facts(ThreadFact) if fact.kind == "task"}
    assert {"main()", "fetch(1, 0.02)", "the second"} <= set(lanes)
    created = {record.thing: (record.thread, record.line) for record in Run.records(stage, Kind.THREAD_CREATED)}
    assert created[stage.lane("main()")] == (MAIN_THREAD, 13)
    assert created[stage.lane("the second")] == (stage.lane("main()"), 10)


def test_that_awaiting_is_a_span_in_the_lane_of_the_task(stage: Loops) -> None:
    stage.run(TWO)
    began, waits, goes_on, ended = stage.of("fetch(1, 0.02)")
    assert [began.kind, waits.kind] == [Kind.THREAD_RUNNING, Kind.AWAIT]
    assert [goes_on.kind, ended.kind] == [Kind.AWAITED, Kind.THREAD_ENDED]
    assert [began.line, waits.line, goes_on.line] == [4, 5, 5]
    assert goes_on.time - waits.time >= 20_000_000


def test_that_the_thread_runs_a_loop_meanwhile_and_goes_on_afterwards(stage: Loops) -> None:
    stage.run(TWO)
    own = [record for record in Run.records(stage) if record.thread == MAIN_THREAD]
    loop = [record.kind for record in own if record.kind in (Kind.LOOP_RUN, Kind.LOOP_DONE)]
    assert loop == [Kind.LOOP_RUN, Kind.LOOP_DONE] * (len(loop) // 2)
    assert loop
    said = next(record for record in own if record.kind is Kind.PRINT)
    assert said.time >= max(record.time for record in own if record.kind is Kind.LOOP_DONE)


BLOCKING = """
import asyncio, threading, time
lock = threading.Lock()

async def block():
    with lock:
        time.sleep(0.03)

async def patient():
    await asyncio.sleep(0.001)
    print("at last")

async def main():
    waiting = asyncio.create_task(patient())
    await asyncio.sleep(0)
    await block()
    await waiting

asyncio.run(main())
"""


def test_that_a_sleep_inside_a_coroutine_is_that_task_s_and_makes_all_others_wait(stage: Loops) -> None:
    stage.run(BLOCKING)
    assert [kind for kind in stage.kinds("main()") if "LOCK" in kind or "SLE" in kind] == [
        "LOCK_GOT",
        "SLEEP",
        "SLEPT",
        "LOCK_RELEASED",
    ]
    slept = next(record for record in stage.of("main()") if record.kind is Kind.SLEPT)
    went_on = next(record for record in stage.of("patient()") if record.kind is Kind.AWAITED)
    assert went_on.time >= slept.time
    assert "PRINT" in stage.kinds("patient()")


def test_that_a_task_dies_of_its_exception_and_not_of_being_cancelled(stage: Loops) -> None:
    stage.run("""
import asyncio
async def fail():
    await asyncio.sleep(0)
    raise ValueError("no")
async def long():
    await asyncio.sleep(100)
async def main():
    waits = asyncio.create_task(long())
    try:
        await asyncio.create_task(fail())
    except ValueError:
        waits.cancel()
asyncio.run(main())
""")
    assert stage.kinds("fail()")[-1] == "THREAD_DIED"
    assert stage.kinds("long()")[-1] == stage.kinds("main()")[-1] == "THREAD_ENDED"
    (died,) = stage.facts(ExceptionFact)
    assert (died.thread, died.type, died.place & 0xFFFFF) == (stage.lane("fail()"), "ValueError", 5)
    assert "engine" not in died.traceback


def test_that_it_is_known_whether_somebody_waited_for_a_task_that_died(stage: Loops) -> None:
    stage.run("""
import asyncio
async def fail(*seconds):
    await asyncio.sleep(*seconds)
    raise ValueError("no")
async def main():
    try:
        await asyncio.create_task(fail(0), name="awaited")
    except ValueError:
        pass
    await asyncio.gather(asyncio.create_task(fail(0), name="gathered"), return_exceptions=True)
    try:
        one, other = asyncio.create_task(fail(0), name="first"), asyncio.create_task(fail(0.01), name="second")
        await asyncio.gather(one, other)
    except ValueError:
        pass
    try:
        await asyncio.wait_for(asyncio.create_task(fail(0), name="in time"), 5)
    except ValueError:
        pass
    alone = asyncio.create_task(fail(0), name="alone")
    alone.add_done_callback(print)
    late = [asyncio.create_task(fail(0), name=name) for name in ("asked", "awaited late")]
    await asyncio.sleep(0.02)
    print(late[0].exception())
    try:
        await late[1]
    except ValueError:
        pass
asyncio.run(main())
""")
    died = {one.thread: one.handed_on for one in stage.facts(ExceptionFact)}
    assert all(died[stage.lane(name)] for name in ("awaited", "gathered", "first", "in time", "asked", "awaited late"))
    assert not died[stage.lane("second")]  # gather() has given its answer before: nobody hears of it
    assert not died[stage.lane("alone")]


@pytest.mark.parametrize(
    "wait",
    [
        "await asyncio.sleep(2)",
        "await asyncio.wait([asyncio.ensure_future(asyncio.Event().wait())], timeout=2)",
        "asyncio.get_running_loop().call_later(2, event.set); await event.wait()",
    ],
)
def test_that_waits_and_time_outs_run_at_the_speed_of_the_program(stage: Loops, wait: str) -> None:
    real = time.perf_counter()
    took = stage.program(
        f"""
import asyncio, time
async def main():
    event = asyncio.Event()
    loop, began, clock = asyncio.get_running_loop(), asyncio.get_running_loop().time(), time.monotonic()
    {wait}
    return loop.time() - began, time.monotonic() - clock
took = asyncio.run(main())
""",
        speed=20,
    ).names["took"]
    assert time.perf_counter() - real < 1
    assert all(2 <= seconds < 10 for seconds in took)


def test_that_a_wait_ends_in_time_when_the_speed_changes_in_the_middle(stage: Loops) -> None:
    stage.context.clock.set_speed(0.05)
    own = stage.module("asyncio")

    async def main() -> float:
        began: float = own.get_running_loop().time()
        await own.sleep(2)
        return float(own.get_running_loop().time()) - began

    sleeper = Working(lambda: own.run(main()))
    stage.wait_for(Kind.AWAIT)
    stage.context.clock.set_speed(20)
    assert 2 <= sleeper.result() < 20


def test_that_a_stopped_run_ends_a_loop_that_waits(stage: Loops) -> None:
    own = stage.module("asyncio")

    async def main() -> None:
        await own.get_running_loop().create_future()

    waiting = Working(lambda: own.run(main()))
    stage.wait_for(Kind.AWAIT)
    stage.context.clock.cancel()
    with pytest.raises(Cancelled):
        waiting.result()


def test_that_a_function_which_the_loop_calls_runs_in_the_lane_of_the_thread(stage: Loops) -> None:
    stage.run("""
import asyncio, time
def late(loop):
    time.sleep(0.01)
    loop.stop()
loop = asyncio.new_event_loop()
loop.call_later(0.001, late, loop)
loop.run_forever()
loop.close()
""")
    kinds = [record.kind.name for record in Run.records(stage) if record.thread == MAIN_THREAD]
    assert kinds[kinds.index("LOOP_RUN") :] == [
        "LOOP_RUN",
        "AWAITED",
        "SLEEP",
        "SLEPT",
        "LOOP_RUN",
        "LOOP_DONE",
        "MAIN_DONE",
        "THREAD_ENDED",
    ]


SEMAPHORES = """
import asyncio

async def enter(slots, how):
    async with slots:
        await how()

async def main():
    slots, pause = asyncio.Semaphore(1), lambda: asyncio.sleep(0)
    tasks = [asyncio.create_task(enter(slots, pause), name=name) for name in ("a", "given up", "b")]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    slots.release()
    return slots

slots = asyncio.run(main())
like = isinstance(asyncio.BoundedSemaphore(), asyncio.Semaphore), isinstance(asyncio.LifoQueue(), asyncio.Queue)
"""


def test_that_who_has_a_semaphore_is_seen_also_where_it_is_handed_over(stage: Loops) -> None:
    names = stage.run(SEMAPHORES)
    assert names["like"] == (True, True)
    lanes = {fact.id: fact.name for fact in stage.facts(ThreadFact)}
    told = [
        (lanes[record.thread], record.kind, record.value)
        for record in Run.records(stage, Kind.SEMAPHORE_GOT, Kind.SEMAPHORE_RELEASED)
    ]
    got, back = Kind.SEMAPHORE_GOT, Kind.SEMAPHORE_RELEASED
    assert told == [("a", got, 0), ("a", back, 1), ("b", got, 0), ("b", back, 1), ("main()", back, 2)]
    assert names["slots"]._value == 2


def test_that_a_task_says_for_what_it_waits_and_the_real_coroutine_is_awaited(stage: Loops) -> None:
    found = stage.run("""
import asyncio
async def main():
    ready, go, items = asyncio.Event(), asyncio.Condition(), asyncio.Queue()
    async def late():
        async with go:
            await go.wait()
    tasks = [asyncio.create_task(one) for one in (ready.wait(), late(), items.get(), items.join())]
    await asyncio.sleep(0)
    shown = repr(tasks[0])
    ready.set()
    async with go:
        go.notify()
    items.put_nowait(1)
    items.task_done()
    await asyncio.gather(*tasks)
    return shown
shown = asyncio.run(main())
""")
    assert "asyncio/locks.py" in found["shown"].replace("\\", "/")
    things = stage.things()
    waits = [(things[one.thing], Kind(one.value).name) for one in Run.records(stage, Kind.AWAIT) if one.thing]
    assert waits[:3] == [("ready", "EVENT_WAIT"), ("go", "CONDITION_WAIT"), ("items", "QUEUE_WANT_GET")]
    came = [one.kind for one in Run.records(stage, Kind.EVENT_PASSED, Kind.CONDITION_WOKEN)]
    assert came == [Kind.EVENT_PASSED, Kind.CONDITION_WOKEN]


def test_that_the_depth_of_a_queue_is_seen(stage: Loops) -> None:
    stage.run("""
import asyncio
async def main():
    orders = asyncio.Queue(2)
    for number in range(2):
        await orders.put(number)
    await orders.get()
asyncio.run(main())
""")
    assert [(record.kind.name, record.value) for record in stage.records(Kind.QUEUE_PUT, Kind.QUEUE_GOT)] == [
        ("QUEUE_PUT", 1),
        ("QUEUE_PUT", 2),
        ("QUEUE_GOT", 1),
    ]
    assert {"orders"} <= set(stage.things().values())


def test_that_a_task_renamed_is_told_again_and_housekeeping_has_no_lane(stage: Loops) -> None:
    stage.run("""
import asyncio
async def work(self, *rest, key=1):
    asyncio.current_task().set_name("busy")
asyncio.run(work(1, 2, 3))
""")
    names = [fact.name for fact in stage.facts(ThreadFact) if fact.kind == "task"]
    assert names == ["work(1, 2, 3)", "busy"]


def test_that_nothing_of_the_process_is_patched(stage: Loops) -> None:
    before: dict[str, Any] = {name: getattr(asyncio, name) for name in ("run", "Task", "Queue", "new_event_loop")}
    stage.run(TWO)
    assert {name: getattr(asyncio, name) for name in before} == before
    loop = asyncio.new_event_loop()
    try:
        assert type(loop) is (asyncio.ProactorEventLoop if sys.platform == "win32" else asyncio.SelectorEventLoop)
        assert abs(loop.time() - time.monotonic()) < 1
    finally:
        loop.close()


def test_that_isinstance_and_inheritance_work_with_the_facades_classes(stage: Loops) -> None:
    found = stage.run("""
import asyncio
from asyncio import events, queues, runners
class Own(asyncio.Queue):
    pass
async def main():
    task = asyncio.current_task()
    return isinstance(task, asyncio.Task), isinstance(task, asyncio.Future), isinstance(Own(), queues.Queue)
found = runners.run(main())
alike = events.new_event_loop is asyncio.new_event_loop and asyncio.events is events
""")
    assert found["found"] == (True, True, True)
    assert found["alike"]


def test_that_a_short_sleep_at_high_speed_is_not_a_whole_millisecond_of_real_time(stage: Loops) -> None:
    """A selector of the system counts in whole milliseconds: at 20x each would be 20 ms."""
    stage.program(
        """
import asyncio
async def main():
    for _ in range(60):
        await asyncio.sleep(0.006)
asyncio.run(main())
""",
        speed=20,
    )
    times = [record.time for record in stage.of("main()") if record.kind in (Kind.AWAIT, Kind.AWAITED)]
    assert min(end - wait for wait, end in zip(times[::2], times[1::2])) < 0.015 * SECOND


def test_that_a_function_in_a_thread_of_the_loop_is_a_task_of_a_pool(stage: Loops) -> None:
    found = stage.run("""
import asyncio, threading, time
def work(number):
    time.sleep(0.01)
    return threading.current_thread().name, number
async def main():
    loop = asyncio.get_running_loop()
    return await asyncio.gather(asyncio.to_thread(work, 1), loop.run_in_executor(None, work, 2))
found = asyncio.run(main())
""")["found"]
    assert [number for _, number in found] == [1, 2]
    assert all(name.startswith("asyncio_") for name, _ in found)
    assert {fact.name for fact in stage.facts(TaskFact)} == {"work(1)", "work(2)"}
    slept = {record.thread for record in stage.records(Kind.SLEEP)}
    assert slept <= {stage.lane(name) for name, _ in found}


def test_that_an_exception_that_goes_on_through_tasks_says_where_it_was_before(stage: Loops) -> None:
    stage.program("""
import asyncio
async def fail():
    raise ValueError("no")
async def main():
    await asyncio.create_task(fail())
asyncio.run(main())
""")
    lanes = [stage.lane("fail()"), stage.lane("main()"), MAIN_THREAD]
    assert [fact.thread for fact in stage.facts(ExceptionFact)] == lanes
    assert [fact.after for fact in stage.facts(ExceptionFact)] == [0, *lanes[:2]]
