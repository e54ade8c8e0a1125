"""Where everything of the timeline stands: the order of lanes, their rows and those of locks, edges and scale.

The program's own process stands first, then every other one; tasks under their event loop. Where threads or processes
began before the first task of the main thread's loop, its tasks stand behind them all: what a program starts first is
seen first, however many tasks there are. A row that has its place keeps it to the end of the run: what would stand
between others but comes later stands below them. Heights of rows are decided before the run, for what is expected of
it.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from engine.frame import Frame, Lane, LaneKind, State
from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.plots.common.scale import Scale
from gui.plots.timeline.expected import Expected
from gui.plots.timeline.state_labels import state_at
from gui.theme.theme import Theme
from gui.view_state.arrangement import LEAST_LANES, lane_least

_MOST_LOOPS = 64  # lanes of a process that are looked through for the loop of a task
_KIND = attrgetter("kind", "process")
Numbers = NDArray[np.int64]
_TALLEST = 1.6  # rows grow into spare height up to this times their measure


@dataclass(frozen=True, eq=False)
class LaneOrder:
    """Rows of lanes from top to bottom. Compared by identity: a new one is made only when something moved."""

    lanes: Numbers  # row -> index into Frame.lanes
    begins: tuple[int, ...] = ()  # rows with which another process begins, or tasks that stand behind all
    inner: frozenset[int] = frozenset()  # rows that belong to a row above them: tasks, threads of another process

    def __len__(self) -> int:
        return len(self.lanes)

    @cached_property
    def rows(self) -> Numbers:
        """Index into Frame.lanes -> row."""
        return np.argsort(self.lanes)

    def processes(self, row: int) -> int:
        """How many other processes have begun up to a row."""
        return bisect_right(self.begins, row)


def as_they_come(count: int) -> LaneOrder:
    """The order of the frame itself."""
    return LaneOrder(np.arange(count))


@lazy_dataclass(frozen=True)
class TimelineRow:
    """A row in pixels below the top of the area of all lanes, or of all locks (before scrolling)."""

    lane: int  # index into Frame.lanes, -1 for a lock
    lock: int  # index into Frame.holders, -1 for a lane
    y: int
    height: int
    main: bool = False  # the first lane, MainThread
    inner: bool = False  # it belongs to a row above it


@lazy_dataclass(frozen=True)
class RowLayout:
    """Heights of all rows; a row itself is made when it is asked for, so thousands cost nothing."""

    order: LaneOrder
    locks: int
    first: int  # height of the first lane, MainThread
    other: int
    lock: int
    gap: int = 0  # above every other process
    pinned: int = 0  # pixels below the lanes that are kept for locks

    @property
    def lanes(self) -> int:
        """Rows of lanes."""
        return len(self.order)

    @property
    def total(self) -> int:
        """Pixels of all lanes."""
        return self._top(self.lanes) if self.lanes else 0

    def _top(self, index: int) -> int:
        """Where the row of this index begins; one behind the last lane: where the lanes end."""
        rows = self.first + (index - 1) * self.other if index else 0
        return rows + self.gap * self.order.processes(min(index, self.lanes - 1))

    def row(self, index: int) -> TimelineRow:
        """The row of this index, lanes first."""
        if index >= self.lanes:
            lock = index - self.lanes
            return TimelineRow(-1, lock, lock * self.lock, self.lock)
        lane, inner = int(self.order.lanes[index]), index in self.order.inner
        return TimelineRow(lane, -1, self._top(index), self.other if index else self.first, index == 0, inner)

    def of_lane(self, lane: int) -> TimelineRow:
        """The row of a lane, which is an index into Frame.lanes."""
        return self.row(int(self.order.rows[lane]))

    def at(self, y: float) -> int:
        """The index of the lane at y, -1 when there is none. A gap belongs to the row above it."""
        return bisect_right(range(self.lanes), y, key=self._top) - 1 if 0 <= y < self.total else -1

    def lock_at(self, y: float) -> int:
        """The index of the row of the lock at y below the first one, -1 when there is none."""
        return self.lanes + int(y // self.lock) if 0 <= y < self.locks * self.lock else -1

    def between(self, top: float, bottom: float) -> list[TimelineRow]:
        """The lanes that show between two heights."""
        if not self.total or bottom <= 0:
            return []
        begin, end = self.at(max(0.0, top)), self.at(min(bottom, self.total) - 1)
        return [] if begin < 0 or end < 0 else [self.row(index) for index in range(begin, end + 1)]

    def locks_between(self, top: int, bottom: int) -> list[TimelineRow]:
        """The locks that show between two heights."""
        begin, end = top // self.lock, min(self.locks, -(-bottom // self.lock))
        return [self.row(self.lanes + lock) for lock in range(begin, end)]


EMPTY = RowLayout(as_they_come(0), 0, 0, 0, 1)


@lazy_dataclass(frozen=True)
class Geometry:
    """Where everything stands on the timeline's canvas, in its pixels. Locks are pinned below the lanes."""

    layout: RowLayout
    scale: Scale
    top: int  # the lanes begin, below brackets and labels
    bottom: int  # the locks end, and the axis begins
    scroll: int  # how far the lanes are scrolled
    lock_scroll: int = 0

    @property
    def locks(self) -> int:
        """Where the lanes end and the locks begin."""
        return self.bottom - self.layout.pinned

    @cached_property
    def lane_rows(self) -> list[TimelineRow]:
        """The lanes that show."""
        return self.layout.between(self.scroll, self.scroll + self.locks - self.top)

    @cached_property
    def lock_rows(self) -> list[TimelineRow]:
        """The locks that show."""
        return self.layout.locks_between(self.lock_scroll, self.lock_scroll + self.layout.pinned)

    @property
    def rows(self) -> list[TimelineRow]:
        """All rows that show."""
        return self.lane_rows + self.lock_rows

    def y(self, row: TimelineRow) -> int:
        """Where a row begins."""
        return row.y + (self.top - self.scroll if row.lock < 0 else self.locks - self.lock_scroll)

    def at(self, y: float) -> int:
        """The index of the row at y, -1 for none."""
        if self.locks <= y < self.bottom:
            return self.layout.lock_at(y - self.locks + self.lock_scroll)
        return self.layout.at(y - self.top + self.scroll) if self.top <= y < self.locks else -1


