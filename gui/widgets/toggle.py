"""A switch, painted from the theme."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent

from gui.theme.palette import font
from gui.widgets.controls import PaintedButton
from gui.widgets.drawing import CENTRE, rounded, write


class Toggle(PaintedButton):
    """An on/off switch that says so in words."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setCheckable(True)

    def sizeHint(self) -> QSize:
        wide, high = (48, 24) if self.theme.compact else (56, 28)
        return QSize(self.theme.px(wide), self.theme.px(high))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, colours, on, body = self.theme, self.theme.colours, self.isChecked(), self.body()
        fill, edge = (colours.accent, colours.accent) if on else (colours.sunken, colours.line2)
        painter = self.begun(fill, edge, body.height() / 2)
        air = theme.px(2)
        side = body.height() - theme.px(4)
        knob = QRectF(body.right() - side - air if on else body.left() + air, body.top() + air, side, side)
        rounded(painter, knob, side / 2, colours.panel if on else colours.muted)
        room = body.adjusted(0, 0, -side, 0) if on else body.adjusted(side, 0, 0, 0)
        pen = font(theme, theme.measures.small, 700), colours.accent_ink if on else colours.muted
        write(painter, pen, room, self.tr("on") if on else self.tr("off"), CENTRE)
