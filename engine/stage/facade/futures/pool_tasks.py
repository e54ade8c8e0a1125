"""Tasks of pools: who hands them over, which worker in which process does them, and how they end."""

from __future__ import annotations

import _thread
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from engine.protocol.records import STAGE_THREAD, Kind, what
from engine.stage.control.program_clock import Cancelled
from engine.stage.facade.base import call_labels
from engine.stage.facade.base.binding import RESULT, Report
from engine.stage.outcome import exception_report
from engine.stage.outcome.late_names import code_of, late_names_of
from engine.stage.outcome.seen_errors import seen_errors_of
from engine.stage.processes.pickling import is_watched, recipe, whole
from engine.stage.run_services import RunServices

_SUBMITTED = what(Kind.TASK_SUBMITTED)
_STARTED = what(Kind.TASK_STARTED)
_DONE = what(Kind.TASK_DONE)
_FAILED = what(Kind.TASK_FAILED)
CANCELLED = what(Kind.TASK_CANCELLED)
REFUSED = what(Kind.CANCEL_REFUSED)
RAISED = what(Kind.RESULT_RAISED)
SEEN = what(Kind.RESULT_SEEN)
# a frame of the engine in a traceback, with what Python writes below it
_OURS = re.compile(rf'^  File "{re.escape(exception_report.OWN)}.*\n(?:    .*\n)*', re.MULTILINE)


def submitted(
    context: RunServices,
    function: object,
    args: Sequence[object] = (),
    kwargs: Mapping[str, object] | None = None,
    *,
    pool: str = "",
    place: int = 0,
    group: int = 0,
) -> int:
    """Declares a task of a pool and says that it was handed over, at `place` or by the calling line. Returns its id.

    `group`: see `Reporter.new_task`.

    A thread of a library that hands over more in the program's place gets no lane for it: then it was the stage.
    """
    reporter = context.reporter
    place = place or reporter.place_of(reporter.caller())
    number = reporter.new_task(call_labels.name_of(function, args, kwargs), place, pool, group)
    if _thread.get_ident() in reporter.threads:
        reporter.report(_SUBMITTED, number)
    else:
        reporter.report_for(STAGE_THREAD, _SUBMITTED, number, 0, place)
    return number


def started(context: RunServices, number: int, function: object = None) -> None:
    """The calling thread begins the task; what it stands at is the function's first line."""
    reporter = context.reporter
    reporter.report_for(reporter.me(), _STARTED, number, 0, call_labels.place_of(function, reporter.files))


class Task:
    """A function that is called once, in a worker of a pool in whichever process, and reports there."""

    __slots__ = ("_by", "_context", "_function", "_names", "number")

    def __init__(self, context: RunServices, function: Callable[..., object], number: int, by: int = 0) -> None:
        self._context = context
        self._function = function
        self._by = by  # identity of the thread of this process that handed it over; 0: another one's
        self._names = late_names_of(context).handed_over(function) if by else None
        self.number = number

    def __call__(self, *args: object, **kwargs: object) -> object:
        context = self._context
        started(context, self.number, self._function)
        if context.away:  # a crash of C code would take along what is not sent yet, and with it which call was lost
            context.channel.flush()
        if self._names:
            late_names_of(context).runs(self._function, self._names, context.reporter.me(), self.number)
        try:
            result = self._function(*args, **kwargs)
        except BaseException as error:
            failed(context, self.number, error)
            raise
        else:
            done(context, self.number)
        finally:
            late_names_of(context).ended(code_of(self._function) if self._names else None)
            if context.away:  # whoever has the result may end this process at once
                for look in context.last_looks:
                    look()
                context.channel.flush()
        if self._by == _thread.get_ident():  # whoever hands a task to himself has its result, and is no idle worker
            context.reporter.report(RESULT.got, self.number)
        return result

    def __reduce__(self) -> tuple[object, ...]:
        """In a process that is watched it is this task, in any other the function alone."""
        if is_watched(self._context):
            return recipe(self._context, what="task", value=whole(self._context, self._function), number=self.number)
        return operator.getitem, ((self._function,), 0)


class Many:
    """A function that is called for each item of several, in workers in whichever process; an item knows its task."""

    __slots__ = ("_context", "_function", "_many")

    def __init__(self, context: RunServices, function: Callable[..., object], many: bool) -> None:
        self._context = context
        self._function = function
        self._many = many  # an item holds all arguments of a call

    def __call__(self, item: tuple[int, Any]) -> object:
        number, given = item
        task = Task(self._context, self._function, number)
        return task(*given) if self._many else task(given)

    def __reduce__(self) -> tuple[object, ...]:
        return recipe(self._context, what="many", value=self._function, many=self._many)


def wrap(
    context: RunServices,
    function: Callable[..., object],
    args: Sequence[object] = (),
    kwargs: Mapping[str, object] | None = None,
    *,
    place: int = 0,
    group: int = 0,
) -> Task:
    """A task for one call of a function with these arguments, handed over now. It is called with them."""
    number = submitted(context, function, args, kwargs, place=place, group=group)
    return Task(context, function, number, _thread.get_ident())


def clean(error: BaseException | None) -> None:
    """Takes the engine's frames out of the text of a traceback that came with an exception from another process."""
    while error is not None:
        text = getattr(error, "tb", None)
        if isinstance(text, str):
            error.tb = _OURS.sub("", text)  # type: ignore[attr-defined]  # it has one
        error = error.__cause__


@contextmanager
def asking(
    report: Report, ids: Iterable[int], number: int = 0, no_error: tuple[type[BaseException], ...] = ()
) -> Iterator[None]:
    """Meanwhile results of tasks are asked for: an exception that is raised there is no secret, and of task `number`.

    It may be of any of `ids`, for whom it is 0. `no_error` is raised where no task has failed.
    """
    try:
        yield
    except BaseException as error:
        if not issubclass(type(error), (GeneratorExit, *no_error)):
            clean(error)
            report(RAISED, number)
            for one in ids:
                if one != number:
                    report(SEEN, one)
        raise


def one_by_one(report: Report, results: Iterator[object], number: int = 0) -> Iterator[object]:
    """The same results; each is seen to be waited for, as what is handed over under this number."""
    while True:
        report(RESULT.want, number)
        try:
            result = next(results)
        except StopIteration:
            return
        finally:
            report(RESULT.got, number)
        yield result


def done(context: RunServices, number: int) -> None:
    """The calling thread has done the task."""
    reporter = context.reporter
    reporter.report_for(reporter.me(), _DONE, number)


def failed(context: RunServices, number: int, error: BaseException, thread: int | None = None) -> None:
    """The task raised, in the calling thread or in thread number `thread`."""
    if issubclass(type(error), Cancelled):
        return  # what goes wrong after a stop is the stop's doing
    reporter = context.reporter
    text = context.channel.text(exception_report.one_line(error), error=True)
    number_of = reporter.me() if thread is None else thread
    seen_errors_of(context).ended_task(error, number_of, number)
    if isinstance(error, SystemExit):
        context.channel.facts.append(exception_report.exit_fact(reporter, number_of, error, number))
    reporter.report_for(number_of, _FAILED, number, text, exception_report.place_of(reporter, error))
