"""One wait: a thread says that it wants something, tries until it has it or gives up, and says which."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from engine.protocol.records import Flag, Kind, what
from engine.stage.control.program_clock import Take, never
from engine.stage.run_services import RunServices

OFF, TIMED = what(0, Flag.OFF), what(0, Flag.TIMED)


class WaitCodes(NamedTuple):
    """What records say of a wait. `got` is 0 where it is said by whoever gets it, under a lock that goes with it."""

    want: int
    gave_up: int
    got: int = 0


JOIN = WaitCodes(what(Kind.JOIN_WANT), what(Kind.JOIN_GAVE_UP), what(Kind.JOIN_GOT))
RESULT = WaitCodes(what(Kind.RESULT_WANT), what(Kind.RESULT_GAVE_UP), what(Kind.RESULT_GOT))


class Report(Protocol):
    """How a record of the calling thread is made, such as `Reporter.report`."""

    def __call__(self, word: int, thing: int = 0, value: int = 0) -> None: ...


class Attempt(Protocol):
    """How it is tried again and again: `Clock.attempt`, or that in turn."""

    def __call__(self, take: Take, timeout: float | None, open_door: Callable[[], bool]) -> bool | None: ...


def wait(
    context: RunServices,
    codes: WaitCodes,
    thing: int,
    take: Take,
    timeout: float | None,
    *,
    is_off: Callable[[], bool] = never,
    attempt: Attempt | None = None,
    report: Report | None = None,
    value: Callable[[], int] = int,
) -> bool | None:
    """Waits until `take(real seconds)` has taken it (True), the time is up (False) or `is_off()` (None), and says so.

    `timeout` is in seconds of program time, None for ever, 0 and less not at all. Whoever calls this has looked
    already: a thread that need not wait says nothing of waiting. `value` is asked for what goes with each record.
    Raises what `take` raises, and Cancelled when the run was stopped, once it was said that the thread gave up.
    """
    report = report or context.reporter.report
    if timeout is not None and timeout <= 0:
        report(codes.gave_up, thing, value())
        return False
    report(codes.want if timeout is None else codes.want | TIMED, thing, value())
    try:
        got = (attempt or context.clock.attempt)(take, timeout, is_off)
    except BaseException:
        report(codes.gave_up, thing, value())
        raise
    if got is False:
        report(codes.gave_up, thing, value())
    elif codes.got:
        report(codes.got if got else codes.got | OFF, thing, value())
    return got


@contextmanager
def waiting(report: Report, codes: WaitCodes, thing: int) -> Iterator[None]:
    """Says that the calling thread waits meanwhile, where something else than `wait` makes it wait."""
    report(codes.want, thing)
    try:
        yield
    except BaseException:
        report(codes.gave_up, thing)
        raise
    report(codes.got, thing)
