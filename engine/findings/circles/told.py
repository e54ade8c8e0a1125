"""Pure: a circle of waits as a finding."""

from collections.abc import Sequence

from engine.analysis.run_facts import RunFacts
from engine.findings.circles.moments import Edge
from engine.frame import State
from engine.frame.finding import Deadlock, Waiter
from engine.protocol.records import Kind
from engine.protocol.units import SECOND


def told(edges: Sequence[Edge], kinds: Sequence[Kind], run_facts: RunFacts) -> Deadlock:
    """The finding of these waits, each of which waits for the next one's thread; `kinds` are what began them."""
    last = max(edges, key=lambda edge: edge.began)
    return Deadlock(
        thread=run_facts.thread_name(last.lane) if len(edges) == 1 else "",
        threads=tuple(edge.lane for edge in edges),
        objects=tuple(edge.thing for edge in edges if edge.state is State.WAIT_LOCK),
        **run_facts.where(last.place),
        time=max(edge.since for edge in edges) / SECOND,
        cycle=tuple(
            _waiter(edge, edges[number - 1], kind, run_facts)
            for number, (edge, kind) in enumerate(zip(edges, kinds, strict=True))
        ),
    )


def _waiter(edge: Edge, before: Edge, act: Kind, run_facts: RunFacts) -> Waiter:
    """`before` is the one that waits for this thread."""
    if edge.state is State.WAIT_JOIN:
        goal = run_facts.thread_name(edge.thing)
    elif edge.state is State.WAIT_RESULT:
        goal = run_facts.task_name(edge.thing)
    else:
        goal = run_facts.thing_name(edge.thing)
    return Waiter(
        run_facts.thread_name(edge.lane),
        goal,
        edge.state,
        **run_facts.where(edge.place),
        held=run_facts.thing_name(before.thing) if before.state is State.WAIT_LOCK else "",
        act=act,
        owner=run_facts.thread_name(edge.blocker),
        itself=before is edge,
    )
