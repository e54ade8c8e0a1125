"""The frame that every panel of the window sits in: a header row with a title and tools, and a body below it."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from gui.theme.theme import Theme
from gui.widgets.controls import Text
from gui.widgets.drawing import rounded
from gui.widgets.focus import HeaderRow
from gui.widgets.painted import PaintedPanel


class Subtitle(Text):
    """Beside a title: where there is no room for all of it, nothing is written, rather than half of it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        fits = self.fontMetrics().horizontalAdvance(self.text()) <= self.width()
        if fits:
            super().paintEvent(event)


class Card(PaintedPanel):
    """A bordered panel. Tools are added to `tools`, at the right end of the header; content to `body`."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.title = Text(title, "heading", weight=600)
        self.subtitle = Subtitle(tone="muted", mono=True)
        # A long subtitle gives way, it does not widen the window.
        self.subtitle.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.tools = QHBoxLayout()
        self.header = QHBoxLayout()
        self.header.addWidget(self.title)
        self.header.addWidget(self.subtitle, 1)
        self.header.addLayout(self.tools)
        self.body = QVBoxLayout()
        self.body.setSpacing(0)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.header_row = HeaderRow()
        self.header_row.setAccessibleName(title)
        self.header_row.setLayout(self.header)
        self._outer = QVBoxLayout(self)
        self._outer.setSpacing(0)
        self._outer.addWidget(self.header_row)
        self._outer.addLayout(self.body, 1)

    def apply_theme(self, theme: Theme) -> None:
        """Takes on border, fonts and heights; a panel extends it and calls this one first."""
        super().apply_theme(theme)
        self._outer.setContentsMargins(theme.edge, theme.edge, theme.edge, theme.edge)
        self.header_row.setFixedHeight(theme.pixels.header)
        self.header.setContentsMargins(theme.pixels.padding - 1, 0, theme.pixels.padding - 1, 0)
        self.header.setSpacing(theme.px(8))
        self.tools.setSpacing(theme.px(8))

    def indent(self, width: int) -> None:
        """Keeps so many pixels at the left end of the header free for tabs, which stand for the title; 0: the title."""
        side = self.theme.pixels.padding - 1
        self.title.setVisible(not width)
        self.header.setContentsMargins(width or side, 0, side, 0)

    def clear_box(self, size: QSize) -> QRect:
        """Where something of this size that is laid over the card covers least of what is read there."""
        box = QRect(QPoint(0, 0), size.boundedTo(self.size()))
        box.moveCenter(self.rect().center())
        return box

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Draws ground and border."""
        inset = theme.edge / 2
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        rounded(painter, box, theme.measures.radius, theme.colours.panel, QPen(QColor(theme.colours.line), theme.edge))
