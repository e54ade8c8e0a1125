"""On Linux: the guard, which ends the processes of every run when this process is gone, and their marks."""

from __future__ import annotations

import functools
import os
import secrets
import subprocess
import sys
from pathlib import Path

RUNS = 20  # bits: so many runs has a process at most
_CODE = Path(__file__).parent / "guard_process.py"
_HIGH = 1 << 61  # no limit that anybody sets, and not the one that says that there is none


class Guard:
    """A process that outlives this one for a moment. Raises OSError when it does not start."""

    def __init__(self) -> None:
        self.first = _HIGH | secrets.randbits(60 - RUNS) << RUNS
        self.last = self.first + (1 << RUNS) - 1
        self._next = self.first
        words = [str(_CODE), str(self.first), str(self.last), str(os.getpid())]
        reading, self._pipe = os.pipe()  # never closed: it comes to its end with this process, whatever ends that
        try:
            self._starter = subprocess.Popen(  # it ends when the guard is ready, and nobody's child
                [sys.executable, "-I", "-S", "-B", *words],
                stdin=reading,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={name: value for name, value in os.environ.items() if name.startswith("LD_")},  # Python's library
            )
        except OSError:
            os.close(self._pipe)
            raise
        finally:
            os.close(reading)

    def mark(self) -> int:
        """A mark that no run has had. The guard knows it."""
        self._next = min(self._next + 1, self.last)
        return self._next

    def wait(self) -> None:
        """Waits until it is ready: some 20 ms, once in a process. Raises OSError when it does not get so far."""
        if self._starter.wait():
            raise OSError("the guard does not start")


@functools.cache
def _guard_of(_process: int) -> Guard:
    return Guard()


def guard() -> Guard:
    """The one of this process, which is started when it is first asked for."""
    return _guard_of(os.getpid())
