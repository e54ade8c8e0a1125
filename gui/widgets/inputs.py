"""Controls that hold a value: slider, segments, stepper, and the picker of one of many."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QMenu, QSizePolicy

from gui.theme import icons
from gui.theme.palette import font
from gui.theme.theme import Theme
from gui.widgets.controls import MOVING, PRESSING, PaintedButton, draw_keycap, keeps_key, keycap_width

PLACES = 10_000  # where a slider may stand
LEAST = 32  # a slider that is narrower is not drawn: the field beside it says all


class Slider(QAbstractSlider):
    """A value between 0 and 1 on a groove. `moved` tells what the hand did, never what the program set."""

    moved = Signal(float)

    def __init__(self, name: str, step: float = 0.05) -> None:
        super().__init__()
        self._putting = False
        self._theme: Theme | None = None
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, PLACES)
        self.setSingleStep(round(step * PLACES))
        self.setPageStep(10 * self.singleStep())
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.valueChanged.connect(self._changed)

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setFixedHeight(theme.px(24))
        self.update()

    def put(self, at: float) -> None:
        """Shows a value."""
        self._putting = True
        self.setValue(round(at * PLACES))
        self._putting = False

    def _changed(self, place: int) -> None:
        if not self._putting:
            self.moved.emit(place / PLACES)

    def _drawn(self) -> bool:
        return self._theme is not None and self.width() >= self._theme.px(LEAST)

    def _go_to(self, x: float) -> None:
        radius = self.height() / 3
        self.setSliderPosition(round((x - radius) / max(1.0, self.width() - 2 * radius) * PLACES))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._drawn():
            self.setSliderDown(True)
            self._go_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._go_to(event.position().x())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """What is too narrow to be drawn is no stop of the Tab key either."""
        drawn = self._theme is None or self._drawn()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if drawn else Qt.FocusPolicy.NoFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel over the column scrolls it, and never changes a knob by accident: only where the Tab key is."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        return keeps_key(event, *MOVING) or super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._theme is None or not self._drawn():
            return
        theme, colours = self._theme, self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius, middle = theme.px(8), self.height() / 2
        x = radius + self.value() / PLACES * (self.width() - 2 * radius)
        high = theme.px(4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.line2))
        inset = radius / 2  # the knob at either end hides what would stick out beside it
        groove = QRectF(inset, middle - high / 2, self.width() - 2 * inset, high)
        painter.drawRoundedRect(groove, high / 2, high / 2)
        painter.setBrush(QColor(colours.accent))
        painter.drawRoundedRect(groove.adjusted(0, 0, x - groove.right(), 0), high / 2, high / 2)
        painter.setBrush(QColor(colours.text))
        painter.setPen(QPen(QColor(colours.accent if self.hasFocus() else colours.panel), theme.px(3)))
        inner = radius - theme.px(3) / 2
        painter.drawEllipse(QRectF(x - inner, middle - inner, 2 * inner, 2 * inner))


class Segmented(PaintedButton):
    """A few choices side by side, one of them chosen."""

    chosen = Signal(int)

    def __init__(self, name: str, words: Sequence[str]) -> None:
        super().__init__(name)
        self._words = tuple(words)
        self._index = -1

    def put(self, index: int) -> None:
        """Shows a choice."""
        if index != self._index:
            self._index = index
            said = self._words[index] if 0 <= index < len(self._words) else ""
            self.setAccessibleDescription(said)
            self.update()

    def _widths(self, theme: Theme) -> list[int]:
        metrics = QFontMetrics(font(theme, theme.measures.small, 600))
        return [metrics.horizontalAdvance(word) + theme.px(16) for word in self._words]

    def sizeHint(self) -> QSize:
        if self.theme is None:
            return QSize(64, 28)
        return QSize(sum(self._widths(self.theme)) + 2, self.theme.px(28))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.theme is None:
            return
        right = 1.0
        for index, width in enumerate(self._widths(self.theme)):
            right += width
            if event.position().x() < right:
                self.chosen.emit(index)
                return

    def event(self, event: QEvent) -> bool:
        return keeps_key(event, *MOVING, *PRESSING) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        move = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Space: 1}.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
        else:
            self.chosen.emit((self._index + move) % len(self._words))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.theme is None:
            return
        theme, colours = self.theme, self.theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.frame_pen(theme, colours.line2))
        painter.setBrush(QColor(colours.sunken))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.px(6), theme.px(6))
        left = 1.0
        for index, (word, width) in enumerate(zip(self._words, self._widths(theme), strict=True)):
            box, on = QRectF(left, 1, width, self.height() - 2), index == self._index
            if on:
                painter.setPen(QPen(QColor(colours.accent), 1))
                painter.setBrush(QColor(colours.accent_soft))
                painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), theme.px(5), theme.px(5))
            painter.setFont(font(theme, theme.measures.small, 600 if on else 400))
            painter.setPen(QColor(colours.text if on else colours.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)
            left += width


class Stepper(PaintedButton):
    """A small whole number between a minus and a plus."""

    stepped = Signal(int)  # -1 or 1

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._word = ""

    def put(self, word: str) -> None:
        """Shows a value."""
        if word != self._word:
            self._word = word
            self.setAccessibleDescription(word)
            self.update()

    def sizeHint(self) -> QSize:
        if self.theme is None:
            return QSize(104, 28)
        px, compact = self.theme.px, self.theme.compact
        return QSize(px(92 if compact else 104), px(24 if compact else 28))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        third = self.width() / 3
        if event.position().x() < third:
            self.stepped.emit(-1)
        elif event.position().x() > 2 * third:
            self.stepped.emit(1)

    def event(self, event: QEvent) -> bool:
        return keeps_key(event, *MOVING, *PRESSING) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}
        move = keys.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(move)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.theme is None:
            return
        theme, colours = self.theme, self.theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(self.frame_pen(theme, colours.line2))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(body, theme.px(6), theme.px(6))
        third, size = body.width() / 3, theme.px(16)
        middle = QRectF(body.left() + third, body.top() + 1, third, body.height() - 2)
        painter.fillRect(middle, QColor(colours.panel))
        for index, name in ((0, "minus"), (2, "plus")):
            picture = icons.pixmap(name, colours.text, size, self.devicePixelRatioF())
            x = body.left() + third * index + (third - size) / 2
            painter.drawPixmap(round(x), (self.height() - size) // 2, picture)
        painter.setFont(font(theme, theme.measures.base, 600))
        painter.setPen(QColor(colours.text))
        painter.drawText(middle, Qt.AlignmentFlag.AlignCenter, self._word)


class Picker(PaintedButton):
    """One of many, chosen from a menu that opens below it."""

    chosen = Signal(int)
    offered = Signal()  # what it says may be wider now

    def __init__(self, name: str, key: str = "") -> None:
        super().__init__(name)
        self._key = key
        self._words: tuple[str, ...] = ()
        self._index = -1
        self._widest = 240
        self.setToolTip(f"{name} ({key})" if key else name)
        self.clicked.connect(self.open)
        self._menu = QMenu(self)

    def offer(self, words: Sequence[str], index: int) -> None:
        """Shows what there is to choose from; the menu is filled when it opens."""
        if tuple(words) != self._words or index != self._index:
            self._words, self._index = tuple(words), index
            self.setAccessibleDescription(self._word())
            self.updateGeometry()
            self.update()
            self.offered.emit()

    def _word(self) -> str:
        return self._words[self._index] if 0 <= self._index < len(self._words) else ""

    def open(self) -> None:
        """Opens the menu."""
        self._menu.clear()
        for index, word in enumerate(self._words):
            action = self._menu.addAction(word)
            action.setCheckable(True)
            action.setChecked(index == self._index)
            action.triggered.connect(lambda _checked=False, at=index: self.chosen.emit(at))
        if self.theme is not None:
            self._menu.setFont(font(self.theme, self.theme.measures.base))
        if 0 <= self._index < len(self._words):
            self._menu.setActiveAction(self._menu.actions()[self._index])
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def _shows_key(self, theme: Theme) -> bool:
        return bool(self._key) and not theme.compact

    def sizeHint(self) -> QSize:
        if self.theme is None:
            return QSize(120, 32)
        px = self.theme.px
        width = QFontMetrics(font(self.theme, self.theme.measures.base)).horizontalAdvance(self._word())
        width = min(width, px(self._widest)) + px(12) + px(8) + px(16) + px(8)
        if self._shows_key(self.theme):
            width += keycap_width(self.theme, self._key) + px(8)
        return QSize(width + 2, px(32))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.theme is None:
            return
        theme, colours = self.theme, self.theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.frame_pen(theme, colours.line2))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.px(6), theme.px(6))
        size, right = theme.px(16), self.width() - theme.px(8)
        picture = icons.pixmap("open", colours.muted, size, self.devicePixelRatioF())
        painter.drawPixmap(right - size, (self.height() - size) // 2, picture)
        right -= size + theme.px(8)
        if self._shows_key(theme):
            wide, high = keycap_width(theme, self._key), theme.px(18)
            box = QRectF(right - wide, (self.height() - high) / 2, wide, high)
            draw_keycap(painter, theme, box, self._key, ink=colours.muted, line=colours.line2)
            right -= wide + theme.px(8)
        painter.setFont(font(theme, theme.measures.base))
        painter.setPen(QColor(colours.text))
        room = QRectF(theme.px(12), 0, right - theme.px(12), self.height())
        said = painter.fontMetrics().elidedText(self._word(), Qt.TextElideMode.ElideRight, int(room.width()) + 1)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, said)
