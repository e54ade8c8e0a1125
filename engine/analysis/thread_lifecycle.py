"""The lives of threads: created, running, ended, joined. These records are rare, so they are taken one by one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

import numpy as np

from engine.analysis.columns import Array
from engine.frame import State
from engine.protocol.records import LAST_THREAD, MAIN_THREAD, Flag, Kind

ENDS: dict[int, State] = {Kind.THREAD_DIED: State.DIED, Kind.THREAD_CUT: State.CUT}
FOREVER = 2**62
FIRST = 0  # stands for a kind: a lane's first record of its own
NOTHING, BASE = 255, 254  # codes beside State: no change; running or holding, whichever holds


class Broken(NamedTuple):
    """A join that an exception ended, such as an interrupt."""

    lane: int  # who waited
    place: int
    time: int  # nanoseconds
    text: int  # id of what it was; 0: nobody knows


@dataclass
class Life:
    """What is known of one thread. Times are nanoseconds of program time."""

    created_at: int = 0  # place where it was made
    created_by: int = 0  # the lane that made it; 0: nobody knows
    created: int | None = None
    started: bool = False
    began: int | None = None
    ended: int | None = None
    joined: bool = False
    joined_at: int | None = None  # nanoseconds: when that was known first
    excused: bool = False  # nobody need join it: see Kind.THREAD_EXCUSED
    ran_out: bool = False  # somebody joined it with a time-out, and it had not ended by then
    ran_out_at: int = 0  # place of that join
    broken_off: Broken | None = None  # an exception in the one that waited ended the last join of it
    final: State | None = None  # how it ended


class Act(NamedTuple):
    """A record, as a thread's life sees it."""

    row: int  # its place in the batch
    kind: int
    lane: int
    other: int  # the thread it was done to
    time: int  # nanoseconds
    place: int
    flags: int = 0
    value: int = 0


class Extra(NamedTuple):
    """A change in a lane that a record of another lane brings: `row` is that record's place in its batch."""

    lane: int
    row: int
    code: int
    place: int = 0


@dataclass
class Changes:
    """What the lives of a batch change in it: codes and objects of its own rows, in place, and rows of other lanes."""

    codes: Array
    objects: Array
    extras: list[Extra] = field(default_factory=list)
    lanes: set[int] = field(default_factory=set)  # of which something else changed


class ThreadLifecycles:
    """Every thread's life, and the moment from which a lane listens no more, as its thread has ended."""

    def __init__(self, is_daemon: Callable[[int], bool]) -> None:
        self.by_lane: dict[int, Life] = {}
        self.main_done: int | None = None  # nanoseconds
        self.closed = np.full(LAST_THREAD + 1, FOREVER, np.int64)  # row of the batch from which on; -1: before it
        self._is_daemon = is_daemon
        self.closing: list[int] = []  # lanes closed in this batch

    def life(self, lane: int) -> Life:
        """The life of a lane, a new one if it was not known."""
        return self.by_lane.setdefault(lane, Life())

    def take(self, acts: Iterable[Act], changes: Changes) -> None:
        """Takes records of LIFE_KINDS, and FIRST, in order."""
        for act in acts:
            self.TAKERS[act.kind](self, changes, act)

    def _first(self, changes: Changes, act: Act) -> None:
        """A thread that nobody was seen to make, such as the main one or a library's, runs from here on."""
        if act.lane not in self.by_lane:
            self.by_lane[act.lane] = Life(started=True, began=act.time)
            changes.extras.append(Extra(act.lane, act.row, BASE, act.place))

    def _created(self, changes: Changes, act: Act) -> None:
        if act.other not in self.by_lane and 0 < act.other <= LAST_THREAD:
            life = self.life(act.other)
            life.created_at, life.created_by, life.created = act.place, act.lane, act.time
            changes.extras.append(Extra(act.other, act.row, State.CREATED, act.place))

    def _started(self, changes: Changes, act: Act) -> None:
        self._created(changes, act)
        if act.other in self.by_lane:
            self.by_lane[act.other].started = True

    def _running(self, changes: Changes, act: Act) -> None:
        del changes  # its own row says it
        if act.lane == 0:
            return
        life = self.life(act.lane)
        life.started = True
        life.began = act.time if life.began is None else life.began
        if life.final is not None and act.lane == LAST_THREAD:  # the lane that many threads share
            life.final = life.ended = None
            life.joined = life.excused = life.ran_out = False
            life.joined_at = None
            self.closed[act.lane] = FOREVER

    def _ended(self, changes: Changes, act: Act) -> None:
        life = self.life(act.lane) if act.lane else Life(final=State.ENDED)
        if life.final is not None:
            changes.codes[act.row] = NOTHING
            return
        expected = act.lane != MAIN_THREAD and not life.joined and not self._is_daemon(act.lane)
        state = ENDS.get(act.kind, State.UNJOINED if expected else State.ENDED)
        life.final, life.ended = state, act.time
        changes.codes[act.row] = state
        self.closed[act.lane] = act.row
        self.closing.append(act.lane)

    def _joined(self, changes: Changes, act: Act) -> None:
        life = self.by_lane.get(act.other)
        if life is not None:
            self._known_to_end(life, changes, act)

    def _excused(self, changes: Changes, act: Act) -> None:
        life = self.by_lane.get(act.other)
        if life is not None:
            life.excused = True
            self._known_to_end(life, changes, act)

    @staticmethod
    def _known_to_end(life: Life, changes: Changes, act: Act) -> None:
        life.joined = True
        life.joined_at = act.time if life.joined_at is None else life.joined_at
        changes.lanes.add(act.other)
        if life.final is State.UNJOINED:
            life.final = State.ENDED
            changes.extras.append(Extra(act.other, act.row, State.ENDED))

    def _ran_out(self, changes: Changes, act: Act) -> None:
        life = self.by_lane.get(act.other)
        if life is not None and act.flags & Flag.FAILED:
            life.broken_off = Broken(act.lane, act.place, act.time, act.value)
        elif life is not None and not life.ran_out:
            life.ran_out, life.ran_out_at = True, act.place
            changes.lanes.add(act.other)

    def _main_done(self, changes: Changes, act: Act) -> None:
        if self.main_done is None:
            self.main_done = act.time
        main = self.by_lane.get(MAIN_THREAD, Life())
        waited_for = [
            number
            for number, life in self.by_lane.items()
            if number != MAIN_THREAD and life.started and life.final is None and not self._is_daemon(number)
        ]
        if waited_for and main.final is None:
            changes.codes[act.row] = State.WAIT_JOIN
            changes.objects[act.row] = waited_for[0]

    def end_batch(self) -> None:
        """Rows are counted anew: what was closed stays so from the first row on."""
        for lane in self.closing:
            if self.closed[lane] != FOREVER:
                self.closed[lane] = -1
        self.closing.clear()

    TAKERS: ClassVar[Mapping[int, Callable[["ThreadLifecycles", Changes, Act], None]]] = {
        FIRST: _first,
        Kind.THREAD_CREATED: _created,
        Kind.THREAD_STARTED: _started,
        Kind.THREAD_RUNNING: _running,
        Kind.THREAD_ENDED: _ended,
        Kind.THREAD_DIED: _ended,
        Kind.THREAD_CUT: _ended,
        Kind.JOIN_GOT: _joined,
        Kind.THREAD_EXCUSED: _excused,
        Kind.JOIN_GAVE_UP: _ran_out,
        Kind.MAIN_DONE: _main_done,
    }


LIFE_KINDS = frozenset(ThreadLifecycles.TAKERS) - {FIRST}
