"""What programs have left running when they ended: looked at until it has ended too, or is ended here."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable

from engine.frame.launch import joined
from engine.frame.trouble import LeftProcess, LeftRunning
from engine.hosting.host import STAGE
from engine.hosting.processes.family import Family

GRACE = 1.0  # seconds after its program's end in which a process may still be on its way out
LOOK = 0.25  # seconds between two looks: each reads the system's table of processes
SHORT = 0.02  # seconds between two looks of somebody who waits
LAST_WAIT = 0.4  # seconds that ending them may take
MOST = 20  # that are named
# Helpers of multiprocessing and of loky: each ends by itself when nobody has the other end of its pipe any more.
HELPERS = ("multiprocessing.resource_tracker", "multiprocessing.forkserver", "loky.backend.resource_tracker")


class LeftFamilies:
    """Those of the runs of one session. It costs nothing while there are none."""

    def __init__(self) -> None:
        self._families: dict[Family, float] = {}  # -> when its program ended, time.monotonic()
        self._looked_at = 0.0
        self.found: LeftRunning | None = None  # what lives on, as of the last look

    def take(self, family: Family | None) -> None:
        """A program has ended; whatever it has left is asked for from here, and ended with the session."""
        if family is None:
            return
        if family.living():
            self._families[family] = time.monotonic()
        else:
            family.close()

    def look(self) -> None:
        """Looks again, when it is time."""
        if self._families and time.monotonic() - self._looked_at > LOOK:
            self._look()

    def _look(self) -> None:
        self._looked_at = now = time.monotonic()
        found: list[int] = []
        for family, ended_at in list(self._families.items()):
            living = family.living()
            if not living:
                del self._families[family]
                family.close()
            elif now - ended_at > GRACE:
                found += living
        named = tuple(_named(found))
        new = LeftRunning(processes=named[:MOST], more=len(named[MOST:])) if named else None
        self.found = self.found if self.found == new else new  # who draws compares with `is`

    def settle(self) -> None:
        """Waits until it is known what the last program has left: a second, if there is anything, else not at all."""
        while self._families and time.monotonic() - max(self._families.values()) <= GRACE:
            time.sleep(SHORT)
            self._look()
        if self._families:
            self._look()

    def end(self) -> None:
        """Ends them."""
        deadline = time.monotonic() + LAST_WAIT
        while sum(not family.end() for family in self._families) and time.monotonic() < deadline:
            time.sleep(SHORT)
        self._look()

    def close(self) -> None:
        """Ends them, and asks for them no more."""
        self.end()
        for family in self._families:
            family.close()
        self._families.clear()


def _named(numbers: Iterable[int]) -> Iterable[LeftProcess]:
    """What each of them runs, the oldest first, without those that only serve others."""
    import psutil  # noqa: PLC0415 - the first frame does not wait for it

    for number in sorted(numbers):
        try:
            process = psutil.Process(number)
            words = process.cmdline() or [process.name()]
        except psutil.Error:
            continue  # ended meanwhile
        if not any(helper in word for word in words for helper in HELPERS):
            forked = str(STAGE) in words
            yield LeftProcess(number, "" if forked else joined([os.path.basename(words[0]), *words[1:]]))
