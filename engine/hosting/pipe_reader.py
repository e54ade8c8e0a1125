"""A thread that reads a pipe to its end, and knows whether anything of it is still to come."""

from __future__ import annotations

import os
import select
import sys
import threading
from collections.abc import Callable
from typing import IO


class PipeReader:
    """Hands what comes out of `pipe` to `take`, at most `size` bytes at a time, from a thread of its own."""

    def __init__(self, name: str, pipe: IO[bytes] | None, size: int, take: Callable[[bytes], object]) -> None:
        assert pipe is not None  # it was asked for
        self._pipe, self._size, self._take = pipe, size, take
        self._in_hand = False  # read, and not handed over yet
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def dry(self) -> bool:
        """Whether all that was written so far has been handed over. Its writers may still have the pipe open.

        What is in the pipe is looked at before what is in hand: a reader says that it takes before it takes.
        """
        if not self._thread.is_alive():
            return True
        try:
            return not (_readable(self._pipe) or self._in_hand)
        except (OSError, ValueError):  # closed at its end meanwhile
            return not self._in_hand

    @property
    def ended(self) -> bool:
        """Whether the pipe has come to its end."""
        return not self._thread.is_alive()

    def join(self, timeout: float) -> None:
        """Waits for the end of the pipe, so many seconds at most."""
        self._thread.join(timeout)

    def _run(self) -> None:
        with self._pipe as pipe:
            while True:
                _wait(pipe)
                self._in_hand = True
                data = os.read(pipe.fileno(), self._size)
                if not data:
                    return
                self._take(data)
                self._in_hand = False


if sys.platform == "win32":
    import _winapi
    import msvcrt

    def _readable(pipe: IO[bytes]) -> bool:
        """Whether there is something in it now."""
        waiting: int = _winapi.PeekNamedPipe(msvcrt.get_osfhandle(pipe.fileno()), 0)[0]
        return waiting > 0

    def _wait(pipe: IO[bytes]) -> None:
        """On Windows nothing waits for a pipe without reading it: what was just read is not seen for a moment."""
        del pipe

else:

    def _readable(pipe: IO[bytes]) -> bool:
        """Whether there is something in it now; its end counts."""
        return bool(_poll(pipe).poll(0))

    def _wait(pipe: IO[bytes]) -> None:
        """Until there is something in it, or its end."""
        _poll(pipe).poll()

    def _poll(pipe: IO[bytes]) -> select.poll:
        found = select.poll()
        found.register(pipe.fileno(), select.POLLIN)
        return found
