"""Event loops: what blocked them, what they waited for themselves, what other threads did with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal

import numpy as np

from engine.analysis.run_facts import RunFacts
from engine.analysis.run_model import RunModel
from engine.analysis.spans import Wait
from engine.findings.standing.standstill import QUIET
from engine.frame import Finding, LaneKind, State
from engine.frame.finding import LoopBlocked, LoopStray, LoopWaitsForItself, TaskCutOff
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.loop_messages import LoopBlockedFact, LoopFact, LoopSelfWaitFact, LoopStrayFact, TaskCutFact
from engine.protocol.messages import assert_never
from engine.protocol.records import Kind
from engine.protocol.units import SECOND

MOST = 12  # lines that are told
MOST_STEPS = 200  # long steps that are looked at: a trace is searched for each
UNSEEN = 500_000_000  # nanoseconds: a shorter step without processor time may be one that the machine kept waiting
SHARE = 0.5  # of a step: what took as much of it is what blocked
LATE = 50_000_000  # nanoseconds: a loop that takes notice sooner was awake by chance
WORK = 40_000_000  # nanoseconds of processor time: on a busy machine a step has few of its own
NAMED = 2  # tasks that are named

_WATCHED = frozenset(
    {
        State.SLEEPING,
        State.HOLDING_ASLEEP,
        State.FILE,
        *(one for one in State if one.name.startswith("WAIT_") and one not in (State.WAIT_AWAIT, State.WAIT_LOOP)),
    }
)
_ASLEEP = (State.SLEEPING, State.HOLDING_ASLEEP)
_FOR_A_THING = frozenset(
    {State.WAIT_LOCK, State.WAIT_SEMAPHORE, State.WAIT_CONDITION, State.WAIT_EVENT, State.WAIT_BARRIER,
     State.WAIT_QUEUE}
)  # fmt: skip


@lazy_dataclass(frozen=True)
class _Step:
    """A step that blocked its loop, and in what."""

    fact: LoopBlockedFact
    form: Literal["sleep", "wait", "work", "other"]
    place: int
    goal: str

    @property
    def seconds(self) -> float:
        """How long the loop could do nothing else."""
        return (self.fact.until - self.fact.began) / SECOND


class LoopRule:
    """Looks at each fact about a loop once."""

    def __init__(self) -> None:
        self._seen = 0  # facts
        self._steps: list[_Step] = []
        self._waiting: list[LoopBlockedFact] = []  # of which the records are not all here
        self._strays: dict[int, LoopStrayFact] = {}
        self._own: list[LoopSelfWaitFact] = []
        self._cut: list[TaskCutFact] = []
        self._told: tuple[Finding, ...] = ()
        self._standing: list[LoopBlocked] = []
        self._looked = 0  # nanoseconds: when it looked for who waits now

    def find(self, model: RunModel) -> Sequence[Finding]:
        facts = model.run_facts.loops
        if len(facts) != self._seen or self._waiting or any(one.taken is None for one in self._strays.values()):
            for fact in facts[self._seen :]:
                self._take(fact)
            self._seen = len(facts)
            self._look(model)
            self._told = tuple(self._findings(model))
        if model.last - self._looked >= QUIET // 2:
            self._looked = model.last
            self._standing = _standing(model, {(one.thread, one.place) for one in self._own})
        return (*self._told, *self._standing)

    def _take(self, fact: LoopFact) -> None:
        match fact:
            case LoopBlockedFact():
                if len(self._steps) + len(self._waiting) < MOST_STEPS:
                    self._waiting.append(fact)
            case LoopStrayFact():
                self._strays[fact.number] = fact
            case LoopSelfWaitFact():
                self._own.append(fact)
            case TaskCutFact():
                self._cut.append(fact)
            case _:
                assert_never(fact)

    def _look(self, model: RunModel) -> None:
        """A step's fact may be here before its last records."""
        ready = [one for one in self._waiting if model.last > one.until or model.run_facts.outcome is not None]
        for fact in ready:
            self._waiting.remove(fact)
            step = _step(fact, model)
            if step is not None:
                self._steps.append(step)

    def _findings(self, model: RunModel) -> Iterable[Finding]:
        facts = model.run_facts
        waits = {(one.thread, one.place) for one in self._own}
        yield from (_self_wait(one, facts) for one in self._own)
        by_line: dict[int, list[_Step]] = {}
        for step in self._steps:
            if (step.fact.thread, step.place) not in waits:
                by_line.setdefault(step.place, []).append(step)
        yield from (_blocked(steps, facts) for steps in list(by_line.values())[:MOST])
        strays: dict[int, list[LoopStrayFact]] = {}
        for stray in self._strays.values():
            strays.setdefault(stray.place, []).append(stray)
        for of_line in list(strays.values())[:MOST]:
            yield from _stray(of_line, model)
        yield from (
            TaskCutOff(
                thread=facts.thread_name(one.thread),
                threads=(one.thread,),
                **facts.where(one.place),
                time=one.time / SECOND,
            )
            for one in self._cut
            if not self._own  # which explains what was left over
        )


