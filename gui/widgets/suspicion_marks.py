"""Draws what is suspected over a view of the program: a line below the name, a sign beside the number, a few words."""

import textwrap
from collections.abc import Collection, Iterator, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QToolTip, QWidget

from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.static_analysis.suspicion import Certainty, Place
from engine.words.suspicions import Seen
from gui.theme.palette import font
from gui.theme.theme import UNDRESSED, Theme
from gui.view_state.suspected import Mark, at_line
from gui.widgets.drawing import RIGHT, write
from gui.widgets.editor.line_lexer import utf16
from gui.widgets.plain_hint import plain_hint

WAVE = 2  # pixels from the middle of the line to its top
WIDE = 92  # letters of a line of a hint
STEP = 3  # pixels from one turn to the next


@lazy_dataclass(frozen=True)
class Anchor:
    """A place in the document that goes along with what is typed before it."""

    begin: QTextCursor
    end: QTextCursor
    text: str  # what stood there

    def holds(self) -> bool:
        """Whether the same still stands there."""
        return _between(self.begin, self.end) == self.text


class SuspicionMarks(QWidget):
    """Lies over the whole view and lets the mouse through; the view knows nothing of it."""

    def __init__(self, view: QPlainTextEdit) -> None:
        super().__init__(view)
        self._view = view
        self._theme: Theme = UNDRESSED
        self._marks: tuple[Mark, ...] = ()
        self._anchors: list[tuple[Mark, Anchor, tuple[Anchor, ...]]] = []
        self._taken: frozenset[int] = frozenset()  # lines at whose end something else stands
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.hide()
        view.viewport().installEventFilter(self)
        view.installEventFilter(self)
        view.updateRequest.connect(self._follow)

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def put(self, marks: tuple[Mark, ...], taken: Collection[int], *, anew: bool = True) -> None:
        """Shows these; at the end of the lines of `taken` there is no room.

        Their places are those in the text that the view has now; unless `anew` those that they have moved to.
        """
        if frozenset(taken) != self._taken:
            self._taken = frozenset(taken)
            self.update()
        if marks == self._marks and not anew:
            return
        if not anew and len(marks) == len(self._marks):
            self._anchors = [(mark, *old[1:]) for mark, old in zip(marks, self._anchors, strict=True)]
        else:
            self._anchors = [(one, self._anchor(one.place), tuple(map(self._anchor, one.others))) for one in marks]
        self._marks = marks
        self.setVisible(bool(marks))
        self._fit()
        self.raise_()
        self.update()

    def forget(self) -> None:
        """Another text is shown: nothing of it is known."""
        self._marks, self._anchors = (), []
        self.hide()

    def line_of(self, mark: Mark) -> int:
        """Where a mark stands now, from 1."""
        found = next((anchor for one, anchor, _ in self._anchors if one is mark), None)
        return found.begin.blockNumber() + 1 if found is not None else mark.place.line

    def here(self, line: int) -> tuple[Mark, ...]:
        """The marks of a line as it is now, the surest first."""
        there = (one for one, anchor, _ in self._anchors if anchor.holds())
        first = next((one for one in there if self.line_of(one) == line), None)
        return at_line(self._marks, first.place.line) if first is not None else ()

    def hint(self, line: int) -> str:
        """All that is said of a line."""
        return "\n\n".join(one.hint for one in self.here(line))

    def tell(self, line: int) -> str:
        """Opens the hint of a line beside it, for who has no mouse; returns what it says."""
        said = self.hint(line)
        block = self._view.document().findBlockByNumber(line - 1)
        if said and block.isValid():
            cursor = QTextCursor(block)
            corner = self._view.cursorRect(cursor).bottomLeft() + QPoint(self._theme.px(24), self._theme.px(4))
            QToolTip.showText(self._view.viewport().mapToGlobal(corner), _wrapped(said), self._view.viewport())
        return said

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and watched is self._view.viewport() and isinstance(event, QHelpEvent):
            line = self._view.cursorForPosition(event.pos()).blockNumber() + 1
            said = self.hint(line) if line not in self._taken else ""
            if said and self.isVisible():
                QToolTip.showText(event.globalPos(), _wrapped(said), self._view.viewport())
                return True
        elif event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._fit()
        return False

    def _fit(self) -> None:
        view = self._view.viewport().geometry()
        self.setGeometry(QRect(0, view.top(), view.right() + 1, view.height()))

    def _follow(self, area: QRect, by: int) -> None:
        if self.isVisible():
            if by or self.size() != QSize(self._view.viewport().geometry().right() + 1, self._view.viewport().height()):
                self._fit()
            self.update() if by else self.update(0, area.y(), self.width(), area.height())

    def _anchor(self, place: Place) -> Anchor:
        block = self._view.document().findBlockByNumber(place.line - 1)
        text = block.text() if block.isValid() else ""
        begin, end = QTextCursor(self._view.document()), QTextCursor(self._view.document())
        if block.isValid():
            begin.setPosition(block.position() + min(len(text) and block.length() - 1, utf16(text[: place.start])))
            end.setPosition(block.position() + min(block.length() - 1, utf16(text[: place.end])))
        end.setKeepPositionOnInsert(True)
        return Anchor(begin, end, _between(begin, end))

    def _strokes(self) -> Iterator[tuple[Mark, QRect, bool]]:
        """Each mark with the box of its name in this widget; and those that belong to it, more faintly."""
        left = self._view.viewport().geometry().left()
        marked = {anchor.begin.position() for _, anchor, _ in self._anchors}
        for mark, anchor, others in self._anchors:
            for number, one in enumerate((anchor, *others)):
                if (number and one.begin.position() in marked) or not one.holds():
                    continue
                first, last = self._view.cursorRect(one.begin), self._view.cursorRect(one.end)
                wide = max(self._theme.px(6), last.left() - first.left()) if first.top() == last.top() else 0
                yield mark, QRect(first.left() + left, first.top(), wide, first.height()), number == 0

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, done = self._view.viewport().geometry().left(), set[int]()
        for mark, box, first in self._strokes():
            if not event.rect().top() - box.height() <= box.top() <= event.rect().bottom() + box.height():
                continue
            painter.setClipRect(QRect(left, 0, self.width() - left, self.height()))
            self._underline(painter, mark, box, first)
            line = self.line_of(mark)
            if first and line not in done:
                done.add(line)
                here = self.here(line)
                self._write(painter, here, line, box)
                painter.setClipping(False)
                self._sign(painter, here[0] if here else mark, box, left)

    def _colour(self, mark: Mark) -> str:
        weak = mark.certainty is Certainty.POSSIBLE and mark.seen is not Seen.HAPPENED
        return self._theme.colours.muted if weak else self._theme.colours.lost_text

    def _underline(self, painter: QPainter, mark: Mark, box: QRect, first: bool) -> None:
        """A wave below the name; dots where it is only possible, and below what belongs to it."""
        theme, bottom = self._theme, box.bottom() - 1
        pen = QPen(QColor(self._colour(mark)), theme.edge * 1.2)
        if not first or (mark.certainty is Certainty.POSSIBLE and mark.seen is not Seen.HAPPENED):
            pen.setStyle(Qt.PenStyle.DotLine)
            painter.setPen(pen)
            painter.drawLine(box.left(), bottom, box.right(), bottom)
            return
        painter.setPen(pen)
        step, high = theme.px(STEP), theme.px(WAVE)
        turns = range(box.width() // step + 1)
        points = [QPointF(box.left() + turn * step, bottom - (high if turn % 2 else 0)) for turn in turns]
        painter.drawPolyline(points)

    def _sign(self, painter: QPainter, mark: Mark, box: QRect, left: int) -> None:
        """A triangle between number and text: filled where it happened, a small ring where it is only possible."""
        theme, colour = self._theme, QColor(self._colour(mark))
        side = theme.px(8)
        centre = QPointF(left - side / 2 - theme.px(2), box.center().y() + 0.5)
        painter.setPen(QPen(colour, 1.3))
        painter.setBrush(colour if mark.seen is Seen.HAPPENED else Qt.BrushStyle.NoBrush)
        if mark.certainty is Certainty.POSSIBLE and mark.seen is not Seen.HAPPENED:
            painter.drawEllipse(centre, side / 4, side / 4)
            return
        half = side / 2
        corners = [QPointF(0, -half), QPointF(half, half - 1), QPointF(-half, half - 1)]
        painter.drawPolygon(QPolygonF([centre + corner for corner in corners]))

    def _write(self, painter: QPainter, here: Sequence[Mark], line: int, box: QRect) -> None:
        """The note at the end of the line, or how sure it is, or nothing, as there is room."""
        block = self._view.document().findBlockByNumber(line - 1)
        if not here or line in self._taken or not block.isValid():
            return
        theme, mark = self._theme, here[0]
        happened = mark.seen is Seen.HAPPENED
        face = font(theme, theme.measures.small, 600 if happened else 400)
        end = QTextCursor(block)
        end.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        begin = self._view.cursorRect(end).left() + self._view.viewport().geometry().left() + theme.px(20)
        right = self.width() - theme.px(8 if theme.compact else 16)
        more = f" +{len(here) - 1}" if len(here) > 1 else ""
        for text in (note + more for note in mark.notes):
            if QFontMetrics(face).horizontalAdvance(text) <= right - begin:
                room = QRect(begin, box.top(), right - begin, box.height())
                write(painter, (face, theme.colours.lost_text if happened else theme.colours.muted), room, text, RIGHT)
                return


def _between(begin: QTextCursor, end: QTextCursor) -> str:
    both = QTextCursor(begin)
    both.setPosition(end.position(), QTextCursor.MoveMode.KeepAnchor)
    return both.selectedText()


def _wrapped(text: str) -> str:
    """A hint in lines that can be read: Qt breaks none of plain text."""
    return plain_hint("\n".join(textwrap.fill(line, WIDE, subsequent_indent="  ") for line in text.split("\n")))
