"""Threads that wait for one another in a circle: those that do, those that did, and what only looks like it."""

import pytest

from engine.analysis.run_model import RunModel
from engine.findings.detector import Detector
from engine.frame import FindingKind
from engine.frame.finding import Deadlock
from engine.protocol.hidden_wait import HiddenWaitFact
from engine.protocol.messages import Fact, LaneKind, TaskFact, ThingFact, ThreadFact
from engine.protocol.process_facts import SharedThingFact
from engine.protocol.records import Flag, Kind
from engine.words.findings import cure, detail, sentence
from tests.engine.building import PROGRAM, got, named, record, records, released, running, want

A, B, TASK = 1, 2, 9
THREADS = {1: "MainThread", 2: "Left", 3: "Right"}
THINGS = {A: ("Lock", "a"), B: ("Lock", "b")}
Row = tuple[int, ...]


def crossed(flags: int = 0) -> list[Row]:
    """Left and Right have a and b, and want the other one from 10 and 11 ms on."""
    return [
        *running(0, 2, 3),
        got(1, 2, A, line=20),
        got(2, 3, B, line=30),
        want(10, 2, B, flags=flags, line=21),
        want(11, 3, A, flags=flags, line=31),
    ]


def gave_up(time: int, thread: int, lock: int) -> Row:
    return record(time, thread, Kind.LOCK_GAVE_UP, lock)


def cut(time: int, *threads: int) -> list[Row]:
    return [record(time, thread, Kind.THREAD_CUT) for thread in threads]


def circles(*rows: Row, facts: list[Fact] | None = None, over: bool = True) -> list[Deadlock]:
    """What is said of a run that is looked at once, when all of it is there."""
    made = RunModel()
    made.note([*named(THREADS, THINGS), *(facts or [])])
    made.feed(records(*rows))
    if over:
        made.end()
    found = Detector().find(made)
    return [one for one in found if isinstance(one, Deadlock)]


def test_that_a_circle_is_in_the_report_though_nobody_looked_while_it_stood():
    (found,) = circles(*crossed(), *cut(2511, 2, 3))
    assert (found.form, found.time, found.until, found.freed) == ("cut", 0.011, 2.511, 2.511)
    assert sentence(found) == (
        "Stood deadlocked from 0.01 s to 2.51 s, when the end of the program cut it off: "
        "Left holds a and waits for b; Right holds b and waits for a."
    )
    assert cure(found) == "Take the locks in the same order everywhere, first a, then b."
    assert detail(found).splitlines() == [
        "Left holds a and waits for b, line 21; it took a in line 20",
        "Right holds b and waits for a, line 31; it took b in line 30",
    ]


def test_that_what_stood_when_the_run_was_ended_has_its_interval():
    (found,) = circles(*crossed(), record(1850, 0, Kind.TICK))
    assert (found.form, found.until, found.freed) == ("stopped", 1.85, 0.0)
    assert sentence(found).startswith("Stood deadlocked from 0.01 s to the end of the run at 1.85 s: Left holds a")


def test_that_two_waits_with_time_outs_are_a_circle_while_they_last():
    rows = [*crossed(Flag.TIMED), gave_up(2010, 2, B), released(2011, 2, A), got(2012, 3, A)]
    (found,) = circles(*rows)
    assert (found.form, found.time, found.until) == ("time-out", 0.011, 2.01)
    assert sentence(found).startswith("Stood deadlocked from 0.01 s to 2.01 s, when a time-out ran out: Left holds a")


def test_that_a_circle_with_time_outs_is_said_while_it_lasts_once_it_has_lasted_for_a_while():
    made, detector = RunModel(), Detector()
    made.note(named(THREADS, THINGS))
    made.feed(records(*crossed(Flag.TIMED)))
    assert detector.find(made) == ()
    made.feed(records(record(311, 0, Kind.TICK)))
    assert [one.kind for one in detector.find(made)] == [FindingKind.DEADLOCK]


