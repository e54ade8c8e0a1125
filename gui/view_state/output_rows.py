"""Pure: pieces of output as the rows of a screen, cut to its width, with the lines of the program that they name."""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

from engine.frame import OutputPiece
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.words.reasons import printed

FLIP = -1  # stands for a thread where a row is a flip
LEAST = 12  # letters: a row is never narrower
LONGEST = 500  # pieces of one line of a terminal; then it is cut, so that a bar of dots stays cheap
BADGE = 3  # letters that a badge within a row takes
NO_FILES: Mapping[str, str] = {}
_NAMED = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')


@lazy_dataclass(frozen=True)
class RowPiece:
    """A part of a row that several have written: in whose colour, and whether its badge stands before it."""

    thread: int
    text: str
    error: bool = False
    begins: bool = False
    typed: bool = False  # not printed: what was typed where the program asked


@lazy_dataclass(frozen=True)
class OutputRow:
    """A row on screen."""

    time: float
    thread: int
    text: str
    error: bool = False
    first: bool = True  # of its piece of output: shows time and badge
    line: int = 0  # of the program, named by this row; 0 is none
    pieces: tuple[RowPiece, ...] = ()  # where not all of it was printed by one thread
    file: str = ""  # of that line: the name of a module, "" is the program's own


def rows_of(
    lines: Sequence[OutputPiece], letters: int = 1 << 20, files: Mapping[str, str] = NO_FILES
) -> list[OutputRow]:
    """Pieces of output that a terminal would show one behind the other, as rows of at most `letters` letters.

    All but the last one have no newline at their end. `files` are those whose lines are looked for: path -> name.
    """
    rows: list[OutputRow] = []
    going: OutputPiece | None = None  # a piece alone whose own newline begins the next line of the terminal
    for parts in _terminal_lines(lines):
        first, error = parts[0][0], parts[0][0].error
        begins = first is not going
        if all((line.thread, line.error, line.typed) == (first.thread, error, False) for line, _ in parts):
            text = "".join(text for _, text in parts)
            line, file = _named(text, files) if error else (0, "")
            for cut in cut_to(text, letters):
                rows.append(OutputRow(first.time, first.thread, cut, error, begins, line, file=file))
                begins = False
        else:
            for pieces in _mixed(parts, letters):
                text = "".join(piece.text for piece in pieces)
                rows.append(OutputRow(first.time, first.thread, text, False, begins, 0, pieces))
                begins = False
        going = first if len(parts) == 1 else None
    return rows


def _terminal_lines(lines: Sequence[OutputPiece]) -> list[list[tuple[OutputPiece, str]]]:
    """The lines of a terminal, each as the pieces that it is made of."""
    found: list[list[tuple[OutputPiece, str]]] = [[]]
    for line in lines:
        for number, text in enumerate(printed(line).expandtabs(4).split("\n")):
            if number:
                found.append([])
            found[-1].append((line, text))
    return found


def _mixed(parts: Sequence[tuple[OutputPiece, str]], letters: int) -> list[tuple[RowPiece, ...]]:
    """The pieces of a terminal's line, each with its badge before it, cut into rows; the first one's is elsewhere."""
    letters = room = max(LEAST, letters)
    rows: list[tuple[RowPiece, ...]] = []
    row: list[RowPiece] = []
    before: tuple[int, bool] | None = None
    for line, whole in parts:
        text, who = whole, (line.thread, line.error)
        begins = before is not None and who != before
        before = who
        while text or begins:
            wide = BADGE if begins else 0
            if row and room < wide + min(len(text.rstrip()), letters // 2):
                rows.append(tuple(row))
                row, room = [], letters
            cut = cut_to(text, max(LEAST, room - wide))[0][: max(0, room - wide)]
            row.append(RowPiece(line.thread, cut, line.error, begins, line.typed))
            text, room, begins = text[len(cut) :], room - wide - len(cut), False
            if text:
                rows.append(tuple(row))
                row, room = [], letters
    return [*rows, tuple(row)]


def _named(text: str, files: Mapping[str, str]) -> tuple[int, str]:
    """The line of the program that a row of a traceback names, and its file."""
    found = _NAMED.search(text)
    named = PurePath(found["file"]) if found else None
    name = next((name for path, name in files.items() if PurePath(path) == named), None)
    return (int(found["line"]), name) if found and name is not None else (0, "")


def cut_to(text: str, letters: int) -> list[str]:
    """A text in pieces of at most `letters` letters, cut behind a blank or a slash where one is near the end."""
    letters, pieces = max(LEAST, letters), []
    while len(text) > letters:
        half = letters // 2
        near = max(
            text.rfind(" ", half, letters),
            text.rfind("/", half, letters),
            text.rfind("\\", half, letters),
            text.rfind(",", half, letters),
        )
        at = near + 1 if near > 0 else letters
        pieces.append(text[:at])
        text = text[at:]
    return [*pieces, text]


class OutputRows:
    """The rows of an output that grows: only what is new is looked at."""

    def __init__(self) -> None:
        self.rows: list[OutputRow] = []  # one list for ever
        self.lines = 0  # of a terminal
        self.taken = 0  # pieces that are in rows
        self._open: list[OutputPiece] = []  # those of the terminal's last line while that has no end
        self._begin = 0  # the row in which it begins

    @property
    def open(self) -> bool:
        """Whether what comes next stands behind the last row."""
        return bool(self._open) and self.rows[-1].thread != FLIP

    def clear(self) -> None:
        """Begins anew."""
        self.rows.clear()
        self._open, self.taken, self.lines = [], 0, 0

    def add(self, output: Sequence[OutputPiece], letters: int, files: Mapping[str, str]) -> None:
        """Rows for what is new; a line that had no end is made anew with what came to it."""
        for index in range(self.taken, len(output)):
            if not self._open:
                self._begin, self.lines = len(self.rows), self.lines + 1
            self._open.append(output[index])
            if not output[index].open or len(self._open) >= LONGEST:
                self._make(letters, files)
                self._open = []
        if self._open and self.taken < len(output):
            self._make(letters, files)
        self.taken = len(output)

    def _make(self, letters: int, files: Mapping[str, str]) -> None:
        flips = [row for row in self.rows[self._begin :] if row.thread == FLIP]
        self.rows[self._begin :] = [*rows_of(self._open, letters, files), *flips]


def last_line(rows: Sequence[OutputRow], cursor: float | None) -> OutputRow | None:
    """The last line up to the cursor (None: of all), whole, although it may be cut into several rows."""
    last = len(rows) if cursor is None else bisect_right(rows, cursor, key=lambda row: row.time)
    first = next((at for at in range(last - 1, -1, -1) if rows[at].first), -1)
    return replace(rows[first], text="".join(row.text for row in rows[first:last])) if first >= 0 else None
