"""Pools of processes on real stages: each call is a task in the lane of the process that does it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.frame import FindingKind, Frame, LaneKind, State
from engine.session.session import Session
from engine.words.findings import sentence
from engine.words.troubles import told
from tests.engine.outside import inside, outside
from tests.engine.test_foreign_programs import pythons

PATIENCE = 60
Opener = Callable[..., Session]

EXECUTOR = """
import os
from concurrent.futures import ProcessPoolExecutor

def root(n):
    if n < 0:
        raise ValueError("no")
    return n ** 0.5

def leave(n):
    os._exit(3)
"""
JOBLIB = "import time\nfrom joblib import Parallel, delayed\n\ndef nap(n):\n    time.sleep(n)\n    return n\n"


def run(open_program: Opener, folder: Path, text: str, executable: str = sys.executable, speed: float = 1.0) -> Frame:
    """Runs a program to its end on a stage of its own."""
    path = folder / "program.py"
    path.write_text(text)
    session = open_program(path, executable=executable)
    try:
        session.set_speed(speed)
        session.run()
        frame = session.wait(PATIENCE)
        assert frame.run.ended is not None
        return frame
    finally:
        session.close()


def printed(frame: Frame) -> list[str]:
    return [line.text for line in frame.recording.output if not line.error]


def names(frame: Frame) -> list[str]:
    return sorted(frame.recording.tasks.names[number] for number in frame.recording.tasks.ids.tolist())


def workers(frame: Frame) -> set[LaneKind]:
    """The kinds of lanes in which tasks ran."""
    lanes = {lane.id: lane for lane in frame.recording.lanes}
    return {lanes[number].kind for number in frame.recording.tasks.lanes.tolist()}


@pytest.mark.parametrize("executable", pythons(), ids=lambda path: Path(path).parent.parent.name)
def test_that_calls_are_tasks_in_lanes_of_processes(open_program: Opener, tmp_path: Path, executable: str) -> None:
    frame = run(
        open_program,
        tmp_path,
        EXECUTOR + "if __name__ == '__main__':\n    with ProcessPoolExecutor(2) as pool:\n"
        "        print(list(pool.map(root, [16, 9, 4])), pool.submit(root, 1).result(30))\n",
        executable,
    )
    assert printed(frame) == ["[4.0, 3.0, 2.0] 1.0"]
    assert names(frame) == ["root(1)", "root(16)", "root(4)", "root(9)"]
    assert workers(frame) == {LaneKind.PROCESS}
    assert (frame.recording.tasks.ends >= frame.recording.tasks.starts).all()
    assert (frame.recording.tasks.submitted, frame.recording.tasks.done) == (4, 4)
    assert frame.result.findings == ()


KINDS = """
import functools, sys

def kinds(*given):
    real = type(len), type(lambda: None)
    return sorted({"real" if type(getattr(one, "func", one)) in real else "ours" for one in given})

