"""What a plot over the whole run declares: curves and bands, axis, labels. Nothing here needs pyqtgraph."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from engine.frame import Frame, Times
from gui.plots.common.labels import draw_text
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import NS, step_for
from gui.plots.over_time.series import Points, Values, value_at
from gui.theme.theme import Theme

DASHES = (3, 2.5)
Piece = tuple[Values, Values, Values]  # x, upper, lower


@dataclass(frozen=True)
class Rule:
    """A line across the whole plot at a value."""

    value: float
    colour: str
    dashed: bool = False


@dataclass(frozen=True)
class Axis:
    """The values from the lower edge to the upper one, and what stands beside them."""

    low: float
    high: float
    label: Callable[[float], str] | None = "{:,.0f}".format  # what a tick says; None: there are only the rules
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Placed:
    """Something over time: where its zero is, and how high one of its units, in units of the plot."""

    colour: str
    base: float = 0.0
    unit: float = 1.0


@dataclass(frozen=True)
class Curve(Placed):
    """A line through the corners of a series."""

    points: Points | None = None
    width: int = 2
    dashed: bool = False


@dataclass(frozen=True)
class Band(Placed):
    """Filled areas, each between two rows of corners over the same x."""

    pieces: tuple[Piece, ...] = ()
    opacity: float = 1.0


@dataclass(frozen=True)
class Extent:
    """What the axes show: seconds 0 to `right` (of which the run fills `run`), values `low` to `high`."""

    run: float
    right: float
    low: float
    high: float


@dataclass(frozen=True)
class Space:
    """Where a frame of a plot is drawn: seconds and values to pixels."""

    frame: Frame
    cache: PaintCache
    area: QRectF  # of the curves
    ticks: float  # how many labels of values fit beside them
    extent: Extent

    def x(self, seconds: float) -> float:
        """Pixels of a time."""
        return self.area.left() + seconds / self.extent.right * self.area.width()

    def y(self, value: float) -> float:
        """Pixels of a value."""
        share = (value - self.extent.low) / (self.extent.high - self.extent.low)
        return self.area.bottom() - share * self.area.height()

    @property
    def end(self) -> float:
        """Pixels of the last moment of the run: labels stand behind it."""
        return self.x(self.frame.run.now)

    @property
    def column(self) -> int:
        """Nanoseconds of one pixel column."""
        return max(1, round(self.extent.right * NS / max(1.0, self.area.width())))

    def rounded(self, low: float, high: float) -> Axis:
        """The axis for these values: from tick to tick, with some air above."""
        step = step_for(max(high - low, 1.0), self.ticks)
        low, high = math.floor(low / step) * step, math.ceil(high / step) * step
        return Axis(float(low), high + (high - low) * 0.05)

    def write(self, painter: QPainter, pen: tuple[QFont, str], left: float, middle: float, text: str) -> None:
        """A label on plain ground, so that no line runs through it."""
        draw_text(painter, self.cache, pen, QPointF(left, middle), text, ground=True)

    def draw_level(self, painter: QPainter, value: float, text: str) -> None:
        """A dashed line up to the last moment at a value that matters, and behind it what it is."""
        y, muted = round(self.y(value)), self.cache.theme.colours.muted
        pen = QPen(QColor(muted), 2, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern(DASHES)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen)
        painter.drawLine(QLineF(self.area.left(), y, self.end, y))
        self.write(painter, (self.cache.word, muted), self.end + 10, y, text)

    def draw_ring(self, painter: QPainter, times: Times, values: Times, y: Callable[[float], float]) -> None:
        """The ring where the cursor meets the curve of a series; `y` gives the pixels of one of its values."""
        cursor = self.frame.view.cursor
        value = None if cursor is None else value_at(times, values, cursor)
        if cursor is None or value is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.cache.theme.colours.accent), 2))
        painter.setBrush(QColor(self.cache.theme.colours.panel))
        painter.drawEllipse(QPointF(self.x(cursor), y(value)), 5, 5)


def top_of(theme: Theme) -> int:
    """Pixels above the curves."""
    return theme.px(6)


def axis_of(theme: Theme) -> int:
    """Pixels below the curves, for the labels of the time axis."""
    return theme.px(20 if theme.compact else 24)


def label_room(theme: Theme) -> int:
    """Pixels that are kept free for labels at the right end of the curves."""
    return theme.px(130 if theme.compact else 146)  # "expected 1,600,000"


class RunPlot:
    """What a plot says of itself; each is a subclass in a file of its own, which needs no pyqtgraph."""

    title = ""
    name = ""  # for those who cannot see it

    def subtitle(self, frame: Frame) -> str:
        """What stands beside the title."""
        raise NotImplementedError

    def begin(self) -> None:
        """A run begins: what is known of another one is forgotten. Called before the first frame of each."""
        raise NotImplementedError

    def depends(self, frame: Frame) -> tuple[object, ...]:
        """What the curves depend on, by identity: a frame with the same is not drawn again."""
        raise NotImplementedError

    def axis(self, space: Space) -> Axis:
        """The values of a frame; the space knows its times only."""
        raise NotImplementedError

    def curves(self, space: Space) -> list[Curve | Band]:
        """What is drawn of a frame, from the hindmost to the foremost: always as many of the same sorts."""
        raise NotImplementedError

    def draw_labels(self, painter: QPainter, space: Space) -> None:
        """Draws what stands over the curves, in pixels."""
        raise NotImplementedError

    def turned(self, frame: Frame, by: int) -> bool:
        """The wheel was turned over it; True: it shows something else now."""
        del frame, by
        return False
