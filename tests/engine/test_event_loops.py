"""Event loops: what blocks them, what waits for itself, what other threads do with them; and the cases next to each."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.analysis.run_model import RunModel
from engine.frame import Finding, FindingKind
from engine.protocol.loop_messages import LoopBlockedFact, LoopSelfWaitFact, LoopStrayFact, TaskCutFact
from engine.protocol.messages import Ending, Fact, FileFact, LaneKind, OutcomeFact, ThreadFact
from engine.protocol.records import Kind
from engine.session.session import Session
from engine.words.findings import cure, sentence
from tests.engine.building import MS, PROGRAM, findings_of, record, records, running
from tests.engine.process_kit import pump_until
from tests.pythons import pythons

PATIENCE = 60  # seconds; far more than any of these programs takes
LOOPS = """
import asyncio
import threading
import time


async def push(number):
    time.sleep(0.2)


async def beat():
    await asyncio.sleep(0.05)


async def blocked():
    await asyncio.gather(beat(), push(1), push(2))


async def strayed():
    done, reached = asyncio.Event(), threading.Event()

    def tell():
        reached.wait()
        done.set()

    thread = threading.Thread(target=tell, name="teller")
    thread.start()
    waiter = asyncio.ensure_future(done.wait())
    asyncio.get_running_loop().call_later(0.01, reached.set)
    await asyncio.sleep(0.4)
    await waiter
    thread.join()


async def save():
    await asyncio.sleep(600)
    print("saved")


async def forgets():
    task = asyncio.create_task(save())
    await asyncio.sleep(0.01)
    return task.done()


async def answer():
    return 42


async def asks():
    loop = asyncio.get_running_loop()
    future = asyncio.run_coroutine_threadsafe(answer(), loop)
    print(future.result())


for main in (blocked, strayed, forgets, asks):
    asyncio.run(main())
"""
HEALTHY = """
import asyncio
import threading
import time


async def push(number):
    await asyncio.sleep(0.2)


async def beat():
    while True:
        await asyncio.sleep(0.02)


async def worker(queue):
    while True:
        await queue.get()
        queue.task_done()


async def answer():
    return 42


async def main():
    time.sleep(0.2)  # nothing is due
    loop, queue = asyncio.get_running_loop(), asyncio.Queue()
    background = [asyncio.create_task(beat()), asyncio.create_task(worker(queue))]
    await asyncio.gather(push(1), push(2))

    def feed():
        for number in range(3):
            loop.call_soon_threadsafe(queue.put_nowait, number)
        print(asyncio.run_coroutine_threadsafe(answer(), loop).result())

    await loop.run_in_executor(None, feed)
    await queue.join()
    late = asyncio.create_task(asyncio.sleep(600))
    await asyncio.sleep(0)
    late.cancel()


asyncio.run(main())
"""


def line_of(text: str, part: str) -> int:
    return 1 + text[: text.index(part)].count("\n")


@pytest.fixture
def told(open_program: Callable[..., Session], tmp_path: Path) -> Callable[..., list[Finding]]:
    """Runs a text, for so many seconds at most; returns what was found."""

    def run(text: str, executable: str | None = None, seconds: float = PATIENCE) -> list[Finding]:
        path = tmp_path / "program.py"
        path.write_text(text)
        session = open_program(path, executable=executable) if executable else open_program(path)
        session.run()
        return list(session.wait(seconds).result.findings)

    return run


@pytest.mark.parametrize("executable", pythons(), ids=lambda one: Path(one).parent.parent.name)
def test_that_each_way_to_misuse_a_loop_is_said_with_its_line(
    told: Callable[..., list[Finding]], executable: str
) -> None:
    found = {one.kind: one for one in told(LOOPS, executable, 6)}
    blocked = found[FindingKind.LOOP_BLOCKED]
    assert sentence(blocked).startswith("push(1) blocked the event loop for 0.")
    assert "in time.sleep(), and this line did so 2 times" in sentence(blocked)
    assert "meanwhile beat() could not go on" in sentence(blocked)
    assert "asyncio.sleep" in cure(blocked)
    assert blocked.line == line_of(LOOPS, "time.sleep(0.2)")
    stray = found[FindingKind.LOOP_STRAY]
    assert "teller used asyncio's objects from outside" in sentence(stray)
    assert "it took notice 0." in sentence(stray)
    assert stray.line == line_of(LOOPS, "done.set()")
    cut = [one for one in told(LOOPS.replace(", asks)", ")"), executable) if one.kind is FindingKind.TASK_CUT_OFF]
    assert [(one.thread, one.line) for one in cut] == [("save()", line_of(LOOPS, "await asyncio.sleep(600)"))]
    own = found[FindingKind.LOOP_WAITS_FOR_ITSELF]
    assert sentence(own).startswith("asks() waits on the event loop's own thread for the result of answer()")
    assert own.line == line_of(LOOPS, "print(future.result())")


STOPPED = """
import asyncio
import threading

