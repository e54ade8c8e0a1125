"""On Linux: waits until a process is gone, and ends what its runs have left: `python guard_process.py FIRST LAST PID`.

It is nobody's child and in a session of its own, so that what ends the window, its group or its terminal does not end
it too.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time

PAUSE = 0.01  # seconds between two looks at who lives
PATIENCE = 20.0  # seconds; who is not gone then hangs inside of the system, and no signal ends that


def _leave(parent: int) -> list[int]:
    """Becomes nobody's child. Returns what can be read when the parent is gone, or lets us go; nothing: it is gone."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.chdir("/")
    os.setsid()
    signs = [0]
    if sys.platform == "linux" and hasattr(os, "pidfd_open"):
        try:
            signs.append(os.pidfd_open(parent))
        except OSError:  # Linux before 5.3: its end of the pipe says the same, unless somebody has inherited that
            pass
    gone = os.getppid() != parent
    if os.fork():
        os._exit(0)  # whoever waits for this one knows that all is ready
    return [] if gone else signs


def main() -> None:
    """Waits, and ends them."""
    first, last, parent = map(int, sys.argv[1:])
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import marks  # type: ignore[import-not-found]  # noqa: PLC0415  # it lies beside this file

    marks.take_off()  # in a run of this program itself: who ends that run must leave its guard to end the inner ones
    signs, since = _leave(parent), marks.began(os.getpid())
    if signs:
        select.select(signs, [], [])
    deadline, quiet = time.monotonic() + PATIENCE, 0
    while quiet < 2 and time.monotonic() < deadline:  # somebody may be born while we look
        quiet = quiet + 1 if marks.end(first, last, since) else 0
        time.sleep(PAUSE)


if __name__ == "__main__":
    main()
