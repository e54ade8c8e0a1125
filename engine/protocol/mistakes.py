"""What the stage says of mistakes that it sees: facts, see `engine.protocol.messages`."""

from __future__ import annotations

import enum

from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.numbers import Count, Id, Lane, Place


class Mistake(str, enum.Enum):
    """A first mistake with threads."""

    CALLED = "called"  # a function was called, and `detail`, which it gave back, handed over in its place
    CALLED_FOR_LATER = "called-for-later"  # the same of what a timer was to call
    NO_TUPLE = "no-tuple"  # `args` was `detail`, which is no tuple, for the function `name`
    RAN_HERE = "ran-here"  # run() was called in place of start()
    LATE_NAME = "late-name"  # a function made in a loop looked up `name` late, and found the last value, `detail`
    RESULT_LOST = "result-lost"  # the value of `detail`, start() or join(), is used: what `name` returns is lost
    SAME_CHANGED = "same-changed"  # threads were given one `detail`, `name`, which the place changes for the next one
    SAME_DEFAULT = "same-default"  # they change the default of the parameter `name`, one `detail` for all
    SAME_REPEATED = "same-repeated"  # they were given items of the list `name`, which are one and the same `detail`
    FILE_MOVED = "file-moved"  # `by` moved the position of the file object `name` between a thread's seek and its use
    LINE_TORN = "line-torn"  # `by` wrote to the file object `name` between two pieces of a thread's line
    TOO_EARLY = "too-early"  # started in __init__, before the attribute `name` was there


@lazy_dataclass(frozen=True)
class WriteFact:
    """Before the line of a place gives a lock back, another one of the text writes the watched value."""

    place: Place
    write: Place


@lazy_dataclass(frozen=True)
class MistakeFact:
    """A first mistake with a thread or a task."""

    mistake: Mistake
    thread: Lane  # whom it concerns; 0: a task
    place: Place
    by: Lane = 0  # who made it
    name: str = ""
    detail: str = ""
    task: Id = 0
    time: Count = 0  # nanoseconds of program time
    thing: Id = 0  # the file
