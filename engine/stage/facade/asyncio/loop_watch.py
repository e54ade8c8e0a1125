"""What goes wrong with an event loop: a step that keeps it from others, a call from another thread, a task cut off."""

from __future__ import annotations

import _thread
import ast
import asyncio
import itertools
import linecache
import selectors
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from engine.protocol.loop_messages import LoopBlockedFact, LoopStrayFact, TaskCutFact
from engine.protocol.units import SECOND
from engine.stage import cpython
from engine.stage.facade.asyncio.asyncio_tasks import LoopTask, code_of
from engine.stage.run_services import RunServices, one_per_run

if TYPE_CHECKING:
    from types import CodeType

LONG = 100_000_000  # nanoseconds of program time that a step takes which is worth a word
LATE = LONG // 2  # nanoseconds that a timer had to wait for it
LOOKED_AT = 100  # handles and timers of a loop that are looked through
NAMED = 4  # tasks that are named as kept waiting
MOST_BLOCKED, MOST_STRAY, MOST_CUT = 200, 50, 20  # of one run

_THREADSAFE = asyncio.BaseEventLoop.call_soon_threadsafe.__code__


class LoopWatch:
    """What is told of all loops of one run."""

    def __init__(self, context: RunServices) -> None:
        self._context = context
        self._blocked = self._cut = 0
        self._strays: dict[int, LoopStrayFact] = {}  # by the identity of a handle that waits to be called
        self._kinds: dict[type, type] = {}  # of a handle -> the same that tells when it is called
        self._stray = 0

    # a step that was long

    def was_long(self, loop: Any, lane: int, began: int, waited: int) -> None:
        """A step, or a call for the `lane` 0, has ended; `waited` handles were waiting for their turn when it began."""
        context = self._context
        until = context.clock.now()
        if until - began < LONG or self._blocked >= MOST_BLOCKED:
            return
        due = [*self._due(loop, until, waited)]
        if due or _has_arrived(loop):
            self._blocked += 1
            lanes = tuple(dict.fromkeys(one for one in due if one))[:NAMED]
            context.channel.facts.append(LoopBlockedFact(lane or context.reporter.me(), began, until, lanes))

    @staticmethod
    def _due(loop: Any, until: int, waited: int) -> Iterator[int]:
        """Lanes of tasks that could have gone on long before, 0 for what is none."""
        for number, handle in enumerate(itertools.islice(list(loop._ready), LOOKED_AT)):
            task: Any = getattr(handle._callback, "__self__", None)
            known = task._stage_lane if isinstance(task, LoopTask) else 0
            if not handle._cancelled and (number < waited or (known and 0 < task._stage_made <= until - LONG)):
                yield known
        late = loop.time() - LATE / SECOND
        for timer in loop._scheduled[:LOOKED_AT]:
            if not timer._cancelled and timer._when <= late:
                yield from _lanes_behind(timer._args or ()) or (0,)

    # a call from another thread

    def handed_over(self, loop: Any, handle: asyncio.Handle) -> None:
        """The calling thread, which does not run this loop, gives it something to call: looks whether it may."""
        if cpython.frame_at(2).f_code is _THREADSAFE or self._stray >= MOST_STRAY:
            return
        if not self._strays_in(loop._thread_id, handle):
            return
        kind = type(handle)
        if kind not in self._kinds:
            self._kinds[kind] = type(kind.__name__, (_StrayHandle, kind), {"__slots__": ()})
        handle.__class__ = self._kinds[kind]

    def stops(self, loop: object) -> None:
        """The calling thread, which does not run this loop, has told it to stop; that does not wake it either."""
        if self._stray < MOST_STRAY:
            self._strays_in(getattr(loop, "_thread_id", None), loop)

    def _strays_in(self, ident: int | None, of: object) -> bool:
        """Tells it, where a line of the program did so in a loop of that thread; `taken` says when it noticed."""
        context = self._context
        reporter = context.reporter
        place, owner = reporter.place_of(reporter.caller(4)), reporter.threads.get(ident or 0)
        if not place or owner is None:
            return False
        self._stray += 1
        fact = LoopStrayFact(self._stray, reporter.me(), owner, place, context.clock.now())
        context.channel.facts.append(fact)
        self._strays[id(of)] = fact
        return True

    def taken(self, handle: object) -> None:
        """The loop calls what another thread gave it, or stops."""
        fact = self._strays.pop(id(handle), None)
        if fact is not None:
            now = self._context.clock.now()
            told = LoopStrayFact(fact.number, fact.thread, fact.loop, fact.place, fact.time, now)
            self._context.channel.facts.append(told)

    # tasks that the end of a loop cancels

    def cut_off(self, loop: asyncio.AbstractEventLoop) -> None:
        """All tasks of this loop are cancelled now, as its last call has ended."""
        if sys.exc_info()[0] is not None:  # what ended the last call is told, and explains the rest
            return
        context = self._context
        left = [task for task in asyncio.all_tasks(loop) if isinstance(task, LoopTask) and task._stage_lane]
        for task in left:
            code = code_of(task.get_coro())
            place = task._stage_place
            if not place or code is None or task._stage_cancelled or self._cut >= MOST_CUT or not _would_end(code):
                continue
            self._cut += 1
            context.channel.facts.append(TaskCutFact(task._stage_lane, place, context.clock.now()))


