"""From a program's text to its end: compile, knobs, imports, run, outcome."""

from __future__ import annotations

import builtins
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
import threading
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.protocol.messages import Ending, MissingFact, OutcomeFact, RunOrder
from engine.protocol.program_text import PART_MARK, compile_program
from engine.protocol.records import MAIN_THREAD, Kind, what
from engine.stage import cpython
from engine.stage.facade import output, registry
from engine.stage.facade.base import lazy
from engine.stage.outcome import exception_report
from engine.stage.outcome.expressions import Expressions, MeasuredCalls, plan
from engine.stage.processes.pickling import SpawnHook
from engine.stage.run_services import RunServices

_DIED = what(Kind.THREAD_DIED)
_RUNNING = what(Kind.THREAD_RUNNING)
_ENDED = what(Kind.THREAD_ENDED)
_CUT = what(Kind.THREAD_CUT)
_MAIN_DONE = what(Kind.MAIN_DONE)

INTERRUPTED = 130  # what a shell shows for a program that an interrupt ended


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a module beside the program as a part of it: with the program's builtins."""

    program: Program

    def get_code(self, fullname: str) -> types.CodeType:
        path = self.get_filename(fullname)
        text = importlib.util.decode_source(self.get_data(path))
        self.program.context.reporter.add_file(path, text)
        try:
            code: types.CodeType = compile_program(text, path, {})
        except SyntaxError as error:
            raise error.with_traceback(None) from None  # where the text is wrong, not how it was read
        return code

    def exec_module(self, module: types.ModuleType) -> None:
        module.__dict__["__builtins__"] = self.program.builtins
        exec(self.get_code(module.__name__), module.__dict__)


def _loader_of(module: types.ModuleType | None) -> Any:
    return getattr(getattr(module, "__spec__", None), "loader", None)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the modules beside the program, before any other finder."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._loader = type("ProgramLoader", (_Loader,), {"program": program})

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, _target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        folder = self._program.context.folder
        parent = sys.modules.get(fullname.rpartition(".")[0])
        if not folder or (getattr(parent, "__file__", None) and not isinstance(_loader_of(parent), _Loader)):
            return None  # a library may lie in the folder of the program, or below it
        for place in [folder] if path is None else list(path):
            if place == folder or place.startswith(folder + os.sep):
                spec = importlib.machinery.FileFinder(place, (self._loader, [".py"])).find_spec(fullname)
                if spec is not None and spec.loader is not None:
                    return spec
        return None


