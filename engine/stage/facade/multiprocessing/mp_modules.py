"""The facade of `multiprocessing`: processes, which a parent begins and the child tells of, contexts, inner modules."""

from __future__ import annotations

import _thread
import functools
import importlib
import multiprocessing
import os
import sys
from collections.abc import Callable
from multiprocessing import context as contexts
from multiprocessing.process import BaseProcess
from typing import Any, SupportsIndex

from engine.protocol.messages import LaneKind
from engine.protocol.process_facts import NotStartedFact
from engine.protocol.process_messages import EndedNote, ExpectNote, Slot
from engine.protocol.records import MAIN_THREAD, Kind, what
from engine.stage import cpython
from engine.stage.facade.base import call_labels, lazy
from engine.stage.facade.base.binding import JOIN, bind, reduced, wait
from engine.stage.facade.base.module import FacadeFunction, FacadeModule
from engine.stage.facade.multiprocessing import process_locks, process_queues
from engine.stage.facade.multiprocessing.own_copies import own_copies_of
from engine.stage.facade.multiprocessing.shared_objects import say
from engine.stage.outcome import exception_report
from engine.stage.outcome.mistakes import TARGET, TellsRun, mistakes_of
from engine.stage.processes import child_process
from engine.stage.processes.pickling import recipe
from engine.stage.run_services import RunServices, one_per_run

MODULE = "multiprocessing.context"
_METHODS = ("fork", "spawn", "forkserver")

_BOOTSTRAP, _AT_EXIT = cpython.code_of_a_process(), cpython.code_at_exit()
CUT = what(Kind.THREAD_CUT)
ENDED = what(Kind.THREAD_ENDED)
EXCUSED = what(Kind.THREAD_EXCUSED)


class FacadeProcess(TellsRun, BaseProcess):
    """A process that reports its life. Stands before one of the real classes."""

    _stage: RunServices
    _stage_slot: tuple[int, int, int] | None  # what is in a Slot, None when nobody can report for the child
    _stage_lane: int
    _stage_error: BaseException | None = None  # what ended it
    _stage_works = False  # it is a worker of a pool
    _stage_ending = CUT  # what it means for its lane that the program terminates it
    _stage_untold = True  # the program was not told that it has ended
    _popen: object
    _parent_pid: int
    _name: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        context = self._stage
        own_copies_of(context).prepare()
        slot = context.hub.reserve() if context.hub is not None else None
        self._stage_slot = None if slot is None else (slot.number, slot.lane, slot.last)
        self._stage_works = self._stage_works  # pickled along
        self._stage_lane = slot.lane if slot is not None else context.reporter.ids.thread()
        self._stage_tell()
        say(context, what(Kind.THREAD_CREATED), self._stage_lane)
        target = getattr(self, "_target", None)
        if not callable(target) and ("target" in kwargs or len(args) > 1):
            mistakes_of(context).no_function(target, self._stage_lane, TARGET)
        mistakes_of(context).arguments(TARGET.arguments_in(args, kwargs), target, self._stage_lane)

    def _stage_tell(self) -> None:
        """Says (again) what the process is called."""
        target, given = getattr(self, "_target", None) or type(self).run, getattr(self, "_args", ())
        calls = call_labels.written_as(target, self._stage.reporter.files, given, getattr(self, "_kwargs", None))
        self._stage.reporter.declare_thread(self._stage_lane, self._name, self.daemon, LaneKind.PROCESS, calls=calls)

    def start(self) -> None:
        if self._popen is not None or getattr(self, "_closed", False):
            super().start()  # raises what the real one raises
        context, slot = self._stage, self._stage_slot
        reporter, hub = context.reporter, context.hub
        if reporter.threads.get(_thread.get_ident()) == MAIN_THREAD:
            reporter.see_value()
        say(context, what(Kind.THREAD_STARTED), self._stage_lane)
        try:
            if hub is None or slot is None:
                super().start()
                return
            hub.adopt(Slot(*slot), self)
            with hub.seating(Slot(*slot)):
                super().start()
            hub.begun(Slot(*slot), self._popen)
        except Exception as error:
            say(context, EXCUSED, self._stage_lane)  # there is nobody to wait for
            place, line = reporter.place_of(reporter.caller()), exception_report.one_line(error)
            told = NotStartedFact(self._stage_lane, reporter.me(), place, context.clock.now(), line)
            context.channel.facts.append(told)
            raise

    def _bootstrap(self, *args: object, **kwargs: object) -> object:
        """Called in the child, and everything there happens in it."""
        context = self._stage
        context.reporter.introduce(self._name, self.daemon)
        if self._stage_works:
            context.reporter.report(what(Kind.TASK_WANT))
        copies = own_copies_of(context)
        copies.begin(self)
        try:
            return super()._bootstrap(*args, **kwargs)  # type: ignore[misc]  # typeshed leaves it out
        finally:
            for look in context.last_looks:
                look()
            child_process.last_words(context, self._stage_error)

    def join(self, timeout: float | None = None) -> None:
        if cpython.frame_at(1).f_code is _AT_EXIT:  # at the end of Python: the program has waited for nobody
            super().join(timeout)
            return
        if self._popen is None or not self.is_alive() or self._parent_pid != os.getpid():
            super().join(timeout)  # raises what the real one raises
            self._stage_joined()
            return
        report = functools.partial(say, self._stage)
        if wait(self._stage, JOIN._replace(got=0), self._stage_lane, self._stage_ends_within, timeout, report=report):
            self._stage_joined()

    def _stage_ends_within(self, seconds: float) -> bool:
        super().join(seconds)
        return self.exitcode is not None

    def _stage_joined(self) -> None:
        hub, code = self._stage.hub, self.exitcode
        if hub is not None and self._stage_slot is not None and code is not None:
            hub.note(EndedNote(self._stage_slot[0], code))
        say(self._stage, JOIN.got, self._stage_lane)

    def terminate(self) -> None:
        self._stage_expect_end()
        super().terminate()

    def kill(self) -> None:
        self._stage_expect_end()
        super().kill()

    def _stage_expect_end(self) -> None:
        """The program ends it: that is no accident, and nobody need wait for it."""
        hub = self._stage.hub
        if self._popen is not None and hub is not None and self._stage_slot is not None:
            hub.note(ExpectNote(self._stage_slot[0], self._stage_ending))
            say(self._stage, EXCUSED, self._stage_lane)

    def is_alive(self) -> bool:
        alive = super().is_alive()
        if not alive:
            self._stage_tell_end()
        return alive

    @property
    def exitcode(self) -> int | None:
        """None as long as it has not ended."""
        code: int | None = BaseProcess.exitcode.fget(self)  # type: ignore[attr-defined]  # it is a property
        if code is not None:
            self._stage_tell_end()
        return code

    def _stage_tell_end(self) -> None:
        """The program is told that it has ended: nobody need join it. Said once."""
        context = self._stage
        by_program = cpython.frame_at(2).f_code.co_filename in context.reporter.files
        if by_program and self._stage_untold and self._popen is not None:
            self._stage_untold = False
            say(context, EXCUSED, self._stage_lane)

    @property
    def name(self) -> str:
        """What the process is called."""
        if cpython.frame_at(1).f_code is _BOOTSTRAP:  # it asks for it when an exception has ended the process
            self._stage_error = sys.exc_info()[1] or self._stage_error
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        BaseProcess.name.fset(self, name)  # type: ignore[attr-defined]  # it is a property
        self._stage_tell()

    @property
    def daemon(self) -> bool:
        """Whether the end of the program ends this process, too."""
        return bool(BaseProcess.daemon.fget(self))  # type: ignore[attr-defined]

    @daemon.setter
    def daemon(self, daemonic: bool) -> None:
        BaseProcess.daemon.fset(self, daemonic)  # type: ignore[attr-defined]
        if hasattr(self, "_stage_lane"):  # the real __init__ sets it, too
            self._stage_tell()

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[object, ...]:
        if "_stage" not in vars(type(self)):
            return super().__reduce_ex__(protocol)  # a class of the program is pickled by its own name
        return recipe(
            self._stage, what="object", module=MODULE, path=[type(self).__name__], state=self.__dict__, more=()
        )

    def _stage_revive(self, state: dict[str, object], more: tuple[()]) -> None:
        """In the child: the same object."""
        del more
        self.__dict__.update(state)


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


