"""The values that the presenter watches: looked at now and then, and at each step of the program's threads."""

from __future__ import annotations

import _thread
import gc
import itertools
import struct
import sys
import time
import types
import weakref
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Union

from engine.protocol.messages import NoWatch, WatchFact
from engine.protocol.records import RECORD, Flag, Kind, what
from engine.protocol.watch_path import MOST_WATCHED, Attribute, NotWatchable, Step, WatchPath, read_path
from engine.stage.recording import careful_reading
from engine.stage.recording.careful_reading import ABSENT, Gap
from engine.stage.recording.reporter import Reporter

MOST_OBJECTS = 6  # of one class, for one expression
MOST_REASONS = 8  # that are told of one value; one that changes without end must not fill the window
SEARCH_PERIOD = 20_000_000  # nanoseconds between two searches for the objects of a class
SEARCH_SHARE = 50  # searching takes at most one part in so many of the stage's time
MOST_ITEMS = 64  # of a list in which an object is looked for, to call it by that
PATIENCE = 0.2  # seconds that the last look waits for another one

_WHOLE, _REAL = what(Kind.WATCHED), what(Kind.WATCHED, Flag.REAL)
_NONE = what(Kind.WATCHED, Flag.FAILED)
_BITS, _DOUBLE = struct.Struct("<q"), struct.Struct("<d")
_perf = time.perf_counter_ns

Found = Union[int, float, Gap]
Last = Union[int, float, Gap, None]


def follow(value: Any, steps: tuple[Step, ...], length: bool) -> Any:
    """What lies at the end of these steps, or a Gap."""
    for step in steps:
        if type(value) is Gap:
            return value
        if isinstance(step, Attribute):
            value = careful_reading.attribute(value, step.name)
        else:
            value = careful_reading.item(value, step.key)
    return value if type(value) is Gap or not length else careful_reading.length(value)


class WatchedValue:
    """One value with an id: what was last said of it."""

    __slots__ = ("_told", "expression", "last", "name", "number", "read")

    def __init__(self, number: int, expression: str, read: Callable[[], Any], name: str = "") -> None:
        self.number, self.expression, self.name, self.read = number, expression, name, read
        self.last: Last = None
        self._told: set[Gap | None] = set()

    def look(self, append: Callable[[bytes], None], tell: Callable[[WatchFact], None], now: Callable[[], int]) -> None:
        """Reports it if it is not what it was."""
        value, last = self.read(), self.last
        if value is last:  # the same object, which is a number or says why there is none
            return
        found = careful_reading.number(value)
        if found == last and type(found) is type(last):
            return
        self.last = found
        gap = found if type(found) is Gap else None
        if gap not in self._told and (last is None or gap) and len(self._told) < MOST_REASONS:
            self.say(tell)
        if last is None and found == ABSENT:
            return  # it is not there yet
        if type(found) is Gap:
            append(RECORD.pack(now(), 0, self.number, 0, _NONE))
        elif type(found) is int:
            append(RECORD.pack(now(), found, self.number, 0, _WHOLE))
        else:
            append(RECORD.pack(now(), _BITS.unpack(_DOUBLE.pack(found))[0], self.number, 0, _REAL))

    def say(self, tell: Callable[[WatchFact], None]) -> None:
        """What it is called, and why it has no value."""
        gap = self.last if type(self.last) is Gap else None
        self._told.add(gap)
        tell(WatchFact(self.number, self.expression, self.name, gap and gap.reason, gap.detail if gap else ""))


class ObjectsOfClass:
    """The objects of one class of the program that are alive: found as the collector does, kept alive by nobody."""

    def __init__(self, kind: type) -> None:
        self.kind = kind
        self._known: dict[int, Callable[[], Any]] = {}  # id -> a weak reference, or what always says that it lives

    def new(self) -> list[Any]:
        """Those that were not there before."""
        self._known = {number: alive for number, alive in self._known.items() if alive() is not None}
        kinds: set[type] = set()
        ahead = [self.kind]
        while ahead:
            kind = ahead.pop()
            if kind not in kinds:
                kinds.add(kind)
                ahead += type.__subclasses__(kind)
        found = [one for one in gc.get_referrers(*kinds) if type(one) in kinds and id(one) not in self._known]
        for one in found:
            self._known[id(one)] = _weak(one) or bool
        return found


