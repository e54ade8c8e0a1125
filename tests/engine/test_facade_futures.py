"""The facade of `concurrent.futures`: real pools, whose workers, tasks and results are seen."""

from __future__ import annotations

import asyncio
import concurrent.futures
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.frame import Ended, State
from engine.hosting.host import InProcess
from engine.protocol.messages import TaskFact, ThreadFact
from engine.protocol.records import MAIN_THREAD, Flag, Kind
from engine.session.session import Session
from tests.engine.facade_kit import Stage, Working, raised
from tests.engine.stage_kit import PATIENCE, Record, until

TASK = tuple(kind for kind in Kind if kind.name.startswith("TASK"))
RESULT = tuple(kind for kind in Kind if kind.name.startswith("RESULT"))
MODULES = ["concurrent.futures", "concurrent.futures.thread"]


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    threads = set(threading.enumerate())
    yield stage
    until(lambda: not [thread for thread in set(threading.enumerate()) - threads if thread.is_alive()])


@pytest.fixture
def futures(stage: Stage) -> Any:
    return stage.module("concurrent.futures")


def names(stage: Stage) -> dict[int, str]:
    return {fact.id: fact.name for fact in stage.facts(TaskFact)}


def story(stage: Stage, name: str, *kinds: Kind) -> list[str]:
    """What happened to the task of this name, idleness left out."""
    number = next(number for number, known in names(stage).items() if known == name)
    found = stage.records(*(kinds or TASK + RESULT))
    return [record.kind.name for record in found if record.thing == number]


def of(stage: Stage, *kinds: Kind) -> list[Record]:
    return stage.records(*kinds)


def test_that_a_task_is_handed_over_begun_and_done_in_the_lane_of_its_worker(stage: Stage) -> None:
    found = stage.run(
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def root(n):\n"
        "    return n ** 0.5\n"
        "with ThreadPoolExecutor(1) as pool:\n"
        "    future = pool.submit(root, 16)\n"
        "answer = future.result()\n"
    )
    assert found["answer"] == 4.0
    assert names(stage) == {1: "root(16)"}
    worker = stage.lane("ThreadPoolExecutor-0_0")
    handed, begun, ended = of(stage, Kind.TASK_SUBMITTED, Kind.TASK_STARTED, Kind.TASK_DONE)
    assert (handed.kind, handed.thread, handed.line, handed.thing) == (Kind.TASK_SUBMITTED, MAIN_THREAD, 5, 1)
    assert (begun.kind, begun.thread, begun.line, begun.thing) == (Kind.TASK_STARTED, worker, 2, 1)
    assert (ended.kind, ended.thread, ended.thing) == (Kind.TASK_DONE, worker, 1)
    (fact,) = stage.facts(TaskFact)
    assert fact.place & 0xFFFFF == 5


def test_that_a_worker_with_nothing_to_do_says_so(stage: Stage, futures: Any) -> None:
    with futures.ThreadPoolExecutor(1) as pool:
        pool.submit(int).result()
        stage.wait_for(Kind.TASK_WANT)
        pool.submit(int).result()
        stage.wait_for(Kind.TASK_WANT, 2)
    worker = stage.lane("ThreadPoolExecutor-0_0")
    assert [record.kind.name for record in stage.records(*TASK) if record.thread == worker] == [
        "TASK_STARTED",
        "TASK_DONE",
        "TASK_WANT",
    ] * 2


def test_that_a_result_is_waited_for_only_when_it_is_not_there(stage: Stage, futures: Any) -> None:
    gate = threading.Event()
    with futures.ThreadPoolExecutor(1) as pool:
        future = pool.submit(gate.wait, 20)
        waiting = Working(future.result)
        stage.wait_for(Kind.RESULT_WANT)
        assert not stage.has(Kind.RESULT_GOT)
        gate.set()
        assert waiting.result() is True
        assert future.result(0) is future.result() is True
    assert [record.kind.name for record in stage.records(*RESULT)] == [
        "RESULT_WANT",
        "RESULT_GOT",
        "RESULT_SEEN",
        "RESULT_SEEN",
        "RESULT_SEEN",
    ]
    done, got = stage.records(Kind.TASK_DONE, Kind.RESULT_GOT)
    assert (done.kind, got.kind) == (Kind.TASK_DONE, Kind.RESULT_GOT)


