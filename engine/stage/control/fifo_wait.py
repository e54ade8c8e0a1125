"""Those who wait for one lock or semaphore, in the order in which they came."""

from __future__ import annotations

import _thread
from collections import deque
from collections.abc import Callable

from engine.stage.control.program_clock import Clock, Take


class FifoWait:
    """Only the first in line waits for the real thing, so waiting in slices costs nobody their place.

    The real ones let waiters in as they came, or nearly so; who was about to be the next would else stand last
    after each slice, and being watched would decide who is next.
    """

    __slots__ = ("_bells", "_clock", "_guard")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._bells: deque[_thread.LockType] = deque()  # one for each waiter, free once that one is the first
        self._guard = _thread.allocate_lock()

    def attempt(self, take: Take, timeout: float | None, open_door: Callable[[], bool]) -> bool | None:
        """As Clock.attempt, in turn."""
        bell = _thread.allocate_lock()
        with self._guard:
            self._bells.append(bell)
            if len(self._bells) > 1:
                bell.acquire()
        first = False

        def take_in_turn(seconds: float) -> bool:
            nonlocal first
            if first:
                return take(seconds)
            first = bell.acquire(True, seconds)
            return first and take(0.0)

        try:
            return self._clock.attempt(take_in_turn, timeout, open_door)
        finally:
            self._leave(bell)

    def _leave(self, bell: _thread.LockType) -> None:
        with self._guard:
            was_first = self._bells[0] is bell
            self._bells.remove(bell)
            if was_first and self._bells:
                self._bells[0].release()
