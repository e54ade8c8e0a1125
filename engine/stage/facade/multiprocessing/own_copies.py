"""What a child changes in its own copies of the program's variables, and what becomes of them in the parent."""

from __future__ import annotations

import linecache
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from types import MethodType
from typing import Any
from zlib import crc32

from engine.protocol.child_writes import ChildWrites, Unshared
from engine.protocol.process_facts import OwnCopyFact, ParentNamesFact
from engine.stage.facade.base import call_labels
from engine.stage.recording import careful_reading
from engine.stage.run_services import RunServices, one_per_run

MOST_ITEMS = 1_000  # of a container that are looked at
LONGEST = 200  # characters of one value
MOST_TOLD = 50  # of one process
MOST_TASKS = 50  # of one process, of which the objects are looked at
_PLAIN = (bool, int, float, str, bytes, type(None))
_SAFELY = ("utf-8", "replace")  # halves of characters, too
_CONTAINERS = (list, dict, set, tuple, frozenset, deque, bytearray)


class _Look:
    """One variable, as it was at the first look."""

    def __init__(self, name: str, read: Callable[[], object], lines: Unshared, attribute: bool) -> None:
        self.name, self.read, self.lines, self.attribute = name, read, lines, attribute
        value = read()
        self.first = self.last = mark_of(value)
        self.before = brief(value)


class OwnCopies:
    """What is known of the program's text and, in a child, of the variables that it began with."""

    def __init__(self, context: RunServices) -> None:
        self._context = context
        self._writes: ChildWrites | None = None
        self._looks: list[_Look] = []
        self._of_task: list[_Look] = []
        self._tasks = 0
        self._told = 0
        context.last_looks.append(self.look)
        context.first_looks.append(self.called)

    @property
    def _text(self) -> ChildWrites:
        """Read once, before the first fork, so that forked children have it."""
        if self._writes is None:
            path = self._context.reporter.namespace.get("__file__")
            self._writes = ChildWrites("".join(linecache.getlines(path)) if isinstance(path, str) else "")
        return self._writes

    def prepare(self) -> None:
        """A process is about to be made."""
        assert self._text is not None

    def begin(self, process: Any) -> None:
        """In a child, before its function is called: `process` is its object."""
        self._told = self._tasks = 0
        self._looks = []
        try:
            self._looks = [*self._look_at(process)]
        except Exception:  # whatever the program's objects are, the child goes on
            pass

    def _look_at(self, process: Any) -> Iterator[_Look]:
        text, space = self._text, self._context.reporter.namespace
        for name, lines in text.names.items():
            if name in space:
                yield _Look(name, lambda name=name: space.get(name), lines, False)  # type: ignore[misc]  # the loop's
        own = vars(process)
        for name, lines in text.attributes.items():
            if not name.startswith("_"):
                yield _Look(name, lambda name=name: own.get(name), lines, True)  # type: ignore[misc]  # as above
        target = own.get("_target")
        code = getattr(getattr(target, "__func__", target), "__code__", None)
        if code is None or code.co_filename not in self._context.reporter.files:
            return
        yield from self._of_its_object(target)
        given = [(-1, getattr(target, "__self__", None)), *enumerate(own.get("_args") or ())]
        for at, value in given:
            if type(value) in _CONTAINERS or (value is not None and type(value).__module__ in _OWN_MODULES):
                known = text.argument(code.co_name, at)
                if known is not None:
                    name, lines = known
                    yield _Look(name, lambda value=value: value, lines, True)  # type: ignore[misc]  # as above

    def _of_its_object(self, function: object) -> Iterator[_Look]:
        """What the text reads later of the object whose method it is."""
        its = getattr(function, "__self__", None)
        kept = careful_reading.dictionary(its) if _fields(its) is not None else None
        for name, lines in self._text.own.items() if kept is not None else ():
            yield _Look(f"self.{name}", lambda name=name: kept.get(name), lines, True)  # type: ignore[misc,union-attr]  # as above

    def called(self, function: object) -> None:
        """In a worker of a pool, before a task: a method's object came with it, and is a copy."""
        self._of_task = []
        if type(function) is MethodType and self._tasks < MOST_TASKS:
            self._tasks += 1
            try:
                self._of_task = [*self._of_its_object(function)]
            except Exception:  # whatever the program's objects are, the task goes on
                pass

    def look(self) -> None:
        """After a child's function or a task of a pool: says what has changed; in the parent, what it is at the end."""
        if not self._context.away:
            self._tell_parent()
        for one in (*self._looks, *self._of_task):
            try:
                value = one.read()
                mark = mark_of(value)
            except Exception:  # another thread changes it now
                continue
            if mark == one.last or self._told >= MOST_TOLD:
                continue
            one.last = mark
            self._told += 1
            reporter, place = self._context.reporter, one.lines
            start = reporter.files.get(str(reporter.namespace.get("__file__")), 0)
            told = OwnCopyFact(
                reporter.ids.main, one.name, one.before, brief(value), one.first, start | place.written,
                start | place.read, self._context.clock.now(), one.attribute,
            )  # fmt: skip
            self._context.channel.facts.append(told)

    def _tell_parent(self) -> None:
        space = self._context.reporter.namespace
        if self._writes is not None and self._writes.names:
            marks: Mapping[str, str] = {name: mark_of(space[name]) for name in self._writes.names if name in space}
            self._context.channel.facts.append(ParentNamesFact(marks))


own_copies_of = one_per_run(OwnCopies)
_OWN_MODULES = ("__main__", "__mp_main__")


def brief(value: object) -> str:
    """A value in a few characters; of an object of the program what it holds."""
    kept = _fields(value)
    return call_labels.brief(kept if kept is not None else value)


def mark_of(value: object) -> str:
    """A text that is another one when the value is; of things inside only what they are, but for plain ones."""
    return repr(value)[:LONGEST] if type(value) in _PLAIN else str(crc32("\0".join(_parts(value, 2)).encode(*_SAFELY)))


def _parts(value: object, depth: int) -> Iterator[str]:
    kind = type(value)
    yield kind.__name__
    if kind in _PLAIN or kind is bytearray:
        yield repr(value)[:LONGEST]
        return
    fields = _fields(value)
    inside: Any = value if kind in _CONTAINERS else fields
    if inside is None or depth == 0:
        return
    yield str(len(inside))
    items = list(dict(inside).items()) if type(inside) is dict else list(inside)
    items = sorted(items, key=str) if kind in (set, frozenset) and all(type(one) in _PLAIN for one in items) else items
    for item in islice(items, MOST_ITEMS):
        for one in item if type(inside) is dict else (item,):
            yield from _parts(one, depth - 1)


def _fields(value: object) -> dict[str, object] | None:
    """The attributes of an object of the program, where it keeps them as Python does by itself."""
    if type(value).__module__ not in _OWN_MODULES or issubclass(type(value), type):
        return None
    kept = careful_reading.dictionary(value)
    return None if kept is None else {name: one for name, one in kept.items() if not name.startswith("_stage")}
