"""When findings are looked for."""

import time

import pytest

from engine.analysis.run_model import RunModel
from engine.findings.detector import Detector
from engine.frame import FindingKind
from engine.protocol.still_facts import StillFact, WaitCause, Waiting
from engine.session import paced_findings
from engine.session.paced_findings import PacedFindings
from tests.engine.building import got, named, records, running, want

A, B = 1, 2


def begun() -> RunModel:
    """Two threads, each with a lock."""
    made = RunModel()
    made.note(named({1: "MainThread", 2: "Left", 3: "Right"}, {A: ("Lock", "a"), B: ("Lock", "b")}))
    made.feed(records(*running(0, 2, 3), got(1, 2, A), got(2, 3, B)))
    return made


def deadlocked(made: RunModel) -> RunModel:
    """Each wants the other one's lock, too."""
    made.feed(records(want(10, 2, B, line=21), want(11, 3, A, line=31)))
    return made


def test_that_what_comes_between_two_looks_is_found_by_the_next_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(paced_findings, "EVERY", 3600.0)  # the next look lies behind the end of the run
    made, findings = begun(), PacedFindings()
    assert findings.find(made, over=False) == ()
    assert not findings.due, "nothing has come since"
    assert findings.find(deadlocked(made), over=False) == (), "it is too early to look again"
    assert not findings.due
    (found,) = findings.find(made, over=True)
    assert found.kind is FindingKind.DEADLOCK
    assert not findings.due


def test_that_a_look_is_due_when_its_time_has_come_though_nothing_more_comes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(paced_findings, "EVERY", 3600.0)
    made, findings = begun(), PacedFindings()
    findings.find(made, over=False)
    findings.find(deadlocked(made), over=False)
    hours_later = time.monotonic() + 7200
    with monkeypatch.context() as later:
        later.setattr(paced_findings.time, "monotonic", lambda: hours_later)
        assert findings.due
        assert [one.kind for one in findings.find(made, over=False)] == [FindingKind.DEADLOCK]
    assert not findings.due, "all has been looked at"


def test_that_a_film_looks_with_each_frame(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(paced_findings, "EVERY", 3600.0)
    made, findings = begun(), PacedFindings(each_frame=True)
    findings.find(made, over=False)
    assert findings.find(deadlocked(made), over=False)


def test_that_a_standstill_is_looked_at_once_however_dear_a_look_is(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(paced_findings, "EVERY", 3600.0)
    made, findings = begun(), PacedFindings()
    findings.find(made, over=False)
    assert findings.find(deadlocked(made), over=False) == ()
    made.note([StillFact(11, (Waiting(2, WaitCause.WATCHED), Waiting(3, WaitCause.WATCHED)))])
    assert [one.kind for one in findings.find(made, over=False)] == [FindingKind.DEADLOCK]


def test_that_to_load_the_rules_does_not_put_the_next_look_off(monkeypatch: pytest.MonkeyPatch):
    moments = [0.0]
    monkeypatch.setattr(paced_findings.time, "monotonic", lambda: moments[-1])
    prepare = paced_findings.prepare

    def slowly(*sentences: str) -> Detector:
        moments.append(100.0)
        return prepare(*sentences)

    monkeypatch.setattr(paced_findings, "prepare", slowly)
    made, findings = begun(), PacedFindings()
    findings.find(made, over=False)
    moments.append(100.0 + 2 * paced_findings.EVERY)
    assert findings.find(deadlocked(made), over=False), "the next look is not put off by what was loaded once"
