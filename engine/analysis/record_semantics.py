"""What each kind of record means for a lane and for a lock, as tables indexed by kind and flags."""

import numpy as np
from numpy.typing import NDArray

from engine.analysis.thread_lifecycle import BASE, LIFE_KINDS, NOTHING
from engine.frame import State
from engine.protocol.records import Flag, Kind

REFRESH = 253  # running or holding, if it was one of them before: giving back a lock ends no wait

# what a thread does that waits, the records that begin it, and those after which it goes on
_WAITS: tuple[tuple[State, tuple[Kind, ...], tuple[Kind, ...]], ...] = (
    (State.WAIT_JOIN, (Kind.JOIN_WANT,), (Kind.JOIN_GOT, Kind.JOIN_GAVE_UP)),
    (State.WAIT_LOCK, (Kind.LOCK_WANT,), (Kind.LOCK_GOT, Kind.LOCK_GAVE_UP)),
    (State.WAIT_SEMAPHORE, (Kind.SEMAPHORE_WANT,), (Kind.SEMAPHORE_GOT, Kind.SEMAPHORE_GAVE_UP)),
    (State.WAIT_CONDITION, (Kind.CONDITION_WAIT,), (Kind.CONDITION_WOKEN, Kind.CONDITION_GAVE_UP)),
    (State.WAIT_EVENT, (Kind.EVENT_WAIT,), (Kind.EVENT_PASSED, Kind.EVENT_GAVE_UP)),
    (State.WAIT_BARRIER, (Kind.BARRIER_WAIT,), (Kind.BARRIER_PASSED, Kind.BARRIER_BROKEN)),
    (State.WAIT_QUEUE, (Kind.QUEUE_WANT_PUT,), (Kind.QUEUE_PUT, Kind.QUEUE_GAVE_UP)),
    (State.WAIT_QUEUE, (Kind.QUEUE_WANT_GET, Kind.QUEUE_WANT_JOIN), (Kind.QUEUE_GOT, Kind.QUEUE_JOINED)),
    (State.FILE, (Kind.FILE_OPEN,), (Kind.FILE_OPENED, Kind.FILE_CLOSED, Kind.FILE_FAILED)),
    (State.FILE, (Kind.FILE_READ, Kind.FILE_WRITE), (Kind.FILE_READ_DONE, Kind.FILE_WRITE_DONE)),
    (State.SLEEPING, (Kind.SLEEP,), (Kind.SLEPT,)),
    (State.WAIT_NETWORK, (Kind.NET_WANT,), (Kind.NET_GOT, Kind.NET_GAVE_UP)),
    (State.WAIT_INPUT, (Kind.INPUT_WANT,), (Kind.INPUT_GOT, Kind.INPUT_GAVE_UP)),
    (State.WAIT_RESULT, (Kind.RESULT_WANT,), (Kind.RESULT_GOT, Kind.RESULT_GAVE_UP)),
    (State.WAIT_AWAIT, (Kind.AWAIT,), (Kind.AWAITED,)),
    (State.WAIT_LOOP, (Kind.LOOP_RUN,), (Kind.LOOP_DONE,)),
    (State.WAIT_UNWATCHED, (Kind.BLOCKED,), (Kind.MOVES,)),
    (State.WAIT_TASK, (Kind.TASK_WANT, Kind.TASK_DONE, Kind.TASK_FAILED), (Kind.TASK_STARTED,)),
)
WAITS = {kind: state for state, begin, _ in _WAITS for kind in begin}
GOES_ON = frozenset({Kind.THREAD_RUNNING, *(kind for _, _, end in _WAITS for kind in end)})

GOT, RELEASED, WANT, LET_IN, GAVE_UP = 1, 2, 3, 4, 5  # roles of records in the life of a lock


def _set_of(*kinds: int, without: int = 0) -> NDArray[np.bool_]:
    """The words of these kinds with all flags that have none of `without`."""
    marked = np.zeros((256, 256), np.bool_)
    marked[np.ix_(np.arange(256) & without == 0, kinds)] = True
    return marked.ravel()