class _StrayHandle:
    """A handle that another thread made: it says when the loop takes notice."""

    __slots__ = ()

    def _run(self) -> None:
        self._loop._stage_watch.taken(self)  # type: ignore[attr-defined]  # of the handle behind
        super()._run()  # type: ignore[misc]  # as above
        del self


watch_of = one_per_run(LoopWatch)


def is_of_another_thread(loop: Any) -> bool:
    """Whether a thread runs this loop, and it is not the calling one."""
    return loop._thread_id is not None and loop._thread_id != _thread.get_ident()


def _lanes_behind(args: Iterable[object]) -> list[int]:
    """Lanes of the tasks that wait for a future that a timer is about to complete, as asyncio.sleep has it."""
    waiting = (each for one in args if isinstance(one, asyncio.Future) for each in one._callbacks or ())
    tasks = (getattr(callback, "__self__", None) for callback, _ in waiting)
    return [task._stage_lane for task in tasks if isinstance(task, LoopTask) and task._stage_lane]


def _has_arrived(loop: Any) -> bool:
    """Whether something came from outside that the loop has not seen yet. Looking takes nothing away."""
    selector = getattr(loop, "_selector", None)
    if not isinstance(selector, selectors.BaseSelector):
        return False
    try:
        return any(key.fileobj is not loop._ssock for key, _ in selector.select(0))
    except (OSError, ValueError):  # it was closed
        return False


def _would_end(code: CodeType) -> bool:
    """Whether a coroutine's text has no endless loop, and is not what a server calls for each connection.

    What serves for ever is to be cut off; what would have come to an end was forgotten.
    """
    try:
        tree = ast.parse("".join(linecache.getlines(code.co_filename)))
    except (SyntaxError, ValueError, RecursionError):
        return False
    found = None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and "start" in _name(node.func) and "server" in _name(node.func):
            if any(_name(given) == code.co_name for given in node.args):
                return False
        elif _name(node) in ("FIRST_COMPLETED", "as_completed"):  # who is not first may be meant to be cut off
            return False
        elif isinstance(node, ast.AsyncFunctionDef) and node.name == code.co_name:
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            found = node if first == code.co_firstlineno else found
    endless = (ast.AsyncFor, ast.While)
    return found is not None and not any(isinstance(node, endless) and _for_ever(node) for node in ast.walk(found))


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _for_ever(node: ast.AST) -> bool:
    """An `async for`, or a `while` whose condition is no comparison with what its body changes: `while True`."""
    return not isinstance(node, ast.While) or not isinstance(node.test, (ast.Compare, ast.BoolOp))
