"""What part of the run is shown, while it grows, and after a wish to move or zoom."""

import math
import time
from collections.abc import Callable
from dataclasses import replace

from engine.frame import Ended, Phase, Recording, RunState, Trouble, View
from gui.view_state.history import History, Place

LEAST, MOST = 1e-4, 36_000.0  # the narrowest and the widest stretch, seconds
WIDTH = 10.0  # seconds that are shown at most while following, until the presenter chooses
UNPLANNED = 4.0  # seconds that are shown while following where neither scenario nor presenter says it
SHORT = 0.5  # seconds: nobody has seen such a run come, and in the usual stretch nobody would find it
AIR = 1.1  # times what a run is said to take: few take exactly that
GROWTH = 1.25  # times: the whole run is shown in longer and longer extents; with each frame its hatches would crawl
NEARER = 1.5  # times narrower: one step of a key or a button
BEFORE = 0.25  # of what is shown: what led to a moment that somebody asked for
MARGIN = 0.02  # of the run's length, free at its right end
LIVE = (Phase.STARTING, Phase.RUNNING, Phase.PAUSED)


class RunView:
    """The one owner of what is shown of the run. `clock()` says seconds, to tell one move from the next."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.view = View()
        self.width: float | None = None  # seconds shown while following; None: nobody has chosen
        self._plan: float | None = None  # seconds that a run takes, as was said last
        self._usual = UNPLANNED  # seconds shown while following where that is not known
        self._unplanned = True  # nobody says how long its runs are
        self._history = History(clock)

    def of(self, run: RunState, _recording: Recording) -> View:
        """The view of the run as far as it has come: it follows the run, unless the presenter moved it.

        What a run takes is known a moment after it began; until then it takes what the one before did. A short
        run of a program that says nothing of it is shown by its own length once it is over.
        """
        self._plan = run.plan if run.plan is not None else self._plan
        expected = AIR * self._plan if self._plan else self._usual
        if self._unplanned and self._plan is None and run.ended is Ended.FINISHED and 0.0 < run.now < SHORT:
            expected = AIR * run.now
        width = self.width if self.width is not None else min(WIDTH, expected)
        return self.set(shown(self.view, run.now, width, extent(run, expected)))

    def set(self, view: View) -> View:
        """Shows this from now on."""
        self.view = view
        return view

    def look(self, start: float, end: float) -> None:
        """Shows this stretch, and stops following."""
        self._move(looked(self.view, start, end), self.width)

    def choose(self, thread: int) -> None:
        """Whose line the program keeps in sight; the same one again: whoever moves."""
        self.view = replace(self.view, thread=0 if thread == self.view.thread else thread)

    def point(self, thing: int) -> None:
        """Shows which this lock or other thing is; 0: none."""
        self.view = replace(self.view, thing=thing)

    def fit(self) -> None:
        """Shows the whole run, also while it grows; a width that was chosen for following is forgotten."""
        self._move(replace(self.view, start=0.0, end=self.view.extent, follow=False, whole=True), None)

    def follow(self, on: bool) -> None:
        """Slides with the run, with the width that is shown now, or stays."""
        view, width = self.view, self.width
        if on and not (view.follow or view.whole):
            width = view.end - view.start
        self._move(replace(view, follow=on, whole=view.whole and not on), width)

    def _move(self, view: View, width: float | None) -> None:
        before = self._place()
        self.view, self.width = view, width
        if (after := self._place()) != before:
            self._history.moved(before, after)

    def _place(self) -> Place:
        view = self.view
        return Place(view.start, view.end, view.follow, view.whole, self.width)

    def step(self, by: int) -> str:
        """Goes back or forward through what was shown; returns the lesson that it was in, "" when there is no more."""
        found = self._history.go(by, self._place())
        if found is None:
            return ""
        if (place := found.place) is not None:
            self.width = place.width
            start, end = place.start, place.end
            self.view = replace(self.view, start=start, end=end, follow=place.follow, whole=place.whole)
        return found.lesson

    def cursor(self, seconds: float | None) -> None:
        """Puts the cursor to a time, None to the last moment."""
        self.view = replace(self.view, cursor=seconds, line=0)

    def show_file(self, file: str) -> None:
        """Shows this file of the program; a line of another one is let go."""
        if file != self.view.file:
            self.view = replace(self.view, file=file, line=0)

    def line(self, number: int, file: str = "") -> None:
        """Shows a line of a file."""
        self.view = replace(self.view, file=file, line=max(0, number), asked=self.view.asked + 1)

    def mark(self, interval: tuple[float, float] | None) -> None:
        """Marks an interval, whichever of its ends comes first; None: no more."""
        ends = sorted(max(0.0, time) for time in interval) if interval is not None else ()
        self.view = replace(self.view, marked=(ends[0], ends[1]) if ends else None)

    def begin(self) -> None:
        """A run begins: a zoom ends there; who wants to see the whole run sees the whole of this one too."""
        view = self.view
        self._history.begun()
        self.view = replace(view, cursor=None, marked=None, follow=not view.whole, line=0, notice=None)

    def reset(self, lesson: str, usual: float | None = None) -> None:
        """Another program, whose runs are followed with so many seconds: what is hidden or suspected stays so."""
        self._history.opened(lesson)
        self.view, self.width, self._plan = View(hidden=self.view.hidden, suspects=self.view.suspects), None, None
        self._usual, self._unplanned = usual or UNPLANNED, usual is None

    def rename(self, lesson: str) -> None:
        """What is open is called otherwise from now on."""
        self._history.renamed(lesson)

    def tell(self, notice: Trouble | None) -> None:
        """Says something of the window's own, or no more of it."""
        self.view = replace(self.view, notice=notice)


