"""Who was let through while a switch was off."""

from __future__ import annotations

import _thread


class LetThrough:
    """How many acquisitions of each thread were let through and are not given back yet.

    A pass is *above* when its thread really held the lock already: nested acquisitions then end in the right order.
    Threads are named by their ids, which are never used twice. `below` holds a thread's number of other passes; the
    thread itself may count it up and down without the guard, for no other thread touches its entry but `take_any`.
    """

    __slots__ = ("_above", "_guard", "below")

    def __init__(self) -> None:
        self._above: dict[int, int] = {}
        self.below: dict[int, int] = {}
        self._guard = _thread.RLock()  # a finaliser may come to this lock while its thread is here

    def add(self, thread: int, above: bool = False) -> None:
        """Lets this thread through once more."""
        passes = self._above if above else self.below
        with self._guard:
            passes[thread] = passes.get(thread, 0) + 1

    def take(self, thread: int, holds: bool = False) -> bool:
        """Takes back what the thread's next release gives back: the newest pass, unless it `holds` what came later."""
        with self._guard:
            return self._take(self._above, thread) or (not holds and self._take(self.below, thread))

    def take_any(self) -> int | None:
        """Takes back a pass of whichever thread has one. Returns that thread's id, None when there is none."""
        with self._guard:
            for passes in (self._above, self.below):
                for thread in passes:
                    self._take(passes, thread)
                    return thread
        return None

    @property
    def any(self) -> bool:
        """Whether anybody was let through."""
        return bool(self._above or self.below)

    def of(self, thread: int) -> int:
        """How many passes the thread has."""
        return self._above.get(thread, 0) + self.below.get(thread, 0)

    def has_above(self, thread: int) -> bool:
        """Whether a pass lies above what the thread really holds."""
        return thread in self._above

    def forget(self) -> None:
        """Nobody was let through."""
        with self._guard:
            self._above.clear()
            self.below.clear()

    def _take(self, passes: dict[int, int], thread: int) -> bool:
        left = passes.get(thread, 0)
        if not left:
            return False
        if left == 1:
            del passes[thread]
        else:
            passes[thread] = left - 1
        return True
