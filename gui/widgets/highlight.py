"""Colours for the program's text: what is seen comes first, the rest in idle moments, after a change what follows."""

import re
import time
from bisect import insort

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QColor, QTextBlock, QTextCharFormat, QTextDocument, QTextLayout

from gui.theme.theme import Colours
from gui.widgets.editor.line_lexer import ROOT, UNKNOWN, Bracket, LineLexer, StyledPiece, utf16
from gui.widgets.editor.line_table import ChangedLines, PerLine

SLICE = 0.003  # seconds that an idle moment is used for
RESTS = 30  # milliseconds after a change until idle moments are used: first it is painted
AT_ONCE = 0.002  # seconds that a key that was typed may take for the lines after its own
BACK = 200  # lines before what is seen in which a beginning is looked for that makes sense by itself
_BEGINS = re.compile(r"(?:def|class|import|from|async|@)\b|@\w")


class Highlighter(QObject):
    """Reads and colours the lines of a document; knows which of them are switched off.

    `lines` are the coloured pieces of each line, None where it is not read yet. Lines that are far below what is read
    are shown by a guess, from the last line that looks like a beginning, until it is known in which state they begin.
    """

    read = Signal(int, int)  # in an idle moment: the lines from 0, the last one included

    def __init__(self, document: QTextDocument, changes: ChangedLines) -> None:
        super().__init__(document)
        self._document = document
        self._lexer = LineLexer()
        self.lines: PerLine[list[StyledPiece] | None] = PerLine([None])
        self.brackets: PerLine[tuple[Bracket, ...] | None] = PerLine([None])
        self._states = PerLine([ROOT])  # in which each line begins
        self._shown: PerLine[object] = PerLine([None])  # what each line was coloured by
        self._dirty = [0]  # lines from which on it has to be read, from above
        self._guessed: dict[int, int] = {}  # in which state a line may begin that nobody has come to
        self.off: frozenset[int] = frozenset()  # lines from 1
        self.colours: Colours | None = None
        self._formats: dict[str, QTextCharFormat] = {}
        self._idle = QTimer(self)
        self._idle.timeout.connect(self._work)
        changes.listeners.append(self._replaced)

    @property
    def knobs(self) -> frozenset[str]:
        """Names that have a colour of their own."""
        return self._lexer.knobs

    @property
    def known(self) -> int:
        """So many lines, from the first one on, are read for good."""
        return self._dirty[0] if self._dirty else len(self.lines)

    def name_knobs(self, knobs: frozenset[str]) -> None:
        """Other names are knobs: only lines that hold one of them are read again."""
        changed, self._lexer.knobs = self._lexer.knobs ^ knobs, knobs
        if not changed:
            return
        words = re.compile(rf"\b(?:{'|'.join(map(re.escape, changed))})\b")
        for number, line in enumerate(self._document.toRawText().split("\u2029")):
            if words.search(line) and number < len(self.lines) and self.lines[number] is not None:
                self.lines[number] = None
                self._add_dirty(number)
        self._idle.start(RESTS)

    def dress(self, colours: Colours) -> None:
        """Other colours: lines are coloured again when they are seen."""
        self.colours, self._formats = colours, {}
        self._shown[:] = [None] * len(self._shown)

    def strike(self, off: frozenset[int]) -> None:
        """Strikes other lines through; only the lines that change are painted again."""
        changed, self.off = self.off ^ off, off
        for line in changed:
            block = self._document.findBlockByNumber(line - 1)
            if block.isValid():
                self.colour(block)

    def _replaced(self, first: int, before: int, now: int) -> None:
        self.lines.replace(first, before, now, None)
        self.brackets.replace(first, before, now, None)
        self._shown.replace(first, before, now, None)
        self._guessed = {}
        self._states.replace(first + 1, before - 1, now - 1, UNKNOWN)
        end, more = first + before, now - before
        self._dirty = [one + more if one >= end else one for one in self._dirty if one <= first or one >= end]
        if self._states[first] != UNKNOWN:
            self._add_dirty(first)
        self._idle.start(RESTS)

    def _add_dirty(self, line: int) -> None:
        if line not in self._dirty:
            insort(self._dirty, line)

    def _step(self) -> int:
        """Reads the first line that has to be read; returns it."""
        line = self._dirty[0]
        text = self._document.findBlockByNumber(line).text()
        self.lines[line], self.brackets[line], end = self._lexer.read(text, self._states[line])
        below = line + 1
        agrees = below >= len(self.lines) or (self._states[below] == end and self.lines[below] is not None)
        if not agrees:
            self._states[below] = end
        if agrees or self._dirty[1:2] == [below]:
            del self._dirty[0]
        else:
            self._dirty[0] = below
        return line

    def _work(self) -> None:
        if not self._dirty:
            self._idle.stop()
            return
        self._idle.setInterval(0)
        first = last = self._dirty[0]
        until = time.perf_counter() + SLICE
        while self._dirty and time.perf_counter() < until:
            last = self._step()
        self.read.emit(min(first, last), max(first, last))

    def finish(self) -> None:
        """Reads all that is left, now."""
        while self._dirty:
            self._step()

    def catch_up(self, last: int) -> None:
        """Reads up to a line, as far as a key's time allows."""
        until = time.perf_counter() + AT_ONCE
        while self._dirty and self._dirty[0] <= last and time.perf_counter() < until:
            self._step()

    def _guess(self, number: int) -> list[StyledPiece]:
        """The pieces of a line that nobody knows the beginning of yet."""
        first = number
        while first > max(0, number - BACK) and self._begins_in(first) == UNKNOWN:
            if _BEGINS.match(self._document.findBlockByNumber(first).text()):
                break
            first -= 1
        state = max(ROOT, self._begins_in(first))
        pieces: list[StyledPiece] = []
        for line in range(first, number + 1):
            pieces, _, state = self._lexer.read(self._document.findBlockByNumber(line).text(), state)
            self.lines[line], self._guessed[line + 1] = pieces, state
        return pieces

    def _begins_in(self, line: int) -> int:
        """The state of a line, or what it is thought to be."""
        known = self._states[line]
        return known if known != UNKNOWN else self._guessed.get(line, UNKNOWN)

    def colour(self, block: QTextBlock) -> None:
        """Colours a line that is going to be seen, unless it has its colours. One in which letters are being put
        together by an input method keeps what that wants."""
        number, layout = block.blockNumber(), block.layout()
        if self.colours is None or number >= len(self.lines) or layout.preeditAreaText():
            return
        off = number + 1 in self.off
        pieces = self.lines[number]
        if pieces is None:
            pieces = self._guess(number)
        shown = self._shown[number]
        if shown == (pieces, off):  # also where it was read again and says the same
            return
        self._shown[number] = (pieces, off)
        if off:
            text = block.text()
            begin = utf16(text) - utf16(text.lstrip())
            pieces = [StyledPiece(begin, utf16(text) - begin, "off")]
        ranges = []
        for piece in pieces:
            one = QTextLayout.FormatRange()
            one.start, one.length, one.format = piece.start, piece.length, self._format(piece.role, self.colours)
            ranges.append(one)
        if ranges or layout.formats():
            layout.setFormats(ranges)
            self._document.markContentsDirty(block.position(), block.length())

    def _format(self, role: str, colours: Colours) -> QTextCharFormat:
        form = self._formats.get(role)
        if form is None:
            form = self._formats[role] = QTextCharFormat()
            form.setForeground(QColor(getattr(colours, {"knob": "number", "off": "faint"}.get(role, role))))
            form.setFontItalic(role == "comment")
            form.setFontStrikeOut(role == "off")
            if role == "knob":
                form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
                form.setUnderlineColor(QColor(colours.faint))
        return form
