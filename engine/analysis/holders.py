"""Who holds each lock from when to when, and how long others waited meanwhile."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.analysis.columns import Array, Steps, in_order, latest, settle, shifted
from engine.analysis.record_semantics import GAVE_UP, GOT, LET_IN, LOCK_ROLE, RELEASED, WANT
from engine.analysis.trace import Records, words_of
from engine.frame import State
from engine.protocol.lazy_dataclass import lazy_dataclass

MOST_LOCKS = 200_000  # that are followed, 1 KB each; a program may make one for each thing that it handles
SMALL = 0x10000  # ids below are sorted by radix, in a sixth of the time


@lazy_dataclass(frozen=True)
class Clash:
    """A lock was got while somebody held it: the picture contradicts itself."""

    object: int
    thread: int
    time: int  # nanoseconds
    place: int
    holder: int = 0


@dataclass
class Lock:
    """One lock: its steps, and what goes on at its last record."""

    steps: Steps = field(default_factory=lambda: Steps(np.uint16))
    holder: int = 0
    waiters: int = 0
    time: int = 0  # nanoseconds, of its last record
    place: int = 0  # where it was got last
    contended: dict[int, int] = field(default_factory=dict)  # holder -> nanoseconds while others waited
    handed_on: bool = False  # somebody else gave it back: who took it has not held it all that time
    first: dict[int, tuple[int, int]] = field(default_factory=dict)  # holder -> place and time (ns) of the first such


@dataclass
class _Rows:
    """Records of locks, sorted by lock, each lock in order."""

    object: Array
    time: Array
    role: Array
    thread: Array
    place: Array
    ended_wait: Array
    bounds: Array  # where each lock begins, and the end


class HolderBuilder:
    """Follows every lock through batches of records."""

    def __init__(self) -> None:
        self.locks: dict[int, Lock] = {}
        self.changed: set[int] = set()  # locks with new steps; whoever reads it empties it
        self.clashes = 0
        self.first_clash: Clash | None = None

    def feed(self, records: Records, before: NDArray[np.uint8]) -> None:
        """Takes in records; `before` is what each thread did before its record, as `SpanBuilder.feed` returns."""
        role = LOCK_ROLE[words_of(records)]
        pick = np.flatnonzero(role)
        if len(self.locks) >= MOST_LOCKS:
            pick = pick[np.isin(records["object"][pick], np.fromiter(self.locks, np.uint32))]
        if not len(pick):
            return
        rows = self._rows(records, pick, role, before)
        locks = [self.locks.setdefault(int(rows.object[start]), Lock()) for start in rows.bounds[:-1]]
        rows.time = in_order(rows.time, rows.bounds, np.array([lock.time for lock in locks], np.int64))
        holder, previous = self._holders(rows, locks)
        self._check(rows, previous)
        self._add_waits(rows, locks, holder, rows.thread == previous)
        self._store(rows, locks, holder)
        by_another = (rows.role == RELEASED) & (previous != 0) & (rows.thread != previous)
        for thing in np.unique(rows.object[by_another]).tolist():
            self.locks[thing].handed_on = True

    @staticmethod
    def _rows(records: Records, pick: Array, role: Array, before: Array) -> _Rows:
        thing = records["object"][pick]
        order = np.argsort(thing.astype(np.uint16) if thing.max() < SMALL else thing, kind="stable")
        pick, thing = pick[order], thing[order]
        bounds = np.concatenate(([0], np.flatnonzero(thing[1:] != thing[:-1]) + 1, [len(thing)]))
        role = role[pick]
        lets_go = (role == GOT) | (role == LET_IN) | (role == GAVE_UP)
        time, thread, place = (records[name][pick] for name in ("time", "thread", "place"))
        return _Rows(thing, time, role, thread, place, lets_go & (before[pick] == State.WAIT_LOCK), bounds)

    @staticmethod
    def _holders(rows: _Rows, locks: list[Lock]) -> tuple[Array, Array]:
        """Who holds the lock after each row, and before it."""
        starts, lengths = rows.bounds[:-1], np.diff(rows.bounds)
        carried = np.array([lock.holder for lock in locks], np.uint16)
        last = latest((rows.role == GOT) | (rows.role == RELEASED))
        said = np.where(rows.role[last] == GOT, rows.thread[last], 0).astype(np.uint16)
        holder = np.where(last >= np.repeat(starts, lengths), said, np.repeat(carried, lengths))
        return holder, shifted(holder, carried, starts)

    def _check(self, rows: _Rows, previous: Array) -> None:
        """Two holders of one lock at one time cannot be."""
        wrong = np.flatnonzero((rows.role == GOT) & (previous != 0))
        self.clashes += len(wrong)
        if len(wrong) and self.first_clash is None:
            at = wrong[np.argmin(rows.time[wrong])]
            self.first_clash = Clash(
                *(int(of[at]) for of in (rows.object, rows.thread, rows.time, rows.place, previous))
            )

    def _add_waits(self, rows: _Rows, locks: list[Lock], holder: Array, own: Array) -> None:
        """Adds up how long each holder held what others waited for; `own`: the holder's, who waits for nobody else."""
        change = ((rows.role == WANT) & ~own).astype(np.int32) - (rows.ended_wait & ~own)
        total = np.cumsum(change, dtype=np.int32)
        lasted = np.zeros(len(holder), np.int64)
        lasted[:-1] = rows.time[1:] - rows.time[:-1]
        got_at = latest(rows.role == GOT)
        for number, lock in enumerate(locks):
            start, stop = int(rows.bounds[number]), int(rows.bounds[number + 1])
            gone = int(rows.time[start]) - lock.time
            if lock.holder and lock.waiters > 0 and gone > 0:
                self._count(lock, lock.holder, gone, (lock.place, lock.time))
            waiters = total[start:stop] + (lock.waiters - int(total[start]) + int(change[start]))
            busy = start + np.flatnonzero((waiters[:-1] > 0) & (holder[start : stop - 1] > 0))
            if len(busy):
                sums = np.bincount(holder[busy], weights=lasted[busy])
                for thread in np.flatnonzero(sums).tolist():
                    first = int(busy[np.argmax(holder[busy] == thread)]) if thread not in lock.first else start
                    at = int(got_at[first])
                    place = int(rows.place[at]) if at >= start else lock.place
                    self._count(lock, thread, int(sums[thread]), (place, int(rows.time[first])))
            lock.waiters = max(0, int(waiters[-1]))
            if got_at[stop - 1] >= start:
                lock.place = int(rows.place[got_at[stop - 1]])

    @staticmethod
    def _count(lock: Lock, thread: int, lasted: int, first: tuple[int, int]) -> None:
        lock.contended[thread] = lock.contended.get(thread, 0) + lasted
        lock.first.setdefault(thread, first)

    def _store(self, rows: _Rows, locks: list[Lock], holder: Array) -> None:
        group = np.repeat(np.arange(len(locks)), np.diff(rows.bounds))
        steps = settle(group, rows.time, [holder])
        cuts = np.searchsorted(group[steps], np.arange(len(locks) + 1))
        for number, lock in enumerate(locks):
            lock.time = int(rows.time[rows.bounds[number + 1] - 1])
            lock.holder = int(holder[rows.bounds[number + 1] - 1])
            mine = steps[cuts[number] : cuts[number + 1]]
            if len(mine):  # also one that nobody really took because it is switched off: it has a row
                lock.steps.add(rows.time[mine], holder[mine])
                self.changed.add(int(rows.object[rows.bounds[number]]))

    def holder(self, thing: int) -> int:
        """The thread that holds a lock now, 0 for nobody."""
        lock = self.locks.get(thing)
        return lock.holder if lock is not None else 0
