"""The sign of each kind of thing that threads wait for."""

import enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from engine.frame import Frame
from gui.widgets.drawing import draw_padlock


class Sign(enum.Enum):
    """What a thing is."""

    LOCK = enum.auto()
    QUEUE = enum.auto()
    EVENT = enum.auto()
    CONDITION = enum.auto()
    SEMAPHORE = enum.auto()
    BARRIER = enum.auto()
    TASK = enum.auto()
    IMPORT = enum.auto()
    OTHER = enum.auto()


_BY_TYPE = {"Event": Sign.EVENT, "Condition": Sign.CONDITION, "Barrier": Sign.BARRIER}


def sign_of(frame: Frame, thing: int) -> Sign:
    """The sign of a thing; a task has its id, negative."""
    if thing < 0:
        return Sign.TASK
    if any(one.thing == thing and one.library == "importlib" for one in frame.recording.hidden):
        return Sign.IMPORT
    found = frame.recording.things.get(thing)
    kind = found.type.rpartition(".")[2] if found is not None else "Lock"
    if kind.endswith("Lock"):
        return Sign.LOCK
    if kind.endswith("Queue"):
        return Sign.QUEUE
    if kind.endswith("Semaphore"):
        return Sign.SEMAPHORE
    return _BY_TYPE.get(kind, Sign.OTHER)


def draw_sign(painter: QPainter, ink: str, box: QRectF, sign: Sign) -> None:
    """Draws it into a square, on the 24-pixel grid of all icons."""
    if sign is Sign.LOCK:
        draw_padlock(painter, ink, box)
        return
    painter.save()
    painter.translate(box.topLeft())
    painter.scale(box.width() / 24, box.height() / 24)
    pen = QPen(QColor(ink), 1.75)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _DRAWN[sign](painter)
    painter.restore()


def _queue(painter: QPainter) -> None:
    for left in (3.5, 10, 16.5):
        painter.drawRect(QRectF(left, 8, 4.5, 8))


def _event(painter: QPainter) -> None:
    painter.drawLine(QPointF(6, 4), QPointF(6, 20))
    painter.drawPolygon(QPolygonF([QPointF(6, 4.5), QPointF(18, 8.5), QPointF(6, 12.5)]))


def _condition(painter: QPainter) -> None:
    """A bell."""
    sides = ((5, 17), (7, 14), (7, 10), (9.5, 6.5), (12, 5.5), (14.5, 6.5), (17, 10), (17, 14), (19, 17))
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in sides]))
    painter.drawLine(QPointF(10.5, 19.5), QPointF(13.5, 19.5))


def _semaphore(painter: QPainter) -> None:
    """Two places, one of them taken."""
    painter.drawEllipse(QPointF(7, 12), 4, 4)
    painter.setBrush(painter.pen().color())
    painter.drawEllipse(QPointF(17, 12), 4, 4)


def _barrier(painter: QPainter) -> None:
    painter.drawLine(QPointF(15, 4), QPointF(15, 20))
    for y in (7.5, 12, 16.5):
        painter.drawLine(QPointF(5, y), QPointF(11, y))


def _task(painter: QPainter) -> None:
    painter.drawEllipse(QPointF(12, 12), 8, 8)
    painter.drawPolygon(QPolygonF([QPointF(10, 8.5), QPointF(15.5, 12), QPointF(10, 15.5)]))


def _import(painter: QPainter) -> None:
    painter.drawLine(QPointF(12, 4), QPointF(12, 14))
    painter.drawPolyline(QPolygonF([QPointF(8, 10.5), QPointF(12, 14.5), QPointF(16, 10.5)]))
    painter.drawPolyline(QPolygonF([QPointF(5, 15), QPointF(5, 20), QPointF(19, 20), QPointF(19, 15)]))


def _other(painter: QPainter) -> None:
    painter.drawRect(QRectF(5, 5, 14, 14))


_DRAWN = {
    Sign.QUEUE: _queue,
    Sign.EVENT: _event,
    Sign.CONDITION: _condition,
    Sign.SEMAPHORE: _semaphore,
    Sign.BARRIER: _barrier,
    Sign.TASK: _task,
    Sign.IMPORT: _import,
    Sign.OTHER: _other,
}
