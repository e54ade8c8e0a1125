"""The facade of `concurrent.futures`: executors whose workers are seen, futures that say who waits for which task."""

from __future__ import annotations

import concurrent.futures.thread
import queue
import threading
import types
from collections.abc import Callable
from concurrent.futures import _base
from typing import Any, TypeVar

from engine.protocol.records import STAGE_THREAD, Kind, what
from engine.protocol.units import SECOND
from engine.stage import cpython
from engine.stage.control.program_clock import Cancelled
from engine.stage.facade import registry
from engine.stage.facade.base.binding import RESULT, bind, checked, reduced, show_as, wait
from engine.stage.facade.base.module import FacadeModule
from engine.stage.facade.base.module_copies import module_copy, rebound
from engine.stage.facade.futures import pool_tasks
from engine.stage.outcome.late_names import Names, code_of, late_names_of
from engine.stage.outcome.mistakes import SUBMITTED, mistakes_of
from engine.stage.run_services import RunServices, one_per_run

_IDLE = what(Kind.TASK_WANT)
_THREAD = "concurrent.futures.thread"
_ENDED = frozenset({_base.CANCELLED, _base.CANCELLED_AND_NOTIFIED, _base.FINISHED})

_Function = TypeVar("_Function", bound=Callable[..., object])


def _wait(
    context: RunServices, ended: Callable[[float], bool], timeout: float | None, task: int = 0, raises: int = 0
) -> bool:
    """Waits on program time for the end of a task, or with 0 of several, and reports it. Returns whether they ended.

    `ended(real seconds)` waits so long at most; `raises` is 1 where the time-out of a wait for several is an error.
    Raises what a wait raises for a time-out that is none.
    """
    timeout = checked(timeout)
    return ended(0) or bool(wait(context, RESULT, task, ended, timeout, value=lambda: raises))


