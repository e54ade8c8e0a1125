"""Numbers over the time of a run, and what became of them between the flips of switches."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.frame.lanes import Times


@dataclass(frozen=True)
class Series:
    """A value over time as steps: from times[i] on it is values[i]."""

    name: str
    times: Times
    values: NDArray[np.int64]
    expected: NDArray[np.int64] | None = None  # what it should be, at the same times; None: no such thing
    limit: int | None = None  # of a queue: its size; 0 is unlimited
    sampled: bool = False  # looked at now and then, rather than reported with each update


@dataclass(frozen=True)
class Flip:
    """A switch that was flipped while the program ran, with the numbers up to then."""

    time: float
    name: str
    on: bool
    updates: int  # updates of the watched value made up to then
    lost: int  # of these, lost


@dataclass(frozen=True)
class SwitchPeriod:
    """A part of the run between two flips, for the table "lock off / lock on"."""

    switch: str
    on: bool
    start: float
    end: float
    updates: int
    kept: int

    @property
    def lost(self) -> int:
        return self.updates - self.kept
