"""Finds what the process is kept alive by, or was, when the main thread has come to its end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from engine.analysis.run_facts import RunFacts
from engine.analysis.run_model import RunModel
from engine.analysis.thread_lifecycle import Life
from engine.findings.ends.lineages import Lineages
from engine.findings.ends.waited_for import Sort, again, alone, broken_off, kept
from engine.frame import Finding
from engine.protocol.messages import LaneKind
from engine.protocol.records import LAST_THREAD, MAIN_THREAD

REPEATS = 2  # what the fact says of a timer with a run() of its own
SOON = 300_000_000  # nanoseconds of waiting that are noticed, where something has gone wrong before
ALONE = 2_000_000_000  # the same of Python's own end, where nobody of ours is left
LONG = 1_000_000_000  # the same where threads simply end their work
OF_A_POOL = "cure-task-ran-on-interrupted"  # a worker is made by its pool
_ON_PURPOSE = {Sort.AGAIN, Sort.TIMER, Sort.REPEATS}  # it has come to an end by itself: it was meant to
_AT_ONCE = {Sort.RAN_OUT, Sort.INTERRUPTED, Sort.AGAIN}


class KeptAliveRule:
    """Looks, once the main thread has ended, at what Python waits for: threads, timers, processes, pools."""

    def __init__(self) -> None:
        self._lineages = Lineages()
        self._seen = 0  # lives
        self._new: list[int] = []  # lanes that were not looked at yet
        self._alive: dict[int, Life] = {}  # that Python waits for
        self._ended: dict[int, Life] = {}  # that it has waited for so long that it was noticed
        self._places: dict[int, int] = {}  # where each was when it was first told
        self._tasks: dict[int, int] = {}  # how many tasks of a pool were not done when it was first told, by a worker
        self._state: tuple[object, ...] = ()
        self._found: list[Finding] = []

    def find(self, model: RunModel) -> Sequence[Finding]:
        """Nothing as long as the main thread has not ended."""
        lives, facts = model.spans.lives, model.run_facts
        if len(lives.by_lane) > self._seen:
            for lane, life in islice(lives.by_lane.items(), self._seen, None):
                self._lineages.add(lane, life)
                self._new.append(lane)
            self._seen = len(lives.by_lane)
        done = lives.main_done
        if done is None:
            return ()
        self._alive.update((lane, lives.by_lane[lane]) for lane in self._new if _is_waited_for(lane, facts))
        self._new.clear()
        self._take_ends(done)
        waited, over = model.last - done, facts.outcome is not None or facts.farewell is not None
        left = not over and waited >= ALONE and not self._alive and _is_left(model, done)
        state = (len(self._alive), len(self._ended), self._seen, waited >= SOON, waited >= LONG, left, over)
        if state != self._state:
            self._state = state
            self._found = [*self._of_ended(model, done), *([] if over else self._of_alive(model, done, waited))]
            if left:
                self._found.append(alone(done, facts))
            if facts.outcome is not None and facts.farewell is None:  # what lives yet, Python has not waited for
                self._found += self._cut(model)
        return self._found

    def _cut(self, model: RunModel) -> list[Finding]:
        facts = model.run_facts
        cut = {lane: life for lane, life in self._alive.items() if life.broken_off and _is_thread(lane, facts)}
        found = [broken_off(lane, life, "interrupted-cut", 0, facts) for lane, life in cut.items()]
        return [replace(one, cure=OF_A_POOL) if {*one.threads} & {*model.pools.running} else one for one in found]

    def _take_ends(self, done: int) -> None:
        for lane, life in [one for one in self._alive.items() if one[1].final is not None]:
            del self._alive[lane]
            if (life.ended or 0) - done >= SOON:
                self._ended[lane] = life

    def _of_alive(self, model: RunModel, done: int, waited: int) -> list[Finding]:
        found: list[Finding] = []
        long = {lane: life for lane, life in self._alive.items() if life.started and not _by_then(life, done)}
        for (sort, which), lanes in self._grouped(long, model).items():
            if waited < (SOON if sort in _AT_ONCE else LONG):
                continue
            if sort is Sort.INTERRUPTED:
                found += [broken_off(lane, long[lane], "interrupted", 0, model.run_facts) for lane in lanes]
            elif sort is Sort.AGAIN:
                found.append(again(lanes, self._lineages.of(lanes[0]), model.run_facts, model.spans.lives))
            else:
                found.append(self._kept(sort, which, lanes, model, 0))
        return found

    def _of_ended(self, model: RunModel, done: int) -> list[Finding]:
        """A timer that went off was meant to, and a chain of them has come to its end by itself."""
        found: list[Finding] = []
        waited = {lane: (life.ended or done) - done for lane, life in self._ended.items() if not _by_then(life, done)}
        lives = {lane: self._ended[lane] for lane in waited}
        for (sort, which), lanes in self._grouped(lives, model).items():
            long = [lane for lane in lanes if waited[lane] >= (SOON if sort in _AT_ONCE else LONG)]
            if sort is Sort.INTERRUPTED:
                facts = model.run_facts
                found += [broken_off(lane, lives[lane], "interrupted-over", waited[lane], facts) for lane in long]
            elif long and sort not in _ON_PURPOSE:
                found.append(self._kept(sort, which, long, model, max(waited[lane] for lane in long)))
        return found

    def _grouped(self, lives: Mapping[int, Life], model: RunModel) -> dict[tuple[Sort, object], list[int]]:
        """Lanes by what is told together."""
        groups: dict[tuple[Sort, object], list[int]] = {}
        for lane, life in lives.items():
            groups.setdefault(self._sort(lane, life, model), []).append(lane)
        return groups

    def _sort(self, lane: int, life: Life, model: RunModel) -> tuple[Sort, object]:
        """What sort of thing it is, and which one, where each is told by itself."""
        fact, lineage = model.run_facts.thread(lane), self._lineages.of(lane)
        if lineage is not None:
            return Sort.AGAIN, lineage.lanes[0]
        if lane in model.pools.running:
            return (Sort.WORKERS if fact.kind is LaneKind.PROCESS else Sort.POOL), model.pools.workers.get(lane, "")
        if life.broken_off or life.ran_out:
            return (Sort.INTERRUPTED if life.broken_off else Sort.RAN_OUT), lane
        if fact.timer:
            return (Sort.REPEATS if fact.timer == REPEATS else Sort.TIMER), lane
        return (Sort.PROCESS if fact.kind is LaneKind.PROCESS else Sort.THREAD), 0

    def _kept(self, sort: Sort, which: object, lanes: list[int], model: RunModel, waited: int) -> Finding:
        """`waited` nanoseconds is 0 where Python still does."""
        number, pool = len(lanes), ""
        if sort is Sort.POOL:
            pool = str(which)
            number = self._tasks.setdefault(lanes[0], _not_done(pool, lanes, model))
        life = model.spans.life(lanes[0])
        place = self._places.setdefault(lanes[0], int(model.spans.places[lanes[0]]) or life.created_at)
        place = life.ran_out_at if sort is Sort.RAN_OUT else life.created_at if sort in _ON_PURPOSE else place
        done, facts = model.spans.lives.main_done or 0, model.run_facts
        return kept(sort, lanes, number=number, place=place, waited=waited, done=done, pool=pool, facts=facts)


def _is_left(model: RunModel, done: int) -> bool:
    """Whether only the main thread has been there for a while, and that has not ended: Python's end is not over."""
    main, lives = model.spans.lives.by_lane.get(MAIN_THREAD), model.spans.lives.by_lane.values()
    if (
        main is None
        or main.final is not None
        or any(one.started and one.final is None for one in lives if one is not main)
    ):
        return False
    return model.last - max((one.ended or 0 for one in lives), default=0) >= ALONE and model.last - done >= ALONE


def _is_thread(lane: int, facts: RunFacts) -> bool:
    return facts.thread(lane).kind is LaneKind.THREAD


def _by_then(life: Life, done: int) -> bool:
    """Whether the program knew of its end before it had come to its own; later it is Python that waits."""
    return life.joined_at is not None and life.joined_at <= done


def _is_waited_for(lane: int, facts: RunFacts) -> bool:
    """Whether the end of the program waits for it: no daemon, of the program's own process or a process itself."""
    fact = facts.thread(lane)
    own = fact.kind is LaneKind.PROCESS or (fact.kind is LaneKind.THREAD and not fact.process)
    return own and not fact.daemon and lane not in (0, MAIN_THREAD, LAST_THREAD)


def _not_done(pool: str, workers: Iterable[int], model: RunModel) -> int:
    """How many tasks of the pool run, or were not begun."""
    tasks, pools = model.pools, model.run_facts.pools
    if not pool:
        return sum(len(tasks.running.get(lane, ())) for lane in workers)
    return sum(its == pool and task not in tasks.ended for task, its in pools.items())