def extent(run: RunState, least: float) -> float:
    """Seconds from zero that hold the whole run; while it goes on at least what is expected of it."""
    if run.phase not in LIVE and run.now > 0.0:
        return max(run.now, LEAST) * (1 + MARGIN)
    if run.now <= least:
        return least
    return float(least * GROWTH ** math.ceil(math.log(run.now / least, GROWTH)))


def shown(view: View, now: float, width: float, reach: float) -> View:
    """The view of a run that has come to `now`, whose extent is `reach`: it slides, shows all, or stays as it was.

    Nothing of it depends on whether the run has ended (but see SHORT): what slid stands still then. Not even a run that
    compares is shown whole at its end: the class has just seen each part come, and would have to find all of them
    again; the overview has shown them all the time, and one key shows them large.
    """
    start, end = view.start, view.end
    if view.whole:
        start, end = 0.0, reach
    elif view.follow:
        end = max(width, now)
        start = end - width
    if (view.start, view.end, view.extent) == (start, end, reach):
        return view
    return replace(view, start=start, end=end, extent=reach)


def looked(view: View, start: float, end: float) -> View:
    """Shows a stretch, kept within what can be drawn."""
    width = min(MOST, max(LEAST, end - start))
    start = max(-width / 2, start)
    return replace(view, start=start, end=start + width, follow=False, whole=False)


def around(view: View, seconds: float) -> tuple[float, float] | None:
    """The stretch to be looked at where a time is out of sight, or would soon slide out of it; None: as it is."""
    width, inside = view.end - view.start, view.start <= seconds <= view.end
    if view.whole or (inside and not view.follow):
        return None
    start = view.start if inside else max(0.0, seconds - BEFORE * width)
    return start, start + width


def panned(view: View, share: float, now: float) -> tuple[float, float]:
    """The stretch moved by a share of its width, to later times when positive.

    Half of it may stay empty before and after the run, which has come to `now`.
    """
    width = view.end - view.start
    begin = min(max(view.start + share * width, -width / 2), max(now, width) - width / 2)
    return begin, begin + width


def zoomed(view: View, factor: float, now: float, about: float | None = None) -> tuple[float, float]:
    """The stretch made `factor` times narrower about a time; never narrower than LEAST, nor four times the run.

    Where no time is given it is the cursor's when that is in sight, else the middle.
    """
    width = max(view.end - view.start, LEAST)
    if about is None:
        inside = view.cursor is not None and view.start <= view.cursor <= view.end
        about = view.cursor if inside else (view.start + view.end) / 2
    assert about is not None  # a cursor that is inside is there
    wanted = min(max(width / factor, LEAST), max(now * 4, WIDTH))
    begin = about - (about - view.start) / width * wanted
    return begin, begin + wanted


def centred(view: View, width: float) -> tuple[float, float]:
    """A stretch of this width about the cursor, else about the middle of what is shown; not before the run's begin."""
    about = view.cursor if view.cursor is not None else (view.start + view.end) / 2
    begin = max(0.0, about - width / 2)
    return begin, begin + width
