"""How a program of one's own is begun, and what a run of it left: arguments, module, working folder, written files."""

import enum
import shlex

from engine.protocol.lazy_dataclass import lazy_dataclass


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

    arguments: str = ""  # as typed: split as a POSIX shell splits, on every system
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


def split(arguments: str) -> tuple[str, ...] | Open:
    """The words of a line of arguments as a POSIX shell has them, or why there are none."""
    try:
        return tuple(shlex.split(arguments))
    except ValueError as problem:
        return Open.ESCAPE if "escape" in str(problem).lower() else Open.QUOTE
