"""How a program of one's own is begun, and what a run of it left: arguments, module, working folder, written files."""

import enum
import re
import shlex
import sys
from collections.abc import Sequence

from engine.protocol.lazy_dataclass import lazy_dataclass

_ON_WINDOWS = sys.platform == "win32"
_PIECE = r'(\\*)"|(\s+)|(\\+|[^\s"\\]+)'


class Folder(enum.Enum):
    """Where a program runs."""

    OWN = "own"  # beside its own file
    FRESH = "fresh"  # an empty folder for each run
    CURRENT = "current"  # that of whoever typed the command


class Open(enum.Enum):
    """Why arguments cannot be split."""

    QUOTE = "open-quote"  # a quote that is not closed
    ESCAPE = "open-escape"  # a backslash with nothing after it


@lazy_dataclass(frozen=True)
class Launch:
    """How the next run begins. The program's text and its Python are said elsewhere."""

    arguments: str = ""  # as typed: `split` says which words these are
    module: str = ""  # of `python -m`, dotted; "__main__" is that of a folder; "": a file
    folder: Folder = Folder.FRESH
    called: str = ""  # what the program finds as sys.argv[0]; "": its path in full


@lazy_dataclass(frozen=True)
class WrittenFile:
    """A file that a run created or changed."""

    name: str  # below its folder, with "/"
    path: str  # in full
    size: int  # bytes
    new: bool  # it was not there before


@lazy_dataclass(frozen=True)
class Written:
    """What a run left in the folder it ran in: at most so many files, and how many more there are."""

    folder: str
    files: tuple[WrittenFile, ...] = ()
    more: int = 0
    complete: bool = True  # False: the folder holds too much to look at all of it


def split(arguments: str, windows: bool = _ON_WINDOWS) -> tuple[str, ...] | Open:
    """The words of a line of arguments as a POSIX shell or as Windows has them, or why there are none."""
    if windows:
        return _split_on_windows(arguments)
    try:
        return tuple(shlex.split(arguments))
    except ValueError as problem:
        return Open.ESCAPE if "escape" in str(problem).lower() else Open.QUOTE


def _split_on_windows(arguments: str) -> tuple[str, ...] | Open:
    """As programs of Windows read their command line: a backslash is one, but before a double quote it may not be."""
    words: list[str] = []
    word: str | None = None
    quoted = False
    for slashes, space, plain in re.findall(_PIECE, arguments):
        if space and not quoted:
            words += [] if word is None else [word]
            word = None
        elif space or plain:
            word = (word or "") + space + plain
        else:
            word = (word or "") + "\\" * (len(slashes) // 2) + '"' * (len(slashes) % 2)
            quoted ^= len(slashes) % 2 == 0
    words += [] if word is None else [word]
    return Open.QUOTE if quoted else tuple(words)


def joined(words: Sequence[str], windows: bool = _ON_WINDOWS) -> str:
    """The line of arguments that is split into these words."""
    return " ".join([_quoted(word) for word in words]) if windows else shlex.join(words)


def _quoted(word: str) -> str:
    if word and not re.search(r'[\s"]', word):
        return word
    return '"' + re.sub(r'(\\*)("|\Z)', lambda found: found[1] * 2 + ('\\"' if found[2] else ""), word) + '"'
