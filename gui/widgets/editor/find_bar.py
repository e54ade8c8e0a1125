"""The bar to find and to replace, and the field to go to a line: laid over a text, they move nothing."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from gui.theme.palette import font
from gui.theme.theme import UNDRESSED, Theme
from gui.widgets.controls import ENTER, KeyButton, Text, dress_children
from gui.widgets.editor.query import Found, Query

SHIFT = Qt.KeyboardModifier.ShiftModifier


class Laid(QWidget):
    """A small bar at the upper right corner of what it belongs to."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = UNDRESSED
        self.may_close: Callable[[], bool] = lambda: True  # False: the Esc key belongs to the window
        parent.installEventFilter(self)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # not painted again with each line below it
        self.hide()

    def field(self, name: str) -> QLineEdit:
        """A field of text in it."""
        made = QLineEdit(self)
        made.setAccessibleName(name)
        made.setPlaceholderText(name)
        made.installEventFilter(self)
        return made

    def apply_theme(self, theme: Theme) -> None:
        """Takes on fonts and measures."""
        self.theme = theme
        dress_children(self, theme)
        for one in self.findChildren(QLineEdit):
            one.setFont(font(theme, theme.measures.small, mono=True))
            one.setFixedHeight(theme.px(26))
        self.fit()

    def fit(self) -> None:
        """Takes its place."""
        parent = self.parentWidget()
        if parent is not None:
            room = parent.width() - self.theme.px(24)
            self.resize(min(self.sizeHint().width(), max(room, self.theme.px(120))), self.sizeHint().height())
            self.move(parent.width() - self.width() - self.theme.px(16), self.theme.px(4))

    def close_bar(self) -> None:
        """Takes it away."""
        self.hide()
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc closes it, unless the window has to have that key. It goes along with the edge that it lies at."""
        if watched is self.parentWidget():
            if event.type() is QEvent.Type.Resize:
                self.fit()
            return False
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self.may_close():
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self.close_bar()
                return True
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() in ENTER:
            self.entered(watched, bool(event.modifiers() & SHIFT))
            return True
        return super().eventFilter(watched, event)

    def entered(self, field: QObject, back: bool) -> None:
        """The Enter key in a field."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, colours, edge = QPainter(self), self.theme.colours, self.theme.edge
        painter.fillRect(self.rect(), QColor(colours.panel))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.line2), edge))
        painter.setBrush(QColor(colours.raised))
        inset = edge / 2
        painter.drawRoundedRect(self.rect().toRectF().adjusted(inset, inset, -inset, -inset), 6, 6)


