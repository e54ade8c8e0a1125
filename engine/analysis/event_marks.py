"""Moments worth a mark in a lane: where a thread set an event, or cleared it."""

import numpy as np
from numpy.typing import NDArray

from engine.analysis.columns import Columns
from engine.analysis.record_semantics import IS_MARK
from engine.analysis.trace import Records
from engine.frame import NO_MARKS, Marks
from engine.protocol.records import Kind


def _columns() -> Columns:
    return Columns(np.int64, np.uint16, np.uint32, np.bool_)


class MarkBuilder:
    """Gathers marks from records. `marks` is the same object as long as there is no other one."""

    def __init__(self) -> None:
        self.marks = NO_MARKS
        self._kept = _columns()

    def feed(self, records: Records, word: NDArray[np.uint16]) -> None:
        """Takes in records; `word` is flags << 8 | kind of each."""
        rows = np.flatnonzero(IS_MARK[word] & (records["thread"] != 0))
        if len(rows):
            fields = (records[name][rows] for name in ("time", "thread", "object"))
            self._kept.extend(*fields, word[rows] & 0xFF == Kind.EVENT_SET)
            self.marks = Marks(*self._kept.views())
