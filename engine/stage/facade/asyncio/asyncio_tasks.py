"""Tasks of asyncio: each is a lane of its own, and what its thread reports during its steps is the task's."""

from __future__ import annotations

import _thread
import asyncio
import inspect
from collections.abc import Callable, Generator
from dataclasses import replace
from types import CodeType, CoroutineType, FrameType
from typing import Any

from engine.protocol.messages import ExceptionFact, LaneKind
from engine.protocol.records import Kind, what
from engine.stage import cpython
from engine.stage.control.program_clock import Cancelled
from engine.stage.facade.base import call_labels
from engine.stage.outcome import exception_report
from engine.stage.run_services import RunServices

DEEPEST = 60  # coroutines that are looked through for a line of the program

LOOKED_AT = 100  # handles of a loop, the last ones
_TAKES = frozenset({  # what is called at the end of a task, of who asks for its exception; versions differ
    "TaskWakeupMethWrapper", "Task.task_wakeup", "Task.__wakeup", "_release_waiter", "_run_until_complete_cb",
    "shield.<locals>._inner_done_callback", "as_completed.<locals>._on_completion",
    "_AsCompletedIterator._handle_completion", "TaskGroup._on_task_done",
})  # fmt: skip

_CREATED = what(Kind.THREAD_CREATED)
_RUNNING = what(Kind.THREAD_RUNNING)
_ENDED = what(Kind.THREAD_ENDED)
_AWAIT = what(Kind.AWAIT)
_AWAITED = what(Kind.AWAITED)
_CONDITION_WAIT = what(Kind.CONDITION_WAIT)
_LOCK = asyncio.Lock.acquire.__code__  # also of a condition whose wait is over
_WAITS = {  # coroutines of asyncio in which a task waits for the object that they belong to
    getattr(asyncio, name).__dict__[method].__code__: kind
    for name, method, kind in (
        ("Event", "wait", Kind.EVENT_WAIT),
        ("Condition", "wait", Kind.CONDITION_WAIT),
        ("Semaphore", "acquire", Kind.SEMAPHORE_WANT),
        ("Barrier", "wait", Kind.BARRIER_WAIT),
        ("Queue", "get", Kind.QUEUE_WANT_GET),
        ("Queue", "put", Kind.QUEUE_WANT_PUT),
        ("Queue", "join", Kind.QUEUE_WANT_JOIN),
    )
    if hasattr(asyncio, name)
}
_HOUSEKEEPING = tuple(  # coroutines that asyncio itself runs at the end of a loop
    getattr(asyncio.BaseEventLoop, name).__code__ for name in ("shutdown_asyncgens", "shutdown_default_executor")
)


def code_of(coro: object) -> CodeType | None:
    """The code of a coroutine or of a generator that is one; None of what has none."""
    code: CodeType | None = getattr(coro, "cr_code", None) or getattr(coro, "gi_code", None)
    return code


def name_of(coro: object) -> str:
    """Such as "fetch(3)", for a coroutine that has not begun."""
    code, frame = code_of(coro), getattr(coro, "cr_frame", None) or getattr(coro, "gi_frame", None)
    if frame is None or code is None:
        return call_labels.name_of(coro)
    found = frame.f_locals
    count = code.co_argcount + code.co_kwonlyargcount
    args = [found[name] for name in code.co_varnames[:count] if name != "self" and name in found]
    if code.co_flags & inspect.CO_VARARGS:
        args += found.get(code.co_varnames[count], ())
    return call_labels.name_of(coro, args)


