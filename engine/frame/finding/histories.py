"""What was done to a queue, an event, a condition, a barrier or a semaphore, where that says why threads wait."""

import enum
from typing import Literal

from engine.frame.finding.about import About, FindingKind
from engine.protocol.lazy_dataclass import lazy_dataclass


class Fate(enum.Enum):
    """What has become of a thread."""

    LIVES = "lives"
    ENDED = "ended"
    DIED = "died"


@lazy_dataclass(frozen=True)
class At:
    """A line of the program; 0 is unknown."""

    line: int = 0
    file: str = ""


@lazy_dataclass(frozen=True)
class Party:
    """A thread that had to do with it, and the line where."""

    name: str
    at: At
    fate: Fate = Fate.LIVES


@lazy_dataclass(frozen=True, kw_only=True)
class UnfinishedTasks(About):
    """Somebody waits until all tasks of a queue are done, and some never will be."""

    kind: FindingKind = FindingKind.UNFINISHED_TASKS
    thing: str
    tasks: int  # that are not done
    taken: bool  # the queue is empty: somebody took each of them
    takers: tuple[Party, ...] = ()  # who took them, and where; or, where some are left, who took others
    done_at: At = At()  # where task_done() stands; line 0: it was never called
    skips: tuple[int, ...] = ()  # lines that go on without it


@lazy_dataclass(frozen=True, kw_only=True)
class NoItem(About):
    """Threads wait for an item from a queue, and nobody puts one any more."""

    kind: FindingKind = FindingKind.NO_ITEM
    form: Literal["never", "other", "checked", "ends", "last"] = "never"
    thing: str
    waiters: tuple[Party, ...]
    others: tuple[
        Party, ...
    ] = ()  # who put items; of "ends" who took one and ended; of "checked" who took the last one
    ends: int = 0  # of "ends": how often the end was put
    end: str = ""  # what says it, as the program writes it
    asked: str = ""  # of "checked": such as "empty()"
    at: At = At()  # of "ends": where it was put last; of "checked": where the program asked
    call: At = At()  # of "never": where the text does what never came
    died: tuple[Party, ...] = ()  # who died, or waits, before that


@lazy_dataclass(frozen=True, kw_only=True)
class NoRoom(About):
    """Threads wait for room in a queue, and nobody takes an item out."""

    kind: FindingKind = FindingKind.NO_ROOM
    thing: str
    size: int
    takers: tuple[Party, ...] = ()


@lazy_dataclass(frozen=True, kw_only=True)
class MissedEvent(About):
    """A thread waits for an event that is not set any more, or never was."""

    kind: FindingKind = FindingKind.MISSED_EVENT
    form: Literal["never", "other", "cleared", "own", "passed"] = "never"
    thing: str
    other: str = ""  # of "other": the event that was set
    sets: int = 0
    setter: Party = Party("", At())  # who set it last, and where
    clearer: Party = Party("", At())
    lasted: float = 0.0  # seconds that it was set, the last time
    each: bool = False  # each time that it was set it was cleared again at once
    meanwhile: At = At()  # where the waiter was; line 0: nobody knows
    slept: bool = False  # there
    call: At = At()  # of "never": where the text does what never came
    died: tuple[Party, ...] = ()  # who died, or waits, before that


@lazy_dataclass(frozen=True, kw_only=True)
class MissedNotification(About):
    """A thread waits for a condition of which it missed the notification, or that nobody notifies."""

    kind: FindingKind = FindingKind.MISSED_NOTIFICATION
    form: Literal["never", "nobody", "early", "few", "asks"] = "never"
    thing: str
    notifier: Party = Party("", At())  # who notified last, and where
    before: float = 0.0  # seconds between it and the beginning of the wait
    meanwhile: At = At()
    slept: bool = False
    test: str = ""  # of "asks": what has to be so before it goes on, as the program writes it
    times: int = 0  # of "asks": so often it was notified
    woken: int = 0  # of "few": so many
    waited: int = 0  # of so many
    call: At = At()  # of "never": where the text does what never came
    died: tuple[Party, ...] = ()  # who died, or waits, before that


@lazy_dataclass(frozen=True, kw_only=True)
class BarrierShort(About):
    """Fewer threads come to a barrier than it waits for."""

    kind: FindingKind = FindingKind.BARRIER_SHORT
    thing: str
    needed: int
    waiters: tuple[Party, ...]
    missing: tuple[Party, ...] = ()  # threads that came before, and have ended


@lazy_dataclass(frozen=True, kw_only=True)
class SemaphoreKept(About):
    """Threads wait for a semaphore that others acquired and did not release."""

    kind: FindingKind = FindingKind.SEMAPHORE_KEPT
    form: Literal["kept", "signal"] = "kept"  # a signal: who releases it is another thread than who acquires it
    thing: str
    keepers: tuple[Party, ...]  # who acquired it last, and where
    kept: int  # acquired and not released, in all; of a signal: how often it was released
    releaser: Party = Party("", At())  # of a signal: who released it last
    call: At = At()  # of a signal that never came: where the text releases it
    died: tuple[Party, ...] = ()  # who died, or waits, before that


@lazy_dataclass(frozen=True, kw_only=True)
class SemaphoreGrew(About):
    """A semaphore that a thread released more often than it had acquired it: it lets in more than it was made for."""

    kind: FindingKind = FindingKind.SEMAPHORE_GREW
    thing: str
    acquired: int  # by this thread
    released: int
    most: int  # what the semaphore came to
    initial: int


@lazy_dataclass(frozen=True, kw_only=True)
class CheckedTooEarly(About):
    """A queue was asked whether there is an item, another thread took the last one, and get_nowait() raised."""

    kind: FindingKind = FindingKind.CHECKED_TOO_EARLY
    thing: str
    asked: str  # such as "empty()"
    at: At  # where
    taker: Party
    get: str  # such as "get_nowait()"


@lazy_dataclass(frozen=True, kw_only=True)
class WokeTooEarly(About):
    """A thread woke from wait() of a condition, did not ask again whether it may go on, and failed."""

    kind: FindingKind = FindingKind.WOKE_TOO_EARLY
    thing: str
    asked_at: At  # the `if` around wait()
    test: str  # what it asks
    failed: At
    error: str
