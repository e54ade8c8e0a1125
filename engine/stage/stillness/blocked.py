"""Threads that do not run, in a call that no facade watches: who does so, in which line, in which function."""

from __future__ import annotations

import os
import sys
import threading
import time

from engine.protocol.records import RECORD, Kind, what
from engine.stage import cpython
from engine.stage.recording.cpu_time import native_of
from engine.stage.recording.reporter import Reporter
from engine.stage.stillness import stacks
from engine.stage.stillness.system_calls import is_asleep

LOOKS = 2  # looks of the meter in which a thread had no processor time: 80 ms, so that nothing flickers
SHARE = 50  # looking takes at most one part in so many of the time, also with 2,000 threads
MOST = 500  # functions that get a name

_BLOCKED = what(Kind.BLOCKED)
_MOVES = what(Kind.MOVES)
_perf = time.perf_counter_ns


class _Rest:
    """A thread that has not run for so many looks."""

    __slots__ = ("had", "lane", "looks", "since", "told")

    def __init__(self, had: int, since: int) -> None:
        self.had = had  # nanoseconds of processor time
        self.since = since  # program time
        self.looks = 0
        self.lane = 0  # of which it was said
        self.told = False  # it was looked at, and need not be again before it runs


class BlockedThreads:
    """Looks after each look of the meter of processor time. All is done by the sender's thread."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._resting: dict[int, _Rest] = {}  # by identity
        self._functions: dict[str, int] = {}  # things that stand for them
        self._seen: dict[int, int] = {}
        self._next_look = 0

    def look(self) -> None:
        """Says who does not run, and who runs again."""
        seen, reporter = self._reporter.processor.seen, self._reporter
        if seen is self._seen or sys.platform != "linux":
            return
        self._seen, began, now = seen, _perf(), reporter.clock.now()
        for ident, had in seen.items():
            rest = self._resting.get(ident)
            if rest is None or rest.had != had:
                if rest is not None and rest.lane:
                    reporter.channel.records.append(RECORD.pack(now, 0, 0, 0, _MOVES + rest.lane))
                self._resting[ident] = _Rest(had, now)
            else:
                rest.looks += 1
        if len(self._resting) > len(seen):
            self._resting = {ident: rest for ident, rest in self._resting.items() if ident in seen}
        found = [ident for ident, rest in self._resting.items() if not rest.told and rest.looks >= LOOKS]
        if found and began >= self._next_look:
            self._look_at(found)
            self._next_look = began + SHARE * (_perf() - began)

    def _look_at(self, idents: list[int]) -> None:
        reporter, frames = self._reporter, cpython.frames_of_threads()
        main, top = threading.main_thread().ident, None
        known = []
        for ident in idents:
            rest, lane, top = self._resting[ident], reporter.threads.get(ident), frames.get(ident)
            thread = cpython.threads_by_ident.get(ident)
            if lane is None or top is None or thread is None:
                continue
            rest.told = True
            known.append((rest, lane, native_of(thread), stacks.read(top, reporter.files, ident == main)))
        del frames, top  # before the system is asked: whoever keeps a frame keeps what its program lets go of
        for rest, lane, native, stack in known:
            if stack.is_watched or not is_asleep(os.getpid(), native):
                continue
            rest.lane = lane
            thing = self._function(stack.call)
            reporter.channel.records.append(RECORD.pack(rest.since, 0, thing, stack.place, _BLOCKED + lane))

    def _function(self, name: str) -> int:
        """The thing that stands for a function."""
        if not name or (name not in self._functions and len(self._functions) >= MOST):
            return 0
        if name not in self._functions:
            self._functions[name] = self._reporter.new_thing("function", name, switch=False)[0]
        return self._functions[name]