def _step(fact: LoopBlockedFact, model: RunModel) -> _Step | None:
    """In what a step spent most of its time; None where nobody can say."""
    facts, long = model.run_facts, fact.until - fact.began
    spans = model.spans.spans(fact.thread)
    first, stop = np.searchsorted(spans.starts, (fact.began, fact.until))
    first = max(0, int(first) - 1)
    starts = np.maximum(spans.starts[first:stop], fact.began)
    lengths = np.diff(np.append(starts, fact.until))
    by_place: dict[tuple[int, int, int], int] = {}
    for length, state, thing, place in zip(
        lengths.tolist(), *(values[first:stop].tolist() for values in (spans.states, spans.objects, spans.places)),
        strict=True,
    ):  # fmt: skip
        if State(state) in _WATCHED:
            key = (state, place, thing)
            by_place[key] = by_place.get(key, 0) + length
    if by_place:
        (state, place, thing), took = max(by_place.items(), key=lambda one: one[1])
        if took >= SHARE * long and place:
            goal = _goal(State(state), thing, facts)
            return _Step(fact, "sleep" if State(state) in _ASLEEP else "wait" if goal else "other", place, goal)
    works = _worked(fact, model) >= WORK
    place = _sampled(fact, model) if works or long >= UNSEEN else 0
    return _Step(fact, "work" if works else "other", place, "") if place else None


def _goal(state: State, thing: int, facts: RunFacts) -> str:
    """What is waited for, where that has a name."""
    if state in _FOR_A_THING:
        return facts.thing_name(thing)
    if state is State.WAIT_JOIN:
        return facts.thread_name(thing)
    return facts.task_name(thing) if state is State.WAIT_RESULT and thing in facts.tasks else ""


def _worked(fact: LoopBlockedFact, model: RunModel) -> int:
    """Nanoseconds of processor time that the lane had in a step, 0 where nobody knows."""
    for lane in model.lanes():
        if lane.id == fact.thread and lane.cpu is not None and len(lane.cpu.times):
            had = np.interp((fact.began, fact.until), lane.cpu.times, lane.cpu.used)
            return int(had[1] - had[0])
    return 0


