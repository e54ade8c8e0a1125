"""The fact of a message whose sender or receiver waited for the GIL: a part of `engine.protocol.messages`."""

from __future__ import annotations

from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.numbers import Count, Id, Lane


@lazy_dataclass(frozen=True)
class LateMessageFact:
    """A thread sent or received a message, and could then have gone on long before: it waited for the GIL alone."""

    thread: Lane
    by: Lane  # the thread at the other end
    thing: Id = 0  # the connection
    time: Count = 0  # nanoseconds of program time, when it went on
    waited: Count = 0  # real nanoseconds for the GIL, without what the thread waited for a processor
