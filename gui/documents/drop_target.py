"""Takes what is dropped anywhere on the window, where nothing else takes it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtWidgets import QWidget


class DropTarget(QObject):
    """`drop(data)` is called with files or a text."""

    def __init__(self, window: QWidget, drop: Callable[[QMimeData], None]) -> None:
        super().__init__(window)
        self._drop = drop
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() not in (QEvent.Type.DragEnter, QEvent.Type.Drop):
            return False
        from PySide6.QtGui import QDragEnterEvent, QDropEvent  # noqa: PLC0415 - the first frame does not wait for it

        if isinstance(event, QDragEnterEvent) and event.type() is QEvent.Type.DragEnter:
            if event.mimeData().hasUrls() or event.mimeData().hasText():
                event.acceptProposedAction()
            return True
        if isinstance(event, QDropEvent) and event.type() is QEvent.Type.Drop:
            event.acceptProposedAction()
            self._drop(event.mimeData())
            return True
        return False
