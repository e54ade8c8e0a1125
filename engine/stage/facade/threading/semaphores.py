"""Semaphore and BoundedSemaphore as a program sees them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

from engine.stage.control.program_clock import Take
from engine.stage.facade.base.binding import OFF, OverCondition, checked
from engine.stage.facade.threading.switched_lock import SEMAPHORE, LetThrough

_GOT, _RELEASED = SEMAPHORE.got, SEMAPHORE.released
_GOT_OFF, _RELEASED_OFF = _GOT | OFF, _RELEASED | OFF


class FacadeSemaphore(OverCondition, threading.Semaphore):
    """A `threading.Semaphore`."""

    _value: int

    def __init__(self, value: int = 1) -> None:
        super().__init__(value)
        self._stage_passes = LetThrough()
        self._stage_declare("BoundedSemaphore" if isinstance(self, threading.BoundedSemaphore) else "Semaphore")

    def _stage_size(self) -> int:
        return self._value

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        if not blocking and timeout is not None:
            raise ValueError("can't specify timeout for non-blocking acquire")
        timeout = checked(timeout)
        report = self._stage.reporter.report
        with self._cond:
            got = None
            if self._stage_switch.on:
                if self._value > 0:
                    self._value -= 1
                    report(_GOT, self._stage_thing, self._value)
                    return True
                if not blocking or timeout == 0:
                    report(SEMAPHORE.wait.gave_up, self._stage_thing)
                    return False
                got = self._stage_wait(SEMAPHORE.wait, self._stage_take_within, timeout, self._stage_attempt)
            if got is None:
                self._stage_passes.add(self._stage.reporter.me())
                report(_GOT_OFF, self._stage_thing, self._value)
            return got is not False

    __enter__ = acquire

    def _stage_attempt(self, take: Take, timeout: float | None, open_door: Callable[[], bool]) -> bool | None:
        return self._stage.clock.attempt(take, timeout, open_door, woken=True)

    def _stage_take_within(self, seconds: float) -> bool:
        """Under the inner lock."""
        if self._value == 0:
            self._cond.wait(seconds)
        if self._value == 0:
            return False
        self._value -= 1
        self._stage.reporter.report(_GOT, self._stage_thing, self._value)
        return True

    def release(self, n: int = 1) -> None:
        if n < 1:
            raise ValueError("n must be one or more")
        report, me, passes = self._stage.reporter.report, self._stage.reporter.me(), self._stage_passes
        with self._cond:
            own = min(n, passes.of(me))
            over = max(0, n - own - self._stage_room())  # more than a bounded one takes: some were let through
            if over > passes.any - own:
                raise ValueError("Semaphore released too many times")
            for _ in range(own):
                passes.take(me)
            for _ in range(over):
                passes.take_any()
            for _ in range(own + over):
                report(_RELEASED_OFF, self._stage_thing, self._value)
            really = n - own - over
            if really:
                self._value += really
                report(_RELEASED, self._stage_thing, self._value)
                self._cond.notify(really)

    def _stage_room(self) -> int:
        """How many real releases are allowed now."""
        return sys.maxsize


class FacadeBoundedSemaphore(FacadeSemaphore, threading.BoundedSemaphore):
    """A `threading.BoundedSemaphore`."""

    _initial_value: int

    def _stage_room(self) -> int:
        return self._initial_value - self._value
