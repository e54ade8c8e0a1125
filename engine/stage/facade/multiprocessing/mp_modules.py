"""The facade of `multiprocessing` and of the modules inside it, as far as programs import names from them."""

from __future__ import annotations

import importlib
import multiprocessing
from collections.abc import Callable, Iterable
from multiprocessing import context as contexts
from multiprocessing import queues, synchronize
from typing import TYPE_CHECKING, Any, TypeVar

from engine.stage import cpython
from engine.stage.facade.base import lazy
from engine.stage.facade.base.module import FacadeModule
from engine.stage.facade.multiprocessing import process, process_locks, process_queues
from engine.stage.run_services import RunServices, one_per_run

if TYPE_CHECKING:
    from multiprocessing.managers import SyncManager
    from multiprocessing.pool import Pool

MODULE = "multiprocessing.context"
_Made = TypeVar("_Made")
_METHODS = ("fork", "spawn", "forkserver")


class FacadeContext:
    """A context of `multiprocessing` whose factories make what reports. Stands before one of the real classes."""

    _stage: RunServices
    _stage_kinds: dict[str, type]  # classes of the run by their names
    _stage_family: dict[str, object]  # contexts of the run by their names
    _stage_real: Any

    def Lock(self) -> synchronize.Lock:
        return self._stage_made(synchronize.Lock)

    def RLock(self) -> synchronize.RLock:
        return self._stage_made(synchronize.RLock)

    def Condition(self, lock: object = None) -> synchronize.Condition:
        return self._stage_made(synchronize.Condition, lock)

    def Semaphore(self, value: int = 1) -> synchronize.Semaphore:
        return self._stage_made(synchronize.Semaphore, value)

    def BoundedSemaphore(self, value: int = 1) -> synchronize.BoundedSemaphore:
        return self._stage_made(synchronize.BoundedSemaphore, value)

    def Event(self) -> synchronize.Event:
        return self._stage_made(synchronize.Event)

    def Barrier(self, parties: int, action: object = None, timeout: float | None = None) -> synchronize.Barrier:
        return self._stage_made(synchronize.Barrier, parties, action, timeout)

    def Queue(self, maxsize: int = 0) -> queues.Queue[object]:
        return self._stage_made(queues.Queue, maxsize)

    def JoinableQueue(self, maxsize: int = 0) -> queues.JoinableQueue[object]:
        return self._stage_made(queues.JoinableQueue, maxsize)

    def SimpleQueue(self) -> queues.SimpleQueue[object]:
        return self._stage_made(queues.SimpleQueue)

    def Pool(
        self,
        processes: int | None = None,
        initializer: Callable[..., object] | None = None,
        initargs: Iterable[object] = (),
        maxtasksperchild: int | None = None,
    ) -> Pool:
        """A pool whose tasks are seen."""
        return pool_class(self._stage)(processes, initializer, initargs, maxtasksperchild, context=self._stage_ctx())

    def Value(self, typecode_or_type: object, *args: object, lock: object = True) -> Any:
        """The real one, with a lock of its own that is real, too: each look at the value takes it."""
        return self._stage_real.get_context().Value(typecode_or_type, *args, lock=lock)

    def Array(self, typecode_or_type: object, size_or_initializer: object, *, lock: object = True) -> Any:
        """As Value."""
        return self._stage_real.get_context().Array(typecode_or_type, size_or_initializer, lock=lock)

    def Manager(self) -> SyncManager:
        """The real one; the process that serves it is no lane."""
        return self._stage_ctx().Manager()

    def get_context(self, method: str | None = None) -> Any:
        """The run's context for what the real one has for this method."""
        return self._stage_family[self._stage_real.get_context(method)._name]

    def _stage_ctx(self) -> contexts.BaseContext:
        """The real context that makes things now."""
        found: contexts.BaseContext = self._stage_real.get_context()
        return found

    def _stage_made(self, real: type[_Made], *args: object) -> _Made:
        """An object of the run's class for this real one."""
        made: _Made = self._stage_kinds[real.__name__](*args, ctx=self._stage_ctx())
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return multiprocessing.get_context, (getattr(self, "_name", None),)


class FacadeDefaultContext(FacadeContext, contexts.DefaultContext):
    """The context of `multiprocessing` itself. Which method it uses is the real one's to know: children ask that."""

    def __init__(self, real: contexts.DefaultContext) -> None:
        super().__init__(cpython.start_methods()[real.get_all_start_methods()[0]])
        self._stage_real = real

    def set_start_method(self, method: str | None, force: bool = False) -> None:
        self._stage_real.set_start_method(method, force)

    def get_start_method(self, allow_none: bool = False) -> Any:
        return self._stage_real.get_start_method(allow_none)


class _Kinds:
    """The classes and contexts of one run."""

    def __init__(self, context: RunServices) -> None:
        if context.hub is not None:
            context.hub.open()
        self.processes = process.make(context)
        self.locks = process_locks.make(context)
        self.queues = process_queues.make(context)
        kinds = {**self.locks, **self.queues}
        family: dict[str, object] = {}
        common = {"_stage": context, "_stage_kinds": kinds, "_stage_family": family, "__module__": MODULE}
        self.contexts: dict[str, type] = {}
        for method in _METHODS:
            real = cpython.start_methods().get(method)
            if real is not None:
                name = type(real).__name__
                own = {**common, "_stage_real": real, "Process": self.processes[type(real).Process.__name__]}
                self.contexts[name] = type(name, (FacadeContext, type(real)), own)
                family[method] = self.contexts[name]()
        own = {**common, "Process": self.processes["Process"]}
        default = type("DefaultContext", (FacadeDefaultContext,), own)
        self.default = default(cpython.default_context())


_kinds = one_per_run(_Kinds)


def pool_class(context: RunServices) -> type[Pool]:
    """The run's Pool."""
    pool: type[Pool] = lazy.maker("multiprocessing.mp_pool", "kinds")(context)["Pool"]
    return pool


def quiet(context: RunServices, ctx: Any = None) -> object:
    """A context for a pool's own use: its processes report, its locks and queues are real and silent."""
    kinds = _kinds(context)
    real = getattr(ctx, "_stage_real", ctx if ctx is not None else multiprocessing).get_context()
    kind = kinds.processes.get(getattr(real.Process, "__name__", ""))
    if kind is None:  # of a library that has its own way to start a process
        return ctx
    worker = type(kind.__name__, (kind,), {"__module__": MODULE, "_stage": context, "_stage_works": True})
    return type(type(real).__name__, (type(real),), {"__module__": MODULE, "Process": worker})()


def make(context: RunServices) -> FacadeModule:
    """The facade of `multiprocessing`."""
    default = _kinds(context).default
    own = {name: getattr(default, name) for name in multiprocessing.__all__ if name != "reducer"}
    return FacadeModule(multiprocessing, own)


def make_context(context: RunServices) -> FacadeModule:
    """The facade of `multiprocessing.context`."""
    kinds = _kinds(context)
    own = {**kinds.processes, **kinds.contexts, "_default_context": kinds.default}
    return FacadeModule(contexts, own)


def make_synchronize(context: RunServices) -> FacadeModule:
    """The facade of `multiprocessing.synchronize`."""
    return FacadeModule(importlib.import_module("multiprocessing.synchronize"), dict(_kinds(context).locks))


def make_queues(context: RunServices) -> FacadeModule:
    """The facade of `multiprocessing.queues`."""
    return FacadeModule(importlib.import_module("multiprocessing.queues"), dict(_kinds(context).queues))
