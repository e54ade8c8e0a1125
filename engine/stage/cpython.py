"""Every private name of CPython that the stage relies on. Those of modules are reached through here alone."""

from __future__ import annotations

import _thread
import atexit
import importlib
import io
import os
import sys
import threading
from collections.abc import Callable
from importlib import _bootstrap
from types import CodeType, FrameType, FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.context import DefaultContext
    from multiprocessing.process import BaseProcess

# hot paths bind these once more, at their own import
frame_at: Callable[[int], FrameType] = sys._getframe  # 0 is the function that asks
_current_frames: Callable[[], dict[int, FrameType]] = sys._current_frames
threads_by_ident: dict[int, threading.Thread] = threading._active  # type: ignore[attr-defined]  # also foreign ones
before_threads_end: Callable[[Callable[[], object]], object] = threading._register_atexit  # type: ignore[attr-defined]
run_exit_functions: Callable[[], None] = atexit._run_exitfuncs
ModuleLock: type = _bootstrap._ModuleLock  # type: ignore[attr-defined]  # no stub; its `owner` is an identity, or None
IMPORT_CODE: str = ModuleLock.acquire.__code__.co_filename  # type: ignore[attr-defined]  # as above

WALKS = ("walk_tb", "_walk_tb_with_full_positions")  # functions of `traceback`; the second one came with 3.11

_AT_FORK = "_at_fork_reinit" if hasattr(os, "fork") else ""  # Windows has none

# module, or module:class -> names that our subclasses and copies use of it
RELIED_ON = {
    "_thread:LockType": _AT_FORK,
    "_thread:RLock": f"{_AT_FORK} _is_owned _release_save _acquire_restore",
    "sys": "_getframe _current_frames",
    "importlib._bootstrap:_ModuleLock": "owner",
    "runpy": "_run_module_as_main",
    "atexit": "_run_exitfuncs",
    "io:TextIOWrapper": "_CHUNK_SIZE",
    "traceback:TracebackException": "_str",
    "threading": "_active _register_atexit _shutdown",
    "threading:Thread": "_bootstrap_inner _initialized _name _started",
    "threading:Condition": "_lock _is_owned _release_save _acquire_restore _waiters",
    "threading:Event": "_cond _flag",
    "threading:Semaphore": "_cond _value",
    "threading:BoundedSemaphore": "_initial_value",
    "threading:Barrier": "_action _break _cond _enter _parties _state",
    "queue:Queue": "_get _put _qsize",
    "asyncio.events": "_event_loop_policy _init_event_loop_policy _py_get_event_loop",
    "asyncio.events:BaseDefaultEventLoopPolicy": "_local _loop_factory",
    "asyncio.events:Handle": "_callback _loop _run",
    "asyncio:BaseEventLoop": "_call_soon _check_closed _check_running _default_executor",
    "asyncio:Task": "_exception _source_traceback",
    "asyncio:Queue": "_get _put",
    "concurrent.futures._base": "_create_and_install_waiters",
    "concurrent.futures:Future": "_condition _done_callbacks _exception _invoke_callbacks _state",
    "concurrent.futures:ThreadPoolExecutor": "_thread_name_prefix",
    "concurrent.futures:ProcessPoolExecutor": "_mp_context _processes",
    "http.client:HTTPConnection": "_create_connection",
    "http.client:HTTPSConnection": "_context",
    "socketserver:BaseServer": "_handle_request_noblock",
    "urllib.request": "_opener",
    "multiprocessing.util": "_exit_function",
    "multiprocessing.context": "_concrete_contexts _default_context",
    "multiprocessing.process": "_dangling",
    "multiprocessing.process:BaseProcess": "_bootstrap _closed _name _parent_pid _popen",
    "multiprocessing.pool:Pool": "_check_running _map_async _pool _state _terminate_pool",
    "multiprocessing.pool:ApplyResult": "_event",
    "multiprocessing.queues:Queue": "_buffer _closed _maxsize _notempty _reader _rlock _sem _start_thread _thread",
    "multiprocessing.queues:JoinableQueue": "_cond _unfinished_tasks",
    "multiprocessing.synchronize:SemLock": "_semlock",
    "multiprocessing.synchronize:Condition": "_lock _sleeping_count _wait_semaphore _woken_count",
    "multiprocessing.synchronize:Event": "_cond _flag",
    "_multiprocessing:SemLock": "_is_mine _is_zero",
}


def frames_of_threads() -> dict[int, FrameType]:
    """The innermost frame of each thread but the one that asks, by identity.

    Its own frame would hold itself by the name of the result, and with it all the others until garbage is collected:
    on 3.12 that ends the process where such a frame has returned meanwhile.
    """
    frames = _current_frames()
    frames.pop(_thread.get_ident(), None)
    return frames


def wait_for_threads() -> None:
    """The interpreter's own end; a library such as gevent may have put its own in the place of it."""
    threading._shutdown()  # type: ignore[attr-defined]


