"""The facade of `queue`: the four queues report who puts, who gets, who waits, and how full it is."""

from __future__ import annotations

import _thread
import queue
import threading
from collections import deque
from collections.abc import Callable
from typing import NoReturn

from engine.protocol.records import UNKNOWN_VALUE, Kind, what
from engine.stage.facade.base.binding import WaitCodes, bind, refuse_bad, wait
from engine.stage.facade.base.module import FacadeModule
from engine.stage.facade.time import as_seconds
from engine.stage.run_services import RunServices

PUT = what(Kind.QUEUE_PUT)
GOT = what(Kind.QUEUE_GOT)
GAVE_UP = what(Kind.QUEUE_GAVE_UP)
TASK_DONE = what(Kind.QUEUE_TASK_DONE)
PUTTING = WaitCodes(what(Kind.QUEUE_WANT_PUT), GAVE_UP)
GETTING = WaitCodes(what(Kind.QUEUE_WANT_GET), GAVE_UP)
SIMPLY_GETTING = GETTING._replace(got=GOT)  # from a queue without a lock of its own to say it under
JOINING = WaitCodes(what(Kind.QUEUE_WANT_JOIN), GAVE_UP, what(Kind.QUEUE_JOINED))

_NEGATIVE = "'timeout' must be a non-negative number"
_SIZES = 2**62  # a record's value has 63 bits


class _Turn:
    """The calling thread's place among those who wait for a condition, whose lock it holds before and after.

    It keeps its turn: a loop of short `condition.wait(...)` would send it to the end of the line each time.
    """

    def __init__(self, condition: threading.Condition) -> None:
        self._condition = condition
        self._waiters: deque[_thread.LockType] = condition._waiters  # type: ignore[attr-defined]  # the same from 3.9 on
        self._waiter: _thread.LockType | None = None

    def notified(self, seconds: float) -> bool:
        """Waits so many real seconds at most to be notified."""
        if self._waiter is None:
            self._waiter = _thread.allocate_lock()
            self._waiter.acquire()
            self._waiters.append(self._waiter)
        self._condition.release()
        try:
            notified = self._waiter.acquire(True, seconds)
        finally:
            self._condition.acquire()
        if notified:
            self._waiter = None
        return notified

    def leave(self) -> None:
        """It waits no more."""
        if self._waiter is not None and self._waiter in self._waiters:
            self._waiters.remove(self._waiter)


class FacadeQueue(queue.Queue[object]):
    """queue.Queue that reports. Its mutex and conditions are real and silent; what happens is reported under them."""

    _stage: RunServices
    _stage_type = "Queue"
    _stage_thing = 0

    def __init__(self, maxsize: int = 0) -> None:
        super().__init__(maxsize)
        size = maxsize if isinstance(maxsize, int) and 0 < maxsize < _SIZES else 0
        self._stage_thing, _ = self._stage.reporter.new_thing(self._stage_type, "", size, switch=False)

    def put(self, item: object, block: bool = True, timeout: float | None = None) -> None:
        with self.not_full:
            if getattr(self, "is_shutdown", False):
                self._stage_shut_down()
            if self.maxsize > 0:
                if block and timeout is not None and timeout < 0:
                    raise ValueError(_NEGATIVE)
                if self._qsize() >= self.maxsize and not self._stage_await(
                    PUTTING, self.not_full, timeout if block else 0, self._stage_has_room, self._qsize
                ):
                    raise queue.Full
            self._put(item)
            self.unfinished_tasks += 1
            self._stage.reporter.report(PUT, self._stage_thing, self._qsize())
            self.not_empty.notify()

    def get(self, block: bool = True, timeout: float | None = None) -> object:
        with self.not_empty:
            if getattr(self, "is_shutdown", False) and not self._qsize():
                self._stage_shut_down()
            if block and timeout is not None and timeout < 0:
                raise ValueError(_NEGATIVE)
            if not self._qsize() and not self._stage_await(
                GETTING, self.not_empty, timeout if block else 0, self._stage_has_item, self._qsize
            ):
                raise queue.Empty
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
        with self.all_tasks_done:
            if not self.unfinished_tasks:
                self._stage.reporter.report(JOINING.got, self._stage_thing)
                return
            self._stage_await(
                JOINING, self.all_tasks_done, None, lambda: not self.unfinished_tasks, lambda: self.unfinished_tasks
            )

    def _stage_has_room(self) -> bool:
        if getattr(self, "is_shutdown", False):
            raise queue.ShutDown  # type: ignore[attr-defined,unused-ignore]  # Python 3.13+, as is what sets it
        return self._qsize() < self.maxsize

    def _stage_has_item(self) -> bool:
        if getattr(self, "is_shutdown", False) and not self._qsize():
            raise queue.ShutDown  # type: ignore[attr-defined,unused-ignore]  # as above
        return self._qsize() > 0

    def _stage_await(
        self,
        codes: WaitCodes,
        condition: threading.Condition,
        timeout: float | None,
        ready: Callable[[], bool],
        value: Callable[[], int],
    ) -> bool | None:
        """Waits, the mutex held, until `ready()`, which is asked when notified, and once more at the end."""
        if timeout is not None:
            timeout = 0.0 + timeout  # raises what the real one raises, as does:
            refuse_bad(True, timeout)
        turn = _Turn(condition)

        def take(seconds: float) -> bool:
            return (seconds <= 0 or turn.notified(seconds)) and ready()

        try:
            return wait(self._stage, codes, self._stage_thing, take, timeout, value=value)
        finally:
            turn.leave()

    def _stage_shut_down(self) -> NoReturn:
        self._stage.reporter.report(GAVE_UP, self._stage_thing, self._qsize())
        raise queue.ShutDown  # type: ignore[attr-defined,unused-ignore]  # Python 3.13+, as is whatever sets is_shutdown

    if hasattr(queue.Queue, "shutdown"):  # Python 3.13+

        def shutdown(self, immediate: bool = False) -> None:
            """As the real one; items thrown away are reported as one QUEUE_GOT with the depth that is left."""
            super().shutdown(immediate)  # type: ignore[misc,unused-ignore]  # as above
            if immediate:
                with self.mutex:
                    self._stage.reporter.report(GOT, self._stage_thing, self._qsize())


