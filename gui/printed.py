"""Pure: pieces of output as the rows of a screen, cut to its width, with the lines of the program that they name."""

import re
from dataclasses import dataclass
from pathlib import PurePath

from engine.frame import Line

FLIP = -1  # stands for a thread where a row is a flip
LEAST = 12  # letters: a row is never narrower
_NAMED = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')


@dataclass(frozen=True)
class Row:
    """A row on screen."""

    time: float
    thread: int
    text: str
    error: bool = False
    first: bool = True  # of its piece of output: shows time and badge
    line: int = 0  # of the program, named by this row; 0 is none


def rows_of(line: Line, letters: int = 1 << 20, program: str = "") -> list[Row]:
    """A piece of output as rows of at most `letters` letters; `program` is the path whose lines are looked for."""
    rows: list[Row] = []
    for part in line.text.expandtabs(4).split("\n"):
        named = _named(part, program) if line.error else 0
        rows += [Row(line.time, line.thread, cut, line.error, False, named) for cut in cut_to(part, letters)]
    rows[0] = Row(line.time, line.thread, rows[0].text, line.error, True, rows[0].line)
    return rows


def _named(text: str, program: str) -> int:
    """The program's line that a row of a traceback names."""
    found = _NAMED.search(text)
    return int(found["line"]) if found and program and PurePath(found["file"]) == PurePath(program) else 0


def cut_to(text: str, letters: int) -> list[str]:
    """A text in pieces of at most `letters` letters, cut behind a blank or a slash where one is near the end."""
    letters, pieces = max(LEAST, letters), []
    while len(text) > letters:
        near = max(text.rfind(mark, letters // 2, letters) for mark in " /\\,")
        at = near + 1 if near > 0 else letters
        pieces.append(text[:at])
        text = text[at:]
    return [*pieces, text]
