"""The legend: a chip for each state of this run; pressing one hides that state."""

from collections.abc import Callable
from itertools import chain, compress, pairwise, repeat
from operator import is_not

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from engine.frame import Frame, Lane, Spans, State
from engine.words import states
from gui.plots.common.labels import write
from gui.plots.common.scale import NS
from gui.theme import theme as themes
from gui.theme.palette import text_font
from gui.theme.theme import Theme
from gui.widgets.focus import Roving
from gui.widgets.legend_symbols import CPU, LETS_IN, LOST, Mark, draw_sign

_ORDER = (
    State.RUNNING, State.HOLDING, State.HOLDING_ASLEEP, State.WAIT_LOCK, State.WAIT_SEMAPHORE, State.WAIT_EVENT,
    State.WAIT_CONDITION, State.WAIT_QUEUE, State.WAIT_BARRIER, State.WAIT_RESULT, State.WAIT_NETWORK, State.SLEEPING,
    State.WAIT_AWAIT, State.FILE, State.WAIT_JOIN, State.WAIT_LOOP, State.WAIT_TASK, State.CREATED, State.ENDED,
    State.UNJOINED, State.CUT, State.DIED,
)  # fmt: skip
_PASSING = (State.CREATED, State.UNJOINED)  # every thread is so for some microseconds, which nobody sees
_NOTHING = frozenset({State.ABSENT})
_FEW = 32  # spans
_SEEN = 0.01  # seconds from which on it is worth a chip
_APART = 4  # pixels between two chips
_MOST_ROWS = 2
# How chips are placed while they do not fit into so many rows: tight, with fewer words.
_TRIES = ((1, False, False), (1, True, False), (1, True, True), (_MOST_ROWS, True, False))


class Occurring:
    """Which states a run has shown so far; looks only at spans that are new."""

    def __init__(self) -> None:
        self._run = -1
        self._seen: dict[int, Spans] = {}
        self._states: frozenset[State] = frozenset()
        self._young: dict[int, tuple[State, float]] = {}  # lanes whose last span was too short yet, and since when
        self._lanes: tuple[Lane, ...] = ()

    def feed(self, frame: Frame) -> frozenset[State]:
        """The states that occur in the frame's run."""
        if frame.run.number != self._run:
            self._run, self._seen, self._states, self._lanes, self._young = frame.run.number, {}, frozenset(), (), {}
        if frame.recording.lanes is not self._lanes:
            others = map(is_not, frame.recording.lanes, chain(self._lanes, repeat(None)))
            changed = compress(frame.recording.lanes, others)  # of thousands perhaps
            self._lanes = frame.recording.lanes
            for lane in changed:
                self._look(lane)
        if self._young:
            self._states |= {state for state, since in self._young.values() if frame.run.now - since >= _SEEN}
            self._young = {lane: one for lane, one in self._young.items() if one[0] not in self._states}
        return self._states

    def _look(self, lane: Lane) -> None:
        """Adds what a lane has shown since it was looked at; what is known already costs next to nothing."""
        spans, before = lane.spans, self._seen.get(lane.id, ())
        if spans is before:
            return
        begin = max(0, min(len(before), len(spans)) - 2)  # the last span may have been rewritten
        states = spans.states[begin:]
        different = states if len(states) < _FEW else np.unique(states)
        for number in set(different.tolist()) - self._states - _NOTHING:
            if number not in _PASSING or _lasted(spans, begin, number):
                self._states |= {State(number)}
        self._seen[lane.id] = spans
        self._young.pop(lane.id, None)
        if len(spans) and spans.states[-1] in _PASSING:
            self._young[lane.id] = (State(spans.states[-1]), float(spans.starts[-1]) / NS)


def _lasted(spans: Spans, begin: int, state: int) -> bool:
    """Whether a span of this state that is over, from an index on, was long enough to be seen."""
    found = np.flatnonzero(spans.states[begin:-1] == state) + begin
    return bool(np.any(spans.starts[found + 1] - spans.starts[found] >= _SEEN * NS))


