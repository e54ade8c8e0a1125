"""The whole run as a small picture: one thin line of colour for each lane, drawn once and only added to."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from engine.frame import Frame, Spans, State
from gui.plots.common.scale import NS, Scale
from gui.theme.theme import Theme

_QUIET = frozenset({State.ABSENT, State.CREATED, State.ENDED})
AT_ONCE = 20  # lanes that are drawn further in one frame; where more have changed, the others are in the next
Codes = NDArray[np.uint8]


class LaneLine:
    """The gravest state of a lane in each column, as far as the run has come."""

    def __init__(self, width: int) -> None:
        self.states: Codes = np.zeros(width, np.uint8)
        self.spans: Spans | None = None
        self._sure = 0  # columns whose spans have all ended: they do not change any more
        self._tip = 0  # columns that are drawn

    def feed(self, spans: Spans, now: int, scale: Scale) -> None:
        """Draws what is new up to `now`, nanoseconds: the cost is that of the columns since the last time."""
        tip = min(len(self.states), now // scale.per_column + 1)
        if self._sure < tip:
            self.states[self._sure : tip] = gravest(spans, self._sure, tip, scale.per_column)
        last = min(int(spans.starts[-1]), now) if len(spans) else 0
        self._sure, self._tip, self.spans = last // scale.per_column, tip, spans

    def go_on(self, now: int, scale: Scale) -> None:
        """The same where the last span has only become longer: next to nothing."""
        tip = min(len(self.states), now // scale.per_column + 1)
        if tip > self._tip and self.spans is not None and len(self.spans):
            self.states[self._tip : tip] = self.spans.states[-1]
            self._tip = tip


def gravest(spans: Spans, first: int, after: int, per_column: int) -> Codes:
    """The gravest state in each of the columns from `first` on, which last so many nanoseconds each."""
    grid = np.arange(first, after + 1) * per_column
    begins = np.maximum(np.searchsorted(spans.starts, grid[:-1], "right") - 1, 0)
    ends = np.searchsorted(spans.starts, grid[1:], "left")
    pairs = np.stack((begins, ends), axis=1).ravel() - begins[0]
    states = np.append(spans.states[begins[0] : ends[-1]], np.uint8(State.ABSENT))  # reduceat takes no end behind it
    found = np.maximum.reduceat(states, pairs)[::2]
    found[ends <= begins] = State.ABSENT
    return found


def make_inks(theme: Theme) -> NDArray[np.uint32]:
    """The colour of each state in a line so thin that no hatch shows; where nothing is it is clear."""
    found = np.zeros(max(State) + 1, np.uint32)
    calm = (theme.colours.panel, theme.colours.raised)
    for state, look in theme.looks.items():
        if state not in _QUIET:
            found[state] = QColor(look.edge if look.badge in calm else look.badge).rgba()
    return found


class RunMap:
    """The lines of all lanes of a run, and the picture of them."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._fed: tuple[object, ...] = ()  # how far the lines are drawn
        self._first = 0  # the lane whose turn it is
        self._lines: dict[int, LaneLine] = {}
        self._pictured = 0  # the height of the picture, 0 where it is out of date
        self._inks: NDArray[np.uint32] | None = None  # kept: another array might get the id of one that is gone
        self._image = QImage()

    def feed(self, frame: Frame, scale: Scale) -> bool:
        """Takes in how far the run has come, once for each column; False when some lanes wait for the next time."""
        run, now, lanes = frame.run, round(frame.run.now * NS), frame.recording.lanes
        if (run.number, scale) != self._key:
            self._key, self._lines, self._fed = (run.number, scale), {}, ()
        fed = (now // scale.per_column, len(lanes), run.phase)
        if fed == self._fed:
            return True
        left = AT_ONCE
        for at in range(len(lanes)):
            lane = lanes[(self._first + at) % len(lanes)]
            line = self._lines.get(lane.id)
            if line is None:
                line = self._lines[lane.id] = LaneLine(scale.columns)
            if line.spans is lane.spans:
                line.go_on(now, scale)
            elif left > 0:
                line.feed(lane.spans, now, scale)
                left -= 1
            else:
                round_over, self._first = divmod(self._first + at, len(lanes))  # all get their turn, also where all
                if round_over:  # always change; a picture for each few of thousands would cost more than they do
                    self._pictured = 0
                return False
        self._fed, self._pictured = fed, 0
        return True

    def picture(self, frame: Frame, height: int, inks: NDArray[np.uint32]) -> QImage:
        """The lanes of a frame, `height` device pixels high, at the scale that was fed last."""
        if self._pictured != height or self._inks is not inks:
            self._pictured, self._inks = height, inks
            lines = [self._lines[lane.id].states for lane in frame.recording.lanes if lane.id in self._lines]
            self._image = picture(stacked(lines, height), inks)
        return self._image


def stacked(lines: list[Codes], height: int) -> Codes:
    """Lines one above the other in so many rows; where they are more than rows, the gravest of each few."""
    width = len(lines[0]) if lines else 0
    rows = np.zeros((height, width), np.uint8)
    count = len(lines)
    if not count:
        return rows
    tops = [round(index * height / min(count, height)) for index in range(min(count, height) + 1)]
    for index in range(min(count, height)):
        few = lines[index * count // min(count, height) : (index + 1) * count // min(count, height)]
        top, after = tops[index], tops[index + 1]
        air = 1 if after - top >= 3 else 0  # lines are told apart where there is room for it
        rows[top : after - air] = few[0] if len(few) == 1 else np.maximum.reduce(few)
    return rows


def picture(rows: Codes, inks: NDArray[np.uint32]) -> QImage:
    """States as pixels."""
    pixels = np.ascontiguousarray(inks[rows])
    height, width = pixels.shape
    return QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32).copy() if width else QImage()
