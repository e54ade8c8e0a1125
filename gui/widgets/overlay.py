"""What lies over the whole window for a while and has the keyboard meanwhile."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.theme.theme import Theme
from gui.widgets.drawing import rounded, smooth


class Overlay(QWidget):
    """A sheet over a dimmed window. It is as large as the window is, also when that changes."""

    def __init__(self, window: QWidget, theme: Theme, shade: float) -> None:
        """`shade`: how much is seen of the window behind, 0 all of it to 1 nothing."""
        super().__init__(window)
        self._window, self._theme, self._shade = window, theme, shade
        self._before: QWidget | None = window.focusWidget()  # gets the keyboard back
        self.sheet = QWidget(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.installEventFilter(self)

    def appear(self, focus: QWidget) -> None:
        """Shows it; the keyboard goes to `focus`."""
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        focus.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and watched is self._window:
            self.setGeometry(self._window.rect())
        return False

    def event(self, event: QEvent) -> bool:
        """No shortcut of the window gets a key meanwhile: Esc closes this, and stops no run."""
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def close(self) -> bool:
        """Takes it away; the keyboard goes back to where it was."""
        if self._before is not None:
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
            self._before = None
        return super().close()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, colours = smooth(self), self._theme.colours
        ground = QColor(colours.window)
        ground.setAlphaF(self._shade)
        painter.fillRect(self.rect(), ground)
        box = QRectF(self.sheet.geometry()).adjusted(-0.5, -0.5, 0.5, 0.5)
        rounded(painter, box, self._theme.measures.radius, colours.panel, colours.line2)