def _sampled(fact: LoopBlockedFact, model: RunModel) -> int:
    """The place at which the lane was seen longest in a step; 0: it was not seen."""
    places: dict[int, int] = {}
    for chunk in model.trace.chunks()[-2:]:
        begun = int(np.searchsorted(chunk["time"], fact.began - SECOND // 10))
        part = chunk[begun:]
        rows = part[(part["thread"] == fact.thread) & (part["kind"] == Kind.LINE) & (part["time"] <= fact.until)]
        times, at = np.maximum(rows["time"], fact.began), rows["place"]
        for length, place in zip(np.diff(np.append(times, fact.until)).tolist(), at.tolist(), strict=True):
            places[place] = places.get(place, 0) + length
    return max(places, key=places.__getitem__) if places else 0


def _blocked(steps: Sequence[_Step], facts: RunFacts) -> LoopBlocked:
    first = steps[0]
    longest = max(steps, key=lambda one: one.seconds)
    kept = [lane for step in steps for lane in step.fact.due if lane not in {one.fact.thread for one in steps}]
    kept = list(dict.fromkeys(kept or [lane for step in steps for lane in step.fact.due]))
    name = facts.thread_name(first.fact.thread)
    return LoopBlocked(
        thread=name,
        threads=tuple(dict.fromkeys((*(one.fact.thread for one in steps), *kept))),
        **facts.where(first.place),
        time=first.fact.began / SECOND,
        until=steps[-1].fact.until / SECOND,
        form=first.form,
        seconds=longest.seconds,
        times=len(steps),
        total=sum(one.seconds for one in steps),
        goal=first.goal,
        kept=_names(kept, name, facts),
        cure="cure-loop-blocked-sleep" if first.form == "sleep" else "",
    )


def _names(lanes: Iterable[int], without: str, facts: RunFacts) -> tuple[str, ...]:
    """A few names of lanes; several tasks of one function may be called the same."""
    names = dict.fromkeys(map(facts.thread_name, lanes))
    return tuple([name for name in names if name != without][:NAMED])


def _self_wait(fact: LoopSelfWaitFact, facts: RunFacts) -> LoopWaitsForItself:
    return LoopWaitsForItself(
        thread=facts.thread_name(fact.thread),
        threads=(fact.thread,),
        **facts.where(fact.place),
        time=fact.time / SECOND,
        form="timed" if fact.timed else "for-ever",
        goal=fact.name,
    )


def _stray(strays: Sequence[LoopStrayFact], model: RunModel) -> Iterable[LoopStray]:
    """Calls of one line: that which the loop noticed last counts."""
    facts = model.run_facts
    open_ = [one for one in strays if one.taken is None]
    over = facts.outcome is not None
    known = [one for one in strays if one.taken is not None]
    worst = max(known, key=lambda one: (one.taken or 0) - one.time, default=None)
    late = (worst.taken or 0) - worst.time if worst is not None else 0
    form: Literal["never", "late", "unsafe"] = "late" if late >= LATE else "unsafe"
    if open_ and (over or model.last - open_[0].time >= QUIET):
        form, worst = "never", open_[0]
    if worst is not None:
        yield LoopStray(
            thread=facts.thread_name(worst.thread),
            threads=(worst.thread, worst.loop),
            **facts.where(worst.place),
            time=worst.time / SECOND,
            form=form,
            owner=facts.thread_name(worst.loop),
            seconds=late / SECOND,
        )


def _others(lane: int, model: RunModel) -> list[int]:
    """Tasks of the same process that have not ended, also those that have yet to begin."""
    facts = model.run_facts
    mine = facts.thread(lane).process
    return [
        one
        for one, life in model.spans.lives.by_lane.items()
        if life.final is None
        and one != lane
        and facts.thread(one).kind is LaneKind.TASK
        and facts.thread(one).process == mine
    ]


def _standing(model: RunModel, own: Collection[tuple[int, int]]) -> list[LoopBlocked]:
    """Tasks that wait as threads do, now and for a while: no other task of their loops can go on. Not `own`."""
    facts = model.run_facts
    if not model.whole or not any(one.kind is LaneKind.TASK for one in facts.threads.values()):
        return []
    waits = [
        wait
        for wait in model.spans.waits()
        if wait.state in _FOR_A_THING
        and not wait.timed
        and model.last - wait.since >= QUIET
        and facts.thread(wait.lane).kind is LaneKind.TASK
        and (wait.lane, wait.place) not in own
    ]
    return [_stands(wait, others, facts) for wait in waits if (others := _others(wait.lane, model))]


def _stands(wait: Wait, others: Sequence[int], facts: RunFacts) -> LoopBlocked:
    return LoopBlocked(
        thread=facts.thread_name(wait.lane),
        threads=(wait.lane, *others),
        objects=(wait.object,),
        **facts.where(wait.place),
        time=wait.since / SECOND,
        form="stands",
        seconds=wait.since / SECOND,
        goal=facts.thing_name(wait.object),
        kept=_names(others, facts.thread_name(wait.lane), facts),
    )
