"""Watches whether a process of the program stands still: no thread of it has moved for a while, none will by itself."""

from __future__ import annotations

import _thread
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.protocol.still_facts import WaitCause, Waiting
from engine.stage import cpython
from engine.stage.recording.cpu_time import had_by
from engine.stage.recording.reporter import Reporter
from engine.stage.stillness import stacks
from engine.stage.stillness.surroundings import Surroundings, link_of
from engine.stage.stillness.system_calls import Blocked, SystemCalls, threads_of

PERIOD = 60_000_000  # nanoseconds between two looks
QUIET = 250_000_000  # nanoseconds without a movement after which a process stands still
SHARE = 10  # looking takes at most one part in so many of the time, also with 2,000 threads
BUSY = 2  # who has had more than one part in so many of the time since the last look does not stand still

_perf = time.perf_counter_ns
_NOBODY = Waiting(0, WaitCause.SLEEP)  # for a thread that is none of the program's
_LESS_THAN_FRAMES = frozenset(
    (WaitCause.LOCK, WaitCause.SHARED_LOCK, WaitCause.PROCESS, WaitCause.SELECT, WaitCause.PIPE)
)


@dataclass
class _Seen:
    """A thread as it was at the last look."""

    had: int  # nanoseconds of processor time: where it is the same, the thread has not run
    blocked: Blocked | None
    since: int  # the number of the look that saw it first


