"""Programs as learners write them do on the stage what they do outside, on this and on other Pythons."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.session.session import Session
from tests.engine.outside import inside, outside
from tests.pythons import pythons

PROGRAMS = sorted((Path(__file__).parent.parent / "programs" / "foreign").glob("*.py"))


def test_that_there_are_twenty_of_them() -> None:
    assert len(PROGRAMS) >= 20


OTHERS = pythons()[1:]
BOTH = [  # each on this Python and on one other, these in turns
    pytest.param(path, executable, id=f"{path.stem}-{Path(executable).parent.parent.name}")
    for number, path in enumerate(PROGRAMS)
    for executable in [sys.executable, *(OTHERS[number % len(OTHERS) :][:1] if OTHERS else [])]
]


@pytest.mark.parametrize(("path", "executable"), BOTH)
def test_that_it_ends_as_it_does_outside(open_program: Callable[..., Session], path: Path, executable: str) -> None:
    assert inside(open_program, path, executable) == outside(path, executable)
