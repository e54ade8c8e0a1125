"""Where somebody types what a program asks for: a line, with the badge of the thread that gets it."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from gui.theme.palette import font
from gui.theme.theme import UNDRESSED, Theme
from gui.widgets.controls import keeps_key
from gui.widgets.drawing import badge_width, draw_badge, smooth
from gui.widgets.overlay import Overlay

LONGEST = 2**31 - 1  # letters: Qt's own limit would cut off what is pasted
AROUND = 20  # pixels of the field around its text
EDGE = 2  # pixels beside the badge, whose outline is wider than it
KEPT = 200  # answers that the arrow keys bring back
_HISTORY = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


def lines_in(text: str) -> list[str]:
    """The lines of what somebody pasted, however their ends were written; the last one has no end."""
    for end in ("\r\n", "\r", "\u2028", "\u2029"):
        text = text.replace(end, "\n")
    return text.split("\n")


@runtime_checkable
class LendsKeyboard(Protocol):
    """Text that is typed, but not just now: the program was run from there, and nothing was touched since."""

    lends_keyboard: bool


def busy_elsewhere() -> bool:
    """Whether somebody types somewhere, or something lies over the window: the keyboard is not to be taken away."""
    if QApplication.activePopupWidget() is not None or QApplication.activeModalWidget() is not None:
        return True
    one = QApplication.focusWidget()
    if one is None:
        return False
    if one.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled):
        return not (isinstance(one, LendsKeyboard) and one.lends_keyboard)
    return any(isinstance(above, Overlay) for above in _above(one))


def _above(widget: QWidget) -> Sequence[QWidget]:
    found = [widget]
    while (parent := found[-1].parentWidget()) is not None:
        found.append(parent)
    return found


class AnswerLine(QLineEdit):
    """Enter sends a line; Ctrl+D ends the input where nothing is typed; Up and Down bring back what was sent before.

    What is pasted is sent line by line, as in a terminal: what has no end yet stays to be edited.
    """

    sent = Signal(str)  # whole lines with their ends
    ended = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMaxLength(LONGEST)
        self._history: list[str] = []
        self._at = 0  # in the history; behind it stands what is being typed
        self._draft = ""
        self.returnPressed.connect(lambda: self._send([self.text()], ""))
        self.textEdited.connect(self._part)

    def event(self, event: QEvent) -> bool:
        """These keys are the field's own, before the window has them."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._takes(event):
            event.accept()
            return True
        return keeps_key(event, *_HISTORY) or super().event(event)

    def _takes(self, event: QKeyEvent) -> bool:
        """Ctrl+D; and Escape while there is something to take away, else it is the window's and stops the run."""
        return _is_end(event) or (event.key() == Qt.Key.Key_Escape and bool(self.text()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_end(event):
            if not self.text():
                self.ended.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in _HISTORY and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._recall(_HISTORY[Qt.Key(event.key())])
        elif event.matches(QKeySequence.StandardKey.Paste):
            self._insert(QGuiApplication.clipboard().text())
        else:
            super().keyPressEvent(event)

    def _insert(self, text: str) -> None:
        """What is pasted never goes into the field as a whole: it may be a book."""
        if len(lines_in(text)) == 1:
            self.insert(text)
            return
        begin = self.selectionStart() if self.hasSelectedText() else self.cursorPosition()
        end = begin + len(self.selectedText())
        after = self.text()[end:]
        *whole, rest = lines_in(self.text()[:begin] + text + after)
        self._send(whole, rest)
        self.setCursorPosition(len(rest) - len(after))

    def _part(self, text: str) -> None:
        """What came by another way, such as a drop or the menu."""
        *whole, rest = lines_in(text)
        if whole:
            self._send(whole, rest)

    def _send(self, lines: Sequence[str], rest: str) -> None:
        kept = [*self._history, *(line for line in lines[-KEPT:] if line.strip())]
        self._history = [line for at, line in enumerate(kept) if not at or kept[at - 1] != line][-KEPT:]
        self._at, self._draft = len(self._history), ""
        self.setText(rest)
        self.sent.emit("".join(f"{line}\n" for line in lines))

    def _recall(self, step: int) -> None:
        at = min(max(self._at + step, 0), len(self._history))
        if at == self._at:
            return
        if self._at == len(self._history):
            self._draft = self.text()
        self._at = at
        self.setText(self._history[at] if at < len(self._history) else self._draft)


def _is_end(event: QKeyEvent) -> bool:
    """Control and D, on a Mac as well, where Qt calls that key another name."""
    control = (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.MetaModifier)
    return event.key() == Qt.Key.Key_D and event.modifiers() in control


class AnswerField(QWidget):
    """The line in a row of the output, behind the badge of the thread that is answered next."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.line = AnswerLine(self)
        self._theme = UNDRESSED
        self.badge = ""  # of the thread that is answered next; "" when nobody asks
        self._hints: tuple[str, ...] = ()
        self._before: QWidget | None = None  # had the keyboard, and gets it back
        self.hide()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.line.setFont(font(theme, theme.measures.code, mono=True))

    def tell(self, badge: str, name: str, hints: Sequence[str]) -> None:
        """Who is answered next; what a screen reader hears of that, and what stands in the field while it is empty.

        That is the first of the hints that has room: the badge says who asks, too.
        """
        if badge != self.badge:
            self.badge = badge
            self.place(self.geometry())
            self.update()
        if name != self.line.accessibleName():
            self.line.setAccessibleName(name)
        self._hints = tuple(hints)
        self._hint()

    def _hint(self) -> None:
        room = self.line.width() - self._theme.px(AROUND)
        metrics = self.line.fontMetrics()
        hint = next((one for one in self._hints if metrics.horizontalAdvance(one) <= room), "")
        if hint != self.line.placeholderText():
            self.line.setPlaceholderText(hint)

    def place(self, box: QRect) -> None:
        """Takes this place in the row."""
        self.setGeometry(box)
        left = self._sign_width()
        self.line.setGeometry(left, 0, max(1, box.width() - left), max(1, box.height()))
        self._hint()

    def _side(self) -> int:
        return self._theme.px(self._theme.measures.badge - 2)

    def _sign_width(self) -> int:
        """Pixels of the badge and the air behind it."""
        return EDGE + round(badge_width(self.badge, self._side())) + self._theme.px(6) if self.badge else 0

    def take_keyboard(self) -> None:
        """The keyboard comes here, unless somebody types elsewhere."""
        if self.isVisible() and not self.line.hasFocus() and not busy_elsewhere():
            self._before = QApplication.focusWidget()
            self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Nobody asks any more: the keyboard goes back to where it was, and never to what stands next."""
        if self.line.hasFocus():
            before, self._before = self._before, None
            if before is not None and before.isVisible():
                before.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                self.line.clearFocus()
        self.line.clear()
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter: QPainter = smooth(self)
        painter.fillRect(self.rect(), QColor(self._theme.colours.panel))
        if self.badge:
            side = self._side()
            box = QRectF(EDGE, (self.height() - side) / 2, badge_width(self.badge, side), side)
            draw_badge(painter, self._theme, self.badge, box)
