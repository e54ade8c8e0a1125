"""Shows a window for a test, as a user has it: of a size, in front, painted."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot


def show_window(qtbot: QtBot, window: QWidget, width: int, height: int) -> None:
    """Returns when it is there."""
    qtbot.addWidget(window)
    window.resize(width, height)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
