"""Pure: calls of pools of multiprocessing whose results never come, as a worker or the pool's own thread ended."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from engine.analysis.run_model import RunModel
from engine.analysis.spans import Wait
from engine.findings.ends.threads import MOST, shortened
from engine.findings.standing.standstill import QUIET
from engine.frame import Finding, LaneKind, State
from engine.frame.finding import ForEver, LostCall, PoolThreadDied
from engine.protocol.messages import ProcessEnding
from engine.protocol.pool_facts import ExitFact, PoolThreadFact
from engine.protocol.units import SECOND

_FOR_A_POOL = np.array([State.WAIT_RESULT, State.WAIT_JOIN], np.uint8)
_IDLE = np.array([State.WAIT_TASK], np.uint8)


class _Lost(NamedTuple):
    """A call, and the worker with which it was lost."""

    task: int
    worker: int
    exit: ExitFact | None = None


class LostCalls:
    """What is told of one is not looked for again; who waits for it is."""

    def __init__(self) -> None:
        self._seen = 0  # exits looked at
        self._exits: dict[int, ExitFact] = {}  # by task
        self._found: dict[int, Finding] = {}  # by task

    def find(self, model: RunModel) -> Sequence[Finding]:
        facts = model.run_facts
        if not facts.groups or not model.whole:
            return ()
        new, self._seen = facts.exits[self._seen :], len(facts.exits)
        self._exits.update((fact.task, fact) for fact in new if fact.task in facts.groups)
        lost = [*self._lost(model)]
        if lost:
            waits = model.spans.waits(_FOR_A_POOL)
            for one in lost:
                found = _finding(one, waits, model)
                if found is not None:
                    self._found[one.task] = found
        return shortened([*self._found.values()])

    def _lost(self, model: RunModel) -> Iterator[_Lost]:
        """Calls that a worker had begun when it ended, a while ago."""
        groups = model.run_facts.groups
        for task, fact in self._exits.items():
            if _has_ended(fact.thread, model):
                yield _Lost(task, fact.thread, fact)
        for worker, tasks in model.pools.running.items():
            if tasks and _has_ended(worker, model):
                yield from (_Lost(task, worker) for task in tasks if task in groups)


class PoolThreads:
    """The threads that receive results are told when they have died; who waits for them, while it waits."""

    def __init__(self) -> None:
        self._found: dict[int, Finding] = {}  # by the number of the fact

    def find(self, model: RunModel) -> Sequence[Finding]:
        deaths = model.run_facts.pool_threads
        if deaths:
            waits = model.spans.waits(_FOR_A_POOL)
            for number, fact in enumerate(deaths[:MOST]):
                waiters = [wait for wait in waits if not wait.timed and _waits_for(wait, {*fact.open}, model)]
                if waiters or number not in self._found:
                    self._found[number] = _pool_thread(fact, waiters, model)
        return [*self._found.values()]


def _pool_thread(fact: PoolThreadFact, waiters: Sequence[Wait], model: RunModel) -> PoolThreadDied:
    facts = model.run_facts
    return PoolThreadDied(
        thread=facts.thread_name(fact.thread),
        threads=(fact.thread, *(wait.lane for wait in waiters)),
        **facts.where(fact.place or next((wait.place for wait in waiters), 0)),
        time=fact.time / SECOND,
        form="callback" if fact.callback else "result",
        error=fact.error,
        callback=fact.callback,
        waiters=tuple(waiter(wait, model) for wait in waiters),
    )


def _has_ended(lane: int, model: RunModel) -> bool:
    """So long ago that whatever it had said before has been heard."""
    ended = model.spans.life(lane).ended
    return ended is not None and (model.over or model.last - ended >= QUIET)


def _finding(lost: _Lost, waits: Sequence[Wait], model: RunModel) -> Finding | None:
    """None where the program itself ended the worker, and nobody waits for what it did."""
    facts, life = model.run_facts, model.spans.life(lost.worker)
    waiters = [wait for wait in waits if not wait.timed and _waits_for(wait, {facts.groups[lost.task]}, model)]
    ended_it = life.final is State.CUT
    if ended_it and not waiters:
        return None
    end = facts.process_ends.get(lost.worker)
    called = lost.exit or (end if end is not None and end.ending is ProcessEnding.CALL else None)
    cause = called.call if called is not None else end or ""
    place = called.place if called is not None else 0
    return LostCall(
        thread=facts.thread_name(lost.worker),
        threads=(lost.worker, *(wait.lane for wait in waiters)),
        **facts.where(place or next((wait.place for wait in waiters), 0)),
        time=(life.ended or 0) / SECOND,
        form="call" if called is not None else "ended" if ended_it or not cause else "died",
        task=facts.task_name(lost.task),
        cause=cause,
        waiters=tuple(waiter(wait, model) for wait in waiters),
    )


def _waits_for(wait: Wait, groups: set[int], model: RunModel) -> bool:
    """Whether what is waited for is one of these calls, or the end of their pool, which never comes without them."""
    facts = model.run_facts
    if wait.state is State.WAIT_RESULT:
        return wait.object in groups
    return (
        facts.thread(wait.object).kind is LaneKind.PROCESS
        and model.last - wait.since >= QUIET
        and is_idle_worker(wait.object, model)
    )


def is_idle_worker(lane: int, model: RunModel) -> bool:
    """Whether it has nothing to do, or has ended: then nothing keeps its pool but a call that was lost."""
    ended = model.spans.life(lane).ended is not None
    return ended or any(wait.lane == lane for wait in model.spans.waits(_IDLE))


def waiter(wait: Wait, model: RunModel) -> ForEver:
    """One that waits for a call of a pool, or in join() for its end: that has no goal."""
    facts = model.run_facts
    goal = facts.task_name(wait.object) if wait.state is State.WAIT_RESULT else ""
    return ForEver(facts.thread_name(wait.lane), goal, **facts.where(wait.place))
