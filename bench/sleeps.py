"""What many brief sleeps cost in a run beside plain Python: seconds and ratio, medians of runs taken in turns.

Beside them what any Python function around `time.sleep` costs: an empty one, and one that keeps both moments. Each
sleeper wants the GIL when it wakes, so what is done with it counts as often as there are threads.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from engine.scenarios import catalogue
from engine.session.session import Session

TEXT = """
import threading, time
def work():
    for _ in range({rounds}):
        {body}
lock = threading.Lock()
began = time.perf_counter()
threads = [threading.Thread(target=work) for _ in range({threads})]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(time.perf_counter() - began)
"""
EMPTY = """
import time
real = time.sleep
def sleep(seconds): real(seconds)
time.sleep = sleep
"""
NOTED = """
import time, _thread
real, now, who, kept = time.sleep, time.perf_counter_ns, _thread.get_ident, []
def sleep(seconds):
    began = now()
    real(seconds)
    kept.append((began, now(), who()))
time.sleep = sleep
"""
CASES = (
    ("32 threads x 1,000 sleeps of 0.1 ms", 32, 1000, "time.sleep(0.0001)"),
    ("8 threads x 200 of them under one lock", 8, 200, "with lock: time.sleep(0.0001)"),
    ("1 thread x 1,000 sleeps of 0.1 ms", 1, 1000, "time.sleep(0.0001)"),
)
LIMIT = 1.3
PATIENCE = 120  # seconds


def _here(path: Path) -> float:
    with closing(Session(catalogue.from_file(path))) as session:
        session.run()
        frame = session.wait(PATIENCE)
        return float("".join(piece.text for piece in frame.recording.output))


def _outside(text: str) -> float:
    return float(subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True).stdout)


def main(arguments: Sequence[str] = ()) -> int:
    """Prints a row for each case. Returns 1 when one costs more than it may."""
    parser = argparse.ArgumentParser(prog="python -m bench sleeps", description=__doc__)
    parser.add_argument("--repeats", type=int, default=9)
    options = parser.parse_args(arguments)
    missed = False
    print(
        f"{'':42}{'plain':>8}{'here':>8}{'ratio':>8}   at most {LIMIT}{'empty function':>20}{'both moments kept':>20}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, threads, rounds, body in CASES:
            path = Path(folder) / "program.py"
            text = TEXT.format(rounds=rounds, threads=threads, body=body)
            path.write_text(text)
            turns = [
                (_outside(text), _here(path), _outside(EMPTY + text), _outside(NOTED + text))
                for _ in range(options.repeats)
            ]
            plain, here, empty, noted = (statistics.median(column) for column in zip(*turns, strict=True))
            missed |= here > LIMIT * plain
            ratios = f"{here / plain:8.2f}{'':>14}{empty / plain:20.2f}{noted / plain:20.2f}"
            print(f"{name:42}{plain:8.3f}{here:8.3f}{ratios}", flush=True)
    return int(missed)
