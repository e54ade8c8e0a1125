"""The signs of the legend, and the same as pictures within a text: `![waiting for the lock](sign:wait-lock)`."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from engine.frame import State
from gui.theme.theme import Theme
from gui.widgets.drawing import draw_bar, draw_letter, draw_loss, painted

SCHEME = "sign"
LOST, LETS_IN, CPU = "lost", "lets-in", "cpu"
Mark = State | str
NAMES: dict[str, Mark] = {
    **{state.name.lower().replace("_", "-"): state for state in State if state is not State.ABSENT},
    **{mark: mark for mark in (LOST, LETS_IN, CPU)},
}


def draw_sign(painter: QPainter, theme: Theme, mark: Mark, box: QRectF, ratio: float) -> None:
    """What stands for a state, or for something else that the timeline shows, in a box; pixels."""
    if isinstance(mark, State):
        draw_bar(painter, theme.looks[mark], box, ratio)
        draw_letter(painter, theme, mark, box.center())
    elif mark == LOST:
        draw_loss(painter, theme, box.center())
    elif mark == CPU:
        draw_bar(painter, theme.hollow[State.RUNNING], box, ratio)
        painter.fillRect(box.adjusted(0, round(box.height() / 2), 0, 0), QColor(theme.looks[State.RUNNING].fill))
    else:
        x, y = box.center().x(), box.center().y()
        painter.setPen(QPen(QColor(theme.colours.text), 2))
        painter.drawLine(QPointF(x, y - 7), QPointF(x, y + 2))
        painter.setBrush(QColor(theme.colours.text))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF([QPointF(x, y + 7), QPointF(x - 4, y), QPointF(x + 4, y)]))


def picture(theme: Theme, name: str, ratio: float) -> QImage | None:
    """A sign as high as a line of text, by its name; None when there is none of that name."""
    mark = NAMES.get(name)
    if mark is None:
        return None
    width, height, part = theme.px(28), theme.px(17), 0.85  # smaller than in the legend: a line stays as high as others

    def draw(painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(part, part)
        draw_sign(painter, theme, mark, QRectF(1, 1, width - 2, height - 2), ratio)

    return painted(width * part, height * part, ratio, draw).toImage()
