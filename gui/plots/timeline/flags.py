"""Small flags in the lanes, where a thread set an event, or took the flag down: cleared it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication, QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from engine.frame import Frame, Marks
from gui.plots.common.scale import NS, Scale
from gui.plots.timeline.rows import TimelineRow
from gui.plots.timeline.scene import PaintScene

_APART = 7  # pixels: of flags that stand closer in one lane, the last one is drawn
_LATE = 1_000_000  # nanoseconds that reports of two threads may be out of order
_NEAR = 6  # pixels beside a flag at which it is told what it means


@dataclass(frozen=True)
class Flag:
    """An event was set, or cleared, in a lane at `time` nanoseconds."""

    lane: int
    time: int
    event: int
    up: bool


def flags(marks: Marks, shown: Sequence[int], scale: Scale) -> list[Flag]:
    """The flags that show in these lanes: in each one in so many pixels of absolute time, however many there are."""
    if not len(marks):
        return []
    begin = int(np.searchsorted(marks.times, scale.start - _LATE))
    end = int(np.searchsorted(marks.times, scale.end + _LATE, "right"))
    times, lanes = marks.times[begin:end], marks.lanes[begin:end]
    rows = np.flatnonzero(np.isin(lanes, shown) & (times >= scale.start) & (times <= scale.end))
    bins = times[rows] // max(1, round(scale.per_column * scale.ratio * _APART))
    keys = bins * 0x10000 + lanes[rows]
    last = len(rows) - 1 - np.unique(keys[::-1], return_index=True)[1]
    chosen = np.sort(rows[last]) + begin
    fields = (marks.lanes[chosen], marks.times[chosen], marks.events[chosen], marks.sets[chosen])
    return [Flag(*one) for one in zip(*(field.tolist() for field in fields), strict=True)]


def draw_flags(painter: QPainter, scene: PaintScene, rows: Sequence[TimelineRow]) -> None:
    """All that show; the painter's origin is the top of the first row."""
    at = {scene.frame.recording.lanes[row.lane].id: row for row in rows if row.lock < 0}
    for flag in flags(scene.frame.recording.marks, list(at), scene.scale):
        _draw(painter, scene, at[flag.lane], flag)


def _draw(painter: QPainter, scene: PaintScene, row: TimelineRow, flag: Flag) -> None:
    """A pole with its flag at the top, or hollow at the foot when it was taken down."""
    colours, bars = scene.cache.theme.colours, scene.bars(row)
    x, top = round(scene.scale.x(flag.time / NS)) + 0.5, row.y + bars.top - 2.0
    foot = row.y + bars.top + bars.height + 1.0
    high = min(8.0, bars.height * 0.6)
    y = top if flag.up else foot - high
    cloth = QPolygonF([QPointF(x, y), QPointF(x + high + 1, y + high / 2), QPointF(x, y + high)])
    text, panel = QColor(colours.text), QColor(colours.panel)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for width, colour in ((4.0, panel), (1.5, text)):
        painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.setBrush(text if flag.up else panel)
        painter.drawLine(QLineF(x, top, x, foot))
        painter.drawPolygon(cloth)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def flag_words(frame: Frame, lane: int, scale: Scale, seconds: float) -> str:
    """What the flag nearest to a time in a lane means, such as "set file_ready"; "" where there is none."""
    moment, reach = round(seconds * NS), _NEAR * scale.per_column * scale.ratio
    near = [flag for flag in flags(frame.recording.marks, [lane], scale) if abs(flag.time - moment) <= reach]
    if not near:
        return ""
    flag = min(near, key=lambda one: abs(one.time - moment))
    thing = frame.recording.things.get(flag.event)
    words = QCoreApplication.translate("timeline", "set" if flag.up else "cleared")
    return f"{words} {thing.name if thing is not None else '?'}"
