"""The palette: type a few letters, press Enter. It lists everything that can be done, with its key."""

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gui.theme.palette import font, shade
from gui.theme.theme import Theme
from gui.view_state.fuzzy import score
from gui.widgets.controls import Text, draw_keycap, keycap_width
from gui.widgets.drawing import RIGHT, rounded, write
from gui.widgets.overlay import Overlay

_ROWS, _WIDE = 12, 640  # rows in sight, pixels at most
_NEAR = 0.4  # of the best score: what fits less well is not meant
_WALKING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_AT = Qt.ItemDataRole.UserRole  # which of the commands an item is


class Listed(Protocol):
    """What the palette lists."""

    @property
    def words(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def do(self) -> Callable[[], object]: ...


def matching(commands: Sequence[Listed], typed: str) -> list[int]:
    """Which of them fit what is typed, the best first; where nothing is typed, all as they come.

    Each word that is typed fits the words of a command, or begins one of its group.
    """
    if not typed.strip():
        return list(range(len(commands)))
    found = []
    for at, one in enumerate(commands):
        scores = [_fit(word, one) for word in typed.split()]
        known = [value for value in scores if value is not None]
        if len(known) == len(scores):
            found.append((-sum(known), at))
    found.sort()
    near = found[0][0] * _NEAR if found else 0.0
    return [at for value, at in found if value <= near]


def _fit(word: str, one: Listed) -> float | None:
    own = score(word, one.words)
    begins = any(part.startswith(word.lower()) for part in one.group.lower().split())
    return own if own is not None else 0.0 if begins else None


class _Rows(QStyledItemDelegate):
    """Words, then the group and the key at the right end."""

    def __init__(self, theme: Theme, commands: Sequence[Listed], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._commands = theme, commands

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, self._theme.px(30))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme, one = self._theme, self._commands[index.data(_AT)]
        box, px = QRect(option.rect), theme.px
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            rounded(painter, QRectF(box.adjusted(px(4), 1, -px(4), -1)), px(6), theme.colours.accent_soft)
            painter.fillRect(
                QRect(box.left() + px(4), box.top() + px(5), px(3), box.height() - px(10)), QColor(theme.colours.accent)
            )
        right = box.right() - px(12)
        if one.key:
            wide = keycap_width(theme, one.key)
            cap = QRectF(right - wide, box.center().y() - px(9), wide, px(18))
            draw_keycap(painter, theme, cap, one.key, ink=theme.colours.muted, line=theme.colours.line2)
            right -= wide + px(12)
        small = font(theme, theme.measures.small)
        painter.setFont(small)
        wide = min(painter.fontMetrics().horizontalAdvance(one.group), box.width() // 3)
        write(
            painter,
            (small, theme.colours.muted),
            QRect(right - wide, box.top(), wide + 1, box.height()),
            one.group,
            RIGHT,
        )
        face = font(theme, theme.measures.base)
        painter.setFont(face)
        room = QRect(box.left() + px(16), box.top(), right - wide - px(12) - box.left() - px(16), box.height())
        said = painter.fontMetrics().elidedText(one.words, Qt.TextElideMode.ElideRight, room.width())
        write(painter, (face, theme.colours.text), room, said)
        painter.restore()


class _Field(QLineEdit):
    """Keeps every key from the shortcuts of the window; those that walk and end go to the palette."""

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (*_WALKING, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
        else:
            super().keyPressEvent(event)


class CommandPalette(Overlay):
    """Lies over the window until something is chosen; Esc or a click beside it takes it away."""

    def __init__(self, window: QWidget, theme: Theme, commands: Sequence[Listed], typed: str = "") -> None:
        super().__init__(window, theme, 0.5)
        self._commands = commands
        self.setAccessibleName(self.tr("Find a command"))
        self.field, self.list = _Field(), QListWidget()
        self.nothing = Text(self.tr("Nothing is called so."), tone="muted")
        self._lay_out()
        self.field.textChanged.connect(self._filter)
        self.list.currentRowChanged.connect(lambda _row: self._tell())
        self.list.itemClicked.connect(lambda _item: self._perform())
        self.field.setText(typed)
        self._filter(typed)
        self.appear(self.field)

    def _lay_out(self) -> None:
        theme, px = self._theme, self._theme.px
        colours = theme.colours
        column = QVBoxLayout(self.sheet)
        column.setContentsMargins(px(12), px(12), px(12), px(8))
        column.setSpacing(px(8))
        for widget in (self.field, self.list, self.nothing):
            column.addWidget(widget)
        self.field.setFont(font(theme, theme.measures.base))
        self.field.setFixedHeight(px(36))
        self.field.setPlaceholderText(self.tr("Find a command, a lesson, a switch …"))
        self.field.setAccessibleName(self.tr("Find a command"))
        self.list.setAccessibleName(self.tr("Commands"))
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field keeps the keyboard
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(_Rows(theme, self._commands, self.list))
        self.list.setMouseTracking(True)
        shade(self.list, Base=colours.panel, Text=colours.text)
        self.nothing.apply_theme(theme)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        px = self._theme.px
        wide = min(px(_WIDE), self.width() - px(32))
        high = min(px(36) + px(30) * _ROWS + px(32), self.height() - px(32))
        top = min(px(80), (self.height() - high) // 2)
        self.sheet.setGeometry((self.width() - wide) // 2, top, wide, high)

    def _filter(self, typed: str) -> None:
        self.list.clear()
        found = matching(self._commands, typed)
        for place, at in enumerate(found, 1):
            one = self._commands[at]
            item = QListWidgetItem(one.words)
            item.setData(_AT, at)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, self._said(one, place, len(found)))
            self.list.addItem(item)
        self.list.setVisible(bool(found))
        self.nothing.setVisible(not found)
        self.list.setCurrentRow(0)

    def _said(self, one: Listed, place: int, of: int) -> str:
        """What a screen reader hears of a line."""
        key = self.tr("key {key}").format(key=one.key) if one.key else ""
        where = self.tr("{place} of {number}").format(place=place, number=of)
        return ", ".join(filter(None, (one.words, one.group, key, where)))

    def _tell(self) -> None:
        """The keyboard stays in the field, so the line that is chosen is announced."""
        item = self.list.currentItem()
        said = str(item.data(Qt.ItemDataRole.AccessibleTextRole)) if item is not None else self.nothing.text()
        self.field.setAccessibleDescription(said)
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.field, said))

    def _perform(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            do = self._commands[item.data(_AT)].do
            self.close()
            do()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._perform()
        elif event.key() in _WALKING:
            page = max(1, self.list.viewport().height() // self._theme.px(30) - 1)
            by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page}
            at = self.list.currentRow() + by[Qt.Key(event.key())]
            self.list.setCurrentRow(min(max(at, 0), self.list.count() - 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.sheet.geometry().contains(event.position().toPoint()):
            self.close()
