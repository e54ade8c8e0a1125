"""The time from each frame of the window to the next. Each tick is ten times the one below: 16 ms and 2 s both show."""

from operator import attrgetter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QPainter

from engine.frame import Frame, Series
from engine.session.frame_intervals import FROZEN
from gui.actions import QT_TRANSLATE_NOOP
from gui.plots.common.scale import NS
from gui.plots.over_time.run_plot import Axis, Band, Curve, RunPlot, Sign, Space, Word
from gui.plots.over_time.run_plot_card import declared
from gui.plots.over_time.series import Growing, value_at

_LEAST, _MOST = 0.0, 4.0  # decades of milliseconds that are always shown, so that runs can be compared: 1 ms to 10 s
_STEADY = 1000 / 60  # milliseconds: a display with 60 pictures a second
_MICRO = 1000  # nanoseconds in a microsecond


def words(milliseconds: float, decimals: int = 1) -> str:
    """Such as "16 ms" and "2.0 s"."""
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.{decimals}f} s"


def height(milliseconds: float) -> float:
    """Where a gap stands on the axis."""
    return float(np.log10(max(milliseconds, 1.0)))


def stretches(gaps: Series) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Gaps as steps: from where each begins, how long it is in microseconds. A gap is known when it ends."""
    return np.concatenate((np.zeros(1, np.int64), gaps.times[:-1])), gaps.values // _MICRO


def decade(value: float) -> str:
    """A tick: 1 ms, 10 ms, 100 ms, 1 s."""
    return words(10.0**value, 0)


class GapPlot(RunPlot):
    """A line that is high where the window stood still."""

    title = QT_TRANSLATE_NOOP("plots", "Time from frame to frame")
    name = title

    def begin(self) -> None:
        """Nothing has stood still yet."""
        self._growing = Growing()

    def subtitle(self, frame: Frame) -> str:
        """Whose frames."""
        del frame
        return QCoreApplication.translate("gaps", "of this window")

    def depends(self, frame: Frame) -> tuple[object, ...]:
        """The series stands for itself."""
        return (id(frame.recording.intervals), frame.run.number)

    def axis(self, space: Space) -> Axis:
        """Always the same, and more only for a window that stood still for longer."""
        gaps = space.frame.recording.intervals
        longest = int(gaps.values.max()) / 1e6 if gaps is not None and len(gaps.values) else 0.0
        return Axis(_LEAST, max(_MOST, height(longest)) + 0.2, decade)

    def curves(self, space: Space) -> list[Curve | Band]:
        """The area below the line where it is too high, and the corners of the line."""
        gaps, colours = space.frame.recording.intervals, space.cache.theme.colours
        if gaps is None or not len(gaps.times):
            return [Band(colours.lost), Curve(colours.text)]
        x, y = self._growing.points(*stretches(gaps), float(gaps.times[-1]) / NS, space.scale)
        x = np.minimum(x, space.frame.run.now)  # the window goes on when nothing more is reported
        y = np.log10(np.maximum(y / 1000, 1.0))
        floor = np.full_like(y, height(FROZEN * 1000))
        too_high = Band(colours.lost, pieces=((x, np.maximum(y, floor), floor),), opacity=0.35)
        return [too_high, Curve(colours.text, points=(x, y))]

    def words(self, frame: Frame) -> tuple[Word, ...]:
        """The longest gap, or the one at the cursor."""
        gaps, cursor = frame.recording.intervals, frame.view.cursor
        if gaps is None or not len(gaps.values):
            return ()
        if cursor is None:
            said, longest = QCoreApplication.translate("gaps", "longest {time}"), int(gaps.values.max()) / 1e6
        else:
            said, longest = "{time}", (value_at(*stretches(gaps), cursor) or 0) / 1000
        tone = "lost_text" if longest >= FROZEN * 1000 else "text"
        return (Word(said.format(time=words(longest)), words(longest), tone, Sign.LINE),)

    def draw_labels(self, painter: QPainter, space: Space) -> None:
        """The steady rate, the ring at the cursor, and the longest gap."""
        space.draw_level(painter, height(_STEADY), QCoreApplication.translate("gaps", "60 a second"))
        gaps = space.frame.recording.intervals
        if gaps is not None and len(gaps.values):
            space.draw_ring(painter, *stretches(gaps), lambda micro: space.y(height(micro / 1000)))
            self._draw_longest(painter, space, gaps)

    def _draw_longest(self, painter: QPainter, space: Space, gaps: Series) -> None:
        """What the longest gap was, above it."""
        cache, area, now, index = space.cache, space.area, space.frame.run.now, int(gaps.values.argmax())
        longest, colours = int(gaps.values[index]) / 1e6, cache.theme.colours
        began = min(float(gaps.times[index - 1]) / NS, now) if index else 0.0
        ended = min(float(gaps.times[index]) / NS, now)
        if ended * NS < space.scale.start or began * NS > space.scale.end:
            return
        text = QCoreApplication.translate("gaps", "longest {time}").format(time=words(longest))
        wide, middle = cache.width(cache.pill, text), (space.x(began) + space.x(ended)) / 2
        left = min(max(area.left() + 6, middle - wide / 2), area.right() - wide - 4)
        line, off = space.y(height(longest)), cache.theme.px(14)
        y = line - off if line - 1.6 * off > area.top() else line + off
        ink = colours.lost_text if longest >= FROZEN * 1000 else colours.text
        space.write(painter, (cache.pill, ink), left, y, text)


PANEL = declared(GapPlot, "gaps", 22, wanted=attrgetter("recording.intervals"), offered=lambda *_: False)
