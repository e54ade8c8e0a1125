"""Who has a lock that no facade made, as far as it is known: while somebody waits for it."""

from collections.abc import Callable, Iterable

import numpy as np

from engine.analysis.thread_lifecycle import FOREVER
from engine.frame import Holders
from engine.protocol.hidden_wait import HiddenWaitFact


class HiddenHolders:
    """A row for each such lock; the same object as long as nothing of it changed."""

    def __init__(self) -> None:
        self._facts: tuple[HiddenWaitFact, ...] = ()
        self._rows: dict[int, Holders] = {}
        self.shown: tuple[Holders, ...] = ()  # by id

    def rows(self, facts: tuple[HiddenWaitFact, ...], name: Callable[[int], str]) -> tuple[Holders, ...]:
        """All rows, by id; `facts` is another object where there is news. `name(id)` is the lock's."""
        if facts is not self._facts:
            self._facts = facts
            of: dict[int, list[HiddenWaitFact]] = {}
            for fact in facts:
                of.setdefault(fact.thing, []).append(fact)
            self._rows = {thing: self._row(thing, steps(of[thing]), name(thing)) for thing in sorted(of)}
            self.shown = tuple(self._rows.values())
        return self.shown

    def _row(self, thing: int, found: list[tuple[int, int]], name: str) -> Holders:
        starts, threads = np.array([at for at, _ in found], np.int64), np.array([who for _, who in found], np.uint16)
        before = self._rows.get(thing)
        same = before is not None and before.name == name and np.array_equal(before.starts, starts)
        if before is not None and same and np.array_equal(before.threads, threads):
            return before
        return Holders(thing, name, starts, threads)


def steps(waits: Iterable[HiddenWaitFact]) -> list[tuple[int, int]]:
    """From when on (nanoseconds) which thread has one lock; 0: nobody waits, so nobody knows."""
    found: list[tuple[int, int]] = []
    end = 0
    for one in sorted(waits, key=lambda wait: wait.since):
        if found and one.since > end:
            found.append((end, 0))
        if not found or found[-1][1] != one.owner:
            found.append((one.since, one.owner))
        end = max(end, one.until or FOREVER)
    if found and end < FOREVER:
        found.append((end, 0))
    return found
