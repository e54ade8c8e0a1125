"""The facade of `asyncio`: tasks are lanes, awaiting is waiting, and loops wait on program time.

Locks and futures of asyncio are its own: they know no thread. They wait in our loops.
"""

from __future__ import annotations

import _thread
import asyncio
import contextvars
import functools
import select
import selectors
import sys
import types
from asyncio import events, locks, queues, runners, tasks
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from engine.protocol.records import Kind, what
from engine.protocol.units import SECOND
from engine.stage.control.program_clock import Cancelled, never
from engine.stage.cpython import event_loop_policy
from engine.stage.facade import registry
from engine.stage.facade import time as time_facade
from engine.stage.facade.asyncio import loop_locks
from engine.stage.facade.asyncio.asyncio_tasks import LoopTask
from engine.stage.facade.asyncio.loop_future import make_run_coroutine_threadsafe
from engine.stage.facade.asyncio.loop_watch import LONG, LoopWatch, is_of_another_thread, watch_of
from engine.stage.facade.base.binding import bind
from engine.stage.facade.base.module import FacadeFunction, FacadeModule
from engine.stage.facade.base.module_copies import functions_of, module_copy
from engine.stage.facade.queue.queues import GOT, PUT, TASK_DONE
from engine.stage.run_services import RunServices, one_per_run

if TYPE_CHECKING:
    from concurrent.futures import Executor

SELECTABLE = 1024  # file descriptors from here on are too large for select.select
LOOPS = ("SelectorEventLoop", "ProactorEventLoop", "EventLoop")
POLICIES = ("DefaultEventLoopPolicy", "WindowsSelectorEventLoopPolicy", "WindowsProactorEventLoopPolicy")

_AWAITED = what(Kind.AWAITED)
_LOOP_RUN = what(Kind.LOOP_RUN)
_LOOP_DONE = what(Kind.LOOP_DONE)
_STEPS = (None, "task_wakeup", "__step", "__wakeup")  # names of what a loop calls to let a task go on


class _Waiter(Protocol):
    """A selector, or what stands for one on Windows; it may have a file descriptor."""

    def select(self, timeout: float | None = None) -> object: ...


def wait_on_program_time(context: RunServices, waiter: _Waiter) -> _Waiter:
    """Makes `waiter.select(timeout)` of this one selector take its time-out on program time. Returns it."""
    clock, real = context.clock, waiter.select

    def wait(waiter: _Waiter, seconds: float) -> object:
        """One real wait. A selector of the system counts in whole milliseconds, which are long at high speed."""
        number: int = waiter.fileno() if hasattr(waiter, "fileno") else SELECTABLE
        if number >= SELECTABLE:
            return real(seconds)
        select.select([number], [], [], seconds)
        return real(0)

    def select_(timeout: float | None = None) -> object:
        if timeout is not None and timeout <= 0:
            return real(0)
        found: object = None

        def take(seconds: float) -> bool:
            nonlocal found
            found = wait(waiter, seconds)  # of this name: see stage/stillness/stacks.py
            if clock.cancelled:
                raise Cancelled
            return bool(found)

        clock.attempt(take, timeout, never)
        return found

    vars(waiter)["select"] = select_
    return waiter


class StepHandle(events.Handle):
    """What a loop calls to let a task go on: meanwhile the thread's reports are the task's."""

    __slots__ = ()

    _loop: FacadeLoop

    def _run(self) -> None:
        now, lane = self._loop._stage.clock.now, self._callback.__self__._stage_lane  # type: ignore[attr-defined]  # typeshed has no slots
        began, waited = now(), len(self._loop._ready)
        self._callback.__self__._stage_step(super()._run)  # type: ignore[attr-defined]  # as above
        if now() - began >= LONG and lane:
            self._loop._stage_watch.was_long(self._loop, lane, began, waited)
        del self  # a frame that is kept would keep the task; the real method does the same


