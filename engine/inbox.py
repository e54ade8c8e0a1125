"""What came down the pipe and is not read yet."""

from __future__ import annotations

import threading
import time
from collections import deque

from engine.records import BLOCK, RECORD

INBOX_LIMIT = 4 << 20  # bytes that may wait here before the stage is made to wait

Block = tuple[int, bytes]


class Inbox:
    """Bytes of a pipe, put together to blocks. Filled by a reading thread, emptied by the window's."""

    def __init__(self) -> None:
        self._pieces: deque[bytes] = deque()
        self._room = threading.Condition()
        self._waiting = 0
        self._open = True
        self._buffer = bytearray()
        self.filled_at = 0.0  # time.monotonic() when bytes came last

    def put(self, data: bytes) -> None:
        """Adds bytes; makes the caller wait while too many are unread."""
        with self._room:
            while self._open and self._waiting > INBOX_LIMIT:
                self._room.wait()
            self._pieces.append(data)
            self._waiting += len(data)
            self.filled_at = time.monotonic()

    def close(self) -> None:
        """Lets a waiting reader go."""
        with self._room:
            self._open = False
            self._room.notify_all()

    @property
    def size(self) -> int:
        """Bytes that are not read yet."""
        return self._waiting + len(self._buffer)

    def take(self, limit: int) -> list[Block]:
        """Whole blocks, until they hold `limit` records or there are no more."""
        blocks: list[Block] = []
        left = limit * RECORD.size
        while left > 0:
            block = self._next_block()
            if block is None:
                break
            blocks.append(block)
            left -= len(block[1])
        return blocks

    def _next_block(self) -> Block | None:
        if not self._fill(BLOCK.size):
            return None
        kind, length = BLOCK.unpack_from(self._buffer)
        if not self._fill(BLOCK.size + length):
            return None
        end = BLOCK.size + length
        payload = bytes(memoryview(self._buffer)[BLOCK.size : end])
        del self._buffer[:end]
        return kind, payload

    def _fill(self, size: int) -> bool:
        while len(self._buffer) < size and self._pieces:
            piece = self._pieces.popleft()
            self._buffer += piece
            with self._room:
                self._waiting -= len(piece)
                self._room.notify_all()
        return len(self._buffer) >= size
