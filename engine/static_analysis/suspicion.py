"""What the text of a program gives cause to suspect, as data. What is said of each: `engine.words.suspicions`."""

from __future__ import annotations

import enum

from engine.protocol.lazy_dataclass import lazy_dataclass


class SuspicionKind(enum.Enum):
    READ_MODIFY_WRITE = "read-modify-write"  # read, changed and written back, without a lock that all share
    CHECK_THEN_ACT = "check-then-act"  # looked at, then acted on, and another may come between
    SHARED_WRITE = "shared-write"  # written over by several threads: the last one stays
    NO_COMMON_LOCK = "no-common-lock"  # guarded in one place, and in another one not, or by another lock
    OWN_LOCK = "own-lock"  # each call or thread makes a lock of its own
    CHANGED_IN_LOOP = "changed-in-loop"  # gone through while another thread changes it
    SHARED_GENERATOR = "shared-generator"  # two threads may ask one generator at once
    LOCK_ORDER = "lock-order"  # two locks that are taken in both orders
    LOCK_TAKEN_TWICE = "lock-taken-twice"  # wanted by a thread that has it
    NOT_RELEASED = "not-released"
    WAIT_WITHOUT_LOOP = "wait-without-loop"
    TARGET_CALLED = "target-called"  # Thread(target=work())
    BLOCKS_LOOP = "blocks-loop"  # a coroutine holds the event loop up
    SET_THEN_CLEAR = "set-then-clear"
    BUSY_WAIT = "busy-wait"


class Certainty(enum.IntEnum):
    """How sure it is that a run can go wrong there; a text alone never proves that one does."""

    POSSIBLE = 1  # it depends on what the text does not tell
    LIKELY = 2
    SURELY = 3


class Doubt(enum.Enum):
    """What it depends on."""

    NONE = "nothing"
    INTERPRETER = "interpreter"  # nothing lies between read and write at which CPython with the GIL changes threads
    SAME_KEY = "same-key"  # whether two threads use the same key or index
    SAME_OBJECT = "same-object"  # whether two threads get the same one of several objects
    WHICH_LOCK = "which-lock"  # which lock it is
    POOL = "pool"  # whether the pool has threads or processes
    ENDED = "ended"  # whether the thread has ended by then
    BRANCH = "branch"  # whether both ways are taken
    EXCEPTION = "exception"  # whether something raises in between
    WANTED = "wanted"  # whether that the last one stays is wanted
    CALLED = "called"  # what the called function gives back


@lazy_dataclass(frozen=True)
class Place:
    """A name in the text: line from 1, columns from 0 in characters, the second one excluded."""

    line: int
    start: int
    end: int


@lazy_dataclass(frozen=True)
class Runner:
    """What runs at the same time."""

    function: str  # as it is called in the text; "" is the main thread
    many: bool = False  # by several threads at once
    task: bool = False  # as a task of asyncio


@lazy_dataclass(frozen=True)
class Suspicion:
    """One cause for suspicion. The first place is where it is shown; the others belong to it."""

    kind: SuspicionKind
    name: str  # what it is about, as the text calls it
    places: tuple[Place, ...]
    certainty: Certainty
    doubt: Doubt = Doubt.NONE
    locks: tuple[str, ...] = ()  # that are held at some of the places
    runners: tuple[Runner, ...] = ()
    own: int = 1  # so many of the places, from the first, are what goes wrong; the others are where it meets the same

    @property
    def own_lines(self) -> tuple[int, ...]:
        """The lines of what goes wrong, from above, each once."""
        return tuple(sorted({one.line for one in self.places[: self.own]}))

    @property
    def line(self) -> int:
        """Where it is shown."""
        return self.places[0].line

    @property
    def lines(self) -> tuple[int, ...]:
        """All lines that belong to it, from above, each once."""
        return tuple(sorted({one.line for one in self.places}))
