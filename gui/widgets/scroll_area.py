"""An area that scrolls up and down, and comes to rest."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QScrollArea, QWidget


class ScrollArea(QScrollArea):
    """Sizes what is in it once, where Qt would go on without end.

    With its bar the area is narrower. What is in it may then be lower, such as rows that leave their icons out, so that
    no bar is needed; without the bar it is higher again. Qt asks again within each answer until its stack is full.
    """

    _sizing = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.Resize:
            return super().eventFilter(watched, event)
        if self._sizing:
            return False
        self._sizing = True
        try:
            return super().eventFilter(watched, event)
        finally:
            self._sizing = False


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
