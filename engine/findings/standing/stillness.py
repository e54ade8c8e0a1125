"""Pure: nothing moves in any process of the program, as the stage has seen, and who waits where for what."""

from collections.abc import Sequence

import numpy as np

from engine.analysis.run_facts import RunFacts
from engine.analysis.run_model import RunModel
from engine.analysis.spans import Wait
from engine.findings.gravity import STANDSTILL
from engine.findings.locks.holding import called
from engine.frame import WAITING, Finding, FindingKind, LaneKind, State
from engine.frame.finding import Occurrence, Standing, StandsStill, Stuck
from engine.protocol.records import Kind
from engine.protocol.still_facts import StillFact, WaitCause, Waiting
from engine.protocol.units import SECOND

_ALL_WAITS = np.array(sorted(WAITING), np.uint8)
_TASKS = frozenset({State.WAIT_TASK})
_SAY_MORE = (STANDSTILL | {FindingKind.LOOP_WAITS_FOR_ITSELF}) - {FindingKind.STANDSTILL}
_LESS_THAN_SEEN = frozenset({State.WAIT_LOOP, State.WAIT_NETWORK, State.WAIT_INPUT, State.WAIT_UNWATCHED})
_LITTLE = frozenset({WaitCause.WATCHED, WaitCause.THREAD, WaitCause.PROCESS})  # causes that explain little
_OF_NO_THING = frozenset({State.WAIT_JOIN, State.WAIT_RESULT})  # but of a thread or a task


class Stillness:
    """Says what the stage has seen, as long as nothing moves: see `engine/stage/stillness`."""

    def __init__(self) -> None:
        self._seen: tuple[StillFact | None, int, int] = (None, 0, 0)
        self._found: tuple[StandsStill, ...] = ()

    def find(self, model: RunModel) -> Sequence[Finding]:
        """At most one; the same object as long as it says the same."""
        still = model.run_facts.still
        seen = (still, model.acts, len(model.trace))
        if still is None:
            self._found = ()
        elif seen[:2] != self._seen[:2] or (not self._found and seen != self._seen):
            self._found = _standstill(still, model)
        self._seen = seen
        return self._found


def told_once(found: Sequence[Finding]) -> list[Finding]:
    """Without what a deadlock, threads that all wait for one another, or a loop that waits for itself say better.

    Of threads that all only wait for the end of another one it says more itself.
    """
    if any(isinstance(one, StandsStill) and any(who.cause not in _LITTLE for who in one.waiters) for one in found):
        found = [one for one in found if not (isinstance(one, Stuck) and _only_joins(one))]
    better = [one for one in found if one.kind in _SAY_MORE and one.form != "timed"]
    return [one for one in found if not (isinstance(one, StandsStill) and any(_lasts(one, other) for other in better))]


def _only_joins(stuck: Stuck) -> bool:
    return not stuck.pool and all(one.state is State.WAIT_JOIN for one in stuck.waiters)


def _lasts(standstill: StandsStill, other: Finding) -> bool:
    """Whether it was not over before the standstill began."""
    over = other.until or getattr(other, "freed", 0.0)
    return not over or over > standstill.time


