"""Thread and Timer as a program sees them, and the facade of the module `threading`."""

from __future__ import annotations

import _thread
import functools
import sys
import threading
from collections.abc import Callable, Iterable
from types import CodeType
from typing import Any

from engine.protocol.records import MAIN_THREAD, Kind, what
from engine.stage import cpython
from engine.stage.control.program_clock import Cancelled
from engine.stage.facade.base import call_labels
from engine.stage.facade.base.binding import JOIN, bind, refuse_bad, wait
from engine.stage.facade.base.module import FacadeModule
from engine.stage.facade.threading import conditions, locks
from engine.stage.outcome import exception_report
from engine.stage.outcome.late_names import Names, code_of, late_names_of
from engine.stage.outcome.lost_results import lost_results_of
from engine.stage.outcome.mistakes import OF_TIMER, TARGET, Early, Given, TellsRun, mistakes_of
from engine.stage.outcome.same_things import same_things_of
from engine.stage.outcome.seen_errors import seen_errors_of
from engine.stage.recording.reporter import REPEATS, TIMER
from engine.stage.run_services import RunServices

_CREATED = what(Kind.THREAD_CREATED)
_STARTED = what(Kind.THREAD_STARTED)
_RUNNING = what(Kind.THREAD_RUNNING)
_ENDED = what(Kind.THREAD_ENDED)
_DIED = what(Kind.THREAD_DIED)
_EXCUSED = what(Kind.THREAD_EXCUSED)
_REAL_HOOK = getattr(threading, "__excepthook__", threading.excepthook)  # the name came with 3.10


def _told(name: str) -> Any:
    """A property of threads; when the program sets it, it is said again what the thread is called."""
    real: property = getattr(threading.Thread, name)

    def tell(self: FacadeThread, value: object) -> None:
        real.__set__(self, value)
        self._stage.reporter.declare_thread(self._stage_id, self._name, self.daemon, timer=self._stage_timer())

    return property(real.fget, tell, doc=real.__doc__)


class Untold:
    """Threads of one run, by their ids, that were started, and of which the program was not told that they ended."""

    def __init__(self, context: RunServices) -> None:
        self._report = context.reporter.report
        self.ids: set[int] = set()

    def told(self, number: int) -> None:
        """The program knows that it has ended: nobody need join it. Said once."""
        if number in self.ids:
            self.ids.discard(number)
            self._report(_EXCUSED, number)

    def shown(self, alive: Iterable[object]) -> None:
        """The program is told which ones live, or how many: it may know of all others that they have ended."""
        living = {getattr(thread, "_stage_id", 0) for thread in alive}
        for number in self.ids.copy() - living:
            self.told(number)


