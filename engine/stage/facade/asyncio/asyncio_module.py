"""The facade of `asyncio`: tasks are lanes, awaiting is waiting, and its time is program time.

Locks, events and futures of asyncio are its own: they know no thread. They wait in our loops.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
from asyncio import events, queues, runners, tasks
from collections.abc import Callable
from types import ModuleType

from engine.stage.facade import registry
from engine.stage.facade.asyncio import event_loops
from engine.stage.facade.asyncio.asyncio_tasks import LoopTask
from engine.stage.facade.base.binding import bind
from engine.stage.facade.base.module import FacadeModule
from engine.stage.facade.base.module_copies import module_copy
from engine.stage.facade.queue.queue_codes import GOT, PUT
from engine.stage.run_services import RunServices, one_per_run


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


@one_per_run
def _own(context: RunServices) -> dict[str, dict[str, object]]:
    """What is our own in asyncio and in its modules, by the names of these."""
    task = bind(context, "Task", (LoopTask,), asyncio.Task.__module__)
    loops = event_loops.make_loops(context, task, lambda: _executor(context))
    of_events = event_loops.make_events(context, loops)
    copy = module_copy(runners.__name__, events=FacadeModule(events, of_events))
    of_runners: dict[str, object] = {name: vars(copy)[name] for name in ("run", "Runner") if name in vars(copy)}
    of_tasks: dict[str, object] = {"Task": task}
    if hasattr(tasks, "create_eager_task_factory"):
        of_tasks["eager_task_factory"] = tasks.create_eager_task_factory(task)
    of_queues: dict[str, object] = {
        name: bind(context, name, (FacadeQueue, getattr(asyncio, name)), asyncio.Queue.__module__)
        for name in ("Queue", "PriorityQueue", "LifoQueue")
    }
    of_threads = {"to_thread": to_thread} if hasattr(asyncio, "to_thread") else {}
    everything: dict[str, object] = {**loops, **of_events, **of_runners, **of_tasks, **of_queues, **of_threads}
    inside = ((events, of_events), (runners, of_runners), (tasks, of_tasks), (queues, of_queues))
    return {"asyncio": everything, **{real.__name__: own for real, own in inside}}


def _executor(context: RunServices) -> object:
    """The executor that a loop makes when it has none: the run's, so that its workers and their tasks are seen."""
    return registry.facade(context, "concurrent.futures").ThreadPoolExecutor(thread_name_prefix="asyncio")


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


def make(context: RunServices, real: ModuleType = asyncio) -> FacadeModule:
    """The facade of `asyncio`, or of a module inside it."""
    return FacadeModule(real, _own(context)[real.__name__])


make_events, make_runners, make_tasks, make_queues = (
    functools.partial(make, real=real) for real in (events, runners, tasks, queues)
)
