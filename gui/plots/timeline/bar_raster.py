"""Rows of the timeline as pictures: one NumPy take per row, so a million spans cost what a thousand cost.

A *sheet* holds, for every state and every part of a bar, the pixels of a few columns as Qt drew them. A row is
put together by choosing a column of the sheet for each column of the screen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from engine.analysis.decimation import Pieces
from engine.frame import State
from gui.theme.theme import Hatch, Look, Theme, thread_colour
from gui.widgets.drawing import TILE, canvas, hatch

BODY, EDGE, THIN, CALM = range(4)  # parts of a bar: inside, its first and last column, too narrow for edges, merged
PARTS = 4
NARROW = 5  # columns: bars of this width or less have no edge
_STATES = max(State) + 1
_NOTHING = _STATES * PARTS  # the code of an empty column
_LOST = _NOTHING + 1

Codes = NDArray[np.int64]
Pixels = NDArray[np.uint32]


@dataclass(frozen=True)
class Sheet:
    """Columns to choose from: pixels[y, code * period + phase]."""

    pixels: Pixels
    period: int  # columns after which the hatch repeats
    height: int  # device pixels
    ratio: float

    def columns(self, codes: Codes, phases: Codes) -> Pixels:
        """The pixels of a row of these codes; phases say which column of the hatch stands where."""
        return np.ascontiguousarray(self.pixels.take(codes * self.period + phases % self.period, axis=1))

    def picture(self, codes: Codes, phases: Codes) -> QImage:
        """The same as a picture."""
        return self.image(self.columns(codes, phases))

    def image(self, chosen: Pixels) -> QImage:
        """Pixels as a picture."""
        height, width = chosen.shape
        image = QImage(chosen.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied).copy()
        image.setDevicePixelRatio(self.ratio)
        return image


def _pixels(image: QImage) -> Pixels:
    """The pixels of a picture, copied: its own memory ends with it."""
    image = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    flat = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return flat[:, : image.width()].copy()


def _bar_height(state: int, bar: int, main: bool) -> int:
    """Sleeping and idle bars are lower, so that work stands out; MainThread's are all alike."""
    share = 1.0 if main else {State.SLEEPING: 2 / 3, State.WAIT_TASK: 0.4}.get(State(state), 1.0)
    return bar if share == 1.0 else max(4, round(bar * share))


def _draw_part(painter: QPainter, look: Look, part: int, bar: QRectF, ratio: float) -> None:
    """One part of one state's bar, a tile wide."""
    pixel = 1 / ratio
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if look.hatch is Hatch.LINE:
        y = round(bar.center().y()) - 1
        for x in range(0, TILE, 6):
            painter.fillRect(QRectF(bar.left() + x, y, 2, 2), QColor(look.edge))
        return
    if part == EDGE:
        painter.fillRect(bar.adjusted(0, pixel, 0, -pixel), QColor(look.edge))
        return
    painter.fillRect(bar, QColor(look.fill))
    painter.setBrushOrigin(QPointF(bar.left(), bar.top()))
    painter.setOpacity(0.6 if part == CALM else 1.0)
    painter.fillRect(bar, hatch(look, ratio))
    painter.setOpacity(1.0)
    if part == BODY:
        painter.fillRect(QRectF(bar.left(), bar.top(), bar.width(), pixel), QColor(look.edge))
        painter.fillRect(QRectF(bar.left(), bar.bottom() - pixel, bar.width(), pixel), QColor(look.edge))


@dataclass(frozen=True)
class Bars:
    """Where the bars of a row stand, logical pixels: below the names of tasks where these have a line of their own."""

    row: int
    top: int
    height: int
    main: bool
    named: bool = False  # there is room for names of tasks above the bars

    @property
    def middle(self) -> float:
        """The y of the middle of a bar."""
        return self.top + self.height / 2


