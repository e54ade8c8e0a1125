"""How every plot moves in time: pans, zooms and places of the cursor, by one rule."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from engine.frame import Frame, View
from gui.panel import TimeCommands
from gui.plots.common.scale import Scale
from gui.view_state import views

DRAG = 4  # pixels a pressed mouse must move before it pans
GRIP = 6  # pixels beside the cursor's line that still take hold of it
WHEEL = 1.2  # zoom of one notch (120 eighths of a degree)
SIDEWAYS = 0.1  # share of the view's width that one notch of a sideways wheel pans


class Navigation:
    """Keeps the wished view until the next frame brings it: five turns of a wheel between two frames all count."""

    def __init__(self, commands: TimeCommands, shown: Callable[[], Frame]) -> None:
        self._commands, self._shown, self.fit = commands, shown, commands.fit  # `fit` shows the whole run
        self.mark, self.choose = commands.mark, commands.choose
        self._frame, self._wished = Frame(), View()

    @property
    def view(self) -> View:
        """What was wished for since the frame that is shown, which brings the true one."""
        if self._shown() is not self._frame:
            self._frame = self._shown()
            self._wished = self._frame.view
        return self._wished

    def look(self, start: float, end: float) -> None:
        """Shows a stretch, in seconds; following stops."""
        self._wished = views.looked(self.view, start, end)
        self._commands.look(start, end)

    def pan(self, share: float) -> None:
        """Moves by a share of the view's width, to later times when positive; following stops."""
        self.look(*views.panned(self.view, share, self._shown().run.now))

    def zoom(self, factor: float, about: float | None = None) -> None:
        """Makes the view `factor` times narrower about a time; following stops, the cursor stays."""
        self.look(*views.zoomed(self.view, factor, self._shown().run.now, about))

    def widen(self, seconds: float) -> None:
        """Shows so many seconds at the cursor; what follows the run without a cursor goes on, with that width."""
        view, run = self.view, self._shown().run
        if view.cursor is None and (view.follow or (view.whole and run.phase in views.LIVE)):
            end = view.end if view.follow else run.now
            self.look(end - seconds, end)
            self.follow(True)
        else:
            self.look(*views.centred(view, seconds))

    def follow(self, on: bool) -> None:
        """Keeps the last moment in view, or stops doing so; the cursor goes to the last moment too."""
        self._wished = replace(self.view, follow=on, whole=self.view.whole and not on)
        if on:
            self._commands.cursor(None)
        self._commands.follow(on)

    def cursor(self, seconds: float | None) -> None:
        """Puts the cursor to a time of the run, None to its last moment."""
        self._commands.cursor(None if seconds is None else min(max(seconds, 0.0), self._shown().run.now))


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
