"""When a run's findings are looked for: a few times a second while it goes on, and once more when it has ended."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from engine.analysis.run_model import RunModel
from engine.frame import Finding

if TYPE_CHECKING:
    from engine.findings.detector import Detector

EVERY = 0.2  # seconds from one look to the next: a class reads no faster, and a frame has better things to do
SHARE = 0.05  # of all time, that is spent on looking at most: where a look is dear, the next one comes later


def prepare(wrong: str = "", below: str = "") -> Detector:
    """Loads all the rules, for which a window's first frame does not wait, and makes what asks them."""
    from engine.findings.detector import Detector  # noqa: PLC0415 - as it says

    return Detector(wrong, below)


class PacedFindings:
    """The findings of one run. What is found does not depend on the pace, only when it is found does."""

    def __init__(self, wrong: str = "", below: str = "", *, each_frame: bool = False) -> None:
        """The scenario's sentences for a wrong result. `each_frame`: without a pace, as a film has to be."""
        self._sentences = (wrong, below)
        self._detector: Detector | None = None
        self._each_frame = each_frame
        self._next = 0.0  # look, on the monotonic clock
        self._behind = False  # something has come at which nobody has looked
        self._found: tuple[Finding, ...] = ()
        self._stood = False  # nothing moved, at the last call

    @property
    def due(self) -> bool:
        """Something has come, and it is time to look at it."""
        return self._behind and time.monotonic() >= self._next

    def find(self, model: RunModel, *, over: bool) -> tuple[Finding, ...]:
        """All that is known, the gravest first. To be called when something has come, or a look is due.

        `over`: nothing more will come. When nothing moves any more it is looked at once, however dear that is: there is
        nothing else to do, and somebody waits for the words.
        """
        stands, stood = model.run_facts.still is not None, self._stood
        self._stood = stands
        began = time.monotonic()
        if not (over or self._each_frame or (stands and not stood)) and began < self._next:
            self._behind = True
            return self._found
        if self._detector is None:
            self._detector = prepare(*self._sentences)
            began = time.monotonic()  # to load the rules is no look, and happens once
        self._found, self._behind = self._detector.find(model), False
        ended = time.monotonic()
        self._next = max(began + EVERY, ended + (ended - began) / SHARE)
        return self._found