class FutureKind(type):
    """Every real future is one of the facade's to `isinstance`: libraries make futures, too."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, _base.Future)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, _base.Future)


class FacadeFuture(_base.Future):  # type: ignore[type-arg]  # whatever it holds
    """A future that reports. `_stage_tasks` are the tasks whose results it holds, none for one that a program made."""

    _stage: RunServices
    _stage_submitting: threading.local  # the call that an executor is being given by this thread
    _stage_tasks: tuple[int, ...] = ()
    _stage_own = 0  # its task, if that runs in this process, so that it knows itself when that begins and ends
    _stage_function: object = None
    _stage_names: Names | None = None  # what it would have found when it was handed over
    _stage_code: types.CodeType | None = None  # of the same

    def __init__(self) -> None:
        super().__init__()
        call = getattr(self._stage_submitting, "call", None)
        if call is not None:
            self._stage_submitting.call = None
            self._stage_function = call[0]
            self._stage_own = pool_tasks.submitted(self._stage, *call, pool=self._stage_submitting.pool)
            self._stage_tasks = (self._stage_own,)
            self._stage_look_at(call[0])

    def _stage_look_at(self, function: object) -> None:
        """Looks at what the task is to call."""
        if not callable(function):
            mistakes_of(self._stage).no_function(function, 0, SUBMITTED, self._stage_own)
        else:
            self._stage_names = late_names_of(self._stage).handed_over(function)

    def _stage_tell(self, word: int) -> None:
        for task in self._stage_tasks:
            self._stage.reporter.report(word, task)

    # what executors call

    def set_running_or_notify_cancel(self) -> bool:
        runs = super().set_running_or_notify_cancel()
        if runs and self._stage_own:
            pool_tasks.started(self._stage, self._stage_own, self._stage_function)
            if self._stage_names:
                me = self._stage.reporter.me()
                self._stage_code = code_of(self._stage_function)
                late_names_of(self._stage).runs(self._stage_function, self._stage_names, me, self._stage_own)
        self._stage_function = None
        return runs

    def set_result(self, result: object) -> None:
        late_names_of(self._stage).ended(self._stage_code)
        if self._stage_own:
            pool_tasks.done(self._stage, self._stage_own)
        super().set_result(result)

    def set_exception(self, exception: BaseException | None) -> None:
        late_names_of(self._stage).ended(self._stage_code)
        if exception is not None and self._stage_tasks:
            self._stage_fail(exception)
        super().set_exception(exception)

    def _stage_fail(self, error: BaseException) -> None:
        pool_tasks.failed(self._stage, self._stage_own, error)

    def _invoke_callbacks(self) -> None:
        callbacks: list[object] = self._done_callbacks  # type: ignore[attr-defined]  # the same from 3.9 on
        if callbacks and self._stage_own:
            self._stage.reporter.report(RESULT.got, self._stage_own)  # the worker is not idle yet
        super()._invoke_callbacks()  # type: ignore[misc]  # typeshed leaves it out

    # what programs call

    def cancel(self) -> bool:
        before = self.cancelled()
        cancelled = super().cancel()
        if cancelled and not before:
            self._stage_tell(pool_tasks.CANCELLED)
        elif self._state == _base.RUNNING:
            self._stage_tell(pool_tasks.REFUSED)
        return cancelled

    def result(self, timeout: float | None = None) -> object:
        self._stage_wait(timeout)
        try:
            if self._state == _base.FINISHED:
                self._stage_tell(pool_tasks.SEEN if self._exception is None else pool_tasks.RAISED)
            return super().result(0)
        finally:
            del self  # as the real one: an exception must not keep its future alive

    def exception(self, timeout: float | None = None) -> BaseException | None:
        self._stage_wait(timeout)
        if self._state == _base.FINISHED:
            self._stage_tell(pool_tasks.SEEN)
        return super().exception(0)

    _state: str
    _exception: BaseException | None
    _condition: threading.Condition

    def _stage_wait(self, timeout: float | None) -> None:
        task = self._stage_tasks[0] if len(self._stage_tasks) == 1 else 0
        _wait(self._stage, self._stage_ended_within, timeout, task)

    def _stage_ended_within(self, seconds: float) -> bool:
        with self._condition:
            if self._state not in _ENDED and seconds > 0:
                self._condition.wait(seconds)
            return self._state in _ENDED


class AwayFuture(FacadeFuture):
    """The future of tasks in another process, which tells of them itself; here is said what nobody there can say."""

    def _stage_fail(self, error: BaseException) -> None:
        pool_tasks.clean(error)
        if len(self._stage_tasks) == 1 or isinstance(error, _base.BrokenExecutor):
            for task in self._stage_tasks:
                pool_tasks.failed(self._stage, task, error, STAGE_THREAD)


class Bell(threading.Event):
    """The event of a waiter of `wait` and `as_completed`, on program time."""

    def __init__(self, context: RunServices) -> None:
        super().__init__()
        self._context = context

    def wait(self, timeout: float | None = None) -> bool:
        raises = cpython.frame_at(1).f_code.co_name == "as_completed"
        return _wait(self._context, super().wait, timeout, raises=int(raises))


class FacadeThreadPool:
    """What a ThreadPoolExecutor does more than the real one: it says which call it is given."""

    _stage_submitting: threading.local

    def submit(self, fn: object, /, *args: object, **kwargs: object) -> object:
        submitting = self._stage_submitting
        submitting.call = (fn, args, kwargs)
        submitting.pool = getattr(self, "_thread_name_prefix", "")
        try:
            return super().submit(fn, *args, **kwargs)  # type: ignore[misc]  # of the executor beside it
        finally:
            submitting.call = None


class Tools:
    """What the executors of one run share: the future, the waiting, functions of the library on program time."""

    def __init__(self, context: RunServices) -> None:
        self.context = context
        self.submitting = threading.local()
        self.future = self.kind_of(FacadeFuture)
        self.away_future = self.kind_of(AwayFuture)
        clock = types.SimpleNamespace(monotonic=lambda: context.clock.now() / SECOND)
        self._names = {"time": clock, "_create_and_install_waiters": self._install}
        timed_map = self.on_program_time(_base.Executor.map)
        self.executor: Any = type("Executor", (_base.Executor,), {"__module__": _base.__name__, "map": timed_map})

    def kind_of(self, kind: type) -> object:
        """The run's class of futures for one of the facade's."""
        own = {"_stage": self.context, "_stage_submitting": self.submitting, "__reduce_ex__": reduced}
        show_as(kind, "Future")
        return FutureKind("Future", (kind,), {"__module__": _base.__name__, "__doc__": _base.Future.__doc__, **own})

    def on_program_time(self, function: _Function) -> _Function:
        """A function of the library, the same code, that looks at the program's clock."""
        return rebound(function, {**vars(_base), **self._names})

    def _install(self, futures: object, return_when: object) -> object:
        """Called with every future's lock held, so that nobody has rung yet."""
        waiter = cpython.waiter_for(futures, return_when)
        waiter.event = Bell(self.context)
        return waiter


