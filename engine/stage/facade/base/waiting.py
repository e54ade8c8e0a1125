"""One wait: a thread says that it wants something, tries until it has it or gives up, and says which."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
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


def no_value() -> int:
    """Beside most waits a record says nothing."""
    return 0


class Wait:
    """While this is entered the calling thread waits. `got` is how it ends; without a word, and no error, it got it.

    True: it has it. False: it gave up. None: it was let through, as the switch is off.
    """

    __slots__ = ("_codes", "_report", "_thing", "_timeout", "got", "value")

    def __init__(
        self,
        report: Report,
        codes: WaitCodes,
        thing: int,
        timeout: float | None = None,
        value: Callable[[], int] = no_value,
    ) -> None:
        self._report, self._codes, self._thing, self._timeout = report, codes, thing, timeout
        self.value = value  # what the records say beside
        self.got: bool | None = True

    def __enter__(self) -> Wait:
        if self._timeout is None or self._timeout > 0:  # else it does not wait
            word = self._codes.want if self._timeout is None else self._codes.want | TIMED
            self._report(word, self._thing, self.value())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if kind is not None or self.got is False:
            self._report(self._codes.gave_up, self._thing, self.value())
        elif self._codes.got:
            self._report(self._codes.got if self.got else self._codes.got | OFF, self._thing, self.value())


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
    value: Callable[[], int] = no_value,
) -> bool | None:
    """Waits until `take(real seconds)` has taken it (True), the time is up (False) or `is_off()` (None), and says so.

    `timeout` is in seconds of program time, None for ever; 0 and less is one look, which is no wait and said to be
    none. Whoever calls this has looked already: a thread that need not wait says nothing of waiting.
    Raises what `take` raises, and Cancelled when the run was stopped, once it was said that the thread gave up.
    """
    report = report or context.reporter.report
    if is_off():
        if codes.got:
            report(codes.got | OFF, thing, value())
        return None
    with Wait(report, codes, thing, timeout, value) as told:
        if timeout is not None and timeout <= 0:
            told.got = take(0.0)
        else:
            told.got = (attempt or context.clock.attempt)(take, timeout, is_off)
    return told.got
