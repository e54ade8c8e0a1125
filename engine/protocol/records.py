"""The vocabulary of what threads report: kinds, the layout of a record, the wire format. Imports nothing of ours.

A *record* is one thing that one thread did, 28 bytes, little endian:

    offset  type  field
    0       i64   time      nanoseconds of program time since the run began
    8       i64   value     what belongs to the kind: a depth, a text's id, a shared value ...
    16      u32   object    id of the lock, queue, file, thread ... it was done to; 0 is none
    20      u32   place     file and line in the program: see `engine.protocol.places`; 0 is unknown
    24      u16   thread    id of the thread that did it (its lane); MainThread is 1, 0 is the stage itself
    26      u8    kind      a `Kind`
    27      u8    flags     a set of `Flag`

The number of a record is its position: records travel in the order in which they happened. The last
eight bytes are written as two words, so that a reporting thread adds one prepared word (`what`) and no more.

Texts, names, objects and tracebacks travel beside the records as *facts*: see `engine.protocol.messages`.
Both come in blocks: a header (`BLOCK`: type u8, payload length u32), then the payload.
A fact is always sent before the first record that refers to it.
"""

import enum
import struct

WIRE_VERSION = 2  # 2: reasons travel as data instead of sentences (`outcome`, `unknown`, `farewell`, `lost` and others)
RECORD = struct.Struct("<qqIII")  # time, value, object, place, what
BLOCK = struct.Struct("<BI")
BLOCK_RECORDS = 1
BLOCK_FACTS = 2
BLOCK_AWAY = 3  # of another process of the program: `AWAY`, then whole blocks of its own
CUT_OFF = b"\0thread-theatre:cut-off\0"  # on standard error: the program has closed the pipe of the blocks
BLOCK_PRIVATE = 4  # from another process to the stage, which hands it on to nobody
AWAY = struct.Struct("<IB")  # number of the process, and one of the following
AWAY_BLOCKS, AWAY_OPENS, AWAY_CLOSES, AWAY_BROKEN = 0, 1, 2, 3
LAST_PROCESS = 4095  # processes of one run that are watched: their things' ids are number << 20
# What a header may promise, in bytes: a block is read only when it is whole, so nobody can make the reader keep more.
MOST_RECORDS = 1 << 20  # a stage sends 229 KB
MOST_FACTS = 2 << 20  # a stage sends 256 KB, or one longer fact: a text of 200,000 control characters is 1.2 MB
MOST_AWAY = MOST_FACTS + (1 << 18)  # one block of another process, and what came with one read of its connection
MOST = {BLOCK_RECORDS: MOST_RECORDS, BLOCK_FACTS: MOST_FACTS, BLOCK_AWAY: MOST_AWAY}
STAGE_THREAD = 0
MAIN_THREAD = 1
LAST_THREAD = 0xFFFF  # threads beyond this many share one lane
UNKNOWN_VALUE = -(2**63)  # the watched value was no whole number


class Flag(enum.IntFlag):
    """What makes a record of its kind special."""

    OFF = 1  # the switch is off: the thread was let through, nothing was really taken or given back
    REENTRANT = 2  # an RLock that the thread held already: its count changed, not its holder
    FOREIGN = 4  # given back by another thread than the one that took it
    TIMED = 8  # the wait has a time-out, so it ends by itself
    FAILED = 16  # the operation raised; `value` is the id of a text that says what
    REAL = 32  # `value` is the 64 bits of a float


