"""Programs that harm the stage, with and without it: the same output, exit and files, and what was said of each."""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench._in_a_folder import ran_in_a_folder
from bench.cases import as_text
from engine.environment import interpreters
from engine.frame import Ended
from engine.words.troubles import told

PATIENCE = 10.0  # seconds that one may run
SHOWN = 200  # characters of what was said
KEPT = 2_000_000  # characters of output that are compared: the stage keeps no more of a text


@dataclass(frozen=True)
class Ending:
    """How a program came to its end: its exit status, None for one that was ended; its output; what is in its files."""

    status: int | None
    out: list[str]
    files: dict[str, bytes]
    said: tuple[str, ...] = ()


def by_itself(program: Path, executable: str, patience: float) -> Ending:
    """As its author would run it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copy(program, folder)
        with tempfile.TemporaryFile() as out:
            made = subprocess.Popen(
                [executable, copy], cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL
            )
            try:
                status: int | None = made.wait(patience)
            except subprocess.TimeoutExpired:
                made.kill()
                made.wait()
                status = None
            out.seek(0)
            return Ending(status, lines(out.read().decode("utf-8", "replace")), files_in(Path(folder)))


def on_the_stage(program: Path, executable: str, patience: float) -> Ending:
    """As `run` runs it."""
    with ran_in_a_folder(program, executable, patience) as (frame, folder):
        out = "".join(one.text + "\n" * (not one.open) for one in frame.recording.output if not one.error)
        said = [] if frame.run.trouble is None else [". ".join(told(frame.run.trouble))]
        status = None if frame.run.ended is Ended.TIMEOUT else frame.run.exit
        said += map(as_text, frame.result.findings)
        return Ending(status, lines(out), files_in(folder), tuple(said))


def lines(text: str) -> list[str]:
    """Sorted: what several threads and processes print comes in no order."""
    return sorted(text[:KEPT].splitlines())


def files_in(folder: Path) -> dict[str, bytes]:
    """What it left, but what differs each time."""
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file() and one.suffix != ".pid"}


def differences(outside: Ending, inside: Ending) -> Iterator[str]:
    """What is not as without the stage."""
    if outside.status != inside.status:
        yield f"exit {inside.status}, not {outside.status}"
    if outside.status is None:
        return
    if outside.out != inside.out:
        lost = [one for one in outside.out if one not in inside.out]
        more = [one for one in inside.out if one not in outside.out]
        yield f"output: {len(lost)} lines lost {lost[:2]!r}, {len(more)} more {more[:2]!r}"[:SHOWN]
    for name in sorted({*outside.files, *inside.files}):
        if outside.files.get(name) != inside.files.get(name):
            yield f"{name} is not the same"


def main(arguments: Sequence[str] = ()) -> int:
    """Prints a row for each program and Python, and how many were as outside. Returns 1 when one was not."""
    parser = argparse.ArgumentParser(prog="python -m bench attacks", description=__doc__)
    parser.add_argument("folder", help="with the programs, or one of them")
    parser.add_argument("--python", action="append", metavar="VERSION", help="only those that begin so; default: ours")
    parser.add_argument("--patience", type=float, default=PATIENCE, metavar="SECONDS", help="that one may run")
    options = parser.parse_args(arguments)
    folder = Path(options.folder).absolute()
    programs = [folder] if folder.is_file() else sorted(folder.glob("*.py"))
    pythons = [one for one in interpreters.find() if not one.problem] if options.python else []
    chosen = [one.executable for one in pythons if one.version.startswith(tuple(options.python))] or [sys.executable]
    wrong = 0
    for executable in chosen:
        for program in programs:
            outside = by_itself(program, executable, options.patience)
            inside = on_the_stage(program, executable, options.patience)
            bad = list(differences(outside, inside))
            wrong += bool(bad)
            print(f"{'differs' if bad else 'as outside':10} {program.name}", flush=True)
            for one in [*bad, *(f"said: {said}"[:SHOWN] for said in inside.said)]:
                print(f"    {one}", flush=True)
    print(f"{len(programs) * len(chosen) - wrong} of {len(programs) * len(chosen)} as outside")
    return int(wrong > 0)
