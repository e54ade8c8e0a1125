"""Processor time that threads and tasks really had, as the kernel counts it. Only on Linux does anybody say it."""

from __future__ import annotations

import _thread
import os
import sys
import threading
import time
from dataclasses import dataclass
from typing import Any

from engine.protocol.records import LAST_THREAD, RECORD, Kind, what
from engine.stage import cpython
from engine.stage.control.program_clock import Clock
from engine.stage.recording.channel import Channel

PERIOD = 40_000_000  # nanoseconds between two looks
SHARE = 50  # looking takes at most one part in so many of the time, also with 2,000 threads
WORTH = 1_000_000  # nanoseconds of processor time that are worth a record; a thread that waits needs some, too
OF_A_THREAD = 6  # CPUCLOCK_PERTHREAD_MASK and CPUCLOCK_SCHED of Linux

_CPU = what(Kind.CPU)
_perf = time.perf_counter_ns
_SLOTS: Any = {"slots": True} if sys.version_info >= (3, 10) else {}  # one is made for each step of a task


def had_by(native: int) -> int | None:
    """Nanoseconds that a thread of this process had; None when it has ended.

    This clock is what `pthread_getcpuclockid` finds; but that one crashes when the thread has ended.
    """
    try:
        return time.clock_gettime_ns(~native << 3 | OF_A_THREAD)
    except OSError:
        return None


@dataclass(**_SLOTS)
class Had:
    """What one lane had. `real` is the kernel's figure, `used` the same in program time."""

    real: int = 0  # up to here it is in `used`
    used: int = 0
    seen: int = 0  # program time of the last look, at which it was `used`
    told: bool = False  # the record of that look was sent
    known: bool = False  # a record was sent


@dataclass(**_SLOTS)
class Step:
    """A task that its thread works on. It has had the thread's processor time less `less`."""

    thread: int  # lane of the thread
    lane: int  # of the task
    less: int
    outer: Step | None  # the step in which this one was made


class CpuTimeMeter:
    """Reports how much processor time each lane had, in program time: at 10x a busy core gives 10 s a second.

    So the share of a core is what a lane got between two records, at every speed.
    """

    def __init__(self, channel: Channel, clock: Clock) -> None:
        self._append = channel.records.append
        self._clock = clock
        self._had: dict[int, Had] = {}
        self._base: dict[int, int] = {}  # identity of a thread that is older than the run -> what it had before
        self._steps: dict[int, Step] = {}  # identity of a thread -> the task it works on
        self._next_look = 0
        self.seen: dict[int, int] = {}  # identity of a thread -> what it had at the last look; another one each time
        self.known = False  # nothing is said before the program begins: program time is not what it will be

    def begin(self) -> None:
        """The calling thread is the program's, or that of another process, from here on."""
        self.known = sys.platform == "linux" and had_by(threading.get_native_id()) is not None
        self._had.clear()
        self._steps.clear()
        self._base = {_thread.get_ident(): time.thread_time_ns()} if self.known else {}

    def look(self, threads: dict[int, int]) -> None:
        """Looks at all threads if it is time. `threads`: the lane of each identity."""
        began = _perf()
        if began < self._next_look or not self.known:
            return
        now = self._clock.now()
        alive = cpython.threads_by_ident
        seen: dict[int, int] = {}
        for ident, lane in list(threads.items()):
            thread = alive.get(ident)
            real = None if thread is None else had_by(native_of(thread))
            if real is None or lane == LAST_THREAD:
                continue
            seen[ident] = real
            step = self._steps.get(ident)
            self._take(lane if step is None else step.thread, real - self._base.get(ident, 0), now)
            if step is not None:
                self._tell(self._of(step.lane), step.lane, real - step.less, now)
        self.seen = seen
        cost = _perf() - began
        self._next_look = began + max(PERIOD, SHARE * cost)

    def end(self, lane: int) -> None:
        """The calling thread is about to end: says exactly what it had."""
        if self.known and lane != LAST_THREAD:
            had = self._of(lane)
            self._send(lane, self._clock.now(), self._in_program_time(had, time.thread_time_ns()))

    def step_begins(self, thread: int, lane: int) -> None:
        """The calling thread, whose lane is `thread`, works on a task from here on."""
        if not self.known:
            return
        ident = _thread.get_ident()
        outer, had = self._steps.get(ident), self._had.get(lane) or self._of(lane)
        had.seen, had.told = self._clock.now(), False
        less = time.thread_time_ns() - had.real
        self._steps[ident] = Step(thread if outer is None else outer.thread, lane, less, outer)

    def step_ends(self, last: bool) -> None:
        """The calling thread leaves the task that it works on, for good with the `last` step."""
        if not self.known:
            return
        ident = _thread.get_ident()
        step = self._steps.pop(ident)
        had, real = self._had[step.lane], time.thread_time_ns() - step.less
        spent = real - had.real
        if last or spent >= WORTH:
            self._tell(had, step.lane, real, self._clock.now())
        had.used += int(spent * self._clock.speed)
        had.real = real
        if step.outer is not None:
            step.outer.less += spent  # it was not the outer task's
            self._steps[ident] = step.outer

    def _of(self, lane: int) -> Had:
        had = self._had.get(lane)
        if had is None:  # it began after the last look
            since = self._clock.now() - int(PERIOD * self._clock.speed)
            had = self._had.setdefault(lane, Had(seen=max(0, since)))
        return had

    def _take(self, lane: int, real: int, now: int) -> None:
        """A thread has had `real` up to now. Only the sender's thread comes here."""
        had = self._of(lane)
        if real - had.real < WORTH:
            if not had.known:  # else nobody knew that it had next to nothing
                self._send(lane, now, had.used)
            had.seen, had.told, had.known = now, False, True
            return
        self._tell(had, lane, real, now)
        had.used, had.real, had.seen = self._in_program_time(had, real), real, now

    def _tell(self, had: Had, lane: int, real: int, now: int) -> None:
        """A record for now, and one for the look before it, unless it was sent: between them lies what it got."""
        had.known = True
        if not had.told:
            had.told = True
            self._send(lane, had.seen, had.used)
        self._send(lane, now, self._in_program_time(had, real))

    def _in_program_time(self, had: Had, real: int) -> int:
        return had.used + max(0, int((real - had.real) * self._clock.speed))

    def _send(self, lane: int, now: int, used: int) -> None:
        self._append(RECORD.pack(now, used, 0, 0, _CPU + lane))


def native_of(thread: threading.Thread) -> int:
    """The kernel's number of a thread; after a fork a main thread may still have its old one."""
    return os.getpid() if thread is threading.main_thread() else thread.native_id or 0
