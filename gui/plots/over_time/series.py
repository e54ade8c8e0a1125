"""Long series in few points: the least, the greatest and the last value of every pixel column, kept up as they grow."""

import numpy as np
from numpy.typing import NDArray

from engine.frame import Times
from gui.plots.common.scale import NS

Values = NDArray[np.float64]
Points = tuple[Values, Values]


def steps(times: Times, values: NDArray[np.int64], end: float) -> Points:
    """The corners of a series of steps up to `end`: x in seconds, y. Empty for an empty series."""
    if not len(times):
        return np.empty(0), np.empty(0)
    x = np.repeat(np.append(times / NS, max(end, float(times[-1]) / NS)), 2)[1:-1]
    return x, np.repeat(values.astype(np.float64), 2)


class Digest:
    """Corners of a growing series, at most four for each column of `step` nanoseconds."""

    def __init__(self, step: int) -> None:
        self.step = step
        self._seen = 0
        self._kept: NDArray[np.int64] = np.empty((4, 0), np.int64)  # columns, and their least, most and last

    def feed(self, times: Times, values: NDArray[np.int64]) -> None:
        """Takes in what is new since the last time; the series only ever grows at its end."""
        new, fresh = times[self._seen :], values[self._seen :]
        self._seen = len(times)
        if not len(new):
            return
        columns = new // self.step
        begins = np.flatnonzero(np.diff(columns, prepend=-1))
        least, most = np.minimum.reduceat(fresh, begins), np.maximum.reduceat(fresh, begins)
        found, kept = np.stack((columns[begins], least, most, fresh[np.append(begins[1:], len(fresh)) - 1])), self._kept
        if kept.size and found[0, 0] == kept[0, -1]:
            found[1, 0], found[2, 0] = min(found[1, 0], kept[1, -1]), max(found[2, 0], kept[2, -1])
            kept = kept[:, :-1]
        self._kept = np.concatenate((kept, found), axis=1)

    def corners(self, end: float) -> Points:
        """The corners up to `end` seconds: through least, greatest and last value of each column."""
        if not self._kept.size:
            return np.empty(0), np.empty(0)
        columns, least, most, last = self._kept
        before = np.concatenate((last[:1], last[:-1]))
        y = np.column_stack((before, least, most, last)).ravel().astype(np.float64)
        x = np.repeat(columns * (self.step / NS), 4)
        return np.append(x, max(end, float(x[-1]))), np.append(y, y[-1])


class Growing:
    """The corners of one series for a given width: exact while it is short, digested when it is long."""

    def __init__(self) -> None:
        self._digest: Digest | None = None
        self._length = 0

    def points(self, times: Times, values: NDArray[np.int64], end: float, step: int) -> Points:
        """Corners up to `end` seconds, where a pixel column is `step` nanoseconds."""
        if len(times) <= 2000:
            self._digest = None
            return steps(times, values, end)
        if self._digest is None or self._digest.step != step or len(times) < self._length:
            self._digest = Digest(step)
        self._length = len(times)
        self._digest.feed(times, values)
        return self._digest.corners(end)


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