tools_of = one_per_run(Tools)


class _IdleQueue(queue.SimpleQueue):  # type: ignore[type-arg]  # of work
    """The queue of a pool's workers: one that finds nothing to do says so."""

    _stage: RunServices

    def get(self, block: bool = True, timeout: float | None = None) -> object:
        try:
            return super().get(False)
        except queue.Empty:
            if not block:
                raise
        self._stage.reporter.report(_IDLE)
        try:
            return super().get(True, timeout)
        except Cancelled:  # a stop within the window's process: the pool's own end sends the worker home
            return None


def make_thread(context: RunServices) -> FacadeModule:
    """The facade of `concurrent.futures.thread`. Workers are threads of the facade: the library's own code makes them.

    It is a copy of that module, so that pools of libraries stay quiet and unharmed; and whatever a version of Python
    does otherwise, it does here.
    """
    tools, thread = tools_of(context), registry.facade(context, "threading").Thread
    given = {
        "threading": FacadeModule(threading, {"Thread": thread, "_register_atexit": context.at_end}),
        "queue": FacadeModule(queue, {"SimpleQueue": bind(context, "SimpleQueue", (_IdleQueue,), "_queue")}),
        "concurrent.futures": types.SimpleNamespace(
            _base=FacadeModule(_base, {"Future": tools.future, "Executor": tools.executor})
        ),
    }
    copy = module_copy(_THREAD, given)
    real = concurrent.futures.thread
    copy.BrokenThreadPool = real.BrokenThreadPool
    kinds = (FacadeThreadPool, copy.ThreadPoolExecutor, real.ThreadPoolExecutor)
    own: dict[str, object] = {"__doc__": real.ThreadPoolExecutor.__doc__, "_stage_submitting": tools.submitting}
    if hasattr(real.ThreadPoolExecutor, "BROKEN"):
        own["BROKEN"] = real.BrokenThreadPool
    executor = bind(context, "ThreadPoolExecutor", kinds, _THREAD, **own)
    return FacadeModule(real, {"ThreadPoolExecutor": executor})


class FuturesModule(FacadeModule):
    """As in the real module, pools of processes are made when they are first asked for: they pull in much."""

    process: FacadeModule

    def __getattr__(self, name: str) -> object:
        found = super().__getattr__(name)
        if name == "ProcessPoolExecutor":  # the module inside has been loaded for it
            found = vars(self).setdefault(name, self.process.ProcessPoolExecutor)
        return found


def make(context: RunServices) -> FacadeModule:
    """The facade of `concurrent.futures`."""
    tools = tools_of(context)
    own: dict[str, object] = {
        "Future": tools.future,
        "wait": tools.on_program_time(_base.wait),
        "as_completed": tools.on_program_time(_base.as_completed),
        "ThreadPoolExecutor": registry.facade(context, _THREAD).ThreadPoolExecutor,
    }
    return FuturesModule(concurrent.futures, own)
