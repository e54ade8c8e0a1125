"""The processor time of each lane, from the samples that a stage sends."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.frame import Cpu
from engine.kinds import IS_CPU
from engine.trace import Records
from engine.values import Points


class Rise(NamedTuple):
    """More of what a lane had: between times[i] and times[i + 1] it had used[i + 1] - used[i], all in nanoseconds."""

    lane: int
    times: NDArray[np.int64]
    used: NDArray[np.int64]


class CpuBuilder:
    """Processor time by lanes. `began_of(lane)` says when a lane began, nanoseconds: there it had none yet."""

    def __init__(self, began_of: Callable[[int], int | None]) -> None:
        self.changed: set[int] = set()  # lanes of which more is known; whoever reads it empties it
        self.risen: list[Rise] = []  # by what was fed last
        self._began_of = began_of
        self._lanes: dict[int, Points] = {}
        self._shown: dict[int, Cpu] = {}

    def feed(self, records: Records, word: NDArray[np.uint16]) -> None:
        """Takes in records; `word` is flags << 8 | kind of each."""
        self.risen = []
        rows = np.flatnonzero(IS_CPU[word])
        if not len(rows):
            return
        lanes = records["thread"][rows]
        for lane in np.unique(lanes).tolist():
            own = rows[lanes == lane]
            self._add(lane, records["time"][own], records["value"][own])

    def _add(self, lane: int, times: NDArray[np.int64], used: NDArray[np.int64]) -> None:
        points = self._lanes.setdefault(lane, Points(1))
        if not len(points):
            began = self._began_of(lane)
            if began is not None and began < times[0]:
                points.add(np.array([began]), np.array([0]))
        # A record of the thread itself may be overtaken by one of whoever looked at it: time was never taken back.
        floor = points.last(1) if len(points) else 0
        known = max(0, len(points) - 1)
        points.add(times, np.maximum.accumulate(np.maximum(used, floor)))
        self.risen.append(Rise(lane, *(column[known:] for column in points.views())))
        self.changed.add(lane)

    def cpu(self, lane: int) -> Cpu | None:
        """What a lane had so far, the same object as long as no more is known; None when nothing is."""
        points, shown = self._lanes.get(lane), self._shown.get(lane)
        if points is None:
            return None
        if shown is None or len(shown.times) != len(points):
            shown = self._shown[lane] = Cpu(*points.views())
        return shown