def test_that_an_exception_is_raised_again_where_the_result_is_asked_for(stage: Stage) -> None:
    stage.program(
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def root(n):\n"
        "    if n < 0:\n"
        "        raise ValueError('no')\n"
        "with ThreadPoolExecutor(1) as pool:\n"
        "    future = pool.submit(root, -1)\n"
        "future.result()\n"
    )
    assert stage.outcome.ended == "died"
    assert stage.died_of.place & 0xFFFFF == 4
    assert "facade" not in stage.died_of.traceback
    (failed,) = stage.records(Kind.TASK_FAILED)
    assert (failed.thread, failed.line) == (stage.lane("ThreadPoolExecutor-0_0"), 4)
    assert stage.texts(Kind.TASK_FAILED) == ["ValueError: no"]
    (again,) = stage.records(Kind.RESULT_RAISED)
    assert (again.thread, again.line, again.thing) == (MAIN_THREAD, 7, failed.thing)
    assert not stage.records(Kind.RESULT_SEEN)


def test_that_a_failure_nobody_asks_for_is_told_by_the_task_alone(stage: Stage, futures: Any) -> None:
    with futures.ThreadPoolExecutor(1) as pool:
        pool.submit(int, "x")
        asked = pool.submit(int, "y")
    assert isinstance(asked.exception(), ValueError)
    assert story(stage, "int('x')") == ["TASK_SUBMITTED", "TASK_STARTED", "TASK_FAILED"]
    assert story(stage, "int('y')")[-1] == "RESULT_SEEN"


def test_that_a_time_out_of_result_is_program_time_and_raises_what_the_real_one_raises(
    stage: Stage, futures: Any
) -> None:
    stage.context.clock.set_speed(20)
    gate = threading.Event()
    with futures.ThreadPoolExecutor(1) as pool:
        future = pool.submit(gate.wait, 60)
        began = time.monotonic()
        with pytest.raises(concurrent.futures.TimeoutError):
            future.result(timeout=6)
        with pytest.raises(futures.TimeoutError):
            future.exception(timeout=6)
        assert 0.5 < time.monotonic() - began < 5
        assert raised(future.result, 0)[0] is concurrent.futures.TimeoutError
        assert raised(future.result, "soon")[0] is TypeError
        gate.set()
    wants = stage.records(Kind.RESULT_WANT)
    assert [record.flags for record in wants] == [Flag.TIMED, Flag.TIMED]
    assert len(stage.records(Kind.RESULT_GAVE_UP)) == 3


def test_that_map_keeps_the_order_and_hands_out_results_while_later_ones_are_missing(
    stage: Stage, futures: Any
) -> None:
    gates = [threading.Event() for _ in range(3)]

    def through(number: int) -> int:
        gates[number].wait(PATIENCE)
        return number

    with futures.ThreadPoolExecutor(3) as pool:
        results = pool.map(through, range(3))
        gates[1].set()
        until(lambda: stage.has(Kind.TASK_DONE))
        gates[0].set()
        assert next(results) == 0
        assert next(results) == 1
        assert not gates[2].is_set()
        gates[2].set()
        assert list(results) == [2]
    assert list(names(stage).values()) == ["through(0)", "through(1)", "through(2)"]


def test_that_a_time_out_of_map_is_program_time_and_cancels_what_has_not_begun(stage: Stage, futures: Any) -> None:
    stage.context.clock.set_speed(20)
    gate = threading.Event()
    with futures.ThreadPoolExecutor(1) as pool:
        began = time.monotonic()
        results = pool.map(gate.wait, [60, 61], timeout=6)
        with pytest.raises(concurrent.futures.TimeoutError):
            next(results)
        assert time.monotonic() - began < 5
        gate.set()
    assert story(stage, "wait(61)", *TASK) == ["TASK_SUBMITTED", "TASK_CANCELLED"]


def test_that_an_exception_in_map_comes_when_its_turn_is_there(futures: Any) -> None:
    with futures.ThreadPoolExecutor(2) as pool:
        results = pool.map(int, ["1", "x", "3"])
        assert next(results) == 1
        with pytest.raises(ValueError, match="invalid literal"):
            next(results)


