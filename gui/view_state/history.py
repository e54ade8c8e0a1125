"""What was shown before, one step after the other: stretches of a run, and lessons, in one row."""

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby

from engine.protocol.lazy_dataclass import lazy_dataclass

PAUSE = 0.4  # seconds: moves that follow one another faster are one: turns of a wheel, a drag, a key held down
MOST = 200  # steps


@lazy_dataclass(frozen=True)
class Place:
    """The stretch that was shown, and how."""

    start: float
    end: float
    follow: bool
    whole: bool
    width: float | None  # what the presenter had chosen for following


@lazy_dataclass(frozen=True)
class Step:
    """A place in a lesson; None: as it is when it is opened, or when a run begins."""

    lesson: str
    place: Place | None = None


class History:
    """Steps, and which of them is shown. `clock()` says seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._steps, self._at = [Step("")], 0
        self._last = float("-inf")  # when the presenter moved last

    def moved(self, before: Place, after: Place) -> None:
        """The presenter moved from one place to another; what could be gone forward to is forgotten."""
        now, lesson = self._clock(), self._steps[self._at].lesson
        if now - self._last >= PAUSE:
            self._steps[self._at] = Step(lesson, before)
            self._steps[self._at + 1 :] = [Step(lesson)]
            self._at += 1
        self._steps[self._at] = Step(lesson, after)
        self._last = now
        if len(self._steps) > MOST:
            del self._steps[0]
            self._at -= 1

    def opened(self, lesson: str) -> None:
        """Another lesson is open: of the one before no run is left, so nothing of its stretches either."""
        if self._steps[self._at].lesson != lesson:
            self._steps[self._at + 1 :] = [Step(lesson)]
            self._at += 1
        self.begun()

    def renamed(self, lesson: str) -> None:
        """What is open is called otherwise from now on, also in the steps before."""
        old = self._steps[self._at].lesson
        self._steps = [replace(one, lesson=lesson) if one.lesson == old else one for one in self._steps]

    def begun(self) -> None:
        """A run begins, and with it the stretches: only lessons are gone back to beyond it."""
        groups = [len(list(same)) for _, same in groupby(self._steps, lambda step: step.lesson)]
        ends = [sum(groups[: index + 1]) for index in range(len(groups))]
        at = next(index for index, end in enumerate(ends) if self._at < end)
        self._steps, self._at = [Step(self._steps[end - 1].lesson) for end in ends], at
        self._last = float("-inf")

    def go(self, by: int, here: Place) -> Step | None:
        """The step so many further on (back where it is negative), which is shown from now on; None: there is none."""
        if not 0 <= self._at + by < len(self._steps) or not self._steps[self._at + by].lesson:
            return None
        self._steps[self._at] = Step(self._steps[self._at].lesson, here)
        self._at += by
        self._last = float("-inf")
        return self._steps[self._at]
