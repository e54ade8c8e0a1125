"""Pure: who waits for whom at one moment: threads, the things they wait for, and who holds these."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from engine.findings.standing.standstill import cycles
from engine.frame import ENDS_BY_ITSELF, WAITING, Frame, Lane, State, Thing
from engine.frame.finding import Deadlock
from engine.protocol.hidden_wait import HiddenWaitFact
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.places import file_in, line_in_file
from engine.protocol.program_text import SWITCHABLE
from engine.protocol.units import SECOND as NS

Node = tuple[str, int]  # "thread" or "thing", and its id
_CALLS = {
    State.WAIT_LOCK: "acquire",
    State.WAIT_SEMAPHORE: "acquire",
    State.WAIT_EVENT: "wait",
    State.WAIT_CONDITION: "wait",
    State.WAIT_BARRIER: "wait",
}
_MAY_BE_HIDDEN = {State.RUNNING, State.HOLDING, State.WAIT_AWAIT, State.WAIT_UNWATCHED}  # no facade told of a wait
_GONE = {State.ENDED, State.UNJOINED, State.CUT, State.DIED}
_OF_A_QUEUE = ("put", "get", "join")
MOST = 9  # threads, and things, up to which all of them are shown, so that each keeps its place


@lazy_dataclass(frozen=True)
class WaitEdge:
    """A thread that waits: for a thing, which another thread may have, for a task, or for a thread to end."""

    thread: int
    state: State
    thing: int = 0  # a task has its id, negative
    waited: int = 0  # the thread that has the thing or does the task, or the one that is to end; 0: nobody
    call: str = ""  # what the thread has called, such as "acquire"
    new: bool = False  # a task that no worker has begun


@lazy_dataclass(frozen=True)
class Link:
    """An arrow from one node to another."""

    start: Node
    end: Node
    wait: bool  # else it says who has a thing
    bad: bool  # a part of the cycle
    call: str = ""  # of a wait: what was called
    work: bool = False  # nobody holds it, but it is up to that thread: a task that it does, a queue that it empties

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
    work: tuple[tuple[int, int], ...] = ()  # thing, thread: it is up to that one, though it does not hold it

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
            found.append(Link(("thread", wait.thread), end, wait=True, bad=self.in_cycle(wait), call=wait.call))
        for thing, thread in (*self.holds, *self.work):
            bad = thing in bad_things and thread in self.cycle
            work = (thing, thread) in self.work
            found.append(Link(("thing", thing), ("thread", thread), wait=False, bad=bad, work=work))
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


def may_be_waited_for(thing: Thing) -> bool:
    """Whether threads may wait for a thing, so that it has its place from the beginning."""
    return thing.type in SWITCHABLE or "Queue" in thing.type


def graph(frame: Frame) -> WaitForGraph:
    """The wait-for graph of a frame at its cursor."""
    cursor, recording = frame.view.cursor, frame.recording
    moment = None if cursor is None else round(cursor * NS)
    held = holders_at(frame, moment)
    hidden = {one.thread: one for one in recording.hidden if _lasts(one, moment)}
    held.update((one.thing, one.owner) for one in hidden.values())
    work = dict[int, int]()
    waits = []
    for lane in recording.lanes:
        state, thing = state_at(lane, moment)
        if state is State.WAIT_JOIN and thing:
            waits.append(WaitEdge(lane.id, state, 0, thing))
        elif state is State.WAIT_RESULT and thing:
            worker, new = worker_at(frame, thing, moment), not _begun(frame, thing, moment)
            work.update({-thing: worker} if worker else {})
            waits.append(WaitEdge(lane.id, state, -thing, worker, "result", new))
        elif lane.id in hidden and state in _MAY_BE_HIDDEN:
            one = hidden[lane.id]
            waits.append(WaitEdge(lane.id, State.WAIT_LOCK, one.thing, one.owner, _of_hidden(one)))
        elif state in WAITING and state not in ENDS_BY_ITSELF:
            waited = held.get(thing, 0) if state is State.WAIT_LOCK else 0
            waits.append(WaitEdge(lane.id, state, thing, waited, _called(frame, lane, state, moment)))
    around = cycle(waits)
    if not around:
        around = _told(frame, moment, waits)
        after = dict(zip(around, (*around[1:], *around[:1])))
        waits = [replace(wait, waited=after.get(wait.thread, wait.waited)) for wait in waits]
        for wait in waits:
            if wait.thread in after and wait.thing and wait.thing not in held:
                (held if wait.state is State.WAIT_SEMAPHORE else work)[wait.thing] = wait.waited
    busy = {one for wait in waits for one in (wait.thread, wait.waited)} | set(held.values())
    asked_for = frame.view.thread, frame.view.thing  # by somebody
    threads = _most([lane.id for lane in recording.lanes], [asked_for[0], *around, *sorted(busy - {0})])
    known = [one.id for one in recording.things.values() if may_be_waited_for(one)]
    asked = [wait.thing for wait in waits if wait.thing]
    things = _most([*known, *(one.object for one in recording.holders), *asked], [asked_for[1], *asked, *held])
    return WaitForGraph(threads, things, tuple(waits), tuple(held.items()), around, tuple(work.items()))


def worker_at(frame: Frame, task: int, moment: int | None) -> int:
    """The thread that does a task, 0 where nobody does."""
    tasks = frame.recording.tasks
    rows = np.flatnonzero(tasks.ids == task)
    if not len(rows):
        return 0
    row = int(rows[-1])
    began, ended, worker = int(tasks.starts[row]), int(tasks.ends[row]), int(tasks.lanes[row])
    if any(lane.id == worker and state_at(lane, moment)[0] in _GONE for lane in frame.recording.lanes):
        return 0
    if moment is None:
        return worker if ended < 0 else 0
    return worker if began <= moment and (ended < 0 or moment < ended) else 0


def _begun(frame: Frame, task: int, moment: int | None) -> bool:
    """Whether a worker has begun a task; of what a pool of multiprocessing does nobody is sure: it may be many."""
    tasks = frame.recording.tasks
    starts = tasks.starts[tasks.ids == task]
    return task in tasks.groups or bool(len(starts) and (moment is None or int(starts[0]) <= moment))


def _lasts(fact: HiddenWaitFact, moment: int | None) -> bool:
    if moment is None:
        return not fact.until
    return fact.since <= moment and (not fact.until or moment < fact.until)


def _of_hidden(fact: HiddenWaitFact) -> str:
    return "import" if fact.library == "importlib" else "acquire"


def _called(frame: Frame, lane: Lane, state: State, moment: int | None) -> str:
    """What a thread that waits has called: of the three of a queue the one that stands in its line."""
    if state is not State.WAIT_QUEUE:
        return _CALLS.get(state, "")
    spans = lane.spans
    index = len(spans) - 1 if moment is None else int(np.searchsorted(spans.starts, moment, "right")) - 1
    place = int(spans.places[index])
    if frame.recording.files.get(file_in(place)) != "":
        return ""
    lines, line = frame.program.ran.split("\n"), line_in_file(place)
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    there = [call for call in _OF_A_QUEUE if f".{call}(" in text]
    return there[0] if len(there) == 1 else ""


def _told(frame: Frame, moment: int | None, waits: Iterable[WaitEdge]) -> tuple[int, ...]:
    """The circle that a finding tells, though nobody can see from the waits alone who could end them."""
    time, waiting = frame.run.now if moment is None else moment / NS, {wait.thread for wait in waits}
    for one in frame.result.findings:
        stands = isinstance(one, Deadlock) and one.time <= time and (not one.freed or time < one.freed)
        if stands and waiting >= {*one.threads}:
            return one.threads
    return ()


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
