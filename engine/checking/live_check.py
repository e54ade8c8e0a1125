"""Checks texts while they are typed: each when its typing rests, by the Python that is chosen."""

from __future__ import annotations

import sys
import time
from dataclasses import replace

from engine.checking.checker import Answer, Checker
from engine.frame.check import CheckState

RESTS = 0.25  # seconds without a change after which a text is read


class LiveCheck:
    """What a session holds: it is told of each text, and asked once a frame what is known.

    `file` is whose text it is: the path of a module, "" is the program's own.
    """

    def __init__(self, rests: float = RESTS) -> None:
        self._rests = rests
        self._checker: Checker | None = None
        self._chosen = ""  # the Python that was asked for
        self._waiting: dict[str, tuple[str, float]] = {}  # file -> its text, and when it is due by `monotonic`
        self._asked = ""  # the file whose text is being read

    def put(self, text: str, file: str = "", *, at_once: bool = False) -> None:
        """Another text of a file; what was asked of the one before does not matter any more."""
        self._waiting.pop(file, None)  # it waits behind the others: see `_ask`
        self._waiting[file] = text, time.monotonic() + (0.0 if at_once else self._rests)

    def forget(self) -> None:
        """Of the texts that wait nothing is asked any more."""
        self._waiting.clear()

    def poll(self, executable: str) -> Answer | None:
        """What this Python says of the newest text of a file, once, when it is known."""
        self._ask(executable)
        checker, file = self._checker, self._asked
        answer = checker.poll() if checker is not None and checker.busy else None
        if answer is None or checker is None or file in self._waiting:
            return None
        own = checker.executable == sys.executable
        if answer.check.state is CheckState.NO_PYTHON and not own:
            self._begin(sys.executable)  # better than nothing; it is said
            self.put(answer.check.text, file, at_once=True)
            return None
        own = own and self._chosen != sys.executable
        return replace(answer, file=file, check=replace(answer.check, own=own))

    def _ask(self, executable: str) -> None:
        """One text is read at a time. The one that was put last goes first: somebody is typing in it."""
        now, busy = time.monotonic(), self._checker is not None and self._checker.busy
        due = [file for file, (_, at) in self._waiting.items() if at <= now and (not busy or file == self._asked)]
        if not due:
            return
        if self._checker is None or self._chosen != executable:
            self._begin(executable)
            self._chosen = executable
        assert self._checker is not None
        self._asked = due[-1]
        self._checker.ask(self._waiting.pop(self._asked)[0])

    def _begin(self, executable: str) -> None:
        self.close()
        self._checker = Checker(executable)

    def close(self) -> None:
        """Ends the process that reads."""
        checker, self._checker = self._checker, None
        if checker is not None:
            checker.close()
