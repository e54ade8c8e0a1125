"""All processes of a run, as its host sees them: those that live, and how they are stopped, let go on, and ended."""

from __future__ import annotations

import sys
from typing import Protocol


class Family(Protocol):
    """A stage and whatever was started from it, in whatever group, session or parent it is by now.

    Each method looks at the system's table of processes once. No other process is ever touched: numbers are used again.
    """

    def living(self) -> list[int]:
        """The numbers of those that live."""

    def suspend(self) -> None:
        """Stops them where they are."""

    def resume(self) -> None:
        """Lets those go on."""

    def end(self) -> bool:
        """Ends those that live. True when nobody did: they take a moment, and one may have been born meanwhile."""

    def close(self) -> None:
        """Nobody asks any more."""


def family_of(pid: int) -> Family:
    """That of a stage that was started just now, and has run nothing yet."""
    if sys.platform == "linux":
        from engine.hosting.processes.marked_family import MarkedFamily  # noqa: PLC0415 - on Linux alone

        try:
            return MarkedFamily(pid)
        except OSError:
            pass  # such as a system that calls itself Linux
    if sys.platform == "win32":
        from engine.hosting.processes.job_family import JobFamily  # noqa: PLC0415 - on Windows alone

        try:
            return JobFamily(pid)
        except OSError:
            pass  # such as a job that allows no other one inside of it
    from engine.hosting.processes.tree_family import TreeFamily  # noqa: PLC0415 - elsewhere alone

    return TreeFamily(pid)
