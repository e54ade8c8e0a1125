"""Pure: locks that others waited for long, and one that seems to be held twice."""

from collections.abc import Iterator, Mapping

from engine.analysis.holders import Clash, Lock
from engine.analysis.run_facts import RunFacts
from engine.findings.locks import forked_locks
from engine.frame.finding import HeldLong, TwoHolders
from engine.protocol.units import SECOND

LONG = 0.05  # seconds that others waited, and ...
LONG_SHARE = 0.1  # ... share of the run, from which on a holder is worth a sentence


def called(run_facts: RunFacts, thing: int) -> str:
    """Such as "event file_ready"; a lock is called by its name alone, as its name mostly says it."""
    found = run_facts.things.get(thing)
    kind, name = found.type.lower() if found is not None else "", run_facts.thing_name(thing)
    return f"{kind} {name}" if kind and "lock" not in kind else name


def held_long(locks: Mapping[int, Lock], now: int, run_facts: RunFacts) -> Iterator[HeldLong]:
    """For each lock the holder for which others waited longest, if that is worth a sentence. `now` in nanoseconds."""
    for thing, lock in locks.items():
        totals = dict(lock.contended)
        if lock.holder and lock.waiters > 0:
            totals[lock.holder] = totals.get(lock.holder, 0) + max(0, now - lock.time)
        if not totals or lock.handed_on:
            continue
        thread, lasted = max(totals.items(), key=lambda item: (item[1], -item[0]))
        if lasted < LONG * SECOND or lasted < LONG_SHARE * now:
            continue
        place, time = lock.first.get(thread, (lock.place, lock.time))
        seconds = lasted / SECOND
        yield HeldLong(
            thread=run_facts.thread_name(thread),
            threads=(thread,),
            objects=(thing,),
            **run_facts.where(place),
            time=time / SECOND,
            thing=called(run_facts, thing),
            seconds=round(seconds, 3 if seconds < 0.1 else 1),  # two figures; fewer changes also mean fewer redraws
        )


def two_holders(count: int, first: Clash | None, run_facts: RunFacts) -> Iterator[TwoHolders]:
    """Ours: a lock that seems to be held twice."""
    if first is not None and not forked_locks.is_copied(first, run_facts):
        yield TwoHolders(
            thread=run_facts.thread_name(first.thread),
            threads=(first.thread,),
            objects=(first.object,),
            **run_facts.where(first.place),
            time=first.time / SECOND,
            thing=run_facts.thing_name(first.object),
            count=count,
        )
