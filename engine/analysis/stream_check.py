"""Whether what a stage sends can be so: each block is checked before anything of it is believed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from engine.analysis.record_semantics import IS_KNOWN
from engine.analysis.trace import Records, records_of, words_of
from engine.frame.trouble import Misread, StreamFault
from engine.protocol.codec import listed
from engine.protocol.messages import FACTS, Fact, HelloFact, OutcomeFact
from engine.protocol.records import (
    AWAY,
    AWAY_BLOCKS,
    AWAY_BROKEN,
    BLOCK,
    BLOCK_AWAY,
    BLOCK_FACTS,
    BLOCK_RECORDS,
    LAST_PROCESS,
    MOST,
    Flag,
)

OWN = 0  # the stage's own process
SLICE = 250  # facts that are made between two looks at the clock: about 2 ms
_UNKNOWN_FLAGS = np.uint8(0xFF & ~sum(Flag))


class StreamCheck:
    """Reads the blocks of one run in order. `faults` says of a process, by number, from where on it is not believed.

    The first fault ends it: the rest of that block, and all that comes after it, says nothing. What one process of the
    program sends says nothing about the others. `latest()` is the last program time that there can be, in nanoseconds.
    """

    def __init__(self, latest: Callable[[], int]) -> None:
        self.faults: dict[int, StreamFault] = {}
        self._latest = latest
        self._once: set[type] = set()  # facts of which there is one in a run

    @property
    def sound(self) -> bool:
        """Whether the stage itself is believed."""
        return OWN not in self.faults

    def header(self, kind: int, length: int) -> None:
        """The reader found this header, which no stage sends."""
        self._fault(OWN, StreamFault(Misread.BLOCK, kind, length))

    def records(self, payload: bytes, number: int = OWN) -> bytes:
        """The records up to the first one that cannot be."""
        records, rest = records_of(payload)
        bad = np.flatnonzero(~self._can_be(records))
        if len(bad):
            self._fault(number, StreamFault(Misread.RECORD, int(records["kind"][bad[0]]), int(records["time"][bad[0]])))
            return payload[: int(bad[0]) * records.itemsize]
        if rest or not len(records):
            self._fault(number, StreamFault(Misread.BLOCK, BLOCK_RECORDS, len(payload)))
        return payload[: len(records) * records.itemsize]

    def _can_be(self, records: Records) -> NDArray[np.bool_]:
        time, flags = records["time"], records["flags"]
        found: NDArray[np.bool_] = IS_KNOWN[words_of(records)] & (flags & _UNKNOWN_FLAGS == 0)
        return found & (time >= 0) & (time <= self._latest())

    def facts(self, payload: bytes, number: int = OWN) -> Iterator[list[Fact]]:
        """The facts up to the first one that makes no sense, some at a time: of a block there may be thousands."""
        found = iter(listed(payload) or ())
        made = 0
        while part := list(islice(found, SLICE)):
            unpacked = FACTS.unpack_all(part)
            sound = unpacked.messages[: self._first_twice(unpacked.messages, number)]
            made += len(sound)
            if len(sound) < len(part):
                # which of them it was is found one by one: it is seldom
                alone = 0
                while alone < len(part) and FACTS.unpack_all(part[alone : alone + 1]).messages:
                    alone += 1
                sound = sound[:alone]
                self._fault(number, StreamFault(Misread.FACT, BLOCK_FACTS, made))
            yield sound
            if number in self.faults:
                return
        if not made and number not in self.faults:
            self._fault(number, StreamFault(Misread.FACT, BLOCK_FACTS, 0))

    def _first_twice(self, facts: list[Fact], number: int) -> int | None:
        """Which of them says again what a stage says once, or what another process cannot say."""
        for at, fact in enumerate(facts):
            if isinstance(fact, (HelloFact, OutcomeFact)):
                if number != OWN or type(fact) in self._once:
                    return at
                self._once.add(type(fact))
        return None

    def away(self, payload: bytes) -> bytes | None:
        """The same of a block of another process; None: there is nothing in it to be believed."""
        if len(payload) < AWAY.size:
            self._fault(OWN, StreamFault(Misread.BLOCK, BLOCK_AWAY, len(payload)))
            return None
        number, how = AWAY.unpack_from(payload)
        if not 0 < number <= LAST_PROCESS or how > AWAY_BROKEN or (how != AWAY_BLOCKS) != (len(payload) == AWAY.size):
            self._fault(OWN, StreamFault(Misread.PROCESS, number, how))
            return None
        if how == AWAY_BROKEN:
            self._fault(number, StreamFault(Misread.PROCESS, number, how))
            return None
        if how != AWAY_BLOCKS:
            return payload
        if number in self.faults:
            return None
        return payload[: AWAY.size] + b"".join(self._inner(number, memoryview(payload)[AWAY.size :]))

    def _inner(self, number: int, payload: memoryview) -> Iterator[bytes]:
        """The blocks of another process that are believed."""
        while payload and number not in self.faults:
            kind, length = BLOCK.unpack_from(payload) if len(payload) >= BLOCK.size else (0, 0)
            inner, payload = bytes(payload[BLOCK.size : BLOCK.size + length]), payload[BLOCK.size + length :]
            if kind not in (BLOCK_RECORDS, BLOCK_FACTS) or not 0 < length <= MOST[kind] or len(inner) < length:
                self._fault(number, StreamFault(Misread.BLOCK, kind, length))
            elif kind == BLOCK_RECORDS:
                sound = self.records(inner, number)
                yield BLOCK.pack(kind, len(sound)) + sound
            else:
                facts = [fact for part in self.facts(inner, number) for fact in part]
                packed = inner if number not in self.faults else FACTS.pack(facts)
                yield BLOCK.pack(kind, len(packed)) + packed

    def _fault(self, number: int, fault: StreamFault) -> None:
        self.faults.setdefault(number, fault)
