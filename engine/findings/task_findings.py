"""What is worth saying of tasks: one that failed unseen, and a pool whose workers wait for their own pool."""

from collections.abc import Iterable, Mapping, Sequence

from engine.analysis.reason_words import AN_EXCEPTION
from engine.analysis.run_facts import RunFacts
from engine.analysis.spans import Wait
from engine.analysis.tasks import Failure, TaskBuilder
from engine.findings.rules import QUIET, Names, shortened
from engine.frame import Finding, FindingKind
from engine.protocol.places import line_of
from engine.protocol.units import SECOND as NS


def unseen(tasks: TaskBuilder, run_facts: RunFacts, names: Names) -> list[Finding]:
    """Tasks that raised, and whose result nobody asked for up to the end of the program."""
    failures = sorted(
        (failure for task, failure in tasks.failures.items() if task not in tasks.asked),
        key=lambda failure: failure.time,
    )
    return shortened(
        [_failed(failure, run_facts, names) for failure in failures], "more tasks failed, and nobody saw it"
    )


def _failed(failure: Failure, run_facts: RunFacts, names: Names) -> Finding:
    line = line_of(failure.place)
    where = f" in line {line}" if line else ""
    said = run_facts.texts.get(failure.text)
    what = said.text if said is not None else AN_EXCEPTION
    return Finding(
        FindingKind.TASK_FAILED,
        f"{run_facts.task_name(failure.task)} failed{where}: {what}. Nobody asked for its result, so nobody saw it.",
        names.thread(failure.lane) if failure.lane else "",
        line,
        failure.time / NS,
        (failure.lane,) if failure.lane else (),
    )


def starved(waits: Iterable[Wait], tasks: TaskBuilder, run_facts: RunFacts, now: int, names: Names) -> list[Finding]:
    """Pools each of whose workers waits, with no time-out, for a task that only this pool could begin.

    `waits` are those for results, `now` is in nanoseconds.
    """
    by_pool: dict[str, list[Wait]] = {}
    for wait in waits:
        pool = _pool_waiting_for_itself(wait, tasks, run_facts.pools)
        if pool and now - wait.since >= QUIET:
            by_pool.setdefault(pool, []).append(wait)
    return [
        _starved(pool, stuck, run_facts, names)
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


def _starved(pool: str, waits: Sequence[Wait], run_facts: RunFacts, names: Names) -> Finding:
    clauses = [f"{names.thread(wait.lane)} waits for {run_facts.task_name(wait.object)}" for wait in waits]
    told = "; ".join(clauses[:3]) + (f"; and {len(clauses) - 3:,} more wait" if len(clauses) > 3 else "")
    if len(waits) == 1:
        why = "It has no other worker to begin that."
    else:
        why = f"All {len(waits):,} workers wait, and none is left to begin that."
    return Finding(
        FindingKind.STUCK,
        f"The pool {pool} waits for itself: {told}. {why}",
        names.thread(waits[0].lane),
        line_of(waits[0].place),
        max(wait.since for wait in waits) / NS,
        tuple(wait.lane for wait in waits),
        detail="\n".join(f"{clause}, line {line_of(wait.place)}" for clause, wait in zip(clauses, waits, strict=True)),
    )
