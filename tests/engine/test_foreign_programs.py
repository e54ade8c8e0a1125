"""Programs as learners write them do on the stage what they do outside, on this and on other Pythons."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.environment.interpreters import survey
from engine.session.session import Session
from tests.engine.outside import inside, outside

PROGRAMS = sorted((Path(__file__).parent.parent / "programs" / "foreign").glob("*.py"))


def pythons() -> list[str]:
    """This Python, the oldest and the newest that are found."""
    found = [one for one in survey() if not one.problem and one.implementation == "CPython"]
    found.sort(key=lambda one: tuple(int(part) for part in one.version.split(".")[:2] if part.isdigit()))
    ends = [found[0].executable, found[-1].executable] if found else []
    return list(dict.fromkeys([sys.executable, *(one for one in ends if one != os.path.realpath(sys.executable))]))


def test_that_there_are_twenty_of_them() -> None:
    assert len(PROGRAMS) >= 20


@pytest.mark.parametrize("executable", pythons(), ids=lambda path: f"{Path(path).parent.parent.name}-{Path(path).name}")
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_that_it_ends_as_it_does_outside(open_program: Callable[..., Session], path: Path, executable: str) -> None:
    assert inside(open_program, path, executable) == outside(path, executable)