def test_that_as_completed_yields_in_the_order_of_ending_and_waits_where_it_waits(stage: Stage) -> None:
    found = stage.run(
        "import threading\n"
        "from concurrent.futures import ThreadPoolExecutor, as_completed\n"
        "gates = [threading.Event() for _ in range(3)]\n"
        "order = []\n"
        "with ThreadPoolExecutor(3) as pool:\n"
        "    futures = {pool.submit(gate.wait): n for n, gate in enumerate(gates)}\n"
        "    gates[2].set()\n"
        "    for future in as_completed(futures):\n"
        "        order.append(futures[future])\n"
        "        gates[futures[future] - 1].set()\n"
    )
    assert found["order"] == [2, 1, 0]
    wants = [record for record in stage.records(Kind.RESULT_WANT) if record.thing == 0]
    assert wants
    assert {record.line for record in wants} == {8}
    assert len(wants) == len([record for record in stage.records(Kind.RESULT_GOT) if record.thing == 0])


def test_that_as_completed_gives_up_on_program_time(stage: Stage, futures: Any) -> None:
    stage.context.clock.set_speed(20)
    gate = threading.Event()
    with futures.ThreadPoolExecutor(2) as pool:
        quick, slow = pool.submit(int), pool.submit(gate.wait, 60)
        began = time.monotonic()
        seen = []
        with pytest.raises(concurrent.futures.TimeoutError, match="1 \\(of 2\\) futures unfinished"):
            seen.extend(futures.as_completed([quick, slow], timeout=6))
        assert time.monotonic() - began < 5
        gate.set()


def test_that_wait_ends_at_the_first_at_the_first_exception_or_with_all(stage: Stage, futures: Any) -> None:
    gate = threading.Event()
    with futures.ThreadPoolExecutor(3) as pool:
        quick, slow = pool.submit(int), pool.submit(gate.wait, 60)
        assert futures.wait([quick, slow], return_when=futures.FIRST_COMPLETED) == ({quick}, {slow})
        bad = pool.submit(int, "x")
        done = futures.wait([bad, slow], return_when=futures.FIRST_EXCEPTION)
        assert done.done == {bad}
        assert futures.wait([slow], timeout=0.01).not_done == {slow}
        waiting = Working(futures.wait, [quick, slow, bad])
        until(lambda: len(stage.records(Kind.RESULT_WANT)) > len(stage.records(Kind.RESULT_GOT, Kind.RESULT_GAVE_UP)))
        gate.set()
        assert waiting.result().done == {quick, slow, bad}
    assert isinstance(done, concurrent.futures._base.DoneAndNotDoneFutures)
    unknown = raised(concurrent.futures.wait, [concurrent.futures.Future()], None, "NEVER")
    assert raised(futures.wait, [futures.Future()], None, "NEVER") == unknown
    assert unknown[0] is ValueError


def test_that_a_task_that_has_not_begun_can_be_cancelled(stage: Stage, futures: Any) -> None:
    gate = threading.Event()
    with futures.ThreadPoolExecutor(1) as pool:
        running, waiting = pool.submit(gate.wait, 20), pool.submit(int)
        until(running.running)
        assert not running.cancel()
        assert waiting.cancel()
        assert waiting.cancel()
        assert raised(waiting.result)[0] is concurrent.futures.CancelledError
        assert raised(waiting.exception)[0] is futures.CancelledError
        gate.set()
    assert story(stage, "int()", *TASK) == ["TASK_SUBMITTED", "TASK_CANCELLED"]


def test_that_shutdown_can_cancel_all_that_waits(stage: Stage, futures: Any) -> None:
    gate = threading.Event()
    pool = futures.ThreadPoolExecutor(1)
    running, *waiting = [pool.submit(gate.wait, 20) for _ in range(4)]
    until(running.running)
    pool.shutdown(wait=False, cancel_futures=True)
    assert all(future.cancelled() for future in waiting)
    gate.set()
    pool.shutdown()
    assert running.result() is True
    assert len(stage.records(Kind.TASK_CANCELLED)) == 3
    assert raised(pool.submit, int) == (RuntimeError, "cannot schedule new futures after shutdown")
    assert len(stage.records(Kind.TASK_SUBMITTED)) == 4


def test_that_an_initializer_that_fails_breaks_the_pool_as_the_real_one(
    stage: Stage, futures: Any, caplog: pytest.LogCaptureFixture
) -> None:
    pool = futures.ThreadPoolExecutor(1, initializer=int, initargs=("x",))
    future = pool.submit(int)
    assert isinstance(future.exception(), concurrent.futures.thread.BrokenThreadPool)
    until(lambda: raised(pool.submit, int)[0] is stage.module("concurrent.futures.thread").BrokenThreadPool)
    assert isinstance(future.exception(), futures.BrokenExecutor)
    pool.shutdown()
    assert "Exception in initializer" in caplog.text
    assert stage.texts(Kind.TASK_FAILED)[0].startswith("concurrent.futures.thread.BrokenThreadPool: ")


