"""A thread that gives a lock back and takes it again at once, over and over, while another one waits for its turn."""

from collections.abc import Iterator, Sequence

import numpy as np

from engine.analysis.columns import Array
from engine.analysis.holders import Lock
from engine.analysis.run_model import RunModel
from engine.findings.locks.holding import called
from engine.frame import Finding, Lane, State
from engine.frame.finding import Hogged
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.units import SECOND

TURNS = 20  # of one thread during one wait of another, at least
WAITED = SECOND  # shorter ones come about wherever threads take turns on a busy machine
LONG_HOLD = SECOND // 1000  # on average: brief ones follow one another in one turn of the GIL, which is no hogging
FREE = 0.1  # of the time in which it holds the lock: for so long it may leave it, all turns together


@lazy_dataclass(frozen=True)
class _Wait:
    """One long wait for a lock, and who had it meanwhile; times in nanoseconds."""

    thing: int
    lane: Lane
    begin: int
    end: int
    holder: int
    turns: int


class Hogs:
    """Looks once, when the program has ended."""

    def __init__(self) -> None:
        self._found: tuple[Finding, ...] | None = None

    def find(self, model: RunModel) -> Sequence[Finding]:
        """All that it has found so far."""
        if self._found is None:
            if model.run_facts.outcome is None:
                return ()
            self._found = tuple(_hogged(model)) if model.whole else ()
        return self._found


def _hogged(model: RunModel) -> Iterator[Hogged]:
    """For each lock the longest wait in which one thread had it again and again."""
    lanes = model.lanes()
    for thing, lock in model.locks.locks.items():
        starts, holders = lock.steps.views()
        if len(starts) < 2 * TURNS or not lock.contended:
            continue
        waits = [one for lane in lanes for one in _waits(thing, lane, starts, holders, model.last)]
        if waits:
            yield _finding(max(waits, key=lambda one: one.end - one.begin), lock, model)


def _waits(thing: int, lane: Lane, starts: Array, holders: Array, last: int) -> Iterator[_Wait]:
    spans = lane.spans
    for row in np.flatnonzero((spans.states == State.WAIT_LOCK) & (spans.objects == thing)).tolist():
        begin, end = int(spans.starts[row]), int(spans.starts[row + 1]) if row + 1 < len(spans.starts) else last
        if end - begin < WAITED:
            continue
        low, high = np.searchsorted(starts, (begin, end)).tolist()
        within, at = holders[low:high], starts[low:high]
        counts = np.bincount(within[within != 0]) if len(within) else np.zeros(1)
        counts[lane.id : lane.id + 1] = 0
        holder = int(np.argmax(counts)) if len(counts) else 0
        turns = int(counts[holder]) if len(counts) else 0
        if turns >= TURNS and _at_once(within == holder, at, end):
            yield _Wait(thing, lane, begin, end, holder, turns)


def _at_once(its: Array, at: Array, end: int) -> bool:
    """Whether one thread held it nearly all of the time, in turns of some length."""
    lasted = np.diff(at, append=end)
    first = int(np.argmax(its))
    held, left = int(lasted[its].sum()), int(lasted[first:][~its[first:]].sum())
    return held >= LONG_HOLD * int(np.count_nonzero(its)) and left <= FREE * held


def _finding(wait: _Wait, lock: Lock, model: RunModel) -> Hogged:
    facts = model.run_facts
    place, _ = lock.first.get(wait.holder, (lock.place, 0))
    return Hogged(
        thread=facts.thread_name(wait.holder),
        threads=(wait.holder, wait.lane.id),
        objects=(wait.thing,),
        **facts.where(place),
        time=wait.begin / SECOND,
        until=wait.end / SECOND,
        thing=called(facts, wait.thing),
        waiter=wait.lane.name,
        count=wait.turns,
        seconds=round((wait.end - wait.begin) / SECOND, 2),
    )
