"""What a plot over time declares: curves and bands, axis, words, labels. Nothing here needs pyqtgraph."""

import enum
import math
from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from engine.frame import Frame, Series, Times
from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.plots.common.labels import draw_text
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import NS, Scale, step_for
from gui.plots.over_time.series import Points, Values, number_at
from gui.theme.theme import Theme

DASHES = (3, 2.5)
Piece = tuple[Values, Values, Values]  # x, upper, lower


@lazy_dataclass(frozen=True)
class Rule:
    """A line across the whole plot at a value."""

    value: float
    colour: str
    dashed: bool = False


@lazy_dataclass(frozen=True)
class Axis:
    """The values from the lower edge to the upper one, and what stands beside them."""

    low: float
    high: float
    label: Callable[[float], str] | None = "{:,.0f}".format  # what a tick says; None: there are only the rules
    rules: tuple[Rule, ...] = ()


@lazy_dataclass(frozen=True)
class Placed:
    """Something over time: where its zero is, and how high one of its units, in units of the plot."""

    colour: str
    base: float = 0.0
    unit: float = 1.0


@lazy_dataclass(frozen=True)
class Curve(Placed):
    """A line through the corners of a series."""

    points: Points | None = None
    width: int = 2
    dashed: bool = False


@lazy_dataclass(frozen=True)
class Band(Placed):
    """Filled areas, each between two rows of corners over the same x."""

    pieces: tuple[Piece, ...] = ()
    opacity: float = 1.0


class Sign(enum.Enum):
    """What stands before a word in the header."""

    NONE = ""
    DASHED = "dashed"  # the line of the curve that it speaks of
    LINE = "line"
    LOST = "lost"  # the tag of a lost update


@lazy_dataclass(frozen=True)
class Word:
    """A number in the header. The short form is said where there is no room for all of them in full."""

    text: str
    short: str
    tone: str = "text"  # a field of Colours
    sign: Sign = Sign.NONE
    count: int = 1  # of lost updates, on their tag in the short form


@lazy_dataclass(frozen=True)
class Space:
    """Where a frame of a plot is drawn: seconds and values to pixels. Times lie where the timeline has them."""

    frame: Frame
    cache: PaintCache
    area: QRectF  # of the curves
    ticks: float  # how many labels of values fit beside them
    scale: Scale
    low: float = 0.0  # the value at the lower edge
    high: float = 1.0
    taken: tuple[QRectF, ...] = ()  # where the cursor and its table stand: labels keep clear of it

    def x(self, seconds: float) -> float:
        """Pixels of a time."""
        return self.scale.x(seconds)

    def y(self, value: float) -> float:
        """Pixels of a value."""
        return self.area.bottom() - (value - self.low) / (self.high - self.low) * self.area.height()

    @property
    def tip(self) -> float:
        """Pixels of the last moment of the run, or of the right edge where that comes before."""
        return min(max(self.x(self.frame.run.now), self.area.left()), self.area.right())

    @property
    def cursor(self) -> float | None:
        """The cursor's time in seconds, None where it does not show."""
        cursor = self.frame.view.cursor
        return cursor if cursor is not None and self.scale.start <= cursor * NS <= self.scale.end else None

    def rounded(self, low: float, high: float) -> Axis:
        """The axis for these values: from tick to tick, with some air above."""
        step = step_for(max(high - low, 1.0), self.ticks)
        low, high = math.floor(low / step) * step, math.ceil(high / step) * step
        return Axis(float(low), high + (high - low) * 0.05)

    def write(self, painter: QPainter, pen: tuple[QFont, str], left: float, middle: float, text: str) -> None:
        """A label on plain ground, so that no line runs through it."""
        draw_text(painter, self.cache, pen, QPointF(left, middle), text, ground=True)

    def draw_level(self, painter: QPainter, value: float, text: str) -> None:
        """A dashed line up to the last moment at a value that matters, and left of the values what it is."""
        y, theme = round(self.y(value)), self.cache.theme
        pen = QPen(QColor(theme.colours.muted), 2, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern(DASHES)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen)
        painter.drawLine(QLineF(self.area.left(), y, self.tip, y))
        left = theme.pixels.padding
        said = self.cache.elided(self.cache.word, text, self.area.left() - left - theme.px(60))
        draw_text(painter, self.cache, (self.cache.word, theme.colours.muted), QPointF(left, y), said)

    def draw_ring(self, painter: QPainter, times: Times, values: NDArray[Any], y: Callable[[float], float]) -> None:
        """The ring where the cursor meets the curve of a series; `y` gives the pixels of one of its values."""
        cursor = self.cursor
        value = None if cursor is None else number_at(Series("", times, values), cursor)
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
    return theme.pixels.tick + theme.px(9 if theme.compact else 11)


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

    def words(self, frame: Frame) -> tuple[Word, ...]:
        """The numbers in the header: those at the cursor, else the last ones."""
        raise NotImplementedError

    def draw_labels(self, painter: QPainter, space: Space) -> None:
        """Draws what stands over the curves, in pixels."""
        raise NotImplementedError

    def turned(self, frame: Frame, by: int) -> bool:
        """It was scrolled; True: it shows something else now."""
        del frame, by
        return False
