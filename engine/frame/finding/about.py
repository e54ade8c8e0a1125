"""What every finding has: its kind, whom it concerns, when and where, what to do about it."""

import enum
from typing import TypeAlias

from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.messages import ExceptionFact, ProcessEndFact
from engine.protocol.records import Kind

Death: TypeAlias = ExceptionFact | ProcessEndFact | str  # a text is that of an exception; "": nobody knows of which


class FindingKind(enum.Enum):
    LOST_UPDATE = "lost-update"
    EXCEPTION = "exception"
    NOT_JOINED = "not-joined"
    DEADLOCK = "deadlock"
    STUCK = "stuck"  # every thread waits and none of them can wake another
    UNFINISHED_TASKS = "unfinished-tasks"  # a queue's join() never returns
    NO_ITEM = "no-item"  # threads wait for an item from a queue, and nobody puts one
    NO_ROOM = "no-room"  # threads wait for room in a queue, and nobody takes an item out
    MISSED_EVENT = "missed-event"
    MISSED_NOTIFICATION = "missed-notification"
    BARRIER_SHORT = "barrier-short"  # fewer threads come to it than it waits for
    SEMAPHORE_KEPT = "semaphore-kept"
    SEMAPHORE_GREW = "semaphore-grew"  # it was released more often than acquired
    CHECKED_TOO_EARLY = "checked-too-early"  # a queue was asked, and another thread took what was there
    WOKE_TOO_EARLY = "woke-too-early"  # an `if` around wait() of a condition
    STANDSTILL = "standstill"  # nothing moves, and something that no facade watches is waited for
    HELD_LONG = "held-while-others-wait"
    CUT_OFF = "daemon-cut-off"
    TASKS_LEFT = "pool-tasks-left"  # of a pool that ended before them
    RAN_ON = "task-ran-on"  # a task that somebody gave up on, and the end of its pool waited for it
    KEPT_ALIVE = "kept-alive"  # the main thread has ended, and the process has not
    TWO_HOLDERS = "two-holders"  # ours: the picture contradicts itself
    WRONG_RESULT = "wrong-result"  # what the scenario expected is not what was found, and no other finding says why
    TASK_FAILED = "task-failed"  # a task raised, and nobody asked for its result
    MISSING_LIBRARY = "missing-library"  # the program imports what this Python does not have
    EXPLAINED = "explained-error"  # an exception that people know from threads: what it means, and what to do
    BROKEN_EXPLANATION = "broken-explanation"  # a file that should explain one, and has a mistake
    LOST_CALL = "lost-call"  # a worker of a pool ended in the middle of a call, and whoever waits for it is not told
    LOOP_BLOCKED = "loop-blocked"  # one step of a coroutine kept an event loop from what was due
    LOOP_WAITS_FOR_ITSELF = "loop-waits-for-itself"  # its own thread waits for what only it can make
    LOOP_STRAY = "loop-from-another-thread"  # asyncio was used from a thread that does not run the loop
    TASK_CUT_OFF = "task-cut-off"  # the end of asyncio.run cancelled a task that had more to do
    NOT_SHARED = "not-shared"  # a process changed its own copy of what the parent reads
    VALUE_UNLOCKED = "value-without-lock"  # additions to a Value of multiprocessing were lost
    COPIED_LOCK = "copied-lock"  # two processes were inside of a lock of threading, which each has for itself
    NOT_STARTED = "process-not-started"  # start() raised
    TARGET_CALLED = "target-called"  # a function was called in place of being handed over
    ARGUMENTS_NO_TUPLE = "arguments-no-tuple"  # args=(x), which is x
    RUN_CALLED = "run-called"  # in place of start()
    NEVER_STARTED = "never-started"
    LATE_NAME = "late-name"  # what a loop made looked up the loop's name too late
    FLAG_UNSEEN = "flag-unseen"  # a loop looks at a name, and another one that is called alike is changed
    SAME_THING = "same-thing"  # threads got one list, dict or object, each as if it were its own
    RESULT_LOST = "result-lost"  # what a thread's function returns, by who used what start() or join() gives
    ONE_BY_ONE = "one-by-one"  # each thread was waited for before the next one was made
    STARTED_TOO_EARLY = "started-too-early"  # in __init__, before an attribute was there
    BUSY_WAIT = "busy-wait"  # a processor was used for asking again and again
    HOGGED = "hogged"  # a lock that was taken again and again while another thread waited for one turn
    CONVOY = "convoy"  # who only waits for messages waits for the interpreter each time, while another thread computes
    LOST_WRITE = "lost-write"  # a file was written back after another one had written it in between
    FORKED_COPY = "forked-copy"  # a fork copied a lock that was held, or a queue without the threads that feed it
    KEPT_LOCK = "kept-lock"  # whoever had it has ended, and others wait for it
    SHARED_FILE = "shared-file"  # several threads use one file object
    SHARED_NAME = "shared-name"  # several threads change it, and have no lock in common
    POOL_THREAD_DIED = "pool-thread-died"  # that receives the results of a pool of multiprocessing
    LOST_EXIT = "lost-exit"  # sys.exit() in a thread ended that thread alone
    WINDOW_FROZEN = "window-frozen"  # the work ran where the window draws, and the window could not


WAITS_FOR_EVER = frozenset({  # nobody is expected to come any more; what follows STANDSTILL says why that is so
    FindingKind.STUCK, FindingKind.STANDSTILL, FindingKind.UNFINISHED_TASKS, FindingKind.NO_ITEM, FindingKind.NO_ROOM,
    FindingKind.MISSED_EVENT, FindingKind.MISSED_NOTIFICATION, FindingKind.BARRIER_SHORT, FindingKind.SEMAPHORE_KEPT,
})  # fmt: skip


@lazy_dataclass(frozen=True)
class Occurrence:
    """Something that one thread did and that belongs to a finding: for a sentence about it, and for a click."""

    line: int  # 0 is unknown
    file: str = ""
    thread: str = ""  # the name of the one that was there
    time: float = 0.0  # seconds
    act: Kind = Kind.TICK  # what was done


@lazy_dataclass(frozen=True, kw_only=True)
class About:
    """Whom a finding concerns, when and where."""

    thread: str = ""  # the name of the one it is about; "" when it concerns no single thread
    threads: tuple[int, ...] = ()  # lanes it concerns
    objects: tuple[int, ...] = ()  # things it concerns (the locks of a cycle)
    line: int = 0  # 0 is unknown
    file: str = ""  # of the line: its path below the program's folder; "" is the program's own
    time: float = 0.0  # seconds: since when
    until: float = 0.0  # seconds: when it was over; 0: it was not, or it is of one moment
    occurrences: tuple[Occurrence, ...] = ()  # what led to it, the earliest first
    form: str = ""  # which message of its kind says it; a kind that has several gives it a Literal type
    cure: str = ""  # the message that says what to do; "": "cure-" and its kind, where there is such a message
    lesson: str = ""  # a scenario's id, with settings behind a "?"; "": that of its kind, where there is one


@lazy_dataclass(frozen=True, kw_only=True)
class Plain(About):
    """A finding that one message says, which gets its fields: no more is to be written.

    The message is called as the kind; where the finding has a form, as the kind, "-" and the form.
    """

    kind: FindingKind


@lazy_dataclass(frozen=True, kw_only=True)
class More(About):
    """So many more of a kind than are told one by one."""

    kind: FindingKind
    count: int
    alike: tuple[object, ...] = ()  # in what all of them are alike: see engine.findings.alike; (): in nothing