class Kind(enum.IntEnum):
    """What a thread did. Numbers are for ever: a saved run is read by later versions.

    "want" is reported only when the thread really has to wait; "got" after it was got, "released" before it
    is given back, both while it is held, so that two holders never overlap.
    """

    # the stage itself
    TICK = 1  # a heartbeat, so that lanes grow; `value`: real nanoseconds that threads waited to report so far
    LINE = 2  # sampled: `thread` is at `place`
    SAMPLE = 3  # sampled: the watched name `object` has `value`
    SWITCHED = 4  # switch `object` is now on (value 1) or off (0)
    SPEED = 5  # program time runs at value / 1000 times real time from here on
    PAUSED = 6  # program time stands still
    RESUMED = 7  # `value` is how long the pause was, real nanoseconds
    CPU = 8  # sampled: `thread` has had `value` nanoseconds of processor time since it began
    WATCHED = 9  # looked at: what the presenter watches as `object` has `value`; FAILED: there is no number

    # threads; `object` is the id of the other thread
    THREAD_CREATED = 10
    THREAD_STARTED = 11  # start() was called
    THREAD_RUNNING = 12  # its first moment; `thread` is itself
    THREAD_ENDED = 13
    THREAD_DIED = 14  # of an exception; `value` is the id of a text, such as "ValueError: no"
    THREAD_CUT = 15  # a daemon thread that the end of the program cut off; value: 1 where it only waited to be asked
    JOIN_WANT = 16
    JOIN_GOT = 17
    JOIN_GAVE_UP = 18  # FAILED: an exception broke the wait off
    MAIN_DONE = 19  # the last line of the program ran; what follows is Python waiting for other threads

    # locks (Lock, RLock); RELEASED carries the watched value, or UNKNOWN_VALUE
    LOCK_WANT = 20
    LOCK_GOT = 21
    LOCK_GAVE_UP = 22
    LOCK_RELEASED = 23
    LOCK_TAKEN = 24  # another thread released what this one held

    # semaphores; GOT and RELEASED carry the count that is left
    SEMAPHORE_WANT = 30
    SEMAPHORE_GOT = 31
    SEMAPHORE_GAVE_UP = 32
    SEMAPHORE_RELEASED = 33

    # conditions; the lock of the condition reports for itself
    CONDITION_WAIT = 40
    CONDITION_WOKEN = 41
    CONDITION_GAVE_UP = 42
    CONDITION_NOTIFIED = 43  # value: how many waiters were woken

    # events
    EVENT_WAIT = 50
    EVENT_PASSED = 51
    EVENT_GAVE_UP = 52
    EVENT_SET = 53
    EVENT_CLEARED = 54

    # barriers
    BARRIER_WAIT = 60
    BARRIER_PASSED = 61
    BARRIER_BROKEN = 62

    # queues; PUT and GOT carry the depth after it, both reported under the queue's own lock
    QUEUE_WANT_PUT = 70
    QUEUE_WANT_GET = 71
    QUEUE_PUT = 72
    QUEUE_GOT = 73
    QUEUE_GAVE_UP = 74
    QUEUE_TASK_DONE = 75  # value: tasks that are not done yet
    QUEUE_WANT_JOIN = 76
    QUEUE_JOINED = 77

    # files; `object` is the file, DONE closes what BEGIN opened, `value` of DONE is bytes or characters
    FILE_OPEN = 80
    FILE_OPENED = 81  # value: 1 where it was emptied
    FILE_READ = 82
    FILE_READ_DONE = 83
    FILE_WRITE = 84
    FILE_WRITE_DONE = 85
    FILE_CLOSED = 86
    FILE_ASKED = 87  # exists, is_file, stat ...; value: 1 there, 0 not there
    FILE_REMOVED = 88
    FILE_RENAMED = 89  # value: id of the new file's object
    FILE_FAILED = 90  # open, remove, rename ... raised; value: id of a text

    # the network; `object` is the connection, 0 when it has none yet
    NET_WANT = 92  # value: 0 waiting for somebody or for data, 1 sending, 2 connecting or looking a name up
    NET_GOT = 93  # value: bytes
    NET_GAVE_UP = 94  # value: id of a text, 0 for a time-out

    # the rest
    SLEEP = 100  # value: nanoseconds asked for
    SLEPT = 101
    PRINT = 110  # value: id of a text; 0 when the text was not kept

    # standard input; `value`: id of a text, 0 for none
    INPUT_WANT = 114  # the prompt
    INPUT_GOT = 115  # what was typed, where it is echoed
    INPUT_GAVE_UP = 116  # at the end of the input, what a terminal shows there

    # parts of a run that are compared; `object` is the part
    PART_BEGAN = 112
    PART_ENDED = 113

    FORKED = 117  # the thread forks now: `object` is the lane of the child, which has a copy of what is there

    # `object` is the id of a thread or process
    THREAD_EXCUSED = 118  # nobody need join it: the program has cancelled or killed it, or was told that it has ended

    # tasks of a pool; `object` is the task
    TASK_WANT = 119  # a worker of a pool finds no task to do
    TASK_SUBMITTED = 120  # handed to the pool
    TASK_STARTED = 121  # a worker, in whichever process, begins it
    TASK_DONE = 122
    TASK_FAILED = 123  # it raised; value: id of a text
    TASK_CANCELLED = 124
    RESULT_WANT = 125  # waits for the result of a task, 0: of several
    RESULT_GOT = 126
    RESULT_GAVE_UP = 127  # FAILED: an exception broke the wait off; else value 1: it was as_completed that gave up
    RESULT_RAISED = 128  # the task's exception was raised again where its result was asked for
    RESULT_SEEN = 129  # somebody asked how the task ended, so an exception of it is no secret

    # asyncio; a coroutine that runs as a task has a lane of its own
    AWAIT = (
        130  # gave control back to the event loop; `object`: the event or the like that it waits for, where it is known
    )
    AWAITED = 131  # goes on
    LOOP_RUN = 132  # the thread runs an event loop from here on: what it does is in the lanes of the tasks
    LOOP_DONE = 133

    CANCEL_REFUSED = 145  # somebody called cancel(), and the task `object` was running already

    # looked at: the kernel says that `thread` does not run, and no facade has said why
    BLOCKED = 140  # since `time`, at `place`; `object` is the function that it is in
    MOVES = 141  # it has run again


def what(kind: int, flags: int = 0) -> int:
    """The last word of a record, to which a reporting thread adds its own id."""
    return kind << 16 | flags << 24