def test_that_initializers_arguments_prefixes_and_sizes_work(stage: Stage, futures: Any) -> None:
    made: list[str] = []
    with futures.ThreadPoolExecutor(2, "crew", made.append, ("ready",)) as pool:
        assert pool.submit(pow, 2, 10).result() == 1024
        assert pool.submit(dict, a=1).result() == {"a": 1}
    assert made[0] == "ready"
    assert "crew_0" in {fact.name for fact in stage.facts(ThreadFact)}
    assert raised(futures.ThreadPoolExecutor, 0) == raised(concurrent.futures.ThreadPoolExecutor, 0)
    assert raised(futures.ThreadPoolExecutor, 1, "", 3) == raised(concurrent.futures.ThreadPoolExecutor, 1, "", 3)


def test_that_callbacks_run_in_the_worker_which_is_not_idle_meanwhile(stage: Stage, futures: Any) -> None:
    gate, called = threading.Event(), threading.Event()
    seen: list[Any] = []

    def callback(future: Any) -> None:
        seen.append((future.result(), threading.current_thread().name))
        called.set()

    with futures.ThreadPoolExecutor(1) as pool:
        future = pool.submit(gate.wait, 20)
        future.add_done_callback(callback)
        gate.set()
        assert called.wait(PATIENCE)
    assert seen == [(True, "ThreadPoolExecutor-0_0")]
    worker = stage.lane("ThreadPoolExecutor-0_0")
    kinds = [record.kind.name for record in stage.records(*TASK, *RESULT) if record.thread == worker]
    assert kinds[:4] == ["TASK_STARTED", "TASK_DONE", "RESULT_GOT", "RESULT_SEEN"]


def test_that_a_task_may_hand_over_tasks_of_its_own(stage: Stage) -> None:
    found = stage.run(
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def inner(n):\n    return n + 1\n"
        "def outer(n):\n    return pool.submit(inner, n).result()\n"
        "with ThreadPoolExecutor(4) as pool:\n"
        "    answers = list(pool.map(outer, range(3)))\n"
    )
    assert found["answers"] == [1, 2, 3]
    handed = {record.thing: record.thread for record in stage.records(Kind.TASK_SUBMITTED)}
    begun = {record.thing: record.thread for record in stage.records(Kind.TASK_STARTED)}
    known = {name: number for number, name in names(stage).items()}
    for number in range(3):
        assert handed[known[f"inner({number})"]] == begun[known[f"outer({number})"]]


