"""What many brief sleeps cost in a run beside plain Python: seconds and ratio, medians of runs taken in turns."""

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


def _outside(path: Path) -> float:
    return float(subprocess.run([sys.executable, path], capture_output=True, text=True, check=True).stdout)


def main(arguments: Sequence[str] = ()) -> int:
    """Prints a row for each case. Returns 1 when one costs more than it may."""
    parser = argparse.ArgumentParser(prog="python -m bench sleeps", description=__doc__)
    parser.add_argument("--repeats", type=int, default=9)
    options = parser.parse_args(arguments)
    missed = False
    print(f"{'':42}{'plain':>8}{'here':>8}{'ratio':>8}   at most {LIMIT}")
    with tempfile.TemporaryDirectory() as folder:
        for name, threads, rounds, body in CASES:
            path = Path(folder) / "program.py"
            path.write_text(TEXT.format(rounds=rounds, threads=threads, body=body))
            pairs = [(_outside(path), _here(path)) for _ in range(options.repeats)]
            plain, here = (statistics.median(column) for column in zip(*pairs, strict=True))
            missed |= here > LIMIT * plain
            print(f"{name:42}{plain:8.3f}{here:8.3f}{here / plain:8.2f}", flush=True)
    return int(missed)
