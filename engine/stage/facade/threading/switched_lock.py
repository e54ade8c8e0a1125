"""A lock with a switch: one machine for locks and semaphores, of threads and between processes."""

from __future__ import annotations

import _thread
from collections.abc import Callable
from typing import NamedTuple

from engine.protocol.records import UNKNOWN_VALUE, Flag, Kind, what
from engine.stage.facade.base.binding import NO_SLOTS, OFF, Attempt, Declared, WaitCodes

AGAIN, FOREIGN = what(0, Flag.REENTRANT), what(0, Flag.FOREIGN)


class LockCodes(NamedTuple):
    """What records say of a lock or semaphore. `taken`: another thread gave back what this one held."""

    wait: WaitCodes
    got: int
    released: int
    taken: int = 0


_LOCK = WaitCodes(what(Kind.LOCK_WANT), what(Kind.LOCK_GAVE_UP))
_SEMAPHORE = WaitCodes(what(Kind.SEMAPHORE_WANT), what(Kind.SEMAPHORE_GAVE_UP))
LOCK = LockCodes(_LOCK, what(Kind.LOCK_GOT), what(Kind.LOCK_RELEASED), what(Kind.LOCK_TAKEN))
SEMAPHORE = LockCodes(_SEMAPHORE, what(Kind.SEMAPHORE_GOT), what(Kind.SEMAPHORE_RELEASED))


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

    def _take(self, passes: dict[int, int], thread: int) -> bool:
        left = passes.get(thread, 0)
        if left > 1:
            passes[thread] = left - 1
        else:
            passes.pop(thread, None)
        return left > 0


class SwitchedLock(Declared):
    """Taken and given back as the real one inside, with a report at each step; switched off, everybody is let through.

    `_stage_take` and `_stage_free` are acquire and release of the real one. An acquisition is reported once it is
    made, a release before it is, both while it is held.
    """

    __slots__ = NO_SLOTS
    _stage_codes = LOCK
    _stage_passes: LetThrough
    _stage_take: Callable[..., bool]
    _stage_free: Callable[..., None]
    _stage_attempt: Attempt | None = None  # how threads wait for it when not as the clock says
    _stage_counted = False  # its releases say what the watched value is

    def _stage_holds(self) -> bool:
        """Whether the caller really has it."""
        raise NotImplementedError

    def _stage_may_free(self) -> bool:
        """Whether the real one takes a release by the caller."""
        return self._stage_holds()

    def _stage_note_got(self) -> bool:
        """Reports that the real one was just taken. Returns True."""
        raise NotImplementedError

    def _stage_give_back(self) -> None:
        """Reports a release, and makes it."""
        raise NotImplementedError

    def _stage_left(self) -> int:
        """What is left of it, in records of acquisitions."""
        return 0

    def _stage_watched(self) -> int:
        """What goes with the record of a release."""
        return self._stage.reporter.watched() if self._stage_counted else UNKNOWN_VALUE

    def _stage_take_within(self, seconds: float) -> bool:
        """Takes the real one within so many real seconds, and says so. Who is told of an error has not got it."""
        if not (self._stage_take(True, seconds) if seconds > 0 else self._stage_take(False)):
            return False
        try:
            return self._stage_note_got()
        except BaseException:
            self._stage_free()
            raise

    def _stage_acquire_slowly(self, timeout: float | None) -> bool:
        """The lock is taken, or the switch is off. A time-out of None is for ever, 0 not at all."""
        if not self._stage_switch.on:
            return self._stage_let_through()
        if timeout == 0:  # as `wait` would say it, but a program may do nothing else than try
            self._stage.reporter.report(self._stage_codes.wait.gave_up, self._stage_thing)
            return False
        got = self._stage_wait(self._stage_codes.wait, self._stage_take_within, timeout, self._stage_attempt)
        return self._stage_let_through() if got is None else got

    def _stage_let_through(self) -> bool:
        reporter = self._stage.reporter
        self._stage_passes.add(reporter.me(), above=self._stage_holds())
        reporter.report(self._stage_codes.got | OFF, self._stage_thing, self._stage_left())
        return True

    def _stage_release_slowly(self) -> None:
        """Passes are about, or the caller is not the holder."""
        reporter, passes, codes = self._stage.reporter, self._stage_passes, self._stage_codes
        if passes.any and passes.take(reporter.me(), self._stage_holds()):
            reporter.report(codes.released | OFF, self._stage_thing, self._stage_watched())
        elif self._stage_may_free():
            self._stage_give_back()
        else:
            giver = passes.take_any()
            if giver is None:
                self._stage_free()  # raises what the real one raises
                return
            reporter.report(codes.released | OFF | FOREIGN, self._stage_thing, self._stage_watched())
            if codes.taken:
                reporter.report_for(giver, codes.taken | OFF, self._stage_thing)


class SwitchedMutex(SwitchedLock):
    """A `Lock`: whoever has it, any thread may give it back."""

    __slots__ = NO_SLOTS
    _stage_holder: int  # the thread of this process that has it; negative when it was let through on top of that

    def _stage_note_got(self) -> bool:
        self._stage.reporter.report(LOCK.got, self._stage_thing)
        self._stage_holder = self._stage.reporter.me()
        return True

    def _stage_give_back(self) -> None:
        reporter, holder = self._stage.reporter, abs(self._stage_holder)
        word = LOCK.released if self._stage_holds() else LOCK.released | FOREIGN
        try:
            reporter.report(word, self._stage_thing, self._stage_watched())
            if holder not in (0, reporter.me()):
                reporter.report_for(holder, LOCK.taken, self._stage_thing)
        finally:
            self._stage_holder = 0
            self._stage_free()
