"""What is done when the layout that is being made now stands: no resize inside of a resize."""

from collections.abc import Callable
from types import MethodType
from typing import ClassVar
from weakref import WeakMethod

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt


class Later(QObject):
    """Does something once, however often it is asked for meanwhile, and before anything is painted.

    Who answers to a resize by showing, hiding or sizing what stands in a layout has all layouts around it done at once,
    within the one that sizes it, and may so be sized again before it has answered.
    """

    _kind: ClassVar[QEvent.Type] = QEvent.Type(QEvent.registerEventType())

    def __init__(self, owner: QObject, do: Callable[[], None]) -> None:
        """A method does not keep its object alive."""
        super().__init__(owner)
        self._do = WeakMethod(do) if isinstance(do, MethodType) else lambda: do
        self._asked = False

    def ask(self) -> None:
        """It is to be done."""
        if not self._asked:
            self._asked = True
            QCoreApplication.postEvent(self, QEvent(self._kind), Qt.EventPriority.HighEventPriority.value)

    def event(self, event: QEvent) -> bool:
        if event.type() != self._kind:
            return super().event(event)
        self._asked = False
        do = self._do()
        if do is not None:
            do()
        return True
