"""Pure: who waits for whom at one moment: threads, the things they wait for, and who holds these."""

from collections.abc import Iterable, Mapping

import numpy as np
from PySide6.QtCore import QCoreApplication

from engine.findings.standstill import cycles
from engine.frame import ENDS_BY_ITSELF, WAITING, Frame, Lane, State
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.program_text import SWITCHABLE
from engine.protocol.units import SECOND as NS

Node = tuple[str, int]  # "thread" or "thing", and its id
MOST = 9  # threads, and things, up to which all of them are shown, so that each keeps its place


@lazy_dataclass(frozen=True)
class WaitEdge:
    """A thread that waits: for a thing, which another thread may hold, or for a thread to end."""

    thread: int
    state: State
    thing: int = 0
    waited: int = 0  # the thread that holds the thing, or the one that is to end; 0: nobody


@lazy_dataclass(frozen=True)
class Link:
    """An arrow from one node to another."""

    start: Node
    end: Node
    wait: bool  # else it says who holds a thing
    bad: bool  # a part of the cycle

    @property
    def join(self) -> bool:
        """Whether a thread waits for another one to end."""
        return self.start[0] == self.end[0]


@lazy_dataclass(frozen=True)
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

    @property
    def links(self) -> tuple[Link, ...]:
        """Every arrow between nodes that are shown."""
        found = []
        bad_things = {wait.thing for wait in self.waits if self.in_cycle(wait)}
        for wait in self.waits:
            end: Node = ("thing", wait.thing) if wait.thing else ("thread", wait.waited)
            found.append(Link(("thread", wait.thread), end, wait=True, bad=self.in_cycle(wait)))
        for thing, thread in self.holds:
            bad = thing in bad_things and thread in self.cycle
            found.append(Link(("thing", thing), ("thread", thread), wait=False, bad=bad))
        shown = {*(("thread", one) for one in self.threads), *(("thing", one) for one in self.things)}
        return tuple(one for one in found if one.start in shown and one.end in shown)


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
    waits = []
    for lane in frame.recording.lanes:
        state, thing = state_at(lane, moment)
        if state is State.WAIT_JOIN and thing:
            waits.append(WaitEdge(lane.id, state, 0, thing))
        elif state in WAITING and state not in ENDS_BY_ITSELF:
            waits.append(WaitEdge(lane.id, state, thing, held.get(thing, 0) if state is State.WAIT_LOCK else 0))
    around = cycle(waits)
    busy = {one for wait in waits for one in (wait.thread, wait.waited)} | set(held.values())
    threads = _most([lane.id for lane in frame.recording.lanes], [*around, *sorted(busy - {0})])
    known = [one.id for one in frame.recording.things.values() if one.type in SWITCHABLE or "Queue" in one.type]
    asked = [wait.thing for wait in waits if wait.thing]
    things = _most([*known, *(one.object for one in frame.recording.holders), *asked], [*asked, *held])
    return WaitForGraph(threads, things, tuple(waits), tuple(held.items()), around)


def _most(known: Iterable[int], matter: Iterable[int]) -> tuple[int, ...]:
    """All that are known in the order of their ids, or where they are many those that matter at this moment."""
    every = set(known)
    if len(every) <= MOST:
        return tuple(sorted(every))
    first = [one for one in dict.fromkeys(matter) if one in every]
    return tuple(sorted(list(dict.fromkeys([*first, *sorted(every)]))[: max(MOST, len(first))]))


def cycle(waits: Iterable[WaitEdge]) -> tuple[int, ...]:
    """Threads that wait for one another in a circle, from the one with the least id on; empty when none do."""
    after = {wait.thread: wait.waited for wait in waits if wait.waited}
    return next(iter(cycles(dict(sorted(after.items())))), ())


# words


def sentences(frame: Frame, made: WaitForGraph) -> tuple[str, ...]:
    """What the graph says, a sentence for each wait; those of a cycle come first, behind one that says so."""
    translate = QCoreApplication.translate
    names = {lane.id: lane.name for lane in frame.recording.lanes}
    ranked = sorted(
        made.waits, key=lambda wait: made.cycle.index(wait.thread) if wait.thread in made.cycle else MOST * 9
    )
    said = [_sentence(frame, names, wait) for wait in ranked]
    if made.cycle:
        said.insert(0, translate("waits", "Each waits for the next, and nobody can go on: a deadlock."))
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
