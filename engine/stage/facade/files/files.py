"""The facades of `open`, `io`, `os`, `os.path` and `pathlib`: what a program does to files is reported."""

from __future__ import annotations

import io
import os
import pathlib
import signal
from collections.abc import Callable
from typing import Any

from engine.protocol.messages import FarewellFact
from engine.stage import cpython
from engine.stage.facade import standard_input
from engine.stage.facade.base.module import FacadeFunction, FacadeModule
from engine.stage.facade.files import descriptors, file_objects
from engine.stage.facade.files.file_objects import FileReporter, ReportedRaw, reported
from engine.stage.facade.multiprocessing import forks
from engine.stage.run_services import RunServices, one_per_run

_HARMLESS = ("SIGCHLD", "SIGCONT", "SIGURG", "SIGWINCH", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU")
_ASKING = ("stat", "lstat", "access", "listdir", "scandir", "mkdir", "makedirs")
_REMOVING = ("remove", "unlink", "rmdir")
_RENAMING = ("rename", "replace")
_PATH_ASKING = (
    *("exists", "lexists", "isfile", "isdir", "islink", "ismount"),
    *("getsize", "getmtime", "getatime", "getctime"),
)
_OF_PATHS = ("exists", "is_file", "is_dir", "is_symlink", "stat", "lstat", "mkdir")
_REAL = {"Path": pathlib.Path, "PosixPath": pathlib.PosixPath, "WindowsPath": pathlib.WindowsPath}


@one_per_run
def open_of(context: RunServices) -> FacadeFunction:
    """The one `open` of a run; also io.open, and what pathlib opens with."""
    desk = file_objects.desk(context)

    def call(*args: object, **kwargs: object) -> object:
        file = _argument(args, kwargs, 0, "file")
        if standard_input.is_stdin(context, file):
            more = {name: value for name, value in kwargs.items() if name != "file"}
            typed = standard_input.opened(context, file, *args[1:], **more)
            if typed is not None:
                return typed
        thing = desk.thing(file)
        desk.report(file_objects.OPEN, thing)
        try:
            made = _make_file(args, kwargs)
            twin = reported(desk, thing, made, _argument(args, kwargs, 5, "newline"))
        except BaseException as error:
            desk.failed(thing, error)
            raise
        mode = _argument(args, kwargs, 1, "mode")
        desk.report(file_objects.OPENED, thing, int(isinstance(mode, str) and "w" in mode))  # what it held is gone
        return twin

    return FacadeFunction(open, call)


def _argument(args: tuple[object, ...], kwargs: dict[str, object], position: int, name: str) -> Any:
    return args[position] if len(args) > position else kwargs.get(name)


def _make_file(args: tuple[object, ...], kwargs: dict[str, object]) -> object:
    """What the real open() makes. A raw file gives up its descriptor to nobody, so it is a reporting one at once."""
    names = ("file", "mode", "buffering", "encoding", "errors", "newline", "closefd", "opener")
    given = (
        dict(zip(names, args), **kwargs)
        if len(args) <= len(names) and not set(names[: len(args)]) & set(kwargs)
        else {}
    )
    mode = given.get("mode")
    if not isinstance(mode, str) or "file" not in given or not set(given) <= set(names) or not _is_raw(given, mode):
        real: Callable[..., object] = open  # refuses what is wrong
        return real(*args, **kwargs)
    return ReportedRaw(given["file"], mode.replace("b", ""), given.get("closefd", True), given.get("opener"))


def _is_raw(given: dict[str, object], mode: str) -> bool:
    """Whether open() with these arguments makes an unbuffered file; False also for what the real open refuses."""
    buffering = given.get("buffering")
    if type(mode) is not str or type(buffering) is not int or buffering != 0:
        return False
    if any(given.get(name) is not None for name in ("encoding", "errors", "newline")):
        return False
    kinds = [letter for letter in mode if letter in "rwxa"]
    return "b" in mode and len(kinds) == 1 and len(set(mode)) == len(mode) and set(mode) <= set("rwxab+")


def make_io(context: RunServices) -> FacadeModule:
    """The facade of `io`: its `open` reports; its classes are the real ones."""
    return FacadeModule(io, {"open": open_of(context)})


def make_os(context: RunServices) -> FacadeModule:
    """The facade of `os`: asking, listing, making, removing, renaming, and ending the own process.

    Descriptors (os.open, os.write ...), links, rights, os.walk, and exec are the real ones and report nothing;
    os.close and its like leave alone what is the stage's.
    """
    desk = file_objects.desk(context)
    own = _functions(os, desk.asked, _ASKING)
    own.update(_functions(os, desk.removed, _REMOVING))
    own.update(_functions(os, desk.renamed, _RENAMING))
    own.update(_capabilities(own))
    own.update(_endings(context))
    own.update(descriptors.functions(context))
    own.update(forks.functions(context))
    own["path"] = context.modules.setdefault("os.path", make_os_path(context))
    opening = open_of(context)

    def fdopen(fd: int, *args: object, **kwargs: object) -> object:
        return opening(fd, *args, **kwargs) if isinstance(fd, int) else os.fdopen(fd, *args, **kwargs)

    def read(fd: int, length: int, /) -> bytes:
        """Descriptor 0 of the stage is empty: what a program reads there is what was typed."""
        if fd == 0 and length > 0 and standard_input.is_stdin(context, fd):
            return standard_input.descriptor_of(context).read1(length)
        return os.read(fd, length)

    own["fdopen"] = FacadeFunction(os.fdopen, fdopen)
    own["read"] = FacadeFunction(os.read, read)
    return FacadeModule(os, own)


def make_os_path(context: RunServices) -> FacadeModule:
    """The facade of `os.path`."""
    return FacadeModule(os.path, _functions(os.path, file_objects.desk(context).asked, _PATH_ASKING))


def _functions(module: object, through: Callable[..., object], names: tuple[str, ...]) -> dict[str, object]:
    """Facades of the functions that this system has of these names."""
    return {name: _function(getattr(module, name), through) for name in names if hasattr(module, name)}


def _function(real: Callable[..., object], through: Callable[..., object]) -> FacadeFunction:
    def call(*args: object, **kwargs: object) -> object:
        if args:
            return through(real, *args, **kwargs)
        name = next((name for name in ("path", "src", "filename", "name", "s") if name in kwargs), "")
        if name:  # what the first argument is called

            def named(path: object, *more: object, **others: object) -> object:
                return real(*more, **{name: path}, **others)

            return through(named, kwargs.pop(name), **kwargs)
        return through(real, ".") if real in (os.listdir, os.scandir) else real(**kwargs)

    return FacadeFunction(real, call)


def _capabilities(own: dict[str, object]) -> dict[str, object]:
    """os.supports_dir_fd and its like, with the facades beside the real functions."""
    sets = {name: getattr(os, name) for name in dir(os) if name.startswith("supports_")}
    return {
        name: functions
        | {one for one in own.values() if isinstance(one, FacadeFunction) and one.__wrapped__ in functions}
        for name, functions in sets.items()
        if isinstance(functions, set)
    }


def _endings(context: RunServices) -> dict[str, object]:
    """What ends the own process at once: what was reported so far is sent before."""

    def tell(call: str, status: int | None = None) -> None:
        reporter = context.reporter
        context.farewell(FarewellFact(call, reporter.place_of(reporter.caller()), status))
        context.channel.flush()

    def leave(*args: object, **kwargs: object) -> object:
        status = args[0] if args else kwargs.get("status")
        if isinstance(status, int) and len(args) + len(kwargs) == 1:
            tell(f"os._exit({int(status)})", int(status))
        real: Callable[..., object] = os._exit
        return real(*args, **kwargs)

    def abort() -> object:
        tell("os.abort()")
        os.abort()

    def kill(*args: Any) -> None:
        if len(args) == 2 and args[0] == os.getpid() and _is_deadly(args[1]):
            tell(f"os.kill(os.getpid(), {_signal_name(args[1])})")
        elif len(args) == 2 and isinstance(args[0], int) and _is_deadly(args[1]):
            forks.expect_end(context, args[0])
        os.kill(*args)

    def killpg(*args: Any) -> None:
        if len(args) == 2 and args[0] in (0, os.getpgrp()) and _is_deadly(args[1]):
            tell(f"os.killpg(os.getpgrp(), {_signal_name(args[1])})")
        os.killpg(*args)

    found = {"_exit": leave, "abort": abort, "kill": kill, "killpg": killpg}
    return {name: FacadeFunction(getattr(os, name), call) for name, call in found.items() if hasattr(os, name)}


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _is_deadly(number: int) -> bool:
    """Whether this signal ends a process that has no handler of its own for it."""
    try:
        handler = signal.getsignal(number)
    except (ValueError, TypeError):
        return False
    return handler in (signal.SIG_DFL, None) and _signal_name(number) not in _HARMLESS


class _PathType(type(pathlib.Path)):  # type: ignore[misc]  # whatever that is
    """A library's paths are real ones: a program that asks whether such a path is one is told that it is.

    It must not be equal to the real class: that is one of its bases, and functools would find the same one twice.
    """

    def __instancecheck__(cls, instance: object) -> bool:
        return super().__instancecheck__(instance) or isinstance(instance, vars(cls).get("_stage_real", ()))

    def __subclasscheck__(cls, subclass: type) -> bool:
        return super().__subclasscheck__(subclass) or issubclass(subclass, vars(cls).get("_stage_real", ()))

    def __get_pydantic_core_schema__(cls, _source: object, handler: Any) -> object:
        """Pydantic knows paths by the real classes alone, and asks others in this way."""
        return handler.generate_schema(vars(cls)["_stage_real"])


def make_pathlib(context: RunServices) -> FacadeModule:
    """The facade of `pathlib`: paths whose operations on files report. Pure paths are the real ones.

    iterdir, glob, walk, resolve, links and rights report nothing.
    """
    kinds: dict[str, Any] = {}

    def new(cls: type, *args: object, **kwargs: object) -> object:
        if cls is kinds["Path"]:
            cls = kinds["WindowsPath" if os.name == "nt" else "PosixPath"]
        return super(kinds["Path"], cls).__new__(cls, *args, **kwargs)

    own: dict[str, object] = {"__new__": new, **_methods(file_objects.desk(context), open_of(context))}
    kinds["Path"] = _PathType("Path", (pathlib.Path,), _looks(pathlib.Path, own))
    for name in ("PosixPath", "WindowsPath"):
        real = _REAL[name]
        kinds[name] = _PathType(name, (kinds["Path"], real), _looks(real, {}))
    return FacadeModule(pathlib, dict(kinds))


def _looks(real: type, own: dict[str, object]) -> dict[str, object]:
    return {"__slots__": (), "__module__": real.__module__, "__doc__": real.__doc__, "_stage_real": real, **own}


def _from_pathlib() -> bool:
    """Whether the caller of the method that asks is pathlib itself: then the method is a step of another one."""
    return str(cpython.frame_at(2).f_globals.get("__name__", "")).partition(".")[0] == "pathlib"


def _through(real: Callable[..., object], report: Callable[..., object]) -> Callable[..., object]:
    def method(self: object, *args: object, **kwargs: object) -> object:
        return real(self, *args, **kwargs) if _from_pathlib() else report(real, self, *args, **kwargs)

    method.__name__, method.__doc__ = real.__name__, real.__doc__
    return method


def _methods(desk: FileReporter, opening: Callable[..., object]) -> dict[str, object]:
    """The methods of every path of the run."""
    path: Any = pathlib.Path

    def open(  # noqa: PLR0917  # the signature of Path.open
        self: object,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> object:
        return opening(self, mode, buffering, encoding, errors, newline)

    def unlink(self: object, missing_ok: bool = False) -> None:
        if not missing_ok:
            desk.removed(path.unlink, self)
            return
        try:
            path.unlink(self)
        except FileNotFoundError:
            desk.report(file_objects.ASKED, desk.thing(self), 0)
        except BaseException as error:
            desk.failed(desk.thing(self), error)
            raise
        else:
            desk.report(file_objects.REMOVED, desk.thing(self))

    def touch(self: object, *args: object, **kwargs: object) -> None:
        desk.report(file_objects.OPEN, desk.thing(self))
        desk.opened(path.touch, self, *args, **kwargs)
        desk.report(file_objects.CLOSED, desk.thing(self))

    def again(self: pathlib.Path, *_: object) -> object:
        return type(self)(self)

    def reduce(self: object) -> tuple[object, ...]:
        kind, *rest = path.__reduce__(self)
        real = _REAL.get(kind.__name__) if kind.__module__ == pathlib.Path.__module__ else None
        return (real or kind, *rest)  # another process has the real class, not this one

    own: dict[str, object] = {name: _through(getattr(path, name), desk.asked) for name in _OF_PATHS}
    own.update(open=open, unlink=unlink, touch=touch, rmdir=_through(path.rmdir, desk.removed))
    own.update(rename=_through(path.rename, desk.renamed), replace=_through(path.replace, desk.renamed))
    own.update(__copy__=again, __deepcopy__=again, __reduce__=reduce)
    return own
