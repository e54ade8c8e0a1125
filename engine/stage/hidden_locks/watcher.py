"""Looks for threads that wait for a lock that no facade made. Only those are looked at that have not moved for long."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from types import FrameType
from typing import NamedTuple

from engine.protocol.hidden_wait import HiddenWaitFact
from engine.stage.hidden_locks.owners import IMPORTING, Texts, Wanted, wanted
from engine.stage.hidden_locks.task_locks import TaskLocks
from engine.stage.outcome.own_frames import OWN
from engine.stage.recording.reporter import Reporter, nearest

SHARE = 10  # looking at threads that stand takes at most one part in so many of the time; a text is read once
STILL = 250_000_000  # nanoseconds of program time at one instruction, from which on a thread is looked at
AGAIN = 500_000_000  # the same, from one look at it to the next


_NO_LOCK = frozenset({"wait", "join", "_wait_for_tstate_lock", "_shutdown"})
_perf = time.perf_counter_ns


class _Rest(NamedTuple):
    """A thread is at one instruction."""

    frame: int  # identity
    instruction: int
    since: int  # nanoseconds
    looked: int  # nanoseconds: when it was looked at last, 0: never


class HiddenLocks:
    """Says who waits for which hidden lock, and when that is over."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._rests: dict[int, _Rest] = {}  # by identity of the thread
        self._told: dict[int, HiddenWaitFact] = {}  # the same: what was said last, while it goes on
        self._things: dict[int, tuple[object, int]] = {}  # identity of a lock -> itself, so that it stays one; its id
        self._texts = Texts()
        self._next = 0  # real nanoseconds: when the next thread is looked at that stands
        self.tasks = TaskLocks(reporter, self._texts)

    def look(self, frames: Mapping[int, FrameType], now: int) -> None:
        """Looks at the innermost frames of all threads. `now`: nanoseconds of program time."""
        self.tasks.look(now)
        for ident in [*self._rests.keys() - frames.keys()]:
            del self._rests[ident]
            self._end(ident, now)
        for ident, top in frames.items():
            rest = self._rests.get(ident)
            if rest is None or rest.frame != id(top) or rest.instruction != top.f_lasti:
                self._rests[ident] = _Rest(id(top), top.f_lasti, now, 0)
                self._end(ident, now)
            elif now - rest.since >= STILL and now - rest.looked >= AGAIN and (began := _perf()) >= self._next:
                used = time.thread_time_ns()
                self._rests[ident] = rest._replace(looked=now)
                self._look_at(ident, frames, rest.since, now)
                self._next = began + (time.thread_time_ns() - used) * SHARE

    def forget(self) -> None:
        """In a forked child: the other threads are not there."""
        self.tasks.forget()
        self._rests.clear()
        self._told.clear()
        self._things.clear()

    def _look_at(self, ident: int, frames: Mapping[int, FrameType], since: int, now: int) -> None:
        reporter, top = self._reporter, frames[ident]
        lane = reporter.threads.get(ident)
        file, name = top.f_code.co_filename, top.f_code.co_name
        if lane is None or file.startswith(OWN) or (file == threading.__file__ and name in _NO_LOCK):
            return  # what a facade waits in is told already, and for a notification nobody holds a lock
        found = wanted(ident, frames, self._texts)
        owner = reporter.threads.get(found.owner, 0) if found is not None else 0
        if found is None or not owner:
            self._end(ident, now)
            return
        place = reporter.place_of(nearest(top, reporter.files))
        thing = self._thing(found)
        fact = HiddenWaitFact(lane, thing, owner, place, since, library=found.library, of=found.of)
        told = self._told.get(ident)
        if told is None or (told.thing, told.owner) != (thing, owner):
            if ident in self._told:
                self._end(ident, now)
                fact = replace(fact, since=now)
            self._told[ident] = fact
            reporter.channel.facts.append(fact)

    def _thing(self, found: Wanted) -> int:
        known = self._things.get(id(found.lock))
        if known is None:
            of = found.of or ("" if found.library == IMPORTING else found.library)
            name = f"{of}.{found.name}" if of else found.name
            thing, _ = self._reporter.new_thing("Lock", name, switch=False)
            known = self._things[id(found.lock)] = (found.lock, thing)
        return known[1]

    def _end(self, ident: int, now: int) -> None:
        told = self._told.pop(ident, None)
        if told is not None:
            self._reporter.channel.facts.append(replace(told, until=now))
