"""What queues report, those of threads and those between processes."""

from engine.protocol.records import Kind, what
from engine.stage.facade.base.waiting import WaitCodes

PUT = what(Kind.QUEUE_PUT)
GOT = what(Kind.QUEUE_GOT)
GAVE_UP = what(Kind.QUEUE_GAVE_UP)
TASK_DONE = what(Kind.QUEUE_TASK_DONE)
PUTTING = WaitCodes(what(Kind.QUEUE_WANT_PUT), GAVE_UP)
GETTING = WaitCodes(what(Kind.QUEUE_WANT_GET), GAVE_UP)
SIMPLY_GETTING = GETTING._replace(got=GOT)  # from a queue without a lock of its own to say it under
JOINING = WaitCodes(what(Kind.QUEUE_WANT_JOIN), GAVE_UP, what(Kind.QUEUE_JOINED))
