"""The program as it runs: where each thread is, which lines are switched off, what the knobs are."""

import time
from collections import deque
from operator import is_
from pathlib import PurePath

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPainter

from engine.frame import Frame, Phase, Trouble
from engine.words import states as words
from gui.actions import key
from gui.panel import Commands, Course, PanelInfo, Place
from gui.theme.theme import Theme
from gui.view_state import code_annotations, code_follow
from gui.view_state.code_annotations import Marker, Note
from gui.widgets.card import Card
from gui.widgets.chips import chip_width, draw_chip, side_of
from gui.widgets.code_view import CodeView
from gui.widgets.controls import KeyButton, Link, Text
from gui.widgets.painted import Painted
from gui.widgets.reworded import reword
from gui.widgets.suspecting import Suspecting


class ChipMark(Painted):
    """The chip of a thread that is at a line which is not seen."""

    _marker: Marker | None = None

    def put(self, marker: Marker) -> None:
        if marker != self._marker:
            self._marker = marker
            self.apply_theme(self.theme)

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        badge = self._marker.badge if self._marker is not None else ""
        self.setFixedSize(chip_width(theme, badge), side_of(theme))

    def paint(self, painter: QPainter, theme: Theme) -> None:
        if self._marker is not None:
            draw_chip(painter, theme, self._marker, self.rect())


