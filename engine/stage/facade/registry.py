"""Which modules a program is handed a facade of, and which builtins are our own."""

from __future__ import annotations

import importlib
import sys
import threading
from typing import Any

from engine.stage.context import Context
from engine.stage.facade import clocks, files, output, queues, threads, tracebacks

_MAKERS = {
    "threading": threads.make,
    "queue": queues.make,
    "time": clocks.make,
    "io": files.make_io,
    "os": files.make_os,
    "os.path": files.make_os_path,
    "pathlib": files.make_pathlib,
    "traceback": tracebacks.make,
}


def has(name: str) -> bool:
    """Whether there is a facade of this module."""
    return name in _MAKERS


def facade(context: Context, name: str) -> Any:
    """The one facade of a module in this run, made at its first import."""
    module = context.facades.get(name)
    if module is None:
        importlib.import_module(name)
        module = context.facades.setdefault(name, _MAKERS[name](context))
    return module


def own_builtins(context: Context) -> dict[str, Any]:
    """The builtins that report."""
    return {"open": files.make_open(context), "print": output.make_print(context), "input": output.make_input(context)}


def belongs(thread: threading.Thread, context: Context) -> bool:
    """Whether this thread was made by the program of this context, through its facade."""
    return getattr(type(thread), "_stage", None) is context


def loaded() -> list[str]:
    """Modules that are loaded before a program asks, so that a warm stage answers at once."""
    for name in _MAKERS:
        importlib.import_module(name)
    return sorted(sys.modules)
