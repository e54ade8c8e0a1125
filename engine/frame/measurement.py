"""What was measured of a part of a run."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A part of a run that is compared with its other parts: a bracket on the timeline, a bar in the chart.

    Times are seconds of program time. `speed` is that of program time while it was measured, None when it changed.
    """

    id: int
    name: str
    group: str = ""
    start: float = 0.0
    end: float | None = None  # None: it goes on
    speed: float | None = 1.0
    lane: int = 1
    limit: float | None = None  # seconds: what it cannot be faster than, by the scenario's formula
    value: float | None = None  # a second measure, by the scenario's expression
    error: str = ""  # the exception that ended it
    used: float | None = None  # seconds of processor time that all threads together had; None: nobody says it here

    @property
    def seconds(self) -> float | None:
        """How long it took, None while it goes on."""
        return None if self.end is None else self.end - self.start

    @property
    def cores(self) -> float | None:
        """How many processor cores were at work, on average; None when it is not known, or while it goes on."""
        return self.used / self.seconds if self.seconds and self.used is not None else None
