"""How findings are told: the gravest first, each thing once, equal ones as one, with what to do."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import headless
from engine.findings.alike import folded, likeness
from engine.findings.concise import concise
from engine.findings.ends.threads import shortened
from engine.findings.places import places
from engine.findings.standing.standstill import everybody_waits
from engine.frame import Finding, FindingKind, Frame, Lane, Spans, State
from engine.frame.finding import (
    Alike,
    Came,
    CutOff,
    Deadlock,
    Explained,
    ForkedCopy,
    HeldLong,
    MissedEvent,
    NotJoined,
    Occurrence,
    SemaphoreGrew,
    TaskFailed,
    ThreadDied,
    Waiter,
)
from engine.protocol.messages import ExceptionFact
from engine.session.session import Session
from engine.words.findings import cure, detail, sentence

LEFT, RIGHT, THIRD = 2, 3, 4
NAMES = {LEFT: "Left", RIGHT: "Right", THIRD: "Third"}


def missed(thread: int, line: int = 9, *, on: bool = True, name: str = "") -> NotJoined:
    return NotJoined(
        thread=name or NAMES.get(thread, f"T{thread}"), threads=(thread,), line=line, ran_out=False, went_on=on
    )


def died(thread: int, line: int = 5, error: str = "ValueError", *, time: float = 1.0) -> ThreadDied:
    fact = ExceptionFact(thread, type=error, message="no", traceback="Traceback")
    return ThreadDied(thread=NAMES.get(thread, ""), threads=(thread,), line=line, time=time, error=fact)


def circle(*, until: float = 0.0) -> Deadlock:
    cycle = (
        Waiter("Left", "b", State.WAIT_LOCK, 21, held="a"),
        Waiter("Right", "a", State.WAIT_LOCK, 31, held="b"),
    )
    return Deadlock(threads=(LEFT, RIGHT), objects=(1, 2), line=31, time=1.0, cycle=cycle, until=until)


def cut(thread: int, time: float) -> CutOff:
    return CutOff(thread=NAMES[thread], threads=(thread,), line=31, time=time)


def told(*findings: Finding) -> list[FindingKind]:
    return [one.kind for one in concise(findings)]


def test_that_threads_that_were_missed_alike_are_one_finding() -> None:
    (one,) = folded([missed(number) for number in range(2, 7)])
    assert sentence(one) == (
        "5 threads were never joined, Left, Right, Third and 2 more: the program's last line ran before they had ended."
    )
    assert (one.threads, one.line) == ((2, 3, 4, 5, 6), 9)
    assert cure(one) == cure(missed(2))


def test_that_two_are_named_and_none_is_counted() -> None:
    (one,) = folded([died(LEFT), died(RIGHT)])
    assert sentence(one) == "2 threads died in line 5, Left and Right: ValueError: no"
    (one,) = folded([replace(died(thread), task=True) for thread in (LEFT, RIGHT)])
    assert sentence(one) == "2 tasks died in line 5, Left and Right: ValueError: no"
    assert detail(one) == detail(died(LEFT))


@pytest.mark.parametrize(
    "other",
    [missed(RIGHT, 10), missed(RIGHT, on=False), died(RIGHT), HeldLong(thread="Right", line=9, thing="a", seconds=1.0)],
    ids=["line", "form", "kind", "figures of its own"],
)
def test_that_what_differs_in_more_than_the_thread_is_told_by_itself(other: Finding) -> None:
    assert len(folded([missed(LEFT), other])) == 2


def test_that_two_exceptions_of_one_line_are_two_if_their_types_differ() -> None:
    assert len(folded([died(LEFT), died(RIGHT, error="KeyError")])) == 2
    assert likeness(died(LEFT)) == likeness(died(RIGHT))


def test_that_tasks_that_failed_alike_are_one_with_the_first_as_their_example() -> None:
    failed = [TaskFailed(task=f"fetch({n})", line=13, error=f"ConnectionError: none for {n}") for n in (0, 3, 6)]
    (one,) = folded(failed)
    assert sentence(one) == (
        "3 tasks failed in line 13, and nobody asked for their results, so nobody saw it. "
        "The first was fetch(0): ConnectionError: none for 0."
    )


def test_that_what_is_so_of_several_things_of_one_name_and_line_is_one_finding():
    def held(thread: int, thing: str) -> HeldLong:
        return HeldLong(thread=NAMES[thread], threads=(thread,), line=4, thing=thing, seconds=0.3)

    (one,) = folded([held(LEFT, "locks[2]"), held(RIGHT, "locks[3]")])
    assert sentence(one) == "Left held locks[2] for 0.3 s in all while others waited for it. Likewise Right."
    assert len(folded([held(LEFT, "locks[2]"), held(RIGHT, "other")])) == 2
    grown = SemaphoreGrew(thread="Left", threads=(LEFT,), line=4, thing="s", acquired=1, released=2, most=3, initial=1)
    assert len(folded([grown, replace(grown, thread="Right", threads=(RIGHT,))])) == 1
    event = MissedEvent(thread="Left", threads=(LEFT,), line=4, thing="ready")
    assert len(folded([event, replace(event, thread="Right", threads=(RIGHT,), thing="ready #2")])) == 1


def test_that_processes_nobody_waited_for_are_not_called_threads() -> None:
    here = [replace(missed(number), process=True) for number in (LEFT, RIGHT)]
    (one,) = folded(here)
    assert sentence(one) == (
        "2 processes were never joined, Left and Right: the program's last line ran before they had ended."
    )
    assert cure(one).startswith("Keep the process in a variable")
    assert len(folded([*here, missed(THIRD)])) == 2


def test_that_a_thousand_of_a_line_are_one_and_of_a_thousand_lines_some_are_counted() -> None:
    (one,) = folded(shortened([missed(number) for number in range(2, 1002)]))
    assert isinstance(one, Alike)
    assert (one.count, len(one.threads)) == (1000, 1000)
    *_, rest = folded(shortened([missed(number, number) for number in range(2, 1002)]))
    assert sentence(rest) == "980 more threads were never joined."


def test_that_a_deadlock_says_also_who_was_cut_off_in_it_and_what_was_held_long() -> None:
    held = HeldLong(thread="Left", threads=(LEFT,), objects=(1,), line=20, time=0.5, thing="a", seconds=2.0)
    assert told(held, cut(LEFT, 2.0), circle(until=2.0)) == [FindingKind.DEADLOCK]
    assert told(cut(RIGHT, 2.0), circle()) == [FindingKind.DEADLOCK]
    copied = ForkedCopy(thread="Fork-1", threads=(5,), objects=(1,), line=8, thing="a", holder="Left")
    assert told(held, copied) == [FindingKind.FORKED_COPY], "a copy has no holder"


def test_that_whoever_was_in_no_deadlock_is_told_all_the_same() -> None:
    assert told(cut(THIRD, 2.0), circle()) == [FindingKind.DEADLOCK, FindingKind.CUT_OFF]
    of_another = HeldLong(thread="Third", threads=(THIRD,), objects=(3,), line=20, thing="c", seconds=2.0)
    assert told(of_another, circle()) == [FindingKind.DEADLOCK, FindingKind.HELD_LONG]


def test_that_a_deadlock_that_was_over_long_before_does_not_say_who_was_cut_off() -> None:
    assert told(cut(LEFT, 5.0), circle(until=2.0)) == [FindingKind.DEADLOCK, FindingKind.CUT_OFF]


def test_that_an_exception_of_the_main_thread_says_why_nobody_was_waited_for() -> None:
    assert told(missed(LEFT), died(1)) == [FindingKind.EXCEPTION]
    assert told(missed(LEFT), died(RIGHT)) == [FindingKind.EXCEPTION, FindingKind.NOT_JOINED]


def test_that_an_explanation_stands_behind_the_exception_that_it_explains() -> None:
    means = Explained(
        thread="Left", threads=(LEFT,), came=Came.ENDED, explanation="x", error="", words="", cure_words=""
    )
    found = concise([means, died(RIGHT, 6, time=0.5), died(LEFT, time=1.0), missed(THIRD)])
    assert [one.threads for one in found] == [(RIGHT,), (LEFT,), (LEFT,), (THIRD,)]
    assert found[2] is means


def test_that_the_places_of_a_deadlock_are_those_of_all_its_threads() -> None:
    assert [(one.line, one.thread) for one in places(circle())] == [(21, "Left"), (31, "Right")]
    led = Occurrence(4, thread="Left", time=0.5)
    one = NotJoined(thread="Left", line=9, occurrences=(led,), ran_out=False, went_on=True)
    assert [at.line for at in places(one)] == [9, 4]


def lane(number: int, state: State, since: float = 0.0) -> Lane:
    spans = Spans(np.array([int(since * 1e9)]), np.array([state], np.uint8), *[np.zeros(1, np.uint32)] * 2)
    return Lane(
        number,
        f"T{number}",
        daemon=False,
        spans=spans,
        began=0.0,
        ended=None,
        error=None,
        error_line=None,
        joined=False,
        place=0,
    )


@pytest.mark.parametrize(
    ("states", "waits"),
    [
        ((State.WAIT_LOCK, State.WAIT_NETWORK), True),
        ((State.WAIT_LOCK, State.RUNNING), False),
        ((State.WAIT_JOIN, State.SLEEPING), False),
        ((), False),
    ],
    ids=["all wait", "one runs", "one sleeps", "nobody is there yet"],
)
def test_that_nothing_is_called_well_where_everybody_waits(states: tuple[State, ...], waits: bool) -> None:
    lanes = tuple(lane(number, state) for number, state in enumerate(states, 1))
    frame = Frame()
    frame = replace(frame, run=replace(frame.run, now=2.0), recording=replace(frame.recording, lanes=lanes))
    assert everybody_waits(frame) is waits
    just_now = tuple(lane(number, state, 1.9) for number, state in enumerate(states, 1))
    assert not everybody_waits(replace(frame, recording=replace(frame.recording, lanes=just_now)))


def test_that_a_run_that_the_time_out_ended_is_told_with_what_each_thread_was_doing(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    path = tmp_path / "given.py"
    path.write_text("import time\nprint('ready')\ntime.sleep(600)\n", "utf-8")
    session = open_program(path)
    session.run()
    while not session.pump().recording.output:
        pass
    lines = headless.verdict(session.wait(0.5))
    assert lines[-2:] == ["It had not ended when the time was up:", "  MainThread: sleeping, line 3"]


PROGRAM = """\
import threading

