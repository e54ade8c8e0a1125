"""An area that scrolls up and down, and comes to rest."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QScrollArea, QScrollBar, QWidget

MOST_TURNS = 8  # times that the bar comes or goes while what is in the area makes up its mind
QUIET = 500  # milliseconds after which it may again


class QuietBar(QScrollBar):
    """Paints nothing where there is nothing to scroll."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.maximum() > self.minimum():
            super().paintEvent(event)


class ScrollArea(QScrollArea):
    """Decides about its bar before anything is sized: where what is in it, as wide as the area, is too high.

    With its bar the area is narrower. What is in it may then be lower, such as rows that leave their icons out, so that
    no bar is needed; without the bar it is higher again. Qt asks again within each answer until its stack is full.
    """

    _turns = 0
    _decided_for = QSize()

    def __init__(self) -> None:
        super().__init__()
        self.setVerticalScrollBar(QuietBar())
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def need(self, width: int) -> int:
        """Pixels of height that what is in it wants in this width."""
        inner = self.widget()
        if inner is None:
            return 0
        least = inner.minimumSizeHint().expandedTo(inner.minimumSize()).height()
        return max(least, inner.heightForWidth(width)) if inner.hasHeightForWidth() else least

    def _decide(self) -> None:
        room, policy = self.contentsRect().size(), Qt.ScrollBarPolicy
        if room != self._decided_for:
            self._decided_for, self._turns = room, 0
        wanted = policy.ScrollBarAlwaysOn if self.need(room.width()) > room.height() else policy.ScrollBarAlwaysOff
        if wanted is self.verticalScrollBarPolicy():
            return
        if self._turns >= MOST_TURNS and wanted is policy.ScrollBarAlwaysOff:
            return
        self._turns += 1
        QTimer.singleShot(QUIET, self, self._calm_down)
        self.setVerticalScrollBarPolicy(wanted)

    def _calm_down(self) -> None:
        self._turns = 0

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._decide()
        if event.type() is QEvent.Type.LayoutRequest and self.hasHeightForWidth():
            self.updateGeometry()  # its own height follows from what is in it
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Who sizes what is in it is this alone, and then looks at its bars: not once more within that."""
        return event.type() is not QEvent.Type.Resize and super().eventFilter(watched, event)


def scrolled(inner: QWidget, area: QScrollArea | None = None) -> QScrollArea:
    """An area that scrolls up and down over a widget, no stop of the Tab key, and lets the ground behind it through."""
    area = area or ScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inner)
    for part in (area.viewport(), inner):  # `setWidget` gives its widget a ground of its own
        part.setAutoFillBackground(False)
    return area


def come_into_sight(widget: QWidget) -> None:
    """Scrolls what a widget stands in as far as it takes to see it, unless the mouse is busy there."""
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    if above is not None and not above.underMouse():
        above.ensureWidgetVisible(widget, 0, 0)
