"""Exceptions that people know from threads, explained."""

import enum

from engine.frame.finding.about import About, FindingKind, Plain
from engine.protocol.lazy_dataclass import lazy_dataclass


class Came(enum.Enum):
    """How an exception came to be seen that is explained."""

    ENDED = "ended"  # it ended a thread or a task: another finding says so
    BEHIND = "behind"  # it led to one that did
    PRINTED = "printed"  # the program printed it while it handled it
    WRITTEN = "written"  # it was written to standard error, by Python or by a library


@lazy_dataclass(frozen=True, kw_only=True)
class Explained(About):
    """An exception that people know from threads. Its sentences are its explanation's own, as str.format takes them.

    `threads` are all in which it was seen; thread, line and time are those of the first.
    """

    kind: FindingKind = FindingKind.EXPLAINED
    explanation: str  # the name of its file
    error: str  # such as "RuntimeError: no running event loop"
    came: Came
    words: str
    cure_words: str
    values: tuple[tuple[str, str], ...] = ()  # what is put in; "": a thread of which nobody knows
    locks: tuple[str, ...] = ()  # of the program, that may be what is meant: "name (line)"


@lazy_dataclass(frozen=True, kw_only=True)
class BrokenExplanation(Plain):
    """The file of an explanation that cannot be used."""

    kind: FindingKind = FindingKind.BROKEN_EXPLANATION
    name: str
    at: int  # its line, 0 where it is of no single one
    reason: str  # for its author
