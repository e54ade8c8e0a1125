"""What a recording shows of the presenter: a ring that follows the pointer, clicks, and the last key pressed."""

import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QCursor,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from gui.theme.palette import font
from gui.theme.theme import UNDRESSED, Theme
from gui.widgets.drawing import draw_pill, smooth

FOLLOW = 16  # milliseconds between two looks where the pointer is
CLICK, KEY = 0.5, 2.0  # seconds that a click and a key are shown
MODIFIERS = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Meta,
    Qt.Key.Key_unknown,
)
RING, LETTERS = 30, 22  # pixels at text scale 1: from the pointer to its ring, and of the key's name


class PointerOverlay(QWidget):
    """Lies over the whole window, lets every click through, and is there only while it is asked for."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.spotlight = self.inputs = False
        self._theme: Theme = UNDRESSED
        self._at = QPoint(-1000, -1000)
        self._click: tuple[QPoint, float] | None = None  # where, and when
        self._key: tuple[str, float] = ("", 0.0)
        self._shown: list[QRect] = []  # what was painted
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self._beat = QTimer(self)
        self._beat.setInterval(FOLLOW)
        self._beat.timeout.connect(self._look)

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_spotlight(self, on: bool) -> None:
        """The ring that follows the pointer."""
        self.spotlight = on
        self._follow()

    def show_inputs(self, on: bool) -> None:
        """A ring at each click, and the last key."""
        app = QCoreApplication.instance()
        if app is not None and on != self.inputs:  # it costs each event a little: not without being asked
            (app.installEventFilter if on else app.removeEventFilter)(self)
        self.inputs = on
        self._follow()

    def _follow(self) -> None:
        wanted = self.spotlight or self.inputs
        self.setVisible(wanted)
        if wanted:
            self.setGeometry(self._window.rect())
            self.raise_()
            self._beat.start()
        else:
            self._beat.stop()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Notes clicks and keys of this window, on their way to whom they are for."""
        if isinstance(event, QMouseEvent) and event.type() is QEvent.Type.MouseButtonPress:
            at = self.mapFromGlobal(event.globalPosition().toPoint())
            if self.rect().contains(at):
                self._click = (at, time.monotonic())
        elif event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):  # every key begins so
            keys = QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.NativeText)
            self._key = self._key if event.key() in MODIFIERS else (keys, time.monotonic())
        return False

    def _look(self) -> None:
        """Repaints what has changed, and no more: what lies below is painted with it."""
        if self.size() != self._window.size():
            self.setGeometry(self._window.rect())
        self._at = self.mapFromGlobal(QCursor.pos())
        boxes = [box.toAlignedRect().adjusted(-2, -2, 2, 2) for box in self._boxes()]
        if boxes != self._shown or self._click is not None:
            for box in (*boxes, *self._shown):
                self.update(box)
            self._shown = boxes

    def _boxes(self) -> list[QRectF]:
        now = time.monotonic()
        if self._click is not None and now - self._click[1] > CLICK:
            self._click = None
        if now - self._key[1] > KEY:
            self._key = ("", 0.0)
        found = []
        if self.spotlight and self.rect().contains(self._at):
            found.append(self._ring(self._at, RING))
        if self.inputs and self._click is not None:
            found.append(self._ring(self._click[0], RING))
        if self.inputs and self._key[0]:
            found.append(self._caption())
        return found

    def _ring(self, at: QPoint, radius: int) -> QRectF:
        side = self._theme.px(radius)
        return QRectF(at.x() - side, at.y() - side, 2 * side, 2 * side)

    def _caption(self) -> QRectF:
        """In the middle, above the lower edge and what a hint says there."""
        theme = self._theme
        metrics = QFontMetrics(font(theme, LETTERS, 600))
        width, height = metrics.horizontalAdvance(self._key[0]) + theme.px(32), theme.px(44)
        below = theme.px(2.6 * theme.measures.base + 44)
        return QRectF((self.width() - width) / 2, self.height() - height - below, width, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, theme = smooth(self), self._theme
        self._boxes()
        if self.spotlight and self.rect().contains(self._at):
            _draw_spotlight(painter, theme, self._ring(self._at, RING))
        if self.inputs and self._click is not None:
            at, since = self._click
            share = min(1.0, (time.monotonic() - since) / CLICK)
            _draw_click(painter, theme, QPointF(at), theme.px(RING) * (0.4 + 0.5 * share), 1.0 - 0.6 * share)
        if self.inputs and self._key[0]:
            box, letters = self._caption(), font(theme, LETTERS, 600)
            draw_pill(painter, self._key[0], letters, box, ground=theme.colours.text, ink=theme.colours.panel)
        painter.end()


def _draw_spotlight(painter: QPainter, theme: Theme, box: QRectF) -> None:
    soft, sharp = QColor(theme.colours.accent), QColor(theme.colours.accent)
    soft.setAlphaF(0.22)
    sharp.setAlphaF(0.9)
    painter.setBrush(soft)
    painter.setPen(QPen(sharp, theme.px(3)))
    inset = theme.px(2)
    painter.drawEllipse(box.adjusted(inset, inset, -inset, -inset))


def _draw_click(painter: QPainter, theme: Theme, at: QPointF, radius: float, strength: float) -> None:
    colour = QColor(theme.colours.lost_text)
    colour.setAlphaF(strength)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, theme.px(4)))
    painter.drawEllipse(at, radius, radius)
