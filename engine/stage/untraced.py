"""Trace and profile functions of a program: they see no frame of the engine, and none is left where that goes on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Container
from sys import getprofile, gettrace, setprofile, settrace
from types import FrameType, FunctionType, MethodType
from typing import Any, TypeVar

from engine.stage.facade.base.module import FacadeFunction
from engine.stage.outcome.own_frames import OWN

THREADS = "threads.py"  # of ours: what it calls in a thread is called there outside, too
DEEPEST = 40  # frames that are looked through
AGAIN = 3  # times that a step is tried
_Made = TypeVar("_Made")
Tracer = Callable[[FrameType, str, Any], Any]
_PYTHON = (FunctionType, MethodType)  # what is written in C, as that of coverage, sees what it sees
_PAIRS = (("settrace", "gettrace"), ("setprofile", "getprofile"))
_ALL = ("_settraceallthreads", "_setprofileallthreads")  # new in 3.12: what `threading` calls for every thread


def untraced() -> None:
    """Takes them off the calling thread. What one of them raises just now takes it off, too."""
    for _ in _PAIRS:
        try:
            if gettrace() is not None:
                settrace(None)
            if getprofile() is not None:
                setprofile(None)
        except BaseException:
            continue


def attempt(step: Callable[[], _Made]) -> _Made | None:
    """What a step at the end of a run makes, None where the program has broken what it needs.

    A handler of a signal, or a trace function, may raise in it once more: then it is done again.
    """
    for _ in range(AGAIN):
        untraced()
        try:
            return step()
        except BaseException:
            continue
    return None


def hide_from_tracers(files: Container[str]) -> None:
    """From here on a function that a program sets, and that is written in Python, is called for no frame of ours.

    And for none of what a library does for ours; `files` are the program's.
    """
    for put, get in _PAIRS:
        real: Callable[[], object] = getattr(sys, get)
        setattr(sys, put, _setter(getattr(sys, put), files))
        setattr(sys, get, _getter(real))
    for name in _ALL:
        if hasattr(sys, name):
            setattr(sys, name, _setter(getattr(sys, name), files))


def give_back() -> None:
    """The functions of `sys` are Python's own again."""
    for name in (*(name for pair in _PAIRS for name in pair), *_ALL):
        found = getattr(sys, name, None)
        if isinstance(found, FacadeFunction):
            setattr(sys, name, found.__wrapped__)


def _getter(real: Callable[[], object]) -> FacadeFunction:
    return FacadeFunction(real, lambda: _given(real()))


def _setter(real: Callable[..., object], files: Container[str]) -> FacadeFunction:
    def put(*args: object) -> object:
        return real(*[_watching(one, files) for one in args])

    return FacadeFunction(real, put)


def _given(tracer: object) -> object:
    """What the program has set."""
    return getattr(tracer, "_stage_given", tracer) if type(tracer) is FunctionType else tracer


def _watching(tracer: Any, files: Container[str]) -> object:
    if type(tracer) not in _PYTHON and type(vars(type(tracer)).get("__call__")) is not FunctionType:
        return tracer

    def watch(frame: FrameType, event: str, arg: Any) -> object:
        return None if _is_for_ours(frame, files) else tracer(frame, event, arg)

    watch._stage_given = tracer  # type: ignore[attr-defined]  # a function may have any attribute
    return watch


def _is_for_ours(frame: FrameType, files: Container[str]) -> bool:
    """Whether it is a frame of the engine, or of a library that does something for the engine."""
    one: FrameType | None = frame
    for _ in range(DEEPEST):
        if one is None or one.f_code.co_filename in files:
            return False
        name = one.f_code.co_filename
        if name.startswith(OWN):
            return one is frame or not name.endswith(THREADS)
        one = one.f_back
    return False
