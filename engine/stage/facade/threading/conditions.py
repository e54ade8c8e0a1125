"""Condition, Event and Barrier as a program sees them."""

from __future__ import annotations

import _thread
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from engine.protocol.records import Kind, what
from engine.protocol.units import SECOND
from engine.stage.control.program_clock import Cancelled, Take
from engine.stage.facade.base.binding import OFF, Declared, OverCondition, WaitCodes, bind, checked, waiting
from engine.stage.facade.threading.locks import FacadeRLock
from engine.stage.run_services import RunServices

_Answer = TypeVar("_Answer")

# seconds for which a wait that is off leaves its lock to the others: a loop around it must not starve them
BREATH = 0.001

CONDITION = WaitCodes(what(Kind.CONDITION_WAIT), what(Kind.CONDITION_GAVE_UP), what(Kind.CONDITION_WOKEN))
_CONDITION_OFF = WaitCodes(CONDITION.want | OFF, CONDITION.gave_up, CONDITION.got | OFF)
EVENT = WaitCodes(what(Kind.EVENT_WAIT), what(Kind.EVENT_GAVE_UP), what(Kind.EVENT_PASSED))
_EVENT_PASSED = EVENT.got
BARRIER = WaitCodes(what(Kind.BARRIER_WAIT), what(Kind.BARRIER_BROKEN), what(Kind.BARRIER_PASSED))
CONDITION_NOTIFIED = what(Kind.CONDITION_NOTIFIED)
EVENT_SET = what(Kind.EVENT_SET)
EVENT_CLEARED = what(Kind.EVENT_CLEARED)


class SwitchedCondition(Declared):
    """What conditions of threads and between processes have in common. Beside a real class."""

    def wait(self, timeout: float | None = None) -> bool:
        """As the real one."""
        raise NotImplementedError

    def _stage_wait_here(self, take: Take, timeout: float | None) -> bool | None:
        """True when notified, False when time is up, None when the switch is off. The lock is given up meanwhile."""
        if self._stage_switch.on:
            return self._stage_wait(CONDITION, take, timeout)
        with waiting(self._stage.reporter.report, _CONDITION_OFF, self._stage_thing):
            time.sleep(BREATH)
            if self._stage.clock.cancelled:
                raise Cancelled
        return None

    def wait_for(self, predicate: Callable[[], _Answer], timeout: float | None = None) -> _Answer:
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

    def _stage_say_notified(self, n: int, waiting: int) -> None:
        """Said before it is done: a waiter may be awake and have said so before `notify` returns."""
        self._stage.reporter.report(CONDITION_NOTIFIED, self._stage_thing, max(0, min(n, waiting)))


class FacadeCondition(SwitchedCondition, threading.Condition):
    """A `threading.Condition`. Its lock, which may be a real one, is taken and given up by the lock's own methods."""

    _stage_rlock: type[FacadeRLock]  # the run's
    _waiters: deque[_thread.LockType]

    def __init__(self, lock: Any = None) -> None:
        name = self._stage_declare("Condition")
        own: Any = self._stage_rlock._stage_inner(f"{name} (RLock)") if lock is None else lock
        super().__init__(own)

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
            woken = self._stage_wait_here(lambda seconds: waiter.acquire(True, seconds), timeout)
            return woken is not False
        finally:
            self._acquire_restore(saved)  # type: ignore[attr-defined]
            if not woken:
                try:
                    self._waiters.remove(waiter)
                except ValueError:
                    pass

    def notify(self, n: int = 1) -> None:
        if self._is_owned():  # type: ignore[attr-defined]
            self._stage_say_notified(n, len(self._waiters))
        super().notify(n)


class FacadeEvent(OverCondition, threading.Event):
    """A `threading.Event`."""

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
            self._stage.reporter.report(EVENT_SET, self._stage_thing)
            self._flag = True
            self._stage_sets += 1
            self._cond.notify_all()

    def clear(self) -> None:
        with self._cond:
            self._stage.reporter.report(EVENT_CLEARED, self._stage_thing)
            self._flag = False

    def wait(self, timeout: float | None = None) -> bool:
        report = self._stage.reporter.report
        with self._cond:
            if self._flag:
                report(_EVENT_PASSED, self._stage_thing)
                return True
            if not self._stage_switch.on:
                report(_EVENT_PASSED | OFF, self._stage_thing)
                return True
            timeout = checked(timeout)
            if timeout == 0:  # as `wait` would say it, but a program may do nothing else than look
                report(EVENT.gave_up, self._stage_thing)
                return False
            return self._stage_wait(EVENT, self._stage_waiter(), timeout) is not False

    def _stage_waiter(self) -> Take:
        sets = self._stage_sets

        def was_set(seconds: float) -> bool:
            # Set and cleared again before this thread is awake still counts as set, also between two slices.
            if self._stage_sets == sets:
                self._cond.wait(seconds)
            return self._stage_sets != sets

        return was_set


class FacadeBarrier(OverCondition, threading.Barrier):
    """A `threading.Barrier`."""

    _state: int  # 0 filling, 1 draining, -1 resetting, -2 broken
    _parties: int
    _action: Callable[[], object] | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stage_passed_by = 0
        self._stage_declare("Barrier")

    def _stage_size(self) -> int:
        return self._parties

    def wait(self, timeout: float | None = None) -> int:
        if not self._stage_switch.on:
            with self._cond:
                index = self._stage_passed_by % max(self._parties, 1)
                self._stage_passed_by += 1
                self._stage.reporter.report(BARRIER.got | OFF, self._stage_thing)
                return index
        return super().wait(timeout)

    def _enter(self) -> None:
        """Real: blocks while the barrier drains, raises when it is broken."""
        try:
            super()._enter()  # type: ignore[misc]  # typeshed leaves out what begins with _
        except threading.BrokenBarrierError:
            self._stage.reporter.report(BARRIER.gave_up, self._stage_thing)
            raise

    def _release(self) -> None:
        """The last one has come: as in the real one, with a report before the others are woken."""
        try:
            if self._action:
                self._action()
            self._stage.reporter.report(BARRIER.got, self._stage_thing)
            self._state = 1
            self._cond.notify_all()
        except BaseException:
            self._break()  # type: ignore[attr-defined]
            self._stage.reporter.report(BARRIER.gave_up, self._stage_thing)
            raise

    def _wait(self, timeout: float | None) -> None:
        """Waits for the last one, as in the real one but on program time; raises BrokenBarrierError."""
        if self._stage_wait(BARRIER, self._stage_left_filling, checked(timeout)) is False:
            self._break()  # type: ignore[attr-defined]
            raise threading.BrokenBarrierError

    def _stage_left_filling(self, seconds: float) -> bool:
        if self._state == 0 and seconds > 0:
            self._cond.wait(seconds)
        if self._state < 0:
            raise threading.BrokenBarrierError
        return self._state != 0


def make(context: RunServices, rlock: type[FacadeRLock]) -> dict[str, type]:
    """The classes of one run, by the names that `threading` gives them; `rlock` is the run's RLock class."""
    return {
        "Condition": bind(context, "Condition", (FacadeCondition,), _stage_rlock=rlock),
        "Event": bind(context, "Event", (FacadeEvent,)),
        "Barrier": bind(context, "Barrier", (FacadeBarrier,)),
    }