class FacadeThread(TellsRun, threading.Thread):
    """A `threading.Thread` that reports its life."""

    _stage: RunServices
    _stage_module: FacadeModule  # the run's facade of `threading`, whose excepthook the program may replace
    _stage_untold: Untold  # the run's
    _stage_id: int
    _stage_last_word: tuple[int, int, int] = (_ENDED, 0, 0)  # kind, text, place
    _stage_names: Names | None = None  # what its function would have found when it was handed over
    _stage_code: CodeType | None = None  # of what it is to call
    _stage_early: Early | None = None
    _stage_given: Given = TARGET
    _name: str
    _initialized: bool
    _started: threading.Event

    @functools.wraps(threading.Thread.__init__)  # type: ignore[misc]  # for help() and inspect.signature()
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The real one is an attribute of the object; without it the method of that name below is found.
        vars(self).pop("_invoke_excepthook", None)
        reporter = self._stage.reporter
        with_ = [getattr(self, name, getattr(self, f"_{name}", None)) for name in ("args", "kwargs")]  # of a timer
        calls = call_labels.written_as(self._stage_function() or type(self).run, reporter.files, *with_)
        self._stage_id = reporter.new_thread(self._name, self.daemon, timer=self._stage_timer(), calls=calls)
        reporter.report(_CREATED, self._stage_id)
        given = self._stage_function()
        self._stage_code = code_of(getattr(given or type(self).run, "__func__", given or type(self).run))
        if given is not None or not {"target", "function"}.isdisjoint(kwargs) or len(args) > 1:
            self._stage_look_at(given)
            same_things_of(self._stage).handed_over(given, with_[0], with_[1], self, self._stage_id)
            single = self._stage_given.arguments_in(args, kwargs)
            mistakes_of(self._stage).arguments(single, given, self._stage_id)

    def _stage_function(self) -> object:
        """What it is to call; None where it calls nothing, or has done so."""
        return getattr(self, "function", None) or getattr(self, "_target", None)

    def _stage_look_at(self, given: object) -> None:
        """Looks at what it is to call."""
        if not callable(given):
            mistakes_of(self._stage).no_function(given, self._stage_id, self._stage_given)
        else:
            self._stage_names = late_names_of(self._stage).handed_over(given)

    def _stage_timer(self) -> int:
        """What kind of timer it is, 0 for none."""
        return 0

    def start(self) -> None:
        if not self._initialized or self._started.is_set():
            super().start()  # raises what the real one raises
        reporter = self._stage.reporter
        lost_results_of(self._stage).called("start", reporter.caller(), self._stage_code, self._stage_id)
        if reporter.threads.get(_thread.get_ident()) == MAIN_THREAD:
            reporter.see_value()
        reporter.report(_STARTED, self._stage_id)
        self._stage_untold.ids.add(self._stage_id)
        self._stage_early = mistakes_of(self._stage).started(self, getattr(self, "_target", None))
        try:
            super().start()
        except RuntimeError as error:  # the system has no more threads
            text = self._stage.channel.text(exception_report.one_line(error), error=True)
            reporter.report_for(self._stage_id, _DIED, 0, text, reporter.place_of(reporter.caller()))
            raise

    def _bootstrap_inner(self) -> None:
        reporter, ident = self._stage.reporter, _thread.get_ident()
        reporter.threads[ident] = self._stage_id
        reporter.report(_RUNNING)
        code = code_of(self._stage_function()) if self._stage_names else None
        self._stage_calls()
        try:
            super()._bootstrap_inner()  # type: ignore[misc]  # typeshed leaves out what begins with _
        finally:
            late_names_of(self._stage).ended(code)
            reporter.processor.end(self._stage_id)
            word, text, place = self._stage_last_word
            reporter.report_for(self._stage_id, word, 0, text, place)
            reporter.threads.pop(ident, None)  # the system gives the number to another thread soon

    def _stage_calls(self) -> None:
        """The calling thread is this one, and about to call its function."""
        names, self._stage_names = self._stage_names, None
        if names:
            late_names_of(self._stage).runs(self._stage_function(), names, self._stage_id)

    @staticmethod
    def _invoke_excepthook(thread: FacadeThread) -> None:
        """Called by the real Thread in the thread that an exception ended, while it is being handled."""
        error = sys.exc_info()[1]
        if error is None or issubclass(type(error), Cancelled) or thread._stage.clock.cancelled:
            return  # what goes wrong after a stop is the stop's doing
        thread._stage_died(error)

    def _stage_died(self, error: BaseException) -> None:
        context = self._stage
        died = None
        if type(error) is not SystemExit:
            died = exception_report.fact(context.reporter, self._stage_id, error)
            context.channel.facts.append(died)
            seen_errors_of(context).ended_thread(error, self._stage_id)
            text = context.channel.text(exception_report.one_line(error), error=True)
            self._stage_last_word = (_DIED, text, died.place)
            if self._stage_early is not None:
                mistakes_of(context).died(self._stage_early, self._stage_id, died.message or "")
        hook = vars(self._stage_module).get("excepthook")
        if hook is not None and hook is not _REAL_HOOK:
            self._stage_call_hook(hook, error)
        elif type(error) is SystemExit:
            context.channel.facts.append(exception_report.exit_fact(context.reporter, self._stage_id, error))
        elif died is not None:
            context.complain(f"Exception in thread {self.name}:\n{died.traceback}")

    def _stage_call_hook(self, hook: Callable[[threading.ExceptHookArgs], object], error: BaseException) -> None:
        """The program's own hook; when it raises, that is printed as Python does."""
        try:
            hook(threading.ExceptHookArgs([type(error), error, error.__traceback__, self]))
        except Exception as failure:
            failure.__suppress_context__ = True
            self._stage.complain("Exception in threading.excepthook:\n")
            sys.excepthook(type(failure), failure, failure.__traceback__)

    def is_alive(self) -> bool:
        alive = super().is_alive()
        if not alive and cpython.frame_at(1).f_code.co_filename in self._stage.reporter.files:
            self._stage_untold.told(self._stage_id)
        return alive

    def join(self, timeout: float | None = None) -> None:
        if not self._initialized or not self._started.is_set():
            super().join(timeout)  # raises what the real one raises
        lost_results_of(self._stage).called("join", self._stage.reporter.caller(), self._stage_code, self._stage_id)
        if not super().is_alive():
            super().join(timeout)
            self._stage_untold.ids.discard(self._stage_id)
            self._stage.reporter.report(JOIN.got, self._stage_id)
            return
        if self.ident == _thread.get_ident():
            raise RuntimeError("cannot join current thread")
        if timeout is not None:
            timeout = max(timeout, 0)
            refuse_bad(True, timeout)
        if wait(self._stage, JOIN, self._stage_id, self._stage_ends_within, timeout):
            self._stage_untold.ids.discard(self._stage_id)

    def _stage_ends_within(self, seconds: float) -> bool:
        super().join(seconds)
        return not super().is_alive()

    name: str = _told("name")
    daemon: bool = _told("daemon")


