"""Where the system marks no processes and has no jobs: the processes of a run, as far as parents and groups tell.

On macOS and the BSDs. A process of its own looks on while the run lasts, where there is kqueue at each fork, and ends
what it has seen when the window is gone. A daemon whose parents ended before anybody looked is missed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable

import psutil


class SeenProcesses:
    """Whoever was seen of one family: satisfies what `Family` asks for but its guard."""

    def __init__(self, pid: int) -> None:
        self._known: dict[int, psutil.Process] = {}  # also when they have ended
        self._suspended: list[psutil.Process] = []
        try:
            self._known[pid] = psutil.Process(pid)
        except psutil.NoSuchProcess:
            pass

    def living(self) -> list[int]:
        return [one.pid for one in self._look()]

    def _look(self) -> list[psutil.Process]:
        since = min((one.create_time() for one in self._known.values()), default=0.0)
        rest = [one for one in psutil.process_iter() if one.pid not in self._known and _began(one) >= since]
        while more := [one for one in rest if self._belongs(one)]:
            self._known |= {one.pid: one for one in more}
            rest = [one for one in rest if one.pid not in self._known]
        return [one for one in self._known.values() if one.is_running() and _state(one) != psutil.STATUS_ZOMBIE]

    def _belongs(self, one: psutil.Process) -> bool:
        """Whether its parent, its group or its session is known."""
        try:
            near = {one.ppid()}
            if os.name == "posix":
                near |= {os.getpgid(one.pid), os.getsid(one.pid)}
        except (psutil.Error, OSError):
            return False  # it has ended meanwhile, or is somebody else's
        return any(self._known[pid].create_time() <= _began(one) for pid in near & set(self._known))

    def suspend(self) -> None:
        self._suspended = self._look()
        _each(self._suspended, psutil.Process.suspend)

    def resume(self) -> None:
        suspended, self._suspended = self._suspended, []
        _each(suspended, psutil.Process.resume)

    def end(self) -> bool:
        left = self._look()
        _each(left, psutil.Process.kill)
        return not left


class TreeFamily(SeenProcesses):
    """Satisfies `Family`. Its guard has seen more than this process, which looks when it is asked."""

    def __init__(self, pid: int) -> None:
        super().__init__(pid)
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-B", os.path.join(os.path.dirname(__file__), "tree_guard_process.py"), str(pid)],
            stdin=subprocess.PIPE,  # which comes to its end with this process, whatever ends that
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=os.name == "posix",
            bufsize=0,
        )

    def end(self) -> bool:
        self._let_guard_end()
        return super().end() and self._guard.poll() is not None

    def close(self) -> None:
        self._let_guard_end()
        threading.Thread(target=self._guard.wait, name="guard", daemon=True).start()

    def _let_guard_end(self) -> None:
        assert self._guard.stdin is not None
        self._guard.stdin.close()


def _each(processes: Iterable[psutil.Process], do: Callable[[psutil.Process], object]) -> None:
    for process in processes:
        try:
            do(process)
        except psutil.Error:
            pass  # ended meanwhile


def _began(process: psutil.Process) -> float:
    """Seconds since the epoch; -1: it has ended meanwhile."""
    try:
        return process.create_time()
    except psutil.Error:
        return -1.0


def _state(process: psutil.Process) -> str:
    try:
        return process.status()
    except psutil.Error:
        return psutil.STATUS_ZOMBIE
