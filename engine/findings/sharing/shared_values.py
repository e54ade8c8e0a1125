"""Values of multiprocessing of which additions were lost, because they were made without the lock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.analysis.run_facts import RunFacts
from engine.analysis.run_model import RunModel
from engine.frame import Finding
from engine.frame.finding import ValueUnlocked
from engine.protocol.process_facts import SharedValueFact
from engine.protocol.units import SECOND

LARGEST = 2**31  # from here on a number of the usual size begins again below 0
MOST = 8  # values that are told


class SharedValueRule:
    """Adds up what each process has added, once whoever made the value has come to the program's end."""

    def __init__(self) -> None:
        self._seen = 0  # facts
        self._told: tuple[Finding, ...] = ()

    def find(self, model: RunModel) -> Sequence[Finding]:
        facts = model.run_facts
        if facts.outcome is not None and len(facts.processes) != self._seen:
            self._seen = len(facts.processes)
            self._told = tuple(_findings(facts))[:MOST]
        return self._told


def _findings(facts: RunFacts) -> Iterable[ValueUnlocked]:
    by_thing: dict[int, dict[int, SharedValueFact]] = {}
    for fact in facts.processes:
        if isinstance(fact, SharedValueFact):
            by_thing.setdefault(fact.thing, {})[fact.thread] = fact  # of one process the last
    for thing, uses in by_thing.items():
        unlocked = [one for one in uses.values() if one.unlocked]
        made = next((one for one in uses.values() if one.first is not None), None)
        if made is None or made.first is None or not unlocked or any(one.other for one in uses.values()):
            continue
        expected = made.first + sum(one.added for one in uses.values())
        if made.last < expected < LARGEST:
            yield ValueUnlocked(
                thread=facts.thread_name(unlocked[0].thread),
                threads=tuple(one.thread for one in unlocked),
                objects=(thing,),
                **facts.where(unlocked[0].place),
                time=unlocked[0].time / SECOND,
                name=facts.thing_name(thing),
                found=made.last,
                expected=expected,
                times=sum(one.unlocked for one in unlocked),
            )
