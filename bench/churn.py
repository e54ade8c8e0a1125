"""200 runs started and stopped at random moments: what is left, and what memory does."""

import argparse
import gc
import os
import random
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from engine.scenarios import catalogue
from engine.session.session import Session

PROGRAMS = Path(__file__).parent.parent / "tests" / "programs"


def main(arguments: Sequence[str] = ()) -> None:
    """Prints processes, threads, files and memory before and after."""
    parser = argparse.ArgumentParser(prog="python -m bench churn", description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = folder  # whatever is left in it was left by these runs
        try:
            churn(options.runs, options.seed)
            print(f"files and folders left: {len(os.listdir(folder))}")
        finally:
            tempfile.tempdir = None


def churn(runs: int, seed: int) -> None:
    """So many runs; prints what there is of processes, threads, descriptors and memory."""
    chance = random.Random(seed)
    me = psutil.Process()
    threads = threading.active_count()
    descriptors = me.num_fds() if hasattr(me, "num_fds") else me.num_handles()
    scenarios = [s for s in catalogue.load() if not s.error]
    scenarios += [catalogue.from_file(PROGRAMS / f"{name}.py") for name in ("chatty", "endless_loop", "deadlock")]
    memory = []
    session = Session(scenarios[0])
    for number in range(runs):
        session.open(chance.choice(scenarios))
        session.set_speed(chance.choice([0.5, 1.0, 4.0]))
        session.run()
        until = time.monotonic() + chance.uniform(0.0, 0.4)
        while time.monotonic() < until:
            session.pump()
            if chance.random() < 0.02:
                session.pause()
            if chance.random() < 0.05:
                session.resume()
            time.sleep(0.004)
        if chance.random() < 0.7:
            session.stop()
            session.wait(5)
        if (number + 1) % max(1, runs // 10) == 0:
            gc.collect()
            memory.append(me.memory_info().rss / 2**20)
            print(f"after {number + 1:3} runs: {memory[-1]:.0f} MB, {threading.active_count()} threads", flush=True)
    session.close()
    gc.collect()
    left = me.children(recursive=True)
    after = me.num_fds() if hasattr(me, "num_fds") else me.num_handles()
    print(f"processes left: {len(left)}; threads: {threads} -> {threading.active_count()}; "
          f"descriptors: {descriptors} -> {after}")  # fmt: skip
    half = len(memory) // 2
    print(f"memory, second half against first: {max(memory[half:]) / max(memory[: half or 1]):.2f}")