@pytest.mark.parametrize("flags", [0, Flag.TIMED])
def test_that_a_circle_of_a_moment_is_none(flags: int):
    assert circles(*crossed(flags), gave_up(200, 2, B), released(201, 2, A), got(202, 3, A)) == []


def test_that_circles_that_come_again_and_again_are_said_once_with_their_number():
    rows = crossed(Flag.TIMED)
    for time in (1000, 2000, 3000):
        rows += [gave_up(time, 2, B), want(time + 1, 2, B, flags=Flag.TIMED)]
    rows += [gave_up(4000, 2, B), released(4001, 2, A), got(4002, 3, A)]
    (found,) = circles(*rows)
    assert (found.times, found.until) == (4, 1.0)
    assert sentence(found).endswith("It came about 4 times.")


def test_that_who_waits_for_one_that_goes_on_is_in_no_circle():
    rows = [*running(0, 2, 3), got(1, 2, A), want(2, 3, A), record(3, 2, Kind.SLEEP), record(3000, 2, Kind.SLEPT)]
    assert circles(*rows, released(3001, 2, A), got(3002, 3, A)) == []


def test_that_a_lock_that_was_handed_on_in_between_makes_no_circle():
    """Left waits for b all the time; Right waits for a only when it has given b back, and a third one has b."""
    rows = [*running(0, 1, 2, 3), got(1, 2, A), got(2, 3, B), want(10, 2, B)]
    rows += [released(500, 3, B), got(501, 1, B), want(502, 3, A)]
    assert circles(*rows, released(2000, 1, B), got(2001, 2, B), released(2002, 2, A), got(2003, 3, A)) == []


def test_that_who_waits_for_its_own_lock_is_cut_off_with_it():
    (found,) = circles(*running(0, 2), got(1, 2, A, line=5), want(2, 2, A, line=7), *cut(52, 2))
    assert sentence(found) == (
        "Stood deadlocked from 0.00 s to 0.05 s, when the end of the program cut it off: "
        "Left waits for a, which it has taken itself in line 5."
    )
    assert cure(found).startswith("Make it a = threading.RLock()")


LEFT = """\
def get(key):
    a.acquire()
    if key in known:
        return known[key]
    a.release()
"""


@pytest.mark.parametrize(
    ("text", "shared", "expected"),
    [
        (LEFT, (), "Line 4 leaves without a.release(): write `with a:`"),
        (LEFT.replace("known[key]", "get(1)"), (), "Make it a = threading.RLock()"),
        (LEFT.replace("return", "a.release(); return"), (), "Make it a = threading.RLock()"),
        ("with a:\n    pass\n", (SharedThingFact(A),), "Make it a = multiprocessing.RLock()"),
    ],
)
def test_that_what_to_do_about_a_lock_of_one_s_own_depends_on_how_it_was_left(
    text: str, shared: tuple[Fact, ...], expected: str
) -> None:
    made = RunModel()
    made.note([*named(THREADS, THINGS), *shared])
    made.texts = {"": text}
    made.feed(records(*running(0, 2), got(1, 2, A, line=2), want(2, 2, A, line=2)))
    made.end()
    (found,) = (one for one in Detector().find(made) if isinstance(one, Deadlock))
    assert cure(found).startswith(expected)


def test_that_a_result_can_be_part_of_a_circle():
    facts: list[Fact] = [TaskFact(TASK, "save(1)")]
    rows = [*running(0, 1, 2), record(1, 2, Kind.TASK_STARTED, TASK), got(2, 1, A), want(3, 2, A)]
    (found,) = circles(*rows, record(4, 1, Kind.RESULT_WANT, TASK), facts=facts, over=False)
    assert sentence(found) == (
        "MainThread holds a and waits for the result of save(1), which Left is doing; Left waits for a."
    )
    assert cure(found) == "Ask for result() where a is not held, or let the task do without a."


