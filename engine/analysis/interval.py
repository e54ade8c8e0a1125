"""What happened in a stretch of a run that somebody marked: pure, of columns to a few numbers for each lane."""

from collections.abc import Mapping

import numpy as np

from engine.frame import Lane, Losses, Recording, State
from engine.frame.states import WAITING
from engine.protocol.lazy_dataclass import lazy_dataclass

_STATES = max(State) + 1
_NOTHING = (State.ABSENT, State.ENDED)  # no thread is there


@lazy_dataclass(frozen=True)
class LaneInterval:
    """One lane within the interval."""

    lane: int  # its place in the recording
    times: Mapping[State, int]  # nanoseconds in each state that occurs
    waits: int  # how many waits fall into it, also with a part of theirs
    losses: int  # updates that were lost by it


@lazy_dataclass(frozen=True)
class Interval:
    """All lanes that were there within the interval, which lasts from `start` to `end`, nanoseconds."""

    start: int
    end: int
    lanes: tuple[LaneInterval, ...]

    @property
    def states(self) -> tuple[State, ...]:
        """Those that occur, the gravest first."""
        return tuple(sorted({state for lane in self.lanes for state in lane.times}, reverse=True))


def interval(recording: Recording, start: int, end: int, now: int) -> Interval:
    """What happened from `start` to `end` (nanoseconds) of a run that has come to `now`.

    The cost is that of one look at the spans in between.
    """
    end = max(start, min(end, now))
    lost = _lost(recording.losses, start, end)
    found = (_lane(index, lane, start, end, lost.get(lane.id, 0)) for index, lane in enumerate(recording.lanes))
    return Interval(start, end, tuple(one for one in found if one.times or one.losses))


def spans_within(recording: Recording, start: int, end: int) -> int:
    """How many spans `interval` would look at."""
    edges = (np.searchsorted(lane.spans.starts, (start, end)) for lane in recording.lanes)
    return sum(int(after - first) for first, after in edges)


def _lost(losses: Losses, start: int, end: int) -> dict[int, int]:
    """How many updates each lane lost, by its id."""
    first, after = np.searchsorted(losses.times, (start, end))
    lanes, counts = np.unique(losses.threads[first:after], return_counts=True)
    return dict(zip(lanes.tolist(), counts.tolist(), strict=True))


def _lane(index: int, lane: Lane, start: int, end: int, losses: int) -> LaneInterval:
    starts = lane.spans.starts
    first = max(int(np.searchsorted(starts, start, "right")) - 1, 0)
    after = int(np.searchsorted(starts, end, "left"))
    if after <= first:
        return LaneInterval(index, {}, 0, losses)
    states = lane.spans.states[first:after]
    edges = np.append(starts[first:after], end)  # the last span that is cut lasts to the end, or to `now`
    edges[0] = max(int(edges[0]), start)
    lasting = np.diff(edges)
    times = np.bincount(states, weights=lasting, minlength=_STATES)  # exact up to 104 days
    counts = np.bincount(states[lasting > 0], minlength=_STATES)
    told = {state: int(times[state]) for state in State if times[state] and state not in _NOTHING}
    return LaneInterval(index, told, sum(int(counts[state]) for state in WAITING), losses)
