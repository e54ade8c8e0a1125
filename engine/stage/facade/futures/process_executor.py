"""ProcessPoolExecutor as a program sees it: what it hands over are tasks, which report from the workers' processes."""

from __future__ import annotations

import concurrent.futures.process
import functools
import operator
from collections.abc import Callable
from typing import Any

from engine.stage.facade.base.binding import bind
from engine.stage.facade.base.module import FacadeModule
from engine.stage.facade.futures import pool_tasks
from engine.stage.facade.futures.executors import tools_of
from engine.stage.facade.multiprocessing import mp_modules
from engine.stage.facade.multiprocessing.shared_objects import real_context, waiting_for_workers
from engine.stage.run_services import RunServices

_CALL = operator.methodcaller("__call__")  # found under its name in every process
_CHUNK: object = getattr(concurrent.futures.process, "_process_chunk", None)  # what `map` hands over several calls with


class FacadeProcessPool:
    """What a ProcessPoolExecutor does more than the real one: each call is a task, also of those in one chunk."""

    _stage: RunServices
    _stage_future: object
    _mp_context: object
    _processes: dict[int, object] | None  # of the real one: those that were started, by their numbers

    def __init__(self, *args: object, **kwargs: object) -> None:
        given: dict[str, Any] = dict(zip(("max_workers", "mp_context", "initializer", "initargs"), args), **kwargs)
        given["mp_context"] = real_context(given.get("mp_context"))
        super().__init__(**given)
        self._mp_context = mp_modules.quiet(self._stage, self._mp_context)  # only its workers are seen

    def submit(self, fn: Callable[..., object], /, *args: Any, **kwargs: object) -> object:
        context = self._stage
        if _CHUNK is not None and type(fn) is functools.partial and fn.func is _CHUNK and len(args) == 1:
            made = [pool_tasks.wrap(context, fn.args[0], row) for row in args[0]]
            calls = [(functools.partial(task, *row),) for task, row in zip(made, args[0])]
            fn, args = functools.partial(_CHUNK, _CALL), (calls,)
        else:
            made = [pool_tasks.wrap(context, fn, args, kwargs)]
            fn = made[0]
        ids = tuple(task.number for task in made)
        try:
            future = super().submit(fn, *args, **kwargs)  # type: ignore[misc]  # of the real one beside it
        except BaseException:
            for number in ids:
                context.reporter.report(pool_tasks.CANCELLED, number)
            raise
        # The library makes the future, and knows no other class; what is in it stays as it is.
        future.__class__ = self._stage_future
        future._stage_tasks = ids
        return future

    def shutdown(self, wait: bool = True, **kwargs: object) -> None:
        with waiting_for_workers(self._stage, list((self._processes or {}).values()) if wait else ()):
            super().shutdown(wait, **kwargs)  # type: ignore[misc]  # of the real one beside it


def make(context: RunServices) -> FacadeModule:
    """The facade of `concurrent.futures.process`."""
    real, tools = concurrent.futures.process, tools_of(context)
    kinds = (FacadeProcessPool, real.ProcessPoolExecutor, tools.executor)
    own = {"__doc__": real.ProcessPoolExecutor.__doc__, "_stage_future": tools.away_future}
    executor = bind(context, "ProcessPoolExecutor", kinds, real.__name__, **own)
    return FacadeModule(real, {"ProcessPoolExecutor": executor})
