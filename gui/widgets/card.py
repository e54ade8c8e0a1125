"""The frame that every panel of the window sits in: a header row with a title and tools, and a body below it."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui.panel import Course
from gui.theme.palette import mono_font, text_font
from gui.theme.theme import Theme


def set_ink(label: QWidget, colour: str) -> None:
    """Gives a widget's text this colour, whatever the palette of the window says."""
    palette = label.palette()
    palette.setColor(label.foregroundRole(), QColor(colour))
    label.setPalette(palette)


class Card(QFrame):
    """A bordered panel. Tools are added to `tools`, at the right end of the header; content to `body`."""

    def __init__(self, title: str, subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self._ground = QColor("#000000")
        self._border = QColor("#000000")
        self._radius = self._padding = 0
        self.title = QLabel(title)
        self.subtitle = QLabel(subtitle)
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

    @property
    def widget(self) -> QWidget:
        """What the window puts into its layout: the card itself."""
        return self

    def apply_theme(self, theme: Theme) -> None:
        """Takes on border, fonts and heights; a panel extends it and calls this one first."""
        colours, measures = theme.colours, theme.measures
        self._ground, self._border = QColor(colours.panel), QColor(colours.line)
        self._radius = measures.radius
        self.header_row.setFixedHeight(theme.px(measures.header))
        self._padding = theme.px(measures.padding) - 1
        self.header.setContentsMargins(self._padding, 0, self._padding, 0)
        self.header.setSpacing(theme.px(8))
        self.tools.setSpacing(theme.px(8))
        self.title.setFont(text_font(theme, measures.heading, 600))
        self.subtitle.setFont(mono_font(theme, measures.base))
        set_ink(self.title, colours.text)
        set_ink(self.subtitle, colours.muted)
        self.update()

    def indent(self, width: int) -> None:
        """Keeps so many pixels at the left end of the header free for tabs, which stand for the title; 0: the title."""
        left = width or self._padding
        self.title.setVisible(not width)
        if self.header.contentsMargins().left() != left:
            self.header.setContentsMargins(left, 0, self._padding, 0)

    def opened(self, course: Course) -> None:
        """Most panels draw only the run and have nothing to do when another scenario is opened."""

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draws ground and border."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._border, 1))
        painter.setBrush(self._ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), self._radius, self._radius)
        painter.end()
