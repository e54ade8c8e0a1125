"""The program's text with a gutter: line numbers, and a chip for each thread at the line where it is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QFontMetricsF,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextBlock,
)
from PySide6.QtWidgets import QPlainTextEdit, QToolTip, QWidget

from gui.theme.palette import font, shade
from gui.theme.theme import UNDRESSED, Theme
from gui.view_state.code_annotations import Marker, Note, uppermost
from gui.widgets.chips import chip_room, draw_chips
from gui.widgets.drawing import RIGHT, write
from gui.widgets.editor.code_lines import TAB, CodeLines
from gui.widgets.editor.line_table import ChangedLines
from gui.widgets.editor.plain_text import held
from gui.widgets.highlight import Highlighter
from gui.widgets.line_notes import NoteWriter
from gui.widgets.plain_hint import plain_hint

Seen = list[tuple[int, QTextBlock, QRect]]  # lines that are seen: number from 1, block, and its rectangle


class Gutter(QWidget):
    """The column at the left of the text: chips, then the line number; as wide for every run of a program."""

    def __init__(self, view: "CodeText") -> None:
        super().__init__(view)
        self._view = view

    def wanted(self) -> int:
        """Pixels."""
        theme, view = self._view.theme, self._view
        digits = max(2, len(str(view.blockCount())))
        number = QFontMetrics(font(theme, theme.measures.code - 2, mono=True)).horizontalAdvance("9" * digits)
        air = theme.px(8) + theme.px(12 if theme.compact else 16)
        return theme.px(6 if theme.compact else 12) + chip_room(theme) + number + air

    def follow(self, area: QRect, by: int) -> None:
        """Goes along with the text."""
        if by:
            self.scroll(0, by)
        else:
            self.update(0, area.y(), self.width(), area.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Numbers and chips of the lines in an area."""
        painter, view, area = QPainter(self), self._view, event.rect()
        theme, colours = view.theme, view.theme.colours
        painter.fillRect(area, QColor(colours.panel))
        right = self.width() - theme.px(12 if theme.compact else 16)
        digits = font(theme, theme.measures.code - 2, mono=True)
        for line, _, box in view.blocks_in(area):
            painter.fillRect(QRect(0, box.top(), self.width(), box.height()), QColor(view.ground(line)))
            row, here = view.layout_of_lines.row(line, box), view.at.get(line)
            write(painter, (digits, view.ink(line)), QRect(0, row.top(), right, row.height()), str(line), RIGHT)
            if here:
                left = theme.px(6 if theme.compact else 12)
                draw_chips(painter, theme, here, QRect(left, row.top(), chip_room(theme), row.height()))
        draw_ring(painter, view, theme, self.rect().adjusted(1, 1, 8, -1))


