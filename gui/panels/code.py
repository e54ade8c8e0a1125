"""The program as it runs: where each thread is, which lines are switched off, what the knobs are."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from operator import is_
from pathlib import PurePath

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPainter

from engine.frame import Frame, Phase, Trouble
from engine.protocol.shown_name import shortened
from engine.words import states as words
from engine.words.catalogue import in_file
from gui.actions import key
from gui.panel import Commands, Course, PanelInfo, Place
from gui.theme.theme import Theme
from gui.view_state import code_annotations, code_follow
from gui.view_state.code_annotations import Marker, Note
from gui.view_state.line_map import LineMap
from gui.view_state.shown_file import FileFrames, FollowedFile, tabs
from gui.widgets.check_link import CheckLink
from gui.widgets.chips import chip_width, draw_chip, side_of
from gui.widgets.code_view import CodeView
from gui.widgets.controls import KeyButton, Link, Text
from gui.widgets.files_card import FilesCard
from gui.widgets.next_error import NextError
from gui.widgets.painted import Painted
from gui.widgets.pointing import Pointing
from gui.widgets.reworded import reword
from gui.widgets.suspecting import NO_LIMIT, Suspecting

SENT_EVERY = 150  # milliseconds: what is typed is handed over so often at most
LETTERS, FEW, LARGE = 20, 6, 1.5  # of a thread in the header; times the usual text: where there are few
TYPING = 3.0  # seconds after a key in which nothing scrolls away from the caret: about a thought long (a guess)
LIVE = (Phase.STARTING, Phase.RUNNING, Phase.PAUSED)


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


class Code(FilesCard):
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
        self._wrong: frozenset[int] = frozenset()  # lines of the run on which something went wrong
        self._followed = code_follow.Followed()
        self._target = 0  # the line that was gone along with last
        self._recent: deque[int] = deque(maxlen=code_follow.RECENT)  # and those before it
        self._before = 1 << 20  # where the view stood before it scrolled; a line that no program has: nowhere
        self._said: Marker | None = None  # to a screen reader
        self._goes_along = True  # until the presenter scrolls; the next run begins it again
        self._chosen = 0  # whose thread's line he wants to see, 0 for whoever moves
        self._rests = 0.0  # until when nothing scrolls by itself, on the clock of `monotonic`
        self._later = QTimer(self, singleShot=True)
        self._whole = self._frame = Frame()  # as it came, and as the file that is shown has it
        self._later.timeout.connect(lambda: self._follow(self._frame))
        self._stood: tuple[tuple[int, ...], int] = ((), 0)  # lines of a standstill or a finding, and the wish for them
        self._away, self._away_file = 0, ""
        self._shown_away: Marker | None = None
        self._map = LineMap()
        self._texts: tuple[object, ...] = ()  # of which the map is
        self._checked: tuple[object, ...] = ()  # what the header says of the text
        self._room: tuple[object, ...] = ()  # in the header
        self._elsewhere: tuple[Marker, ...] = ()  # threads that are in other files of the program
        self._files, self._file = FileFrames(), ""  # which one is shown
        self._followed_file = FollowedFile()
        self._commands = commands
        self._program: tuple[object, ...] = ()  # which one, and whether it is edited
        self.on_edited: Callable[[str, str], None] = commands.edit
        self._typing = QTimer(self, singleShot=True, interval=SENT_EVERY)
        self._typing.timeout.connect(self.flush)
        self.views.scrolled.connect(self._stop_following)
        self.views.edited.connect(self._edited)
        self.next_error = NextError(commands.show_file)
        self.views.problem_asked.connect(self.next_error.go)
        self.tabs.chosen.connect(commands.show_file)
        self.pointing = Pointing(self.view, commands)
        self._fill_header(commands)

    def _fill_header(self, commands: Commands) -> None:
        self.chip, self.where, self.time = ChipMark(), Link(size="small"), Text(tone="accent", weight=600)
        self.errors, self.changed = CheckLink(), Text(size="small", tone="muted")
        self.errors.clicked.connect(partial(self.perform, "edit-problem"))
        self.changed.setText(self.tr("edited since this run"))
        self.whose = KeyButton("", quiet=True)
        self.along = KeyButton(self.tr("Follow"), quiet=True, name=self.tr("Follow the threads again"))
        self.now = KeyButton(self.tr("Now"), key="C", quiet=True, name=self.tr("Cursor to the last moment"))
        self.where.setAccessibleName(self.tr("Line of a thread that is off screen"))
        self.where.clicked.connect(self._go_away)
        self.now.clicked.connect(lambda: commands.cursor(None))
        self.whose.clicked.connect(lambda: commands.choose(0))
        self.along.clicked.connect(self._go_along)
        self._lesson = False  # it tells its own story of where it breaks
        self.suspecting = Suspecting(self.view, key("suspect"), lambda: commands.perform("suspect"))
        for widget in (
            self.errors, self.changed, self.chip, self.where, self.whose, self.along, self.time, self.now,
        ):  # fmt: skip
            self.tools.addWidget(widget)
            widget.hide()
        self.tools.addWidget(self.suspecting.said)
        self.tools.addWidget(self.suspecting.button)

    def _go_away(self) -> None:
        """To the thread that is not seen."""
        if self._away_file != self._file:
            self._commands.line(self._away, self._away_file)
        else:
            self.view.reveal(self._away)

    def perform(self, action: str) -> None:
        """Does what an action of the editor does; of "program" the keyboard goes to the text, and no more."""
        if action == "suspicion":
            self.suspecting.next()
        elif action == "program" or (self.view.keyboard.perform(action) and not _in_bar(self.view)):
            self.view.setFocus()

    def _edited(self) -> None:
        if not self._typing.isActive():
            self._typing.start()
        if self._frame.program.ran:
            self.draw(self._whole)  # marks go along with the lines at once

    def flush(self) -> None:
        """Hands over at once what was typed."""
        self._typing.stop()
        text = self.view.text()
        if not self.view.isReadOnly() and text not in (self.view.sent, self._frame.program.text):
            self.view.sent = text
            self.on_edited(text, self._file)

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.pointing.apply_theme(theme)

    def opened(self, course: Course) -> None:
        self._lesson = bool(course.lesson)

    def draw(self, frame: Frame) -> None:
        own, whole, before = frame.program.path, frame, self._whole
        if frame.view.file:
            frame = self._files.of(frame)
        program = (frame.program.scenario, own, frame.program.editable)
        if frame.program.was and self._program[:1] == (frame.program.was,):
            self._program = program  # saved by another name: what can be undone stays, and the caret where it is
        self._turn_to(frame.view.file, program)
        self._whole = whole
        knobs = tuple(one.name for one in frame.program.knobs)
        other = frame.program.text != self._text or knobs != self._knobs or frame.run.number != self._run
        if other or program != self._program:
            self._load(frame, knobs, program)
        if frame.program.editable == self.view.isReadOnly():
            self.view.set_editable(frame.program.editable)
        self.view.keyboard.live = frame.run.phase in LIVE
        texts = (self._map, frame.program.ran, self.view.document().revision())
        typed = texts != self._texts and self._map.follow(frame.program.ran, self.view.text())
        if typed:
            self._drawn = ()
        found = self._whereabouts.feed(frame.recording.lanes, frame.view.cursor, frame.recording.files)
        self._elsewhere = tuple([one for one in found if one.file != self._file])
        here = tuple([one for one in found if one.file == self._file])
        self._markers = code_annotations.moved(self._map, here) if self._map.edited else here
        if whole.program.modules or self.tabs.shown:
            self.offer(tabs(whole, PurePath(own).name, found), self._file)
        pointed = code_annotations.pointed(frame)
        self.view.mark(self._markers, self._on_screen(pointed), frame.view.asked, typed=typed)
        shown, was = whole.view, before.view
        news = (shown.file, shown.suspects) != (was.file, was.suspects) or whole.program is not before.program
        news = news or texts != self._texts
        self._frame, self._texts = frame, texts
        if not self._file and news:
            self.pointing.show_frame(frame)
        self._annotate(frame)
        if news:
            self.next_error.see(whole.program, whole.view.file, self._file, self.view)
        self._see_standing(frame)
        self._follow(frame)
        if self._file:
            self.suspecting.set_aside()
        elif news or self.suspecting.on or whole.run.phase is not before.run.phase:
            self.suspecting.draw(frame, lesson=self._lesson, taken=self._noted)
        self._draw_header(frame)
        if frame.run.trouble is not self._trouble:
            self._trouble = frame.run.trouble
            if frame.run.trouble is not None and frame.run.trouble.line and frame.run.trouble.file == self._file:
                self.view.reveal(self._map.on_screen(frame.run.trouble.line) or 1)

    def _turn_to(self, file: str, program: tuple[object, ...]) -> None:
        """Shows another file, or another program."""
        if program == self._program and file == self._file:
            return
        if file != self._file and program == self._program:
            self.flush()
        self._typing.stop()
        if program != self._program:
            self.views.begin()
        self.view, self._file, self._text, self._map = self.views.turn_to(file), file, None, LineMap()
        self._shown_away = None

    def _load(self, frame: Frame, knobs: tuple[str, ...], program: tuple[object, ...]) -> None:
        self._program = program
        if frame.program.text not in (self._text, self.view.sent) or not self.view.loaded:
            self._typing.stop()
            self.view.load(frame.program.text, knobs)
        self.view.highlighter.name_knobs(frozenset(knobs))
        if frame.run.number not in (0, self._run):
            self.view.lends_keyboard = True
        self._text, self._knobs, self._run, self._drawn = frame.program.text, knobs, frame.run.number, ()
        self._wrong, self._followed = frozenset(), code_follow.Followed()
        self._target, self._goes_along, self._rests, self._before = 0, True, 0.0, 1 << 20
        self._recent.clear()

    def _follow(self, frame: Frame) -> None:
        """Keeps the line of whoever moved last, or of the thread that was chosen, in the middle of what is seen."""
        if frame.view.thread != self._chosen:
            self._chosen, self._goes_along = frame.view.thread, True
        now, live = time.monotonic(), frame.view.cursor is None and frame.run.phase is Phase.RUNNING
        found = self._whereabouts.found
        if self._elsewhere:
            file = self._followed_file.feed(self._chosen, found, self._file, now)
            if file is not None and not _in_use(self.view):
                self._commands.show_file(file)
            found = [marker for marker in found if marker is not None and marker.file == self._file]
        one = self._followed.feed(found, self._chosen, now, live=live)
        if one is not None and (shown := self._on_screen(one.line)) != one.line:
            one = replace(one, line=shown) if shown else None
        if one is not None:
            if one.line != self._target:
                self._recent.append(one.line)
            self._target = one.line
            self._say(frame, one)
        if one is None and self._wrong and frame.run.phase is Phase.ENDED:
            self._target = self._map.on_screen(min(self._wrong))  # nobody moves any more: what is left to see
        held = bool(self._stood[0]) or code_annotations.pointed(frame) > 0  # what explains goes before who moves
        if not self._target or not self._goes_along or held or _in_use(self.view):
            return
        bar, (first, last) = self.view.verticalScrollBar(), self.view.visible_lines()
        others = {*(marker.line for marker in self._markers), *map(self._map.on_screen, self._wrong), *self._recent}
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
            heard = said.format(name=name, state=words.state(one.state), number=one.line)
            self.view.setAccessibleDescription(". ".join(filter(None, [heard, self.view.help])))

    def _stop_following(self) -> None:
        self._goes_along = False
        self._draw_header(self._frame)

    def _go_along(self) -> None:
        self._goes_along, self._rests = True, 0.0
        self._follow(self._frame)
        self._draw_header(self._frame)

    def _see_standing(self, frame: Frame) -> None:
        """Once for each standstill and each finding, so that whoever scrolls away afterwards is left alone."""
        involved = map(self._map.on_screen, code_annotations.involved(frame))
        lines = code_annotations.stands(frame, (*self._markers, *self._elsewhere)) or tuple(filter(None, involved))
        asked = frame.view.asked if frame.view.cursor is not None else 0
        if lines and (lines, asked) != self._stood and not _in_use(self.view):
            self.view.reveal_all(lines)
            if frame.view.line:
                self.view.reveal(self._map.on_screen(frame.view.line) or 1)
        self._stood = (lines, asked)

    def _annotate(self, frame: Frame) -> None:
        program = frame.program
        said = (program.switches, frame.recording.flips, program.knobs, program.text, program.check, program.editable)
        parts = (*said, frame.recording.lanes, frame.run.trouble, frame.view.cursor)
        if len(parts) == len(self._drawn) and all(map(is_, parts, self._drawn)):
            return
        if not self._drawn or not all(map(is_, said, self._drawn)):
            self.view.problems.put(program.check.problems if program.editable else ())
            self.view.highlighter.strike(code_annotations.off_lines(frame.program.text, frame.program.switches))
            notes = code_annotations.switch_notes(frame.program.text, frame.program.switches, frame.recording.flips)
            self._notes = {**code_annotations.knob_notes(program.knobs, program.editable), **notes}
            if not program.editable:
                reword(self.view.document(), code_annotations.knob_lines(program.text, program.knobs))
        self._drawn = parts
        of_run = code_annotations.errors(frame).items()
        marked = {one.line for one in program.check.problems} if program.editable else set()  # they say it themselves
        errors = {shown: text for line, text in of_run if (shown := self._map.on_screen(line)) and shown not in marked}
        self._noted = frozenset({*self._notes, *errors})
        self.view.annotate({**self._notes, **{line: Note(text, bad=True) for line, text in errors.items()}})
        wrong = frozenset(line for line, _ in of_run)
        for line in sorted(wrong - self._wrong)[:1]:
            self.view.reveal(self._map.on_screen(line) or 1)
            self._rests = time.monotonic() + code_follow.HOLD
        self._wrong |= wrong

    def _on_screen(self, line: int) -> int:
        """Where a line of the run stands now."""
        return self._map.on_screen(line) if self._map.edited else line

    def _draw_header(self, frame: Frame) -> None:
        check = (frame.program.check, frame.program.editable, self._map.edited)
        if check != self._checked:
            self._checked = check
            self.errors.tell(frame.program.check, editable=frame.program.editable)
            self.changed.setVisible(self._map.edited)
        name, cursor, own = PurePath(frame.program.path).name, frame.view.cursor, str(self._program[1])
        self.subtitle.set_text(self.tr("{name}, not saved").format(name=name) if frame.program.edited else name)
        self.time.setVisible(cursor is not None)
        self.now.setVisible(cursor is not None)
        if cursor is not None:
            self.time.set_text(self.tr("at {time} s").format(time=f"{cursor:.2f}"))
        self.along.setVisible(not self._goes_along and bool(frame.run.number))
        chosen = frame.view.thread
        whose = next((lane.name for lane in frame.recording.lanes if lane.id == chosen), "") if chosen else ""
        self.whose.setVisible(bool(whose))
        short = f"{shortened(whose, LETTERS if self.theme.scale < LARGE else FEW)} ×"
        follows = self.tr("Follows {name}; press to follow whoever moves").format(name=whose)
        if whose and (self.whose.word, self.whose.accessibleName()) != (short, follows):
            self.whose.rename(short, "")
            self.whose.setAccessibleName(follows)
            self.whose.setToolTip(follows)
        first, last = self.view.visible_lines()
        out = [one for one in self._markers if not first <= one.line <= last]
        said = any(not one.isHidden() for one in (self.errors, self.changed, self.along, self.time))
        if frame.program.modules and not said:  # else there is no room; the tabs tell it, too
            out += [one for one in self._elsewhere if not chosen or one.thread == chosen]
        away = next((one for one in out if one.thread == chosen), out[0] if out else None)
        self.chip.setVisible(away is not None)
        self.where.setVisible(away is not None)
        if away is not None and away is not self._shown_away:
            self._away, self._away_file = away.line, away.file
            self.chip.put(away)
            other = "" if away.file == self._file else PurePath(away.file or own).name
            self.where.set_text(self.tr("line {number}").format(number=in_file(away.line, other)))
        self._shown_away = away
        room = self.width() - self.tabs.x() - self.tabs.bar.width() - 2 * self.theme.pixels.padding
        asked = (self.tools.sizeHint().width(), room if self.tabs.bar.isVisible() else NO_LIMIT)
        if (*asked, self.theme) != self._room:
            self._room = (*asked, self.theme)
            self.suspecting.button.give_way(*asked)
        seen = (self.errors, self.changed, self.chip, self.where, self.whose, self.along, self.time, self.now)
        if not self.suspecting.give_way(self, seen):
            self.chip.hide()
            self.where.hide()


def _in_bar(view: CodeView) -> bool:
    """Whether the keyboard is in the bar for finding, also since just now."""
    focus = view.window().focusWidget()
    return focus is not None and view.isAncestorOf(focus)


def _in_use(view: CodeView) -> bool:
    """Somebody scrolls with the mouse, types, or has marked text: then nothing moves by itself."""
    typing = view.hasFocus() and not view.isReadOnly() and time.monotonic() - view.used_at < TYPING
    return view.verticalScrollBar().isSliderDown() or view.textCursor().hasSelection() or typing


PANEL = PanelInfo("code", "Program", Place.CENTRE, 10, make=Code, stretch=1)
