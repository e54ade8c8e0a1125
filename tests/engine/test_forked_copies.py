"""A fork copies locks as they are and no thread but its own: what hangs then, and what goes well."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.frame import FindingKind, Frame
from engine.frame.finding import ForkedCopy
from engine.words.findings import cure, sentence
from tests.engine.process_kit import Watched, pump_until
from tests.pythons import pythons

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs fork")
HELD = """
import queue
lock, jobs = threading.Lock(), queue.Queue()
held, enough = threading.Event(), threading.Event()
def keep():
    with lock:
        held.set()
        enough.wait()
def child():
    with lock:
        print("has it")
def taker():
    print(jobs.get())
"""


def hung(watched: Watched, main: str, executable: str) -> ForkedCopy:
    """Runs a program that waits for ever for a forked child, until that is said, and stops it."""
    session = watched.open(HELD, main, "fork", executable)
    session.run()
    frame = pump_until(session, lambda frame: bool(copies(frame)))
    session.stop()
    session.wait(60)
    session.close()
    (found,) = copies(frame)
    assert not [one for one in frame.result.findings if one.kind is FindingKind.STUCK]
    return found


def copies(frame: Frame) -> list[ForkedCopy]:
    return [one for one in frame.result.findings if isinstance(one, ForkedCopy)]


@pytest.mark.parametrize("executable", pythons(), ids=lambda path: Path(path).parent.parent.name)
def test_that_a_lock_that_was_held_at_the_fork_is_told_with_its_holder(watched: Watched, executable: str) -> None:
    main = (
        "threading.Thread(target=keep, name='writer').start()\nheld.wait()\n"
        "process = processes.Process(target=child, name='forked')\nprocess.start()\nenough.set()\nprocess.join()\n"
    )
    found = hung(watched, main, executable)
    assert sentence(found) == (
        "writer held lock when the process was forked in line 20. "
        "In the copy nobody has it to give back, and forked waits for it in line 11 for ever."
    )
    assert (found.thread, found.line) == ("forked", 20)
    assert "spawn" in cure(found)


def test_that_a_queue_without_the_threads_that_feed_it_is_told(watched: Watched) -> None:
    main = (
        "threading.Thread(target=enough.wait).start()\npid = os.fork()\nif not pid:\n    taker()\n"
        "enough.set()\nos.waitpid(pid, 0)\n"
    )
    found = hung(watched, main, pythons()[0])
    assert (found.form, found.line, found.waits_at) == ("thing", 18, 14)
    assert sentence(found).startswith(f"{found.thread} waits for queue jobs in line 14, and since the fork in line 18 ")


def test_that_what_a_child_did_with_its_copy_and_a_pool_of_the_parent_are_told(watched: Watched) -> None:
    main = "process = processes.Process(target=jobs.put, args=(1,), name='forked')\nprocess.start()\ntaker()\n"
    found = hung(watched, main, pythons()[0])
    assert sentence(found).startswith(
        "MainThread waits for queue jobs in line 14, and what forked did with it stayed in "
    )
    assert "hand it to the process as an argument" in cure(found)
    main = (
        "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(1)\npool.submit(int).result()\n"
        "pid = os.fork()\nif not pid:\n    pool.submit(int, 3).result()\nos.waitpid(pid, 0)\n"
    )
    found = hung(watched, main, pythons()[0])
    assert (
        "waits for the result of int(3) in line 22, and since the fork in line 20 the threads of its pool"
        in sentence(found)
    )


def test_that_locks_which_forked_processes_get_are_no_finding(watched: Watched) -> None:
    frame = watched.run(
        HELD + "def both(ready, go, shared):\n    with lock:\n        ready.release()\n        go.wait()\n"
        "    with shared:\n        print('shared', flush=True)\n",
        "ready, go, shared = processes.Semaphore(0), processes.Event(), processes.Lock()\n"
        "children = [processes.Process(target=both, args=(ready, go, shared)) for _ in range(2)]\n"
        "for one in children:\n    one.start()\n"
        "with lock:\n    for one in children:\n        ready.acquire()\n    go.set()\n"
        "for one in children:\n    one.join()\n",
    )
    assert [line.text for line in frame.recording.output] == ["shared", "shared"]
    assert not copies(frame)


def test_that_a_lock_held_by_who_forks_inside_its_with_is_given_back_by_the_child(watched: Watched) -> None:
    frame = watched.run(
        HELD + "again = threading.RLock()\n",
        "with lock, again:\n    pid = os.fork()\nwith lock, again:\n    pass\n"
        "if not pid:\n    os._exit(0)\nos.waitpid(pid, 0)\n",
    )
    assert not frame.result.findings
