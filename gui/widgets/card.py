"""The frame that every panel of the window sits in: a header row with a title and tools, and a body below it."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui.theme.palette import mono_font, text_font
from gui.theme.theme import Theme
from gui.widgets.painted import PaintedPanel


def set_ink(label: QWidget, colour: str) -> None:
    """Gives a widget's text this colour, whatever the palette of the window says."""
    palette = label.palette()
    palette.setColor(label.foregroundRole(), QColor(colour))
    label.setPalette(palette)


class Card(PaintedPanel):
    """A bordered panel. Tools are added to `tools`, at the right end of the header; content to `body`."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.title = QLabel(title)
        self.subtitle = QLabel()
        # A long subtitle gives way, it does not widen the window.
        self.subtitle.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.subtitle.setTextFormat(Qt.TextFormat.PlainText)
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
        """Takes on fonts and heights; a panel extends it and calls this one first."""
        super().apply_theme(theme)
        colours, measures = theme.colours, theme.measures
        self.header_row.setFixedHeight(theme.px(measures.header))
        self.header.setContentsMargins(theme.px(measures.padding) - 1, 0, theme.px(measures.padding) - 1, 0)
        self.header.setSpacing(theme.px(8))
        self.tools.setSpacing(theme.px(8))
        self.title.setFont(text_font(theme, measures.heading, 600))
        self.subtitle.setFont(mono_font(theme, measures.base))
        set_ink(self.title, colours.text)
        set_ink(self.subtitle, colours.muted)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Draws ground and border."""
        painter.setPen(QPen(QColor(theme.colours.line), 1))
        painter.setBrush(QColor(theme.colours.panel))
        radius = theme.measures.radius
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