class StillWatch:
    """One process's own view. `tell(since, threads)` is called when it stands still, and without threads when it moves.

    All that it does is done by the sender's thread.
    """

    def __init__(self, reporter: Reporter) -> None:
        self.tell: Callable[[int, tuple[Waiting, ...]], None] = lambda _since, _threads: None
        self.root = 0  # the stage's process; 0: nothing is watched
        self._reporter = reporter
        self._calls = SystemCalls()
        self.outside: frozenset[str] = frozenset()
        self._seen: dict[int, _Seen] = {}
        self._around: Surroundings | None = None  # as it has been since something moved
        self._matched_before: dict[int, int] = {}
        self._next_look = 0
        self._looks = 0
        self._awake = 0  # identity of a thread that goes on by itself
        self._still_since = 0  # real
        self._since = 0  # program time
        self._told: tuple[Waiting, ...] = ()
        self._had = (0, 0, 0)  # real time, processor time of the process, and of this thread, at the last look

    def begin(self, root: int) -> None:
        """From here on; `root` is the stage's process. What that one has open now leads outside, here as there."""
        self.root = root if self._calls.known else 0
        if self.root and not self.outside:  # a forked child has that of its parent
            numbers = open_descriptors() if root == os.getpid() else [0, 1, 2]
            self.outside = frozenset(filter(None, (link_of(os.getpid(), number) for number in numbers)))
        self._reset()

    def fork(self) -> None:
        """In a forked child, which is not looked at before it reports."""
        self.root, self._told = 0, ()
        self._reset()

    def look(self, acted: bool) -> None:
        """Looks if it is time. `acted`: a thread of the program has reported something since the last call."""
        if acted:
            self._move()
        began = _perf()
        if not self.root or began < self._next_look:
            return
        clock = self._reporter.clock
        self._looks += 1
        try:
            waiting = None if not clock.state[2] or clock.crowded or self._is_busy(began) else self._waiting()
        except (OSError, ValueError, RuntimeError):  # a thread or a process that ends meanwhile
            waiting = None
        if waiting is None:
            self._move()
        elif began - self._still_since >= QUIET and waiting != self._told:
            self._told = waiting
            self.tell(self._since, waiting)
        self._next_look = began + max(PERIOD, SHARE * (_perf() - began))

    def _reset(self) -> None:
        self._seen.clear()
        self._still_since, self._since = _perf(), self._reporter.clock.now()

    def _move(self) -> None:
        """Something moves."""
        self._around = None
        self._still_since, self._since = _perf(), self._reporter.clock.now()
        if self._told:
            self._told = ()
            self.tell(self._since, ())

    def _is_busy(self, now: int) -> bool:
        """Whether its threads had much processor time since the last look, not counted what this one had."""
        process, own = time.process_time_ns(), time.thread_time_ns()
        before, self._had = self._had, (now, process, own)
        return (process - before[1]) - (own - before[2]) > (now - before[0]) // BUSY

    def _waiting(self) -> tuple[Waiting, ...] | None:
        """What each thread waits for; None when one moves, or will."""
        if signal.getitimer(signal.ITIMER_REAL)[0] > 0:
            return None
        frames, main = cpython.frames_of_threads(), threading.main_thread().ident or 0
        files, me = self._reporter.files, _thread.get_ident()
        known: dict[int, stacks.Stack] = {}
        for ident in (self._awake, *frames):  # who sleeps now most often slept at the last look
            top = frames.get(ident)
            if ident == me or top is None or ident in known:
                continue
            known[ident] = stack = stacks.read(top, files, ident == main)
            if stack.cause is WaitCause.SLEEP or stack.timed:
                self._awake = ident
                return None
        del frames, top  # whoever keeps a frame keeps what its program lets go of
        around = self._around = self._around or Surroundings(self.root, self.outside)
        found = []
        for tid, ident in self._matched(known, main).items():
            waiting = self._of_thread(tid, ident, known.get(ident), around)
            if waiting is None:
                return None
            if waiting.cause is not WaitCause.SLEEP:
                found.append(waiting)
        return tuple(sorted(found, key=lambda one: (one.lane, one.name)))

    def _matched(self, known: Mapping[int, object], main: int) -> dict[int, int]:
        """Each thread of the kernel, but this one, with the identity that Python has for it, 0 for none.

        The identity is the address of what stands above the thread's stack, at its end: so its stack pointer tells.
        """
        pid, me = os.getpid(), threading.get_native_id()
        found = {thread.native_id: ident for ident, thread in list(cpython.threads_by_ident.items())}
        found[pid] = main
        tids = [tid for tid in threads_of(pid) if tid != me]
        free = sorted(known.keys() - {found.get(tid, 0) for tid in tids})
        self._seen = {tid: seen for tid, seen in self._seen.items() if tid in tids}
        matched = {}
        for tid in tids:
            ident = found.get(tid, 0)
            if not ident and free:
                blocked, ident = self._see(tid).blocked, self._matched_before.get(tid, 0)
                if blocked is not None:
                    ident = next((one for one in free if one > blocked.stack), 0)
            matched[tid] = ident
        self._matched_before = matched  # a thread that runs has no stack pointer that anybody tells
        return matched

    def _see(self, tid: int) -> _Seen:
        """A thread as it is, and whether it has run since the last look."""
        had, seen = had_by(tid), self._seen.get(tid)
        if seen is None or seen.had != had or had is None:
            seen = self._seen[tid] = _Seen(had or 0, self._calls.of(os.getpid(), tid), self._looks)
        return seen

    def _of_thread(self, tid: int, ident: int, stack: stacks.Stack | None, around: Surroundings) -> Waiting | None:
        """What one thread waits for; None: it moves, or will. SLEEP: it does not count."""
        if stack is not None and stack.own:
            return _NOBODY
        cause: WaitCause | None
        if stack is not None and stack.selector is not None:
            cause = self._of_loop(stack.selector, around)
        elif stack is not None and stack.cause is WaitCause.WATCHED:
            cause = WaitCause.WATCHED
        else:
            cause = self._of_call(tid, stack, around)
        if cause is None or stack is None:
            return None if cause is None else _NOBODY
        lane = self._reporter.threads.get(ident, 0)
        if lane:
            return Waiting(lane, cause, stack.place, stack.call)
        thread = cpython.threads_by_ident.get(ident)
        name = "" if thread is None else thread.name
        return Waiting(0, cause, stack.place, stack.call, name, self._reporter.ids.main)

    def _of_call(self, tid: int, stack: stacks.Stack | None, around: Surroundings) -> WaitCause | None:
        """What the kernel says that a thread waits for, which has not run since the last look; None: it may go on."""
        seen = self._see(tid)
        if seen.since == self._looks or seen.blocked is None:
            return None
        cause = around.cause(os.getpid(), seen.blocked)
        known = stack.cause if stack is not None else None
        return known if known is not None and cause in _LESS_THAN_FRAMES else cause

    def _of_loop(self, numbers: tuple[int, ...], around: Surroundings) -> WaitCause | None:
        """An event loop that waits without a time-out has no timer; it may wait for somebody outside."""
        inside = all(around.of_descriptor(os.getpid(), number) is not None for number in numbers)
        return WaitCause.LOOP if inside else None


def open_descriptors() -> list[int]:
    """The descriptors that are open in this process."""
    try:
        return [int(name) for name in os.listdir("/proc/self/fd")]
    except OSError:
        return []
