"""Long series in few points: least, greatest and last value of every pixel column that shows, kept up as they grow."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.frame import Series, Times
from gui.plots.common.scale import NS, Scale

_FEW = 2000  # rows that are drawn as they are
_MUCH = 4  # widths of a plot whose columns are kept
Values = NDArray[np.float64]
Points = tuple[Values, Values]


def steps(times: Times, values: NDArray[Any], end: float) -> Points:
    """The corners of a series of steps up to `end`: x in seconds, y. Empty for an empty series."""
    if not len(times):
        return np.empty(0), np.empty(0)
    x = np.repeat(np.append(times / NS, max(end, float(times[-1]) / NS)), 2)[1:-1]
    return x, np.repeat(values.astype(np.float64), 2)


def visible(finest: float, *rows: Values) -> NDArray[np.bool_]:
    """Which corners of rows over the same x are worth drawing: those at which one changes by as much as `finest`."""
    kept = np.zeros(len(rows[0]), np.bool_)
    kept[:1] = kept[-1:] = True
    for row in rows:
        level = np.floor(row / finest)
        changes = level[1:] != level[:-1]
        kept[1:] |= changes
        kept[:-1] |= changes
    return kept


class Digest:
    """Corners of a stretch of a growing series, at most four for each column of `step` nanoseconds."""

    def __init__(self, step: int) -> None:
        self.step = step
        self._begun = self._seen = 0  # rows that are known: from here, up to there
        self._kept: NDArray[Any] = np.empty((4, 0), np.int64)  # columns, and their least, most and last

    def feed(self, times: Times, values: NDArray[Any], first: int, end: int) -> None:
        """Takes in the rows from `first` to `end` (excluded), as far as they are new; the series grows at its end."""
        if not self._begun <= first <= self._seen <= len(times):
            self._begun = self._seen = first
            self._kept = self._kept[:, :0]
        new, fresh = times[self._seen : end], values[self._seen : end]
        self._seen = max(self._seen, end)
        if not len(new):
            return
        columns, begins = self._columns(new)
        least, most = np.fmin.reduceat(fresh, begins), np.fmax.reduceat(fresh, begins)  # which pass over gaps
        found, kept = np.stack((columns, least, most, fresh[np.append(begins[1:], len(fresh)) - 1])), self._kept
        if kept.size and found[0, 0] == kept[0, -1]:
            found[1, 0], found[2, 0] = np.fmin(found[1, 0], kept[1, -1]), np.fmax(found[2, 0], kept[2, -1])
            kept = kept[:, :-1]
        self._kept = np.concatenate((kept, found), axis=1)

    def _columns(self, new: Times) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The columns that these times lie in, and the first row of each."""
        first, last = int(new[0]) // self.step, int(new[-1]) // self.step
        if last - first >= len(new):
            columns = new // self.step
            begins = np.flatnonzero(np.diff(columns, prepend=first - 1))
            return columns[begins], begins
        edges = np.arange(first, last + 1)
        begins = np.searchsorted(new, edges * self.step)  # a search for each column is less than a look at each row
        filled = np.diff(begins, append=len(new)) > 0
        return edges[filled], begins[filled]

    def forget(self, first: int, column: int) -> None:
        """What lies before a column is no longer asked for; `first` is the first row that is."""
        self._kept = self._kept[:, max(0, int(np.searchsorted(self._kept[0], column)) - 1) :]
        self._begun = max(self._begun, first)

    def corners(self, end: float, columns: tuple[int, int] | None = None) -> Points:
        """The corners up to `end` seconds: through least, greatest and last value of each column, or of these."""
        kept = self._kept
        if columns is not None:
            first, after = np.searchsorted(kept[0], (columns[0], columns[1] + 1))
            kept = kept[:, max(0, first - 1) : after].copy()
            if first:
                kept[1:3, 0] = kept[3, 0]  # of what came before, the last value goes on
        if not kept.size:
            return np.empty(0), np.empty(0)
        which, least, most, last = kept
        before = np.concatenate((last[:1], last[:-1]))
        y = np.column_stack((before, least, most, last)).ravel().astype(np.float64)
        x = np.repeat(which * (self.step / NS), 4)
        return np.append(x, max(end, float(x[-1]))), np.append(y, y[-1])

    def __len__(self) -> int:
        return len(self._kept[0])


class Growing:
    """The corners of what shows of one series: exact where that is little, digested where it is much."""

    def __init__(self) -> None:
        self._digest: Digest | None = None
        self._length = 0

    def points(self, times: Times, values: NDArray[Any], now: float, scale: Scale) -> Points:
        """Corners from the left edge of a scale to its right one, or to `now` seconds where that comes before."""
        first = max(0, int(np.searchsorted(times, scale.start, "right")) - 1)
        after = int(np.searchsorted(times, scale.end, "right"))
        begin, end = scale.start / NS, min(now, scale.end / NS)
        if after - first <= _FEW:
            x, y = steps(times[first:after], values[first:after], end)
            return np.maximum(x, begin), y
        if self._digest is None or self._digest.step != scale.per_column or len(times) < self._length:
            self._digest = Digest(scale.per_column)
        digest, self._length = self._digest, len(times)
        column = scale.start // scale.per_column
        begins, ends = column * scale.per_column, (column + scale.columns) * scale.per_column
        first = max(0, int(np.searchsorted(times, begins)) - 1)  # whole columns, and what holds before them:
        after = max(after, int(np.searchsorted(times, ends)))  # they are the same whatever was shown before
        digest.feed(times, values, first, after)
        if len(digest) > _MUCH * scale.columns:
            digest.forget(first, column)
        x, y = digest.corners(end, (column, column + scale.columns - 1))
        return np.maximum(x, begin), y


class Extremes:
    """The least and the greatest value of a growing series; looks only at what is new."""

    def __init__(self) -> None:
        self._seen, self._low, self._high = 0, 0, 0

    def feed(self, values: NDArray[np.int64]) -> tuple[int, int]:
        """Least and greatest value up to now; 0 and 0 for an empty series."""
        if len(values) < self._seen:
            self._seen = 0
        fresh = values[self._seen :]
        if len(fresh):
            low, high = int(fresh.min()), int(fresh.max())
            self._low = min(low, self._low) if self._seen else low
            self._high = max(high, self._high) if self._seen else high
        self._seen = len(values)
        return self._low, self._high


def value_at(times: Times, values: NDArray[np.int64], seconds: float) -> int | None:
    """The value of a series at a time; None before its first."""
    index = int(np.searchsorted(times, round(seconds * NS), "right")) - 1
    return int(values[index]) if index >= 0 else None


def number_at(series: Series, seconds: float | None) -> float | None:
    """The number of a series at a time, None: the last one; None before its first, and in a gap."""
    last = len(series.times) - 1
    index = last if seconds is None else int(np.searchsorted(series.times, round(seconds * NS), "right")) - 1
    value: float | None = series.values[index].item() if index >= 0 else None
    return None if value is None or np.isnan(value) else value


def latest(series: Series) -> int:
    """The last value of a series, 0 for an empty one."""
    return int(series.values[-1]) if len(series.values) else 0
