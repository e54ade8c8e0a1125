"""A program's file: read as Python reads it, written so that a crash leaves the old text or the new one."""

from __future__ import annotations

import ast
import errno
import os
import stat
import sys
import tokenize
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from engine.documents.atomic_write import is_held, replace_content
from engine.documents.file_names import windows_refuses
from engine.frame import Trouble
from engine.frame.trouble import (
    BadName,
    BrokenLink,
    InUse,
    IsFolder,
    NoProgram,
    NotAFile,
    NoText,
    TooLarge,
    Unreadable,
    Unwritable,
)
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.scenarios.scenario_file import programs

MOST = 4_000_000  # bytes: a hundred times the longest file that people write by hand
PROGRAMS = frozenset({"", ".py", ".pyw", ".pyi", ".pyx"})  # ends of names that need not be readable yet
NOTEBOOK = ".ipynb"  # JSON that happens to be an expression in Python
ENTRIES = ("__main__.py", "main.py", "program.py", "app.py")  # what a folder begins with, the first one first


class DocumentError(Exception):
    """A file that cannot be opened or written: `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(type(trouble).__name__)
        self.trouble = trouble


@lazy_dataclass(frozen=True)
class FileState:
    """What tells one state of a file from another."""

    changed: int  # nanoseconds since 1970
    size: int  # bytes
    number: int = 0  # of the file in its file system: another one has taken its name


@lazy_dataclass(frozen=True)
class SourceFile:
    """A file as it was read or written: its text with "\\n" at the ends of lines, and how it stands on the disk."""

    path: Path
    text: str
    encoding: str = "utf-8"  # "utf-8-sig" where a byte order mark stands before it
    newline: str = "\n"
    state: FileState | None = None


def read(path: Path) -> SourceFile:
    """Reads a program. Raises DocumentError for all that is none."""
    state = _look(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(_unreadable(path, error)) from error
    if len(data) > MOST:  # it has grown meanwhile
        raise DocumentError(TooLarge(name=path.name, size=len(data), most=MOST))
    if b"\0" in data:
        raise DocumentError(NoText(name=path.name))
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise DocumentError(NoText(name=path.name, error=str(error))) from error
    source = SourceFile(path, *_plain(text, encoding), state)
    _check_program(path, source.text)
    return source


def _plain(text: str, encoding: str) -> tuple[str, str, str]:
    """The text with plain ends of lines, its encoding, and the end that most of its lines have."""
    crlf, cr = text.count("\r\n"), text.count("\r")
    lf = text.count("\n") - crlf
    newline = "\r\n" if crlf > lf and crlf >= cr - crlf else "\r" if cr - crlf > lf else "\n"
    return text.replace("\r\n", "\n").replace("\r", "\n"), encoding, newline


def _look(path: Path) -> FileState:
    """What the file is, before it is opened: a pipe would wait for ever."""
    try:
        found = path.stat()
    except OSError as error:
        if path.is_symlink() and isinstance(error, FileNotFoundError):
            raise DocumentError(BrokenLink(name=path.name, target=os.readlink(path))) from error
        raise DocumentError(_unreadable(path, error)) from error
    except ValueError as error:  # a zero byte in the name
        raise DocumentError(Unreadable(name=repr(str(path)), path=repr(str(path)), error=str(error))) from error
    if stat.S_ISDIR(found.st_mode):
        raise DocumentError(IsFolder(name=path.name or str(path), programs=tuple(one.name for one in programs(path))))
    if not stat.S_ISREG(found.st_mode):
        raise DocumentError(NotAFile(name=path.name))
    if found.st_size > MOST:
        raise DocumentError(TooLarge(name=path.name, size=found.st_size, most=MOST))
    return FileState(found.st_mtime_ns, found.st_size, found.st_ino)


def _unreadable(path: Path, error: OSError) -> Unreadable | InUse:
    if isinstance(error, PermissionError) and is_held(path):
        return InUse(name=path.name)
    return Unreadable(name=path.name or str(path), path=str(path), error=error.strerror or str(error))


def _check_program(path: Path, text: str) -> None:
    """A text by another name than a program's is one only where Python can read it."""
    kind = path.suffix.lower()
    if kind in PROGRAMS:
        return
    if kind == NOTEBOOK:
        raise DocumentError(NoProgram(name=path.name, notebook=True))
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise DocumentError(NoProgram(name=path.name, error=str(error))) from error


def state_of(path: Path) -> FileState | None:
    """How a file stands on the disk now; None when there is none, or nobody may look."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return FileState(found.st_mtime_ns, found.st_size, found.st_ino)


def entry_of(folder: Path) -> Path:
    """The file that a folder's program begins with. Raises DocumentError where it has none, or several."""
    inside = programs(folder)
    package = [folder / ENTRIES[0]] if (folder / ENTRIES[0]).is_file() else []  # its name begins with "_"
    found = package or [one for name in ENTRIES for one in inside if one.name == name] or inside
    if not found or (len(found) > 1 and found[0].name not in ENTRIES):
        raise DocumentError(IsFolder(name=folder.name or str(folder), programs=tuple(one.name for one in inside)))
    return found[0]


def write(path: Path, text: str, encoding: str = "utf-8", newline: str = "\n") -> SourceFile:
    """Writes a program: whole or not at all. Raises DocumentError.

    An encoding that lacks a letter of the text gives way to UTF-8, unless the text itself names it. A link is followed;
    what may be done with the file stays.
    """
    if sys.platform == "win32" and windows_refuses(path.name):
        raise DocumentError(BadName(name=path.name))
    data, encoding = _encoded(path, text, encoding, newline)
    try:
        target = path.resolve() if path.is_symlink() else path
        replace_content(target, data)
        return SourceFile(path, text, encoding, newline, state_of(path))
    except OSError as error:
        if isinstance(error, PermissionError) and is_held(path):
            raise DocumentError(InUse(name=path.name)) from error
        if error.errno == errno.ENODEV:
            raise DocumentError(NotAFile(name=path.name, written=True)) from error
        raise DocumentError(Unwritable(name=path.name, path=str(path), error=error.strerror or str(error))) from error
    except ValueError as error:
        raise DocumentError(Unwritable(name=path.name, path=repr(str(path)), error=str(error))) from error


def _encoded(path: Path, text: str, encoding: str, newline: str) -> tuple[bytes, str]:
    lines, named = text if newline == "\n" else text.replace("\n", newline), "utf-8"
    with suppress(SyntaxError):  # it names one that there is not: Python will say so
        named, _ = tokenize.detect_encoding(BytesIO(text.encode("utf-8", "replace")).readline)
    try:
        if named != "utf-8" or encoding == "utf-8":
            return lines.encode(named), named
        with suppress(UnicodeEncodeError, LookupError):  # as it was read
            return lines.encode(encoding), encoding
        return lines.encode("utf-8"), "utf-8"
    except UnicodeEncodeError as error:
        raise DocumentError(Unwritable(name=path.name, path=str(path), error=str(error))) from error
