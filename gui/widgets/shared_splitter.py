"""A splitter that shares its room out by a rule whenever the room or what is in it changes."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from gui.widgets.later import Later


class SharedSplitter(QSplitter):
    """What it looks like depends on its size and its content, never on the sizes that it had before.

    `rule` returns the pixels of each part; empty: there is no rule yet.
    """

    resized = Signal()

    def __init__(self, orientation: Qt.Orientation, rule: Callable[[], list[int]]) -> None:
        super().__init__(orientation)
        self._rule = rule
        self._later = Later(self, self._tell)
        self.setChildrenCollapsible(False)

    @property
    def parts(self) -> list[QWidget]:
        """What is divided, in order."""
        return [part for part in map(self.widget, range(self.count())) if part is not None]

    def share_out(self) -> None:
        """Gives each part what the rule says, or as near to that as its own limits allow."""
        sizes = self._rule()
        if sizes and sizes != self.sizes():
            self.setSizes(sizes)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.share_out()
        self._later.ask()  # who hears of it moves what is in it

    def _tell(self) -> None:
        self.resized.emit()

    def event(self, event: QEvent) -> bool:
        """The least height of a part may have changed: what was cut for it before is given back."""
        done = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self.share_out()
        return done
