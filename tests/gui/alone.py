"""A panel that stands alone, as wide as in the window, and has drawn a frame."""

from typing import TypeVar

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.frame import Frame
from gui.panel import Panel
from gui.theme import theme
from gui.theme.theme import Theme

P = TypeVar("P", bound=Panel)
DARK = theme.make("dark", compact=False)


def shown_alone(qtbot: QtBot, panel: P, height: int, worn: Theme = DARK) -> P:
    """The panel, dressed and shown: as wide as on a large screen, or on a small one where the theme is for that."""
    qtbot.addWidget(panel.widget)
    panel.apply_theme(worn)
    panel.widget.resize(942 if worn.compact else 1360, height)
    panel.widget.show()
    return panel


def settle(panel: Panel, frame: Frame) -> None:
    """Draws a frame and lets Qt paint it."""
    panel.draw(frame)
    QApplication.processEvents()
