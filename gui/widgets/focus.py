"""Where the keyboard goes: F6 from panel to panel, Tab within them, arrow keys within a group."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QWidget

_BACK, _ON = (Qt.Key.Key_Left, Qt.Key.Key_Up), (Qt.Key.Key_Right, Qt.Key.Key_Down)
_ENDS = (Qt.Key.Key_Home, Qt.Key.Key_End)


def _takes_keys(widget: QWidget, within: QWidget) -> bool:
    """Whether Tab may come to a widget now."""
    reached = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isEnabled()
    return reached and widget.isVisibleTo(within) and widget.focusProxy() is None


class Roving(QObject):
    """Makes the buttons in a widget one stop of the Tab key: arrow keys go from one to the next, Home and End far.

    Tab comes to the one that is chosen, where just one is, else to the one that had the keyboard last.
    """

    def __init__(self, group: QWidget) -> None:
        super().__init__(group)
        self._group = group
        self._last: QWidget | None = None
        group.installEventFilter(self)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._watch)
        self._later.start()

    def _watch(self) -> None:
        for one in (self._group, *self._group.findChildren(QWidget)):
            if one.focusPolicy() & Qt.FocusPolicy.TabFocus:
                one.installEventFilter(self)

    def members(self) -> list[QWidget]:
        """What arrow keys go through, as the eye does: from above, then from the left."""
        found = [one for one in self._group.findChildren(QWidget) if _takes_keys(one, self._group)]
        corners = {one: one.mapTo(self._group, QPoint(0, 0)) for one in found}
        return sorted(found, key=lambda one: (corners[one].y(), corners[one].x()))

    def entry(self) -> QWidget | None:
        """Which of them Tab comes to."""
        found = self.members()
        with_keys = [one for one in found if one.hasFocus()]
        chosen = [one for one in found if isinstance(one, QAbstractButton) and one.isChecked()]
        last = [one for one in found if one is self._last]
        return next(iter([*with_keys, *(chosen if len(chosen) == 1 else ()), *last, *found]), None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes arrow keys from the buttons; what is added later belongs to the group too.

        The child of a QChildEvent is not asked for: to say of which class it is PySide makes every class of Qt.
        """
        kind = event.type()
        if kind is QEvent.Type.ChildAdded:
            self._later.start()
        elif kind is QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self._last = watched
        elif kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) and isinstance(event, QKeyEvent):
            return self._pressed(watched, event)
        return False

    def _pressed(self, watched: QObject, event: QKeyEvent) -> bool:
        key, found = Qt.Key(event.key()), self.members()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if not plain or key not in (*_BACK, *_ON, *_ENDS) or watched not in found:
            return False
        if event.type() is QEvent.Type.KeyPress:
            at = next(at for at, one in enumerate(found) if one is watched) + (key in _ON) - (key in _BACK)
            at = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(found) - 1}.get(key, at)
            go_to(found[min(max(at, 0), len(found) - 1)], Qt.FocusReason.TabFocusReason)
        event.accept()
        return True


class HeaderRow(QWidget):
    """The head of a panel: F6 comes to it, and a ring shows that. Its buttons are one stop of the Tab key."""

    def __init__(self) -> None:
        super().__init__()
        Roving(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Link), 2))  # the accent
            painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -1), 6, 6)


def go_to(widget: QWidget, reason: Qt.FocusReason) -> None:
    """Gives it the keyboard, and brings it into sight where it is scrolled out of it."""
    widget.setFocus(reason)
    above = widget.parentWidget()
    while above is not None and not above.isWindow():
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()


def stops(window: QWidget, panels: Sequence[QWidget]) -> list[QWidget]:
    """Every widget that takes the keyboard by Tab now, in order, one of each group."""
    return [widget for _, widget in _placed(window, panels)]


def _placed(window: QWidget, panels: Sequence[QWidget]) -> list[tuple[int, QWidget]]:
    found: list[tuple[int, QWidget]] = []
    entries = {one.parent(): one.entry() for one in window.findChildren(Roving)}
    widget = window.nextInFocusChain()
    while widget is not None and widget is not window:
        if _takes_keys(widget, window) and _is_entry(widget, entries):
            found.append((_place(widget, panels), widget))
        widget = widget.nextInFocusChain()
    return sorted(found, key=lambda pair: pair[0])


def _is_entry(widget: QWidget, entries: dict[QObject | None, QWidget | None]) -> bool:
    """Whether Tab comes to it: it is in no group, or its group's entry."""
    group = widget.parentWidget()
    while group is not None and group not in entries:
        group = group.parentWidget()
    return group is None or entries[group] is widget


def _place(widget: QWidget | None, panels: Sequence[QWidget]) -> int:
    """The number of the panel around a widget; what is in none comes last."""
    around = (at for at, panel in enumerate(panels) if widget is not None and panel in (widget, *_above(widget)))
    return next(around, len(panels))


def _above(widget: QWidget) -> list[QWidget]:
    found, above = [], widget.parentWidget()
    while above is not None:
        found.append(above)
        above = above.parentWidget()
    return found


def step(window: QWidget, panels: Sequence[QWidget], forward: bool) -> bool:
    """Moves the keyboard to the next stop, or the one before; False when there is none."""
    order, now = _placed(window, panels), window.focusWidget()
    if not order:
        return False
    at = next((at for at, (_, widget) in enumerate(order) if widget is now), -1)
    if at < 0 and _place(now, panels) < len(panels):  # at the head of a panel
        place = _place(now, panels)
        at = sum(one < place for one, _ in order) - (1 if forward else 0)
    elif at < 0:
        at = -1 if forward else 0
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    go_to(order[(at + (1 if forward else -1)) % len(order)][1], reason)
    return True


def next_panel(window: QWidget, panels: Sequence[QWidget], forward: bool) -> None:
    """Moves the keyboard to the head of the next panel in sight; one without a head: to its first stop."""
    order, now = _placed(window, panels), _place(window.focusWidget(), panels)
    heads: list[tuple[int, QWidget]] = []
    for at, panel in enumerate(panels):
        head = next((one for one in panel.findChildren(HeaderRow) if one.isVisibleTo(window)), None)
        first = next((widget for place, widget in order if place == at), None)
        target = head or first
        if target is not None and panel.isVisibleTo(window):
            heads.append((at, target))
    if not heads:
        return
    later, before = [one for one in heads if one[0] > now], [one for one in heads if one[0] < now]
    around = [*later, *heads] if forward else [*reversed(before), *reversed(heads)]
    if now == len(panels) and forward:
        around = heads
    go_to(around[0][1], Qt.FocusReason.OtherFocusReason)
