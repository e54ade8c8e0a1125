"""Pure: for what of asyncio a task waits: an event or the like, as its record says, or a queue, as the line says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from engine.analysis.run_model import RunModel
from engine.analysis.spans import Wait
from engine.findings.histories.account import Account, accounts
from engine.findings.histories.case import plain_name
from engine.findings.histories.people import People
from engine.findings.histories.source import Method, Source, Sources
from engine.frame import State
from engine.protocol.records import Kind

_AWAITS = np.array([State.WAIT_AWAIT], np.uint8)
_WANTS = {"join": Kind.QUEUE_WANT_JOIN, "get": Kind.QUEUE_WANT_GET, "put": Kind.QUEUE_WANT_PUT}
_QUEUES = frozenset({"Queue", "LifoQueue", "PriorityQueue"})
_FOR = {
    "Event": (State.WAIT_EVENT, Kind.EVENT_WAIT),
    "Condition": (State.WAIT_CONDITION, Kind.CONDITION_WAIT),
    "Semaphore": (State.WAIT_SEMAPHORE, Kind.SEMAPHORE_WANT),
    "BoundedSemaphore": (State.WAIT_SEMAPHORE, Kind.SEMAPHORE_WANT),
    "Barrier": (State.WAIT_BARRIER, Kind.BARRIER_WAIT),
}
MOST = 200  # tasks of which it is found out


def awaited(model: RunModel, lanes: Collection[int], sources: Sources) -> Iterator[Wait]:
    """The waits of those of these tasks that wait for something of asyncio, as if they were threads."""
    waits = [one for one in model.spans.waits(_AWAITS) if one.lane in lanes][:MOST]
    for wait in waits:
        thing = model.run_facts.things.get(wait.object)
        if thing is not None and thing.type in _FOR:
            state, kind = _FOR[thing.type]
            yield wait._replace(state=state, kind=kind)
    yield from _at_queues([one for one in waits if not one.object], model, sources)


def _at_queues(waits: Sequence[Wait], model: RunModel, sources: Sources) -> Iterator[Wait]:
    things = {number for number, one in model.run_facts.things.items() if one.type in _QUEUES} if waits else set()
    known, people = accounts(model.trace, things), People(model)
    for wait in waits:
        at = people.at(wait.place)
        source = sources.of(at.file) if at.line else None
        call = source.method(at.line, _WANTS) if source is not None else None
        thing = _thing(call, wait.lane, known, model, source) if source is not None and call is not None else 0
        if call is not None and thing:
            yield wait._replace(state=State.WAIT_QUEUE, object=thing, kind=_WANTS[call.name])


def _thing(call: Method, lane: int, known: Mapping[int, Account], model: RunModel, source: Source) -> int:
    """Which queue it is: that which the task has used by the same name, that of this name, or the only one; else 0."""
    used = [thing for thing, account in known.items() if call.owner in _owners(account.by(lane), model, source)]
    named = [thing for thing in known if plain_name(model.run_facts.thing_name(thing)) == call.owner]
    return next((one[0] for one in (used, named, [*known]) if len(one) == 1), 0)


def _owners(account: Account, model: RunModel, source: Source) -> set[str]:
    """What the text calls the queue where this was done to it."""
    lines = {model.run_facts.where(place)["line"] for place in set(account.column("place").tolist())}
    names = ("get", "put", "get_nowait", "put_nowait", "task_done")
    return {found.owner for line in lines if (found := source.method(line, names)) is not None}
