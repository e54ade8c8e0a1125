"""Pure: says of a run that stands still what led to it, in place of only who waits for what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from engine.analysis.run_model import RunModel
from engine.analysis.spans import Wait
from engine.findings.histories.account import accounts
from engine.findings.histories.awaiting import at_queues
from engine.findings.histories.case import Case
from engine.findings.histories.conditions import at_condition
from engine.findings.histories.events import at_event
from engine.findings.histories.meetings import at_barrier, at_semaphore
from engine.findings.histories.people import People
from engine.findings.histories.queues import at_queue
from engine.findings.histories.source import Sources
from engine.frame import Finding, State
from engine.frame.finding import Stuck

MOST = 8  # things of which the history is told

_AT: Mapping[State, Callable[[Case], list[Finding]]] = {
    State.WAIT_QUEUE: at_queue,
    State.WAIT_EVENT: at_event,
    State.WAIT_CONDITION: at_condition,
    State.WAIT_BARRIER: at_barrier,
    State.WAIT_SEMAPHORE: at_semaphore,
}


class Histories:
    """Looks at the records once for each standstill, and again only when something has happened since."""

    def __init__(self) -> None:
        self._known: tuple[int, tuple[int, ...]] = (-1, ())  # acts of the model, lanes
        self._found: list[Finding] = []
        self._sources: tuple[Mapping[str, str], Sources] = ({}, Sources({}))

    def explained(self, stuck: Iterable[Stuck], model: RunModel) -> list[Finding]:
        """Each with what led to it; what that does not explain stays as it is."""
        return [finding for one in stuck for finding in ([one] if one.pool else self._explained(one, model))]

    def _explained(self, stuck: Stuck, model: RunModel) -> list[Finding]:
        key = model.acts, stuck.threads
        if key != self._known:
            self._known = key
            self._found = self._histories(stuck, model)
        if not self._found:
            return [stuck]
        told = {(wait.lane, wait.place) for wait in model.spans.waits()}
        lanes = {lane for one in self._found for lane in one.threads}
        facts = model.run_facts
        explained = {(facts.thread_name(lane), *facts.where(place).values()) for lane, place in told if lane in lanes}
        left = [one for one in stuck.waiters if (one.name, one.line, one.file) not in explained]
        return [*self._found, *([replace(stuck, waiters=tuple(left))] if left else [])]

    def _histories(self, stuck: Stuck, model: RunModel) -> list[Finding]:
        lanes, waits = {*stuck.threads}, defaultdict[tuple[int, State], list[Wait]](list)
        for wait in (*model.spans.waits(), *at_queues(model, lanes, self._texts(model))):
            if wait.lane in lanes and wait.state in _AT and not wait.timed:
                waits[wait.object, wait.state].append(wait)
        told = dict(list(waits.items())[:MOST])
        known = accounts(model.trace, {thing for thing, _ in told})
        people, found = People(model), []
        for (thing, state), its in told.items():
            account = known.get(thing)
            if account is not None and not account.let_through:
                its.sort(key=lambda wait: wait.since)
                found += _AT[state](Case(thing, tuple(its), account, model, people, self._texts(model)))
        return found

    def _texts(self, model: RunModel) -> Sources:
        if self._sources[0] is not model.texts:
            self._sources = model.texts, Sources(model.texts)
        return self._sources[1]
