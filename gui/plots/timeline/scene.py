"""What a frame of the timeline is drawn with: the sheets and pictures of its rows, and the scale."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial

from PySide6.QtGui import QPixmap

from engine.frame import Frame, State
from gui.plots.common.paint_cache import MANY, PaintCache
from gui.plots.common.scale import Scale
from gui.plots.timeline import bar_raster, cpu_fill
from gui.plots.timeline.rows import TimelineRow
from gui.plots.timeline.task_index import TaskIndex
from gui.theme.theme import Theme
from gui.widgets import drawing

_BARS = 16  # sheets of rows that are kept: a window has rows of few heights
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
        self._letter = lru_cache(MANY)(lambda state, width: drawing.letter(theme, state, width, ratio))
        self._loss = lru_cache(MANY)(lambda count: drawing.loss(theme, count, ratio))
        # Where the bars stand in a row of this height, of the main thread, of a lane with tasks.
        self.bars: Callable[[int, bool, bool], Bars] = lru_cache(MANY)(partial(_bars, theme))
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

    def letter(self, state: State, width: int) -> QPixmap:
        """The letter of a state in a square of at most `width` pixels."""
        return self._letter(state, min(width, self.side))

    def loss(self, count: int) -> QPixmap:
        """The tag of so many lost updates, which says whole thousands and millions only."""
        whole = next((step for step in (1_000_000, 1000) if count >= step), 1)
        return self._loss(count // whole * whole)


def _bars(theme: Theme, height: int, main: bool, tasks: bool) -> Bars:
    """The bars of a row of this height: as measured, in proportion when rows are taller or thinner.

    Where the lane has tasks and the row is not too thin, a line for their names stays free above.
    """
    measures, px = theme.measures, theme.px
    full, row = (measures.bar_main, measures.lane_main) if main else (measures.bar, measures.lane)
    bar = max(6, min(round(height * full / row), height - 6) if height > px(30) else height - 6)
    named = tasks and height >= px(measures.task) + px(18)
    free = px(measures.task) + 2 if named else 0
    bar = min(bar, height - free - 4) if named else bar
    return Bars(height, free + (height - free - bar) // 2, bar, main, named)


@dataclass(frozen=True)
class PaintScene:
    """What is drawn, with what, at which scale."""

    frame: Frame
    cache: RowCache
    scale: Scale
    tasks: TaskIndex = field(default_factory=TaskIndex)
    cpu: bool = True  # processor time is drawn where it is known

    def bars(self, row: TimelineRow) -> Bars:
        """Where the bars of a lane's row stand."""
        return self.cache.bars(row.height, row.main, self.tasks.has(self.frame.recording.lanes[row.lane].id))
