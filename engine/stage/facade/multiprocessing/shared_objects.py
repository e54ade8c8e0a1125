"""What the facades of `multiprocessing` have in common: their objects are pickled for a process that is started."""

from __future__ import annotations

import _thread
import functools
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from multiprocessing.context import BaseContext
from typing import TYPE_CHECKING, Protocol, SupportsIndex, TypeVar

from engine.protocol.process_facts import SharedThingFact
from engine.protocol.records import STAGE_THREAD
from engine.stage.facade.base.binding import JOIN, Declared, waiting
from engine.stage.processes.pickling import recipe
from engine.stage.run_services import RunServices

if TYPE_CHECKING:
    from multiprocessing.synchronize import Semaphore

_Context = TypeVar("_Context", bound="BaseContext | None")


class SemLock(Protocol):
    """The semaphore of the system inside each of them, `_multiprocessing.SemLock`."""

    maxvalue: int

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool: ...
    def release(self) -> None: ...
    def __enter__(self) -> bool: ...
    def __exit__(self, *error: object) -> None: ...
    def _count(self) -> int: ...
    def _is_mine(self) -> bool: ...
    def _is_zero(self) -> bool: ...


def say(context: RunServices, word: int, thing: int = 0, value: int = 0) -> None:
    """One record of the calling thread. A library's thread that acts in the program's place gets no lane for it."""
    reporter = context.reporter
    ident = _thread.get_ident()
    if ident in reporter.threads or ident == reporter.newcomer:
        reporter.report(word, thing, value)
    else:
        reporter.report_for(STAGE_THREAD, word, thing, value, reporter.place_of(reporter.caller()))


def waiting_for_workers(context: RunServices, workers: Iterable[object]) -> AbstractContextManager[object]:
    """Meanwhile the library waits for a thread of its own, which waits for every worker: that is what is told."""
    lane: int = next((one._stage_lane for one in workers if hasattr(one, "_stage_lane")), 0)
    return waiting(functools.partial(say, context), JOIN, lane) if lane else nullcontext()


def real_context(ctx: _Context) -> _Context:
    """The real context of `multiprocessing` behind one of ours; what is made with it is real, and silent."""
    real: _Context = getattr(ctx, "_stage_real", ctx)
    return real


def semlock_of(lock: object) -> SemLock:
    """What is inside a lock or semaphore."""
    semlock: SemLock = lock._semlock  # type: ignore[attr-defined]  # typeshed leaves out what begins with _
    return semlock


def count_of(semaphore: Semaphore, unknown: int) -> int:
    """What is left of a semaphore at this moment. macOS does not tell."""
    try:
        return semaphore.get_value()
    except NotImplementedError:
        return unknown


class SharedObject(Declared):
    """An object that is the same one in every process, by its number and its name. Stands before a real class."""

    def __init__(self, *args: object, ctx: BaseContext, **kwargs: object) -> None:
        super().__init__(*args, ctx=real_context(ctx), **kwargs)  # type: ignore[call-arg]  # of the real class behind
        if not hasattr(self, "_stage_thing"):  # it was not declared before, for its name
            kinds = [kind for kind in type(self).__mro__ if kind.__module__.startswith("multiprocessing.")]
            self._stage_declare(kinds[0].__name__)  # a class of the program stands before it
        self._stage.channel.facts.append(SharedThingFact(self._stage_thing))
        self._stage_begin()

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[object, ...]:
        kind = type(self)
        if "_stage" not in vars(kind):
            return super(Declared, self).__reduce_ex__(protocol)  # a class of the program is pickled by its own name
        state = self.__getstate__()  # refuses where the real one refuses
        more = (self._stage_thing, getattr(getattr(self, "_stage_switch", None), "name", ""))
        return recipe(self._stage, what="object", module=kind.__module__, path=[kind.__name__], state=state, more=more)

    def _stage_revive(self, state: object, more: tuple[int, str]) -> None:
        """In another process: the same object."""
        self.__setstate__(state)  # type: ignore[attr-defined]  # the real classes have it
        self._stage_thing, name = more
        if name:
            self._stage_switch = self._stage.switches.adopt(self, self._stage_thing, name)
        self._stage_begin()

    def _stage_begin(self) -> None:
        """Sets up what each process has for itself."""
