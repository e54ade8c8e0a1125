"""Where the rows of the timeline stand: one per thread, then one per lock; thinner from five on, scrolled when many."""

from dataclasses import dataclass

from gui.theme import Theme

_TALLEST = 1.6  # rows grow into spare height up to this times their measure


@dataclass(frozen=True)
class Row:
    """A row in pixels below the top of the lanes' area (before scrolling)."""

    lane: int  # index into Frame.lanes, -1 for a lock
    lock: int  # index into Frame.holders, -1 for a lane
    y: int
    height: int


@dataclass(frozen=True)
class Layout:
    """Heights of all rows; a row itself is made when it is asked for, so thousands cost nothing."""

    lanes: int
    locks: int
    first: int  # height of the first lane, MainThread
    other: int
    lock: int

    @property
    def total(self) -> int:
        """Pixels of all rows."""
        return self._lanes_height + self.locks * self.lock

    @property
    def _lanes_height(self) -> int:
        return (self.first if self.lanes else 0) + max(0, self.lanes - 1) * self.other

    def row(self, index: int) -> Row:
        """The row of this index, lanes first."""
        if index == 0 and self.lanes:
            return Row(0, -1, 0, self.first)
        if index < self.lanes:
            return Row(index, -1, self.first + (index - 1) * self.other, self.other)
        lock = index - self.lanes
        return Row(-1, lock, self._lanes_height + lock * self.lock, self.lock)

    def at(self, y: float) -> int:
        """The index of the row at y, -1 when there is none."""
        if y < 0 or y >= self.total:
            return -1
        if y >= self._lanes_height:
            return self.lanes + int((y - self._lanes_height) // self.lock)
        return 0 if y < self.first else 1 + int((y - self.first) // self.other)

    def between(self, top: float, bottom: float) -> list[Row]:
        """The rows that show between two heights."""
        if not self.total or bottom <= 0:
            return []
        begin, end = self.at(max(0.0, top)), self.at(min(bottom, self.total) - 1)
        return [] if begin < 0 or end < 0 else [self.row(index) for index in range(begin, end + 1)]


def arrange(theme: Theme, lanes: int, locks: int, room: int) -> Layout:
    """Heights for this many lanes and locks in `room` pixels: as measured, grown or thinned to fit, else scrolled."""
    measures = theme.measures
    first, other = theme.px(measures.lane_main), theme.px(measures.lane)
    lock, thinnest = theme.px(measures.lane_lock), theme.px(measures.lane_lock)
    if lanes > 1:
        natural = first + (lanes - 1) * other
        spare = max(room - locks * lock, 1)
        share = min(max(spare / natural, 0.0), _TALLEST)
        if lanes > 4:
            share = min(share, 1.0)
        other = max(thinnest, int(other * share))
        first = max(thinnest, int(first * share)) if share < 1 else spare - (lanes - 1) * other
        first = min(first, max(int(theme.px(measures.lane_main) * share), thinnest))
        if share < 1:  # the first row may have taken more than its share
            other = max(thinnest, min(other, (spare - first) // (lanes - 1)))
    return Layout(lanes, locks, first, other, lock)
