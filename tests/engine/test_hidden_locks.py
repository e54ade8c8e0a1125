"""Locks that libraries hold: who waits for them, who has them, and the circles that go through them."""

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.frame.finding import Deadlock
from engine.session.session import Session
from engine.stage.hidden_locks import function_text
from engine.stage.hidden_locks.owners import Texts, wanted
from engine.words.findings import cure, sentence
from tests.pythons import pythons

PATIENCE = 60
LIBRARY = """\
import threading
_guard = threading.Lock()

def guarded(call):
    with _guard:
        call()

class Pool:
    def __init__(self):
        self._lock = threading.Lock()

    def each(self, call):
        self._lock.acquire()
        try:
            call()
        finally:
            self._lock.release()
"""
PROGRAM = """\
import asyncio, logging, sys, threading, time
sys.path.append({library!r})
import thirdlib, shared

log, pool = logging.getLogger("bank"), thirdlib.Pool()
log.addHandler(logging.StreamHandler())
log.setLevel(logging.INFO)

def crossed(name, lock, hidden):
    '''One thread takes the hidden lock and wants the other one, a second thread the other way round.'''
    both = threading.Barrier(2)

    def inner():
        both.wait()
        with lock:
            pass

    def outer():
        with lock:
            both.wait()
            hidden(print)

    threading.Thread(target=hidden, args=(inner,), name=name + "-in", daemon=True).start()
    threading.Thread(target=outer, name=name + "-out", daemon=True).start()

class Shown:
    def __init__(self, call): self.call = call
    def __str__(self):
        self.call()
        return ""

def say(call):
    log.info("%s", Shown(call))

crossed("log", account_lock := threading.Lock(), say)
crossed("pool", pool_lock := threading.RLock(), pool.each)

def load(): import heavy
def use():
    with shared.lock:
        shared.both.wait()
        import heavy
for one in (load, use): threading.Thread(target=one, name=one.__name__, daemon=True).start()

async def take(first, second, both):
    async with first:
        await both()
        async with second:
            pass

async def cross():
    a, b, count, go = asyncio.Lock(), asyncio.Lock(), [], asyncio.Event()
    async def both():
        count.append(1)
        if len(count) == 2: go.set()
        await go.wait()
    team = [asyncio.create_task(take(a, b, both)), asyncio.create_task(take(b, a, both))]
    for number, task in enumerate(team): task.set_name(f"task-{number}")
    await asyncio.wait(team)

threading.Thread(target=lambda: asyncio.run(cross()), name="loop", daemon=True).start()

# nobody waits in a circle here
has = threading.Event()
def slow():
    has.set()
    time.sleep(600)
threading.Thread(target=thirdlib.guarded, args=(slow,), name="slow", daemon=True).start()
has.wait()
threading.Thread(target=thirdlib.guarded, args=(print,), name="waits", daemon=True).start()
time.sleep(600)
"""
SHARED = "import threading\nlock, both = threading.Lock(), threading.Barrier(2)\n"
HEAVY = "import shared\nshared.both.wait()\nwith shared.lock: VALUE = 1\n"
EXPECTED = {
    "log-in holds the lock of logging's handler StreamHandler and waits for account_lock; "
    "log-out holds account_lock and waits for the lock of logging's handler StreamHandler.": (
        "Call logging where account_lock is not held: put the call behind the with block."
    ),
    "pool-in holds the lock Pool._lock of thirdlib and waits for pool_lock; "
    "pool-out holds pool_lock and waits for the lock Pool._lock of thirdlib.": (
        "Call thirdlib where pool_lock is not held: put the call behind the with block."
    ),
    "task-0 holds a and waits for b; task-1 holds b and waits for a.": (
        "Take the locks in the same order everywhere, first a, then b."
    ),
    "load imports heavy and waits for lock; use holds lock and waits for the import of heavy.": (
        "Import where lock is not held, such as at the top of the file."
    ),
}


@pytest.mark.parametrize("python", pythons())
def test_that_circles_through_locks_of_libraries_are_found(
    open_program: Callable[..., Session], tmp_path: Path, python: str
) -> None:
    files = {"own/program.py": PROGRAM, "own/shared.py": SHARED, "own/heavy.py": HEAVY, "lib/thirdlib.py": LIBRARY}
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace("{library!r}", repr(str(tmp_path / "lib"))))
    session = open_program(tmp_path / "own" / "program.py", executable=python)
    session.run()
    deadline, found, seen = time.monotonic() + PATIENCE, list[Deadlock](), set[str]()
    while (len(found) < len(EXPECTED) or "waits" not in seen) and time.monotonic() < deadline:
        frame = session.pump()
        found = [one for one in frame.result.findings if isinstance(one, Deadlock)]
        names = {lane.id: lane.name for lane in frame.recording.lanes}
        seen = {names[one.thread] for one in frame.recording.hidden if one.thread in names}
    session.stop()
    session.wait(PATIENCE)
    assert {sentence(one): cure(one) for one in found} == EXPECTED
    assert "waits" in seen


def asked(lock: object) -> str:
    """What is found of a thread that stands where it would take a lock which another thread has."""
    stands, go_on = threading.Event(), threading.Event()
    namespace = {"lock": lock, "stands": stands, "go_on": go_on, "__name__": "some.library"}

    def waits() -> None:
        exec(compile("stands.set(); go_on.wait()", "nowhere", "exec"), namespace)

    thread = threading.Thread(target=waits)
    thread.start()
    stands.wait()
    try:
        found = wanted(thread.ident or 0, sys._current_frames(), Texts())
    finally:
        go_on.set()
        thread.join()
    return "" if found is None else found.name


def test_that_a_thread_that_waits_for_an_event_waits_for_no_hidden_lock() -> None:
    assert asked(threading.Lock()) == ""


def held(lock: threading.Lock, lines: list[int]) -> None:
    lines.append(sys._getframe().f_lineno)
    lock.acquire()
    try:
        lines.append(sys._getframe().f_lineno)
    finally:
        lock.release()
    lines.append(sys._getframe().f_lineno)


def test_that_a_function_has_a_lock_between_acquire_and_release() -> None:
    lines: list[int] = []
    held(threading.Lock(), lines)
    text = function_text.read(held.__code__)
    assert [len(text.had_at(line)) for line in lines] == [0, 1, 0]
    assert [len(text.taken_at(line + 1)) for line in lines] == [1, 0, 0]


def test_that_a_function_without_a_text_says_nothing() -> None:
    code = compile("def f():\n    with lock:\n        pass\n", "nowhere", "exec")
    assert function_text.read(code) == function_text.NOTHING
