"""Which modules a program is handed a facade of, and which builtins are our own."""

from __future__ import annotations

import builtins
import importlib
import itertools
import sys
from collections.abc import Callable, Sequence
from types import ModuleType

from engine.stage.facade import output, standard_input
from engine.stage.facade import time as time_facade
from engine.stage.facade import traceback as traceback_facade
from engine.stage.facade.base import lazy
from engine.stage.facade.base.module import FacadeModule
from engine.stage.facade.files import files
from engine.stage.facade.queue import queues
from engine.stage.facade.threading import threads
from engine.stage.run_services import RunServices

_MAKERS = {
    "threading": threads.make,
    "queue": queues.make,
    "time": time_facade.make,
    "io": files.make_io,
    "os": files.make_os,
    "os.path": files.make_os_path,
    "pathlib": files.make_pathlib,
    "traceback": traceback_facade.make,
}
_LATE: dict[str, Callable[[RunServices], ModuleType]] = {  # large modules that few programs import
    "http.client": lazy.maker("network.http_clients", "make_client"),
    "http.server": lazy.maker("network.servers", "make_http"),
    "socketserver": lazy.maker("network.servers"),
    "socket": lazy.maker("network.sockets"),
    "urllib.request": lazy.maker("network.http_clients", "make_request"),
    "asyncio": lazy.maker("asyncio.asyncio_module"),
    **{
        f"asyncio.{name}": lazy.maker("asyncio.asyncio_module", f"make_{name}")
        for name in ("events", "locks", "queues", "runners", "tasks")
    },
    "concurrent.futures": lazy.maker("futures.executors"),
    "concurrent.futures.thread": lazy.maker("futures.executors", "make_thread"),
    "concurrent.futures.process": lazy.maker("futures.process_executor"),
    "multiprocessing": lazy.maker("multiprocessing.mp_modules"),
    "multiprocessing.context": lazy.maker("multiprocessing.mp_modules", "make_context"),
    "multiprocessing.queues": lazy.maker("multiprocessing.mp_modules", "make_queues"),
    "multiprocessing.synchronize": lazy.maker("multiprocessing.mp_modules", "make_synchronize"),
    "multiprocessing.pool": lazy.maker("multiprocessing.mp_pool"),
    "joblib": lazy.maker("joblib"),
    "joblib.parallel": lazy.maker("joblib", "make_parallel"),
}


_KNOWN = {**_LATE, **_MAKERS}
_HAVE = {part for name in _KNOWN for part in itertools.accumulate(name.split("."), "{}.{}".format)}  # a, a.b of a.b.c


def has(name: str) -> bool:
    """Whether there is a facade of this module, or of one inside it."""
    return name in _HAVE


def facade(context: RunServices, name: str) -> ModuleType:
    """The one facade of a module in this run, made at its first import."""
    module = context.modules.get(name)
    if module is None:
        real = importlib.import_module(name)
        made = _KNOWN[name](context) if name in _KNOWN else FacadeModule(real, {})
        module = context.modules.setdefault(name, made)
        if isinstance(module, FacadeModule):
            vars(module)["_stage_inside"] = lambda inner: _inside(context, name, inner)
    return module


def _inside(context: RunServices, name: str, inner: str) -> object:
    """The facade of a module inside the module `name`, None where there is none."""
    full = f"{name}.{inner}"
    return facade(context, full) if has(full) else None


def imported(context: RunServices, name: str, wanted: Sequence[str]) -> ModuleType:
    """What `import name`, or `from name import wanted`, brings a program: a facade as far as there is one."""
    # rather than importlib's function: a traceback has none of its frames; it also loads what of a package is wanted
    builtins.__import__(name, None, None, tuple(wanted))
    real = sys.modules[name]
    if not wanted:
        return facade(context, name.partition(".")[0])
    if not has(name):
        return real
    return facade(context, name)


def own_builtins(context: RunServices) -> dict[str, object]:
    """The builtins that report: the same ones whoever asks, so that they are recognised when they are pickled."""
    if not context.builtins:
        own = {"open": files.open_of(context), "print": output.make_print(context)}
        own["input"] = standard_input.make_input(context)
        context.builtins.update(own)
    return context.builtins


def loaded() -> list[str]:
    """Modules that are loaded before a program asks, so that a warm stage answers at once."""
    lazy.remember()
    for name in _MAKERS:
        importlib.import_module(name)
    return sorted(sys.modules)
