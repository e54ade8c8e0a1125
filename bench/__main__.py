"""`python -m bench` lists the measurements, `python -m bench NAME [options]` runs one, `python -m bench all` all."""

import importlib
import os
import pkgutil
import sys
import tempfile

import bench
from bench import _conditions


def names() -> list[str]:
    """Every measurement: a module of this package with a `main`."""
    return sorted(found.name for found in pkgutil.iter_modules(bench.__path__) if not found.name.startswith("_"))


def main() -> int:
    """Runs what the command line names."""
    if len(sys.argv) < 2:
        for name in names():
            module = importlib.import_module(f"bench.{name}")
            print(f"{name:12} {(module.__doc__ or '').strip().splitlines()[0]}")
        return 0
    wanted = names() if sys.argv[1] == "all" else [sys.argv[1]]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["THREAD_THEATRE_RESCUE"] = folder  # what is typed in a measurement is nobody's
        return measure(wanted)


def measure(wanted: list[str]) -> int:
    """Runs these measurements; returns 1 when a limit was missed."""
    missed = 0  # what a measurement returns that has a limit to hold
    for name in wanted:
        if name not in names():
            print(f"There is no measurement {name!r}. There are: {', '.join(names())}", file=sys.stderr)
            return 2
        print(f"== {name}: {_conditions.header()}", flush=True)
        missed = importlib.import_module(f"bench.{name}").main(sys.argv[2:]) or missed
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
