"""Lock and RLock as a program sees them: the real ones inside, with a report at each step and a switch."""

from __future__ import annotations

import _thread
import sys
import threading
import time
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, Protocol, SupportsIndex, cast

from engine.protocol.records import RECORD, UNKNOWN_VALUE
from engine.stage import cpython
from engine.stage.control.program_clock import FifoWait
from engine.stage.facade.base.binding import OFF, bind, refuse_bad
from engine.stage.facade.threading.semaphores import FacadeBoundedSemaphore, FacadeSemaphore
from engine.stage.facade.threading.switched_lock import AGAIN, LOCK, LetThrough, SwitchedLock, SwitchedMutex
from engine.stage.run_services import RunServices

_GOT, _RELEASED = LOCK.got, LOCK.released
_GOT_AGAIN, _RELEASED_ONE = LOCK.got | AGAIN, LOCK.released | AGAIN


class RealLock(Protocol):
    """What a real Lock can do; typeshed leaves out what begins with _."""

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool: ...
    def release(self) -> None: ...
    def locked(self) -> bool: ...  # an RLock's since 3.14
    def _at_fork_reinit(self) -> None: ...


class RealRLock(RealLock, Protocol):
    """A real RLock."""

    def _is_owned(self) -> bool: ...
    def _release_save(self) -> tuple[int, int]: ...


def patience(blocking: object, timeout: float) -> float | None:
    """For how long an acquire waits, as a wait takes it: None is for ever, 0 not at all."""
    return 0 if not blocking else None if timeout < 0 else timeout


def locked(self: ThreadLock) -> bool:
    """Whether anybody is in: while it is off, also those who were let through."""
    return self._block.locked() or (not self._stage_switch.on and self._stage_passes.any)


class ThreadLock(SwitchedLock):
    """What Lock and RLock have in common. Those who wait are let in as they came."""

    __slots__ = ("_block", "_report", "_stage_attempt", "_stage_counted", "_stage_free", "_stage_passes",
                 "_stage_switch", "_stage_take", "_stage_thing")  # fmt: skip
    _block: RealLock

    def __init_subclass__(cls) -> None:
        if cls.__module__ not in (__name__, "_thread"):  # the real ones cannot be subclassed either
            raise TypeError(f"type '_thread.{cls.__bases__[0].__name__}' is not an acceptable base type")

    def _stage_set_up(self, block: RealLock, type_: str, name: str = "", switch: bool = True) -> None:
        reporter = self._stage.reporter
        self._block = block
        self._stage_take, self._stage_free = block.acquire, block.release
        self._report = reporter.report
        self._stage_forget()
        name = self._stage_declare(type_, name, switch)
        self._stage_counted = bool(reporter.watch) and reporter.counted_by == name

    def _stage_forget(self) -> None:
        """Nobody waits, nobody was let through."""
        self._stage_passes = LetThrough()
        self._stage_attempt = FifoWait(self._stage.clock).attempt

    def _at_fork_reinit(self) -> None:
        self._block._at_fork_reinit()
        self._stage_forget()

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[object, ...]:
        return self._block.__reduce_ex__(protocol)  # raises what the real one raises

    def __repr__(self) -> str:
        return repr(self._block).replace(cpython.address(self._block), cpython.address(self))


class FacadeLock(ThreadLock, SwitchedMutex):
    """A `threading.Lock`. Its acquire and release come from `make`, one pair for each run."""

    # The code objects, positions and places of the last acquire and release: they only change while it is held.
    __slots__ = ("__weakref__", "_got_at", "_got_in", "_got_place", "_left_at", "_left_in", "_left_place",
                 "_stage_holder")  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._stage_set_up(cast(RealLock, threading.Lock(*args, **kwargs)), "Lock")
        self._got_in: CodeType | None = None
        self._left_in: CodeType | None = None
        self._got_at = self._left_at = self._got_place = self._left_place = 0

    locked = locked_lock = locked

    def _is_owned(self) -> bool:
        # A Condition without it would find out by acquiring, which reports, and succeeds while the lock is off.
        return self._block.locked() or self._stage_passes.of(self._stage.reporter.me()) > 0

    def _stage_holds(self) -> bool:
        return abs(self._stage_holder) == self._stage.reporter.me()

    def _stage_may_free(self) -> bool:
        return self._block.locked()

    def _stage_let_through(self) -> bool:
        done = super()._stage_let_through()
        if self._stage_holder == self._stage.reporter.me():
            self._stage_holder = -self._stage_holder
        return done

    def _stage_release_slowly(self) -> None:
        me = self._stage.reporter.me()
        super()._stage_release_slowly()
        if self._stage_holder == -me and not self._stage_passes.has_above(me):
            self._stage_holder = me

    def _stage_forget(self) -> None:
        super()._stage_forget()
        self._stage_holder = 0


