"""What is lost of typed text when the window is killed: letters older than two seconds, and how old the oldest is."""

import argparse
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from engine.documents.rescue import RescueStore

OLD = 2.0  # seconds: what is older must not be lost
TYPIST = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit
from engine.scenarios import catalogue
from gui import app
from gui.widgets.code_view import CodeView

application = app.application()
app.collect_by_hand()
theatre = app.assemble(catalogue.load())
theatre.window.show()
theatre.documents.opening.open_file(sys.argv[1])
theatre.driver.start()
view = theatre.window.findChild(CodeView)
letters = "number = 1; "
typed = 0

def type_one():
    global typed
    if theatre.driver.drawn and not view.isReadOnly():
        QTest.keyClicks(view, letters[typed % len(letters)])
        typed += 1
        print(time.monotonic(), flush=True)

clock = QTimer()
clock.timeout.connect(type_one)
clock.start(int(sys.argv[2]))
application.exec()
"""
LETTERS = "number = 1; "
PACE = 25  # milliseconds from one letter to the next: faster than anybody types


def killed(folder: Path, seconds: float) -> tuple[int, float]:
    """Kills a window so long after its first letter; returns how many old letters are lost, and the age of one."""
    program = folder / "mine.py"
    program.write_text("", "utf-8")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "THREAD_THEATRE_RESCUE": str(folder / "rescue")}
    command = [sys.executable, "-c", TYPIST, str(program), str(PACE)]
    window = subprocess.Popen(
        command, cwd=Path(__file__).parent.parent, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert window.stdout is not None
    with window.stdout as said:
        times = [float(said.readline())]
        while times[-1] - times[0] < seconds:
            times.append(float(said.readline()))
        window.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        ended = time.monotonic()
        times += [float(line) for line in said if line.strip()]
    window.wait()
    texts = [text.text for _, text in RescueStore(folder / "rescue").take()]
    kept = texts[0] if texts else ""
    whole = LETTERS * (len(times) // len(LETTERS) + 1)
    if not whole.startswith(kept) or program.read_text("utf-8"):
        raise RuntimeError(f"what was rescued is not what was typed: {kept!r}")
    lost = times[len(kept) :]
    return sum(ended - at > OLD for at in lost), max((ended - at for at in lost), default=0.0)


def main(arguments: Sequence[str] = ()) -> int:
    """Prints what was lost; returns 1 when old text was."""
    parser = argparse.ArgumentParser(prog="python -m bench rescue", description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    chance, old, ages = random.Random(options.seed), 0, []
    for _ in range(options.times):
        with tempfile.TemporaryDirectory() as folder:
            lost, age = killed(Path(folder), chance.uniform(0.1, 5.0))
            old += lost
            ages.append(age)
    print(f"{options.times} windows killed while text was typed, one letter every {PACE} ms")
    print(f"  letters older than {OLD:g} s that were lost   {old}   (limit 0)")
    print(f"  oldest letter lost: median {statistics.median(ages):.2f} s, most {max(ages):.2f} s")
    return int(old > 0)
