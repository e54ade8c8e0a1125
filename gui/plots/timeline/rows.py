"""Where the rows of the timeline stand: one per lane, then one per lock; thinner from five on, scrolled when many."""

from bisect import bisect_right
from dataclasses import dataclass

from gui.plots.timeline.order import LaneOrder, as_they_come
from gui.theme.theme import Theme

_MANY = 8  # lanes; more get rows that are thinner still, by so many pixels
_THINNER = 3
_STEPS = (4, 8, 12, 16, 24, 36)  # rows that height is asked for
_TALLEST = 1.6  # rows grow into spare height up to this times their measure


@dataclass(frozen=True)
class TimelineRow:
    """A row in pixels below the top of the lanes' area (before scrolling)."""

    lane: int  # index into Frame.lanes, -1 for a lock
    lock: int  # index into Frame.holders, -1 for a lane
    y: int
    height: int
    main: bool = False  # the first lane, MainThread
    inner: bool = False  # it belongs to a row above it


@dataclass(frozen=True)
class RowLayout:
    """Heights of all rows; a row itself is made when it is asked for, so thousands cost nothing."""

    order: LaneOrder
    locks: int
    first: int  # height of the first lane, MainThread
    other: int
    lock: int
    gap: int = 0  # above every other process

    @property
    def lanes(self) -> int:
        """Rows of lanes."""
        return len(self.order)

    @property
    def total(self) -> int:
        """Pixels of all rows."""
        return self._lanes_height + self.locks * self.lock

    @property
    def _lanes_height(self) -> int:
        return self._top(self.lanes) if self.lanes else 0

    def _top(self, index: int) -> int:
        """Where the row of this index begins; one behind the last lane: where the lanes end."""
        rows = self.first + (index - 1) * self.other if index else 0
        return rows + self.gap * self.order.processes(min(index, self.lanes - 1))

    def row(self, index: int) -> TimelineRow:
        """The row of this index, lanes first."""
        if index >= self.lanes:
            lock = index - self.lanes
            return TimelineRow(-1, lock, self._lanes_height + lock * self.lock, self.lock)
        lane, inner = int(self.order.lanes[index]), index in self.order.inner
        return TimelineRow(lane, -1, self._top(index), self.other if index else self.first, index == 0, inner)

    def of_lane(self, lane: int) -> TimelineRow:
        """The row of a lane, which is an index into Frame.lanes."""
        return self.row(int(self.order.rows[lane]))

    def at(self, y: float) -> int:
        """The index of the row at y, -1 when there is none. A gap belongs to the row above it."""
        if y < 0 or y >= self.total:
            return -1
        if y >= self._lanes_height:
            return self.lanes + int((y - self._lanes_height) // self.lock)
        return bisect_right(range(self.lanes), y, key=self._top) - 1

    def between(self, top: float, bottom: float) -> list[TimelineRow]:
        """The rows that show between two heights."""
        if not self.total or bottom <= 0:
            return []
        begin, end = self.at(max(0.0, top)), self.at(min(bottom, self.total) - 1)
        return [] if begin < 0 or end < 0 else [self.row(index) for index in range(begin, end + 1)]


EMPTY = RowLayout(as_they_come(0), 0, 0, 0, 1)


def arrange(theme: Theme, order: LaneOrder, locks: int, room: int) -> RowLayout:
    """Heights for these lanes and locks in `room` pixels: as measured, grown or thinned to fit, else scrolled."""
    measures, lanes = theme.measures, len(order)
    first, other = theme.px(measures.lane_main), theme.px(measures.lane)
    lock, thinnest = theme.px(measures.lane_lock), theme.px(measures.lane_lock - (_THINNER if lanes > _MANY else 0))
    gap = theme.px(measures.process_gap)
    if lanes > 1:
        natural = first + (lanes - 1) * other
        spare = max(room - locks * lock - gap * len(order.begins), 1)
        share = min(max(spare / natural, 0.0), _TALLEST)
        if lanes > 4:
            share = min(share, 1.0)
        other = max(thinnest, int(other * share))
        first = max(thinnest, int(first * share)) if share < 1 else spare - (lanes - 1) * other
        first = min(first, max(int(theme.px(measures.lane_main) * share), thinnest))
        if share < 1:  # the first row may have taken more than its share
            other = max(thinnest, min(other, (spare - first) // (lanes - 1)))
    return RowLayout(order, locks, first, other, lock, gap)


def needed(theme: Theme, rows: int) -> int:
    """The height that so many rows ask for, a few rows ahead of what there is, so that it changes seldom."""
    measures = theme.measures
    room = next((step for step in _STEPS if rows <= step), _STEPS[-1])
    lane = theme.px(measures.lane_lock - (_THINNER if room > _MANY else 0))
    return theme.px(measures.lane_main) + (room - 1) * lane
