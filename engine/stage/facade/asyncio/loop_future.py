"""What `run_coroutine_threadsafe` returns: waiting for it is seen, and a loop that waits for itself is told."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import _base
from typing import Any

from engine.protocol.loop_messages import LoopSelfWaitFact
from engine.stage.facade.asyncio.asyncio_tasks import name_of
from engine.stage.facade.futures.executors import FacadeFuture, tools_of
from engine.stage.run_services import RunServices


class LoopFuture(FacadeFuture):
    """The future of a coroutine that another thread's loop runs."""

    _stage_loop: asyncio.AbstractEventLoop
    _stage_name: str
    _stage_told = False

    def _stage_wait(self, timeout: float | None) -> None:
        own = _running_loop() is self._stage_loop
        if own and not self.done() and not self._stage_told and (timeout is None or timeout > 0):
            self._stage_told = True
            context = self._stage
            reporter = context.reporter
            place = reporter.place_of(reporter.caller())
            told = LoopSelfWaitFact(reporter.me(), place, context.clock.now(), self._stage_name, timeout is not None)
            context.channel.facts.append(told)
        super()._stage_wait(timeout)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:  # the calling thread runs none
        return None


def make_run_coroutine_threadsafe(context: RunServices) -> Callable[..., object]:
    """The function of asyncio; the future is a real one that reports."""
    real: Callable[..., Any] = asyncio.run_coroutine_threadsafe
    kind: Any = tools_of(context).kind_of(LoopFuture)

    @functools.wraps(real)
    def run_coroutine_threadsafe(coro: object, loop: asyncio.AbstractEventLoop) -> object:
        name = name_of(coro) if asyncio.coroutines.iscoroutine(coro) else ""
        future: Any = real(coro, loop)
        made: type = type(future)
        if made is _base.Future:
            future.__class__ = kind
            reporter = context.reporter
            future._stage_tasks = (reporter.new_task(name, reporter.place_of(reporter.caller())),)
            future._stage_loop, future._stage_name = loop, name
        return future

    return run_coroutine_threadsafe
