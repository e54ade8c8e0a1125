"""Tasks that nobody needs any more and that run on, and next to each case the one that is none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.analysis.run_model import RunModel
from engine.frame import FindingKind
from engine.frame.finding import RanOn
from engine.frame.finding.kept_alive import WaitsThere, Why
from engine.protocol.messages import Fact, TaskFact, TextFact
from engine.protocol.records import Flag, Kind
from engine.session.session import Session
from engine.words.findings import cure, sentence
from tests.engine.building import findings_of, named, record, records, running
from tests.pythons import pythons

MAIN, WORKER, TASK = 1, 2, 20
PATIENCE = 60
PROGRAM = """
import asyncio, time
from concurrent.futures import ThreadPoolExecutor, TimeoutError, as_completed, wait
def job(seconds):
    time.sleep(seconds)
async def main():
    try:
        await asyncio.wait_for(asyncio.to_thread(job, 0.9), timeout=0.2)
    except asyncio.TimeoutError:
        pass
with ThreadPoolExecutor() as pool:
    future = pool.submit(job, 0.9)
    try:
        future.result(timeout=0.2)
    except TimeoutError:
        future.cancel()
with ThreadPoolExecutor() as pool:
    futures = [pool.submit(job, seconds) for seconds in (0.9, 0.95)]
    try:
        for future in as_completed(futures, timeout=0.2):
            pass
    except TimeoutError:
        pass
asyncio.run(main())
async def forgets():
    asyncio.get_running_loop().run_in_executor(None, job, 0.9)
    await asyncio.sleep(0.05)
asyncio.run(forgets())
with ThreadPoolExecutor() as pool:
    future = pool.submit(job, 0.9)
    wait([future], timeout=0.1)
with ThreadPoolExecutor() as pool:
    future = pool.submit(job, 0.9)
    try:
        future.result(timeout=0.1)
    except TimeoutError:
        pass
