"""A field in the timeline's header that takes a stretch of time: in place of the words that say which one is shown."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from gui import actions
from gui.plots.common.navigation import Navigation
from gui.theme.palette import text_font
from gui.theme.theme import UNDRESSED, Theme
from gui.view_state.typed_stretch import parse
from gui.widgets.controls import keeps_key

EXAMPLES = "1.5 s   250 us   1.2..1.5"


class Entry(QLineEdit):
    """The field itself: Escape and a click elsewhere leave it."""

    def __init__(self, owner: "StretchField") -> None:
        super().__init__(owner)
        self._owner = owner

    def event(self, event: QEvent) -> bool:
        """Escape is the field's own, before the window stops a run by it."""
        return keeps_key(event, Qt.Key.Key_Escape) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._owner.leave()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._owner.leave()


class StretchField(QWidget):
    """Stands where `words` stand, while somebody types; a click on them opens it, too."""

    def __init__(self, steering: Navigation, words: QLabel, home: QWidget) -> None:
        super().__init__()
        self._steering, self._words, self._home = steering, words, home
        self.entry, self.said = Entry(self), QLabel(EXAMPLES)
        name = actions.words(actions.action("stretch").words)
        self.entry.setAccessibleName(name)
        self.entry.returnPressed.connect(self._take)
        self.entry.textEdited.connect(lambda _text: self._tell(wrong=False))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.entry)
        row.addWidget(self.said, 1)
        words.setCursor(Qt.CursorShape.PointingHandCursor)
        words.setToolTip(f"{name} ({actions.key('stretch')})")
        words.installEventFilter(self)
        for key in actions.action("stretch").keys:
            QShortcut(QKeySequence(key), home).activated.connect(self.open)
        self._theme = UNDRESSED
        self.hide()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        for one in (self.entry, self.said):
            one.setFont(text_font(theme, theme.measures.small))
        self.entry.setFixedSize(theme.px(130), theme.pixels.chip)
        self._tell(wrong=False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click on the words opens the field."""
        pressed = event.type() is QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent)
        if watched is self._words and pressed:
            self.open()
            return True
        return super().eventFilter(watched, event)

    def open(self) -> None:
        """Shows the field with the width that is shown now, chosen so that typing replaces it."""
        view = self._steering.view
        self.entry.setText(f"{view.end - view.start:.3g} s")
        self._tell(wrong=False)
        self._words.hide()
        self.show()
        self.entry.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.entry.selectAll()

    def leave(self) -> None:
        """Back to the words."""
        if self.isHidden():
            return
        held = self.entry.hasFocus()
        self.hide()
        self._words.show()
        if held:
            self._home.setFocus()

    def _take(self) -> None:
        """Shows what was typed, or says what is understood."""
        try:
            typed = parse(self.entry.text())
        except ValueError:
            self._tell(wrong=True)
            return
        if typed.start is None:
            self._steering.widen(typed.width)
        else:
            self._steering.look(typed.start, typed.start + typed.width)
        self.leave()

    def _tell(self, *, wrong: bool) -> None:
        words = QCoreApplication.translate("timeline", "Understood are:") if wrong else ""
        text = f"{words} {EXAMPLES}".strip()
        self.said.setText(text)
        self.entry.setAccessibleDescription(text)
        colours = self._theme.colours
        edge = colours.lost if wrong else colours.accent
        self.said.setStyleSheet(f"color: {colours.lost_text if wrong else colours.muted};")
        self.entry.setStyleSheet(
            f"QLineEdit {{ color: {colours.text}; background: {colours.sunken}; border: 1px solid {edge};"
            f" border-radius: 6px; padding: 0 {self._theme.px(6)}px; }}"
        )
