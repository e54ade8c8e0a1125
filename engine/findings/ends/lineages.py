"""Pure: threads and timers that start their own successor, again and again."""

from dataclasses import dataclass, field

from engine.analysis.thread_lifecycle import Life
from engine.protocol.records import MAIN_THREAD


@dataclass
class Lineage:
    """Each of these lanes was made by the one before it, in a line in which an ancestor of it was made, too."""

    place: int  # where it was made again
    lanes: list[int] = field(default_factory=list)  # the latest last


class Lineages:
    """Finds lineages from the lives of lanes, in the order in which they were made."""

    def __init__(self) -> None:
        self._of: dict[int, Lineage] = {}
        self._places: dict[int, frozenset[int]] = {}  # of a lane: where it and those before it were made
        self._maker: dict[int, int] = {}

    def add(self, lane: int, life: Life) -> None:
        """Takes in a lane; its maker was taken in before."""
        place, maker = life.created_at, life.created_by
        if not place or not maker:
            return
        before = self._places.get(maker, frozenset())
        again = place in before
        self._places[lane] = before if again else before | {place}
        self._maker[lane] = maker
        if again and maker not in self._of:
            ancestors = self._ancestors(maker)
            self._of.update(dict.fromkeys(ancestors, Lineage(place, ancestors)))
        if again:
            lineage = self._of[lane] = self._of[maker]
            lineage.lanes.append(lane)

    def of(self, lane: int) -> Lineage | None:
        """The lineage that this lane belongs to, None if it has none."""
        return self._of.get(lane)

    def _ancestors(self, lane: int) -> list[int]:
        """This lane and those before it, the main thread left out; the first of them first."""
        found = []
        while lane in self._maker and lane != MAIN_THREAD:
            found.append(lane)
            lane = self._maker[lane]
        return found[::-1]
