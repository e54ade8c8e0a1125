"""Notes at the end of a line of the program, and what went wrong there below it."""

import re

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.theme.palette import font
from gui.theme.theme import Theme
from gui.view_state.code_annotations import Note
from gui.widgets.drawing import RIGHT, write

_COMMENT = re.compile(r"\s+#[^'\"]*$")  # one with quotes in it may as well be a string


def wrapping(metrics: QFontMetrics, text: str, room: int) -> Qt.TextFlag:
    """Between words; inside of one only where it alone is wider than the room: Qt cuts any word when it may cut one."""
    widest = max((metrics.horizontalAdvance(word) for word in text.split()), default=0)
    return Qt.TextFlag.TextWordWrap if widest <= room else Qt.TextFlag.TextWrapAnywhere


@lazy_dataclass(frozen=True)
class NoteWriter:
    """Writes notes into a view of the program that is so many pixels wide and scrolled to the right."""

    theme: Theme
    face: QFont  # of the program
    width: int
    scrolled: int

    def below(self, note: Note, text: str) -> int:
        """Pixels that an error needs below its line; 0 where it has room at the end of it."""
        if note.stays:
            return 0
        wide = QFontMetrics(self._words(note)).horizontalAdvance(note.text)
        code = QFontMetrics(self.face).horizontalAdvance(_COMMENT.sub("", text.expandtabs(4)))
        if "\n" not in note.text and code + wide + self.theme.px(32) <= self.width:
            return 0
        room = QRect(0, 0, self._room_below(text).width(), 1 << 16)
        metrics = QFontMetrics(self._words(note))
        return metrics.boundingRect(
            room, wrapping(metrics, note.text, room.width()), note.text
        ).height() + self.theme.px(4)

    def draw(self, painter: QPainter, note: Note, text: str, row: QRect, ground: str) -> None:
        """At the right end. Where there is no room beside the line it covers the end of its comment, but no code."""
        if note.bad and self.below(note, text):
            painter.setFont(self._words(note))
            painter.setPen(QColor(self.theme.colours.lost_text))
            room = self._room_below(text).translated(0, row.bottom())
            painter.drawText(room, wrapping(painter.fontMetrics(), note.text, room.width()), note.text)
            return
        colours, metrics, words = self.theme.colours, QFontMetrics(self.face), self._words(note)
        gap, right = self.theme.px(8), row.right() - self.theme.px(16 if not self.theme.compact else 8)
        line = text.expandtabs(4)
        left = metrics.horizontalAdvance(line) + self.theme.px(16) - self.scrolled
        if note.struck:
            struck = font(self.theme, self.theme.measures.small, mono=True)
            struck.setStrikeOut(True)
            width = QFontMetrics(struck).horizontalAdvance(note.struck)
            if width + gap < right - left:
                at = QRect(right - width, row.top(), width + 1, row.height())
                write(painter, (struck, colours.faint), at, note.struck)
                right -= width + gap
        wide = QFontMetrics(words).horizontalAdvance(note.text)
        code = metrics.horizontalAdvance(_COMMENT.sub("", line)) - self.scrolled
        if wide > right - left and code + gap + wide <= right:
            left = right - wide
            painter.fillRect(QRect(left - gap, row.top(), row.right() - left + gap + 1, row.height()), QColor(ground))
        least = min(wide + 2, self.width // 2)  # whole pixels: letters may need a part of one more
        if note.covers and right - left < least:
            left = right - least
            painter.fillRect(QRect(left - gap, row.top(), row.right() - left + gap + 1, row.height()), QColor(ground))
        room = QRect(left, row.top(), max(0, right - left), row.height())
        said = QFontMetrics(words).elidedText(note.text, Qt.TextElideMode.ElideRight, room.width())
        write(painter, (words, colours.lost_text if note.bad else colours.muted), room, said, RIGHT)

    def _words(self, note: Note) -> QFont:
        return font(self.theme, self.theme.measures.small, 600 if note.bad else 400)

    def _room_below(self, text: str) -> QRect:
        """As far in as the line is, but half of the width at least."""
        line = text.expandtabs(4)
        indent = QFontMetrics(self.face).horizontalAdvance(line[: len(line) - len(line.lstrip())])
        left = min(indent, self.width // 2)
        return QRect(left, 0, max(1, self.width - left - self.theme.px(12)), 1 << 16)
