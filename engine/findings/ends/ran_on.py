"""Finds tasks that somebody gave up on, and that ran on all the same: the end of the pool had to wait for them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from engine.analysis.run_facts import RunFacts
from engine.analysis.run_model import RunModel
from engine.analysis.tasks import OPEN, GivenUp
from engine.frame import Finding, State
from engine.frame.finding import RanOn
from engine.frame.finding.kept_alive import WaitsThere, Why
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.messages import LaneKind
from engine.protocol.records import MAIN_THREAD, Flag, Kind
from engine.protocol.units import SECOND

SOON = 300_000_000  # nanoseconds of waiting that are noticed
NAMED = 3  # tasks that are told by name
MOST = 20  # findings
_FIELDS = ("object", "time", "place", "kind", "flags", "thread", "value")
LOOPS = "asyncio"  # the pool of an event loop


class _End(NamedTuple):
    """Somebody waits for the end of a pool, or of all."""

    time: int  # nanoseconds
    place: int
    where: WaitsThere


@lazy_dataclass(frozen=True)
class _Waited:
    """A task that nobody needs any more, and what waits for it."""

    given_up: GivenUp
    why: Why
    end: _End


class RanOnRule:
    """Remembers what was given up, and who waited then for the end of a pool."""

    def __init__(self) -> None:
        self._row = 0  # of the trace, looked at so far
        self._all_joined = False  # the main thread has ended, and that was looked at
        self._broken_off: list[GivenUp] = []  # waits for the end of a pool
        self._waited: dict[int, _Waited] = {}  # by the task

    def find(self, model: RunModel) -> Sequence[Finding]:
        """A program without tasks pays nothing."""
        if not model.run_facts.tasks:
            self._row = len(model.trace)
            return ()
        for records in model.trace.since(self._row):
            rows = np.flatnonzero(np.isin(records["kind"], (Kind.JOIN_WANT, Kind.JOIN_GAVE_UP)))
            picked = (records[name][rows].tolist() for name in _FIELDS)
            for worker, time, place, kind, flags, lane, text in zip(*picked, strict=True):
                if kind == Kind.JOIN_WANT:
                    self._join(worker, time, place, model)
                elif flags & Flag.FAILED:
                    self._end_broken_off(worker, GivenUp((), lane, time, place, False, True, text), model)
        self._row = len(model.trace)
        done = model.spans.lives.main_done
        if done is not None and not self._all_joined:
            self._all_joined = True
            for given_up in (*model.pools.given_up, *self._broken_off):
                self._wait_for(given_up, given_up.tasks, _End(done, 0, WaitsThere.PROGRAM), model)
        return [*self._told(model)][:MOST]

    def _join(self, worker: int, time: int, place: int, model: RunModel) -> None:
        pools, pool_of = model.pools, model.run_facts.pools
        if worker not in pools.running:
            return
        pool = pools.workers.get(worker, "")
        done = model.spans.lives.main_done
        if pool == LOOPS and not place and (done is None or time < done):  # a thread of asyncio.run(), at its end
            self._end_of_loop(worker, time, model)
        for given_up in pools.given_up if place else ():
            if given_up.time <= time:
                tasks = [task for task in given_up.tasks if pool_of.get(task, "") == pool]
                self._wait_for(given_up, tasks, _End(time, place, WaitsThere.POOL), model)

    def _end_broken_off(self, worker: int, given_up: GivenUp, model: RunModel) -> None:
        """An exception ended the wait for the end of a pool: for all that its workers were at."""
        pools, time = model.pools, given_up.time
        if worker not in pools.running:
            return
        pool, tasks = pools.workers.get(worker, ""), pools.tasks
        at_work = (tasks.starts <= time) & ((tasks.ends == OPEN) | (tasks.ends > time))
        rows = zip(tasks.ids[at_work].tolist(), tasks.lanes[at_work].tolist(), strict=True)
        found = tuple(task for task, lane in rows if pools.workers.get(lane, "") == pool)
        self._broken_off.append(replace(given_up, tasks=found))
        for task in found:  # what it had waited for till then, is waited for by the program from now on
            self._waited.pop(task, None)

    def _wait_for(self, given_up: GivenUp, tasks: Sequence[int], end: _End, model: RunModel) -> None:
        """The first that gave it up counts, such as a time-out before the cancel() behind it."""
        why = Why.REFUSED if given_up.refused else Why.INTERRUPTED if given_up.broken else Why.TIMED_OUT
        for task in tasks:
            ended = model.pools.end_of(task)
            if task in model.pools.begun and (ended is None or ended > end.time):
                self._waited.setdefault(task, _Waited(*_of_coroutine(task, given_up, why, model), end))

    def _end_of_loop(self, worker: int, time: int, model: RunModel) -> None:
        """What a worker of the loop's own pool is at when asyncio.run() has come to its end, nobody awaits."""
        tasks = model.pools.tasks
        at_work = (tasks.lanes == worker) & (tasks.starts <= time) & ((tasks.ends == OPEN) | (tasks.ends > time))
        for task in tasks.ids[at_work].tolist():
            refused = [one for one in model.pools.given_up if task in one.tasks and one.time <= time]
            lane, place = _handed_over(task, model)
            root = _root(lane, model)
            found = GivenUp((task,), lane, refused[0].time if refused else time, place, False)
            why = Why.ABANDONED if refused else Why.UNAWAITED
            end = _End(time, model.spans.life(root).created_at, WaitsThere.LOOP)
            self._waited.setdefault(task, _Waited(found, why, end))

    def _told(self, model: RunModel) -> Iterator[RanOn]:
        """Tasks that were given up, and waited for, in the same lines are told as one."""
        groups: dict[tuple[object, ...], list[int]] = {}
        for task, one in self._waited.items():
            end = model.pools.end_of(task)
            lasted = (model.last if end is None else end) - one.end.time
            if end is None and (model.run_facts.outcome is not None or model.run_facts.farewell is not None):
                continue  # nothing has waited for it
            asked = task in model.pools.asked and one.end.where is not WaitsThere.LOOP  # asyncio itself asks for each
            if not asked and lasted >= SOON:
                key = one.given_up.place, one.given_up.lane, one.end.place, one.end.where, one.why, end is None
                groups.setdefault(key, []).append(task)
        for tasks in groups.values():
            yield _finding(tasks, self._waited[tasks[0]], model)


