"""What the stage looks at by itself, beside what threads report: the line of each of them, and the watched value."""

from __future__ import annotations

import time

from engine.protocol.records import RECORD, Kind, what
from engine.stage import cpython
from engine.stage.recording.reporter import Reporter

LOOK_PERIOD = 30_000_000  # nanoseconds between two looks at the threads' lines
LOOK_SHARE = 50  # looking takes at most one part in so many of the stage's time, also with 2,000 threads

_LINE = what(Kind.LINE)
_perf = time.perf_counter_ns


class Sampler:
    """Called by the sender's thread each time round."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._places: dict[int, int] = {}  # thread -> place, as last sampled
        self._next_look = 0  # real nanoseconds

    def look(self) -> None:
        """Samples the watched value and, less often, at which line each thread is."""
        if self._reporter.watch:
            self._reporter.sample()
        self._reporter.processor.look(self._reporter.threads)
        began = _perf()
        if began >= self._next_look:
            self._look_at_lines()
            cost = _perf() - began
            self._next_look = began + max(LOOK_PERIOD, LOOK_SHARE * cost)

    def _look_at_lines(self) -> None:
        reporter = self._reporter
        now = reporter.clock.now()
        for ident, top in cpython.frames_of_threads().items():
            number = reporter.threads.get(ident)
            if number is None:
                continue
            place = reporter.place_of(reporter.nearest(top))
            if place and self._places.get(number) != place:
                self._places[number] = place
                reporter.channel.records.append(RECORD.pack(now, 0, 0, place, _LINE + number))
