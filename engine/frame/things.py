"""What a program is made of, and what the presenter may change in it."""

import enum
from dataclasses import dataclass


@dataclass(frozen=True)
class Thing:
    """A lock, event, queue, file ... of the program."""

    id: int
    type: str  # "Lock", "Event", "Queue", "file" ...
    name: str  # the variable it was assigned to, or the file's name
    line: int  # where it was made; 0 is unknown


@dataclass(frozen=True)
class Switch:
    """Something that can be switched off. Known from the text before the run, confirmed by the stage."""

    name: str
    type: str  # "Lock", "Event", ...
    on: bool
    line: int  # where it is made
    seen: bool  # the program of this run has made it


@dataclass(frozen=True)
class Knob:
    """A value in capitals at the top of the program that the presenter may change."""

    name: str
    value: object  # int, float, bool or str: what the next run uses
    default: object  # what the program's text says
    line: int
    low: float | None = None  # of "# 1..10000"
    high: float | None = None
    choices: tuple[object, ...] = ()  # of "# loky | threading"
    unit: str = ""  # of "# 1..50 ms"
    note: str = ""  # the rest of the comment


class Refused(enum.Enum):
    """Why a value cannot be put into a knob."""

    UNKNOWN = "unknown"  # there is no such knob
    TYPE = "type"
    CHOICE = "choice"
    RANGE = "range"


@dataclass(frozen=True)
class Refusal:
    """A value that a knob does not take. Of a knob that there is not, `value` is the names of those there are."""

    why: Refused
    knob: Knob
    value: object


@dataclass(frozen=True)
class Interpreter:
    """The Python that runs the program."""

    executable: str = ""
    version: str = ""
    implementation: str = "CPython"
    gil: bool = True
    cores: int = 0
    switch_interval: float = 0.0  # seconds
