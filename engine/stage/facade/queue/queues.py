"""The facade of `queue`: the four queues report who puts, who gets, who waits, and how full it is."""

from __future__ import annotations

import _thread
import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from engine.protocol.records import UNKNOWN_VALUE
from engine.protocol.units import SECOND
from engine.stage.control.program_clock import Clock, never
from engine.stage.facade.base.module import FacadeModule
from engine.stage.facade.queue.queue_codes import (
    GAVE_UP,
    GOT,
    JOINED,
    PUT,
    TASK_DONE,
    TIMED,
    WANT_GET,
    WANT_JOIN,
    WANT_PUT,
)
from engine.stage.facade.time import as_seconds
from engine.stage.run_services import RunServices

_NEGATIVE = "'timeout' must be a non-negative number"
_SIZES = 2**62  # a record's value has 63 bits

if TYPE_CHECKING:
    _Queue = queue.Queue[Any]
    _SimpleQueue = queue.SimpleQueue[Any]
else:
    _Queue = queue.Queue
    _SimpleQueue = queue.SimpleQueue


def _wait(condition: threading.Condition, clock: Clock, seconds: float | None) -> None:
    """Waits until notified, or for so many seconds of program time; the condition's lock is held before and after.

    The waiter keeps its turn: a loop of short `condition.wait(...)` would send it to the end of the line each time.
    Raises Cancelled when the run was stopped.
    """
    waiter = _thread.allocate_lock()
    waiter.acquire()
    waiters: Any = condition._waiters  # type: ignore[attr-defined]  # the same in every version from 3.9 on
    waiters.append(waiter)
    condition.release()
    notified: bool | None = False
    try:
        notified = clock.attempt(lambda real: waiter.acquire(True, real), seconds, never)
    finally:
        condition.acquire()
        if not notified and waiter in waiters:
            waiters.remove(waiter)


def _nanoseconds(timeout: Any) -> int:
    """A time-out in nanoseconds. Raises what waiting so long raises: TypeError, ValueError, OverflowError."""
    seconds = 0.0 + timeout
    if not seconds <= threading.TIMEOUT_MAX:
        _thread.allocate_lock().acquire(True, seconds)
    return int(seconds * SECOND)


class FacadeQueue(_Queue):
    """queue.Queue that reports. Its mutex and conditions are real and silent; what happens is reported under them."""

    _stage: RunServices
    _stage_type = "Queue"
    _stage_thing = 0

    def __init__(self, maxsize: int = 0) -> None:
        super().__init__(maxsize)
        size = maxsize if isinstance(maxsize, int) and 0 < maxsize < _SIZES else 0
        self._stage_thing, _ = self._stage.reporter.new_thing(self._stage_type, "", size, switch=False)

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        with self.not_full:
            if getattr(self, "is_shutdown", False):
                self._stage_shut_down()
            if self.maxsize > 0:
                if block and timeout is not None and timeout < 0:
                    raise ValueError(_NEGATIVE)
                if self._qsize() >= self.maxsize:
                    self._stage_wait_for_room(block, timeout)
            self._put(item)
            self.unfinished_tasks += 1
            self._stage.reporter.report(PUT, self._stage_thing, self._qsize())
            self.not_empty.notify()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        with self.not_empty:
            if getattr(self, "is_shutdown", False) and not self._qsize():
                self._stage_shut_down()
            if block and timeout is not None and timeout < 0:
                raise ValueError(_NEGATIVE)
            if not self._qsize():
                self._stage_wait_for_item(block, timeout)
            item = self._get()
            self._stage.reporter.report(GOT, self._stage_thing, self._qsize())
            self.not_full.notify()
            return item

    def task_done(self) -> None:
        with self.all_tasks_done:
            unfinished = self.unfinished_tasks - 1
            if unfinished < 0:
                raise ValueError("task_done() called too many times")
            self._stage.reporter.report(TASK_DONE, self._stage_thing, unfinished)
            if unfinished == 0:
                self.all_tasks_done.notify_all()
            self.unfinished_tasks = unfinished

    def join(self) -> None:
        report = self._stage.reporter.report
        with self.all_tasks_done:
            if self.unfinished_tasks:
                report(WANT_JOIN, self._stage_thing, self.unfinished_tasks)
                while self.unfinished_tasks:
                    _wait(self.all_tasks_done, self._stage.clock, None)
            report(JOINED, self._stage_thing)

    def _stage_wait_for_room(self, block: bool, timeout: float | None) -> None:
        self._stage_await(
            self.not_full,
            timeout if block else 0,
            ready=lambda: self._qsize() < self.maxsize,
            shut=lambda: getattr(self, "is_shutdown", False),
            want=WANT_PUT,
            gone=queue.Full,
        )

    def _stage_wait_for_item(self, block: bool, timeout: float | None) -> None:
        self._stage_await(
            self.not_empty,
            timeout if block else 0,
            ready=lambda: self._qsize() > 0,
            shut=lambda: getattr(self, "is_shutdown", False) and not self._qsize(),
            want=WANT_GET,
            gone=queue.Empty,
        )

    def _stage_await(
        self,
        condition: threading.Condition,
        timeout: float | None,
        *,
        ready: Callable[[], bool],
        shut: Callable[[], bool],
        want: int,
        gone: type[Exception],
    ) -> None:
        """Waits, the mutex held, until `ready()`. Raises `gone` when the time is up, ShutDown when `shut()`."""
        report, clock = self._stage.reporter.report, self._stage.clock
        until = None if timeout is None else clock.now() + _nanoseconds(timeout)
        word = want if until is None else want | TIMED
        while not ready():
            left = None if until is None else (until - clock.now()) / SECOND
            if left is not None and left <= 0:
                report(GAVE_UP, self._stage_thing, self._qsize())
                raise gone
            if word:
                report(word, self._stage_thing, self._qsize())
                word = 0
            _wait(condition, clock, left)
            if shut():
                self._stage_shut_down()

    def _stage_shut_down(self) -> NoReturn:
        self._stage.reporter.report(GAVE_UP, self._stage_thing, self._qsize())
        raise queue.ShutDown  # type: ignore[attr-defined,unused-ignore]  # Python 3.13+, as is whatever sets is_shutdown


