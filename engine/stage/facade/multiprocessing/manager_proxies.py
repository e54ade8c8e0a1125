"""Objects of a Manager: who changes what he has fetched from one changes a copy."""

from __future__ import annotations

import linecache
import threading
from collections import deque
from collections.abc import Callable, Mapping
from multiprocessing import managers
from types import MappingProxyType
from typing import Any, NamedTuple, SupportsIndex

from engine.protocol.fetched_copies import fetched_copies
from engine.protocol.process_facts import ManagerCopyFact
from engine.stage.facade.base.binding import bind
from engine.stage.facade.multiprocessing.own_copies import brief, mark_of
from engine.stage.processes.pickling import recipe
from engine.stage.run_services import RunServices, one_per_run

MODULE = "multiprocessing.managers"
KEPT = 16  # copies that are compared with what they were; a further one takes the place of the first
MOST_TOLD = 20  # lines of one process
_FETCH = frozenset({"__getitem__", "get", "setdefault", "__getattribute__"})
_CONTAINERS = (list, dict, set, bytearray)
_PROXIES = {"dict": "DictProxy", "list": "ListProxy", "Namespace": "NamespaceProxy"}  # a manager's method -> its class

_NONE: Mapping[str, object] = MappingProxyType({})

_Proxy: Any = object  # a real proxy class stands there


class _Fetched(NamedTuple):
    """A copy, and what it was."""

    value: object
    mark: str
    before: str
    name: str
    place: int
    thread: int


class CopyWatch:
    """The copies of one process that its program's text seems to change for nothing."""

    def __init__(self, context: RunServices) -> None:
        self._context = context
        self._lines: dict[str, Mapping[int, str]] = {}  # file -> its lines that do so
        self._fetched: deque[_Fetched] = deque(maxlen=KEPT)
        self._told: set[int] = set()
        self.sending = threading.local()  # `on`: this thread hands a proxy to its manager, who knows the real ones
        context.last_looks.append(self.look)
        context.after_fork.append(self._fork)

    def _fork(self) -> None:
        self._fetched.clear()
        self._told.clear()

    def fetched(self, value: object) -> None:
        """The program has got this copy."""
        self.look()
        reporter = self._context.reporter
        frame = reporter.caller(3)
        if frame is None or len(self._told) >= MOST_TOLD:
            return
        path = frame.f_code.co_filename
        if path not in self._lines:
            self._lines[path] = fetched_copies("".join(linecache.getlines(path)))
        name, place = self._lines[path].get(frame.f_lineno or 0), reporter.place_of(frame)
        if name is not None and place not in self._told:
            self._fetched.append(_Fetched(value, mark_of(value), brief(value), name, place, reporter.me()))

    def look(self) -> None:
        """Says which of them were changed."""
        for one in list(self._fetched):
            if mark_of(one.value) != one.mark and one.place not in self._told:
                self._told.add(one.place)
                context = self._context
                told = ManagerCopyFact(
                    one.thread, one.name, one.before, brief(one.value), one.place, context.clock.now()
                )
                context.channel.facts.append(told)


watch_of = one_per_run(CopyWatch)


class FacadeProxy(_Proxy):  # type: ignore[misc]  # as above
    """A proxy of a manager's object. Stands before a real class."""

    _stage: RunServices

    def _callmethod(self, methodname: str, args: tuple[object, ...] = (), kwds: Mapping[str, object] = _NONE) -> object:
        watch = watch_of(self._stage)
        watch.sending.on = True
        try:
            result = super()._callmethod(methodname, args, dict(kwds))
        finally:
            watch.sending.on = False
        if type(result) in _CONTAINERS and methodname in _FETCH:
            watch.fetched(result)
        return _seen(self._stage, result)

    def __reduce__(self) -> str | tuple[object, ...]:
        """For its manager's process it is the real one; in any other that is watched it is seen."""
        function, (kind, *rest) = super().__reduce__()
        own = not getattr(watch_of(self._stage).sending, "on", False)
        return function, (_Kind(self._stage, kind) if own else _real(kind), *rest)

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[object, ...]:
        del protocol
        return self.__reduce__()


class _Kind:
    """Stands for a class of proxies where a process is to rebuild one."""

    def __init__(self, context: RunServices, kind: type) -> None:
        self._context, self._kind = context, kind

    def __reduce__(self) -> tuple[object, ...]:
        return recipe(self._context, what="proxy", module=MODULE, path=[self._kind.__name__])


def _real(kind: type) -> type:
    found: type = getattr(managers, kind.__name__)
    return found


@one_per_run
def kinds_of(context: RunServices) -> dict[str, type]:
    """The run's classes of proxies, by their names."""
    reals: dict[str, Any] = {name: getattr(managers, name) for name in _PROXIES.values()}
    return {
        name: bind(context, name, (FacadeProxy, real), MODULE, __reduce_ex__=FacadeProxy.__reduce_ex__)
        for name, real in reals.items()
    }


def _seen(context: RunServices, result: Any) -> object:
    """The same object; a proxy is seen from here on."""
    kind = kinds_of(context).get(type(result).__name__)
    if kind is not None and type(result) is _real(kind):
        result.__class__ = kind
    return result


def watched(context: RunServices) -> Callable[[Any], object]:
    """Makes the proxies of a manager ones that are seen."""
    watch_of(context)

    def watch(manager: Any) -> object:
        for method in _PROXIES:
            make = getattr(manager, method)
            setattr(manager, method, _Maker(context, make))
        return manager

    return watch


class _Maker:
    """The method of a manager that makes an object and returns its proxy."""

    def __init__(self, context: RunServices, make: Callable[..., object]) -> None:
        self._context, self.__wrapped__ = context, make
        self.__name__, self.__doc__ = make.__name__, make.__doc__

    def __call__(self, *args: object, **kwargs: object) -> object:
        return _seen(self._context, self.__wrapped__(*args, **kwargs))
