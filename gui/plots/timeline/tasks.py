"""Tasks on the lanes of their workers: a bracket from begin to end, a name where there is room, a cross for failed."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from engine.frame import Lane, State
from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.plots.common.labels import write
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import Scale
from gui.plots.timeline.bar_raster import Bars
from gui.plots.timeline.scene import PaintScene
from gui.plots.timeline.state_labels import state_at
from gui.plots.timeline.task_index import Shown
from gui.theme.theme import TINTS

_TICK = 4  # pixels
_LEAST_NAME = 20  # pixels that a task with a name is wide
_LEAST_LETTERS = 6  # of a name that is cut, with its dots


@lazy_dataclass(frozen=True)
class Label:
    """The name of a task."""

    box: QRectF
    name: str
    ground: str
    ink: str
    veil: float = 1.0  # how much of the bar the ground hides


def labels(scene: PaintScene, lane: Lane, bars: Bars, shown: Shown) -> list[Label]:
    """The names that have room, inside of the row. Each stands in the middle of what is seen of its task."""
    scale, cache, tasks, colours = scene.scale, scene.cache, scene.frame.recording.tasks, scene.cache.theme.colours
    high = min(cache.theme.pixels.task, bars.top - bars.flags if bars.named else bars.height - 2)
    top = bars.flags if bars.named else bars.top + (bars.height - high) // 2
    right = np.minimum(shown.after, scale.columns)
    left = np.maximum(shown.first, 0)
    found = []
    for index in np.flatnonzero(right - left >= cache.theme.px(_LEAST_NAME) * scale.ratio).tolist():
        number = int(shown.tasks[index])
        x0, x1 = scale.left + left[index] / scale.ratio, scale.left + right[index] / scale.ratio
        name = shortened(cache, tasks.names.get(int(tasks.ids[number]), ""), x1 - x0 - cache.theme.px(10))
        if name:
            wide = cache.width(cache.task, name) + cache.theme.px(6)
            x = (x0 + x1 - wide) / 2 if bars.named else x0 + cache.theme.px(3)
            box = QRectF(round(x), top, wide, high)
            ground, ink, veil = (colours.panel, colours.text, 1.0) if bars.named else _colours(scene, lane, box)
            if tasks.failed[number] and ink != colours.ink and veil == 1.0:
                ink = colours.lost_text
            found.append(Label(box, name, ground, ink, veil))
    return found


def _colours(scene: PaintScene, lane: Lane, box: QRectF) -> tuple[str, str, float]:
    """Ground, ink and veil of a name inside of a bar: those of the bar, without its hatch, but with its level."""
    state = state_at(lane, scene.scale.seconds(box.center().x()))
    theme = scene.cache.theme
    look, hollow, colours = theme.looks.get(state), theme.hollow.get(state), theme.colours
    if look is None:
        return colours.panel, colours.text, 1.0
    if hollow is not None and scene.cpu and lane.cpu is not None:
        return hollow.fill, colours.text, TINTS[theme.name].veil
    solid = state in (State.RUNNING, State.HOLDING, State.HOLDING_ASLEEP, State.FILE)
    return look.fill, colours.ink if solid else colours.text, 1.0


def shortened(cache: PaintCache, name: str, room: float) -> str:
    """As much of a name as fits: of "root(10)" rather "(10)" than "root...", which all of its kind are called."""
    if cache.width(cache.task, name) <= room:
        return name
    inner = name[name.find("(") :] if name.endswith(")") else ""
    if len(inner) > 2 and cache.width(cache.task, inner) <= room:
        return inner
    cut = cache.elided(cache.task, name, room // 8 * 8)
    return cut if len(cut) > _LEAST_LETTERS else ""


def draw_tasks(painter: QPainter, scene: PaintScene, bars: Bars, shown: Shown, names: Sequence[Label]) -> None:
    """Brackets, names and crosses; the painter's origin is the row's upper left corner."""
    scale, cache, colours = scene.scale, scene.cache, scene.cache.theme.colours
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.save()
    painter.setClipRect(QRectF(scale.left, 0, scale.width, bars.row), Qt.ClipOperation.IntersectClip)
    if bars.named:
        painter.setPen(QPen(QColor(colours.muted), 1))
        painter.drawLines(_brackets(scale, bars, shown))
    else:
        cuts = _cuts(scale, shown)
        painter.setPen(QPen(QColor(colours.panel), 3))
        painter.drawLines([QLineF(x, bars.top, x, bars.top + bars.height) for x in cuts])
        painter.setPen(QPen(QColor(colours.muted), 1))
        painter.drawLines([QLineF(x, bars.top - 2, x, bars.top + bars.height + 2) for x in cuts])
        y = bars.top - 1.5
        painter.drawLines([QLineF(_x(scale, first), y, _x(scale, after) - 1, y) for first, after in shown.narrow])
    painter.restore()
    for label in names:
        ground = QColor(label.ground)
        ground.setAlphaF(label.veil)
        painter.fillRect(label.box, ground)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip
        write(painter, cache.task, label.ink, label.box, label.name, flags=flags)
    for column in shown.failed:
        draw_cross(painter, scene, QPointF(scale.left + column / scale.ratio, bars.middle), cache.theme.px(5))


def _brackets(scale: Scale, bars: Bars, shown: Shown) -> list[QLineF]:
    """A bracket above the bar of each task; one line above those too short for that."""
    y = bars.top - 3.5
    lines = [QLineF(_x(scale, first), y, _x(scale, after) - 1, y) for first, after in shown.narrow]
    for first, after in zip(shown.first.tolist(), shown.after.tolist(), strict=True):
        x0, x1 = _x(scale, max(first, -4.0)), _x(scale, min(after, scale.columns + 4.0)) - 2
        lines += [QLineF(x0, y, x1, y), QLineF(x0, y, x0, y + _TICK), QLineF(x1, y, x1, y + _TICK)]
    return lines


def _cuts(scale: Scale, shown: Shown) -> list[float]:
    """Where the bar is cut, as there is no room above it: at begin and end of each task, once where two meet."""
    columns = np.sort(np.concatenate((shown.first, shown.after)))
    apart = np.diff(columns, prepend=-np.inf) >= _TICK * scale.ratio
    return [_x(scale, column) - 1 for column in columns[apart].tolist() if -4 < column < scale.columns + 4]


def _x(scale: Scale, column: float) -> float:
    return round(scale.left + column / scale.ratio) + 0.5


def draw_cross(painter: QPainter, scene: PaintScene, at: QPointF, arm: int) -> None:
    """The vermilion cross of what died or failed; `arm` in pixels."""
    side = 2 * arm + 8
    picture = scene.cache.kept(("cross", arm), (side, side), lambda inner: _draw_cross(inner, scene, arm))
    painter.drawPixmap(QPointF(round(at.x() - side / 2), round(at.y() - side / 2)), picture)


def _draw_cross(painter: QPainter, scene: PaintScene, arm: int) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    low, high, width = 4.0, 4.0 + 2 * arm, 4 if arm > 5 else 3
    for wide, colour in ((width + 3, scene.cache.theme.colours.panel), (width, scene.cache.theme.colours.lost)):
        painter.setPen(QPen(QColor(colour), wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(low, low), QPointF(high, high))
        painter.drawLine(QPointF(low, high), QPointF(high, low))
