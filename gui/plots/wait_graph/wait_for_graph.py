"""Pure: who waits for whom at one moment: threads, the things they wait for, and who holds these."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication

from engine.findings.standstill import cycles
from engine.frame import ENDS_BY_ITSELF, WAITING, FindingKind, Frame, Lane, Phase, State
from engine.protocol.units import SECOND as NS

LONG = 0.3  # seconds of one wait for a lock, from which on the graph is worth its room
Node = tuple[str, int]  # "thread" or "thing", and its id
MOST = 9  # threads that are shown although they wait for nobody


@dataclass(frozen=True)
class WaitEdge:
    """A thread that waits: for a thing, which another thread may hold, or for a thread to end."""

    thread: int
    state: State
    thing: int = 0
    waited: int = 0  # the thread that holds the thing, or the one that is to end; 0: nobody


@dataclass(frozen=True)
class WaitForGraph:
    """All of it at one moment."""

    threads: tuple[int, ...]  # lanes to be shown, in the order of their ids
    things: tuple[int, ...]  # locks, and whatever else is waited for
    waits: tuple[WaitEdge, ...]
    holds: tuple[tuple[int, int], ...]  # thing, thread
    cycle: tuple[int, ...]  # threads each of which waits for the next, the last for the first; empty: no such thing

    def in_cycle(self, wait: WaitEdge) -> bool:
        """Whether a wait is a part of the cycle."""
        return wait.thread in self.cycle and wait.waited in self.cycle


def state_at(lane: Lane, moment: int | None) -> tuple[State, int]:
    """What a thread does at a time in nanoseconds (None: the last moment), and the object that belongs to it."""
    spans = lane.spans
    index = len(spans) - 1 if moment is None else int(np.searchsorted(spans.starts, moment, "right")) - 1
    if index < 0:
        return State.ABSENT, 0
    return State(int(spans.states[index])), int(spans.objects[index])


def holders_at(frame: Frame, moment: int | None) -> dict[int, int]:
    """Which thread holds which lock."""
    found = {}
    for one in frame.recording.holders:
        at = len(one.starts) - 1 if moment is None else int(np.searchsorted(one.starts, moment, "right")) - 1
        if at >= 0 and one.threads[at]:
            found[one.object] = int(one.threads[at])
    return found


def graph(frame: Frame) -> WaitForGraph:
    """The wait-for graph of a frame at its cursor."""
    cursor = frame.view.cursor
    moment = None if cursor is None else round(cursor * NS)
    held = holders_at(frame, moment)
    waits, idle = [], []
    for lane in frame.recording.lanes:
        state, thing = state_at(lane, moment)
        if state is State.WAIT_JOIN and thing:
            waits.append(WaitEdge(lane.id, state, 0, thing))
        elif state in WAITING and state not in ENDS_BY_ITSELF:
            waits.append(WaitEdge(lane.id, state, thing, held.get(thing, 0) if state is State.WAIT_LOCK else 0))
        elif state not in (State.ABSENT, State.CREATED):
            idle.append(lane.id)
    busy = {one for wait in waits for one in (wait.thread, wait.waited)} | set(held.values())
    shown = sorted(busy - {0})
    shown = sorted({*shown, *[one for one in idle if one not in busy][: max(0, MOST - len(shown))]})
    things = dict.fromkeys(
        [*(one.object for one in frame.recording.holders), *(wait.thing for wait in waits if wait.thing)]
    )
    if len(things) > MOST:
        wanted = {*held, *(wait.thing for wait in waits)}
        things = dict.fromkeys(one for one in things if one in wanted)
    return WaitForGraph(tuple(shown), tuple(things), tuple(waits), tuple(held.items()), cycle(waits))


def cycle(waits: Iterable[WaitEdge]) -> tuple[int, ...]:
    """Threads that wait for one another in a circle, from the one with the least id on; empty when none do."""
    after = {wait.thread: wait.waited for wait in waits if wait.waited}
    return next(iter(cycles(dict(sorted(after.items())))), ())


# words


def sentences(frame: Frame, made: WaitForGraph) -> tuple[str, ...]:
    """What the graph says, a sentence for each wait; those of a cycle come first, and one says that it is one."""
    translate = QCoreApplication.translate
    names = {lane.id: lane.name for lane in frame.recording.lanes}
    ranked = sorted(
        made.waits, key=lambda wait: made.cycle.index(wait.thread) if wait.thread in made.cycle else MOST * 9
    )
    said = [_sentence(frame, names, wait) for wait in ranked]
    if made.cycle:
        said.insert(len(made.cycle), translate("waits", "Each waits for the next, and nobody can go on: a deadlock."))
    if not said:
        said = [translate("waits", "Nobody waits for anybody at this moment.")]
    return tuple(said)


def _sentence(frame: Frame, names: Mapping[int, str], wait: WaitEdge) -> str:
    translate = QCoreApplication.translate
    name, other = names.get(wait.thread, "?"), names.get(wait.waited, "?")
    if wait.state is State.WAIT_JOIN:
        return translate("waits", "{name} waits for {other} to end.").format(name=name, other=other)
    thing = frame.recording.things.get(wait.thing)
    called = thing.name if thing is not None else "?"
    if wait.waited:
        words = translate("waits", "{name} waits for {thing}, held by {other}.")
        return words.format(name=name, thing=called, other=other)
    return translate("waits", "{name} waits for {thing}.").format(name=name, thing=called)


# where they stand


def middle(made: WaitForGraph) -> tuple[Node, ...]:
    """What stands inside of the circle: MainThread while it only looks on, and a thing that is the only one."""
    things = {wait.thread for wait in made.waits if wait.thing} | {thread for _, thread in made.holds}
    found: list[Node] = [("thread", one) for one in made.threads if one == 1 and one not in {*things, *made.cycle}]
    if len(made.things) == 1 and len(made.threads) - len(found) > 2:
        found.append(("thing", made.things[0]))
    return tuple(found)


def ring(made: WaitForGraph) -> tuple[Node, ...]:
    """The order around the circle. A cycle's threads and things come one after the other, so that nothing crosses."""
    inside = middle(made)
    order = [*made.cycle, *(one for one in made.threads if one not in made.cycle and ("thread", one) not in inside)]
    wanted = {wait.thread: wait.thing for wait in made.waits if wait.thing and made.in_cycle(wait)}
    left = [one for one in made.things if one not in wanted.values() and ("thing", one) not in inside]
    placed: list[Node] = []
    for thread in order:
        placed.append(("thread", thread))
        if thread in wanted:
            placed.append(("thing", wanted[thread]))
        elif left:
            placed.append(("thing", left.pop(0)))
    return (*placed, *(("thing", one) for one in left))


