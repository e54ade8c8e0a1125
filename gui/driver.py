"""The frame clock: at each tick the session's frame is drawn by every panel that is wanted."""

import gc
import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter, is_
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from engine.frame import Frame, Phase
from engine.frame.trouble import Notice
from engine.session import paced_findings
from gui.actions import ActionScene, action
from gui.controller import Controller
from gui.panel import Course, Panel, PanelInfo, Place, Suits
from gui.theme.appearance import Appearance
from gui.view_state.panel_choices import PASSING
from gui.view_state.shown_file import is_saved
from gui.view_state.window_settings import Ledger, LessonProgress

TICK = 16  # milliseconds: the display's 60 Hz
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
        self.offered = False  # it has a tab for the open scenario
        self.in_sight = False
        self.unseen = True  # it was out of sight when it was to be drawn

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
        self.on_layout: Callable[[frozenset[str], tuple[str, ...]], None] = lambda _shown, _live: None
        self.panel_at: Callable[[], str] = lambda: "timeline"
        self.is_seen: Callable[[QWidget], bool] = lambda _widget: True
        self.on_title: Callable[[str, bool], None] = lambda _title, _edited: None
        self.handlers: dict[str, Callable[[], None]] = {}  # what actions do with the window itself, by their ids
        self.on_line: Callable[[], None] = lambda: None
        self.on_question: Callable[[], None] = lambda: None  # the program begins to ask
        self.on_course: Callable[[Course], None] = lambda _course: None
        self._laid_out: tuple[object, ...] = ()  # what was to be seen when it was laid out
        self._watched: tuple[object, ...] = ()
        self._stale = True
        self.beat = QTimer(self)
        self.beat.setTimerType(Qt.TimerType.PreciseTimer)
        self.beat.setInterval(TICK)
        self.beat.timeout.connect(self.tick)
        controller.on_opened, controller.on_perform = self.opened, self.perform
        controller.panels.changed = self.rearranged
        appearance.changed.connect(self.apply_theme)

    def start(self) -> None:
        """Starts the clock."""
        self.beat.start()

    def preparations(self) -> list[Callable[[], object]]:
        """What is to be made in idle moments after the first frame, one thing at a time."""
        slow = [partial(self._guarded, part, part.panel.prepare) for part in self.parts if isinstance(part.panel, Slow)]
        return [paced_findings.prepare, *slow, self.rearranged]

    def stop(self) -> None:
        """Stops the clock; nothing is drawn any more."""
        self.beat.stop()

    def perform(self, name: str) -> None:
        """Does what an action does."""
        do = action(name).do
        if do is not None:
            do(self.controller, self.scene())
        elif name in self.handlers:
            self.handlers[name]()

    def scene(self) -> ActionScene:
        """What an action may look at now."""
        controller, appearance = self.controller, self.appearance
        course, panels = controller.course, controller.panels
        return ActionScene(self.frame, appearance.theme, course, panels, self.panel_at(), appearance.calm)

    def report(self, title: str, detail: str) -> None:
        """Takes note of a fault of ours, from any thread."""
        advice = self.tr("This is a fault of Thread Theatre, not of your program. Everything else goes on.")
        self.faults.append(Notice(title=title, text=advice, detail=detail))

    def tick(self) -> None:
        """One beat: take what arrived, draw it when it differs."""
        while self.faults:
            self.controller.tell(self.faults.popleft())
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
        """Draws what is open without a look at the run: the first frame waits for nothing, and for no plot."""
        self.draw(self.controller.session.frame, first=True)

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

    def draw(self, frame: Frame, *, first: bool = False) -> None:
        """Draws a frame now; the `first` one without what is made in idle moments."""
        program, before = frame.program, self.frame.program
        if program is not before and (program.title, is_saved(program)) != (before.title, is_saved(before)):
            self.on_title(program.title, not is_saved(program))
        if frame.view.line and frame.view.asked != self.frame.view.asked:
            self.on_line()
        if frame.recording.questions.asking and not self.frame.recording.questions.asking:
            self.on_question()
        self.frame, self._stale = frame, False
        self.drawn += 1
        shown = set()
        suits = (Suits.BOTH, Suits.PAGES if frame.program.page else Suits.PROGRAMS)
        for part in self.parts:
            if part.look(frame) and part.info.wanted is not None:
                part.wanted = bool(self._guarded(part, partial(part.info.wanted, frame)))
            part.offered = part.info.place is Place.DECK and (part.offered or part.wanted)  # a tab does not go again
            if (part.wanted or part.offered) and part.info.suits in suits:
                shown.add(part.info.id)
        live = tuple([part.info.id for part in self.parts if part.wanted and part.info.place is Place.DECK])
        if (shown, live) != self._laid_out:
            self._laid_out = (shown, live)
            self._lay_out(frozenset(shown), live)
        for part in self.parts:
            waits = first and isinstance(part.panel, Slow)
            if part.in_sight and (part.new or part.unseen) and not waits:
                self._guarded(part, partial(part.panel.draw, frame))
            part.unseen = not part.in_sight or waits

    def _lay_out(self, shown: frozenset[str], live: tuple[str, ...]) -> None:
        """Shows those of these panels that the presenter wants to see; `live` pages of the deck have something."""
        choices = self.controller.panels
        seen = frozenset(name for name in shown if choices.visible(name))
        if not seen - PASSING:  # what was to be seen alone is not there now, and a window is never empty
            seen = shown
        self.on_layout(seen, live)
        for part in self.parts:
            part.in_sight = part.info.id in shown and self.is_seen(part.panel.widget)

    def opened(self, course: Course) -> None:
        """Another scenario is open: tells every panel, and draws."""
        self.progress.opened(course.current)
        self.controller.panels.opened(course.current)
        text = self.controller.session.frame.program.text
        known = [one.id for one in course.scenarios]
        self.on_course(course)
        course = replace(course, marks=dict(self.progress.marks), lesson=self.figures.fill(course.lesson, known))
        for part in self.parts:
            part.failed, part.seen = -1, ()
            offered = part.info.offered
            part.offered = offered is not None and bool(self._guarded(part, partial(offered, course, text)))
            self._guarded(part, partial(part.panel.opened, course))
        self._laid_out, self._stale = (), True

    def rearranged(self) -> None:
        """The presenter wants to see other panels, or the room is another one: what comes into sight is drawn."""
        self._laid_out, self._stale = (), True

    def apply_theme(self) -> None:
        """The theme changed: tells every panel, and draws."""
        self._laid_out = ()
        self._dress(self.parts)

    def dress_again(self, moved: QWidget) -> None:
        """Panels that have another parent, which took their colours: this one, or those in it."""
        self._dress([one for one in self.parts if moved is one.panel.widget or moved.isAncestorOf(one.panel.widget)])

    def _dress(self, parts: Sequence[DrawnPanel]) -> None:
        for part in parts:
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
