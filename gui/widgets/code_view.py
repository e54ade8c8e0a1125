"""The program's text with a gutter: line numbers, and a chip for each thread at the line where it is."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent, QTextBlock, QTextDocument
from PySide6.QtWidgets import QPlainTextDocumentLayout, QPlainTextEdit, QWidget

from gui.theme.palette import font, shade
from gui.theme.theme import UNDRESSED, Theme, thread_colour
from gui.view_state.code_annotations import Marker, Note, uppermost
from gui.widgets.controls import draw_focus
from gui.widgets.drawing import CENTRE, RIGHT, badge_width, rounded, write
from gui.widgets.highlight import Highlighter, lex

_COMMENT = re.compile(r"\s+#[^'\"]*$")  # one with quotes in it may as well be a string
MOST_CHIPS = 3  # beside one another; more threads on a line are counted


class CodeLines(QPlainTextDocumentLayout):
    """Gives every line the same height: the layout of plain text knows no other way. The text stands at its top."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.height = 0  # pixels; 0: as high as the font

    def blockBoundingRect(self, block: QTextBlock) -> QRectF:
        box = super().blockBoundingRect(block)
        if self.height and box.height() > 0:
            box.setHeight(self.height)
        return box


class Gutter(QWidget):
    """The column at the left of the text; painted by the view."""

    def __init__(self, view: "CodeView") -> None:
        super().__init__(view)
        self._view = view

    def paintEvent(self, event: QPaintEvent) -> None:
        self._view.paint_gutter(QPainter(self), event.rect())


def chip_size(theme: Theme, badges: Iterable[str]) -> QSize:
    """The size of chips that hold any of these badges, pixels: two equal halves, the first wider for "P12"."""
    half = theme.px(16 if theme.compact else 18)
    return QSize(half + max((badge_width(badge, half) for badge in badges), default=half), half)


