"""The facade of `joblib`: each call is a task, whichever back end does it. With the library itself, really run."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import joblib
import joblib.parallel
import pytest

from engine.protocol.messages import TaskFact, ThreadFact
from engine.protocol.records import MAIN_THREAD, Kind
from engine.session.session import Session
from tests.engine.facade_kit import Stage
from tests.engine.outside import inside, outside
from tests.engine.stage_kit import until

TASK = tuple(kind for kind in Kind if kind.name.startswith("TASK"))
RESULT = tuple(kind for kind in Kind if kind.name.startswith("RESULT"))
SQUARES = "from joblib import Parallel, delayed\ndef square(n):\n    return n * n\n"


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    threads = set(threading.enumerate())
    yield stage
    until(lambda: not [thread for thread in set(threading.enumerate()) - threads if thread.is_alive()])


def names(stage: Stage) -> list[str]:
    return [fact.name for fact in stage.facts(TaskFact)]


def kinds(stage: Stage, *wanted: Kind) -> list[str]:
    return [record.kind.name for record in stage.records(*wanted)]


def test_that_calls_are_tasks_in_the_lanes_of_the_librarys_own_threads(stage: Stage) -> None:
    found = stage.run(
        SQUARES + "answer = Parallel(n_jobs=2, backend='threading')(delayed(square)(n) for n in range(5))\n"
    )
    assert found["answer"] == [0, 1, 4, 9, 16]
    assert names(stage) == [f"square({n})" for n in range(5)]
    assert {fact.place & 0xFFFFF for fact in stage.facts(TaskFact)} == {4}
    begun, done = stage.records(Kind.TASK_STARTED), stage.records(Kind.TASK_DONE)
    assert sorted(record.thing for record in begun) == sorted(record.thing for record in done) == [1, 2, 3, 4, 5]
    assert {record.line for record in begun} == {2}
    workers = {record.thread for record in begun}
    assert MAIN_THREAD not in workers
    told = {fact.id: fact.name for fact in stage.facts(ThreadFact)}
    assert all("Thread-" in told[worker] for worker in workers)
    ended = super(Stage, stage).records  # the library's own threads end when it likes
    until(lambda: workers <= {record.thread for record in ended(Kind.THREAD_ENDED)})


def test_that_only_workers_and_callers_have_lanes(stage: Stage) -> None:
    stage.run(SQUARES + "Parallel(n_jobs=2, backend='threading')(delayed(square)(n) for n in range(40))\n")
    handed = {record.thread for record in stage.records(Kind.TASK_SUBMITTED)}
    assert handed <= {0, MAIN_THREAD}  # joblib's own thread hands over the later ones, and has no lane
    lanes = {fact.id for fact in stage.facts(ThreadFact)} - {MAIN_THREAD}
    assert lanes <= {record.thread for record in stage.records(Kind.TASK_STARTED)}


def test_that_the_caller_waits_for_the_results_and_goes_on_with_them(stage: Stage) -> None:
    stage.run(SQUARES + "Parallel(n_jobs=2, backend='threading')(delayed(square)(n) for n in range(3))\n")
    asked = stage.records(*RESULT)
    assert [(record.kind.name, record.thing, record.thread) for record in asked] == [
        ("RESULT_WANT", 0, MAIN_THREAD),
        ("RESULT_GOT", 0, MAIN_THREAD),
    ]
    assert {record.line for record in asked} == {4}


@pytest.mark.parametrize("how", ["n_jobs=1", "n_jobs=4, backend='sequential'", ""])
def test_that_one_job_is_done_by_the_caller_who_is_no_idle_worker_afterwards(stage: Stage, how: str) -> None:
    found = stage.run(SQUARES + f"answer = Parallel({how})(delayed(square)(n) for n in range(2))\n")
    assert found["answer"] == [0, 1]
    assert kinds(stage, *TASK, *RESULT) == ["TASK_SUBMITTED", "TASK_STARTED", "TASK_DONE", "RESULT_GOT"] * 2
    assert {record.thread for record in stage.records(*TASK)} == {MAIN_THREAD}


def test_that_an_exception_is_raised_where_the_results_are_asked_for_and_is_no_secret(stage: Stage) -> None:
    stage.program(
        "from joblib import Parallel, delayed\n"
        "def root(n):\n"
        "    if n == 3:\n"
        "        raise ValueError('no threes')\n"
        "    return n ** 0.5\n"
        "Parallel(n_jobs=2, backend='threading')(delayed(root)(n) for n in range(6))\n"
    )
    assert (stage.died_of.type, stage.died_of.message) == ("ValueError", "no threes")
    assert "facade" not in stage.died_of.traceback
    (failed,) = stage.records(Kind.TASK_FAILED)
    assert failed.line == 4
    (raised,) = stage.records(Kind.RESULT_RAISED)
    assert (raised.thread, raised.line) == (MAIN_THREAD, 6)
    assert failed.thing in {record.thing for record in stage.records(Kind.RESULT_SEEN)}


@pytest.mark.parametrize("how", ["generator", "generator_unordered"])
def test_that_results_may_come_one_by_one(stage: Stage, how: str) -> None:
    found = stage.run(
        SQUARES + "with Parallel(n_jobs=2, backend='threading', return_as='" + how + "') as parallel:\n"
        "    answer = sorted(parallel(delayed(square)(n) for n in range(5)))\n"
        "    again = sorted(parallel(delayed(square)(n) for n in range(3)))\n"
    )
    assert (found["answer"], found["again"]) == ([0, 1, 4, 9, 16], [0, 1, 4])
    wants, gots = stage.records(Kind.RESULT_WANT), stage.records(Kind.RESULT_GOT)
    assert len(wants) == len(gots) >= 8


def test_that_a_generator_may_be_left_in_the_middle(stage: Stage) -> None:
    with pytest.warns(UserWarning, match="You could benefit"):
        found = stage.run(
            "import threading\n" + SQUARES + "gate = threading.Event()\n"
            "def later(n):\n    return n == 0 or gate.wait()\n"
            "results = Parallel(n_jobs=2, backend='threading', return_as='generator')("
            "delayed(later)(n) for n in range(50))\n"
            "first = next(results)\nresults.close()\ngate.set()\n"
        )
    assert found["first"] is True
    assert not stage.records(Kind.RESULT_RAISED)


def test_that_a_time_out_is_program_time(stage: Stage) -> None:
    stage.context.clock.set_speed(20)
    gate = threading.Event()
    stage.names["gate"] = gate
    parallel = stage.module("joblib").Parallel(n_jobs=2, backend="threading", timeout=6)
    began = time.monotonic()
    opener = threading.Timer(2.0, gate.set)  # the library waits for its threads at the end
    opener.start()
    with pytest.raises(multiprocessing.TimeoutError):
        parallel(joblib.delayed(gate.wait)(20) for _ in range(2))
    opener.join()
    assert time.monotonic() - began < 6
    assert kinds(stage, *RESULT)[:2] == ["RESULT_WANT", "RESULT_GOT"]


def test_that_the_words_of_verbose_tell_program_time(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.context.clock.set_speed(20)
    sleep = stage.module("time").sleep
    stage.module("joblib").Parallel(n_jobs=1, verbose=1)(joblib.delayed(sleep)(n) for n in (2, 3))
    words = capsys.readouterr()
    elapsed = (words.out + words.err).split("elapsed:")[1].split()[0]
    assert 5 <= float(elapsed.rstrip("s")) < 30


def test_that_what_is_no_call_fails_as_it_does_outside(open_program: Callable[..., Session], tmp_path: Path) -> None:
    path = tmp_path / "forgot.py"
    path.write_text(
        "from joblib import Parallel, delayed\n"
        "for wrong in [3.0], 5, [(abs, (1,))], [(3, (), {})]:\n"
        "    try:\n"
        "        print(Parallel(n_jobs=2, backend='threading')(wrong))\n"
        "    except Exception as error:\n"
        "        print(type(error), error)\n"
    )
    assert inside(open_program, path) == outside(path)


def test_that_a_process_may_use_what_was_imported_from_multiprocessing(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    path = tmp_path / "locks.py"
    path.write_text(
        "from joblib import Parallel, delayed\nfrom multiprocessing import Lock\n"
        "def work(n):\n    with Lock():\n        return n\n"
        "if __name__ == '__main__':\n    print(Parallel(n_jobs=2)(delayed(work)(n) for n in range(3)))\n"
    )
    assert inside(open_program, path) == outside(path)


def test_that_arguments_configurations_and_batches_are_taken_as_by_the_real_one(stage: Stage) -> None:
    found = stage.run(
        "import joblib\nfrom joblib import Parallel, delayed, parallel_config\n"
        "def square(n):\n    return n * n\n"
        "with parallel_config(backend='threading', n_jobs=3):\n"
        "    a = Parallel(batch_size=4, pre_dispatch='all')(delayed(square)(n) for n in range(10))\n"
        "b = Parallel(n_jobs=-1, prefer='threads', batch_size='auto')([delayed(square)(n) for n in range(3)])\n"
        "same = joblib.Parallel is Parallel\n"
    )
    assert found["a"] == [n * n for n in range(10)]
    assert found["b"] == [0, 1, 4]
    assert found["same"]
    assert len(stage.records(Kind.TASK_DONE)) == 13
    with pytest.raises(ValueError, match="Invalid backend"):
        stage.module("joblib").Parallel(backend="nonsense")


def test_that_a_parallel_inside_a_task_is_seen_too(stage: Stage) -> None:
    found = stage.run(
        SQUARES + "def outer(n):\n    return sum(Parallel(n_jobs=2)(delayed(square)(m) for m in range(n)))\n"
        "answer = Parallel(n_jobs=2, backend='threading')(delayed(outer)(n) for n in (2, 3))\n"
    )
    assert found["answer"] == [1, 5]
    assert len(stage.records(Kind.TASK_DONE)) == 7


def test_that_ours_is_the_real_parallel_and_the_real_module_is_left_alone(stage: Stage) -> None:
    before = {module: dict(vars(module)) for module in (joblib, joblib.parallel)}
    found = stage.run(
        "import joblib\nfrom joblib.parallel import Parallel as deep\nfrom joblib import *\n"
        "one = Parallel(n_jobs=2, backend='threading')\n"
    )
    assert isinstance(found["one"], joblib.Parallel)
    assert found["deep"] is found["Parallel"] is not joblib.Parallel
    assert found["one"](joblib.delayed(abs)(n) for n in ()) == []
    assert before == {module: dict(vars(module)) for module in (joblib, joblib.parallel)}
