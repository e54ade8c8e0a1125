"""Errors of syntax in the text: a wave below the place, and the line whose mark waits until it is typed."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QObject, QPointF, QTimer
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from engine.frame.check import Problem, ProblemKind
from gui.theme.theme import Theme
from gui.widgets.editor.line_lexer import utf16

RESTS = 1.0  # seconds without a key after which also the line that was typed is marked


class ProblemMarks(QObject):
    """The marks go along with the text that is typed before them. A line that is being typed gets no new one."""

    def __init__(self, view: QPlainTextEdit) -> None:
        super().__init__(view)
        self._view = view
        self._marks: list[tuple[QTextCursor, Problem]] = []
        self._problems: tuple[Problem, ...] = ()
        self._typed = -1  # the line from 0 that is being typed, -1: none
        self._old: frozenset[str] = frozenset()  # what was shown in it already
        self._rests = QTimer(self, singleShot=True, interval=round(RESTS * 1000))
        self._rests.timeout.connect(lambda: self._type_in(-1))

    def put(self, problems: Sequence[Problem]) -> None:
        """Marks these problems and no others."""
        if tuple(problems) == self._problems:
            return
        self._old = frozenset(one.message for one in self.of_line(self._typed))
        self._problems = tuple(problems)
        self._marks = [(self._cursor(one), one) for one in problems if one.line]
        self._view.viewport().update()

    def typed(self, line: int) -> None:
        """A key has changed a line, from 0."""
        self._rests.start()
        if line != self._typed:
            self._old = frozenset(one.message for one in self.of_line(line))
            self._type_in(line)

    def caret_at(self, line: int) -> None:
        """The caret has come to a line, from 0: the one that it has left is shown with its marks."""
        if self._typed not in (-1, line):
            self._type_in(-1)

    def _type_in(self, line: int) -> None:
        self._typed = line
        if self._marks:
            self._view.viewport().update()

    def _cursor(self, problem: Problem) -> QTextCursor:
        document = self._view.document()
        cursor = QTextCursor(document)
        end = (problem.end_line or problem.line, problem.end_column)
        for (line, column), mode in (
            ((problem.line, problem.column), QTextCursor.MoveMode.MoveAnchor),
            (end, QTextCursor.MoveMode.KeepAnchor),
        ):
            block = document.findBlockByNumber(min(line, document.blockCount()) - 1)
            text = block.text()
            cursor.setPosition(block.position() + min(utf16(text[: max(0, column)]), block.length() - 1), mode)
        return cursor

    def of_line(self, line: int) -> list[Problem]:
        """What is shown at a line from 0."""
        found = [one for cursor, one in self._marks if self._line(cursor) == line]
        return [one for one in found if line != self._typed or one.message in self._old]

    @property
    def lines(self) -> list[int]:
        """The lines from 0 that have a mark, from above."""
        found = {self._line(cursor) for cursor, one in self._marks if one.kind is ProblemKind.ERROR}
        return sorted(found) or sorted({self._line(cursor) for cursor, _ in self._marks})

    def _line(self, cursor: QTextCursor) -> int:
        return self._view.document().findBlock(cursor.selectionStart()).blockNumber()

    def column(self, line: int) -> int:
        """Where the first mark of a line begins, as Qt counts."""
        document = self._view.document()
        starts = [cursor.selectionStart() for cursor, _ in self._marks if self._line(cursor) == line]
        return (
            min(starts, default=document.findBlockByNumber(line).position())
            - document.findBlockByNumber(line).position()
        )

    def paint(self, painter: QPainter, theme: Theme, line: int) -> None:
        """The waves of a line from 0."""
        shown = self.of_line(line)
        for cursor, problem in self._marks:
            if problem in shown and self._line(cursor) == line:
                self._wave(painter, theme, cursor, problem.kind)

    def _wave(self, painter: QPainter, theme: Theme, cursor: QTextCursor, kind: ProblemKind) -> None:
        view, end = self._view, QTextCursor(cursor)
        begin = QTextCursor(cursor)
        begin.setPosition(cursor.selectionStart())
        block = begin.block()
        end.setPosition(min(cursor.selectionEnd(), block.position() + block.length() - 1))
        left, right = view.cursorRect(begin).left(), view.cursorRect(end).left()
        draw_wave(painter, theme, QPointF(left, view.cursorRect(begin).bottom() + 1), right - left, kind)


def draw_wave(painter: QPainter, theme: Theme, begin: QPointF, wide: float, kind: ProblemKind) -> None:
    """A wave so many pixels wide, from its lower left point on; it is known by its second crest."""
    high, step = theme.px(3), theme.px(4)
    steps = math.ceil(max(wide, 3 * step) / step)
    points = [begin + QPointF(at * step, -high if at % 2 else 0) for at in range(steps + 1)]
    colour = theme.colours.lost_text if kind is ProblemKind.ERROR else theme.colours.number
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), max(1.2, 1.4 * theme.scale)))
    painter.drawPolyline(QPolygonF(points))