def _standstill(still: StillFact, model: RunModel) -> tuple[StandsStill, ...]:
    waits = {wait.lane: wait for wait in model.spans.waits(_ALL_WAITS)}
    seen = {one.lane: one for one in still.threads if one.lane}
    facts = model.run_facts
    told = [
        (lane, waiter)
        for lane in sorted(model.spans.alive())
        if (waiter := _waiter(lane, waits.get(lane), seen.get(lane), model)) is not None
    ]
    busy = [both for both in told if both[1].state not in _TASKS]
    if any(facts.thread(lane).kind is LaneKind.TASK for lane, _ in busy):  # its tasks say why their loop waits
        busy = [both for both in busy if both[1].state is not State.WAIT_LOOP]
    helpers = [(one.process, _helper(one, facts)) for one in still.threads if _tells(one)]
    behind = {lane for lane, _ in helpers if lane}  # they wait for the helper
    busy = [both for both in busy if not (both[0] in behind and both[1].cause is WaitCause.THREAD)]
    ordered = sorted([*helpers, *(busy or told)], key=lambda both: _weight(both[1]))
    if not ordered:
        return ()
    first = next((one for _, one in ordered if one.line), ordered[0][1])
    since = still.since / SECOND
    return (
        StandsStill(
            thread=first.name,
            threads=tuple(dict.fromkeys(lane for lane, _ in ordered if lane)),
            objects=tuple(
                waits[lane].object
                for lane, one in ordered
                if one.goal and one.state not in _OF_NO_THING and lane in waits
            ),
            line=first.line,
            file=first.file,
            time=since,
            waiters=tuple(one for _, one in ordered),
            cure=_cure(still, ordered),
            occurrences=tuple(
                Occurrence(one.line, one.file, one.name, since, one.wanted) for _, one in ordered if one.line
            ),
        ),
    )


def _cure(still: StillFact, told: Sequence[tuple[int, Standing]]) -> str:
    """What to do, where what is waited for says so: for a process that cannot end, or a child that nobody serves."""
    for one in still.threads:
        if not one.lane and one.cause is WaitCause.FULL_PIPE:
            return "cure-standstill-queue" if one.process else "cure-standstill-output"
        if not one.lane and not one.process and one.cause is WaitCause.PIPE:
            return "cure-standstill-input"
    if any(one.cause is WaitCause.PIPE for _, one in told):
        return "cure-standstill-pipe"
    if any(one.state is State.WAIT_RESULT and not one.goal for _, one in told):
        return "cure-standstill-result"
    awaits = all(one.state in (State.WAIT_AWAIT, State.WAIT_LOOP) for _, one in told)
    return "cure-standstill-await" if awaits else ""


def _tells(one: Waiting) -> bool:
    """Whether it is a thread without a lane that says why others wait."""
    return not one.lane and (one.cause in (WaitCause.FULL_PIPE, WaitCause.IMPORT) or not one.process)


def _weight(waiter: Standing) -> int:
    """Who waits for the end of another one says least."""
    return int(waiter.state is State.WAIT_JOIN or waiter.cause in (WaitCause.THREAD, WaitCause.PROCESS))


def _waiter(lane: int, wait: Wait | None, seen: Waiting | None, model: RunModel) -> Standing | None:
    """One thread or task that waits; None: nobody knows in what."""
    facts = model.run_facts
    name = facts.thread_name(lane)
    if wait is not None and wait.state not in _LESS_THAN_SEEN:
        owner = model.locks.holder(wait.object) if wait.state is State.WAIT_LOCK else 0
        return Standing(
            name,
            WaitCause.WATCHED,
            wait.state,
            Kind(wait.kind),
            _goal(wait, facts),
            owner=facts.thread_name(owner) if owner else "",
            **facts.where(wait.place),
        )
    if seen is not None and not (wait is not None and seen.cause is WaitCause.LOOP):
        return Standing(name, seen.cause, call=seen.call, **facts.where(seen.place))
    return (
        None
        if wait is None
        else Standing(name, WaitCause.WATCHED, wait.state, Kind(wait.kind), **facts.where(wait.place))
    )


def _goal(wait: Wait, facts: RunFacts) -> str:
    if wait.state is State.WAIT_JOIN:
        return facts.thread_name(wait.object)
    if wait.state is State.WAIT_RESULT:
        return facts.task_name(wait.object) if wait.object else ""
    return called(facts, wait.object) if wait.object else ""


def _helper(one: Waiting, facts: RunFacts) -> Standing:
    """A thread of a library, which has no lane, in a process that has one."""
    away = facts.thread(one.process).kind is LaneKind.PROCESS
    name = f"{facts.thread_name(one.process)} ({one.name})" if away else one.name
    return Standing(name, one.cause, call=one.call, **facts.where(one.place))
