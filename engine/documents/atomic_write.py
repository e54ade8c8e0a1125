"""Writes a file so that a crash leaves the old content or the new one, as far as the system lets that be done."""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path

# seconds after each attempt: on Windows a scanner of viruses may have the file for a moment
PAUSES = (0.05, 0.1, 0.15, 0.0)
ATTEMPTS = 5  # names for the new file: another one may be there by chance
_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EBUSY})
_SHARING, _LOCKED = 32, 33  # errors of Windows: another program has the file, or a part of it


def replace_content(target: Path, data: bytes, mode: int | None = None) -> None:
    """A new file takes the old one's place; what may be done with it stays, or is `mode`. Raises OSError.

    The old one is written over where no new one can be made beside it, or where it cannot be exchanged: on Windows
    while another program has it open, elsewhere in a folder where only its owner may.
    """
    known = _mode_of(target)
    if known is not None and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    try:
        handle, new = _made_beside(target)
    except (PermissionError, FileNotFoundError):  # the latter on Windows, where the longer name is too long
        if known is None:
            raise
        _write_over(target, data)
        return
    try:
        with os.fdopen(handle, "wb") as file:
            _put(file.fileno(), data)
        os.chmod(new, known if known is not None else mode if mode is not None else 0o666 & ~_umask())
        _exchange(new, target, data)
    except BaseException:
        with suppress(OSError):
            os.unlink(new)
        raise


def _mode_of(target: Path) -> int | None:
    """What may be done with it, None where there is none. Raises OSError for what is no file."""
    try:
        found = target.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(found):  # a pipe, a device: a file in its place would be another thing
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
    return stat.S_IMODE(found)


def _made_beside(target: Path) -> tuple[int, str]:
    """A new file's descriptor and its name.

    Not by `tempfile`: where nobody may make a file that tries two thousand million names on Windows.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    for left in reversed(range(ATTEMPTS)):
        name = os.path.join(target.parent, f".{target.name[:40]}-{os.urandom(4).hex()}")
        try:
            return os.open(name, flags, 0o600), name
        except FileExistsError:
            if not left:
                raise
    raise AssertionError


def _exchange(new: str, target: Path, data: bytes) -> None:
    """The new file takes the place, or its content does: it stays beside it until that is done."""
    refused: OSError | None = None
    for pause in PAUSES:
        try:
            os.replace(new, target)
            return
        except OSError as error:
            if error.errno not in _REFUSED:
                raise
            refused = error
        with suppress(PermissionError, FileNotFoundError):  # nobody else may write either, or there is no old one
            _write_over(target, data)
            os.unlink(new)
            return
        time.sleep(pause)
    assert refused is not None
    raise refused


def _write_over(target: Path, data: bytes) -> None:
    """The file stays the same one: who has it open sees the new content."""
    with open(target, "r+b") as file:
        _put(file.fileno(), data)
        file.truncate(len(data))


def _put(descriptor: int, data: bytes) -> None:
    """All of it, on the disk."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
    os.fsync(descriptor)


def _umask() -> int:
    """What new files may not be; it can only be read by setting it. Called by the window's thread alone."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def is_held(path: Path) -> bool:
    """Whether another program has a file open and keeps others out, which only Windows lets it do."""
    if sys.platform != "win32":
        return False
    try:
        os.rename(path, path)
    except OSError as error:
        return error.winerror in (_SHARING, _LOCKED)
    return False
