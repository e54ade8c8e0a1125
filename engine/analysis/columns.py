"""Columns that grow at their end only: what a frame has seen of them never changes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

FIRST_ROOM = 32  # rows
QUICK_ROOM = 1 << 18  # rows; from here on room grows eightfold, so that large columns are copied twice at most
Array = NDArray[Any]


class Columns:
    """Several arrays of one length. `views` shows them; rows that were shown stay as they are."""

    __slots__ = ("_arrays", "_count", "_open", "_shown")

    def __init__(self, *dtypes: DTypeLike) -> None:
        self._arrays: list[Array] = [np.empty(FIRST_ROOM, dtype) for dtype in dtypes]
        self._open: list[Array] = []  # the same, read-only: a slice of it is so at once
        self._count = 0
        self._shown = 0

    def __len__(self) -> int:
        return self._count

    def views(self) -> tuple[Array, ...]:
        """Read-only arrays of all rows so far, without a copy."""
        count = self._shown = self._count
        if not self._open:
            self._open = [array.view() for array in self._arrays]
            for view in self._open:
                view.flags.writeable = False
        return tuple([view[:count] for view in self._open])

    def last(self, column: int) -> int:
        """The last row's value in a column. Raises IndexError when there are no rows."""
        if not self._count:
            raise IndexError("no rows yet")
        return int(self._arrays[column][self._count - 1])

    def extend(self, *parts: Array | Sequence[int]) -> None:
        """Adds rows: one equally long part for each column."""
        end = self._count + len(parts[0])
        if end > len(self._arrays[0]):
            self._grow(end)
        for array, part in zip(self._arrays, parts, strict=True):
            array[self._count : end] = part
        self._count = end

    def cut(self, count: int) -> None:
        """Takes back all rows but the first `count`; what was shown stays as it was, in arrays of its own."""
        if count >= self._count:
            return
        if count < self._shown:
            self._arrays, self._open = [array.copy() for array in self._arrays], []
        self._count = self._shown = count

    def _grow(self, rows: int) -> None:
        room = len(self._arrays[0])
        while room < rows:
            room *= 2 if room < QUICK_ROOM else 8
        for number, old in enumerate(self._arrays):
            new = np.empty(room, old.dtype)  # pages that are not written yet cost nothing
            new[: self._count] = old[: self._count]
            self._arrays[number] = new
        self._open = []


class Steps(Columns):
    """Columns of which the first is a time: from starts[i] on, the others hold.

    Neighbours that agree in the first `key` columns after the time are one step. A step that lasts no time is
    dropped, unless it was shown already or its first value is `grave`.
    """

    __slots__ = ("_grave", "_key")

    def __init__(self, *dtypes: DTypeLike, key: int = 1, grave: int = -1) -> None:
        super().__init__(np.int64, *dtypes)
        self._key = key
        self._grave = grave

    def add(self, starts: Array, *parts: Array) -> None:
        """Adds steps that are settled among themselves (see `settle`) and begin no earlier than the last one."""
        last = self._count - 1
        if last >= self._shown and self._arrays[0][last] == starts[0] and self._arrays[1][last] != self._grave:
            self._count = last
            last -= 1
        if last < 0 or not self._goes_on(last, parts):
            self.extend(starts, *parts)
        elif len(starts) > 1:
            self.extend(starts[1:], *(part[1:] for part in parts))

    def add_row(self, start: int, *values: int) -> None:
        """Adds one step; for many lanes with one each that is three times as quick."""
        arrays, last = self._arrays, self._count - 1
        if last >= self._shown and arrays[0].item(last) == start and arrays[1].item(last) != self._grave:
            self._count = last
            last -= 1
        if last >= 0:
            for number in range(self._key):
                if arrays[1 + number].item(last) != values[number]:
                    break
            else:
                return
        at = self._count
        if at == len(arrays[0]):
            self._grow(at + 1)
            arrays = self._arrays
        arrays[0][at] = start
        for array, value in zip(arrays[1:], values, strict=True):
            array[at] = value
        self._count = at + 1

    def _goes_on(self, last: int, parts: Sequence[Array]) -> bool:
        """Whether the first of these is the same step as the last one."""
        for number in range(self._key):  # noqa: SIM110 - asked for each lane at each batch, and a loop is quicker
            if self._arrays[1 + number].item(last) != parts[number].item(0):
                return False
        return True


def settle(group: Array, starts: Array, keys: Sequence[Array], grave: int = -1) -> NDArray[np.intp]:
    """Which rows are steps of their own, all groups at once: rows sorted by group, then by time.

    Of several at one time the last counts (and each whose first key is `grave`); of neighbours alike the first.
    """
    if not len(group):
        return np.empty(0, np.intp)
    lasting = np.ones(len(group), np.bool_)
    lasting[:-1] = (group[1:] != group[:-1]) | (starts[1:] != starts[:-1])
    if grave >= 0:
        lasting |= keys[0] == grave
    rows = np.flatnonzero(lasting)
    ahead, behind = rows[1:], rows[:-1]
    new = np.ones(len(rows), np.bool_)
    new[1:] = group[ahead] != group[behind]
    for key in keys:
        new[1:] |= key[ahead] != key[behind]
    kept: NDArray[np.intp] = rows[new]
    return kept


def in_order(times: NDArray[np.int64], bounds: Array, floors: Array) -> NDArray[np.int64]:
    """Times of groups made never to run backwards: group i is times[bounds[i]:bounds[i + 1]], at least floors[i].

    A thread reads the clock a little before its record gets its number, so the two orders can differ slightly.
    """
    starts = bounds[:-1]
    early = times[starts] < floors
    back = np.flatnonzero(times[1:] < times[:-1]) + 1
    if len(back):
        group = np.searchsorted(bounds, back, "right") - 1
        early[group[back > bounds[group]]] = True
    if not early.any():
        return times
    mended = times.copy()
    for number in np.flatnonzero(early):
        part = mended[bounds[number] : bounds[number + 1]]
        np.maximum.accumulate(np.maximum(part, floors[number]), out=part)
    return mended


def shifted(values: Array, first: Array, starts: NDArray[np.intp]) -> Array:
    """What stands one row earlier, in groups that begin at `starts`; at the beginning of each it is its `first`."""
    before = np.empty_like(values)
    before[1:] = values[:-1]
    before[starts] = first
    return before


def latest(marked: NDArray[np.bool_]) -> NDArray[np.intp]:
    """For each row the last marked row up to it, -1 for none."""
    rows: NDArray[np.intp] = np.maximum.accumulate(np.where(marked, np.arange(len(marked)), -1))
    return rows
