"""Lock and RLock as a program sees them: the real ones inside, with a report at each step and a switch."""

from __future__ import annotations

import _thread
import sys
import threading
import time
from collections.abc import Callable
from types import CodeType
from typing import Any

from engine.protocol.records import RECORD, UNKNOWN_VALUE, Flag, Kind, what
from engine.stage.control.fifo_wait import FifoWait
from engine.stage.control.switches import Switch
from engine.stage.facade.base.binding import bind, refuse_bad
from engine.stage.facade.threading.let_through import LetThrough
from engine.stage.facade.threading.semaphores import FacadeBoundedSemaphore, FacadeSemaphore
from engine.stage.facade.threading.switched_off_path import SwitchedOffPath
from engine.stage.run_services import RunServices

_WANT = what(Kind.LOCK_WANT)
_WANT_TIMED = what(Kind.LOCK_WANT, Flag.TIMED)
_GOT = what(Kind.LOCK_GOT)
_GOT_OFF = what(Kind.LOCK_GOT, Flag.OFF)
_GOT_AGAIN = what(Kind.LOCK_GOT, Flag.REENTRANT)
_GAVE_UP = what(Kind.LOCK_GAVE_UP)
_RELEASED = what(Kind.LOCK_RELEASED)
_RELEASED_OFF = what(Kind.LOCK_RELEASED, Flag.OFF)
_RELEASED_ONE = what(Kind.LOCK_RELEASED, Flag.REENTRANT)
_RELEASED_FOREIGN = what(Kind.LOCK_RELEASED, Flag.FOREIGN)
_RELEASED_OFF_FOREIGN = what(Kind.LOCK_RELEASED, Flag.OFF | Flag.FOREIGN)
_TAKEN = what(Kind.LOCK_TAKEN)
_TAKEN_OFF = what(Kind.LOCK_TAKEN, Flag.OFF)


class SwitchedLock:
    """What Lock and RLock have in common. `_take` and `_free` are acquire and release of the real lock inside.

    Everything that is called only when the switch is off, the lock is taken or the caller is unusual stands here.
    """

    __slots__ = ("_block", "_counted", "_free", "_line", "_passes", "_report", "_switch", "_take", "_thing")
    _stage: RunServices

    def __init_subclass__(cls) -> None:
        if cls.__module__ not in (__name__, "_thread"):  # the real ones cannot be subclassed either
            raise TypeError(f"type '_thread.{cls.__bases__[0].__name__}' is not an acceptable base type")

    def _set_up(self, block: Any, type_: str, name: str = "", switch: bool = True) -> None:
        context = self._stage
        reporter = context.reporter
        self._block = block
        self._take: Callable[..., bool] = block.acquire
        self._free: Callable[..., None] = block.release
        self._report = reporter.report
        self._passes, self._line = LetThrough(), FifoWait()
        self._thing, name = reporter.new_thing(type_, name, switch=switch)
        self._counted = bool(reporter.watch) and reporter.counted_by == name
        self._switch = context.switches.make(self, self._thing, name) if switch else Switch(self._thing, name, True)

    def _stage_let_in(self) -> None:
        """Nothing to wake: those who wait look at the switch each slice."""

    def _is_off(self) -> bool:
        return not self._switch.on

    def _holds(self) -> bool:
        """Whether the caller really holds the lock."""
        raise NotImplementedError

    def _may_free(self) -> bool:
        """Whether the real lock would accept a release by the caller."""
        raise NotImplementedError

    def _note_got(self) -> bool:
        """Reports that the real lock was just taken."""
        raise NotImplementedError

    def _give_back(self) -> None:
        """Reports a release, and frees the real lock."""
        raise NotImplementedError

    def _take_within(self, seconds: float) -> bool:
        return self._take(True, seconds)

    def _watched(self) -> int:
        return self._stage.reporter.watched() if self._counted else UNKNOWN_VALUE

    def _acquire_slowly(self, blocking: Any, timeout: float) -> bool:
        """The lock is taken, or the switch is off."""
        if not self._switch.on:
            return self._let_through()
        if not blocking or timeout == 0:
            self._report(_GAVE_UP, self._thing)
            return False
        limit = None if timeout < 0 else timeout
        self._report(_WANT if limit is None else _WANT_TIMED, self._thing)
        try:
            got = self._line.attempt(self._stage.clock, self._take_within, limit, self._is_off)
        except BaseException:
            self._report(_GAVE_UP, self._thing)
            raise
        if got is None:
            return self._let_through()
        if got:
            return self._note_got()
        self._report(_GAVE_UP, self._thing)
        return False

    def _let_through(self) -> bool:
        me = self._stage.reporter.me()
        self._passes.add(me, above=self._holds())
        self._report(_GOT_OFF, self._thing)
        return True

    def _release_slowly(self) -> None:
        """Passes are about, or the caller is not the holder."""
        me = self._stage.reporter.me()
        passes = self._passes
        if passes.any and passes.take(me, self._holds()):
            self._report(_RELEASED_OFF, self._thing, self._watched())
        elif self._may_free():
            self._give_back()
        else:
            giver = passes.take_any()
            if giver is None:
                self._free()  # raises what the real one raises
                return
            self._report(_RELEASED_OFF_FOREIGN, self._thing, self._watched())
            self._stage.reporter.report_for(giver, _TAKEN_OFF, self._thing)

    def _at_fork_reinit(self) -> None:
        self._block._at_fork_reinit()
        self._passes, self._line = LetThrough(), FifoWait()

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self._block.__reduce_ex__(protocol)  # raises what the real one raises

    def __repr__(self) -> str:
        return repr(self._block).replace(hex(id(self._block)), hex(id(self)))