class LoopTask(asyncio.Task):  # type: ignore[type-arg]  # of whatever the program's coroutine returns
    """A task that reports its life. A task whose coroutine is none of Python's code has no lane."""

    _stage: RunServices
    _source_traceback: list[object] | None
    _stage_lane = 0
    _stage_began = False
    _stage_place = 0  # where it waits, or begins
    _stage_awaits: object = None  # the event, queue or the like for which it waits, where that is seen
    _stage_wants = 0  # in which way: a `Kind`
    _stage_breaks = False  # somebody has cancelled it since its last step
    _stage_made = 0  # nanoseconds of program time
    _stage_died: ExceptionFact | None = None
    _stage_cancelled = False  # somebody has asked it to end

    def __init__(self, coro: Any, **kwargs: Any) -> None:
        eager = bool(kwargs.get("eager_start"))
        if eager and asyncio.iscoroutine(coro):  # its first step is made before the next line ends
            self._stage_declare(coro, kwargs.get("name"))
            self._stage_step(lambda: super(LoopTask, self).__init__(coro, **kwargs))
            return
        super().__init__(coro, **kwargs)
        self._stage_declare(coro, kwargs.get("name"))

    def _stage_declare(self, coro: object, name: object) -> None:
        code = code_of(coro)
        if code is None or code in _HOUSEKEEPING:
            return
        reporter = self._stage.reporter
        self._stage_lane = reporter.new_thread(str(name) if name else name_of(coro), True, LaneKind.TASK)
        self._stage_place = reporter.files.get(code.co_filename, 0)
        if self._stage_place:
            self._stage_place |= code.co_firstlineno
        self._stage_made = self._stage.clock.now()
        self._stage.task_locks.add(self)
        reporter.report(_CREATED, self._stage_lane)

    def cancel(self, *args: Any, **kwargs: Any) -> bool:
        self._stage_cancelled = self._stage_breaks = True
        return super().cancel(*args, **kwargs)

    def __await__(self) -> Generator[Any, None, Any]:
        self._stage_asked()
        return super().__await__()

    def result(self) -> Any:
        self._stage_asked()
        return super().result()

    def exception(self) -> BaseException | None:
        self._stage_asked()
        return super().exception()

    def _stage_asked(self) -> None:
        """A line of the program takes what this task ended with: its exception is not lost."""
        died = self._stage_died
        if died is not None and not died.handed_on:
            code = cpython.frame_at(2).f_code
            if code.co_filename in self._stage.reporter.files:
                self._stage_died = replace(died, handed_on=True)
                self._stage.channel.facts.append(self._stage_died)

    def set_name(self, value: object, /) -> None:
        super().set_name(value)
        if self._stage_lane:
            self._stage.reporter.declare_thread(self._stage_lane, self.get_name(), True, LaneKind.TASK)

    def _stage_step(self, go: Callable[[], None]) -> None:
        """Lets the task go on until it waits or ends; meanwhile its thread is in its lane."""
        lane = self._stage_lane
        if not lane:
            go()
            return
        reporter = self._stage.reporter
        threads, ident = reporter.threads, _thread.get_ident()
        before = threads.get(ident)
        threads.lend(ident, lane)
        reporter.processor.step_begins(before or 0, lane)
        reporter.report_for(lane, _AWAITED if self._stage_began else _RUNNING, 0, 0, self._stage_place)
        self._stage_began = True
        self._stage_goes_on()
        try:
            go()
        finally:
            if before is None:
                threads.pop(ident, None)
            else:
                threads[ident] = before
            reporter.processor.step_ends(self.done())
            self._stage_pause()
            # A traceback keeps frames, and this one would keep the task: nobody would hear of its exception.
            del self, go

    def _stage_goes_on(self) -> None:
        """What it waited for has come, or it was cancelled."""
        over, breaks = self._stage_awaits, self._stage_breaks
        self._stage_awaits, self._stage_wants, self._stage_breaks = None, 0, False
        goes_on = getattr(over, "_stage_goes_on", None)
        if goes_on is not None:
            goes_on(self._stage_lane, self._stage_place, breaks)

    def _stage_pause(self) -> None:
        """Says that the task waits, where and for what, or how it ended."""
        reporter, lane = self._stage.reporter, self._stage_lane
        if not self.done():
            self._stage_place = place = self._stage_stands_at()
            thing: int = getattr(self._stage_awaits, "_stage_thing", 0)
            if self._stage_wants == Kind.CONDITION_WAIT:
                reporter.report_for(lane, _CONDITION_WAIT, thing, 0, place)
            reporter.report_for(lane, _AWAIT, thing, self._stage_wants, place)
            return
        error = None if self.cancelled() else self._exception  # to call exception() would say that somebody cares
        if error is None or issubclass(type(error), (Cancelled, SystemExit)):
            reporter.report_for(lane, _ENDED)
            return
        died = replace(exception_report.fact(reporter, lane, error), handed_on=self._stage_is_taken())
        self._stage_died = died
        self._stage.channel.facts.append(died)
        text = self._stage.channel.text(exception_report.one_line(error), error=True)
        reporter.report_for(lane, what(Kind.THREAD_DIED), 0, text, died.place)

    def _stage_is_taken(self) -> bool:
        """Whether somebody waits for what it ended with; what that one is called by waits already for its turn."""
        ready = list(getattr(self.get_loop(), "_ready", ()))[-LOOKED_AT:]
        called = [one._callback for one in ready if getattr(one, "_args", None) and one._args[0] is self]
        return any(map(_takes, called))

    def _stage_stands_at(self) -> int:
        """The deepest line of the program at which its coroutine, or one that it awaits, stands. Notes for what."""
        files = self._stage.reporter.files
        place = 0
        inner: object = self.get_coro()
        for _ in range(DEEPEST):
            if type(inner) is CoroutineType:  # the others are rare, and cost more to ask
                frame, inner = inner.cr_frame, inner.cr_await
            else:
                frame, inner = _stands(inner)
            if frame is None:
                break
            file = files.get(frame.f_code.co_filename)
            if file is not None:
                place = file | (frame.f_lineno or 0)
            elif frame.f_code in _WAITS:
                self._stage_notes(frame)
            elif frame.f_code is _LOCK:
                self._stage_awaits, self._stage_wants = None, 0
        return place

    def _stage_notes(self, frame: FrameType) -> None:
        """It waits in this coroutine of asyncio; what asyncio uses inside of its own has no number."""
        one = frame.f_locals.get("self")
        if hasattr(one, "_stage_thing"):
            self._stage_awaits, self._stage_wants = one, int(_WAITS[frame.f_code])


def _takes(callback: object) -> bool:
    """Whether what asyncio calls at the end of a task hands its exception to the program."""
    name = getattr(getattr(callback, "func", callback), "__qualname__", type(callback).__name__)
    if not name.endswith("gather.<locals>._done_callback"):
        return name in _TAKES
    known = inspect.getclosurevars(callback).nonlocals  # type: ignore[arg-type]  # a function
    outer = known.get("outer")  # which has its exception already where another one failed before
    return bool(known.get("return_exceptions")) or (isinstance(outer, asyncio.Future) and not outer.done())


def _stands(inner: object) -> tuple[FrameType | None, object]:
    """The frame of a generator or of another language's coroutine, and what it awaits; None of what has none."""
    for frame, awaits in (("gi_frame", "gi_yieldfrom"), ("ag_frame", "ag_await"), ("cr_frame", "cr_await")):
        found = getattr(inner, frame, None)
        if found is not None:
            return found, getattr(inner, awaits, None)
    return None, None
