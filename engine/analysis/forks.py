"""When and where processes were forked, and which lanes are theirs."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from engine.analysis.columns import Array
from engine.analysis.record_semantics import IS_FORK
from engine.analysis.trace import Records
from engine.protocol.messages import Fact, ThreadFact
from engine.protocol.records import LAST_THREAD

OWN_BITS = 20  # things that process n made have ids from n << OWN_BITS on


class Fork(NamedTuple):
    """When and where a process was forked."""

    time: int  # nanoseconds
    place: int


class ForkBuilder:
    """Forks by the process that came of them; of one process alone nothing is kept."""

    def __init__(self) -> None:
        self.known: dict[int, Fork] = {}  # by the lane of the child's main thread
        self._numbers = np.zeros(LAST_THREAD + 1, np.uint32)  # lane -> number of its process
        self._main: dict[int, int] = {}  # number of a process -> its first lane

    def note(self, number: int, facts: Iterable[Fact]) -> None:
        """Takes in facts of the process of this number."""
        for fact in facts:
            if isinstance(fact, ThreadFact):
                self._numbers[fact.id] = number
                self._main[number] = min(fact.id, self._main.get(number, fact.id))

    def feed(self, records: Records, word: Array) -> None:
        """Takes in records; `word` is flags << 8 | kind of each."""
        for row in np.flatnonzero(IS_FORK[word]).tolist():
            self.known[int(records["object"][row])] = Fork(int(records["time"][row]), int(records["place"][row]))

    def of(self, lane: int) -> Fork | None:
        """How the process of this lane was forked; None for one that was not, or not by a thread that is known."""
        return self.known.get(self._main.get(int(self._numbers[lane]), 0))

    def same_process(self, lane: int, other: int) -> bool:
        """Whether both are threads of one process."""
        return bool(self._numbers[lane] == self._numbers[other])

    def is_older(self, thing: int, lane: int) -> bool:
        """Whether this thing was made by another process than that of the lane, so that a fork brought it."""
        return thing >> OWN_BITS != int(self._numbers[lane])
