"""Condition, Event and Barrier as a program sees them."""

from __future__ import annotations

import _thread
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from engine.protocol.records import Flag, Kind, what
from engine.protocol.units import SECOND
from engine.stage.control.program_clock import Cancelled
from engine.stage.facade.base.binding import Declared, bind, checked
from engine.stage.run_services import RunServices

BREATH = (
    0.001  # seconds for which a wait that is off leaves its lock to the others: a loop around it must not starve them
)

_CONDITION_WAIT = what(Kind.CONDITION_WAIT)
_CONDITION_WAIT_TIMED = what(Kind.CONDITION_WAIT, Flag.TIMED)
_CONDITION_WAIT_OFF = what(Kind.CONDITION_WAIT, Flag.OFF)
_CONDITION_WOKEN = what(Kind.CONDITION_WOKEN)
_CONDITION_WOKEN_OFF = what(Kind.CONDITION_WOKEN, Flag.OFF)
_CONDITION_GAVE_UP = what(Kind.CONDITION_GAVE_UP)
_CONDITION_NOTIFIED = what(Kind.CONDITION_NOTIFIED)
_EVENT_WAIT = what(Kind.EVENT_WAIT)
_EVENT_WAIT_TIMED = what(Kind.EVENT_WAIT, Flag.TIMED)
_EVENT_PASSED = what(Kind.EVENT_PASSED)
_EVENT_PASSED_OFF = what(Kind.EVENT_PASSED, Flag.OFF)
_EVENT_GAVE_UP = what(Kind.EVENT_GAVE_UP)
_EVENT_SET = what(Kind.EVENT_SET)
_EVENT_CLEARED = what(Kind.EVENT_CLEARED)
_BARRIER_WAIT = what(Kind.BARRIER_WAIT)
_BARRIER_WAIT_TIMED = what(Kind.BARRIER_WAIT, Flag.TIMED)
_BARRIER_PASSED = what(Kind.BARRIER_PASSED)
_BARRIER_PASSED_OFF = what(Kind.BARRIER_PASSED, Flag.OFF)
_BARRIER_BROKEN = what(Kind.BARRIER_BROKEN)


class FacadeCondition(Declared, threading.Condition):
    """A `threading.Condition`. Its lock, which may be a real one, is taken and given up by the lock's own methods."""

    _stage_rlock: Any  # the run's RLock class
    _waiters: deque[Any]

    def __init__(self, lock: Any = None) -> None:
        name = self._stage_declare("Condition")
        super().__init__(self._stage_rlock._stage_inner(f"{name} (RLock)") if lock is None else lock)

    def wait(self, timeout: float | None = None) -> bool:
        if not self._is_owned():  # type: ignore[attr-defined]  # typeshed leaves out what begins with _
            raise RuntimeError("cannot wait on un-acquired lock")
        timeout = checked(timeout)
        waiter = _thread.allocate_lock()
        waiter.acquire()
        self._waiters.append(waiter)
        saved = self._release_save()  # type: ignore[attr-defined]
        woken: bool | None = False
        try:
            woken = self._stage_wait(waiter, timeout)
            return woken is not False
        finally:
            self._stage_report_end(woken)
            self._acquire_restore(saved)  # type: ignore[attr-defined]
            if not woken:
                try:
                    self._waiters.remove(waiter)
                except ValueError:
                    pass

    def _stage_wait(self, waiter: Any, timeout: float | None) -> bool | None:
        """True when notified, False when time is up, None when the switch is off. The lock is given up meanwhile."""
        report, clock = self._stage.reporter.report, self._stage.clock
        if not self._stage_switch.on:
            report(_CONDITION_WAIT_OFF, self._stage_thing)
            time.sleep(BREATH)
            if clock.cancelled:
                raise Cancelled
            return None
        report(_CONDITION_WAIT if timeout is None else _CONDITION_WAIT_TIMED, self._stage_thing)
        return clock.attempt(lambda seconds: waiter.acquire(True, seconds), timeout, self._stage_is_off)

    def _stage_report_end(self, woken: bool | None) -> None:
        word = _CONDITION_WOKEN_OFF if woken is None else _CONDITION_WOKEN if woken else _CONDITION_GAVE_UP
        self._stage.reporter.report(word, self._stage_thing)

    def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
        now = self._stage.clock.now
        until = None
        result = predicate()
        while not result:
            if not self._stage_switch.on:
                self.wait()
                return predicate()
            if timeout is not None:
                if until is None:
                    until = now() + int(timeout * SECOND)
                timeout = (until - now()) / SECOND
                if timeout <= 0:
                    break
            self.wait(timeout)
            result = predicate()
        return result

    def notify(self, n: int = 1) -> None:
        if self._is_owned():  # type: ignore[attr-defined]
            # Said before it is done: a waiter may be awake and have said so before `notify` returns.
            self._stage.reporter.report(_CONDITION_NOTIFIED, self._stage_thing, max(0, min(n, len(self._waiters))))
        super().notify(n)