def test_that_idle_workers_are_sent_home_by_pythons_own_end(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    path = tmp_path / "left.py"
    path.write_text(
        "import atexit\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "pool = ThreadPoolExecutor(3)\nfutures = [pool.submit(pow, 2, n) for n in range(3)]\n"
        "atexit.register(lambda: print('last', [f.result() for f in futures]))\n"
    )
    session = open_program(path)
    session.run()
    frame = session.wait(PATIENCE)
    assert frame.run.ended is not None
    assert frame.run.ended.value == "finished"
    assert [line.text for line in frame.recording.output] == ["last [1, 2, 4]"]
    assert all(lane.ended is not None for lane in frame.recording.lanes)
    assert not [finding for finding in frame.result.findings if finding.kind.value == "not-joined"]


def test_that_pools_of_libraries_stay_real_and_quiet(stage: Stage, futures: Any) -> None:
    assert futures.ThreadPoolExecutor is not concurrent.futures.ThreadPoolExecutor
    with concurrent.futures.ThreadPoolExecutor(1) as pool:  # this file is no part of the program, as a library is none
        future = pool.submit(pow, 2, 5)
        assert type(future) is concurrent.futures.Future
        assert future.result() == 32
    assert not stage.records(*TASK, *RESULT)


def test_that_the_loop_takes_our_futures_and_our_executor(stage: Stage, futures: Any) -> None:
    async def main(pool: Any) -> list[Any]:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(pool)
        first = await asyncio.wrap_future(pool.submit(pow, 2, 3))
        return [first, await loop.run_in_executor(None, pow, 2, 4)]

    pool = futures.ThreadPoolExecutor(2)
    assert asyncio.run(main(pool)) == [8, 16]
    assert len(stage.records(Kind.TASK_DONE)) == 2


def test_that_ours_are_instances_of_the_real_ones_and_the_real_ones_of_ours(futures: Any) -> None:
    with futures.ThreadPoolExecutor(1) as pool:
        future = pool.submit(int)
        assert isinstance(pool, concurrent.futures.ThreadPoolExecutor)
        assert isinstance(pool, futures.Executor)
        assert isinstance(future, concurrent.futures.Future)
    assert isinstance(concurrent.futures.Future(), futures.Future)
    assert not isinstance(3, futures.Future)
    assert issubclass(futures.Future, concurrent.futures.Future)
    assert repr(future).startswith("<Future at 0x")
    assert repr(futures.ThreadPoolExecutor) == repr(concurrent.futures.ThreadPoolExecutor)
    assert set(futures.__all__) == set(concurrent.futures.__all__)


def test_that_a_future_of_the_programs_own_is_waited_for_on_program_time(stage: Stage, futures: Any) -> None:
    stage.context.clock.set_speed(20)
    promise = futures.Future()
    began = time.monotonic()
    assert raised(promise.result, 4)[0] is concurrent.futures.TimeoutError
    assert time.monotonic() - began < 3
    waiting = Working(promise.result)
    stage.wait_for(Kind.RESULT_WANT, 2)
    promise.set_result("kept")
    assert waiting.result() == "kept"
    assert raised(promise.set_result, 2)[0] is concurrent.futures.InvalidStateError
    assert not stage.records(*TASK)


def test_that_subclasses_of_the_executor_work(stage: Stage) -> None:
    found = stage.run(
        "from concurrent.futures import ThreadPoolExecutor\n"
        "class Loud(ThreadPoolExecutor):\n"
        "    def submit(self, fn, *args, **kwargs):\n"
        "        seen.append(args)\n"
        "        return super().submit(fn, *args, **kwargs)\n"
        "seen = []\n"
        "with Loud(2) as pool:\n    answers = list(pool.map(abs, [-1, -2]))\n"
    )
    assert (found["seen"], found["answers"]) == ([(-1,), (-2,)], [1, 2])
    assert sorted(names(stage).values()) == ["abs(-1)", "abs(-2)"]


@pytest.mark.parametrize(
    "text",
    [
        "import concurrent.futures as cf",
        "import concurrent.futures\ncf = concurrent.futures",
        "from concurrent import futures as cf",
        "import concurrent.futures.thread\ncf = concurrent.futures",
    ],
)
def test_that_every_way_to_import_it_leads_to_the_same_module(stage: Stage, text: str) -> None:
    assert stage.run(text)["cf"] is stage.module("concurrent.futures")


def test_that_names_are_imported_one_by_one_and_all_at_once(stage: Stage) -> None:
    found = stage.run(
        "from concurrent.futures.thread import ThreadPoolExecutor as deep\nfrom concurrent.futures import *\n"
    )
    assert found["deep"] is found["ThreadPoolExecutor"] is stage.module("concurrent.futures").ThreadPoolExecutor
    assert found["FIRST_COMPLETED"] == concurrent.futures.FIRST_COMPLETED


def test_that_the_real_module_is_left_alone(stage: Stage) -> None:
    before = {name: dict(vars(sys.modules[name])) for name in MODULES}
    stage.run("from concurrent.futures import ThreadPoolExecutor\nThreadPoolExecutor(1).submit(int).result()\n")
    assert before == {name: dict(vars(sys.modules[name])) for name in MODULES}


def test_that_a_stop_within_the_windows_process_ends_busy_workers_and_idle_ones(
    open_program: Callable[..., Session], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "busy.py"
    path.write_text(
        "import time\nfrom concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(2)\n"
        "busy = pool.submit(time.sleep, 1000)\npool.submit(int).result()\nbusy.result()\n"
    )
    session = open_program(path, make_host=lambda _: InProcess())
    session.run()
    until(lambda: any(State.WAIT_RESULT in lane.spans.states for lane in session.pump().recording.lanes))
    session.stop()
    frame = session.wait(PATIENCE)
    assert frame.run.ended is Ended.STOPPED
    until(lambda: not [thread for thread in threading.enumerate() if thread.name.startswith("ThreadPoolExecutor")])
    assert "Exception in worker" not in capfd.readouterr().err
