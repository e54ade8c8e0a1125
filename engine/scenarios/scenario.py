"""What a scenario is: a program with what its folder says of it. The format is in docs/scenarios.md."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import Path
from urllib.parse import unquote_plus

from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.units import FASTEST, SLOWEST

LAST = 1_000  # order of a scenario that does not say where it stands
SPEED = "speed"  # in settings: no switch can have this name
LIKE = 0.5  # of difflib: from here on a name may be what was meant ...
NEARLY = 0.15  # ... and so may others that are less alike by less than this
_ON = {"on": True, "off": False}
_NUMBER = re.compile(r"[-+]?[\d_.]+(e[-+]?\d+)?")


class ScenarioError(Exception):
    """A scenario that cannot be used, in one sentence for its author."""


@lazy_dataclass(frozen=True)
class SwitchNote:
    """What a switch does, and the letter that flips it."""

    note: str = ""
    key: str = ""


@lazy_dataclass(frozen=True)
class Try:
    """Something to try: a sentence, and settings such as "lock=off&ROUNDS=100"."""

    text: str
    settings: str = ""


@lazy_dataclass(frozen=True)
class Proof:
    """What a run with these settings finds, every time: a kind of finding, or "" for none that is a fault."""

    settings: str
    finding: str
    expression: str = ""  # over the program's globals after the run: has to be true
    speed: float = 1.0
    needs: str = ""  # a library without which the run shows that it is missing, and no more
    timeout: float | None = None  # real seconds after which the run is stopped: it does not end by itself
    alone: bool = False  # it compares how long computing takes: nothing else may want the processors meanwhile
    cores: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # part -> at least, at most so many at work


@lazy_dataclass(frozen=True)
class PartsNote:
    """How a run is cut into the parts that it compares. All but `call` may be empty.

    `name`, `group`, `limit` and `value` are expressions over the call's arguments and the program's globals.
    """

    call: str  # a function of the program: each call of it is a part
    name: str = ""  # "": the first argument
    group: str = ""
    limit: str = ""  # seconds it cannot be faster than
    value: str = ""  # a second measure; it also knows `result`, which is what the call returned
    value_noun: str = ""  # what that is: "memory"
    value_unit: str = ""
    noun: str = "part"  # what a part is: "jobs"
    chart: str = "bars"  # or "curve": names are numbers, and the curve goes over them


@lazy_dataclass(frozen=True)
class Scenario:
    """A program with what is to be said about it. With an `error` it is only listed."""

    id: str
    title: str
    group: str = ""
    order: int = LAST
    summary: str = ""
    folder: Path = Path()
    program: Path = Path()
    cwd: Path | None = None  # where the program runs; None: in an empty folder that goes with the run
    lesson: str = ""  # Markdown
    error: str = ""
    watch: str = ""  # the name of the value that is drawn
    counted_by: str = ""  # the lock each of whose releases is one update of it
    value_noun: str = "updates"
    expected: str = ""  # expressions, evaluated in the program's namespace after the run
    found: str = ""
    switches: Mapping[str, SwitchNote] = field(default_factory=dict)
    knobs: Mapping[str, str] = field(default_factory=dict)
    tries: tuple[Try, ...] = ()
    proofs: tuple[Proof, ...] = ()
    wrong: str = ""  # what to say when {found} is not {expected}
    wrong_below: str = ""  # the same where the two stand above it
    varies: bool = False  # what the program prints last is not the same each time
    axis: float | None = None  # seconds that the timeline shows while it follows a run, where `takes` does not say it
    page: bool = False  # only a lesson: there is no program
    needs: tuple[str, ...] = ()  # libraries that the program imports and Python does not bring
    runs_in: str = ""  # the knob that says where the program runs
    parts: PartsNote | None = None
    takes: str = ""  # expression over the knobs: seconds of program time that a run takes
    lanes: str = ""  # expression over the knobs: how many lanes a run has at its end


def near(name: str, names: Iterable[str]) -> str:
    """What may have been meant, as the end of a sentence: "Did you mean lock?", or all there are."""
    names = list(names)
    alike = {one: difflib.SequenceMatcher(None, name.lower(), one.lower()).ratio() for one in names}
    best = max(alike.values(), default=0.0)
    meant = [one for one in names if best >= LIKE and alike[one] > best - NEARLY][:3]
    if meant:
        return f"Did you mean {' or '.join(meant)}?"
    return f"There are: {', '.join(names)}." if names else "There are none."


def settings(text: str) -> tuple[dict[str, str], dict[str, bool]]:
    """Knobs and switches of "lock=off&ROUNDS=100". A name in capitals is a knob; "speed=10" is neither, see `speed`.

    Raises ValueError, in words for the author of the link.
    """
    knobs: dict[str, str] = {}
    switches: dict[str, bool] = {}
    for part in filter(None, text.split("&")):
        name, sign, value = (unquote_plus(piece).strip() for piece in part.partition("="))
        if not sign or not name:
            raise ValueError(f"'{part}' is not NAME=VALUE")
        if name == SPEED:
            _factor(value)
        elif name.isupper():
            knobs[name] = value
        elif value.lower() in _ON:  # a name in small letters is a switch, but where it is given a number
            switches[name] = _ON[value.lower()]
        elif _NUMBER.fullmatch(value):
            knobs[name] = value
        else:
            raise ValueError(f"the switch {name} is on or off, not '{value}'")
    return knobs, switches


def speed(text: str) -> float | None:
    """How many times as fast as real time these settings let program time run; None when they do not say.

    Raises ValueError, in words for the author of the link.
    """
    pairs = (part.partition("=") for part in text.split("&"))
    return next((_factor(unquote_plus(value).strip()) for name, _, value in pairs if name.strip() == SPEED), None)


def _factor(text: str) -> float:
    try:
        factor = float(text)
    except ValueError:
        factor = 0.0
    if not SLOWEST <= factor <= FASTEST:
        raise ValueError(f"the speed is a number from {SLOWEST:g} to {FASTEST:g}, not '{text}'")
    return factor
