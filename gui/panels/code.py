"""The program as it runs: where each thread is, which lines are switched off, what the knobs are."""

from operator import is_
from pathlib import PurePath

from PySide6.QtGui import QPainter

from engine.frame import Frame, Trouble
from gui.panel import Commands, PanelInfo, Place
from gui.theme.theme import Theme
from gui.view_state import code_annotations
from gui.view_state.code_annotations import Marker, Note
from gui.widgets.card import Card
from gui.widgets.code_view import CodeView, draw_chip
from gui.widgets.controls import KeyButton, Link, Text
from gui.widgets.drawing import badge_width
from gui.widgets.painted import Painted


class ChipMark(Painted):
    """The chip of a thread that is at a line which is not seen."""

    _marker: Marker | None = None

    def put(self, marker: Marker) -> None:
        if marker != self._marker:
            self._marker = marker
            self.apply_theme(self.theme)

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        high, badge = theme.px(18), self._marker.badge if self._marker is not None else ""
        self.setFixedSize(high + badge_width(badge, high), high)

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
        self._text: str | None = None
        self._knobs: tuple[str, ...] = ()
        self._markers: tuple[Marker, ...] = ()
        self._trouble: Trouble | None = None
        self._run = -1
        self._wrong: frozenset[int] = frozenset()  # lines on which something went wrong in this run
        self._centred = (-1, 0)  # in which run, and at which height, the working threads were brought into sight
        self._worked: list[int] = []  # the lines where they were then
        self._rests = 0  # where the view was left
        self._stood: tuple[tuple[int, ...], int] = ((), 0)  # lines of a standstill or a finding, and the wish for them
        self._away = 0
        self.view = CodeView()
        self.chip, self.where, self.time = ChipMark(), Link(size="small"), Text(tone="accent", weight=600)
        self.now = KeyButton(self.tr("Now"), key="C", quiet=True, name=self.tr("Cursor to the last moment"))
        self.where.setAccessibleName(self.tr("Line of a thread that is off screen"))
        self.where.clicked.connect(lambda: self.view.reveal(self._away))
        self.now.clicked.connect(lambda: commands.cursor(None))
        for widget in (self.chip, self.where, self.time, self.now):
            self.tools.addWidget(widget)
            widget.hide()
        self.body.addWidget(self.view, 1)
        self.body.setContentsMargins(0, 0, 1, 6)

    def draw(self, frame: Frame) -> None:
        knobs = tuple(one.name for one in frame.program.knobs)
        if frame.program.text != self._text or knobs != self._knobs or frame.run.number != self._run:
            self._load(frame, knobs)
        self._markers = self._whereabouts.feed(frame.recording.lanes, frame.view.cursor)
        self.view.mark(self._markers, code_annotations.pointed(frame), frame.view.asked)
        self._annotate(frame)
        self._centre(frame.run.number)
        self._see_standing(frame)
        self._draw_header(frame)
        if frame.run.trouble is not self._trouble:
            self._trouble = frame.run.trouble
            if frame.run.trouble is not None and frame.run.trouble.line:
                self.view.reveal(frame.run.trouble.line)

    def _load(self, frame: Frame, knobs: tuple[str, ...]) -> None:
        if frame.program.text != self._text or knobs != self._knobs:
            self.view.load(frame.program.text, knobs)
        self._text, self._knobs, self._run, self._drawn = frame.program.text, knobs, frame.run.number, ()
        self._wrong, self._worked = frozenset(), []
        self.subtitle.setText(PurePath(frame.program.path).name)

    def _centre(self, run: int) -> None:
        """Once in a run, and when the view gets another height: the working threads come into sight.

        Whoever has scrolled since then is left alone.
        """
        now, bar = (run, self.view.viewport().height()), self.view.verticalScrollBar()
        if self._wrong or self._centred == now or (self._centred[0] == run and bar.value() != self._rests):
            return
        lines = [one.line for one in self._markers if one.thread > 1] or self._worked
        if not lines:
            return
        self._centred, self._worked = now, lines
        first, last = self.view.visible_lines()
        if min(lines) < first or max(lines) > last:
            self.view.centre((min(lines) + max(lines)) // 2)
        self._rests = bar.value()

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
        self._drawn = parts
        errors = code_annotations.errors(frame)
        self.view.annotate({**self._notes, **{line: Note(text, bad=True) for line, text in errors.items()}})
        for line in sorted(errors.keys() - self._wrong)[:1]:
            self.view.reveal(line)
        self._wrong = frozenset(errors) | self._wrong

    def _draw_header(self, frame: Frame) -> None:
        cursor = frame.view.cursor
        self.time.setVisible(cursor is not None)
        self.now.setVisible(cursor is not None)
        if cursor is not None:
            self.time.set_text(self.tr("at {time} s").format(time=f"{cursor:.2f}"))
        first, last = self.view.visible_lines()
        away = next((one for one in self._markers if not first <= one.line <= last), None)
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