class Chip(QAbstractButton):
    """A swatch and a word; checked means shown."""

    def __init__(self, mark: Mark, word: str, short: str) -> None:
        super().__init__()
        self.mark, self.short = mark, short
        self.said = word  # beside the swatch: all of it, fewer words, nothing
        self.tight = False
        self.setText(word)
        self.setAccessibleName(word)
        self.setCheckable(True)
        self.setChecked(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(word)
        self._theme = themes.make("dark", compact=False)

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setFont(text_font(theme, 11 if theme.compact else theme.measures.small))
        self.setFixedHeight(theme.pixels.chip)
        self.update()

    def _across(self) -> tuple[int, int, int]:
        """Pixels from left to right: the air at both ends, the swatch, the air before the words; tight or not."""
        px, compact = self._theme.px, self._theme.compact
        wide, narrow = (6, 4) if compact else (9, 6)
        return px(narrow if self.tight else wide), px(22 if compact else 32), px(6 if self.tight else 8)

    def sizeHint(self) -> QSize:
        """Swatch, word, and the air around them, tighter where the row is short of room."""
        pad, swatch, gap = self._across()
        words = gap + round(QFontMetricsF(self.font()).horizontalAdvance(self.said) + 1) if self.said else 0
        return QSize(swatch + 2 * pad + words, self._theme.pixels.chip)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draws the chip; a hidden state's is faint and struck through."""
        theme, colours, shown = self._theme, self._theme.colours, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.hasFocus() or self.underMouse() or not theme.compact:
            painter.setPen(QPen(QColor(colours.accent if self.hasFocus() else colours.line), 1))
            painter.setBrush(QColor(colours.raised) if self.underMouse() else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, 6, 6)
        painter.setOpacity(1.0 if shown else 0.35)
        (left, wide, gap), high = self._across(), theme.px(16 if theme.compact else 18)
        box = QRectF(left, (self.height() - high) // 2, wide, high)
        draw_sign(painter, theme, self.mark, box, self.devicePixelRatioF())
        painter.setOpacity(1.0)
        font = self.font()
        font.setStrikeOut(not shown)
        text = frame.adjusted(box.right() + gap, 0, 0, 0)
        write(painter, font, colours.text if shown else colours.faint, text, self.said)
        painter.end()


class Legend(QWidget):
    """The chips, in two rows where one is too short. `pressed(mark, hidden)` is called for each press."""

    def __init__(self, pressed: Callable[[Mark, bool], None]) -> None:
        super().__init__()
        self.setAccessibleName(QCoreApplication.translate("timeline", "Legend"))
        Roving(self)
        self._pressed = pressed
        self._theme = themes.make("dark", compact=False)
        self.chips: dict[Mark, Chip] = {}
        self._rows = 1

    @property
    def asks(self) -> int:
        """The height that it has at this width, in pixels."""
        return self._theme.pixels.legend + (self._rows - 1) * self._theme.pixels.chip

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        for chip in self.chips.values():
            chip.apply_theme(theme)
        self._place()

    def show_marks(self, marks: frozenset[Mark], hidden: frozenset[State]) -> None:
        """Shows chips for these; those of hidden states are unchecked."""
        wanted = [mark for mark in (*_ORDER, CPU, LOST, LETS_IN) if mark in marks]
        if set(wanted) != set(self.chips):
            self._remake(wanted)
        for mark, chip in self.chips.items():
            if isinstance(mark, State) and chip.isChecked() is (mark in hidden):
                chip.setChecked(mark not in hidden)

    def _remake(self, wanted: list[Mark]) -> None:
        for mark in self.chips.keys() - wanted:
            chip = self.chips.pop(mark)
            chip.hide()
            chip.deleteLater()
        self.chips = {mark: self.chips.get(mark) or self._made(mark) for mark in wanted}
        for before, after in pairwise(self.chips.values()):
            QWidget.setTabOrder(before, after)
        self._place()

    def _made(self, mark: Mark) -> Chip:
        if isinstance(mark, State):
            chip = Chip(mark, states.state(mark), states.state_in_short(mark))
        else:
            words = {LOST: "update lost", LETS_IN: "lets in", CPU: "processor time"}
            word = QCoreApplication.translate("timeline", words[mark])
            chip = Chip(mark, word, word)
        chip.setParent(self)
        chip.apply_theme(self._theme)
        chip.clicked.connect(lambda checked: self._pressed(mark, not checked))
        chip.show()
        return chip

    def _place(self) -> None:
        """Puts chips in a row: tighter, then with fewer words, then in two rows, then without words from the right."""
        chips, high, gap = list(self.chips.values()), self._theme.pixels.chip, self._theme.px(_APART)
        left = self._theme.px(6 if self._theme.compact else 8)
        room = self.width() - 2 * left
        rows = [chips]
        for most, tight, brief in _TRIES:
            for chip in chips:
                chip.tight, chip.said = tight, chip.short if brief else chip.text()
            rows = _broken(chips, room, gap)
            if len(rows) <= most:
                break
        for chip in reversed(chips):
            if len(rows) <= _MOST_ROWS:
                break
            chip.said = ""
            rows = _broken(chips, room, gap)
        self._rows = max(1, len(rows))
        if self.height() != self.asks:
            self.setFixedHeight(self.asks)
        y = (self.asks - self._rows * high) // 2
        for row in rows:
            x = left
            for chip in row:
                size = chip.sizeHint()
                chip.setGeometry(x, y, size.width(), size.height())
                chip.update()
                x += size.width() + gap
            y += high

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()


def _broken(chips: list[Chip], room: int, gap: int) -> list[list[Chip]]:
    """Rows of chips as they are, each as full as `room` pixels allow."""
    rows: list[list[Chip]] = []
    x = 0
    for chip in chips:
        width = chip.sizeHint().width()
        if not rows or x + width > room:
            rows.append([])
            x = 0
        rows[-1].append(chip)
        x += width + gap
    return rows
