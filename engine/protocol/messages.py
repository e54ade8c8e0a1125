"""What the stage says beside the records, and what it is told: facts and orders, each a closed union.

Explained in `docs/wire.md`. To add a kind of fact, add its class and put it into `Fact`: mypy names what has to know.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import field
from typing import NoReturn, Union, get_args

from engine.protocol.codec import Codec
from engine.protocol.hidden_wait import HiddenWaitFact
from engine.protocol.late_message import LateMessageFact
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.loop_messages import LoopFact
from engine.protocol.mistakes import MistakeFact, WriteFact
from engine.protocol.numbers import Count, Id, Lane, Place
from engine.protocol.part_facts import PartFact, PlanFact
from engine.protocol.pool_facts import ExitFact, PoolThreadFact
from engine.protocol.process_facts import ProcessFact
from engine.protocol.still_facts import StillFact

Value = Union[None, bool, int, float, str]  # of an expression of the scenario, or of a knob


class LaneKind(str, enum.Enum):
    """What a lane stands for."""

    THREAD = "thread"
    PROCESS = "process"  # the main thread of another process
    TASK = "task"  # a coroutine that an event loop runs as a task


class Ending(str, enum.Enum):
    """How the program came to its end, where the stage could still say so."""

    FINISHED = "finished"
    DIED = "died"  # of an exception of its main thread
    REFUSED = "refused"  # Python cannot read it


class ProcessEnding(str, enum.Enum):
    """How another process of the program ended that did not end well."""

    STATUS = "status"
    SIGNAL = "signal"
    CALL = "call"  # of os._exit or the like
    SILENT = "silent"  # nobody knows
    OUTLIVED = "outlived"  # it had not ended when the program had, and is no daemon


class Lost(str, enum.Enum):
    """What a limit of the stage left out."""

    RECORDS = "records"
    TEXTS = "texts"
    ORDERS = "orders"  # those that made no sense


class NoValue(str, enum.Enum):
    """Why something that the scenario asks for has no value."""

    RAISED = "raised"  # `detail` is what
    NO_ANSWER = "no-answer"  # within `limit` seconds
    NO_NUMBER = "no-number"  # but `detail`
    NO_PLAIN_CALL = "no-plain-call"  # the function `detail` yields or awaits
    TOO_MANY = "too-many"  # only the first `limit` calls are told


class NoWatch(str, enum.Enum):
    """Why a watched expression has no value, for now or at all."""

    NOT_PYTHON = "not-python"
    CALL = "call"  # it is more than names, attributes, items and len
    INDEX = "index"  # an index that is no plain number or text
    LOCAL = "local"  # a name that lives inside a function, `detail` says which
    TOO_MANY = "too-many"  # values for one expression, or expressions: the first `detail` are watched
    ABSENT = "absent"  # there is no such name, attribute or item now
    NO_NUMBER = "no-number"  # `detail` is what it is
    CONTAINER = "container"  # it is a `detail`, of which the length could be watched
    NOT_FINITE = "not-finite"  # `detail` is nan or inf
    TOO_LARGE = "too-large"  # for any float
    OWN_CODE = "own-code"  # reading `detail` would run code of the program
    PER_THREAD = "per-thread"  # each thread has another one


# facts


@lazy_dataclass(frozen=True)
class HelloFact:
    """Which Python this is."""

    python: str
    implementation: str = "CPython"
    gil: bool = True
    cores: Count = 0
    switch_interval: float = 0.0  # seconds
    executable: str = ""
    pid: Count = 0


@lazy_dataclass(frozen=True)
class FileFact:
    """The file of a place."""

    id: Id
    path: str


@lazy_dataclass(frozen=True)
class ThreadFact:
    """What a thread is called."""

    id: Lane
    name: str
    daemon: bool = False
    process: str = ""  # "" is the program's own
    kind: LaneKind = LaneKind.THREAD
    timer: Count = 0  # 1: it is one of `threading.Timer`, 2: of a class with a run() of its own, which may go on
    calls: str = ""  # the program's function that it was made for, such as "Job.run" or "get('a')"


@lazy_dataclass(frozen=True)
class ThingFact:
    """A lock, a queue, a file ..."""

    id: Id
    type: str
    name: str
    place: Place = 0  # where it was made
    switch: bool = False  # it can be switched off
    size: Count = 0  # of a queue, 0 is no limit; of a barrier or semaphore: how many it is made for


@lazy_dataclass(frozen=True)
class TextFact:
    """What a record's value refers to."""

    id: Count
    text: str
    error: bool = False  # it went to stderr
    left_out: Count = 0  # characters beyond those that are kept


@lazy_dataclass(frozen=True)
class TaskFact:
    """A task of a pool."""

    id: Id
    name: str
    place: Place = 0  # where it was handed over
    pool: str = ""
    group: Id = 0  # as which its result is waited for, in a pool of multiprocessing: itself, or a call such as map


@lazy_dataclass(frozen=True)
class ExceptionFact:
    """What ended a thread, or kept Python from reading the program."""

    thread: Lane
    type: str
    message: str | None = ""  # None: it cannot be had
    place: Place = 0
    traceback: str = ""
    after: Lane = 0  # the lane of the task that it ended before, 0 for none
    module: str = ""  # that was to be imported and is not there
    file: str = ""  # that was to be opened and is not there
    idents: Mapping[str, int] = field(default_factory=dict)  # numbers of threads in the message -> their lanes
    handed_on: bool = False  # by a task of asyncio: to who waited for it