def test_that_processes_are_heard_one_after_the_other_so_their_circle_must_last():
    facts: list[Fact] = [ThreadFact(3, "Process-1", process="Process-1", kind=LaneKind.PROCESS)]
    assert circles(*crossed(), facts=facts, over=False) == []
    assert len(circles(*crossed(), record(400, 0, Kind.TICK), facts=facts, over=False)) == 1


def test_that_two_locks_of_one_name_are_told_apart_by_their_order():
    made = RunModel()
    made.note(named(THREADS, {A: ("Lock", "self.lock"), B: ("Lock", "self.lock")}))
    made.feed(records(*crossed()))
    (found,) = Detector().find(made)
    assert "several locks called self.lock" in cure(found)


HIDDEN = 7


def waits_in_logging(until: int = 0) -> list[Fact]:
    """Right waits for the lock of a handler, which Left has, from 20 ms on."""
    fact = HiddenWaitFact(3, HIDDEN, 2, PROGRAM | 40, 20_000_000, until, library="logging", of="Slow")
    return [ThingFact(HIDDEN, "Lock", "Slow.lock"), fact]


def in_logging(*rows: Row) -> list[Row]:
    """Left logs, and wants a meanwhile, which Right has."""
    return [*running(0, 2, 3), got(1, 3, A, line=30), want(10, 2, A, line=20), *rows]


def test_that_a_lock_that_no_facade_made_can_be_part_of_a_circle():
    (found,) = circles(*in_logging(*cut(900, 3, 2)), facts=waits_in_logging())
    assert sentence(found) == (
        "Stood deadlocked from 0.02 s to 0.90 s, when the end of the program cut it off: "
        "Left holds the lock of logging's handler Slow and waits for a; "
        "Right holds a and waits for the lock of logging's handler Slow."
    )
    assert cure(found) == "Call logging where a is not held: put the call behind the with block."
    assert found.objects == (A, HIDDEN)


def test_that_a_wait_for_a_hidden_lock_that_was_over_before_long_makes_no_circle():
    rows = in_logging(released(200, 3, A), got(201, 2, A), released(202, 2, A))
    assert circles(*rows, facts=waits_in_logging(until=190_000_000)) == []


def test_that_who_waits_for_a_hidden_lock_of_one_that_goes_on_is_in_no_circle():
    rows = [*running(0, 2, 3), got(1, 3, A), record(10, 2, Kind.SLEEP), record(2000, 2, Kind.SLEPT)]
    assert circles(*rows, facts=waits_in_logging()) == []


SEMAPHORE, QUEUE, OTHER = 11, 12, 13
MORE: list[Fact] = [
    ThingFact(SEMAPHORE, "Semaphore", "slots"),
    ThingFact(QUEUE, "Queue", "jobs"),
    ThingFact(OTHER, "Queue", "done"),
]


def test_that_a_semaphore_of_one_is_held_by_who_acquired_it():
    rows = [*running(0, 2, 3), record(1, 2, Kind.SEMAPHORE_GOT, SEMAPHORE), got(2, 3, B), want(10, 2, B)]
    rows.append(record(11, 3, Kind.SEMAPHORE_WANT, SEMAPHORE))
    (found,) = circles(*rows, *cut(900, 2, 3), facts=MORE)
    assert sentence(found).endswith(": Left holds slots and waits for b; Right holds b and waits for slots.")
    ended = [*running(0, 1), record(100, 1, Kind.MAIN_DONE), record(100, 1, Kind.THREAD_ENDED)]
    assert len(circles(*rows, *ended, *cut(900, 2, 3), facts=MORE)) == 1
    sleeps = [*running(0, 1), record(100, 1, Kind.SLEEP)]
    assert circles(*rows, *sleeps, *cut(900, 2, 3), facts=MORE) == [], "who sleeps may release it later"
    signal = [*running(0, 1), record(3, 1, Kind.SEMAPHORE_RELEASED, SEMAPHORE)]
    assert circles(*rows, *signal, *cut(900, 2, 3), facts=MORE) == [], "others have released it, too"


