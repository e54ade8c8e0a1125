"""How processes of a program end: cut off, let go of, sent home by their pool, or later than the program."""

from __future__ import annotations

import os

import pytest

from engine.frame import FindingKind, State
from engine.protocol.messages import ProcessEndFact, ProcessEnding
from tests.engine.process_kit import METHODS, Watched, processes_of

posix = pytest.mark.skipif(os.name != "posix", reason="needs fork")
WAIT = "def hang(ready):\n    ready.set()\n    time.sleep(600)\n"
DAEMON = (
    "ready = processes.Event()\nchild = processes.Process(target=hang, args=(ready,), daemon=True)\n"
    "child.start()\nready.wait()\n"
)


@posix
def test_that_a_forked_child_that_outlives_the_program_is_no_daemon_and_a_daemon_beside_it_is(
    watched: Watched,
) -> None:
    fork = (
        "if os.fork() == 0:\n    print('first', flush=True)\n    if os.fork() == 0:\n        hang(ready)\n"
        "    os._exit(0)\nready.wait()\nos.wait()\n"
    )
    frame = watched.run(WAIT, DAEMON + "ready.clear()\n" + fork)
    child, _, grandchild = sorted(processes_of(frame), key=lambda one: one.name != "ForkProcess-1")
    assert child.spans.states[-1] == grandchild.spans.states[-1] == State.CUT
    assert [(one.kind, one.thread) for one in frame.result.findings] == [(FindingKind.CUT_OFF, child.name)]


@pytest.mark.parametrize("method", METHODS)
def test_that_a_daemon_is_cut_off_also_when_the_program_let_go_of_it(watched: Watched, method: str) -> None:
    frame = watched.run(WAIT, DAEMON + "del child\n", method)
    assert [(one.kind, one.thread) for one in frame.result.findings] == [
        (FindingKind.CUT_OFF, processes_of(frame)[0].name)
    ]


@posix
def test_that_the_signal_is_known_of_a_process_that_the_program_let_go_of(watched: Watched) -> None:
    frame = watched.run(
        "def leave():\n    import ctypes\n    getattr(ctypes.CDLL(None), 'raise')(9)\n",
        "child = processes.Process(target=leave)\nchild.start()\nsentinel = os.dup(child.sentinel)\ndel child\n"
        "os.read(sentinel, 1)\nmultiprocessing.active_children()\nmultiprocessing.active_children()\n",
    )
    (child,) = processes_of(frame)
    assert isinstance(child.error, ProcessEndFact)
    assert (child.error.ending, child.error.code) == (ProcessEnding.SIGNAL, 9)


def test_that_workers_whom_their_pool_sends_home_have_ended(watched: Watched) -> None:
    frame = watched.run(
        "from concurrent.futures import ProcessPoolExecutor\ndef square(number):\n    return number * number\n",
        "pool = processes.Pool(1, maxtasksperchild=1)\nprint(pool.map(square, range(3), chunksize=1))\n"
        "pool.close()\npool.join()\n"
        "pool = processes.Pool(2)\nprint(pool.map(square, range(3)))\npool.terminate()\npool.join()\n"
        "executor = ProcessPoolExecutor(2, mp_context=processes)\nprint(executor.submit(square, 3).result())\n"
        "executor.shutdown()\n"
        "pool = processes.Pool(2)\nprint(pool.apply(square, (4,)))\ndel pool\n",
    )
    workers = processes_of(frame)
    assert len(workers) >= 3 + 2 + 1 + 2
    assert {State(one.spans.states[-1]) for one in workers} == {State.ENDED}
    assert not frame.result.findings
