"""Pure: says of a run that stands still what led to it, in place of only who waits for what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np

from engine.analysis.run_model import RunModel
from engine.analysis.spans import Wait
from engine.findings.histories.account import accounts
from engine.findings.histories.awaiting import awaited
from engine.findings.histories.case import Case
from engine.findings.histories.conditions import at_condition
from engine.findings.histories.events import at_event
from engine.findings.histories.meetings import at_barrier, at_semaphore
from engine.findings.histories.people import People
from engine.findings.histories.queues import at_queue
from engine.findings.histories.source import Sources
from engine.frame import WAITING, Finding, State
from engine.frame.finding import Standing, StandsStill, Stuck

MOST = 8  # things of which the history is told
_FOR_TASKS: Mapping[str, str] = {  # what to do of threads -> of tasks of asyncio, where it is written otherwise
    "cure-never-set": "cure-never-set-task",
    "cure-missed-event": "cure-missed-event-task",
    "cure-missed-notification": "cure-missed-notification-task",
    "cure-semaphore-kept": "cure-semaphore-kept-task",
    "cure-barrier-short": "cure-barrier-short-task",
    "cure-no-item": "cure-no-item-task",
}
_LET_GO = "cure-waits-with-lock"  # whoever could bring what it waits for may wait for this lock

_SEEN = np.array(sorted(WAITING), np.uint8)
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
        self._known: dict[tuple[int, ...], tuple[int, list[Finding]]] = {}  # lanes -> acts of the model, what was found
        self._sources: tuple[Mapping[str, str], Sources] = ({}, Sources({}))

    def explained(self, findings: Iterable[Finding], model: RunModel) -> list[Finding]:
        """The same, with what led to it in place of a standstill; what that does not explain stays as it is."""
        return [one for finding in findings for one in self._explained(finding, model)]

    def _explained(self, finding: Finding, model: RunModel) -> list[Finding]:
        if not isinstance(finding, Stuck | StandsStill) or (isinstance(finding, Stuck) and finding.pool):
            return [finding]
        acts, found = self._known.get(finding.threads, (-1, list[Finding]()))
        if acts != model.acts and model.whole:
            found = self._histories({*finding.threads}, model)
            self._known = {finding.threads: (model.acts, found)}
        if not found:
            return [finding]
        lanes, facts = {lane for one in found for lane in one.threads}, model.run_facts
        explained = {
            (facts.thread_name(wait.lane), *facts.where(wait.place).values())
            for wait in model.spans.waits(_SEEN)
            if wait.lane in lanes
        }
        if isinstance(finding, Stuck):
            left = tuple(one for one in finding.waiters if (one.name, one.line, one.file) not in explained)
            if not left:
                return found
            return [*found, replace(finding, waiters=left, thread=left[0].name, line=left[0].line, file=left[0].file)]
        stand = tuple(one for one in finding.waiters if (one.name, one.line, one.file) not in explained)
        if all(self._waits_for_others(one, model) for one in stand):
            return found
        return [*found, replace(finding, waiters=stand, thread=stand[0].name, line=stand[0].line, file=stand[0].file)]

    def _waits_for_others(self, one: Standing, model: RunModel) -> bool:
        """Whether it waits for threads or tasks to end: of these it is known why they do not."""
        if one.state is State.WAIT_AWAIT:
            source = self._texts(model).of(one.file)
            return source is not None and source.awaits_tasks(one.line)
        return one.state in (State.WAIT_JOIN, State.WAIT_LOOP)

    def _histories(self, lanes: set[int], model: RunModel) -> list[Finding]:
        waits = defaultdict[tuple[int, State], list[Wait]](list)
        of_tasks = [*awaited(model, lanes)]
        for wait in (*model.spans.waits(), *of_tasks):
            if wait.lane in lanes and wait.state in _AT and not wait.timed:
                waits[wait.object, wait.state].append(wait)
        told = dict(list(waits.items())[:MOST])
        known = accounts(model.trace, {thing for thing, _ in told})
        people, found, tasks = People(model), list[Finding](), {wait.lane for wait in of_tasks}
        for (thing, state), its in told.items():
            account = known.get(thing)
            if account is not None and not account.let_through:
                its.sort(key=lambda wait: wait.since)
                told_here = _AT[state](Case(thing, tuple(its), account, model, people, self._texts(model)))
                found += map(_for_tasks, told_here) if its[0].lane in tasks else told_here
        if people.dead():
            return found  # that says more
        keepers = {model.locks.holder(wait.object) for wait in model.spans.waits() if wait.state is State.WAIT_LOCK}
        return [replace(one, cure=_LET_GO) if not keepers.isdisjoint(one.threads[:1]) else one for one in found]

    def _texts(self, model: RunModel) -> Sources:
        if self._sources[0] is not model.texts:
            self._sources = model.texts, Sources(model.texts)
        return self._sources[1]


def _for_tasks(finding: Finding) -> Finding:
    """The same of tasks of asyncio: what to do is written otherwise."""
    cure = finding.cure or f"cure-{finding.kind.value}"
    return replace(finding, cure=_FOR_TASKS[cure]) if cure in _FOR_TASKS else finding