class _CallHandle:
    """A function of the program that a loop calls: meanwhile the thread runs, afterwards its loop waits again."""

    __slots__ = ()

    _callback: object
    _loop: FacadeLoop

    def _run(self) -> None:
        report, now = self._loop._stage.reporter.report, self._loop._stage.clock.now
        began, waited = now(), len(self._loop._ready)
        report(_AWAITED)
        try:
            super()._run()  # type: ignore[misc]  # of the handle
        finally:
            report(_LOOP_RUN)
            if now() - began >= LONG:
                self._loop._stage_watch.was_long(self._loop, 0, began, waited)
            del self  # as above


CallHandle, TimerHandle = (
    type(real.__name__, (_CallHandle, real), {"__slots__": ()}) for real in (events.Handle, events.TimerHandle)
)


class FacadeLoop(asyncio.BaseEventLoop):
    """Beside a real event loop: its time is program time, its tasks are lanes."""

    _stage: RunServices
    _stage_watch: LoopWatch  # the run's
    _stage_task: type[LoopTask]  # the run's
    _ready: Sequence[object]  # handles that wait for their turn
    _stage_now: Callable[[], int]  # nanoseconds of program time
    _stage_own: Callable[[], _Waiter]  # what a real loop of this sort waits in
    _stage_executor: Callable[[], object]  # makes the executor that a loop has when nobody gave it one

    def __init__(self, waiter: _Waiter | None = None) -> None:
        waiter = self._stage_own() if waiter is None else waiter
        super().__init__(wait_on_program_time(self._stage, waiter))  # type: ignore[call-arg]  # of the real loop

    def time(self) -> float:
        return self._stage_now() / SECOND

    def run_forever(self) -> None:
        self._check_closed()  # type: ignore[attr-defined]  # typeshed leaves out what begins with _
        self._check_running()  # type: ignore[attr-defined]
        report = self._stage.reporter.report
        report(_LOOP_RUN)
        try:
            super().run_forever()
        finally:
            report(_LOOP_DONE)
            self._stage_watch.taken(self)

    def stop(self) -> None:
        super().stop()
        if is_of_another_thread(self):
            self._stage_watch.stops(self)

    def create_task(self, coro: Any, **kwargs: Any) -> asyncio.Task[Any]:
        if self.get_task_factory() is not None:
            return super().create_task(coro, **kwargs)
        self._check_closed()  # type: ignore[attr-defined]
        task = self._stage_task(coro, loop=self, **kwargs)
        if task._source_traceback:
            del task._source_traceback[-1]
        return task

    def run_in_executor(self, executor: Executor | None, func: Callable[..., object], *args: object) -> object:  # type: ignore[override]  # passed on
        if executor is None and self._default_executor is None:  # type: ignore[has-type]
            self._check_closed()  # type: ignore[attr-defined]
            self._default_executor = self._stage_executor()
        return super().run_in_executor(executor, func, *args)

    def _call_soon(self, callback: object, args: object, context: object) -> object:
        handle = super()._call_soon(callback, args, context)  # type: ignore[misc]
        task = getattr(callback, "__self__", None)
        if isinstance(task, LoopTask):
            if getattr(callback, "__name__", None) in _STEPS:
                handle.__class__ = StepHandle
        elif self._stage_is_ours(callback):
            handle.__class__ = CallHandle
        if is_of_another_thread(self):
            self._stage_watch.handed_over(self, handle)
        return handle

    def call_at(self, when: float, callback: Callable[..., object], *args: object, **kwargs: Any) -> object:  # type: ignore[override]  # too
        timer = super().call_at(when, callback, *args, **kwargs)
        if self._stage_is_ours(callback):
            timer.__class__ = TimerHandle
        if is_of_another_thread(self):
            self._stage_watch.handed_over(self, timer)
        return timer

    def _stage_is_ours(self, callback: object) -> bool:
        """Whether it is a function of the program, or of a facade."""
        while type(callback) is functools.partial:
            callback = callback.func
        code = getattr(callback, "__code__", None)
        if type(code) is types.CodeType:
            return code.co_filename in self._stage.reporter.files
        return isinstance(callback, FacadeFunction)