class FacadeLock(SwitchedLock):
    """A `threading.Lock`. Its acquire and release come from `_hot_path`, one pair for each run."""

    # The code objects, positions and places of the last acquire and release: they only change while it is held.
    __slots__ = ("__weakref__", "_got_at", "_got_in", "_got_place", "_holder", "_left_at", "_left_in", "_left_place")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._set_up(threading.Lock(*args, **kwargs), "Lock")
        self._holder = 0  # id of the thread that holds it; negative when it was let through on top of that
        self._got_in: CodeType | None = None
        self._left_in: CodeType | None = None
        self._got_at = self._left_at = self._got_place = self._left_place = 0

    def locked(self) -> bool:
        """Whether anybody is in: while it is off, also those who were let through."""
        return self._block.locked() or (not self._switch.on and self._passes.any)

    locked_lock = locked

    def _is_owned(self) -> bool:
        # A Condition without it would find out by acquiring, which reports, and succeeds while the lock is off.
        return self._block.locked() or self._passes.of(self._stage.reporter.me()) > 0

    def _holds(self) -> bool:
        return abs(self._holder) == self._stage.reporter.me()

    def _may_free(self) -> bool:
        return bool(self._block.locked())

    def _note_got(self) -> bool:
        self._holder = self._stage.reporter.me()
        self._report(_GOT, self._thing)
        return True

    def _let_through(self) -> bool:
        done = super()._let_through()
        if self._holder == self._stage.reporter.me():
            self._holder = -self._holder
        return done

    def _release_slowly(self) -> None:
        me = self._stage.reporter.me()
        super()._release_slowly()
        if self._holder == -me and not self._passes.has_above(me):
            self._holder = me

    def _give_back(self) -> None:
        me, holder = self._stage.reporter.me(), abs(self._holder)
        try:
            self._report(_RELEASED if holder == me else _RELEASED_FOREIGN, self._thing, self._watched())
            if holder not in (0, me):
                self._stage.reporter.report_for(holder, _TAKEN, self._thing)
        finally:
            self._holder = 0
            self._free()

    def _at_fork_reinit(self) -> None:
        super()._at_fork_reinit()
        self._holder = 0


def _hot_acquire(context: RunServices) -> Callable[..., bool]:
    """acquire of a free lock that is on, with the report written out: calls are what costs most.

    The record is the one `reporter.report` would make. Whatever is unusual goes the slow way.
    """
    clock, threads, files = context.clock, context.reporter.threads, context.reporter.files
    append, pack, got = context.channel.records.append, RECORD.pack, _GOT
    bypass = SwitchedOffPath(context).acquire
    get_ident, get_frame, perf = _thread.get_ident, sys._getframe, time.perf_counter_ns

    def acquire(self: FacadeLock, blocking: Any = True, timeout: Any = -1) -> bool:
        if blocking is not True or timeout != -1:
            refuse_bad(blocking, timeout)
        if not self._switch.on and bypass(self, get_frame(1)):
            return True
        if not self._switch.on or not self._take(False):
            return self._acquire_slowly(blocking, timeout)
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
                return self._note_got()
            self._holder = me
            append(pack(perf() - clock.origin if clock.plain else clock.moment(), 0, self._thing, place, got + me))
        except BaseException:  # any call raises at the end of the stack; who is told of an error has no lock
            self._holder = 0
            self._free()
            raise
        return True

    return acquire


