"""Tasks in the window's engine: columns, counts, and what is worth saying of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.analysis.run_model import RunModel
from engine.analysis.trace import DTYPE
from engine.frame import NO_TASKS, FindingKind
from engine.protocol.messages import FileFact, TaskFact, TextFact, ThreadFact
from engine.protocol.records import MAIN_THREAD, Flag, Kind
from engine.words.findings import sentence
from tests.engine.building import findings_of

S = 1_000_000_000


def records(*rows: tuple[Any, ...]) -> Any:
    """Rows of (seconds, thread, kind, object, value, line, flags); what is left out is 0."""
    made = np.zeros(len(rows), DTYPE)
    for number, row in enumerate(rows):
        time, thread, kind, thing, value, line, flags = (*row, *(0,) * (7 - len(row)))
        made[number]["time"], made[number]["thread"], made[number]["kind"] = int(time * S), thread, kind
        made[number]["object"], made[number]["value"], made[number]["flags"] = thing, value, flags
        made[number]["place"] = 1 << 20 | line if line else 0
    return made


def picture(tasks: Sequence[str] = (), pool: str = "") -> RunModel:
    made = RunModel()
    made.note(
        [
            FileFact(1, path="program.py"),
            TextFact(1, text="ValueError: no", error=True),
            *(ThreadFact(2 + n, name=f"pool_{n}", daemon=False) for n in range(2)),
            *(TaskFact(1 + n, name=name, place=0, pool=pool) for n, name in enumerate(tasks)),
        ]
    )
    return made


def kinds(made: RunModel) -> list[FindingKind]:
    return [finding.kind for finding in findings_of(made)]


def test_that_nothing_is_there_before_a_task_begins() -> None:
    made = picture()
    made.feed(records((0, MAIN_THREAD, Kind.THREAD_RUNNING)))
    assert made.recording().tasks is NO_TASKS
    assert made.pools.summary() == {"count": 0, "done": 0, "failed": 0}


def test_that_tasks_have_lanes_and_times_in_the_order_in_which_they_began() -> None:
    made = picture(["root(3)", "root(2)"])
    made.feed(
        records(
            (0, 1, Kind.TASK_SUBMITTED, 1),
            (0, 1, Kind.TASK_SUBMITTED, 2),
            (1, 3, Kind.TASK_STARTED, 2),
            (2, 2, Kind.TASK_STARTED, 1),
            (3, 3, Kind.TASK_DONE, 2),
        )
    )
    tasks = made.recording().tasks
    assert tasks.ids.tolist() == [2, 1]
    assert tasks.lanes.tolist() == [3, 2]
    assert tasks.starts.tolist() == [1 * S, 2 * S]
    assert tasks.ends.tolist() == [3 * S, -1]
    assert [tasks.names[number] for number in tasks.ids.tolist()] == ["root(2)", "root(3)"]
    assert (tasks.submitted, tasks.done) == (2, 1)


def test_that_a_later_frame_leaves_an_earlier_one_as_it_was() -> None:
    made = picture(["a()"])
    made.feed(records((0, 1, Kind.TASK_SUBMITTED, 1), (1, 2, Kind.TASK_STARTED, 1)))
    before = made.recording().tasks
    assert made.recording().tasks is before
    made.feed(records((1.5, 2, Kind.SLEEP)))
    assert made.recording().tasks is before
    made.feed(records((2, 2, Kind.TASK_FAILED, 1, 1, 12)))
    assert before.ends.tolist() == [-1]
    assert not before.failed.any()
    assert made.recording().tasks.ends.tolist() == [2 * S]
    assert made.recording().tasks.failed.tolist() == [True]


def test_that_many_tasks_keep_their_columns() -> None:
    made = picture()
    count = 1000
    for first in range(0, count, 50):
        made.feed(records(*((n / 1000, 2, Kind.TASK_STARTED, n + 1) for n in range(first, first + 50))))
        made.feed(records(*((first / 1000 + 1, 2, Kind.TASK_DONE, n + 1) for n in range(first, first + 50))))
    tasks = made.recording().tasks
    assert tasks.ids.tolist() == list(range(1, count + 1))
    assert (tasks.ends > tasks.starts).all()
    assert tasks.done == count


def test_that_worker_and_pool_may_both_say_that_a_task_failed() -> None:
    rows = [(2, 2, Kind.TASK_FAILED, 1, 1, 12), (3, 0, Kind.TASK_FAILED, 1, 1)]
    for order in (rows, rows[::-1]):
        made = picture(["a()"], "pool")
        made.feed(records((1, 2, Kind.TASK_STARTED, 1), *order, (4, 1, Kind.MAIN_DONE)))
        assert made.recording().tasks.ends.tolist() == [2 * S]
        assert made.recording().tasks.done == 1
        assert [(finding.line, finding.time) for finding in findings_of(made)] == [(12, 2.0)]


def test_that_a_cancelled_task_is_done_and_has_no_row() -> None:
    made = picture(["a()"])
    made.feed(records((0, 1, Kind.TASK_SUBMITTED, 1), (1, 1, Kind.TASK_CANCELLED, 1)))
    assert (len(made.recording().tasks), made.recording().tasks.submitted, made.recording().tasks.done) == (0, 1, 1)


def test_that_a_failure_nobody_asked_for_is_told_when_the_program_is_through() -> None:
    made = picture(["root(10)"], "pool")
    made.feed(records((1, 2, Kind.TASK_STARTED, 1), (2, 2, Kind.TASK_FAILED, 1, 1, 12)))
    assert findings_of(made) == ()
    made.feed(records((3, 1, Kind.MAIN_DONE)))
    (finding,) = findings_of(made)
    assert finding.kind is FindingKind.TASK_FAILED
    assert sentence(finding) == (
        "root(10) failed in line 12: ValueError: no. Nobody asked for its result, so nobody saw it."
    )
    assert (finding.thread, finding.line, finding.time, finding.threads) == ("pool_0", 12, 2.0, (2,))
    assert made.pools.summary() == {"count": 0, "done": 1, "failed": 1}


def test_that_a_failure_that_was_seen_is_no_finding() -> None:
    for seen in (Kind.RESULT_RAISED, Kind.RESULT_SEEN):
        made = picture(["root(10)"], "pool")
        made.feed(records((1, 2, Kind.TASK_STARTED, 1), (2, 2, Kind.TASK_FAILED, 1, 1, 12), (3, 1, seen, 1)))
        made.feed(records((4, 1, Kind.MAIN_DONE)))
        assert findings_of(made) == ()


def test_that_many_failures_that_are_alike_are_told_as_one() -> None:
    made = picture()
    made.feed(records(*((n, 0, Kind.TASK_FAILED, n + 1, 1) for n in range(25)), (30, 1, Kind.MAIN_DONE)))
    (one,) = findings_of(made)
    assert sentence(one).startswith("25 tasks failed, and nobody asked for their results, so nobody saw it.")


def starving(pool: str = "pool", flags: int = 0) -> RunModel:
    """Two workers, each of which waits for a task that nobody has begun."""
    made = picture(["outer(0)", "outer(1)", "inner(0)", "inner(1)"], pool)
    made.feed(
        records(
            (0, 1, Kind.THREAD_STARTED, 2),
            (0, 1, Kind.THREAD_STARTED, 3),
            *((1, 2 + n, Kind.TASK_STARTED, 1 + n) for n in range(2)),
            *((1, 2 + n, Kind.TASK_SUBMITTED, 3 + n) for n in range(2)),
            *((1, 2 + n, Kind.RESULT_WANT, 3 + n, 0, 7, flags) for n in range(2)),
            (2, 0, Kind.TICK),
        )
    )
    return made


def test_that_a_pool_whose_workers_wait_for_their_own_pool_is_stuck() -> None:
    (finding,) = findings_of(starving())
    assert finding.kind is FindingKind.STUCK
    assert sentence(finding) == (
        "The pool pool waits for itself: pool_0 waits for inner(0); pool_1 waits for inner(1). "
        "All 2 workers wait, and none is left to begin that."
    )
    assert (finding.line, finding.time, finding.threads) == (7, 1.0, (2, 3))


def test_that_a_pool_that_is_not_known_or_waits_for_a_time_is_not_stuck() -> None:
    assert kinds(starving(pool="")) == []
    assert kinds(starving(flags=Flag.TIMED)) == []


def test_that_a_pool_with_a_worker_to_spare_is_not_stuck() -> None:
    made = starving()
    made.feed(records((3, 3, Kind.RESULT_GOT, 4), (3, 3, Kind.TASK_DONE, 2), (4, 0, Kind.TICK)))
    assert kinds(made) == []
    made.feed(records((5, 3, Kind.TASK_STARTED, 3), (6, 0, Kind.TICK)))
    assert kinds(made) == []


def test_that_a_worker_that_nobody_joined_is_its_pools_own_affair() -> None:
    made = picture(["a()"], "pool")
    made.feed(
        records(
            (0, 1, Kind.THREAD_CREATED, 2),
            (0, 1, Kind.THREAD_STARTED, 2),
            (0, 2, Kind.THREAD_RUNNING),
            (1, 2, Kind.TASK_STARTED, 1),
            (2, 2, Kind.TASK_DONE, 1),
            (3, 2, Kind.THREAD_ENDED),
            (4, 1, Kind.MAIN_DONE),
        )
    )
    assert kinds(made) == []
