"""The gaps between two frames of the window while a program runs, and how long the longest was where it ran."""

from __future__ import annotations

import time

import numpy as np

from engine.analysis.values import Points
from engine.frame import Finding, Part, Phase, RunState, Series
from engine.frame.finding import WindowFrozen
from engine.hosting.host import IN_WINDOW
from engine.protocol.records import MAIN_THREAD
from engine.protocol.units import SECOND

FROZEN = 0.25  # seconds without a frame that everybody notices
MILLI = 1e6  # nanoseconds in a millisecond


class FrameIntervals:
    """Measures the time from one frame to the next, as the window asks for them.

    It belongs to a scenario with `runs_in`: where its program runs is chosen by a knob. The longest gap of each choice
    is kept as long as the scenario stays open, so that the choices can be compared.
    """

    def __init__(self, measures: bool = False) -> None:
        self._measures = measures
        self._where = ""
        self._points = Points(1)
        self._worst: dict[str, int] = {}  # choice -> nanoseconds
        self._last = 0  # real nanoseconds: the last frame
        self._known = (0.0, 0)  # program time that a frame said last, and when it did

    def begin(self, where: str) -> None:
        """A run begins; "" measures nothing."""
        self._where, self._points = where, Points(1)
        self._known = (0.0, 0)
        if where:
            self._worst.pop(where, None)
            self._worst[where] = 0  # the newest stands last

    @property
    def series(self) -> Series | None:
        """The gaps of this run, each at its end; None where nothing is measured."""
        if not self._measures:
            return None
        times, values = self._points.views()
        return Series("gaps", times, values)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The longest gap of each choice that was run: a part of this comparison, which takes several runs."""
        return tuple(
            Part(number, name, end=0.0, lane=0, value=gap / MILLI)  # milliseconds; no time in the run, and no lane
            for number, (name, gap) in enumerate(self._worst.items(), 1)
            if gap
        )

    def measure(self, run: RunState) -> bool:
        """A frame is about to be drawn: notes the gap before it. Whether anything was noted."""
        if not self._where:
            return False
        now = time.perf_counter_ns()
        gap, self._last = now - self._last, now
        if run.phase in {Phase.STARTING, Phase.PAUSED}:
            return False
        self._points.add(np.array([self._moment(run, now)]), np.array([gap]))
        self._worst[self._where] = max(self._worst[self._where], gap)
        return True

    def _moment(self, run: RunState, now: int) -> int:
        """Program time at this frame, nanoseconds: the last that is known, and what has passed since."""
        if run.now != self._known[0]:
            self._known = (run.now, now)
        since = 0 if run.phase is Phase.ENDED else (now - self._known[1]) * run.speed
        return int(self._known[0] * SECOND + since)

    def findings(self) -> tuple[Finding, ...]:
        """That the window could not draw, when the program ran on its thread and took long."""
        worst = self._worst.get(self._where, 0) / SECOND
        if self._where != IN_WINDOW or worst < FROZEN:
            return ()
        return (WindowFrozen(threads=(MAIN_THREAD,), seconds=round(worst, 1)),)
