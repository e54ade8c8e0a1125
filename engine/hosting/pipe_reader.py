"""Reads pipes on threads of their own, and keeps what came down them until the window's thread takes it."""

from __future__ import annotations

import os
import select
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import IO

from engine.protocol.records import BLOCK, BLOCK_RECORDS, MOST, RECORD

INBOX_LIMIT = 4 << 20  # bytes that may wait here before the stage is made to wait
PATIENCE = 0.2  # seconds that the beginning of a line waits for its end before it is shown alone

LEAST = 1024  # bytes that a block counts for at least: a thousand tiny ones cost as much time as some large ones

Block = tuple[int, bytes]


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


class BlockReader:
    """Bytes of a pipe, put together to blocks. Filled by a reading thread, emptied by the window's.

    A header that no stage sends breaks the stream: nobody knows where the next one is. From there on, as after
    `drop`, what comes is read and thrown away, so that whoever writes never waits.
    """

    def __init__(self) -> None:
        self._pieces: deque[bytes] = deque()
        self._room = threading.Condition()
        self.waiting = 0  # bytes that nobody has looked at yet
        self._open = True
        self._ended = False  # no more bytes are taken in
        self._buffer = bytearray()
        self.dropping = False  # what comes is thrown away
        self.dropped = 0  # bytes that were there, and were thrown away
        self.broken: tuple[int, int] | None = None  # kind and length of the header that makes no sense
        self.moved_at = 0.0  # time.monotonic() when bytes came or were read last

    def put(self, data: bytes) -> None:
        """Adds bytes; makes the caller wait while too many are unread."""
        with self._room:
            while self._open and self.waiting > INBOX_LIMIT and not self.dropping:
                self._room.wait()
            if self._ended or self.dropping:
                return
            self._pieces.append(data)
            self.waiting += len(data)
            self.moved_at = time.monotonic()

    def close(self) -> None:
        """Lets a waiting reader go."""
        with self._room:
            self._open = False
            self._room.notify_all()

    def drop(self) -> None:
        """Throws away what is there, and what comes. For the thread that takes."""
        with self._room:
            self.dropping = True
            self.dropped += self.size
            self._pieces.clear()
            self._buffer = bytearray()
            self.waiting = 0
            self._room.notify_all()

    def end(self) -> None:
        """Nothing more is to come. Of a block that was cut off, what has arrived is handed out."""
        self._ended = True
        self.close()

    @property
    def size(self) -> int:
        """Bytes that are not read yet."""
        return self.waiting + len(self._buffer)

    def take(self, limit: int) -> list[Block]:
        """Whole blocks, until they hold `limit` records or there are no more."""
        blocks: list[Block] = []
        left = limit * RECORD.size
        while left > 0 and (block := self._next_block()) is not None:
            blocks.append(block)
            left -= max(LEAST, len(block[1]))
        return blocks

    def _next_block(self) -> Block | None:
        if self._fill(BLOCK.size):
            kind, length = BLOCK.unpack_from(self._buffer)
            if not 0 < length <= MOST.get(kind, 0):
                self.broken = kind, length
                self.drop()
                return None
            end = BLOCK.size + length
            if self._fill(end):
                payload = bytes(memoryview(self._buffer)[BLOCK.size : end])
                del self._buffer[:end]
                return kind, payload
        return self._last_block() if self._ended else None

    def _last_block(self) -> Block | None:
        """The whole records of a block whose sender was killed while it wrote; half a fact says nothing."""
        rest, self._buffer = self._buffer, bytearray()
        if len(rest) < BLOCK.size + RECORD.size or BLOCK.unpack_from(rest)[0] != BLOCK_RECORDS:
            return None
        count = (len(rest) - BLOCK.size) // RECORD.size
        return BLOCK_RECORDS, bytes(rest[BLOCK.size : BLOCK.size + count * RECORD.size])

    def _fill(self, size: int) -> bool:
        while len(self._buffer) < size and self._pieces:
            piece = self._pieces.popleft()
            self._buffer += piece
            with self._room:
                self.waiting -= len(piece)
                self.moved_at = time.monotonic()
                self._room.notify_all()
        return len(self._buffer) >= size


class StrayOutput:
    """Text of a pipe in whole lines. Filled by a reading thread, emptied by the window's.

    A program that writes without a buffer sends a line and its end in two writes: read in between, they would be two.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self.text = ""
        self._begun_at = 0.0  # time.monotonic() when the line that is not ended yet began

    def put(self, text: str) -> None:
        """Adds text."""
        with self._lock:
            if not self.text or self.text.endswith("\n") or "\n" in text[:-1]:
                self._begun_at = time.monotonic()
            self.text += text

    def take(self, everything: bool = False) -> str:
        """The lines that are whole; one that is not comes too after `patience` seconds, or with `everything`."""
        with self._lock:
            everything = everything or time.monotonic() - self._begun_at > self._patience
            end = len(self.text) if everything else self.text.rfind("\n") + 1
            taken, self.text = self.text[:end], self.text[end:]
            return taken
