"""Which modules a program is handed a facade of, and which builtins are our own."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

from engine.stage.context import Context
from engine.stage.facade import clocks, files, late, output, queues, threads, tracebacks
from engine.stage.facade.module import FacadeModule

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
_LATE: dict[str, Callable[[Context], Any]] = {  # large modules that few programs import
    "http.client": late.maker("web", "make_client"),
    "http.server": late.maker("servers", "make_http"),
    "socketserver": late.maker("servers"),
    "socket": late.maker("network"),
    "urllib.request": late.maker("web", "make_request"),
    "asyncio": late.maker("coroutines"),
    **{
        f"asyncio.{name}": late.maker("coroutines", f"make_{name}") for name in ("events", "queues", "runners", "tasks")
    },
    "concurrent.futures": late.maker("futures"),
    "concurrent.futures.thread": late.maker("futures", "make_thread"),
    "concurrent.futures.process": late.maker("processpools"),
    "multiprocessing": late.maker("processes"),
    "multiprocessing.context": late.maker("processes", "make_context"),
    "multiprocessing.queues": late.maker("processes", "make_queues"),
    "multiprocessing.synchronize": late.maker("processes", "make_synchronize"),
    "multiprocessing.pool": late.maker("workerpools"),
    "joblib": late.maker("parallel"),
    "joblib.parallel": late.maker("parallel", "make_parallel"),
}


def _parents(name: str) -> list[str]:
    """Such as a and a.b of a.b.c."""
    parts = name.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]


_KNOWN = {**_LATE, **_MAKERS}
_PARENTS = {parent for name in _KNOWN for parent in _parents(name)} - set(_KNOWN)


def has(name: str) -> bool:
    """Whether there is a facade of this module, or of one inside it."""
    return name in _KNOWN or name in _PARENTS


def facade(context: Context, name: str) -> Any:
    """The one facade of a module in this run, made at its first import."""
    module = context.facades.get(name)
    if module is None:
        real = importlib.import_module(name)
        made = _KNOWN[name](context) if name in _KNOWN else FacadeModule(real, {})
        module = context.facades.setdefault(name, made)
        if isinstance(module, FacadeModule):
            vars(module)["_stage_inside"] = lambda inner: _inside(context, name, inner)
    return module


def _inside(context: Context, name: str, inner: str) -> Any:
    """The facade of a module inside the module `name`, None where there is none."""
    full = f"{name}.{inner}"
    return facade(context, full) if has(full) else None


def imported(context: Context, name: str, wanted: Sequence[str]) -> Any:
    """What `import name`, or `from name import wanted`, brings a program: a facade as far as there is one."""
    real = importlib.import_module(name)
    if not wanted:
        return facade(context, name.partition(".")[0])
    if not has(name):
        return real
    for inner in wanted:  # a module of that name may not be loaded yet
        if has(f"{name}.{inner}") and not hasattr(real, inner):
            importlib.import_module(f"{name}.{inner}")
    return facade(context, name)


def own_builtins(context: Context) -> dict[str, Any]:
    """The builtins that report."""
    return {"open": files.make_open(context), "print": output.make_print(context), "input": output.make_input(context)}


def belongs(thread: threading.Thread, context: Context) -> bool:
    """Whether this thread was made by the program of this context, through its facade."""
    return getattr(type(thread), "_stage", None) is context


def loaded() -> list[str]:
    """Modules that are loaded before a program asks, so that a warm stage answers at once."""
    late.remember()
    for name in _MAKERS:
        importlib.import_module(name)
    return sorted(sys.modules)
