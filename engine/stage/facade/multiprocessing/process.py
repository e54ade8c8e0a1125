"""Process of `multiprocessing` as a program sees it: the parent tells its beginning, the child its life and its end."""

from __future__ import annotations

import _thread
import functools
import multiprocessing
import os
import sys
from multiprocessing import context as contexts
from multiprocessing import process
from typing import TYPE_CHECKING, Any, SupportsIndex

from engine.protocol.messages import LaneKind
from engine.protocol.records import MAIN_THREAD, Kind, what
from engine.stage import cpython
from engine.stage.facade.base.binding import JOIN, bind, wait
from engine.stage.facade.multiprocessing.shared_objects import say
from engine.stage.outcome import exception_report
from engine.stage.processes import child_process
from engine.stage.processes.pickling import recipe
from engine.stage.processes.process_slots import ProcessSlot
from engine.stage.run_services import RunServices

MODULE = "multiprocessing.context"

_BOOTSTRAP = cpython.code_of_a_process()
_CREATED = what(Kind.THREAD_CREATED)
_STARTED = what(Kind.THREAD_STARTED)
_DIED = what(Kind.THREAD_DIED)
_TASK_WANT = what(Kind.TASK_WANT)
CUT = what(Kind.THREAD_CUT)
ENDED = what(Kind.THREAD_ENDED)

if TYPE_CHECKING:
    _Base = process.BaseProcess
else:
    _Base = object


class FacadeProcess(_Base):
    """A process that reports its life. Stands before one of the real classes."""

    _stage: RunServices
    _stage_slot: tuple[int, int, int] | None  # a ProcessSlot, None when nobody can report for the child
    _stage_lane: int
    _stage_error: BaseException | None = None  # what ended it
    _stage_works = False  # it is a worker of a pool
    _stage_ending = CUT  # what it means for its lane that the program terminates it
    _popen: object
    _parent_pid: int
    _name: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        context = self._stage
        slot = context.hub.reserve() if context.hub is not None else None
        self._stage_slot = None if slot is None else (slot.number, slot.lane, slot.last)
        self._stage_works = self._stage_works  # pickled along
        self._stage_lane = slot.lane if slot is not None else context.reporter.ids.thread()
        self._stage_tell()
        say(context, _CREATED, self._stage_lane)

    def _stage_tell(self) -> None:
        """Says (again) what the process is called."""
        self._stage.reporter.declare_thread(self._stage_lane, self._name, self.daemon, LaneKind.PROCESS)

    def start(self) -> None:
        if self._popen is not None or getattr(self, "_closed", False):
            super().start()  # raises what the real one raises
        context, slot = self._stage, self._stage_slot
        reporter, hub = context.reporter, context.hub
        if reporter.threads.get(_thread.get_ident()) == MAIN_THREAD:
            reporter.see_value()
        say(context, _STARTED, self._stage_lane)
        try:
            if hub is None or slot is None:
                super().start()
                return
            hub.adopt(ProcessSlot(*slot), self)
            with hub.seating(ProcessSlot(*slot)):
                super().start()
        except Exception as error:
            text = context.channel.text(exception_report.one_line(error), error=True)
            reporter.report_for(self._stage_lane, _DIED, 0, text, reporter.place_of(reporter.caller()))
            raise

    def _bootstrap(self, *args: object, **kwargs: object) -> object:
        """Called in the child, and everything there happens in it."""
        context = self._stage
        context.reporter.introduce(self._name, self.daemon)
        if self._stage_works:
            context.reporter.report(_TASK_WANT)
        try:
            return super()._bootstrap(*args, **kwargs)  # type: ignore[misc]  # typeshed leaves it out
        finally:
            child_process.last_words(context, self._stage_error)

    def join(self, timeout: float | None = None) -> None:
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
            hub.ended(ProcessSlot(*self._stage_slot), code)
        say(self._stage, JOIN.got, self._stage_lane)

    def terminate(self) -> None:
        hub = self._stage.hub
        if hub is not None and self._stage_slot is not None:
            hub.expect(self._stage_slot[0], self._stage_ending)
        super().terminate()

    @property
    def name(self) -> str:
        """What the process is called."""
        if cpython.frame_at(1).f_code is _BOOTSTRAP:  # it asks for it when an exception has ended the process
            self._stage_error = sys.exc_info()[1] or self._stage_error
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        process.BaseProcess.name.fset(self, name)  # type: ignore[attr-defined]  # it is a property
        self._stage_tell()

    @property
    def daemon(self) -> bool:
        """Whether the end of the program ends this process, too."""
        return bool(process.BaseProcess.daemon.fget(self))  # type: ignore[attr-defined]

    @daemon.setter
    def daemon(self, daemonic: bool) -> None:
        process.BaseProcess.daemon.fset(self, daemonic)  # type: ignore[attr-defined]
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


def make(context: RunServices) -> dict[str, type]:
    """The classes of one run, by the names that `multiprocessing.context` gives them."""
    reals = {name: getattr(contexts, name, None) for name in ("ForkProcess", "SpawnProcess", "ForkServerProcess")}
    reals["Process"] = multiprocessing.Process
    return {
        name: bind(context, name, (FacadeProcess, real), MODULE, __doc__=real.__doc__)
        for name, real in reals.items()
        if real is not None
    }
