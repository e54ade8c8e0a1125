"""Whether programs do here what they do outside: their output as a multiset of lines, their end; on every Python.

Without a folder these are the programs of the tests. Each is run by Python itself and as the window runs it, and what
is found is told, so that one can see whether it is so.
"""

import argparse
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from engine.environment import interpreters
from engine.frame import Folder, Launch, OutputPiece
from engine.scenarios import catalogue
from engine.session.session import Session

OWN = Path(__file__).parent.parent / "tests" / "programs" / "foreign"
PATIENCE = 60  # seconds
VARIES = re.compile(r"0x[0-9a-fA-F]+|pid=\d+|\bin \d+\.\d+s")  # addresses, numbers of processes, how long it took


@dataclass(frozen=True)
class Done:
    """How a program ended."""

    status: int | None
    out: str
    err: str
    findings: tuple[str, ...] = ()


def outside(path: Path, executable: str) -> Done:
    """By itself, typed in its folder."""
    words = [executable, path.name]
    done = subprocess.run(
        words, cwd=path.parent, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False
    )
    return Done(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def inside(path: Path, executable: str) -> Done:
    """As `run` runs it, called from its folder."""
    os.chdir(path.parent)
    with closing(Session(catalogue.from_file(Path(path.name), path.parent), executable)) as session:
        session.set_launch(Launch("", "", Folder.CURRENT, path.name))
        session.run()
        session.end_input(shown=False)
        frame = session.wait(PATIENCE)
        summary = session.summary()
    said = tuple(f"{one['kind']}: {one['text']}" for one in summary["findings"])
    pieces = frame.recording.output
    return Done(
        summary["exit"],
        "".join(_typed(one) for one in pieces if not one.error),
        "".join(_typed(one) for one in pieces if one.error),
        said,
    )


def _typed(piece: OutputPiece) -> str:
    return piece.text if piece.open else f"{piece.text}\n"


def differences(plain: Done, here: Done) -> Iterator[str]:
    """A line for each thing that differs."""
    if plain.status != here.status:
        yield f"exit status {plain.status}, here {here.status}"
    for name, there, ours in (("stdout", plain.out, here.out), ("stderr", plain.err, here.err)):
        before, after = (Counter(VARIES.sub("...", text).splitlines()) for text in (there, ours))
        yield from (f"{name} - {line}" for line in before - after)
        yield from (f"{name} + {line}" for line in after - before)


def main(arguments: Sequence[str] = ()) -> int:
    """Prints a row for each program that differs on some Python. Returns 1 when one does."""
    parser = argparse.ArgumentParser(prog="python -m bench foreign", description=__doc__)
    parser.add_argument("folder", nargs="?", default=str(OWN), help="with Python files, or one of these")
    parser.add_argument("--python", action="append", metavar="VERSION", help="only those that begin so, such as 3.9")
    options = parser.parse_args(arguments)
    folder = Path(options.folder).absolute()
    programs = [folder] if folder.is_file() else sorted(folder.glob("*.py"))
    if not programs:
        print(f"There is no program in {folder}.", file=sys.stderr)
        return 2
    pythons = [one for one in interpreters.find() if not one.problem]
    pythons = [one for one in pythons if not options.python or one.version.startswith(tuple(options.python))]
    wrong = 0
    for path in programs:
        for python in pythons:
            here = inside(path, python.executable)
            found = list(differences(outside(path, python.executable), here))
            wrong += bool(found)
            print(f"{path.name:40} {python.version:8} {'differs' if found else 'the same'}", flush=True)
            for line in [*found, *here.findings]:
                print(f"    {line}")
    print(f"{len(programs)} programs on {len(pythons)} Pythons: {wrong} differ")
    return int(wrong > 0)
