"""Pool of `multiprocessing`: each call of its function is a task, and whoever asks for a result is seen to wait."""

from __future__ import annotations

import functools
import multiprocessing.pool
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any

from engine.stage.control.program_clock import Take
from engine.stage.facade.base import call_labels
from engine.stage.facade.base.binding import RESULT, bind, wait
from engine.stage.facade.base.module import FacadeModule
from engine.stage.facade.futures import pool_tasks
from engine.stage.facade.multiprocessing import mp_modules
from engine.stage.facade.multiprocessing.shared_objects import say, waiting_for_workers
from engine.stage.recording.reporter import ITSELF
from engine.stage.run_services import RunServices, one_per_run

MODULE = "multiprocessing.pool"

_real: Any = multiprocessing.pool
_Beside: Any = object  # a real class of that module stands there


class FacadePool(_Beside):  # type: ignore[misc]  # as above
    """A pool that reports. Stands before the real Pool, or ThreadPool."""

    _stage: RunServices

    def apply_async(
        self,
        func: Callable[..., object],
        args: Iterable[object] = (),
        kwds: Mapping[str, object] | None = None,
        callback: object = None,
        error_callback: object = None,
    ) -> object:
        kwds = {} if kwds is None else kwds
        self._check_running()
        args = tuple(args)
        task = pool_tasks.wrap(self._stage, func, args, kwds, place=self._stage_place(), group=ITSELF)
        result = super().apply_async(task, args, kwds, callback, error_callback)
        self._stage_handled([task.number], error_callback)
        return self._stage_seen(FacadeResult, result, [task.number], task.number)

    def _map_async(
        self, func: object, iterable: Iterable[object], mapper: object, *args: object, **kwargs: object
    ) -> object:
        """What map, starmap and their asynchronous forms are made of."""
        self._check_running()
        calls, place, ids, group = list(iterable), self._stage_place(), [], 0
        if callable(func):  # else the workers say what is wrong
            many = mapper is _real.starmapstar
            group = self._stage_group("starmap" if many else "map", func, place)
            rows = [tuple(call) if many and isinstance(call, (tuple, list)) else (call,) for call in calls]
            ids = [pool_tasks.submitted(self._stage, func, row, place=place, group=group) for row in rows]
            calls, func = list(zip(ids, calls)), pool_tasks.Many(self._stage, func, many)
            mapper = _real.mapstar
        result = super()._map_async(func, calls, mapper, *args, **kwargs)
        self._stage_handled(ids, kwargs.get("error_callback", args[2] if len(args) > 2 else None))
        return self._stage_seen(FacadeResult, result, ids, 0, group)

    def imap(self, func: Callable[..., object], iterable: Iterable[object], chunksize: int = 1) -> object:
        return self._stage_imap("imap", func, iterable, chunksize)

    def imap_unordered(self, func: Callable[..., object], iterable: Iterable[object], chunksize: int = 1) -> object:
        return self._stage_imap("imap_unordered", func, iterable, chunksize)

    def _stage_imap(self, name: str, func: Callable[..., object], iterable: Iterable[object], chunksize: int) -> object:
        context, place = self._stage, self._stage_place()
        ids, group = list[int](), self._stage_group(name, func, place)

        def numbered() -> Iterator[tuple[int, object]]:
            """Items become tasks when they are fetched, by a thread of the pool."""
            for item in iterable:
                ids.append(pool_tasks.submitted(context, func, (item,), place=place, group=group))
                yield ids[-1], item

        found: Any = getattr(super(), name)(pool_tasks.Many(context, func, False), numbered(), chunksize)
        if isinstance(found, _real.IMapIterator):
            return self._stage_seen(FacadeIterator, found, ids, 0, group)
        return _one_by_one(context, found, ids, group)  # a generator over chunks

    def join(self) -> None:
        with waiting_for_workers(self._stage, self._pool if self._state != _real.RUN else ()):  # which it refuses
            super().join()

    @classmethod
    def _terminate_pool(cls, *args: Any) -> None:
        """Workers that have nothing left to do are sent home, others are cut off."""
        pool, cache = args[3], args[-1]
        for worker in list(pool):
            worker._stage_ending = mp_modules.CUT if cache else mp_modules.ENDED
        super()._terminate_pool(*args)

    def _stage_place(self) -> int:
        reporter = self._stage.reporter
        return reporter.place_of(reporter.caller())

    def _stage_handled(self, ids: Iterable[int], error_callback: object) -> None:
        """Where there is such a callback, the program is told what tasks raise."""
        for number in ids if error_callback is not None else ():
            say(self._stage, pool_tasks.SEEN, number)

    def _stage_group(self, name: str, func: object, place: int) -> int:
        """What stands for a call that hands over several tasks, whose results are waited for as one."""
        label = call_labels.name_of(func).partition("(")[0]
        return self._stage.reporter.new_task(f"{name}({label})", place, group=ITSELF)

    def _stage_seen(self, kind: type[_Asked], result: Any, ids: list[int], number: int = 0, group: int = 0) -> object:
        """The result as an object that reports. The library makes it, and what is in it stays as it is."""
        real = type(result)
        result.__class__ = type(real.__name__, (kind, real), {"__module__": MODULE})
        result._stage, result._stage_asking = self._stage, functools.partial(_asking, self._stage, ids, number)
        result._stage_number = number or group
        return result


