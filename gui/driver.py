"""The frame clock: at each tick the session's frame is drawn by every panel that is wanted."""

import gc
import time
import traceback
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter, is_
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject, Qt, QTimer

from engine.frame import Frame, Phase
from engine.frame.trouble import Notice
from gui.actions import ActionScene, Handler
from gui.controller import Controller
from gui.panel import Course, Panel, PanelInfo, Place, Suits
from gui.theme.appearance import Appearance
from gui.view_state.height_sharing import Asked, Asking, Height
from gui.view_state.window_settings import Ledger, LessonProgress

TICK = 16  # milliseconds: the display's 60 Hz
STEADY = 1.0  # seconds of a run in which no plot of the run before is taken away: it is likely to be wanted again
SWEEP = 20_000  # new objects after which the cyclic collector runs


@runtime_checkable
class Paced(Protocol):
    """A panel that shows how smoothly the window runs."""

    def pace(self, rate: float, worst: float) -> None:
        """Frames per second, and the longest gap between two in milliseconds, of the last second."""


@runtime_checkable
class Slow(Protocol):
    """A panel with something in it that takes long to make, and that the first frame does not show."""

    def prepare(self) -> None:
        """Makes it, unless it is made already."""


@dataclass
class DrawnPanel:
    """A panel of the window, and whether it could be drawn."""

    info: PanelInfo
    panel: Panel
    failed: int = -1  # the run in which it failed; it is tried again in the next one
    seen: tuple[object, ...] = ()  # what it has drawn, of the parts of a frame that it draws

    def __post_init__(self) -> None:
        self._read = attrgetter(*self.info.draws, "run.number") if self.info.draws else None
        self.new = self.wanted = True  # whether the frame holds something new for it, and whether it is shown at all

    def look(self, frame: Frame) -> bool:
        """Whether a frame holds something new for this panel; takes note of what it holds."""
        if self._read is not None:
            before, self.seen = self.seen, self._read(frame)
            self.new = not before or not all(map(is_, before, self.seen))
        return self.new


class Pace:
    """Counts ticks: rate and worst gap of each full second."""

    def __init__(self) -> None:
        self.rate, self.worst = 0.0, 0.0  # per second, milliseconds
        self._since = self._last = time.perf_counter()
        self._count, self._gap = 0, 0.0

    def tick(self) -> bool:
        """Counts one; True when a second is full and the figures are new."""
        now = time.perf_counter()
        self._count, self._gap, self._last = self._count + 1, max(self._gap, now - self._last), now
        if now - self._since < 1.0:
            return False
        self.rate, self.worst = self._count / (now - self._since), self._gap * 1000
        self._since, self._count, self._gap = now, 0, 0.0
        return True


