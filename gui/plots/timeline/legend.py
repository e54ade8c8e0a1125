"""The legend: a chip for each state that the scenario has shown; pressing one hides that state.

Its height depends on its width alone, its words on nothing, and no chip moves while a scenario is open: new ones
come behind the others, those that find no room stand in a menu.
"""

from collections.abc import Callable
from functools import partial
from itertools import chain, compress, pairwise, repeat
from operator import is_not

import numpy as np
from PySide6.QtCore import QCoreApplication, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QIcon, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from engine.frame import Frame, Lane, Spans, State
from engine.words import states
from gui.plots.common.labels import write
from gui.plots.common.scale import NS
from gui.theme import theme as themes
from gui.theme.palette import text_font
from gui.theme.theme import Theme
from gui.widgets.drawing import painted
from gui.widgets.focus import Roving
from gui.widgets.later import Later
from gui.widgets.legend_symbols import CPU, LETS_IN, LOST, Mark, draw_sign

_ORDER = (
    State.RUNNING, State.HOLDING, State.HOLDING_ASLEEP, State.WAIT_LOCK, State.WAIT_SEMAPHORE, State.WAIT_EVENT,
    State.WAIT_CONDITION, State.WAIT_QUEUE, State.WAIT_BARRIER, State.WAIT_RESULT, State.WAIT_NETWORK,
    State.WAIT_INPUT, State.WAIT_UNWATCHED, State.SLEEPING, State.WAIT_AWAIT, State.FILE, State.WAIT_JOIN,
    State.WAIT_LOOP, State.WAIT_TASK, State.CREATED, State.ENDED, State.UNJOINED, State.CUT, State.DIED,
)  # fmt: skip
_ALL: tuple[Mark, ...] = (*_ORDER, CPU, LOST, LETS_IN)
_PASSING = (State.CREATED, State.UNJOINED)  # every thread is so for some microseconds, which nobody sees
_NOTHING = frozenset({State.ABSENT})
_FEW = 32  # spans
_SEEN = 0.01  # seconds from which on it is worth a chip
_APART = 4  # pixels between two chips
_LARGE = 1.5  # times as large: text from which on the legend has two rows
_SLENDER = 640  # pixels, at text scale 1, below which it has two rows
_MORE = "88 more"  # the widest that the chip of the menu says


def rows_of(theme: Theme, width: int) -> int:
    """How many rows of chips a legend of this width has."""
    return 2 if theme.scale >= _LARGE or width < theme.px(_SLENDER) else 1


