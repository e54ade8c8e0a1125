"""Controls that hold a value: slider, segments, stepper, and the picker of one of many."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QMenu, QSizePolicy, QWidget

from gui.theme.palette import font
from gui.theme.theme import UNDRESSED, Theme
from gui.widgets.controls import MOVING, PaintedButton, hint, keeps_key, keycap_width
from gui.widgets.drawing import CENTRE, rounded, smooth, write

PLACES = 10_000  # where a slider may stand
WIDEST = 240  # pixels of a picker's word; a longer one ends in dots
AIR, LEAST_AIR = 16, 9  # pixels around a word of a choice; less where that lets the longer words stay
LEAST = 32  # a slider that is narrower is not drawn: the field beside it says all


class Slider(QAbstractSlider):
    """A value between 0 and 1 on a groove. `moved` tells what the hand did, never what the program set."""

    moved = Signal(float)

    def __init__(self, name: str, step: float = 0.05) -> None:
        super().__init__()
        self._theme = UNDRESSED
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, PLACES)
        self.setSingleStep(round(step * PLACES))
        self.setPageStep(10 * self.singleStep())
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.valueChanged.connect(lambda place: self.moved.emit(place / PLACES))

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setFixedHeight(theme.px(24))
        self.update()

    def put(self, at: float, said: str = "") -> None:
        """Shows a value; `said` is what a screen reader hears of it, for the place on the groove means nothing."""
        with QSignalBlocker(self):
            self.setValue(round(at * PLACES))
        note = self.toolTip() if self.toolTip() != self.accessibleName() else ""
        heard = ", ".join(filter(None, (said, note)))
        if heard != self.accessibleDescription():
            self.setAccessibleDescription(heard)

    def _drawn(self) -> bool:
        return self.width() >= self._theme.px(LEAST)

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
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if self._drawn() else Qt.FocusPolicy.NoFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel over the column scrolls it, and never changes a knob by accident: only where the Tab key is."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        return keeps_key(event, *MOVING) or super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._drawn():
            return
        theme, colours = self._theme, self._theme.colours
        painter = smooth(self)
        radius, middle, high = theme.px(8), self.height() / 2, theme.px(4)
        x = radius + self.value() / PLACES * (self.width() - 2 * radius)
        inset = radius / 2  # the knob at either end hides what would stick out beside it
        groove = QRectF(inset, middle - high / 2, self.width() - 2 * inset, high)
        rounded(painter, groove, high / 2, colours.line2)
        rounded(painter, groove.adjusted(0, 0, x - groove.right(), 0), high / 2, colours.accent)
        painter.setBrush(QColor(colours.text))
        painter.setPen(QPen(QColor(colours.accent if self.hasFocus() else colours.panel), theme.px(3)))
        inner = radius - theme.px(3) / 2
        painter.drawEllipse(QRectF(x - inner, middle - inner, 2 * inner, 2 * inner))


class Segmented(PaintedButton):
    """A few choices side by side, one of them chosen. `short` are their words where there is no room for the others."""

    chosen = Signal(int)
    steps: Mapping[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Space: 1}

    def __init__(self, name: str, words: Sequence[str], short: Sequence[str] = ()) -> None:
        super().__init__(name)
        self._words, self._short = tuple(words), tuple(short or words)
        self._index = -1
        if short:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.stepped.connect(lambda by: self.chosen.emit((self._index + by) % len(self._words)))

    def put(self, index: int) -> None:
        """Shows a choice."""
        if index != self._index:
            self._index = index
            self.setAccessibleDescription(self._words[index] if 0 <= index < len(self._words) else "")
            self.update()

    def _shown(self) -> tuple[tuple[str, ...], int]:
        """The words that there is room for, and pixels of air around each."""
        px = self.theme.px
        for air in (px(AIR), px(LEAST_AIR)):
            if self.width() >= self._size(self._words, air).width():
                return self._words, air
        return self._short, px(AIR)

    def _boxes(self, words: Sequence[str], air: int) -> list[QRectF]:
        """Where the words stand."""
        metrics, left, boxes = QFontMetrics(font(self.theme, self.theme.measures.small, 600)), 1, []
        for word in words:
            width = metrics.horizontalAdvance(word) + air
            boxes.append(QRectF(left, 1, width, self.height() - 2))
            left += width
        return boxes

    def sizeHint(self) -> QSize:
        return self._size(self._words, self.theme.px(AIR))

    def minimumSizeHint(self) -> QSize:
        return self._size(self._short, self.theme.px(AIR))

    def _size(self, words: Sequence[str], air: int) -> QSize:
        return QSize(round(self._boxes(words, air)[-1].right()) + 1, self.theme.px(28))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        pressed = [at for at, box in enumerate(self._boxes(*self._shown())) if event.position().x() < box.right()]
        if pressed:
            self.chosen.emit(pressed[0])

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, colours = self.theme, self.theme.colours
        words, air = self._shown()
        boxes = self._boxes(words, air)
        painter = smooth(self)
        body = self.body().intersected(QRectF(1, 1, boxes[-1].right(), self.height() - 2))
        rounded(painter, body, theme.px(6), colours.sunken, self.frame_pen(theme, colours.line2))
        for index, (word, box) in enumerate(zip(words, boxes, strict=True)):
            on = index == self._index
            if on:
                rounded(painter, box.adjusted(0.5, 0.5, -0.5, -0.5), theme.px(5), colours.accent_soft, colours.accent)
            pen = font(theme, theme.measures.small, 600 if on else 400), colours.text if on else colours.muted
            write(painter, pen, box, word, CENTRE)


class Stepper(PaintedButton):
    """A small whole number between a minus and a plus."""

    steps: Mapping[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}

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
        wide, high = (92, 24) if self.theme.compact else (104, 28)
        return QSize(self.theme.px(wide), self.theme.px(high))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        third = self.width() / 3
        if event.position().x() < third:
            self.stepped.emit(-1)
        elif event.position().x() > 2 * third:
            self.stepped.emit(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, colours, body = self.theme, self.theme.colours, self.body()
        painter = self.begun(colours.raised, colours.line2)
        third, size = body.width() / 3, theme.px(16)
        middle = QRectF(body.left() + third, body.top() + 1, third, body.height() - 2)
        painter.fillRect(middle, QColor(colours.panel))
        for index, name in ((0, "minus"), (2, "plus")):
            self.draw_icon(painter, name, colours.text, body.left() + third * index + (third - size) / 2, size)
        write(painter, (font(theme, theme.measures.base, 600), colours.text), middle, self._word, CENTRE)


class Picker(PaintedButton):
    """One of many, chosen from a menu that opens below it."""

    chosen = Signal(int)
    offered = Signal()  # what it says may be wider now
    elide = Qt.TextElideMode.ElideRight  # where its word has no room

    def __init__(self, name: str, key: str = "") -> None:
        super().__init__(name)
        self._key = key
        self._words: tuple[str, ...] = ()
        self._index = -1
        self.setToolTip(hint(name, key))
        self.clicked.connect(lambda: self.open(self))
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

    def open(self, below: QWidget) -> None:
        """Opens the menu below this: another control, where the picker itself is not in sight."""
        self._menu.clear()
        for index, word in enumerate(self._words):
            action = self._menu.addAction(word)
            action.setCheckable(True)
            action.setChecked(index == self._index)
            action.triggered.connect(lambda _checked=False, at=index: self.chosen.emit(at))
        self._menu.setFont(font(self.theme, self.theme.measures.base))
        if 0 <= self._index < len(self._words):
            self._menu.setActiveAction(self._menu.actions()[self._index])
        self._menu.popup(below.mapToGlobal(QPoint(0, below.height())))

    def _key_width(self) -> int:
        """Pixels of the key and the air beside it; 0 where it is not shown."""
        shown = self._key and not self.theme.compact
        return keycap_width(self.theme, self._key) + self.theme.px(8) if shown else 0

    def sizeHint(self) -> QSize:
        return QSize(self.width_of(self._word()), self.theme.px(32))

    def width_of(self, word: str) -> int:
        """Pixels that it needs to say this."""
        px = self.theme.px
        width = QFontMetrics(font(self.theme, self.theme.measures.base)).horizontalAdvance(word)
        around = px(12) + px(8) + px(16) + px(8)
        return min(width, px(WIDEST)) + around + self._key_width() + 2

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, colours = self.theme, self.theme.colours
        painter = self.begun(colours.raised, colours.line2)
        size, key = theme.px(16), self._key_width()
        right = self.width() - theme.px(8) - size
        self.draw_icon(painter, "open", colours.muted, right, size)
        right -= theme.px(8)
        if key:
            self.draw_key(painter, self._key, right - key + theme.px(8), colours.muted, colours.line2)
        painter.setFont(font(theme, theme.measures.base))
        room = QRectF(theme.px(12), 0, right - key - theme.px(12), self.height())
        said = painter.fontMetrics().elidedText(self._word(), self.elide, int(room.width()) + 1)
        write(painter, (painter.font(), colours.text), room, said)
