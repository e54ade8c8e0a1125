"""Pools of processes: workers are lanes, calls are tasks in them, and waiting for results is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.frame import FindingKind, State
from engine.words.findings import sentence
from tests.engine.process_kit import METHODS, Watched, lane, printed, processes_of, states
from tests.engine.test_foreign_programs import pythons

ROOT = "def root(n):\n    time.sleep(n / 100)\n    return n * n\n"
FUSSY = "def fussy(n):\n    if n == 2:\n        raise KeyError('two')\n    return n\n"


@pytest.mark.parametrize("method", METHODS)
def test_that_calls_of_a_pool_are_tasks_of_its_workers(watched: Watched, method: str) -> None:
    frame = watched.run(
        ROOT, "with processes.Pool(2) as pool:\n    print(pool.map(root, range(6), chunksize=2))\n", method
    )
    assert printed(frame) == [("MainThread", "[0, 1, 4, 9, 16, 25]")]
    workers = processes_of(frame)
    assert [one.name.rpartition("-")[2] for one in workers] == ["1", "2"]
    assert all("PoolWorker" in one.name for one in workers)
    tasks = frame.recording.tasks
    assert (tasks.submitted, tasks.done) == (6, 6)
    assert sorted(tasks.names[number] for number in tasks.ids.tolist()) == [f"root({n})" for n in range(6)]
    assert set(tasks.lanes.tolist()) <= {one.id for one in workers}
    assert State.WAIT_TASK in set.union(*map(states, workers))
    assert State.WAIT_RESULT in states(lane(frame, "MainThread"))
    assert all(one.spans.states[-1] in (State.ENDED, State.UNJOINED) for one in workers)
    assert not frame.result.findings


@pytest.mark.parametrize("executable", pythons(), ids=lambda path: Path(path).parent.parent.name)
def test_that_every_way_to_hand_something_over_is_seen(watched: Watched, executable: str) -> None:
    frame = watched.run(
        ROOT,
        "with processes.Pool(2) as pool:\n    pool.apply(root, (1,))\n    pool.apply_async(root, (2,)).get()\n"
        "    pool.starmap(pow, [(2, 3)])\n    list(pool.imap(root, [3]))\n"
        "    list(pool.imap_unordered(root, [4, 5], 2))\n    pool.map_async(root, [6]).wait()\n",
        executable=executable,
    )
    tasks = frame.recording.tasks
    assert (tasks.submitted, tasks.done) == (7, 7)
    assert sorted(tasks.names[number] for number in tasks.ids.tolist()) == sorted(
        ["pow(2, 3)", *(f"root({n})" for n in range(1, 7))]
    )


def test_that_a_task_that_fails_is_no_secret_when_its_result_was_asked_for(watched: Watched) -> None:
    frame = watched.run(
        FUSSY,
        "with processes.Pool(2) as pool:\n    try:\n        pool.map(fussy, [1, 2, 3])\n"
        "    except KeyError as error:\n        print(error)\n",
    )
    assert printed(frame) == [("MainThread", "'two'")]
    assert not frame.result.findings


def test_that_a_task_that_fails_in_secret_is_told(watched: Watched) -> None:
    frame = watched.run(
        FUSSY,
        "pool = processes.Pool(1)\npool.apply_async(fussy, (2,))\npool.close()\npool.join()\n",
    )
    (finding,) = [one for one in frame.result.findings if one.kind is FindingKind.TASK_FAILED]
    assert "fussy(2)" in sentence(finding)
    assert finding.line == 4


def test_that_workers_in_the_middle_of_a_task_are_cut_off_by_terminate(watched: Watched) -> None:
    frame = watched.run(
        "def long(ready):\n    print('begun')\n    time.sleep(600)\n",
        "pool = processes.Pool(1)\nresult = pool.apply_async(long, (1,))\nresult.wait(0.3)\npool.terminate()\n"
        "pool.join()\n",
    )
    (worker,) = processes_of(frame)
    assert worker.spans.states[-1] == State.CUT


def test_that_workers_of_an_executor_are_lanes(watched: Watched) -> None:
    frame = watched.run(
        "from concurrent.futures import ProcessPoolExecutor\n" + ROOT,
        "with ProcessPoolExecutor(2, mp_context=processes) as pool:\n    print(list(pool.map(root, range(4))))\n",
    )
    workers = processes_of(frame)
    assert len(workers) == 2
    assert frame.recording.tasks.done == 4
    assert set(frame.recording.tasks.lanes.tolist()) <= {one.id for one in workers}
    assert [one for one in frame.recording.lanes if one not in workers and one.name != "MainThread"] == []


def test_that_workers_of_a_library_are_lanes_when_the_program_runs_in_them(watched: Watched) -> None:
    frame = watched.run(
        "import joblib\ndef root(n):\n    print('root', n)\n    time.sleep(0.02)\n    return n\n",
        "for backend in ('loky', 'multiprocessing'):\n"
        "    print(joblib.Parallel(2, backend=backend)(joblib.delayed(root)(n) for n in range(4)))\n",
    )
    workers = {one.name.partition("-")[0] for one in processes_of(frame)}
    assert workers == {"LokyProcess", "ForkPoolWorker"}
    worked = [one for one in processes_of(frame) if State.SLEEPING in states(one)]  # one may begin when all is done
    assert {one.name.partition("-")[0] for one in worked} == workers
    assert all(one.spans.states[-1] in (State.ENDED, State.UNJOINED) for one in worked)
    assert all(one.ended is not None for one in processes_of(frame))
    assert {name.partition("-")[0] for name, text in printed(frame) if text.startswith("root")} == workers
    assert (frame.recording.tasks.submitted, frame.recording.tasks.done) == (8, 8)
    assert not frame.result.findings


ENDINGS = {
    "executor": "from concurrent.futures import ProcessPoolExecutor\n"
    "with ProcessPoolExecutor(2, mp_context=processes) as pool:\n"
    "    calls = [pool.submit(root, n) for n in (20, 30, 40)]\n",
    "pool": "pool = processes.Pool(2)\ncalls = pool.map_async(root, (20, 30, 40), 1)\npool.close()\npool.join()\n",
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_that_whoever_waits_for_the_end_of_a_pool_is_seen_to_wait_for_its_workers(
    watched: Watched, ending: str
) -> None:
    frame = watched.run(ROOT, ENDINGS[ending])
    main, worker = lane(frame, "MainThread"), processes_of(frame)[0]
    spans = main.spans
    joins = [n for n, state in enumerate(spans.states) if state == State.WAIT_JOIN]
    row = joins[0]
    assert spans.objects[row] == worker.id
    assert {spans.objects[n] for n in joins} <= {one.id for one in processes_of(frame)}  # some end a little later
    assert spans.starts[row + 1] - spans.starts[row] > 0.2e9
    assert spans.starts[row + 1] >= frame.recording.tasks.ends.max()
    assert worker.joined
    assert not frame.result.findings
