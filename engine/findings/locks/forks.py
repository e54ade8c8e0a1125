"""Pure: forked processes that wait for a copy of what only threads of their parent could give them."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from engine.analysis.forks import Fork
from engine.analysis.run_model import RunModel
from engine.analysis.spans import Wait
from engine.findings.ends.threads import shortened
from engine.findings.histories.account import accounts
from engine.findings.locks.holding import called
from engine.findings.standing.standstill import QUIET
from engine.frame import Finding, State
from engine.frame.finding import ForkedCopy
from engine.protocol.records import Kind
from engine.protocol.units import SECOND

_OF_THREADS = frozenset(
    {
        State.WAIT_LOCK,
        State.WAIT_EVENT,
        State.WAIT_QUEUE,
        State.WAIT_CONDITION,
        State.WAIT_SEMAPHORE,
        State.WAIT_BARRIER,
    }
)
_RESULTS = np.array([State.WAIT_RESULT], np.uint8)
_BRINGS = {  # what is waited for so -> what another process may have done to a copy of it
    State.WAIT_QUEUE: (Kind.QUEUE_PUT, Kind.QUEUE_GOT, Kind.QUEUE_TASK_DONE),
    State.WAIT_EVENT: (Kind.EVENT_SET,),
    State.WAIT_CONDITION: (Kind.CONDITION_NOTIFIED,),
    State.WAIT_SEMAPHORE: (Kind.SEMAPHORE_RELEASED,),
}


class ForkedCopies:
    """What a forked process has copies of is looked at while it waits for one; what was found stays.

    A copy has the id of what it is a copy of: what is said of it in another process does not concern it.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[int, int], ForkedCopy] = {}  # by lane and copy

    def find(self, model: RunModel) -> Sequence[Finding]:
        if not model.forks.known or not model.whole:
            return [*self._found.values()]
        waits, results = model.spans.waits(), model.spans.waits(_RESULTS)
        for wait in (*waits, *results):
            if (wait.lane, wait.object) in self._found or wait.timed or model.last - wait.since < QUIET:
                continue
            found = None
            if wait.state in _OF_THREADS:
                found = _finding(wait, waits, model) or _sent(wait, waits, model)
            elif wait.state is State.WAIT_RESULT:
                found = _pool(wait, [*waits, *results], model)
            if found is not None:
                self._found[wait.lane, wait.object] = found
        told = {one.objects for one in self._found.values() if one.form != "sent"}  # of these the other side says more
        return shortened([one for one in self._found.values() if one.form != "sent" or one.objects not in told])


def _finding(wait: Wait, waits: Sequence[Wait], model: RunModel) -> ForkedCopy | None:
    facts, fork = model.run_facts, model.forks.of(wait.lane)
    if fork is None or wait.object in facts.shared_things or not model.forks.is_older(wait.object, wait.lane):
        return None
    holder = _holder(wait, fork, model) if wait.state is State.WAIT_LOCK else 0
    if not holder and (wait.state is State.WAIT_LOCK or not _all_wait(wait.lane, waits, model)):
        return None
    spot = facts.where(wait.place)
    return ForkedCopy(
        thread=facts.thread_name(wait.lane),
        threads=(wait.lane, *(one.lane for one in waits if _waits_for_process(one, wait.lane, model))),
        objects=(wait.object,),
        **facts.where(fork.place),
        time=wait.since / SECOND,
        form="lock" if holder else "thing",
        thing=called(facts, wait.object),
        holder=facts.thread_name(holder) if holder else "",
        waits_at=spot["line"],
        waits_in=spot["file"],
    )


def _sent(wait: Wait, waits: Sequence[Wait], model: RunModel) -> ForkedCopy | None:
    """It waits for what a forked process has done, which did it to a copy."""
    facts = model.run_facts
    if wait.state not in _BRINGS or wait.object in facts.shared_things or not _all_wait(wait.lane, waits, model):
        return None
    did = accounts(model.trace, {wait.object}).get(wait.object)
    for lane in did.of(*_BRINGS[wait.state]).counts() if did is not None else ():
        fork = model.forks.of(lane)
        if (
            fork is not None
            and model.forks.is_older(wait.object, lane)
            and not model.forks.same_process(lane, wait.lane)
        ):
            return _copy(wait, (lane,), fork, "sent", model)
    return None


def _pool(wait: Wait, waits: Sequence[Wait], model: RunModel) -> ForkedCopy | None:
    """It waits for a task of a pool whose threads are those of the parent."""
    facts, fork, tasks = model.run_facts, model.forks.of(wait.lane), model.pools
    pool = facts.pools.get(wait.object)
    if fork is None or not pool or wait.object in tasks.begun or not _all_wait(wait.lane, waits, model):
        return None
    workers = [lane for lane, its in tasks.workers.items() if its == pool]
    if not workers or any(model.forks.same_process(lane, wait.lane) for lane in workers):
        return None
    return _copy(wait, (), fork, "pool", model)


def _copy(
    wait: Wait, others: tuple[int, ...], fork: Fork, form: Literal["sent", "pool"], model: RunModel
) -> ForkedCopy:
    facts, spot = model.run_facts, model.run_facts.where(wait.place)
    waiters = (one.lane for one in model.spans.waits() if _waits_for_process(one, wait.lane, model))
    return ForkedCopy(
        thread=facts.thread_name(wait.lane),
        threads=(wait.lane, *others, *waiters),
        objects=(wait.object,) if form == "sent" else (),
        **facts.where(fork.place),
        time=wait.since / SECOND,
        form=form,
        thing=called(facts, wait.object) if form == "sent" else facts.task_name(wait.object),
        holder=facts.thread_name(others[0]) if others else "",
        waits_at=spot["line"],
        waits_in=spot["file"],
        cure="cure-forked-sent" if form == "sent" else "cure-forked-pool",
    )


def _holder(wait: Wait, fork: Fork, model: RunModel) -> int:
    """The thread that had the lock when the process was forked, in which nobody has got it since. 0: nobody."""
    lock = model.locks.locks.get(wait.object)
    if lock is None:
        return 0
    starts, threads = lock.steps.views()
    if any(model.forks.same_process(one, wait.lane) for one in np.unique(threads).tolist() if one):
        return 0
    at = int(np.searchsorted(starts, fork.time, "right")) - 1
    return int(threads[at]) if at >= 0 else 0


def _all_wait(lane: int, waits: Sequence[Wait], model: RunModel) -> bool:
    """Whether each thread of this process that lives waits, with no time-out."""
    waiting = {wait.lane for wait in waits if not wait.timed and model.last - wait.since >= QUIET}
    return all(one in waiting for one in model.spans.alive() if model.forks.same_process(one, lane))


def _waits_for_process(wait: Wait, lane: int, model: RunModel) -> bool:
    return wait.state is State.WAIT_JOIN and not wait.timed and model.forks.same_process(wait.object, lane)
