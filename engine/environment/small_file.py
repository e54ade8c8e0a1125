"""Reads a file that somebody wrote by hand: a regular one up to a stated size. A pipe would wait, a device not end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

MOST = 4_000_000  # bytes of a program: a hundred times the longest file that people write by hand
_PIECE = 1 << 18


def read(path: Path, most: int = MOST) -> bytes:
    """What is in it. Raises OSError, also for what is no file and what is larger."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
    try:
        descriptor = os.open(path, flags)
    except ValueError as error:  # a zero byte in its name
        raise OSError(errno.EINVAL, str(error)) from error
    try:
        found = os.fstat(descriptor)
        if stat.S_ISDIR(found.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.ENODEV, "it is no file")
        data = bytearray()
        while piece := os.read(descriptor, _PIECE):  # it may grow, and those of /proc have no size
            data += piece
            if len(data) > most:
                raise OSError(errno.EFBIG, f"it is larger than {most / 1e6:g} MB")
        return bytes(data)
    finally:
        os.close(descriptor)


def text(path: Path, most: int = MOST) -> str:
    """The same as text with plain ends of lines. Raises OSError and UnicodeDecodeError."""
    return read(path, most).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
