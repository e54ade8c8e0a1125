"""Thousands of lanes: what a tick of the window and a painting cost while `too_many` runs with 2,000 threads."""

import argparse
import gc
import os
import statistics
import time
from collections.abc import Sequence

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop

from engine.frame import Phase
from engine.scenarios import catalogue
from gui import app

MANY = 1000  # lanes from which on ticks are told apart
LIMIT = 120.0  # seconds


def run(threads: int, size: tuple[int, int]) -> tuple[list[tuple[float, int]], list[float]]:
    """Milliseconds of processor time of each tick with the lanes there were, and of what lies between two ticks."""
    theatre = app.assemble(catalogue.load())
    theatre.window.resize(*size)
    theatre.window.show()
    theatre.controller.open("too_many", f"MOST={threads}")
    theatre.controller.run()
    ticks, between, loop, end = [], [], QEventLoop(), time.monotonic() + LIMIT
    while theatre.session.frame.run.phase is not Phase.ENDED and time.monotonic() < end:
        began = time.thread_time()
        theatre.driver.tick()
        ticked = time.thread_time()
        loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 16)
        ticks.append(((ticked - began) * 1000, len(theatre.session.frame.recording.lanes)))
        between.append((time.thread_time() - ticked) * 1000)
        time.sleep(max(0.0, 0.016 - (time.thread_time() - began)))
    theatre.close()
    theatre.window.close()
    return ticks, between


def main(arguments: Sequence[str]) -> None:
    """Runs it and prints medians and the longest."""
    parser = argparse.ArgumentParser(prog="python -m bench lanes", description=__doc__)
    parser.add_argument("--threads", type=int, default=2000, help="the largest number of threads, 2000")
    parser.add_argument("--size", type=int, nargs=2, default=(1920, 1080), metavar=("WIDTH", "HEIGHT"))
    options = parser.parse_args(arguments)
    app.application()
    gc.disable()  # as in the program, which collects by hand
    gc.freeze()
    ticks, between = run(options.threads, tuple(options.size))
    many = [spent for spent, lanes in ticks if lanes > MANY] or [0.0]
    print(f"lanes             {max(lanes for _, lanes in ticks):8,}")
    print(f"tick, median      {statistics.median(spent for spent, _ in ticks):8.1f} ms of processor time")
    print(f"  with > {MANY:,}    {statistics.median(many):8.1f} ms, the longest {max(many):.1f} ms")
    print(f"painting, longest {max(between):8.1f} ms")