@lazy_dataclass(frozen=True)
class CaughtFact:
    """An exception that ended no thread, and yet was seen: the program printed it, or it ended a task of a pool."""

    thread: Lane
    traceback: str  # as Python prints it, with what led to it
    place: Place = 0
    time: Count = 0  # nanoseconds of program time
    task: Id = 0  # that it ended
    idents: Mapping[str, int] = field(default_factory=dict)


@lazy_dataclass(frozen=True)
class ProcessEndFact:
    """How another process of the program ended, where that was no good end and no exception, or a call ended it."""

    thread: Lane
    ending: ProcessEnding
    code: int = 0  # exit status or number of the signal
    call: str = ""  # such as "os._exit(3)"
    place: Place = 0


@lazy_dataclass(frozen=True)
class LostFact:
    """How many were left out so far."""

    what: Lost
    count: Count


@lazy_dataclass(frozen=True)
class MissingFact:
    """A module that an import did not find."""

    module: str
    place: Place = 0


@lazy_dataclass(frozen=True)
class UnknownFact:
    """Something that the scenario asks for has no value."""

    reason: NoValue
    expression: str = ""
    field: str = ""  # of scenario.toml, such as "parts.value"; empty for what is evaluated after the run
    detail: str = ""
    limit: float = 0.0


@lazy_dataclass(frozen=True)
class WatchFact:
    """What the records WATCHED of an id are about; again when it has another name, or no value for another reason."""

    id: Id
    expression: str
    name: str = ""  # of one of several objects that the expression means; "": as the expression
    reason: NoWatch | None = None
    detail: str = ""


@lazy_dataclass(frozen=True)
class OutcomeFact:
    """What came of the program. The exception of one that died or was refused is that of the main thread."""

    ended: Ending
    exit: int = 0
    expected: Value = None
    found: Value = None
    right: bool | None = None  # whether they agree
    holds: bool | None = None  # the order's expression


@lazy_dataclass(frozen=True)
class FarewellFact:
    """The program is about to end its own process."""

    call: str  # such as "os._exit(3)"
    place: Place = 0
    status: int | None = None  # where it exits; None where a signal ends it


@lazy_dataclass(frozen=True)
class FrozenFact:
    """Program time stands still."""

    number: Count  # of the order to freeze that this answers


FindingFact = MissingFact  # those that are each a finding: `findings.missing` makes it, and nobody else looks at them
Fact = Union[
    TextFact,
    ThingFact,
    ThreadFact,
    TaskFact,
    FileFact,
    ExceptionFact,
    CaughtFact,
    ProcessEndFact,
    ExitFact,
    HiddenWaitFact,
    PoolThreadFact,
    PartFact,
    LostFact,
    HelloFact,
    PlanFact,
    FindingFact,
    MistakeFact,
    LateMessageFact,
    WriteFact,
    UnknownFact,
    FarewellFact,
    FrozenFact,
    WatchFact,
    StillFact,
    OutcomeFact,
    LoopFact,
    ProcessFact,
]


# orders


@lazy_dataclass(frozen=True)
class RunOrder:
    """What is to be run, and how."""

    text: str
    path: str
    cwd: str = ""  # "": a folder of its own
    knobs: Mapping[str, Value] = field(default_factory=dict)  # those that are not as the text has them
    off: tuple[str, ...] = ()  # switches that are off from the start
    speed: float = 1.0
    watch: str = ""
    counted_by: str = ""
    expected: str = ""  # expressions over the program's names, evaluated after the run
    found: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)  # `call`, `name`, `group`, `limit`, `value`; empty: none
    takes: str = ""  # expression over the knobs: seconds of program time that the run will take
    expression: str = ""  # has to be true after the run
    arguments: tuple[str, ...] = ()  # sys.argv from its second word on
    module: str = ""  # of `python -m`, "__main__" is that of a folder; "": a file
    called: str = ""  # sys.argv[0]; "": the path
    watches: tuple[str, ...] = ()  # what the presenter watches besides: see `engine.protocol.watch_path`
    texts: Mapping[str, str] = field(default_factory=dict)  # of modules, by their real paths, in place of their files


@lazy_dataclass(frozen=True)
class SwitchOrder:
    """All objects of this name on or off."""

    name: str
    on: bool


@lazy_dataclass(frozen=True)
class WatchOrder:
    """These expressions are watched from here on, and no others."""

    expressions: tuple[str, ...]


@lazy_dataclass(frozen=True)
class SpeedOrder:
    """Program time runs so many times as fast as real time."""

    value: float


@lazy_dataclass(frozen=True)
class FreezeOrder:
    """Program time stands still from here on."""

    number: Count = 1  # how many pauses were asked for


@lazy_dataclass(frozen=True)
class ThawOrder:
    """It goes on."""


@lazy_dataclass(frozen=True)
class InputOrder:
    """Somebody has typed: lines of standard input with their ends, or a piece of one."""

    text: str = ""  # a half of a character, U+DC80 and up, stands for a byte that is no UTF-8
    end: bool = False  # nothing more will be typed
    shown: bool = True  # it is echoed among the output


@lazy_dataclass(frozen=True)
class FinishOrder:
    """Send what there is, then end."""


Order = Union[RunOrder, SwitchOrder, WatchOrder, SpeedOrder, FreezeOrder, ThawOrder, InputOrder, FinishOrder]


def assert_never(message: NoReturn) -> NoReturn:
    """Says to mypy that each kind of message was dealt with before; typing has it from Python 3.11 on."""
    raise AssertionError(message)


FACTS: Codec[Fact] = Codec(get_args(Fact), "fact", "Fact")
ORDERS: Codec[Order] = Codec(get_args(Order), "do", "Order")
