"""Exceptions that ended no thread: the program printed them while it handled them, or they ended tasks."""

from __future__ import annotations

import sys

from engine.protocol.pool_facts import PoolThreadFact
from engine.stage.control.program_clock import Cancelled
from engine.stage.outcome import exception_report
from engine.stage.recording.reporter import Reporter
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
        if self._printed >= MOST or issubclass(type(error), Cancelled) or self._context.forked:
            return
        said, kind = exception_report.careful_message(error), exception_report.type_of(error)
        if said is None or (said.strip().split("\n")[0] or kind.rpartition(".")[2]) not in text:
            return
        reporter = self._context.reporter
        lane = reporter.me()
        if (lane, kind, said) not in self._told:
            self._told.add((lane, kind, said))
            self._printed += 1
            self._context.channel.facts.append(
                _of_a_pool(reporter, lane, error) or exception_report.caught(reporter, lane, error)
            )


def _of_a_pool(reporter: Reporter, lane: int, error: BaseException) -> PoolThreadFact | None:
    """The fact where this error ends the thread that receives the results of a pool: Python prints it just now."""
    pools = sys.modules.get("multiprocessing.pool")
    trace = error.__traceback__
    while pools is not None and trace is not None:
        if trace.tb_frame.f_code is pools.Pool._handle_results.__code__:
            break
        trace = trace.tb_next
    if pools is None or trace is None:
        return None
    results = list(trace.tb_frame.f_locals.get("cache", {}).values())
    numbers = tuple(number for number in (getattr(one, "_stage_number", 0) for one in results) if number)
    while trace is not None and trace.tb_frame.f_code.co_filename not in reporter.files:
        trace = trace.tb_next
    callback = "" if trace is None else trace.tb_frame.f_code.co_name
    said, place = exception_report.one_line(error), exception_report.place_of(reporter, error)
    return PoolThreadFact(lane, said, place, callback, numbers, reporter.clock.now())


@one_per_run
def seen_errors_of(context: RunServices) -> SeenErrors:
    """Those of a run."""
    return SeenErrors(context)
