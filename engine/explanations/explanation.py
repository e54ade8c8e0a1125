"""What an explanation is: which exceptions it is about, what they mean, what to do. Its file: docs/explanations.md."""

from __future__ import annotations

import enum
import re

from engine.explanations.raised import Raised
from engine.protocol.lazy_dataclass import lazy_dataclass


class When(enum.Enum):
    """Where alone it is right to say so."""

    THREADS = "threads"  # another thread, or another task of an event loop, had begun by then
    MAIN_THREAD = "main-thread"
    OTHER_THREAD = "other-thread"
    PROCESS = "process"  # in another process than the program's first


@lazy_dataclass(frozen=True)
class Explanation:
    """One file. `words` and `cure` are as str.format takes them; the groups of the pattern are put in."""

    id: str
    words: str
    cure: str
    types: tuple[str, ...] = ()  # of exceptions, as tracebacks have them; (): any
    messages: tuple[re.Pattern[str], ...] = ()  # the message begins so; (): any
    printed: tuple[re.Pattern[str], ...] = ()  # or a line on standard error has this
    through: re.Pattern[str] | None = None  # the exception's traceback has this, from the program on
    when: tuple[When, ...] = ()
    threads: tuple[str, ...] = ()  # groups that are identities of threads
    locks: bool = False  # the locks of the program may be what is meant: they are named
    lesson: str = ""  # id of a scenario, with settings behind a "?"

    def fits(self, raised: Raised) -> dict[str, str] | None:
        """The values of the groups if it is about this exception, else None. Where it stands is not looked at."""
        if self.printed or (self.types and raised.type not in self.types):
            return None
        if self.through is not None and not self.through.search(raised.trace):
            return None
        if not self.messages:
            return {}
        return next((found.groupdict("") for one in self.messages if (found := one.match(raised.message))), None)


@lazy_dataclass(frozen=True)
class Mistake:
    """A file that cannot be used, and why, for its author."""

    file: str
    line: int  # 0: of no single one
    reason: str
