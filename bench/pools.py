"""Pools: how long they take at 1x against the best possible, and what a task costs more for being watched."""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from engine.scenarios import catalogue
from engine.session.session import Session
from engine.stage.__main__ import NICE

PATIENCE = 300  # seconds

ROOTS = """
import time
from concurrent.futures import ThreadPoolExecutor
from joblib import Parallel, delayed

def root(number):
    result = number ** 0.5
    time.sleep(result)
    return result

numbers = range(10, 1, -1)
began = time.perf_counter()
{run}
print(time.perf_counter() - began, time.process_time())
"""
ROOT_WAYS = (  # what it is called, workers, the lines that run it
    ("one after another", 1, "for number in numbers: root(number)"),
    ("ThreadPoolExecutor", 2, "with ThreadPoolExecutor(2) as pool: list(pool.map(root, numbers))"),
    ("ThreadPoolExecutor", 4, "with ThreadPoolExecutor(4) as pool: list(pool.map(root, numbers))"),
    ("joblib threading", 2, "Parallel(2, backend='threading')(delayed(root)(number) for number in numbers)"),
    ("joblib threading", 4, "Parallel(4, backend='threading')(delayed(root)(number) for number in numbers)"),
)

TASK = """
import time
{imports}

def task(number):
    return number

def run(count):
    {run}

if __name__ == "__main__":
    with {make}:
        run(20)
        began, used = time.perf_counter(), time.process_time()
        run({count})
        took, used = time.perf_counter() - began, time.process_time() - used
    print(took / {count}, used / {count})
"""
_EXECUTORS = "from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor"
_JOBLIB = "from joblib import Parallel, delayed"
_MAP = "list(pool.map(task, range(count)))"
_CALLS = "parallel(delayed(task)(number) for number in range(count))"
TASK_WAYS = (  # what it is called, imports, what makes the pool, what uses it, how many tasks, microseconds allowed
    ("ThreadPoolExecutor", _EXECUTORS, "ThreadPoolExecutor(2) as pool", _MAP, 4000, 50),
    ("joblib threading", _JOBLIB, "Parallel(2, backend='threading') as parallel", _CALLS, 4000, 50),
    ("ProcessPoolExecutor", _EXECUTORS, "ProcessPoolExecutor(2) as pool", _MAP, 500, 1000),
    ("joblib loky", _JOBLIB, "Parallel(2, backend='loky', batch_size=1) as parallel", _CALLS, 500, 1000),
    (
        "joblib multiprocessing",
        _JOBLIB,
        "Parallel(2, backend='multiprocessing', batch_size=1) as parallel",
        _CALLS,
        500,
        1000,
    ),
)


def greedy(workers: int) -> float:
    """Seconds that the roots take at best when whoever is free first takes the next one."""
    busy_until = [0.0] * workers
    for number in range(10, 1, -1):
        busy_until[busy_until.index(min(busy_until))] += number**0.5
    return max(busy_until)


def watched(program: Path, python: str) -> list[float]:
    """The numbers that the program prints on a stage. Raises ValueError when it prints no such line."""
    session = Session(catalogue.from_file(program), python)
    try:
        session.run()
        frame = session.wait(PATIENCE)
        if len(frame.recording.output) != 1:
            raise ValueError(
                f"{frame.run.ended}, {frame.run.trouble}, {[line.text for line in frame.recording.output]}"
            )
        return [float(word) for word in frame.recording.output[0].text.split()]
    finally:
        session.close()


def plainly(program: Path, python: str) -> list[float]:
    """The numbers that the program prints by itself, at the low priority of a stage."""
    low = (lambda: os.nice(NICE) and None) if hasattr(os, "nice") else None
    done = subprocess.run(
        [python, str(program)], capture_output=True, text=True, timeout=PATIENCE, check=True, preexec_fn=low
    )
    return [float(word) for word in done.stdout.split()]


def makespans(folder: Path, python: str) -> None:
    """Prints a row for each way to take the roots."""
    print(f"{'roots of 10 to 2, watched':26}{'workers':>8}{'took':>9}{'best':>9}{'ratio':>8}")
    for name, workers, run in ROOT_WAYS:
        program = folder / "roots.py"
        program.write_text(ROOTS.format(run=run))
        took, best = watched(program, python)[0], greedy(workers)
        print(f"{name:26}{workers:8}{took:8.3f}s{best:8.3f}s{took / best:8.4f}", flush=True)


def costs(folder: Path, python: str, pairs: int) -> None:
    """Prints a row for each pool: a task by itself, watched, and the difference; each pair right after the other.

    Processor time is that of the program's own process, so other work on the machine shows less in it.
    """
    print(f"{'us for a task':24}{'plain':>8}{'watched':>9}{'more':>7}{'least':>7}{'processor':>11}{'allowed':>9}")
    for name, imports, make, run, count, allowed in TASK_WAYS:
        program = folder / "tasks.py"
        program.write_text(TASK.format(imports=imports, make=make, run=run, count=count))
        taken = [(plainly(program, python), watched(program, python)) for _ in range(pairs)]
        plain, ours = (statistics.median(run[0] for run in column) * 1e6 for column in zip(*taken, strict=True))
        more, used = ([(ours[part] - plain[part]) * 1e6 for plain, ours in taken] for part in (0, 1))
        print(
            f"{name:24}{plain:8.0f}{ours:9.0f}{statistics.median(more):7.0f}{min(more):7.0f}"
            f"{statistics.median(used):11.0f}{allowed:9}",
            flush=True,
        )


def main(arguments: Sequence[str] = ()) -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(prog="python -m bench pools", description=__doc__)
    parser.add_argument("--pairs", type=int, default=9, help="of a plain run and a watched one")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--only", choices=("makespans", "costs"), default="")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        if options.only != "costs":
            makespans(Path(folder), options.python)
        if options.only != "makespans":
            costs(Path(folder), options.python, options.pairs)
