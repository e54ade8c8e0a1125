"""What led to a standstill: what was done to queues, events, conditions, barriers and semaphores."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.analysis.run_model import RunModel
from engine.frame import Finding, FindingKind, Frame
from engine.frame.finding import WAITS_FOR_EVER
from engine.protocol.messages import ExceptionFact, ThingFact
from engine.protocol.records import Flag, Kind
from engine.session.session import Session
from engine.words.findings import cure, sentence
from tests.engine.building import PROGRAM, findings_of, named, record, records, running, want

Row = tuple[int, ...]
MAIN, ANN, BEN, CLEO = 1, 2, 3, 4
JOBS, GO, READY, START, GATE, OTHER = 11, 12, 13, 14, 15, 16
THINGS = {
    JOBS: ("Queue", "jobs"), GO: ("Condition", "go"), READY: ("Event", "ready"), START: ("Barrier", "start"),
    GATE: ("Semaphore", "gate"), OTHER: ("Event", "ready #2"),
}  # fmt: skip
STAND = record(2000, 0, Kind.TICK)
PATIENCE = 60


def model(*rows: Row, text: str = "", sizes: dict[int, int] | None = None) -> RunModel:
    made = RunModel()
    made.note(named({MAIN: "MainThread", ANN: "ann", BEN: "ben", CLEO: "cleo"}, THINGS))
    made.note([ThingFact(thing, *THINGS[thing], size=size) for thing, size in (sizes or {}).items()])
    made.texts = {"": text}
    made.feed(records(*running(0, MAIN, ANN, BEN, CLEO), *rows))
    return made


def stands(*rows: Row, text: str = "", sizes: dict[int, int] | None = None) -> list[Finding]:
    """What is said of a run that has come to a stand after these."""
    made = model(*rows, STAND, text=text, sizes=sizes)
    return [one for one in findings_of(made) if one.kind in WAITS_FOR_EVER]


def put(at: int, thread: int, depth: int, line: int = 20) -> Row:
    return record(at, thread, Kind.QUEUE_PUT, JOBS, depth, line=line)


def got(at: int, thread: int, depth: int, line: int = 5) -> Row:
    return record(at, thread, Kind.QUEUE_GOT, JOBS, depth, line=line)


def done(at: int, thread: int, unfinished: int, line: int = 9) -> Row:
    return record(at, thread, Kind.QUEUE_TASK_DONE, JOBS, unfinished, line=line)


def gets(at: int, thread: int, line: int = 5, flags: int = 0) -> Row:
    return record(at, thread, Kind.QUEUE_WANT_GET, JOBS, line=line, flags=flags)


def joins(at: int, thread: int = MAIN) -> Row:
    return record(at, thread, Kind.QUEUE_WANT_JOIN, JOBS, line=21)


def ended(*threads: int, at: int = 900) -> list[Row]:
    return [record(at, thread, Kind.THREAD_ENDED, thread) for thread in threads]


def died(thread: int, line: int, at: int = 900) -> Row:
    return record(at, thread, Kind.THREAD_DIED, thread, line=line)


SKIPS = (
    "import queue\njobs = queue.Queue()\ndef work():\n    while True:\n        job = jobs.get()\n        if job % 2:\n"
    "            continue\n        print(job)\n        jobs.task_done()\n"
)
ONE_SKIPPED = [
    put(1, MAIN, 1),
    put(2, MAIN, 2),
    joins(3),
    got(4, ANN, 1),
    done(5, ANN, 1),
    got(6, ANN, 0),
    gets(7, ANN),
]


def test_that_tasks_that_are_never_done_are_told_with_who_took_them_and_the_line_that_skips() -> None:
    (found,) = stands(*ONE_SKIPPED, *ended(BEN, CLEO), text=SKIPS)
    assert (found.kind, found.line, found.threads) == (FindingKind.UNFINISHED_TASKS, 21, (MAIN, ANN))
    assert sentence(found) == (
        "1 item was taken from jobs without task_done() by ann (line 7 skips it): jobs.join() in line 21 waits for "
        "ever, though the queue is empty. ann waits for the next item."
    )
    assert "jobs.task_done()" in cure(found)


def test_that_without_a_text_it_is_said_that_task_done_was_not_called_each_time_or_never() -> None:
    (found,) = stands(*ONE_SKIPPED, *ended(BEN, CLEO))
    assert "(jobs.task_done() in line 9 was not called each time)" in sentence(found)
    (found,) = stands(put(1, MAIN, 1), joins(3), got(4, ANN, 0), gets(7, ANN), *ended(BEN, CLEO))
    assert "(the program never calls jobs.task_done())" in sentence(found)


def test_that_a_worker_that_died_with_items_left_is_told() -> None:
    (found,) = stands(put(1, MAIN, 1), put(2, MAIN, 2), joins(3), got(4, ANN, 1), died(ANN, 6), *ended(BEN, CLEO))
    assert sentence(found) == (
        "jobs.join() in line 21 waits for ever: 2 items of jobs are not done, and nobody takes items any more: "
        "ann died in line 6."
    )
    (found,) = stands(put(1, MAIN, 1), joins(3), got(4, ANN, 0), died(ANN, 6), *ended(BEN, CLEO))
    assert "by ann (ann died in line 6 before it came to that)" in sentence(found)


def test_that_a_worker_that_is_still_at_work_leaves_no_task_unfinished() -> None:
    assert stands(*ONE_SKIPPED[:-1], *ended(BEN, CLEO)) == []  # it works on the last item
    waits = record(7, ANN, Kind.EVENT_WAIT, READY, line=6)
    rows = [put(1, MAIN, 1), put(2, MAIN, 2), joins(3), got(4, ANN, 1), waits]
    (event,) = stands(*rows, *ended(BEN, CLEO))[:1]
    assert event.kind is FindingKind.MISSED_EVENT, "it may take the items that are left when that has come"


def test_that_numbers_that_do_not_agree_say_nothing() -> None:
    rows = [*ONE_SKIPPED[:4], got(6, ANN, 5), gets(7, ANN), *ended(BEN, CLEO)]  # five items more than were put
    assert [one.kind for one in stands(*rows)] == [FindingKind.STUCK]


def test_that_who_waits_before_it_comes_to_put_is_told_and_what_is_not_explained_stays() -> None:
    text = "def work():\n    with lock:\n        jobs.put(1)\n"
    rows = [gets(3, ANN), want(4, BEN, OTHER, line=2), record(5, MAIN, Kind.JOIN_WANT, ANN), *ended(CLEO)]
    found, rest = stands(*rows, text=text)
    assert sentence(found) == (
        "ann waits for an item from jobs in line 5, and nobody puts one: nothing was ever put into it: "
        "ben waits in line 2 before it comes to that in line 3."
    )
    assert (rest.kind, rest.thread, rest.line) == (FindingKind.STUCK, "ben", 2)


def polls(at: int) -> Row:
    return record(at, ANN, Kind.QUEUE_GAVE_UP, JOBS, line=5)


def polled(*rows: Row) -> list[FindingKind]:
    ticks = [record(at, 0, Kind.TICK) for at in (1000, 2500)]
    made = model(*ONE_SKIPPED[:-1], *rows, *ticks, record(4000, ANN, Kind.SLEEP, line=5), text=SKIPS)
    return [one.kind for one in findings_of(made)]


def test_that_a_worker_that_asks_again_and_again_does_not_finish_what_it_took() -> None:
    assert polled(*map(polls, (500, 1000, 1500))) == [FindingKind.UNFINISHED_TASKS]


def test_that_a_worker_that_asked_only_once_may_still_be_at_work() -> None:
    assert polled(polls(500)) == []
    assert polled(*map(polls, (500, 1000, 1500)), done(3900, ANN, 0)) == []


ENDS = (
    "import queue\njobs = queue.Queue()\ndef work():\n    while True:\n        job = jobs.get()\n"
    "        if job is None:\n            break\n        print(job)\njobs.put(1)\njobs.put(None)\n"
)
TWO_WAIT = [put(1, MAIN, 1, 9), put(2, MAIN, 2, 10), got(3, ANN, 1), got(4, BEN, 0), gets(5, ANN), gets(6, CLEO)]


def test_that_an_end_too_few_is_counted() -> None:
    (found,) = stands(*TWO_WAIT, *ended(BEN, at=7), record(8, MAIN, Kind.JOIN_WANT, ANN), text=ENDS)
    assert sentence(found) == (
        "The end, None, was put 1 time in line 10: ben took it and ended. "
        "ann and cleo wait for an item from jobs in line 5, and nobody puts another one."
    )
    assert found.threads == (ANN, CLEO)


def test_that_an_end_for_each_worker_is_enough() -> None:
    rows = [put(1, MAIN, 1, 10), put(2, MAIN, 2, 10), got(3, ANN, 1), got(4, BEN, 0), *ended(ANN, BEN, CLEO)]
    assert stands(*rows, *ended(MAIN), text=ENDS) == []


def test_that_who_puts_no_more_and_who_died_before_it_are_told() -> None:
    rows = [put(1, BEN, 1), got(2, ANN, 0), gets(3, ANN), record(4, MAIN, Kind.JOIN_WANT, ANN), *ended(CLEO)]
    (found,) = stands(*rows, died(BEN, 8))
    assert sentence(found) == ("ann waits for an item from jobs in line 5, and nobody puts one: ben died in line 8.")
    (found,) = stands(*rows, *ended(BEN))
    assert "ben put the last one in line 20 and has ended" in sentence(found)
    (found,) = stands(rows[2], rows[3], *ended(BEN, CLEO))
    assert "nothing was ever put into it" in sentence(found)


CHECKED = "import queue\njobs = queue.Queue()\ndef work():\n    while not jobs.empty():\n        job = jobs.get()\n"


def test_that_an_item_that_another_thread_took_after_the_check_is_told() -> None:
    rows = [put(1, MAIN, 1), got(2, BEN, 0), gets(3, ANN), record(4, MAIN, Kind.JOIN_WANT, ANN), *ended(BEN, CLEO)]
    (found,) = stands(*rows, text=CHECKED)
    assert sentence(found) == (
        "jobs.empty() in line 4 said that there was an item, but then ben took the last one in line 5. "
        "ann waits for an item from jobs in line 5, and nobody puts one any more."
    )


def test_that_who_waits_for_the_tasks_of_a_queue_explains_who_waits_for_its_items() -> None:
    assert [one.kind for one in stands(*ONE_SKIPPED, *ended(BEN, CLEO))] == [FindingKind.UNFINISHED_TASKS]


def test_that_who_waits_with_a_lock_that_another_one_needs_is_told_to_let_go_of_it() -> None:
    lock = 17
    waits = record(5, MAIN, Kind.QUEUE_WANT_PUT, JOBS, line=22)
    rows = [put(1, MAIN, 1), record(2, MAIN, Kind.LOCK_GOT, lock, line=21), waits]
    needs = record(6, ANN, Kind.LOCK_WANT, lock, line=30)
    full, blocked = stands(*rows, needs, *ended(BEN, CLEO), sizes={JOBS: 1})
    assert [one.kind for one in (full, blocked)] == [FindingKind.NO_ROOM, FindingKind.STUCK]
    assert cure(full).startswith("MainThread waits here while it holds a lock that another thread waits for")
    assert cure(blocked).startswith("Let no thread wait for others while it holds the lock")
    (full,) = stands(*rows, *ended(ANN, BEN, CLEO), sizes={JOBS: 1})
    assert "holds a lock" not in cure(full), "nobody needs it"
    assert "Start what takes items out" in cure(full)


def test_that_a_full_queue_that_nobody_takes_from_is_told() -> None:
    waits = record(5, MAIN, Kind.QUEUE_WANT_PUT, JOBS, line=22)
    rows = [put(1, MAIN, 1), put(2, MAIN, 1), got(3, ANN, 0), put(4, MAIN, 1), waits]
    (found,) = stands(*rows, died(ANN, 6), *ended(BEN, CLEO), sizes={JOBS: 1})
    assert sentence(found) == (
        "MainThread waits in line 22 for room in jobs, which holds 1 at most, and nobody takes items any more: "
        "ann died in line 6."
    )


def test_that_a_queue_whose_consumer_lives_is_not_said_to_have_none() -> None:
    waits = record(5, MAIN, Kind.QUEUE_WANT_PUT, JOBS, line=22)
    rows = [put(1, MAIN, 1), got(3, ANN, 0), put(4, MAIN, 1), waits, record(5, ANN, Kind.EVENT_WAIT, READY)]
    kinds = [one.kind for one in stands(*rows, *ended(BEN, CLEO), sizes={JOBS: 1})]
    assert kinds == [FindingKind.MISSED_EVENT, FindingKind.STUCK]


def test_that_who_takes_items_out_and_waits_for_room_itself_is_told_and_explains_who_waits_for_the_tasks() -> None:
    waits = [record(5, one, Kind.QUEUE_WANT_PUT, JOBS, line=22) for one in (ANN, BEN)]
    rows = [put(1, MAIN, 1), put(2, MAIN, 2), got(3, ANN, 1), put(3, ANN, 2), got(4, BEN, 1), put(4, BEN, 2), *waits]
    join = record(6, MAIN, Kind.QUEUE_WANT_JOIN, JOBS)
    (found,) = stands(*rows, join, *ended(CLEO), sizes={JOBS: 2})
    assert sentence(found) == (
        "ann waits in line 22 for room in jobs, which holds 2 at most, and those who take items out, ann and ben, "
        "wait for room themselves."
    )
    assert cure(found).startswith("Who takes items out of jobs must not wait for room in it as well")


def event(at: int, thread: int, kind: Kind, line: int, thing: int = READY) -> Row:
    return record(at, thread, kind, thing, line=line)


def test_that_an_event_that_was_set_and_cleared_while_its_waiter_slept_is_told() -> None:
    rows = [
        record(1, ANN, Kind.SLEEP, line=4),
        event(10, MAIN, Kind.EVENT_SET, 20),
        event(10, MAIN, Kind.EVENT_CLEARED, 21),
        event(30, MAIN, Kind.EVENT_SET, 20),
        event(32, MAIN, Kind.EVENT_CLEARED, 21),
        record(40, ANN, Kind.SLEPT, line=4),
        event(41, ANN, Kind.EVENT_WAIT, 5),
        record(50, MAIN, Kind.JOIN_WANT, ANN),
    ]
    (found,) = stands(*rows, *ended(BEN, CLEO))
    assert sentence(found) == (
        "ready was set 2 times (last by MainThread, line 20) and cleared again each time, the last time 2.0 ms later "
        "in line 21, while ann slept in line 4. ann waits for ready in line 5, and nobody is left to set it again."
    )
    assert (found.thread, found.line) == ("ann", 5)


def test_that_an_event_that_its_waiter_cleared_itself_saw_or_that_is_another_one_is_told_so() -> None:
    joined = record(50, MAIN, Kind.JOIN_WANT, ANN)
    own = [event(1, MAIN, Kind.EVENT_SET, 20), event(2, ANN, Kind.EVENT_CLEARED, 4), event(3, ANN, Kind.EVENT_WAIT, 5)]
    (found,) = stands(*own, joined, *ended(BEN, CLEO))
    assert sentence(found).startswith(
        "MainThread set ready in line 20, and ann itself cleared it 1.0 ms later in line 4."
    )
    seen = [own[0], event(2, ANN, Kind.EVENT_PASSED, 5), event(3, ANN, Kind.EVENT_CLEARED, 6), own[2]]
    (found,) = stands(*seen, joined, *ended(BEN, CLEO))
    assert "once more after it had seen that" in sentence(found)
    text = "def work():\n    1 / 0\n    ready.set()\n"
    (found,) = stands(own[2], joined, died(BEN, 2), *ended(CLEO), text=text)
    assert sentence(found) == (
        "ann waits for ready in line 5, and nobody ever called ready.set(): "
        "ben died in line 2 before it came to that in line 3."
    )
    (found,) = stands(event(1, MAIN, Kind.EVENT_SET, 20, OTHER), own[2], joined, *ended(BEN, CLEO))
    assert sentence(found) == (
        "ann waits for ready in line 5, but MainThread set another event, ready #2, in line 20, "
        "and nobody ever set this one."
    )


def test_that_an_event_that_is_seen_in_time_is_not_missed() -> None:
    rows = [event(1, ANN, Kind.EVENT_WAIT, 5), event(2, MAIN, Kind.EVENT_SET, 20), event(3, ANN, Kind.EVENT_PASSED, 5)]
    assert stands(*rows, *ended(ANN, BEN, CLEO, MAIN)) == []


def test_that_a_wait_for_an_event_with_a_time_out_is_not_missed() -> None:
    timed = record(1, ANN, Kind.EVENT_WAIT, READY, line=5, flags=Flag.TIMED)
    assert stands(timed, record(2, MAIN, Kind.JOIN_WANT, ANN), *ended(BEN, CLEO)) == []


def test_that_where_a_switch_let_somebody_through_nothing_more_is_known() -> None:
    rows = [record(1, BEN, Kind.EVENT_PASSED, READY, flags=Flag.OFF), event(2, ANN, Kind.EVENT_WAIT, 5)]
    found = stands(*rows, record(3, MAIN, Kind.JOIN_WANT, ANN), *ended(BEN, CLEO))
    assert [one.kind for one in found] == [FindingKind.STUCK]


def notified(at: int, woken: int) -> Row:
    return record(at, MAIN, Kind.CONDITION_NOTIFIED, GO, woken, line=22)


def waits(at: int, thread: int) -> Row:
    return record(at, thread, Kind.CONDITION_WAIT, GO, line=15)


def test_that_a_notification_that_reached_nobody_is_told_with_how_late_the_waiter_was() -> None:
    rows = [record(1, ANN, Kind.SLEEP, line=13), notified(2, 0), record(200, ANN, Kind.SLEPT), waits(202, ANN)]
    (found,) = stands(*rows, record(203, MAIN, Kind.JOIN_WANT, ANN), *ended(BEN, CLEO))
    assert sentence(found) == (
        "notify() of go in line 22 (MainThread) reached nobody, while ann slept in line 13: "
        "ann began to wait in line 15 only afterwards, 0.2 s later, and a notification is not kept."
    )
    assert "wait_for" in cure(found)
    (found,) = stands(waits(1, ANN), record(203, MAIN, Kind.JOIN_WANT, ANN), *ended(BEN, CLEO))
    assert sentence(found) == "ann waits for go in line 15, and nobody ever called go.notify()."


ASKS = "\n" * 12 + "def late():\n    with go:\n        {}\n"


@pytest.mark.parametrize(
    ("wait", "asked"),
    [
        ("go.wait_for(lambda: count == 5)", "count == 5"),
        ("go.wait_for(is_ready)", "is_ready()"),
        ("while not ready: go.wait()", "ready"),
        ("while count < 5: go.wait()", "not (count < 5)"),
    ],
)
def test_that_who_asks_again_after_each_notification_is_told_what_is_not_so(wait: str, asked: str) -> None:
    join = record(203, MAIN, Kind.JOIN_WANT, ANN)
    (found,) = stands(notified(1, 0), notified(2, 0), waits(202, ANN), join, *ended(BEN, CLEO), text=ASKS.format(wait))
    assert sentence(found) == (
        f"ann waits in line 15 until `{asked}`. go was notified 2 times (last by MainThread, line 22), and that was "
        "not so when ann looked after it; nobody is left to notify it again."
    )
    assert f"`{asked}`" in cure(found)
    (found,) = stands(notified(2, 0), waits(202, ANN), join, *ended(BEN, CLEO), text=ASKS.format("go.wait()"))
    assert "reached nobody" in sentence(found)


def test_that_who_stays_when_too_few_are_woken_is_told() -> None:
    woken = record(5, ANN, Kind.CONDITION_WOKEN, GO)
    rows = [waits(1, ANN), waits(2, BEN), waits(3, CLEO), notified(4, 1), woken, *ended(ANN, at=6)]
    (found,) = stands(*rows, record(7, MAIN, Kind.JOIN_WANT, BEN))
    assert sentence(found) == (
        "notify() of go in line 22 (MainThread) woke 1 of 3 that waited: "
        "ben still waits in line 15, and nobody notifies again."
    )
    assert found.threads == (BEN, CLEO)


def test_that_a_notification_that_woke_all_is_not_too_few() -> None:
    rows = [waits(1, ANN), notified(4, 1), record(5, ANN, Kind.CONDITION_WOKEN, GO), waits(9, ANN)]
    (found,) = stands(*rows, record(10, MAIN, Kind.JOIN_WANT, ANN), *ended(BEN, CLEO))
    assert "was notified for the last time in line 22" in sentence(found)


RUNNER = "import threading\nstart = threading.Barrier(3)\ndef run(n):\n    1 / n\n    start.wait()\n"


def test_that_a_barrier_to_which_too_few_come_names_who_died_on_the_way() -> None:
    rows = [record(at, thread, Kind.BARRIER_WAIT, START, line=5) for at, thread in ((1, ANN), (2, BEN))]
    rows += [died(CLEO, 4), record(950, MAIN, Kind.JOIN_WANT, ANN)]
    (found,) = stands(*rows, text=RUNNER, sizes={START: 3})
    assert sentence(found) == (
        "Only 2 of the 3 that start waits for have come (ann and ben, line 5): cleo died in line 4."
    )


def test_that_a_barrier_to_which_one_may_still_come_is_not_short() -> None:
    rows = [record(at, thread, Kind.BARRIER_WAIT, START, line=5) for at, thread in ((1, ANN), (2, BEN))]
    assert stands(*rows, record(3, MAIN, Kind.JOIN_WANT, ANN), text=RUNNER, sizes={START: 3}) == []


def gate(at: int, thread: int, kind: Kind, value: int = 0, line: int = 6) -> Row:
    return record(at, thread, kind, GATE, value, line=line)


def test_that_a_semaphore_that_ended_threads_took_along_is_told() -> None:
    rows = [gate(1, ANN, Kind.SEMAPHORE_GOT, 1), gate(2, BEN, Kind.SEMAPHORE_GOT), gate(3, CLEO, Kind.SEMAPHORE_WANT)]
    rows += [*ended(ANN, BEN), record(950, MAIN, Kind.JOIN_WANT, CLEO)]
    (found,) = stands(*rows, sizes={GATE: 2})
    assert sentence(found) == (
        "cleo waits for gate in line 6, and none of its 2 is given back: "
        "ann and ben acquired it in line 6 and ended without release()."
    )


def test_that_a_semaphore_that_others_release_is_a_signal() -> None:
    rows = [
        gate(1, MAIN, Kind.SEMAPHORE_RELEASED, 1),
        gate(2, ANN, Kind.SEMAPHORE_GOT),
        gate(3, ANN, Kind.SEMAPHORE_WANT),
    ]
    rows += [record(4, MAIN, Kind.JOIN_WANT, ANN), *ended(BEN, CLEO)]
    (found,) = stands(*rows)
    assert sentence(found) == (
        "ann waits for gate in line 6: it was released 1 time (MainThread, line 6), and ann took that. "
        "Nobody is left to release it again."
    )
    assert cure(found).startswith("Call gate.release() once for each that waits")
    (never,) = stands(gate(3, ANN, Kind.SEMAPHORE_WANT), *rows[-3:])
    assert sentence(never) == "ann waits for gate in line 6, and nobody ever called gate.release()."


def test_that_who_acquires_a_semaphore_inside_of_it_is_not_told_to_write_with() -> None:
    rows = [gate(1, ANN, Kind.SEMAPHORE_GOT, 1), gate(2, BEN, Kind.SEMAPHORE_GOT)]
    wants = [gate(3, lane, Kind.SEMAPHORE_WANT) for lane in (ANN, BEN)]
    rest = [record(4, MAIN, Kind.JOIN_WANT, ANN), *ended(CLEO)]
    (found,) = stands(*rows, *wants, *rest, sizes={GATE: 2})
    assert cure(found).startswith("Do not acquire gate once more while one of it is held")
    said = stands(*rows, wants[0], record(3, BEN, Kind.EVENT_WAIT, READY), *rest, sizes={GATE: 2})
    (found,) = (one for one in said if one.kind is FindingKind.SEMAPHORE_KEPT)
    assert cure(found).startswith("Write `with gate:`")


def grown(*rows: Row) -> list[Finding]:
    made = model(*rows, record(100, MAIN, Kind.MAIN_DONE), sizes={GATE: 1})
    return [one for one in findings_of(made) if one.kind is FindingKind.SEMAPHORE_GREW]


def test_that_a_semaphore_that_its_user_released_too_often_lets_in_too_many() -> None:
    rows = [gate(1, ANN, Kind.SEMAPHORE_GOT), gate(2, BEN, Kind.SEMAPHORE_WANT), gate(3, BEN, Kind.SEMAPHORE_GAVE_UP)]
    rows += [gate(4, BEN, Kind.SEMAPHORE_RELEASED, 1, 9), gate(5, ANN, Kind.SEMAPHORE_RELEASED, 2, 9)]
    (found,) = grown(*rows)
    assert sentence(found) == (
        "ben released gate more often than it had acquired it (1 time and 0 times, line 9): "
        "it lets in 2 at once now, and was made for 1."
    )


def test_that_who_only_releases_a_semaphore_gives_a_signal() -> None:
    assert (
        grown(*(gate(at, MAIN, Kind.SEMAPHORE_RELEASED, at + 1) for at in (1, 2)), gate(3, ANN, Kind.SEMAPHORE_GOT, 2))
        == []
    )
    assert grown(gate(1, ANN, Kind.SEMAPHORE_GOT), gate(2, ANN, Kind.SEMAPHORE_RELEASED, 1)) == []


def failed(text: str, type_: str, line: int, *rows: Row) -> list[Finding]:
    """What is said of ann, who died there."""
    made = model(*rows, died(ANN, line, at=50), text=text)
    made.note([ExceptionFact(ANN, type_, "why", PROGRAM | line, "Traceback ...")])
    return [one for one in findings_of(made) if one.kind is not FindingKind.EXCEPTION]


TAKES = CHECKED.replace("get()", "get_nowait()")
TAKEN = [put(1, MAIN, 1), got(2, BEN, 0), record(3, ANN, Kind.QUEUE_GAVE_UP, JOBS, line=5)]


def test_that_who_asked_a_queue_before_another_thread_took_the_last_item_is_told() -> None:
    (found,) = failed(TAKES, "_queue.Empty", 5, *TAKEN)
    assert sentence(found) == (
        "jobs.empty() in line 4 said that there was an item, but then ben took the last one in line 5: "
        "get_nowait() of ann in line 5 found nothing."
    )


def test_that_who_does_not_ask_first_is_not_said_to_have_asked_too_early() -> None:
    assert failed(TAKES.replace("not jobs.empty()", "True"), "_queue.Empty", 5, *TAKEN) == []
    own = [put(1, MAIN, 1), got(2, ANN, 0), TAKEN[2]]
    assert failed(TAKES, "_queue.Empty", 5, *own) == []


WAKES = (
    "import threading\ngo, items = threading.Condition(), []\ndef take():\n    with go:\n        if not items:\n"
    "            go.wait()\n        item = items.pop()\n    return {}[item]\n"
)
WOKEN = [record(1, ANN, Kind.CONDITION_WAIT, GO, line=6), record(9, ANN, Kind.CONDITION_WOKEN, GO, line=6)]


def test_that_who_woke_in_an_if_and_did_not_find_what_it_asked_for_is_told() -> None:
    (found,) = failed(WAKES, "IndexError", 7, *WOKEN)
    assert sentence(found) == (
        "ann woke from go.wait() in line 6 and went on without asking `not items` again (line 5): it failed in "
        "line 7 (IndexError: why). Whoever wakes has to ask again, for another thread can be quicker."
    )


def test_that_a_while_around_wait_and_an_unrelated_failure_are_not_woken_too_early() -> None:
    assert failed(WAKES.replace("if not", "while not"), "IndexError", 7, *WOKEN) == []
    assert failed(WAKES, "KeyError", 8, *WOKEN) == []
    assert failed(WAKES, "IndexError", 7) == []


REAL = {
    "early": (
        "import threading\ngo, said = threading.Condition(), threading.Event()\ndef late():\n    said.wait()\n"
        "    with go:\n        go.wait()\nthread = threading.Thread(target=late, name='late')\nthread.start()\n"
        "with go:\n    go.notify()\nsaid.set()\nthread.join()\n",
        "notify() of go in line 10 (MainThread) reached nobody, while late waited in line 4: late began to wait in ",
    ),
    "barrier": (
        "import threading\nstart = threading.Barrier(3)\nthreading.Thread(target=start.wait, name='ann').start()\n"
        "start.wait()\n",
        "Only 2 of the 3 that start waits for have come (",
    ),
    "asyncio": (
        "import asyncio\nasync def work(jobs):\n    while True:\n        if await jobs.get():\n            continue\n"
        "        jobs.task_done()\nasync def main():\n    queue = asyncio.Queue()\n"
        "    task = asyncio.create_task(work(queue))\n    await queue.put(0)\n    await queue.put(1)\n"
        "    await queue.join()\nasyncio.run(main())\n",
        "1 item was taken from queue without task_done() by work(Queue) (line 5 skips it): queue.join() in line 12 ",
    ),
    "processes": (
        "import multiprocessing\ndef work(jobs):\n    while True:\n        if jobs.get():\n            continue\n"
        "        jobs.task_done()\nif __name__ == '__main__':\n    jobs = multiprocessing.JoinableQueue()\n"
        "    multiprocessing.Process(target=work, args=(jobs,), daemon=True, name='worker').start()\n"
        "    jobs.put(0)\n    jobs.put(1)\n    jobs.join()\n",
        "1 item was taken from jobs without task_done() by worker (line 5 skips it): jobs.join() in line 12 waits",
    ),
}


@pytest.mark.parametrize("name", REAL)
def test_that_a_real_program_is_told_what_led_to_its_standstill(
    open_program: Callable[..., Session], tmp_path: Path, name: str
) -> None:
    text, expected = REAL[name]
    program = tmp_path / "program.py"
    program.write_text(text)
    session = open_program(program)
    session.run()
    deadline = time.monotonic() + PATIENCE
    while not (said := _standing(session.pump())):
        assert time.monotonic() < deadline, "it did not come about"
    session.stop()
    session.wait(PATIENCE)
    assert said[0].startswith(expected)
    assert len(said) == 1


TASKS = """\
import asyncio
from asyncio import Condition

