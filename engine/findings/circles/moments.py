"""Pure: what each thread waited for at a moment of a run, since when, and who could have ended that."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

import numpy as np

from engine.analysis.record_semantics import WAITS
from engine.analysis.run_model import RunModel
from engine.analysis.spans import Wait
from engine.findings.circles.history import ENDED_BY, History
from engine.frame import Lane, Spans, State
from engine.protocol.hidden_wait import HiddenWaitFact
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.records import Flag, Kind

OPEN = 2**62  # nanoseconds: it goes on
LATER = 50_000_000  # nanoseconds by which a record may stand behind where its time would have it in the trace
DEEPEST = 64  # threads in one circle

_TAKES = frozenset({Kind.LOCK_GOT})
SOFT_LOOKS = 50  # at queues and semaphores at one look: each may go through many records
_WAITED_FOR = {State.WAIT_LOCK, State.WAIT_JOIN, State.WAIT_RESULT}
_SOFT = {State.WAIT_QUEUE, State.WAIT_SEMAPHORE}
AT_ONCE = 50_000_000  # nanoseconds in which the end of a program cuts off all that it does, at most
GONE = {State.ENDED, State.UNJOINED, State.DIED, State.CUT}
STATES = np.array(sorted(_WAITED_FOR), np.uint8)
SOFT_STATES = np.array(sorted(_WAITED_FOR | _SOFT), np.uint8)


@lazy_dataclass(frozen=True)
class Edge:
    """A wait of one thread for what another one has or does, as long as both was so. Times are nanoseconds."""

    lane: int
    blocker: int  # the thread that has what it waits for, or whose end it waits for
    state: State
    thing: int  # a lock, a task or a thread
    place: int
    began: int  # the wait
    since: int  # the wait, and the other one has it
    until: int = OPEN
    taken: int = -1  # when the other one took the lock, -1: it is none, or nobody knows
    soft: bool = False  # a queue or a semaphore: anybody might end that, and up to now only the other one did
    hidden: HiddenWaitFact | None = None  # what the stage has seen of it, where no facade reported the wait


class Seen(NamedTuple):
    """What a record says beside who and when."""

    kind: Kind
    flags: Flag
    place: int


UNKNOWN = Seen(Kind.TICK, Flag(0), 0)


class Moments:
    """Looks up what threads did, in the spans and the holders of a run."""

    def __init__(self, model: RunModel) -> None:
        self.model = model
        self._spans: dict[int, Spans] = {}
        self.history = History(model.trace)
        self._soft_left = SOFT_LOOKS
        self._taken: dict[tuple[int, int], int] = {}  # places: a trace is long
        self._hidden: dict[int, list[HiddenWaitFact]] = {}  # by lane

    def see(self, lanes: Iterable[Lane]) -> None:
        """Lanes that changed: a new look begins."""
        self._soft_left = SOFT_LOOKS
        for lane in lanes:
            self._spans[lane.id] = lane.spans

    def see_hidden(self, facts: Iterable[HiddenWaitFact]) -> None:
        """All waits for hidden locks so far."""
        self._hidden.clear()
        for fact in facts:
            self._hidden.setdefault(fact.thread, []).append(fact)

    def hidden(self, lane: int, time: int) -> HiddenWaitFact | None:
        """The wait of a lane for a hidden lock at a time."""
        return next((one for one in self._hidden.get(lane, ()) if one.since <= time < self.end(one)), None)

    def hidden_now(self) -> list[HiddenWaitFact]:
        """Waits for hidden locks that go on."""
        return [one for its in self._hidden.values() for one in its if self.end(one) == OPEN]

    def end(self, fact: HiddenWaitFact) -> int:
        """When a wait for a hidden lock was over, at the latest with its thread; OPEN: it goes on."""
        spans = self._spans.get(fact.thread)
        over = spans is not None and len(spans) > 0 and int(spans.states[-1]) in GONE
        return min(fact.until or OPEN, int(spans.starts[-1]) if spans is not None and over else OPEN)

    def edge(self, lane: int, time: int) -> Edge | None:
        """What a thread waits for at a time, where somebody could end that."""
        spans = self._spans.get(lane)
        at = int(np.searchsorted(spans.starts, time, "right")) - 1 if spans is not None else -1
        if spans is None or at < 0:
            return None
        if int(spans.states[at]) in _SOFT and self._soft_left:
            self._soft_left -= 1
            return self._soft_edge(lane, spans, at, time)
        if int(spans.states[at]) not in _WAITED_FOR:
            fact = self.hidden(lane, time)
            return _hidden_edge(fact, self.end(fact)) if fact is not None else None
        state, thing, began = State(int(spans.states[at])), int(spans.objects[at]), int(spans.starts[at])
        until = int(spans.starts[at + 1]) if at + 1 < len(spans) else OPEN
        blocker, since, end = self._blocker(state, thing, began, time)
        if not blocker:
            return None
        taken = since if state is State.WAIT_LOCK else -1
        place = int(spans.places[at])
        return Edge(lane, blocker, state, thing, place, began, max(began, since), min(until, end), taken)

    def _soft_edge(self, lane: int, spans: Spans, at: int, time: int) -> Edge | None:
        state, thing, began = State(int(spans.states[at])), int(spans.objects[at]), int(spans.starts[at])
        until = int(spans.starts[at + 1]) if at + 1 < len(spans) else OPEN
        if state is State.WAIT_SEMAPHORE:
            other, since = self.history.holder(thing, time)
        else:
            other, since = self.history.only_one(thing, self.record(lane, began, ENDED_BY).kind), 0
        if not other:
            return None
        since = max(began, since)
        return Edge(lane, other, state, thing, int(spans.places[at]), began, since, until, soft=True)

    def lanes(self) -> Collection[int]:
        """Those that were seen."""
        return self._spans.keys()

    def before_the_end(self, lane: int, time: int) -> int:
        """This time, or just before the end of the program cut a thread off, which it does one after the other."""
        spans = self._spans[lane]
        at = int(np.searchsorted(spans.starts, time, "right")) - 1
        cut = int(spans.starts[at]) if at >= 0 and int(spans.states[at]) == State.CUT else 0
        return cut - 1 if cut and time - cut < AT_ONCE else time

    def is_timed(self, lane: int, time: int) -> bool:
        """Whether the wait of a lane at a time ends by itself."""
        spans = self._spans[lane]
        began = int(spans.starts[int(np.searchsorted(spans.starts, time, "right")) - 1])
        return bool(self.record(lane, began, WAITS).flags & Flag.TIMED)

    def blocker(self, wait: Wait) -> int:
        """Who could end a wait of now; 0 where that is nobody in particular."""
        if wait.state is State.WAIT_LOCK:
            return self.model.locks.holder(wait.object)
        if wait.state is State.WAIT_RESULT:
            return self._worker(wait.object, self.model.last)[0]
        if wait.state in _SOFT:
            edge = self.edge(wait.lane, self.model.last)
            return edge.blocker if edge is not None else 0
        return wait.object

    def state(self, lane: int, time: int) -> State:
        """What a thread does from a time on."""
        spans = self._spans[lane]
        at = int(np.searchsorted(spans.starts, time, "right")) - 1
        return State(int(spans.states[at])) if at >= 0 else State.ABSENT

    def _blocker(self, state: State, thing: int, began: int, time: int) -> tuple[int, int, int]:
        """Who could end such a wait at a time, since when and until when; the first is 0 where that is nobody."""
        if state is State.WAIT_LOCK:
            return self._holder(thing, began, time)
        if state is State.WAIT_RESULT:
            return self._worker(thing, time)
        return thing, 0, OPEN

    def _holder(self, thing: int, began: int, time: int) -> tuple[int, int, int]:
        """Who has a lock; where nobody has it any more, who had it last while it was waited for."""
        lock = self.model.locks.locks.get(thing)
        if lock is None:
            return 0, 0, 0
        starts, threads = lock.steps.views()
        at = int(np.searchsorted(starts, time, "right")) - 1
        if at > 0 and not threads[at] and starts[at] > began:
            at -= 1
        if at < 0 or not threads[at]:
            return 0, 0, 0
        return int(threads[at]), int(starts[at]), int(starts[at + 1]) if at + 1 < len(starts) else OPEN

    def _worker(self, task: int, time: int) -> tuple[int, int, int]:
        """Who does a task that was begun and has not ended."""
        tasks = self.model.pools.tasks
        row = self.model.pools.begun.get(task)
        if row is None or row >= len(tasks.starts):
            return 0, 0, 0
        began, ended = int(tasks.starts[row]), int(tasks.ends[row])
        if began > time or 0 <= ended <= time:
            return 0, 0, 0
        return int(tasks.lanes[row]), began, ended if ended >= 0 else OPEN

    def circle(self, lane: int, time: int) -> tuple[Edge, ...]:
        """The waits of the circle that this thread is part of at a time, the least thread's first; () for none."""
        path: list[Edge] = []
        node = lane
        while len(path) < DEEPEST and (edge := self.edge(node, time)) is not None:
            path.append(edge)
            node = edge.blocker
            if node == lane:
                least = path.index(min(path, key=lambda one: one.lane))
                return (*path[least:], *path[:least])
            if any(node == one.lane for one in path):
                return ()
        return ()

    def taken(self, lane: int, time: int) -> int:
        """Where a thread took a lock at a time."""
        place = self._taken.get((lane, time))
        if place is None:
            place = self._taken[lane, time] = self.record(lane, time, _TAKES).place
        return place

    def record(self, lane: int, time: int, kinds: Collection[int]) -> Seen:
        """The last record of a thread at a time, of these kinds."""
        for chunk in reversed(self.model.trace.chunks()):
            if not len(chunk) or int(chunk["time"][0]) > time + LATER:
                continue
            found = np.flatnonzero((chunk["time"] == time) & (chunk["thread"] == lane))
            for row in reversed(found.tolist()):
                if int(chunk["kind"][row]) in kinds:
                    return Seen(Kind(int(chunk["kind"][row])), Flag(int(chunk["flags"][row])), int(chunk["place"][row]))
            if int(chunk["time"][0]) < time - LATER:
                break
        return UNKNOWN


def _hidden_edge(fact: HiddenWaitFact, until: int) -> Edge:
    since = fact.since
    return Edge(fact.thread, fact.owner, State.WAIT_LOCK, fact.thing, fact.place, since, since, until, hidden=fact)


def closed(spans: Spans, seen: int, least: int) -> list[tuple[int, int]]:
    """Waits among the spans from number `seen` on that are over and lasted long, or were cut off: (number, end)."""
    states, starts = spans.states[seen:-1], spans.starts[seen:]
    waits = np.flatnonzero(np.isin(states, SOFT_STATES))
    if not len(waits):
        return []
    ends = starts[waits + 1]
    after = spans.states[seen:][waits + 1]
    kept = (ends - starts[waits] >= least) | (after == State.CUT)
    return [(seen + int(at), int(end)) for at, end in zip(waits[kept], ends[kept], strict=True)]
