"""Pure: when an event was set and cleared, where threads wait for it for ever."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from engine.findings.histories.account import Account, Row
from engine.findings.histories.case import Case
from engine.frame.finding import Finding, MissedEvent
from engine.protocol.records import Kind
from engine.protocol.units import SECOND

_SET, _OTHER = "cure-never-set", "cure-other-thing"


def at_event(case: Case) -> list[Finding]:
    """Why threads wait for an event: nobody set it, or it was cleared before they saw that."""
    sets, clears = case.account.of(Kind.EVENT_SET), case.account.of(Kind.EVENT_CLEARED)
    last = sets.last
    if last is None:
        return [_never(case)]
    cleared = clears.after(last)
    missed = _missed(case, sets, last, cleared.row(0)) if len(cleared) else None
    return [missed] if missed is not None else []


def _never(case: Case) -> MissedEvent:
    for number, account in case.others().items():
        last = account.of(Kind.EVENT_SET).last
        if last is not None:
            name, setter = case.model.run_facts.thing_name(number), case.people.did(last)
            return MissedEvent(**case.about(), thing=case.name, form="other", other=name, setter=setter, cure=_OTHER)
    call, died = case.unreached("set")
    return MissedEvent(**case.about(), thing=case.name, form="never", call=call, died=died, cure=_SET)


def _missed(case: Case, sets: Account, last: Row, cleared: Row) -> MissedEvent | None:
    """`last` is when it was set for the last time, `cleared` when it was cleared after that."""
    first = case.waits[0]
    if last.time > first.since:
        return None  # it was set while this one waited
    passed = case.account.of(Kind.EVENT_PASSED).by(first.lane).after(last)
    meanwhile, slept = case.people.whereabouts(first.lane, last.time)
    form: Literal["passed", "own", "cleared"]
    form = "passed" if len(passed) else "own" if cleared.thread == first.lane else "cleared"
    return MissedEvent(
        **case.about(),
        thing=case.name,
        form=form,
        sets=len(sets),
        setter=case.people.did(last),
        clearer=case.people.did(cleared),
        lasted=(cleared.time - last.time) / SECOND,
        each=_each(case.account),
        meanwhile=meanwhile,
        slept=slept,
    )


def _each(account: Account) -> bool:
    """Whether it was cleared each time before it was set again."""
    kinds = account.of(Kind.EVENT_SET, Kind.EVENT_CLEARED).column("kind").tolist()
    return all((one, next_) != (Kind.EVENT_SET, Kind.EVENT_SET) for one, next_ in pairwise(kinds))
