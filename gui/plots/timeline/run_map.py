"""The whole run as a small picture: one thin line of colour for each lane, drawn once and only added to."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from engine.analysis.decimation import Pieces, columns
from engine.frame import Frame, Spans, State
from gui.plots.common.scale import NS, Scale
from gui.plots.timeline.bar_raster import edges
from gui.theme.theme import Theme

_QUIET = frozenset({State.ABSENT, State.CREATED, State.ENDED})
AT_ONCE = 40  # lanes that are drawn further in one frame; where more have changed, the others are in the next
_BEFORE = 8  # columns that are looked at once more: where a picture begins and ends short spans are cut otherwise
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
        width, first = len(self.states), min(self._sure, len(self.states))
        if first < width:
            begin = max(0, first - _BEFORE)
            found = columns(spans, now, begin * scale.per_column, width * scale.per_column, width - begin)
            self.states[first:] = _painted(found, width - begin)[first - begin :]
        last = min(int(spans.starts[-1]), now) if len(spans) else 0
        self._sure = max(0, last // scale.per_column - _BEFORE)
        self.spans, self._tip = spans, min(width, now // scale.per_column + 1)

    def go_on(self, now: int, scale: Scale) -> None:
        """The same where the last span has only become longer: next to nothing."""
        tip = min(len(self.states), now // scale.per_column + 1)
        if tip > self._tip and self.spans is not None and len(self.spans):
            self.states[self._tip : tip] = self.spans.states[-1]
            self._tip = tip


def _painted(pieces: Pieces, width: int) -> Codes:
    """The state of each column."""
    states = np.zeros(width, np.uint8)
    if len(pieces):
        first, after = edges(pieces)
        here = np.arange(width)
        piece = np.maximum(np.searchsorted(first, here, "right") - 1, 0)
        inside = (first[piece] <= here) & (here < after[piece])
        states[inside] = pieces.state[piece][inside]
    return states


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
        self._lines: dict[int, LaneLine] = {}
        self._image = QImage()

    def feed(self, frame: Frame, scale: Scale) -> bool:
        """Takes in how far the run has come; False when some lanes have to wait for the next time."""
        key, now = (frame.run.number, scale), round(frame.run.now * NS)
        if key != self._key:
            self._key, self._lines = key, {}
        left = AT_ONCE
        for lane in frame.recording.lanes:
            line = self._lines.get(lane.id)
            if line is None:
                line = self._lines[lane.id] = LaneLine(scale.columns)
            if line.spans is lane.spans:
                line.go_on(now, scale)
            elif left > 0:
                line.feed(lane.spans, now, scale)
                left -= 1
            else:
                return False
        return True

    def picture(self, frame: Frame, height: int, inks: NDArray[np.uint32]) -> QImage:
        """The lanes of a frame, `height` device pixels high, at the scale that was fed last."""
        lines = [self._lines[lane.id].states for lane in frame.recording.lanes if lane.id in self._lines]
        return picture(stacked(lines, height), inks)


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
