"""The fact about a lock that no facade made: a part of `engine.protocol.messages`."""

from __future__ import annotations

from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.numbers import Count, Id, Lane, Place


@lazy_dataclass(frozen=True)
class HiddenWaitFact:
    """A thread waits for a lock that no facade made and another thread has; said again when that is over."""

    thread: Lane
    thing: Id
    owner: Lane
    place: Place = 0
    since: Count = 0  # nanoseconds of program time
    until: Count = 0  # the same, 0: it goes on
    library: str = ""  # whose code waits, such as "logging"; "importlib": for a module that another thread imports
    of: str = ""  # the class of the object that has the lock; "": it is a name of a module
