"""The facade of `time`: sleeping and the clocks run on program time, everything else is the real module's."""

from __future__ import annotations

import operator
import time
from collections.abc import Callable
from typing import Any

from engine.protocol.records import Kind, what
from engine.protocol.units import SECOND
from engine.stage.facade.base.function import FacadeFunction
from engine.stage.facade.base.module import FacadeModule
from engine.stage.run_services import RunServices, one_per_run

LONGEST_SLEEP = 2**63 - 1  # nanoseconds; what fits in a record

_SLEEP = what(Kind.SLEEP)
_SLEPT = what(Kind.SLEPT)


def as_seconds(argument: Any) -> float:
    """A number of seconds as C code takes it, -1 for what is none: the real function then says why."""
    if isinstance(argument, (int, float)):
        return argument
    return operator.index(argument) if hasattr(type(argument), "__index__") else -1


class ProgramClocks:
    """The clocks of one run: each starts from what the real one showed at the start and goes on with program time."""

    def __init__(self, context: RunServices) -> None:
        self._clock = context.clock
        self._report = context.reporter.report

    def time_ns(self) -> int:
        """Nanoseconds since 1970, by program time."""
        return self._clock.bases()[0] + self._clock.now()

    def monotonic_ns(self) -> int:
        """Nanoseconds of program time since some moment."""
        return self._clock.bases()[1] + self._clock.now()

    def perf_counter_ns(self) -> int:
        """Nanoseconds of program time since some moment."""
        return self._clock.bases()[2] + self._clock.now()

    def sleep(self, *args: Any, **kwargs: Any) -> None:
        """Sleeps for so many seconds of program time. Raises what time.sleep raises, before anything is reported."""
        if len(args) != 1 or kwargs:
            time.sleep(*args, **kwargs)
            return
        seconds = as_seconds(args[0])
        if not 0 <= seconds < LONGEST_SLEEP / SECOND:  # below zero, not a number, or too long
            time.sleep(args[0])
            return
        self._report(_SLEEP, 0, int(seconds * SECOND))
        try:
            self._clock.sleep(seconds)
        finally:
            self._report(_SLEPT)


def _reading(real: Callable[..., object], read: Callable[[], object]) -> FacadeFunction:
    """A clock without arguments; with one it raises what the real one raises."""

    def call(*args: object, **kwargs: object) -> object:
        return real(*args, **kwargs) if args or kwargs else read()

    return FacadeFunction(real, call)


@one_per_run
def of(context: RunServices) -> ProgramClocks:
    """The clocks of a run: everybody reads the same ones."""
    return ProgramClocks(context)


def make(context: RunServices) -> FacadeModule:
    """The facade of `time`. process_time, thread_time, clock_gettime, localtime and the like stay real."""
    clocks = of(context)
    own: dict[str, object] = {"sleep": FacadeFunction(time.sleep, clocks.sleep)}
    nanoseconds = {
        "time": clocks.time_ns,
        "monotonic": clocks.monotonic_ns,
        "perf_counter": clocks.perf_counter_ns,
    }
    for name, read in nanoseconds.items():
        own[name] = _reading(getattr(time, name), _in_seconds(read))
        own[f"{name}_ns"] = _reading(getattr(time, f"{name}_ns"), read)
    return FacadeModule(time, own)


def _in_seconds(read: Callable[[], int]) -> Callable[[], float]:
    return lambda: read() / SECOND
