"""The end of a thread that did not end by itself: its bar is torn off, and says "cut off"."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from engine.frame import Lane, State
from engine.words.states import state_in_a_word
from gui.plots.common.scale import NS
from gui.plots.timeline.bar_raster import Bars
from gui.plots.timeline.scene import PaintScene

_DEEP = 5  # pixels: how far the teeth reach into the bar
_TOOTH = 5  # pixels: how high one is
_ROUNDED = 2  # columns: the last moment of a run may lie so far behind the right edge, which is a whole column
_PAST = 2  # pixels: how far the tear stands out above and below the bar


def torn_at(scene: PaintScene, lane: Lane) -> float | None:
    """The x where a lane was cut off, None where that does not show."""
    spans = lane.spans
    if not len(spans) or spans.states[-1] != State.CUT or State.CUT in scene.frame.view.hidden:
        return None
    time, scale = int(spans.starts[-1]), scene.scale
    if not scale.start < time <= scale.end + _ROUNDED * scale.per_column:
        return None
    return min(scale.x(time / NS), scale.left + scale.width)


def teeth(x: float, top: float, bottom: float, scale: float) -> list[QPointF]:
    """The corners of a tear whose tips stand at x, from top to bottom."""
    count = max(2, round((bottom - top) / (_TOOTH * scale)) // 2 * 2)
    step = (bottom - top) / count
    return [QPointF(x - (0 if number % 2 else _DEEP * scale), top + number * step) for number in range(count + 1)]


def draw_torn(painter: QPainter, scene: PaintScene, bars: Bars, x: float) -> None:
    """The tear over the end of the bar; before it the words, where the lane says them nowhere else."""
    cache, colours = scene.cache, scene.cache.theme.colours
    top, bottom = bars.top - _PAST, bars.top + bars.height + _PAST
    edge = teeth(x, top, bottom, cache.theme.scale)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.panel))
    painter.drawPolygon(QPolygonF([*edge, QPointF(x + 1.5, bottom), QPointF(x + 1.5, top)]))
    painter.setPen(QPen(QColor(colours.lost), 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(edge))
    painter.restore()
    _draw_words(painter, scene, bars, x)


def _draw_words(painter: QPainter, scene: PaintScene, bars: Bars, x: float) -> None:
    """Letter and words left of the tear; where there is room behind it they stand there, as for every end."""
    cache, scale = scene.cache, scene.scale
    word, picture = state_in_a_word(State.CUT), cache.letter(State.CUT, cache.side)
    side = picture.deviceIndependentSize()
    wide = cache.width(cache.word, word) + side.width() + 14
    left = round(x - _DEEP * cache.theme.scale - 2 - wide)
    if scale.left + scale.width - x > 3 * cache.side or left < scale.left:
        return
    height = min(side.height() + 4, bars.row)
    painter.fillRect(QRectF(left, bars.middle - height / 2, wide, height), QColor(cache.theme.colours.panel))
    painter.setPen(QColor(cache.theme.colours.lost_text))
    painter.setFont(cache.word)
    text = QRectF(left + side.width() + 8, bars.middle - bars.row / 2, wide, bars.row)
    painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, word)
    painter.drawPixmap(QPointF(left + 3, round(bars.middle - side.height() / 2)), picture)
