"""The overview: the whole run in a strip below the axis, and in it, as a band with two handles, what is shown."""

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy

from engine.frame import Frame
from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.plots.common.labels import write
from gui.plots.common.navigation import Navigation
from gui.plots.common.paint_cache import PaintCache
from gui.plots.common.scale import NS, Scale, make_scale
from gui.plots.timeline.run_map import RunMap, make_inks
from gui.theme import theme as themes
from gui.theme.theme import Theme
from gui.view_state import views
from gui.widgets.controls import MOVING, keeps_key

_WHEEL = 1.2  # zoom of one notch, as over the lanes
_GRIP = 7  # pixels beside a handle that still take hold of it
_AIR = 4  # pixels above and below the strip
_MS = 1000  # the slider that a screen reader sees counts milliseconds
_DIM = 0.62  # of the panel's colour over what is not shown
_AGAIN = 16  # milliseconds until lanes are drawn that had to wait
_PANS = {Qt.Key.Key_Left: -0.1, Qt.Key.Key_Right: 0.1, Qt.Key.Key_PageUp: -1.0, Qt.Key.Key_PageDown: 1.0}
_ZOOMS = {Qt.Key.Key_Up: views.NEARER, Qt.Key.Key_Down: 1 / views.NEARER}


@lazy_dataclass(frozen=True)
class Hold:
    """What the mouse holds: "start", "end" or "band", where it took hold (seconds), and the stretch then."""

    what: str
    time: float
    start: float
    end: float


