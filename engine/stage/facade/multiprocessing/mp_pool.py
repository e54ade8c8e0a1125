"""Pool of `multiprocessing`: each call of its function is a task, and whoever asks for a result is seen to wait."""

from __future__ import annotations

import functools
import multiprocessing.pool
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from engine.protocol.records import Kind, what
from engine.stage.facade.base.binding import RESULT, bind, wait
from engine.stage.facade.base.module import FacadeModule
from engine.stage.facade.futures import pool_tasks
from engine.stage.facade.multiprocessing import mp_modules, process
from engine.stage.facade.multiprocessing.shared_objects import say, waiting_for_workers
from engine.stage.run_services import RunServices, one_per_run

MODULE = "multiprocessing.pool"

_RAISED = what(Kind.RESULT_RAISED)
_SEEN = what(Kind.RESULT_SEEN)

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
        task = pool_tasks.wrap(self._stage, func, args, kwds, self._stage_place())
        result = super().apply_async(task, args, kwds, callback, error_callback)
        return self._stage_watched(result, [task.number], task.number)

    def _map_async(
        self, func: object, iterable: Iterable[object], mapper: object, *args: object, **kwargs: object
    ) -> object:
        """What map, starmap and their asynchronous forms are made of."""
        self._check_running()
        calls, place, ids = list(iterable), self._stage_place(), []
        if callable(func):  # else the workers say what is wrong
            many = mapper is _real.starmapstar
            rows = [tuple(call) if many and isinstance(call, (tuple, list)) else (call,) for call in calls]
            ids = [pool_tasks.submitted(self._stage, func, row, place=place) for row in rows]
            calls, func = list(zip(ids, calls)), pool_tasks.Many(self._stage, func, many)
            mapper = _real.mapstar
        result = super()._map_async(func, calls, mapper, *args, **kwargs)
        return self._stage_watched(result, ids, 0)

    def imap(self, func: Callable[..., object], iterable: Iterable[object], chunksize: int = 1) -> object:
        made = _Numbered(self._stage, func, iterable, self._stage_place())
        return self._stage_iterated(super().imap(made.function, made, chunksize), made.ids)

    def imap_unordered(self, func: Callable[..., object], iterable: Iterable[object], chunksize: int = 1) -> object:
        made = _Numbered(self._stage, func, iterable, self._stage_place())
        return self._stage_iterated(super().imap_unordered(made.function, made, chunksize), made.ids)

    def join(self) -> None:
        with waiting_for_workers(self._stage, self._pool if self._state != _real.RUN else ()):  # which it refuses
            super().join()

    @classmethod
    def _terminate_pool(cls, *args: Any) -> None:
        """Workers that have nothing left to do are sent home, others are cut off."""
        pool, cache = args[3], args[-1]
        for worker in list(pool):
            worker._stage_ending = process.CUT if cache else process.ENDED
        super()._terminate_pool(*args)

    def _stage_place(self) -> int:
        reporter = self._stage.reporter
        return reporter.place_of(reporter.caller())

    def _stage_watched(self, result: Any, ids: list[int], number: int) -> object:
        """The result as an object that reports. The library makes it, and what is in it stays as it is."""
        real = type(result)
        result.__class__ = type(real.__name__, (FacadeResult, real), {"__module__": MODULE})
        result._stage, result._stage_numbers, result._stage_number = self._stage, ids, number
        return result

    def _stage_iterated(self, found: Any, ids: list[int]) -> object:
        if not isinstance(found, _real.IMapIterator):
            return _waited(self._stage, found, ids)  # a generator over chunks
        real = type(found)
        found.__class__ = type(real.__name__, (FacadeIterator, real), {"__module__": MODULE})
        found._stage, found._stage_numbers = self._stage, ids
        return found


class _Numbered:
    """What imap is given, one by one: items become tasks when they are fetched, by a thread of the pool."""

    def __init__(
        self, context: RunServices, func: Callable[..., object], iterable: Iterable[object], place: int
    ) -> None:
        self.ids: list[int] = []
        self.function = pool_tasks.Many(context, func, False)
        self._context, self._func, self._iterable, self._place = context, func, iterable, place

    def __iter__(self) -> Iterator[tuple[int, object]]:
        for item in self._iterable:
            number = pool_tasks.submitted(self._context, self._func, (item,), place=self._place)
            self.ids.append(number)
            yield number, item


class FacadeResult(_Beside):  # type: ignore[misc]  # as above
    """What apply_async and map_async return. Stands before the real one."""

    _stage: RunServices
    _stage_numbers: list[int]
    _stage_number: int  # of the task, 0: of several

    def wait(self, timeout: float | None = None) -> None:
        if self.ready():
            return
        report = functools.partial(say, self._stage)
        wait(self._stage, RESULT, self._stage_number, self._event.wait, timeout, report=report)

    def get(self, timeout: float | None = None) -> object:
        with _asking(self._stage, self._stage_numbers, self._stage_number):
            return super().get(timeout)


class FacadeIterator(_Beside):  # type: ignore[misc]  # as above
    """What imap and imap_unordered return. Stands before the real one."""

    _stage: RunServices
    _stage_numbers: list[int]

    def next(self, timeout: float | None = None) -> object:
        context, ids = self._stage, self._stage_numbers
        got: list[object] = []

        def take(seconds: float) -> bool:
            with _asking(context, ids):
                try:
                    got.append(super(FacadeIterator, self).next(seconds))
                except multiprocessing.TimeoutError:
                    return False
                except StopIteration:  # there is nothing more to wait for
                    pass
            return True

        if not take(0.0) and not wait(context, RESULT, 0, take, timeout, report=functools.partial(say, context)):
            raise multiprocessing.TimeoutError
        if not got:
            raise StopIteration
        return got.pop()

    __next__ = next


def _waited(context: RunServices, found: Iterator[object], ids: list[int]) -> Iterator[object]:
    """The results of imap in larger pieces, one by one."""
    while True:
        say(context, RESULT.want)
        try:
            with _asking(context, ids):
                result = next(found)
        except StopIteration:
            return
        finally:
            say(context, RESULT.got)
        yield result


@contextmanager
def _asking(context: RunServices, ids: list[int], number: int = 0) -> Iterator[None]:
    """Meanwhile a result is asked for: an exception of a task that is raised there is no secret."""
    try:
        yield
    except (StopIteration, multiprocessing.TimeoutError):
        raise
    except BaseException as error:
        pool_tasks.clean(error)
        say(context, _RAISED, number)
        for one in ids:
            if one != number:
                say(context, _SEEN, one)
        raise


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
