"""Pure: pools that wait for themselves, and runs that stand still without that and without a circle of threads."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from engine.analysis.run_facts import RunFacts
from engine.analysis.spans import Wait
from engine.analysis.tasks import TaskBuilder
from engine.findings.gravity import STANDSTILL
from engine.findings.locks.holding import called
from engine.frame import WAITING, Frame, Lane, State
from engine.frame.finding import StandsStill, Stuck, Waiter
from engine.protocol.records import Kind
from engine.protocol.units import SECOND

QUIET = 300_000_000  # nanoseconds that all must have waited before nobody is expected to come any more
LONG = 1.0  # seconds without a change, longer than the waits with a time-out that programs of a course repeat
_FOR_EVER = WAITING - {State.WAIT_LOOP, State.WAIT_AWAIT, State.WAIT_NETWORK, State.WAIT_RESULT, State.WAIT_INPUT}


def cycles(after: Mapping[int, int]) -> list[tuple[int, ...]]:
    """Every circle where each node has one next at most: `after` maps it to that. The least one stands first."""
    seen: set[int] = set()
    found = []
    for start in after:
        path: list[int] = []
        node = start
        while node in after and node not in seen:
            seen.add(node)
            path.append(node)
            node = after[node]
        if node in path:
            ring = path[path.index(node) :]
            least = ring.index(min(ring))
            found.append((*ring[least:], *ring[:least]))
    return found


def _waiter(wait: Wait, goal: str, run_facts: RunFacts) -> Waiter:
    """`goal` is what it waits for where that is not the end of a thread."""
    goal = run_facts.thread_name(wait.object) if wait.state is State.WAIT_JOIN else goal
    name, where = run_facts.thread_name(wait.lane), run_facts.where(wait.place)
    return Waiter(name, goal, wait.state, act=Kind(wait.kind), **where)


def stuck(
    all_waits: Iterable[Wait], alive: Sequence[int], holder: Callable[[int], int], run_facts: RunFacts
) -> list[Stuck]:
    """Every living thread waits, none of them with a time-out. Whoever asks sees to it that it was so for a while."""
    by_lane = {wait.lane: wait for wait in all_waits}
    waits = [by_lane[lane] for lane in alive if lane in by_lane]
    if not waits or len(waits) < len(alive) or any(wait.timed for wait in waits):
        return []
    told = [wait for wait in waits if wait.state is not State.WAIT_JOIN] or waits
    found = Stuck(
        thread=run_facts.thread_name(told[0].lane),
        threads=tuple(wait.lane for wait in waits),
        objects=tuple(wait.object for wait in waits if wait.state is not State.WAIT_JOIN),
        **run_facts.where(told[0].place),
        time=max(wait.since for wait in waits) / SECOND,
        waiters=tuple(_stuck(wait, holder, run_facts) for wait in told),
    )
    return [found]


def _stuck(wait: Wait, holder: Callable[[int], int], run_facts: RunFacts) -> Waiter:
    owner = holder(wait.object) if wait.state is State.WAIT_LOCK else 0
    waiter = _waiter(wait, called(run_facts, wait.object), run_facts)
    return replace(waiter, owner=run_facts.thread_name(owner) if owner else "")


def starved(waits: Iterable[Wait], tasks: TaskBuilder, run_facts: RunFacts, now: int) -> list[Stuck]:
    """Pools each of whose workers waits, with no time-out, for a task that only this pool could begin.

    `waits` are those for results, `now` is in nanoseconds.
    """
    by_pool: dict[str, list[Wait]] = {}
    for wait in waits:
        pool = _pool_waiting_for_itself(wait, tasks, run_facts.pools)
        if pool and now - wait.since >= QUIET:
            by_pool.setdefault(pool, []).append(wait)
    return [
        _starved(pool, its_waits, run_facts)
        for pool, its_waits in by_pool.items()
        if {wait.lane for wait in its_waits} == {lane for lane, its in tasks.workers.items() if its == pool}
    ]


def _pool_waiting_for_itself(wait: Wait, tasks: TaskBuilder, pools: Mapping[int, str]) -> str:
    """The pool to which both belong, the task that waits and the one waited for, which nobody has begun."""
    under_way = tasks.running.get(wait.lane, ())
    if wait.timed or not under_way or wait.object in tasks.begun or wait.object in tasks.ended:
        return ""
    pool = pools.get(under_way[0], "")
    return pool if pool and pools.get(wait.object) == pool else ""


def _starved(pool: str, waits: Sequence[Wait], run_facts: RunFacts) -> Stuck:
    return Stuck(
        thread=run_facts.thread_name(waits[0].lane),
        threads=tuple(wait.lane for wait in waits),
        **run_facts.where(waits[0].place),
        time=max(wait.since for wait in waits) / SECOND,
        pool=pool,
        waiters=tuple(_waiter(wait, run_facts.task_name(wait.object), run_facts) for wait in waits),
    )


def stands_still(frame: Frame) -> bool:
    """A deadlock or a standstill was found, and every thread that lives has waited for something for a while."""
    now = frame.run.now
    standing = [
        one
        for one in frame.result.findings
        if one.kind in STANDSTILL and not one.until and not getattr(one, "freed", 0)
    ]
    if not standing:
        return False
    if any(isinstance(one, StandsStill) and now - one.time > LONG for one in standing):
        return True
    told = {lane for one in standing if now - one.time > LONG for lane in one.threads}  # also in what nobody watches
    alive = (lane for lane in frame.recording.lanes if lane.began is not None and lane.ended is None)
    return all(lane.id in told or _waits(lane, now) for lane in alive)


def _waits(lane: Lane, now: float) -> bool:
    spans = lane.spans
    return len(spans) > 0 and spans.states[-1] in _FOR_EVER and now - spans.starts[-1] / SECOND > LONG


def everybody_waits(frame: Frame) -> bool:
    """Every thread that lives has waited for a while, for whatever it is: nobody should say then that all is well."""
    alive = [lane for lane in frame.recording.lanes if lane.began is not None and lane.ended is None]
    return bool(alive) and all(_has_waited(lane, frame.run.now) for lane in alive)


def _has_waited(lane: Lane, now: float) -> bool:
    spans = lane.spans
    return len(spans) > 0 and spans.states[-1] in WAITING and now - spans.starts[-1] / SECOND >= QUIET / SECOND
