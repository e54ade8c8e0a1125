"""What keeps the process alive when the main thread has ended, and next to each case the one that is none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.analysis.run_model import RunModel
from engine.frame import Ended, Finding, FindingKind
from engine.frame.finding import Explained, KeptAlive
from engine.protocol.messages import Ending, Fact, HelloFact, LaneKind, OutcomeFact, TaskFact, TextFact, ThreadFact
from engine.protocol.records import Flag, Kind
from engine.session.session import Session
from engine.words.findings import cure, sentence
from tests.engine.building import findings_of, named, record, records, running
from tests.pythons import pythons

MAIN, WORKER, NEXT = 1, 2, 3
PATIENCE = 60
AGAIN = """
import threading
class Repeats(threading.Timer):
    def run(self):
        while not self.finished.wait(self.interval):
            self.function()
def save():
    print('saved')
    threading.Timer(0.1, save).start()
save()
Repeats(0.1, print).start()
"""
INTERRUPTED = """
import os, signal, threading, time
def download():
    time.sleep(1.5)
    print('complete')
worker = threading.Thread(target=download, name='download')
worker.start()
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    worker.join()
except KeyboardInterrupt:
    print('leaving')
"""


def model(*rows: tuple[int, ...], facts: list[Fact] | None = None) -> RunModel:
    made = RunModel()
    made.note(named({1: "MainThread", 2: "worker", 3: "other"}))
    made.note(facts or [])
    made.feed(records(*running(0, MAIN), *rows))
    return made


def born(time: int, lane: int, by: int = MAIN, line: int = 8) -> list[tuple[int, ...]]:
    return [
        record(time, by, Kind.THREAD_CREATED, lane, line=line),
        record(time, by, Kind.THREAD_STARTED, lane, line=line),
        *running(time, lane),
    ]


def done(time: int) -> tuple[int, ...]:
    return record(time, MAIN, Kind.MAIN_DONE)


def ended(time: int, lane: int) -> tuple[int, ...]:
    return record(time, lane, Kind.THREAD_ENDED)


def tick(time: int) -> tuple[int, ...]:
    return record(time, 0, Kind.TICK)


def told(made: RunModel) -> list[Finding]:
    return [*findings_of(made)]


def kept(made: RunModel) -> KeptAlive:
    (finding,) = told(made)
    assert isinstance(finding, KeptAlive)
    return finding


def timers(*lanes: int) -> list[Fact]:
    return [ThreadFact(lane, f"Thread-{lane}", timer=1) for lane in lanes]


def test_that_a_thread_that_goes_on_is_told_with_its_line_when_it_was_waited_for_long() -> None:
    made = model(*born(1, WORKER), done(5), record(20, WORKER, Kind.SLEEP, line=4), tick(900))
    assert [one.kind for one in told(made)] == [FindingKind.NOT_JOINED]
    made.feed(records(tick(1100)))
    finding = kept(made)
    assert (finding.form, finding.thread, finding.line) == ("thread", "worker", 4)
    assert (finding.time, finding.until) == (0.005, 0)
    assert sentence(finding) == (
        "The main thread has ended, and worker keeps the process alive: it is no daemon, so Python waits for its end."
    )
    assert "threading.Event" in cure(finding)
    made.feed(records(record(1200, WORKER, Kind.SLEPT, line=9), tick(1300)))
    assert told(made) == [finding], "it stays the same as long as nothing else is to be said"
    made.feed(records(ended(2005, WORKER)))
    over = kept(made)
    assert (over.form, over.until) == ("thread-over", 2.005)
    assert "waited 2.0 s more for worker" in sentence(over)


def test_that_threads_that_simply_finish_their_work_keep_nothing_alive() -> None:
    rows = [*born(1, WORKER), *born(1, NEXT), done(5), ended(801, WORKER), ended(802, NEXT), ended(803, MAIN)]
    made = model(*rows, tick(3000))
    assert {one.kind for one in told(made)} == {FindingKind.NOT_JOINED}
    daemon = model(*born(1, WORKER), done(5), tick(3000), facts=[ThreadFact(WORKER, "worker", daemon=True)])
    assert told(daemon) == []
    of_a_child = model(*born(1, WORKER), done(5), tick(3000), facts=[ThreadFact(WORKER, "w", process="P")])
    assert FindingKind.KEPT_ALIVE not in {one.kind for one in told(of_a_child)}


def test_that_several_are_told_at_once_and_processes_apart() -> None:
    process = ThreadFact(4, "Process-1", process="Process-1", kind=LaneKind.PROCESS)
    rows = [*born(1, WORKER), *born(1, NEXT), *born(2, 4), done(5), tick(1200)]
    made = model(*rows, facts=[process])
    findings = told(made)
    assert [getattr(one, "form", "") for one in findings] == ["threads", "process"]
    assert "2 threads keep the process alive: worker, other" in sentence(findings[0])
    assert "Process-1" in sentence(findings[1])
    assert "terminate()" in cure(findings[1])


def test_that_a_timer_that_arms_the_next_one_is_told_once() -> None:
    rows = [*born(1, 2, line=11), done(2), *born(401, 3, by=2, line=11), ended(402, 2), *born(801, 4, by=3, line=11)]
    finding = kept(model(*rows, ended(802, 3), tick(900), facts=timers(2, 3, 4)))
    assert (finding.form, finding.number, finding.line, finding.threads) == ("timer-again", 3, 11, (2, 3, 4))
    assert "3 so far" in sentence(finding)
    assert "cancel()" in cure(finding)
    rows = [*born(1, 2, line=5), done(2), *born(401, 3, by=2, line=9), ended(402, 2), *born(801, 4, by=3, line=5)]
    finding = kept(model(*rows, ended(802, 3), tick(900), facts=timers(2, 3, 4)))
    assert (finding.number, finding.line) == (3, 5), "two that arm each other are one"


def test_that_a_timer_that_goes_off_and_ends_is_no_finding() -> None:
    once = model(*born(1, 2), done(2), tick(500), facts=timers(2))
    assert told(once) == []
    once.feed(records(tick(1500)))
    assert kept(once).form == "timer"
    once.feed(records(ended(1600, 2)))
    assert told(once) == [], "it was meant to go off"
    rows = [*born(1, 2, line=11), done(2), *born(401, 3, by=2, line=11), ended(402, 2), ended(801, 3), ended(802, MAIN)]
    assert told(model(*rows, tick(2000), facts=timers(2, 3))) == [], "they came to an end by themselves"


def test_that_a_join_whose_time_out_ran_out_tells_why_python_waited() -> None:
    rows = [*born(1, WORKER), record(50, MAIN, Kind.JOIN_GAVE_UP, WORKER, line=20), done(51)]
    made = model(*rows, tick(400))
    assert (kept(made).form, kept(made).line) == ("ran-out", 20)
    made.feed(records(ended(500, WORKER)))
    assert (kept(made).form, kept(made).seconds) == ("ran-out-over", pytest.approx(0.449))


def test_that_a_join_that_was_made_up_for_is_no_finding() -> None:
    off = record(50, MAIN, Kind.JOIN_GAVE_UP, WORKER, 7, flags=Flag.FAILED, line=20)
    again = record(900, MAIN, Kind.JOIN_GOT, WORKER)
    assert told(model(*born(1, WORKER), off, ended(890, WORKER), again, done(901), tick(2000))) == []


def test_that_who_stands_still_is_not_told_again_as_kept_alive() -> None:
    made = model(*born(1, WORKER), done(5), record(6, WORKER, Kind.EVENT_WAIT, 9), tick(1500))
    assert FindingKind.KEPT_ALIVE not in {one.kind for one in told(made)}


def test_that_a_pool_that_nobody_shut_down_is_told_with_what_is_left_to_do() -> None:
    tasks = [TaskFact(number, "fetch()", pool="files") for number in (20, 21, 22)]
    rows = [*born(1, WORKER), *(record(1, MAIN, Kind.TASK_SUBMITTED, number) for number in (20, 21, 22))]
    made = model(*rows, record(2, WORKER, Kind.TASK_STARTED, 20), done(5), tick(1100), facts=tasks)
    finding = kept(made)
    assert (finding.form, finding.names, finding.number) == ("pool", "files", 3)
    assert "cancel_futures" in cure(finding)
    idle = model(*rows[:3], done(5), ended(6, WORKER), tick(3000), facts=tasks)
    assert FindingKind.KEPT_ALIVE not in {one.kind for one in told(idle)}


def test_that_what_broke_a_join_off_is_named_and_what_this_python_does_then() -> None:
    off = record(500, MAIN, Kind.JOIN_GAVE_UP, WORKER, 7, flags=Flag.FAILED, line=22)
    facts: list[Fact] = [TextFact(7, "KeyboardInterrupt")]
    made = model(*born(1, WORKER), off, done(501), ended(900, WORKER), facts=facts)
    finding = kept(made)
    assert (finding.form, finding.error, finding.line) == ("interrupted-over", "KeyboardInterrupt", 22)
    assert "time-out" not in sentence(finding)
    old = HelloFact("3.12.1")
    forgotten = kept(model(*born(1, WORKER), off, done(501), ended(900, WORKER), facts=[*facts, old]))
    assert forgotten.form == "interrupted-forgotten"
    cut = model(*born(1, WORKER), off, done(501), facts=[*facts, OutcomeFact(Ending.FINISHED)])
    assert kept(cut).form == "interrupted-cut"


@pytest.mark.parametrize("executable", pythons(), ids=[Path(one).parent.parent.name for one in pythons()])
def test_that_ctrl_c_in_a_join_is_no_time_out(
    open_program: Callable[..., Session], tmp_path: Path, executable: str
) -> None:
    program = tmp_path / "program.py"
    program.write_text(INTERRUPTED)
    session = open_program(program, executable=executable)
    session.run()
    frame = session.wait(PATIENCE)
    (finding,) = frame.result.findings
    assert isinstance(finding, KeptAlive)
    major, minor, *_ = frame.run.interpreter.version.split(".")
    waits = (int(major), int(minor)) >= (3, 13)
    assert finding.form == ("interrupted-over" if waits else "interrupted-cut")
    assert (finding.line, finding.error, finding.names) == (10, "KeyboardInterrupt", "download")
    assert ("complete" in [line.text for line in frame.recording.output]) is waits


def test_that_a_timer_that_never_ends_is_told_once_while_it_lasts(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    program = tmp_path / "program.py"
    program.write_text(AGAIN)
    session = open_program(program)
    session.run()

    def stop(frame: object) -> None:
        if len(session.frame.recording.lanes) > 5 and session.frame.run.now > 1.5:
            session.stop(Ended.TIMEOUT)

    frame = session.wait(PATIENCE, stop)
    told = [one for one in frame.result.findings if isinstance(one, KeptAlive)]
    chain, repeats = sorted(told, key=lambda one: one.form)
    assert len(frame.result.findings) == 2
    assert (chain.form, chain.line, chain.number >= 5) == ("timer-again", 9, True)
    assert (repeats.form, repeats.line) == ("timer-repeats", 11)


def test_that_who_came_too_late_for_the_end_is_not_told_as_one_that_nobody_joined(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "import threading\nfrom concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor()\n"
        "def poll():\n    threading.main_thread().join()\n    pool.submit(print)\n"
        "threading.Thread(target=poll, name='poller').start()\n"
    )
    session = open_program(program)
    session.run()
    findings = session.wait(PATIENCE).result.findings
    assert [one.kind for one in findings] == [FindingKind.EXCEPTION, FindingKind.EXPLAINED]
    assert isinstance(findings[1], Explained)
    assert "poller" in sentence(findings[1])


def test_that_python_itself_joins_what_is_left_of_a_pool_and_that_is_no_join_of_the_program() -> None:
    process = ThreadFact(2, "Worker-1", process="Worker-1", kind=LaneKind.PROCESS)
    for fact, form in ((process, "workers-over"), (ThreadFact(2, "files_0"), "pool-over")):
        tasks: list[Fact] = [fact, TaskFact(20, "fetch()", pool="" if fact is process else "files")]
        rows = [*born(1, WORKER), record(1, MAIN, Kind.TASK_SUBMITTED, 20), record(2, WORKER, Kind.TASK_STARTED, 20)]
        ends = [
            record(1500, WORKER, Kind.TASK_DONE, 20),
            ended(1501, WORKER),
            record(1502, MAIN, Kind.JOIN_GOT, WORKER),
        ]
        finding = kept(model(*rows, done(5), *ends, ended(1503, MAIN), facts=tasks))
        assert finding.form == form
        joined = record(1502, MAIN, Kind.JOIN_GOT, WORKER)
        assert told(model(*rows, *ends[:2], joined, done(1600), ended(1601, MAIN), tick(4000), facts=tasks)) == []


def test_that_an_end_of_python_that_does_not_end_is_told_when_nobody_else_is_left() -> None:
    made = model(*born(1, WORKER), ended(3, WORKER), record(4, MAIN, Kind.JOIN_GOT, WORKER), done(5), tick(1900))
    assert told(made) == []
    made.feed(records(tick(2100)))
    assert kept(made).form == "alone"
    made.feed(records(ended(2200, MAIN)))
    made.note([OutcomeFact(Ending.FINISHED)])
    assert told(made) == []


def test_that_a_daemon_timer_that_has_not_gone_off_is_not_told_as_cut_off() -> None:
    daemon = ThreadFact(2, "Thread-1", daemon=True, timer=1)
    waits = record(2, 2, Kind.EVENT_WAIT, 9, flags=Flag.TIMED)
    end = [done(500), ended(501, MAIN), record(501, 2, Kind.THREAD_CUT)]
    assert told(model(*born(1, 2), waits, *end, facts=[daemon])) == []
    gone_off = model(*born(1, 2), waits, record(100, 2, Kind.EVENT_GAVE_UP, 9), *end, facts=[daemon])
    assert [one.kind for one in told(gone_off)] == [FindingKind.CUT_OFF]


def test_that_a_timer_with_a_run_of_its_own_goes_off_again_and_again() -> None:
    repeats = ThreadFact(2, "Thread-1", timer=2)
    assert kept(model(*born(1, 2), done(2), tick(1500), facts=[repeats])).form == "timer-repeats"
