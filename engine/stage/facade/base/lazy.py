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

_TOP = __name__.partition(".")[0]
_FACADES = __name__.rpartition(".")[0].rpartition(".")[0]
_swapping = _thread.RLock()  # by one thread at a time: programs import in several
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: cpython.reset_lock(_swapping))
_ours: dict[str, ModuleType] = {}  # the engine's modules by name, as they were before a program began


def _engine_modules() -> dict[str, ModuleType]:
    return {name: module for name, module in sys.modules.copy().items() if name == _TOP or name.startswith(f"{_TOP}.")}


def remember() -> None:
    """Keeps what is loaded of the engine: a program may have a module of the same name."""
    _ours.update(_engine_modules())


@contextmanager
def _own_modules() -> Iterator[None]:
    """For a while the engine's modules are found under their names, whatever the program has made of these."""
    theirs = _engine_modules()
    for name in theirs:
        del sys.modules[name]
    sys.modules.update({**theirs, **_ours})
    try:
        yield
    finally:
        loaded = _engine_modules()
        _ours.update({name: module for name, module in loaded.items() if theirs.get(name) is not module})
        if theirs.get(_TOP, _ours.get(_TOP)) is not _ours.get(_TOP):
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
