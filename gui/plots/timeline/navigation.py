"""Where the timeline looks: turns the presenter's pans and zooms into wishes, each built on the one before."""

from engine.frame import View
from gui.panel import Commands
from gui.plots.common.scale import panned, zoomed


class Navigation:
    """Keeps the wished view until the next frame brings it: five turns of a wheel between two frames all count."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self.start, self.end, self.now = 0.0, 10.0, 0.0
        self.following = True

    def arrived(self, view: View, now: float) -> None:
        """A frame came: its view is the true one."""
        self.start, self.end, self.now = view.start, max(view.end, view.start + 1e-6), now
        self.following = view.follow

    def look(self, start: float, end: float) -> None:
        """Shows a stretch, in seconds; following stops."""
        self.start, self.end, self.following = start, end, False
        self._commands.look(start, end)

    def pan(self, fraction: float) -> None:
        """Moves by a fraction of the view's width, to the right when positive; following stops."""
        self.look(*panned(self.start, self.end, fraction, self.now))

    def zoom(self, factor: float, about: float | None = None) -> None:
        """Makes the view `factor` times narrower about a time; while following the last moment stays in place."""
        following = self.following
        middle = (self.start + self.end) / 2
        centre = self.end if following else middle if about is None else about
        self.look(*zoomed(self.start, self.end, factor, centre, self.now))
        if following:
            self.follow(True)

    def jump(self, to_end: bool) -> None:
        """Shows the beginning or the end of the run at this width."""
        width = self.end - self.start
        begin = max(0.0, self.now - width) if to_end else 0.0
        self.look(begin, begin + width)

    def follow(self, on: bool) -> None:
        """Keeps the last moment in view, or stops doing so; the cursor goes to the last moment too."""
        self.following = on
        if on:
            self._commands.cursor(None)
        self._commands.follow(on)

    def fit(self) -> None:
        """Shows the whole run."""
        self._commands.fit()

    def cursor(self, seconds: float | None) -> None:
        """Puts the cursor to a time of the run, None to its last moment."""
        self._commands.cursor(None if seconds is None else min(max(seconds, 0.0), self.now))
