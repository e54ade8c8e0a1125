"""Signals are for the threads of the program: those of the stage, which it does not know of, take none of them."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

_OF_A_FAULT = ("SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL")  # of whoever made it


@contextmanager
def without_signals() -> Iterator[None]:
    """A thread that is started inside takes none: so what the program has blocked in its own threads waits for it."""
    if not hasattr(signal, "pthread_sigmask"):  # no POSIX
        yield
        return
    before = signal.pthread_sigmask(
        signal.SIG_BLOCK, signal.valid_signals() - {getattr(signal, name) for name in _OF_A_FAULT}
    )
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
