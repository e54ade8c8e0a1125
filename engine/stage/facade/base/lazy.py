"""Facades of large modules that few programs import: their own code is loaded when a program first asks."""

from __future__ import annotations

import _thread
import importlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from engine.stage import cpython
from engine.stage.run_services import RunServices

TOP = __name__.partition(".")[0]
_FACADES = __name__.rpartition(".")[0].rpartition(".")[0]
_NOT_KEPT = sys.dont_write_bytecode  # when our modules were loaded: so it is for those that are loaded later
_swapping = _thread.RLock()  # by one thread at a time: programs import in several
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=cpython.reset_of(_swapping))
_ours: dict[str, ModuleType] = {}  # the engine's modules by name, as they were before a program began


def _engine_modules() -> dict[str, ModuleType]:
    return {name: module for name, module in sys.modules.copy().items() if name == TOP or name.startswith(f"{TOP}.")}


def remember() -> None:
    """Keeps what is loaded of the engine: a program may have a module of the same name."""
    _ours.update(_engine_modules())


def make_way() -> None:
    """Whoever imports a module of the engine's name is to get another one: as without us, and be it none."""
    if sys.modules.get(TOP) is _ours.get(TOP):
        for name in _engine_modules():
            if name.count(".") < 2:  # those further inside are looked up by what is unpickled
                del sys.modules[name]


def forget() -> None:
    """The engine's modules are found under their names no more: Python's own end has nothing to do with them."""
    for name, module in _engine_modules().items():
        if _ours.get(name) is module:
            del sys.modules[name]


@contextmanager
def _own_modules() -> Iterator[None]:
    """For a while the engine's modules are found under their names, whatever the program has made of these."""
    theirs = _engine_modules()
    for name in theirs:
        del sys.modules[name]
    sys.modules.update({**theirs, **_ours})
    keep, sys.dont_write_bytecode = sys.dont_write_bytecode, sys.dont_write_bytecode or _NOT_KEPT
    try:
        yield
    finally:
        sys.dont_write_bytecode = keep
        loaded = _engine_modules()
        _ours.update({name: module for name, module in loaded.items() if theirs.get(name) is not module})
        if theirs.get(TOP) is not _ours.get(TOP):
            for name in loaded:
                del sys.modules[name]
            sys.modules.update(theirs)


def module(file: str) -> ModuleType:
    """A module such as "network.sockets" among the facades, loaded now."""
    with _swapping, _own_modules():
        return importlib.import_module(f"{_FACADES}.{file}")


def maker(file: str, function: str = "make") -> Callable[[RunServices], Any]:
    """Makes a facade with a function of such a module, which is loaded when the facade is asked for."""

    def make(context: RunServices) -> object:
        return getattr(module(file), function)(context)

    return make