def _hot_acquire(context: RunServices) -> Callable[..., bool]:
    """acquire of a free lock that is on, with the report written out: calls are what costs most.

    The record is the one `reporter.report` would make. Whatever is unusual goes the slow way.
    """
    clock, threads, files = context.clock, context.reporter.threads, context.reporter.files
    append, pack, got, got_off = context.channel.records.append, RECORD.pack, _GOT, _GOT | OFF
    get_ident, get_frame, perf = _thread.get_ident, sys._getframe, time.perf_counter_ns

    def bypass(self: FacadeLock, frame: FrameType) -> bool:
        """Lets a thread through that holds nothing; a loop that does nothing else must not be slowed by a switch."""
        me, file = threads.get(get_ident()), files.get(frame.f_code.co_filename)
        if me is None or file is None or self._stage_holder in (me, -me):
            return False
        below = self._stage_passes.below
        below[me] = below.get(me, 0) + 1
        now = perf() - clock.origin if clock.plain else clock.moment()
        append(pack(now, 0, self._stage_thing, file | (frame.f_lineno or 0), got_off + me))
        return True

    def acquire(self: FacadeLock, blocking: bool = True, timeout: float = -1) -> bool:
        if blocking is not True or timeout != -1:
            refuse_bad(blocking, timeout)
        if not self._stage_switch.on and bypass(self, get_frame(1)):
            return True
        if not self._stage_switch.on or not self._stage_take(False):
            return self._stage_acquire_slowly(patience(blocking, timeout))
        try:
            try:
                me = threads[get_ident()]
                frame = get_frame(1)
                if frame.f_code is self._got_in and frame.f_lasti == self._got_at:
                    place = self._got_place
                else:
                    place = files[frame.f_code.co_filename] | frame.f_lineno
                    self._got_in, self._got_at, self._got_place = frame.f_code, frame.f_lasti, place
            except KeyError:  # a line of a library, or its thread
                return self._stage_note_got()
            self._stage_holder = me
            now = perf() - clock.origin if clock.plain else clock.moment()
            append(pack(now, 0, self._stage_thing, place, got + me))
        except BaseException:  # any call raises at the end of the stack; who is told of an error has no lock
            self._stage_holder = 0
            self._stage_free()
            raise
        return True

    return acquire


def _hot_release(context: RunServices) -> Callable[..., None]:
    """release by the lock's holder, likewise."""
    reporter, clock, threads, files = context.reporter, context.clock, context.reporter.threads, context.reporter.files
    append, pack, unknown = context.channel.records.append, RECORD.pack, UNKNOWN_VALUE
    released, released_off = _RELEASED, _RELEASED | OFF
    get_ident, get_frame, perf = _thread.get_ident, sys._getframe, time.perf_counter_ns

    def bypass(self: FacadeLock, me: int | None, frame: FrameType) -> bool:
        """Takes back a pass of the calling thread."""
        below, file = self._stage_passes.below, files.get(frame.f_code.co_filename)
        passes = below.get(me, 0) if me is not None else 0
        if me is None or not passes or file is None or self._stage_holder == -me:
            return False
        if passes == 1:
            del below[me]
        else:
            below[me] = passes - 1
        value = reporter.watched() if self._stage_counted else unknown
        now = perf() - clock.origin if clock.plain else clock.moment()
        append(pack(now, value, self._stage_thing, file | (frame.f_lineno or 0), released_off + me))
        return True

    def release(self: FacadeLock, *error: object) -> None:
        if error and len(error) != 3:
            self._stage_free(*error)  # raises what the real one raises
        try:
            me = threads.get(get_ident())
        except RecursionError:
            self._stage_free()
            raise
        if self._stage_holder != me:
            if not bypass(self, me, get_frame(1)):
                self._stage_release_slowly()
            return
        try:
            try:
                frame = get_frame(1)
                if frame.f_code is self._left_in and frame.f_lasti == self._left_at:
                    place = self._left_place
                else:
                    place = files[frame.f_code.co_filename] | frame.f_lineno
                    self._left_in, self._left_at, self._left_place = frame.f_code, frame.f_lasti, place
            except KeyError:
                self._report(released, self._stage_thing, self._stage_watched())
                return
            value = reporter.watched() if self._stage_counted else unknown
            now = perf() - clock.origin if clock.plain else clock.moment()
            append(pack(now, value, self._stage_thing, place, released + me))
        finally:
            self._stage_holder = 0
            self._stage_free()

    return release


