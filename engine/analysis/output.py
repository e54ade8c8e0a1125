"""What a program printed: pieces of text with their time and thread, kept up to a limit."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import overload

from engine.analysis.columns import Array
from engine.analysis.run_facts import RunFacts
from engine.analysis.trace import Records
from engine.frame import OutputPiece
from engine.protocol.records import STAGE_THREAD, Kind
from engine.protocol.units import SECOND

MOST_LINES = 20_000
_ENDED = re.compile(r"[^\n]*\n|[^\n]+")  # str.splitlines cuts at more than a terminal does


class Lines(Sequence[OutputPiece]):
    """The first `count` lines of a list that only grows: a snapshot without a copy."""

    __slots__ = ("_count", "_lines")

    def __init__(self, lines: list[OutputPiece], count: int) -> None:
        self._lines = lines
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> OutputPiece: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[OutputPiece]: ...
    def __getitem__(self, index: int | slice) -> OutputPiece | Sequence[OutputPiece]:
        rows = range(self._count)[index]
        return self._lines[rows] if isinstance(rows, int) else [self._lines[row] for row in rows]

    def __iter__(self) -> Iterator[OutputPiece]:
        return islice(self._lines, self._count)


class Output:
    """Gathers what was printed."""

    def __init__(self) -> None:
        self.left_out = 0  # pieces that were not kept
        self._lines: list[OutputPiece] = []
        self._typed = 0  # of them, what was typed: so the longest input takes no room from what is printed
        self._shown = Lines(self._lines, 0)

    def feed(self, records: Records, prints: Array, run_facts: RunFacts) -> None:
        """Takes in the records at the rows `prints`: what was printed, and what was typed where that is echoed."""
        kept = prints[: 2 * MOST_LINES - len(self._lines)]
        self.left_out += len(prints) - len(kept)
        fields = (records[name][kept].tolist() for name in ("time", "thread", "value", "kind"))
        for time, thread, number, kind in zip(*fields, strict=True):
            typed = kind != Kind.PRINT
            text = run_facts.texts.get(number)
            if text is None:
                self.left_out += not typed or number > 0
                continue
            said = f"{text.text}\n" if text.left_out else text.text
            self._add(time / SECOND, thread, said, text.error, typed)
            if text.left_out:
                self._lines.append(
                    OutputPiece(time / SECOND, thread, "", text.error, left_out=text.left_out, typed=typed)
                )

    def _add(self, time: float, thread: int, text: str, error: bool, typed: bool = False) -> None:
        """A line of a terminal each; a traceback, and what else is written to stderr at once, stays together."""
        for piece in [text] if error else _ENDED.findall(text):
            if (self._typed if typed else len(self._lines) - self._typed) >= MOST_LINES:
                self.left_out += 1
                continue
            open_ = not piece.endswith("\n")
            self._typed += typed
            self._lines.append(OutputPiece(time, thread, piece.removesuffix("\n"), error, open_, typed=typed))

    def overhear(self, text: str, now: float) -> None:
        """Takes in text that came past the records, at `now` seconds; it is nobody's."""
        self._add(now, STAGE_THREAD, text, False)

    @property
    def lines(self) -> Lines:
        """All lines so far; the same object as long as none was added."""
        if len(self._shown) != len(self._lines):
            self._shown = Lines(self._lines, len(self._lines))
        return self._shown
