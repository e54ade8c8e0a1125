"""Runs that stand still in what no facade watches, as the stage sees it, and runs that only look like it."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.analysis.run_model import RunModel
from engine.frame import FindingKind, Frame
from engine.frame.finding import Deadlock, StandsStill
from engine.protocol.messages import Ending, OutcomeFact
from engine.protocol.records import Kind
from engine.protocol.still_facts import StillFact, WaitCause, Waiting
from engine.session.session import Session
from engine.stage.stillness.surroundings import Surroundings, link_of
from engine.stage.stillness.system_calls import SystemCalls
from engine.words.findings import cure, detail, sentence
from tests.engine.building import PROGRAM, findings_of, got, named, record, records, running, want

Open = Callable[..., Session]
PATIENCE = 60
LONG = 1.3  # seconds of program time, far beyond what a standstill takes to be told
linux = pytest.mark.skipif(not SystemCalls().known, reason="the kernel does not say what a thread waits in")

THREADS = """\
import _thread, os, queue, select, signal, threading
from concurrent.futures import Future
reader, writer = os.pipe()
lock = _thread.allocate_lock()
lock.acquire()
def locked():
    lock.acquire()
def reads():
    os.read(reader, 1)
def selects():
    select.select([reader], [], [])
def asks():
    Future().result()
for work in (locked, reads, selects, asks):
    threading.Thread(target=work, name=work.__name__).start()
_thread.start_new_thread(queue.SimpleQueue().get, ())
signal.sigwait([signal.SIGUSR1])
"""
TASKS = """\
import asyncio
async def waits():
    await asyncio.get_running_loop().create_future()
async def main():
    child = await asyncio.create_subprocess_exec("cat", stdin=asyncio.subprocess.PIPE)
    await asyncio.gather(waits(), child.wait())
asyncio.run(main())
"""
PROCESSES = """\
import multiprocessing
def fill(queue):
    for _ in range(2000):
        queue.put("x" * 100)
def hears(end):
    end.recv()
if __name__ == "__main__":
    queue, (here, there) = multiprocessing.Queue(), multiprocessing.Pipe()
    started = [multiprocessing.Process(target=fill, args=(queue,), name="filler"),
               multiprocessing.Process(target=hears, args=(there,), name="hearer")]
    for one in started:
        one.start()
    started[0].join()
