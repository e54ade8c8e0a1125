"""What is worth saying about a run, and what must not be said."""

import pytest

from engine.analysis.run_model import RunModel
from engine.findings.detector import Detector
from engine.frame import Finding, FindingKind
from engine.protocol.messages import ExceptionFact, Fact, LaneKind, Lost, LostFact, ThreadFact
from engine.protocol.records import Flag, Kind
from engine.words.findings import detail, sentence
from engine.words.reasons import death
from tests.engine.building import PROGRAM, findings_of, got, named, record, records, released, running, want

A, B, EVENT, QUEUE = 1, 2, 3, 4
THREADS = {1: "MainThread", 2: "Left", 3: "Right"}
THINGS = {A: ("Lock", "a"), B: ("Lock", "b"), EVENT: ("Event", "file_ready"), QUEUE: ("Queue", "box")}


def picture(*rows: tuple[int, ...], facts: list[Fact] | None = None) -> RunModel:
    made = RunModel()
    made.note(named(THREADS, THINGS))
    made.note(facts or [])
    made.feed(records(*rows))
    return made


def found(made: RunModel, kind: FindingKind) -> list[Finding]:
    return [finding for finding in findings_of(made) if finding.kind is kind]


def tick(time: int) -> tuple[int, ...]:
    return record(time, 0, Kind.TICK)


def opposite_order(flags: int = 0) -> list[tuple[int, ...]]:
    return [
        *running(0, 2, 3),
        got(1, 2, A),
        got(2, 3, B),
        want(10, 2, B, flags=flags, line=21),
        want(11, 3, A, flags=flags, line=31),
    ]


def test_that_a_deadlock_names_its_cycle_at_once():
    made = picture(*opposite_order())
    (deadlock,) = found(made, FindingKind.DEADLOCK)
    assert sentence(deadlock) == "Left holds a and waits for b; Right holds b and waits for a."
    assert deadlock.threads == (2, 3)
    assert set(deadlock.objects) == {A, B}
    assert (deadlock.time, deadlock.line) == (0.011, 31)
    assert detail(deadlock).splitlines()[0] == "Left holds a and waits for b, line 21"
    made.feed(records(tick(2000)))
    assert found(made, FindingKind.STUCK) == []  # the cycle says it


def test_that_a_wait_with_a_time_out_is_no_deadlock():
    assert found(picture(*opposite_order(Flag.TIMED)), FindingKind.DEADLOCK) == []


def test_that_a_deadlock_that_a_switch_frees_is_told_as_one_that_was():
    made, detector = picture(*opposite_order()), Detector()
    (deadlock,) = detector.find(made)
    assert not deadlock.freed
    made.feed(records(got(2000, 2, B, flags=Flag.OFF)))
    (over,) = (one for one in detector.find(made) if one.kind is FindingKind.DEADLOCK)
    assert over.freed == 2.0
    assert sentence(over) == (
        "Stood deadlocked from 0.01 s to 2.00 s, when a switch was turned off: "
        "Left holds a and waits for b; Right holds b and waits for a."
    )
    made.feed(records(released(2500, 2, B, flags=Flag.OFF), released(2600, 2, A), got(2700, 3, A)))
    assert over in detector.find(made), "it stays as it is to the end of the run"


def test_that_a_cycle_of_a_moment_may_be_the_order_of_two_processes_and_is_forgotten():
    made, detector = picture(*opposite_order()), Detector()
    assert detector.find(made)
    made.feed(records(got(20, 2, B)))
    assert [one for one in detector.find(made) if one.kind is FindingKind.DEADLOCK] == []


def test_that_waiting_behind_a_thread_that_runs_is_no_deadlock():
    made = picture(*running(0, 2, 3), got(1, 2, A), want(2, 3, A))
    assert found(made, FindingKind.DEADLOCK) == []


def test_that_a_thread_may_wait_for_itself():
    made = picture(*running(0, 2), got(1, 2, A), want(2, 2, A, line=7))
    (deadlock,) = found(made, FindingKind.DEADLOCK)
    assert sentence(deadlock) == "Left waits for a, which it holds itself."
    assert (deadlock.thread, deadlock.line) == ("Left", 7)


def test_that_a_join_can_be_part_of_a_deadlock():
    made = picture(*running(0, 1, 2), got(1, 1, A), want(2, 2, A), record(3, 1, Kind.JOIN_WANT, 2))
    (deadlock,) = found(made, FindingKind.DEADLOCK)
    assert sentence(deadlock) == "MainThread holds a and waits for Left to end; Left waits for a."


