"""Pure: at which queue of asyncio a task waits: its records do not say so, the line of its `await` does."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

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
MOST = 200  # tasks of which it is found out


def at_queues(model: RunModel, lanes: Collection[int], sources: Sources) -> Iterator[Wait]:
    """The waits of those of these tasks that wait at a queue, as if their records had said so."""
    waits = [one for one in model.spans.waits(_AWAITS) if one.lane in lanes][:MOST]
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
