"""The facade of `time`: sleeping and the clocks run on program time, everything else is the real module's."""

from __future__ import annotations

import _thread
import operator
import time
from collections.abc import Callable
from typing import Any

from engine.protocol.records import RECORD, Kind, what
from engine.protocol.units import SECOND
from engine.stage import cpython
from engine.stage.control.program_clock import BRIEF
from engine.stage.facade.base.module import FacadeFunction, FacadeModule
from engine.stage.run_services import RunServices

CLOCKS = ("time", "monotonic", "perf_counter")  # in the order of `Clock.bases`
LONGEST_SLEEP = 2**63 - 1  # nanoseconds; what fits in a record
MOST_ASKED = 1000  # different lengths of brief sleeps that are remembered

_SLEEP = what(Kind.SLEEP)
_SLEPT = what(Kind.SLEPT)
_perf = time.perf_counter_ns


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


def _make_sleep(context: RunServices) -> FacadeFunction:
    """What programs do most often with next to no work in between is written out: a brief sleep on real time.

    Each thread that sleeps briefly wants the GIL again at once, so every step counts as often as there are threads.
    It is told from where it was called, by a thread that is known; while program time is real time.
    """
    clock, reporter, slow = context.clock, context.reporter, _sleeping(context)
    append, pack = context.channel.records.append, RECORD.pack
    file_of, lane_of = reporter.files.get, reporter.threads.get
    frame_at, get_ident, now, real = cpython.frame_at, _thread.get_ident, _perf, time.sleep
    asleep, awake = _SLEEP, _SLEPT
    asked: dict[float, int] = {}  # seconds -> nanoseconds, of brief sleeps

    def sleep(*args: Any, **kwargs: Any) -> None:
        try:
            (seconds,) = args
            wanted = asked[seconds]
            frame = frame_at(1)
            place = file_of(frame.f_code.co_filename) | frame.f_lineno  # type: ignore[operator]  # else it is slow
            number = lane_of(get_ident()) + 0  # type: ignore[operator]  # as above
        except (TypeError, ValueError, KeyError):
            wanted = 0
        if not wanted or kwargs or not clock.plain:
            slow(*args, **kwargs)
            if len(args) == 1 and type(args[0]) is float and 0 < args[0] < BRIEF / SECOND and len(asked) < MOST_ASKED:
                asked[args[0]] = int(args[0] * SECOND)
            return
        origin = clock.origin
        append(pack(now() - origin, wanted, 0, place, asleep + number))
        try:
            real(seconds)
        finally:  # where program time was set meanwhile, it has another origin
            append(pack(now() - origin if clock.origin is origin else clock.now(), 0, 0, place, awake + number))

    class Sleep(FacadeFunction):
        __call__ = staticmethod(sleep)

    return Sleep(time.sleep, sleep)


def _reading(real: Callable[..., object], read: Callable[[], object]) -> FacadeFunction:
    """A clock without arguments; with one it raises what the real one raises."""

    def call(*args: object, **kwargs: object) -> object:
        return real(*args, **kwargs) if args or kwargs else read()

    return FacadeFunction(real, call)


def make(context: RunServices) -> FacadeModule:
    """The facade of `time`. process_time, thread_time, clock_gettime, localtime and the like stay real."""
    own: dict[str, object] = {"sleep": _make_sleep(context)}
    for name in CLOCKS:
        read = nanoseconds(context, name)
        own[f"{name}_ns"] = _reading(getattr(time, f"{name}_ns"), read)
        own[name] = _reading(getattr(time, name), lambda read=read: read() / SECOND)  # type: ignore[misc]  # the loop's
    return FacadeModule(time, own)