class FacadeTimer(FacadeThread, threading.Timer):
    """A `threading.Timer`: its interval is on program time, its waiting is seen."""

    _stage_event: type[conditions.FacadeEvent]  # the run's
    _stage_given = OF_TIMER

    @functools.wraps(threading.Timer.__init__)  # type: ignore[misc]  # as above
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finished = self._stage_event._stage_inner(f"{self.name}.finished")

    @property  # type: ignore[override]  # of the real one it is an attribute
    def function(self) -> object:
        """What it calls when its time has come: it asks for that when it does so."""
        found = vars(self).get("function")
        if found is not None and self.ident == _thread.get_ident():
            super()._stage_calls()
        return found

    @function.setter
    def function(self, value: object) -> None:
        vars(self)["function"] = value

    def _stage_function(self) -> object:
        return vars(self).get("function")

    def _stage_calls(self) -> None:
        """Not yet: it waits first."""

    def _stage_timer(self) -> int:
        kinds = type(self).__mro__
        own = any("run" in vars(kind) for kind in kinds[: kinds.index(FacadeTimer)])
        return REPEATS if own else TIMER

    def cancel(self) -> None:
        super().cancel()
        self._stage_untold.told(self._stage_id)


class FacadeMainThread(FacadeThread, threading._MainThread):  # type: ignore[name-defined,misc]  # not in typeshed
    """The main thread as an instance of the facade's Thread: it shares the attributes of the real object."""

    _stage_id = MAIN_THREAD

    def __init__(self) -> None:
        self.__dict__ = threading.main_thread().__dict__


def _in_place_of(main: FacadeMainThread, function: Callable[[], object], untold: Untold) -> Callable[[], object]:
    """The function, which returns a thread, a list of them or their number, with `main` in place of the real one."""
    real = threading.main_thread()

    @functools.wraps(function)
    def wrapper() -> object:
        found = function()
        if isinstance(found, list):
            untold.shown(found)
            return [main if thread is real else thread for thread in found]
        if isinstance(found, int):
            untold.shown(threading.enumerate())
        return main if found is real else found

    return wrapper


def make(context: RunServices) -> FacadeModule:
    """The facade of `threading` for one run."""
    module, untold = FacadeModule(threading, {}), Untold(context)
    kinds = locks.make(context)
    kinds.update(conditions.make(context, kinds["RLock"]))
    thread = bind(context, "Thread", (FacadeThread,), _stage_module=module, _stage_untold=untold)
    timer = bind(context, "Timer", (FacadeTimer, thread), _stage_event=kinds["Event"])
    main = bind(context, "_MainThread", (FacadeMainThread, thread))()
    for name in ("current_thread", "currentThread", "main_thread", "enumerate", "active_count", "activeCount"):
        vars(module)[name] = _in_place_of(main, getattr(threading, name), untold)
    vars(module).update(kinds, Thread=thread, Timer=timer)
    return module
