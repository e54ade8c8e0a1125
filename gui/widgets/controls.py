"""The small controls of the panels, painted from the theme: text, key caps, buttons, toggles."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QLabel, QSizePolicy, QWidget

from gui.theme import icons
from gui.theme.palette import font, shade, text_width
from gui.theme.theme import UNDRESSED, Theme
from gui.widgets.drawing import CENTRE, rounded, smooth, write
from gui.widgets.plain_hint import plain_hint
from gui.widgets.word_breaks import broken


def keeps_key(event: QEvent, *keys: Qt.Key) -> bool:
    """Takes these keys for the focused control before a shortcut of the window gets them."""
    if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.ShortcutOverride:
        return False
    if event.key() not in keys or event.modifiers() != Qt.KeyboardModifier.NoModifier:
        return False
    event.accept()
    return True


LEAST_WRAPPED = "MMMMMM"  # what wraps has to be this wide
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
PRESSING = (Qt.Key.Key_Space, *ENTER)
MOVING = tuple(Qt.Key[f"Key_{to}"] for to in ("Left", "Right", "Up", "Down", "Home", "End", "PageUp", "PageDown"))


def dress_children(widget: QWidget, theme: Theme) -> None:
    """Dresses every control below a panel that takes its colours from a theme."""
    for child in widget.findChildren(QWidget):
        dress: Callable[[Theme], None] | None = getattr(child, "apply_theme", None)
        if dress is not None:
            dress(theme)


def draw_focus(painter: QPainter, theme: Theme, view: QAbstractScrollArea) -> None:
    """The ring around what is seen of a view, while the keyboard is there."""
    if view.hasFocus():
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(theme.colours.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(view.viewport().rect().adjusted(1, 1, -1, -1))


WIDEST = 1.2  # of a letter that is ASCII, as a part of the height of a line


class Text(QLabel):
    """A label whose size and colour are named: size is a field of Measures, tone a field of Colours.

    Where it wraps, a word that is wider than the label is broken, too. As long as that is so nothing of it can be
    marked with the mouse: the signs that break it would go along into the clipboard.
    """

    said = ""  # without those signs
    _marking = Qt.TextInteractionFlag.NoTextInteraction

    def __init__(
        self, text: str = "", size: str = "base", tone: str = "text", weight: int = 400, mono: bool = False
    ) -> None:
        super().__init__()
        self._size, self._tone, self._weight, self._mono = size, tone, weight, mono
        self._theme = UNDRESSED
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(self._marking)
        self.setText(text)

    def text(self) -> str:
        """What it says."""
        return self.said

    def setText(self, text: str) -> None:
        self.said = text
        self._break_words()

    def setToolTip(self, text: str) -> None:
        super().setToolTip(plain_hint(text))

    def setTextInteractionFlags(self, flags: Qt.TextInteractionFlag) -> None:
        self._marking = flags
        super().setTextInteractionFlags(flags)

    def _break_words(self) -> None:
        shown = self._broken(self.width())
        if shown != super().text():
            super().setText(shown)
            marking = self._marking if shown == self.said else Qt.TextInteractionFlag.NoTextInteraction
            super().setTextInteractionFlags(marking)

    def _broken(self, width: int) -> str:
        """What it shows where it is so wide."""
        if not self.wordWrap():
            return self.said
        room, widest = self._inside(width), max(map(len, self.said.split()), default=0)
        if self.said.isascii() and widest * WIDEST * self.fontMetrics().height() <= room:
            return self.said
        return broken(self.said, self.fontMetrics(), room)

    def _inside(self, width: int) -> int:
        sides = self.contentsMargins()
        return max(1, width - sides.left() - sides.right())

    def heightForWidth(self, width: int) -> int:
        shown = self._broken(width)
        if shown == super().text():
            return super().heightForWidth(width)
        room, sides = QRect(0, 0, self._inside(width), 1 << 16), self.contentsMargins()
        high = self.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, shown).height()
        return high + sides.top() + sides.bottom()

    def minimumSizeHint(self) -> QSize:
        least = super().minimumSizeHint()
        if self.wordWrap():
            least.setWidth(min(least.width(), self.fontMetrics().horizontalAdvance(LEAST_WRAPPED)))
        return least

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._break_words()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setFont(font(theme, getattr(theme.measures, self._size), self._weight, self._mono))
        self._break_words()
        shade(self, WindowText=getattr(theme.colours, self._tone), Link=theme.colours.accent)

    def set_colour(self, tone: str) -> None:
        """Changes the colour."""
        if tone != self._tone:
            self._tone = tone
            self.apply_theme(self._theme)

    def set_text(self, text: str, tone: str = "") -> None:
        """Changes the text, and its colour where one is given; does nothing when it says so already."""
        if text != self.text():
            self.setText(text)
        if tone:
            self.set_colour(tone)


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


def hint(name: str, key: str) -> str:
    """What is said of a control under the mouse: its name, and its key where it has one."""
    return f"{name} ({key})" if key else name


def keycap_width(theme: Theme, key: str) -> int:
    """How wide the little box of a key is, pixels."""
    return text_width(theme, theme.measures.key, 500, key) + theme.px(12)


def draw_keycap(painter: QPainter, theme: Theme, box: QRectF, key: str, *, ink: str, line: str) -> None:
    """Paints a key's box."""
    rounded(painter, box.adjusted(0.5, 0.5, -0.5, -0.5), theme.px(4), "", line)
    write(painter, (font(theme, theme.measures.key, 500), ink), box, key, CENTRE)