class FacadeSimpleQueue(queue.SimpleQueue[object]):
    """queue.SimpleQueue that reports. It has no lock of its own to report under: a put before, a got after."""

    _stage: RunServices
    _stage_thing = 0

    def __init__(self) -> None:
        super().__init__()
        self._stage_thing, _ = self._stage.reporter.new_thing("SimpleQueue", "", 0, switch=False)

    def put(self, item: object, block: bool = True, timeout: float | None = None) -> None:
        self._stage.reporter.report(PUT, self._stage_thing, UNKNOWN_VALUE)
        super().put(item, block, timeout)

    def put_nowait(self, item: object) -> None:
        self._stage.reporter.report(PUT, self._stage_thing, UNKNOWN_VALUE)
        super().put(item, False)

    def get(self, block: bool = True, timeout: float | None = None) -> object:
        report = self._stage.reporter.report
        seconds = _checked(timeout) if block and timeout is not None else None
        try:
            item = super().get(False)
        except queue.Empty:
            if not block or seconds == 0:  # as `wait` would say it, but a program may do nothing else than look
                report(GAVE_UP, self._stage_thing, UNKNOWN_VALUE)
                raise
        else:
            report(GOT, self._stage_thing, UNKNOWN_VALUE)
            return item
        return self._stage_wait(seconds)

    def get_nowait(self) -> object:
        return self.get(False)

    def _stage_wait(self, seconds: float | None) -> object:
        """The next item, or Empty after so many seconds of program time."""
        got: list[object] = []

        def take(real: float) -> bool:
            try:
                got.append(super(FacadeSimpleQueue, self).get(True, real))
            except queue.Empty:
                return False
            return True

        if not wait(self._stage, SIMPLY_GETTING, self._stage_thing, take, seconds, value=lambda: UNKNOWN_VALUE):
            raise queue.Empty
        return got.pop()


def _checked(timeout: float) -> float:
    """A time-out in seconds, or what the real SimpleQueue.get raises for it."""
    seconds = as_seconds(timeout)
    if not 0 <= seconds <= threading.TIMEOUT_MAX:
        queue.SimpleQueue[None]().get(True, timeout)
    return seconds


def make(context: RunServices) -> FacadeModule:
    """The facade of `queue`."""
    plain = _named("Queue", (FacadeQueue,), context)
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
    return bind(context, name, bases, real.__module__, __doc__=real.__doc__, _stage_type=name)
