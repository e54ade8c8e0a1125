"""Locks of asyncio: which one a task waits for, and which task has it, from the frames of suspended coroutines."""

from __future__ import annotations

import ast
import sys
import time
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from types import CodeType, CoroutineType, FrameType
from typing import NamedTuple, Protocol

from engine.protocol.hidden_wait import HiddenWaitFact
from engine.stage.hidden_locks.owners import Texts, value_of
from engine.stage.recording.reporter import Reporter

PERIOD = 100_000_000  # nanoseconds from one look at the tasks to the next
SHARE = 20  # looking at them takes at most one part in so many of the time
DEEPEST = 60  # coroutines that await one another
MOST = 2000  # tasks that are looked at


class Task(Protocol):
    """A task with a lane, of `facade.asyncio`."""

    _stage_lane: int
    _stage_place: int

    def get_coro(self) -> object: ...
    def done(self) -> bool: ...


Stacks = Sequence[tuple[Task, Sequence[FrameType]]]  # of each task, the outermost coroutine first


class Standing(NamedTuple):
    """A task that waits for a lock which another one has."""

    task: Task
    lock: object
    name: str  # what the program calls the lock
    owner: Task


class TaskLocks:
    """Says which tasks wait for a lock that another one has, once they have done so at two looks."""

    def __init__(self, reporter: Reporter, texts: Texts) -> None:
        self._reporter, self._texts = reporter, texts
        self._live: weakref.WeakSet[Task] = weakref.WeakSet()
        self._seen: dict[int, HiddenWaitFact] = {}  # at the last look, by lane
        self._told: set[HiddenWaitFact] = set()
        self._things: dict[int, tuple[object, int]] = {}  # identity of a lock -> itself, so that it stays one; its id
        self._next = 0  # real nanoseconds

    def add(self, task: Task) -> None:
        """A task that has a lane."""
        self._live.add(task)

    def forget(self) -> None:
        """In a forked child: none of them goes on."""
        self._live.clear()
        self._seen.clear()
        self._told.clear()

    def look(self, now: int) -> None:
        """Looks at all tasks, not too often. `now`: nanoseconds of program time."""
        began = time.perf_counter_ns()
        if began < self._next or not self._live:
            return
        used = time.thread_time_ns()
        seen = {}
        for task, lock, name, owner in self._standing():
            lane, thing = task._stage_lane, self._thing(lock, name)
            fact = HiddenWaitFact(lane, thing, owner._stage_lane, task._stage_place, now)
            before = self._seen.get(lane)
            if before is not None and (before.thing, before.owner) == (thing, fact.owner):
                fact = before
                if fact not in self._told:
                    self._told.add(fact)
                    self._reporter.channel.facts.append(fact)
            seen[lane] = fact
        for fact in [one for one in self._told if seen.get(one.thread) is not one]:
            self._told.discard(fact)
            self._reporter.channel.facts.append(replace(fact, until=now))
        self._seen = seen
        self._next = began + max(PERIOD, (time.thread_time_ns() - used) * SHARE)

    def _thing(self, lock: object, name: str) -> int:
        known = self._things.get(id(lock))
        if known is None:
            thing, _ = self._reporter.new_thing("Lock", name, switch=False)
            known = self._things[id(lock)] = (lock, thing)
        return known[1]

    def _standing(self) -> list[Standing]:
        """Those that wait for a lock; read while their loop goes on, so what is found has to be found again later."""
        texts, acquire = self._texts, _acquire()
        if acquire is None or not self._live or len(self._live) > MOST:
            return []
        stacks = [(task, tuple(_frames(task.get_coro()))) for task in list(self._live.copy()) if not task.done()]
        waiting = [(task, stack) for task, stack in stacks if stack and stack[-1].f_code is acquire]
        found = []
        for task, stack in waiting:
            lock = stack[-1].f_locals.get("self")
            owner = _owner(lock, stacks, texts)
            if owner is not None:
                found.append(Standing(task, lock, _name(lock, stack, stacks, texts), owner))
        return found


def _acquire() -> CodeType | None:
    """The code of `asyncio.Lock.acquire`, where asyncio is in use."""
    lock = getattr(sys.modules.get("asyncio.locks"), "Lock", None)
    return None if lock is None else lock.acquire.__code__


def _frames(inner: object) -> Iterator[FrameType]:
    """From the outermost coroutine to the innermost one that is Python's."""
    for _ in range(DEEPEST):
        if type(inner) is not CoroutineType or inner.cr_running or inner.cr_frame is None:
            return
        yield inner.cr_frame
        inner = inner.cr_await


def _owner(lock: object, stacks: Stacks, texts: Texts) -> Task | None:
    """The only task that has taken a lock and not given it back; None where there is none, or several."""
    found = [
        task
        for task, stack in stacks
        if any(value_of(one, frame) is lock for frame in stack for one in _had(frame, texts))
    ]
    return found[0] if len(found) == 1 else None


def _had(frame: FrameType, texts: Texts) -> Iterable[ast.expr]:
    return texts.of(frame.f_code).had_at(frame.f_lineno or 0)


def _name(lock: object, stack: Sequence[FrameType], stacks: Stacks, texts: Texts) -> str:
    """What the program calls a lock: an attribute, else a variable of who has made it, else of who takes it."""
    taken = [
        (one, frame)
        for frame in reversed(stack)
        for one in texts.of(frame.f_code).taken_at(frame.f_lineno or 0)
        if value_of(one, frame) is lock and not (isinstance(one, ast.Name) and one.id == "self")
    ]
    if not taken:
        return "Lock"
    expression, taker = taken[0]
    if isinstance(expression, ast.Name):
        others = (frame for _, its in stacks for frame in its if frame.f_code is not taker.f_code)
        for frame in others:
            for name, value in frame.f_locals.items():
                if value is lock and name != "self":
                    return name
    return ast.unparse(expression)