class FacadeEvent(Declared, threading.Event):
    """A `threading.Event`. Its records are made under its inner lock, which is a real one, so they are in order."""

    _cond: threading.Condition
    _flag: bool

    def __init__(self) -> None:
        super().__init__()
        self._stage_sets = 0
        self._stage_declare("Event")

    @classmethod
    def _stage_inner(cls, name: str) -> FacadeEvent:
        """An event inside another object of the program: without a switch."""
        event = cls.__new__(cls)
        threading.Event.__init__(event)
        event._stage_sets = 0
        event._stage_declare("Event", name, switch=False)
        return event

    def set(self) -> None:
        with self._cond:
            self._stage.reporter.report(_EVENT_SET, self._stage_thing)
            self._flag = True
            self._stage_sets += 1
            self._cond.notify_all()

    def clear(self) -> None:
        with self._cond:
            self._stage.reporter.report(_EVENT_CLEARED, self._stage_thing)
            self._flag = False

    def wait(self, timeout: float | None = None) -> bool:
        report = self._stage.reporter.report
        with self._cond:
            if self._flag:
                report(_EVENT_PASSED, self._stage_thing)
                return True
            passed: bool | None = None
            if self._stage_switch.on:
                passed = self._stage_wait(timeout)
            word = _EVENT_PASSED_OFF if passed is None else _EVENT_PASSED if passed else _EVENT_GAVE_UP
            report(word, self._stage_thing)
            return passed is not False

    def _stage_wait(self, timeout: float | None) -> bool | None:
        """Waits under the inner lock. Returns None when the switch was turned off."""
        timeout = checked(timeout)
        if timeout == 0:
            return False
        report, sets = self._stage.reporter.report, self._stage_sets

        def was_set(seconds: float) -> bool:
            # Set and cleared again before this thread is awake still counts as set, also between two slices.
            if self._stage_sets == sets:
                self._cond.wait(seconds)
            return self._stage_sets != sets

        report(_EVENT_WAIT if timeout is None else _EVENT_WAIT_TIMED, self._stage_thing)
        try:
            return self._stage.clock.attempt(was_set, timeout, self._stage_is_off)
        except BaseException:
            report(_EVENT_GAVE_UP, self._stage_thing)
            raise

    def _stage_let_in(self) -> None:
        with self._cond:
            self._cond.notify_all()


class FacadeBarrier(Declared, threading.Barrier):
    """A `threading.Barrier`. Its records are made under its inner lock, which is a real one, so they are in order."""

    _cond: threading.Condition
    _state: int  # 0 filling, 1 draining, -1 resetting, -2 broken
    _parties: int
    _action: Callable[[], Any] | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stage_passed_by = 0
        self._stage_declare("Barrier")

    def wait(self, timeout: float | None = None) -> int:
        if not self._stage_switch.on:
            with self._cond:
                index = self._stage_passed_by % max(self._parties, 1)
                self._stage_passed_by += 1
                self._stage.reporter.report(_BARRIER_PASSED_OFF, self._stage_thing)
                return index
        return super().wait(timeout)

    def _enter(self) -> None:
        """Real: blocks while the barrier drains, raises when it is broken."""
        try:
            super()._enter()  # type: ignore[misc]  # typeshed leaves out what begins with _
        except threading.BrokenBarrierError:
            self._stage.reporter.report(_BARRIER_BROKEN, self._stage_thing)
            raise

    def _release(self) -> None:
        """The last one has come: as in the real one, with a report before the others are woken."""
        try:
            if self._action:
                self._action()
            self._stage.reporter.report(_BARRIER_PASSED, self._stage_thing)
            self._state = 1
            self._cond.notify_all()
        except BaseException:
            self._break()  # type: ignore[attr-defined]
            self._stage.reporter.report(_BARRIER_BROKEN, self._stage_thing)
            raise

    def _wait(self, timeout: float | None) -> None:
        """Waits for the last one, as in the real one but on program time; raises BrokenBarrierError."""
        report = self._stage.reporter.report
        timeout = checked(timeout)
        report(_BARRIER_WAIT if timeout is None else _BARRIER_WAIT_TIMED, self._stage_thing)
        try:
            passed = self._stage.clock.attempt(self._stage_left_filling, timeout, self._stage_is_off)
        except BaseException:
            report(_BARRIER_BROKEN, self._stage_thing)
            raise
        if passed is None:
            report(_BARRIER_PASSED_OFF, self._stage_thing)
        elif passed and self._state == 1:
            report(_BARRIER_PASSED, self._stage_thing)
        else:
            if not passed:
                self._break()  # type: ignore[attr-defined]
            report(_BARRIER_BROKEN, self._stage_thing)
            raise threading.BrokenBarrierError

    def _stage_left_filling(self, seconds: float) -> bool:
        if self._state == 0:
            self._cond.wait(seconds)
        return self._state != 0

    def _stage_let_in(self) -> None:
        with self._cond:
            self._cond.notify_all()


def make(context: RunServices, rlock: Any) -> dict[str, Any]:
    """The classes of one run, by the names that `threading` gives them; `rlock` is the run's RLock class."""
    return {
        "Condition": bind(context, "Condition", (FacadeCondition,), _stage_rlock=rlock),
        "Event": bind(context, "Event", (FacadeEvent,)),
        "Barrier": bind(context, "Barrier", (FacadeBarrier,)),
    }
