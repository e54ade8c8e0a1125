"""From a program's text to its end: compile, knobs, imports, run, outcome."""

from __future__ import annotations

import builtins
import functools
import importlib.machinery
import os
import sys
import threading
import types
from collections.abc import Callable
from typing import Any

from engine.protocol.messages import Ending, OutcomeFact, RunOrder
from engine.protocol.modules import FOLDER
from engine.protocol.program_text import PART_MARK, compile_program
from engine.protocol.records import MAIN_THREAD, Kind, what
from engine.stage import cpython
from engine.stage.facade import output, registry, standard_input
from engine.stage.importlib_bootstrap import Imports, is_own
from engine.stage.outcome import bare, exception_report
from engine.stage.outcome.expressions import Expressions, MeasuredCalls, plan
from engine.stage.outcome.seen_errors import seen_errors_of
from engine.stage.processes.pickling import SpawnHook
from engine.stage.run_services import RunServices
from engine.stage.stack import hide_engine, show_source, stand_on
from engine.stage.stillness import daemons
from engine.stage.untraced import attempt, untraced

_DIED = what(Kind.THREAD_DIED)
_RUNNING = what(Kind.THREAD_RUNNING)
_ENDED = what(Kind.THREAD_ENDED)
_CUT = what(Kind.THREAD_CUT)
_MAIN_DONE = what(Kind.MAIN_DONE)

LONG = 2**63  # from here on no number of C has room for an exit status
INTERRUPTED = 130  # what a shell shows for a program that an interrupt ended


