"""What is said of programs with a known problem: the right finding with its line, and none that is false.

The programs lie in a folder of one's own; what is to be said of each stands in `cases.toml` beside this file. Each runs
in a folder made for it, as `run` runs it, and is ended after a while where it does not end by itself.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomllib

from bench._in_a_folder import ran_in_a_folder
from engine.environment import interpreters
from engine.frame import Finding, FindingKind
from engine.words.findings import cure, detail, sentence

EXPECTED = Path(__file__).with_suffix(".toml")
PATIENCE = 6.0  # seconds


def findings_of(path: Path, executable: str, patience: float) -> tuple[Finding, ...]:
    """What is found when it runs in a folder of its own, and is ended after so many seconds."""
    with ran_in_a_folder(path, executable, patience) as (frame, _):
        return frame.result.findings


def as_text(finding: Finding) -> str:
    """All that is said of it in one line."""
    parts = [f"{finding.kind.value}: {sentence(finding)}", f"[line {finding.line}]", detail(finding), cure(finding)]
    return " ".join(" ".join(parts).split())


def faults(said: Sequence[str], expected: Mapping[str, Any]) -> Iterator[str]:
    """What is missing, and what must not be there."""
    for pattern in expected.get("said", ()):
        if not any(re.search(pattern, one, re.IGNORECASE) for one in said):
            yield f"missing: {pattern}"
    for pattern in expected.get("never", ()):
        yield from (f"false: {one}" for one in said if re.search(pattern, one, re.IGNORECASE))


def main(arguments: Sequence[str] = ()) -> int:
    """Prints a row for each program and Python, and how many were right. Returns 1 when one was not."""
    parser = argparse.ArgumentParser(prog="python -m bench cases", description=__doc__)
    parser.add_argument("folder", help="with the programs, or one of them")
    parser.add_argument("--python", action="append", metavar="VERSION", help="only those that begin so, such as 3.9")
    parser.add_argument("--patience", type=float, default=PATIENCE, metavar="SECONDS", help="that one may run")
    parser.add_argument("--words", action="store_true", help="also what was said of those that were right")
    options = parser.parse_args(arguments)
    folder, expected = Path(options.folder).absolute(), tomllib.loads(EXPECTED.read_text("utf-8"))
    programs = [folder] if folder.is_file() else sorted(folder.glob("*.py"))
    unknown = [path.stem for path in programs if path.stem not in expected]
    if unknown or not programs:
        print(f"Nothing is known of: {', '.join(unknown) or folder}", file=sys.stderr)
        return 2
    pythons = [one for one in interpreters.find() if not one.problem]
    pythons = [one for one in pythons if not options.python or one.version.startswith(tuple(options.python))]
    wrong = 0
    for python in pythons:
        right = lacking = 0
        for path in programs:
            found = findings_of(path, python.executable, options.patience)
            said, wanted = list(map(as_text, found)), expected[path.stem]
            if "needs" in wanted and any(one.kind is FindingKind.MISSING_LIBRARY for one in found):
                lacking += 1
                print(f"{python.version:8} {path.stem:32} lacks {wanted['needs']}", flush=True)
                continue
            bad = list(faults(said, wanted))
            right += not bad
            print(f"{python.version:8} {path.stem:32} {'wrong' if bad else 'right'}", flush=True)
            for line in [*bad, *(f"said: {one}" for one in said if bad or options.words)]:
                print(f"    {line}")
        tried = len(programs) - lacking
        wrong += tried - right
        print(f"{python.version}: {right} of {tried} right" + (f", {lacking} could not run" if lacking else ""))
    return int(wrong > 0)