NOWHERE = Geometry(EMPTY, Scale(0, 1, 1, 0, 1.0), 0, 0, 0)


def arrange(theme: Theme, order: LaneOrder, locks: int, room: int, expected: Expected) -> RowLayout:
    """Rows in `room` pixels. Heights are those for the lanes and locks that are expected, however many there are.

    As measured, grown or thinned to fit, but never lower than the name of a lane: what does not fit then is scrolled.
    """
    pixels, least, gap = theme.pixels, lane_least(theme), theme.pixels.process_gap
    few = max(1, (room - least * min(expected.lanes, LEAST_LANES)) // pixels.lane_lock)
    pinned = min(few, expected.locks) * pixels.lane_lock
    first, other = max(pixels.lane_main, least), max(pixels.lane, least)
    spare = max(room - pinned - gap * expected.processes, 1)
    share = min(spare / (first + (expected.lanes - 1) * other), _TALLEST)
    first = max(least, int(first * share))
    if expected.lanes > 1:
        if spare - first < (expected.lanes - 1) * least:
            spare = room - pinned  # they are scrolled, and most gaps with them
        whole = max(1, min(expected.lanes - 1, (spare - first) // least))  # none is cut at the lower edge
        other = max(least, min(int(other * _TALLEST), (spare - first) // whole))
    pinned = max(pinned, min(locks, 1) * pixels.lane_lock)  # one that nobody expected is seen, and moves no lane
    return RowLayout(order, locks, first, other, pixels.lane_lock, gap, pinned)


class Sorter:
    """Keeps the order of the last frame until lanes appear, or more is known of one."""

    def __init__(self) -> None:
        self._run = -1
        self._lanes: tuple[Lane, ...] = ()
        self._kinds: list[tuple[LaneKind, str]] = []
        self._loops: dict[int, int] = {}  # task -> the lane that runs its loop, once it is sure
        self._unsure = False
        self._order = as_they_come(0)
        self._ids: list[int] = []  # of the lanes in this order

    def feed(self, frame: Frame) -> LaneOrder:
        """The order of this frame's lanes. Sorting costs a look at every lane, so it is done only for new ones."""
        if frame.recording.lanes is self._lanes:
            return self._order
        if frame.run.number != self._run:
            self._run, self._loops, self._kinds = frame.run.number, {}, []
            self._order, self._ids = as_they_come(0), []
        kinds = list(map(_KIND, frame.recording.lanes))
        if kinds != self._kinds or self._unsure:
            self._kinds = kinds
            made = held(self._sort(frame.recording.lanes), frame.recording.lanes, self._order, self._ids)
            if not np.array_equal(made.lanes, self._order.lanes) or made.begins != self._order.begins:
                self._order = made
                self._ids = [frame.recording.lanes[index].id for index in made.lanes.tolist()]
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
            threads = [index for index in group if lanes[index].kind is not LaneKind.TASK]
            tasks: dict[int, list[int]] = {}  # by the lane that runs their loop
            for index in group:
                if lanes[index].kind is LaneKind.TASK:
                    tasks.setdefault(self._loop(lanes[index], lanes, threads), []).append(index)
            if not number and threads and _late(lanes, threads[0], tasks.get(lanes[threads[0]].id, [])):
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
        return LaneOrder(np.array(found, np.int64), tuple(begins), frozenset(inner))

    def _loop(self, task: Lane, lanes: tuple[Lane, ...], threads: list[int]) -> int:
        """The lane that was running an event loop when a task began; where there is none, the process's first."""
        if task.id in self._loops:
            return self._loops[task.id]
        some = [lanes[index] for index in threads[:_MOST_LOOPS]]
        running = next((lane.id for lane in some if state_at(lane, task.began) is State.WAIT_LOOP), 0)
        loop = running or (some[0].id if some else 0)
        if running or task.began is not None:
            self._loops[task.id] = loop
        else:
            self._unsure = True
        return loop


def held(made: LaneOrder, lanes: tuple[Lane, ...], old: LaneOrder, ids: Sequence[int]) -> LaneOrder:
    """An order in which no row moves that has a place: what would stand between them stands below them all.

    `ids` are the lanes of the order before, `old`. The next run begins with the order as it was made.
    """
    at = {lane.id: index for index, lane in enumerate(lanes)}
    before, ideal = [at[number] for number in ids if number in at], made.lanes.tolist()
    count = len(before)
    if ideal[:count] == before and [row for row in made.begins if row < count] == list(old.begins):
        return made
    known = set(before)
    order = before + [index for index in ideal if index not in known]
    group = {index: number for number, members in enumerate(_groups(lanes)) for index in members}
    begins, inner = list(old.begins), set(old.inner)
    seen = {group[index] for index in before}
    for row in range(count, len(order)):
        lane = order[row]
        if row and group[lane] != group[order[row - 1]]:
            begins.append(row)
        if lanes[lane].kind is LaneKind.TASK or (group[lane] and group[lane] in seen):
            inner.add(row)
        seen.add(group[lane])
    return LaneOrder(np.array(order, np.int64), tuple(begins), frozenset(inner))


def _late(lanes: tuple[Lane, ...], main: int, tasks: list[int]) -> bool:
    """Whether another thread or process began before the first of these tasks; later ones change nothing."""
    began = [time for index in tasks if (time := lanes[index].began) is not None]
    first = min(began, default=np.inf)
    others = (lane for at, lane in enumerate(lanes) if at != main and lane.kind is not LaneKind.TASK)
    return bool(tasks) and any(lane.began is not None and lane.began < first for lane in others)


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
