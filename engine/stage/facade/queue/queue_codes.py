"""What queues report, those of threads and those between processes."""

from engine.protocol.records import Flag, Kind, what

WANT_PUT = what(Kind.QUEUE_WANT_PUT)
WANT_GET = what(Kind.QUEUE_WANT_GET)
PUT = what(Kind.QUEUE_PUT)
GOT = what(Kind.QUEUE_GOT)
GAVE_UP = what(Kind.QUEUE_GAVE_UP)
TASK_DONE = what(Kind.QUEUE_TASK_DONE)
WANT_JOIN = what(Kind.QUEUE_WANT_JOIN)
JOINED = what(Kind.QUEUE_JOINED)
TIMED = what(0, Flag.TIMED)
