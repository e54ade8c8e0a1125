"""Facts about processes that share nothing, or could not start: a part of `engine.protocol.messages`."""

from __future__ import annotations

from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.numbers import Count, Lane, Place


@lazy_dataclass(frozen=True)
class NotStartedFact:
    """A process was not started: start() raised."""

    thread: Lane  # the process's
    by: Lane
    place: Place
    time: Count  # nanoseconds of program time
    error: str  # in one line
