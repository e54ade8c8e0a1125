"""Programs of one's own, with arguments, modules and packages, do on the stage what they do outside."""

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.protocol.modules import file_of
from engine.session.session import Session
from tests.engine.outside import TERMINAL, Ending, command, inside
from tests.pythons import pythons

PROGRAMS = Path(__file__).parent.parent / "programs" / "own"
VARIES = re.compile(r"0x[0-9a-fA-F]+|in \d+\.\d+s")  # addresses, and how long it took


@dataclass(frozen=True)
class Case:
    """A folder of programs, and what is typed in it after the name of Python."""

    folder: str
    words: tuple[str, ...] = ()
    module: str = ""  # after -m
    file: str = "program.py"  # or the folder "."
    any_order: bool = False  # of its lines: who looks at a thread's frame may hold it a moment longer


CASES = [
    Case("surroundings", ("a", "b c", "--d='e'")),
    Case("arguments", ("1", "2", "3", "--workers", "3", "--name", "Ada L")),
    Case("arguments", ("--workers", "none", "3")),
    Case("arguments"),
    Case("arguments", ("--help",)),
    Case("exit_text", ("ä", "", "*")),
    Case("package", ("x", "y"), "app"),
    Case("package", ("fail",), "app"),
    Case("package", (), "app.tool"),
    Case("package", (), "app.__main__"),
    Case("package", (), file="app/__main__.py"),
    Case("folder", ("x",), file="."),
    Case("several"),
    Case("tracebacks"),
    Case("imports_fail"),
    Case("bad_import"),
    Case("objects"),
    Case("unit_tests"),
    Case("system"),
    Case("shadows"),
    Case("spawning", ("-n", "2")),
    Case("spawning_module", ("-n", "2"), "app.work"),
    Case("hooks"),
    Case("ending", any_order=True),
    Case("recursion"),
    Case("recursion", (), "program"),
    Case("file_kinds"),
]


def named(case: Case) -> str:
    return "-".join(filter(None, [case.folder, case.module or case.file, *case.words])).replace("-program.py", "")


def tidy(ending: Ending) -> Ending:
    return Ending(ending.status, VARIES.sub("...", ending.out), VARIES.sub("...", ending.err))


VARIED = frozenset({"surroundings", "tracebacks", "imports_fail", "ending", "recursion", "shadows", "package"})
OTHERS = [one for one in pythons() if one != sys.executable]  # what differs from Python to Python is tried on them, too


def in_any_order(ending: Ending) -> Ending:
    return Ending(ending.status, "\n".join(sorted(ending.out.splitlines())), ending.err)


@pytest.mark.parametrize(
    ("case", "executable"),
    [
        *(pytest.param(case, sys.executable, id=named(case)) for case in CASES),
        *(
            pytest.param(case, other, id=f"{named(case)}-{Path(other).parent.parent.name}")
            for case in CASES
            for other in OTHERS
            if case.folder in VARIED
        ),
    ],
)
def test_that_it_does_what_it_does_outside(
    open_program: Callable[..., Session],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    case: Case,
    executable: str,
) -> None:
    for name, value in {"PYTHONDONTWRITEBYTECODE": "1", **TERMINAL}.items():  # the stage has them, too
        monkeypatch.setenv(name, value)
    folder = tmp_path / "own"
    shutil.copytree(PROGRAMS / case.folder, folder)
    called = str(folder) if case.file == "." else case.file  # 3.9 has a relative one in many places
    typed = ["-m", case.module] if case.module else [called]
    there = command([executable, *typed, *case.words], folder)
    shutil.rmtree(folder)
    shutil.copytree(PROGRAMS / case.folder, folder)
    path = Path(file_of(str(folder), case.module)) if case.module else folder / case.file
    if case.file == ".":
        path, module = folder / "__main__.py", "__main__"
    else:
        module = case.module
    monkeypatch.chdir(folder)
    here = inside(open_program, path, executable, words=case.words, module=module, called=called)
    if case.any_order:
        here, there = in_any_order(here), in_any_order(there)
    assert tidy(here) == tidy(there)
