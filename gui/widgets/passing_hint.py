"""A sentence over the lower edge of the window that goes by itself: how to leave what was begun, what was saved."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel, QWidget

from gui.theme.palette import text_font
from gui.theme.theme import Theme

MARGIN = 32  # pixels of the window beside a long sentence, such as one with the name of a file
SEEN = 6000  # milliseconds: long enough to be read twice


class PassingHint(QLabel):
    """Lets the mouse through, and takes no room from anybody."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._kept = ""  # what holds as long as the window is as it is
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._gone = QTimer(self, singleShot=True, interval=SEEN)
        self._gone.timeout.connect(self.hide)
        window.installEventFilter(self)
        self.hide()

    def say(self, words: str) -> None:
        """Shows other words, or nothing; the same ones again, as of each layout, are not shown again."""
        if words != self._kept:
            self._kept = words
            self.tell(words)

    def tell(self, words: str) -> None:
        """Shows what has just happened; a screen reader says it."""
        room = self._window.width() - self.sizeHint().width() + self.fontMetrics().horizontalAdvance(self.text())
        self.setText(self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, room - MARGIN))
        if words and QAccessible.isActive():
            from PySide6.QtGui import QAccessibleAnnouncementEvent  # noqa: PLC0415 - only where somebody listens

            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))
        self.setVisible(bool(words))
        self._gone.start()
        self._place()

    def apply_theme(self, theme: Theme) -> None:
        """Takes on colours and font."""
        colours = theme.colours
        self.setFont(text_font(theme, theme.measures.base, 500))
        self.setStyleSheet(
            f"background: {colours.raised}; color: {colours.text}; border: 1px solid {colours.line2};"
            f" border-radius: {theme.px(8)}px; padding: {theme.px(8)}px {theme.px(16)}px;"
        )
        self._place()

    def _place(self) -> None:
        self.adjustSize()
        self.move((self._window.width() - self.width()) // 2, self._window.height() - 2 * self.height())
        self.raise_()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self._place()
        return False
