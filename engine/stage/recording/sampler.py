"""What the stage looks at by itself, beside what threads report."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import FrameType

from engine.protocol.records import RECORD, Kind, what
from engine.stage import cpython
from engine.stage.hidden_locks.watcher import HiddenLocks
from engine.stage.recording.reporter import Reporter, nearest
from engine.stage.recording.watched_values import WatchedValues

LOOK_PERIOD = 30_000_000  # nanoseconds between two looks at the threads' lines
LOOK_SHARE = 50  # looking takes at most one part in so many of the stage's time, also with 2,000 threads

KIND_AT = 26  # where a packed record has its kind
_LOOKED = frozenset(
    (Kind.LINE, Kind.SAMPLE, Kind.CPU, Kind.WATCHED, Kind.TICK, Kind.BLOCKED, Kind.MOVES)
)  # what no thread has done
_LINE = what(Kind.LINE)
_perf = time.perf_counter_ns


class Sampler:
    """What the stage looks at by itself, beside what threads report: each one's line, and the watched values."""

    def __init__(
        self,
        reporter: Reporter,
        watched: WatchedValues,
        hidden: HiddenLocks,
        *,
        see: Callable[[bool], None],
        look: Callable[[], None],
    ) -> None:
        """`see` is called with whether a thread has reported something since then; `look` looks at who rests."""
        self._look_further = look
        self._reporter, self._watched, self._see = reporter, watched, see
        self._reported = 0  # at the end of the last look
        self._places: dict[int, int] = {}  # thread -> place, as last sampled
        self._hidden = hidden
        self._next_look = 0  # real nanoseconds

    def look(self) -> None:
        """Called by the sender's thread each time round; looks at the lines less often."""
        channel, before = self._reporter.channel, self._reporter.channel.reported
        if self._reporter.watch:
            self._reporter.sample()
        try:
            self._watched.search()
            self._watched.look()
        except Exception:  # whatever the program's objects are, what is watched never ends the sender
            pass
        self._reporter.processor.look(self._reporter.threads)
        self._look_further()
        began = _perf()
        if began >= self._next_look:
            self._look_at_frames()
            cost = _perf() - began
            self._next_look = began + max(LOOK_PERIOD, LOOK_SHARE * cost)
        acted = before != self._reported
        self._reported = channel.reported
        self._see(acted or self._acted(self._reported - before))

    def _acted(self, count: int) -> bool:
        """Whether among so many records, the newest, is one that a thread of the program has made."""
        records = self._reporter.channel.records
        newest = [records[-1 - number] for number in range(min(count, len(records)))]
        return any(record[KIND_AT] not in _LOOKED for record in newest)

    def _look_at_frames(self) -> None:
        """Frames of other threads are let go of at once: while somebody has one, 3.12 may crash where it returns."""
        frames = cpython.frames_of_threads()
        self._look_at_lines(frames)
        try:
            self._hidden.look(frames, self._reporter.clock.now())
        except Exception:  # whatever the frames hold
            pass

    def _look_at_lines(self, frames: Mapping[int, FrameType]) -> None:
        reporter = self._reporter
        now = reporter.clock.now()
        for ident, top in frames.items():
            number = reporter.threads.get(ident)
            if number is None:
                continue
            place = reporter.place_of(nearest(top, reporter.files))
            if place and self._places.get(number) != place:
                self._places[number] = place
                reporter.channel.records.append(RECORD.pack(now, 0, 0, place, _LINE + number))
