"""Where a run is, how it ended, and what a thread is doing."""

import enum


class Phase(enum.Enum):
    """Where a run is."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class Ended(enum.Enum):
    """How a run ended."""

    FINISHED = "finished"  # the program came to its own end; some of its threads may have died on the way
    DIED = "died"  # its main thread died of an exception, or its process died; Frame.trouble says how
    STOPPED = "stopped"  # by the presenter
    TIMEOUT = "timeout"  # by the time-out of the headless command
    REFUSED = "refused"  # it never began: it cannot be read, compiled or started; Frame.trouble says why


class State(enum.IntEnum):
    """What a thread is doing in a span. Order is gravity: of several in one pixel the highest is drawn."""

    ABSENT = 0  # not created yet
    CREATED = 1  # created, not running yet
    ENDED = 2  # ended and joined, or it never needed to be (MainThread)
    UNJOINED = 3  # ended, nobody joined it yet
    SLEEPING = 4
    WAIT_TASK = 5  # a worker of a pool that has nothing to do
    WAIT_JOIN = 6
    WAIT_LOOP = 7  # runs an event loop: what happens in it is in the lanes of its tasks
    WAIT_AWAIT = 8  # a coroutine that gave control back to its event loop
    WAIT_UNWATCHED = 9  # does not run, by the kernel's word, in a call that no facade watches
    RUNNING = 10
    FILE = 11  # in a call that opens, reads, writes, renames or removes a file
    WAIT_NETWORK = 12  # connecting, accepting, sending, waiting for an answer
    WAIT_INPUT = 13  # for a line of standard input: somebody has to type it
    WAIT_RESULT = 14  # for the result of a task
    WAIT_BARRIER = 15
    WAIT_CONDITION = 16
    WAIT_EVENT = 17
    WAIT_QUEUE = 18
    WAIT_SEMAPHORE = 19
    WAIT_LOCK = 20
    HOLDING_ASLEEP = 21  # sleeping, and holding at least one lock
    HOLDING = 22  # running, and holding at least one lock
    CUT = 23  # a daemon thread that the end of the program cut off
    DIED = 24


WAITING = frozenset(one for one in State if one.name.startswith("WAIT_"))
ENDS_BY_ITSELF = frozenset(  # waits that something outside of the program's threads may end
    {
        State.WAIT_TASK,
        State.WAIT_LOOP,
        State.WAIT_NETWORK,
        State.WAIT_AWAIT,
        State.WAIT_RESULT,
        State.WAIT_INPUT,
        State.WAIT_UNWATCHED,
    }
)