def test_that_an_event_nobody_is_left_to_set_is_told_after_a_while():
    rows = [*running(0, 1, 2), record(5, 2, Kind.EVENT_WAIT, EVENT, line=9), record(6, 1, Kind.JOIN_WANT, 2)]
    made = picture(*rows, tick(200))
    assert found(made, FindingKind.STUCK) == []
    made.feed(records(tick(400)))
    (stuck,) = found(made, FindingKind.MISSED_EVENT)
    assert sentence(stuck) == "Left waits for file_ready in line 9, and nobody ever called file_ready.set()."
    assert (stuck.thread, stuck.line, stuck.threads) == ("Left", 9, (2,))


@pytest.mark.parametrize(
    "other",
    [
        [],  # it runs
        [record(6, 3, Kind.SLEEP, value=10**9)],
        [record(6, 3, Kind.EVENT_WAIT, EVENT, flags=Flag.TIMED)],
        [record(6, 3, Kind.FILE_READ, 9)],
    ],
    ids=["runs", "sleeps", "waits with a time-out", "reads a file"],
)
def test_that_nobody_is_stuck_while_one_may_still_come(other: list[tuple[int, ...]]):
    made = picture(*running(0, 2, 3), record(5, 2, Kind.EVENT_WAIT, EVENT), *other, tick(5000))
    assert found(made, FindingKind.STUCK) == []


def test_that_a_lock_its_thread_took_to_the_grave_is_told():
    made = picture(*running(0, 2, 3), got(1, 2, A), record(2, 2, Kind.THREAD_ENDED), want(3, 3, A), tick(1000))
    assert found(made, FindingKind.STUCK) == []
    assert sentence(found(made, FindingKind.KEPT_LOCK)[0]) == (
        "Left ended without giving back a, which it had taken. Right waits for a for ever."
    )


def test_that_every_kind_of_waiting_has_its_sentence():
    made = picture(
        *running(0, 2, 3), record(1, 2, Kind.QUEUE_WANT_GET, QUEUE), record(1, 3, Kind.QUEUE_WANT_PUT, QUEUE), tick(900)
    )
    assert sentence(found(made, FindingKind.STUCK)[0]) == (
        "Left waits for an item from queue box, and nobody is left to put one; "
        "Right waits for room in queue box, and nobody is left to take an item out."
    )


def died(thread: int, type_: str, message: str, line: int, file: str = "") -> ExceptionFact:
    return ExceptionFact(thread, type_, message, PROGRAM | line, "Traceback ...", file=file)


def test_that_a_missing_file_is_named():
    message = "[Errno 2] No such file or directory: 'numbers.txt'"
    facts = [died(3, "FileNotFoundError", message, 23, "numbers.txt")]
    made = picture(*running(0, 3), record(4, 3, Kind.THREAD_DIED, value=1), facts=facts)
    (finding,) = found(made, FindingKind.EXCEPTION)
    assert sentence(finding) == (
        "Right needed the file numbers.txt in line 23, but it was not there (FileNotFoundError)."
    )
    assert (finding.thread, finding.line, finding.time, detail(finding)) == ("Right", 23, 0.004, "Traceback ...")
    assert death(made.lanes()[0].error) == f"FileNotFoundError: {message}"
    assert made.lanes()[0].error_line == 23


def test_that_any_other_exception_is_told_with_its_line():
    made = picture(*running(0, 3), record(4, 3, Kind.THREAD_DIED), facts=[died(3, "ValueError", "no", 5)])
    assert sentence(found(made, FindingKind.EXCEPTION)[0]) == "Right died in line 5: ValueError: no"


def test_that_of_two_thousand_deaths_only_some_are_told_one_by_one():
    facts = [died(n, "ValueError", "no", n) for n in range(2, 2002)]
    rows = [record(1, n, Kind.THREAD_DIED) for n in range(2, 2002)]
    findings = found(picture(*rows, facts=facts), FindingKind.EXCEPTION)
    assert len(findings) == 21
    assert sentence(findings[-1]) == "1,980 more threads died of an exception."


def test_that_two_thousand_deaths_in_one_line_are_told_as_one():
    facts = [died(n, "ValueError", "no", 5) for n in range(2, 2002)]
    rows = [record(1, n, Kind.THREAD_DIED) for n in range(2, 2002)]
    (one,) = found(picture(*rows, facts=facts), FindingKind.EXCEPTION)
    assert sentence(one).startswith("2,000 threads died in line 5, Left, Right, ")
    assert sentence(one).endswith(" and 1,997 more: ValueError: no")
    assert len(one.threads) == 2000


