"""Finds circles of threads that wait for one another: those that are, and from the records those that were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.analysis.record_semantics import GOES_ON, WAITS
from engine.analysis.run_model import RunModel
from engine.findings.circles.moments import OPEN, SOFT_STATES, STATES, Edge, Moments, Seen, closed
from engine.findings.circles.others import all_stand, needs_others
from engine.findings.circles.told import told
from engine.findings.standing.standstill import cycles
from engine.frame import Lane, State
from engine.frame.finding import Deadlock
from engine.frame.finding.waits import Broken
from engine.protocol.hidden_wait import HiddenWaitFact
from engine.protocol.records import Flag, Kind
from engine.protocol.units import SECOND

QUIET = 300_000_000  # nanoseconds that a circle lasts which a time-out or somebody else ends, to be worth a word
MOST = 20  # circles that are told

_Key = tuple[tuple[int, ...], tuple[int, ...]]  # threads, and what they wait for


class Circles:
    """The circles of one run. What was found once stays, with the time at which it ended.

    A circle is said at once where nothing but its own threads can end it, and after a while where a time-out will, or
    where several processes are heard one after the other. One that is over is looked for where a long wait ended: at
    its last moment all of the circle was still there. So it does not matter when somebody looked.
    """

    def __init__(self) -> None:
        self.found: tuple[Deadlock, ...] = ()
        self._moments: Moments | None = None
        self._seen: dict[int, Lane] = {}
        self._over: dict[_Key, Deadlock] = {}
        self._ended = False  # the run, at the last look
        self._again = 0  # nanoseconds: when a circle of now will have lasted for long enough
        self._acts = 0
        self._quiet = False  # at the last look nobody had done anything for a while
        self._hidden: tuple[HiddenWaitFact, ...] = ()
        self._closed: set[tuple[int, int]] = set()  # waits for them that are over, and were looked at

    def find(self, model: RunModel) -> tuple[Deadlock, ...]:
        """All that are and were, the earliest first; the same tuple as long as they are equal."""
        hidden = model.run_facts.hidden_waits
        moved = (self._acts, self._ended) != (model.acts, model.over) or self._hidden is not hidden
        rests = not self._quiet and model.last - model.spans.last_act >= QUIET
        if not model.whole or not (moved or rests or 0 < self._again <= model.last):
            return self.found
        self._acts, self._ended = model.acts, model.over
        moments = self._moments = self._moments or Moments(model)
        changed = [lane for lane in model.lanes() if self._seen.get(lane.id) is not lane]
        moments.see(changed)
        for lane in changed:
            self._look_back(moments, lane)
            self._seen[lane.id] = lane
        if hidden:
            self._look_back_at_hidden(moments, hidden)
            self._hidden = hidden
        now = self._standing(moments)
        found = tuple(sorted((*self._over.values(), *now), key=lambda one: one.time))[:MOST]
        if found != self.found:
            self.found = found
        return self.found

    # what was

    def _look_back(self, moments: Moments, lane: Lane) -> None:
        """A circle is looked for at the end of each long wait that is over by now: it was the first to end."""
        before = self._seen.get(lane.id)
        seen = max(0, len(before.spans) - 1) if before is not None else 0
        if len(lane.spans) - 1 <= seen:
            return
        for _, end in closed(lane.spans, seen, QUIET):
            edges = moments.circle(lane.id, end - 1)
            if edges:
                self._note(moments, edges)

    def _look_back_at_hidden(self, moments: Moments, facts: tuple[HiddenWaitFact, ...]) -> None:
        """The same for waits for hidden locks, which are few."""
        if self._hidden is not facts:
            moments.see_hidden(facts)
        for fact in facts:
            key, end = (fact.thread, fact.since), moments.end(fact)
            if key not in self._closed and end != OPEN:
                self._closed.add(key)
                edges = moments.circle(fact.thread, end - 1)
                if edges:
                    self._note(moments, edges)

    def _note(self, moments: Moments, edges: Sequence[Edge]) -> None:
        since, until = _interval(edges)
        first = min(edges, key=lambda one: one.until)
        wants = [moments.record(edge.lane, edge.began, WAITS) for edge in edges]
        broken = _why(moments, first, wants[edges.index(first)])
        passing = any(want.flags & Flag.TIMED for want in wants) or _seen_late(moments.model, edges)
        if until - since < QUIET and (broken != "cut" or passing):
            return
        its = [want.kind if edge.hidden is None else _act(edge) for want, edge in zip(wants, edges, strict=True)]
        if needs_others(moments, edges) and not _is_sure(moments, edges, its, until - 1, broken):
            return
        key = _key(edges)
        known = self._over.get(key)
        if known is None:
            found = told(edges, its, moments)
            self._over[key] = replace(found, until=until / SECOND, form=broken)
        elif since / SECOND > known.until:  # again, as those do who try again
            self._over[key] = replace(known, times=known.times + 1)

    # what is

    def _standing(self, moments: Moments) -> list[Deadlock]:
        """Circles of this moment, one for each set of threads."""
        model, found = moments.model, list[Deadlock]()
        self._again = 0
        quiet = model.over or model.last - model.spans.last_act >= QUIET
        self._quiet = quiet
        by_lane = {wait.lane: wait for wait in model.spans.waits(SOFT_STATES if quiet else STATES)}
        after = {lane: blocker for lane, wait in by_lane.items() if (blocker := moments.blocker(wait))}
        after.update((one.thread, one.owner) for one in moments.hidden_now() if one.thread not in by_lane)
        for lane, *_ in cycles(after):
            edges = moments.circle(lane, model.last)
            if not edges:
                continue
            since, until = _interval(edges)
            its = [by_lane.get(edge.lane) for edge in edges]
            if until != OPEN:
                continue
            passing = any(one is not None and one.timed for one in its) or _seen_late(model, edges)
            if passing and model.last - since < QUIET:
                self._again = min(self._again or OPEN, since + QUIET)
                continue
            acts = [Kind(one.kind) if one is not None else _act(edge) for one, edge in zip(its, edges, strict=True)]
            if needs_others(moments, edges) and not _is_sure(moments, edges, acts, model.last):
                continue
            made = told(edges, acts, moments)
            found.append(replace(made, until=model.last / SECOND, form="stopped") if model.over else made)
        return found


def _act(edge: Edge) -> Kind:
    """What began the wait for a hidden lock: only one of asyncio is the program's own."""
    return Kind.LOCK_WANT if edge.hidden is None or edge.hidden.library else Kind.AWAIT


