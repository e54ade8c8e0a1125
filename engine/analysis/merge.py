"""The records of several processes in the one order in which they happened.

Each process sends its own in order, but one is ahead of another. Their clocks are one and the same. A record's *key* is
the latest time that its process has shown so far, so the keys of a process never fall. When one process gave a lock up
before another took it, the key of the first record is smaller: it is no later than its report, and that was before the
lock was free. So records are handed on by their keys, as soon as no process can still send a smaller one.
"""

import time
from collections import deque
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.analysis.trace import DTYPE, Records, records_of
from engine.protocol.records import AWAY, AWAY_CLOSES, AWAY_OPENS, BLOCK, BLOCK_FACTS, BLOCK_RECORDS

LAG = 1.0  # seconds for which the others wait for a process that is silent, because of C code or a busy machine
OWN = 0  # the stage's own process
Piece: TypeAlias = tuple[Records, NDArray[np.int64]]  # records, and the key of each


class _Source:
    """What came from one process and is not handed on yet."""

    def __init__(self, key: int) -> None:
        self.key = key  # its next record has no smaller one
        self.waited: float | None = None  # since when others wait for it, as `time.monotonic` counts
        self.closed = False  # it reports no more
        self.pieces: deque[Piece] = deque()

    def add(self, records: Records) -> None:
        """Takes in what came."""
        if len(records):
            keys = np.maximum(np.maximum.accumulate(records["time"]), self.key)
            self.key = int(keys[-1])
            self.pieces.append((records, keys))
            self.waited = None

    def take(self, limit: int | None) -> list[Piece]:
        """Hands out what has keys up to `limit`, None: everything. What stays is not touched, however much it is."""
        found: list[Piece] = []
        while self.pieces:
            records, keys = self.pieces[0]
            if limit is not None and keys[-1] > limit:
                count = int(np.searchsorted(keys, limit, "right"))
                if count:
                    found.append((records[:count], keys[:count]))
                    self.pieces[0] = (records[count:], keys[count:])
                break
            found.append(self.pieces.popleft())
        return found


class Merger:
    """Puts the records of the processes together. With one process alone they go straight through."""

    def __init__(self) -> None:
        self._sources: dict[int, _Source] = {OWN: _Source(0)}
        self._merged = 0  # the largest key handed on
        self._lately: deque[tuple[float, int]] = deque()  # when a largest key was seen, and that key

    def open(self, number: int) -> None:
        """A process is about to report."""
        if number not in self._sources:
            self._sources[number] = _Source(self._merged)

    def close(self, number: int) -> None:
        """A process reports no more."""
        self.open(number)
        self._sources[number].closed = True

    def feed(self, number: int, records: Records) -> Records:
        """Takes in records of a process; returns those, of all processes, that can be handed on now, in order."""
        alone = self.alone(number)
        if not alone:
            self.hold(number, records)
        return records if alone else self.ready()

    def alone(self, number: int) -> bool:
        """Whether this process is the only one: then its records need not be held."""
        self.open(number)
        return len(self._sources) == 1

    def hold(self, number: int, records: Records) -> None:
        """Takes in records of a process, which `ready` hands on: to ask it once for many blocks is cheaper."""
        self.open(number)
        self._sources[number].add(records)

    def unwrap(self, payload: bytes) -> Iterator[bytes]:
        """Takes in a block of another process and holds its records; yields its blocks of facts."""
        if len(payload) < AWAY.size:
            return
        number, how = AWAY.unpack_from(payload)
        if how == AWAY_OPENS:
            self.open(number)
        elif how == AWAY_CLOSES:
            self.close(number)
        at = AWAY.size
        while len(payload) - at >= BLOCK.size:
            kind, size = BLOCK.unpack_from(payload, at)
            inner = payload[at + BLOCK.size : at + BLOCK.size + size]
            at += BLOCK.size + size
            if kind == BLOCK_RECORDS:
                self.hold(number, records_of(inner)[0])
            elif kind == BLOCK_FACTS:
                yield inner

    @property
    def holds(self) -> bool:
        """Whether there is something that is not handed on yet."""
        return len(self._sources) > 1 and any(one.pieces for one in self._sources.values())

    def ready(self, now: float | None = None) -> Records:
        """What can be handed on now, as `time.monotonic` counts."""
        found = self._take(self._limit(time.monotonic() if now is None else now))
        self._sources = {number: one for number, one in self._sources.items() if one.pieces or not one.closed}
        return found

    def end(self) -> Records:
        """Nothing more will come: all that is left."""
        return self._take(None)

    def _limit(self, now: float) -> int:
        """The key up to which nothing smaller is to be expected."""
        last = max(source.key for source in self._sources.values())
        patient = []
        for source in (one for one in self._sources.values() if not one.closed):
            if source.key >= last:
                source.waited = None
            elif source.waited is None:
                source.waited = now
            if source.waited is None or now - source.waited < LAG:
                patient.append(source.key)
        return max(min(patient, default=last), self._old_enough(now, last))

    def _old_enough(self, now: float, last: int) -> int:
        """The largest key of LAG ago: nothing is held longer, also where new processes begin all the time."""
        if not self._lately or last > self._lately[-1][1]:
            self._lately.append((now, last))
        while len(self._lately) > 1 and self._lately[1][0] <= now - LAG:
            self._lately.popleft()
        seen, key = self._lately[0]
        return key if seen <= now - LAG else 0

    def _take(self, limit: int | None) -> Records:
        taken = [piece for source in self._sources.values() if source.pieces for piece in source.take(limit)]
        if not taken:
            return np.empty(0, DTYPE)
        keys = np.concatenate([keys for _, keys in taken])
        self._merged = int(keys.max(initial=self._merged))
        records = np.frombuffer(b"".join(records.tobytes() for records, _ in taken), DTYPE)
        return records[np.argsort(keys, kind="stable")]
