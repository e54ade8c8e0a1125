"""A thread that takes a lock again and again while another one waits for one turn; and what is only busy or fair."""

from engine.analysis.run_model import RunModel
from engine.frame.finding import HeldLong, Hogged
from engine.protocol.messages import Ending, OutcomeFact
from engine.protocol.records import Kind
from engine.words.findings import cure, sentence
from tests.engine.building import findings_of, got, named, record, records, released, running, want

LOCK = 7


def model(turns: int, hold: int, free: int) -> RunModel:
    """Left has the lock so often, each time for so many milliseconds; Right waits from the first turn to the last."""
    made = RunModel()
    made.note(named({1: "MainThread", 2: "Left", 3: "Right"}, {LOCK: ("Lock", "lock")}))
    rows = [*running(0, 1, 2, 3), got(1, 2, LOCK, line=9), want(1, 3, LOCK, line=19)]
    now = 1
    for turn in range(turns):
        rows += [got(now, 2, LOCK, line=9)] if turn else []
        now += hold
        rows.append(released(now, 2, LOCK, line=9))
        now += free
    rows += [got(now, 3, LOCK, line=19), released(now + 1, 3, LOCK, line=19)]
    made.feed(records(*rows, record(now + 5, 2, Kind.THREAD_ENDED), record(now + 5, 3, Kind.THREAD_ENDED)))
    return made


def told(made: RunModel) -> list[Hogged]:
    assert not [one for one in findings_of(made) if isinstance(one, Hogged)], "the program has not ended"
    made.note([OutcomeFact(Ending.FINISHED)])
    return [one for one in findings_of(made) if isinstance(one, Hogged)]


def test_that_a_lock_that_is_taken_again_at_once_is_told_with_the_turns_and_the_wait() -> None:
    made = model(30, 100, 1)
    (hogged,) = told(made)
    assert (hogged.thread, hogged.waiter, hogged.line, hogged.seconds) == ("Left", "Right", 9, 3.03)
    assert hogged.count in (29, 30)  # the one that was begun before the other one wanted it
    assert "Left took lock" in sentence(hogged)
    assert "with lock:" in cure(hogged)


def test_that_few_turns_brief_turns_and_fair_turns_are_no_hogging() -> None:
    assert told(model(5, 400, 1)) == []
    assert told(model(2000, 0, 1)) == []
    assert told(model(100, 10, 10)) == []
    assert [type(one) for one in findings_of(model(5, 100, 1))] == [HeldLong]
