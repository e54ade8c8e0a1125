"""The facade of `pathlib`: paths whose operations on files report. Pure paths are the real ones."""

from __future__ import annotations

import os
import pathlib
from collections.abc import Callable
from typing import Any

from engine.stage import cpython
from engine.stage.facade.base.module import FacadeModule
from engine.stage.facade.files import file_reporter
from engine.stage.facade.files.file_reporter import FileReporter
from engine.stage.run_services import RunServices

_ASKING = ("exists", "is_file", "is_dir", "is_symlink", "stat", "lstat", "mkdir")
_REAL = {"Path": pathlib.Path, "PosixPath": pathlib.PosixPath, "WindowsPath": pathlib.WindowsPath}


def make(context: RunServices, opening: Callable[..., object]) -> FacadeModule:
    """The facade of `pathlib`. `opening` is the run's own `open`, through which reading and writing report.

    iterdir, glob, walk, resolve, links and rights report nothing.
    """
    desk = file_reporter.desk(context)
    kinds: dict[str, Any] = {}

    def new(cls: type, *args: object, **kwargs: object) -> object:
        if cls is kinds["Path"]:
            cls = kinds["WindowsPath" if os.name == "nt" else "PosixPath"]
        return super(kinds["Path"], cls).__new__(cls, *args, **kwargs)

    own: dict[str, object] = {"__new__": new, **_methods(desk, opening)}
    kinds["Path"] = type("Path", (pathlib.Path,), _looks(pathlib.Path, own))
    for name in ("PosixPath", "WindowsPath"):
        real = _REAL[name]
        kinds[name] = type(name, (kinds["Path"], real), _looks(real, {}))
    return FacadeModule(pathlib, dict(kinds))


def _looks(real: type, own: dict[str, object]) -> dict[str, object]:
    return {"__slots__": (), "__module__": real.__module__, "__doc__": real.__doc__, **own}


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
            desk.report(file_reporter.ASKED, desk.thing(self), 0)
        except BaseException as error:
            desk.failed(desk.thing(self), error)
            raise
        else:
            desk.report(file_reporter.REMOVED, desk.thing(self))

    def touch(self: object, *args: object, **kwargs: object) -> None:
        desk.opened(path.touch, self, *args, **kwargs)
        desk.report(file_reporter.CLOSED, desk.thing(self))

    def again(self: pathlib.Path, *_: object) -> object:
        return type(self)(self)

    def reduce(self: object) -> tuple[object, ...]:
        kind, *rest = path.__reduce__(self)
        real = _REAL.get(kind.__name__) if kind.__module__ == pathlib.Path.__module__ else None
        return (real or kind, *rest)  # another process has the real class, not this one

    own: dict[str, object] = {name: _through(getattr(path, name), desk.asked) for name in _ASKING}
    own.update(open=open, unlink=unlink, touch=touch, rmdir=_through(path.rmdir, desk.removed))
    own.update(rename=_through(path.rename, desk.renamed), replace=_through(path.replace, desk.renamed))
    own.update(__copy__=again, __deepcopy__=again, __reduce__=reduce)
    return own
