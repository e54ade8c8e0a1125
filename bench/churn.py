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

from engine import catalogue
from engine.session import Session

PROGRAMS = Path(__file__).parent.parent / "tests" / "programs"


def scratch_folders() -> set[str]:
    """Folders of stages in the folder for temporary files."""
    return {name for name in os.listdir(tempfile.gettempdir()) if name.startswith("thread-theatre-")}


def main(arguments: Sequence[str] = ()) -> None:
    """Prints processes, threads, files and memory before and after."""
    parser = argparse.ArgumentParser(prog="python -m bench churn")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    chance = random.Random(options.seed)
    me = psutil.Process()
    folders, threads = scratch_folders(), threading.active_count()
    descriptors = me.num_fds() if hasattr(me, "num_fds") else me.num_handles()
    scenarios = [s for s in catalogue.load() if not s.error]
    scenarios += [catalogue.from_file(PROGRAMS / f"{name}.py") for name in ("chatty", "endless_loop", "deadlock")]
    memory = []
    session = Session(scenarios[0])
    for number in range(options.runs):
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
        if number % 20 == 19:
            gc.collect()
            memory.append(me.memory_info().rss / 2**20)
            print(f"after {number + 1:3} runs: {memory[-1]:.0f} MB, {threading.active_count()} threads", flush=True)
    session.close()
    gc.collect()
    left = me.children(recursive=True)
    after = me.num_fds() if hasattr(me, "num_fds") else me.num_handles()
    print(f"processes left: {len(left)}; threads: {threads} -> {threading.active_count()}; "
          f"descriptors: {descriptors} -> {after}; scratch folders: {len(scratch_folders() - folders)}")  # fmt: skip
    print(f"memory, second half against first: {max(memory[len(memory) // 2 :]) / max(memory[: len(memory) // 2]):.2f}")