def _hot_release(context: RunServices) -> Callable[..., None]:
    """release by the lock's holder, likewise."""
    reporter, clock, threads, files = context.reporter, context.clock, context.reporter.threads, context.reporter.files
    append, pack, released, unknown = context.channel.records.append, RECORD.pack, _RELEASED, UNKNOWN_VALUE
    bypass = SwitchedOffPath(context).release
    get_ident, get_frame, perf = _thread.get_ident, sys._getframe, time.perf_counter_ns

    def release(self: FacadeLock, *error: Any) -> None:
        if error and len(error) != 3:
            self._free(*error)  # raises what the real one raises
        try:
            me = threads.get(get_ident())
        except RecursionError:
            self._free()
            raise
        if self._holder != me:
            if not bypass(self, me, get_frame(1)):
                self._release_slowly()
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
                self._report(released, self._thing, self._watched())
                return
            value = reporter.watched() if self._counted else unknown
            now = perf() - clock.origin if clock.plain else clock.moment()
            append(pack(now, value, self._thing, place, released + me))
        finally:
            self._holder = 0
            self._free()

    return release


def _hot_path(context: RunServices) -> dict[str, Any]:
    """The names under which a lock has the two."""
    acquire, release = _hot_acquire(context), _hot_release(context)
    takes, gives = ("acquire", "__enter__", "acquire_lock"), ("release", "__exit__", "release_lock")
    return {**dict.fromkeys(takes, acquire), **dict.fromkeys(gives, release)}


class FacadeRLock(SwitchedLock):
    """A `threading.RLock`."""

    __slots__ = ("__weakref__", "_depth")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._set_up(threading.RLock(*args, **kwargs), "RLock")
        self._depth = 0  # how often its holder has it; changed by the holder only

    @classmethod
    def _stage_inner(cls, name: str) -> FacadeRLock:
        """The lock of a condition that was given none: it has the condition's switch, so none of its own."""
        lock = cls.__new__(cls)
        lock._set_up(threading.RLock(), "RLock", name, switch=False)
        lock._depth = 0
        return lock

    def acquire(self, blocking: Any = True, timeout: Any = -1) -> bool:
        if blocking is not True or timeout != -1:
            refuse_bad(blocking, timeout)
        if not self._switch.on or not self._take(False):
            return self._acquire_slowly(blocking, timeout)
        try:
            return self._note_got()
        except BaseException:  # who is told of an error does not have the lock
            self._free()
            raise

    __enter__ = acquire

    def release(self, *error: Any) -> None:
        if error and len(error) != 3:
            self._free(*error)  # raises what the real one raises
        if self._passes.any or not self._block._is_owned():
            self._release_slowly()
            return
        try:
            self._note_released()
        finally:  # here and not deeper, where a call may raise at the end of the stack
            self._depth -= 1
            self._free()

    __exit__ = release

    def _holds(self) -> bool:
        return bool(self._block._is_owned())

    def _may_free(self) -> bool:
        return bool(self._block._is_owned())

    def _note_got(self) -> bool:
        self._report(_GOT_AGAIN if self._depth else _GOT, self._thing)
        self._depth += 1
        return True

    def _give_back(self) -> None:
        try:
            self._note_released()
        finally:
            self._depth -= 1
            self._free()

    def _note_released(self) -> None:
        self._report(_RELEASED if self._depth == 1 else _RELEASED_ONE, self._thing, self._watched())

    def _is_owned(self) -> bool:
        return bool(self._block._is_owned()) or self._passes.of(self._stage.reporter.me()) > 0

    def _recursion_count(self) -> int:
        held = self._depth if self._block._is_owned() else 0
        return held + self._passes.of(self._stage.reporter.me())

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

    def _at_fork_reinit(self) -> None:
        super()._at_fork_reinit()
        self._depth = 0


if hasattr(threading.RLock(), "locked"):  # since 3.14

    def _locked(self: FacadeRLock) -> bool:
        """Whether anybody is in: while it is off, also those who were let through."""
        return self._block.locked() or (not self._switch.on and self._passes.any)

    FacadeRLock.locked = _locked  # type: ignore[attr-defined]  # it is only there where the real one has it


def make(context: RunServices) -> dict[str, Any]:
    """The classes of one run, by the names that `threading` gives them."""
    semaphore = bind(context, "Semaphore", (FacadeSemaphore,))
    return {
        "Lock": bind(context, "lock", (FacadeLock,), "_thread", __slots__=(), **_hot_path(context)),
        "RLock": bind(context, "RLock", (FacadeRLock,), "_thread", __slots__=()),
        "Semaphore": semaphore,
        "BoundedSemaphore": bind(context, "BoundedSemaphore", (FacadeBoundedSemaphore, semaphore)),
    }
