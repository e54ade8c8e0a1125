"""The overlay that lists every key, made from the table of actions."""

from dataclasses import replace
from itertools import groupby, product

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui import actions
from gui.theme.theme import Theme
from gui.widgets.controls import KeyCap, Text, dress_children
from gui.widgets.overlay import Overlay

SIZES = (0.625, 0.75, 0.875, 1.0, 1.25, 1.5)  # text scales that are tried where the wished one does not fit the window
Pairs = list[tuple[str, str]]
Groups = list[tuple[str, Pairs]]


def spread(groups: Groups, count: int) -> list[Groups]:
    """The groups in so many columns of about one height, each in the order in which they were."""
    columns: list[list[int]] = [[] for _ in range(count)]
    for at in sorted(range(len(groups)), key=lambda at: -len(groups[at][1])):
        min(columns, key=lambda column: sum(len(groups[one][1]) + 2 for one in column)).append(at)
    return [[groups[at] for at in sorted(column)] for column in sorted(filter(None, columns), key=min)]


class KeysOverlay(Overlay):
    """Lies over the whole window; any key or click takes it away."""

    def __init__(self, window: QWidget, theme: Theme, extra: tuple[tuple[str, str], ...] = ()) -> None:
        """`extra` are keys of the open scenario: key and words."""
        super().__init__(window, theme, 0.8)
        self._wished, self._extra = theme, extra
        self.setAccessibleName(self.tr("All keys"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.appear(self)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """The largest text with which all keys are seen, in two columns or in three."""
        scale = self._wished.scale
        sizes = sorted({scale, *(rung for rung in SIZES if rung < scale)}, reverse=True)
        for size, columns in product(sizes, (2, 3)):
            self._theme = replace(self._wished, scale=size)
            self.sheet.setParent(None)
            self.sheet.deleteLater()
            self.sheet = QWidget(self)
            self._fill(columns)
            dress_children(self.sheet, self._theme)
            self.sheet.adjustSize()
            if self.sheet.height() <= self.height() and self.sheet.width() <= self.width():
                break
        self.sheet.move((self.width() - self.sheet.width()) // 2, (self.height() - self.sheet.height()) // 2)
        self.sheet.show()

    def _groups(self) -> Groups:
        listed = [one for one in actions.ACTIONS if one.words]
        groups = [
            (actions.words(group), [(actions.key(one.id), actions.words(one.words)) for one in items])
            for group, items in groupby(listed, key=lambda one: one.group)
        ]
        return [*groups, (self.tr("Switches of this lesson"), list(self._extra))] if self._extra else groups

    def _fill(self, count: int) -> None:
        px = self._theme.px
        rows = QVBoxLayout(self.sheet)
        rows.setContentsMargins(px(24), px(16), px(24), px(24))
        rows.addWidget(Text(self.tr("Keys"), "heading", weight=600))
        columns = QHBoxLayout()
        columns.setSpacing(px(40))
        rows.addLayout(columns)
        for groups in spread(self._groups(), count):
            column = QVBoxLayout()
            for title, pairs in groups:
                self._group(column, title, pairs)
            column.setSpacing(px(8))
            column.addStretch(1)
            columns.addLayout(column)

    def _group(self, column: QVBoxLayout, title: str, pairs: Pairs) -> None:
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
