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
        self._columns: NDArray[np.int64] = np.empty(0, np.int64)
        self._least: NDArray[np.int64] = np.empty(0, np.int64)
        self._most: NDArray[np.int64] = np.empty(0, np.int64)
        self._last: NDArray[np.int64] = np.empty(0, np.int64)

    def feed(self, times: Times, values: NDArray[np.int64]) -> None:
        """Takes in what is new since the last time; the series only ever grows at its end."""
        new, fresh = times[self._seen :], values[self._seen :]
        self._seen = len(times)
        if not len(new):
            return
        columns = new // self.step
        begins = np.flatnonzero(np.diff(columns, prepend=-1))
        least, most = np.minimum.reduceat(fresh, begins), np.maximum.reduceat(fresh, begins)
        last = fresh[np.append(begins[1:], len(fresh)) - 1]
        columns = columns[begins]
        if len(self._columns) and columns[0] == self._columns[-1]:
            least[0], most[0] = min(least[0], self._least[-1]), max(most[0], self._most[-1])
            self._columns, self._last = self._columns[:-1], self._last[:-1]
            self._least, self._most = self._least[:-1], self._most[:-1]
        self._columns = np.concatenate((self._columns, columns))
        self._least = np.concatenate((self._least, least))
        self._most = np.concatenate((self._most, most))
        self._last = np.concatenate((self._last, last))

    def corners(self, end: float) -> Points:
        """The corners up to `end` seconds: through least, greatest and last value of each column."""
        if not len(self._columns):
            return np.empty(0), np.empty(0)
        before = np.concatenate((self._last[:1], self._last[:-1]))
        y = np.column_stack((before, self._least, self._most, self._last)).ravel().astype(np.float64)
        x = np.repeat(self._columns * (self.step / NS), 4)
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