"""
MOVES = {
    "a socket to which anybody may connect": "import socket\nsocket.create_server(('127.0.0.1', 0)).accept()\n",
    "a server of asyncio": (
        "import asyncio\nasync def main():\n    server = await asyncio.start_server(print, '127.0.0.1', 0)\n"
        "    await server.serve_forever()\nasyncio.run(main())\n"
    ),
    "a child that sleeps": "import subprocess\nsubprocess.run(['sleep', '60'])\n",
    "an alarm that will ring": "import signal\nsignal.alarm(60)\nsignal.pause()\n",
    "a callback for later": (
        "import asyncio\nloop = asyncio.new_event_loop()\nloop.call_later(60, loop.stop)\nloop.run_forever()\n"
    ),
    "a lock with a time-out beside one without": (
        "import _thread, threading\none, two = _thread.allocate_lock(), _thread.allocate_lock()\n"
        "one.acquire(), two.acquire()\nthreading.Thread(target=one.acquire, daemon=True).start()\n"
        "two.acquire(True, 60)\n"
    ),
}


def told(session: Session, enough: Callable[[Frame], bool]) -> list[StandsStill]:
    deadline = time.monotonic() + PATIENCE
    while not enough(frame := session.pump()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.005)
    found = [one for one in frame.result.findings if isinstance(one, StandsStill)]
    session.stop()
    session.wait(PATIENCE)
    return found


def standstill_of(open_program: Open, folder: Path, text: str) -> StandsStill:
    program = folder / "program.py"
    program.write_text(text)
    session = open_program(program)
    session.run()
    (found,) = told(session, lambda frame: any(isinstance(one, StandsStill) for one in frame.result.findings))
    assert any(one == found for one in session.frame.result.findings), "it stays when the run is stopped"
    return found


@linux
def test_that_threads_that_wait_in_what_nobody_watches_stand_still(open_program: Open, tmp_path: Path) -> None:
    found = standstill_of(open_program, tmp_path, THREADS)
    said = {one.name: (one.cause, one.line) for one in found.waiters if not one.name.startswith("library thread")}
    assert said == {
        "MainThread": (WaitCause.SIGNAL, 17),
        "locked": (WaitCause.LOCK, 7),
        "reads": (WaitCause.PIPE, 9),
        "selects": (WaitCause.SELECT, 11),
        "asks": (WaitCause.WATCHED, 13),
    }
    assert sentence(found).startswith(f"The run has stood still since {found.time:.2f} s: MainThread waits in line 17")
    assert "reads waits in line 9" in detail(found)


@linux
def test_that_tasks_none_of_which_can_go_on_stand_still_beside_a_child_that_waits_for_them(
    open_program: Open, tmp_path: Path
) -> None:
    found = standstill_of(open_program, tmp_path, TASKS)
    assert ("waits()", 3) in {(one.name, one.line) for one in found.waiters}
    assert "waits() waits in line 3 at an await" in detail(found)
    assert "event loop" not in detail(found), "its tasks say it"
    assert "cat waits for data" in detail(found)
    assert "communicate()" in cure(found)


@linux
def test_that_processes_that_wait_for_one_another_stand_still(open_program: Open, tmp_path: Path) -> None:
    found = standstill_of(open_program, tmp_path, PROCESSES)
    assert {one.name: one.cause for one in found.waiters} == {
        "MainThread": WaitCause.WATCHED,
        "filler (QueueFeederThread)": WaitCause.FULL_PIPE,
        "hearer": WaitCause.PIPE,
    }
    assert "MainThread waits for filler to end, line 13" in detail(found)
    assert "`get()` before `join()`" in cure(found)


@linux
@pytest.mark.parametrize("name", MOVES)
def test_that_who_may_be_woken_from_outside_or_by_itself_does_not_stand_still(
    open_program: Open, tmp_path: Path, name: str
) -> None:
    program = tmp_path / "program.py"
    program.write_text(MOVES[name])
    session = open_program(program)
    session.run()
    assert told(session, lambda frame: frame.run.now > LONG) == []


@linux
def test_that_a_child_reading_its_pipe_waits_for_us_and_one_that_reads_a_file_of_the_system_does_not() -> None:
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as child:
        deadline, calls = time.monotonic() + PATIENCE, SystemCalls()
        while (blocked := calls.of(child.pid, child.pid)) is None or link_of(child.pid, 0)[:5] != "pipe:":
            assert time.monotonic() < deadline
        around = Surroundings(child.pid, frozenset())
        assert around.of_descriptor(child.pid, 0) is WaitCause.PIPE
        assert Surroundings(child.pid, frozenset([link_of(child.pid, 0)])).cause(child.pid, blocked) is None
        assert child.stdin is not None
        child.stdin.close()
    with open("/dev/null") as nothing:
        assert Surroundings(child.pid, frozenset()).of_descriptor(child.pid, nothing.fileno()) is None
    assert sys.platform == "linux"


def picture(*rows: tuple[int, ...]) -> RunModel:
    made = RunModel()
    made.note(named({1: "MainThread", 2: "Left", 3: "Right"}, {1: ("Lock", "a"), 2: ("Lock", "b")}))
    made.feed(records(*rows))
    return made


def still(*threads: Waiting) -> StillFact:
    return StillFact(500_000_000, threads)


def test_that_it_is_said_as_long_as_nothing_moves() -> None:
    made = picture(*running(0, 1), record(1, 0, Kind.TICK))
    made.note([still(Waiting(1, WaitCause.PIPE, PROGRAM | 7, "os.read"))])
    (found,) = findings_of(made)
    assert (found.kind, found.line, found.threads, found.time) == (FindingKind.STANDSTILL, 7, (1,), 0.5)
    assert sentence(found) == (
        "The run has stood still since 0.50 s: MainThread waits in line 7 in os.read() for data, "
        "and nobody is left to send it."
    )
    assert "close() in each process" in cure(found)
    made.note([still()])
    assert not findings_of(made)


def test_that_a_program_that_ended_stands_no_more() -> None:
    made = picture(*running(0, 1), record(1, 0, Kind.TICK))
    made.note([still(Waiting(1, WaitCause.LOCK)), OutcomeFact(Ending.FINISHED)])
    assert not findings_of(made)


def test_that_a_deadlock_says_it_better() -> None:
    made = picture(*running(0, 2, 3), got(1, 2, 1), got(2, 3, 2), want(10, 2, 2), want(11, 3, 1))
    made.note([still(Waiting(2, WaitCause.WATCHED), Waiting(3, WaitCause.WATCHED))])
    (found,) = findings_of(made)
    assert isinstance(found, Deadlock)


def test_that_it_says_more_than_that_all_wait_for_the_end_of_one() -> None:
    made = picture(*running(0, 1, 2), record(5, 1, Kind.JOIN_WANT, 2, line=9), record(6, 2, Kind.THREAD_ENDED))
    made.feed(records(record(900, 0, Kind.TICK)))
    assert [one.kind for one in findings_of(made)] == [FindingKind.STUCK]
    made.note([still(Waiting(1, WaitCause.WATCHED), Waiting(0, WaitCause.FULL_PIPE, name="feeder", process=2))])
    assert [one.kind for one in findings_of(made)] == [FindingKind.STANDSTILL]


@pytest.mark.parametrize("cause", WaitCause)
def test_that_each_cause_has_its_words(cause: WaitCause) -> None:
    made = picture(*running(0, 2), record(1, 0, Kind.TICK))
    made.note([still(Waiting(2, cause, PROGRAM | 7))])
    (found,) = findings_of(made)
    assert "Left" in sentence(found)
    assert "7" in detail(found)
