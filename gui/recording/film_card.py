"""The card that says how a recording goes: a small window of its own, so that it is in no picture."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QMouseEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.recording.recorder import FilmState
from gui.theme import palette
from gui.theme.theme import Theme
from gui.widgets.controls import Text, dress_children
from gui.widgets.drawing import rounded
from gui.widgets.painted import Painted

READ = 8000  # milliseconds that it stays when all went well
KILO = 1000.0


def size_text(size: float) -> str:
    """Bytes as people read them."""
    if size < KILO:
        return f"{size:.0f} B"
    for unit in ("kB", "MB"):
        size /= KILO
        if size < KILO:
            return f"{size:.1f} {unit}"
    return f"{size / KILO:.1f} GB"


def time_text(seconds: float) -> str:
    """Minutes and seconds."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"


class _Dot(Painted):
    """The red dot: pictures are being taken."""

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.setFixedSize(theme.px(12), theme.px(12))

    def paint(self, painter: QPainter, theme: Theme) -> None:
        rounded(painter, QRectF(self.rect()), self.width() / 2, theme.colours.lost)


class FilmCard(Painted):
    """Lies over the status bar; a click takes it away."""

    def __init__(self, window: QWidget) -> None:
        tool, frameless = Qt.WindowType.Tool, Qt.WindowType.FramelessWindowHint
        super().__init__(window, tool | frameless | Qt.WindowType.WindowDoesNotAcceptFocus)
        self._window = window
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAccessibleName(self.tr("Recording"))
        self._dot = _Dot()
        self.line, self.more = Text(weight=600), Text(size="small", tone="muted")
        self.more.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row, column = QHBoxLayout(self), QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(self.line)
        column.addWidget(self.more)
        row.addWidget(self._dot)
        row.addLayout(column)
        self._leave = QTimer(self, singleShot=True, interval=READ)
        self._leave.timeout.connect(self.hide)
        window.installEventFilter(self)

    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        palette.apply(self, theme)
        dress_children(self, theme)

    def tell(self, state: FilmState) -> None:
        """Says how far a recording has come, or how it ended."""
        counts = [time_text(state.seconds), size_text(state.size), self._lost(state)]
        said = "  ·  ".join(filter(None, counts))
        self._dot.setVisible(not (state.over or state.ending))
        if state.over or state.ending:
            said = f"{self._ending(state)}  ·  {said}"
        self.line.set_text(said)
        self.more.set_text("\n".join(filter(None, [*self._why(state), str(state.path or "")])))
        self.more.setVisible(bool(state.over or state.advice))
        self._leave.stop()
        if state.over and not (state.problem or state.advice):
            self._leave.start()
        self.setVisible(self._window.isVisible())
        self._stand()

    def refuse(self, words: str) -> None:
        """Says why nothing is recorded."""
        self.tell(FilmState(over=True, problem=words))

    def _lost(self, state: FilmState) -> str:
        dropped = f"{state.dropped} {self.tr('frames left out')}"
        return dropped + f", {state.late} {self.tr('late')}" * bool(state.late)

    def _ending(self, state: FilmState) -> str:
        if state.ending:
            return self.tr("Being written")
        if not state.problem:
            return self.tr("Recorded")
        return self.tr("Recorded up to here") if state.size else self.tr("Nothing was recorded")

    def _why(self, state: FilmState) -> list[str]:
        lines = [state.problem]
        if state.advice:
            lines += [self.tr("There is no ffmpeg here: pictures are written instead of a film. To have films:")]
            lines += [state.advice]
        return lines

    def _stand(self) -> None:
        """At the right end of the window's status bar, inside the screen."""
        self.adjustSize()
        corner = self._window.mapToGlobal(self._window.rect().bottomRight())
        at = corner - QPoint(self.width() + 8, self.height() + 8)
        screen = self._window.screen() or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        left = min(max(at.x(), room.left()), room.right() - self.width())
        self.move(left, min(max(at.y(), room.top()), room.bottom() - self.height()))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Goes where the window goes."""
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize) and self.isVisible():
            self._stand()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.hide()

    def paint(self, painter: QPainter, theme: Theme) -> None:
        painter.fillRect(self.rect(), QColor(theme.colours.raised))
        painter.setPen(QColor(theme.colours.line2))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
