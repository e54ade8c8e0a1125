"""The mouse over a curve: it pans, zooms and puts the cursor as it does over the lanes of the timeline."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from gui.plots.common.navigation import Navigation
from gui.plots.common.scale import Scale

DRAG = 4  # pixels a pressed mouse must move before it pans
GRIP = 6  # pixels beside the cursor's line that still take hold of it
WHEEL = 1.2  # zoom of one notch (120 eighths of a degree)
SIDEWAYS = 0.1  # share of the view's width that one notch of a sideways wheel pans


class Hand:
    """The mouse over a plot: it pans what it drags, moves the cursor that it holds; a click puts the cursor there."""

    def __init__(self, steering: Navigation) -> None:
        self._steering = steering
        self._pressed: QPointF | None = None
        self._holds = ""  # "", "view" or "cursor"

    def press(self, event: QMouseEvent, scale: Scale, cursor: float | None) -> None:
        """Takes hold of the cursor (seconds) where it is near, else of the view; the right button takes it away."""
        if event.button() is Qt.MouseButton.RightButton:
            self._steering.cursor(None)
        elif event.button() is Qt.MouseButton.LeftButton:
            self._pressed, x = event.position(), event.position().x()
            near = cursor is not None and abs(scale.x(cursor) - x) <= GRIP
            self._holds = "cursor" if near and x >= scale.left - GRIP else ""

    def move(self, event: QMouseEvent, scale: Scale) -> None:
        """Moves what is held."""
        if self._pressed is None:
            return
        moved = event.position() - self._pressed
        if self._holds == "cursor":
            self._steering.cursor(scale.seconds(event.position().x()))
        elif self._holds or moved.manhattanLength() >= DRAG:
            self._holds, self._pressed = "view", event.position()
            if moved.x():
                self._steering.pan(-moved.x() / scale.width)

    def release(self, event: QMouseEvent, scale: Scale) -> None:
        """Lets go; a press that did not move puts the cursor there."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        if self._pressed is not None and not self._holds and event.position().x() >= scale.left:
            self._steering.cursor(scale.seconds(event.position().x()))
        self._pressed, self._holds = None, ""

    def turn(self, event: QWheelEvent, scale: Scale) -> None:
        """The wheel zooms about the mouse, a sideways one pans."""
        by = event.angleDelta()
        if by.x() and abs(by.x()) > abs(by.y()):
            self._steering.pan(-by.x() / 120 * SIDEWAYS)
        elif by.y():
            self._steering.zoom(WHEEL ** (by.y() / 120), scale.seconds(event.position().x()))
