"""Lock, RLock, Semaphore, Condition, Event and Barrier of `multiprocessing` as a program sees them."""

from __future__ import annotations

import time
from multiprocessing import synchronize
from typing import Any

from engine.protocol.records import UNKNOWN_VALUE, Flag, Kind, what
from engine.stage.control.program_clock import Cancelled
from engine.stage.facade.base.binding import bind
from engine.stage.facade.multiprocessing.shared_objects import Passing, SharedObject, real_context
from engine.stage.facade.threading import conditions
from engine.stage.run_services import RunServices

MODULE = "multiprocessing.synchronize"

_LOCK = {
    name: what(getattr(Kind, f"LOCK_{name}")) for name in ("WANT", "GOT", "GAVE_UP", "RELEASED", "TAKEN")
}  # words of records
_SEMAPHORE = {name: what(getattr(Kind, f"SEMAPHORE_{name}")) for name in ("WANT", "GOT", "GAVE_UP", "RELEASED")}
_OFF, _TIMED = what(0, Flag.OFF), what(0, Flag.TIMED)
_AGAIN, _FOREIGN = what(0, Flag.REENTRANT), what(0, Flag.FOREIGN)
_CONDITION_WAIT = what(Kind.CONDITION_WAIT)
_CONDITION_WOKEN = what(Kind.CONDITION_WOKEN)
_CONDITION_GAVE_UP = what(Kind.CONDITION_GAVE_UP)
_CONDITION_NOTIFIED = what(Kind.CONDITION_NOTIFIED)
_EVENT_WAIT = what(Kind.EVENT_WAIT)
_EVENT_PASSED = what(Kind.EVENT_PASSED)
_EVENT_GAVE_UP = what(Kind.EVENT_GAVE_UP)
_EVENT_SET = what(Kind.EVENT_SET)
_EVENT_CLEARED = what(Kind.EVENT_CLEARED)


class Reported(Passing):
    """What the locks and semaphores have in common. The real semaphore inside does the work, in whichever process."""

    _semlock: Any
    _stage_words = _LOCK

    def __init__(self, *args: Any, ctx: Any) -> None:
        super().__init__(*args, ctx=real_context(ctx))  # type: ignore[call-arg]  # the real class stands behind
        self._stage_declare(type(self)._stage_type())
        self._stage_begin()

    @classmethod
    def _stage_type(cls) -> str:
        return next(name for name in (kind.__name__ for kind in cls.__mro__) if name in synchronize.__all__)

    def _make_methods(self) -> None:
        """The real one hands out the methods of the semaphore inside; here they are methods of the class."""

    def acquire(self, block: Any = True, timeout: float | None = None) -> bool:
        """As the real one; time-outs are on program time."""
        if not self._stage_switch.on:
            return self._stage_let_through()
        take, words = self._semlock.acquire, self._stage_words
        if take(False):
            return self._stage_note_got()
        report = self._stage.reporter.report
        if not block or (timeout is not None and timeout <= 0):
            report(words["GAVE_UP"], self._stage_thing)
            return False
        report(words["WANT"] if timeout is None else words["WANT"] | _TIMED, self._stage_thing)
        try:
            got = self._stage.clock.attempt(lambda seconds: take(True, seconds), timeout, self._stage_is_off)
        except BaseException:
            report(words["GAVE_UP"], self._stage_thing)
            raise
        if got is None:
            return self._stage_let_through()
        if got:
            return self._stage_note_got()
        report(words["GAVE_UP"], self._stage_thing)
        return False

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *error: object) -> None:
        self.release()

    def release(self) -> None:
        """As the real one."""
        reporter, passes = self._stage.reporter, self._stage_passes
        words = self._stage_words
        if passes.any and passes.take(reporter.me(), self._stage_holds()):
            reporter.report(words["RELEASED"] | _OFF, self._stage_thing, self._stage_value())
        elif self._stage_may_free():
            self._stage_give_back()
        elif passes.take_any() is not None:
            reporter.report(words["RELEASED"] | _OFF | _FOREIGN, self._stage_thing, self._stage_value())
        else:
            self._semlock.release()  # raises what the real one raises

    def _stage_let_through(self) -> bool:
        reporter = self._stage.reporter
        self._stage_passes.add(reporter.me(), above=self._stage_holds())
        reporter.report(self._stage_words["GOT"] | _OFF, self._stage_thing, self._stage_value())
        return True

    def _stage_note_got(self) -> bool:
        try:
            self._stage.reporter.report(self._stage_words["GOT"], self._stage_thing, self._stage_value())
        except BaseException:  # who is told of an error has not got it
            self._semlock.release()
            raise
        return True

    def _stage_give_back(self) -> None:
        """Reports a release, and makes it."""
        raise NotImplementedError

    def _stage_holds(self) -> bool:
        """Whether the caller really has it."""
        return bool(self._semlock._is_mine())

    def _stage_may_free(self) -> bool:
        """Whether the real one takes a release by the caller."""
        return self._stage_holds()

    def _stage_value(self) -> int:
        """What the record says beside."""
        return 0