class FacadeRLock(ThreadLock):
    """A `threading.RLock`."""

    __slots__ = ("__weakref__", "_depth")
    _block: RealRLock

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._stage_set_up(cast(RealRLock, threading.RLock(*args, **kwargs)), "RLock")

    @classmethod
    def _stage_inner(cls, name: str) -> FacadeRLock:
        """The lock of a condition that was given none: it has the condition's switch, so none of its own."""
        lock = cls.__new__(cls)
        lock._stage_set_up(cast(RealRLock, threading.RLock()), "RLock", name, switch=False)
        return lock

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if blocking is not True or timeout != -1:
            refuse_bad(blocking, timeout)
        if not self._stage_switch.on or not self._stage_take(False):
            return self._stage_acquire_slowly(patience(blocking, timeout))
        try:
            return self._stage_note_got()
        except BaseException:  # who is told of an error does not have the lock
            self._stage_free()
            raise

    __enter__ = acquire

    def release(self, *error: object) -> None:
        if error and len(error) != 3:
            self._stage_free(*error)  # raises what the real one raises
        if self._stage_passes.any or not self._block._is_owned():
            self._stage_release_slowly()
            return
        try:
            self._report(_RELEASED if self._depth == 1 else _RELEASED_ONE, self._stage_thing, self._stage_watched())
        finally:  # here and not deeper, where a call may raise at the end of the stack
            self._depth -= 1
            self._stage_free()

    __exit__ = release

    def _stage_holds(self) -> bool:
        return self._block._is_owned()

    def _stage_note_got(self) -> bool:
        self._report(_GOT_AGAIN if self._depth else _GOT, self._stage_thing)
        self._depth += 1
        return True

    def _stage_give_back(self) -> None:
        try:
            self._report(_RELEASED if self._depth == 1 else _RELEASED_ONE, self._stage_thing, self._stage_watched())
        finally:
            self._depth -= 1
            self._stage_free()

    def _is_owned(self) -> bool:
        return self._block._is_owned() or self._stage_passes.of(self._stage.reporter.me()) > 0

    def _recursion_count(self) -> int:
        held = self._depth if self._block._is_owned() else 0
        return held + self._stage_passes.of(self._stage.reporter.me())

    def _release_save(self) -> tuple[int, int]:
        """Gives all of it up for a condition that waits; each step is reported."""
        if not self._is_owned():
            self._block._release_save()  # raises what the real one raises
        count = 0
        while self._is_owned():
            self.release()
            count += 1
        return count, _thread.get_ident()

    def _acquire_restore(self, state: tuple[int, int]) -> None:
        for _ in range(state[0]):
            self.acquire()

    def _stage_forget(self) -> None:
        super()._stage_forget()
        self._depth = 0  # how often its holder has it; changed by the holder only

    if hasattr(threading.RLock(), "locked"):  # since 3.14
        locked = locked


def make(context: RunServices) -> dict[str, type]:
    """The classes of one run, by the names that `threading` gives them."""
    takes = dict.fromkeys(("acquire", "__enter__", "acquire_lock"), _hot_acquire(context))
    gives = dict.fromkeys(("release", "__exit__", "release_lock"), _hot_release(context))
    semaphore = bind(context, "Semaphore", (FacadeSemaphore,))
    return {
        "Lock": bind(context, "lock", (FacadeLock,), "_thread", __slots__=(), **takes, **gives),
        "RLock": bind(context, "RLock", (FacadeRLock,), "_thread", __slots__=()),
        "Semaphore": semaphore,
        "BoundedSemaphore": bind(context, "BoundedSemaphore", (FacadeBoundedSemaphore, semaphore)),
    }
