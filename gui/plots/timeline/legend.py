"""The legend: a chip for each state of this run; pressing one hides that state."""

from collections.abc import Callable
from itertools import chain, compress, repeat
from operator import is_not

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from engine.frame import Frame, Lane, Spans, State
from engine.words import states
from gui.plots.common.scale import NS
from gui.theme.palette import text_font
from gui.theme.theme import Theme
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


class Occurring:
    """Which states a run has shown so far; looks only at spans that are new."""

    def __init__(self) -> None:
        self._run = -1
        self._seen: dict[int, tuple[Spans, int]] = {}
        self._states: frozenset[State] = frozenset()
        self._young: dict[int, tuple[State, float]] = {}  # lanes whose last span was too short yet, and since when
        self._lanes: tuple[Lane, ...] = ()

    def feed(self, frame: Frame) -> frozenset[State]:
        """The states that occur in the frame's run."""
        if frame.run.number != self._run:
            self._run, self._seen, self._states, self._lanes, self._young = frame.run.number, {}, frozenset(), (), {}
        if frame.recording.lanes is not self._lanes:
            self._look_at_changed(frame)
        if self._young:
            self._states |= {state for state, since in self._young.values() if frame.run.now - since >= _SEEN}
            self._young = {lane: one for lane, one in self._young.items() if one[0] not in self._states}
        return self._states

    def _look_at_changed(self, frame: Frame) -> None:
        others = map(is_not, frame.recording.lanes, chain(self._lanes, repeat(None)))
        changed = compress(frame.recording.lanes, others)  # of thousands perhaps
        self._lanes = frame.recording.lanes
        for lane in changed:
            spans, looked = self._seen.get(lane.id, (None, 0))
            if spans is not lane.spans:
                # The last span may have been rewritten, so one is looked at again.
                self._look(lane.spans, max(0, min(looked, len(lane.spans.starts)) - 2), frame.run.now)
                self._seen[lane.id] = (lane.spans, len(lane.spans.starts))
                self._young.pop(lane.id, None)
                if len(lane.spans) and lane.spans.states[-1] in _PASSING:
                    self._young[lane.id] = (State(lane.spans.states[-1]), float(lane.spans.starts[-1]) / NS)

    def _look(self, spans: Spans, begin: int, now: float) -> None:
        """Adds what a lane has shown from a span on; what is known already costs next to nothing."""
        states = spans.states[begin:]
        different = states if len(states) < _FEW else np.unique(states)
        found = set(different.tolist()) - self._states - _NOTHING
        for number in found:
            state = State(number)
            if state not in _PASSING or _lasts(spans, begin, state, now):
                self._states |= {state}


def _lasts(spans: Spans, begin: int, state: State, now: float) -> bool:
    """Whether a span of this state, from an index on, is long enough to be seen."""
    if len(spans) - begin < _FEW:  # plain numbers are faster than arrays then
        starts, last = spans.starts[begin:].tolist(), round(now * NS)
        after = [*starts[1:], last]
        states = spans.states[begin:].tolist()
        return any(one == state and end - at >= _SEEN * NS for one, at, end in zip(states, starts, after, strict=True))
    ends = np.append(spans.starts[begin + 1 :], round(now * NS))
    long = (ends - spans.starts[begin:]) >= _SEEN * NS
    return bool(np.any(long & (spans.states[begin:] == state)))