def draw_chip(painter: QPainter, theme: Theme, marker: Marker, box: QRect) -> None:
    """A thread's badge beside the letter of its state."""
    look, letter = theme.looks[marker.state], min(box.height(), box.width() // 2)
    first = QRect(box.left(), box.top(), box.width() - letter, box.height())
    halves = (
        (first, 4, marker.badge, thread_colour(theme.colours, marker.badge), theme.colours.ink),
        (QRect(first.right() + 1, box.top(), letter, box.height()), -4, look.letter, look.badge, look.ink),
    )
    words = font(theme, theme.measures.letter, 700)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for part, beyond, word, fill, ink in halves:
        painter.setClipRect(part)  # the corners that meet are square
        rounded(painter, QRectF(part.adjusted(min(beyond, 0), 0, max(beyond, 0), 0)), 4, fill)
        painter.setClipping(False)
        write(painter, (words, ink), part.adjusted(-4, 0, 4, 0), word, CENTRE)
    rounded(painter, QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, "", theme.colours.outline)
    painter.restore()


class CodeView(QPlainTextEdit):
    """Read only. What it shows beside the text is set by `mark` and `annotate`, which compare before they paint."""

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
        self._chips, self._widest = 1, ""  # chips beside one another, and the widest badge in them
        self.gutter = Gutter(self)
        self.updateRequest.connect(self._follow_text)
        self.blockCountChanged.connect(lambda _count: self._fit_gutter())

    def load(self, text: str, knobs: Sequence[str]) -> None:
        """Another text: read for its colours first, then shown, so that it is painted once."""
        self.highlighter.lines = lex(text, frozenset(knobs))
        self.highlighter.off = frozenset()
        self._chips, self._widest = 1, ""
        self.setPlainText(text)

    def apply_theme(self, theme: Theme) -> None:
        self.theme = theme
        face = font(theme, theme.measures.code, mono=True)
        self._lines.height = max(theme.px(theme.measures.code_line), QFontMetrics(face).height())
        self.setFont(face)
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance(" ") * 4)
        colours = theme.colours
        shade(self, Base=colours.panel, Text=colours.text, Highlight=colours.accent, HighlightedText=colours.accent_ink)
        self.highlighter.colours = colours
        self.highlighter.rehighlight()
        self._fit_gutter()
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
        wanted = min(MOST_CHIPS, max((len(group) for group in found.values()), default=1))
        widest = max((marker.badge for marker in markers), key=len, default="")
        # It grows and never shrinks during a run, so that the text stays where it is.
        if wanted > self._chips or len(widest) > max(2, len(self._widest)):
            self._chips = max(wanted, self._chips)
            self._widest = max(widest, self._widest, key=len)
            self._fit_gutter()
        if ground:  # of the text only its ground says where threads are, and to paint that takes long
            self.viewport().update()
        self.gutter.update()

    def annotate(self, notes: Mapping[int, Note]) -> None:
        """Shows notes at the ends of lines."""
        if notes != self._notes:
            self._notes = dict(notes)
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
        first = self.firstVisibleBlock().blockNumber() + 1
        return first, first + max(1, self.viewport().height() // high) - 1

    def gutter_width(self) -> int:
        """Chips, then the line number, pixels."""
        px, compact = self.theme.px, self.theme.compact
        chips = self._chips * chip_size(self.theme, (self._widest,)).width() + (self._chips - 1) * px(3)
        digits = max(2, len(str(self.blockCount())))
        number = QFontMetrics(font(self.theme, self.theme.measures.code - 2, mono=True)).horizontalAdvance("9" * digits)
        return px(12 if compact else 24) + chips + px(8) + number + px(12 if compact else 16)

    def _fit_gutter(self) -> None:
        self.setViewportMargins(self.gutter_width(), 0, 0, 0)
        area = self.contentsRect()
        self.gutter.setGeometry(QRect(area.left(), area.top(), self.gutter_width(), self.viewport().height()))
        self.gutter.update()

    def _follow_text(self, area: QRect, by: int) -> None:
        if by:
            self.gutter.scroll(0, by)
        else:
            self.gutter.update(0, area.y(), self.gutter.width(), area.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_gutter()

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
        painter = QPainter(self.viewport())
        for line, block, box in blocks:
            note = self._notes.get(line)
            if note is not None:
                self._draw_note(painter, note, block, box)
        draw_focus(painter, self.theme, self)

    def _draw_note(self, painter: QPainter, note: Note, block: QTextBlock, box: QRect) -> None:
        """At the right end. Where there is no room beside the line it covers the end of its comment, but no code."""
        theme, colours, metrics = self.theme, self.theme.colours, QFontMetrics(self.font())
        words = font(theme, theme.measures.small, 600 if note.bad else 400)
        gap, right = theme.px(8), box.right() - theme.px(16 if not theme.compact else 8)
        line, scrolled = block.text().expandtabs(4), self.horizontalScrollBar().value()
        text = metrics.horizontalAdvance(line) + theme.px(16) - scrolled
        if note.struck:
            struck = font(theme, theme.measures.small, mono=True)
            struck.setStrikeOut(True)
            width = QFontMetrics(struck).horizontalAdvance(note.struck)
            if width + gap < right - text:
                at = QRect(right - width, box.top(), width + 1, box.height())
                write(painter, (struck, colours.faint), at, note.struck)
                right -= width + gap
        wide = QFontMetrics(words).horizontalAdvance(note.text)
        code = metrics.horizontalAdvance(_COMMENT.sub("", line)) - scrolled
        if wide > right - text and code + gap + wide <= right:
            text = right - wide
            cover = QRect(text - gap, box.top(), box.right() - text + gap + 1, box.height())
            painter.fillRect(cover, QColor(self._ground(block.blockNumber() + 1)))
        room = QRect(text, box.top(), max(0, right - text), box.height())
        said = QFontMetrics(words).elidedText(note.text, Qt.TextElideMode.ElideRight, room.width())
        write(painter, (words, colours.lost_text if note.bad else colours.muted), room, said, RIGHT)

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
            write(painter, (digits, ink), QRect(0, box.top(), right, box.height()), str(line), RIGHT)
            if here:
                self._draw_chips(painter, theme, here, box)

    def _draw_chips(self, painter: QPainter, theme: Theme, group: list[Marker], box: QRect) -> None:
        size = chip_size(theme, (self._widest,))
        wide, high = size.width(), min(size.height(), box.height())
        left, top = theme.px(6 if theme.compact else 20), box.top() + (box.height() - high) // 2
        kept = group if len(group) <= MOST_CHIPS else group[: MOST_CHIPS - 1]
        left += (self._chips - min(self._chips, len(group))) * (wide + theme.px(3))
        for marker in kept:
            draw_chip(painter, theme, marker, QRect(left, top, wide, high))
            left += wide + theme.px(3)
        if len(kept) < len(group):
            pen = font(theme, theme.measures.letter, 700), theme.colours.muted
            write(painter, pen, QRect(left, top, wide, high), f"+{len(group) - len(kept)}", CENTRE)