def work(number):
    if number == 0:
        raise ValueError("no zero")

gate = threading.Event()
threads = [threading.Thread(target=work, args=(0,), name=f"worker {n}") for n in range(2)]
later = [threading.Thread(target=gate.wait, name=f"later {n}") for n in range(5)]
for one in [*threads, *later]:
    one.start()
for one in threads:
    one.join()
gate.set()
"""


@pytest.fixture
def session(open_program: Callable[..., Session], tmp_path: Path) -> Session:
    """Of a program in which two threads die alike, and five others are waited for by nobody."""
    path = tmp_path / "given.py"
    path.write_text(PROGRAM, "utf-8")
    made = open_program(path)
    made.run()
    made.wait(60)
    return made


def test_that_people_read_each_finding_with_its_line_and_what_to_do_and_programs_read_all_of_it(
    session: Session,
) -> None:
    lines = headless.verdict(session.frame)
    at = next(at for at, line in enumerate(lines) if line.startswith("- exception: "))
    names = "worker 0 and worker 1", "worker 1 and worker 0"  # who died first stands first
    died_so = [f"- exception: 2 threads died in line 5, {both}: ValueError: no zero" for both in names]
    assert lines[at].startswith(tuple(died_so))
    assert "(line 5, " in lines[at]
    missed_ones = [line for line in lines if line.startswith("- not-joined: ")]
    assert sum("5 threads were never joined, later 0, later 1, later 2 and 2 more" in line for line in missed_ones) <= 1
    assert lines[lines.index(missed_ones[-1]) + 1] == f"  What to do: {cure(missed(2))}"
    assert sum(line.startswith("  What to do: ") for line in lines) == 1, "what two say is said below both"
    findings: list[dict[str, Any]] = json.loads(json.dumps(session.summary()))["findings"]
    deaths, *rest = findings
    assert (deaths["kind"], deaths["count"], deaths["lesson"]) == ("exception", 2, "exceptions")
    assert {(one["type"], one["name"]) for one in deaths["subjects"]} == {("thread", f"worker {n}") for n in range(2)}
    assert deaths["places"][0]["line"] == 5
    assert deaths["cause"].startswith("Traceback")
    assert {one["kind"] for one in rest} == {"not-joined"}
    assert sum(one["count"] for one in rest) == 5
    assert {one["cure"] for one in rest} == {cure(missed(2))}
