"""The parts of a run that are compared, from records and facts."""

import numpy as np

from engine.analysis.columns import Array
from engine.analysis.processor_time import Rises
from engine.analysis.record_semantics import IS_PART
from engine.analysis.run_facts import RunFacts
from engine.analysis.trace import Records
from engine.frame import LaneKind, Part
from engine.protocol.messages import PartFact
from engine.protocol.records import Kind
from engine.protocol.units import SECOND

_MILLI = 1000  # a SPEED record has thousandths


class _Stretch:
    """When a part ran, in which lane, and how fast program time ran meanwhile."""

    def __init__(self, start: int, lane: int) -> None:
        self.start, self.lane = start, lane
        self.end: int | None = None
        self.speeds: set[int] = set()  # those it was changed to, in thousandths
        self.used = 0.0  # nanoseconds of processor time that all threads together had in it


class PartBuilder:
    """Parts in the order in which they began. `parts` is the same tuple as long as nothing in it changed."""

    def __init__(self) -> None:
        self.parts: tuple[Part, ...] = ()
        self.begun: dict[int, _Stretch] = {}
        self._going: set[int] = set()
        self._changed = False
        self.cpu_known = False
        self._notes: dict[int, PartFact] = {}

    def feed(self, records: Records, word: Array) -> None:
        """Takes in records; `word` is flags << 8 | kind of each."""
        for row in np.flatnonzero(IS_PART[word]).tolist():
            record = records[row]
            number, time = int(record["object"]), int(record["time"])
            kind = int(record["kind"])
            if kind == Kind.SPEED:
                for part in self._going:
                    self.begun[part].speeds.add(int(record["value"]))
                self._changed |= bool(self._going)
            elif kind == Kind.PART_BEGAN and number not in self.begun:
                self.begun[number] = _Stretch(time, int(record["thread"]))
                self._going.add(number)
                self._changed = True
            elif kind == Kind.PART_ENDED and number in self._going:
                self.begun[number].end = time
                self._going.discard(number)
                self._changed = True

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
        threads = risen.of(np.isin(risen.lanes, tasks, invert=True)) if tasks else risen
        for part in met:
            part.used += _within(threads, part)
        self._changed = True

    def refresh(self, run_facts: RunFacts) -> None:
        """Brings `parts` up to date."""
        if not self._changed and all(run_facts.parts.get(number) is self._notes.get(number) for number in self.begun):
            return
        self._changed = False
        self._notes = dict(run_facts.parts)
        self.parts = tuple(
            _part(number, one, run_facts.parts.get(number), self.cpu_known) for number, one in self.begun.items()
        )


def _within(risen: Rises, part: _Stretch) -> float:
    """Nanoseconds of processor time that fall into a part, each step of it taken as even."""
    lasted = risen.ends - risen.begins
    ends = risen.ends if part.end is None else np.minimum(risen.ends, part.end)
    inside = np.maximum(0, ends - np.maximum(risen.begins, part.start))
    return float(np.sum(risen.used * (inside / np.maximum(1, lasted))))


def _part(number: int, ran: _Stretch, note: PartFact | None, cpu_known: bool) -> Part:
    note = note or PartFact(number, f"part {number}")
    steady = ran.speeds <= {round(note.speed * _MILLI)}
    return Part(
        number,
        note.name,
        note.group,
        ran.start / SECOND,
        None if ran.end is None else ran.end / SECOND,
        note.speed if steady else None,
        ran.lane,
        note.limit,
        note.value,
        note.error,
        ran.used / SECOND if cpu_known else None,
    )
