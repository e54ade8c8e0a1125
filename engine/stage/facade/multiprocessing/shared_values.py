"""Value of `multiprocessing`: what is added to it is counted, so that it is known what was lost without its lock."""

from __future__ import annotations

import _thread
import ast
import ctypes
import linecache
from collections.abc import Callable
from multiprocessing import context as contexts
from multiprocessing import sharedctypes
from typing import Any, SupportsIndex

from engine.protocol.process_facts import SharedValueFact
from engine.protocol.program_text import UNREADABLE, parse
from engine.stage import cpython
from engine.stage.facade.base.binding import bind
from engine.stage.processes.pickling import recipe
from engine.stage.run_services import RunServices, one_per_run

MODULE = "multiprocessing.sharedctypes"
LEAST = 4  # bytes: what is smaller may have begun again at 0
MOST = 50  # values of one run that are counted

_SUMS = ("added", "count", "unlocked")  # of a use
_real: Any = sharedctypes.Synchronized
_GET, _SET = _real.value.fget, _real.value.fset


class _Use:
    """What one thread did with one value."""

    __slots__ = ("added", "count", "other", "place", "read", "unlocked")

    def __init__(self) -> None:
        self.read: object = None  # what it read last, and has not written since
        self.added = self.count = self.unlocked = self.place = 0
        self.other = False  # it has written what is no sum with what was there


class _Account:
    """What is known here of one value: `first` is what it was made with, where that was in this process."""

    def __init__(self, thing: int, inner: Any, first: int | None) -> None:
        self.thing, self.inner, self.first = thing, inner, first
        self.uses: dict[int, _Use] = {}  # by the identity of a thread
        self.told: tuple[int, ...] = ()


class ValueWatch:
    """The values of one run as this process uses them."""

    def __init__(self, context: RunServices) -> None:
        self._context = context
        self._accounts: list[_Account] = []
        self._lines: dict[str, set[int]] = {}  # file -> lines that add to something's value
        context.last_looks.append(self.look)
        context.after_fork.append(self._fork)

    def _fork(self) -> None:
        for account in self._accounts:
            account.uses.clear()
            account.first, account.told = None, ()

    def account(self, thing: int, inner: Any, first: int | None) -> _Account | None:
        """For a value that this process has from now on; None for one too many."""
        if len(self._accounts) >= MOST:
            return None
        made = _Account(thing, inner, first)
        self._accounts.append(made)
        return made

    def adds(self, path: str, line: int) -> bool:
        """Whether this line of the program adds to something's value."""
        lines = self._lines.get(path)
        if lines is None:
            lines = self._lines[path] = _adding("".join(linecache.getlines(path)))
        return line in lines

    def look(self) -> None:
        """Says of each value what this process has done with it, and of its own ones what they are."""
        context = self._context
        for one in self._accounts:
            uses = list(one.uses.values())
            added, count, unlocked = (sum(getattr(use, name) for use in uses) for name in _SUMS)
            other, place = any(use.other for use in uses), next((use.place for use in uses if use.place), 0)
            last = one.inner.value if one.first is not None else 0
            known = (added, count, unlocked, other, place, last)
            if known != one.told and (one.first is not None or count or other):
                one.told = known
                lane, now = context.reporter.ids.main, context.clock.now()
                told = SharedValueFact(one.thing, lane, added, count, unlocked, other, place, now, one.first, last)
                context.channel.facts.append(told)


watch_of = one_per_run(ValueWatch)


class FacadeValue:
    """Stands before the real class of a whole number with its lock."""

    _stage: RunServices
    _stage_account: _Account
    _lock: Any
    _obj: object

    @property
    def value(self) -> object:
        """As the real one."""
        got: object = _GET(self)
        use = self._stage_use()
        use.read = got
        return got

    @value.setter
    def value(self, new: Any) -> None:
        use = self._stage_use()
        read, use.read = use.read, None
        _SET(self, new)
        frame = cpython.frame_at(1)
        if (
            type(new) is int
            and type(read) is int
            and watch_of(self._stage).adds(frame.f_code.co_filename, frame.f_lineno)
        ):
            use.added += new - read
            use.count += 1
            if not _holds(self._lock):
                use.unlocked += 1
                use.place = use.place or self._stage.reporter.place_of(frame)
        else:
            use.other = True

    def _stage_use(self) -> _Use:
        uses, ident = self._stage_account.uses, _thread.get_ident()
        use = uses.get(ident)
        if use is None:
            use = uses.setdefault(ident, _Use())
        return use

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[object, ...]:
        _, given = _real.__reduce__(self)  # refuses where the real one refuses
        return _Rebuild(self._stage, self._stage_account.thing), given


class _Rebuild:
    """Stands for the function that makes the same value in another process."""

    def __init__(self, context: RunServices, thing: int) -> None:
        self._context, self._thing = context, thing

    def __call__(self, inner: object, lock: object) -> object:
        made = sharedctypes.synchronized(inner, lock)  # type: ignore[call-overload]  # of the same inner class
        return seen(self._context, made, self._thing, None)

    def __reduce__(self) -> tuple[object, ...]:
        return recipe(self._context, what="value", module=MODULE, path=["synchronized"], number=self._thing)


def rebuild(context: RunServices, number: int) -> Callable[..., object]:
    """In another process that is watched: what makes the value of this number."""
    return _Rebuild(context, number)


@one_per_run
def _kind(context: RunServices) -> type:
    return bind(
        context, "Synchronized", (FacadeValue, _real), MODULE, __reduce_ex__=FacadeValue.__reduce_ex__
    )  # fmt: skip


def seen(context: RunServices, made: Any, thing: int, first: int | None) -> object:
    """The same value, counted from here on."""
    account = watch_of(context).account(thing, made._obj, first)
    if account is not None:
        made.__class__ = _kind(context)
        made._stage_account = account
    return made


def maker(context: RunServices) -> Callable[..., object]:
    """Makes values, as the method of a context does: those of whole numbers that have a lock are counted."""
    watch_of(context)

    def value(*args: object, ctx: contexts.BaseContext, **kwargs: object) -> object:
        make: Any = ctx.Value
        made: Any = make(*args, **kwargs)
        if type(made) is not _real or type(made._obj.value) is not int or ctypes.sizeof(made._obj) < LEAST:
            return made
        thing, _ = context.reporter.new_thing("Value", switch=False)
        return seen(context, made, thing, made._obj.value)

    return value


def _holds(lock: Any) -> bool:
    """Whether the calling thread has this lock."""
    is_mine = getattr(getattr(lock, "_semlock", lock), "_is_mine", None)
    return is_mine is None or bool(is_mine())


def _adding(text: str) -> set[int]:
    """Lines with an augmented assignment to an attribute `value`."""
    try:
        tree = parse(text)
    except UNREADABLE:
        return set()
    found = [
        node for node in ast.walk(tree) if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Attribute)
    ]
    adds = [node for node in found if node.target.attr == "value" and isinstance(node.op, (ast.Add, ast.Sub))]  # type: ignore[union-attr]  # as above
    return {line for node in adds for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
