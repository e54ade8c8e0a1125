"""How a facade class becomes the class of one run, its objects things with a switch, and how a thread waits for one."""

from __future__ import annotations

import _thread
import sys
import threading
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, Protocol, SupportsIndex, TypeVar

from engine.protocol.records import Flag, Kind, what
from engine.stage import cpython
from engine.stage.control.program_clock import Cancelled, Take, never
from engine.stage.control.switches import Switch
from engine.stage.run_services import RunServices

_Kind = TypeVar("_Kind")

OFF, TIMED, FAILED = what(0, Flag.OFF), what(0, Flag.TIMED), what(0, Flag.FAILED)
NO_SLOTS: tuple[str, ...] = ()  # of what stands beside a class that has its own slots, or a dictionary


def bind(
    context: RunServices, name: str, bases: tuple[type[_Kind], ...], module: str = "threading", **own: object
) -> type[_Kind]:
    """A subclass that belongs to one run and shows itself, and its methods, under the real name and module."""
    for base in bases:
        show_as(base, name)
    names = {"__module__": module, "__qualname__": name, "_stage": context, **own}
    real = real_of(module, name)
    if real is not None:
        names.setdefault("__doc__", real.__doc__)
    if not any(
        "__reduce__" in vars(one) or "__reduce_ex__" in vars(one) for base in bases for one in base.__mro__[:-1]
    ):
        names["__reduce_ex__"] = reduced
    made = type(name, bases, names)
    if module.startswith("_"):  # a module of C
        cpython.name_as_c(made, f"{module}.{name}")
    return made


def show_as(base: type, name: str) -> None:
    """Methods of a facade class say that they are of the class of this name: an error names them."""
    for function in vars(base).values():
        if isinstance(function, types.FunctionType) and function.__qualname__.startswith("Facade"):
            function.__qualname__ = f"{name}.{function.__name__}"


def real_of(module: str, name: str) -> type | None:
    """The real class that is shown under this name, None where there is none."""
    if (module, name) == ("_thread", "lock"):
        return _thread.LockType
    found = getattr(sys.modules.get(module), name, None)
    return found if isinstance(found, type) else None


def reduced(self: object, protocol: SupportsIndex) -> str | tuple[object, ...]:
    """What the real one says to pickle, which for most is no, because of the locks in it."""
    made = object.__reduce_ex__(self, protocol)
    return as_real(type(self), made) if isinstance(made, tuple) else made


def as_real(kind: type, made: tuple[object, ...]) -> tuple[object, ...]:
    """What pickle is told of an object, with the real class in place of the run's; of the program's own it is as it is.

    Raises TypeError where the real one cannot be pickled at all.
    """
    if "_stage" not in vars(kind):
        return made
    if kind.__module__ == "_thread":
        raise TypeError(f"cannot pickle '_thread.{kind.__name__}' object")
    real, parts = real_of(kind.__module__, kind.__name__), made[1]
    if real is None or not isinstance(parts, tuple) or parts[:1] != (kind,):
        return made
    state, more = made[2:3], made[3:]
    if state and isinstance(state[0], dict):
        state = ({name: value for name, value in state[0].items() if not name.startswith("_stage")},)
    return (real.__new__, (real, *parts[1:]), *state, *more)  # what makes the object of its own class is checked for it


def refuse_bad(blocking: bool, timeout: float) -> None:
    """Raises what acquire of a real lock raises for these arguments: a free one of our own is asked."""
    _thread.allocate_lock().acquire(blocking, timeout)


def checked(timeout: float | None) -> float | None:
    """A time-out in seconds as a wait takes it: None is for ever, 0 not at all. Raises what a real wait raises."""
    if timeout is None:
        return None
    if not timeout > 0:  # so put, it is also true of what is no number
        return 0.0
    refuse_bad(True, timeout)
    return timeout


class WaitCodes(NamedTuple):
    """What records say of a wait. `got` is 0 where it is said by whoever gets it, under a lock that goes with it."""

    want: int
    gave_up: int
    got: int = 0


JOIN = WaitCodes(what(Kind.JOIN_WANT), what(Kind.JOIN_GAVE_UP), what(Kind.JOIN_GOT))
RESULT = WaitCodes(what(Kind.RESULT_WANT), what(Kind.RESULT_GAVE_UP), what(Kind.RESULT_GOT))


