"""Pure: threads that failed because what they had asked before was no longer so."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from engine.analysis.run_model import RunModel
from engine.findings.histories.account import accounts, last_of
from engine.findings.histories.people import People
from engine.findings.histories.source import GETS, Source, Sources
from engine.frame import Finding
from engine.frame.finding import At, CheckedTooEarly, WokeTooEarly
from engine.protocol.messages import CaughtFact, ExceptionFact
from engine.protocol.records import Kind
from engine.protocol.units import SECOND

MOST = 20  # exceptions that are looked at
_NOT_THERE = frozenset(
    {"IndexError", "KeyError", "Empty", "QueueEmpty", "AssertionError", "TypeError", "AttributeError"}
)


class _Failed(NamedTuple):
    """An exception of a thread: its type without the module, and where."""

    lane: int
    type: str
    message: str
    place: int


class TooEarly:
    """Looks at each exception once."""

    def __init__(self) -> None:
        self._deaths = self._caught = 0
        self._found: list[Finding] = []
        self._sources: tuple[Mapping[str, str], Sources] = ({}, Sources({}))

    def find(self, model: RunModel) -> Sequence[Finding]:
        """All that has come of them so far."""
        facts = model.run_facts
        if (len(facts.deaths), len(facts.caught)) == (self._deaths, self._caught) or self._deaths >= MOST:
            return self._found
        if self._sources[0] is not model.texts:
            self._sources = model.texts, Sources(model.texts)
        deaths, caught = list(facts.deaths.values())[self._deaths :], facts.caught[self._caught :]
        self._deaths, self._caught = len(facts.deaths), len(facts.caught)
        for one in _failed(deaths, caught):
            self._found += _of_check(one, model, self._sources[1])
            self._found += _of_wake(one, model, self._sources[1])
        return self._found


def _failed(deaths: Iterable[ExceptionFact], caught: Iterable[CaughtFact]) -> Iterator[_Failed]:
    for death in deaths:
        yield _Failed(death.thread, _plain(death.type), death.message or "", death.place)
    for one in caught:
        said, _, message = one.traceback.strip().rpartition("\n")[2].partition(":")
        yield _Failed(one.thread, _plain(said), message.strip(), one.place)


def _plain(name: str) -> str:
    return name.rpartition(".")[2]


def _of_check(failed: _Failed, model: RunModel, sources: Sources) -> Iterator[Finding]:
    """get_nowait() found nothing, though empty() had said that there was something."""
    if failed.type != "Empty":
        return
    people = People(model)
    gave_up = last_of(model.trace, failed.lane, Kind.QUEUE_GAVE_UP)
    if gave_up is None:
        return
    row, thing = gave_up
    at = people.at(row.place)
    source = sources.of(at.file)
    get = source.method(at.line, GETS) if source is not None else None
    check = source.check(get) if source is not None and get is not None else None
    account = accounts(model.trace, {thing}).get(thing)
    if get is None or check is None or account is None or account.let_through:
        return
    taken = account.before(account.find(row)).of(Kind.QUEUE_GOT).last
    if taken is None or taken.thread == failed.lane:
        return
    yield CheckedTooEarly(
        thread=people.name(failed.lane),
        threads=(failed.lane, taken.thread),
        objects=(thing,),
        line=at.line,
        file=at.file,
        time=row.time / SECOND,
        thing=model.run_facts.thing_name(thing),
        asked=check.asked,
        at=At(check.line, at.file),
        taker=people.did(taken),
        get=f"{get.name}()",
    )


def _of_wake(failed: _Failed, model: RunModel, sources: Sources) -> Iterator[Finding]:
    """It woke from wait() of a condition in an `if`, and went on without asking again."""
    if failed.type not in _NOT_THERE:
        return
    people = People(model)
    at = people.at(failed.place)
    woken = last_of(model.trace, failed.lane, Kind.CONDITION_WOKEN)
    source = sources.of(at.file)
    if woken is None or source is None or not at.line:
        return
    row, thing = woken
    slept = people.at(row.place)
    wait = source.method(slept.line, ("wait",)) if slept.file == at.file else None
    asked = source.guarded_by_if(wait) if wait is not None else None
    if wait is None or asked is None or source.function(slept.line) is not source.function(at.line):
        return
    if at.line <= asked.lineno or not _about_the_same(source, asked, at.line):
        return
    yield WokeTooEarly(
        thread=people.name(failed.lane),
        threads=(failed.lane,),
        objects=(thing,),
        line=slept.line,
        file=slept.file,
        time=row.time / SECOND,
        thing=model.run_facts.thing_name(thing),
        asked_at=At(asked.lineno, at.file),
        test=source.written(asked.test),
        failed=at,
        error=f"{failed.type}: {failed.message}" if failed.message else failed.type,
    )


def _about_the_same(source: Source, asked: ast.If, line: int) -> bool:
    """Whether the statement that failed has a name in it that the `if` asked for."""
    names = {ast.unparse(node) for node in ast.walk(asked.test) if isinstance(node, (ast.Name, ast.Attribute))} - {
        "len"
    }
    return bool(names & source.names(line))