class Code(Card):
    """The view, and in the header the time and who is off screen."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(self.tr("Program"))
        self._whereabouts = code_annotations.Whereabouts()
        self._drawn: tuple[object, ...] = ()
        self._notes: dict[int, Note] = {}  # of knobs and switches
        self._noted: frozenset[int] = frozenset()  # lines with a note at their end
        self._text: str | None = None
        self._knobs: tuple[str, ...] = ()
        self._markers: tuple[Marker, ...] = ()
        self._trouble: Trouble | None = None
        self._run = -1
        self._wrong: frozenset[int] = frozenset()  # lines on which something went wrong in this run
        self._followed = code_follow.Followed()
        self._target = 0  # the line that was gone along with last
        self._recent: deque[int] = deque(maxlen=code_follow.RECENT)  # and those before it
        self._before = 1 << 20  # where the view stood before it scrolled; a line that no program has: nowhere
        self._said: Marker | None = None  # to a screen reader
        self._goes_along = True  # until the presenter scrolls; the next run begins it again
        self._chosen = 0  # whose thread's line he wants to see, 0 for whoever moves
        self._rests = 0.0  # until when nothing scrolls by itself, on the clock of `monotonic`
        self._later = QTimer(self, singleShot=True)
        self._frame = Frame()
        self._later.timeout.connect(lambda: self._follow(self._frame))
        self._stood: tuple[tuple[int, ...], int] = ((), 0)  # lines of a standstill or a finding, and the wish for them
        self._away = 0
        self.view = CodeView()
        self.view.scrolled.connect(self._stop_following)
        self.chip, self.where, self.time = ChipMark(), Link(size="small"), Text(tone="accent", weight=600)
        self.whose = KeyButton("", quiet=True)
        self.along = KeyButton(self.tr("Follow"), quiet=True, name=self.tr("Follow the threads again"))
        self.now = KeyButton(self.tr("Now"), key="C", quiet=True, name=self.tr("Cursor to the last moment"))
        self.where.setAccessibleName(self.tr("Line of a thread that is off screen"))
        self.where.clicked.connect(lambda: self.view.reveal(self._away))
        self.now.clicked.connect(lambda: commands.cursor(None))
        self.whose.clicked.connect(lambda: commands.choose(0))
        self.along.clicked.connect(self._go_along)
        self._lesson = False  # it tells its own story of where it breaks
        self.suspecting = Suspecting(self.view, key("suspect"), lambda: commands.perform("suspect"))
        for widget in (self.chip, self.where, self.whose, self.along, self.time, self.now):
            self.tools.addWidget(widget)
            widget.hide()
        self.tools.addWidget(self.suspecting.said)
        self.tools.addWidget(self.suspecting.button)
        self.body.addWidget(self.view, 1)
        self.body.setContentsMargins(0, 0, 1, 6)

    def opened(self, course: Course) -> None:
        self._lesson = bool(course.lesson)

    def next_suspicion(self) -> str:
        """Goes to the next place where the text could break; returns what is said of it."""
        return self.suspecting.next()

    def draw(self, frame: Frame) -> None:
        knobs = tuple(one.name for one in frame.program.knobs)
        if frame.program.text != self._text or knobs != self._knobs or frame.run.number != self._run:
            self._load(frame, knobs)
        self._markers = self._whereabouts.feed(frame.recording.lanes, frame.view.cursor)
        self.view.mark(self._markers, code_annotations.pointed(frame), frame.view.asked)
        self._frame = frame
        self._annotate(frame)
        self._see_standing(frame)
        self._follow(frame)
        self.suspecting.draw(frame, lesson=self._lesson, taken=self._noted)
        self._draw_header(frame)
        if frame.run.trouble is not self._trouble:
            self._trouble = frame.run.trouble
            if frame.run.trouble is not None and frame.run.trouble.line:
                self.view.reveal(frame.run.trouble.line)

    def _load(self, frame: Frame, knobs: tuple[str, ...]) -> None:
        if frame.program.text != self._text or knobs != self._knobs:
            self.view.load(frame.program.text, knobs)
        self._text, self._knobs, self._run, self._drawn = frame.program.text, knobs, frame.run.number, ()
        self._wrong, self._followed = frozenset(), code_follow.Followed()
        self._target, self._goes_along, self._rests, self._before = 0, True, 0.0, 1 << 20
        self._recent.clear()
        self.subtitle.setText(PurePath(frame.program.path).name)

    def _follow(self, frame: Frame) -> None:
        """Keeps the line of whoever moved last, or of the thread that was chosen, in the middle of what is seen."""
        if frame.view.thread != self._chosen:
            self._chosen, self._goes_along = frame.view.thread, True
        now, live = time.monotonic(), frame.view.cursor is None and frame.run.phase is Phase.RUNNING
        one = self._followed.feed(self._whereabouts.found, self._chosen, now, live=live)
        if one is not None:
            if one.line != self._target:
                self._recent.append(one.line)
            self._target = one.line
            self._say(frame, one)
        if one is None and self._wrong and frame.run.phase is Phase.ENDED:
            self._target = min(self._wrong)  # nobody moves any more: what is left to see
        held = bool(self._stood[0]) or code_annotations.pointed(frame) > 0  # what explains goes before who moves
        if not self._target or not self._goes_along or held or _in_use(self.view):
            return
        bar, (first, last) = self.view.verticalScrollBar(), self.view.visible_lines()
        others = {*(marker.line for marker in self._markers), *self._wrong, *self._recent}
        wanted, at = code_follow.uppermost_for(self._target, others, first, last) - 1, bar.value()
        wanted = min(wanted, bar.maximum())
        back = abs(wanted - self._before) < abs(wanted - at)
        rests = self._rests + (code_follow.BACK - code_follow.REST) * back
        if wanted != at and live and now < rests:
            self._later.start(round((rests - now) * 1000) + 1)
        elif wanted != at:
            bar.setValue(wanted)
            self._before, self._rests = at, now + code_follow.REST

    def _say(self, frame: Frame, one: Marker) -> None:
        """A screen reader hears whose line it is."""
        if one != self._said:
            self._said = one
            name = next((lane.name for lane in frame.recording.lanes if lane.id == one.thread), "")
            said = self.tr("{name}, {state}, line {number}")
            self.view.setAccessibleDescription(said.format(name=name, state=words.state(one.state), number=one.line))

    def _stop_following(self) -> None:
        self._goes_along = False
        self._draw_header(self._frame)

    def _go_along(self) -> None:
        self._goes_along, self._rests = True, 0.0
        self._follow(self._frame)
        self._draw_header(self._frame)

    def _see_standing(self, frame: Frame) -> None:
        """Once for each standstill and each finding, so that whoever scrolls away afterwards is left alone."""
        lines = code_annotations.stands(frame, self._markers) or code_annotations.involved(frame)
        asked = frame.view.asked if frame.view.cursor is not None else 0
        if lines and (lines, asked) != self._stood and not _in_use(self.view):
            self.view.reveal_all(lines)
            if frame.view.line:
                self.view.reveal(frame.view.line)
        self._stood = (lines, asked)

    def _annotate(self, frame: Frame) -> None:
        said = (frame.program.switches, frame.recording.flips, frame.program.knobs)
        parts = (*said, frame.recording.lanes, frame.run.trouble, frame.view.cursor)
        if len(parts) == len(self._drawn) and all(map(is_, parts, self._drawn)):
            return
        if not self._drawn or not all(map(is_, said, self._drawn)):
            self.view.highlighter.strike(code_annotations.off_lines(frame.program.text, frame.program.switches))
            notes = code_annotations.switch_notes(frame.program.text, frame.program.switches, frame.recording.flips)
            self._notes = {**code_annotations.knob_notes(frame.program.knobs), **notes}
            lines = code_annotations.knob_lines(frame.program.text, frame.program.knobs)
            reword(self.view.highlighter, lines, self._knobs)
        self._drawn = parts
        errors = code_annotations.errors(frame)
        self._noted = frozenset({*self._notes, *errors})
        self.view.annotate({**self._notes, **{line: Note(text, bad=True) for line, text in errors.items()}})
        for line in sorted(errors.keys() - self._wrong)[:1]:
            self.view.reveal(line)
            self._rests = time.monotonic() + code_follow.HOLD
        self._wrong = frozenset(errors) | self._wrong

    def _draw_header(self, frame: Frame) -> None:
        cursor = frame.view.cursor
        self.time.setVisible(cursor is not None)
        self.now.setVisible(cursor is not None)
        if cursor is not None:
            self.time.set_text(self.tr("at {time} s").format(time=f"{cursor:.2f}"))
        self.along.setVisible(not self._goes_along and bool(frame.run.number))
        chosen = frame.view.thread
        whose = next((lane.name for lane in frame.recording.lanes if lane.id == chosen), "") if chosen else ""
        self.whose.setVisible(bool(whose))
        if whose and self.whose.word != f"{whose} ×":
            self.whose.rename(f"{whose} ×", "")
            self.whose.setAccessibleName(self.tr("Follows {name}; press to follow whoever moves").format(name=whose))
            self.whose.setToolTip(self.whose.accessibleName())
        first, last = self.view.visible_lines()
        out = [one for one in self._markers if not first <= one.line <= last]
        away = next((one for one in out if one.thread == chosen), out[0] if out else None)
        self.chip.setVisible(away is not None)
        self.where.setVisible(away is not None)
        if away is not None:
            self._away = away.line
            self.chip.put(away)
            self.where.set_text(self.tr("line {number}").format(number=away.line))


def _in_use(view: CodeView) -> bool:
    """Somebody scrolls with the mouse or has marked text: then nothing moves by itself."""
    return view.verticalScrollBar().isSliderDown() or view.textCursor().hasSelection()


PANEL = PanelInfo("code", "Program", Place.CENTRE, 10, make=Code, stretch=1)
