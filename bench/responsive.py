"""The scenario `responsive`: how long the real window draws nothing while the work is done here or there."""

import argparse
import os
import statistics
import time
from collections.abc import Sequence

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop

from engine.frame import FindingKind, Frame, Phase
from engine.scenarios import catalogue
from gui import app

CHOICES = ("window", "thread", "process")
LEAST = 20.0  # times as long in the window as in another process


def play(seconds: float) -> None:
    """Turns the event loop for so long."""
    loop, end = QEventLoop(), time.perf_counter() + seconds
    while time.perf_counter() < end:
        loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)


def ran(theatre: app.Theatre, where: str, seconds: float) -> Frame:
    """One run with the clock of the window going; the frame at its end."""
    theatre.controller.knob("WHERE", where)
    theatre.controller.knob("SECONDS", seconds)
    play(1.0)  # the next stage warms up
    theatre.controller.run()
    loop = QEventLoop()
    while theatre.session.frame.run.phase is not Phase.ENDED:
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    return theatre.session.frame


def longest(frame: Frame) -> float:
    """Milliseconds."""
    assert frame.recording.intervals is not None
    return int(frame.recording.intervals.values.max()) / 1e6


def main(arguments: Sequence[str] = ()) -> int:
    """Prints the longest gaps and their ratio. Returns 1 when that is too small or the finding is missing."""
    parser = argparse.ArgumentParser(prog="python -m bench responsive")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--size", default="1920x1080")
    options = parser.parse_args(arguments)
    width, _, height = options.size.partition("x")
    application = app.application()
    app.collect_by_hand()  # as the program does when it starts
    theatre = app.assemble(catalogue.load())
    theatre.window.resize(int(width), int(height))
    theatre.window.show()
    theatre.controller.open("responsive")
    theatre.driver.start()
    for prepare in theatre.driver.preparations():
        prepare()
    play(1.0)
    found = {where: [ran(theatre, where, options.seconds) for _ in range(options.times)] for where in CHOICES}
    theatre.close()
    theatre.window.close()
    application.processEvents()
    for where, frames in found.items():
        gaps = [longest(frame) for frame in frames]
        typical = [
            float(statistics.median(frame.recording.intervals.values.tolist())) / 1e6
            for frame in frames
            if frame.recording.intervals
        ]
        told = sum(one.kind is FindingKind.WINDOW_FROZEN for frame in frames for one in frame.result.findings)
        listed = ", ".join(f"{gap:,.0f}" for gap in gaps)
        print(f"{where:8} longest gap {listed} ms; median of all gaps {statistics.median(typical):.0f} ms; "
              f"said to be frozen {told} of {len(frames)} times", flush=True)  # fmt: skip
    best = min(map(longest, found["window"])) / max(map(longest, found["process"]))
    middle = statistics.median(map(longest, found["window"])) / statistics.median(map(longest, found["process"]))
    frozen = all(
        any(one.kind is FindingKind.WINDOW_FROZEN for one in frame.result.findings) for frame in found["window"]
    )
    print(f"window : process = {middle:.0f} : 1 by medians, {best:.0f} : 1 at the least; wanted {LEAST:.0f} : 1")
    return 0 if middle >= LEAST and frozen else 1
