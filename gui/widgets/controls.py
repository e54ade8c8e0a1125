"""The small controls of the panels, painted from the theme: text, key caps, buttons, toggles."""

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QLabel, QScrollArea, QSizePolicy, QWidget

from gui.theme import icons
from gui.theme.palette import font
from gui.theme.theme import Theme


@runtime_checkable
class Themed(Protocol):
    """A control that takes its colours from a theme."""

    def apply_theme(self, theme: Theme) -> None: ...


def keeps_key(event: QEvent, *keys: Qt.Key) -> bool:
    """Takes these keys for the focused control before a shortcut of the window gets them."""
    if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    if event.key() not in keys or event.modifiers() != Qt.KeyboardModifier.NoModifier:
        return False
    event.accept()
    return True


PRESSING = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
MOVING = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)


def clear_ground(area: QScrollArea) -> None:
    """Lets what is behind a scroll area show through; `setWidget` gives its widget a ground of its own."""
    area.viewport().setAutoFillBackground(False)
    inner = area.widget()
    if inner is not None:
        inner.setAutoFillBackground(False)


def dress_children(widget: QWidget, theme: Theme) -> None:
    """Dresses every control below a panel."""
    for child in widget.findChildren(QWidget):
        if isinstance(child, Themed):
            child.apply_theme(theme)


def draw_focus(painter: QPainter, theme: Theme, view: QAbstractScrollArea) -> None:
    """The ring around what is seen of a view, while the keyboard is there."""
    if view.hasFocus():
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(theme.colours.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(view.viewport().rect().adjusted(1, 1, -1, -1))


class Text(QLabel):
    """A label whose size and colour are named: size is a field of Measures, tone a field of Colours."""

    def __init__(
        self, text: str = "", size: str = "base", tone: str = "text", weight: int = 400, mono: bool = False
    ) -> None:
        super().__init__(text)
        self._size, self._tone, self._weight, self._mono = size, tone, weight, mono
        self._theme: Theme | None = None
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setFont(font(theme, getattr(theme.measures, self._size), self._weight, self._mono))
        dressed = self.palette()
        dressed.setColor(QPalette.ColorRole.WindowText, QColor(getattr(theme.colours, self._tone)))
        dressed.setColor(QPalette.ColorRole.Link, QColor(theme.colours.accent))
        self.setPalette(dressed)

    def set_colour(self, tone: str) -> None:
        """Changes the colour."""
        if tone != self._tone:
            self._tone = tone
            if self._theme is not None:
                self.apply_theme(self._theme)

    def set_text(self, text: str) -> None:
        """Changes the text, and does nothing when it says so already."""
        if text != self.text():
            self.setText(text)


class Name(Text):
    """A name of the program: where there is no room for all of it, it ends in dots and its hint says it all."""

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("MMMM"), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.fontMetrics().horizontalAdvance(self.text()) <= self.width():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        said = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, said)


def keycap_width(theme: Theme, key: str) -> int:
    """How wide the little box of a key is, pixels."""
    return QFontMetrics(font(theme, theme.measures.key, 500)).horizontalAdvance(key) + theme.px(12)


