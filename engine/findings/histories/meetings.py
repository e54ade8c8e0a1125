"""Pure: who has come to a barrier, and who has a semaphore, where threads wait there for ever."""

from __future__ import annotations

from engine.findings.histories.case import Case
from engine.findings.histories.source import Source
from engine.frame import State
from engine.frame.finding import At, BarrierShort, Fate, Finding, Party, SemaphoreKept
from engine.protocol.records import Kind


def at_barrier(case: Case) -> list[Finding]:
    """Fewer have come than the barrier waits for."""
    needed = case.model.run_facts.sizes.get(case.thing, 0)
    if len(case.waits) >= needed:
        return []
    return [
        BarrierShort(**case.about(), thing=case.name, needed=needed, waiters=case.waiters(), missing=_missing(case))
    ]


def _missing(case: Case) -> tuple[Party, ...]:
    """Threads that have ended in the function in which these wait, or that had come before."""
    here = {one.lane for one in case.waits}
    source, at = case.source(case.waits[0].place)
    came = [lane for lane in case.account.counts() if lane not in here]
    found = []
    for lane, life in case.model.spans.lives.by_lane.items():
        if lane in here or life.final is None:
            continue
        party = case.people.party(lane, case.account.by(lane).row(-1).place if lane in came else 0)
        if lane in came or (life.final is State.DIED and _same_function(source, at, party.at)):
            found.append(party)
    return tuple(found)


def _same_function(source: Source | None, one: At, other: At) -> bool:
    """Whether two lines are of one function."""
    if source is None or not other.line or one.file != other.file:
        return False
    return source.function(one.line) is source.function(other.line)


def at_semaphore(case: Case) -> list[Finding]:
    """Who acquired it and did not release it, where that is each that it had."""
    got, released = case.account.of(Kind.SEMAPHORE_GOT), case.account.of(Kind.SEMAPHORE_RELEASED)
    initial = case.model.run_facts.sizes.get(case.thing, 0)
    back = released.counts()
    kept = {lane: count - back.get(lane, 0) for lane, count in got.counts().items()}
    if len(got) != initial + len(released):
        return []  # the number is not known, or one of them could have it
    if not initial or sum(kept.values()) != initial or any(count < 0 for count in kept.values()) or back.keys() - kept:
        return [_signal(case)]  # others release it than those who acquire it
    keepers = sorted((lane for lane in kept if kept[lane]), key=lambda lane: case.people.fate(lane) is Fate.LIVES)
    last = {lane: got.by(lane).row(-1).place for lane in keepers}
    parties = tuple(
        Party(case.people.name(lane), case.people.at(last[lane]), case.people.fate(lane)) for lane in keepers
    )
    again = {*keepers} <= {one.lane for one in case.waits}
    cure = "cure-semaphore-nested" if again else ""
    return [SemaphoreKept(**case.about(), thing=case.name, keepers=parties, kept=initial, cure=cure)]


def _signal(case: Case) -> SemaphoreKept:
    """Released less often than it is waited for."""
    got, released = case.account.of(Kind.SEMAPHORE_GOT), case.account.of(Kind.SEMAPHORE_RELEASED)
    last = released.last
    call, died = case.unreached("release") if last is None else (At(), ())
    return SemaphoreKept(
        **case.about(),
        form="signal",
        thing=case.name,
        keepers=tuple(case.people.party(lane, got.by(lane).row(-1).place) for lane in got.counts()),
        kept=len(released),
        releaser=case.people.did(last) if last is not None else Party("", At()),
        call=call,
        died=died,
        cure="cure-semaphore-signal",
    )