class Overview(QAbstractSlider):
    """The strip. For a screen reader it is a slider: where the stretch that is shown begins, in milliseconds."""

    def __init__(self, steering: Navigation) -> None:
        super().__init__()
        self.setAccessibleName(QCoreApplication.translate("timeline", "Overview of the whole run"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._steering = steering
        self._theme = themes.make("dark", compact=False)
        self._inks = make_inks(self._theme)
        self._cache: PaintCache | None = None
        self._map = RunMap()
        self._frame = Frame()
        self._drawn: tuple[object, ...] = ()
        self._hold: Hold | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_AGAIN)
        self._later.timeout.connect(self.update)
        self.valueChanged.connect(self._slid)

    def apply_theme(self, theme: Theme) -> None:
        self._theme, self._inks, self._cache = theme, make_inks(theme), None
        self.setFixedHeight(theme.pixels.overview)
        self.update()

    def show_frame(self, frame: Frame) -> None:
        """Shows this frame; paints only if something that shows has changed."""
        view, told = frame.view, frame.recording
        self._frame = frame  # in place of the one before, whose objects had other ids
        scale = self.scale
        drawn = (
            frame.run.number, scale, view.start, view.end, view.cursor, view.marked, id(told.lanes), len(told.flips),
            len(told.losses.times), min(round(frame.run.now * NS), scale.end) // scale.per_column,
        )  # fmt: skip
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self.update()
        with QSignalBlocker(self):
            self.setRange(0, max(0, round((view.extent - view.end + view.start) * _MS)))
            self.setPageStep(max(1, round((view.end - view.start) * _MS)))
            self.setValue(round(view.start * _MS))
        words = QCoreApplication.translate("timeline", "from {start} to {end} of {all} seconds")
        said = words.format(start=f"{max(0.0, view.start):.1f}", end=f"{view.end:.1f}", all=f"{view.extent:.1f}")
        if self.accessibleDescription() != said:
            self.setAccessibleDescription(said)

    def _slid(self, value: int) -> None:
        """A screen reader moved the slider."""
        view = self._frame.view
        self._steering.look(value / _MS, value / _MS + view.end - view.start)

    @property
    def scale(self) -> Scale:
        """The whole run between the same edges as the lanes."""
        pixels = self._theme.pixels
        width = max(1, self.width() - pixels.name_column - pixels.padding)
        return make_scale(0.0, self._frame.view.extent, pixels.name_column, width, self.devicePixelRatioF())

    def band(self) -> QRectF:
        """Where the stretch that is shown lies: never too narrow to be seen."""
        scale, view = self.scale, self._frame.view
        left, right = (min(max(scale.x(x), scale.left), scale.left + scale.width) for x in (view.start, view.end))
        return QRectF(left, 1, max(right - left, 3.0), self.height() - 2)

    # painting

    def paintEvent(self, _: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._cache is None or self._cache.ratio != ratio:
            self._cache = PaintCache(self._theme, ratio)
        scale, colours = self.scale, self._theme.colours
        box = QRectF(scale.left, _AIR, scale.width, self.height() - 2 * _AIR)
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(colours.panel))
            painter.fillRect(box, QColor(colours.sunken))
            left = self._theme.pixels.padding + self._theme.pixels.badge + self._theme.px(8)
            words = QCoreApplication.translate("timeline", "whole run")
            room = QRectF(left, 0, scale.left - left, self.height())
            write(painter, self._cache.small, colours.muted, room, words)
            if not self._map.feed(self._frame, scale):
                self._later.start()
            picture = self._map.picture(self._frame, round((box.height() - 2) * ratio), self._inks)
            if not picture.isNull():
                picture.setDevicePixelRatio(ratio)
                painter.drawImage(box.topLeft().toPoint().x(), _AIR + 1, picture)
            self._draw_marks(painter, scale, box)
            self._draw_band(painter, scale, box)
        finally:
            painter.end()

    def _draw_marks(self, painter: QPainter, scale: Scale, box: QRectF) -> None:
        """Lost updates along the foot, switches that were flipped as ticks."""
        told, colours = self._frame.recording, self._theme.colours
        grid = np.arange(scale.columns + 1) * scale.per_column
        columns = np.flatnonzero(np.diff(np.searchsorted(told.losses.times, grid)))
        lost, high = QColor(colours.lost), max(3.0, box.height() / 4)
        for x in sorted({int(column / scale.ratio) for column in columns.tolist()}):
            painter.fillRect(QRectF(scale.left + x, box.bottom() - high, 1, high), lost)
        for x in sorted({round(scale.x(flip.time)) for flip in told.flips}):
            painter.fillRect(QRectF(x - 0.5, box.top() - 3, 1.5, box.height() + 6), QColor(colours.text))

    def _draw_band(self, painter: QPainter, scale: Scale, box: QRectF) -> None:
        """What is not shown is dim; the band has a frame and two handles; cursor and marked interval as above."""
        view, colours, band = self._frame.view, self._theme.colours, self.band()
        dim, accent = QColor(colours.panel), QColor(colours.accent)
        dim.setAlphaF(_DIM)
        painter.fillRect(QRectF(box.left(), box.top(), band.left() - box.left(), box.height()), dim)
        painter.fillRect(QRectF(band.right(), box.top(), box.right() - band.right(), box.height()), dim)
        if view.marked is not None:
            left, right = (min(max(scale.x(time), box.left()), box.right()) for time in view.marked)
            shade = QColor(accent)
            shade.setAlphaF(0.35)
            painter.fillRect(QRectF(left, box.top(), max(1.0, right - left), box.height()), shade)
        if view.cursor is not None and 0.0 <= view.cursor <= view.extent:
            painter.fillRect(QRectF(round(scale.x(view.cursor)) - 1, box.top() - 2, 2, box.height() + 4), accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(accent if self.hasFocus() else QColor(colours.muted), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(band.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
        painter.setPen(QPen(QColor(colours.panel), 1))
        painter.setBrush(accent if self.hasFocus() else QColor(colours.muted))
        for x in (band.left(), band.right()):
            handle = QRectF(x - 3.5, band.top() + band.height() * 0.2, 7, band.height() * 0.6)
            painter.drawRoundedRect(handle, 3, 3)

    # mouse and keys

    def _at(self, x: float) -> str:
        """What the mouse takes hold of at x: a handle, the band, "" beside it."""
        band = self.band()
        inner = min(_GRIP, band.width() / 4)  # also in a narrow band there is a middle to be held
        if band.left() - _GRIP <= x <= band.left() + inner:
            return "start"
        if band.right() - inner <= x <= band.right() + _GRIP:
            return "end"
        return "band" if band.left() < x < band.right() else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Takes hold of a handle or of the band; beside them the band comes to the mouse, and is held."""
        scale, x, view = self.scale, event.position().x(), self._frame.view
        if event.button() is not Qt.MouseButton.LeftButton or x < scale.left - _GRIP:
            return
        time, what, start, end = scale.seconds(x), self._at(x), view.start, view.end
        if not what:
            start, end = self._inside(time - (end - start) / 2, end - start)
            what = "band"
            self._steering.look(start, end)
        self._hold = Hold(what, time, start, end)
        self._point(x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Moves what is held."""
        x, hold = event.position().x(), self._hold
        if hold is None:
            self._point(x)
            return
        time = self.scale.seconds(x)
        moved = time - hold.time
        if hold.what == "start":
            self._steering.look(min(max(0.0, hold.start + moved), hold.end - views.LEAST), hold.end)
        elif hold.what == "end":
            reach = max(self._frame.view.extent, hold.end)
            self._steering.look(hold.start, min(max(hold.end + moved, hold.start + views.LEAST), reach))
        elif moved:
            self._steering.look(*self._inside(hold.start + moved, hold.end - hold.start))

    def _inside(self, start: float, width: float) -> tuple[float, float]:
        """A stretch of this width that does not leave the run."""
        start = max(0.0, min(start, self._frame.view.extent - width))
        return start, start + width

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lets go."""
        self._hold = None
        self._point(event.position().x())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Shows the whole run."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._hold = None
            self._steering.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms about the mouse where that is in the band, else about the band's middle; pans with a sideways wheel."""
        turn, view = event.angleDelta(), self._steering.view
        event.accept()
        if turn.x() and abs(turn.x()) > abs(turn.y()):
            self._steering.pan(-turn.x() / 120 * 0.1)
        elif turn.y():
            time = self.scale.seconds(event.position().x())
            inside = view.start <= time <= view.end
            self._steering.zoom(_WHEEL ** (turn.y() / 120), time if inside else (view.start + view.end) / 2)

    def _point(self, x: float) -> None:
        """The mouse's shape says what a press would do."""
        shapes = {"start": Qt.CursorShape.SizeHorCursor, "end": Qt.CursorShape.SizeHorCursor}
        held = Qt.CursorShape.ClosedHandCursor if self._hold is not None else Qt.CursorShape.OpenHandCursor
        what = self._hold.what if self._hold is not None else self._at(x)
        self.setCursor(shapes.get(what, held if what else Qt.CursorShape.PointingHandCursor))

    def event(self, event: QEvent) -> bool:
        return keeps_key(event, *MOVING) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right move the band, Page Up and Down by its width, Up and Down make it narrower and wider."""
        key, view = Qt.Key(event.key()), self._steering.view
        width = view.end - view.start
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
        elif key in _PANS:
            self._steering.pan(_PANS[key])
        elif key in _ZOOMS:
            self._steering.zoom(_ZOOMS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._steering.look(*self._inside(0.0 if key is Qt.Key.Key_Home else self._frame.run.now - width, width))
        else:
            event.ignore()
