"""Exceptions that ended no thread: the program printed them while it handled them, or they ended tasks."""

from __future__ import annotations

from engine.stage.control.program_clock import Cancelled
from engine.stage.outcome import exception_report
from engine.stage.run_services import RunServices, one_per_run

MOST = 200  # of either sort that are told; a program may do it in a loop


class SeenErrors:
    """Tells a printed exception once for each thread that prints what it says."""

    def __init__(self, context: RunServices) -> None:
        self._context = context
        self._told: set[tuple[int, str, str]] = set()
        self._tasks = self._printed = 0

    def ended_thread(self, error: BaseException, lane: int) -> None:
        """That is told already: its traceback, which is printed now, says nothing new."""
        said = exception_report.careful_message(error)
        if said is not None:
            self._told.add((lane, exception_report.type_of(error), said))

    def ended_task(self, error: BaseException, lane: int, task: int) -> None:
        """This exception ended a task in this lane."""
        if self._tasks < MOST:
            self._tasks += 1
            context = self._context
            context.channel.facts.append(exception_report.caught(context.reporter, lane, error, task))

    def printed(self, error: BaseException, text: str) -> None:
        """The calling thread handles this exception, and writes this text."""
        if self._printed >= MOST or isinstance(error, Cancelled) or self._context.forked:
            return
        said, kind = exception_report.careful_message(error), exception_report.type_of(error)
        if said is None or (said.strip().split("\n")[0] or kind.rpartition(".")[2]) not in text:
            return
        reporter = self._context.reporter
        lane = reporter.me()
        if (lane, kind, said) not in self._told:
            self._told.add((lane, kind, said))
            self._printed += 1
            self._context.channel.facts.append(exception_report.caught(reporter, lane, error))


@one_per_run
def seen_errors_of(context: RunServices) -> SeenErrors:
    """Those of a run."""
    return SeenErrors(context)
