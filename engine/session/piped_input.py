"""The standard input of a headless command, handed on to the program that it runs, as far as that asks for it."""

from __future__ import annotations

import sys
import threading
from collections import deque
from typing import IO

from engine.frame import Frame
from engine.session.session import Session

PIECE = 1 << 16  # bytes that one reading may bring


class PipedInput:
    """Reads no more than the program asks for: what it leaves is still there for whoever reads next, as outside.

    A terminal or a pipe may let its reader wait, so a thread reads; the loop that calls `look` never waits.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._came: deque[bytes] = deque()
        self._wanted = threading.Semaphore(0)
        self._reading = False  # a piece was asked for and has not come
        self._served: object = None  # the questions that a piece was read for
        self._whole = True  # the last piece ended with its line
        self._raw = _raw_stdin()
        if self._raw is not None:
            # Nobody can end a thread that waits for a terminal: it ends with this process.
            threading.Thread(target=self._read, name="stdin", daemon=True).start()

    def look(self, frame: Frame) -> None:
        """Hands on what came, and has more read where a thread waits for it."""
        while self._came:
            self._hand_on(self._came.popleft())
        questions = frame.recording.questions
        if not questions.asking or self._reading or frame.run.input_ended:
            return
        if self._raw is None:
            self._session.end_input(shown=False)
        elif questions is not self._served or not self._whole:
            self._served, self._reading = questions, True
            self._wanted.release()

    def _hand_on(self, data: bytes) -> None:
        self._reading, self._whole = False, data.endswith(b"\n")
        if data:
            self._session.answer(data.decode("utf-8", "surrogateescape"), shown=False)
        else:
            self._session.end_input(shown=False)

    def _read(self) -> None:
        """Ends with the input."""
        data = b"-"
        while data:
            self._wanted.acquire()
            try:
                data = self._raw.read(PIECE) or b"" if self._raw is not None else b""
            except (OSError, ValueError):
                data = b""
            self._came.append(data)


def _raw_stdin() -> IO[bytes] | None:
    """Below Python's own buffer, whose lock would be held while it waits; None where there is no such stream."""
    return getattr(getattr(sys.stdin, "buffer", None), "raw", None)