GIVEN = (print, input, open, functools.partial(print, "a"))
"""
WAYS = {
    "executor": "from concurrent.futures import ProcessPoolExecutor\n{}"
    "    with ProcessPoolExecutor(1) as pool:\n        print(*pool.submit(kinds, *GIVEN).result(30))\n",
    "spawn": "import multiprocessing\n{}    with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
    "        print(*pool.apply(kinds, GIVEN))\n",
    "loky": "from joblib import Parallel, delayed\n{}"
    "    print(*Parallel(2, backend='loky')([delayed(kinds)(*GIVEN)])[0])\n",
}


@pytest.mark.parametrize("way", WAYS)
def test_that_builtins_that_report_are_those_of_the_process_they_come_to(
    open_program: Opener, tmp_path: Path, way: str
) -> None:
    text = KINDS + WAYS[way].format("if __name__ == '__main__':\n")
    assert printed(run(open_program, tmp_path, text)) == ["ours"]


def test_that_a_file_opened_by_a_function_that_is_handed_over_is_seen(open_program: Opener, tmp_path: Path) -> None:
    frame = run(
        open_program,
        tmp_path,
        "from concurrent.futures import ProcessPoolExecutor\nimport os\nif __name__ == '__main__':\n"
        "    with ProcessPoolExecutor(1) as pool:\n"
        "        try:\n            pool.submit(open, os.path.join('nowhere', 'file')).result(30)\n"
        "        except FileNotFoundError as error:\n            print(type(error).__name__)\n",
    )
    assert printed(frame) == ["FileNotFoundError"]
    opening = [lane.kind for lane in frame.recording.lanes if State.FILE in set(lane.spans.states.tolist())]
    assert opening == [LaneKind.PROCESS]


def test_that_each_call_of_a_chunk_is_a_task(open_program: Opener, tmp_path: Path) -> None:
    frame = run(
        open_program,
        tmp_path,
        EXECUTOR + "if __name__ == '__main__':\n    with ProcessPoolExecutor(2) as pool:\n"
        "        print(list(pool.map(pow, range(5), [2] * 5, chunksize=2)))\n",
    )
    assert printed(frame) == ["[0, 1, 4, 9, 16]"]
    assert names(frame) == [f"pow({n}, 2)" for n in range(5)]


def test_that_a_failure_comes_back_with_its_line_and_without_the_engine(open_program: Opener, tmp_path: Path) -> None:
    frame = run(
        open_program,
        tmp_path,
        EXECUTOR + "if __name__ == '__main__':\n    with ProcessPoolExecutor(1) as pool:\n"
        "        pool.submit(root, -1).result()\n",
    )
    assert frame.run.trouble is not None
    assert told(frame.run.trouble)[0] == "ValueError: no"
    assert "engine" not in frame.run.trouble.detail
    assert frame.run.trouble.detail.count("in root") >= 1
    assert frame.recording.tasks.failed.tolist() == [True]
    assert [finding.kind for finding in frame.result.findings] == [FindingKind.EXCEPTION]


def test_that_a_failure_that_nobody_asks_for_is_a_finding(open_program: Opener, tmp_path: Path) -> None:
    frame = run(
        open_program,
        tmp_path,
        EXECUTOR + "if __name__ == '__main__':\n    with ProcessPoolExecutor(1) as pool:\n"
        "        pool.submit(root, -1)\n        pool.submit(root, -2).exception()\n",
    )
    (finding,) = frame.result.findings
    assert finding.kind is FindingKind.TASK_FAILED
    assert (
        sentence(finding) == "root(-1) failed in line 7: ValueError: no. Nobody asked for its result, so nobody saw it."
    )


def test_that_a_worker_that_dies_breaks_the_pool_and_fails_its_task(open_program: Opener, tmp_path: Path) -> None:
    frame = run(
        open_program,
        tmp_path,
        EXECUTOR + "from concurrent.futures.process import BrokenProcessPool\n"
        "if __name__ == '__main__':\n    pool = ProcessPoolExecutor(1)\n"
        "    try:\n        pool.submit(leave, 1).result()\n"
        "    except BrokenProcessPool:\n        print('broken')\n    pool.shutdown()\n",
    )
    assert printed(frame) == ["broken"]
    assert names(frame) == ["leave(1)"]
    assert frame.recording.tasks.failed.tolist() == [True]
    assert frame.recording.tasks.ends[0] >= frame.recording.tasks.starts[0]


def test_that_what_cannot_be_pickled_fails_as_it_does_outside(open_program: Opener, tmp_path: Path) -> None:
    path = tmp_path / "lambdas.py"
    path.write_text(
        "from concurrent.futures import ProcessPoolExecutor\n"
        "if __name__ == '__main__':\n    with ProcessPoolExecutor(1) as pool:\n"
        "        print(type(pool.submit(lambda: 1).exception()).__name__)\n"
        "        try:\n            print(list(pool.map(abs, [1, 2], chunksize=0)))\n"
        "        except ValueError as error:\n            print(error)\n"
        "        future = pool.submit(pow, 2, 3)\n"
        "    print(future.result(), future.done(), future.cancel())\n"
        "    try:\n        pool.submit(abs, 1)\n    except RuntimeError as error:\n        print(error)\n"
    )
    assert inside(open_program, path) == outside(path)


def test_that_started_afresh_they_report_as_well(open_program: Opener, tmp_path: Path) -> None:
    frame = run(
        open_program,
        tmp_path,
        EXECUTOR + "import multiprocessing\nif __name__ == '__main__':\n"
        "    spawn = multiprocessing.get_context('spawn')\n"
        "    with ProcessPoolExecutor(1, mp_context=spawn) as pool:\n        print(pool.submit(root, 4).result())\n",
    )
    assert printed(frame) == ["2.0"]
    assert names(frame) == ["root(4)"]
    assert workers(frame) == {LaneKind.PROCESS}


@pytest.mark.parametrize("backend", ["loky", "multiprocessing"])
def test_that_tasks_of_joblib_are_in_lanes_of_processes_on_program_time(
    open_program: Opener, tmp_path: Path, backend: str
) -> None:
    frame = run(
        open_program,
        tmp_path,
        JOBLIB + "if __name__ == '__main__':\n"
        f"    print(Parallel(n_jobs=2, backend='{backend}')(delayed(nap)(n) for n in (6, 5, 4)))\n",
        speed=10,
    )
    assert printed(frame) == ["[6, 5, 4]"]
    assert names(frame) == ["nap(4)", "nap(5)", "nap(6)"]
    assert workers(frame) == {LaneKind.PROCESS}
    took = dict(
        zip(
            frame.recording.tasks.ids.tolist(),
            ((frame.recording.tasks.ends - frame.recording.tasks.starts) / 1e9).tolist(),
            strict=True,
        )
    )
    for number, seconds in took.items():
        wanted = int(frame.recording.tasks.names[number][4])
        assert wanted <= seconds < wanted + 3
    idle = [
        lane for lane in frame.recording.lanes if lane.kind is LaneKind.PROCESS and State.WAIT_TASK in lane.spans.states
    ]
    assert {lane.id for lane in idle} == set(frame.recording.tasks.lanes.tolist()), (
        "a worker that has done its task is idle"
    )
    assert frame.result.findings == ()


@pytest.mark.parametrize("backend", ["loky", "multiprocessing"])
def test_that_joblib_ends_with_an_exception_as_it_does_outside(
    open_program: Opener, tmp_path: Path, backend: str
) -> None:
    path = tmp_path / "fails.py"
    path.write_text(
        JOBLIB + "def bad(n):\n    return 1 // n\n"
        "if __name__ == '__main__':\n    try:\n"
        f"        Parallel(n_jobs=2, backend='{backend}')(delayed(bad)(n) for n in (2, 1, 0))\n"
        "    except ZeroDivisionError as error:\n        print(error, type(error.__cause__).__name__)\n"
    )
    ours, real = inside(open_program, path), outside(path)
    assert (ours.status, ours.out) == (real.status, real.out)


def test_that_workers_that_joblib_ends_after_an_exception_did_not_die(open_program: Opener, tmp_path: Path) -> None:
    frame = run(
        open_program,
        tmp_path,
        JOBLIB + "def bad(n):\n    return 1 // n\n"
        "if __name__ == '__main__':\n    try:\n"
        "        Parallel(n_jobs=2, backend='loky')(delayed(bad)(n) for n in (1, 0, 2))\n"
        "    except ZeroDivisionError as error:\n        print(error)\n",
    )
    assert frame.recording.tasks.failed.any()
    assert frame.result.findings == ()
    assert all(lane.ended is not None and lane.error is None for lane in frame.recording.lanes)
