"""Pure: a circle of waits as a finding."""

from collections.abc import Sequence

from engine.findings.circles.moments import Edge, Moments
from engine.findings.histories.asked import leaves
from engine.findings.histories.source import Sources
from engine.findings.locks.holding import called
from engine.frame import State
from engine.frame.finding import Deadlock, Waiter
from engine.protocol.records import Kind
from engine.protocol.units import SECOND

_HELD = {State.WAIT_LOCK, State.WAIT_SEMAPHORE}  # of what is waited for there the next thread has one
_THINGS = _HELD | {State.WAIT_QUEUE}


def told(edges: Sequence[Edge], kinds: Sequence[Kind], moments: Moments) -> Deadlock:
    """The finding of these waits, each of which waits for the next one's thread; `kinds` are what began them."""
    run_facts = moments.model.run_facts
    last = max(edges, key=lambda edge: edge.began)
    skips, cure = _own(edges[0], kinds[0], moments) if len(edges) == 1 else ((), "")
    return Deadlock(
        skips=skips,
        cure=cure,
        thread=run_facts.thread_name(last.lane) if len(edges) == 1 else "",
        threads=tuple(edge.lane for edge in edges),
        objects=tuple(edge.thing for edge in edges if edge.state in _THINGS),
        **run_facts.where(last.place),
        time=max(edge.since for edge in edges) / SECOND,
        cycle=tuple(
            _waiter(edge, edges[number - 1], kind, moments)
            for number, (edge, kind) in enumerate(zip(edges, kinds, strict=True))
        ),
    )


def _own(edge: Edge, act: Kind, moments: Moments) -> tuple[tuple[int, ...], str]:
    """Of a thread that waits for its own lock: lines that left it taken, and what to do where that is known."""
    facts = moments.model.run_facts
    if act != Kind.LOCK_WANT or edge.hidden is not None:
        return (), ""
    taken = facts.where(moments.taken(edge.lane, edge.taken) if edge.taken >= 0 else 0)
    source = Sources(moments.model.texts).of(taken["file"]) if taken["line"] else None
    acquire = source.method(taken["line"], ("acquire",)) if source is not None else None
    skips = tuple(sorted(leaves(source, acquire))) if source is not None and acquire is not None else ()
    if skips:
        return skips, "cure-deadlock-own-left"
    return (), "cure-deadlock-own-process" if edge.thing in facts.shared_things else ""


def _waiter(edge: Edge, before: Edge, act: Kind, moments: Moments) -> Waiter:
    """`before` is the one that waits for this thread."""
    run_facts = moments.model.run_facts
    if edge.state is State.WAIT_JOIN:
        goal = run_facts.thread_name(edge.thing)
    elif edge.state is State.WAIT_RESULT:
        goal = run_facts.task_name(edge.thing)
    elif edge.state is State.WAIT_QUEUE:
        goal = called(run_facts, edge.thing)
    else:
        goal = run_facts.thing_name(edge.thing)
    hidden, held = edge.hidden, before.hidden
    taken = run_facts.where(moments.taken(edge.lane, before.taken) if before.taken >= 0 else 0)
    return Waiter(
        run_facts.thread_name(edge.lane),
        goal,
        edge.state,
        **run_facts.where(edge.place),
        held=run_facts.thing_name(before.thing) if before.state in _HELD else "",
        act=act,
        owner=run_facts.thread_name(edge.blocker),
        itself=before is edge,
        taken=taken["line"],
        taken_file=taken["file"],
        library=hidden.library if hidden is not None else "",
        of=hidden.of if hidden is not None else "",
        held_library=held.library if held is not None else "",
        held_of=held.of if held is not None else "",
    )
