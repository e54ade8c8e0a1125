"""The frame that every panel of the window sits in: a header row with a title and tools, and a body below it."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gui.theme.theme import Theme
from gui.widgets.controls import Text
from gui.widgets.drawing import rounded
from gui.widgets.painted import PaintedPanel


class Card(PaintedPanel):
    """A bordered panel. Tools are added to `tools`, at the right end of the header; content to `body`."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.title = Text(title, "heading", weight=600)
        self.subtitle = Text(tone="muted", mono=True)
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
        self.header_row = QWidget()
        self.header_row.setLayout(self.header)
        column = QVBoxLayout(self)
        column.setSpacing(0)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(self.header_row)
        column.addLayout(self.body, 1)

    def apply_theme(self, theme: Theme) -> None:
        """Takes on border, fonts and heights; a panel extends it and calls this one first."""
        super().apply_theme(theme)
        self.header_row.setFixedHeight(theme.pixels.header)
        self.header.setContentsMargins(theme.pixels.padding - 1, 0, theme.pixels.padding - 1, 0)
        self.header.setSpacing(theme.px(8))
        self.tools.setSpacing(theme.px(8))

    def indent(self, width: int) -> None:
        """Keeps so many pixels at the left end of the header free for tabs, which stand for the title; 0: the title."""
        side = self.theme.pixels.padding - 1
        self.title.setVisible(not width)
        self.header.setContentsMargins(width or side, 0, side, 0)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Draws ground and border."""
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        rounded(painter, box, theme.measures.radius, theme.colours.panel, theme.colours.line)
