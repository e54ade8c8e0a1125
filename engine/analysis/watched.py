"""The values that the presenter watches, over time: whole numbers as long as they are, else floats with gaps."""

import numpy as np
from numpy.typing import NDArray

from engine.analysis.columns import Array, Columns
from engine.analysis.record_semantics import IS_WATCHED
from engine.analysis.run_facts import RunFacts
from engine.analysis.trace import Records
from engine.frame import Series
from engine.protocol.messages import WatchFact
from engine.protocol.records import Flag

MOST = 1 << 10  # values; a stage sends forty of one run


class WatchedValue:
    """One value as it grows. As soon as one of its numbers is no whole one, all of them are floats."""

    def __init__(self) -> None:
        self._whole: Columns | None = Columns(np.int64, np.int64)
        self._real = Columns(np.int64, np.float64)

    def add(self, times: Array, bits: Array, flags: Array) -> None:
        """Adds what was seen at these times, which never run backwards in a record of one stage."""
        if self._whole is not None and not (flags & (Flag.REAL | Flag.FAILED)).any():
            self._whole.extend(times, bits)
            return
        if self._whole is not None:
            before, values = self._whole.views()
            self._real.extend(before, values.astype(np.float64))
            self._whole = None
        real = np.where(flags & Flag.REAL, bits.view(np.float64), bits.astype(np.float64))
        self._real.extend(times, np.where(np.isfinite(real) & ((flags & Flag.FAILED) == 0), real, np.nan))

    def series(self, told: WatchFact) -> Series:
        """What is drawn of it."""
        times, values = (self._real if self._whole is None else self._whole).views()
        return Series(told.name or told.expression, times, values, sampled=True, expression=told.expression)


class WatchBuilder:
    """All of them, in the order in which they were first told of."""

    def __init__(self) -> None:
        self._values: dict[int, WatchedValue] = {}
        self._made: dict[int, tuple[WatchFact, Series]] = {}
        self._shown: tuple[Series, ...] = ()
        self._told: tuple[WatchFact, ...] = ()

    def feed(self, records: Records, word: NDArray[np.uint16], run_facts: RunFacts) -> None:
        """Takes in records; `word` is flags << 8 | kind of each."""
        rows = np.flatnonzero(IS_WATCHED[word])
        if not len(rows):
            return
        things = records["object"][rows]
        for thing in np.unique(things).tolist():
            if thing not in run_facts.watches or (thing not in self._values and len(self._values) >= MOST):
                continue
            mine = records[rows[things == thing]]
            value = self._values.setdefault(thing, WatchedValue())
            value.add(*(np.ascontiguousarray(mine[name]) for name in ("time", "value", "flags")))
            self._made.pop(thing, None)

    def series(self, run_facts: RunFacts) -> tuple[Series, ...]:
        """One series for each value that ever was a number; the same objects as long as nothing changed."""
        changed = False
        for thing, value in self._values.items():
            told = run_facts.watches[thing]
            made = self._made.get(thing)
            if made is None or made[0].name != told.name:
                self._made[thing] = (told, value.series(told))
                changed = True
        if changed:
            series = [self._made[thing][1] for thing in sorted(self._made)]
            self._shown = tuple([one for one in series if one.values.dtype == np.int64 or not _empty(one.values)])
        return self._shown

    def told(self, run_facts: RunFacts) -> tuple[WatchFact, ...]:
        """What the stage said of each of them, and last why there is no value."""
        told = tuple(run_facts.watches.values())
        if told != self._told:
            self._told = told
        return self._told


def _empty(values: Array) -> bool:
    return bool(np.isnan(values).all())