def lifetimes(*end: tuple[int, ...]) -> list[tuple[int, ...]]:
    return [
        *running(0, 1),
        record(1, 1, Kind.THREAD_CREATED, 2, line=8),
        record(1, 1, Kind.THREAD_STARTED, 2),
        *running(2, 2),
        *end,
    ]


def test_that_a_thread_nobody_joined_is_told_once_the_program_is_done():
    made = picture(*lifetimes(record(5, 2, Kind.THREAD_ENDED)))
    assert found(made, FindingKind.NOT_JOINED) == []
    made.feed(records(record(9, 1, Kind.MAIN_DONE)))
    (finding,) = found(made, FindingKind.NOT_JOINED)
    assert (finding.thread, finding.line) == ("Left", 8)
    assert "Left was never joined" in sentence(finding)


def test_that_a_join_whose_time_out_ran_out_is_told_as_one():
    late = picture(*lifetimes(record(5, 1, Kind.JOIN_GAVE_UP, 2, line=12), record(9, 1, Kind.MAIN_DONE)))
    (finding,) = found(late, FindingKind.NOT_JOINED)
    assert finding.line == 12  # where the time-out stands
    assert sentence(finding) == (
        "Left was joined with a time-out that ran out: it was still running, also when the program's last line had run."
    )
    rows = (record(5, 1, Kind.JOIN_GAVE_UP, 2), record(7, 2, Kind.THREAD_ENDED), record(9, 1, Kind.MAIN_DONE))
    (finding,) = found(picture(*lifetimes(*rows)), FindingKind.NOT_JOINED)
    assert sentence(finding) == (
        "Left was joined with a time-out that ran out: it was still running, and nobody waited for it again."
    )
    again = (*rows[:2], record(8, 1, Kind.JOIN_GOT, 2), rows[2])
    assert findings_of(picture(*lifetimes(*again))) == ()


def test_that_a_joined_thread_and_a_daemon_need_no_words():
    joined = picture(
        *lifetimes(record(5, 2, Kind.THREAD_ENDED), record(6, 1, Kind.JOIN_GOT, 2), record(9, 1, Kind.MAIN_DONE))
    )
    assert findings_of(joined) == ()
    daemon = RunModel()
    daemon.note([ThreadFact(2, name="Logger", daemon=True)])
    daemon.feed(records(*lifetimes(record(9, 1, Kind.MAIN_DONE), record(10, 2, Kind.THREAD_CUT))))
    (finding,) = findings_of(daemon)
    assert sentence(finding) == "The end of the program cut off Logger, a daemon thread."


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (record(3, 2, Kind.QUEUE_WANT_GET, QUEUE), 0),
        (record(3, 2, Kind.INPUT_WANT), 0),
        (record(3, 2, Kind.QUEUE_GOT, QUEUE), 1),
        (record(3, 2, Kind.QUEUE_WANT_PUT, QUEUE), 1),
        (record(3, 2, Kind.SLEEP), 1),
    ],
    ids=["waits for an item", "waits for input", "has an item", "has no room for one", "sleeps"],
)
def test_that_a_daemon_that_had_nothing_to_do_was_not_cut_off_from_anything(last: tuple[int, ...], said: int):
    rows = [*lifetimes(last), record(6, 2, Kind.LINE), record(7, 1, Kind.MAIN_DONE), record(8, 2, Kind.THREAD_CUT)]
    daemon = ThreadFact(2, name="Left", daemon=True, process="")
    assert len(found(picture(*rows, facts=[daemon]), FindingKind.CUT_OFF)) == said


@pytest.mark.parametrize(
    ("before", "flags", "said"),
    [(Kind.EVENT_PASSED, 0, 0), (Kind.EVENT_PASSED, Flag.TIMED, 1), (Kind.LINE, 0, 1)],
    ids=["it was called by it before", "it looks at it now and then", "it waits for it for the first time"],
)
def test_that_a_daemon_which_waits_to_be_called_again_was_not_cut_off_from_anything(
    before: Kind, flags: int, said: int
) -> None:
    waits = [record(2, 2, before, EVENT), record(3, 2, Kind.EVENT_WAIT, EVENT, flags=flags)]
    rows = [*lifetimes(*waits), record(7, 1, Kind.MAIN_DONE), record(8, 2, Kind.THREAD_CUT)]
    daemon = ThreadFact(2, name="Left", daemon=True, process="")
    assert len(found(picture(*rows, facts=[daemon]), FindingKind.CUT_OFF)) == said


