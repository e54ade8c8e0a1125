"""The stage as a process of its own: `python engine/stage/__main__.py`, orders on stdin, blocks on stdout."""

from __future__ import annotations

import importlib.machinery
import os
import sys

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_IS_CLONE = os.path.exists(os.path.join(_ROOT, "main.py"))  # an installed program writes nothing beside itself
NICE = 5  # below the window, which must not stutter whatever the program does


def _die_with_parent() -> None:
    """On Linux the kernel ends the stage when the window's process ends, however that happens."""
    if sys.platform != "linux":
        return
    try:
        import ctypes  # noqa: PLC0415  # only here, only on Linux

        ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL
        ctypes.CDLL("libgcc_s.so.1")  # what ends a thread loads it, and aborts when there is no memory by then
    except (OSError, AttributeError, ImportError):
        pass  # without it the stage still ends when its orders end


def _private_pipes() -> tuple[int, int]:
    """Takes stdin and stdout for orders and blocks; what C code or child processes print goes to stderr instead."""
    orders, blocks = os.dup(0), os.dup(1)  # the server puts them out of the way
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  # only on Windows

        for descriptor in (orders, blocks):
            msvcrt.setmode(descriptor, os.O_BINARY)
    return orders, blocks


def main() -> int:
    """Serves one run. Returns the program's exit status."""
    orders, blocks = _private_pipes()
    _die_with_parent()
    if hasattr(os, "nice"):
        os.nice(NICE)
    for stream in (sys.stdout, sys.stderr):  # what is printed past the program's own streams: the window reads UTF-8
        stream.reconfigure(encoding="utf-8", errors=stream.errors)  # type: ignore[union-attr]  # they are real ones
    import faulthandler  # noqa: PLC0415  # after stderr is what it will be

    faulthandler.enable()
    # PYTHONSAFEPATH and an embeddable Python put no folder of ours there, but the standard library comes first.
    if sys.path and os.path.realpath(sys.path[0]) == os.path.dirname(os.path.realpath(__file__)):
        del sys.path[0]
    sys.path.insert(0, _ROOT)
    keep, sys.dont_write_bytecode = sys.dont_write_bytecode, sys.dont_write_bytecode or not _IS_CLONE
    from engine.stage import server  # noqa: PLC0415  # only now is our folder on the path
    from engine.stage.facade import registry  # noqa: PLC0415
    from engine.stage.facade.base import lazy  # noqa: PLC0415

    registry.loaded()
    sys.dont_write_bytecode = keep
    sys.path.remove(_ROOT)
    if importlib.machinery.PathFinder.find_spec(lazy.TOP) is not None:
        lazy.make_way()
    return server.serve(orders, blocks)


if __name__ == "__main__":
    sys.exit(main())