class Chip(QAbstractButton):
    """A swatch and a word; checked means shown."""

    def __init__(self, mark: Mark, word: str, short: str) -> None:
        super().__init__()
        self.mark = mark
        self._short = short
        self.setText(word)
        self.setAccessibleName(word)
        self.setCheckable(True)
        self.setChecked(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(word)
        self._theme: Theme | None = None
        self.worded = True
        self.tight = False
        self.brief = False

    def apply_theme(self, theme: Theme) -> None:
        """Takes on a theme."""
        self._theme = theme
        size = 11 if theme.compact else theme.measures.small
        self.setFont(text_font(theme, size))
        self.setFixedHeight(theme.pixels.chip)
        self.update()

    @property
    def said(self) -> str:
        """What stands beside the swatch: all of it, fewer words, nothing."""
        return (self._short if self.brief else self.text()) if self.worded else ""

    def _pad(self, theme: Theme) -> int:
        """Pixels before the swatch and behind the words."""
        wide, narrow = (6, 4) if theme.compact else (9, 6)
        return theme.px(narrow if self.tight else wide)

    def _swatch(self) -> QSize:
        theme = self._theme
        assert theme is not None
        return QSize(theme.px(22), theme.px(16)) if theme.compact else QSize(theme.px(32), theme.px(18))

    def sizeHint(self) -> QSize:
        """Swatch, word, and the air around them, tighter where the row is short of room."""
        theme = self._theme
        if theme is None:
            return QSize(40, 24)
        pad = self._pad(theme)
        width = self._swatch().width() + 2 * pad
        if self.worded:
            width += theme.px(6 if self.tight else 8) + round(
                QFontMetricsF(self.font()).horizontalAdvance(self.said) + 1
            )
        return QSize(width, theme.pixels.chip)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draws the chip; a hidden state's is faint and struck through."""
        theme = self._theme
        if theme is None:
            return
        colours, shown = theme.colours, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.hasFocus() or self.underMouse() or not theme.compact:
            painter.setPen(QPen(QColor(colours.accent if self.hasFocus() else colours.line), 1))
            painter.setBrush(QColor(colours.raised) if self.underMouse() else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, 6, 6)
        painter.setOpacity(1.0 if shown else 0.35)
        swatch = self._swatch()
        left = self._pad(theme)
        box = QRectF(left, (self.height() - swatch.height()) // 2, swatch.width(), swatch.height())
        draw_sign(painter, theme, self.mark, box, self.devicePixelRatioF())
        painter.setOpacity(1.0)
        if self.worded:
            font = self.font()
            font.setStrikeOut(not shown)
            painter.setFont(font)
            painter.setPen(QColor(colours.text if shown else colours.faint))
            text = frame.adjusted(box.right() + theme.px(6 if self.tight else 8), 0, 0, 0)
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self.said)
        painter.end()


class Legend(QWidget):
    """The chips, in two rows where one is too short. `pressed(mark, hidden)` is called for each press."""

    def __init__(self, pressed: Callable[[Mark, bool], None]) -> None:
        super().__init__()
        self.setAccessibleName(QCoreApplication.translate("timeline", "Legend"))
        self._pressed = pressed
        self._theme: Theme | None = None
        self.chips: dict[Mark, Chip] = {}
        self._rows = 1

    @property
    def asks(self) -> int:
        """The height that it has at this width, in pixels."""
        assert self._theme is not None
        return self._theme.pixels.legend + (self._rows - 1) * self._theme.pixels.chip

    def apply_theme(self, theme: Theme) -> None:
        """Takes on a theme."""
        self._theme = theme
        for chip in self.chips.values():
            chip.apply_theme(theme)
        self._place()

    def show_marks(self, states: frozenset[State], extra: tuple[str, ...], hidden: frozenset[State]) -> None:
        """Shows chips for these states and marks; those of hidden states are unchecked."""
        theme = self._theme
        if theme is None:
            return
        wanted: list[Mark] = [state for state in _ORDER if state in states]
        wanted += [mark for mark in (CPU, LOST, LETS_IN) if mark in extra]
        if set(wanted) != set(self.chips):
            self._remake(wanted, theme)
        for mark, chip in self.chips.items():
            if isinstance(mark, State) and chip.isChecked() is (mark in hidden):
                chip.setChecked(mark not in hidden)

    def _remake(self, wanted: list[Mark], theme: Theme) -> None:
        words = {
            LOST: QCoreApplication.translate("timeline", "update lost"),
            LETS_IN: QCoreApplication.translate("timeline", "lets in"),
            CPU: QCoreApplication.translate("timeline", "processor time"),
        }
        for mark in [mark for mark in self.chips if mark not in wanted]:
            chip = self.chips.pop(mark)
            chip.hide()
            chip.deleteLater()
        kept, self.chips = self.chips, {}
        for mark in wanted:
            old = kept.get(mark)
            if old is not None:
                self.chips[mark] = old
                continue
            word = states.state(mark) if isinstance(mark, State) else words[mark]
            chip = Chip(mark, word, states.state_in_short(mark) if isinstance(mark, State) else word)
            chip.setParent(self)
            chip.apply_theme(theme)
            chip.clicked.connect(lambda checked, mark=mark: self._pressed(mark, not checked))
            chip.show()
            self.chips[mark] = chip
        row = list(self.chips.values())
        for before, after in zip(row, row[1:], strict=False):
            QWidget.setTabOrder(before, after)
        self._place()

    def _place(self) -> None:
        """Puts chips in a row: tighter, then with fewer words, then in two rows, then without words from the right."""
        theme = self._theme
        if theme is None:
            return
        chips, left = list(self.chips.values()), theme.px(6 if theme.compact else 8)
        room = self.width() - 2 * left
        rows = [chips]
        for tight, brief, most in ((False, False, 1), (True, False, 1), (True, True, 1), (True, False, 2)):
            rows = _rows(chips, tight, brief, room, theme.px(_APART))
            if len(rows) <= most:
                break
        last = len(chips)
        while len(rows) > _MOST_ROWS and last:
            last -= 1
            chips[last].worded = False
            rows = _broken(chips, room, theme.px(_APART))
        self._rows = max(1, len(rows))
        if self.height() != self.asks:
            self.setFixedHeight(self.asks)
        high = theme.pixels.chip
        y = (self.asks - self._rows * high) // 2
        for row in rows:
            x = left
            for chip in row:
                size = chip.sizeHint()
                chip.setGeometry(x, y, size.width(), size.height())
                chip.update()
                x += size.width() + theme.px(_APART)
            y += high

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Places the chips anew."""
        super().resizeEvent(event)
        self._place()


def _rows(chips: list[Chip], tight: bool, brief: bool, room: int, gap: int) -> list[list[Chip]]:
    """The chips with all their words, in rows."""
    for chip in chips:
        chip.worded, chip.tight, chip.brief = True, tight, brief
    return _broken(chips, room, gap)


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
