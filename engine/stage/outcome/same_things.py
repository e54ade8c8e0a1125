"""One list, dict or object that several threads are given, each as if it were its own."""

from __future__ import annotations

import ast
import re
import weakref
from collections.abc import Iterator, Sequence
from types import CodeType, FrameType, FunctionType, MethodType
from typing import NamedTuple

from engine.protocol.mistakes import Mistake
from engine.stage.outcome.mistakes import Mistakes, mistakes_of
from engine.stage.outcome.text_of_calls import calls_at, loop_around, parents_of
from engine.stage.run_services import RunServices, one_per_run

_GROWS = frozenset({"append", "extend", "insert", "add", "update", "setdefault", "appendleft"})
_MEANT = re.compile("cache|memo|seen|^_|lock|queue|shared|counter|stats|result|log", re.IGNORECASE)
_MUTABLE = (list, dict, set, bytearray)
_PLAIN = (bool, int, float, str, bytes, type(None))
_LONGEST = 1000  # of a list that is looked through
_ABSENT = object()


class _Site(NamedTuple):
    """An argument of a line that makes a thread in a loop."""

    at: int  # its position in `args`
    name: str  # what is handed over, or the list that it is taken from
    key: object = _ABSENT  # that the loop gives a value, of an item
    attribute: str = ""  # or of an attribute
    line: int = 0  # where it does so; 0: it takes the item of its turn out of a list


class _Given(NamedTuple):
    """What was handed over last."""

    identity: int
    value: object  # of the key or the attribute
    thread: weakref.ref[object]
    lane: int


class SameThings:
    """Looks at what threads are given where they are made."""

    def __init__(self, context: RunServices) -> None:
        self._reporter = context.reporter
        self._mistakes: Mistakes = mistakes_of(context)
        self._sites: dict[int, tuple[_Site, ...]] = {}  # by place
        self._last: dict[tuple[int, int], _Given] = {}  # by place and position
        self._defaults: dict[tuple[str, int], tuple[str, ...]] = {}  # of a function: parameters with what it changes
        self._users: dict[tuple[str, int, str], int] = {}  # parameter -> the first lane; 0: it was told

    def handed_over(self, function: object, args: object, kwargs: object, thread: object, lane: int) -> None:
        """A thread is made that is to call this with these."""
        args = args if isinstance(args, (tuple, list)) else ()
        bare = function.__func__ if type(function) is MethodType else function
        if type(bare) is FunctionType and bare.__code__.co_filename in self._reporter.files:
            self._look_at_defaults(bare, args, kwargs, lane, type(function) is MethodType)
        frame = self._reporter.caller()
        place = self._reporter.place_of(frame)
        if frame is None or not place or not args:
            return
        sites = self._sites.get(place)
        if sites is None:
            sites = self._sites[place] = tuple(self._sites_of(frame))
        for site in sites:
            if site.at < len(args):
                if site.line:
                    self._look_at(site, frame, args[site.at], thread, lane)
                else:
                    self._look_at_item(site, frame, args[site.at], lane)

    def _sites_of(self, frame: FrameType) -> Iterator[_Site]:
        tree = self._mistakes.tree(frame.f_code.co_filename)
        for call in calls_at(tree, frame.f_lineno or 0) if tree is not None else ():
            given = next((one.value for one in call.keywords if one.arg == "args"), None)
            loop = loop_around(call, parents_of(tree)) if tree is not None else None
            if loop is None or not isinstance(given, (ast.Tuple, ast.List)):
                continue
            turns, body = loop
            for at, one in enumerate(given.elts):
                if isinstance(one, ast.Name):
                    yield from _changed_in(body, one.id, at)
                elif isinstance(one, ast.Subscript) and getattr(one.slice, "id", "") in turns:
                    yield _Site(at, getattr(one.value, "id", ""))

    def _look_at_item(self, site: _Site, frame: FrameType, given: object, lane: int) -> None:
        whole = frame.f_locals.get(site.name, frame.f_globals.get(site.name))
        if not isinstance(whole, list) or len(whole) > _LONGEST or type(given) not in _MUTABLE:
            return
        if sum(one is given for one in whole) > 1:
            place = self._reporter.place_of(frame)
            self._mistakes.tell(Mistake.SAME_REPEATED, lane, place, site.name, type(given).__name__)

    def _look_at(self, site: _Site, frame: FrameType, given: object, thread: object, lane: int) -> None:
        place = self._reporter.place_of(frame)
        now = _Given(id(given), _value(site, given), weakref.ref(thread), lane)
        last = self._last.get((place, site.at))
        self._last[place, site.at] = now
        before = last.thread() if last is not None else None
        if last is None or before is None or _ABSENT in (last.value, now.value):
            return
        if last.identity == now.identity and last.value != now.value and not _has_ended(before):
            changed = place - (frame.f_lineno or 0) + site.line
            for one in (last.lane, lane):
                self._mistakes.tell(Mistake.SAME_CHANGED, one, changed, site.name, type(given).__name__)

    def _look_at_defaults(
        self, function: FunctionType, args: Sequence[object], kwargs: object, lane: int, bound: bool
    ) -> None:
        code, defaults = function.__code__, function.__defaults__ or ()
        if not any(type(one) in _MUTABLE for one in defaults):
            return
        names = code.co_varnames[: code.co_argcount]
        key = code.co_filename, code.co_firstlineno
        if key not in self._defaults:
            self._defaults[key] = tuple(self._grown(code))
        for name, default in zip(names[-len(defaults) :], defaults):
            missing = names.index(name) >= len(args) + bound and name not in (
                kwargs if isinstance(kwargs, dict) else {}
            )
            if not missing or type(default) not in _MUTABLE or name not in self._defaults[key]:
                continue
            user = (*key, name)
            first = self._users.setdefault(user, lane)
            if first != lane:
                place = self._reporter.files[code.co_filename] | code.co_firstlineno
                for one in (first, lane) if first else (lane,):
                    self._mistakes.tell(Mistake.SAME_DEFAULT, one, place, name, type(default).__name__)
                self._users[user] = 0

    def _grown(self, code: CodeType) -> Iterator[str]:
        """Parameters of which the text changes what they stand for, and that are not called as if it was meant so."""
        tree = self._mistakes.tree(code.co_filename)
        for node in ast.walk(tree) if tree is not None else ():
            first = (
                min([node.lineno, *(one.lineno for one in node.decorator_list)])
                if isinstance(node, ast.FunctionDef)
                else 0
            )
            if first == code.co_firstlineno:
                for part in ast.walk(node):
                    name = _changes(part)
                    if name and not _MEANT.search(name):
                        yield name


