"""Events, conditions, semaphores and barriers of asyncio: what is done to them is seen, and which task waits for one.

Who waits for one awaits, and is seen so. Locks are their own: see `stage/hidden_locks/task_locks.py`.
"""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from engine.protocol.records import Kind, what
from engine.stage.facade.asyncio.asyncio_tasks import LoopTask
from engine.stage.facade.base.binding import bind
from engine.stage.run_services import RunServices

_SET = what(Kind.EVENT_SET)
_CLEARED = what(Kind.EVENT_CLEARED)
_EVENT_PASSED = what(Kind.EVENT_PASSED)
_WAIT = what(Kind.CONDITION_WAIT)
_WOKEN = what(Kind.CONDITION_WOKEN)
_GAVE_UP = what(Kind.CONDITION_GAVE_UP)
_NOTIFIED = what(Kind.CONDITION_NOTIFIED)
_GOT = what(Kind.SEMAPHORE_GOT)
_RELEASED = what(Kind.SEMAPHORE_RELEASED)
_BARRIER_PASSED = what(Kind.BARRIER_PASSED)


class _Awaiting:
    """Meanwhile the task that runs now waits for this thing, wherever it gives control back to its loop."""

    __slots__ = ("_before", "_task", "_thing")

    def __init__(self, thing: int) -> None:
        try:
            task = asyncio.current_task()
        except RuntimeError:  # somebody steps through the coroutine without a loop
            task = None
        self._task = task if isinstance(task, LoopTask) else None
        self._thing, self._before = thing, 0

    def __enter__(self) -> None:
        if self._task is not None:
            self._before, self._task._stage_awaits = self._task._stage_awaits, self._thing

    def __exit__(self, *_: object) -> None:
        if self._task is not None:
            self._task._stage_awaits = self._before
            self._task = None


class FacadeEvent(asyncio.Event):
    """Beside an `asyncio.Event`."""

    _stage: RunServices

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._stage_thing, _ = self._stage.reporter.new_thing("Event", switch=False)

    def set(self) -> None:
        self._stage.reporter.report(_SET, self._stage_thing)
        super().set()

    def clear(self) -> None:
        self._stage.reporter.report(_CLEARED, self._stage_thing)
        super().clear()

    async def wait(self) -> Literal[True]:
        with _Awaiting(self._stage_thing):
            found = await super().wait()
        self._stage.reporter.report(_EVENT_PASSED, self._stage_thing)
        return found


class FacadeCondition(asyncio.Condition):
    """Beside an `asyncio.Condition`."""

    _stage: RunServices

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stage_thing, _ = self._stage.reporter.new_thing("Condition", switch=False)

    def notify(self, n: int = 1) -> None:
        woken = min(n, sum(not one.done() for one in self._waiters)) if isinstance(n, int) else 0
        super().notify(n)  # raises where its lock is not held
        self._stage.reporter.report(_NOTIFIED, self._stage_thing, woken)

    async def wait(self) -> Literal[True]:
        report, thing = self._stage.reporter.report, self._stage_thing
        report(_WAIT, thing)
        try:
            with _Awaiting(thing):
                found = await super().wait()
        except BaseException:
            report(_GAVE_UP, thing)
            raise
        report(_WOKEN, thing)
        return found


class FacadeSemaphore(asyncio.Semaphore):
    """Beside an `asyncio.Semaphore`. What its records count is what is left for others.

    The real one may have taken one for a task that is about to wake.
    """

    _stage: RunServices

    def __init__(self, value: int = 1, **kwargs: Any) -> None:
        super().__init__(value, **kwargs)
        self._stage_left = value
        type_ = "BoundedSemaphore" if isinstance(self, asyncio.BoundedSemaphore) else "Semaphore"
        self._stage_thing, _ = self._stage.reporter.new_thing(type_, size=value, switch=False)

    async def acquire(self) -> Literal[True]:
        with _Awaiting(self._stage_thing):
            found = await super().acquire()
        self._stage_left -= 1
        self._stage.reporter.report(_GOT, self._stage_thing, self._stage_left)
        return found

    def release(self) -> None:
        super().release()
        self._stage_left += 1
        self._stage.reporter.report(_RELEASED, self._stage_thing, self._stage_left)


class FacadeBarrier:
    """Beside an `asyncio.Barrier`."""

    _stage: RunServices

    def __init__(self, parties: int) -> None:
        super().__init__(parties)  # type: ignore[call-arg]  # of the barrier
        self._stage_thing, _ = self._stage.reporter.new_thing("Barrier", size=parties, switch=False)

    async def wait(self) -> int:
        with _Awaiting(self._stage_thing):
            found: int = await super().wait()  # type: ignore[misc]  # of the barrier
        self._stage.reporter.report(_BARRIER_PASSED, self._stage_thing)
        return found


def make_own(context: RunServices) -> dict[str, object]:
    """The classes of one run, by the names that asyncio has for them."""
    facades: dict[str, type] = {
        "Event": FacadeEvent,
        "Condition": FacadeCondition,
        "BoundedSemaphore": FacadeSemaphore,
        "Semaphore": FacadeSemaphore,  # after the other one: methods are called after this one
        "Barrier": FacadeBarrier,  # since 3.11
    }
    reals = {name: getattr(asyncio, name) for name in facades if hasattr(asyncio, name)}
    return {name: bind(context, name, (facades[name], real), real.__module__) for name, real in reals.items()}
