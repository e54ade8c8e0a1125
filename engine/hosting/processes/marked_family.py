"""On Linux: the processes of a run, known by the mark that each of them has inherited."""

from __future__ import annotations

import signal

from engine.hosting.processes import marks
from engine.hosting.processes.guard import guard


class MarkedFamily:
    """Satisfies `Family`. The guard ends it when this process is gone. Raises OSError where nothing can be marked."""

    def __init__(self, pid: int) -> None:
        its = guard()
        self._mark = its.mark()
        self._since = marks.began(pid)
        self._suspended: list[marks.Known] = []
        marks.put(pid, self._mark)
        its.wait()  # a stage takes longer to be ready than its guard does

    def living(self) -> list[int]:
        return [pid for pid, _ in self._look()]

    def _look(self) -> list[marks.Known]:
        return marks.living(self._mark, self._mark, self._since)

    def suspend(self) -> None:
        self._suspended = self._look()
        for one in self._suspended:
            marks.send(one, signal.SIGSTOP)

    def resume(self) -> None:
        suspended, self._suspended = self._suspended, []
        for one in suspended:
            marks.send(one, signal.SIGCONT)

    def end(self) -> bool:
        return marks.end(self._mark, self._mark, self._since)

    def close(self) -> None:
        """Nothing is kept of it."""
