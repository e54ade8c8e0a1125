"""Program time: what the program's clocks and sleeps run on. It can be slowed, sped up and stopped."""

from __future__ import annotations

import _thread
import time
from collections import deque
from collections.abc import Callable

from engine.protocol.process_messages import ClockState
from engine.protocol.units import FASTEST, SECOND, SLOWEST
from engine.stage import cpython

SLICE = 0.1  # real seconds after which a waiting thread looks whether its switch, the speed or the pause changed
BRIEF = 5_000_000  # real nanoseconds: who sleeps no longer looks for a change of speed, or a pause, when it is over
CROWD_WAIT = 0.002  # seconds between two looks whether there is room again
LONGEST = 3600.0  # seconds; one real wait, well below every system's limit

Take = Callable[[float], bool]  # waits for so many real seconds at most, and says whether it has got it

_real_now = time.perf_counter_ns


class Cancelled(BaseException):
    """Raised in threads of a program that runs in this process and was stopped: nothing else can end them."""


def never() -> bool:
    """The open door of a wait that no switch ends."""
    return False


class Clock:
    """Nanoseconds of program time since `start`.

    `plain` is True while program time is real time less `origin`, and nothing is crowded or cancelled; a reporting
    thread then needs one subtraction, and `moment` otherwise.
    """

    def __init__(self) -> None:
        self.plain = True
        self.origin = _real_now()
        self.speed = 1.0
        self.frozen = False
        self._held = False  # the program has not begun
        self.cancelled = False
        self.patient = False  # nobody has to end a wait from outside: the process is ended instead
        self.crowded = False  # more was reported than can be sent: reporting threads wait
        self.held_back = 0  # real nanoseconds that reporting threads waited, added up
        self._state = (self.origin, 0, 1.0)  # real then, program then, rate since
        self._bases: tuple[int, int, int] | None = None
        self._sleepers: set[_thread.LockType] = set()
        self._guard = _thread.allocate_lock()
        self._setting = _thread.allocate_lock()

    def start(self, *, held: bool = False) -> None:
        """Program time is 0 now; `held`: it stays 0 until it is started again, for a long text is read before."""
        self._bases, self._held = None, held
        self._set(0)

    def now(self) -> int:
        """Nanoseconds of program time."""
        real, program, rate = self._state
        if rate == 1.0:
            return _real_now() - real + program
        return program + int((_real_now() - real) * rate)

    @property
    def state(self) -> tuple[int, int, float]:
        """A moment in real nanoseconds, the same in program time, and how fast that runs since."""
        return self._state

    def moment(self) -> int:
        """`now` for a report; waits while the channel is crowded, so that nothing needs to be dropped."""
        if self.crowded:
            began = _real_now()
            while self.crowded and not self.cancelled:
                time.sleep(CROWD_WAIT)
            self.held_back += _real_now() - began
        return self.now()

    def set_crowded(self, crowded: bool) -> None:
        """From here on reports wait, or wait no more."""
        with self._setting:
            self.crowded = crowded
            self.plain = not (crowded or self.cancelled) and self._state[2] == 1.0

    def set_speed(self, speed: float) -> None:
        """Program time runs at `speed` times real time from here on, 0.05 to 20."""
        self.speed = min(max(speed, SLOWEST), FASTEST)
        self._set(self.now())

    def freeze(self) -> None:
        """Program time stands still until `thaw`."""
        self.frozen = True
        self._set(self.now())

    def thaw(self) -> None:
        """Program time goes on where it stood."""
        self.frozen = False
        self._set(self.now())

    def fork(self) -> None:
        """In a forked child: the locks are free, whoever held them; nobody else sleeps here, nobody is crowded."""
        cpython.reset_lock(self._guard, self._setting)
        self._sleepers.clear()
        self.set_crowded(False)

    def bases(self) -> tuple[int, int, int]:
        """What time, monotonic and perf_counter showed when program time was 0, nanoseconds: the same whoever asks."""
        if self._bases is None:
            with self._setting:  # two threads must not read two different starts
                if self._bases is None:
                    now = self.now()
                    self._bases = (time.time_ns() - now, time.monotonic_ns() - now, _real_now() - now)
        return self._bases

    def cancel(self) -> None:
        """Every wait and sleep from here on raises `Cancelled` in its thread."""
        with self._setting:
            self.cancelled, self.plain = True, False
        self._wake()

    def _set(self, program: int) -> None:
        self._place(_real_now(), program, 0.0 if self.frozen or self._held else self.speed)

    def _place(self, real: int, program: int, rate: float) -> None:
        with self._setting:
            self.plain = False
            self._state = (real, program, rate)
            self.origin = real - program
            self.plain = rate == 1.0 and not (self.crowded or self.cancelled)
        self._wake()

    def _wake(self) -> None:
        with self._guard:
            sleepers, self._sleepers = self._sleepers, set()
        for bell in sleepers:
            bell.release()

    def sleep(self, seconds: float) -> None:
        """Sleeps for `seconds` of program time. Raises as time.sleep does."""
        if not 0 < seconds <= LONGEST * 1e6:  # also what is no number
            time.sleep(seconds)  # raises what the real one raises
            return
        until = self.now() + int(seconds * SECOND)
        while (left := until - self.now()) > 0:
            rate = self._state[2]
            if rate and left < BRIEF * rate and not self.cancelled:  # nobody would see that it could be woken
                time.sleep(left / SECOND / rate)
            else:
                self._doze(left / SECOND)

    def _doze(self, seconds: float) -> None:
        """Waits for so much program time or until the rate changes, whichever is first."""
        bell = _thread.allocate_lock()
        bell.acquire()
        with self._guard:
            self._sleepers.add(bell)
        try:
            if not self.cancelled:  # a cancel() after this line finds the bell and rings it
                rate = self._state[2]
                bell.acquire(True, min(seconds / rate, LONGEST) if rate else LONGEST)
        finally:  # a signal's handler may raise
            with self._guard:
                self._sleepers.discard(bell)
        if self.cancelled:
            raise Cancelled

    def attempt(
        self, take: Take, timeout: float | None, open_door: Callable[[], bool], woken: bool = False
    ) -> bool | None:
        """Tries `take(real seconds)` until it succeeds (True), program time is up (False) or `open_door()` (None).

        `timeout` is in seconds of program time, None for ever. `woken`: `take` ends when the door opens, so a wait
        for ever need not be cut in slices, after each of which the waiter would be the last of all.
        """
        until = None if timeout is None else self.now() + int(timeout * SECOND)
        while True:
            if open_door():
                return None
            wait = LONGEST if woken and self.patient else SLICE
            if until is not None:
                left = until - self.now()
                if left <= 0:
                    return take(0.0)
                rate = self._state[2]
                wait = min(left / SECOND / rate, SLICE) if rate else SLICE
            if take(wait):
                return True
            if self.cancelled:
                raise Cancelled


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
        """As `Clock.attempt`, in turn."""
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


def share(clock: Clock) -> ClockState:
    """What another process of this machine needs so that its clock shows the same: see `adopt`."""
    return ClockState(*clock._state, clock.speed, clock.frozen, *clock.bases())


def adopt(clock: Clock, shared: ClockState) -> None:
    """Makes a clock show what that of another process shows: `shared` is what `share` returned there.

    `time.perf_counter` counts from one moment for all processes, on Linux, macOS and Windows.
    """
    clock.speed, clock.frozen = shared.speed, shared.frozen
    clock._bases = (shared.time_base, shared.monotonic_base, shared.counter_base)
    clock._place(shared.real, shared.program, shared.rate)