def _waiter_of(loop: object) -> Callable[[], _Waiter]:
    """Makes what a loop of this class waits in when it is given nothing."""
    if sys.platform == "win32" and issubclass(loop, asyncio.ProactorEventLoop):
        return asyncio.IocpProactor
    return selectors.DefaultSelector


def _make_loops(context: RunServices, task: object, executor: Callable[[], object]) -> dict[str, object]:
    """The run's event loops by the names that asyncio has for them."""
    reals = {name: getattr(asyncio, name) for name in LOOPS if hasattr(asyncio, name)}
    made = {
        real: bind(
            context,
            real.__name__,
            (FacadeLoop, real),
            real.__module__,
            _stage_task=task,
            _stage_watch=watch_of(context),
            _stage_now=staticmethod(time_facade.nanoseconds(context, "monotonic")),
            _stage_own=staticmethod(_waiter_of(real)),
            _stage_executor=staticmethod(executor),
        )
        for real in set(reals.values())
    }
    return {name: made[real] for name, real in reals.items()}


def _policy_class(name: str) -> Any:
    """A class of policies; from 3.14 on its name in asyncio warns."""
    for inside in ("unix_events", "windows_events"):
        module = sys.modules.get(f"asyncio.{inside}")
        found = getattr(module, f"_{name}", None) or getattr(module, name, None)
        if found is not None:
            return found
    return None


class FacadePolicy:
    """Makes loops of the run. It keeps the current one where the process's own policy does, which asyncio asks."""

    def __init__(self) -> None:
        super().__init__()
        local = getattr(event_loop_policy(), "_local", None)
        if local is not None:
            self._local = local


def _make_events(context: RunServices, loops: dict[str, object]) -> dict[str, object]:
    """The functions of `asyncio.events` over a policy of the run, and the classes of policies."""
    by_real = {getattr(asyncio, name): loop for name, loop in loops.items()}
    policies: dict[str, Any] = {}
    for name in POLICIES:
        real = _policy_class(name)
        if real is not None:
            loop = by_real.get(real._loop_factory, real._loop_factory)
            policies[name] = bind(context, real.__name__, (FacadePolicy, real), real.__module__, _loop_factory=loop)
    default = policies["DefaultEventLoopPolicy"]
    guard = _thread.RLock()

    def begin() -> None:
        with guard:
            if space["_event_loop_policy"] is None:
                space["_event_loop_policy"] = default()

    space = functions_of(events, _event_loop_policy=None, _init_event_loop_policy=begin)
    space["get_event_loop"] = space["_py_get_event_loop"]
    if sys.version_info < (3, 10):  # its queues, locks and futures ask the real policy for a loop when they are made
        event_loop_policy()._loop_factory = default._loop_factory
    names = ("get_event_loop", "set_event_loop", "new_event_loop", "get_event_loop_policy", "set_event_loop_policy")
    return {**policies, **{name: space[name] for name in names}}


class FacadeQueue:
    """Beside a queue of asyncio: its depth is seen. Who waits for it awaits, and is seen so."""

    _stage: RunServices
    _stage_thing: int

    def __init__(self, maxsize: int = 0, **kwargs: object) -> None:
        self._stage_thing = 0  # before it is asked for its items
        super().__init__(maxsize, **kwargs)  # type: ignore[call-arg]  # of the queue
        self._stage_thing, _ = self._stage.reporter.new_thing("Queue", size=max(0, maxsize), switch=False)

    def _put(self, item: object) -> None:
        super()._put(item)  # type: ignore[misc]
        self._stage.reporter.report(PUT, self._stage_thing, self.qsize())  # type: ignore[attr-defined]

    def _get(self) -> object:
        item = super()._get()  # type: ignore[misc]
        self._stage.reporter.report(GOT, self._stage_thing, self.qsize())  # type: ignore[attr-defined]
        return item

    def task_done(self) -> None:
        super().task_done()  # type: ignore[misc]
        left: int = self._unfinished_tasks  # type: ignore[attr-defined]
        self._stage.reporter.report(TASK_DONE, self._stage_thing, left)