class Driver(QObject):
    """Pumps the session and draws. Nothing that a panel does wrong stops the others."""

    def __init__(
        self,
        controller: Controller,
        appearance: Appearance,
        parts: Sequence[DrawnPanel],
        progress: LessonProgress,
        figures: Ledger,
    ) -> None:
        super().__init__()
        self.controller, self.appearance, self.parts = controller, appearance, tuple(parts)
        self.progress, self.figures = progress, figures
        self.frame = Frame()
        self.drawn = 0  # frames drawn so far
        self.pace = Pace()
        self.faults: deque[Notice] = deque(maxlen=50)  # any thread may append; the tick shows them
        self.on_failed: Callable[[DrawnPanel, str], None] = lambda _part, _text: None
        self.on_layout: Callable[[tuple[str, ...], Mapping[str, Height]], None] = lambda _shown, _asked: None
        self.on_title: Callable[[str], None] = lambda _title: None
        self._shown: tuple[str, ...] | None = None
        self._asked = Asked()
        self._heights: Mapping[str, Height] = {}
        self._watched: tuple[object, ...] = ()
        self._stale = True
        self.beat = QTimer(self)
        self.beat.setTimerType(Qt.TimerType.PreciseTimer)
        self.beat.setInterval(TICK)
        self.beat.timeout.connect(self.tick)
        controller.on_opened = self.opened
        appearance.changed.connect(self.apply_theme)

    def start(self) -> None:
        """Starts the clock."""
        self.beat.start()

    def preparations(self) -> list[Callable[[], object]]:
        """What is to be made in idle moments after the first frame, one thing at a time."""
        return [partial(self._guarded, part, part.panel.prepare) for part in self.parts if isinstance(part.panel, Slow)]

    def stop(self) -> None:
        """Stops the clock; nothing is drawn any more."""
        self.beat.stop()

    def act(self, do: Handler) -> None:
        """Does what a key does."""
        do(self.controller, ActionScene(self.frame, self.appearance.theme, self.controller.course))

    def report(self, title: str, detail: str) -> None:
        """Takes note of a fault of ours, from any thread."""
        advice = self.tr("This is a fault of Thread Theatre, not of your program. Everything else goes on.")
        self.faults.append(Notice(title=title, text=advice, detail=detail))

    def tick(self) -> None:
        """One beat: take what arrived, draw it when it differs."""
        while self.faults:
            self.controller.shown.tell(self.faults.popleft())
        frame = self.frame
        try:
            frame = self.controller.session.pump()
        except Exception as problem:
            self.report(f"The run could not be followed: {problem}", traceback.format_exc())
        self._watch(frame)
        if self._stale or frame is not self.frame:
            self.draw(frame)
        if self.pace.tick():
            for panel in (part.panel for part in self.parts if isinstance(part.panel, Paced)):
                panel.pace(self.pace.rate, self.pace.worst)
        if not gc.isenabled() and gc.get_count()[0] > SWEEP:
            gc.collect(2 if frame.run.phase in (Phase.IDLE, Phase.ENDED) else 1)  # a full one takes more than a frame

    def show(self) -> None:
        """Draws what is open without a look at the run: the first frame waits for nothing."""
        self.draw(self.controller.session.frame)

    def _watch(self, frame: Frame) -> None:
        """Notes what the list of lessons marks, and what pages quote of a run."""
        now = (frame.run.phase, frame.run.number, *[one.kind for one in frame.result.findings])
        if now == self._watched:
            return
        self._watched = now
        note = self.controller.course.scenario.parts
        marked, measured = self.progress.watched(frame), self.figures.watched(frame, note.value_unit if note else "")
        if marked or measured:
            self.opened(self.controller.course)

    def draw(self, frame: Frame) -> None:
        """Draws a frame now."""
        if frame.program.title != self.frame.program.title:
            self.on_title(frame.program.title)
        again = frame.program.scenario == self.frame.program.scenario
        self.frame, self._stale = frame, False
        self.drawn += 1
        shown = []
        suits = (Suits.BOTH, Suits.PAGES if frame.program.page else Suits.PROGRAMS)
        for part in self.parts:
            if part.look(frame) and part.info.wanted is not None:
                part.wanted = bool(self._guarded(part, partial(part.info.wanted, frame)))
            if (part.wanted and part.info.suits in suits) or (again and self._stays(part.info, frame)):
                shown.append(part.info.id)
        self._lay_out(tuple(shown), frame)
        for part in self.parts:
            if part.info.id in shown and part.new:
                self._guarded(part, partial(part.panel.draw, frame))

    def _lay_out(self, shown: tuple[str, ...], frame: Frame) -> None:
        """Shows these panels and no others, as high as they ask to be."""
        asking = [(part, part.panel) for part in self.parts if part.info.id in shown and isinstance(part.panel, Asking)]
        wishes = ((part.info.id, self._guarded(part, partial(panel.asks, frame))) for part, panel in asking)
        wanted = {name: wish for name, wish in wishes if isinstance(wish, Height)}
        asked = self._asked.feed(frame.program.scenario, wanted)
        if shown == self._shown and asked is self._heights:
            return
        if shown != self._shown:
            for part in self.parts:
                part.panel.widget.setVisible(part.info.id in shown)
        self._shown, self._heights = shown, asked
        self.on_layout(shown, asked)

    def _stays(self, info: PanelInfo, frame: Frame) -> bool:
        """Whether a plot that was there before this run stays at its beginning, so that nothing jumps."""
        plot = info.place is Place.PLOTS and info.stretch > 0 and info.id in (self._shown or ())
        begins = frame.run.phase is Phase.STARTING or (frame.run.phase is Phase.RUNNING and frame.run.now < STEADY)
        return plot and begins and not frame.program.page

    def opened(self, course: Course) -> None:
        """Another scenario is open: tells every panel, and draws."""
        self.progress.opened(course.current)
        known = [one.id for one in course.scenarios]
        course = replace(course, marks=dict(self.progress.marks), lesson=self.figures.fill(course.lesson, known))
        for part in self.parts:
            part.failed, part.seen = -1, ()
            self._guarded(part, partial(part.panel.opened, course))
        self._stale = True

    def resized(self) -> None:
        """Panels have other sizes, and ask anew: what they asked for before they had their room counts no more."""
        self._asked.forget()
        self._stale = True

    def apply_theme(self) -> None:
        """The theme changed: tells every panel, and draws."""
        self._asked.forget()
        for part in self.parts:
            part.seen = ()
            self._guarded(part, partial(part.panel.apply_theme, self.appearance.theme))
        self._stale = True

    def _guarded(self, part: DrawnPanel, do: Callable[[], object]) -> object:
        """Does it, unless the panel failed in this run. A panel that fails says so in its place, once."""
        if part.failed == self.frame.run.number:
            return True
        if part.failed >= 0:
            part.failed = -1
            self.on_failed(part, "")
        try:
            return do()
        except Exception as problem:
            part.failed = self.frame.run.number
            self.on_failed(part, f"{type(problem).__name__}: {problem}")
            self.report(f"The panel {part.info.title} could not draw: {problem}", traceback.format_exc())
            return True