class FacadeLock(Reported, synchronize.Lock):
    """A `multiprocessing.Lock`."""

    _stage_holder = 0  # the thread of this process that has it

    def _stage_may_free(self) -> bool:
        return bool(self._semlock._is_zero())

    def _stage_note_got(self) -> bool:
        super()._stage_note_got()
        self._stage_holder = self._stage.reporter.me()
        return True

    def _stage_value(self) -> int:
        return UNKNOWN_VALUE

    def _stage_give_back(self) -> None:
        reporter = self._stage.reporter
        me, holder = reporter.me(), self._stage_holder
        mine = self._stage_holds()
        try:
            reporter.report(
                _LOCK["RELEASED"] if mine else _LOCK["RELEASED"] | _FOREIGN, self._stage_thing, UNKNOWN_VALUE
            )
            if holder not in (0, me):
                reporter.report_for(holder, _LOCK["TAKEN"], self._stage_thing)
        finally:
            self._stage_holder = 0
            self._semlock.release()

    def _stage_forget(self) -> None:
        super()._stage_forget()
        self._stage_holder = 0


class FacadeRLock(Reported, synchronize.RLock):
    """A `multiprocessing.RLock`."""

    @classmethod
    def _stage_inner(cls, name: str, ctx: Any) -> FacadeRLock:
        """The lock of a condition that was given none: it has the condition's switch, so none of its own."""
        lock = cls.__new__(cls)
        synchronize.RLock.__init__(lock, ctx=ctx)
        lock._stage_declare("RLock", name, switch=False)
        lock._stage_begin()
        return lock

    def _stage_note_got(self) -> bool:
        again = self._semlock._count() > 1
        try:
            self._stage.reporter.report(_LOCK["GOT"] | _AGAIN if again else _LOCK["GOT"], self._stage_thing)
        except BaseException:
            self._semlock.release()
            raise
        return True

    def _stage_value(self) -> int:
        return UNKNOWN_VALUE

    def _stage_give_back(self) -> None:
        again = self._semlock._count() > 1
        try:
            word = _LOCK["RELEASED"] | _AGAIN if again else _LOCK["RELEASED"]
            self._stage.reporter.report(word, self._stage_thing, UNKNOWN_VALUE)
        finally:
            self._semlock.release()


class FacadeSemaphore(Reported, synchronize.Semaphore):
    """A `multiprocessing.Semaphore`. The count that goes with a record is that of the moment: others may be about."""

    _stage_words = _SEMAPHORE

    def __init__(self, value: int = 1, *, ctx: Any) -> None:
        super().__init__(value, ctx=ctx)

    def _stage_holds(self) -> bool:
        return False

    def _stage_may_free(self) -> bool:
        return not isinstance(self, synchronize.BoundedSemaphore) or self._stage_value() < self._semlock.maxvalue

    def _stage_value(self) -> int:
        try:
            return int(self._semlock._get_value())
        except NotImplementedError:  # macOS does not tell
            return 0

    def _stage_give_back(self) -> None:
        self._stage.reporter.report(_SEMAPHORE["RELEASED"], self._stage_thing, self._stage_value() + 1)
        self._semlock.release()


class FacadeBoundedSemaphore(FacadeSemaphore, synchronize.BoundedSemaphore):
    """A `multiprocessing.BoundedSemaphore`."""


class FacadeCondition(SharedObject, synchronize.Condition):
    """A `multiprocessing.Condition`. Its lock is taken and given up by the lock's own methods."""

    _stage_rlock: Any  # the run's RLock class
    _lock: Any
    _sleeping_count: Any
    _woken_count: Any
    _wait_semaphore: Any

    def __init__(self, lock: Any = None, *, ctx: Any) -> None:
        name, ctx = self._stage_declare("Condition"), real_context(ctx)
        super().__init__(lock or self._stage_rlock._stage_inner(f"{name} (RLock)", ctx), ctx=ctx)

    def wait(self, timeout: float | None = None) -> bool:
        lock = self._lock
        held = lock._semlock._count() if lock._semlock._is_mine() else 0
        assert held or self._stage_lock_is_off(), "must acquire() condition before using wait()"
        waits = self._stage_switch.on
        if waits:
            self._sleeping_count.release()
        for _ in range(held):
            lock.release()
        woken: bool | None = False
        try:
            woken = self._stage_wait(timeout)
            return woken is not False
        finally:
            word = _CONDITION_WOKEN | _OFF if woken is None else _CONDITION_WOKEN if woken else _CONDITION_GAVE_UP
            self._stage.reporter.report(word, self._stage_thing)
            if waits:
                self._woken_count.release()
            for _ in range(held):
                lock.acquire()

    def _stage_lock_is_off(self) -> bool:
        switch = getattr(self._lock, "_stage_switch", None)
        return switch is not None and not switch.on

    def _stage_wait(self, timeout: float | None) -> bool | None:
        """True when notified, False when time is up, None when the switch is off. The lock is given up meanwhile."""
        take = self._wait_semaphore.acquire
        report = self._stage.reporter.report
        if not self._stage_switch.on:
            report(_CONDITION_WAIT | _OFF, self._stage_thing)
            time.sleep(conditions.BREATH)  # a loop around it must not starve the others
            if self._stage.clock.cancelled:
                raise Cancelled
            return None
        report(_CONDITION_WAIT if timeout is None else _CONDITION_WAIT | _TIMED, self._stage_thing)
        return self._stage.clock.attempt(lambda seconds: take(True, seconds), timeout, self._stage_is_off)

    wait_for = conditions.FacadeCondition.wait_for  # the same, by the same names

    def notify(self, n: int = 1) -> None:
        semlock = self._lock._semlock
        if not semlock._is_mine() and self._stage_lock_is_off():
            with semlock:  # the counting below wants it, the program has been let through
                self._stage_notify(n)
        else:
            self._stage_notify(n)

    def _stage_notify(self, n: int) -> None:
        if self._lock._semlock._is_mine():
            try:
                waiting = self._sleeping_count.get_value() - self._woken_count.get_value()
            except NotImplementedError:  # macOS does not tell
                waiting = n
            # Said before it is done: a waiter may be awake and have said so before `notify` returns.
            self._stage.reporter.report(_CONDITION_NOTIFIED, self._stage_thing, max(0, min(n, waiting)))
        super().notify(n)