def _tell_cut_off(context: RunServices, copy: types.ModuleType) -> None:
    """From here on whom the end of a run of this copy of `asyncio.runners` cancels is told."""
    cancel = vars(copy)["_cancel_all_tasks"]

    def cancel_all(loop: asyncio.AbstractEventLoop) -> None:
        watch_of(context).cut_off(loop)
        cancel(loop)

    vars(copy)["_cancel_all_tasks"] = cancel_all


@one_per_run
def _own(context: RunServices) -> dict[str, dict[str, object]]:
    """What is our own in asyncio and in its modules, by the names of these."""
    task = bind(context, "Task", (LoopTask,), asyncio.Task.__module__)

    def executor() -> object:
        """What a loop makes when it has none: the run's, so that its workers and their tasks are seen."""
        return registry.facade(context, "concurrent.futures").ThreadPoolExecutor(thread_name_prefix="asyncio")

    loops = _make_loops(context, task, executor)
    of_events = _make_events(context, loops)
    copy = module_copy(runners.__name__, events=FacadeModule(events, of_events))
    _tell_cut_off(context, copy)
    of_runners: dict[str, object] = {name: vars(copy)[name] for name in ("run", "Runner") if name in vars(copy)}
    of_tasks: dict[str, object] = {"Task": task}
    if hasattr(tasks, "create_eager_task_factory"):
        of_tasks["eager_task_factory"] = tasks.create_eager_task_factory(task)
    queue = bind(context, "Queue", (FacadeQueue, asyncio.Queue), asyncio.Queue.__module__)
    of_queues: dict[str, object] = {
        name: bind(context, name, (queue, getattr(asyncio, name)), asyncio.Queue.__module__)
        for name in ("PriorityQueue", "LifoQueue")
    }
    of_queues["Queue"] = queue
    of_locks = loop_locks.make_own(context)
    of_threads = {"to_thread": to_thread} if hasattr(asyncio, "to_thread") else {}
    of_tasks["run_coroutine_threadsafe"] = make_run_coroutine_threadsafe(context)
    everything: dict[str, object] = {
        **loops,
        **of_events,
        **of_runners,
        **of_tasks,
        **of_queues,
        **of_locks,
        **of_threads,
    }
    inside = ((events, of_events), (runners, of_runners), (tasks, of_tasks), (queues, of_queues), (locks, of_locks))
    return {"asyncio": everything, **{real.__name__: own for real, own in inside}}


class _InContext:
    """A call of a function among its caller's context variables, under the function's own name."""

    def __init__(self, function: Callable[..., object]) -> None:
        self._run = contextvars.copy_context().run
        self.__func__ = function
        self.__name__ = getattr(function, "__name__", type(function).__name__)

    def __call__(self, *args: object, **kwargs: object) -> object:
        return self._run(self.__func__, *args, **kwargs)


async def to_thread(func: Callable[..., object], /, *args: object, **kwargs: object) -> object:
    """As asyncio's own does it."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, functools.partial(_InContext(func), *args, **kwargs))


to_thread.__module__ = "asyncio.threads"  # where the real one is


def make(context: RunServices, real: types.ModuleType = asyncio) -> FacadeModule:
    """The facade of `asyncio`, or of a module inside it."""
    return FacadeModule(real, _own(context)[real.__name__])


make_events, make_runners, make_tasks, make_queues, make_locks = (
    functools.partial(make, real=real) for real in (events, runners, tasks, queues, locks)
)
