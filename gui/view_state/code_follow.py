"""Pure: whose line of the program is kept in sight, and how far the text is scrolled for it."""

from collections.abc import Iterable

from engine.protocol.units import SECOND
from gui.view_state.code_annotations import Marker

STAY = 0.3  # seconds: a thread that moves at least as often is not left for another one
REST = 0.5  # seconds between two scrolls while the program runs: nobody can read a text that jumps
BACK = 1.2  # seconds until it scrolls back to where it was before: a loop over two places is watched at one of them
RECENT = 4  # lines that were followed last: they stay in sight with the next one, where there is room
MAIN = 1  # id of the main thread: it mostly waits for the others, and is left for whoever moves
HOLD = 3.0  # seconds for which a line with an exception stays in sight while others go on
EDGE = 5  # the uppermost and the lowest fifth are no place to rest for the eye


class Followed:
    """The thread that is gone along with: who moved last, but whoever keeps moving is stayed with."""

    def __init__(self) -> None:
        self._thread = 0
        self._seen: tuple[int, int] = (0, 0)  # where it was, and since when
        self._moved = 0.0

    def feed(self, found: Iterable[Marker | None], chosen: int, now: float, *, live: bool) -> Marker | None:
        """Whose line is to be seen, of all threads; `chosen` is the presenter's, 0 for none; `now` in seconds.

        Where nothing moves, it is who moved last. None when nobody is at a line, or the chosen one is over.
        """
        here = {one.thread: one for one in found if one is not None}
        if chosen:
            return here.get(chosen)
        latest = max(here.values(), key=_moved_last, default=None)
        held = here.get(self._thread)
        if held is not None and (held.line, held.since) != self._seen:
            self._seen, self._moved = (held.line, held.since), now
        if held is None or not live or held.thread == MAIN or now - self._moved >= STAY:
            held = latest
            if held is not None and held.thread != self._thread:
                self._thread, self._seen, self._moved = held.thread, (held.line, held.since), now
        return held


def _moved_last(one: Marker) -> tuple[float, int]:
    """Sorts by when they moved. The main thread counts as earlier: woken from `join` it only waits for the next one."""
    return one.since - STAY * SECOND * (one.thread == MAIN), one.thread


def uppermost_for(line: int, others: Iterable[int], first: int, last: int) -> int:
    """Which line should be the first one seen, so that `line` is in the middle part; `first` where it is already.

    Of the lines of `others` those come along that fit into the middle part with it, the nearest before the farther.
    """
    high = last - first + 1
    edge = high // EDGE
    if first + edge <= line <= last - edge:
        return first
    upper = lower = line
    for other in sorted(others, key=lambda one: abs(one - line)):
        if max(lower, other) - min(upper, other) < high - 2 * edge:
            upper, lower = min(upper, other), max(lower, other)
    return max(1, upper - (high - (lower - upper + 1)) // 2)
