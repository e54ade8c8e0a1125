"""Locks that ended threads never gave back, and next to them those that another thread may still release."""

from engine.analysis.run_model import RunModel
from engine.frame import FindingKind
from engine.frame.finding import KeptLock
from engine.protocol.messages import ExceptionFact
from engine.protocol.records import Kind
from engine.words.findings import cure, sentence
from tests.engine.building import PROGRAM, findings_of, got, named, record, records, released, running, want

LOCK, OWNED = 7, 8
WAITED = (want(3, 3, LOCK, line=8), record(1000, 1, Kind.SLEEP, value=1))


def picture(*rows: tuple[int, ...]) -> RunModel:
    made = RunModel()
    made.note(named({1: "MainThread", 2: "bad", 3: "other"}, {LOCK: ("Lock", "lock"), OWNED: ("RLock", "owned")}))
    made.note([ExceptionFact(2, "ValueError", "no", PROGRAM | 5, "Traceback ...")])
    made.feed(records(*running(0, 1, 2, 3), *rows))
    return made


def kept(model: RunModel) -> list[KeptLock]:
    return [one for one in findings_of(model) if isinstance(one, KeptLock)]


def test_that_a_lock_of_a_thread_that_died_is_told_with_both_lines_and_who_waits() -> None:
    made = picture(got(1, 2, LOCK, line=4), record(2, 2, Kind.THREAD_DIED), *WAITED)
    (found,) = kept(made)
    assert sentence(found) == (
        "bad died in line 5 while it held lock, which it had taken in line 4. other waits for lock in line 8 for ever."
    )
    assert (found.line, found.threads, found.objects) == (4, (2, 3), (LOCK,))
    assert "`with`" in cure(found)
    assert not [one for one in findings_of(made) if one.kind is FindingKind.HELD_LONG]


def test_that_a_plain_lock_that_another_thread_may_still_release_is_no_finding() -> None:
    ended = (got(1, 2, LOCK, line=4), record(2, 2, Kind.THREAD_ENDED))
    assert kept(picture(*ended, *WAITED)) == []
    join = record(4, 1, Kind.JOIN_WANT, 3)
    stands = picture(*ended, want(3, 3, LOCK, line=8), join, record(1000, 0, Kind.TICK))
    assert [sentence(one) for one in kept(stands)] == [
        "bad ended without giving back lock, which it had taken in line 4. other waits for lock in line 8 for ever."
    ]


def test_that_nobody_else_can_give_back_an_rlock_and_that_who_runs_has_not_kept_it() -> None:
    wait = (want(3, 3, OWNED, line=8), record(1000, 1, Kind.SLEEP, value=1))
    assert kept(picture(got(1, 2, OWNED, line=4), record(2, 2, Kind.THREAD_ENDED), *wait))
    assert kept(picture(got(1, 2, OWNED, line=4), *wait)) == []


def test_that_it_is_told_no_more_when_somebody_has_got_it() -> None:
    made = picture(got(1, 2, LOCK, line=4), record(2, 2, Kind.THREAD_DIED), *WAITED)
    assert kept(made)
    made.feed(records(released(1100, 1, LOCK), got(1101, 3, LOCK)))
    assert kept(made) == []
