"""The processor time of each lane, from the samples that a stage sends."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.analysis.columns import Columns, in_order
from engine.analysis.record_semantics import IS_CPU
from engine.analysis.trace import Records
from engine.frame import Cpu
from engine.protocol.records import LAST_THREAD


class Rises(NamedTuple):
    """More of what lanes had, a row for each sample: used[i] between begins[i] and ends[i], all in nanoseconds."""

    lanes: NDArray[np.uint16]
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    used: NDArray[np.int64]

    def of(self, rows: NDArray[np.bool_]) -> "Rises":
        """Some of the rows."""
        return Rises(self.lanes[rows], self.begins[rows], self.ends[rows], self.used[rows])


NO_RISES = Rises(np.zeros(0, np.uint16), *[np.zeros(0, np.int64)] * 3)


class CpuBuilder:
    """Processor time by lanes. `began_of(lane)` says when a lane began, nanoseconds: there it had none yet."""

    def __init__(self, began_of: Callable[[int], int | None]) -> None:
        self.changed: set[int] = set()  # lanes of which more is known; whoever reads it empties it
        self.risen = NO_RISES  # by what was fed last
        self._began_of = began_of
        self._lanes: dict[int, Columns] = {}  # times, used
        self._shown: dict[int, Cpu] = {}
        self._time = np.zeros(LAST_THREAD + 1, np.int64)  # of each lane the last one known
        self._used = np.zeros(LAST_THREAD + 1, np.int64)

    def feed(self, records: Records, word: NDArray[np.uint16]) -> None:
        """Takes in records; `word` is flags << 8 | kind of each."""
        rows = np.flatnonzero(IS_CPU[word])
        if not len(rows):
            self.risen = NO_RISES
            return
        rows = rows[np.argsort(records["thread"][rows], kind="stable")]  # one look at all; there may be thousands
        lanes, times, used = (records[name][rows] for name in ("thread", "time", "value"))
        bounds = np.concatenate(([0], np.flatnonzero(lanes[1:] != lanes[:-1]) + 1, [len(lanes)]))
        numbers, starts = lanes[bounds[:-1]], bounds[:-1]
        for lane, first in zip(numbers.tolist(), starts.tolist(), strict=True):
            if lane not in self._lanes:
                self._begin(lane, int(times[first]), int(used[first]))
        # A record of the thread itself may be overtaken by one of whoever looked at it: time was never taken back.
        times, used = in_order(times, bounds, self._time[numbers]), in_order(used, bounds, self._used[numbers])
        self._note_rises(lanes, times, used, starts)
        last = bounds[1:] - 1
        self._time[numbers], self._used[numbers] = times[last], used[last]
        for lane, start, stop in zip(numbers.tolist(), starts.tolist(), bounds[1:].tolist(), strict=True):
            self._lanes[lane].extend(times[start:stop], used[start:stop])
        self.changed.update(numbers.tolist())

    def _begin(self, lane: int, time: int, used: int) -> None:
        """A new lane: what it had before its first sample is known if its beginning is."""
        columns = self._lanes[lane] = Columns(np.int64, np.int64)
        began = self._began_of(lane)
        if began is not None and began < time:
            columns.extend((began,), (0,))
            self._time[lane] = began
        else:
            self._time[lane], self._used[lane] = time, max(0, used)

    def _note_rises(
        self, lanes: NDArray[np.uint16], times: NDArray[np.int64], used: NDArray[np.int64], starts: NDArray[np.intp]
    ) -> None:
        begins, before = np.empty_like(times), np.empty_like(used)
        begins[1:], before[1:] = times[:-1], used[:-1]
        begins[starts], before[starts] = self._time[lanes[starts]], self._used[lanes[starts]]
        self.risen = Rises(lanes, begins, times, used - before)

    def cpu(self, lane: int) -> Cpu | None:
        """What a lane had so far, the same object as long as no more is known; None when nothing is."""
        columns, shown = self._lanes.get(lane), self._shown.get(lane)
        if columns is None:
            return None
        if shown is None or len(shown.times) != len(columns):
            shown = self._shown[lane] = Cpu(*columns.views())
        return shown