def missing() -> list[str]:
    """Which of those names this interpreter does not have, such as "threading._shutdown"."""
    return [
        f"{owner.replace(':', '.')}.{name}"
        for owner, names in RELIED_ON.items()
        for name in names.split()
        if not _has(owner, name)
    ]


def _has(owner: str, name: str) -> bool:
    """Whether a module or a class has the name, or some method of the class uses an attribute of that name."""
    module, _, kind = owner.partition(":")
    found = getattr(importlib.import_module(module), kind) if kind else importlib.import_module(module)
    methods = [one for base in getattr(found, "__mro__", ()) for one in vars(base).values()]
    codes = [one.__code__ for one in methods if isinstance(one, FunctionType)]
    return hasattr(found, name) or any(name in code.co_names for code in codes)


def has_gil() -> bool:
    """Whether one thread at a time runs Python's code."""
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())  # the name came with 3.13


def address(thing: object) -> str:
    """Where an object lies, as `repr` of objects of C says it: Windows writes 16 digits."""
    return object.__repr__(thing).rpartition(" ")[2][:-1]


def reset_lock(*locks: object) -> None:
    """In a forked child: the locks are free, whoever held them. As `threading` does it."""
    for lock in locks:
        lock._at_fork_reinit()  # type: ignore[attr-defined]  # every lock of _thread has it


def reset_of(lock: object) -> Callable[[], object]:
    """The same for one lock as a function of C, which Python may keep for ever: it holds the lock and nothing else."""
    reset: Callable[[], object] = lock._at_fork_reinit  # type: ignore[attr-defined]  # as above
    return reset


_kept_names: set[bytes] = set()


def name_as_c(kind: type, full: str) -> None:
    """The class is called so in messages of C code, such as "_thread.lock", and `__name__` stays what it is.

    Types of C are made so, by PyType_FromSpec. The name stands behind the head of an object that has a size; where it
    does not, nothing is done.
    """
    if sys.implementation.name != "cpython":
        return
    try:
        import ctypes  # noqa: PLC0415  # on Linux it is loaded, elsewhere it may be missing
    except ImportError:
        return
    at = ctypes.c_char_p.from_address(id(kind) + object.__basicsize__ + ctypes.sizeof(ctypes.c_ssize_t))
    if at.value != kind.__name__.encode():
        return
    name = next((one for one in _kept_names if one == full.encode()), full.encode())
    if name not in _kept_names:
        _kept_names.add(name)
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(name))  # the class may outlive this module
    at.value = name


def read_whole_lines(stream: io.TextIOWrapper) -> None:
    """It asks the stream below for so much at a time that no line of that is parted among the threads that read."""
    stream._CHUNK_SIZE = 1 << 30  # type: ignore[attr-defined]  # in no stub


# of modules that few programs import


def run_module_as_main() -> Callable[[str, bool], object]:
    """What `python -m` calls with a name and whether to set sys.argv[0]: it executes the module in `__main__`."""
    function: Callable[[str, bool], object] = importlib.import_module("runpy")._run_module_as_main
    return function


def waiter_for(futures: object, return_when: object) -> Any:
    """What `wait` and `as_completed` of concurrent.futures wait with; called with every future's lock held."""
    return importlib.import_module("concurrent.futures._base")._create_and_install_waiters(futures, return_when)


def event_loop_policy() -> object:
    """The process's own policy of asyncio; from 3.14 on the public function warns."""
    events = importlib.import_module("asyncio.events")
    return getattr(events, "_get_event_loop_policy", events.get_event_loop_policy)()


def start_methods() -> dict[str, Any]:
    """The real contexts of `multiprocessing` by their names."""
    found: dict[str, object] = importlib.import_module("multiprocessing.context")._concrete_contexts
    return found


def default_context() -> DefaultContext:
    """The real context that `multiprocessing` itself is."""
    found: DefaultContext = importlib.import_module("multiprocessing.context")._default_context
    return found


def process_of(pid: int) -> BaseProcess | None:
    """The object of `multiprocessing` for a process that this one started. Called by any thread."""
    module = sys.modules.get("multiprocessing.process")
    known = module._dangling.data.copy() if module is not None else ()  # the set changes while others start some
    alive = [reference() for reference in known]
    return next((one for one in alive if getattr(getattr(one, "_popen", None), "pid", 0) == pid), None)


def code_of_a_process() -> CodeType:
    """What runs in a child of `multiprocessing` from its beginning to its end."""
    code: CodeType = importlib.import_module("multiprocessing.process").BaseProcess._bootstrap.__code__
    return code


def code_at_exit() -> CodeType:
    """What joins the processes of `multiprocessing` that are no daemons, at the end of Python."""
    code: CodeType = importlib.import_module("multiprocessing.util")._exit_function.__code__
    return code
