"""Tasks on the lanes of their workers: a bracket from begin to end, a name where there is room, a cross for failed."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.plots.inks import Inks, Scene
from gui.plots.scale import Scale
from gui.plots.strips import Bars
from gui.plots.task_index import Shown

_TICK = 4  # pixels
_LEAST_NAME = 20  # pixels that a task with a name is wide
_LEAST_LETTERS = 6  # of a name that is cut, with its dots
Label = tuple[QRectF, str, bool]  # where a name stands, the name, whether its task failed


def labels(scene: Scene, bars: Bars, shown: Shown) -> list[Label]:
    """The names that have room, inside of the row. Each stands in the middle of what is seen of its task."""
    scale, inks, tasks = scene.scale, scene.inks, scene.frame.tasks
    high = min(inks.theme.px(inks.theme.measures.task), bars.top if bars.named else bars.height - 2)
    top = 0 if bars.named else bars.top + (bars.height - high) // 2
    right = np.minimum(shown.after, scale.columns)
    left = np.maximum(shown.first, 0)
    found = []
    for index in np.flatnonzero(right - left >= inks.theme.px(_LEAST_NAME) * scale.ratio).tolist():
        number = int(shown.tasks[index])
        x0, x1 = scale.left + left[index] / scale.ratio, scale.left + right[index] / scale.ratio
        name = shortened(inks, tasks.names.get(int(tasks.ids[number]), ""), x1 - x0 - inks.theme.px(10))
        if name:
            wide = inks.width(inks.task, name) + inks.theme.px(6)
            x = (x0 + x1 - wide) / 2 if bars.named else x0 + inks.theme.px(3)
            found.append((QRectF(round(x), top, wide, high), name, bool(tasks.failed[number])))
    return found


def shortened(inks: Inks, name: str, room: float) -> str:
    """As much of a name as fits: of "root(10)" rather "(10)" than "root...", which all of its kind are called."""
    if inks.width(inks.task, name) <= room:
        return name
    inner = name[name.find("(") :] if name.endswith(")") else ""
    if 2 < len(inner) and inks.width(inks.task, inner) <= room:
        return inner
    cut = inks.elided(inks.task, name, room // 8 * 8)
    return cut if len(cut) > _LEAST_LETTERS else ""


def draw_tasks(painter: QPainter, scene: Scene, bars: Bars, shown: Shown, names: Sequence[Label]) -> None:
    """Brackets, names and crosses; the painter's origin is the row's upper left corner."""
    scale, inks, colours = scene.scale, scene.inks, scene.inks.theme.colours
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    y = bars.top - 3.5
    lines = [QLineF(_x(scale, a), y, _x(scale, b) - 1, y) for a, b in shown.narrow]
    for first, after in zip(shown.first.tolist(), shown.after.tolist(), strict=True):
        x0, x1 = _x(scale, max(first, -4.0)), _x(scale, min(after, scale.columns + 4.0)) - 2
        lines.append(QLineF(x0, y, x1, y))
        lines += [QLineF(x, y, x, bars.top + (bars.height if not bars.named else _TICK)) for x in (x0, x1)]
    painter.save()
    painter.setClipRect(QRectF(scale.left, 0, scale.width, bars.row))
    painter.setPen(QPen(QColor(colours.muted), 1))
    painter.drawLines(lines)
    painter.restore()
    painter.setFont(inks.task)
    for box, name, failed in names:
        painter.fillRect(box, QColor(colours.panel))
        painter.setPen(QColor(colours.lost_text if failed else colours.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
    for column in shown.failed:
        draw_cross(painter, scene, QPointF(scale.left + column / scale.ratio, bars.middle), inks.theme.px(5))


def _x(scale: Scale, column: float) -> float:
    return round(scale.left + column / scale.ratio) + 0.5


def draw_cross(painter: QPainter, scene: Scene, at: QPointF, arm: float) -> None:
    """The vermilion cross of what died or failed."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = 4 if arm > 5 else 3
    for wide, colour in ((width + 3, scene.inks.theme.colours.panel), (width, scene.inks.theme.colours.lost)):
        painter.setPen(QPen(QColor(colour), wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(at + QPointF(-arm, -arm), at + QPointF(arm, arm))
        painter.drawLine(at + QPointF(-arm, arm), at + QPointF(arm, -arm))