def read_modules(program: Program) -> importlib.abc.MetaPathFinder:
    """From here on modules beside the program are read as a part of it. Returns what is to be removed again."""
    finder = _Finder(program)
    sys.meta_path.insert(0, finder)
    return finder


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
        self.builtins.update({**vars(builtins), **registry.own_builtins(context), "__import__": self._import})
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
        self._missing: set[str | None] = set()  # libraries that an import did not find
        self._last_calls: list[Callable[[], object]] = []  # where the process goes on after the program
        if not alone:
            context.at_end = self._last_calls.append

    def _import(self, *args: Any, **kwargs: Any) -> types.ModuleType:
        """The program's `import`; of a module that is not there it also tells the window, once each."""
        try:
            return self._imported(*args, **kwargs)
        except ModuleNotFoundError as error:
            if error.name not in self._missing:
                self._missing.add(error.name)
                self._tell_missing(error)
            raise

    def _imported(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> types.ModuleType:
        """A facade where there is one and no module of that name beside the program."""
        top = name.partition(".")[0]
        if name == "builtins":
            return self._own
        if level == 0 and registry.has(top) and not self._is_beside(top):
            found: types.ModuleType = registry.imported(self.context, name, fromlist or ())
            return found
        if level == 0 and self.alone:
            if top == lazy.TOP:
                lazy.make_way()
            if self._is_beside(top):
                self._forget_foreign(top)
        return builtins.__import__(name, globals, locals, fromlist or (), level)

    def _tell_missing(self, error: ModuleNotFoundError) -> None:
        """The fact "missing" for a module of its own; of a part of a package that is there nothing is said."""
        module, reporter = exception_report.missing(error), self.context.reporter
        if module:
            self.context.channel.facts.append(MissingFact(module, reporter.place_of(reporter.caller())))

    def _is_beside(self, top: str) -> bool:
        folder, inside = self.context.folder, (f"{top}.py", os.path.join(top, "__init__.py"))
        return bool(folder) and any(os.path.isfile(os.path.join(folder, file)) for file in inside)

    def _forget_foreign(self, top: str) -> None:
        """A file beside the program hides a module of the library, as it would outside."""
        module = sys.modules.get(top)
        if module is None or isinstance(getattr(module, "__loader__", None), _Loader):
            return
        for name in [name for name in sys.modules if name == top or name.startswith(f"{top}.")]:
            del sys.modules[name]

    def run(self) -> OutcomeFact:
        """Runs it to Python's own end, other threads included. Raises nothing."""
        context = self.context
        reporter = context.reporter
        reporter.watch, reporter.counted_by = self.order.watch, self.order.counted_by
        reporter.declare_thread(MAIN_THREAD, "MainThread", False)
        reporter.add_file(self.order.path, self.order.text)
        for name in self.order.off:
            context.switches.set(name, False)
        try:
            part = self.order.parts.get("call", "")
            code = compile_program(self.order.text, self.order.path, dict(self.order.knobs), part)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            file = reporter.files[self.order.path]
            context.channel.facts.append(exception_report.unreadable(file, MAIN_THREAD, error))
            return OutcomeFact(Ending.REFUSED, 1)
        finder = read_modules(self)
        self._modules_before = set(sys.modules)
        plan(context, self.order.takes, self.order.text, self.order.knobs)
        if self.alone:
            self._take_over_process()
        reporter.namespace = self.module.__dict__
        context.clock.set_speed(self.order.speed)
        context.clock.start()
        reporter.processor.begin()
        reporter.report_for(MAIN_THREAD, _RUNNING)
        try:
            died = self._execute(code)
            if not context.away:
                reporter.report_for(MAIN_THREAD, _MAIN_DONE)
            self._wait_for_threads()
            reporter.see_value(last=True)
            context.watched.look(last=True)
            self._streams.flush()
            return self._outcome(died)
        finally:
            sys.meta_path.remove(finder)
            if not self.alone:
                for name in set(sys.modules) - self._modules_before:
                    if isinstance(getattr(sys.modules[name], "__loader__", None), _Loader):
                        del sys.modules[name]

    def _take_over_process(self) -> None:
        """What `python program.py` would find: its module, its arguments, its folder, its output."""
        sys.modules["__main__"] = self.module
        sys.argv = [SpawnHook(self.order.path, self.context)]
        multiprocessing: Any = sys.modules.get("multiprocessing.process")
        if multiprocessing is not None:  # what it kept of the stage when it was loaded
            sys.modules["__mp_main__"] = self.module
            multiprocessing.ORIGINAL_DIR = os.getcwd()
        sys.path.insert(0, self.context.folder)
        sys.stdout, sys.stderr = self._streams

    def _execute(self, code: types.CodeType) -> bool:
        """Runs the program's lines. Returns whether an exception ended them."""
        try:
            exec(code, self.module.__dict__)
        except SystemExit as stop:
            self._exit_with(stop.code)
        except BaseException as error:
            self.exit_code = INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
            reporter = self.context.reporter
            main = reporter.ids.main  # in a child that was forked, that of the child
            died = exception_report.fact(reporter, main, error)
            self.context.channel.facts.append(died)
            if isinstance(error, ModuleNotFoundError):
                self._tell_missing(error)
            text = self.context.channel.text(exception_report.one_line(error), error=True)
            reporter.me()
            reporter.ended = True
            reporter.report_for(main, _DIED, 0, text, died.place)
            self._tell_of(error, died.traceback)
            return True
        return False

    def _tell_of(self, error: BaseException, text: str) -> None:
        """The traceback of what ended the main thread, or what the program's own hook makes of it."""
        if not self.alone or sys.excepthook is sys.__excepthook__:
            self.context.complain(text)
            return
        try:
            sys.excepthook(type(error), error, error.__traceback__)
        except Exception as failure:
            failed = exception_report.text_of(failure)
            self.context.complain(f"Error in sys.excepthook:\n{failed}\nOriginal exception was:\n{text}")

    def _complain(self, text: str) -> None:
        """Writes where Python itself would: to what the program has made standard error."""
        stream = sys.stderr if self.alone else self._streams.err
        try:
            if stream is not None:
                stream.write(text)
        except Exception:  # closed, or no stream at all: Python does without, too
            pass

    def _exit_with(self, code: object) -> None:
        if code is None:
            return
        if isinstance(code, int):
            self.exit_code = code & 0xFF if os.name == "posix" else int(code)
            return
        self.exit_code = 1
        self.context.complain(f"{code}\n")

    def _wait_for_threads(self) -> None:
        """Python's own end: threads that are no daemons are waited for, then what was registered runs."""
        if self.alone:
            try:
                cpython.wait_for_threads()
                cpython.run_exit_functions()
            except BaseException as error:  # an interrupt; up to 3.9 also the last error of atexit, shown already
                if isinstance(error, KeyboardInterrupt):
                    text = exception_report.text_of(error)
                    self.context.complain(f"Exception ignored at the end of the program:\n{text}")
            return
        for call in self._last_calls:
            call()
        for thread in self._threads(daemon=False):
            if thread is not threading.current_thread():
                thread.join()

    def _threads(self, daemon: bool) -> list[threading.Thread]:
        """Those alive that the program made through its facade."""
        own = [one for one in threading.enumerate() if getattr(type(one), "_stage", None) is self.context]
        return [thread for thread in own if thread.daemon is daemon]

    def _outcome(self, died: bool) -> OutcomeFact:
        reporter = self.context.reporter
        if not died and not self.context.away:
            reporter.report_for(MAIN_THREAD, _ENDED)
        for thread in self._threads(daemon=True):
            number = reporter.threads.get(thread.ident or 0)
            if number is not None and thread.is_alive():
                reporter.report_for(number, _CUT)
        answers = Expressions(self.context, self.module.__dict__)
        told = answers.of(self.order.expected, self.order.found, self.order.expression)
        return OutcomeFact(Ending.DIED if died else Ending.FINISHED, self.exit_code, *told)
