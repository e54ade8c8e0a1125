"""What is known of each line of a document moves along with the lines while text is typed."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtGui import QTextDocument

T = TypeVar("T")
Replaced = Callable[[int, int, int], None]  # the first line from 0, how many lines it was, how many it is now


class ChangedLines(QObject):
    """Tells, for every change of a document, which lines are others now: before anything is laid out or painted."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._document = document
        self._count = document.blockCount()
        self.listeners: list[Replaced] = []
        document.contentsChange.connect(self._changed)

    def _changed(self, at: int, _removed: int, added: int) -> None:
        document = self._document
        count = document.blockCount()
        first = document.findBlock(at).blockNumber()
        last = document.findBlock(at + added).blockNumber() if added else first
        if last < first:  # Qt counts the invisible end of the last line too
            last = count - 1
        now = last - first + 1
        before = now - (count - self._count)
        if before < 1:  # the change begins at the end of a line that it does not touch
            before, now = 1, 1 + count - self._count
        self._count = count
        for listener in self.listeners:
            listener(first, before, now)


class PerLine(list[T], Generic[T]):
    """One value for each line, in a list that a change of the document is applied to."""

    def replace(self, first: int, before: int, now: int, blank: T) -> None:
        """Lines `first` to `first + before` are `now` other lines."""
        self[first : first + before] = [blank] * now