class FacadeEvent(SharedObject, synchronize.Event):
    """A `multiprocessing.Event`. Its records are made under its inner lock, which is real, so they are in order."""

    _cond: Any
    _flag: Any

    def __init__(self, *, ctx: Any) -> None:
        super().__init__(ctx=real_context(ctx))
        self._stage_declare("Event")

    def __getstate__(self) -> dict[str, Any]:
        return {"_cond": self._cond, "_flag": self._flag}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def set(self) -> None:
        with self._cond:
            self._stage.reporter.report(_EVENT_SET, self._stage_thing)
            self._flag.acquire(False)
            self._flag.release()
            self._cond.notify_all()

    def clear(self) -> None:
        with self._cond:
            self._stage.reporter.report(_EVENT_CLEARED, self._stage_thing)
            self._flag.acquire(False)

    def wait(self, timeout: float | None = None) -> bool:
        report = self._stage.reporter.report
        with self._cond:
            if self._stage_is_set():
                report(_EVENT_PASSED, self._stage_thing)
                return True
            passed: bool | None = None
            if self._stage_switch.on:
                passed = self._stage_wait(timeout)
            word = _EVENT_PASSED | _OFF if passed is None else _EVENT_PASSED if passed else _EVENT_GAVE_UP
            report(word, self._stage_thing)
            return passed is not False

    def _stage_wait(self, timeout: float | None) -> bool | None:
        """Waits under the inner lock. Returns None when the switch was turned off."""
        if timeout is not None and timeout <= 0:
            return False
        report = self._stage.reporter.report
        report(_EVENT_WAIT if timeout is None else _EVENT_WAIT | _TIMED, self._stage_thing)
        try:
            return self._stage.clock.attempt(self._stage_set_within, timeout, self._stage_is_off)
        except BaseException:
            report(_EVENT_GAVE_UP, self._stage_thing)
            raise

    def _stage_set_within(self, seconds: float) -> bool:
        if not self._stage_is_set():
            self._cond.wait(seconds)
        return self._stage_is_set()

    def _stage_is_set(self) -> bool:
        if self._flag.acquire(False):
            self._flag.release()
            return True
        return False


class FacadeBarrier(SharedObject, conditions.FacadeBarrier, synchronize.Barrier):
    """A `multiprocessing.Barrier`. Its records are made under its inner lock, which is real, so they are in order."""

    def __init__(self, *args: Any, ctx: Any, **kwargs: Any) -> None:
        super().__init__(*args, ctx=real_context(ctx), **kwargs)

    def _stage_begin(self) -> None:
        self._stage_passed_by = 0

    def _stage_let_in(self) -> None:
        """Nothing to wake: those who wait look at the switch each slice."""


def make(context: RunServices) -> dict[str, Any]:
    """The classes of one run, by the names that `multiprocessing.synchronize` gives them."""
    rlock = bind(context, "RLock", (FacadeRLock,), MODULE)
    semaphore = bind(context, "Semaphore", (FacadeSemaphore,), MODULE)
    return {
        "Lock": bind(context, "Lock", (FacadeLock,), MODULE),
        "RLock": rlock,
        "Semaphore": semaphore,
        "BoundedSemaphore": bind(context, "BoundedSemaphore", (FacadeBoundedSemaphore, semaphore), MODULE),
        "Condition": bind(context, "Condition", (FacadeCondition,), MODULE, _stage_rlock=rlock),
        "Event": bind(context, "Event", (FacadeEvent,), MODULE),
        "Barrier": bind(context, "Barrier", (FacadeBarrier,), MODULE),
    }
