"""Lock, RLock, Semaphore, Condition, Event and Barrier of `multiprocessing` as a program sees them."""

from __future__ import annotations

import os
from multiprocessing import synchronize, util
from multiprocessing.context import BaseContext

from engine.protocol.records import UNKNOWN_VALUE
from engine.stage.facade.base.binding import bind
from engine.stage.facade.multiprocessing.shared_objects import SemLock, SharedObject, count_of, real_context, semlock_of
from engine.stage.facade.threading import conditions
from engine.stage.facade.threading.switched_lock import AGAIN, LOCK, SEMAPHORE, LetThrough, SwitchedLock, SwitchedMutex
from engine.stage.run_services import RunServices

MODULE = "multiprocessing.synchronize"


class ProcessLock(SharedObject, SwitchedLock):
    """What the locks and semaphores have in common. The real semaphore inside does the work, in whichever process."""

    _semlock: SemLock

    def _make_methods(self) -> None:
        """The real one hands out the methods of the semaphore inside; here they stand behind methods of the class."""
        self._stage_take, self._stage_free = self._semlock.acquire, self._semlock.release

    def _stage_begin(self) -> None:
        self._stage_forget()
        if os.name == "posix":
            util.register_after_fork(self, ProcessLock._stage_forget)

    def _stage_forget(self) -> None:
        """Also in a forked child: its threads were let through nowhere."""
        self._stage_passes = LetThrough()

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """As the real one; time-outs are on program time."""
        if self._stage_switch.on and self._stage_take_within(0.0):
            return True
        return self._stage_acquire_slowly(timeout if block else 0)

    __enter__ = acquire

    def __exit__(self, *error: object) -> None:
        self.release()

    release = SwitchedLock._stage_release_slowly

    def _stage_holds(self) -> bool:
        return self._semlock._is_mine()


class FacadeLock(ProcessLock, SwitchedMutex, synchronize.Lock):
    """A `multiprocessing.Lock`."""

    _stage_holder = 0  # a forked child knows as well which thread of its parent has it

    def _stage_may_free(self) -> bool:
        return self._semlock._is_zero()


class FacadeRLock(ProcessLock, synchronize.RLock):
    """A `multiprocessing.RLock`."""

    @classmethod
    def _stage_inner(cls, name: str, ctx: BaseContext) -> FacadeRLock:
        """The lock of a condition that was given none: it has the condition's switch, so none of its own."""
        lock = cls.__new__(cls)
        synchronize.RLock.__init__(lock, ctx=ctx)
        lock._stage_declare("RLock", name, switch=False)
        lock._stage_begin()
        return lock

    def _stage_note_got(self) -> bool:
        word = LOCK.got | AGAIN if self._semlock._count() > 1 else LOCK.got
        self._stage.reporter.report(word, self._stage_thing)
        return True

    def _stage_give_back(self) -> None:
        word = LOCK.released | AGAIN if self._semlock._count() > 1 else LOCK.released
        try:
            self._stage.reporter.report(word, self._stage_thing, UNKNOWN_VALUE)
        finally:
            self._stage_free()


class FacadeSemaphore(ProcessLock, synchronize.Semaphore):
    """A `multiprocessing.Semaphore`. The count that goes with a record is that of the moment: others may be about."""

    _stage_codes = SEMAPHORE

    def _stage_size(self) -> int:
        return self._stage_left()

    def _stage_holds(self) -> bool:
        return False

    def _stage_may_free(self) -> bool:
        return not isinstance(self, synchronize.BoundedSemaphore) or self._stage_left() < self._semlock.maxvalue

    def _stage_left(self) -> int:
        return count_of(self, 0)

    _stage_watched = _stage_left

    def _stage_note_got(self) -> bool:
        self._stage.reporter.report(SEMAPHORE.got, self._stage_thing, self._stage_left())
        return True

    def _stage_give_back(self) -> None:
        self._stage.reporter.report(SEMAPHORE.released, self._stage_thing, self._stage_left() + 1)
        self._stage_free()