async def set_and_cleared(ready):
    await ready.wait()
    await ready.wait()

async def notified(go):
    await asyncio.sleep(0.01)
    async with go:
        await go.wait()

async def acquires(slots):
    await slots.acquire()

async def loads(never):
    int("x")
    never.set()

async def main():
    ready, go, slots, never = asyncio.Event(), Condition(), asyncio.BoundedSemaphore(2), asyncio.Event()
    coros = [set_and_cleared(ready), notified(go), *(acquires(slots) for _ in range(3)), never.wait()]
    tasks = [asyncio.create_task(one) for one in coros]
    asyncio.create_task(loads(never), name="loader")
    await asyncio.sleep(0)
    ready.set()
    ready.clear()
    async with go:
        go.notify_all()
    await asyncio.gather(*tasks)

asyncio.run(main())
"""
OF_TASKS = (
    "ready was set 1 time (main(), line 26). set_and_cleared(Event) waits for ready in line 6 once more after it had ",
    "notify() of go in line 29 (main()) reached nobody, while notified(Condition) waited in line 9: ",
    "acquires(BoundedSemaphore) waits for slots in line 14, and none of its 2 is given back: acquires(",
    "wait() waits for never in a line that is not known, and nobody ever called never.set(): loader died in ",
)


def test_that_what_led_tasks_of_asyncio_to_a_standstill_is_told_as_of_threads(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    program = tmp_path / "program.py"
    program.write_text(TASKS)
    session = open_program(program)
    session.run()
    deadline = time.monotonic() + PATIENCE
    while len(_standing(session.pump())) < len(OF_TASKS):
        assert time.monotonic() < deadline, "it did not come about"
    session.stop()
    frame = session.wait(PATIENCE)
    said = _standing(frame)
    for expected in OF_TASKS:
        assert [one for one in said if one.startswith(expected)], (expected, said)
    assert all("async" in cure(one) for one in frame.result.findings if one.kind in WAITS_FOR_EVER)


def _standing(frame: Frame) -> list[str]:
    return [sentence(one) for one in frame.result.findings if one.kind in WAITS_FOR_EVER]
