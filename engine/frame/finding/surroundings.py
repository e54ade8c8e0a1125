"""What lies in the surroundings of the program: its Python, the window."""

from engine.frame.finding.about import About, FindingKind, Plain
from engine.protocol.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True)
class Missing:
    """A module that this Python does not have, and what to do about it."""

    module: str
    python: str  # such as "Python 3.9.18"
    command: str = ""  # that installs it; "": it is a part of Python, but not of this one
    near: str = ""  # a module of Python with almost that name


@lazy_dataclass(frozen=True, kw_only=True)
class MissingLibrary(About):
    """The program imports what this Python does not have."""

    kind: FindingKind = FindingKind.MISSING_LIBRARY
    missing: Missing


@lazy_dataclass(frozen=True, kw_only=True)
class WindowFrozen(Plain):
    """The work ran where the window draws, and the window could not."""

    kind: FindingKind = FindingKind.WINDOW_FROZEN
    seconds: float
