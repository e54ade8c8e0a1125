"""Pure: a thread asks for an event again and again, and who would set it waits for that thread to end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from engine.analysis.run_model import RunModel
from engine.analysis.spans import Wait
from engine.findings.histories.account import Account, accounts, last_of
from engine.findings.histories.case import Case, plain_name
from engine.findings.histories.people import People
from engine.findings.histories.source import Sources
from engine.frame import Finding, State
from engine.frame.finding import At, MissedEvent
from engine.protocol.records import Kind
from engine.protocol.units import SECOND

LONG = 2 * SECOND  # nanoseconds that somebody has waited for the end of a thread that asks meanwhile
TIMES = 3  # that it has asked in vain since
_ENDS = np.array([State.WAIT_JOIN, State.WAIT_RESULT], np.uint8)


class PolledEvents:
    """Looks where somebody has waited for an end for long, and then once a half of LONG."""

    def __init__(self) -> None:
        self._next = 0  # nanoseconds: when it looks again
        self._found: list[Finding] = []
        self._sources: tuple[Mapping[str, str], Sources] = ({}, Sources({}))

    def find(self, model: RunModel) -> Sequence[Finding]:
        """Those that were found at the last look."""
        if model.last >= self._next and model.whole:
            self._next = model.last + LONG // 2
            waits = [one for one in model.spans.waits(_ENDS) if not one.timed and model.last - one.since >= LONG]
            self._found = [*self._look(waits, model)] if waits else []
        return self._found

    def _look(self, waits: Sequence[Wait], model: RunModel) -> Iterator[Finding]:
        if self._sources[0] is not model.texts:
            self._sources = model.texts, Sources(model.texts)
        people = People(model)
        for wait in waits:
            for lane in _ends(wait, model):
                asked = last_of(model.trace, lane, Kind.EVENT_GAVE_UP)
                if asked is None or asked[0].time < max(wait.since, model.last - LONG):
                    continue
                row, thing = asked
                account = accounts(model.trace, {thing}).get(thing)
                if account is None or not _in_vain(account, lane, wait):
                    continue
                asks = Wait(lane, State.WAIT_EVENT, thing, Kind.EVENT_WAIT, True, row.time, row.place)
                case = Case(thing, (asks,), account, model, people, self._sources[1])
                call = _set_behind(case, wait)
                if call.line:
                    first = people.party(wait.lane, wait.place)
                    yield MissedEvent(
                        **case.about(),
                        thing=case.name,
                        form="never",
                        call=call,
                        died=(first,),
                        cure="cure-set-before-join",
                    )


def _ends(wait: Wait, model: RunModel) -> list[int]:
    """The threads whose end, or whose task's, it waits for."""
    if wait.state is State.WAIT_JOIN:
        return [wait.object]
    return [lane for lane, tasks in model.pools.running.items() if wait.object in tasks]


def _in_vain(account: Account, lane: int, wait: Wait) -> bool:
    """Whether the event was never set, and the thread has asked for it a few times since it is waited for."""
    gave_up = account.of(Kind.EVENT_GAVE_UP).by(lane)
    times = int((gave_up.column("time") >= wait.since).sum())
    return not len(account.of(Kind.EVENT_SET)) and times >= TIMES and not account.let_through


def _set_behind(case: Case, wait: Wait) -> At:
    """Where the text sets the event, if that is nowhere but behind this wait, in its function; else line 0."""
    source, at = case.source(wait.place)
    calls = source.methods(plain_name(case.name), "set") if source is not None else []
    function = source.function(at.line) if source is not None else None
    if source is None or not calls:
        return At()
    behind = all(one.call.lineno > at.line and source.function(one.call.lineno) is function for one in calls)
    return At(calls[0].call.lineno, at.file) if behind else At()
