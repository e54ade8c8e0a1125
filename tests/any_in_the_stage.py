"""Where the stage says `Any`, how often with the line that imports it, and why no better type is known there."""

# A file of engine/stage -> (how often, why). A new one needs a reason; one that went makes its number smaller.
REASONS: dict[str, tuple[int, str]] = {
    "child_program.py": (
        9,
        "what was pickled by another process, by its names; what is unpickled may be of any kind; arguments of runpy's",
    ),
    "cpython.py": (3, "private objects of the library, which no stub describes"),
    "facade/asyncio/asyncio_module.py": (
        7,
        "arguments that differ between versions and are passed on; policies, whose private names no stub has",
    ),
    "facade/asyncio/loop_locks.py": (5, "arguments that differ between versions of Python, passed on to the real ones"),
    "facade/asyncio/loop_future.py": (4, "the real function and its future, which becomes one of the facade's"),
    "facade/asyncio/loop_watch.py": (7, "loops, handles and timers, whose private names no stub has"),
    "facade/asyncio/asyncio_tasks.py": (
        8,
        "arguments of Task, which differ between versions of Python, passed on to the real one",
    ),
    "facade/base/call_labels.py": (2, "functions in a table by the exact type of what each of them takes"),
    "facade/base/lazy.py": (2, "what a function of a module that is loaded late returns"),
    "facade/base/module_copies.py": (5, "names of a module that is executed once more: they are what its text says"),
    "facade/files/file_objects.py": (
        4,
        "what the real open() made: one of six classes, or a program's opener's own; a path, which may be anything",
    ),
    "facade/files/files.py": (
        7,
        "arguments passed through the real functions, which refuse what is wrong; pathlib's methods by name",
    ),
    "facade/standard_input.py": (2, "arguments that the real input() refuses, or makes a text of"),
    "facade/futures/executors.py": (2, "a class made while the program runs, which others derive from"),
    "facade/futures/pool_tasks.py": (2, "an argument of the program's function, or all of them"),
    "facade/futures/process_executor.py": (3, "arguments that a program passes through the real executor"),
    "facade/multiprocessing/mp_modules.py": (
        9,
        "arguments that a program passes through the real class; contexts of whichever class, and what they return",
    ),
    "facade/multiprocessing/mp_pool.py": (
        6,
        "objects of the real pool that get our class afterwards; their private names no stub has",
    ),
    "facade/network/http_clients.py": (5, "arguments that a program passes through the real classes"),
    "facade/multiprocessing/manager_proxies.py": (6, "managers, and what their objects give, of whatever class"),
    "facade/multiprocessing/shared_values.py": (10, "values of sharedctypes and their locks, of whatever class"),
    "facade/multiprocessing/own_copies.py": (4, "the program's values, and its processes, of whatever class"),
    "facade/network/sockets.py": (
        4,
        "arguments that a program passes through the real class; data of whichever class has bytes",
    ),
    "facade/last_streams.py": (
        3,
        "a decoder of whichever kind; files and data of whichever class",
    ),
    "facade/output.py": (
        3,
        "arguments that a program passes through the real print; files and data of whichever class",
    ),
    "facade/threading/conditions.py": (
        5,
        "a condition's lock may be any object that has acquire() and release(); arguments passed through Barrier",
    ),
    "facade/threading/locks.py": (5, "arguments that a program passes through the real classes"),
    "facade/threading/threads.py": (
        6,
        "arguments that a program passes through the real classes; a property in place of an attribute",
    ),
    "facade/time.py": (6, "arguments that a program passes through the real sleep, which refuses what is no number"),
    "outcome/own_frames.py": (
        8,
        "what hooks of `sys` are given, passed on to the real ones; functions of C that no stub describes",
    ),
    "outcome/bare.py": (3, "functions of C behind the attributes of classes and exceptions, which no stub describes"),
    "untraced.py": (5, "trace functions of the program, and what they are given"),
    "outcome/suggestions.py": (2, "private parts of what `traceback` tells, which no stub describes"),
    "stack.py": (5, "arguments passed on to the real functions of warnings and os"),
    "outcome/expressions.py": (
        32,
        "values of the program's own expressions; its own function, the arguments and results of that",
    ),
    "processes/child_process.py": (3, "private functions of a module of multiprocessing that may not be loaded"),
    "processes/pickling.py": (
        3,
        "names of a text that is executed in another process; a cloudpickle, whichever library brings it",
    ),
    "importlib_bootstrap.py": (
        9,
        "a loader of whichever kind, what imports ask for, what a loader says of a file, a text for bytes",
    ),
    "program.py": (2, "a module that may not be loaded, and what it keeps of its beginning"),
    "recording/careful_reading.py": (22, "objects of the program, of whichever kind, and what lies in them"),
    "recording/cpu_time.py": (2, "arguments of dataclass() that only newer versions of Python have"),
    "recording/reporter.py": (2, "globals of the program"),
    "recording/watched_values.py": (19, "globals of the program, and objects that they lead to"),
}
