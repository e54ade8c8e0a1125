"""Queue, JoinableQueue and SimpleQueue of `multiprocessing` as a program sees them."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import queues, reduction
from queue import Empty, Full
from typing import TYPE_CHECKING, Any

from engine.protocol.records import UNKNOWN_VALUE
from engine.stage.control.program_clock import never
from engine.stage.facade.base.binding import bind
from engine.stage.facade.multiprocessing.shared_objects import SharedObject, real_context
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
from engine.stage.run_services import RunServices

MODULE = "multiprocessing.queues"


if TYPE_CHECKING:
    _Queue = queues.Queue[Any]
    _JoinableQueue = queues.JoinableQueue[Any]
    _SimpleQueue = queues.SimpleQueue[Any]
else:
    _Queue, _JoinableQueue, _SimpleQueue = queues.Queue, queues.JoinableQueue, queues.SimpleQueue


class Waited(SharedObject):
    """A queue whose waits are seen, and run on program time. Beside a real class."""

    def _stage_declare_queue(self, type_: str, size: Any = 0) -> None:
        size = size if isinstance(size, int) and size > 0 else 0
        self._stage_thing, _ = self._stage.reporter.new_thing(type_, "", size, switch=False)

    def _stage_revive(self, state: Any, more: tuple[int, str]) -> None:
        self.__setstate__(state)  # type: ignore[attr-defined]  # the real classes have it
        self._stage_thing, _ = more

    def _stage_depth(self) -> int:
        return UNKNOWN_VALUE

    def _stage_try(self, want: int, take: Callable[[float], bool], block: Any, timeout: float | None) -> bool:
        """Whether `take(0)` succeeds, or, if the caller may wait, `take(seconds)` before the time is up."""
        if take(0.0):
            return True
        report = self._stage.reporter.report
        if not block or (timeout is not None and timeout <= 0):
            report(GAVE_UP, self._stage_thing, self._stage_depth())
            return False
        report(want if timeout is None else want | TIMED, self._stage_thing, self._stage_depth())
        try:
            got = self._stage.clock.attempt(take, timeout, never)
        except BaseException:
            report(GAVE_UP, self._stage_thing, self._stage_depth())
            raise
        if not got:
            report(GAVE_UP, self._stage_thing, self._stage_depth())
        return bool(got)


class FacadeQueue(Waited, _Queue):
    """A `multiprocessing.Queue`. Its depth is that of the moment: others may be about, in other processes."""

    _closed: bool
    _sem: Any
    _notempty: Any
    _thread: Any
    _buffer: Any
    _stage_type = "Queue"

    def __init__(self, maxsize: int = 0, *, ctx: Any) -> None:
        super().__init__(maxsize, ctx=real_context(ctx))
        self._stage_declare_queue(self._stage_type, maxsize)

    def put(self, obj: Any, block: bool = True, timeout: float | None = None) -> None:
        if self._closed:
            raise ValueError(f"Queue {self!r} is closed")
        if not self._stage_try(WANT_PUT, lambda seconds: bool(self._sem.acquire(True, seconds)), block, timeout):
            raise Full
        with self._notempty:
            self._stage_put(obj)

    def _stage_put(self, obj: Any) -> None:
        """There is room: the thread that carries it gets the item. Said before: somebody may have it at once."""
        self._stage.reporter.report(PUT, self._stage_thing, self._stage_depth())
        if self._thread is None:
            self._start_thread()  # type: ignore[attr-defined]  # typeshed leaves out what begins with _
        self._buffer.append(obj)
        self._notempty.notify()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        got: list[Any] = []

        def take(seconds: float) -> bool:
            try:
                got.append(super(FacadeQueue, self).get(seconds > 0, seconds))
            except Empty:
                return False
            return True

        if not self._stage_try(WANT_GET, take, block, timeout):
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

    _cond: Any
    _unfinished_tasks: Any
    _stage_type = "JoinableQueue"

    def put(self, obj: Any, block: bool = True, timeout: float | None = None) -> None:
        if self._closed:
            raise ValueError(f"Queue {self!r} is closed")
        if not self._stage_try(WANT_PUT, lambda seconds: bool(self._sem.acquire(True, seconds)), block, timeout):
            raise Full
        with self._notempty, self._cond:
            self._unfinished_tasks.release()
            self._stage_put(obj)

    def task_done(self) -> None:
        with self._cond:
            if not self._unfinished_tasks.acquire(False):
                raise ValueError("task_done() called too many times")
            self._stage.reporter.report(TASK_DONE, self._stage_thing, self._stage_unfinished())
            if self._unfinished_tasks._semlock._is_zero():
                self._cond.notify_all()

    def join(self) -> None:
        report, done = self._stage.reporter.report, self._unfinished_tasks._semlock._is_zero

        def all_done(seconds: float) -> bool:
            return bool(done() or (self._cond.wait(seconds) and done()))

        with self._cond:
            if not done():
                report(WANT_JOIN, self._stage_thing, self._stage_unfinished())
                self._stage.clock.attempt(all_done, None, never)
            report(JOINED, self._stage_thing)

    def _stage_unfinished(self) -> int:
        try:
            return int(self._unfinished_tasks.get_value())
        except NotImplementedError:  # macOS does not tell
            return UNKNOWN_VALUE


class FacadeSimpleQueue(Waited, _SimpleQueue):
    """A `multiprocessing.SimpleQueue`."""

    _reader: Any
    _rlock: Any

    def __init__(self, *, ctx: Any) -> None:
        super().__init__(ctx=real_context(ctx))
        self._stage_declare_queue("SimpleQueue")

    def put(self, obj: Any) -> None:
        self._stage.reporter.report(PUT, self._stage_thing, UNKNOWN_VALUE)
        super().put(obj)

    def get(self) -> Any:
        got: list[Any] = []

        def take(seconds: float) -> bool:
            if not self._rlock.acquire(True, seconds):
                return False
            try:
                if not self._reader.poll(seconds):
                    return False
                got.append(self._reader.recv_bytes())
            finally:
                self._rlock.release()
            return True

        self._stage_try(WANT_GET, take, True, None)
        self._stage.reporter.report(GOT, self._stage_thing, UNKNOWN_VALUE)
        return reduction.ForkingPickler.loads(got.pop())


def make(context: RunServices) -> dict[str, Any]:
    """The classes of one run, by the names that `multiprocessing.queues` gives them."""
    queue = bind(context, "Queue", (FacadeQueue,), MODULE)
    return {
        "Queue": queue,
        "JoinableQueue": bind(context, "JoinableQueue", (FacadeJoinableQueue, queue), MODULE),
        "SimpleQueue": bind(context, "SimpleQueue", (FacadeSimpleQueue,), MODULE),
    }
