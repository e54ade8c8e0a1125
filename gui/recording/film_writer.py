"""Writes a film on a thread of its own, so that whoever takes the pictures never waits."""

import threading
from collections import deque
from collections.abc import Callable

from PySide6.QtGui import QImage

from gui.recording.sinks import Sink

ROOM = 256 << 20  # bytes of pictures that may wait: two seconds at 1280x720, for a machine that does something else
LEAST_ROOM = 4  # pictures, however large

Piece = tuple[QImage, int]  # a picture, and for how many frames it stands


class FilmWriter:
    """Hands pictures to the sink that `make` makes on that thread. What goes wrong ends it, and is its `problem`."""

    def __init__(self, make: Callable[[], Sink], picture_bytes: int) -> None:
        self._make = make
        self._room = max(LEAST_ROOM, ROOM // max(1, picture_bytes))
        self._waiting: deque[Piece] = deque()
        self._news = threading.Condition()
        self._ending = False
        self.sink: Sink | None = None  # once it is made
        self.problem = ""
        self.frames = 0  # written
        self.done = threading.Event()
        threading.Thread(target=self._run, name="film", daemon=True).start()

    def put(self, picture: QImage, times: int) -> bool:
        """Takes a picture, on which nobody may draw any more; False when there is no room for it."""
        with self._news:
            if len(self._waiting) >= self._room or self._ending:
                return False
            self._waiting.append((picture, times))
            self._news.notify()
            return True

    def finish(self, *last: Piece) -> None:
        """Nothing comes after these, for which there is room; `done` is set when all is written."""
        with self._news:
            self._waiting += last
            self._ending = True
            self._news.notify()

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self.sink.size if self.sink is not None else 0

    def _next(self) -> Piece | None:
        with self._news:
            while not (self._waiting or self._ending):
                self._news.wait()
            return self._waiting.popleft() if self._waiting else None

    def _run(self) -> None:
        try:
            self.sink = self._make()
            try:
                while (piece := self._next()) is not None:
                    self.sink.write(*piece)
                    self.frames += piece[1]
            finally:
                self.sink.close()
        except OSError as problem:
            self.problem = str(problem)
        finally:
            with self._news:
                self._ending = True
                self._waiting.clear()
            self.done.set()
