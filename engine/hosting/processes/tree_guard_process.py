"""Where there are no marks and no jobs: looks on at one run's processes, and ends them when its window is gone.

`python tree_guard_process.py PID`, with the stage's number; the end of standard input is the end of the window.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time

LOOK = 0.2  # seconds between two looks; where there is kqueue, at the longest: a fork is told at once
PAUSE = 0.02  # seconds between two looks at the least
PATIENCE = 10.0  # seconds; who is not gone then hangs inside of the system


if sys.platform == "linux" or sys.platform == "win32":

    class Waiting:
        """Waits for the window's end, or a moment."""

        def over(self, living: list[int]) -> bool:
            """Waits; whether the window is gone."""
            del living
            return bool(select.select([0], [], [], LOOK)[0])

else:

    class Waiting:
        """Waits for the window's end, for a fork, or a moment."""

        def __init__(self) -> None:
            self._queue = select.kqueue()
            self._heard: set[int] = set()
            self._queue.control([select.kevent(0, select.KQ_FILTER_READ, select.KQ_EV_ADD)], 0, 0)

        def over(self, living: list[int]) -> bool:
            """Waits; whether the window is gone."""
            how = select.KQ_EV_ADD | select.KQ_EV_CLEAR
            for pid in set(living) - self._heard:
                try:
                    self._queue.control([select.kevent(pid, select.KQ_FILTER_PROC, how, select.KQ_NOTE_FORK)], 0, 0)
                except OSError:
                    continue  # it has ended meanwhile
            self._heard = set(living)
            events = self._queue.control(None, len(living) + 1, LOOK)
            return any(one.filter == select.KQ_FILTER_READ for one in events)


def main() -> None:
    """Looks on, and ends them."""
    for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(number, signal.SIG_IGN)
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from tree_family import SeenProcesses  # type: ignore[import-not-found]  # noqa: PLC0415  # it lies beside this

    family, waiting = SeenProcesses(int(sys.argv[1])), Waiting()
    while not waiting.over(family.living()):
        time.sleep(PAUSE)
    deadline = time.monotonic() + PATIENCE
    while not family.end() and time.monotonic() < deadline:
        time.sleep(PAUSE)


if __name__ == "__main__":
    main()
