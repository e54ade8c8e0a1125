"""Tasks of pools: who hands them over, which worker in which process does them, and how they end."""

from __future__ import annotations

import _thread
from collections.abc import Mapping, Sequence
from typing import Any

from engine.records import STAGE_THREAD, Kind, what
from engine.stage import death
from engine.stage.clock import Cancelled
from engine.stage.context import Context
from engine.stage.facade import calls

_SUBMITTED = what(Kind.TASK_SUBMITTED)
_STARTED = what(Kind.TASK_STARTED)
_DONE = what(Kind.TASK_DONE)
_FAILED = what(Kind.TASK_FAILED)


def submitted(
    context: Context, function: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None, pool: str = ""
) -> int:
    """Declares a task of a pool and says that it was handed over by the calling line. Returns its id.

    A thread of a library that hands over more in the program's place gets no lane for it: then it was the stage.
    """
    reporter = context.reporter
    place = reporter.place_of(reporter.caller())
    number = reporter.new_task(calls.name_of(function, args, kwargs), place, pool)
    if _thread.get_ident() in reporter.threads:
        reporter.report(_SUBMITTED, number)
    else:
        reporter.report_for(STAGE_THREAD, _SUBMITTED, number, 0, place)
    return number


def started(context: Context, number: int, function: Any = None) -> None:
    """The calling thread begins the task; what it stands at is the function's first line."""
    reporter = context.reporter
    reporter.report_for(reporter.me(), _STARTED, number, 0, calls.place_of(function, reporter.files))


def done(context: Context, number: int) -> None:
    """The calling thread has done the task."""
    reporter = context.reporter
    reporter.report_for(reporter.me(), _DONE, number)


def failed(context: Context, number: int, error: BaseException, thread: int | None = None) -> None:
    """The task raised, in the calling thread or in thread number `thread`."""
    if isinstance(error, Cancelled):
        return  # what goes wrong after a stop is the stop's doing
    reporter = context.reporter
    text = context.channel.text(death.one_line(error), error=True)
    number_of = reporter.me() if thread is None else thread
    reporter.report_for(number_of, _FAILED, number, text, death.place_of(reporter, error))
