"""Pure: a task that failed unseen, and a pool whose workers wait for their own pool."""

from collections.abc import Iterable, Mapping, Sequence

from engine.analysis.run_facts import RunFacts
from engine.analysis.spans import Wait
from engine.analysis.tasks import Failure, TaskBuilder
from engine.findings.standstill import QUIET
from engine.findings.threads import shortened
from engine.frame import Finding
from engine.frame.finding import PoolStuck, TaskFailed, Waiter
from engine.protocol.places import line_of
from engine.protocol.units import SECOND


def unseen(tasks: TaskBuilder, run_facts: RunFacts) -> list[Finding]:
    """Tasks that raised, and whose result nobody asked for up to the end of the program."""
    failures = sorted(
        (failure for task, failure in tasks.failures.items() if task not in tasks.asked),
        key=lambda failure: failure.time,
    )
    return shortened([_failed(failure, run_facts) for failure in failures])


def _failed(failure: Failure, run_facts: RunFacts) -> TaskFailed:
    said = run_facts.texts.get(failure.text)
    return TaskFailed(
        thread=run_facts.thread_name(failure.lane) if failure.lane else "",
        threads=(failure.lane,) if failure.lane else (),
        line=line_of(failure.place),
        time=failure.time / SECOND,
        task=run_facts.task_name(failure.task),
        error=said.text if said is not None else "",
    )


def starved(waits: Iterable[Wait], tasks: TaskBuilder, run_facts: RunFacts, now: int) -> list[PoolStuck]:
    """Pools each of whose workers waits, with no time-out, for a task that only this pool could begin.

    `waits` are those for results, `now` is in nanoseconds.
    """
    by_pool: dict[str, list[Wait]] = {}
    for wait in waits:
        pool = _pool_waiting_for_itself(wait, tasks, run_facts.pools)
        if pool and now - wait.since >= QUIET:
            by_pool.setdefault(pool, []).append(wait)
    return [
        _starved(pool, stuck, run_facts)
        for pool, stuck in by_pool.items()
        if {wait.lane for wait in stuck} == {lane for lane, its in tasks.workers.items() if its == pool}
    ]


def _pool_waiting_for_itself(wait: Wait, tasks: TaskBuilder, pools: Mapping[int, str]) -> str:
    """The pool to which both belong, the task that waits and the one waited for, which nobody has begun."""
    under_way = tasks.running.get(wait.lane, ())
    if wait.timed or not under_way or wait.object in tasks.begun or wait.object in tasks.ended:
        return ""
    pool = pools.get(under_way[0], "")
    return pool if pool and pools.get(wait.object) == pool else ""


def _starved(pool: str, waits: Sequence[Wait], run_facts: RunFacts) -> PoolStuck:
    return PoolStuck(
        thread=run_facts.thread_name(waits[0].lane),
        threads=tuple(wait.lane for wait in waits),
        line=line_of(waits[0].place),
        time=max(wait.since for wait in waits) / SECOND,
        pool=pool,
        waiters=tuple(
            Waiter(run_facts.thread_name(wait.lane), run_facts.task_name(wait.object), wait.state, line_of(wait.place))
            for wait in waits
        ),
    )
