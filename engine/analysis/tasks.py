"""The tasks of pools: handed over, begun by a worker, ended. These records are rarer, so they are taken one by one."""

from array import array
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from engine.analysis.columns import Array, Columns
from engine.analysis.record_semantics import IS_TASK
from engine.analysis.trace import Records
from engine.frame import NO_TASKS, Tasks
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.records import Flag, Kind

_FIELDS = ("kind", "object", "thread", "time", "value", "place", "flags")
OPEN = -1  # the end of a task that goes on
ALL_COMPLETED = 1  # value of RESULT_GAVE_UP of several tasks: it was as_completed that gave up


@lazy_dataclass(frozen=True)
class Failure:
    """A task that raised."""

    task: int
    lane: int  # 0: no worker says so, such as one whose process died
    time: int  # nanoseconds
    text: int  # id of what it raised
    place: int


@lazy_dataclass(frozen=True)
class GivenUp:
    """Somebody waits for tasks no longer, or wanted to cancel one, and they run on."""

    tasks: tuple[int, ...]
    lane: int
    time: int  # nanoseconds
    place: int
    refused: bool  # cancel() was; else a wait ended
    broken: bool = False  # by an exception, else by its time-out
    text: int = 0  # id of what it was


class TaskBuilder:
    """Builds the columns of tasks from batches of records. `names`, `pools` and `groups` say what facts do, by task."""

    def __init__(self, names: dict[int, str], pools: Mapping[int, str], groups: dict[int, int]) -> None:
        self.failures: dict[int, Failure] = {}
        self.asked: set[int] = set()  # tasks of which somebody saw how they ended
        self.running: dict[int, list[int]] = {}  # lane -> tasks that it has begun and not ended, the inner one last
        self.workers: dict[int, str] = {}  # lane -> its pool, where that is known
        self.begun: dict[int, int] = {}  # task -> row
        self.given_up: list[GivenUp] = []  # as it happened
        self.ended: set[int] = set()
        self._names, self._groups = MappingProxyType(names), MappingProxyType(groups)
        self._pools = pools
        self._columns = Columns(np.uint32, np.uint16, np.int64)
        self._new: list[tuple[int, int, int]] = []  # rows of the batch that is being taken in
        self._ends = array("q")  # of each row, nanoseconds or OPEN
        self._failed = array("b")
        self._submitted = 0
        self._shown: Tasks | None = NO_TASKS

    def feed(self, records: Records, word: Array) -> None:
        """Takes in records; `word` is flags << 8 | kind of each."""
        rows = np.flatnonzero(IS_TASK[word])
        if not len(rows):
            return
        picked = [records[name][rows].tolist() for name in _FIELDS]
        for kind, task, lane, time, text, place, flags in zip(*picked, strict=True):
            if kind == Kind.TASK_SUBMITTED:
                self._submitted += 1
            elif kind == Kind.TASK_STARTED:
                self._begin(task, lane, time)
            elif kind == Kind.TASK_DONE:
                self._end(task, lane, time)
            elif kind == Kind.TASK_FAILED:
                self._fail(Failure(task, lane, time, text, place))
            elif kind == Kind.TASK_CANCELLED:
                self.ended.add(task)
            elif kind in (Kind.RESULT_GAVE_UP, Kind.CANCEL_REFUSED):
                self._give_up(Kind(kind), GivenUp((task,), lane, time, place, False, bool(flags & Flag.FAILED), text))
            else:
                self.asked.add(task)
        if self._new:
            self._columns.extend(*zip(*self._new, strict=True))
            self._new.clear()
        self._shown = None

    def _begin(self, task: int, lane: int, time: int) -> None:
        row = len(self._ends)
        self._new.append((task, lane, time))
        self._ends.append(OPEN)
        self._failed.append(False)
        self.begun[task] = row
        self.running.setdefault(lane, []).append(task)
        if task in self._pools:
            self.workers[lane] = self._pools[task]

    def _end(self, task: int, lane: int, time: int) -> None:
        """It ended. Worker and pool may both say so, in either order: what was earlier holds."""
        self.ended.add(task)
        row = self.begun.get(task)
        if row is not None:
            before = self._ends[row]
            self._ends[row] = time if before == OPEN else min(before, time)
        under_way = self.running.get(lane, [])
        if task in under_way:
            under_way.remove(task)

    def _fail(self, failure: Failure) -> None:
        self._end(failure.task, failure.lane, failure.time)
        row = self.begun.get(failure.task)
        if row is not None:
            self._failed[row] = True
        known = self.failures.get(failure.task)
        if known is None or (known.lane == 0 and failure.lane):
            self.failures[failure.task] = failure

    def _give_up(self, kind: Kind, given_up: GivenUp) -> None:
        """A wait for several is for all that run, if it raised; `wait` alone says nothing of what is not done yet."""
        running = tuple(task for tasks in self.running.values() for task in tasks)
        refused = kind is Kind.CANCEL_REFUSED
        if given_up.tasks == (0,):
            tasks = running if given_up.broken or given_up.text == ALL_COMPLETED else ()
        else:
            tasks = given_up.tasks if refused or given_up.tasks[0] not in self.ended else ()
        if tasks:
            self.given_up.append(replace(given_up, tasks=tasks, refused=refused))

    def end_of(self, task: int) -> int | None:
        """When it ended, nanoseconds; None where it has not, or was never begun."""
        row = self.begun.get(task)
        return None if row is None or self._ends[row] == OPEN else self._ends[row]

    @property
    def tasks(self) -> Tasks:
        """All tasks that began, in that order: the same object until something changed."""
        if self._shown is None:
            ids, lanes, starts = self._columns.views()
            ends, failed = np.array(self._ends, np.int64), np.array(self._failed, np.bool_)
            counts = self._submitted, len(self.ended)
            self._shown = Tasks(ids, lanes, starts, ends, failed, self._names, *counts, self._groups)
        return self._shown

    def summary(self) -> dict[str, int]:
        """How many were handed over, ended and failed."""
        return {"count": self._submitted, "done": len(self.ended), "failed": len(self.failures)}
