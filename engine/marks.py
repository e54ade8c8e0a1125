"""Moments worth a mark in a lane: where a thread set an event, or cleared it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.columns import Columns
from engine.records import Kind
from engine.trace import Records


@dataclass(frozen=True)
class Marks:
    """Columns of equal length: at times[i], nanoseconds, lanes[i] set the event events[i], or cleared it."""

    times: NDArray[np.int64]
    lanes: NDArray[np.uint16]
    events: NDArray[np.uint32]
    sets: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.times)


def _columns() -> Columns:
    return Columns(np.int64, np.uint16, np.uint32, np.bool_)


NO_MARKS = Marks(*_columns().views())


class MarkBuilder:
    """Gathers marks from records. `marks` is the same object as long as there is no other one."""

    def __init__(self) -> None:
        self.marks = NO_MARKS
        self._kept = _columns()

    def feed(self, records: Records, word: NDArray[np.uint16]) -> None:
        """Takes in records; `word` is flags << 8 | kind of each."""
        kinds = word & 0xFF
        rows = np.flatnonzero(((kinds == Kind.EVENT_SET) | (kinds == Kind.EVENT_CLEARED)) & (records["thread"] != 0))
        if len(rows):
            fields = (records[name][rows] for name in ("time", "thread", "object"))
            self._kept.extend(*fields, kinds[rows] == Kind.EVENT_SET)
            self.marks = Marks(*self._kept.views())
