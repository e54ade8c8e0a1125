"""Pure: threads that wait for one another in a circle."""

from collections.abc import Callable, Iterable, Mapping

from engine.analysis.run_facts import RunFacts
from engine.analysis.spans import Wait
from engine.frame import State
from engine.frame.finding import Deadlock, Waiter
from engine.protocol.places import line_of
from engine.protocol.units import SECOND


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


def deadlocks(waits: Iterable[Wait], holder: Callable[[int], int], run_facts: RunFacts) -> list[Deadlock]:
    """Cycles of threads of which each waits, with no time-out, for what the next one holds or for its end."""
    held_up = [(wait, _blocker(wait, holder)) for wait in waits if not wait.timed]
    by_lane = {wait.lane: wait for wait, blocker in held_up if blocker}  # of thousands that wait mostly few
    after = {wait.lane: blocker for wait, blocker in held_up if blocker}
    return [_deadlock([by_lane[lane] for lane in cycle], run_facts) for cycle in cycles(after)]


def _blocker(wait: Wait, holder: Callable[[int], int]) -> int:
    """The thread that must act before this wait can end; 0 when that is nobody in particular."""
    if wait.state is State.WAIT_LOCK:
        return holder(wait.object)
    return wait.object if wait.state is State.WAIT_JOIN else 0


def _deadlock(waits: list[Wait], run_facts: RunFacts) -> Deadlock:
    last = max(waits, key=lambda wait: wait.since)
    return Deadlock(
        thread=run_facts.thread_name(last.lane) if len(waits) == 1 else "",
        threads=tuple(wait.lane for wait in waits),
        objects=tuple(wait.object for wait in waits if wait.state is State.WAIT_LOCK),
        line=line_of(last.place),
        time=last.since / SECOND,
        cycle=tuple(_waiter(wait, waits[number - 1], run_facts) for number, wait in enumerate(waits)),
    )


def _waiter(wait: Wait, before: Wait, run_facts: RunFacts) -> Waiter:
    """`before` is the one that waits for this thread."""
    joins = wait.state is State.WAIT_JOIN
    return Waiter(
        run_facts.thread_name(wait.lane),
        run_facts.thread_name(wait.object) if joins else run_facts.thing_name(wait.object),
        wait.state,
        line_of(wait.place),
        held=run_facts.thing_name(before.object) if before.state is State.WAIT_LOCK else "",
        itself=before is wait,
    )
