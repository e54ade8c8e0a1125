"""The records of several processes in the one order in which they happened.

Each process sends its own in order, but one is ahead of another. Their clocks are one and the same. A record's *key* is
the latest time that its process has shown so far, so the keys of a process never fall. When one process gave a lock up
before another took it, the key of the first record is smaller: it is no later than its report, and that was before the
lock was free. So records are handed on by their keys, as soon as no process can still send a smaller one.
"""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.analysis.trace import DTYPE, Records, records_of
from engine.protocol.records import AWAY, AWAY_CLOSES, AWAY_OPENS, BLOCK, BLOCK_FACTS, BLOCK_RECORDS

LAG = 1.0  # seconds for which the others wait for a process that is silent, because of C code or a busy machine
OWN = 0  # the stage's own process


class _Source:
    """What came from one process and is not handed on yet."""

    def __init__(self, key: int) -> None:
        self.key = key  # its next record has no smaller one
        self.waited: float | None = None  # since when others wait for it, as `time.monotonic` counts
        self.closed = False  # it reports no more
        self.records: list[Records] = []
        self._keys: list[NDArray[np.int64]] = []

    def add(self, records: Records) -> None:
        """Takes in what came."""
        if len(records):
            keys = np.maximum(np.maximum.accumulate(records["time"]), self.key)
            self.key = int(keys[-1])
            self.records.append(records)
            self._keys.append(keys)
            self.waited = None

    def take(self, limit: int | None) -> tuple[Records, NDArray[np.int64]]:
        """Hands out what has keys up to `limit`, None: everything. There is something."""
        records, keys = np.concatenate(self.records), np.concatenate(self._keys)
        count = len(keys) if limit is None else int(np.searchsorted(keys, limit, "right"))
        rest = count < len(keys)
        self.records, self._keys = ([records[count:]], [keys[count:]]) if rest else ([], [])
        return records[:count], keys[:count]


class Merger:
    """Puts the records of the processes together. With one process alone they go straight through."""

    def __init__(self) -> None:
        self._sources: dict[int, _Source] = {OWN: _Source(0)}
        self._merged = 0  # the largest key handed on

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
        self.open(number)
        if len(self._sources) == 1:
            return records
        self._sources[number].add(records)
        return self.ready()

    def unwrap(self, payload: bytes) -> Iterator[tuple[int, Any]]:
        """Takes in a block of another process; yields its blocks of facts, and records that can be handed on now."""
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
                yield kind, self.feed(number, records_of(inner)[0])
            elif kind == BLOCK_FACTS:
                yield kind, inner

    def ready(self) -> Records:
        """What can be handed on now."""
        found = self._take(self._limit(time.monotonic()))
        self._sources = {number: one for number, one in self._sources.items() if one.records or not one.closed}
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
        return min(patient, default=last)

    def _take(self, limit: int | None) -> Records:
        taken = [source.take(limit) for source in self._sources.values() if source.records]
        if not taken:
            return np.empty(0, DTYPE)
        keys = np.concatenate([keys for _, keys in taken])
        self._merged = int(keys.max(initial=self._merged))
        records = np.concatenate([records for records, _ in taken])
        return records if len(taken) == 1 else records[np.argsort(keys, kind="stable")]