class FindBar(Laid):
    """What is looked for, how often it is there, and what it is to be replaced by."""

    asked = Signal()  # another query
    stepped = Signal(bool)  # to the next one; False: to the one before
    replaced = Signal(bool)  # this one; True: all

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Find"))
        self.what, self.by = self.field(self.tr("Find")), self.field(self.tr("Replace by"))
        self.count = Text("", "small", "muted")
        self.before = KeyButton("↑", quiet=True, name=self.tr("The one before (Shift+F3)"))
        self.after = KeyButton("↓", quiet=True, name=self.tr("The next one (F3)"))
        self.case = KeyButton("Aa", quiet=True, name=self.tr("Capital letters matter"))
        self.words = KeyButton("ab", quiet=True, name=self.tr("Whole words only"))
        self.regular = KeyButton(".*", quiet=True, name=self.tr("Regular expression"))
        self.shut = KeyButton("×", quiet=True, name=self.tr("Close (Esc)"))
        self.one = KeyButton(self.tr("Replace"), quiet=True)
        self.all = KeyButton(self.tr("All"), quiet=True, name=self.tr("Replace all, as one step"))
        for button in (self.case, self.words, self.regular):
            button.setCheckable(True)
            button.toggled.connect(lambda _on: self.asked.emit())
        for button in self.findChildren(KeyButton):
            button.installEventFilter(self)
        self.what.textChanged.connect(lambda _text: self.asked.emit())
        self.before.clicked.connect(lambda: self.stepped.emit(False))
        self.after.clicked.connect(lambda: self.stepped.emit(True))
        self.shut.clicked.connect(self.close_bar)
        self.one.clicked.connect(lambda: self.replaced.emit(False))
        self.all.clicked.connect(lambda: self.replaced.emit(True))
        self._lay_out()

    def _lay_out(self) -> None:
        self._grid = QGridLayout(self)
        tools = QHBoxLayout()
        for part in (self.case, self.words, self.regular, self.before, self.after, self.shut):
            tools.addWidget(part)
        self._more = QHBoxLayout()
        for button in (self.one, self.all):
            self._more.addWidget(button)
        self._more.addStretch(1)
        self._grid.addWidget(self.what, 0, 0)
        self._grid.addWidget(self.count, 0, 1)
        self._grid.addLayout(tools, 0, 2)
        self._grid.addWidget(self.by, 1, 0)
        self._grid.addLayout(self._more, 1, 1, 1, 2)

    def apply_theme(self, theme: Theme) -> None:
        px = theme.px
        self._grid.setContentsMargins(px(8), px(6), px(8), px(6))
        self._grid.setHorizontalSpacing(px(8))
        self._grid.setVerticalSpacing(px(4))
        self.what.setMinimumWidth(px(60))
        super().apply_theme(theme)
        self.fit()

    def fit(self) -> None:
        """Takes its place. The count keeps its width, so that nothing moves; where there is no room it gives way."""
        longest = self.tr("{number} of {all}").format(number=9999, all=9999)
        wide, parent = self.count.fontMetrics().horizontalAdvance(longest), self.parentWidget()
        self.count.setFixedWidth(wide)
        if parent is not None:
            over = self._grid.minimumSize().width() - (parent.width() - self.theme.px(24))
            self.count.setFixedWidth(min(wide, max(self.theme.px(36), wide - over)))
        super().fit()

    @property
    def query(self) -> Query:
        """What it says now."""
        checked = self.case.isChecked(), self.words.isChecked(), self.regular.isChecked()
        return Query(self.what.text(), *checked)

    def open(self, text: str, *, replacing: bool, may_edit: bool) -> None:
        """Shows it with what is to be looked for; "" leaves what it says."""
        for part in (self.by, self.one, self.all):
            part.setVisible(replacing and may_edit)
        if text:
            with QSignalBlocker(self.what):
                self.what.setText(text)
        self.show()
        self._grid.activate()
        self.fit()
        self.raise_()
        self.what.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.what.selectAll()
        self.asked.emit()

    def tell(self, found: Found, at: int) -> None:
        """Says how many there are, and which of them is chosen (from 1; 0: none)."""
        bad = bool(found.wrong) or (bool(self.what.text()) and not found.places)
        if found.wrong:
            said = self.tr("not valid")
        elif not self.what.text():
            said = ""
        elif not found.places:
            said = self.tr("none")
        else:
            many = f"{len(found.places)}{'+' if found.more else ''}"
            said = self.tr("{number} of {all}").format(number=at or "–", all=many)
        self.count.set_text(said, "lost_text" if bad else "muted")
        self.count.setToolTip(found.wrong)
        self.what.setToolTip(found.wrong)
        self.what.setAccessibleDescription(said)

    def entered(self, field: QObject, back: bool) -> None:
        if field is self.by:
            self.replaced.emit(False)
        elif field is self.what:
            self.stepped.emit(not back)
        elif isinstance(field, KeyButton):
            field.click()


class GoToLine(Laid):
    """A field for a line, or line:column."""

    chosen = Signal(int, int)  # from 1; column 0: none was said

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Go to line"))
        self.place = self.field(self.tr("Line, or line:column"))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.addWidget(self.place)

    def open(self, last: int) -> None:
        """Shows it; `last` is how many lines there are."""
        self.place.setToolTip(self.tr("1 to {last}").format(last=last))
        self.place.setMinimumWidth(self.theme.px(180))
        self.place.clear()
        self.show()
        self.fit()
        self.raise_()
        self.place.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def entered(self, field: QObject, back: bool) -> None:
        del field, back
        line, _, column = self.place.text().strip().lstrip(":").partition(":")
        if not line.strip().isdecimal():
            self.place.selectAll()
            return
        self.chosen.emit(int(line), int(column) if column.strip().isdecimal() else 0)
        self.close_bar()
