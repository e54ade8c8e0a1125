"""Fonts, sheets and small pictures of one theme and one screen, made once: a frame only puts them together."""

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPixmap

from engine.frame import Frame, State
from gui.plots.common.scale import Scale
from gui.plots.timeline import bar_raster, cpu_fill
from gui.plots.timeline.rows import TimelineRow
from gui.plots.timeline.task_index import TaskIndex
from gui.theme.theme import Theme
from gui.widgets import drawing
from gui.widgets.card import mono_font, text_font

HUES = ("M", "1", "2")  # badges that have all the hues there are
_MANY = 512  # pictures kept of each sort before the oldest are made anew


class PaintCache:
    """What the timeline draws with."""

    def __init__(self, theme: Theme, ratio: float) -> None:
        measures = theme.measures
        self.theme, self.ratio = theme, ratio
        self.name = text_font(theme, measures.lane_name, 600)
        self.lock_name = mono_font(theme, measures.lane_name, 500)
        self.small = text_font(theme, measures.tick)
        self.word = text_font(theme, measures.small, 500)
        self.task = text_font(theme, measures.task - 3, 500)
        self.pill = text_font(theme, measures.tick, 600)
        self.key = text_font(theme, measures.key, 700)
        self.off_words = QCoreApplication.translate("timeline", "switched off")
        self.side = drawing.letter_side(theme)
        self.letter_room = theme.px(10 if theme.compact else 12)  # the least span that carries its letter
        self._widths: dict[tuple[int, str], float] = {}
        self._elided: dict[tuple[int, str, int], str] = {}
        self._letters: dict[tuple[State, int], QPixmap] = {}
        self._badges: dict[tuple[str, int], QPixmap] = {}
        self._kept: dict[tuple[object, ...], QPixmap] = {}
        self._losses: dict[str, QPixmap] = {}
        self._bars: dict[tuple[int, bool, bool], bar_raster.Bars] = {}
        self._sheets: dict[bar_raster.Bars, bar_raster.Sheet] = {}
        self._cpu_fill: dict[bar_raster.Bars, cpu_fill.CpuFill] = {}
        self._locks: dict[int, bar_raster.Sheet] = {}

    def width(self, font: QFont, text: str) -> float:
        """How wide a text is in one of the fonts above; measuring is dear, so the answer is kept."""
        key = (id(font), text)
        if key not in self._widths:
            if len(self._widths) > 8 * _MANY:
                self._widths.clear()
            self._widths[key] = QFontMetricsF(font).horizontalAdvance(text)
        return self._widths[key]

    def elided(self, font: QFont, text: str, room: float) -> str:
        """A text that ends in dots where it does not fit."""
        key = (id(font), text, round(room))
        if key not in self._elided:
            if len(self._elided) > 8 * _MANY:
                self._elided.clear()
            self._elided[key] = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
        return self._elided[key]

    def letter(self, state: State, width: int) -> QPixmap:
        """The letter of a state in a square of at most `width` pixels."""
        key = (state, min(width, self.side))
        if key not in self._letters:
            self._letters[key] = drawing.letter(self.theme, state, key[1], self.ratio)
        return self._letters[key]

    def badge(self, name: str, size: int) -> QPixmap:
        """The badge of a lane, with 2 pixels of air around it."""
        key = (name, size)
        if key not in self._badges:
            if len(self._badges) > _MANY:
                self._badges.clear()
            self._badges[key] = drawing.badge(self.theme, name, self.ratio, size)
        return self._badges[key]

    def kept(self, key: tuple[object, ...], size: tuple[int, int], draw: Callable[[QPainter], None]) -> QPixmap:
        """The picture of this key, `size` pixels, drawn when it is asked for the first time."""
        if key not in self._kept:
            if len(self._kept) > _MANY:
                self._kept.clear()
            pixmap = drawing.canvas(*size, self.ratio)
            painter = QPainter(pixmap)
            draw(painter)
            painter.end()
            self._kept[key] = pixmap
        return self._kept[key]

    def loss(self, count: int) -> QPixmap:
        """The tag of so many lost updates."""
        key = drawing.loss_text(count)
        if key not in self._losses:
            self._losses[key] = drawing.loss(self.theme, count, self.ratio)
        return self._losses[key]

    def bars(self, height: int, main: bool, tasks: bool) -> bar_raster.Bars:
        """The bars of a row of this height: as measured, in proportion when rows are taller or thinner.

        Where the lane has tasks and the row is not too thin, a line for their names stays free above.
        """
        key = (height, main, tasks)
        if key not in self._bars:
            measures, px = self.theme.measures, self.theme.px
            full, row = (measures.bar_main, measures.lane_main) if main else (measures.bar, measures.lane)
            bar = max(6, min(round(height * full / row), height - 6) if height > px(30) else height - 6)
            named = tasks and height >= px(measures.task) + px(18)
            free = px(measures.task) + 2 if named else 0
            bar = min(bar, height - free - 4) if named else bar
            if len(self._bars) > _MANY:
                self._bars.clear()
            self._bars[key] = bar_raster.Bars(height, free + (height - free - bar) // 2, bar, main, named)
        return self._bars[key]

    def sheet(self, bars: bar_raster.Bars) -> bar_raster.Sheet:
        """The columns of a lane's row."""
        if bars not in self._sheets:
            if len(self._sheets) > 16:
                self._sheets.clear()
            self._sheets[bars] = bar_raster.make_sheet(self.theme.looks, bars, self.theme.colours.lost, self.ratio)
        return self._sheets[bars]

    def cpu_fill(self, bars: bar_raster.Bars) -> cpu_fill.CpuFill:
        """The same for a lane whose processor time is known."""
        if bars not in self._cpu_fill:
            if len(self._cpu_fill) > 8:
                self._cpu_fill.clear()
            self._cpu_fill[bars] = cpu_fill.make_cpu_fill(self.theme, bars, self.ratio)
        return self._cpu_fill[bars]

    def lock_sheet(self, height: int) -> bar_raster.Sheet:
        """The columns of a lock's row; badges repeat two hues, so a sheet of three threads serves all."""
        if height not in self._locks:
            self._locks[height] = bar_raster.make_lock_sheet(
                self.theme, HUES, height, self.lock_bar(height), self.ratio
            )
        return self._locks[height]

    def lock_bar(self, height: int) -> int:
        """The height of a bar in a lock's row."""
        measures = self.theme.measures
        return max(6, min(round(height * measures.bar_lock / measures.lane_lock), height - 4))


@dataclass(frozen=True)
class PaintScene:
    """What is drawn, with what, at which scale."""

    frame: Frame
    cache: PaintCache
    scale: Scale
    tasks: TaskIndex = field(default_factory=TaskIndex)
    cpu: bool = True  # processor time is drawn where it is known

    def bars(self, row: TimelineRow) -> bar_raster.Bars:
        """Where the bars of a lane's row stand."""
        return self.cache.bars(row.height, row.main, self.tasks.has(self.frame.recording.lanes[row.lane].id))
