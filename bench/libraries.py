"""Programs that use other people's libraries, in plain Python and on the stage: whether they do the same.

It makes an environment in a temporary folder and installs the libraries there, which downloads them.
"""

import argparse
import difflib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from engine.environment.installation import ROOT
from engine.scenarios import catalogue
from engine.session.session import Session
from tests.engine.outside import Ending, command, typed

PROGRAMS = ROOT / "tests" / "programs" / "libraries"
SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"
PATIENCE = 120  # seconds
CALLED: dict[str, str] = {}  # where the package is not called as the name of its program begins
VARIES = re.compile(r"0x[0-9a-f]+|in \d+\.\d+s")  # addresses, and how long it took
ASK = "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))"


@dataclass(frozen=True)
class Told:
    """What one program did on the stage."""

    ending: Ending
    lanes: int
    records: int


def main(arguments: Sequence[str] = ()) -> int:
    """Prints a row for each program. Returns 1 when one does not do the same, or a library could not be installed."""
    parser = argparse.ArgumentParser(prog="python -m bench libraries", description=__doc__)
    parser.add_argument("--only", default="", help="the name of a library")
    parser.add_argument("--python", default=sys.executable, help="the Python that the environment is made of")
    parser.add_argument("--environment", type=Path, help="an environment that there is, instead of a new one")
    options = parser.parse_args(arguments)
    programs = [path for path in sorted(PROGRAMS.glob("*.py")) if options.only in ("", _library(path))]
    if not programs:
        print(f"There is no program for {options.only!r}.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="libraries-") as folder:
        home = options.environment or Path(folder) / "environment"
        if options.environment is None:
            subprocess.run([options.python, "-m", "venv", home], check=True)
        python = str(home / SCRIPTS / "python")
        print(f"{'':18} {'version':12} {'exit':>5} {'lanes':>6} {'records':>8}  {python}")
        missed = sum(_row(path, python, Path(folder) / "runs", options.environment is None) for path in programs)
    print(f"{len(programs)} programs, {missed} not the same" if missed else "all do the same")
    return 1 if missed else 0


def _library(path: Path) -> str:
    return path.stem.partition("_")[0]


def _row(path: Path, python: str, folder: Path, install: bool) -> int:
    """One program; returns whether something is wrong."""
    library = CALLED.get(_library(path), _library(path))
    if install:
        pip = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", library]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["pip says nothing"]
            print(f"{library:18} could not be installed: {said[-1]}")
            return 1
    version = subprocess.run([python, "-c", ASK, library], capture_output=True, text=True, check=False).stdout.strip()
    if not version:
        print(f"{library:18} is not installed in {python}")
        return 1
    copied = _fresh(folder, path)
    there = _tidy(command([python, str(copied)], folder))
    told = _on_the_stage(_fresh(folder, path), python)
    here = _tidy(told.ending)
    same = here == there
    said = "the same" if same else "NOT the same"
    print(f"{library:18} {version:12} {here.status!s:>5} {told.lanes:6} {told.records:8,}  {said}", flush=True)
    if not same:
        print(f"    exit {there.status} outside, {here.status} on the stage")
        for one, other in ((there.out, here.out), (there.err, here.err)):
            lines = difflib.unified_diff(one.splitlines(), other.splitlines(), lineterm="")
            print("".join(f"    {line}\n" for line in list(lines)[2:30]), end="")
    return not same


def _fresh(folder: Path, path: Path) -> Path:
    """The program alone in the folder where it runs both times, for its path stands in its tracebacks."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return Path(shutil.copy(path, folder))


def _on_the_stage(path: Path, python: str) -> Told:
    with closing(Session(catalogue.from_file(path), python)) as session:
        session.run()
        frame = session.wait(PATIENCE)
        output = frame.recording.output
        out, err = ("".join(map(typed, [one for one in output if one.error is error])) for error in (False, True))
        status = -1 if frame.run.exit is None else frame.run.exit
        return Told(Ending(status, out, err), len(frame.recording.lanes), frame.recording.records)


def _tidy(ending: Ending) -> Ending:
    return Ending(ending.status, VARIES.sub("...", ending.out).rstrip(), VARIES.sub("...", ending.err).rstrip())