_SAY_WHY = frozenset({JOIN.gave_up, RESULT.gave_up})  # of which the value says what broke them off


class Report(Protocol):
    """How a record of the calling thread is made, such as `Reporter.report`."""

    def __call__(self, word: int, thing: int = 0, value: int = 0) -> None: ...


class Attempt(Protocol):
    """How it is tried again and again: `Clock.attempt`, or that in turn."""

    def __call__(self, take: Take, timeout: float | None, open_door: Callable[[], bool]) -> bool | None: ...


def wait(
    context: RunServices,
    codes: WaitCodes,
    thing: int,
    take: Take,
    timeout: float | None,
    *,
    is_off: Callable[[], bool] = never,
    attempt: Attempt | None = None,
    report: Report | None = None,
    value: Callable[[], int] = int,
) -> bool | None:
    """Waits until `take(real seconds)` has taken it (True), the time is up (False) or `is_off()` (None), and says so.

    `timeout` is in seconds of program time, None for ever, 0 and less not at all. Whoever calls this has looked
    already: a thread that need not wait says nothing of waiting. `value` is asked for what goes with each record.
    Raises what `take` raises, and Cancelled when the run was stopped, once it was said that the thread gave up.
    """
    report = report or context.reporter.report
    if timeout is not None and timeout <= 0:
        report(codes.gave_up, thing, value())
        return False
    report(codes.want if timeout is None else codes.want | TIMED, thing, value())
    try:
        got = (attempt or context.clock.attempt)(take, timeout, is_off)
    except BaseException as error:
        if codes.gave_up in _SAY_WHY and not issubclass(type(error), Cancelled):  # as an interrupt: no time-out ran out
            report(codes.gave_up | FAILED, thing, context.channel.text(type(error).__name__, error=True))
        else:
            report(codes.gave_up, thing, value())
        raise
    if got is False:
        report(codes.gave_up, thing, value())
    elif codes.got:
        report(codes.got if got else codes.got | OFF, thing, value())
    return got


@contextmanager
def waiting(report: Report, codes: WaitCodes, thing: int) -> Iterator[None]:
    """Says that the calling thread waits meanwhile, where something else than `wait` makes it wait."""
    report(codes.want, thing)
    try:
        yield
    except BaseException:
        report(codes.gave_up | FAILED, thing)
        raise
    report(codes.got, thing)


class Declared:
    """A synchronisation object beside a real base class: it has a number, a name and a switch."""

    __slots__ = NO_SLOTS
    _stage: RunServices
    _stage_thing: int
    _stage_switch: Switch

    def _stage_declare(self, type_: str, name: str = "", switch: bool = True) -> str:
        """Makes it known, named after the variable it is assigned to. Returns the name."""
        context = self._stage
        thing, name = context.reporter.new_thing(type_, name, self._stage_size(), switch=switch)
        self._stage_thing = thing
        self._stage_switch = context.switches.make(self, thing, name) if switch else Switch(thing, name, True)
        return name

    def _stage_size(self) -> int:
        """How many it is made for; 0 where that means nothing."""
        return 0

    def _stage_wait(
        self, codes: WaitCodes, take: Take, timeout: float | None, attempt: Attempt | None = None
    ) -> bool | None:
        """As `wait`; while it is switched off nobody waits."""
        switch, thing = self._stage_switch, self._stage_thing
        if switch.on:
            return wait(self._stage, codes, thing, take, timeout, is_off=lambda: not switch.on, attempt=attempt)
        if codes.got:
            self._stage.reporter.report(codes.got | OFF, thing)
        return None

    def _stage_let_in(self) -> None:
        """Nothing to wake: those who wait look at the switch each slice."""

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[object, ...]:
        """What the real one says to pickle, which is no; `copy.copy`, where it works, gives a real one."""
        made = super().__reduce_ex__(protocol)
        return as_real(type(self), made) if isinstance(made, tuple) else made


class OverCondition(Declared):
    """One whose records are made under its inner lock, which is a real one, so they are in order."""

    __slots__ = NO_SLOTS
    _cond: threading.Condition

    def _stage_let_in(self) -> None:
        with self._cond:
            self._cond.notify_all()
