"""How a row of the output is drawn: its time, the badges of its threads, the text of each in its colour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QPainter, QPen

from gui.theme.palette import font
from gui.theme.theme import Theme, thread_text
from gui.view_state.output_rows import BADGE, FLIP, OutputRow, RowPiece
from gui.widgets.drawing import badge_width, draw_badge


def draw_sign(painter: QPainter, theme: Theme, row: OutputRow, at: QPoint, badge: str) -> None:
    """The thread's badge, or a dashed rule for a flip."""
    side = theme.px(theme.measures.badge)
    if row.thread == FLIP:
        painter.setPen(QPen(QColor(theme.colours.text), 2, Qt.PenStyle.DashLine))
        painter.drawLine(at.x(), at.y(), at.x() + side, at.y())
    elif badge:
        draw_badge(painter, theme, badge, QRectF(at.x(), at.y() - side / 2, badge_width(badge, side), side))


def letter_width(face: QFont) -> float:
    """Pixels from one letter to the next: with fractions, which add up along a row."""
    return QFontMetricsF(face).horizontalAdvance("x" * 64) / 64


def width_of(row: OutputRow, face: QFont) -> float:
    """How wide the text of a row is, pixels."""
    badges = BADGE * letter_width(face) * sum(piece.begins for piece in row.pieces)
    metrics = QFontMetricsF(face)
    return badges + sum(metrics.horizontalAdvance(text) for text in _texts(row))


def _texts(row: OutputRow) -> list[str]:
    return [piece.text for piece in row.pieces] or [row.text]


def draw_pieces(
    painter: QPainter, theme: Theme, pieces: Sequence[RowPiece], box: QRect, badges: Mapping[int, str]
) -> None:
    """The text of a row: each piece in its thread's colour, behind its badge where another thread goes on."""
    face, x = painter.font(), float(box.left())
    letter, side = letter_width(face), theme.px(theme.measures.badge - 2)
    for piece in pieces:
        badge = badges.get(piece.thread, "")
        if piece.begins and badge:
            wide = badge_width(badge, side)
            left = x + max(0.0, (BADGE * letter - wide) / 2)
            draw_badge(painter, theme, badge, QRectF(left, box.center().y() - side / 2, wide, side))
            painter.setFont(face)  # the badge has one of its own
        x += BADGE * letter if piece.begins else 0
        ink = thread_text(theme.colours, badge) if badge else theme.colours.muted
        face.setBold(piece.typed)  # which makes these letters no wider
        painter.setFont(face)
        ink = theme.colours.text if piece.typed else ink
        painter.setPen(QColor(theme.colours.lost_text if piece.error else ink))
        room = QRectF(x, box.top(), 1 << 20, box.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, piece.text)
        x += QFontMetricsF(face).horizontalAdvance(piece.text)


def draw_cursor(painter: QPainter, theme: Theme, time: float, y: int, width: int) -> None:
    """A line where the cursor's time falls between two rows, in a view that is so many pixels wide."""
    face, said = font(theme, theme.measures.key, 600), f"{time:.2f} s"
    wide, padding = QFontMetrics(face).horizontalAdvance(said) + theme.px(8), theme.pixels.padding
    painter.setPen(QPen(QColor(theme.colours.accent), 2))
    painter.drawLine(padding, y, width - padding - wide, y)
    painter.setFont(face)
    box = QRect(width - padding - wide, max(0, y - theme.px(8)), wide, theme.px(16))
    painter.fillRect(box, QColor(theme.colours.panel))
    painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, said)


def columns_of(theme: Theme, rows: Sequence[OutputRow], badge: str) -> tuple[int, int, int]:
    """Left edges of time, badge and text, pixels; `badge` is the widest there is."""
    side = theme.px(theme.measures.padding) - 1
    latest = max(rows[-1].time if rows else 0.0, 9.0)
    time = QFontMetrics(font(theme, theme.measures.small, mono=True)).horizontalAdvance(f"{latest:.2f}")
    gap = theme.px(8 if theme.compact else 12)
    sign = badge_width(badge, theme.px(theme.measures.badge))
    return side, side + time + gap, side + time + gap + sign + gap


@dataclass(frozen=True)
class RowPainter:
    """What draws rows of one view."""

    painter: QPainter
    theme: Theme
    columns: tuple[int, int, int]
    badges: Mapping[int, str]

    def draw(self, row: OutputRow, box: QRect) -> None:
        """A row in its box: time and badge where it is the first of its piece, and its text."""
        painter, theme, columns = self.painter, self.theme, self.columns
        if row.first:
            painter.setFont(font(theme, theme.measures.small, mono=True))
            painter.setPen(QColor(theme.colours.faint))
            room = QRect(box.left() + columns[0], box.top(), columns[1] - columns[0], box.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, f"{row.time:.2f}")
            at = QPoint(box.left() + columns[1], box.center().y())
            draw_sign(painter, theme, row, at, self.badges.get(row.thread, ""))
        face = font(theme, theme.measures.code, mono=True)
        face.setItalic(row.thread == FLIP)
        face.setUnderline(bool(row.line))
        painter.setFont(face)
        pieces = row.pieces or (RowPiece(row.thread, row.text, row.error),)
        draw_pieces(painter, theme, pieces, box.adjusted(columns[2], 0, 0, 0), self.badges)
        if row.thread == FLIP:
            end = box.left() + columns[2] + QFontMetrics(face).horizontalAdvance(row.text) + theme.px(8)
            y = box.center().y()
            painter.setPen(QPen(QColor(theme.colours.line2), 1, Qt.PenStyle.DashLine))
            painter.drawLine(end, y, box.right() - theme.px(theme.measures.padding), y)