def _weak(one: object) -> Callable[[], Any] | None:
    try:
        return weakref.ref(one)
    except TypeError:  # it has slots, and none for this
        return None


def name_in(names: Mapping[str, Any], wanted: object) -> str:
    """What the program's module calls an object: by a name, or as an item of a list or a dictionary; "" if neither."""
    try:
        shown = [(name, value) for name, value in list(names.items()) if not name.startswith("__")]
        nested = [
            (f"{name}[{key!r}]", one)
            for name, value in shown
            for key, one in _items(value)
            if type(key) is int or type(key) is str
        ]
    except RuntimeError:  # it grew meanwhile
        return ""
    return next((name for name, one in [*shown, *nested] if one is wanted), "")


def _items(value: object) -> list[tuple[object, object]]:
    if type(value) is list or type(value) is tuple:
        return list(enumerate(value[:MOST_ITEMS]))
    return list(value.items()) if type(value) is dict and len(value) <= MOST_ITEMS else []


class Watch:
    """One expression, and the values that it means: one, or one for each object of a class."""

    def __init__(self, path: WatchPath, reporter: Reporter, names: Mapping[str, Any]) -> None:
        self.path, self._reporter, self._names = path, reporter, names
        self.own = WatchedValue(reporter.ids.thing(), path.text, self._reader())
        self.values: tuple[WatchedValue, ...] = (self.own,)
        self._objects: ObjectsOfClass | None = None
        self._count = itertools.count(1)
        self._full = False
        self._nameless: list[tuple[WatchedValue, Callable[[], Any]]] = []

    def _reader(self) -> Callable[[], Any]:
        """What reads its value: for a plain name as little as can be, for it is asked at each record."""
        get, name, steps, length = self._names.get, self.path.root, self.path.steps, self.path.length
        if not steps and not length:
            return lambda: get(name, ABSENT)
        return lambda: follow(self._root(), steps, length)

    def _root(self) -> Any:
        """What its first name means: the program's own, or a module beside it that it has read."""
        found = self._names.get(self.path.root, ABSENT)
        if found is ABSENT:
            module = sys.modules.get(self.path.root)
            file = vars(module).get("__file__") if type(module) is types.ModuleType else None
            return module if type(file) is str and file in self._reporter.files else ABSENT
        return found

    def search(self, tell: Callable[[WatchFact], None]) -> None:
        """Looks for objects of the class that the expression begins with, if it begins with one."""
        kind, steps = self._root(), self.path.steps
        if not steps or not isinstance(steps[0], Attribute) or not issubclass(type(kind), type):
            return
        if self._objects is None or self._objects.kind is not kind:
            self._objects = ObjectsOfClass(kind)
        shared = careful_reading.has_in_class(kind, steps[0].name)
        named = [(name_in(self._names, one), one) for one in self._objects.new()]
        for _, one in sorted(named, key=lambda pair: (not pair[0], pair[0])):
            if not shared or careful_reading.stored(one, steps[0].name):  # else it has the class's own
                self._add(one, kind, tell)
        self._nameless = [(value, alive) for value, alive in self._nameless if not self._rename(value, alive, tell)]

    def _add(self, one: object, kind: type, tell: Callable[[WatchFact], None]) -> None:
        alive, name = _weak(one), name_in(self._names, one)
        if alive is None and name:  # what keeps no weak reference is found by its name each time
            path = read_path(name)
            alive = partial(self._of_class, path, kind)
        if alive is None:
            return
        if len(self.values) > MOST_OBJECTS:
            if not self._full:
                self._full = True
                tell(WatchFact(self.own.number, self.path.text, "", NoWatch.TOO_MANY, str(MOST_OBJECTS)))
            return
        value = WatchedValue(self._reporter.ids.thing(), self.path.text, self._reader_of(alive))
        value.name = self._called(name or f"{careful_reading.class_name(kind)} {next(self._count)}")
        value.say(tell)
        if not name:
            self._nameless.append((value, alive))
        self.values = (*self.values, value)

    def _of_class(self, path: WatchPath, kind: type) -> Any:
        one = follow(self._names.get(path.root, ABSENT), path.steps, False)
        return one if issubclass(type(one), kind) else None

    def _reader_of(self, alive: Callable[[], Any]) -> Callable[[], Any]:
        steps, length = self.path.steps, self.path.length

        def read() -> Any:
            one = alive()
            return ABSENT if one is None else follow(one, steps, length)

        return read

    def _rename(self, value: WatchedValue, alive: Callable[[], Any], tell: Callable[[WatchFact], None]) -> bool:
        """True when it need not be looked for again."""
        one = alive()
        name = "" if one is None else name_in(self._names, one)
        if name:
            value.name = self._called(name)
            value.say(tell)
        return bool(name) or one is None

    def _called(self, thing: str) -> str:
        """The expression, said of one object."""
        text = self.path.text
        inner = text[len("len(") : -1] if self.path.length else text
        said = thing + inner[len(self.path.root) :]
        return f"len({said})" if self.path.length else said