def _finding(tasks: Sequence[int], one: _Waited, model: RunModel) -> RanOn:
    facts, given_up = model.run_facts, one.given_up
    ends = [model.pools.end_of(task) for task in tasks]
    end = None if None in ends else max(end for end in ends if end is not None)
    spot, text = facts.where(one.end.place), facts.texts.get(given_up.text)
    return RanOn(
        threads=tuple({given_up.lane: 0, **dict.fromkeys(_workers(tasks, one, model))}),
        **facts.where(given_up.place or one.end.place),
        time=given_up.time / SECOND,
        until=0.0 if end is None else end / SECOND,
        task=", ".join(map(facts.task_name, tasks[:NAMED])) + (", ..." if len(tasks) > NAMED else ""),
        why=one.why,
        where=one.end.where,
        waiter=facts.thread_name(given_up.lane),
        seconds=0.0 if end is None else (end - one.end.time) / SECOND,
        after=_lasted(given_up, model) / SECOND,
        error=text.text if given_up.broken and text is not None else "",
        end_line=spot["line"],
        end_file=spot["file"],
        cure=_cure(one),
        lesson="thread_pool",
    )


def _cure(one: _Waited) -> str:
    if one.end.where is WaitsThere.LOOP:
        return "cure-task-ran-on-loop"
    return "cure-task-ran-on-interrupted" if one.why is Why.INTERRUPTED else ""


def _workers(tasks: Sequence[int], one: _Waited, model: RunModel) -> list[int]:
    """The lanes in which these run, or ran; where the end of the program waits, those of the same pool, too."""
    columns, its = model.pools.tasks, model.pools.workers
    found = [int(columns.lanes[model.pools.begun[task]]) for task in tasks]
    if one.end.where is not WaitsThere.PROGRAM:
        return found
    pools = {its[lane] for lane in found if lane in its}
    return [*found, *(lane for lane, pool in its.items() if pool in pools)]


def _lasted(given_up: GivenUp, model: RunModel) -> int:
    """How long the wait for a result was that ended then, nanoseconds; 0: nobody knows."""
    spans = model.spans.spans(given_up.lane)
    at = int(np.searchsorted(spans.starts, given_up.time)) - 1
    waited = at >= 0 and not given_up.refused and spans.states[at] == State.WAIT_RESULT
    return given_up.time - int(spans.starts[at]) if waited else 0


def _handed_over(task: int, model: RunModel) -> tuple[int, int]:
    """The lane that handed it over, and where; 0, 0: nobody knows.

    Of a coroutine of asyncio itself that was made to await it, it is where that was made.
    """
    for records in model.trace.since(0):
        rows = np.flatnonzero((records["kind"] == Kind.TASK_SUBMITTED) & (records["object"] == task))
        for lane, place in zip(records["thread"][rows].tolist(), records["place"][rows].tolist(), strict=True):
            root, life = _root(lane, model), model.spans.life(lane)
            inner = root != lane and place == model.spans.life(root).created_at
            return (life.created_by, life.created_at) if inner else (lane, place)
    return 0, 0


def _of_coroutine(task: int, given_up: GivenUp, why: Why, model: RunModel) -> tuple[GivenUp, Why]:
    """Where asyncio called cancel(), it is the coroutine that awaits the task which was cancelled."""
    if given_up.refused and model.run_facts.thread(given_up.lane).kind is not LaneKind.TASK:
        lane, place = _handed_over(task, model)
        if lane and model.run_facts.thread(lane).kind is LaneKind.TASK:
            return replace(given_up, lane=lane, place=place), Why.ABANDONED
    return given_up, why


def _root(lane: int, model: RunModel) -> int:
    """The coroutine that was run first of those which led to this one."""
    facts: RunFacts = model.run_facts
    seen: set[int] = set()
    while lane not in seen and facts.thread(maker := model.spans.life(lane).created_by).kind is LaneKind.TASK:
        seen.add(lane)
        lane = maker
    return lane if lane else MAIN_THREAD