IS_LIFE = _set_of(*LIFE_KINDS)
IS_KNOWN = _set_of(*Kind)
IS_UPDATE = _set_of(Kind.LOCK_RELEASED, without=Flag.REENTRANT)
IS_TICK = _set_of(Kind.TICK)
IS_SAMPLE = _set_of(Kind.SAMPLE)
IS_WATCHED = _set_of(Kind.WATCHED)
IS_SWITCHED = _set_of(Kind.SWITCHED)
IS_DEPTH = _set_of(Kind.QUEUE_PUT, Kind.QUEUE_GOT, without=Flag.FAILED) | _set_of(
    Kind.SEMAPHORE_GOT, Kind.SEMAPHORE_RELEASED, without=Flag.OFF
)
IS_INPUT = _set_of(Kind.INPUT_WANT, Kind.INPUT_GOT, Kind.INPUT_GAVE_UP)
IS_OUTPUT = _set_of(Kind.PRINT, Kind.INPUT_GOT, Kind.INPUT_GAVE_UP)
IS_DIED = _set_of(Kind.THREAD_DIED)
IS_TASK = _set_of(
    Kind.TASK_SUBMITTED, Kind.TASK_STARTED, Kind.TASK_DONE, Kind.TASK_FAILED, Kind.TASK_CANCELLED
) | _set_of(Kind.RESULT_RAISED, Kind.RESULT_SEEN, Kind.RESULT_GAVE_UP, Kind.CANCEL_REFUSED)
IS_PART = _set_of(Kind.PART_BEGAN, Kind.PART_ENDED, Kind.SPEED)
IS_MARK = _set_of(Kind.EVENT_SET, Kind.EVENT_CLEARED)
IS_FORK = _set_of(Kind.FORKED)
IS_SELDOM = IS_TASK | IS_FORK | IS_PART | IS_MARK  # of which most batches have none
IS_CPU = _set_of(Kind.CPU)
IS_BLOCKED = _set_of(Kind.BLOCKED, Kind.MOVES)
IS_GLANCE = IS_BLOCKED | _set_of(
    Kind.TICK, Kind.LINE, Kind.SAMPLE, Kind.CPU, Kind.WATCHED
)  # somebody looked; nothing happened
IS_RARE = IS_LIFE | IS_PART | IS_SWITCHED | IS_INPUT  # kept also when a run is too long to keep all of it

DELTA = np.zeros(1 << 16, np.int8)  # how many locks more the thread holds
DELTA[_set_of(Kind.LOCK_GOT, without=Flag.OFF | Flag.REENTRANT)] = 1
DELTA[_set_of(Kind.LOCK_RELEASED, without=Flag.OFF | Flag.REENTRANT | Flag.FOREIGN)] = -1
DELTA[_set_of(Kind.LOCK_TAKEN, without=Flag.OFF)] = -1

CODE = np.full(1 << 16, NOTHING, np.uint8)  # the State it is in from here on, or BASE, REFRESH, NOTHING
for _kind, _state in WAITS.items():
    CODE[_set_of(_kind)] = _state
CODE[_set_of(*GOES_ON)] = BASE
CODE[DELTA == -1] = REFRESH

LOCK_ROLE = np.zeros(1 << 16, np.uint8)  # what happened to the lock; 0: nothing
LOCK_ROLE[_set_of(Kind.LOCK_WANT)] = WANT
LOCK_ROLE[_set_of(Kind.LOCK_GAVE_UP)] = GAVE_UP
LOCK_ROLE[_set_of(Kind.LOCK_GOT)] = LET_IN
LOCK_ROLE[_set_of(Kind.LOCK_GOT, without=Flag.OFF | Flag.REENTRANT)] = GOT
LOCK_ROLE[_set_of(Kind.LOCK_RELEASED, without=Flag.OFF | Flag.REENTRANT)] = RELEASED

HAS_OBJECT = np.zeros(256, np.bool_)  # states of which a span says what is waited for
HAS_OBJECT[[state for state in set(WAITS.values()) if state is not State.SLEEPING]] = True
