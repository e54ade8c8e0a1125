"""Checks a text while it is typed: when the typing rests, by the Python that is chosen."""

from __future__ import annotations

import sys
import time
from dataclasses import replace

from engine.checking.checker import Answer, Checker
from engine.frame.check import CheckState

RESTS = 0.25  # seconds without a change after which a text is read


class LiveCheck:
    """What a session holds: it is told of each text, and asked once a frame what is known."""

    def __init__(self, rests: float = RESTS) -> None:
        self._rests = rests
        self._checker: Checker | None = None
        self._chosen = ""  # the Python that was asked for
        self._text: str | None = None  # that waits
        self._due = 0.0  # on the clock of `monotonic`

    def put(self, text: str, at_once: bool = False) -> None:
        """Another text; what was asked of the one before does not matter any more."""
        self._text, self._due = text, time.monotonic() + (0.0 if at_once else self._rests)

    def poll(self, executable: str) -> Answer | None:
        """What this Python says of the newest text, once, when it is known."""
        if self._text is not None and time.monotonic() >= self._due:
            if self._checker is None or self._chosen != executable:
                self._begin(executable)
                self._chosen = executable
            assert self._checker is not None
            self._checker.ask(self._text)
            self._text = None
        checker = self._checker
        answer = checker.poll() if checker is not None and checker.busy else None
        if answer is None or checker is None or self._text is not None:
            return None
        own = checker.executable == sys.executable
        if answer.check.state is CheckState.NO_PYTHON and not own:
            self._begin(sys.executable)  # better than nothing; it is said
            self.put(answer.check.text, at_once=True)
            return None
        return replace(answer, check=replace(answer.check, own=own and self._chosen != sys.executable))

    def _begin(self, executable: str) -> None:
        self.close()
        self._checker = Checker(executable)

    def close(self) -> None:
        """Ends the process that reads."""
        checker, self._checker = self._checker, None
        if checker is not None:
            checker.close()
