"""Bars as vessels: filled as high as the thread received processor time while it had work."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from engine.frame import Lane, Spans, State, Times
from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.plots.common.scale import NS, Scale
from gui.plots.timeline.bar_raster import CALM, PARTS, Bars, Codes, Sheet, make_sheet
from gui.theme.theme import Hatch, Theme

WORKS = (State.RUNNING, State.HOLDING, State.FILE, State.WAIT_LOOP)  # what runs in a loop runs on its thread
_WORKS = np.zeros(256, np.bool_)
_WORKS[list(WORKS)] = True
_CALM = 16  # pixels: stretches are not shorter, where many samples stand close together
Shares = NDArray[np.float64]


@lazy_dataclass(frozen=True)
class CpuFill:
    """Two sheets of one size: bars when full and when empty."""

    full: Sheet
    empty: Sheet
    bottom: int  # device pixels: the lower edge of the bars
    height: int

    def picture(self, codes: Codes, phases: Codes, shares: Shares) -> QImage:
        """A row of these codes; shares say how full each column is, those that are no number stay full."""
        picture = self.full.columns(codes, phases)
        low = np.flatnonzero(shares < 1.0)  # not those that are no number
        if len(low):
            top = (self.bottom - np.rint(shares[low] * self.height)).astype(np.int16)
            first = max(0, self.bottom - self.height)
            above = np.arange(first, self.bottom, dtype=np.int16)[:, None] < top
            part = picture[first : self.bottom, low]
            np.copyto(part, self.empty.columns(codes[low], phases[low])[first : self.bottom], where=above)
            picture[first : self.bottom, low] = part
        return self.full.image(picture)


def make_cpu_fill(theme: Theme, bars: Bars, ratio: float) -> CpuFill:
    """The sheets for lanes whose processor time is known."""
    running = theme.looks[State.RUNNING]
    loop = replace(theme.looks[State.WAIT_LOOP], fill=running.fill, hatch=Hatch.NONE, edge=running.edge)
    lost = theme.colours.lost
    return CpuFill(
        make_sheet({**theme.looks, State.WAIT_LOOP: loop}, bars, lost, ratio),
        make_sheet({**theme.looks, **theme.hollow}, bars, lost, ratio),
        round((bars.top + bars.height) * ratio),
        round(bars.height * ratio),
    )


class Work:
    """How long a lane had work up to any time; looks only at spans that are new."""

    def __init__(self) -> None:
        self._spans: Spans | None = None
        self._sums: Times = np.zeros(1, np.int64)  # nanoseconds of work before span i
        self._seen = 0

    def feed(self, spans: Spans) -> None:
        """Takes in the lane's spans as they are now."""
        if spans is self._spans:
            return
        self._spans, count = spans, len(spans)
        # The last span may have been rewritten, so two are looked at again; a shorter row is another run's.
        begin = max(0, min(self._seen, count) - 2) if count >= self._seen else 0
        if count > len(self._sums):
            self._sums = np.concatenate((self._sums, np.zeros(max(count, len(self._sums)), np.int64)))
        steps = np.diff(spans.starts[begin:count]) * _WORKS[spans.states[begin : count - 1]] if count else 0
        self._sums[begin + 1 : count] = self._sums[begin] + np.cumsum(steps)
        self._seen = count

    def until(self, times: Times) -> Times:
        """Nanoseconds of work up to each of these times."""
        spans = self._spans
        if spans is None or not len(spans):
            return np.zeros(len(times), np.int64)
        index = np.searchsorted(spans.starts, times, "right") - 1
        there = np.maximum(index, 0)
        since = np.where(_WORKS[spans.states[there]], times - spans.starts[there], 0)
        return np.where(index < 0, 0, self._sums[there] + since)


@lazy_dataclass(frozen=True)
class Received:
    """Processor time between samples: from times[i] to times[i + 1] so much of one core."""

    times: Times
    working: Shares  # of the time in which the lane had work
    whole: Shares  # of all the time

    def at(self, times: Times) -> Times:
        """The index of the stretch at each time, -1 where nothing is known."""
        index = np.searchsorted(self.times, times, "right") - 1
        return np.where(index < len(self.working), index, -1)


def received(lane: Lane, work: Work, begin: int, end: int, scale: Scale | None = None) -> Received:
    """What a lane received between two times (nanoseconds), in stretches that are no needles at a scale."""
    step = round(_CALM * scale.ratio) * scale.per_column if scale is not None else 0
    times, used = _samples(lane, begin - 2 * step, end + 2 * step)
    if step and len(times):
        edges = np.arange(begin // step - 1, end // step + 2) * step  # of absolute time, so that nothing flickers
        inner = np.minimum(np.searchsorted(times, edges), len(times) - 1)
        kept = np.concatenate(([0], inner, [len(times) - 1]))
        kept = kept[np.diff(kept, prepend=-1) > 0]
        times, used = times[kept], used[kept]
    gained, passed = np.diff(used).astype(np.float64), np.diff(times).astype(np.float64)
    worked = np.diff(work.until(times)).astype(np.float64)
    working, whole = (np.clip(gained / np.maximum(length, 1.0), 0.0, 1.0) for length in (worked, passed))
    return Received(times, working, whole)


def _samples(lane: Lane, begin: int, end: int) -> tuple[Times, Times]:
    """The samples about a stretch, one more at each end; before its first one a lane had begun with nothing."""
    cpu = lane.cpu
    if cpu is None or not len(cpu.times):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    first = int(np.searchsorted(cpu.times, begin, "right")) - 1
    after = int(np.searchsorted(cpu.times, end, "left")) + 1
    times, used = cpu.times[max(first, 0) : after], cpu.used[max(first, 0) : after]
    born = round(lane.began * NS) if lane.began is not None else int(times[0])
    if first < 0 and born < times[0]:
        return np.append(np.int64(born), times), np.append(np.int64(0), used)
    return times, used


def share_at(lane: Lane, time: int) -> float | None:
    """The share of a core that a lane received about a time (nanoseconds) while it had work; None: not known."""
    times, _ = _samples(lane, time, time + 1)
    if not len(times):
        return None
    spans = lane.spans
    near = slice(
        max(0, int(np.searchsorted(spans.starts, times[0], "right")) - 1),
        int(np.searchsorted(spans.starts, times[-1], "right")),
    )
    work = Work()
    work.feed(Spans(spans.starts[near], spans.states[near], spans.objects[near], spans.places[near]))
    got = received(lane, work, time, time + 1)
    index = int(got.at(np.array([time]))[0])
    return float(got.working[index]) if index >= 0 else None


def shares(got: Received, codes: Codes, scale: Scale) -> Shares:
    """How full each column of a row is: where spans are merged by all the time, else by the time with work.

    Empty behind the last sample, which is some hundredths of a second old; no number where the lane does not work.
    """
    middles = scale.start + np.arange(scale.columns) * scale.per_column + scale.per_column // 2
    index = got.at(middles)
    works = _WORKS[codes // PARTS]
    found = np.where(works, 0.0, np.nan)
    known = works & (index >= 0)
    there = index[known]
    found[known] = np.where(codes[known] % PARTS == CALM, got.whole[there], got.working[there])
    return found
