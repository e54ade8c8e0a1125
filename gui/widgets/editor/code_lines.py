"""The layout of a program: lines of one height, room below those with an error, the width of the longest."""

from PySide6.QtCore import QRect, QRectF, QSizeF
from PySide6.QtGui import QFont, QFontMetricsF, QTextBlock, QTextDocument
from PySide6.QtWidgets import QPlainTextDocumentLayout

from gui.widgets.editor.line_table import ChangedLines, PerLine

TAB = 4  # letters from one stop of a tab to the next
CARET = 3  # pixels that a caret at the end of the longest line needs
MANY = 100  # changed lines from which on the text is taken as a whole


class CodeLines(QPlainTextDocumentLayout):
    """Gives every line the same height: the layout of plain text knows no other way. The text stands at its top.

    It is as wide as its longest line: Qt knows only those that were seen, and what a view looks like would depend on
    what it has shown.
    """

    def __init__(self, document: QTextDocument, changes: ChangedLines) -> None:
        super().__init__(document)
        self.height = 0  # pixels; 0: as high as the font
        self.width = 0.0  # pixels of the longest line
        self.below: dict[int, int] = {}  # line from 1 -> pixels below it for what went wrong there
        self._metrics = QFontMetricsF(document.defaultFont())
        self._letter = 0.0  # pixels of each plain letter; 0: they differ
        self._widths = PerLine([0.0])
        changes.listeners.append(self._replaced)

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        box = super().blockBoundingRect(block)
        if self.height and box.height() > 0:
            box.setHeight(self.height)
        if self.below:
            box.setHeight(box.height() + self.below.get(block.blockNumber() + 1, 0))
        return box

    def documentSize(self) -> QSizeF:
        return QSizeF(self.width, super().documentSize().height())

    def measure(self, face: QFont) -> None:
        """Takes the widths of all lines in this font."""
        self._metrics = QFontMetricsF(face)
        narrow, wide = (self._metrics.horizontalAdvance(letter * 10) / 10 for letter in "iW")
        self._letter = narrow if narrow == wide else 0.0
        self._replaced(0, len(self._widths), self.document().blockCount())

    def _replaced(self, first: int, before: int, now: int) -> None:
        document = self.document()
        if now > MANY:
            texts = document.toRawText().split("\u2029")[first : first + now]
        else:
            texts = [document.findBlockByNumber(line).text() for line in range(first, first + now)]
        self._widths[first : first + before] = map(self._width_of, texts)
        self.width = max(self._widths, default=0.0) + CARET

    def _width_of(self, text: str) -> float:
        line = text.expandtabs(TAB) if "\t" in text else text
        plain = self._letter and line.isascii()
        return len(line) * self._letter if plain else self._metrics.horizontalAdvance(line)

    def row(self, line: int, box: QRect) -> QRect:
        """Of the rectangle of a line that of its text, without what stands below it."""
        return box.adjusted(0, 0, 0, -self.below.get(line, 0))
