"""The overlay that lists every key, made from the table of actions."""

from dataclasses import replace
from itertools import groupby

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui import actions
from gui.theme.theme import Theme
from gui.widgets.controls import KeyCap, Text, dress_children
from gui.widgets.drawing import rounded, smooth

SIZES = (0.75, 0.875, 1.0, 1.25, 1.5)  # text scales that are tried where the wished one does not fit the window


class KeysOverlay(QWidget):
    """Lies over the whole window; any key or click takes it away."""

    def __init__(self, window: QWidget, theme: Theme, extra: tuple[tuple[str, str], ...] = ()) -> None:
        """`extra` are keys of the open scenario: key and words."""
        super().__init__(window)
        self._theme = theme
        self.setAccessibleName(self.tr("All keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setGeometry(window.rect())
        self._sheet = QWidget(self)
        for scale in sorted({theme.scale, *(rung for rung in SIZES if rung < theme.scale)}, reverse=True):
            self._sheet.setParent(None)
            self._sheet.deleteLater()
            self._theme, self._sheet = replace(theme, scale=scale), QWidget(self)
            self._fill(extra)
            dress_children(self._sheet, self._theme)
            self._sheet.adjustSize()
            if self._sheet.height() <= self.height() and self._sheet.width() <= self.width():
                break
        self._sheet.move((self.width() - self._sheet.width()) // 2, (self.height() - self._sheet.height()) // 2)
        self.show()
        self.setFocus()

    def _fill(self, extra: tuple[tuple[str, str], ...]) -> None:
        px = self._theme.px
        rows = QVBoxLayout(self._sheet)
        rows.setContentsMargins(px(24), px(16), px(24), px(24))
        rows.addWidget(Text(self.tr("Keys"), "heading", weight=600))
        columns = QHBoxLayout()
        columns.setSpacing(px(40))
        rows.addLayout(columns)
        listed = [one for one in actions.ACTIONS if one.words]
        groups = [(group, list(items)) for group, items in groupby(listed, key=lambda one: one.group)]
        halves = (QVBoxLayout(), QVBoxLayout())
        for half in halves:
            half.setSpacing(px(8))
        for at, (group, items) in enumerate(groups):
            pairs = [(one.shown or one.keys[0], actions.words(one.words)) for one in items]
            self._group(halves[at % 2], actions.words(group), pairs)
        if extra:
            self._group(halves[1], self.tr("Switches of this lesson"), list(extra))
        for half in halves:
            half.addStretch(1)
            columns.addLayout(half)

    def _group(self, column: QVBoxLayout, title: str, pairs: list[tuple[str, str]]) -> None:
        px = self._theme.px
        column.addSpacing(px(8))
        column.addWidget(Text(title, "small", "muted", 600))
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(5))
        for row, (key, words) in enumerate(pairs):
            grid.addWidget(KeyCap(key), row, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(Text(words), row, 1)
        grid.setColumnMinimumWidth(0, px(84))
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)

    def keyPressEvent(self, _event: QKeyEvent) -> None:
        self.close()

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.close()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = smooth(self)
        shade = QColor(self._theme.colours.window)
        shade.setAlphaF(0.8)
        painter.fillRect(self.rect(), shade)
        box, colours = QRectF(self._sheet.geometry()).adjusted(-0.5, -0.5, 0.5, 0.5), self._theme.colours
        rounded(painter, box, self._theme.measures.radius, colours.panel, colours.line2)
