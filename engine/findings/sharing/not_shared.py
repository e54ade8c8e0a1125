"""Variables that processes changed in copies of their own, as they share none, while the parent reads its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.analysis.run_facts import RunFacts
from engine.analysis.run_model import RunModel
from engine.frame import Finding
from engine.frame.finding import NotShared, Occurrence
from engine.protocol.process_facts import ManagerCopyFact, OwnCopyFact, ParentNamesFact
from engine.protocol.units import SECOND

MOST = 8  # variables that are told


class NotSharedRule:
    """Of names of the module it waits for the end: only then it is known that the parent's stayed as they were."""

    def __init__(self) -> None:
        self._seen = 0  # facts
        self._told: tuple[Finding, ...] = ()

    def find(self, model: RunModel) -> Sequence[Finding]:
        facts = model.run_facts
        if len(facts.processes) != self._seen:
            self._seen = len(facts.processes)
            self._told = (*tuple(_findings(facts))[:MOST], *tuple(_of_managers(facts))[:MOST])
        return self._told


def _findings(facts: RunFacts) -> Iterable[NotShared]:
    marks = {
        name: mark for one in facts.processes if isinstance(one, ParentNamesFact) for name, mark in one.marks.items()
    }
    by_name: dict[tuple[str, int], dict[int, OwnCopyFact]] = {}
    for fact in facts.processes:
        if isinstance(fact, OwnCopyFact) and (fact.handed or marks.get(fact.name) == fact.mark):
            by_name.setdefault((fact.name, fact.written), {})[fact.thread] = fact  # of one process the last
    for of_name in by_name.values():
        first = next(iter(of_name.values()))
        yield NotShared(
            thread=facts.thread_name(first.thread),
            threads=tuple(of_name),
            **facts.where(first.written),
            time=first.time / SECOND,
            form="handed" if first.handed else "name" if len(of_name) == 1 else "names",
            name=first.name,
            before=first.before,
            after=first.after,
            times=len(of_name),
            occurrences=tuple(
                Occurrence(where["line"], where["file"])
                for where in (facts.where(first.written), facts.where(first.read))
            ),
        )


def _of_managers(facts: RunFacts) -> Iterable[NotShared]:
    by_line: dict[int, dict[int, ManagerCopyFact]] = {}
    for fact in facts.processes:
        if isinstance(fact, ManagerCopyFact):
            by_line.setdefault(fact.place, {}).setdefault(fact.thread, fact)
    for of_line in by_line.values():
        first = next(iter(of_line.values()))
        yield NotShared(
            thread=facts.thread_name(first.thread),
            threads=tuple(of_line),
            **facts.where(first.place),
            time=first.time / SECOND,
            form="manager" if len(of_line) == 1 else "managers",
            name=first.name,
            before=first.before,
            after=first.after,
            times=len(of_line),
            cure="cure-not-shared-manager",
        )
