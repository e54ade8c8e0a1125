"""Threads that no facade made, such as those of a library's pool: what they are called, and when they end."""

from __future__ import annotations

import threading
from collections.abc import Callable

from engine.stage import cpython


class _End:
    """Kept by one thread alone: Python lets go of it in that thread, as the thread's last act."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell

    def __del__(self) -> None:
        self._tell()


class ForeignThreadEnds:
    """Tells when threads end that nobody waits for."""

    def __init__(self) -> None:
        self._of_thread = threading.local()

    def tell(self, tell: Callable[[], None]) -> None:
        """Calls `tell` in the calling thread when that ends; in one that the end of the process cuts off, never."""
        self._of_thread.end = _End(tell)


def name_of(ident: int) -> str:
    """What `threading` knows a thread as; it is not asked for the current one, as it would then make it up."""
    known = cpython.threads_by_ident.get(ident)
    return known.name if known is not None else f"library thread {ident % 10_000}"
