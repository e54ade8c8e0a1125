"""Pure: threads that wait for one thing, and all that is known about that."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypedDict

from engine.analysis.run_model import RunModel
from engine.analysis.spans import Wait
from engine.findings.histories.account import Account, accounts
from engine.findings.histories.people import People
from engine.findings.histories.source import Method, Source, Sources
from engine.frame.finding import At, Party
from engine.protocol.records import Kind
from engine.protocol.units import SECOND


class Concerns(TypedDict):
    """Whom a finding is about, when and where."""

    thread: str
    threads: tuple[int, ...]
    objects: tuple[int, ...]
    line: int
    file: str
    time: float


class Case(NamedTuple):
    """Threads that wait for one thing with no time-out, the first one first."""

    thing: int
    waits: tuple[Wait, ...]
    account: Account
    model: RunModel
    people: People
    sources: Sources

    @property
    def name(self) -> str:
        """What the thing is called."""
        return self.model.run_facts.thing_name(self.thing)

    def of(self, kind: Kind) -> Case:
        """Only those that wait for this."""
        return self._replace(waits=tuple(one for one in self.waits if one.kind == kind))

    def about(self, others: Iterable[Wait] = ()) -> Concerns:
        """The first that waits, where and since when; `others` are explained by the same."""
        first = self.waits[0]
        lanes = dict.fromkeys(one.lane for one in (*self.waits, *others))
        return Concerns(
            thread=self.people.name(first.lane),
            threads=tuple(lanes),
            objects=(self.thing,),
            **self.model.run_facts.where(first.place),
            time=first.since / SECOND,
        )

    def waiters(self) -> tuple[Party, ...]:
        """Those that wait, each at its line."""
        return tuple(self.people.party(one.lane, one.place) for one in self.waits)

    def source(self, place: int) -> tuple[Source | None, At]:
        """The text that has a place, and its line there."""
        at = self.people.at(place)
        return (self.sources.of(at.file) if at.line else None), at

    def method(self, place: int, names: tuple[str, ...]) -> tuple[Source, Method] | None:
        """The call of one of these methods at a place, in its text."""
        source, at = self.source(place)
        found = source.method(at.line, names) if source is not None else None
        return (source, found) if source is not None and found is not None else None

    def unreached(self, *names: str) -> tuple[At, tuple[Party, ...]]:
        """Where the text has such a call of the thing, which never ran, and who died or waits before it there."""
        source = self.sources.of("")
        calls = source.methods(plain_name(self.name), *names) if source is not None else []
        if source is None or not calls:
            return At(), ()
        at = At(calls[0].call.lineno)
        return at, tuple(
            one
            for one in (*self.people.dead(), *self.people.waiting())
            if source.comes_before(one.at.line, at.line) and one.at.file == at.file
        )

    def others(self) -> dict[int, Account]:
        """What was done to other things of its type that are called as it is."""
        things = self.model.run_facts.things
        own = things.get(self.thing)
        if own is None:
            return {}
        same = [
            number
            for number, one in things.items()
            if number != self.thing and one.type == own.type and plain_name(one.name) == plain_name(own.name)
        ]
        return accounts(self.model.trace, same)


def plain_name(name: str) -> str:
    """A name without the number that tells it from others of this name."""
    return name.partition(" #")[0]
