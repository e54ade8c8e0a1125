"""Events, conditions, semaphores and barriers of asyncio: what is done to them is seen.

Their coroutines are the real ones, so that tracebacks and tasks show what they show elsewhere. For which of them a task
waits is read from the frame of its coroutine (`asyncio_tasks.py`); what a task got is said when it goes on. Locks are
asyncio's own: see `stage/hidden_locks/task_locks.py`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from engine.protocol.records import Kind, what
from engine.stage.facade.base.binding import bind
from engine.stage.run_services import RunServices

_SET = what(Kind.EVENT_SET)
_CLEARED = what(Kind.EVENT_CLEARED)
_EVENT = (what(Kind.EVENT_PASSED), what(Kind.EVENT_GAVE_UP))
_CONDITION = (what(Kind.CONDITION_WOKEN), what(Kind.CONDITION_GAVE_UP))
_BARRIER = (what(Kind.BARRIER_PASSED), what(Kind.BARRIER_BROKEN))
_NOTIFIED = what(Kind.CONDITION_NOTIFIED)
_GOT = what(Kind.SEMAPHORE_GOT)
_RELEASED = what(Kind.SEMAPHORE_RELEASED)


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

    def _stage_goes_on(self, lane: int, place: int, cancelled: bool) -> None:
        """A task that waited here goes on."""
        self._stage.reporter.report_for(lane, _EVENT[cancelled], self._stage_thing, 0, place)


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

    def _stage_goes_on(self, lane: int, place: int, cancelled: bool) -> None:
        """As of an event."""
        self._stage.reporter.report_for(lane, _CONDITION[cancelled], self._stage_thing, 0, place)


class FacadeSemaphore(asyncio.Semaphore):
    """Beside an `asyncio.Semaphore`. What its records count is what is left once those who are woken have theirs."""

    _stage: RunServices
    _stage_value: int

    def __init__(self, value: int = 1, **kwargs: Any) -> None:
        self._stage_thing = self._stage_handed = 0  # the latter: taken for tasks that are yet to go on
        self._stage_wakes = self._stage_gives = False  # what the real one does at the moment
        super().__init__(value, **kwargs)
        self._stage_left = value
        type_ = "BoundedSemaphore" if isinstance(self, asyncio.BoundedSemaphore) else "Semaphore"
        self._stage_thing, _ = self._stage.reporter.new_thing(type_, size=value, switch=False)

    @property
    def _value(self) -> int:
        return self._stage_value

    @_value.setter
    def _value(self, value: int) -> None:
        """Whoever takes one makes this less; since 3.11 whoever wakes another one does it for that.

        Who is cancelled when one was taken for it gives it back, and does not release it.
        """
        step = value - self._stage_value if self._stage_thing else 0
        self._stage_value = value
        if step < 0 and self._stage_wakes:
            self._stage_handed += 1
        elif step > 0 and not self._stage_gives:
            self._stage_handed -= 1
        elif step < 0:
            self._stage_left -= 1
            self._stage.reporter.report(_GOT, self._stage_thing, self._stage_left)

    def release(self) -> None:
        self._stage_gives = True
        try:
            super().release()  # raises where it is bounded
        finally:
            self._stage_gives = False
        self._stage_left += 1
        self._stage.reporter.report(_RELEASED, self._stage_thing, self._stage_left)

    def _wake_up_next(self) -> object:  # type: ignore[override]  # since 3.12 it says whether there was one
        before, self._stage_wakes = self._stage_wakes, True
        try:
            return super()._wake_up_next()
        finally:
            self._stage_wakes = before

    def _stage_goes_on(self, lane: int, place: int, cancelled: bool) -> None:
        """As of an event."""
        if self._stage_handed > 0 and not cancelled:
            self._stage_handed -= 1
            self._stage_left -= 1
            self._stage.reporter.report_for(lane, _GOT, self._stage_thing, self._stage_left, place)


class FacadeBarrier:
    """Beside an `asyncio.Barrier`."""

    _stage: RunServices
    broken: bool

    def __init__(self, parties: int) -> None:
        super().__init__(parties)  # type: ignore[call-arg]  # of the barrier
        self._stage_thing, _ = self._stage.reporter.new_thing("Barrier", size=parties, switch=False)

    def _stage_goes_on(self, lane: int, place: int, cancelled: bool) -> None:
        """As of an event."""
        self._stage.reporter.report_for(lane, _BARRIER[cancelled or self.broken], self._stage_thing, 0, place)


def make_own(context: RunServices) -> dict[str, object]:
    """The classes of one run, by the names that asyncio has for them."""
    facades: dict[str, type] = {"Event": FacadeEvent, "Condition": FacadeCondition, "Semaphore": FacadeSemaphore}
    if hasattr(asyncio, "Barrier"):  # since 3.11
        facades["Barrier"] = FacadeBarrier
    module = asyncio.Event.__module__
    made = {name: bind(context, name, (own, getattr(asyncio, name)), module) for name, own in facades.items()}
    bounded = bind(context, "BoundedSemaphore", (made["Semaphore"], asyncio.BoundedSemaphore), module)
    return {**made, "BoundedSemaphore": bounded}