def test_that_who_joins_a_queue_while_it_holds_what_the_worker_wants_is_in_a_circle():
    rows = [*running(0, 1, 2), record(1, 1, Kind.QUEUE_PUT, QUEUE, 1), record(2, 2, Kind.QUEUE_GOT, QUEUE)]
    rows += [got(3, 1, A), want(4, 2, A), record(5, 1, Kind.QUEUE_WANT_JOIN, QUEUE)]
    (found,) = circles(*rows, record(400, 0, Kind.TICK), facts=MORE, over=False)
    assert sentence(found) == (
        "MainThread holds a and waits until all tasks of queue jobs are done, and only Left does them; "
        "Left waits for a."
    )
    assert cure(found) == "Wait for queue jobs where a is not held: put the wait behind the with block."


def test_that_two_full_queues_are_a_circle_where_each_is_emptied_by_the_other_thread():
    rows = [*running(0, 2, 3)]
    for time, mine, other, lane in ((1, QUEUE, OTHER, 2), (2, OTHER, QUEUE, 3)):
        rows += [record(time, lane, Kind.QUEUE_PUT, mine, 1), record(time + 2, lane, Kind.QUEUE_GOT, other)]
    rows += [record(10, 2, Kind.QUEUE_WANT_PUT, QUEUE), record(11, 3, Kind.QUEUE_WANT_PUT, OTHER)]
    (found,) = circles(*rows, record(400, 0, Kind.TICK), facts=MORE, over=False)
    assert sentence(found) == (
        "Left waits for room in queue jobs, and only Right has taken items out of it; "
        "Right waits for room in queue done, and only Left has taken items out of it."
    )


@pytest.mark.parametrize(("flags", "said"), [(0, 1), (Flag.TIMED, 0)], ids=["for ever", "with a time-out"])
def test_that_who_asks_a_queue_with_a_time_out_goes_on_by_itself_and_is_in_no_circle(flags: int, said: int):
    rows = [*running(0, 1, 2), record(1, 1, Kind.QUEUE_PUT, QUEUE, 1), record(2, 2, Kind.QUEUE_GOT, QUEUE)]
    rows += [got(3, 2, A), want(4, 1, A), record(5, 2, Kind.QUEUE_WANT_GET, QUEUE, flags=flags)]
    end = Kind.QUEUE_GAVE_UP if flags else Kind.THREAD_CUT
    facts: list[Fact] = [ThingFact(QUEUE, "Queue", "jobs")]
    assert len(circles(*rows, record(705, 2, end, QUEUE), facts=facts)) == said


def test_that_a_worker_that_waits_for_items_and_who_waits_for_its_end_are_no_circle():
    """What is missing there is an item, not an order."""
    rows = [*running(0, 1, 2), record(1, 1, Kind.QUEUE_PUT, QUEUE, 1), record(2, 2, Kind.QUEUE_GOT, QUEUE)]
    rows += [record(3, 2, Kind.QUEUE_WANT_GET, QUEUE), record(4, 1, Kind.JOIN_WANT, 2)]
    assert circles(*rows, record(400, 0, Kind.TICK), facts=MORE) == []


def test_that_a_lock_that_another_thread_gives_back_as_a_signal_makes_no_circle():
    """Left waits for a, which it took itself, until MainThread gives it back."""
    rows = [*running(0, 1, 2), got(1, 2, A), record(2, 1, Kind.SLEEP), want(3, 2, A), record(900, 1, Kind.SLEPT)]
    assert circles(*rows[:-1], record(800, 0, Kind.TICK), over=False) == []
    freed = [released(901, 1, A, flags=Flag.FOREIGN), record(901, 2, Kind.LOCK_TAKEN, A), got(902, 2, A)]
    assert circles(*rows, *freed) == []
    again = [want(903, 2, A), record(904, 1, Kind.SLEEP), *cut(2000, 2)]
    assert circles(*rows, *freed, *again) == [], "it would have been given back once more"
