"""Installed by pip into fresh environments: what works from another folder, and how fast it starts beside the clone.

It downloads what pip does not have yet. The two starts are measured in turns, by the same Python.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.startup import until_painted
from engine.environment.installation import ROOT
from engine.environment.interpreters import named
from gui.idle_tasks import FIRST_FRAME
from tests.gui.stage_screen import Screen, missing_tools

PYTHONS = ("3.10", "3.11", "3.12", "3.13")
SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"


def done(command: Sequence[object], folder: Path, environment: dict[str, str]) -> str:
    """What a command says. Raises RuntimeError with its last words when it fails."""
    words = list(map(str, command))
    told = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if told.returncode:
        raise RuntimeError(f"{' '.join(words)}: status {told.returncode}: {(told.stderr or told.stdout)[-1500:]}")
    return told.stdout


def row(python: str, folder: Path, environment: dict[str, str], options: argparse.Namespace) -> str:
    """Installs with one Python and tries it. Raises RuntimeError when something fails."""
    began = time.perf_counter()
    home = folder / "environment"
    done([python, "-m", "venv", home], folder, environment)
    own = home / SCRIPTS / "python"
    done([own, "-m", "pip", "install", "-q", "--disable-pip-version-check", ROOT], folder, environment)
    took = time.perf_counter() - began
    program = home / SCRIPTS / "thread-theatre"
    run = json.loads(done([program, "run", "counter", "--off", "lock", "--json"], folder, environment))
    picture = (options.pictures or folder) / f"installed-{run['python']}.png"
    done([program, "shot", "counter", "--off", "lock", "--out", picture.absolute()], folder, environment)
    installed, clone = [], []
    for turn in range(options.times + 1):
        first, _ = until_painted([str(own), str(program)], environment)
        second, _ = until_painted([str(own), str(ROOT / "main.py")], environment)
        if turn:  # the first of each fills the system's caches
            installed.append(first)
            clone.append(second)
    middle, other = statistics.median(installed) * 1000, statistics.median(clone) * 1000
    return (
        f"{run['python']:8} installed in {took:3.0f} s | run: {run['ended']}, {run['found']} of {run['expected']} | "
        f"shot: {picture.stat().st_size // 1024} KB | window: first frame {middle:.0f} ms, "
        f"from the clone {other:.0f} ms: {middle / other:.2f} times"
    )


def main(arguments: Sequence[str] = ()) -> int:
    """Prints a row for each Python; returns 1 when one of them failed."""
    parser = argparse.ArgumentParser(prog="python -m bench installed", description=__doc__)
    parser.add_argument("--python", nargs="+", default=PYTHONS, metavar="PYTHON", help="versions, names or paths")
    parser.add_argument("--times", type=int, default=7, help="starts of each window")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="keep the pictures of `shot` there")
    options = parser.parse_args(arguments)
    failed = 0
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QT_"))}
    for wanted in options.python:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            environment = {**kept, "XDG_CONFIG_HOME": str(folder), FIRST_FRAME: "1"}
            if sys.platform.startswith("linux") and not missing_tools():
                screen = Screen(folder)
                stack.callback(screen.close)
                environment["DISPLAY"] = screen.display
            else:
                environment["QT_QPA_PLATFORM"] = "offscreen"
            found = named(wanted)
            try:
                if found.problem:
                    raise RuntimeError(found.problem)
                print(row(found.executable, folder, environment, options), flush=True)
            except (RuntimeError, OSError, ValueError) as problem:
                print(f"{wanted:8} {problem}", flush=True)
                failed = 1
    return failed