class _ShutDownQueue(FacadeQueue):
    """The part of the facade that only Python 3.13 and later have."""

    def shutdown(self, immediate: bool = False) -> None:
        """As the real one; items thrown away are reported as one QUEUE_GOT with the depth that is left."""
        super().shutdown(immediate)  # type: ignore[misc,unused-ignore]  # Python 3.13+
        if immediate:
            with self.mutex:
                self._stage.reporter.report(GOT, self._stage_thing, self._qsize())


class FacadeSimpleQueue(_SimpleQueue):
    """queue.SimpleQueue that reports. It has no lock of its own to report under: a put before, a got after."""

    _stage: RunServices
    _stage_thing = 0

    def __init__(self) -> None:
        super().__init__()
        self._stage_thing, _ = self._stage.reporter.new_thing("SimpleQueue", "", 0, switch=False)

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        self._stage.reporter.report(PUT, self._stage_thing, UNKNOWN_VALUE)
        super().put(item, block, timeout)

    def put_nowait(self, item: Any) -> None:
        self._stage.reporter.report(PUT, self._stage_thing, UNKNOWN_VALUE)
        super().put(item, False)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        report = self._stage.reporter.report
        seconds = _checked(timeout) if block and timeout is not None else None
        try:
            item = super().get(False)
        except queue.Empty:
            if not block or seconds == 0:
                report(GAVE_UP, self._stage_thing, UNKNOWN_VALUE)
                raise
        else:
            report(GOT, self._stage_thing, UNKNOWN_VALUE)
            return item
        report(WANT_GET if seconds is None else WANT_GET | TIMED, self._stage_thing, UNKNOWN_VALUE)
        return self._stage_wait(seconds)

    def get_nowait(self) -> Any:
        return self.get(False)

    def _stage_wait(self, seconds: float | None) -> Any:
        """The next item, or Empty after so many seconds of program time."""
        got: list[Any] = []

        def take(real: float) -> bool:
            try:
                got.append(super(FacadeSimpleQueue, self).get(True, real))
            except queue.Empty:
                return False
            return True

        if not self._stage.clock.attempt(take, seconds, never):
            self._stage.reporter.report(GAVE_UP, self._stage_thing, UNKNOWN_VALUE)
            raise queue.Empty
        self._stage.reporter.report(GOT, self._stage_thing, UNKNOWN_VALUE)
        return got.pop()


def _checked(timeout: Any) -> float:
    """A time-out in seconds, or what the real SimpleQueue.get raises for it."""
    seconds = as_seconds(timeout)
    if not 0 <= seconds <= threading.TIMEOUT_MAX:
        queue.SimpleQueue[None]().get(True, timeout)
    return seconds


def make(context: RunServices) -> FacadeModule:
    """The facade of `queue`."""
    base = _ShutDownQueue if hasattr(queue.Queue, "shutdown") else FacadeQueue
    plain = _named("Queue", (base,), context)
    own = {
        "Queue": plain,
        "LifoQueue": _named("LifoQueue", (plain, queue.LifoQueue), context),
        "PriorityQueue": _named("PriorityQueue", (plain, queue.PriorityQueue), context),
        "SimpleQueue": _named("SimpleQueue", (FacadeSimpleQueue,), context),
    }
    return FacadeModule(queue, own)


def _named(name: str, bases: tuple[type, ...], context: RunServices) -> type:
    """A class of this run that looks like the real one of that name."""
    real = getattr(queue, name)
    own = {"__module__": real.__module__, "__doc__": real.__doc__, "_stage": context, "_stage_type": name}
    return type(name, bases, own)
