"""The tasks of pools on the lanes of their workers, as arrays: which began and ended where, bounded by pixels."""

from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.frame import Tasks
from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.plots.common.scale import Scale

_WIDE = 5.0  # columns: narrower tasks become one line
_BEFORE = 4  # tasks that began before the view and may reach into it, one inside of the other
_CROSSES = 16  # pixels between two crosses
Indexes = NDArray[np.int64]
Columns = NDArray[np.float64]


@lazy_dataclass(frozen=True)
class Shown:
    """The tasks of one lane that show. Columns are those of the scale; they may lie outside of the view."""

    tasks: Indexes  # numbers of the wide ones in `Tasks`
    first: Columns
    after: Columns
    narrow: tuple[tuple[int, int], ...]  # columns that narrower ones cover, from and to
    failed: tuple[float, ...]  # columns of crosses


@dataclass
class _Row:
    """The tasks of one lane: their numbers, and when they began. Arrays of Python's, for these grow in place."""

    numbers: "array[int]" = field(default_factory=lambda: array("q"))
    starts: "array[int]" = field(default_factory=lambda: array("q"))


class TaskIndex:
    """Which tasks ran in which lane. Takes in only what is new, so a hundred thousand cost what a hundred cost."""

    def __init__(self) -> None:
        self._run, self._seen = -1, 0
        self._tasks: Tasks | None = None
        self._rows: dict[int, _Row] = {}
        self._failed: dict[int, Indexes] = {}

    def feed(self, tasks: Tasks, run: int) -> None:
        """The tasks as they are now."""
        if run != self._run or len(tasks) < self._seen:
            self._run, self._seen, self._rows = run, 0, {}
        if tasks is self._tasks:
            return
        self._tasks = tasks
        if not len(tasks):
            self._failed = {}
            return  # np.unique would import numpy.ma, and the first frame would wait for it
        fresh = tasks.lanes[self._seen :]
        order = np.argsort(fresh, kind="stable")
        lanes, begins = np.unique(fresh[order], return_index=True)
        for lane, mine in zip(lanes.tolist(), np.split(order + self._seen, begins[1:]), strict=False):
            row = self._rows.setdefault(lane, _Row())
            row.numbers.frombytes(mine.astype(np.int64).tobytes())
            row.starts.frombytes(tasks.starts[mine].tobytes())
        self._seen = len(tasks)
        failed = np.flatnonzero(tasks.failed)
        self._failed = {lane: failed[tasks.lanes[failed] == lane] for lane in np.unique(tasks.lanes[failed]).tolist()}

    def has(self, lane: int) -> bool:
        """Whether a lane works for a pool."""
        return lane in self._rows

    def at(self, lane: int, time: int) -> int:
        """The number of the task that a lane was at, at a time in nanoseconds; -1: none."""
        row, tasks = self._rows.get(lane), self._tasks
        if row is None or tasks is None:
            return -1
        here = bisect_right(row.starts, time)
        recent = reversed(row.numbers[max(0, here - _BEFORE) : here])
        return next((number for number in recent if tasks.ends[number] < 0 or tasks.ends[number] > time), -1)

    def shown(self, lane: int, scale: Scale, now: int) -> Shown | None:
        """What of a lane's tasks shows at a scale, None for nothing: bounded by columns, however many there are."""
        row, tasks = self._rows.get(lane), self._tasks
        if row is None or tasks is None:
            return None
        low = max(0, bisect_right(row.starts, scale.start) - _BEFORE)
        high = bisect_left(row.starts, scale.end)
        if high - low > 2 * scale.columns:
            # At each edge of a column the one that is on, and the next to begin: no wide one and no column is missed.
            edges = scale.start + np.arange(scale.columns + 1) * scale.per_column
            there = np.searchsorted(row.starts[low:high], edges, "right") + low
            both = np.clip(np.column_stack((there - 1, there)).ravel(), low, high - 1)  # never falls
            chosen = both[np.diff(np.maximum.accumulate(both), prepend=-1) > 0]
        else:
            chosen = np.arange(low, high)
        numbers = np.asarray(row.numbers)[chosen]  # copied, for an array that is looked into cannot grow
        ends = np.where(tasks.ends[numbers] < 0, now, tasks.ends[numbers])
        inside = ends > scale.start
        numbers, ends = numbers[inside], ends[inside]
        first = (tasks.starts[numbers] - scale.start) / scale.per_column
        after = (ends - scale.start) / scale.per_column
        wide = after - first >= _WIDE
        failed = self._crosses(tasks, lane, scale)
        if not len(numbers) and not failed:
            return None
        return Shown(numbers[wide], first[wide], after[wide], _runs(first[~wide], after[~wide], scale.columns), failed)

    def _crosses(self, tasks: Tasks, lane: int, scale: Scale) -> tuple[float, ...]:
        """Where failed tasks ended; of those that stand close together, in bins of absolute time, the first."""
        numbers = self._failed.get(lane)
        if numbers is None:
            return ()
        ends = tasks.ends[numbers]
        ends = ends[(ends >= scale.start) & (ends < scale.end)]
        room = max(1, round(_CROSSES * scale.ratio)) * scale.per_column
        _, kept = np.unique(ends // room, return_index=True)
        return tuple(((ends[kept] - scale.start) / scale.per_column).tolist())


def _runs(first: Columns, after: Columns, columns: int) -> tuple[tuple[int, int], ...]:
    """The columns that any of these covers, as pairs of first column and column after."""
    if not len(first):
        return ()
    change = np.zeros(columns + 2, np.int64)
    begin = np.clip(np.floor(first), 0, columns).astype(np.int64)
    np.add.at(change, begin, 1)
    np.add.at(change, np.maximum(np.clip(np.ceil(after), 0, columns).astype(np.int64), begin + 1), -1)
    covered = np.concatenate(([False], np.cumsum(change)[:columns] > 0, [False]))
    ends = np.flatnonzero(covered[1:] != covered[:-1])
    return tuple(zip(ends[0::2].tolist(), ends[1::2].tolist(), strict=True))
