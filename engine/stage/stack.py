"""What a program finds below it on the stack: as little as may be of what runs it."""

from __future__ import annotations

import importlib.util
import inspect
import linecache
import os
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Container, Iterator
from types import FrameType, FunctionType
from typing import Any, TypeVar

from engine.stage import cpython, untraced
from engine.stage.facade.base.module import FacadeFunction
from engine.stage.outcome import exception_report
from engine.stage.outcome.own_frames import Hook, of_exception, of_unraisable

_CALL = lambda real, args: real(*args)  # noqa: E731  # on one line, so that this can be any line
MOST = 2**31 - 1000  # a larger limit is refused by the real function
_Step = TypeVar("_Step", bound=tuple[FrameType, object])


def show_source(path: str, text: str) -> None:
    """Tracebacks have the lines that run, also where the file holds others, or there is none: an edited program."""
    try:
        with open(path, "rb") as file:
            kept = importlib.util.decode_source(file.read())
    except (OSError, SyntaxError, UnicodeDecodeError):
        kept = ""
    if kept != text:
        linecache.cache[path] = (len(text), None, text.splitlines(True), path)  # None: nobody compares it with a file


def is_ours(frame: FrameType) -> bool:
    """Whether it is a frame of the engine."""
    return frame.f_code.co_filename.startswith(exception_report.OWN)


def hide_engine(files: Container[str]) -> None:
    """From here on nobody in this process is told of the engine's frames: neither logging nor a library for tests.

    Where the program has the process to itself. Whatever is told of a traceback or a stack is told by these functions;
    who goes from frame to frame by hand still finds ours. `files` are the program's.
    """
    for name in cpython.WALKS:
        if hasattr(traceback, name):
            setattr(traceback, name, _theirs(getattr(traceback, name)))
    traceback.walk_stack = _walker(traceback.walk_stack)  # type: ignore[assignment]  # by name, too
    for name in ("getouterframes", "getinnerframes"):
        setattr(inspect, name, _listed(getattr(inspect, name)))
    for name in ("fork", "forkpty"):
        if hasattr(os, name) and sys.version_info >= (3, 12):
            setattr(os, name, ForkHook(getattr(os, name)))
    untraced.hide_from_tracers(files)
    warnings.warn = WarnHook(warnings.warn)  # type: ignore[assignment]  # as below
    sys.excepthook = sys.__excepthook__ = Hook(sys.__excepthook__, of_exception)  # type: ignore[assignment]  # it looks like it
    sys.unraisablehook = sys.__unraisablehook__ = Hook(sys.__unraisablehook__, of_unraisable)


class WarnHook(Hook):
    """warnings.warn, whose level of the stack counts no frame of the engine."""

    def __call__(self, *args: Any, **kwargs: Any) -> object:
        level = kwargs.get("stacklevel", args[2] if len(args) > 2 else 1)
        if type(level) is int and len(args) < 5:
            level += _hidden(cpython.frame_at(1), level)
            if len(args) > 2:
                args = (*args[:2], level, *args[3:])
            else:
                kwargs["stacklevel"] = level
        return self.__wrapped__(*args, **kwargs)


def _hidden(caller: FrameType | None, level: int) -> int:
    """How much further up the stack the frame is that a warning means, with ours in between and one of `WarnHook`."""
    hidden, frame = 1, caller
    while frame is not None and level > 1:
        frame = frame.f_back
        while frame is not None and _is_of_import(frame):  # nobody counts them
            frame = frame.f_back
        if frame is not None and is_ours(frame):
            hidden += 1
        else:
            level -= 1
    return hidden if frame is not None else MOST


def _is_of_import(frame: FrameType) -> bool:
    """As `warnings` knows them."""
    name = frame.f_code.co_filename
    return "importlib" in name and "_bootstrap" in name


def called_outside(real: Callable[..., object], args: tuple[object, ...]) -> Any:
    """What a function of C returns, called as if there were no frame of ours: what it warns of is said of that line.

    Where there is no frame at all, as in a finaliser at Python's own end, that is the one which `warnings` makes up.
    """
    frame: FrameType | None = cpython.frame_at(1)
    while frame is not None and is_ours(frame):
        frame = frame.f_back
    code, names = _CALL.__code__, vars(sys)
    if frame is None:
        newer = sys.version_info >= (3, 13)
        code = code.replace(co_filename="<sys>" if newer else "sys", co_firstlineno=0 if newer else 1)
    else:
        at, names = frame.f_code, frame.f_globals
        code = code.replace(co_filename=at.co_filename, co_name=at.co_name, co_firstlineno=frame.f_lineno or 1)
    return FunctionType(code, names)(real, args)


class ForkHook(Hook):
    """os.fork, which from 3.12 on warns where there are other threads: those of the stage alone are no reason."""

    def __call__(self, *args: Any) -> object:
        if threading.active_count() > 1:
            return called_outside(self.__wrapped__, args)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return self.__wrapped__(*args)


def give_back() -> None:
    """The functions of `sys` are Python's own again: see `finalization`."""
    for name in ("getrecursionlimit", "setrecursionlimit"):
        found = getattr(sys, name)
        setattr(sys, name, getattr(found, "__wrapped__", found))
    untraced.give_back()


def _theirs(walk: Callable[..., Iterator[_Step]]) -> Callable[..., Iterator[_Step]]:
    def walked(*args: object, **kwargs: object) -> Iterator[_Step]:
        return (one for one in walk(*args, **kwargs) if not is_ours(one[0]))

    return walked


def _walker(
    walk: Callable[[FrameType | None], Iterator[tuple[FrameType, int]]],
) -> Callable[[FrameType | None], Iterator[tuple[FrameType, int]]]:
    def walk_stack(f: FrameType | None) -> Iterator[tuple[FrameType, int]]:
        return (one for one in walk(f or cpython.frame_at(1)) if not is_ours(one[0]))

    return walk_stack


def _listed(real: Callable[..., list[inspect.FrameInfo]]) -> Callable[..., list[inspect.FrameInfo]]:
    def listed(*args: object, **kwargs: object) -> list[inspect.FrameInfo]:
        return [one for one in real(*args, **kwargs) if not is_ours(one.frame)]

    return listed


def stand_on(frame: FrameType | None, by_exec: bool) -> None:
    """The limit of recursion does not count this frame and those below it, which are ours: it is as deep as outside.

    `by_exec`: the program comes above a call of exec(), which counts, too, before 3.12.
    """
    below = int(by_exec and sys.version_info < (3, 12))
    while frame is not None:
        frame, below = frame.f_back, below + 1
    get, put = sys.getrecursionlimit, sys.setrecursionlimit
    put(get() + below)

    def set_limit(*args: int) -> None:
        put(*(one + below if type(one) is int and 0 < one < MOST else one for one in args))

    sys.getrecursionlimit = FacadeFunction(get, lambda: get() - below)  # type: ignore[assignment]  # it looks like it
    sys.setrecursionlimit = FacadeFunction(put, set_limit)  # type: ignore[assignment]
