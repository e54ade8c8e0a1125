"""Exceptions that people know from threads: finds the explanation of those that ended something or were printed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.analysis.run_facts import NOWHERE, RunFacts, Spot
from engine.analysis.run_model import RunModel
from engine.frame import Finding, Lane, LaneKind, Thing
from engine.frame.finding import BrokenExplanation, Came, Explained
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.messages import CaughtFact, ExceptionFact
from engine.protocol.records import MAIN_THREAD
from engine.protocol.units import SECOND

if TYPE_CHECKING:
    from engine.explanations.collection import Collection
    from engine.explanations.explanation import Explanation
    from engine.explanations.raised import Raised

MOST = 12  # explanations of one run
KEPT = 20_000  # characters of standard error that may still belong to a traceback
FIRST_OF_OTHERS = 1 << 20  # the first thing of another process than the stage's: docs/wire.md
NAMED = 3  # threads, or locks, that are told by name
LOCKS = ("Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore", "Event", "Barrier")
_GRAVEST = (Came.ENDED, Came.BEHIND, Came.PRINTED, Came.WRITTEN)
_BEFORE_A_WARNING = re.compile(r"(.+):(\d{1,7}): $")
TRACEBACK = "Traceback (most recent call last):"


@lazy_dataclass(frozen=True)
class _Seen:
    """Where and how a text about an exception was seen."""

    text: str
    lane: int
    time: float  # seconds
    spot: Spot
    came: Came
    idents: dict[str, int]  # numbers of threads in it -> their lanes


@lazy_dataclass(frozen=True)
class _Fit:
    """An explanation that fits, the values of its groups, and what it explains."""

    one: Explanation
    groups: dict[str, str]
    raised: Raised
    behind: bool = False  # that only led to what was seen
    spot: Spot | None = None  # of a warning, which says it itself


class ErrorReader:
    """Looks at each exception once, and at what was written to standard error since it looked last.

    The explanations are read when the first of them is there: a run without pays nothing.
    """

    def __init__(self) -> None:
        self._collection: Collection | None = None
        self._found: dict[object, Explained] = {}  # by the explanation and the values of its groups
        self._shown: list[Finding] = []
        self._dead: set[int] = set()  # lanes of which the end was looked at
        self._lanes: tuple[Lane, ...] = ()
        self._facts = self._pieces = 0  # looked at so far
        self._tasks: list[CaughtFact] = []  # failed, and nobody knows yet whether the program asks for them
        self._known: set[tuple[str, str]] = set()  # types and messages of which facts tell
        self._deaths = self._others = 0  # facts of which these are known
        self._stderr: dict[int, str] = {}  # lane -> what may be a part of a traceback

    def find(self, model: RunModel) -> list[Finding]:
        """All that can be explained so far; the same list as long as there is nothing new."""
        self._lanes, before = model.lanes(), self._lanes
        seen = [*self._ends()] if self._lanes is not before else []
        seen += [*self._told(model), *self._written(model)]
        for one in seen:
            self._explain(one, model)
        return self._shown

    def _know(self, model: RunModel) -> None:
        """What is written to standard error of these is nothing new: the facts say more."""
        from engine.explanations.raised import raised_in  # noqa: PLC0415 - as above

        facts = model.run_facts
        deaths = [one for one in facts.deaths.values() if facts.thread(one.thread).kind is not LaneKind.TASK]
        others = facts.caught
        new: list[ExceptionFact | CaughtFact] = [*deaths[self._deaths :], *others[self._others :]]
        self._deaths, self._others = len(deaths), len(others)
        for fact in new:
            self._known |= {(one.type, one.message) for one in raised_in(fact.traceback)}

    def _ends(self) -> Iterable[_Seen]:
        """Exceptions that ended a thread or a process.

        That of a task of asyncio goes on in whoever awaits it, that of a thread that could not start in whoever
        started it: they may catch it. If they do not, or nobody awaits it, it is seen once more.
        """
        for lane in self._lanes:
            error = lane.error
            if not isinstance(error, ExceptionFact) or lane.id in self._dead or lane.kind is LaneKind.TASK:
                continue
            self._dead.add(lane.id)
            spot, time = Spot(line=lane.error_line or 0, file=lane.error_file), lane.ended or 0.0
            text = error.traceback or f"{error.type}: {error.message}"
            yield _Seen(text, lane.id, time, spot, Came.ENDED, dict(error.idents))

    def _told(self, model: RunModel) -> Iterable[_Seen]:
        """Exceptions that the program printed, and those of tasks that nobody asked for up to its end."""
        facts, pools = model.run_facts, model.pools
        new, self._facts = facts.caught[self._facts :], len(facts.caught)
        for fact in new:
            if fact.task:
                self._tasks.append(fact)
            else:
                yield _seen(fact, model, Came.PRINTED)
        if self._tasks and model.spans.lives.main_done is not None:
            tasks, self._tasks = self._tasks, []
            for fact in tasks:
                if fact.task in pools.failures and fact.task not in pools.asked:
                    yield _seen(fact, model, Came.ENDED)

    def _written(self, model: RunModel) -> Iterable[_Seen]:
        """What else is on standard error: tracebacks that nobody of the program printed, and warnings."""
        lines = model.output.lines
        new, self._pieces = lines[self._pieces :], len(lines)
        times: dict[int, float] = {}
        for piece in new:
            if piece.error:
                end = "" if piece.open else "\n"
                self._stderr[piece.thread] = f"{self._stderr.get(piece.thread, '')}{piece.text}{end}"
                times[piece.thread] = piece.time
        if times:
            self._know(model)
        for lane, time in times.items():
            text = self._stderr[lane]
            whole = text[: text.rfind("\n") + 1]
            yield _Seen(whole, lane, time, NOWHERE, Came.WRITTEN, {})
            rest = whole.rfind(TRACEBACK)
            kept = text[rest:] if rest >= 0 else text[len(whole) :]
            self._stderr[lane] = kept if len(kept) < KEPT else ""

    def _explain(self, seen: _Seen, model: RunModel) -> None:
        if self._collection is None:
            from engine.explanations import collection  # noqa: PLC0415 - no run pays for it that needs it not

            self._collection = collection.load()
            self._show()
        for fit in [*self._fitting(seen, model)]:
            key = fit.one.id, tuple(sorted(one for one in fit.groups.items() if one[0] != "thread"))
            known = self._found.get(key)
            if known is not None or len(self._found) < MOST:
                new = self._finding(seen, fit, model)
                self._found[key] = new if known is None else _both(known, new, model)
                self._show()

    def _show(self) -> None:
        mistakes = self._collection.mistakes if self._collection is not None else ()
        broken = [BrokenExplanation(name=one.file, at=one.line, reason=one.reason) for one in mistakes]
        self._shown = [*self._found.values(), *broken]

    def _fitting(self, seen: _Seen, model: RunModel) -> Iterable[_Fit]:
        """What explains an exception, or one that led to it; on standard error there may be several, and warnings."""
        from engine.explanations import raised  # noqa: PLC0415 - as above

        found = raised.raised_in(seen.text) if seen.came is not Came.WRITTEN or TRACEBACK in seen.text else []
        if seen.came is not Came.WRITTEN:
            yield from self._of_chain(found, seen, model)
            return
        for chain in raised.chains(found):
            if (chain[-1].type, chain[-1].message) not in self._known:
                yield from self._of_chain(chain, seen, model)
        taken = set[int]()  # where warnings begin: the first explanation that fits has it
        for one in self._all():
            hits = [hit for pattern in one.printed for hit in pattern.finditer(seen.text) if hit.start() not in taken]
            for hit in hits if hits and self._when(one, seen, model) else []:
                taken.add(hit.start())
                said = raised.Raised("", hit[0])
                spot = _warned_at(seen.text, hit.start(), model)
                yield _Fit(one, _named(one, hit.groupdict(""), seen, model), said, spot=spot)

    def _of_chain(self, chain: list[Raised], seen: _Seen, model: RunModel) -> Iterable[_Fit]:
        for raised in reversed(chain):
            for one in self._all():
                values = one.fits(raised)
                if values is not None and self._when(one, seen, model):
                    yield _Fit(one, _named(one, values, seen, model), raised, raised is not chain[-1])
                    return

    def _all(self) -> tuple[Explanation, ...]:
        return self._collection.explanations if self._collection is not None else ()

    def _when(self, explanation: Explanation, seen: _Seen, model: RunModel) -> bool:
        from engine.explanations.explanation import When  # noqa: PLC0415 - as above

        process = model.run_facts.thread(seen.lane).process
        holds = {
            When.THREADS: lambda: any(_ran_beside(lane, process, seen) for lane in self._lanes),
            When.MAIN_THREAD: lambda: seen.lane == MAIN_THREAD,
            When.OTHER_THREAD: lambda: seen.lane != MAIN_THREAD,
            When.PROCESS: lambda: bool(process),
        }
        return all(holds[one]() for one in explanation.when)

    def _finding(self, seen: _Seen, fit: _Fit, model: RunModel) -> Explained:
        facts, one, raised = model.run_facts, fit.one, fit.raised
        name = facts.thread_name(seen.lane) if seen.lane else ""
        alive = sum(_lives(lane, seen.time) for lane in self._lanes)
        error = facts.with_names(raised.named, seen.idents)
        made = {"thread": name, "error": error, "alive": str(alive)}
        came = Came.BEHIND if fit.behind and seen.came is Came.ENDED else seen.came
        spot = seen.spot if seen.spot["line"] else fit.spot or _spot_in(raised.trace, model)
        things = _by_line(facts) if one.locks else []
        return Explained(
            thread=name,
            threads=(seen.lane,) if seen.lane else (),
            objects=tuple(thing.id for thing in things[:NAMED]),
            time=seen.time,
            **spot,
            explanation=one.id,
            error=error,
            came=came,
            words=one.words,
            cure_words=one.cure,
            values=tuple({**made, **fit.groups}.items()),
            locks=tuple(f"{thing.name} ({thing.line})" for thing in things[:NAMED]),
            lesson=one.lesson,
        )


def _by_line(facts: RunFacts) -> list[Thing]:
    """The locks of the program, of those of one line and name the first: a hundred objects have a hundred of them.

    Other processes that run the same text make each of them once more.
    """
    found: dict[tuple[int, str], Thing] = {}
    locks = [thing for thing in facts.things.values() if thing.type in LOCKS and thing.line]
    for thing in [one for one in locks if one.id < FIRST_OF_OTHERS] or locks:
        found.setdefault((thing.line, thing.name.partition(" #")[0]), thing)
    return list(found.values())


def _seen(fact: CaughtFact, model: RunModel, came: Came) -> _Seen:
    spot = model.run_facts.where(fact.place)
    return _Seen(fact.traceback, fact.thread, fact.time / SECOND, spot, came, dict(fact.idents))


def _named(one: Explanation, groups: dict[str, str], seen: _Seen, model: RunModel) -> dict[str, str]:
    """The values, with names in place of identities of threads; "" where nobody knows which thread it was."""
    lanes = {name: seen.idents.get(groups[name], 0) for name in one.threads}
    return {**groups, **{name: model.run_facts.thread_name(lane) if lane else "" for name, lane in lanes.items()}}


def _both(known: Explained, new: Explained, model: RunModel) -> Explained:
    """The same came once more, in another thread, or it ended what only printed it before: that is the graver way."""
    graver = _GRAVEST.index(new.came) < _GRAVEST.index(known.came)
    first = new if graver else known
    if new.came is Came.WRITTEN or not {*new.threads} - {*known.threads}:
        return first
    threads = tuple(sorted({*first.threads, *known.threads, *new.threads}))
    names = ", ".join(map(model.run_facts.thread_name, threads[:NAMED])) + (", ..." if len(threads) > NAMED else "")
    values = tuple((name, names if name == "thread" else value) for name, value in first.values)
    return replace(first, threads=threads, values=values)


def _warned_at(text: str, start: int, model: RunModel) -> Spot | None:
    """The line of the program that Python writes before a warning, which begins at `start`."""
    found = _BEFORE_A_WARNING.match(text, text.rfind("\n", 0, start) + 1, start)
    name = _files(model).get(found[1]) if found is not None else None
    return Spot(line=int(found[2]), file=name) if found is not None and name is not None else None


def _files(model: RunModel) -> dict[str, str]:
    """What the files of the program are called, by their paths."""
    facts = model.run_facts
    return {facts.program_path: "", **{path: name for name, path in facts.paths.items()}}


def _spot_in(trace: str, model: RunModel) -> Spot:
    """The deepest line of the program in the frames of a traceback."""
    from engine.explanations.raised import frames_in  # noqa: PLC0415 - as above

    names = _files(model)
    own = [(names[path], line) for path, line in frames_in(trace) if path in names]
    return Spot(line=own[-1][1], file=own[-1][0]) if own else NOWHERE


def _ran_beside(lane: Lane, process: str, seen: _Seen) -> bool:
    """Whether this one shares the memory of where it was seen, and had begun by then."""
    same = lane.process == process and lane.kind is not LaneKind.PROCESS
    begun = lane.began is not None and lane.began <= seen.time
    return lane.id != seen.lane and begun and same


def _lives(lane: Lane, time: float) -> bool:
    """Whether it is a thread, and was there at this time."""
    begun = lane.began is not None and lane.began <= time
    return lane.kind is LaneKind.THREAD and begun and (lane.ended is None or lane.ended >= time)