def test_that_a_thread_that_died_and_was_joined_later_counts_as_joined():
    made = picture(*lifetimes(record(5, 2, Kind.THREAD_DIED)), facts=[died(2, "ValueError", "no", 5)])
    assert not made.lanes()[1].joined
    made.feed(records(record(6, 1, Kind.JOIN_GOT, 2), record(9, 1, Kind.MAIN_DONE)))
    assert made.lanes()[1].joined
    assert [finding.kind for finding in findings_of(made)] == [FindingKind.EXCEPTION]


def test_that_a_lock_of_a_deadlock_is_not_told_a_second_time():
    made = picture(*opposite_order(), tick(5000))
    assert [finding.kind for finding in findings_of(made)] == [FindingKind.DEADLOCK]


def test_that_a_long_hold_is_told_only_if_others_waited_long():
    rows = [*running(0, 2, 3), got(0, 2, A, line=5), want(100, 3, A)]
    made = picture(*rows, released(140, 2, A), got(140, 3, A), released(150, 3, A))
    assert findings_of(made) == ()
    made = picture(*rows, released(300, 2, A), got(300, 3, A), released(301, 3, A))
    (finding,) = findings_of(made)
    assert finding.kind is FindingKind.HELD_LONG
    assert sentence(finding) == "Left held a for 0.2 s in all while others waited for it."
    assert (finding.line, finding.objects) == (5, (A,))
    made.feed(records(tick(30_000)))
    assert findings_of(made) == ()  # less than a tenth of the run


def test_that_a_lock_which_another_thread_gave_back_was_not_held_by_one_all_the_time():
    rows = [*running(0, 2, 3, 4), got(0, 2, A), want(100, 3, A), released(300, 4, A), got(300, 3, A)]
    assert found(picture(*rows, released(301, 3, A)), FindingKind.HELD_LONG) == []


def test_that_a_hold_that_goes_on_counts_up_to_now():
    made = picture(*running(0, 2, 3), got(0, 2, A), want(100, 3, A), tick(600))
    assert [finding.kind for finding in findings_of(made)] == [FindingKind.HELD_LONG]


def test_that_a_contradiction_of_ours_is_told_first():
    made = picture(*running(0, 2, 3), got(1, 2, A), got(2, 3, A, line=4))
    assert findings_of(made)[0].kind is FindingKind.TWO_HOLDERS


def test_that_nothing_is_claimed_of_locks_when_records_are_missing():
    made = picture(*opposite_order(), facts=[LostFact(what=Lost.RECORDS, count=5)])
    assert findings_of(made) == ()


def test_that_the_findings_are_the_same_tuple_until_they_say_something_else():
    made = picture(*opposite_order())
    before = findings_of(made)
    made.feed(records(tick(20)))
    assert findings_of(made) is before


@pytest.mark.parametrize(
    ("later", "told"),
    [((), []), (("KeyError",), ["MainThread"]), (("ExceptionGroup",), ["get()", "MainThread"])],
    ids=["it is caught", "another one ends the program", "a group does not say what was in it"],
)
def test_that_an_exception_which_a_task_handed_to_who_waited_for_it_is_not_told(
    later: tuple[str, ...], told: list[str]
):
    task = ThreadFact(2, name="get()", kind=LaneKind.TASK)
    dead = [ExceptionFact(2, "ValueError", "no", PROGRAM | 4, handed_on=True)]
    dead += [ExceptionFact(1, kind, "no", PROGRAM | 9) for kind in later]
    died = [record(5 + one.thread, one.thread, Kind.THREAD_DIED, line=4) for one in dead]
    made = picture(*running(0, 1, 2), *reversed(died), facts=[task, *dead])
    assert sorted(finding.thread for finding in found(made, FindingKind.EXCEPTION)) == sorted(told)


def test_that_an_exception_which_went_on_from_task_to_task_is_told_once():
    lanes = [ThreadFact(number, name=name, kind=LaneKind.TASK) for number, name in ((2, "main()"), (3, "get()"))]
    deaths = [
        ExceptionFact(thread=thread, type="ValueError", message="no", place=PROGRAM | 4, after=after)
        for thread, after in ((3, 0), (2, 3), (1, 2))
    ]
    died = [record(time, lane, Kind.THREAD_DIED, line=4) for time, lane in ((5, 3), (6, 2), (7, 1))]
    made = picture(*running(0, 1, 2, 3), *died[:1], facts=[*lanes, deaths[0]])
    assert [finding.thread for finding in found(made, FindingKind.EXCEPTION)] == ["get()"]
    made.note(deaths[1:])
    made.feed(records(*died[1:]))
    assert [finding.thread for finding in found(made, FindingKind.EXCEPTION)] == ["MainThread"]
