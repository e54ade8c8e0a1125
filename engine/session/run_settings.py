"""What the presenter has set for a program: its knobs and what they take, and which of its switches are off."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.analysis.run_facts import RunFacts
from engine.frame import Knob, Refusal, Refused, Switch
from engine.protocol import program_text
from engine.protocol.program_text import parse_expression

_TRUE = {"true", "yes", "on", "1"}
_FALSE = {"false", "no", "off", "0"}
_SEVERAL = re.compile(r"\[| #")
MOST_SWITCHES = 200  # that are shown; a program may make thousands of locks, each of its own name


class RunSettings:
    """Knobs and switches of one program's text. `knobs` and `switches` are what a frame shows."""

    def __init__(self, text: str) -> None:
        self.knobs, self.switches = program_text.knobs(text), program_text.switches(text)
        self.met = 0  # how many things of the run were looked at
        self._beside: tuple[Switch, ...] = ()  # what modules of the program make
        self._turned: dict[str, bool] = {}  # by the presenter, also names that the text does not tell

    def set_knob(self, name: str, value: object) -> Refusal | None:
        """Sets a knob for the next run. Returns None, or why it is refused."""
        knobs = {knob.name: knob for knob in self.knobs}
        if name not in knobs:
            return Refusal(Refused.UNKNOWN, Knob(name, None, None, 0), tuple(knobs))
        fitting, refusal = accept(knobs[name], value)
        if refusal is None:
            knobs[name] = replace(knobs[name], value=fitting)
            self.knobs = tuple(knobs.values())
        return refusal

    def reset_knobs(self) -> None:
        """All knobs as the program's text has them."""
        self.knobs = tuple(replace(knob, value=knob.default) for knob in self.knobs)

    def changed_knobs(self) -> dict[str, Any]:
        """The values that differ from the text."""
        return {knob.name: knob.value for knob in self.knobs if knob.value != knob.default}

    def turn(self, name: str, on: bool) -> None:
        """A switch is on or off from here on."""
        self._turned[name] = on
        self.switches = tuple(replace(switch, on=on) if switch.name == name else switch for switch in self.switches)

    def edit(self, knobs: tuple[Knob, ...], switches: tuple[Switch, ...]) -> None:
        """The text was edited, and declares these: what the presenter has set stays where it still fits."""
        set_before = {one.name: one for one in self.knobs if one.value != one.default}
        self.knobs = tuple(_carried(one, set_before.get(one.name)) for one in knobs)
        seen = {one.name: one for one in self.switches}
        self.switches = tuple(
            replace(one, on=self._turned.get(one.name, True), seen=one.name in seen and seen[one.name].seen)
            for one in switches
        )
        self.see_beside(self._beside)
        self.met = 0  # what only the run has told is looked at again

    def see_beside(self, switches: tuple[Switch, ...]) -> None:
        """Modules of the program make these: what it does not make itself is added."""
        self._beside, known = switches, {one.name for one in self.switches}
        more = (replace(one, on=self._turned.get(one.name, True), line=0) for one in switches if one.name not in known)
        self.switches += tuple(more)

    @property
    def off(self) -> list[str]:
        """Names of what is switched off."""
        return [name for name, on in self._turned.items() if not on]

    def forget_seen(self) -> None:
        """A new run begins: it has made nothing yet."""
        self.met = 0
        self.switches = tuple(replace(switch, seen=False) for switch in self.switches)

    def see(self, run_facts: RunFacts) -> None:
        """What the run has made so far: switches that the text did not tell are added."""
        fresh = run_facts.switches[self.met :]
        self.met += len(fresh)
        shown: dict[str, Switch] = {switch.name: switch for switch in self.switches}
        for thing in map(run_facts.things.__getitem__, fresh):
            name = _meant(thing.name, shown)
            old = shown.get(name)
            if old is None and len(shown) < MOST_SWITCHES:
                shown[name] = Switch(name, thing.type, self._turned.get(name, True), thing.line, True)
            elif old is not None and not old.seen:
                shown[name] = replace(old, seen=True)
        self.switches = tuple(shown.values())


def _meant(name: str, known: Mapping[str, Switch]) -> str:
    """The known one of which this is one of several, such as "locks" for "locks[3]"; else itself: see `fits`."""
    ends = [found.start() for found in _SEVERAL.finditer(name)]
    return next((name[:end] for end in [len(name), *ends] if name[:end] in known), name)


def _carried(knob: Knob, before: Knob | None) -> Knob:
    """A knob with the value that was set before, where it takes that."""
    if before is None or type(before.default) is not type(knob.default):
        return knob
    value, refusal = accept(knob, before.value)
    return knob if refusal is not None else replace(knob, value=value)


LONGEST = 1000  # characters of a number


def accept(knob: Knob, value: object) -> tuple[Any, Refusal | None]:
    """The value in the knob's own type, or None and why it is refused.

    Text is understood too: "40" for a number, "off" for a truth value.
    """
    try:
        fitting = _fit(knob.default, value)
    except (ValueError, TypeError, SyntaxError, OverflowError, RecursionError, MemoryError):  # the last: too deep
        return None, Refusal(Refused.TYPE, knob, value)
    if knob.choices and fitting not in knob.choices:
        return None, Refusal(Refused.CHOICE, knob, value)
    if isinstance(fitting, (int, float)) and not isinstance(fitting, bool):
        low, high = knob.low, knob.high
        if (low is not None and fitting < low) or (high is not None and fitting > high):
            return None, Refusal(Refused.RANGE, knob, fitting)
    return fitting, None


def _fit(default: object, value: object) -> Any:
    if isinstance(default, bool):
        word = str(value).strip().lower()
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
        raise ValueError(value)
    if isinstance(default, str):
        return str(value)
    if isinstance(value, str) and len(value) > LONGEST:
        raise ValueError(len(value))
    number = ast.literal_eval(parse_expression(value.strip())) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, (int, float)) or math.isnan(number):
        raise ValueError(value)
    if isinstance(default, int):
        if number != int(number):
            raise ValueError(value)
        return int(number)
    return float(number)
