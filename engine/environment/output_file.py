"""A file that a command is to write: why it cannot be, before anything is done for it; replaced whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

KNOWN = 40  # letters of the name that the unfinished file has, too: a longer name may be too long


def refusal(path: Path, program: Path | None = None) -> str:
    """Why nothing is written there, "" when it can be tried; `program` is what is run, and is never written over."""
    if not path.name:
        return f"{str(path)!r} names no file"
    try:
        target, found = path.resolve(), _state(path)
    except (OSError, ValueError, RuntimeError) as error:  # the last one: links in a circle, up to 3.12
        return f"{path} cannot be written: {getattr(error, 'strerror', None) or error}"
    if found is not None:
        return _refused(path, target, found, program)
    if not target.parent.is_dir():
        return f"there is no folder to write {path} in"
    return "" if os.access(target.parent, os.W_OK) else f"nothing may be written in the folder {target.parent}"


def _refused(path: Path, target: Path, found: os.stat_result, program: Path | None) -> str:
    """Why what is there is not replaced."""
    if stat.S_ISDIR(found.st_mode):
        return f"{path} is a folder; name a file in it"
    if not stat.S_ISREG(found.st_mode):
        return f"{path} is no file but {_kind(found.st_mode)}: it stays as it is, name another file"
    if program is not None and _same(target, program):
        return f"{path} is the program itself: it stays as it is, name another file"
    return "" if os.access(target, os.W_OK) else f"{path} may not be written: it is read-only"


def _state(path: Path) -> os.stat_result | None:
    """Of what is there now, at the end of links. By its own name: that of a pipe in /proc leads to nothing."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _kind(mode: int) -> str:
    kinds = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}
    return kinds.get(stat.S_IFMT(mode), "something else")


def _same(target: Path, program: Path) -> bool:
    try:
        return target.samefile(program)
    except OSError:
        return False


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A new file that takes the place of this one when all is written, and goes when it is not. Raises OSError.

    A link is followed, and what may be done with the file stays. What is no file is refused.
    """
    target = path.resolve()
    found = _state(path)
    known = None if found is None else found.st_mode
    if known is not None and not stat.S_ISREG(known):
        raise OSError(f"{path} is no file")
    part = unfinished(target)
    try:
        with open(part, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if known is not None:
            os.chmod(part, stat.S_IMODE(known))
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def unfinished(target: Path) -> Path:
    """A name beside it for what is not written yet; the end of a name says what sort of file it is."""
    name = target.name[:KNOWN] if len(target.name) > KNOWN else target.stem
    hidden = "" if sys.platform == "win32" else "."
    return target.with_name(f"{hidden}{name}.{os.getpid()}.part{target.suffix[:KNOWN]}")
