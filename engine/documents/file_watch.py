"""Looks at the file of the open program once a second, by a thread of its own: a dead network disk stops no window."""

from __future__ import annotations

import threading
from pathlib import Path

from engine.documents.source_file import FileState, state_of

PAUSE = 1.0  # seconds between two looks


class FileWatch:
    """`seen` is the file that was looked at last, and how it stood; None before the first look."""

    def __init__(self, pause: float = PAUSE) -> None:
        self.seen: tuple[Path, FileState | None] | None = None
        self._path: Path | None = None
        self._pause = pause
        self._woken, self._over = threading.Event(), False
        self._thread: threading.Thread | None = None

    def look_at(self, path: Path | None) -> None:
        """Looks at this file from now on, and at once; None: at none."""
        self._path = path
        self.seen = None
        if path is not None and self._thread is None:
            self._thread = threading.Thread(target=self._look, name="FileWatch", daemon=True)
            self._thread.start()
        self._woken.set()

    def close(self) -> None:
        """Ends it; a look that hangs is left alone."""
        self._over = True
        self._woken.set()
        if self._thread is not None:
            self._thread.join(self._pause)

    def _look(self) -> None:
        while not self._over:
            self._woken.clear()
            path = self._path
            if path is not None:
                state = state_of(path)
                if path is self._path:
                    self.seen = (path, state)
            self._woken.wait(self._pause if path is not None else None)
