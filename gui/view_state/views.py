"""What part of the run is shown, while it grows, and after a wish to move or zoom."""

from dataclasses import replace

from engine.frame import Phase, Recording, RunState, Trouble, View

STEPS = (0.5, 1.0, 2.0, 5.0, 10.0)  # seconds shown while a run is shorter than that: the picture rescales seldom
LEAST, MOST = 1e-4, 36_000.0  # the narrowest and the widest stretch, seconds
WIDTH = 10.0  # seconds that are shown at most while following, until the presenter chooses
READABLE = 60.0  # seconds: a run up to that can be read as a whole
NEARER = 1.5  # times narrower: one step of a key or a button
MARGIN = 0.02  # of the run's length, free at its right end


class RunView:
    """The one owner of what is shown of the run."""

    def __init__(self) -> None:
        self.view = View()
        self.width: float | None = None  # seconds shown at most while following; None: nobody has chosen

    def of(self, run: RunState, recording: Recording) -> View:
        """The view of the run as far as it has come: it follows the run, unless the presenter moved it."""
        live = run.phase in (Phase.STARTING, Phase.RUNNING, Phase.PAUSED)
        return self.set(shown(self.view, run.now, self.width, live=live, compares=bool(recording.parts)))

    def set(self, view: View) -> View:
        """Shows this from now on."""
        self.view = view
        return view

    def follow(self, on: bool) -> None:
        """Goes along with the run, with the width that is shown now, or stays."""
        if on and not self.view.follow:
            self.width = self.view.end - self.view.start
        self.view = replace(self.view, follow=on)

    def choose(self, thread: int) -> None:
        """Whose line the program keeps in sight; the same one again: whoever moves."""
        self.view = replace(self.view, thread=0 if thread == self.view.thread else thread)

    def reset(self) -> None:
        """Another program: only what is hidden stays hidden."""
        self.view, self.width = View(hidden=self.view.hidden), None

    def tell(self, notice: Trouble | None) -> None:
        """Says something of the window's own, or no more of it."""
        self.view = replace(self.view, notice=notice)


def shown(view: View, now: float, chosen: float | None, *, live: bool, compares: bool) -> View:
    """The view of a run that has come to `now`; `chosen` is the width that the presenter gave it while following.

    When it has ended, all of it is shown if it can be read so; where it compares in any case, for then its parts are
    what it is about.
    """
    whole_run = now > 0.0 and not live and (compares or now <= READABLE)
    width = chosen if chosen is not None else now if whole_run else WIDTH
    return followed(view, now, width, live)


def followed(view: View, now: float, width: float, live: bool) -> View:
    """The view when it follows a run that has come to `now`; `width` is how much it shows at most, in seconds."""
    if not view.follow:
        return view
    if not live and 0.0 < now <= width:
        return replace(view, start=0.0, end=now * (1 + MARGIN))
    room = next((step for step in STEPS if now <= step < width), width)
    end = max(room, now)
    if (view.start, view.end) == (end - room, end):
        return view
    return replace(view, start=end - room, end=end)


def whole(view: View, now: float) -> View:
    """Shows the whole run."""
    return replace(view, start=0.0, end=max(now, LEAST) * (1 + MARGIN) if now else STEPS[1], follow=False)


def looked(view: View, start: float, end: float) -> View:
    """Shows a stretch, kept within what can be drawn."""
    width = min(MOST, max(LEAST, end - start))
    start = max(-width / 2, start)
    return replace(view, start=start, end=start + width, follow=False)


def panned(view: View, share: float, now: float) -> tuple[float, float]:
    """The stretch moved by a share of its width, to later times when positive.

    Half of it may stay empty before and after the run, which has come to `now`.
    """
    width = view.end - view.start
    begin = min(max(view.start + share * width, -width / 2), max(now, width) - width / 2)
    return begin, begin + width


def zoomed(view: View, factor: float, now: float, about: float | None = None) -> tuple[float, float]:
    """The stretch made `factor` times narrower about a time; never narrower than LEAST, nor four times the run.

    While it follows the run, the last moment stays in place. Where no time is given it is the cursor's when that is
    inside, else the middle.
    """
    width = max(view.end - view.start, LEAST)
    inside = view.cursor is not None and view.start <= view.cursor <= view.end
    centre = about if about is not None else view.cursor if inside else (view.start + view.end) / 2
    if view.follow or centre is None:
        centre = view.end
    wanted = min(max(width / factor, LEAST), max(now * 4, STEPS[-1]))
    begin = centre - (centre - view.start) / width * wanted
    return begin, begin + wanted
