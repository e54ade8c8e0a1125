"""What a frame of the timeline is drawn with: the sheets and pictures of its rows, and the scale."""

import math
from collections.abc import Callable
from dataclasses import field
from functools import lru_cache, partial

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontMetricsF, QPainter, QPixmap

from engine.frame import Frame, State
from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.plots.common.paint_cache import MANY, PaintCache
from gui.plots.common.scale import Scale
from gui.plots.timeline import bar_raster, cpu_fill
from gui.plots.timeline.expected import FlagRoom
from gui.plots.timeline.rows import TimelineRow
from gui.plots.timeline.task_index import TaskIndex
from gui.theme.theme import Theme
from gui.widgets import drawing

_BARS = 16  # sheets of rows that are kept: a window has rows of few heights
FLAG = 8  # pixels of the flag of an event
_FLAGGED = 0.42  # of a thin row: its part for flags
Bars = bar_raster.Bars


class RowCache(PaintCache):
    """What rows are put together from, besides fonts: columns of bars, letters, badges, tags."""

    def __init__(self, theme: Theme, ratio: float) -> None:
        super().__init__(theme, ratio)
        self.letter_room = theme.px(10 if theme.compact else 12)  # the least span that carries its letter
        # The badge of a lane in so many pixels, with 2 pixels of air around it.
        self.badge: Callable[[str, int], QPixmap] = lru_cache(MANY)(
            lambda name, size: drawing.badge(theme, name, ratio, size)
        )
        self._letter = lru_cache(MANY)(partial(_letter, theme, ratio))
        self._loss = lru_cache(MANY)(partial(_loss, theme, ratio))
        self._bars = lru_cache(MANY)(partial(_bars, theme))
        # The columns of a lane's row, and the same for a lane whose processor time is known.
        self.sheet: Callable[[Bars], bar_raster.Sheet] = lru_cache(_BARS)(
            lambda bars: bar_raster.make_sheet(theme.looks, bars, theme.colours.lost, ratio)
        )
        self.cpu_fill: Callable[[Bars], cpu_fill.CpuFill] = lru_cache(_BARS)(
            lambda bars: cpu_fill.make_cpu_fill(theme, bars, ratio)
        )
        self.lock_sheet: Callable[[int], bar_raster.Sheet] = lru_cache(_BARS)(
            lambda height: bar_raster.make_lock_sheet(theme, height, ratio)
        )

    def letter(self, state: State, width: int, high: int) -> QPixmap:
        """The letter of a state in a square of at most `width` pixels, in a bar that is so high."""
        return self._letter(state, min(width, self.side), min(high, self.side))

    def loss(self, count: int, high: int) -> QPixmap:
        """The tag of so many lost updates, so many pixels high, which says whole thousands and millions only."""
        whole = next((step for step in (1_000_000, 1000) if count >= step), 1)
        return self._loss(count // whole * whole, high)

    def bars(self, height: int, main: bool, tasks: bool, flags: int = 0) -> Bars:
        """Where the bars stand in a row of this height, of the main thread, of a lane with tasks, below flags."""
        return self._bars(height, main, tasks, flags)


def _letter(theme: Theme, ratio: float, state: State, width: int, high: int) -> QPixmap:
    side = drawing.letter_side(theme)
    if high >= side:
        return drawing.letter(theme, state, width, ratio)
    small, wide = high / side, max(1, round(width * high / side))

    def draw(painter: QPainter) -> None:
        painter.scale(small, small)
        drawing.draw_letter(painter, theme, state, QPointF(wide / small / 2, side / 2), width)

    return drawing.painted(wide, high, ratio, draw)


def tag_height(theme: Theme) -> int:
    """Pixels of the tag of a lost update where a lane is high enough."""
    return theme.px(14 if theme.compact else 16)


def _loss(theme: Theme, ratio: float, count: int, high: int) -> QPixmap:
    """With the outline that parts it from its ground."""
    small = high / tag_height(theme)
    text = QFontMetricsF(drawing.loss_font(theme)).horizontalAdvance(drawing.loss_text(count)) + 8
    wide = math.ceil((max(text, tag_height(theme) * 1.6) + 3) * small)

    def draw(painter: QPainter) -> None:
        painter.scale(small, small)
        drawing.draw_loss(painter, theme, QPointF(wide / small / 2, (high + 2) / small / 2), count)

    return drawing.painted(wide, high + 2, ratio, draw)


def _bars(theme: Theme, height: int, main: bool, tasks: bool, flags: int) -> Bars:
    """The bars of a row of this height: as measured, in proportion when rows are taller or thinner.

    Above them are so many pixels for flags, fewer in a thin row; and a line of names of tasks where there is room.
    """
    measures, px = theme.measures, theme.px
    full, row = (measures.bar_main, measures.lane_main) if main else (measures.bar, measures.lane)
    bar = max(6, min(round(height * full / row), height - 6) if height > px(30) else height - 6)
    above = min(flags, round(height * _FLAGGED))
    named = tasks and height - above >= px(measures.task) + px(18)
    free = above + (px(measures.task) + 2 if named else 0)
    bar = min(bar, height - free - 4) if free else bar
    top = free + (height - free - bar) // 2 if named else max(free, (height - bar) // 2)
    return Bars(height, top, bar, main, named, above)


@lazy_dataclass(frozen=True)
class PaintScene:
    """What is drawn, with what, at which scale."""

    frame: Frame
    cache: RowCache
    scale: Scale
    tasks: TaskIndex = field(default_factory=TaskIndex)
    cpu: bool = True  # processor time is drawn where it is known
    flag_room: FlagRoom = field(default_factory=FlagRoom)

    def bars(self, row: TimelineRow) -> Bars:
        """Where the bars of a lane's row stand."""
        lane = self.frame.recording.lanes[row.lane].id
        tags, marks = self.flag_room.has(lane, row.main)
        above = tag_height(self.cache.theme) + 3 if tags else self.cache.theme.px(FLAG) + 2 if marks else 0
        return self.cache.bars(row.height, row.main, self.tasks.has(lane), above)
