"""Pure: all that was done to one thing, in order."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.analysis.columns import Array
from engine.analysis.trace import DTYPE, Records, Trace
from engine.protocol.records import Flag, Kind

MOST = 1 << 22  # records that are looked through: some 20 ms, once, when nothing moves any more
FIRST, LAST = Kind.SEMAPHORE_WANT, Kind.QUEUE_JOINED  # numbers of kinds are for ever
COLUMNS = ("time", "value", "place", "thread", "kind", "flags")


class Row(NamedTuple):
    """One of them: time in nanoseconds."""

    number: int  # in the order in which they happened
    time: int
    value: int
    place: int
    thread: int
    kind: int
    flags: int


class Account:
    """Rows of one thing, as columns of equal length."""

    def __init__(self, rows: Records, numbers: Array | None = None) -> None:
        self._rows = rows
        self._numbers = np.arange(len(rows)) if numbers is None else numbers

    def __len__(self) -> int:
        return len(self._rows)

    def column(self, name: str) -> Array:
        """One field of all rows."""
        found: Array = self._rows[name]
        return found

    def of(self, *kinds: Kind) -> Account:
        """Only these kinds."""
        return self._where(np.isin(self._rows["kind"], kinds))

    def by(self, *lanes: int) -> Account:
        """Only what these threads did."""
        return self._where(np.isin(self._rows["thread"], lanes))

    def before(self, row: Row) -> Account:
        """Only what came before this row."""
        return self._where(self._numbers < row.number)

    def after(self, row: Row | None) -> Account:
        """Only what came after this row; all, where there is none."""
        return self if row is None else self._where(self._numbers > row.number)

    def at(self, places: Collection[int]) -> Account:
        """Only what was done at these places."""
        return self._where(np.isin(self._rows["place"], list(places)))

    def row(self, number: int) -> Row:
        """One row; -1 is the last one. Raises IndexError where there is none."""
        return Row(int(self._numbers[number]), *(int(self._rows[number][name]) for name in COLUMNS))

    @property
    def last(self) -> Row | None:
        """The last row, None where there is none."""
        return self.row(-1) if len(self) else None

    def find(self, row: Row) -> Row:
        """The same row, numbered as in this account. Raises IndexError where it is not there."""
        own = (row.time, row.thread, row.kind)
        fits = [self._rows[name] == value for name, value in zip(("time", "thread", "kind"), own, strict=True)]
        return self.row(int(np.flatnonzero(np.logical_and.reduce(fits))[-1]))

    def counts(self) -> dict[int, int]:
        """How many rows each thread has."""
        lanes, counts = np.unique(self._rows["thread"], return_counts=True)
        return dict(zip(lanes.tolist(), counts.tolist(), strict=True))

    @property
    def let_through(self) -> bool:
        """Whether a switch let somebody through: then nothing is known of who had to wait."""
        return bool((self._rows["flags"] & Flag.OFF).any())

    def _where(self, mask: NDArray[np.bool_]) -> Account:
        return Account(self._rows[mask], self._numbers[mask])


def last_of(trace: Trace, lane: int, kind: Kind) -> tuple[Row, int] | None:
    """The last row of a kind that a thread made, and the thing it was done to."""
    for chunk in reversed(trace.chunks()):
        rows = np.flatnonzero((chunk["kind"] == kind) & (chunk["thread"] == lane))
        if len(rows):
            return Account(chunk).row(int(rows[-1])), int(chunk[rows[-1]]["object"])
    return None


def accounts(trace: Trace, things: Collection[int]) -> dict[int, Account]:
    """What was done to each of these things; empty where more than MOST records were made."""
    if not things or len(trace) > MOST:
        return {}
    wanted, found = np.array(sorted(things), np.uint32), []
    for chunk in trace.chunks():
        kinds = chunk["kind"]
        rows = np.flatnonzero((kinds >= FIRST) & (kinds <= LAST))
        found.append(chunk[rows[np.isin(chunk["object"][rows], wanted)]])
    told = np.concatenate([np.empty(0, DTYPE), *found])
    return {thing: Account(told[told["object"] == thing]) for thing in things}