loop, ready = asyncio.new_event_loop(), threading.Event()
looper = threading.Thread(target=loop.run_forever, name="looper")
loop.call_soon(ready.set)
looper.start()
ready.wait()
loop.{stops}
looper.join({patience})
loop.call_soon_threadsafe(int)
looper.join()
loop.close()
"""


@pytest.mark.parametrize(("stops", "said"), [("stop()", True), ("call_soon_threadsafe(loop.stop)", False)])
def test_that_a_loop_that_another_thread_told_to_stop_has_not_noticed(
    told: Callable[..., list[Finding]], stops: str, said: bool
) -> None:
    text = STOPPED.format(stops=stops, patience=0.5)
    strays = [one for one in told(text) if one.kind is FindingKind.LOOP_STRAY]
    assert [(one.thread, one.line) for one in strays] == ([("MainThread", line_of(text, "loop.stop"))] if said else [])
    assert all("loop.stop" in cure(one) for one in strays)


@pytest.mark.parametrize("executable", pythons(), ids=lambda one: Path(one).parent.parent.name)
def test_that_nothing_is_said_of_a_program_that_does_it_right(
    told: Callable[..., list[Finding]], executable: str
) -> None:
    assert told(HEALTHY, executable) == []


MAIN, PUSH, BEAT = 1, 2, 3


def model(*facts: Fact, rows: list[tuple[int, ...]] | None = None) -> RunModel:
    made = RunModel()
    tasks = [
        ThreadFact(PUSH, "push(1)", True, kind=LaneKind.TASK),
        ThreadFact(BEAT, "beat()", True, kind=LaneKind.TASK),
    ]
    made.note([FileFact(1, path="/x/program.py"), ThreadFact(MAIN, "MainThread"), *tasks])
    made.feed(records(*running(0, MAIN, PUSH, BEAT), *(rows or [])))
    made.note(facts)
    return made


def kinds(made: RunModel) -> list[FindingKind]:
    return [one.kind for one in findings_of(made)]


def step(until: int) -> LoopBlockedFact:
    return LoopBlockedFact(PUSH, 10 * MS, until * MS, (BEAT,))


def test_that_a_short_step_without_processor_time_is_the_machine_s_doing() -> None:
    seen = record(20, PUSH, Kind.LINE, line=7)
    made = model(step(310), rows=[seen, record(900, 0, Kind.TICK)])
    assert kinds(made) == []
    longer = model(step(700), rows=[seen, record(900, 0, Kind.TICK)])
    (found,) = findings_of(longer)
    assert (found.line, found.form) == (7, "other")


def test_that_work_is_told_by_its_processor_time() -> None:
    had = [record(10, PUSH, Kind.CPU, value=0), record(300, PUSH, Kind.CPU, value=250 * MS)]
    made = model(step(310), rows=[record(20, PUSH, Kind.LINE, line=7), *had, record(900, 0, Kind.TICK)])
    (found,) = findings_of(made)
    assert sentence(found) == (
        "push(1) blocked the event loop for 0.30 s with work in one go; meanwhile beat() could not go on."
    )


def test_that_a_call_that_the_loop_notices_soon_is_told_as_unsafe_and_an_open_one_not_at_once() -> None:
    soon = LoopStrayFact(1, BEAT, MAIN, PROGRAM | 9, 10 * MS)
    made = model(soon, rows=[record(20, 0, Kind.TICK)])
    assert kinds(made) == []
    made.note([LoopStrayFact(1, BEAT, MAIN, PROGRAM | 9, 10 * MS, 11 * MS)])
    made.feed(records(record(900, 0, Kind.TICK)))
    (found,) = findings_of(made)
    assert "awake by chance" in sentence(found)
    never = model(soon, rows=[record(900, 0, Kind.TICK)])
    assert "it has not taken notice" in sentence(findings_of(never)[0])


def test_that_a_wait_of_a_task_is_told_only_when_it_stands_and_others_are_there() -> None:
    waits = record(20, PUSH, Kind.QUEUE_WANT_GET, 4, line=8)
    over = record(30, PUSH, Kind.QUEUE_GOT, 4, line=8)
    ended = record(15, BEAT, Kind.THREAD_ENDED)
    tick = record(900, 0, Kind.TICK)
    assert FindingKind.LOOP_BLOCKED not in kinds(model(rows=[waits, over, tick]))
    assert FindingKind.LOOP_BLOCKED not in kinds(model(rows=[ended, waits, tick]))
    (found,) = (one for one in findings_of(model(rows=[waits, tick])) if one.kind is FindingKind.LOOP_BLOCKED)
    assert (found.thread, found.line, found.form) == ("push(1)", 8, "stands")


def test_that_what_waits_for_itself_explains_what_was_left_over() -> None:
    own = LoopSelfWaitFact(PUSH, PROGRAM | 5, 10 * MS, "answer()", True)
    made = model(own, TaskCutFact(BEAT, PROGRAM | 6, 20 * MS), OutcomeFact(Ending.FINISHED))
    assert kinds(made) == [FindingKind.LOOP_WAITS_FOR_ITSELF]


def test_that_a_task_that_waits_as_a_thread_does_for_one_that_has_yet_to_begin_blocks_its_loop(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import asyncio, threading\nready = threading.Event()\nasync def setter():\n    ready.set()\n"
        "async def main():\n    task = asyncio.create_task(setter())\n    ready.wait()\n    await task\n"
        "asyncio.run(main())\n"
    )
    session = open_program(path)
    session.run()
    kinds = (FindingKind.LOOP_BLOCKED,)  # it is looked for a little more seldom than that a thread waits for ever
    frame = pump_until(session, lambda frame: tuple(one.kind for one in frame.result.findings) == kinds)
    session.stop()
    session.wait(PATIENCE)
    (found,) = frame.result.findings
    assert sentence(found).startswith("main() has been waiting for ready since ")
    assert "meanwhile setter() could not go on" in sentence(found)
