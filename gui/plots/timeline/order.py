"""In which order lanes stand: the program's own process first, then every other one; tasks under their event loop.

Where threads or processes began before the first task of the main thread's loop, its tasks stand behind them all:
what a program starts first is seen first, however many tasks there are.
"""

from bisect import bisect_right
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from engine.frame import Frame, Lane, LaneKind, State
from gui.plots.common.scale import NS

_MOST_LOOPS = 64  # lanes of a process that are looked through for the loop of a task
_KIND = attrgetter("kind", "process")
Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LaneOrder:
    """Rows of lanes from top to bottom. Compared by identity: a new one is made only when something moved."""

    lanes: Numbers  # row -> index into Frame.lanes
    rows: Numbers  # index into Frame.lanes -> row
    begins: tuple[int, ...] = ()  # rows with which another process begins, or tasks that stand behind all
    inner: frozenset[int] = frozenset()  # rows that belong to a row above them: tasks, threads of another process

    def __len__(self) -> int:
        return len(self.lanes)

    def processes(self, row: int) -> int:
        """How many other processes have begun up to a row."""
        return bisect_right(self.begins, row)


def as_they_come(count: int) -> LaneOrder:
    """The order of the frame itself."""
    plain = np.arange(count)
    return LaneOrder(plain, plain)


class Sorter:
    """Keeps the order of the last frame until lanes appear, or more is known of one."""

    def __init__(self) -> None:
        self._run = -1
        self._lanes: tuple[Lane, ...] = ()
        self._kinds: list[tuple[LaneKind, str]] = []
        self._loops: dict[int, int] = {}  # task -> the lane that runs its loop, once it is sure
        self._unsure = False
        self._order = as_they_come(0)

    def feed(self, frame: Frame) -> LaneOrder:
        """The order of this frame's lanes. Sorting costs a look at every lane, so it is done only for new ones."""
        if frame.recording.lanes is self._lanes:
            return self._order
        if frame.run.number != self._run:
            self._run, self._loops, self._kinds, self._order = frame.run.number, {}, [], as_they_come(0)
        kinds = list(map(_KIND, frame.recording.lanes))
        if kinds != self._kinds or self._unsure:
            self._kinds = kinds
            made = self._sort(frame.recording.lanes)
            if not np.array_equal(made.lanes, self._order.lanes) or made.begins != self._order.begins:
                self._order = made
        self._lanes = frame.recording.lanes
        return self._order

    def _sort(self, lanes: tuple[Lane, ...]) -> LaneOrder:
        groups = _groups(lanes)
        self._unsure = False
        if len(groups) < 2 and not any(kind is LaneKind.TASK for kind, _ in self._kinds):
            return as_they_come(len(lanes))
        found: list[int] = []
        begins: list[int] = []
        inner: list[int] = []
        last: list[int] = []
        for number, group in enumerate(groups):
            if number:
                begins.append(len(found))
            tasks = self._tasks(lanes, group)
            threads = [index for index in group if lanes[index].kind is not LaneKind.TASK]
            if not number and threads and self._late(lanes, threads[0], tasks.get(lanes[threads[0]].id, [])):
                last = tasks.pop(lanes[threads[0]].id)
            for index in threads:
                if number and index != threads[0]:
                    inner.append(len(found))
                found.append(index)
                mine = tasks.pop(lanes[index].id, [])
                inner += range(len(found), len(found) + len(mine))
                found += mine
            found += [index for rest in tasks.values() for index in rest]  # of a process that is only known by them
        if last:
            begins.append(len(found))
            found += last
        order = np.array(found, np.int64)
        rows = np.empty(len(order), np.int64)
        rows[order] = np.arange(len(order))
        return LaneOrder(order, rows, tuple(begins), frozenset(inner))

    def _late(self, lanes: tuple[Lane, ...], main: int, tasks: list[int]) -> bool:
        """Whether another thread or process began before the first of these tasks; later ones change nothing."""
        began = [time for index in tasks if (time := lanes[index].began) is not None]
        first = min(began, default=np.inf)
        others = (lane for at, lane in enumerate(lanes) if at != main and lane.kind is not LaneKind.TASK)
        return bool(tasks) and any(lane.began is not None and lane.began < first for lane in others)

    def _tasks(self, lanes: tuple[Lane, ...], group: list[int]) -> dict[int, list[int]]:
        """The tasks of a process, by the lane that runs their loop."""
        threads = [lanes[index] for index in group if lanes[index].kind is not LaneKind.TASK]
        found: dict[int, list[int]] = {}
        for index in group:
            if lanes[index].kind is LaneKind.TASK:
                found.setdefault(self._loop(lanes[index], threads), []).append(index)
        return found

    def _loop(self, task: Lane, threads: list[Lane]) -> int:
        """The lane that was running an event loop when a task began; where there is none, the process's first."""
        known = self._loops.get(task.id)
        if known is not None:
            return known
        moment = round(task.began * NS) if task.began is not None else np.iinfo(np.int64).max
        for lane in threads[:_MOST_LOOPS]:
            index = int(np.searchsorted(lane.spans.starts, moment, "right")) - 1
            if index >= 0 and lane.spans.states[index] == State.WAIT_LOOP:
                self._loops[task.id] = lane.id
                return lane.id
        first = threads[0].id if threads else 0
        if task.began is not None:
            self._loops[task.id] = first
        else:
            self._unsure = True
        return first


def _groups(lanes: tuple[Lane, ...]) -> list[list[int]]:
    """Indexes of lanes by process, the program's own first. Two processes of one name are two groups."""
    groups: list[list[int]] = [[]]
    latest = {"": groups[0]}
    for index, lane in enumerate(lanes):
        group = latest.get(lane.process)
        if group is None or (lane.kind is LaneKind.PROCESS and lane.process):
            group = latest[lane.process] = []
            groups.append(group)
        group.append(index)
    return [group for group in groups if group]
