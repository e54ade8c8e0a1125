"""Paints beside the letters of a text: a box behind some of them, a sign for one that cannot be seen."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTextBlock, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from gui.theme.theme import Theme
from gui.widgets.editor import plain_text
from gui.widgets.editor.line_lexer import utf16


def box_of(view: QPlainTextEdit, block: QTextBlock, begin: int, end: int) -> QRect:
    """Where the letters of a line stand from one column to another, as Qt counts."""
    last, edges = block.length() - 1, []
    for column in (begin, end):
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + min(max(0, column), last))
        edges.append(view.cursorRect(cursor))
    left, right = sorted((edges[0].left(), edges[1].left()))
    return QRect(left, edges[0].top(), right - left, edges[0].height())


def frame(painter: QPainter, theme: Theme, box: QRect, edge: str) -> None:
    """A box behind letters."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(QColor(edge), theme.edge))
    painter.setBrush(QColor(theme.colours.accent_soft))
    painter.drawRect(box.adjusted(0, 0, -1, -1))


def draw_signs(painter: QPainter, theme: Theme, view: QPlainTextEdit, block: QTextBlock) -> None:
    """A sign over each letter of a line that would not be seen."""
    text = block.text()
    for unseen in plain_text.UNSEEN.finditer(text):
        column = utf16(text[: unseen.start()])
        box = box_of(view, block, column, column + 1)
        wide = view.fontMetrics().horizontalAdvance("x")
        if box.width() < wide // 2:  # a letter without a width: a stroke between its neighbours
            painter.fillRect(
                QRect(box.left() - 1, box.top(), theme.px(2), box.height()), QColor(theme.colours.lost_text)
            )
            continue
        painter.fillRect(box, QColor(theme.colours.panel))
        painter.setFont(view.font())
        painter.setPen(QColor(theme.colours.lost_text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, plain_text.sign(unseen[0]))