@one_per_run
def same_things_of(context: RunServices) -> SameThings:
    """That of a run."""
    return SameThings(context)


def _changes(node: ast.AST) -> str:
    """The name of what a part of a text changes in place."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _GROWS:
        return getattr(node.func.value, "id", "")
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        return getattr(node.value, "id", "")
    return ""


def _changed_in(body: list[ast.stmt], name: str, at: int) -> Iterator[_Site]:
    """Where each turn of a loop gives an item or an attribute of what `name` stands for another value."""
    inside = [node for one in body for node in ast.walk(one)]
    if any(isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Store) for one in inside):
        return
    for node in inside:
        if (
            isinstance(getattr(node, "ctx", None), ast.Store)
            and getattr(getattr(node, "value", None), "id", "") == name
        ):
            if isinstance(node, ast.Attribute):
                yield _Site(at, name, attribute=node.attr, line=node.lineno)
                return
            index = getattr(node, "slice", None)
            index = getattr(index, "value", index)
            if isinstance(index, (str, int)):
                yield _Site(at, name, key=index, line=getattr(node, "lineno", 0))
                return


def _value(site: _Site, given: object) -> object:
    """What the item or the attribute is now: a plain one, else by its identity. No line of the program is run."""
    found: object = _ABSENT
    if site.attribute:
        try:
            names = object.__getattribute__(given, "__dict__")
        except AttributeError:
            return _ABSENT
        found = names.get(site.attribute, _ABSENT) if type(names) is dict else _ABSENT
    elif type(given) is dict:
        found = given.get(site.key, _ABSENT)
    elif type(given) is list and isinstance(site.key, int) and site.key < len(given):
        found = given[site.key]
    return found if found is _ABSENT else (type(found), found if type(found) in _PLAIN else id(found))


def _has_ended(thread: object) -> bool:
    """Of one that was started: of one that was not, it is still to come."""
    started = getattr(thread, "_started", None)
    alive = getattr(thread, "is_alive", None)
    return bool(started is not None and started.is_set() and alive is not None and not alive())
