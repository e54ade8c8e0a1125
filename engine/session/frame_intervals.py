"""The gaps between two frames of the window while a program runs, and how long the longest was where it ran."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

import numpy as np

from engine.analysis.values import Points
from engine.frame import Finding, FindingKind, Frame, Part, Phase, Series
from engine.protocol.records import MAIN_THREAD
from engine.protocol.units import SECOND

FROZEN = 0.25  # seconds without a frame that everybody notices
MILLI = 1e6  # nanoseconds in a millisecond
IN_WINDOW = "window"


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
        return tuple(_part(number, name, gap) for number, (name, gap) in enumerate(self._worst.items(), 1) if gap)

    def shown(self, frame: Frame) -> Frame:
        """The frame with the gap before it, the longest ones, and what is to be said of this one."""
        if not self._where:
            return frame
        now = time.perf_counter_ns()
        gap, self._last = now - self._last, now
        if frame.phase in {Phase.STARTING, Phase.PAUSED}:
            return frame if frame.parts == self.parts else dataclasses.replace(frame, parts=self.parts)
        self._points.add(np.array([self._moment(frame, now)]), np.array([gap]))
        self._worst[self._where] = max(self._worst[self._where], gap)
        others = tuple(one for one in frame.findings if one.kind is not FindingKind.WINDOW_FROZEN)
        return dataclasses.replace(
            frame,
            gaps=self.series,
            parts=self.parts,
            findings=others + self.findings(),
        )

    def _moment(self, frame: Frame, now: int) -> int:
        """Program time at this frame, nanoseconds: the last that is known, and what has passed since."""
        if frame.now != self._known[0]:
            self._known = (frame.now, now)
        since = 0 if frame.phase is Phase.ENDED else (now - self._known[1]) * frame.speed
        return int(self._known[0] * SECOND + since)

    def findings(self) -> tuple[Finding, ...]:
        """That the window could not draw, when the program ran on its thread and took long."""
        worst = self._worst.get(self._where, 0) / SECOND
        if self._where != IN_WINDOW or worst < FROZEN:
            return ()
        text = f"The window drew nothing for {worst:.1f} s: the work ran on its own thread."
        return (Finding(FindingKind.WINDOW_FROZEN, text, "", 0, 0.0, (MAIN_THREAD,)),)

    def told(self) -> list[dict[str, Any]]:
        """The findings for JSON."""
        return [{**dataclasses.asdict(one), "kind": one.kind.value} for one in self.findings()]


def _part(number: int, name: str, gap: int) -> Part:
    """The longest gap of a choice in milliseconds; it has no time in the run, and no lane."""
    return Part(number, name, end=0.0, lane=0, value=gap / MILLI)