def make_sheet(looks: Mapping[State, Look], bars: Bars, lost: str, ratio: float) -> Sheet:
    """The sheet for rows with such bars; `lost` is the colour of a lost update."""
    pixmap = canvas(TILE * (_LOST + 1), bars.row, ratio)
    painter = QPainter(pixmap)
    for state, look in looks.items():
        size = _bar_height(state, bars.height, bars.main)
        for part in range(PARTS):
            left = TILE * (state * PARTS + part)
            painter.setClipRect(QRectF(left, 0, TILE, bars.row))
            top = bars.top + (bars.height - size) // 2
            _draw_part(painter, look, part, QRectF(left, top, TILE, size), ratio)
    painter.setClipping(False)
    painter.fillRect(QRectF(TILE * _LOST, bars.top, TILE, bars.height), QColor(lost))
    painter.end()
    pixels = _pixels(pixmap.toImage())
    return Sheet(pixels, round(TILE * ratio), pixels.shape[0], ratio)


def make_lock_sheet(theme: Theme, badges: Sequence[str], height: int, bar: int, ratio: float) -> Sheet:
    """The sheet of lock rows: code 0 is nobody, 1 many in turn, 2 + i that of a badge, then its edge columns."""
    first = Look("", theme.colours.faint, Hatch.DOTS, theme.colours.panel, theme.colours.faint, "", "")
    looks = [first]
    for badge in badges:
        fill = thread_colour(theme.colours, badge)
        edge = theme.colours.outline if theme.name == "light" else fill
        looks.append(replace(first, fill=fill, edge=edge, hatch=Hatch.NONE))
    pixmap = canvas(TILE * (1 + 2 * len(looks)), height, ratio)
    painter = QPainter(pixmap)
    for index, look in enumerate(looks):
        for part, slot in ((BODY, 1 + index), (EDGE, 1 + len(looks) + index)):
            box = QRectF(TILE * slot, (height - bar) // 2, TILE, bar)
            painter.setClipRect(box)
            _draw_part(painter, look, part, box, ratio)
    painter.end()
    pixels = _pixels(pixmap.toImage())
    return Sheet(pixels, round(TILE * ratio), pixels.shape[0], ratio)


def edges(pieces: Pieces, columns: int) -> tuple[Codes, Codes]:
    """First column and column after the last of each piece, whole device pixels."""
    first, after = np.rint(pieces.x0).astype(np.int64), np.rint(pieces.x1).astype(np.int64)
    return first, np.maximum(after, first + (columns > 0))


def lane_codes(
    pieces: Pieces, columns: int, origin: int, hidden: frozenset[State], lost: NDArray[np.bool_] | None
) -> tuple[Codes, Codes]:
    """Codes and phases of a lane's columns. `origin`: the number of column 0, counted from time zero.

    Hatches are anchored in time, so they move with the bars while the view scrolls.
    """
    codes = np.full(columns, _NOTHING, np.int64)
    here = np.arange(columns, dtype=np.int64)
    if not len(pieces.state):
        return codes, here + origin
    first, after = edges(pieces, columns)
    piece = np.maximum(np.searchsorted(first, here, "right") - 1, 0)
    begin, end = first[piece], after[piece]
    inside = (begin <= here) & (here < end)
    wide, merged = end - begin > NARROW, pieces.merged[piece]
    part = np.where(merged, CALM, np.where(wide, BODY, THIN))
    edge = wide & ~merged & ((here == begin) | (here == end - 2))
    ground = wide & ~merged & (here == end - 1)
    part[edge] = EDGE
    state = pieces.state[piece].astype(np.int64)
    shown = inside & ~ground & (state != State.ABSENT)
    for one in hidden:
        shown &= state != one
    codes[shown] = (state * PARTS + part)[shown]
    if lost is not None:
        codes[lost] = _LOST
    return codes, here + origin


def lock_codes(holding: tuple[Codes, Codes, Codes], columns: int, slots: NDArray[np.int64], count: int) -> Codes:
    """Codes of a lock's columns for first columns, columns after, and threads (-1: many); slots: thread -> slot."""
    first, after, threads = holding
    codes = np.zeros(columns, np.int64)
    here = np.arange(columns, dtype=np.int64)
    if not len(first):
        return codes
    piece = np.maximum(np.searchsorted(first, here, "right") - 1, 0)
    begin, end, thread = first[piece], after[piece], threads[piece]
    slot = np.where(thread < 0, 0, slots[thread])
    shown = (begin <= here) & (here < end) & (thread != 0)
    wide = (end - begin > NARROW) & (thread > 0)
    edge = wide & ((here == begin) | (here == end - 2))
    shown &= ~(wide & (here == end - 1))
    codes[shown] = (1 + slot + np.where(edge, count, 0))[shown]
    return codes
