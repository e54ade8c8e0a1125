"""Has a program's text looked through for what could break, without making the window wait."""

import json
import sys

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from engine.environment.installation import ROOT

ASK = "import sys; sys.path.insert(0, sys.argv[1]); from engine.static_analysis.__main__ import main; main()"
REST = 300  # milliseconds without another wish until it begins: somebody may be typing
SMALL = 40  # lines that are looked through here, which takes 3 to 5 ms; another process takes 100 to begin
LIMIT = 30_000  # milliseconds after which a text is given up


class SuspicionReader(QObject):
    """Emits `found` with the suspicions and the text that they are of. The newest wish counts alone.

    A process and not a thread: a thread that computes would take the GIL from the window.
    """

    found = Signal(tuple, str)

    def __init__(self, parent: QObject | None = None, rest: int = REST) -> None:
        super().__init__(parent)
        self._wanted: tuple[str, tuple[str, ...]] | None = None
        self._asked: tuple[str, tuple[str, ...]] | None = None  # what the process looks through
        self._rest_for = rest
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._begin)
        self._limit = QTimer(self, singleShot=True, interval=LIMIT)
        self._process = QProcess(self)
        self._limit.timeout.connect(self._process.kill)
        self._process.setWorkingDirectory(str(ROOT))  # Python looks there first; the user's folder may hold a json.py
        self._process.finished.connect(self._read)
        self._process.errorOccurred.connect(self._failed)

    @property
    def busy(self) -> bool:
        """Whether something will be found yet."""
        return self._wanted is not None or self._asked is not None

    def want(self, text: str, off: tuple[str, ...], *, now: bool = False) -> None:
        """Wishes for the suspicions of a text in which these locks are off; `now`: nobody is typing."""
        self._wanted = text, off
        self._rest.start(0 if now else self._rest_for)

    def stop(self) -> None:
        """Ends the search; nothing is emitted any more."""
        self._wanted = None
        self._rest.stop()
        self._end()

    def _begin(self) -> None:
        if self._wanted is None:
            return
        text, off = self._wanted
        if text.count("\n") <= SMALL:
            from engine.static_analysis.analysis import suspicions  # noqa: PLC0415 - the start does not wait for it

            self._wanted = None
            self.found.emit(suspicions(text, off), text)
            return
        self._end()
        self._asked, self._wanted = self._wanted, None
        self._process.start(sys.executable, ["-c", ASK, str(ROOT)])
        said = json.dumps({"text": text, "off": off}).encode("utf-8", "surrogatepass")
        self._process.write(said)
        self._process.closeWriteChannel()
        self._limit.start()

    def _end(self) -> None:
        self._asked = None
        self._limit.stop()
        if self._process.state() is not QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(500)

    def _read(self) -> None:
        said = bytes(self._process.readAllStandardOutput().data()).decode("utf-8", "replace")
        self._limit.stop()
        if self._asked is None:
            return
        from engine.static_analysis.exchange import understood  # noqa: PLC0415 - the start does not wait for it

        text, self._asked = self._asked[0], None
        self.found.emit(understood(said), text)

    def _failed(self, _error: QProcess.ProcessError) -> None:
        """It could not be begun, or was ended: then there is nothing to mark."""
        if self._asked is not None and self._process.state() is QProcess.ProcessState.NotRunning:
            text, self._asked = self._asked[0], None
            self.found.emit((), text)
