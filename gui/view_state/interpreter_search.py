"""Looks for the Pythons of this machine without making the window wait: in a process of its own."""

import json
import sys

from PySide6.QtCore import QObject, QProcess, Signal

from engine.environment.installation import ROOT

ASK = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "import dataclasses, json; from engine.environment.interpreters import find; "
    "print(json.dumps([dataclasses.asdict(one) for one in find()], default=str))"
)


class PythonSearch(QObject):
    """Emits `found` once with a list of dicts, such as {"executable": .., "version": .., "gil": ..}.

    A process and not a thread: the cyclic collector would run there too, and finalise Qt objects.
    """

    found = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self._process = QProcess(self)
        self._process.setWorkingDirectory(str(ROOT))  # Python looks there first; the user's folder may hold a json.py
        self._process.finished.connect(self._read)

    def start(self) -> None:
        """Begins to look; at once back."""
        self._process.start(sys.executable, ["-c", ASK, str(ROOT)])

    def stop(self) -> None:
        """Ends the search; nothing is emitted any more."""
        self._process.blockSignals(True)
        if self._process.state() is not QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(500)

    def _read(self) -> None:
        said = bytes(self._process.readAllStandardOutput().data()).decode("utf-8", "replace")
        try:
            rows = json.loads(said)
        except ValueError:
            return
        self.found.emit(rows)
