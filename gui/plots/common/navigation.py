"""How every plot moves in time: pans, zooms and places of the cursor, by one rule."""

from collections.abc import Callable
from dataclasses import replace

from engine.frame import Frame, View
from gui.panel import TimeCommands
from gui.view_state import views


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
