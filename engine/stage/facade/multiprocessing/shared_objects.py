"""What the facades of `multiprocessing` have in common: their objects are pickled for a process that is started."""

from __future__ import annotations

import _thread
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import util
from typing import Any

from engine.protocol.records import STAGE_THREAD, Kind, what
from engine.stage.facade.base.binding import Declared
from engine.stage.facade.threading.let_through import LetThrough
from engine.stage.processes.pickling import recipe
from engine.stage.run_services import RunServices

_JOIN_WANT = what(Kind.JOIN_WANT)
_JOIN_GOT = what(Kind.JOIN_GOT)
_JOIN_GAVE_UP = what(Kind.JOIN_GAVE_UP)


def say(context: RunServices, word: int, thing: int = 0, value: int = 0) -> None:
    """One record of the calling thread. A library's thread that acts in the program's place gets no lane for it."""
    reporter = context.reporter
    ident = _thread.get_ident()
    if ident in reporter.threads or ident == reporter.newcomer:
        reporter.report(word, thing, value)
    else:
        reporter.report_for(STAGE_THREAD, word, thing, value, reporter.place_of(reporter.caller()))


@contextmanager
def waiting_for_workers(context: RunServices, workers: Iterable[Any]) -> Iterator[None]:
    """Meanwhile the library waits for a thread of its own, which waits for every worker: that is what is told."""
    lane = next((one._stage_lane for one in workers if hasattr(one, "_stage_lane")), 0)
    if not lane:
        yield
        return
    say(context, _JOIN_WANT, lane)
    try:
        yield
    except BaseException:
        say(context, _JOIN_GAVE_UP, lane)
        raise
    say(context, _JOIN_GOT, lane)


def real_context(ctx: Any) -> Any:
    """The real context of `multiprocessing` behind one of ours; what is made with it is real, and silent."""
    return getattr(ctx, "_stage_real", ctx)


class SharedObject(Declared):
    """An object that is the same one in every process, by its number and its name. Stands before a real class."""

    def __reduce_ex__(self, protocol: Any) -> Any:
        kind: Any = type(self)
        if "_stage" not in vars(kind):
            return super(Declared, self).__reduce_ex__(protocol)  # a class of the program is pickled by its own name
        state = self.__getstate__()  # refuses where the real one refuses
        more = (self._stage_thing, getattr(getattr(self, "_stage_switch", None), "name", ""))
        return recipe(self._stage, what="object", module=kind.__module__, path=[kind.__name__], state=state, more=more)

    def _stage_revive(self, state: Any, more: tuple[int, str]) -> None:
        """In another process: the same object."""
        self.__setstate__(state)  # type: ignore[attr-defined]  # the real classes have it
        self._stage_thing, name = more
        self._stage_switch = self._stage.switches.adopt(self, self._stage_thing, name)
        self._stage_begin()

    def _stage_begin(self) -> None:
        """Sets up what each process has for itself."""


class Passing(SharedObject):
    """One that lets through who asks while it is switched off."""

    _stage_passes: LetThrough

    def _stage_begin(self) -> None:
        self._stage_passes = LetThrough()
        if os.name == "posix":
            util.register_after_fork(self, Passing._stage_forget)

    def _stage_forget(self) -> None:
        """In a forked child: its threads were let through nowhere."""
        self._stage_passes = LetThrough()
