"""What a forked process has copies of: locks and queues between threads, which are no longer those of its parent."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from engine.analysis.columns import Array
from engine.analysis.record_semantics import IS_FORK, IS_OF_A_THING
from engine.analysis.run_facts import RunFacts
from engine.analysis.trace import Records
from engine.protocol.messages import Fact, ThreadFact
from engine.protocol.records import LAST_THREAD

OWN_BITS = 20  # things that process n made have ids from n << OWN_BITS on


class Fork(NamedTuple):
    """When and where a process was forked, and by which lane."""

    time: int  # nanoseconds
    place: int
    lane: int


class CopyBuilder:
    """Gives the things of a forked process ids of their own, as soon as it does something with them."""

    def __init__(self, run_facts: RunFacts) -> None:
        self.originals: dict[int, int] = {}  # copy -> the thing in the parent
        self._forks: dict[int, Fork] = {}  # by the lane of the child's main thread
        self._facts = run_facts
        self._numbers = np.zeros(LAST_THREAD + 1, np.uint32)  # lane -> number of its process
        self._main: dict[int, int] = {}  # number of a process -> its first lane
        self._copies: dict[tuple[int, int], int] = {}  # number of the process, thing

    def note(self, number: int, facts: Iterable[Fact]) -> None:
        """Takes in facts of the process of this number."""
        for fact in facts:
            if isinstance(fact, ThreadFact):
                self._numbers[fact.id] = number
                self._main[number] = min(fact.id, self._main.get(number, fact.id))

    def forked(self, lane: int) -> Fork | None:
        """How the process of this lane was forked; None for one that was not, or not by a thread that is known."""
        return self._forks.get(self._main.get(int(self._numbers[lane]), 0))

    def same_process(self, lane: int, other: int) -> bool:
        """Whether both are threads of one process."""
        return bool(self._numbers[lane] == self._numbers[other])

    def feed_forks(self, records: Records, word: Array) -> None:
        """Takes in records; `word` is flags << 8 | kind of each."""
        for row in np.flatnonzero(IS_FORK[word]).tolist():
            time, place, lane = (int(records[name][row]) for name in ("time", "place", "thread"))
            self._forks[int(records["object"][row])] = Fork(time, place, lane)

    def told_apart(self, records: Records, word: Array) -> tuple[Records, list[Fact]]:
        """The same records, in which things of forked processes are copies, and what is new of these.

        With one process it is the same object.
        """
        new: list[Fact] = []
        if not self._main:
            return records, new
        numbers, things = self._numbers[records["thread"]], records["object"]
        foreign = IS_OF_A_THING[word] & (numbers > 0) & (things > 0) & (things >> OWN_BITS != numbers)
        rows = np.flatnonzero(foreign)
        if not len(rows):
            return records, new
        pairs = numbers[rows].astype(np.uint64) << np.uint64(32) | things[rows]
        made = records.copy()
        for pair in np.unique(pairs).tolist():
            number, thing = pair >> 32, pair & 0xFFFF_FFFF
            if self._facts.is_copied(thing):
                made["object"][rows[pairs == pair]] = self._copy(number, thing, new)
        return made, new

    def _copy(self, number: int, thing: int, new: list[Fact]) -> int:
        copy = self._copies.get((number, thing))
        if copy is None:
            fact = self._facts.copy_of(thing)
            new.append(fact)
            copy = self._copies[number, thing] = fact.id
            fork = self._forks.get(self._main.get(number, 0))
            parent = int(self._numbers[fork.lane]) if fork is not None else 0
            self.originals[copy] = self._copies.get((parent, thing), thing)
        return copy
