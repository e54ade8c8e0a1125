"""Semaphore and BoundedSemaphore as a program sees them."""

from __future__ import annotations

import sys
import threading

from engine.protocol.records import Flag, Kind, what
from engine.stage.facade.base.binding import Declared, checked
from engine.stage.facade.threading.let_through import LetThrough

_WANT = what(Kind.SEMAPHORE_WANT)
_WANT_TIMED = what(Kind.SEMAPHORE_WANT, Flag.TIMED)
_GOT = what(Kind.SEMAPHORE_GOT)
_GOT_OFF = what(Kind.SEMAPHORE_GOT, Flag.OFF)
_GAVE_UP = what(Kind.SEMAPHORE_GAVE_UP)
_RELEASED = what(Kind.SEMAPHORE_RELEASED)
_RELEASED_OFF = what(Kind.SEMAPHORE_RELEASED, Flag.OFF)


class FacadeSemaphore(Declared, threading.Semaphore):
    """A `threading.Semaphore`. Its records are made under its inner lock, which is a real one, so they are in order."""

    _cond: threading.Condition
    _value: int

    def __init__(self, value: int = 1) -> None:
        super().__init__(value)
        self._stage_passes = LetThrough()
        self._stage_declare(type(self)._stage_type())

    @classmethod
    def _stage_type(cls) -> str:
        return "BoundedSemaphore" if issubclass(cls, threading.BoundedSemaphore) else "Semaphore"

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        if not blocking and timeout is not None:
            raise ValueError("can't specify timeout for non-blocking acquire")
        timeout = checked(timeout)
        report = self._stage.reporter.report
        with self._cond:
            if self._stage_switch.on:
                if self._value > 0:
                    self._value -= 1
                    report(_GOT, self._stage_thing, self._value)
                    return True
                if not blocking or timeout == 0:
                    report(_GAVE_UP, self._stage_thing, self._value)
                    return False
                got = self._stage_wait(timeout)
                if got is not None:
                    return got
            self._stage_passes.add(self._stage.reporter.me())
            report(_GOT_OFF, self._stage_thing, self._value)
            return True

    __enter__ = acquire

    def _stage_wait(self, timeout: float | None) -> bool | None:
        """Waits under the inner lock. Returns None when the switch was turned off."""
        report = self._stage.reporter.report
        report(_WANT if timeout is None else _WANT_TIMED, self._stage_thing)
        try:
            got = self._stage.clock.attempt(self._stage_take_within, timeout, self._stage_is_off, True)
        except BaseException:
            report(_GAVE_UP, self._stage_thing, self._value)
            raise
        if got is not None:
            report(_GOT if got else _GAVE_UP, self._stage_thing, self._value)
        return got

    def _stage_take_within(self, seconds: float) -> bool:
        if self._value == 0:
            self._cond.wait(seconds)
        if self._value == 0:
            return False
        self._value -= 1
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

    def _stage_let_in(self) -> None:
        with self._cond:
            self._cond.notify_all()


class FacadeBoundedSemaphore(FacadeSemaphore, threading.BoundedSemaphore):
    """A `threading.BoundedSemaphore`."""

    _initial_value: int

    def _stage_room(self) -> int:
        return self._initial_value - self._value
