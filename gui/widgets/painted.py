"""What paints itself from the theme."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLayout, QWidget

from engine.frame import Frame
from gui.panel import Course
from gui.theme.theme import UNDRESSED, Theme
from gui.widgets.controls import dress_children


class Painted(QWidget):
    """Keeps the theme, and hands it to `paint` with a painter whose edges are smooth."""

    theme: Theme = UNDRESSED

    def apply_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter, self.theme)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Draws all of it."""
        raise NotImplementedError


class PaintedPanel(Painted):
    """A panel that is its own widget, and dresses all that it holds; it extends what concerns it."""

    @property
    def widget(self) -> QWidget:
        """What the window puts into its layout: the panel itself."""
        return self

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        dress_children(self, theme)

    def draw(self, frame: Frame) -> None:
        """Some panels show the course alone, and do not depend on a run."""

    def opened(self, course: Course) -> None:
        """Most panels draw only the run and have nothing to do when another scenario is opened."""


def clear(layout: QLayout) -> None:
    """Takes all widgets out of a layout, and out of sight; the event loop deletes them."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