def height_of(theme: Theme, width: int) -> int:
    """Pixels of a legend of this width."""
    return theme.pixels.legend + (rows_of(theme, width) - 1) * theme.pixels.chip


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
    """A swatch and a word; checked means shown. Without a mark it is a word that opens the menu of the others."""

    def __init__(self, mark: Mark | None, word: str) -> None:
        super().__init__()
        self.mark = mark
        self.setText(word)
        self.setAccessibleName(word)
        self.setCheckable(mark is not None)
        self.setChecked(mark is not None)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(word)
        self._theme = themes.make("dark", compact=False)

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setFont(text_font(theme, 11 if theme.compact else theme.measures.small))
        self.setFixedHeight(theme.pixels.chip)
        self.update()

    def _swatch(self) -> QRectF:
        """Where the sign stands."""
        px, compact = self._theme.px, self._theme.compact
        wide, high = px(22 if compact else 32), px(16 if compact else 18)
        return QRectF(px(4 if compact else 6), (self._theme.pixels.chip - high) // 2, wide, high)

    def width_of(self, text: str) -> int:
        """Pixels of a chip that says this."""
        left = self._swatch().right() + self._theme.px(6) if self.mark is not None else self._swatch().left()
        return round(left + QFontMetricsF(self.font()).horizontalAdvance(text) + self._swatch().left() + 1)

    def sizeHint(self) -> QSize:
        """Swatch, word, and the air around them."""
        return QSize(self.width_of(self.text()), self._theme.pixels.chip)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draws the chip; a hidden state's is faint and struck through."""
        theme, colours, shown = self._theme, self._theme.colours, self.isChecked() or self.mark is None
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self.hasFocus() or self.underMouse() or not theme.compact:
            painter.setPen(QPen(QColor(colours.accent if self.hasFocus() else colours.line), 1))
            painter.setBrush(QColor(colours.raised) if self.underMouse() else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, 6, 6)
        left = self._swatch().left()
        if self.mark is not None:
            painter.setOpacity(1.0 if shown else 0.35)
            draw_sign(painter, theme, self.mark, self._swatch(), self.devicePixelRatioF())
            painter.setOpacity(1.0)
            left = self._swatch().right() + theme.px(6)
        font = self.font()
        font.setStrikeOut(not shown)
        write(painter, font, colours.text if shown else colours.faint, frame.adjusted(left, 0, 0, 0), self.text())
        painter.end()


class Legend(QWidget):
    """The chips, and a menu of those that find no room. `pressed(mark, hidden)` is called for each press."""

    def __init__(self, pressed: Callable[[Mark, bool], None]) -> None:
        super().__init__()
        self.setAccessibleName(QCoreApplication.translate("timeline", "Legend"))
        Roving(self)
        self._pressed = pressed
        self._theme = themes.make("dark", compact=False)
        self.chips: dict[Mark, Chip] = {}
        self._known: dict[str, frozenset[Mark]] = {}  # scenario -> what it has shown since the window is open
        self._of: str | None = None  # the scenario that it is the legend of
        self.more = Chip(None, "")
        self.more.setParent(self)
        self.more.clicked.connect(self._list)
        self.menu: QMenu | None = None
        self._later = Later(self, self._place)

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        for chip in (*self.chips.values(), self.more):
            chip.apply_theme(theme)
        self._place()

    def show_marks(self, of: str, marks: frozenset[Mark], hidden: frozenset[State]) -> None:
        """Shows chips for what the scenario has shown before and for these, which come behind the others.

        A chip keeps its place as long as the scenario is open: the next run moves none. Chips of hidden states are
        unchecked.
        """
        begins, known = of != self._of, self._known.get(of, frozenset())
        if begins or not marks <= known:
            self._of, self._known[of] = of, known | marks
            before = [] if begins else [*self.chips]
            rest = [mark for mark in _ALL if mark in known | marks and mark not in before]
            self._remake(before + rest)
        for mark, chip in self.chips.items():
            if isinstance(mark, State) and chip.isChecked() is (mark in hidden):
                chip.setChecked(mark not in hidden)

    def _remake(self, wanted: list[Mark]) -> None:
        for mark in self.chips.keys() - wanted:
            chip = self.chips.pop(mark)
            chip.hide()
            chip.deleteLater()
        self.chips = {mark: self.chips.get(mark) or self._made(mark) for mark in wanted}
        for before, after in pairwise((*self.chips.values(), self.more)):
            QWidget.setTabOrder(before, after)
        self._place()

    def _made(self, mark: Mark) -> Chip:
        words = {LOST: "update lost", LETS_IN: "lets in", CPU: "processor time"}
        said = states.state(mark) if isinstance(mark, State) else QCoreApplication.translate("timeline", words[mark])
        chip = Chip(mark, said)
        chip.setParent(self)
        chip.apply_theme(self._theme)
        chip.clicked.connect(lambda checked: self._pressed(mark, not checked))
        return chip

    def _place(self) -> None:
        """Puts chips in rows from the left; what does not fit before the place of the menu is in the menu."""
        count, high, gap = rows_of(self._theme, self.width()), self._theme.pixels.chip, self._theme.px(_APART)
        if self.height() != height_of(self._theme, self.width()):
            self.setFixedHeight(height_of(self._theme, self.width()))
        left, top = self._theme.px(6 if self._theme.compact else 8), (self.height() - count * high) // 2
        wide = self.more.width_of(_MORE)
        row, x, left_over = 0, left, 0
        for chip in self.chips.values():
            size = chip.sizeHint()
            if x + size.width() > self._end(row, count, wide) and row < count - 1:
                row, x = row + 1, left
            fits = not left_over and x + size.width() <= self._end(row, count, wide)
            left_over += not fits
            chip.setGeometry(x, top + row * high, size.width(), high)
            chip.setVisible(fits)
            chip.update()
            x += (size.width() + gap) * fits
        self.more.setText(QCoreApplication.translate("timeline", "{count} more").format(count=left_over))
        self.more.setAccessibleName(QCoreApplication.translate("timeline", "More of the legend"))
        self.more.setGeometry(self.width() - left - wide, top + (count - 1) * high, wide, high)
        self.more.setVisible(left_over > 0)

    def _end(self, row: int, count: int, wide: int) -> int:
        """Where a row of chips ends; in the last one the place of the menu is kept free always."""
        end = self.width() - self._theme.px(6 if self._theme.compact else 8)
        return end - (wide + self._theme.px(_APART)) * (row == count - 1)

    def _list(self) -> None:
        """Opens the menu of the chips that found no room."""
        menu = self.menu = QMenu(self)
        menu.setFont(self.more.font())
        side, ratio = self._theme.px(18), self.devicePixelRatioF()
        for mark, chip in self.chips.items():
            if chip.isHidden():
                sign = painted(side, side, ratio, partial(self._sign, mark, QRectF(0, 0, side, side)))
                entry = menu.addAction(QIcon(sign), chip.text())
                entry.setCheckable(True)
                entry.setChecked(chip.isChecked())
                font = chip.font()
                font.setStrikeOut(not chip.isChecked())
                entry.setFont(font)
                entry.triggered.connect(chip.click)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def _sign(self, mark: Mark, box: QRectF, painter: QPainter) -> None:
        draw_sign(painter, self._theme, mark, box, self.devicePixelRatioF())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._later.ask()
