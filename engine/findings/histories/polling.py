"""Pure: tasks of a queue that are never done, where its workers do not wait for ever but ask again and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.analysis.run_model import RunModel
from engine.analysis.spans import Wait
from engine.findings.histories.account import Account, accounts
from engine.findings.histories.case import Case
from engine.findings.histories.people import People
from engine.findings.histories.queues import unfinished
from engine.findings.histories.source import Sources
from engine.frame import Finding, State
from engine.frame.finding import Fate
from engine.protocol.records import Kind
from engine.protocol.units import SECOND

LONG = 2 * SECOND  # nanoseconds in which nobody put, took or finished anything
TIMES = 3  # that a worker asked in vain since it took its last item: it does not work on that any more
_AT_QUEUES = np.array([State.WAIT_QUEUE], np.uint8)
_CHANGES = (Kind.QUEUE_PUT, Kind.QUEUE_GOT, Kind.QUEUE_TASK_DONE)


class PolledQueues:
    """Looks where somebody has waited in join() for long, and then once a LONG."""

    def __init__(self) -> None:
        self._next = 0  # nanoseconds: when it looks again
        self._found: list[Finding] = []
        self._sources: tuple[Mapping[str, str], Sources] = ({}, Sources({}))

    def find(self, model: RunModel) -> Sequence[Finding]:
        """Those that were found at the last look."""
        if model.last >= self._next and model.whole and model.spans.lives.by_lane:
            waits = [one for one in model.spans.waits(_AT_QUEUES) if one.kind == Kind.QUEUE_WANT_JOIN]
            since = min((one.since for one in waits), default=model.last)
            self._next = max(since, model.last - LONG // 2) + LONG
            self._found = []
            if model.last - since >= LONG:
                self._next = model.last + LONG
                self._found = self._look(waits, model)
        return self._found

    def _look(self, waits: Sequence[Wait], model: RunModel) -> list[Finding]:
        if self._sources[0] is not model.texts:
            self._sources = model.texts, Sources(model.texts)
        people, found = People(model), list[Finding]()
        for thing, account in accounts(model.trace, {one.object for one in waits}).items():
            its = tuple(one for one in waits if one.object == thing)
            if _in_vain(account, people, model.last):
                one = unfinished(Case(thing, its, account, model, people, self._sources[1]))
                found += [one] if one is not None else []
        return found


def _in_vain(account: Account, people: People, now: int) -> bool:
    """Whether nothing has changed for long, and each that ever took an item and lives has asked for others since."""
    last, gots = account.of(*_CHANGES).last, account.of(Kind.QUEUE_GOT)
    if last is None or now - last.time < LONG or account.let_through:
        return False
    lives = [lane for lane in gots.counts() if people.fate(lane) is Fate.LIVES]
    asked = [len(account.of(Kind.QUEUE_GAVE_UP).by(lane).after(gots.by(lane).last)) for lane in lives]
    return bool(lives) and all(times >= TIMES for times in asked)
