"""Time to pixels: the scale of the timeline, in whole nanoseconds per pixel so that nothing trembles as it scrolls."""

import math

from engine.frame import View
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.units import SECOND
from gui.theme.theme import Measures

NS = SECOND
_LOOSE = 2  # nanoseconds: so much may be rounded off a stretch without another step of the columns


@lazy_dataclass(frozen=True)
class Scale:
    """Which time lies at which pixel. `columns` are device pixels, `x` are logical ones."""

    start: int  # nanoseconds at the left edge, a multiple of `per_column`
    per_column: int  # nanoseconds
    columns: int
    left: int  # x of the left edge
    ratio: float  # device pixels per logical pixel

    @property
    def end(self) -> int:
        """Nanoseconds at the right edge."""
        return self.start + self.per_column * self.columns

    @property
    def width(self) -> float:
        """Logical pixels."""
        return self.columns / self.ratio

    def x(self, seconds: float) -> float:
        """Where a time in seconds lies."""
        return self.left + (seconds * NS - self.start) / self.per_column / self.ratio

    def seconds(self, x: float) -> float:
        """Which time lies at x."""
        return (self.start + (x - self.left) * self.ratio * self.per_column) / NS


def make_scale(start: float, end: float, left: int, width: int, ratio: float) -> Scale:
    """The scale that shows start to end (seconds) in `width` logical pixels from `left`.

    Edges are moved to whole columns of absolute time, so a span keeps its width in pixels while the view moves. The
    same stretch gives the same scale to whoever asks, whatever was shown before: all plots agree on every column.
    """
    columns = max(1, round(width * ratio))
    begin, length = round(start * NS), max(1, round((end - start) * NS))
    step = max(1, -(-(length - _LOOSE) // columns))
    return Scale(begin // step * step, step, columns, left, ratio)


def scale_of(view: View, pixels: Measures, width: int, ratio: float) -> Scale:
    """The scale of what a plot shows in a widget of so many logical pixels: names stand left of it, air is right."""
    room = max(1, width - pixels.name_column - pixels.padding)
    return make_scale(view.start, max(view.end, view.start + 1e-6), pixels.name_column, room, ratio)


def step_for(length: float, room: float) -> float:
    """The round step (1, 2 or 5 times a power of ten) at which at most `room` labels fit into `length`."""
    rough = length / max(room, 1.0)
    if rough <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next((factor * power for factor in (1, 2, 5) if factor * power >= rough * (1 - 1e-9)), 10 * power)


def ticks(start: float, end: float, step: float) -> list[float]:
    """The multiples of `step` from start to end."""
    first, last = math.ceil(start / step - 1e-9), math.floor(end / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def tick_label(value: float, step: float) -> str:
    """A tick with as many decimals as its step needs, at least one below steps of 5."""
    decimals = max(1 if step < 5 else 0, -math.floor(math.log10(step) + 1e-9))
    return f"{value + 0.0:.{decimals}f}"


def duration(seconds: float) -> str:
    """A length of time in words: 35.2 ms, 1.3 s, 12 us."""
    if seconds >= 1:
        return f"{seconds:.2f} s" if seconds < 100 else f"{seconds:.0f} s"
    if seconds >= 1e-3:
        return f"{seconds * 1e3:.3g} ms" if seconds < 0.1 else f"{seconds * 1e3:.0f} ms"
    return f"{seconds * 1e6:.0f} \u00b5s"


def moment(seconds: float, per_pixel: float) -> str:
    """A time with the decimals that a pixel of the scale can tell apart, 2 to 6."""
    decimals = min(6, max(2, -math.floor(math.log10(max(per_pixel, 1e-9) * 20))))
    return f"{seconds:.{decimals}f} s"
