"""What lies below everything in the window: a click on it leaves a field of text."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget


class Ground(QWidget):
    """Lies below everything: a click beside everything leaves a field of text.

    So does a click on a button, by which a value that is typed is taken on. It does not leave a program that is
    edited: whoever clicks on Run and types on means the text.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Another widget has the keyboard."""
        stays = isinstance(now, QPlainTextEdit)  # also one that is only read: it may be edited a moment later
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if stays else Qt.FocusPolicy.ClickFocus)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Nobody else wanted it."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)