# when it is worth its room


class Worth:
    """Whether there is something to see in the graph: a deadlock, or one wait for a lock of LONG seconds.

    While a run goes on, one such wait is enough to the end of the run; when it has ended, what counts is the moment
    that is shown, and while the cursor is moved about it stays, so that nothing flickers. Only a function of the
    frames; what it keeps is how far it has looked, so that long runs cost nothing again.
    """

    def __init__(self) -> None:
        self._run: tuple[str, int] = ("", -1)
        self._looked: dict[int, int] = {}  # lane -> spans that were too short or no waits
        self._found: tuple[int, int] | None = None  # lane, span
        self._after: tuple[object, ...] = ()  # the moment that was looked at after the run
        self._lanes: tuple[Lane, ...] = ()
        self._shown = False  # what was said of it

    def __call__(self, frame: Frame) -> bool:
        if any(one.kind is FindingKind.DEADLOCK for one in frame.result.findings):
            return True
        if not frame.recording.holders:
            return False
        return self._at(frame) if frame.run.phase is Phase.ENDED else self._up_to_now(frame)

    def _up_to_now(self, frame: Frame) -> bool:
        self._after = ()
        if (frame.program.scenario, frame.run.number) != self._run or not self._holds(frame.recording.lanes):
            self._run, self._looked, self._found = (frame.program.scenario, frame.run.number), {}, None
        if self._found is not None:
            return True
        now = round(frame.run.now * NS)
        return any(self._look(lane, now) for lane in frame.recording.lanes)

    def _at(self, frame: Frame) -> bool:
        """After the run: at the cursor, or at the last moment."""
        cursor = frame.view.cursor
        looked = (frame.program.scenario, frame.run.number, cursor)
        if looked != self._after or frame.recording.lanes is not self._lanes:
            stays = self._shown and cursor is not None and self._after[:2] == looked[:2] and self._after[2] is not None
            self._after, self._lanes, now = looked, frame.recording.lanes, round(frame.run.now * NS)
            moment = now if cursor is None else round(cursor * NS)
            self._shown = stays or any(_waits_long(lane, moment, now) for lane in frame.recording.lanes)
        return self._shown

    def _holds(self, lanes: Sequence[Lane]) -> bool:
        """Whether what was found is still there: else it is another run of the same number."""
        if self._found is None:
            return True
        number, index = self._found
        lane = next((one for one in lanes if one.id == number), None)
        return lane is not None and index < len(lane.spans) and lane.spans.states[index] == State.WAIT_LOCK

    def _look(self, lane: Lane, now: int) -> bool:
        spans, since = lane.spans, self._looked.get(lane.id, 0)
        if since > len(spans):
            since = 0
        if since == len(spans):
            return False
        if since == len(spans) - 1:  # nothing new: one look, for there may be thousands of lanes
            if spans.states[since] != State.WAIT_LOCK or now - int(spans.starts[since]) < LONG * NS:
                return False
            self._found = (lane.id, since)
            return True
        states, starts = spans.states[since:], spans.starts[since:]
        lasted = np.diff(starts, append=max(now, int(starts[-1])))
        long = np.flatnonzero((states == State.WAIT_LOCK) & (lasted >= LONG * NS))
        if len(long):
            self._found = (lane.id, since + int(long[0]))
            return True
        self._looked[lane.id] = len(spans) - 1  # the last one goes on
        return False


def _waits_long(lane: Lane, moment: int, now: int) -> bool:
    """Whether a wait for a lock that takes LONG seconds goes on at a moment, nanoseconds."""
    starts = lane.spans.starts
    at = int(np.searchsorted(starts, moment, "right")) - 1
    if at < 0 or lane.spans.states[at] != State.WAIT_LOCK:
        return False
    end = int(starts[at + 1]) if at + 1 < len(starts) else now
    return end - int(starts[at]) >= LONG * NS
