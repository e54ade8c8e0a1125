"""Programs as learners write them do on the stage what they do outside, on this and on other Pythons."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.session.session import Session
from tests.engine.outside import Ending, inside, outside
from tests.pythons import pythons

PROGRAMS = sorted((Path(__file__).parent.parent / "programs" / "foreign").glob("*.py"))


def test_that_there_are_twenty_of_them() -> None:
    assert len(PROGRAMS) >= 20


OTHERS = pythons()[1:]
VARIES = re.compile(r"0x[0-9a-fA-F]+|pid=\d+")  # addresses, and numbers of processes
VARIED = {  # what differs from Python to Python is tried on all of them; the others on one other, these in turns
    *("coroutine_forgotten", "daemons_at_the_end", "ends_with_objects", "forks_beside_a_thread", "names_of_types"),
    *("old_names", "pools_left_open", "slips_of_the_pen", "tasks_left_pending"),
}
ANY_ORDER = {"ends_with_objects", "tasks_left_pending"}  # of lines: the collector finds in its own order what it frees
BOTH = [
    pytest.param(path, executable, id=f"{path.stem}-{Path(executable).parent.parent.name}")
    for number, path in enumerate(PROGRAMS)
    for executable in [
        sys.executable,
        *(OTHERS if path.stem in VARIED else OTHERS[number % len(OTHERS) :][:1] if OTHERS else []),
    ]
]


def tidy(ending: Ending, path: Path) -> Ending:
    out, err = (VARIES.sub("...", text) for text in (ending.out, ending.err))
    if path.stem in ANY_ORDER:
        out, err = ("\n".join(sorted(text.splitlines())) for text in (out, err))
    return Ending(ending.status, out, err)


@pytest.mark.parametrize(("path", "executable"), BOTH)
def test_that_it_ends_as_it_does_outside(open_program: Callable[..., Session], path: Path, executable: str) -> None:
    assert tidy(inside(open_program, path, executable), path) == tidy(outside(path, executable), path)
