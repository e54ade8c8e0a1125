"""What each kind of record means for a lane and for a lock, as tables indexed by kind and flags."""

import numpy as np
from numpy.typing import NDArray

from engine.analysis.thread_lifecycle import BASE, LIFE_KINDS, NOTHING
from engine.frame import State
from engine.protocol.records import Flag, Kind

REFRESH = 253  # running or holding, if it was one of them before: giving back a lock ends no wait

WAITS = {
    Kind.JOIN_WANT: State.WAIT_JOIN,
    Kind.LOCK_WANT: State.WAIT_LOCK,
    Kind.SEMAPHORE_WANT: State.WAIT_SEMAPHORE,
    Kind.CONDITION_WAIT: State.WAIT_CONDITION,
    Kind.EVENT_WAIT: State.WAIT_EVENT,
    Kind.BARRIER_WAIT: State.WAIT_BARRIER,
    Kind.QUEUE_WANT_PUT: State.WAIT_QUEUE,
    Kind.QUEUE_WANT_GET: State.WAIT_QUEUE,
    Kind.QUEUE_WANT_JOIN: State.WAIT_QUEUE,
    Kind.FILE_OPEN: State.FILE,
    Kind.FILE_READ: State.FILE,
    Kind.FILE_WRITE: State.FILE,
    Kind.SLEEP: State.SLEEPING,
    Kind.NET_WANT: State.WAIT_NETWORK,
    Kind.RESULT_WANT: State.WAIT_RESULT,
    Kind.AWAIT: State.WAIT_AWAIT,
    Kind.LOOP_RUN: State.WAIT_LOOP,
    Kind.TASK_WANT: State.WAIT_TASK,
    Kind.TASK_DONE: State.WAIT_TASK,
    Kind.TASK_FAILED: State.WAIT_TASK,
}
GOES_ON = frozenset(
    {
        Kind.THREAD_RUNNING,
        Kind.JOIN_GOT,
        Kind.JOIN_GAVE_UP,
        Kind.LOCK_GOT,
        Kind.LOCK_GAVE_UP,
        Kind.SEMAPHORE_GOT,
        Kind.SEMAPHORE_GAVE_UP,
        Kind.CONDITION_WOKEN,
        Kind.CONDITION_GAVE_UP,
        Kind.EVENT_PASSED,
        Kind.EVENT_GAVE_UP,
        Kind.BARRIER_PASSED,
        Kind.BARRIER_BROKEN,
        Kind.QUEUE_PUT,
        Kind.QUEUE_GOT,
        Kind.QUEUE_GAVE_UP,
        Kind.QUEUE_JOINED,
        Kind.FILE_OPENED,
        Kind.FILE_READ_DONE,
        Kind.FILE_WRITE_DONE,
        Kind.FILE_CLOSED,
        Kind.FILE_FAILED,
        Kind.SLEPT,
        Kind.NET_GOT,
        Kind.NET_GAVE_UP,
        Kind.TASK_STARTED,
        Kind.RESULT_GOT,
        Kind.RESULT_GAVE_UP,
        Kind.AWAITED,
        Kind.LOOP_DONE,
    }
)

GOT, RELEASED, WANT, LET_IN, GAVE_UP = 1, 2, 3, 4, 5  # roles of records in the life of a lock


def word(kind: int, flags: int = 0) -> int:
    """Where a kind with these flags stands in a table."""
    return flags << 8 | kind


def _every(kind: int, without: int = 0) -> list[int]:
    """The words of a kind with all flags that have none of `without`."""
    return [word(kind, flags) for flags in range(256) if not flags & without]


def _codes() -> NDArray[np.uint8]:
    codes = np.full(1 << 16, NOTHING, np.uint8)
    for kind, state in WAITS.items():
        codes[_every(kind)] = state
    for kind in GOES_ON:
        codes[_every(kind)] = BASE
    codes[DELTA == -1] = REFRESH
    return codes


def _deltas() -> NDArray[np.int8]:
    delta = np.zeros(1 << 16, np.int8)
    delta[_every(Kind.LOCK_GOT, Flag.OFF | Flag.REENTRANT)] = 1
    delta[_every(Kind.LOCK_RELEASED, Flag.OFF | Flag.REENTRANT | Flag.FOREIGN)] = -1
    delta[_every(Kind.LOCK_TAKEN, Flag.OFF)] = -1
    return delta


def _lock_roles() -> NDArray[np.uint8]:
    roles = np.zeros(1 << 16, np.uint8)
    roles[_every(Kind.LOCK_WANT)] = WANT
    roles[_every(Kind.LOCK_GAVE_UP)] = GAVE_UP
    roles[_every(Kind.LOCK_GOT)] = LET_IN
    roles[_every(Kind.LOCK_GOT, Flag.OFF | Flag.REENTRANT)] = GOT
    roles[_every(Kind.LOCK_RELEASED, Flag.OFF | Flag.REENTRANT)] = RELEASED
    return roles


def _set_of(kinds: frozenset[Kind], without: int = 0) -> NDArray[np.bool_]:
    marked = np.zeros(1 << 16, np.bool_)
    for kind in kinds:
        marked[_every(kind, without)] = True
    return marked


DELTA = _deltas()  # how many locks more the thread holds
CODE = _codes()  # the State it is in from here on, or BASE, REFRESH, NOTHING
LOCK_ROLE = _lock_roles()  # what happened to the lock; 0: nothing
IS_LIFE = _set_of(LIFE_KINDS)
IS_KNOWN = _set_of(frozenset(Kind))
IS_UPDATE = _set_of(frozenset({Kind.LOCK_RELEASED}), Flag.REENTRANT)
IS_TICK = _set_of(frozenset({Kind.TICK}))
IS_SAMPLE = _set_of(frozenset({Kind.SAMPLE}))
IS_SWITCHED = _set_of(frozenset({Kind.SWITCHED}))
IS_DEPTH = _set_of(frozenset({Kind.QUEUE_PUT, Kind.QUEUE_GOT}), Flag.FAILED)
IS_PRINT = _set_of(frozenset({Kind.PRINT}))
IS_DIED = _set_of(frozenset({Kind.THREAD_DIED}))
IS_TASK = _set_of(
    frozenset({Kind.TASK_SUBMITTED, Kind.TASK_STARTED, Kind.TASK_DONE, Kind.TASK_FAILED, Kind.TASK_CANCELLED})
)
IS_ASKED = _set_of(frozenset({Kind.RESULT_RAISED, Kind.RESULT_SEEN}))
IS_PART = _set_of(frozenset({Kind.PART_BEGAN, Kind.PART_ENDED}))
IS_SPEED = _set_of(frozenset({Kind.SPEED}))
IS_MARK = _set_of(frozenset({Kind.EVENT_SET, Kind.EVENT_CLEARED}))
IS_SELDOM = IS_TASK | IS_ASKED | IS_PART | IS_SPEED | IS_MARK  # of which most batches have none
IS_CPU = _set_of(frozenset({Kind.CPU}))
IS_GLANCE = _set_of(frozenset({Kind.TICK, Kind.LINE, Kind.SAMPLE, Kind.CPU}))  # somebody looked; nothing happened
IS_RARE = _set_of(
    LIFE_KINDS | {Kind.SWITCHED, Kind.SPEED, Kind.PART_BEGAN, Kind.PART_ENDED}
)  # kept also when a run is too long to keep all of it

HAS_OBJECT = np.zeros(256, np.bool_)  # states of which a span says what is waited for
HAS_OBJECT[[state for state in set(WAITS.values()) if state is not State.SLEEPING]] = True