class Program:
    """One program in one context. `alone`: it has this process for itself, so its end may be the process's end."""

    def __init__(self, context: RunServices, order: RunOrder, alone: bool = True) -> None:
        self.context = context
        self.order = order
        self.alone = alone
        self.module = types.ModuleType("__main__" if alone else "program")
        if not context.away:  # in another process other values have these names
            context.watched.begin(order.watches, self.module.__dict__)  # before any facade is made
        self._own = types.ModuleType("builtins", builtins.__doc__)  # what `import builtins` gives
        self.builtins = self._own.__dict__
        self.imports = Imports(context, self._own, alone)
        self.imports.texts = order.texts
        self.builtins.update({**vars(builtins), **registry.own_builtins(context), "__import__": self.imports.import_})
        self.builtins[PART_MARK] = MeasuredCalls(context, order.parts).mark
        self._streams = output.streams_of(context)
        context.complain = self._complain
        self.module.__dict__.update(
            __name__="__main__",
            __file__=order.path,
            __builtins__=self._own,
            __cached__=None,
            __annotations__={},
            __loader__=importlib.machinery.SourceFileLoader("__main__", order.path),
        )
        self.exit_code = 0
        self._modules_before: set[str] = set()
        self._last_calls: list[Callable[[], object]] = []  # where the process goes on after the program
        if not alone:
            context.at_end = self._last_calls.append

    def run(self) -> OutcomeFact:
        """Runs it to Python's own end, other threads included. Raises nothing."""
        context = self.context
        reporter = context.reporter
        reporter.watch, reporter.counted_by = self.order.watch, self.order.counted_by
        reporter.declare_thread(MAIN_THREAD, "MainThread", False)
        self.imports.add_file(self.order.path, self.order.text)
        for name in self.order.off:
            context.switches.set(name, False)
        try:
            part = self.order.parts.get("call", "")
            code = compile_program(self.order.text, self.order.path, dict(self.order.knobs), part)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            file = reporter.files[self.order.path]
            context.channel.facts.append(exception_report.unreadable(file, MAIN_THREAD, error))
            self.exit_code = 1  # as Python's own
            return OutcomeFact(Ending.REFUSED, 1)
        finder = self.imports.read_modules()
        self._modules_before = set(sys.modules)
        plan(context, self.order.takes, self.order.text, self.order.knobs)
        if self.alone:
            self._take_over_process()
        reporter.namespace = self.module.__dict__
        context.clock.set_speed(self.order.speed)
        context.clock.start()
        reporter.processor.begin()
        reporter.report_for(MAIN_THREAD, _RUNNING)
        died = self._execute(code)
        if not context.away:
            reporter.report_for(MAIN_THREAD, _MAIN_DONE)
        self._wait_for_threads()
        looks = () if context.away else context.last_looks
        last = (functools.partial(reporter.see_value, last=True), functools.partial(context.watched.look, last=True))
        for step in (*last, *looks, self._streams.flush):
            attempt(step)
        outcome = OutcomeFact(Ending.DIED if died else Ending.FINISHED, self.exit_code)
        outcome = attempt(functools.partial(self._outcome, died)) or outcome
        if finder in sys.meta_path:
            sys.meta_path.remove(finder)
        if not self.alone:
            self._forget_modules()
        return outcome

    def _forget_modules(self) -> None:
        for name in set(sys.modules) - self._modules_before:
            if is_own(sys.modules[name]):
                del sys.modules[name]

    def _take_over_process(self) -> None:
        """What `python program.py` would find: its module, its arguments, its folder, its streams."""
        order = self.order
        sys.modules["__main__"] = self.module
        called = order.called or order.path
        by_name = order.module not in ("", FOLDER)
        sys.argv = [SpawnHook("-m" if by_name else called, self.context), *order.arguments]
        named = ["-m", order.module] if by_name else [called]
        sys.orig_argv = [sys.executable, *named, *order.arguments]  # new in 3.10; before, nobody looks
        multiprocessing: Any = sys.modules.get("multiprocessing.process")
        if multiprocessing is not None:  # what it kept of the stage when it was loaded
            sys.modules["__mp_main__"] = self.module
            multiprocessing.ORIGINAL_DIR = os.getcwd()
        sys.path.insert(0, self.context.folder)
        hide_engine(self.context.reporter.files)
        show_source(order.path, order.text)
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__ = self._streams  # type: ignore[misc, assignment]  # as files
        sys.stdin = standard_input.stdin_of(self.context)

    def _execute(self, code: types.CodeType) -> bool:
        """Runs the program's lines. Returns whether an exception ended them."""
        try:
            if self.order.module and self.alone:
                self._run_by_name(code)
            else:
                if self.alone:
                    stand_on(cpython.frame_at(0), by_exec=True)
                exec(code, self.module.__dict__)
        except SystemExit as stop:
            self._exit_with(stop.code)
        except BaseException as error:
            self.exit_code = INTERRUPTED if issubclass(type(error), KeyboardInterrupt) else 1
            untraced()
            self.context.reserve.clear()
            text = attempt(functools.partial(self._report_death, error))
            self._tell_of(error, bare.text_of(error) if text is None else text)
            return True
        finally:
            untraced()
            self.context.reserve.clear()
        return False

    def _report_death(self, error: BaseException) -> str:
        """Returns the traceback."""
        reporter = self.context.reporter
        main = reporter.ids.main  # in a child that was forked, that of the child
        died = exception_report.fact(reporter, main, error)
        self.context.channel.facts.append(died)
        seen_errors_of(self.context).ended_thread(error, main)
        if issubclass(type(error), ModuleNotFoundError):
            self.imports.tell_missing(error)  # type: ignore[arg-type]  # it is one, whatever it says of its class
        text = self.context.channel.text(exception_report.one_line(error), error=True)
        reporter.me()
        reporter.ended = True
        reporter.report_for(main, _DIED, 0, text, died.place)
        return died.traceback

    def _run_by_name(self, code: types.CodeType) -> None:
        """As `python -m`, or as Python runs a folder: by Python's own function, which reads its packages first."""
        imports, path = self.imports, self.order.path

        def begin() -> None:
            if self.order.module != FOLDER:
                sys.argv[0] = SpawnHook(path, self.context)

        imports.main, imports.begun = (path, code), begin
        stand_on(cpython.frame_at(0), by_exec=False)
        cpython.run_module_as_main()(self.order.module, False)

    def _tell_of(self, error: BaseException, text: str) -> None:
        """The traceback of what ended the main thread, or what the program's own hook makes of it."""
        if self.alone:
            sys.last_type, sys.last_value, sys.last_traceback = type(error), error, bare.trace_of(error)
            if sys.version_info >= (3, 12):  # before, nobody looks, and Python would not let go of it at its end
                sys.last_exc = error
        if not self.alone or sys.excepthook is sys.__excepthook__:
            self.context.complain(text)
            return
        try:
            sys.excepthook(type(error), error, bare.trace_of(error))
        except SystemExit as stop:
            self._exit_with(stop.code)
        except BaseException as failure:
            failed = exception_report.text_of(failure)
            self.context.complain(f"Error in sys.excepthook:\n{failed}\nOriginal exception was:\n{text}")

    def _complain(self, text: str) -> None:
        """Writes where Python itself would: to what the program has made standard error."""
        stream = sys.stderr if self.alone else self._streams.err
        try:
            if stream is not None:
                stream.write(text)
        except BaseException:  # closed, or no stream at all, or one of the program's: Python does without, too
            pass

    def _exit_with(self, code: object) -> None:
        if code is None:
            return
        if issubclass(type(code), int):
            whole = int.__int__(code)  # type: ignore[arg-type]  # whatever its class does
            if os.name == "posix":
                self.exit_code = whole & 0xFF if -LONG <= whole < LONG else 0xFF  # as C has it
            else:
                self.exit_code = whole if abs(whole) < 2**31 else -1
            return
        self.exit_code = 1
        try:
            said = f"{code}\n"
        except BaseException:  # Python prints nothing of it
            return
        self.context.complain(said)

    def _wait_for_threads(self) -> None:
        """Python's own end: threads that are no daemons are waited for, then what was registered runs."""
        if self.alone:
            try:
                cpython.wait_for_threads()
                cpython.run_exit_functions()
            except BaseException as error:  # an interrupt; up to 3.9 also the last error of atexit, shown already
                if issubclass(type(error), KeyboardInterrupt):
                    text = exception_report.text_of(error)
                    self.context.complain(f"Exception ignored at the end of the program:\n{text}")
            return
        for call in self._last_calls:
            call()
        for thread in self._threads(daemon=False):
            if thread is not threading.current_thread():
                thread.join()

    def let_go(self) -> None:
        """The program's names are held by Python alone, and go at its end."""
        self.context.complain = print
        self.module = self._own

    def _threads(self, daemon: bool) -> list[threading.Thread]:
        """Those alive that the program made through its facade."""
        own = [one for one in threading.enumerate() if getattr(type(one), "_stage", None) is self.context]
        return [thread for thread in own if thread.daemon is daemon]

    def _cut_daemons(self) -> None:
        reporter = self.context.reporter
        cut_off = self._threads(daemon=True)
        idle = daemons.idle([thread.ident or 0 for thread in cut_off], reporter.files)
        for thread in cut_off:
            lane = getattr(thread, "_stage_id", 0)  # its own, also while it lets a task of asyncio go on
            if lane and thread.is_alive():
                reporter.report_for(lane, _CUT, value=thread.ident in idle)

    def _outcome(self, died: bool) -> OutcomeFact:
        reporter = self.context.reporter
        if not died and not self.context.away:
            reporter.report_for(MAIN_THREAD, _ENDED)
        attempt(self._cut_daemons)
        answers = Expressions(self.context, self.module.__dict__)
        told = answers.of(self.order.expected, self.order.found, self.order.expression)
        return OutcomeFact(Ending.DIED if died else Ending.FINISHED, self.exit_code, *told)
