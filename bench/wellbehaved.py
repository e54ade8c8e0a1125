"""Programs that are right and end well: whether anything is found of them, which would be false; on every Python.

The programs stand in `wellbehaved.txt` beside this file. The cures of the course are tried by
`python -m bench scenarios`.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path

from engine.environment import interpreters
from engine.frame import Ended, Folder, Launch
from engine.scenarios import catalogue
from engine.session.session import Session
from engine.words.findings import sentence

PROGRAMS = Path(__file__).with_suffix(".txt")
AT_ONCE = 2 * (os.cpu_count() or 1)
PATIENCE = 60.0  # seconds


def programs() -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Name, text, and the least Python of each."""
    for part in PROGRAMS.read_text("utf-8").split("\n### ")[1:]:
        head, _, text = part.partition("\n")
        name, _, least = head.partition(" | ")
        yield name, text, tuple(int(one) for one in least.split(".") if one)


def found(name: str, text: str, executable: str) -> list[str]:
    """What is false: each finding, and an end that is none."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            path = Path("program.py")
            path.write_text(text, "utf-8")
            with closing(Session(catalogue.from_file(path, Path(folder)), executable)) as session:
                session.set_launch(Launch("", "", Folder.CURRENT, path.name))
                session.run()
                session.end_input(shown=False)
                frame = session.wait(PATIENCE)
        finally:
            os.chdir(tempfile.gettempdir())
    faults = [f"{name}: {one.kind.value}: {sentence(one)}" for one in frame.result.findings]
    if frame.run.ended is not Ended.FINISHED or frame.run.exit:
        faults.append(f"{name}: it ended so: {frame.run.ended}, status {frame.run.exit}")
    return faults


def main(arguments: Sequence[str] = ()) -> int:
    """Prints what was found. Returns 1 when there was something."""
    parser = argparse.ArgumentParser(prog="python -m bench wellbehaved", description=__doc__)
    parser.add_argument("--python", action="append", metavar="VERSION", help="only those that begin so, such as 3.9")
    parser.add_argument("--only", default="", metavar="WORDS", help="programs whose name has these words")
    options = parser.parse_args(arguments)
    pythons = [one for one in interpreters.find() if not one.problem]
    pythons = [one for one in pythons if not options.python or one.version.startswith(tuple(options.python))]
    wanted = [one for one in programs() if options.only in one[0]]
    if not wanted or not pythons:
        print("No such program, or no such Python.", file=sys.stderr)
        return 2
    wrong = tried = 0
    with ProcessPoolExecutor(AT_ONCE) as pool:
        for python in pythons:
            version = tuple(int(one) for one in python.version.split(".")[:2])
            fit = [(name, text) for name, text, least in wanted if least <= version]
            for faults in pool.map(found, *zip(*fit, strict=True), [python.executable] * len(fit)):
                wrong += bool(faults)
                for fault in faults:
                    print(f"{python.version:8} {fault}", flush=True)
            tried += len(fit)
    print(f"{tried} runs of {len(wanted)} programs on {len(pythons)} Pythons: {wrong} with a finding")
    return int(wrong > 0)