class FacadeBoundedSemaphore(FacadeSemaphore, synchronize.BoundedSemaphore):
    """A `multiprocessing.BoundedSemaphore`."""


class FacadeCondition(SharedObject, conditions.SwitchedCondition, synchronize.Condition):
    """A `multiprocessing.Condition`. Its lock is taken and given up by the lock's own methods."""

    _stage_rlock: type[FacadeRLock]  # the run's
    _lock: synchronize.Lock | synchronize.RLock
    _sleeping_count: synchronize.Semaphore
    _woken_count: synchronize.Semaphore
    _wait_semaphore: synchronize.Semaphore

    def __init__(self, lock: synchronize.Lock | synchronize.RLock | None = None, *, ctx: BaseContext) -> None:
        name = self._stage_declare("Condition")
        super().__init__(lock or self._stage_rlock._stage_inner(f"{name} (RLock)", real_context(ctx)), ctx=ctx)

    def wait(self, timeout: float | None = None) -> bool:
        lock, semlock, take = self._lock, semlock_of(self._lock), self._wait_semaphore.acquire
        held = semlock._count() if semlock._is_mine() else 0
        assert held or self._stage_lock_is_off(), "must acquire() condition before using wait()"
        waits = self._stage_switch.on
        if waits:
            self._sleeping_count.release()
        for _ in range(held):
            lock.release()
        try:
            return self._stage_wait_here(lambda seconds: take(True, seconds), timeout) is not False
        finally:
            if waits:
                self._woken_count.release()
            for _ in range(held):
                lock.acquire()

    def _stage_lock_is_off(self) -> bool:
        switch = getattr(self._lock, "_stage_switch", None)
        return switch is not None and not switch.on

    def notify(self, n: int = 1) -> None:
        semlock = semlock_of(self._lock)
        if not semlock._is_mine() and self._stage_lock_is_off():
            with semlock:  # the counting below wants it, the program has been let through
                self._stage_notify(n)
        else:
            self._stage_notify(n)

    def _stage_notify(self, n: int) -> None:
        if semlock_of(self._lock)._is_mine():
            # Said before it is done: a waiter may be awake and have said so before `notify` returns.
            self._stage_say_notified(n, count_of(self._sleeping_count, n) - count_of(self._woken_count, 0))
        super().notify(n)


class FacadeEvent(SharedObject, synchronize.Event):
    """A `multiprocessing.Event`. Its records are made under its inner lock, which is real, so they are in order."""

    _cond: synchronize.Condition
    _flag: synchronize.Semaphore

    def __getstate__(self) -> dict[str, object]:
        return {"_cond": self._cond, "_flag": self._flag}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)

    def set(self) -> None:
        with self._cond:
            self._stage.reporter.report(conditions.EVENT_SET, self._stage_thing)
            self._flag.acquire(False)
            self._flag.release()
            self._cond.notify_all()

    def clear(self) -> None:
        with self._cond:
            self._stage.reporter.report(conditions.EVENT_CLEARED, self._stage_thing)
            self._flag.acquire(False)

    def wait(self, timeout: float | None = None) -> bool:
        with self._cond:
            if self._stage_is_set():
                self._stage.reporter.report(conditions.EVENT.got, self._stage_thing)
                return True
            return self._stage_wait(conditions.EVENT, self._stage_set_within, timeout) is not False

    def _stage_set_within(self, seconds: float) -> bool:
        return self._stage_is_set() or (seconds > 0 and self._cond.wait(seconds) and self._stage_is_set())

    def _stage_is_set(self) -> bool:
        if self._flag.acquire(False):
            self._flag.release()
            return True
        return False


class FacadeBarrier(SharedObject, conditions.FacadeBarrier, synchronize.Barrier):
    """A `multiprocessing.Barrier`. Its records are made under its inner lock, which is real, so they are in order."""

    def _stage_begin(self) -> None:
        self._stage_passed_by = 0

    def _stage_let_in(self) -> None:
        """Nothing to wake: those who wait look at the switch each slice."""


def make(context: RunServices) -> dict[str, type]:
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