class _Asked(_Beside):  # type: ignore[misc]  # as above
    """What is asked for results of tasks."""

    _stage: RunServices
    _stage_number: int  # of the task, or what stands for several
    _stage_asking: Callable[[], AbstractContextManager[None]]

    def _stage_wait(self, take: Take, timeout: float | None) -> bool | None:
        report = functools.partial(say, self._stage)
        return wait(self._stage, RESULT, self._stage_number, take, timeout, report=report)


class FacadeResult(_Asked):
    """What apply_async and map_async return. Stands before the real one."""

    def wait(self, timeout: float | None = None) -> None:
        if not self.ready():
            self._stage_wait(self._event.wait, timeout)

    def get(self, timeout: float | None = None) -> object:
        with self._stage_asking():
            return super().get(timeout)


class FacadeIterator(_Asked):
    """What imap and imap_unordered return. Stands before the real one."""

    def next(self, timeout: float | None = None) -> object:
        got: list[object] = []

        def take(seconds: float) -> bool:
            with self._stage_asking():
                try:
                    got.append(super(FacadeIterator, self).next(seconds))
                except multiprocessing.TimeoutError:
                    return False
                except StopIteration:  # there is nothing more to wait for
                    pass
            return True

        if not take(0.0) and not self._stage_wait(take, timeout):
            raise multiprocessing.TimeoutError
        if not got:
            raise StopIteration
        return got.pop()

    __next__ = next


def _asking(context: RunServices, ids: list[int], number: int = 0) -> AbstractContextManager[None]:
    """Meanwhile a result is asked for."""
    no_error = (StopIteration, multiprocessing.TimeoutError)
    return pool_tasks.asking(functools.partial(say, context), ids, number, no_error)


def _one_by_one(context: RunServices, results: Iterator[object], ids: list[int], group: int) -> Iterator[object]:
    with _asking(context, ids):
        yield from pool_tasks.one_by_one(functools.partial(say, context), results, group)


@one_per_run
def kinds(context: RunServices) -> dict[str, object]:
    """The classes of one run, by the names that `multiprocessing.pool` gives them."""

    def make_pool(self: object, *args: object, **kwargs: object) -> None:
        given = dict(zip(("processes", "initializer", "initargs", "maxtasksperchild", "context"), args), **kwargs)
        given["context"] = mp_modules.quiet(context, given.get("context"))
        _real.Pool.__init__(self, **given)

    return {
        "Pool": bind(context, "Pool", (FacadePool, _real.Pool), MODULE, __init__=make_pool),
        "ThreadPool": bind(context, "ThreadPool", (FacadePool, _real.ThreadPool), MODULE),
    }


def make(context: RunServices) -> FacadeModule:
    """The facade of `multiprocessing.pool`."""
    return FacadeModule(multiprocessing.pool, dict(kinds(context)))
