"""What happens when the window opens: the first frame, and what can wait until it is painted."""

from __future__ import annotations

import json
import os
import sys
from collections import deque
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from engine.environment.installation import ROOT

if TYPE_CHECKING:
    from PySide6.QtCore import QProcess

ASK = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "import json; from engine.environment.interpreters import find, labels; "
    "found = find(); print(json.dumps(list(zip([one.executable for one in found], labels(found)))))"
)
FIRST_FRAME = "THREAD_THEATRE_FIRST_FRAME"  # when it is set, the start is timed: see CONTRIBUTING.md


class IdleTasks(QObject):
    """Does things one after the other once the window's first frame is painted, between two turns of the event loop.

    What the first frame does not show is done here, so that a class does not wait for it.
    """

    def __init__(self, window: QWidget, then: Sequence[Callable[[], object]]) -> None:
        super().__init__(window)
        self._window, self._then = window, deque(then)
        self._next = QTimer(self)
        self._next.setInterval(0)
        self._next.timeout.connect(self._do_next)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notes the first painting; the timer fires when it has reached the screen."""
        if watched is self._window and event.type() is QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            self._next.start()
            if os.environ.get(FIRST_FRAME):
                self._then.appendleft(partial(print, "first frame", flush=True))
                self._then += (partial(print, "ready", flush=True), QCoreApplication.quit)
        return False

    def stop(self) -> None:
        """Leaves the rest undone."""
        self._next.stop()
        self._then.clear()

    def _do_next(self) -> None:
        if not self._then:
            self._next.stop()
            return
        self._then.popleft()()


class PythonSearch(QObject):
    """Looks for the Pythons of this machine without making the window wait; emits `found` once: executables and labels.

    A process and not a thread: the cyclic collector would run there too, and finalise Qt objects.
    """

    found = Signal(tuple)

    @cached_property
    def _process(self) -> QProcess:
        from PySide6.QtCore import QProcess  # noqa: PLC0415 - the first frame does not wait for it

        made = QProcess(self)
        made.setWorkingDirectory(str(ROOT))  # Python looks there first; the user's folder may hold a json.py
        made.finished.connect(self._read)
        return made

    def start(self) -> None:
        """Begins to look; at once back."""
        self._process.start(sys.executable, ["-c", ASK, str(ROOT)])

    def stop(self) -> None:
        """Ends the search; nothing is emitted any more."""
        if "_process" not in vars(self):
            return  # it never began
        self._process.blockSignals(True)
        if self._process.state() is not self._process.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(500)

    def _read(self) -> None:
        said = bytes(self._process.readAllStandardOutput().data()).decode("utf-8", "replace")
        try:
            found = tuple((executable, label) for executable, label in json.loads(said))
        except ValueError:
            return
        self.found.emit(found)
