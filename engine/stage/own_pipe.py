"""The ends of pipes that are the stage's own: out of the program's way, and never taken for one of its files.

A program may close every descriptor there is, as daemons do, and the next file that it opens has the number of one of
ours. So each is asked whether it is what it was before anything is written to it, or read from it.

Nothing here reaches the engine, or a module: see `finalization`.
"""

from __future__ import annotations

from os import dup, fstat, read, write
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    Identity = tuple[int, int, int]

# Where the copies go: above what loops over descriptors reach as a rule; a table of so many takes 64 KB of a process
PLACES = (8100, 4000)
LOWER = (200, 120)  # where the system lets a process have fewer: most programs open fewer files


class Lost(OSError):
    """The program has closed every copy of it."""


def identity(descriptor: int) -> Identity | None:
    """What tells what a descriptor leads to from anything else, None where it is closed.

    Pipes of Windows and some of macOS have no number: there it tells a pipe from a file.
    """
    try:
        found = fstat(descriptor)
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mode >> 12


def copy(descriptor: int, places: Iterable[int] = PLACES) -> int:
    """A copy with a number that is out of the way: the first file that a program opens is 3, as outside."""
    try:
        from fcntl import F_DUPFD_CLOEXEC, fcntl  # noqa: PLC0415  # not on Windows
        from resource import RLIMIT_NOFILE, getrlimit, setrlimit  # noqa: PLC0415
    except ImportError:
        return dup(descriptor)
    usual = getrlimit(RLIMIT_NOFILE)
    for place in (*places, *LOWER):
        try:
            if place >= usual[0] != -1:  # what has a number keeps it when the limit is lower again
                setrlimit(RLIMIT_NOFILE, (place + 8, usual[1]))
            return int(fcntl(descriptor, F_DUPFD_CLOEXEC, place))
        except (OSError, ValueError):  # fewer files may be open
            continue
        finally:
            setrlimit(RLIMIT_NOFILE, usual)
    return dup(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    """Writes all of it. Raises OSError when nobody reads any more."""
    view = memoryview(data)
    while view:
        view = view[write(descriptor, view) :]


class OwnPipe:
    """One end of a pipe, with a spare copy: the program may close one by chance, or put a file in its place."""

    __slots__ = ("copies", "what")

    def __init__(self, descriptor: int, also: tuple[int, ...] = ()) -> None:
        """`also`: numbers that it has beside, and that are the program's."""
        self.what = identity(descriptor)
        self.copies = [copy(descriptor, PLACES[at:]) for at in range(len(PLACES))] + list(also)

    def descriptor(self) -> int:
        """A number that leads there now. Raises Lost where there is none any more."""
        for number in self.copies:
            if identity(number) == self.what:
                return number
        raise Lost

    def write_all(self, data: bytes) -> None:
        """Writes all of it. Raises OSError when nobody reads any more, and Lost."""
        view = memoryview(data)
        while view:
            view = view[write(self.descriptor(), view) :]

    def read(self, size: int) -> bytes:
        """What is there, b"" at its end. Raises OSError, and Lost."""
        return read(self.descriptor(), size)
