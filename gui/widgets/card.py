"""The frame that every panel of the window sits in: a header row with a title and tools, and a body below it."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from gui.panel import Course
from gui.theme.theme import UNDRESSED, Theme
from gui.widgets.controls import Text
from gui.widgets.drawing import rounded, smooth


class Card(QFrame):
    """A bordered panel. Tools are added to `tools`, at the right end of the header; content to `body`."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.theme = UNDRESSED
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

    @property
    def widget(self) -> QWidget:
        """What the window puts into its layout: the card itself."""
        return self

    def apply_theme(self, theme: Theme) -> None:
        """Takes on border, fonts and heights; a panel extends it and calls this one first."""
        self.theme = theme
        self.header_row.setFixedHeight(theme.pixels.header)
        self.header.setContentsMargins(theme.pixels.padding - 1, 0, theme.pixels.padding - 1, 0)
        self.header.setSpacing(theme.px(8))
        self.tools.setSpacing(theme.px(8))
        self.title.apply_theme(theme)
        self.subtitle.apply_theme(theme)
        self.update()

    def opened(self, course: Course) -> None:
        """Most panels draw only the run and have nothing to do when another scenario is opened."""

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draws ground and border."""
        box, theme = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), self.theme
        rounded(smooth(self), box, theme.measures.radius, theme.colours.panel, theme.colours.line)
