"""Every lock, event, semaphore, condition and barrier of the program, and whether it is on."""

from __future__ import annotations

import _thread
import weakref
from typing import Protocol

from engine.protocol.program_text import fits
from engine.protocol.records import Kind, what
from engine.stage import cpython
from engine.stage.recording.reporter import Reporter

_SWITCHED = what(Kind.SWITCHED)


class Waking(Protocol):
    """What a facade object does when its switch is turned off: let those go on who wait in it."""

    def _stage_let_in(self) -> None: ...


class Switch:
    """Whether one object is on. Facades look at `on` at every call, so it is a bare attribute."""

    __slots__ = ("name", "on", "owner", "thing")

    def __init__(self, thing: int, name: str, on: bool, owner: Waking | None = None) -> None:
        self.thing = thing
        self.name = name
        self.on = on
        self.owner = None if owner is None else weakref.ref(owner)


class Switches:
    """All switches of a run. What is asked for before an object exists holds when it is made."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._wanted: dict[str, bool] = {}
        self._made: list[Switch] = []
        self._guard = _thread.allocate_lock()

    def wanted(self) -> dict[str, bool]:
        """What was asked for so far, by name."""
        with self._guard:
            return dict(self._wanted)

    def adopt(self, owner: Waking, thing: int, name: str) -> Switch:
        """The switch of an object that came from another process, which reports how it stands."""
        with self._guard:
            wanted = (on for wanted, on in self._wanted.items() if fits(wanted, name))
            switch = Switch(thing, name, self._wanted[name] if name in self._wanted else next(wanted, True), owner)
            self._made.append(switch)
        return switch

    def make(self, owner: Waking, thing: int, name: str) -> Switch:
        """The switch of a new object. An object made while its name is off reports that it is off."""
        switch = self.adopt(owner, thing, name)
        if not switch.on:
            self._reporter.report_for(0, _SWITCHED, thing, 0)
        return switch

    def set(self, name: str, on: bool) -> None:
        """Turns all objects of this name on or off; "locks" also means locks[0], locks[1] and locks #2."""
        with self._guard:
            self._wanted[name] = on
            turned = [switch for switch in self._made if switch.on != on and fits(name, switch.name)]
        for switch in turned:
            switch.on = on
            if self._reporter.ids.is_own(switch.thing):
                self._reporter.report_for(0, _SWITCHED, switch.thing, int(on))
            owner = switch.owner() if switch.owner is not None else None
            if owner is not None and not on:
                owner._stage_let_in()

    def fork(self) -> None:
        """In a forked child: the lock is free, whoever held it."""
        cpython.reset_lock(self._guard)
