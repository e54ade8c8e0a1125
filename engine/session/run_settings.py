"""What the presenter has set for a program: its knobs, and which of its switches are off."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from engine.frame import Knob, Refusal, Refused, Switch, Thing
from engine.protocol import program_text
from engine.protocol.program_text import fits
from engine.session import knobs as knob_rules


class RunSettings:
    """Knobs and switches of one program's text. `knobs` and `switches` are what a frame shows."""

    def __init__(self, text: str) -> None:
        self.knobs, self.switches = program_text.knobs(text), program_text.switches(text)
        self.met = 0  # how many things of the run were looked at
        self._turned: dict[str, bool] = {}  # by the presenter, also names that the text does not tell

    def set_knob(self, name: str, value: object) -> Refusal | None:
        """Sets a knob for the next run. Returns None, or why it is refused."""
        for place, knob in enumerate(self.knobs):
            if knob.name == name:
                fitting, refusal = knob_rules.accept(knob, value)
                if refusal is None:
                    changed = dataclasses.replace(knob, value=fitting)
                    self.knobs = (*self.knobs[:place], changed, *self.knobs[place + 1 :])
                return refusal
        return Refusal(Refused.UNKNOWN, Knob(name, None, None, 0), tuple(knob.name for knob in self.knobs))

    def reset_knobs(self) -> None:
        """All knobs as the program's text has them."""
        self.knobs = tuple(dataclasses.replace(knob, value=knob.default) for knob in self.knobs)

    def changed_knobs(self) -> dict[str, Any]:
        """The values that differ from the text."""
        return {knob.name: knob.value for knob in self.knobs if knob.value != knob.default}

    def turn(self, name: str, on: bool) -> None:
        """A switch is on or off from here on."""
        self._turned[name] = on
        self.switches = tuple(
            dataclasses.replace(switch, on=on) if switch.name == name else switch for switch in self.switches
        )

    @property
    def off(self) -> list[str]:
        """Names of what is switched off."""
        return [name for name, on in self._turned.items() if not on]

    def forget_seen(self) -> None:
        """A new run begins: it has made nothing yet."""
        self.met = 0
        self.switches = tuple(dataclasses.replace(switch, seen=False) for switch in self.switches)

    def see(self, things: Sequence[Thing]) -> None:
        """The run has made these so far: switches that the text did not tell are added."""
        fresh, self.met = things[self.met :], len(things)
        if not fresh:
            return
        shown: dict[str, Switch] = {switch.name: switch for switch in self.switches}
        for thing in fresh:
            name = next((known for known in shown if fits(known, thing.name)), thing.name)
            old = shown.get(name)
            if old is None:
                shown[name] = Switch(name, thing.type, self._turned.get(name, True), thing.line, True)
            elif not old.seen:
                shown[name] = dataclasses.replace(old, seen=True)
        changed = tuple(shown.values())
        if changed != self.switches:
            self.switches = changed

    def start_switches(self) -> Mapping[str, bool]:
        """What is off before the run begins."""
        return dict.fromkeys(self.off, False)
