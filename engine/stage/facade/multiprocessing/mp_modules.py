"""The facade of `multiprocessing` and of the modules inside it, as far as programs import names from them."""

from __future__ import annotations

import functools
import importlib
import multiprocessing
from collections.abc import Callable
from multiprocessing import context as contexts
from typing import Any

from engine.stage import cpython
from engine.stage.facade.base import lazy
from engine.stage.facade.base.module import FacadeModule
from engine.stage.facade.multiprocessing import process, process_locks, process_queues
from engine.stage.run_services import RunServices, one_per_run

_METHODS = ("fork", "spawn", "forkserver")


class FacadeContext:
    """A context of `multiprocessing` whose factories make what reports. Stands before one of the real classes."""

    _stage: RunServices
    _stage_family: dict[str, object]  # contexts of the run by their names
    _stage_real: Any

    def get_context(self, method: str | None = None) -> Any:
        """The run's context for what the real one has for this method."""
        return self._stage_family[self._stage_real.get_context(method)._name]

    def __reduce__(self) -> tuple[object, ...]:
        return multiprocessing.get_context, (getattr(self, "_name", None),)


def _factory(name: str, kind: Callable[..., object] | None) -> Callable[..., object]:
    """The method of a context that makes an object of the run's `kind`, or a real one where there is none.

    The lock of a real value or array is real, too: each look at it takes it. A real manager's process is no lane.
    """

    @functools.wraps(getattr(contexts.BaseContext, name))
    def make(self: FacadeContext, *args: object, **kwargs: object) -> object:
        real = self._stage_real.get_context()
        return getattr(real, name)(*args, **kwargs) if kind is None else kind(*args, **kwargs, ctx=real)

    return make


class FacadeDefaultContext(FacadeContext, contexts.DefaultContext):
    """The context of `multiprocessing` itself. Which method it uses is the real one's to know: children ask that."""

    def __init__(self, real: contexts.DefaultContext) -> None:
        super().__init__(cpython.start_methods()[real.get_all_start_methods()[0]])
        self._stage_real = real

    def set_start_method(self, method: str | None, force: bool = False) -> None:
        self._stage_real.set_start_method(method, force)

    def get_start_method(self, allow_none: bool = False) -> Any:
        return self._stage_real.get_start_method(allow_none)


@one_per_run
def _own(context: RunServices) -> dict[str, dict[str, Any]]:
    """What is our own in `multiprocessing` and in its modules, by the names of these."""

    def pool(*args: object, ctx: contexts.BaseContext, **kwargs: object) -> object:
        return lazy.maker("multiprocessing.mp_pool", "kinds")(context)["Pool"](*args, **kwargs, context=ctx)

    if context.hub is not None:
        context.hub.open()
    processes, locks, queues = process.make(context), process_locks.make(context), process_queues.make(context)
    kinds = {**locks, **queues, "Pool": pool, **dict.fromkeys(("Value", "Array", "Manager"))}
    family: dict[str, object] = {}
    common = {"_stage": context, "_stage_family": family, "__module__": process.MODULE}
    common.update((name, _factory(name, kind)) for name, kind in kinds.items())
    inside: dict[str, Any] = {**processes}
    for method in _METHODS:
        real = cpython.start_methods().get(method)
        if real is not None:
            name = type(real).__name__
            own = {**common, "_stage_real": real, "Process": processes[type(real).Process.__name__]}
            inside[name] = type(name, (FacadeContext, type(real)), own)
            family[method] = inside[name]()
    default = type("DefaultContext", (FacadeDefaultContext,), {**common, "Process": processes["Process"]})
    inside["_default_context"] = made = default(cpython.default_context())
    return {
        "multiprocessing": {name: getattr(made, name) for name in multiprocessing.__all__ if name != "reducer"},
        "multiprocessing.context": inside,
        "multiprocessing.queues": {**queues},
        "multiprocessing.synchronize": {**locks},
    }


def quiet(context: RunServices, ctx: Any = None) -> object:
    """A context for a pool's own use: its processes report, its locks and queues are real and silent."""
    real = getattr(ctx, "_stage_real", ctx if ctx is not None else multiprocessing).get_context()
    kind = _own(context)[process.MODULE].get(getattr(real.Process, "__name__", ""))
    if kind is None:  # of a library that has its own way to start a process
        return ctx
    worker = type(kind.__name__, (kind,), {"__module__": process.MODULE, "_stage": context, "_stage_works": True})
    return type(type(real).__name__, (type(real),), {"__module__": process.MODULE, "Process": worker})()


def make(context: RunServices, name: str = "multiprocessing") -> FacadeModule:
    """The facade of `multiprocessing`, or of a module inside it."""
    return FacadeModule(importlib.import_module(name), _own(context)[name])


make_context, make_queues, make_synchronize = (
    functools.partial(make, name=f"multiprocessing.{name}") for name in ("context", "queues", "synchronize")
)
