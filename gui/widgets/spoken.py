"""What a screen reader hears of a painted widget: it has no text of its own that Qt could read out."""

from functools import cache
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface, QAccessibleValueChangeEvent
from PySide6.QtWidgets import QAccessibleWidget, QWidget


@runtime_checkable
class Spoken(Protocol):
    """A widget that says its value in words. Its name is its `accessibleName`."""

    spoken_role: QAccessible.Role

    def spoken(self) -> str:
        """What it shows now, in a sentence; asked for only when somebody listens."""


class SpokenInterface(QAccessibleWidget):
    """Reads the words out as value, and as description for readers that know no value of such a role."""

    def __init__(self, widget: QWidget, spoken: Spoken) -> None:
        super().__init__(widget, spoken.spoken_role, widget.accessibleName())
        self._spoken = spoken

    def text(self, kind: QAccessible.Text) -> str:
        if kind is QAccessible.Text.Value:
            return self._spoken.spoken()
        said = super().text(kind)
        return said or self._spoken.spoken() if kind is QAccessible.Text.Description else said


def _interface(_name: str, thing: QObject) -> QAccessibleInterface | None:
    return SpokenInterface(thing, thing) if isinstance(thing, QWidget) and isinstance(thing, Spoken) else None


@cache
def install() -> None:
    """Tells Qt, once."""
    QAccessible.installFactory(_interface)


def tell(widget: QWidget) -> None:
    """The value of a spoken widget is another one: says so, if somebody listens."""
    if QAccessible.isActive() and isinstance(widget, Spoken):
        QAccessible.updateAccessibility(QAccessibleValueChangeEvent(widget, widget.spoken()))
