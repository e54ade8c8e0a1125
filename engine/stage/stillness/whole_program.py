"""Whether the whole program stands still: the stage's process, others that are watched, and those that are not."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import NamedTuple

from engine.protocol.still_facts import StillFact, WaitCause, Waiting
from engine.stage.stillness.surroundings import Surroundings, descendants, is_of_multiprocessing
from engine.stage.stillness.system_calls import Call, SystemCalls, is_asleep, text_of, threads_of, time_of
from engine.stage.stillness.watch import PERIOD, StillWatch

SHARE = 10  # looking takes at most one part in so many of the time in which nothing else goes on
STANDARD_INPUT = 0

_perf = time.perf_counter_ns


class _Still(NamedTuple):
    """A process that stands still."""

    since: int  # nanoseconds of program time
    threads: tuple[Waiting, ...]


class WholeProgram:
    """The stage's view of all processes. Others say themselves that they stand still, and that they do no more.

    A process that nobody watches, such as a child of `subprocess`, stands still when each of its threads sleeps in a
    call that only the program could end. All but what others say is done by the sender's thread.
    """

    def __init__(self, watch: StillWatch, tell: Callable[[StillFact], object]) -> None:
        self._watch, self._tell = watch, tell
        watch.tell = self._take_own
        self._away = False  # this is another process than the stage's
        self._own: _Still | None = None
        self._others: dict[int, _Still | None] = {}  # by their pid
        self._calls = SystemCalls()
        self._ran: dict[tuple[int, int], int] = {}  # threads of processes that nobody watches
        self._strangers: list[Waiting] = []  # what those wait for that tell something
        self._quiet_since = 0
        self._around: Surroundings | None = None  # as it has been since something moved
        self._next_look = 0
        self._told: StillFact | None = None

    def begin(self) -> None:
        """From here on: the calling process is the stage's. Where nobody can look, nothing is said."""
        self._watch.begin(os.getpid())
        if self._watch.root:
            self._tell(StillFact(0))

    def say_to(self, root: int, tell: Callable[[int, tuple[Waiting, ...]], None]) -> None:
        """From here on: the calling process is another one, and says it to the stage, whose process is `root`."""
        self._away, self._watch.tell = True, tell
        self._watch.begin(root)

    def fork(self) -> None:
        """In a forked child: it has a view of its own."""
        self._own, self._told, self._around = None, None, None
        self._others.clear()
        self._watch.fork()

    def joined(self, pid: int) -> None:
        """A process is watched from here on."""
        self._others[pid] = None

    def left(self, pid: int) -> None:
        """It has ended."""
        self._others.pop(pid, None)

    def take(self, pid: int, since: int, threads: tuple[Waiting, ...]) -> None:
        """A process says that it stands still, or without threads that it moves."""
        if pid in self._others:
            self._others[pid] = _Still(since, threads) if threads else None

    def look(self, acted: bool) -> None:
        """Called by the sender each time round."""
        self._watch.look(acted)
        if self._away or not self._watch.root:
            return
        began = _perf()
        if self._own is None or None in self._others.values():
            self._move(began)
        elif began >= self._next_look:
            try:
                still = self._strangers_stand_still()
            except (OSError, ValueError):  # one ends meanwhile
                still = False
            if not still:
                self._move(began)
            elif began - self._quiet_since >= PERIOD or not self._ran:
                self._say(self._own, [one for one in list(self._others.values()) if one is not None])
            self._next_look = began + max(PERIOD, SHARE * (_perf() - began))

    def _take_own(self, since: int, threads: tuple[Waiting, ...]) -> None:
        self._own = _Still(since, threads) if threads else None

    def _move(self, now: int) -> None:
        self._quiet_since, self._around = now, None
        if self._told is not None:
            self._told = None
            self._tell(StillFact(0))

    def _say(self, own: _Still, others: list[_Still]) -> None:
        every = [own, *others]
        threads = [waiting for one in every for waiting in one.threads]
        fact = StillFact(max(one.since for one in every), (*threads, *self._strangers))
        if fact != self._told:
            self._told = fact
            self._tell(fact)

    def _strangers_stand_still(self) -> bool:
        """Whether no thread of a process that nobody watches has run since the last look, or may by itself."""
        around = self._around = self._around or Surroundings(os.getpid(), self._watch.outside)
        strangers = descendants(os.getpid()) - self._others.keys() - {os.getpid()}
        ran = {(pid, tid): time_of(pid, tid) for pid in strangers for tid in threads_of(pid)}
        before, self._ran = self._ran, ran
        if any(before.get(one, -1) != had or had < 0 for one, had in ran.items()):
            return False
        self._strangers = []
        return all(self._waits_for_us(around, *one) for one in ran)

    def _waits_for_us(self, around: Surroundings, pid: int, tid: int) -> bool:
        blocked = self._calls.of(pid, tid) if is_asleep(pid, tid) else None
        cause = around.cause(pid, blocked) if blocked is not None else None
        if blocked is None or cause is None:
            return False
        tells = cause is WaitCause.FULL_PIPE or (blocked.call is Call.READ and blocked.arguments[0] == STANDARD_INPUT)
        if tells and not is_of_multiprocessing(pid):
            self._strangers.append(Waiting(0, cause, name=text_of(f"/proc/{pid}/comm").strip()))
        return True