def draw_keycap(painter: QPainter, theme: Theme, box: QRectF, key: str, *, ink: str, line: str) -> None:
    """Paints a key's box."""
    painter.setFont(font(theme, theme.measures.key, 500))
    painter.setPen(QPen(QColor(line), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), theme.px(4), theme.px(4))
    painter.setPen(QColor(ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key)


class KeyCap(QWidget):
    """The key of the control beside it."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self._theme: Theme | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(key)

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setFixedSize(keycap_width(theme, self._key), theme.px(18))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self._theme.colours
        draw_keycap(painter, self._theme, QRectF(self.rect()), self._key, ink=colours.muted, line=colours.line2)


class Rule(QWidget):
    """A thin upright line between groups of a toolbar."""

    def apply_theme(self, theme: Theme) -> None:
        self.setFixedSize(theme.px(9), theme.px(24))
        shade = self.palette()
        shade.setColor(QPalette.ColorRole.WindowText, QColor(theme.colours.line))
        self.setPalette(shade)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawLine(self.width() // 2, 0, self.width() // 2, self.height())


class PaintedButton(QAbstractButton):
    """What painted buttons share: focus by Tab only, so that Space still runs the program after a click."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.theme: Theme | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def apply_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.updateGeometry()
        self.update()

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def event(self, event: QEvent) -> bool:
        return keeps_key(event, *PRESSING) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def frame_pen(self, theme: Theme, usual: str) -> QPen:
        """The edge: the accent, two pixels wide, when the keyboard is here."""
        if self.hasFocus():
            return QPen(QColor(theme.colours.text if usual == theme.colours.accent else theme.colours.accent), 2)
        return QPen(QColor(usual), 1)


class KeyButton(PaintedButton):
    """A button with an icon, a word and its key. In a compact window only `keep` keeps its word."""

    def __init__(
        self,
        word: str,
        icon: str = "",
        key: str = "",
        *,
        primary: bool = False,
        keep: bool = False,
        quiet: bool = False,
        name: str = "",
    ) -> None:
        super().__init__(name or word)
        self.word, self.icon_name, self.key, self.primary = word, icon, key, primary
        self.keep = keep or not icon
        self.shows_key = True  # a toolbar without room says no
        self.quiet = quiet  # without ground or edge: for the header of a card
        called = name or word
        self.setToolTip(f"{called} ({key})" if key else called)

    def _shows_word(self, theme: Theme) -> bool:
        return bool(self.word) and (self.keep or not theme.compact)

    def rename(self, word: str, icon: str) -> None:
        """Another word and icon for the same key, such as Resume for Pause."""
        if word != self.word:
            self.word, self.icon_name = word, icon
            self.setAccessibleName(word)
            self.setToolTip(f"{word} ({self.key})")
            self.updateGeometry()
            self.update()

    def _parts(self, theme: Theme) -> list[tuple[str, int]]:
        """What stands in the button from left to right, with widths in pixels."""
        parts: list[tuple[str, int]] = []
        if self.icon_name:
            parts.append(("icon", theme.px(20)))
        if self._shows_word(theme):
            parts.append(("word", QFontMetrics(self._font(theme)).horizontalAdvance(self.word) + 1))
        if self.key and self.shows_key:
            parts.append(("key", keycap_width(theme, self.key)))
        return parts

    def _font(self, theme: Theme) -> QFont:
        size = theme.measures.small if self.quiet else theme.measures.base
        return font(theme, size, 600 if self.primary else 500)

    def sizeHint(self) -> QSize:
        if self.theme is None:
            return QSize(32, 32)
        px, parts = self.theme.px, self._parts(self.theme)
        width = sum(width for _, width in parts) + px(8) * (len(parts) - 1) + px(10 if self.primary else 8) * 2
        return QSize(width, px(32 if not self.quiet else 24 if self.theme.compact else 28))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.theme is None:
            return
        theme, colours = self.theme, self.theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, line, ink, faint = self._shades(theme)
        painter.setPen(self.frame_pen(theme, line))
        painter.setBrush(QColor(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.px(6), theme.px(6))
        left = theme.px(10 if self.primary else 8)
        for part, width in self._parts(theme):
            if part == "icon":
                ratio = self.devicePixelRatioF()
                picture = icons.pixmap(self.icon_name, ink, width, ratio)
                painter.drawPixmap(left, (self.height() - width) // 2, picture)
            elif part == "word":
                painter.setFont(self._font(theme))
                painter.setPen(QColor(ink))
                painter.drawText(QRectF(left, 0, width, self.height()), Qt.AlignmentFlag.AlignVCenter, self.word)
            else:
                high = theme.px(18)
                box = QRectF(left, (self.height() - high) / 2, width, high)
                draw_keycap(painter, theme, box, self.key, ink=faint, line=faint if self.primary else colours.line2)
            left += width + theme.px(8)

    def _shades(self, theme: Theme) -> tuple[str, str, str, str]:
        """Ground ("" is none), edge, ink and the ink of the key."""
        colours = theme.colours
        if not self.isEnabled():
            return "", colours.line, colours.faint, colours.faint
        if self.primary:
            return colours.accent, colours.accent, colours.accent_ink, colours.accent_ink
        if self.isChecked():
            return colours.accent_soft, colours.accent, colours.text, colours.muted
        if self.quiet:
            edge = colours.line2 if self.underMouse() else colours.line
            return "", edge, colours.text, colours.muted
        return colours.raised, colours.line2 if self.underMouse() else colours.line, colours.text, colours.muted


class Toggle(PaintedButton):
    """An on/off switch that says so in words."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setCheckable(True)

    def sizeHint(self) -> QSize:
        if self.theme is None:
            return QSize(56, 28)
        wide, high = (48, 24) if self.theme.compact else (56, 28)
        return QSize(self.theme.px(wide), self.theme.px(high))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.theme is None:
            return
        theme, colours, on = self.theme, self.theme.colours, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(self.frame_pen(theme, colours.accent if on else colours.line2))
        painter.setBrush(QColor(colours.accent if on else colours.sunken))
        painter.drawRoundedRect(body, body.height() / 2, body.height() / 2)
        knob = body.height() - theme.px(4)
        left = body.right() - knob - theme.px(2) if on else body.left() + theme.px(2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.panel if on else colours.muted))
        painter.drawEllipse(QRectF(left, body.top() + theme.px(2), knob, knob))
        room = QRectF(body)
        room.setLeft(body.left() + (0 if on else knob))
        room.setRight(body.right() - (knob if on else 0))
        painter.setFont(font(theme, theme.measures.small, 700))
        painter.setPen(QColor(colours.accent_ink if on else colours.muted))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self.tr("on") if on else self.tr("off"))


class Link(Text):
    """A line of text that can be clicked, or pressed with Enter."""

    clicked = Signal()

    def __init__(self, text: str = "", size: str = "base", tone: str = "text", weight: int = 400) -> None:
        super().__init__(text, size, tone, weight)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def event(self, event: QEvent) -> bool:
        return keeps_key(event, *PRESSING) or super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and self._theme is not None:
            painter = QPainter(self)
            painter.setPen(QPen(QColor(self._theme.colours.accent), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
