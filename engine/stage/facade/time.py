"""The facade of `time`: sleeping and the clocks run on program time, everything else is the real module's."""

from __future__ import annotations

import operator
import time
from collections.abc import Callable
from typing import Any

from engine.protocol.records import Kind, what
from engine.protocol.units import SECOND
from engine.stage.facade.base.module import FacadeFunction, FacadeModule
from engine.stage.run_services import RunServices

CLOCKS = ("time", "monotonic", "perf_counter")  # in the order of `Clock.bases`
LONGEST_SLEEP = 2**63 - 1  # nanoseconds; what fits in a record

_SLEEP = what(Kind.SLEEP)
_SLEPT = what(Kind.SLEPT)


def as_seconds(argument: Any) -> float:
    """A number of seconds as C code takes it, -1 for what is none: the real function then says why."""
    if isinstance(argument, (int, float)):
        return argument
    return operator.index(argument) if hasattr(type(argument), "__index__") else -1


def nanoseconds(context: RunServices, name: str) -> Callable[[], int]:
    """Reads one of CLOCKS: it starts from what the real one showed at the start, and goes on with program time."""
    clock, place = context.clock, CLOCKS.index(name)
    return lambda: clock.bases()[place] + clock.now()


def _sleeping(context: RunServices) -> Callable[..., None]:
    clock, report = context.clock, context.reporter.report

    def sleep(*args: Any, **kwargs: Any) -> None:
        """Sleeps for so many seconds of program time. Raises what time.sleep raises, before anything is reported."""
        seconds = as_seconds(args[0]) if len(args) == 1 and not kwargs else -1
        if not 0 <= seconds < LONGEST_SLEEP / SECOND:  # below zero, not a number, or too long
            time.sleep(*args, **kwargs)
            return
        report(_SLEEP, 0, int(seconds * SECOND))
        try:
            clock.sleep(seconds)
        finally:
            report(_SLEPT)

    return sleep


def _reading(real: Callable[..., object], read: Callable[[], object]) -> FacadeFunction:
    """A clock without arguments; with one it raises what the real one raises."""

    def call(*args: object, **kwargs: object) -> object:
        return real(*args, **kwargs) if args or kwargs else read()

    return FacadeFunction(real, call)


def make(context: RunServices) -> FacadeModule:
    """The facade of `time`. process_time, thread_time, clock_gettime, localtime and the like stay real."""
    own: dict[str, object] = {"sleep": FacadeFunction(time.sleep, _sleeping(context))}
    for name in CLOCKS:
        read = nanoseconds(context, name)
        own[f"{name}_ns"] = _reading(getattr(time, f"{name}_ns"), read)
        own[name] = _reading(getattr(time, name), lambda read=read: read() / SECOND)  # type: ignore[misc]  # the loop's
    return FacadeModule(time, own)
