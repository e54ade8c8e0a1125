"""The program's text with a gutter: line numbers, and a chip for each thread at the line where it is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextDocument,
)
from PySide6.QtWidgets import QPlainTextDocumentLayout, QPlainTextEdit, QToolTip, QWidget

from gui.theme.palette import font, shade
from gui.theme.theme import UNDRESSED, Theme
from gui.view_state.code_annotations import Marker, Note, uppermost
from gui.widgets.chips import chip_room, draw_chips
from gui.widgets.controls import draw_focus
from gui.widgets.drawing import RIGHT, write
from gui.widgets.highlight import Highlighter, lex
from gui.widgets.line_notes import NoteWriter

TAB = 4  # letters from one stop of a tab to the next


class CodeLines(QPlainTextDocumentLayout):
    """Gives every line the same height: the layout of plain text knows no other way. The text stands at its top.

    It is as wide as its longest line: Qt knows only those that were seen, and what a view looks like would depend on
    what it has shown.
    """

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.height = 0  # pixels; 0: as high as the font
        self.width = 0.0  # pixels of the longest line
        self.below: dict[int, int] = {}  # line from 1 -> pixels below it for what went wrong there

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        box = super().blockBoundingRect(block)
        if self.height and box.height() > 0:
            box.setHeight(self.height)
        if self.below:
            box.setHeight(box.height() + self.below.get(block.blockNumber() + 1, 0))
        return box

    def documentSize(self) -> QSizeF:
        return QSizeF(self.width, super().documentSize().height())

    def measure(self, text: str, metrics: QFontMetricsF) -> None:
        """Takes the width of its longest line."""
        lines = (line.expandtabs(TAB) for line in text.split("\n"))
        self.width = max(map(metrics.horizontalAdvance, lines), default=0.0)

    def row(self, line: int, box: QRect) -> QRect:
        """Of the rectangle of a line that of its text, without what stands below it."""
        return box.adjusted(0, 0, 0, -self.below.get(line, 0))


class Gutter(QWidget):
    """The column at the left of the text; painted by the view."""

    def __init__(self, view: "CodeView") -> None:
        super().__init__(view)
        self._view = view

    def paintEvent(self, event: QPaintEvent) -> None:
        self._view.paint_gutter(QPainter(self), event.rect())


class CodeView(QPlainTextEdit):
    """Read only. What it shows beside the text is set by `mark` and `annotate`, which compare before they paint."""

    scrolled = Signal()  # by the presenter, not by the program

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setAccessibleName(self.tr("Program"))
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.document().setDocumentMargin(0)
        self._lines = CodeLines(self.document())
        self.document().setDocumentLayout(self._lines)
        self.highlighter = Highlighter(self.document())
        self.theme = UNDRESSED
        self.at: dict[int, list[Marker]] = {}
        self._markers: tuple[Marker, ...] = ()
        self._notes: Mapping[int, Note] = {}
        self._pointed = self._asked = 0
        self.gutter = Gutter(self)
        self.updateRequest.connect(self._follow_text)
        self.blockCountChanged.connect(lambda _count: self._fit())
        self.verticalScrollBar().actionTriggered.connect(lambda _action: self.scrolled.emit())

    def load(self, text: str, knobs: Sequence[str]) -> None:
        """Another text: read for its colours first, then shown, so that it is painted once."""
        self.highlighter.lines = lex(text, frozenset(knobs))
        self.highlighter.off = frozenset()
        self._notes, self._lines.below = {}, {}
        self._lines.measure(text, QFontMetricsF(self.font()))
        self.setPlainText(text)

    def apply_theme(self, theme: Theme) -> None:
        self.theme = theme
        face = font(theme, theme.measures.code, mono=True)
        self._lines.height = max(theme.px(theme.measures.code_line), QFontMetrics(face).height())
        self.setFont(face)
        self.setTabStopDistance(QFontMetricsF(face).horizontalAdvance(" ") * TAB)
        self._lines.measure(self.toPlainText(), QFontMetricsF(face))
        colours = theme.colours
        shade(self, Base=colours.panel, Text=colours.text, Highlight=colours.accent, HighlightedText=colours.accent_ink)
        self.highlighter.colours = colours
        self.highlighter.rehighlight()
        self._fit()
        self.viewport().update()

    def mark(self, markers: tuple[Marker, ...], pointed: int, asked: int = 0) -> None:
        """Shows where threads are, and the line that is pointed at (0: none). `asked` grows with each asking."""
        if (markers, pointed, asked) == (self._markers, self._pointed, self._asked):
            return
        if pointed and (pointed, asked) != (self._pointed, self._asked):
            self.reveal(pointed)
        found: defaultdict[int, list[Marker]] = defaultdict(list)
        for marker in markers:
            found[marker.line].append(marker)
        ground = found.keys() != self.at.keys() or pointed != self._pointed
        self._markers, self._pointed, self._asked, self.at = markers, pointed, asked, dict(found)
        if ground:  # of the text only its ground says where threads are, and to paint that takes long
            self.viewport().update()
        self.gutter.update()

    def annotate(self, notes: Mapping[int, Note]) -> None:
        """Shows notes at the ends of lines."""
        if notes != self._notes:
            self._notes = dict(notes)
            self._fit()
            self.viewport().update()

    def reveal(self, line: int) -> None:
        """Scrolls so that a line is seen, when it is not."""
        first, last = self.visible_lines()
        if not first < line < last or line == 1:
            self.centre(line)

    def reveal_all(self, lines: Sequence[int]) -> None:
        """Scrolls so that as many of these sorted lines are seen as fit, when not all of them are."""
        first, last = self.visible_lines()
        if lines and not (first <= lines[0] and lines[-1] <= last):
            self.verticalScrollBar().setValue(uppermost(lines, last - first + 1) - 1)

    def centre(self, line: int) -> None:
        """Scrolls so that a line is in the middle."""
        first, last = self.visible_lines()
        self.verticalScrollBar().setValue(max(0, line - 1 - (last - first) // 2))

    def visible_lines(self) -> tuple[int, int]:
        """The first and the last line that are seen wholly, from 1."""
        high = max(1, self._lines.height or self.fontMetrics().height())
        first, room = self.firstVisibleBlock().blockNumber() + 1, self.viewport().height()
        last, room = first, room - high - self._lines.below.get(first, 0)
        while room >= high + self._lines.below.get(last + 1, 0):
            last += 1
            room -= high + self._lines.below.get(last, 0)
        return first, last

    def gutter_width(self) -> int:
        """Chips, then the line number, pixels: the same for every run of a program."""
        px, compact = self.theme.px, self.theme.compact
        digits = max(2, len(str(self.blockCount())))
        number = QFontMetrics(font(self.theme, self.theme.measures.code - 2, mono=True)).horizontalAdvance("9" * digits)
        return px(6 if compact else 12) + chip_room(self.theme) + px(8) + number + px(12 if compact else 16)

    def _fit(self) -> None:
        """The gutter; and room for errors: at the end of their line, else below it, on as many rows as needed."""
        self.setViewportMargins(self.gutter_width(), 0, 0, 0)
        area = self.contentsRect()
        self.gutter.setGeometry(QRect(area.left(), area.top(), self.gutter_width(), self.viewport().height()))
        self.gutter.update()
        writer, texts = self._writer(), self.toPlainText().split("\n") if self._notes else []
        bad = {line: note for line, note in self._notes.items() if note.bad and 0 < line <= len(texts)}
        below = {line: high for line, note in bad.items() if (high := writer.below(note, texts[line - 1]))}
        if below != self._lines.below:
            self._lines.below = below
            self._lines.documentSizeChanged.emit(self._lines.documentSize())
            self.viewport().update()
            self.gutter.update()

    def _follow_text(self, area: QRect, by: int) -> None:
        if by:
            self.gutter.scroll(0, by)
        else:
            self.gutter.update(0, area.y(), self.gutter.width(), area.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _writer(self) -> NoteWriter:
        return NoteWriter(self.theme, self.font(), self.viewport().width(), self.horizontalScrollBar().value())

    def viewportEvent(self, event: QEvent) -> bool:
        """The hint of a line is all that is noted there."""
        if event.type() is not QEvent.Type.ToolTip or not isinstance(event, QHelpEvent):
            return super().viewportEvent(event)
        at = event.pos().y()
        line = next(
            (line for line, _, box in self._blocks(self.viewport().rect()) if box.top() <= at <= box.bottom()), 0
        )
        note = self._notes.get(line)
        QToolTip.showText(event.globalPos(), note.text if note is not None else "", self.viewport())
        return True

    def _blocks(self, area: QRect) -> list[tuple[int, QTextBlock, QRect]]:
        """The lines that are seen in an area: number from 1, block, and its rectangle in the viewport.

        The rectangle is moved up by half of the air below the text, so that the text is in its middle.
        """
        found, lift = [], max(0, self._lines.height - self.fontMetrics().height()) // 2
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top - lift <= area.bottom():
            high = self.blockBoundingRect(block).height()
            box = QRect(0, round(top) - lift, self.viewport().width(), round(top + high) - round(top))
            found.append((block.blockNumber() + 1, block, box))
            top += high
            block = block.next()
        return found

    def _ground(self, line: int) -> str:
        """The colour behind a line."""
        colours, note = self.theme.colours, self._notes.get(line)
        if line == self._pointed:
            return colours.accent_soft
        return colours.line_highlight if line in self.at or (note is not None and note.bad) else colours.panel

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        blocks = self._blocks(event.rect())
        for line, _, box in blocks:
            painter.fillRect(box, QColor(self._ground(line)))
        painter.end()
        super().paintEvent(event)
        painter, writer = QPainter(self.viewport()), self._writer()
        for line, block, box in blocks:
            note = self._notes.get(line)
            if note is not None:
                writer.draw(painter, note, block.text(), self._lines.row(line, box), self._ground(line))
        draw_focus(painter, self.theme, self)

    def paint_gutter(self, painter: QPainter, area: QRect) -> None:
        """Numbers and chips of the lines in an area."""
        theme, colours = self.theme, self.theme.colours
        painter.fillRect(area, QColor(colours.panel))
        right = self.gutter.width() - theme.px(12 if theme.compact else 16)
        digits = font(theme, theme.measures.code - 2, mono=True)
        for line, _, box in self._blocks(area):
            painter.fillRect(QRect(0, box.top(), self.gutter.width(), box.height()), QColor(self._ground(line)))
            note, here = self._notes.get(line), self.at.get(line)
            ink = colours.lost_text if note is not None and note.bad else colours.text if here else colours.faint
            row = self._lines.row(line, box)
            write(painter, (digits, ink), QRect(0, row.top(), right, row.height()), str(line), RIGHT)
            if here:
                left = theme.px(6 if theme.compact else 12)
                draw_chips(painter, theme, here, QRect(left, row.top(), chip_room(theme), row.height()))