future.result()
"""


def model(*rows: tuple[int, ...]) -> RunModel:
    made = RunModel()
    facts: list[Fact] = [TaskFact(TASK, "job()", pool="pool"), TextFact(7, "KeyboardInterrupt")]
    made.note([*named({1: "MainThread", 2: "pool_0"}), *facts])
    made.feed(
        records(
            *running(0, MAIN),
            record(1, MAIN, Kind.THREAD_CREATED, WORKER, line=9),
            record(1, MAIN, Kind.THREAD_STARTED, WORKER, line=9),
            record(1, MAIN, Kind.TASK_SUBMITTED, TASK, line=9),
            *running(1, WORKER),
            record(1, WORKER, Kind.TASK_STARTED, TASK, line=3),
            *rows,
        )
    )
    return made


def gives_up(time: int, flags: int = 0, text: int = 0) -> list[tuple[int, ...]]:
    want = record(2, MAIN, Kind.RESULT_WANT, TASK, flags=Flag.TIMED, line=11)
    return [want, record(time, MAIN, Kind.RESULT_GAVE_UP, TASK, text, flags=flags, line=11)]


def pool_ends(since: int, until: int) -> list[tuple[int, ...]]:
    return [
        record(since, MAIN, Kind.JOIN_WANT, WORKER, line=10),
        record(until, WORKER, Kind.TASK_DONE, TASK),
        record(until, WORKER, Kind.THREAD_ENDED),
        record(until, MAIN, Kind.JOIN_GOT, WORKER, line=10),
    ]


def told(made: RunModel) -> list[RanOn]:
    return [one for one in findings_of(made) if isinstance(one, RanOn)]


def test_that_a_task_that_was_given_up_is_told_with_who_waited_for_it() -> None:
    made = model(*gives_up(202), *pool_ends(210, 3000))
    (finding,) = told(made)
    assert (finding.why, finding.where, finding.line, finding.end_line) == (Why.TIMED_OUT, WaitsThere.POOL, 11, 10)
    assert sentence(finding) == (
        "MainThread waited for job(), and after 0.2 s the time-out ran out. A task that runs cannot be cancelled: "
        "job() ran on until 3.00 s, and the end of the pool (line 10) had to wait 2.8 s."
    )
    assert "threading.Event" in cure(finding)


def test_that_it_is_told_while_it_lasts_and_stays_the_same() -> None:
    made = model(*gives_up(202), *pool_ends(210, 3000)[:1], record(400, 0, Kind.TICK))
    assert told(made) == []
    made.feed(records(record(600, 0, Kind.TICK)))
    (finding,) = told(made)
    assert (finding.until, "runs on" in sentence(finding)) == (0, True)
    made.feed(records(record(900, 0, Kind.TICK)))
    assert told(made) == [finding]


def test_that_what_broke_the_wait_off_is_named() -> None:
    (finding,) = told(model(*gives_up(202, Flag.FAILED, 7), *pool_ends(210, 900)))
    assert sentence(finding).startswith("KeyboardInterrupt broke off the wait of MainThread for job().")


def test_that_a_cancel_that_came_too_late_is_told() -> None:
    refused = record(100, MAIN, Kind.CANCEL_REFUSED, TASK, line=12)
    (finding,) = told(model(refused, *pool_ends(110, 900)))
    assert (finding.why, finding.line) == (Why.REFUSED, 12)
    (finding,) = told(model(*gives_up(50), refused, *pool_ends(110, 900)))
    assert finding.why is Why.TIMED_OUT


def test_that_the_end_of_the_program_may_be_what_waits() -> None:
    rows = (record(210, MAIN, Kind.MAIN_DONE), record(2000, WORKER, Kind.TASK_DONE, TASK))
    made = model(*gives_up(202), *rows, record(2001, WORKER, Kind.THREAD_ENDED), record(2002, MAIN, Kind.THREAD_ENDED))
    assert [one.where for one in told(made)] == [WaitsThere.PROGRAM]
    assert FindingKind.KEPT_ALIVE not in {one.kind for one in findings_of(made)}


def test_that_an_interrupt_at_the_end_of_the_pool_leaves_the_wait_to_the_end_of_the_program() -> None:
    join = record(10, MAIN, Kind.JOIN_WANT, WORKER, line=10)
    off = record(400, MAIN, Kind.JOIN_GAVE_UP, WORKER, 7, flags=Flag.FAILED, line=10)
    rows = (join, off, record(410, MAIN, Kind.MAIN_DONE), record(2000, WORKER, Kind.TASK_DONE, TASK))
    made = model(*rows, record(2001, WORKER, Kind.THREAD_ENDED), record(2002, MAIN, Kind.THREAD_ENDED))
    (finding,) = findings_of(made)
    assert isinstance(finding, RanOn)
    assert (finding.why, finding.where, finding.line) == (Why.INTERRUPTED, WaitsThere.PROGRAM, 10)
    assert "cancel_futures" in cure(finding)


def test_that_a_task_whose_result_was_taken_later_did_not_run_on() -> None:
    made = model(*gives_up(202), *pool_ends(210, 900), record(901, MAIN, Kind.RESULT_SEEN, TASK))
    assert told(made) == []
    assert told(model(*gives_up(202), *pool_ends(700, 900))) == [], "nobody noticed it"


def test_that_a_pool_that_simply_waits_for_its_tasks_is_no_finding() -> None:
    assert told(model(*pool_ends(2, 3000))) == []
    waited = record(100, MAIN, Kind.RESULT_GAVE_UP, 0, line=12)
    assert told(model(waited, *pool_ends(110, 3000))) == [], "wait() with a time-out is a question"


@pytest.mark.parametrize("executable", pythons(), ids=[Path(one).parent.parent.name for one in pythons()])
def test_that_every_way_to_give_up_is_seen(
    open_program: Callable[..., Session], tmp_path: Path, executable: str
) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    session = open_program(program, executable=executable)
    session.run()
    found = session.wait(PATIENCE).result.findings
    assert all(isinstance(one, RanOn) for one in found)
    seen = [(one.why, one.where, one.line, one.task) for one in found if isinstance(one, RanOn)]
    assert seen == [
        (Why.TIMED_OUT, WaitsThere.POOL, 14, "job(0.9)"),
        (Why.TIMED_OUT, WaitsThere.POOL, 20, "job(0.9), job(0.95)"),
        (Why.ABANDONED, WaitsThere.LOOP, 8, "job(0.9)"),
        (Why.UNAWAITED, WaitsThere.LOOP, 26, "job(0.9)"),
    ]
