"""The Pythons that tests run programs on. `python -m bench scenarios` takes every one that is found."""

import os
import sys
from functools import cache

from engine.environment.interpreters import survey


@cache
def every_python() -> list[str]:
    """Executables of all that can be a stage."""
    return [one.executable for one in survey() if not one.problem]


@cache
def pythons() -> list[str]:
    """Executables: this Python, the oldest and the newest that are found."""
    found = [one for one in survey() if not one.problem and one.implementation == "CPython"]
    found.sort(key=lambda one: tuple(int(part) for part in one.version.split(".")[:2] if part.isdigit()))
    ends = [found[0].executable, found[-1].executable] if found else []
    return list(dict.fromkeys([sys.executable, *(one for one in ends if one != os.path.realpath(sys.executable))]))
