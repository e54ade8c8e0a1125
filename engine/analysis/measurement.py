"""What is measured of a run: the processor time of each lane, and the parts that are compared."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.analysis.columns import Array, Columns, in_order, shifted
from engine.analysis.record_semantics import IS_CPU, IS_PART
from engine.analysis.run_facts import RunFacts
from engine.analysis.trace import Records
from engine.frame import Cpu, LaneKind, Part
from engine.protocol.part_facts import PartFact
from engine.protocol.records import LAST_THREAD, Kind
from engine.protocol.units import SECOND

_MILLI = 1000  # a SPEED record has thousandths


class Rises(NamedTuple):
    """More of what lanes had, a row for each sample: used[i] between begins[i] and ends[i], all in nanoseconds."""

    lanes: NDArray[np.uint16]
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    used: NDArray[np.int64]


NO_RISES = Rises(np.zeros(0, np.uint16), *[np.zeros(0, np.int64)] * 3)


class CpuBuilder:
    """Processor time by lanes. `began_of(lane)` says when a lane began, nanoseconds: there it had none yet."""

    def __init__(self, began_of: Callable[[int], int | None]) -> None:
        self.changed: set[int] = set()  # lanes of which more is known; whoever reads it empties it
        self.risen = NO_RISES  # by what was fed last
        self._began_of = began_of
        self._lanes: dict[int, Columns] = {}  # times, used
        self._shown: dict[int, Cpu] = {}
        self._time = np.zeros(LAST_THREAD + 1, np.int64)  # of each lane the last one known
        self._used = np.zeros(LAST_THREAD + 1, np.int64)

    def feed(self, records: Records, word: NDArray[np.uint16]) -> None:
        """Takes in records; `word` is flags << 8 | kind of each."""
        rows = np.flatnonzero(IS_CPU[word])
        if not len(rows):
            self.risen = NO_RISES
            return
        rows = rows[np.argsort(records["thread"][rows], kind="stable")]  # one look at all; there may be thousands
        lanes, times, used = (records[name][rows] for name in ("thread", "time", "value"))
        bounds = np.concatenate(([0], np.flatnonzero(lanes[1:] != lanes[:-1]) + 1, [len(lanes)]))
        numbers, starts = lanes[bounds[:-1]], bounds[:-1]
        for lane, first in zip(numbers.tolist(), starts.tolist(), strict=True):
            if lane not in self._lanes:
                self._begin(lane, int(times[first]), int(used[first]))
        # A record of the thread itself may be overtaken by one of whoever looked at it: time was never taken back.
        times, used = in_order(times, bounds, self._time[numbers]), in_order(used, bounds, self._used[numbers])
        begins, before = (shifted(*of, starts) for of in ((times, self._time[numbers]), (used, self._used[numbers])))
        self.risen = Rises(lanes, begins, times, used - before)
        last = bounds[1:] - 1
        self._time[numbers], self._used[numbers] = times[last], used[last]
        for lane, start, stop in zip(numbers.tolist(), starts.tolist(), bounds[1:].tolist(), strict=True):
            self._lanes[lane].extend(times[start:stop], used[start:stop])
        self.changed.update(numbers.tolist())

    def _begin(self, lane: int, time: int, used: int) -> None:
        """A new lane: what it had before its first sample is known if its beginning is."""
        columns = self._lanes[lane] = Columns(np.int64, np.int64)
        began = self._began_of(lane)
        if began is not None and began < time:
            columns.extend((began,), (0,))
            self._time[lane] = began
        else:
            self._time[lane], self._used[lane] = time, max(0, used)

    def cpu(self, lane: int) -> Cpu | None:
        """What a lane had so far, the same object as long as no more is known; None when nothing is."""
        columns, shown = self._lanes.get(lane), self._shown.get(lane)
        if columns is None:
            return None
        if shown is None or len(shown.times) != len(columns):
            shown = self._shown[lane] = Cpu(*columns.views())
        return shown


class _Stretch:
    """When a part ran, in which lane, and how fast program time ran meanwhile."""

    def __init__(self, start: int, lane: int) -> None:
        self.start, self.lane = start, lane
        self.end: int | None = None
        self.speeds: set[int] = set()  # those it was changed to, in thousandths
        self.used = 0.0  # nanoseconds of processor time that all threads together had in it


class PartBuilder:
    """Parts in the order in which they began."""

    def __init__(self) -> None:
        self._shown: tuple[Part, ...] = ()
        self.begun: dict[int, _Stretch] = {}
        self._changed = False
        self.cpu_known = False
        self._notes: list[PartFact | None] = []

    def feed(self, records: Records, word: Array) -> None:
        """Takes in records; `word` is flags << 8 | kind of each."""
        rows = np.flatnonzero(IS_PART[word])
        picked = (records[name][rows].tolist() for name in ("kind", "object", "thread", "time", "value"))
        for kind, number, lane, time, value in zip(*picked, strict=True):
            part = self.begun.get(number)
            if kind == Kind.SPEED:
                for going in (one for one in self.begun.values() if one.end is None):
                    going.speeds.add(value)
            elif kind == Kind.PART_BEGAN and part is None:
                self.begun[number] = _Stretch(time, lane)
            elif kind == Kind.PART_ENDED and part is not None and part.end is None:
                part.end = time
        self._changed |= len(rows) > 0

    def credit(self, risen: Rises, run_facts: RunFacts) -> None:
        """Adds processor time to the parts it was had in, after the records of the same time were fed.

        A task's is its thread's, too, and counts once.
        """
        if not len(risen.lanes):
            return
        self.cpu_known = True
        first, last = int(risen.begins.min()), int(risen.ends.max())
        met = [one for one in self.begun.values() if one.start < last and (one.end is None or one.end > first)]
        if not met:
            return
        tasks = [lane for lane in np.unique(risen.lanes).tolist() if run_facts.thread(lane).kind is LaneKind.TASK]
        if tasks:
            risen = risen._replace(used=np.where(np.isin(risen.lanes, tasks), 0, risen.used))
        for part in met:
            part.used += _within(risen, part)
        self._changed = True

    def parts(self, run_facts: RunFacts) -> tuple[Part, ...]:
        """All of them: the same tuple as long as nothing in it changed."""
        notes = list(map(run_facts.parts.get, self.begun))
        if self._changed or notes != self._notes:
            self._changed, self._notes = False, notes
            known = zip(self.begun.items(), notes, strict=True)
            parts = tuple(_part(number, ran, note, self.cpu_known) for (number, ran), note in known)
            self._shown = self._shown if parts == self._shown else parts
        return self._shown


def _within(risen: Rises, part: _Stretch) -> float:
    """Nanoseconds of processor time that fall into a part, each step of it taken as even."""
    lasted = risen.ends - risen.begins
    ends = risen.ends if part.end is None else np.minimum(risen.ends, part.end)
    inside = np.maximum(0, ends - np.maximum(risen.begins, part.start))
    return float(np.sum(risen.used * (inside / np.maximum(1, lasted))))


def _part(number: int, ran: _Stretch, note: PartFact | None, cpu_known: bool) -> Part:
    note = note or PartFact(number, f"part {number}")
    speed = note.speed if ran.speeds <= {round(note.speed * _MILLI)} else None
    start, end = ran.start / SECOND, None if ran.end is None else ran.end / SECOND
    used = ran.used / SECOND if cpu_known else None
    return Part(number, note.name, note.group, start, end, speed, ran.lane, note.limit, note.value, note.error, used)