class CodeText(QPlainTextEdit):
    """Shows a program. What stands beside the text is set by `mark` and `annotate`, which compare before they paint."""

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
        self._changes = ChangedLines(self.document())
        self.layout_of_lines = CodeLines(self.document(), self._changes)
        self.document().setDocumentLayout(self.layout_of_lines)
        self.highlighter = Highlighter(self.document(), self._changes)
        self.highlighter.read.connect(self._line_read)
        self.verticalScrollBar().valueChanged.connect(lambda _value: self.colour_seen())
        self.theme = UNDRESSED
        self.at: dict[int, list[Marker]] = {}
        self._markers: tuple[Marker, ...] = ()
        self._notes: Mapping[int, Note] = {}
        self._pointed = self._asked = 0
        self.caret_line = 0  # where it is edited
        self._margin = -1
        self.gutter = Gutter(self)
        self.updateRequest.connect(self.gutter.follow)
        self.blockCountChanged.connect(lambda _count: self._fit())
        self.verticalScrollBar().actionTriggered.connect(lambda _action: self.scrolled.emit())

    def load(self, text: str, knobs: Sequence[str]) -> None:
        """Another text, or other names of knobs; what is there already is left alone, with all that can be undone."""
        self.highlighter.name_knobs(frozenset(knobs))
        self._notes, self.layout_of_lines.below = {}, {}
        self.setPlainText(held(text))
        self.highlighter.catch_up(self.blockCount())
        self.colour_seen()

    def apply_theme(self, theme: Theme) -> None:
        self.theme = theme
        policy = Qt.ScrollBarPolicy  # while presenting each line counts; wheel and keys go to the side without it
        self.setHorizontalScrollBarPolicy(policy.ScrollBarAlwaysOff if theme.presents else policy.ScrollBarAsNeeded)
        face = font(theme, theme.measures.code, mono=True)
        self.layout_of_lines.height = max(theme.px(theme.measures.code_line), QFontMetrics(face).height())
        self.setFont(face)
        self.setTabStopDistance(QFontMetricsF(face).horizontalAdvance(" ") * TAB)
        self.layout_of_lines.measure(face)
        colours = theme.colours
        shade(self, Base=colours.panel, Text=colours.text, Highlight=colours.accent, HighlightedText=colours.accent_ink)
        self.highlighter.dress(colours)
        self._fit()
        self.viewport().update()

    def mark(self, markers: tuple[Marker, ...], pointed: int, asked: int = 0, *, typed: bool = False) -> None:
        """Shows where threads are, and the line that is pointed at (0: none). `asked` grows with each asking.

        `typed`: the lines are others because something was typed above them; nothing is scrolled to.
        """
        if (markers, pointed, asked) == (self._markers, self._pointed, self._asked):
            return
        if pointed and not typed and (pointed, asked) != (self._pointed, self._asked):
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
        """Scrolls so that a line is in the middle, when it is not seen."""
        first, last = self.visible_lines()
        if not first < line < last or line == 1:
            self.verticalScrollBar().setValue(max(0, line - 1 - (last - first) // 2))

    def reveal_all(self, lines: Sequence[int]) -> None:
        """Scrolls so that as many of these sorted lines are seen as fit, when not all of them are."""
        first, last = self.visible_lines()
        if lines and not (first <= lines[0] and lines[-1] <= last):
            self.verticalScrollBar().setValue(uppermost(lines, last - first + 1) - 1)

    def visible_lines(self) -> tuple[int, int]:
        """The first and the last line that are seen wholly, from 1."""
        high = max(1, self.layout_of_lines.height or self.fontMetrics().height())
        first, room = self.firstVisibleBlock().blockNumber() + 1, self.viewport().height()
        last, room = first, room - high - self.layout_of_lines.below.get(first, 0)
        while room >= high + self.layout_of_lines.below.get(last + 1, 0):
            last += 1
            room -= high + self.layout_of_lines.below.get(last, 0)
        return first, last

    def _fit(self) -> None:
        """The gutter; and room for errors: at the end of their line, else below it, on as many rows as needed."""
        wide = self.gutter.wanted()
        if wide != self._margin:
            self._margin = wide
            self.setViewportMargins(wide, 0, 0, 0)
        area = self.contentsRect()
        self.gutter.setGeometry(QRect(area.left(), area.top(), wide, self.viewport().height()))
        self.gutter.update()
        writer, count, lines = writer_of(self, self.theme), self.blockCount(), self.layout_of_lines
        bad = {line: note for line, note in self._notes.items() if note.bad and 0 < line <= count}
        texts = {line: self.document().findBlockByNumber(line - 1).text() for line in bad}
        below = {line: high for line, note in bad.items() if (high := writer.below(note, texts[line]))}
        if below != lines.below:
            lines.below = below
            lines.documentSizeChanged.emit(lines.documentSize())
            self.viewport().update()
            self.gutter.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def viewportEvent(self, event: QEvent) -> bool:
        """The hint of a line is all that is noted there."""
        if event.type() is not QEvent.Type.ToolTip or not isinstance(event, QHelpEvent):
            return super().viewportEvent(event)
        at = event.pos().y()
        seen = self.blocks_in(self.viewport().rect())
        line = next((line for line, _, box in seen if box.top() <= at <= box.bottom()), 0)
        QToolTip.showText(event.globalPos(), plain_hint(self.said_of(line)), self.viewport())
        return True

    def said_of(self, line: int) -> str:
        """All that is noted of a line."""
        note = self._notes.get(line)
        return note.text if note is not None else ""

    def blocks_in(self, area: QRect) -> Seen:
        """The lines that are seen in an area of the viewport.

        The rectangle is moved up by half of the air below the text, so that the text is in its middle.
        """
        found: Seen = []
        lift = max(0, self.layout_of_lines.height - self.fontMetrics().height()) // 2
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top - lift <= area.bottom():
            high = self.blockBoundingRect(block).height()
            box = QRect(0, round(top) - lift, self.viewport().width(), round(top + high) - round(top))
            found.append((block.blockNumber() + 1, block, box))
            top += high
            block = block.next()
        return found

    def ground(self, line: int) -> str:
        """The colour behind a line."""
        colours, note = self.theme.colours, self._notes.get(line)
        if line == self._pointed:
            return colours.accent_soft
        return colours.line_highlight if line in self.at or (note is not None and note.bad) else colours.panel

    def ink(self, line: int) -> str:
        """The colour of its number."""
        colours, note = self.theme.colours, self._notes.get(line)
        plain = colours.text if line in self.at or line == self.caret_line else colours.faint
        return colours.lost_text if note is not None and note.bad else plain

    def _line_read(self, first: int, last: int) -> None:
        """Lines from 0 that were read in an idle moment."""
        begin, end = self.visible_lines()
        if first <= end and last >= begin - 1:
            self.colour_seen()

    def colour_seen(self) -> None:
        """Colours what is seen before it is painted: it would be painted twice otherwise."""
        for _, block, _ in self.blocks_in(self.viewport().rect()):
            self.highlighter.colour(block)

    def paintEvent(self, event: QPaintEvent) -> None:
        seen = self.blocks_in(event.rect())
        for _, block, _ in seen:
            self.highlighter.colour(block)
        painter = QPainter(self.viewport())
        for line, _, box in seen:
            painter.fillRect(box, QColor(self.ground(line)))
        self.paint_beside(painter, seen, behind=True)
        painter.end()
        super().paintEvent(event)
        painter, writer = QPainter(self.viewport()), writer_of(self, self.theme)
        for line, block, box in seen:
            note = self._notes.get(line)
            if note is not None:
                writer.draw(painter, note, block.text(), self.layout_of_lines.row(line, box), self.ground(line))
        self.paint_beside(painter, seen, behind=False)
        draw_ring(painter, self, self.theme, self.viewport().rect().adjusted(-8, 1, -1, -1))

    def paint_beside(self, painter: QPainter, seen: Seen, *, behind: bool) -> None:
        """Paints more: between the ground and the text, or above the text and what is noted of it."""


def writer_of(view: QPlainTextEdit, theme: Theme) -> NoteWriter:
    """Writes notes where the view is scrolled to."""
    return NoteWriter(theme, view.font(), view.viewport().width(), view.horizontalScrollBar().value())


def draw_ring(painter: QPainter, view: QPlainTextEdit, theme: Theme, ring: QRect) -> None:
    """Around gutter and text, while the keyboard is there: a caret before the first letter is not covered."""
    if view.hasFocus():
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(theme.colours.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(ring)
