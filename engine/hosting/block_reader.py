"""What came down the pipe and is not read yet."""

from __future__ import annotations

import threading
import time
from collections import deque

from engine.protocol.records import BLOCK, BLOCK_RECORDS, RECORD

INBOX_LIMIT = 4 << 20  # bytes that may wait here before the stage is made to wait

Block = tuple[int, bytes]


class BlockReader:
    """Bytes of a pipe, put together to blocks. Filled by a reading thread, emptied by the window's."""

    def __init__(self) -> None:
        self._pieces: deque[bytes] = deque()
        self._room = threading.Condition()
        self._waiting = 0
        self._open = True
        self._ended = False  # no more bytes are taken in
        self._buffer = bytearray()
        self.moved_at = 0.0  # time.monotonic() when bytes came or were read last

    def put(self, data: bytes) -> None:
        """Adds bytes; makes the caller wait while too many are unread."""
        with self._room:
            while self._open and self._waiting > INBOX_LIMIT:
                self._room.wait()
            if self._ended:
                return
            self._pieces.append(data)
            self._waiting += len(data)
            self.moved_at = time.monotonic()

    def close(self) -> None:
        """Lets a waiting reader go."""
        with self._room:
            self._open = False
            self._room.notify_all()

    def end(self) -> None:
        """Nothing more is to come. Of a block that was cut off, what has arrived is handed out."""
        with self._room:
            self._open, self._ended = False, True
            self._room.notify_all()

    @property
    def waiting(self) -> int:
        """Bytes that nobody has looked at yet."""
        return self._waiting

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
            return self._last_block() if self._ended else None
        kind, length = BLOCK.unpack_from(self._buffer)
        if not self._fill(BLOCK.size + length):
            return self._last_block() if self._ended else None
        end = BLOCK.size + length
        payload = bytes(memoryview(self._buffer)[BLOCK.size : end])
        del self._buffer[:end]
        return kind, payload

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
                self._waiting -= len(piece)
                self.moved_at = time.monotonic()
                self._room.notify_all()
        return len(self._buffer) >= size
