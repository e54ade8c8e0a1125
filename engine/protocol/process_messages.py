"""What the stage and another process of the program say to each other, beside the blocks that go to the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Union, get_args

from engine.protocol.codec import Codec
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.messages import RunOrder
from engine.protocol.numbers import Count, Id, Lane
from engine.protocol.still_facts import Waiting


@lazy_dataclass(frozen=True)
class ClockState:
    """What a process needs so that its clock shows what the sender's does; nanoseconds."""

    real: int  # at this moment ...
    program: int  # ... program time was this
    rate: float  # and has gone so fast since, 0 while it stands still
    speed: float
    frozen: bool
    time_base: int  # what time, monotonic and perf_counter showed when program time was 0
    monotonic_base: int
    counter_base: int


@lazy_dataclass(frozen=True)
class Slot:
    """What a process reports under: its number, and the ids of its threads from `lane`, its main one, to `last`."""

    number: Count
    lane: Lane
    last: Lane


# the first line of a connection


@lazy_dataclass(frozen=True)
class JoinCall:
    """A process is here and will report."""

    token: str
    pid: Count
    slot: Count | None = None  # its number, where whoever started it knew
    fork: bool = False


@lazy_dataclass(frozen=True)
class SlotCall:
    """A process is going to start another one, which needs a slot."""

    token: str


@lazy_dataclass(frozen=True)
class TurnCall:
    """The stage calls itself: when that is served, so is everybody who called before."""

    token: str


# what the stage answers, and what it says later


@lazy_dataclass(frozen=True)
class WelcomeReply:
    """How things stand; `slot`, `order` and `files` only for a process that was not forked."""

    clock: ClockState
    switches: Mapping[str, bool]
    slot: Slot | None = None
    order: RunOrder | None = None
    files: Mapping[str, int] = field(default_factory=dict)
    pid: Count = 0  # of the stage


@lazy_dataclass(frozen=True)
class SlotReply:
    """The slot that was asked for; None: there are no more."""

    slot: Slot | None


@lazy_dataclass(frozen=True)
class SteerReply:
    """What was ordered meanwhile; it is answered with the number."""

    number: Count = 0
    clock: ClockState | None = None
    switches: Mapping[str, bool] = field(default_factory=dict)
    flush: bool = False


# what a process says in blocks for the stage alone


@lazy_dataclass(frozen=True)
class HereNote:
    """It has a lane now."""


@lazy_dataclass(frozen=True)
class HeardNote:
    """It has carried out an order."""

    number: Count


@lazy_dataclass(frozen=True)
class GoodbyeNote:
    """It ends, and has said how."""

    more: bool = False  # what destructors print may follow, until the connection ends


@lazy_dataclass(frozen=True)
class OpensNote:
    """A process that it starts will report, which may be late: from here on the window waits for that."""

    slot: Id


@lazy_dataclass(frozen=True)
class ExpectNote:
    """It ends a process by a signal; `word` is what that one's lane then says."""

    slot: Id
    word: Id


@lazy_dataclass(frozen=True)
class EndedNote:
    """A process that it started has ended; the exit status matters when that one has never reported."""

    slot: Id
    code: int


@lazy_dataclass(frozen=True)
class StillNote:
    """None of its threads moves, and nobody in it could move one; without threads: one does again."""

    since: Count = 0  # nanoseconds of program time
    threads: tuple[Waiting, ...] = ()


Call = Union[JoinCall, SlotCall, TurnCall]
Reply = Union[WelcomeReply, SlotReply, SteerReply]
Note = Union[HereNote, HeardNote, GoodbyeNote, OpensNote, ExpectNote, EndedNote, StillNote]

CALLS: Codec[Call] = Codec(get_args(Call), "call", "Call")
REPLIES: Codec[Reply] = Codec(get_args(Reply), "reply", "Reply")
NOTES: Codec[Note] = Codec(get_args(Note), "note", "Note")
