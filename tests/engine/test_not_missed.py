"""Whom nobody joined and nobody missed, and next to each case the one in which it is to be said."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.session.session import Session
from tests.pythons import pythons

PATIENCE = 60  # seconds; far more than any of these programs takes
posix = pytest.mark.skipif(os.name != "posix", reason="signals are sent to other processes by number")
START = """
import multiprocessing, os, queue, signal, threading, time
def nap(seconds):
    time.sleep(seconds)
def hang():
    time.sleep(600)
def sends(connection):
    for number in range(3):
        connection.send(number)
    connection.close()
def sends_and_works(connection):
    connection.send(1)
    time.sleep(0.2)
def writes(descriptor):
    with os.fdopen(descriptor, "w") as file:
        file.write("one\\ntwo\\n")
"""
RECEIVES = "ours, theirs = multiprocessing.Pipe(duplex=False)\n"


@pytest.fixture
def told(open_program: Callable[..., Session], tmp_path: Path) -> Callable[..., list[tuple[str, str]]]:
    """Runs a text; returns kind and thread of each finding."""

    def run(text: str, executable: str | None = None) -> list[tuple[str, str]]:
        path = tmp_path / "program.py"
        body = "".join(f"    {line}\n" for line in text.strip().splitlines())
        path.write_text(f"{START}\nif __name__ == '__main__':\n{body}")
        session = open_program(path, executable=executable) if executable else open_program(path)
        session.run()
        frame = session.wait(PATIENCE)
        assert frame.run.ended is not None
        return [(one.kind.value, one.thread.split(" ")[0]) for one in frame.result.findings]

    return run


Told = Callable[..., list[tuple[str, str]]]

WAITED = {
    "is_alive": "t = threading.Thread(target=nap, args=(0.1,))\nt.start()\nt.join(0.01)\n"
    "while t.is_alive():\n    time.sleep(0.01)",
    "a loop of joins": "ts = [threading.Thread(target=nap, args=(s,)) for s in (0.05, 0.15)]\n"
    "for t in ts:\n    t.start()\n"
    "while any(t.is_alive() for t in ts):\n    for t in ts:\n        t.join(0.02)",
    "active_count": "for _ in range(2):\n    threading.Thread(target=nap, args=(0.05,)).start()\n"
    "while threading.active_count() > 1:\n    time.sleep(0.01)",
    "enumerate": "threading.Thread(target=nap, args=(0.05,)).start()\n"
    "while len(threading.enumerate()) > 1:\n    time.sleep(0.01)",
    "a cancelled timer": "t = threading.Timer(600, print)\nt.start()\nt.cancel()",
    "a timer that goes off": "threading.Timer(0.05, print).start()",
    "an event": "done = threading.Event()\ndef work():\n    time.sleep(0.05)\n    done.set()\n"
    "threading.Thread(target=work).start()\ndone.wait()",
    "results of a queue": "out = queue.Queue()\nfor n in range(3):\n"
    "    threading.Thread(target=out.put, args=(n,)).start()\n"
    "print([out.get() for _ in range(3)])",
    "join of a queue": "q = queue.Queue()\ndef work():\n    while q.get() is not None:\n        q.task_done()\n"
    "ts = [threading.Thread(target=work) for _ in range(2)]\nfor t in ts:\n    t.start()\n"
    "for n in range(4):\n    q.put(n)\n"
    "q.join()\nfor t in ts:\n    q.put(None)",
    "the last message of a process": f"{RECEIVES}multiprocessing.Process(target=sends, args=(theirs,)).start()\n"
    "theirs.close()\ntry:\n    while True:\n        print(ours.recv())\nexcept EOFError:\n    pass",
    "the end of a pipe": "ours, theirs = os.pipe()\nthreading.Thread(target=writes, args=(theirs,)).start()\n"
    "with os.fdopen(ours) as file:\n    print(file.read())",
    "an answer of a connection": "import socket\nnear, far = socket.socketpair()\ndef answers():\n"
    "    far.sendall(far.recv(1))\nthreading.Thread(target=answers).start()\nnear.sendall(b'?')\nnear.recv(1)",
    "a process that is asked": "p = multiprocessing.Process(target=nap, args=(0.05,))\np.start()\n"
    "while p.is_alive():\n    time.sleep(0.01)",
    "its exit code": "p = multiprocessing.Process(target=nap, args=(0.05,))\np.start()\n"
    "while p.exitcode is None:\n    time.sleep(0.01)",
    "terminate": "p = multiprocessing.Process(target=hang)\np.start()\np.terminate()",
    "kill": "p = multiprocessing.Process(target=hang)\np.start()\np.kill()\np.join()\nprint(p.exitcode)",
}
MISSED = {
    "a process that works on when it has sent something": (
        f"{RECEIVES}multiprocessing.Process(target=sends_and_works, args=(theirs,)).start()\nprint(ours.recv())",
        [("not-joined", "Process-1")],
    ),
    "a process of which nobody receives anything": (
        f"{RECEIVES}multiprocessing.Process(target=sends, args=(theirs,)).start()\nprint('began')",
        [("not-joined", "Process-1")],
    ),
    "a time-out that ran out": (
        "t = threading.Thread(target=nap, args=(0.2,))\nt.start()\nt.join(0.01)\nprint(t.is_alive())",
        [("not-joined", "Thread-1")],
    ),
    "an event that is not the last act": (
        "done = threading.Event()\ndef work():\n    done.set()\n    time.sleep(0.1)\n    print('late')\n"
        "threading.Thread(target=work).start()\ndone.wait()",
        [("not-joined", "Thread-1")],
    ),
    "the last result is left in the queue": (
        "out = queue.Queue()\ndef work():\n    out.put(1)\n    time.sleep(0.05)\n    out.put(2)\n"
        "threading.Thread(target=work).start()\nout.get()",
        [("not-joined", "Thread-1")],
    ),
    "one of two is still counted": (
        "for s in (0.02, 0.3):\n    threading.Thread(target=nap, args=(s,)).start()\n"
        "while threading.active_count() > 2:\n    time.sleep(0.01)",
        [("not-joined", "Thread-2")],
    ),
    "the process that still runs comes first": (
        "for s in (0.01, 0.6):\n    multiprocessing.Process(target=nap, args=(s,)).start()\ntime.sleep(0.3)",
        [("not-joined", "Process-2"), ("not-joined", "Process-1")],
    ),
    "a daemon process": (
        "ready = multiprocessing.Event()\ndef work():\n    ready.set()\n    hang()\n"
        "p = multiprocessing.get_context('fork').Process(target=work, daemon=True)\np.start()\nready.wait()",
        [("daemon-cut-off", "ForkProcess-1")],
    ),
}


@pytest.mark.parametrize("text", WAITED.values(), ids=WAITED)
def test_that_whom_the_program_waited_for_otherwise_was_not_missed(told: Told, text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(("text", "expected"), MISSED.values(), ids=MISSED)
def test_that_the_case_next_to_it_is_said(told: Told, text: str, expected: list[tuple[str, str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize("executable", pythons()[1:], ids=[Path(one).parent.parent.name for one in pythons()[1:]])
def test_that_other_pythons_say_the_same(told: Told, executable: str) -> None:
    assert told(WAITED["a loop of joins"], executable) == []
    assert told(MISSED["the process that still runs comes first"][0], executable) == [
        ("not-joined", "Process-2"),
        ("not-joined", "Process-1"),
    ]


@posix
def test_that_a_signal_from_the_program_is_its_own_wish_and_one_of_the_process_itself_a_death(told: Told) -> None:
    text = "p = multiprocessing.Process(target=hang)\np.start()\nos.kill(p.pid, signal.{})\np.join()"
    assert told(text.format("SIGKILL")) == []
    assert told(text.format("SIGTERM")) == []
    process = "multiprocessing.get_context('fork').Process"
    suicide = f"p = {process}(target=lambda: os.kill(os.getpid(), signal.SIGKILL))\np.start()\np.join()"
    assert told(suicide) == [("exception", "ForkProcess-1")]
