"""How a facade class becomes the class of one run, and how its objects become things with a switch."""

from __future__ import annotations

import _thread
import threading
from typing import SupportsIndex, TypeVar

from engine.stage.control.program_clock import Take
from engine.stage.control.switches import Switch
from engine.stage.facade.base.waiting import OFF, Attempt, WaitCodes, wait
from engine.stage.run_services import RunServices

_Kind = TypeVar("_Kind")

NO_SLOTS: tuple[str, ...] = ()  # of what stands beside a class that has its own slots, or a dictionary


def bind(
    context: RunServices, name: str, bases: tuple[type[_Kind], ...], module: str = "threading", **own: object
) -> type[_Kind]:
    """A subclass that belongs to one run and shows itself under the real name and module."""
    return type(name, bases, {"__module__": module, "__qualname__": name, "_stage": context, **own})


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


class Declared:
    """A synchronisation object beside a real base class: it has a number, a name and a switch."""

    __slots__ = NO_SLOTS
    _stage: RunServices
    _stage_thing: int
    _stage_switch: Switch

    def _stage_declare(self, type_: str, name: str = "", switch: bool = True) -> str:
        """Makes it known, named after the variable it is assigned to. Returns the name."""
        context = self._stage
        thing, name = context.reporter.new_thing(type_, name, switch=switch)
        self._stage_thing = thing
        self._stage_switch = context.switches.make(self, thing, name) if switch else Switch(thing, name, True)
        return name

    def _stage_wait(
        self, codes: WaitCodes, take: Take, timeout: float | None, attempt: Attempt | None = None
    ) -> bool | None:
        """As `wait`; while it is switched off nobody waits."""
        if self._stage_switch.on:
            is_off = self._stage_is_off
            return wait(self._stage, codes, self._stage_thing, take, timeout, is_off=is_off, attempt=attempt)
        if codes.got:
            self._stage.reporter.report(codes.got | OFF, self._stage_thing)
        return None

    def _stage_is_off(self) -> bool:
        return not self._stage_switch.on

    def _stage_let_in(self) -> None:
        """Nothing to wake: those who wait look at the switch each slice."""

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[object, ...]:
        """What the real one says to pickle, which is no; `copy.copy`, where it works, gives a real one."""
        made = super().__reduce_ex__(protocol)
        kind = type(self)
        if "_stage" not in vars(kind) or not isinstance(made, tuple):
            return made  # a class of the program: pickled by its own name
        real = getattr(threading, kind.__name__)
        return (made[0], tuple(real if part is kind else part for part in made[1]), *made[2:])


class OverCondition(Declared):
    """One whose records are made under its inner lock, which is a real one, so they are in order."""

    __slots__ = NO_SLOTS
    _cond: threading.Condition

    def _stage_let_in(self) -> None:
        with self._cond:
            self._cond.notify_all()