class KeyCap(QWidget):
    """The key of the control beside it."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key, self._theme = key, UNDRESSED
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(key)

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setFixedSize(keycap_width(theme, self._key), theme.px(18))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, colours = self._theme, self._theme.colours
        draw_keycap(smooth(self), theme, QRectF(self.rect()), self._key, ink=colours.muted, line=colours.line2)


class Rule(QWidget):
    """A thin upright line between groups of a toolbar."""

    def apply_theme(self, theme: Theme) -> None:
        self.setFixedSize(theme.px(9), theme.px(24))
        shade(self, WindowText=theme.colours.line)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawLine(self.width() // 2, 0, self.width() // 2, self.height())


class PaintedButton(QAbstractButton):
    """What painted buttons share: focus by Tab only, so that Space still runs the program after a click."""

    stepped = Signal(int)  # an arrow key asks for one before or after: -1 or 1
    steps: Mapping[int, int] = {}  # which key asks for which

    def __init__(self, name: str) -> None:
        super().__init__()
        self.theme = UNDRESSED
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def apply_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.updateGeometry()
        self.update()

    def setToolTip(self, text: str) -> None:
        super().setToolTip(plain_hint(text))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def event(self, event: QEvent) -> bool:
        return keeps_key(event, *PRESSING, *(MOVING if self.steps else ())) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in self.steps:
            self.stepped.emit(self.steps[event.key()])
        elif event.key() in ENTER:
            self.click()
        else:
            super().keyPressEvent(event)

    def body(self) -> QRectF:
        """The button within its edge."""
        return QRectF(self.rect()).adjusted(1, 1, -1, -1)

    def frame_pen(self, theme: Theme, usual: str) -> QPen:
        """The edge: the accent, two pixels wide, when the keyboard is here."""
        if self.hasFocus():
            focused = theme.colours.text if usual == theme.colours.accent else theme.colours.accent
            return QPen(QColor(focused), theme.edge + 1)
        return QPen(QColor(usual), theme.edge)

    def begun(self, ground: str, edge: str, radius: float = 0.0) -> QPainter:
        """A painter that has drawn the ground ("" is none) and the edge."""
        painter = smooth(self)
        rounded(painter, self.body(), radius or self.theme.px(6), ground, self.frame_pen(self.theme, edge))
        return painter

    def draw_icon(self, painter: QPainter, name: str, colour: str, left: float, size: int) -> None:
        """An icon in the middle of the height."""
        picture = icons.pixmap(name, colour, size, self.devicePixelRatioF())
        painter.drawPixmap(round(left), (self.height() - size) // 2, picture)

    def draw_key(self, painter: QPainter, key: str, left: float, ink: str, line: str) -> None:
        """The box of a key in the middle of the height."""
        wide, high = keycap_width(self.theme, key), self.theme.px(18)
        draw_keycap(painter, self.theme, QRectF(left, (self.height() - high) / 2, wide, high), key, ink=ink, line=line)


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
        self.shows_key = self.shows_word = True  # a toolbar without room says no
        self.quiet = quiet  # without ground or edge: for the header of a card
        self.setToolTip(hint(name or word, key))

    def rename(self, word: str, icon: str) -> None:
        """Another word and icon for the same key, such as Resume for Pause."""
        if word != self.word:
            self.word, self.icon_name = word, icon
            self.setAccessibleName(word)
            self.setToolTip(hint(word, self.key))
            self.updateGeometry()
            self.update()

    def _parts(self, theme: Theme) -> list[tuple[str, int]]:
        """What stands in the button from left to right, with widths in pixels."""
        parts: list[tuple[str, int]] = []
        if self.icon_name:
            parts.append(("icon", theme.px(20)))
        if self.word and (self.keep or (self.shows_word and not theme.compact)):
            parts.append(("word", text_width(theme, *self._face(theme), self.word) + 1))
        if self.key and self.shows_key:
            parts.append(("key", keycap_width(theme, self.key)))
        return parts

    def _face(self, theme: Theme) -> tuple[float, int]:
        """Size and weight of the word."""
        return theme.measures.small if self.quiet else theme.measures.base, 600 if self.primary else 500

    def sizeHint(self) -> QSize:
        px, parts = self.theme.px, self._parts(self.theme)
        width = sum(width for _, width in parts) + px(8) * (len(parts) - 1) + px(10 if self.primary else 8) * 2
        return QSize(width, px(32 if not self.quiet else 24 if self.theme.compact else 28))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, line2 = self.theme, self.theme.colours.line2
        ground, line, ink, faint = self._shades(theme)
        painter = self.begun(ground, line)
        left = theme.px(10 if self.primary else 8)
        for part, width in self._parts(theme):
            if part == "icon":
                self.draw_icon(painter, self.icon_name, ink, left, width)
            elif part == "word":
                write(painter, (font(theme, *self._face(theme)), ink), QRectF(left, 0, width, self.height()), self.word)
            else:
                self.draw_key(painter, self.key, left, faint, faint if self.primary else line2)
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
        edge = colours.line2 if self.underMouse() else colours.line
        return "" if self.quiet else colours.raised, edge, colours.text, colours.muted


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
        if event.key() in PRESSING:
            self.clicked.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(QColor(self._theme.colours.accent), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
