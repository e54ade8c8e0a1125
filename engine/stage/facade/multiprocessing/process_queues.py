"""Queue, JoinableQueue and SimpleQueue of `multiprocessing` as a program sees them."""

from __future__ import annotations

import threading
from collections import deque
from multiprocessing import queues, reduction
from multiprocessing.context import BaseContext
from queue import Empty, Full
from typing import TYPE_CHECKING

from engine.protocol.records import UNKNOWN_VALUE
from engine.stage.control.program_clock import Take
from engine.stage.facade.base.binding import WaitCodes, bind, wait
from engine.stage.facade.multiprocessing.shared_objects import SharedObject, count_of, real_context, semlock_of
from engine.stage.facade.queue.queues import GETTING, GOT, JOINING, PUT, PUTTING, TASK_DONE
from engine.stage.run_services import RunServices

MODULE = "multiprocessing.queues"


if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.synchronize import BoundedSemaphore, Condition, Lock, Semaphore

    _Queue = queues.Queue[object]
    _JoinableQueue = queues.JoinableQueue[object]
    _SimpleQueue = queues.SimpleQueue[object]
else:
    _Queue, _JoinableQueue, _SimpleQueue = queues.Queue, queues.JoinableQueue, queues.SimpleQueue


class Waited(SharedObject):
    """A queue whose waits are seen, and run on program time. Beside a real class."""

    def _stage_declare_queue(self, type_: str, size: object = 0) -> None:
        size = size if isinstance(size, int) and size > 0 else 0
        self._stage_thing, _ = self._stage.reporter.new_thing(type_, "", size, switch=False)

    def _stage_revive(self, state: object, more: tuple[int, str]) -> None:
        self.__setstate__(state)  # type: ignore[attr-defined]  # the real classes have it
        self._stage_thing, _ = more

    def _stage_depth(self) -> int:
        return UNKNOWN_VALUE

    def _stage_try(self, codes: WaitCodes, take: Take, timeout: float | None) -> bool:
        """Whether `take(0)` succeeds, or, if the caller may wait, `take(seconds)` before the time is up."""
        return take(0.0) or bool(wait(self._stage, codes, self._stage_thing, take, timeout, value=self._stage_depth))


class FacadeQueue(Waited, _Queue):
    """A `multiprocessing.Queue`. Its depth is that of the moment: others may be about, in other processes."""

    _closed: bool
    _sem: BoundedSemaphore
    _notempty: threading.Condition
    _thread: threading.Thread | None
    _buffer: deque[object]
    _stage_type = "Queue"

    def __init__(self, maxsize: int = 0, *, ctx: BaseContext) -> None:
        super().__init__(maxsize, ctx=real_context(ctx))
        self._stage_declare_queue(self._stage_type, maxsize)

    def put(self, obj: object, block: bool = True, timeout: float | None = None) -> None:
        if self._closed:
            raise ValueError(f"Queue {self!r} is closed")
        self._stage_make_room(timeout if block else 0)
        with self._notempty:
            self._stage_put(obj)

    def _stage_make_room(self, timeout: float | None) -> None:
        if not self._stage_try(PUTTING, lambda seconds: self._sem.acquire(seconds > 0, seconds), timeout):
            raise Full

    def _stage_put(self, obj: object) -> None:
        """There is room: the thread that carries it gets the item. Said before: somebody may have it at once."""
        self._stage.reporter.report(PUT, self._stage_thing, self._stage_depth())
        if self._thread is None:
            self._start_thread()  # type: ignore[attr-defined]  # typeshed leaves out what begins with _
        self._buffer.append(obj)
        self._notempty.notify()

    def get(self, block: bool = True, timeout: float | None = None) -> object:
        got: list[object] = []

        def take(seconds: float) -> bool:
            try:
                got.append(super(FacadeQueue, self).get(seconds > 0, seconds))
            except Empty:
                return False
            return True

        if not self._stage_try(GETTING, take, timeout if block else 0):
            raise Empty
        self._stage.reporter.report(GOT, self._stage_thing, self._stage_depth())
        return got.pop()

    def _stage_depth(self) -> int:
        try:
            return self.qsize()
        except (NotImplementedError, OSError):  # macOS does not tell; a closed one neither
            return UNKNOWN_VALUE


class FacadeJoinableQueue(FacadeQueue, _JoinableQueue):
    """A `multiprocessing.JoinableQueue`."""

    _cond: Condition
    _unfinished_tasks: Semaphore
    _stage_type = "JoinableQueue"

    def put(self, obj: object, block: bool = True, timeout: float | None = None) -> None:
        if self._closed:
            raise ValueError(f"Queue {self!r} is closed")
        self._stage_make_room(timeout if block else 0)
        with self._notempty, self._cond:
            self._unfinished_tasks.release()
            self._stage_put(obj)

    def task_done(self) -> None:
        with self._cond:
            if not self._unfinished_tasks.acquire(False):
                raise ValueError("task_done() called too many times")
            self._stage.reporter.report(TASK_DONE, self._stage_thing, self._stage_unfinished())
            if self._stage_all_done():
                self._cond.notify_all()

    def join(self) -> None:
        done = self._stage_all_done

        def done_within(seconds: float) -> bool:
            return done() or (self._cond.wait(seconds) and done())

        with self._cond:
            if done():
                self._stage.reporter.report(JOINING.got, self._stage_thing)
            else:
                wait(self._stage, JOINING, self._stage_thing, done_within, None, value=self._stage_unfinished)

    def _stage_all_done(self) -> bool:
        return semlock_of(self._unfinished_tasks)._is_zero()

    def _stage_unfinished(self) -> int:
        return count_of(self._unfinished_tasks, UNKNOWN_VALUE)


class FacadeSimpleQueue(Waited, _SimpleQueue):
    """A `multiprocessing.SimpleQueue`."""

    _reader: Connection[object, object]
    _rlock: Lock

    def __init__(self, *, ctx: BaseContext) -> None:
        super().__init__(ctx=real_context(ctx))
        self._stage_declare_queue("SimpleQueue")

    def put(self, obj: object) -> None:
        self._stage.reporter.report(PUT, self._stage_thing, UNKNOWN_VALUE)
        super().put(obj)

    def get(self) -> object:
        got: list[bytes] = []

        def take(seconds: float) -> bool:
            if not self._rlock.acquire(seconds > 0, seconds):
                return False
            try:
                if not self._reader.poll(seconds):
                    return False
                got.append(self._reader.recv_bytes())
            finally:
                self._rlock.release()
            return True

        self._stage_try(GETTING, take, None)
        self._stage.reporter.report(GOT, self._stage_thing, UNKNOWN_VALUE)
        return reduction.ForkingPickler.loads(got.pop())


def make(context: RunServices) -> dict[str, type]:
    """The classes of one run, by the names that `multiprocessing.queues` gives them."""
    queue = bind(context, "Queue", (FacadeQueue,), MODULE)
    return {
        "Queue": queue,
        "JoinableQueue": bind(context, "JoinableQueue", (FacadeJoinableQueue, queue), MODULE),
        "SimpleQueue": bind(context, "SimpleQueue", (FacadeSimpleQueue,), MODULE),
    }