def _is_sure(moments: Moments, edges: Sequence[Edge], acts: Sequence[Kind], time: int, broken: Broken = "cut") -> bool:
    """Whether a circle that anybody might break is one: nobody has, and nobody is there who could.

    Who waits for items, or for tasks to be done, and holds nothing meanwhile, is told about in another way.
    """
    held = any(edge.state in (State.WAIT_LOCK, State.WAIT_SEMAPHORE) for edge in edges)
    full = all(act not in (Kind.QUEUE_WANT_GET, Kind.QUEUE_WANT_JOIN) for act in acts)
    return (held or full) and broken in ("cut", "time-out") and all_stand(moments, edges, time)


def _interval(edges: Iterable[Edge]) -> tuple[int, int]:
    return max(edge.since for edge in edges), min(edge.until for edge in edges)


def _key(edges: Sequence[Edge]) -> _Key:
    return tuple(edge.lane for edge in edges), tuple(edge.thing for edge in edges)


def _seen_late(model: RunModel, edges: Sequence[Edge]) -> bool:
    """Whether it is seen a little late that one went on: in several processes, or where a lock is hidden."""
    if any(edge.hidden is not None or edge.soft for edge in edges):
        return True
    return len({model.run_facts.thread(edge.lane).process for edge in edges}) > 1


def _why(moments: Moments, first: Edge, want: Seen) -> Broken:
    """What ended a circle: what ended the wait that was over first."""
    if moments.state(first.lane, first.until) is State.CUT:
        return "cut"
    ended = moments.record(first.lane, first.until, GOES_ON)
    if ended.flags & Flag.OFF:
        return "switch"
    if ended.kind.name.endswith("GAVE_UP") and want.flags & Flag.TIMED:
        return "time-out"
    return "freed"
