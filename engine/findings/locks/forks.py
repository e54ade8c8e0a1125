"""Pure: forked processes that wait for a copy of what only threads of their parent could give them."""

from collections.abc import Sequence

import numpy as np

from engine.analysis.forks import Fork
from engine.analysis.run_model import RunModel
from engine.analysis.spans import Wait
from engine.findings.ends.threads import shortened
from engine.findings.locks.holding import called
from engine.findings.standing.standstill import QUIET
from engine.frame import Finding, State
from engine.frame.finding import ForkedCopy
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


class ForkedCopies:
    """What a forked process has copies of is looked at while it waits for one; what was found stays.

    A copy has the id of what it is a copy of: what is said of it in another process does not concern it.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[int, int], Finding] = {}  # by lane and copy

    def find(self, model: RunModel) -> Sequence[Finding]:
        if not model.forks.known or not model.whole:
            return [*self._found.values()]
        waits = model.spans.waits()
        for wait in waits:
            if wait.state in _OF_THREADS and not wait.timed and model.last - wait.since >= QUIET:
                found = _finding(wait, waits, model)
                if found is not None:
                    self._found[wait.lane, wait.object] = found
        return shortened([*self._found.values()])


def _finding(wait: Wait, waits: Sequence[Wait], model: RunModel) -> Finding | None:
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
