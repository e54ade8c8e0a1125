"""Queue, JoinableQueue and SimpleQueue of `multiprocessing` as a program sees them."""

from __future__ import annotations

import threading
from collections import deque
from multiprocessing import queues, reduction, synchronize
from multiprocessing.connection import Connection
from queue import Empty, Full

from engine.protocol.records import UNKNOWN_VALUE
from engine.stage.control.program_clock import Take
from engine.stage.facade.base.binding import WaitCodes, bind, wait
from engine.stage.facade.multiprocessing.shared_objects import SharedObject, count_of, semlock_of
from engine.stage.facade.queue.queues import GETTING, GOT, JOINING, PUT, PUTTING, TASK_DONE
from engine.stage.run_services import RunServices

MODULE = "multiprocessing.queues"
SEM_VALUE_MAX: int = synchronize.SEM_VALUE_MAX  # type: ignore[attr-defined]


class Waited(SharedObject):
    """A queue whose waits are seen, and run on program time. Beside a real class."""

    _maxsize = 0

    def _stage_declare(self, type_: str, name: str = "", switch: bool = False) -> str:
        size = self._maxsize % SEM_VALUE_MAX  # which is what the real one takes for no limit
        self._stage_thing, name = self._stage.reporter.new_thing(type_, name, size, switch)
        return name

    def _stage_depth(self) -> int:
        return UNKNOWN_VALUE

    def _stage_try(self, codes: WaitCodes, take: Take, timeout: float | None) -> bool:
        """Whether `take(0)` succeeds, or, if the caller may wait, `take(seconds)` before the time is up."""
        return take(0.0) or bool(wait(self._stage, codes, self._stage_thing, take, timeout, value=self._stage_depth))


class FacadeQueue(Waited, queues.Queue):  # type: ignore[type-arg]  # of whatever
    """A `multiprocessing.Queue`. Its depth is that of the moment: others may be about, in other processes."""

    _closed: bool
    _sem: synchronize.BoundedSemaphore
    _notempty: threading.Condition
    _thread: threading.Thread | None
    _buffer: deque[object]

    def put(self, obj: object, block: bool = True, timeout: float | None = None) -> None:
        if self._closed:
            raise ValueError(f"Queue {self!r} is closed")
        timeout = timeout if block else 0
        if not self._stage_try(PUTTING, lambda seconds: self._sem.acquire(seconds > 0, seconds), timeout):
            raise Full
        with self._notempty:
            self._stage_put(obj)

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


class FacadeJoinableQueue(FacadeQueue, queues.JoinableQueue):  # type: ignore[type-arg]  # of whatever
    """A `multiprocessing.JoinableQueue`."""

    _cond: synchronize.Condition
    _unfinished_tasks: synchronize.Semaphore

    def _stage_put(self, obj: object) -> None:
        with self._cond:
            self._unfinished_tasks.release()
            super()._stage_put(obj)

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


class FacadeSimpleQueue(Waited, queues.SimpleQueue):  # type: ignore[type-arg]  # of whatever
    """A `multiprocessing.SimpleQueue`."""

    _reader: Connection[object, object]
    _rlock: synchronize.Lock

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
