"""The facade of `joblib`: each call that a Parallel makes is a task, whichever back end does it."""

from __future__ import annotations

import contextlib
import importlib
import time
import types
from collections.abc import Generator, Iterable, Iterator

from engine.protocol.units import SECOND
from engine.stage.facade import registry
from engine.stage.facade.base.binding import RESULT, bind
from engine.stage.facade.base.module import FacadeModule
from engine.stage.facade.base.module_copies import rebound
from engine.stage.facade.futures import pool_tasks
from engine.stage.run_services import RunServices

_REAL = "joblib.parallel"
_TIMED = ("__call__", "_dispatch", "print_progress")  # of Parallel: how long batches take, and the words of `verbose`
_TIMED_JOBS = ("get_status", "_dispatch_new")  # of a batch: time-outs, and how large the next one is to be


class Calls:
    """What a Parallel is given, function and arguments of each call; each becomes a task when it is fetched."""

    def __init__(self, context: RunServices, calls: Iterable[object]) -> None:
        self._context = context
        self._calls = calls
        self._place = context.reporter.place_of(context.reporter.caller())
        self.ids: list[int] = []

    def __iter__(self) -> Iterator[object]:
        return map(self._as_task, self._calls)

    def _as_task(self, call: object) -> object:
        """The call with a task for its function; what is no such call is left to fail as it does."""
        if type(call) is not tuple or len(call) != 3 or not callable(call[0]):
            return call
        function, args, kwargs = call
        task = pool_tasks.wrap(self._context, function, args, kwargs, place=self._place)
        self.ids.append(task.number)
        return task, args, kwargs


class SizedCalls(Calls):
    """The same where it is known how many there are."""

    def __len__(self) -> int:
        return len(self._calls)  # type: ignore[arg-type]  # it was looked


class FacadeParallel:
    """What a Parallel does more than the real one: its calls are tasks, and its caller is seen to wait for them."""

    _stage: RunServices
    _stage_calls: Calls
    return_generator: bool

    def __call__(self, iterable: Iterable[object]) -> object:
        kind = SizedCalls if hasattr(iterable, "__len__") else Calls
        self._stage_calls = kind(self._stage, iterable)
        return super().__call__(self._stage_calls)  # type: ignore[misc]  # of the real one beside it

    def _get_outputs(self, *args: object) -> Generator[object, None, None]:
        """The results as they come: what the real one's caller waits for."""
        outputs = super()._get_outputs(*args)  # type: ignore[misc]
        yield next(outputs)  # nothing; the first tasks are handed over
        report = self._stage.reporter.report
        with contextlib.closing(outputs), pool_tasks.asking(report, self._stage_calls.ids):
            if self.return_generator:
                yield from pool_tasks.one_by_one(report, outputs)
                return
            report(RESULT.want)
            try:
                yield from outputs
            finally:
                report(RESULT.got)

    def _abort(self) -> None:
        """After an exception loky kills its workers, which is none of their doing."""
        hub = self._stage.hub
        workers = getattr(getattr(self, "_backend", None), "_workers", None)
        if hub is not None:
            for pid in list(getattr(workers, "_processes", None) or ()):
                hub.send_home(pid)
        super()._abort()  # type: ignore[misc]

    def _get_sequential_output(self, *args: object) -> Generator[object, None, None]:
        """The results where there is one job: the caller does the tasks itself."""
        with pool_tasks.asking(self._stage.reporter.report, self._stage_calls.ids):
            yield from super()._get_sequential_output(*args)  # type: ignore[misc]


def _methods(real: object, names: Iterable[str], space: dict[str, object]) -> dict[str, object]:
    """Those methods that a class has, the same code with other globals."""
    return {name: rebound(getattr(real, name), space) for name in names if hasattr(real, name)}


def make_parallel(context: RunServices) -> FacadeModule:
    """The facade of `joblib.parallel`."""
    real = importlib.import_module(_REAL)
    clock = types.SimpleNamespace(time=lambda: context.clock.now() / SECOND, sleep=time.sleep)
    space = {**vars(real), "time": clock}
    job = getattr(real, "BatchCompletionCallBack", None)
    if job is not None:
        space["BatchCompletionCallBack"] = type(job.__name__, (job,), _methods(job, _TIMED_JOBS, space))
    timed = type("Parallel", (real.Parallel,), _methods(real.Parallel, _TIMED, space))
    parallel = bind(
        context, "Parallel", (FacadeParallel, timed), real.Parallel.__module__, __doc__=real.Parallel.__doc__
    )
    return FacadeModule(real, {"Parallel": parallel})


def make(context: RunServices) -> FacadeModule:
    """The facade of `joblib`."""
    return FacadeModule(importlib.import_module("joblib"), {"Parallel": registry.facade(context, _REAL).Parallel})
