"""How busy the machine was with something else just before a run: what is measured then says little."""

import os
import time
from collections import deque
from collections.abc import Sequence

from engine.protocol.lazy_dataclass import lazy_dataclass

EACH = 0.5  # seconds between two looks: one takes some 50 microseconds
SPAN = 4.0  # seconds before the run that count
LEAST = 1.5  # seconds: in less, the start of a window or a stage would pass for something else


@lazy_dataclass(frozen=True)
class Look:
    """Seconds of processor time since the machine started, and when that was read."""

    when: float
    busy: float  # of all cores
    whole: float  # the same, and what they idled
    own: float  # of this process


def look() -> Look:
    """Reads the machine's counters. Raises OSError or RuntimeError where nobody may: Android, containers, Wine."""
    import psutil  # noqa: PLC0415 - the first frame does not wait for it

    try:
        told, own = psutil.cpu_times(), os.times()
    except psutil.Error as error:
        raise RuntimeError(str(error)) from error
    busy = sum(getattr(told, name, 0.0) for name in ("user", "nice", "system", "irq", "softirq", "steal"))
    idle = told.idle + getattr(told, "iowait", 0.0)
    return Look(time.monotonic(), busy, busy + idle, own.user + own.system)


def others(looks: Sequence[Look]) -> float | None:
    """The share of all cores that others used from the first look to the last; None where that is too short a time."""
    if not looks or looks[-1].when - looks[0].when < LEAST:
        return None
    first, last = looks[0], looks[-1]
    used = (last.busy - first.busy) - (last.own - first.own)
    whole = last.whole - first.whole
    return min(1.0, max(0.0, used / whole)) if whole > 0 else None


class MachineLoad:
    """Looks now and then while nothing runs."""

    def __init__(self) -> None:
        self._looks: deque[Look] = deque()
        self._known: float | None = None
        self._readable = True  # the machine's counters

    def rest(self) -> None:
        """Nothing of ours runs: looks, if it is time."""
        now = time.monotonic()
        if not self._readable or (self._looks and now - self._looks[-1].when < EACH):
            return
        try:
            self._looks.append(look())
        except (OSError, RuntimeError):
            self._readable = False
            self._looks.clear()
            return
        while len(self._looks) > 1 and now - self._looks[1].when > SPAN:
            self._looks.popleft()

    def begin(self) -> float | None:
        """A run begins: the share of all cores that others used before it; None where nobody knows.

        Right after another run, when there was no time to look, it is what was known then.
        """
        share = others(self._looks)
        self._known = share if share is not None else self._known
        self._looks.clear()
        return self._known
