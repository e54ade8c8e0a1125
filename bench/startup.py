"""From the command to the first painted frame: the program against a bare PySide6 and pyqtgraph window."""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from gui.idle_tasks import FIRST_FRAME

MAIN = Path(__file__).parent.parent / "main.py"
# As much as a window with a plot needs, as large as the program's; it says "first frame" as the program does.
BARE = """
import pyqtgraph
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

class Plot(pyqtgraph.PlotWidget):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, lambda: print("first frame", flush=True))

application = QApplication([])
window = Plot()
window.resize(1600, 900)
window.show()
application.exec()
"""


def until_painted(command: Sequence[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds from the start of a fresh process until it says that its first frame is painted, and until it is ready.

    A process that says nothing of being ready is ended after its first frame: 0 seconds then.
    """
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    with process.stdout as said:
        if not said.readline().startswith("first frame"):
            raise RuntimeError(f"{' '.join(command)} ended without a frame")
        painted = time.perf_counter() - began
        if command[1] == "-c":
            process.kill()
        ready = time.perf_counter() - began if said.readline().startswith("ready") else 0.0
    process.wait()
    return painted, ready


def main(arguments: Sequence[str] = ()) -> None:
    """Prints medians and their ratio; both windows in turns, each in a fresh process."""
    parser = argparse.ArgumentParser(prog="python -m bench startup", description=__doc__)
    parser.add_argument("--times", type=int, default=15)
    options = parser.parse_args(arguments)
    bare: list[float] = []
    ours: list[float] = []
    ready: list[float] = []
    with tempfile.TemporaryDirectory() as home:  # the settings of a first start
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": home, FIRST_FRAME: "1"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the second start finds its modules compiled
        for turn in range(options.times + 1):
            alone, _ = until_painted([sys.executable, "-c", BARE], environment)
            whole, done = until_painted([sys.executable, str(MAIN)], environment)
            if turn:  # the first of each fills the system's caches
                bare.append(alone)
                ours.append(whole)
                ready.append(done)
    middle, least = statistics.median(ours), statistics.median(bare)
    print(f"to the first painted frame, medians of {options.times}: program {middle * 1000:.0f} ms, "
          f"bare window {least * 1000:.0f} ms: {middle / least:.2f} times (at most 1.3)")  # fmt: skip
    print(f"worst: program {max(ours) * 1000:.0f} ms, bare window {max(bare) * 1000:.0f} ms; "
          f"the program's plots are made after {statistics.median(ready) * 1000:.0f} ms")  # fmt: skip
