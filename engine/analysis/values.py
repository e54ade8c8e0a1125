"""Numbers over time: the watched value and its lost updates, flips of switches, depths of queues."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine.analysis.columns import Array, Columns
from engine.analysis.record_semantics import IS_DEPTH, IS_SAMPLE, IS_SWITCHED, IS_UPDATE
from engine.analysis.run_facts import RunFacts
from engine.analysis.trace import Records
from engine.frame import NO_LOSSES, Flip, Losses, Series, SwitchPeriod
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.records import MAIN_THREAD, Kind
from engine.protocol.units import SECOND

LARGEST = 2**62  # of a value; what is larger is not reckoned with


@lazy_dataclass(frozen=True)
class Tally:
    """The updates of the watched value so far."""

    updates: int = 0
    lost: int = 0
    start: int = 0
    value: int = 0
    first_loss_place: int = 0

    @property
    def expected(self) -> int:
        """What the value would be had every update been kept."""
        return self.start + self.updates


def _known(values: Array) -> Array:
    """Which values are numbers to reckon with; UNKNOWN_VALUE is none."""
    known: Array = (values > -LARGEST) & (values < LARGEST)
    return known


class Points(Columns):
    """A growing series of whole numbers whose times, the first column, never run backwards."""

    __slots__ = ()

    def __init__(self, columns: int) -> None:
        super().__init__(*[np.int64] * (1 + columns))

    def add(self, times: Array, *values: Array) -> None:
        """Adds points; a time before the last one counts as that one."""
        if len(times):
            floor = self.last(0) if len(self) else int(times[0])
            self.extend(np.maximum.accumulate(np.maximum(times, floor)), *values)


class ValueBuilder:
    """The watched value: exact at each release of the lock named `counted_by`, else as it was sampled.

    Each release is one update. How far the value is behind the number of releases is the deficit; an update was
    lost where the deficit rises for good. It may rise for a moment only: a thread without the lock looks at the value
    and reports it a little later, and a stale write may be written over. Then the loss is taken back.
    """

    def __init__(self, watch: str, counted_by: str) -> None:
        self.tally = Tally()
        self.losses = NO_LOSSES  # the same object as long as none is added or taken back
        self._watch = watch
        self._counted_by = counted_by
        self._counted = Points(2)  # value, expected
        self._sampled = Points(1)
        self._lost = Columns(np.int64, np.uint16, np.uint32)  # time, thread, place
        self._start: int | None = None  # as the main thread saw it
        self._first_sample: int | None = None
        self._series: Series | None = None

    def feed(self, records: Records, word: NDArray[np.uint16], run_facts: RunFacts) -> None:
        """Takes in records; `word` is flags << 8 | kind of each."""
        if not self._watch:
            return
        samples = np.flatnonzero(IS_SAMPLE[word])
        samples = samples[_known(records["value"][samples])]
        updates = np.flatnonzero(IS_UPDATE[word]) if self._counted_by else np.zeros(0, np.intp)
        if len(updates):
            updates = updates[np.isin(records["object"][updates], run_facts.named(self._counted_by))]
        self._take_samples(records, samples, updates)
        if len(updates):
            self._take_updates(records, updates)
        exact = samples[records["thread"][samples] == MAIN_THREAD]
        # Only what was looked at after the last update: one before it would take back what that update lost.
        if self.tally.updates and len(exact) and (not len(updates) or exact[-1] > updates[-1]):
            self._close(records, exact[-1:])

    def _take_samples(self, records: Records, samples: Array, updates: Array) -> None:
        values = records["value"][samples]
        exact = records["thread"][samples] == MAIN_THREAD  # looked at by the program's main thread, not in passing
        if self.tally.updates:  # updates say more than samples do
            return
        if len(updates):
            before = samples < updates[0]
            samples, values, exact = samples[before], values[before], exact[before]
        if not len(samples):
            return
        if exact.any() and self._start is None:
            self._start = int(values[exact][0])
        elif self._start is None:
            self._first_sample = int(values[0]) if self._first_sample is None else self._first_sample
        self._sampled.add(records["time"][samples], values)
        self._series = None

    def _take_updates(self, records: Records, updates: Array) -> None:
        values, times = records["value"][updates], records["time"][updates]
        known = np.flatnonzero(_known(values))
        if not self._counted and len(known):
            self._begin(int(values[known[0]]) - 1 - int(known[0]), int(times[known[0]]))
        tally = self.tally
        count = tally.updates + np.arange(1, len(updates) + 1)
        self._counted.add(times[known], values[known], tally.start + count[known])
        self.tally = replace(
            tally,
            updates=tally.updates + len(updates),
            value=int(values[known[-1]]) if len(known) else tally.value,
        )
        self._reckon(records, updates[known], np.minimum(count[known], count[known] - (values[known] - tally.start)))

    def _close(self, records: Records, sample: Array) -> None:
        """The value that the main thread found when the others had ended: what was reported may be older."""
        value = records["value"][sample]
        self.tally = replace(self.tally, value=int(value[0]))
        if self._counted.last(1) != value[0]:
            self._counted.add(records["time"][sample], value, np.array([self.tally.expected]))
        self._reckon(records, sample, self.tally.expected - value)

    def _reckon(self, records: Records, rows: Array, deficit: Array) -> None:
        """Adds an update lost for each rise of the deficit that lasts, takes back those that did not."""
        self._series = None
        if not len(rows):
            return
        lasting = np.maximum(np.minimum.accumulate(deficit[::-1])[::-1], 0)
        before = len(self._lost)
        self._lost.cut(int(lasting[0]))
        lost = np.repeat(rows, np.diff(lasting, prepend=len(self._lost)))
        if len(lost):
            self._lost.extend(*(records[name][lost] for name in ("time", "thread", "place")))
        if len(lost) or len(self._lost) < before:
            times, threads, places = self._lost.views()
            self.losses = Losses(times, threads)
            self.tally = replace(self.tally, lost=len(times), first_loss_place=int(places[0]) if len(places) else 0)

    def _begin(self, implied: int, time: int) -> None:
        """The value before any update: as the main thread saw it, else as sampled unless that came too late."""
        start = self._start
        if start is None:
            start = implied - self.tally.updates
            start = start if self._first_sample is None else min(self._first_sample, start)
        self.tally = replace(self.tally, start=start, value=start)
        if len(self._sampled):
            time = int(self._sampled.views()[0][0])
        self._counted.add(np.array([time]), np.array([start]), np.array([start]))

    @property
    def series(self) -> Series | None:
        """The value over time; None while nothing is known of it. The same object as long as nothing changed."""
        if self._series is None:
            if len(self._counted):
                times, values, expected = self._counted.views()
                self._series = Series(self._watch, times, values, expected)
            elif len(self._sampled):
                times, values = self._sampled.views()
                self._series = Series(self._watch, times, values, sampled=True)
        return self._series


class FlipBuilder:
    """Switches that were flipped while the program ran, and the stretches between two flips of the counting one.

    `start_switches` says what the presenter had set before the run; "locks" also means locks[0] and locks #2.
    """

    def __init__(self, start_switches: Mapping[str, bool], counted_by: str) -> None:
        self.flips: tuple[Flip, ...] = ()
        self._start = start_switches
        self._on: dict[int, bool] = {}
        self._counted_by = counted_by
        self._stretches: tuple[SwitchPeriod, ...] = ()

    def is_on(self, thing: int, name: str) -> bool:
        """Whether a switch is on now."""
        return self._on.get(thing, self._at_start(name))

    def _at_start(self, name: str) -> bool:
        if name in self._start:
            return self._start[name]
        group = (on for known, on in self._start.items() if name.startswith((f"{known}[", f"{known} #")))
        return next(group, True)

    def flipping(self, records: Records, word: NDArray[np.uint16], run_facts: RunFacts) -> list[tuple[int, str, bool]]:
        """The records that flip a switch: which, its name, and whether it is on from there."""
        found = []
        for row in np.flatnonzero(IS_SWITCHED[word]).tolist():
            thing, on = int(records["object"][row]), bool(records["value"][row])
            name = run_facts.thing_name(thing)
            if self.is_on(thing, name) != on:
                found.append((row, name, on))
            self._on[thing] = on
        return found

    def add(self, time: int, name: str, on: bool, tally: Tally) -> None:
        """Notes a flip at a time in nanoseconds, and the numbers up to then."""
        self.flips = (*self.flips, Flip(time / SECOND, name, on, tally.updates, tally.lost))

    def periods(self, now: float, tally: Tally, losses: Losses) -> tuple[SwitchPeriod, ...]:
        """The parts of the run by the state of the counting switch, the last one up to `now` (seconds)."""
        if not self._counted_by or not (tally.updates or self.flips):
            return ()
        flips = [flip for flip in self.flips if flip.name == self._counted_by]
        on = not flips[0].on if flips else self._at_start(self._counted_by)
        lost_by = np.searchsorted(losses.times, [round(flip.time * SECOND) for flip in flips], "right").tolist()
        ends = [(flip.time, flip.updates, by, flip.on) for flip, by in zip(flips, lost_by, strict=True)]
        ends.append((now, tally.updates, tally.lost, on))
        made, start, updates, lost = [], 0.0, 0, 0
        for end, updates_then, lost_then, turned in ends:
            count = updates_then - updates
            made.append(SwitchPeriod(self._counted_by, on, start, end, count, count - (lost_then - lost)))
            start, updates, lost, on = end, updates_then, lost_then, turned
        if tuple(made) != self._stretches:
            self._stretches = tuple(made)
        return self._stretches


MOST_QUEUES = 500  # of which the depth is followed; nobody looks at as many curves


class DepthBuilder:
    """How many items each queue holds over time, and how many of what a semaphore is made for are taken."""

    def __init__(self) -> None:
        self._queues: dict[int, Points] = {}
        self._series: dict[int, Series] = {}  # of the queues in which nothing changed since
        self._shown: tuple[Series, ...] = ()

    def feed(self, records: Records, word: NDArray[np.uint16], run_facts: RunFacts) -> None:
        """Takes in records; `word` is flags << 8 | kind of each."""
        pick = np.flatnonzero(IS_DEPTH[word])
        if not len(pick):
            return
        things = records["object"][pick]
        for thing in np.unique(things).tolist():
            if thing not in self._queues and len(self._queues) >= MOST_QUEUES:
                continue
            mine = pick[things == thing]
            points = self._queues.setdefault(thing, Points(1))
            values = records["value"][mine]
            if not _known(values).all():  # a SimpleQueue does not say: counted
                steps = np.where((word[mine] & 0xFF) == Kind.QUEUE_PUT, 1, -1)
                values = np.cumsum(steps) + (points.last(1) if len(points) else 0)
            elif (word[mine[0]] & 0xFF) < Kind.QUEUE_WANT_PUT and (size := run_facts.sizes.get(thing, 0)):
                values = np.maximum(size - values, 0)  # of a semaphore, which says how many are left
            points.add(records["time"][mine], values)
            self._series.pop(thing, None)

    def series(self, run_facts: RunFacts) -> tuple[Series, ...]:
        """One series for each, in the order of their making; the same objects as long as nothing changed."""
        if len(self._series) < len(self._queues):
            for thing in self._queues.keys() - self._series.keys():
                (times, values), limit = self._queues[thing].views(), run_facts.sizes.get(thing, 0)
                self._series[thing] = Series(run_facts.thing_name(thing), times, values, limit=limit)
            self._shown = tuple(self._series[thing] for thing in sorted(self._series))
        return self._shown
