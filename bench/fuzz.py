"""Damaged inputs of every kind, seeded: crashes, errors that are not ours, what takes over a second, and memory."""

import argparse
import faulthandler
import gc
import os
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

import psutil

from bench import _fuzz_samples, _fuzzed

LONGEST = 1.0  # seconds of processor time that one input may take
HANGS = 60  # seconds after which one input counts as a hang, and the measurement ends with its traceback
MEMORY = 300 << 20  # bytes that the process may grow by, whatever it is given


def tried(kind: str, count: int, seed: int, given: _fuzzed.Samples) -> Counter[str]:
    """Tries so many inputs of a kind. What went wrong is printed with the seed that makes it again, and counted."""
    once = _fuzzed.KINDS[kind](given)
    faults: Counter[str] = Counter()
    process, slowest = psutil.Process(), (0.0, 0)
    before = process.memory_info().rss
    most, done = before, 0
    for number in range(count):
        mine = seed * 1_000_000_007 + number
        faulthandler.dump_traceback_later(HANGS, exit=True, file=sys.__stderr__ or sys.stderr)
        began = time.process_time()
        try:
            once(Random(mine))
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            fault = f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}"
            if not faults[fault]:
                print(f"{kind} --only {mine}: {fault}: {str(error)[:200]!r}", flush=True)
            faults[fault] += 1
        spent = time.process_time() - began
        slowest = max(slowest, (spent, mine))
        if spent > LONGEST:
            faults["over a second"] += 1
        done = number + 1
        if done % 200 == 0:
            gc.collect()  # a model has circles, and the collector does not see how large arrays are
            most = max(most, process.memory_info().rss)
            if most - before > MEMORY:
                faults["memory"] += 1
                break
    faulthandler.cancel_dump_traceback_later()
    grown = (most - before) / 2**20
    worst = f"slowest {slowest[0]:.3f} s (--only {slowest[1]}), grown by {grown:.0f} MB"
    print(f"{kind:14} {done:>8,} inputs, {worst}: {dict(faults) or 'nothing'}", flush=True)
    return faults


def main(arguments: Sequence[str] = ()) -> int:
    """Fuzzes one kind or all; returns 1 when anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench fuzz", description=__doc__)
    parser.add_argument("kind", nargs="?", choices=[*_fuzzed.KINDS, "all"], default="all")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--only", type=int, help="tries the one input that this number makes, and raises what it raises"
    )
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    warnings.simplefilter("ignore", SyntaxWarning)  # of damaged texts that Python compiles
    kinds = list(_fuzzed.KINDS) if options.kind == "all" else [options.kind]
    failed = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given = _fuzzed.Samples(_fuzz_samples.record(folder), folder)
        for kind in kinds:
            if options.only is not None:
                _fuzzed.KINDS[kind](given)(Random(options.only))
            else:
                failed |= bool(tried(kind, options.count, options.seed, given))
    return int(failed)