class WatchedValues:
    """What is watched in this run.

    One thread at a time looks, and whoever comes meanwhile goes on: what was read is reported before another one
    reads. So each value was there in the order in which it is told.
    """

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._watches: tuple[Watch, ...] = ()
        self._values: tuple[WatchedValue, ...] = ()
        self._turn = _thread.allocate_lock()
        self._names: Mapping[str, Any] = {}
        self._append = reporter.channel.records.append  # that of the deque itself, which looks at nothing
        self._next_search = 0
        self._at_each_record = False

    def begin(self, expressions: tuple[str, ...], names: Mapping[str, Any]) -> None:
        """Before any facade is made: when something is watched, each record that is made looks at it too."""
        self._names = names
        self.choose(expressions)
        if self._watches and not self._at_each_record:
            self._at_each_record = True
            append, look = self._append, self.look

            def report(record: bytes) -> None:
                append(record)
                try:
                    for value in self._values:
                        if value.read() is not value.last:  # else it is the same, and nobody need wait for his turn
                            look()
                            break
                except Exception:  # at the end of the stack any call raises, and the record is made already
                    pass

            self._reporter.channel.records.append = report  # type: ignore[method-assign]  # found before the class's
            self._reporter.report = self._reporter.make_report()

    def choose(self, expressions: tuple[str, ...]) -> None:
        """These are watched from here on; those that were watched before go on. What makes no sense is passed over."""
        known, chosen = {watch.path.text: watch for watch in self._watches}, dict[str, Watch]()
        for expression in expressions:
            try:
                path = read_path(expression)
            except NotWatchable:
                continue
            if len(chosen) < MOST_WATCHED:
                chosen[path.text] = known.get(path.text) or Watch(path, self._reporter, self._names)
        taken = self._turn.acquire(True, PATIENCE)
        self._watches = tuple(chosen.values())
        self._gather()
        self._next_search = 0
        if taken:
            self._turn.release()

    def _gather(self) -> None:
        self._values = tuple([value for watch in self._watches for value in watch.values])

    def look(self, last: bool = False) -> None:
        """Reports what has changed. The `last` time it waits until another thread has looked, and searches first."""
        if not self._values or not self._reporter.namespace:  # it has not begun
            return
        if not self._turn.acquire(last, PATIENCE if last else -1):
            return
        try:
            if last:
                self._search()
            tell, now = self._reporter.channel.facts.append, self._reporter.clock.now
            for value in self._values:
                value.look(self._append, tell, now)
        finally:
            self._turn.release()

    def search(self) -> None:
        """Looks for objects of watched classes; called often, does so seldom."""
        began = _perf()
        if not self._watches or began < self._next_search or not self._turn.acquire(False):
            return
        try:
            self._search()
        finally:
            self._turn.release()
        took = _perf() - began
        self._next_search = began + max(SEARCH_PERIOD if self._reporter.namespace else 0, SEARCH_SHARE * took)

    def _search(self) -> None:
        for watch in self._watches:
            watch.search(self._reporter.channel.facts.append)
        self._gather()

    def end(self) -> None:
        """The program is over: what only its names hold may go."""
        taken = self._turn.acquire(True, PATIENCE)
        self._watches, self._values, self._names = (), (), {}
        if taken:
            self._turn.release()

    def fork(self) -> None:
        """In another process other values have these names: none is watched there."""
        self._watches, self._values = (), ()
