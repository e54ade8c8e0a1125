"""Rows of the timeline as pictures: one NumPy take per row, so a million spans cost what a thousand cost.

A *sheet* holds, for every state and every part of a bar, the pixels of a few columns as Qt drew them. A row is
put together by choosing a column of the sheet for each column of the screen.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from engine.analysis.decimation import Pieces
from engine.frame import State
from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.theme.theme import THREADS, Hatch, Look, Theme, thread_colour
from gui.widgets.drawing import TILE, canvas, hatch

BODY, EDGE, THIN, CALM = range(4)  # parts of a bar: inside, its first and last column, too narrow for edges, merged
PARTS = 4
NARROW = 5  # columns: bars of this width or less have no edge
_STATES = max(State) + 1
_NOTHING = _STATES * PARTS  # the code of an empty column
_LOST = _NOTHING + 1
HUES = ("M", *map(str, range(1, 1 + len(THREADS))))  # badges that have all the hues: one sheet serves all locks

Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]
Pixels = NDArray[np.uint32]


@lazy_dataclass(frozen=True)
class Sheet:
    """Columns to choose from: pixels[y, code * period + phase]."""

    pixels: Pixels
    period: int  # columns after which the hatch repeats
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


def _sheet(picture: QPixmap, ratio: float) -> Sheet:
    """The pixels of a picture, copied: its own memory ends with it."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    flat = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return Sheet(flat[:, : image.width()].copy(), round(TILE * ratio), ratio)


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


@lazy_dataclass(frozen=True)
class Bars:
    """Where the bars of a row stand, logical pixels: below flags, and names of tasks that have a line of their own."""

    row: int
    top: int
    height: int
    main: bool
    named: bool = False  # there is room for names of tasks above the bars
    flags: int = 0  # pixels above the bars that are kept for flags and tags

    @property
    def middle(self) -> float:
        """The y of the middle of a bar."""
        return self.top + self.height / 2

    @property
    def flag_top(self) -> int:
        """The y where the room for flags begins: right above the bars, or above the names of tasks."""
        return 0 if self.named else self.top - self.flags


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
    return _sheet(pixmap, ratio)


def make_lock_sheet(theme: Theme, height: int, ratio: float) -> Sheet:
    """The sheet of lock rows: code 0 is nobody, 1 many in turn, 2 + i that of a hue, then its edge columns."""
    bar = max(6, min(round(height * theme.measures.bar_lock / theme.measures.lane_lock), height - 4))
    first = Look("", theme.colours.faint, Hatch.DOTS, theme.colours.panel, theme.colours.faint, "", "")
    looks = [first]
    for badge in HUES:
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
    return _sheet(pixmap, ratio)


def edges(pieces: Pieces) -> tuple[Codes, Codes]:
    """First column and column after the last of each piece, whole device pixels."""
    first, after = np.rint(pieces.x0).astype(np.int64), np.rint(pieces.x1).astype(np.int64)
    return first, np.maximum(after, first + 1)


def _bars(pieces: Pieces, columns: int) -> tuple[Codes, Mask, Mask, Mask]:
    """Of each column its piece, whether a bar shows there, one wide enough for edges, and whether it is such an edge.

    Behind a wide bar one column stays free.
    """
    here = np.arange(columns)
    first, after = edges(pieces)
    piece = np.maximum(np.searchsorted(first, here, "right") - 1, 0)
    begin, end = first[piece], after[piece]
    wide = (end - begin > NARROW) & ~pieces.merged[piece]
    shown = (begin <= here) & (here < end) & ~(wide & (here == end - 1))
    return piece, shown, wide, wide & ((here == begin) | (here == end - 2))


def lane_codes(
    pieces: Pieces, columns: int, origin: int, hidden: frozenset[State], lost: Mask | None
) -> tuple[Codes, Codes]:
    """Codes and phases of a lane's columns. `origin`: the number of column 0, counted from time zero.

    Hatches are anchored in time, so they move with the bars while the view scrolls.
    """
    codes, phases = np.full(columns, _NOTHING, np.int64), np.arange(columns) + origin
    if not len(pieces):
        return codes, phases
    piece, shown, wide, edge = _bars(pieces, columns)
    part = np.where(pieces.merged[piece], CALM, np.where(wide, BODY, THIN))
    part[edge] = EDGE
    state = pieces.state[piece].astype(np.int64)
    for one in (State.ABSENT, *hidden):
        shown &= state != one
    codes[shown] = (state * PARTS + part)[shown]
    if lost is not None:
        codes[lost] = _LOST
    return codes, phases


def lock_codes(pieces: Pieces, columns: int, slots: NDArray[np.int64]) -> Codes:
    """Codes of a lock's columns; slots: thread -> the slot of its hue, from 1."""
    codes = np.zeros(columns, np.int64)
    if not len(pieces):
        return codes
    piece, shown, _, edge = _bars(pieces, columns)
    thread, many = pieces.object[piece], pieces.merged[piece]
    shown &= many | (thread != 0)
    codes[shown] = (1 + np.where(many, 0, slots[thread]) + np.where(edge, 1 + len(HUES), 0))[shown]
    return codes
