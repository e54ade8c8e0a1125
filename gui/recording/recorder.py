"""Takes pictures of the window at a steady rate, while it is used."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.recording import sinks
from gui.recording.film_writer import FilmWriter
from gui.recording.sinks import FilmFormat, FilmShape, Movie, Pictures, Sink, SinkError

KEPT_BY = ("xcb", "windows", "offscreen")  # platforms that keep the window's last picture in memory
OVER = (Qt.WindowType.Popup, Qt.WindowType.ToolTip)  # what opens over a window and belongs to it
EARLY = 0.1  # of a frame: a timer may fire so much too soon
TOLD = 0.5  # seconds between two reports of how far it has come


@lazy_dataclass(frozen=True)
class FilmChoice:
    """How a film is recorded."""

    form: FilmFormat = FilmFormat.MP4
    rate: int = 30  # frames a second
    seconds: float = 0.0  # after which it ends by itself; 0: never


@lazy_dataclass(frozen=True)
class FilmState:
    """How far a recording has come, or how it ended."""

    path: Path | None = None
    seconds: float = 0.0
    size: int = 0  # bytes
    dropped: int = 0  # frames that show the picture before, because for theirs there was no room
    late: int = 0  # the same because the window was busy, and showed that picture itself
    ending: bool = False  # no more pictures are taken, those that were are still being written
    over: bool = False
    problem: str = ""
    advice: str = ""  # a command to be typed


def picture_of(window: QWidget) -> QImage:
    """What a window shows, with the menus and hints over it, in the pixels of the screen."""
    picture = _of_one(window)
    above = [one for one in QApplication.topLevelWidgets() if one.isVisible() and one.windowType() in OVER]
    if above:
        painter = QPainter(picture)
        for one in above:
            painter.drawImage(window.mapFromGlobal(one.pos()), _of_one(one))
        painter.end()
    return picture


def _of_one(window: QWidget) -> QImage:
    """Where the platform keeps what was painted last it is copied, in a tenth of the time of painting it again."""
    store = window.backingStore()
    kept = store.paintDevice() if store is not None and QGuiApplication.platformName() in KEPT_BY else None
    ratio = window.devicePixelRatioF()
    size = window.size() * ratio
    if isinstance(kept, QImage) and kept.depth() == 32 and kept.rect().contains(QRect(QPoint(), size)):
        made = kept.copy(QRect(QPoint(), size))
        made.setDevicePixelRatio(ratio)
        return made
    made = QImage(size, QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(ratio)
    window.render(made, QPoint())
    return made


def fitted(picture: QImage, width: int, height: int) -> QImage:
    """The picture in a film of this size: as it is, else as large as it fits, on black."""
    picture.setDevicePixelRatio(1.0)
    if (picture.width(), picture.height()) == (width, height) and picture.bytesPerLine() == 4 * width:
        return picture
    ground = QImage(width, height, QImage.Format.Format_RGB32)
    ground.fill(QColor("black"))
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    small = picture.scaled(width, height, keep, smooth)
    painter = QPainter(ground)
    painter.drawImage((width - small.width()) // 2, (height - small.height()) // 2, small)
    painter.end()
    return ground


class Recorder(QObject):
    """One recording after the other. `told` says how far one has come, twice a second, and how it ended."""

    told = Signal(FilmState)

    def __init__(self, window: QWidget, find: Callable[[], str] = sinks.executable) -> None:
        super().__init__(window)
        self._window, self._find = window, find
        self.state = FilmState(over=True)
        self._choice = FilmChoice()
        self._writer: FilmWriter | None = None
        self._next: tuple[Path, FilmChoice] | None = None  # begins when the one before is written
        self._size = (0, 0)
        self._began = self._said = 0.0
        self._frames = self._owed = 0  # those due so far, and those of them that are still to be handed over
        self._dropped = self._late = 0
        self._last = QImage()
        self._advice = ""
        self._beat = QTimer(self)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.setSingleShot(True)
        self._beat.timeout.connect(self._take)

    @property
    def runs(self) -> bool:
        """Whether pictures are taken."""
        return self._beat.isActive()

    @property
    def goes_on(self) -> bool:
        """Whether there is something that `finish` ends: pictures are taken, or will be."""
        return self.runs or self._next is not None

    @property
    def busy(self) -> bool:
        """Whether a recording goes on, or is still being written."""
        return self._writer is not None

    def begin(self, path: Path, choice: FilmChoice) -> None:
        """Begins one, when the one before is written. Its file is `path` with the end of its format, or a number."""
        if self.busy:
            self._next = None if self.runs else (path, choice)
            return
        self._next = None
        program = "" if choice.form is FilmFormat.PICTURES else self._find()
        self._advice = "" if program or choice.form is FilmFormat.PICTURES else sinks.install_command()
        self._choice = choice
        self._dropped = self._late = self._frames = self._owed = 0
        first = picture_of(self._window)
        self._size = (first.width(), first.height())
        make = partial(sink_for, program, path, self._size, choice)
        self._writer = FilmWriter(make, 4 * first.width() * first.height())
        self._began = self._said = time.perf_counter()
        self._tell()
        self._take()

    def finish(self) -> None:
        """Takes no more pictures, and begins no more; `told` says when all is written."""
        self._next = None
        if self._writer is not None and self.runs:
            self._beat.stop()
            self._writer.finish(*([(self._last, self._owed)] if self._owed else []))
            self._owed = 0
            self._tell()
            self._look_for_end()

    def close(self, patience: float) -> None:
        """Ends it for good, and waits so many seconds until all is written."""
        self.finish()
        if self._writer is not None:
            self._writer.done.wait(patience)

    def _take(self) -> None:
        """One frame, or several where the window was late: then they are the same picture."""
        writer, rate = self._writer, self._choice.rate
        assert writer is not None
        if writer.done.is_set():  # it cannot go on
            self._beat.stop()
            self._look_for_end()
            return
        since = time.perf_counter() - self._began
        due = int(since * rate + EARLY) + 1 - self._frames
        if due > 0:
            self._last = fitted(picture_of(self._window), *self._size)
            self._frames += due
            self._owed += due
            room = writer.put(self._last, self._owed)
            if room:
                self._late += due - 1
                self._owed = 0
            else:
                self._dropped += due
        if self._choice.seconds and self._frames >= self._choice.seconds * rate:
            self._beat.start(0)
            self.finish()
            return
        if time.perf_counter() - self._said > TOLD:
            self._tell()
        ahead = self._frames / rate - (time.perf_counter() - self._began)
        self._beat.start(max(0, round(ahead * 1000)))

    def _look_for_end(self) -> None:
        writer = self._writer
        if writer is None:
            return
        if not writer.done.is_set():
            QTimer.singleShot(50, self, self._look_for_end)
            return
        self._tell()
        self._writer = None
        if self._next is not None:
            self.begin(*self._next)

    def _tell(self) -> None:
        writer = self._writer
        assert writer is not None
        self._said = time.perf_counter()
        over = writer.done.is_set()
        seconds = (writer.frames if over else self._frames) / self._choice.rate
        path = writer.sink.path if writer.sink is not None else None
        problem, counts = writer.problem, (self._dropped, self._late)
        ending = not over and not self.runs and self._frames > 0
        self.state = FilmState(path, seconds, writer.size, *counts, ending, over, problem, self._advice)
        self.told.emit(self.state)


def sink_for(program: str, path: Path, size: tuple[int, int], choice: FilmChoice) -> Sink:
    """Where a recording goes: a film, or pictures where there is no ffmpeg. Raises SinkError."""
    form = choice.form if program else FilmFormat.PICTURES
    try:
        free = sinks.reserve(path, form.value)
    except OSError as problem:
        raise SinkError(f"nothing can be written in {path.parent}: {problem.strerror or problem}") from problem
    if form is FilmFormat.PICTURES:
        return Pictures(free)
    return Movie(program, free, FilmShape(size, choice.rate, form, live=True))