def _processes(context: RunServices) -> dict[str, type]:
    """The classes of one run, by the names that `multiprocessing.context` gives them."""
    names = ("Process", "ForkProcess", "SpawnProcess", "ForkServerProcess")
    reals = [getattr(contexts, name) for name in names if hasattr(contexts, name)]
    return {
        real.__name__: bind(context, real.__name__, (FacadeProcess, real), MODULE, __doc__=real.__doc__)
        for real in reals
    }


@one_per_run
def _own(context: RunServices) -> dict[str, dict[str, Any]]:
    """What is our own in `multiprocessing` and in its modules, by the names of these."""

    def pool(*args: object, ctx: contexts.BaseContext, **kwargs: object) -> object:
        return lazy.maker("multiprocessing.mp_pool", "kinds")(context)["Pool"](*args, **kwargs, context=ctx)

    def value(*args: object, ctx: contexts.BaseContext, **kwargs: object) -> object:
        return lazy.maker("multiprocessing.shared_values", "maker")(context)(*args, **kwargs, ctx=ctx)

    def manager(ctx: contexts.BaseContext) -> object:
        return lazy.maker("multiprocessing.manager_proxies", "watched")(context)(ctx.Manager())

    if context.hub is not None:
        context.hub.open()
    processes, locks, queues = _processes(context), process_locks.make(context), process_queues.make(context)
    kinds = {**locks, **queues, "Pool": pool, "Manager": manager, "Value": value, "Array": None}
    family: dict[str, object] = {}
    common = {"_stage": context, "_stage_family": family, "__module__": MODULE, "__reduce_ex__": reduced}
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
    outside = {name: getattr(made, name) for name in multiprocessing.__all__ if name != "reducer"}
    outside.update((name, FacadeFunction(getattr(multiprocessing, name), outside[name])) for name in kinds)
    return {
        "multiprocessing": outside,
        "multiprocessing.context": inside,
        "multiprocessing.queues": {**queues},
        "multiprocessing.synchronize": {**locks},
    }


def quiet(context: RunServices, ctx: Any = None) -> object:
    """A context for a pool's own use: its processes report, its locks and queues are real and silent."""
    real = getattr(ctx, "_stage_real", ctx if ctx is not None else multiprocessing).get_context()
    kind = _own(context)[MODULE].get(getattr(real.Process, "__name__", ""))
    if kind is None:  # of a library that has its own way to start a process
        return ctx
    own = {"__module__": MODULE, "_stage": context, "__reduce_ex__": reduced}
    worker = type(kind.__name__, (kind,), {"__module__": MODULE, "_stage": context, "_stage_works": True})
    return type(type(real).__name__, (type(real),), {**own, "Process": worker})()


def make(context: RunServices, name: str = "multiprocessing") -> FacadeModule:
    """The facade of `multiprocessing`, or of a module inside it."""
    return FacadeModule(importlib.import_module(name), _own(context)[name])


make_context, make_queues, make_synchronize = (
    functools.partial(make, name=f"multiprocessing.{name}") for name in ("context", "queues", "synchronize")
)
