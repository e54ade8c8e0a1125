"""Where the Tab key goes: from panel to panel in the order of the window, within a panel in its own."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def stops(window: QWidget, panels: Sequence[QWidget]) -> list[QWidget]:
    """Every widget that takes the keyboard by Tab now, in order; what a panel made late stands in its panel."""
    found: list[tuple[int, QWidget]] = []
    widget = window.nextInFocusChain()
    while widget is not None and widget is not window:
        reached = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isEnabled()
        if reached and widget.isVisibleTo(window) and widget.focusProxy() is None:
            around = (at for at, panel in enumerate(panels) if panel is widget or panel.isAncestorOf(widget))
            found.append((next(around, len(panels)), widget))
        widget = widget.nextInFocusChain()
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def step(window: QWidget, panels: Sequence[QWidget], forward: bool) -> bool:
    """Moves the keyboard to the next stop, or the one before; False when there is none."""
    order, now = stops(window, panels), window.focusWidget()
    if not order:
        return False
    first, by = (0, 1) if forward else (-1, -1)
    at = order.index(now) + by if now in order else first
    order[at % len(order)].setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    return True
