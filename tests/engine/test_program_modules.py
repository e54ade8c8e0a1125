"""Programs of several files: which they are, where in them something happened, what is typed in them is what runs."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.analysis.run_facts import NOWHERE, RunFacts
from engine.checking.imported_modules import MOST, imported_modules, may_import
from engine.checking.module_search import ModuleQuestion, look, look_elsewhere
from engine.frame import Ended, Finding, FindingKind, Frame
from engine.frame.finding import Deadlock
from engine.protocol.messages import FileFact
from engine.protocol.places import start_of
from engine.scenarios import catalogue
from engine.session.session import Session
from engine.words.findings import detail, sentence
from engine.words.troubles import told
from tests.engine.process_kit import pump_until
from tests.engine.test_foreign_programs import pythons

ROOT = Path(__file__).resolve().parent.parent.parent
METHODS = multiprocessing.get_all_start_methods()
FAILS = "import threading, helper\nt = threading.Thread(target=helper.fail, name='T')\nt.start()\nt.join()\n"
LIMIT = 30.0  # seconds: a run that takes so long hangs


def written(folder: Path, **files: str) -> Path:
    """Files by their names without an end, `__` is a slash; returns the program's path."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/', 1)}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "main.py"


def package(folder: Path, text: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "__init__.py").write_text(text)


def names(path: Path, text: str | None = None, module: str = "") -> list[str] | None:
    found = imported_modules(path.read_text() if text is None else text, str(path), module)
    return None if found is None else [one.name for one in found]


def ran(session: Session) -> Frame:
    session.run()
    frame = session.wait(LIMIT)
    session.modules.settle()
    return session.pump() or frame


def of_kind(frame: Frame, kind: FindingKind) -> list[Finding]:
    return [one for one in frame.result.findings if one.kind is kind]


def printed(frame: Frame) -> list[str]:
    return [one.text for one in frame.recording.output if not one.error]


def test_that_imports_are_followed_from_file_to_file_each_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        main="import helper\nimport threading\nfrom pkg import work\ndef late():\n    import last\n",
        helper="import main\nimport last\n",
        last="",
        pkg__work="from . import parts\nfrom .parts import what\nfrom .. import outside\n",
        pkg__parts="what = 1\n",
        unused="x = 1\n",
    )
    package(tmp_path / "pkg")
    (tmp_path / "last.py").write_text("y = 2\n")
    assert names(path) == ["helper.py", "pkg/work.py", "last.py", "pkg/parts.py"], "no empty __init__.py, no library"
    package(tmp_path / "pkg", "import unused\n")
    assert names(path) == ["helper.py", "pkg/__init__.py", "pkg/work.py", "last.py", "unused.py", "pkg/parts.py"]


def test_that_a_file_beside_the_program_hides_a_library_but_not_what_is_built_into_python(tmp_path: Path) -> None:
    path = written(tmp_path, main="import time, queue, json.decoder\n", time="a = 1\n", queue="b = 1\n")
    assert names(path) == ["queue.py"]


def test_that_a_text_that_is_no_python_says_nothing_and_one_that_is_imported_is_still_shown(tmp_path: Path) -> None:
    path = written(tmp_path, main="import helper\n", helper="import (\n")
    assert names(path) == ["helper.py"]
    assert names(path, "import helper\nfor\n") is None
    (tmp_path / "helper.py").write_bytes(b"\xff\0")
    assert names(path) == []


def test_that_very_many_files_are_not_all_shown(tmp_path: Path) -> None:
    files = {f"m{number}": f"import m{number + 1}\n" for number in range(2 * MOST)}
    path = written(tmp_path, main="import m0\n", **files)
    assert names(path) == [f"m{number}.py" for number in range(MOST)]


def test_that_a_module_that_is_run_by_name_knows_the_packages_above_it(tmp_path: Path) -> None:
    written(tmp_path, app____main__="from . import core\nimport beside\n", app__core="x = 1\n", beside="y = 1\n")
    package(tmp_path / "app")
    main = tmp_path / "app" / "__main__.py"
    main.write_text("from . import core\nimport beside\n")
    assert names(main, module="app") == ["core.py", str(tmp_path / "beside.py")]


def test_that_an_id_which_stands_for_several_files_names_none_of_them() -> None:
    facts = RunFacts()
    facts.note([FileFact(1, "/x/main.py"), FileFact(2, "/x/pkg/work.py"), FileFact(3, "/elsewhere/lib.py")])
    assert facts.where(start_of(1) | 4) == {"line": 4, "file": ""}
    assert facts.where(start_of(2) | 5) == {"line": 5, "file": "pkg/work.py"}
    assert facts.where(start_of(3) | 6) == {"line": 6, "file": "/elsewhere/lib.py"}
    assert facts.where(start_of(9) | 6) == facts.where(0) == NOWHERE
    facts.note([FileFact(2, "/x/other.py"), FileFact(2, "/x/pkg/work.py")])
    assert facts.where(start_of(2) | 5) == NOWHERE


def test_that_an_exception_in_a_module_is_told_with_its_file(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    path = written(
        tmp_path,
        main=FAILS,
        helper="def fail():\n    raise ValueError('no')\n",
    )
    session = open_program(path)
    frame = ran(session)
    (finding,) = of_kind(frame, FindingKind.EXCEPTION)
    assert (finding.line, finding.file) == (2, "helper.py")
    assert sentence(finding) == "T died in line 2 of helper.py: ValueError: no"
    lane = next(one for one in frame.recording.lanes if one.name == "T")
    assert (lane.error_line, lane.error_file) == (2, "helper.py")
    assert set(frame.recording.files.values()) == {"", "helper.py"}
    (module,) = frame.program.modules
    assert (module.name, module.path, module.edited) == ("helper.py", str(tmp_path / "helper.py"), False)
    assert module.ran == module.text == (tmp_path / "helper.py").read_text()
    summary = session.summary()["findings"][0]
    assert (summary["line"], summary["file"]) == (2, "helper.py")


def test_that_two_modules_that_lock_each_other_out_are_told_with_their_files(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    work = "import threading\nimport {other}\n{name} = threading.Lock()\nready = threading.Event()\n\ndef run():\n"
    work += "    with {name}:\n        ready.set()\n        {other}.ready.wait()\n        with {other}.{other}_lock:\n"
    work += "            pass\n"
    left = work.format(name="left_lock", other="right")
    right = work.format(name="right_lock", other="left")
    path = written(
        tmp_path,
        main="import threading\nimport left, right\n"
        "for one in (left, right):\n    threading.Thread(target=one.run, name=one.__name__, daemon=True).start()\n"
        "for one in threading.enumerate()[1:]:\n    one.join(0.5)\n",
        left=left,
        right=right,
    )
    frame = ran(open_program(path))
    (found,) = of_kind(frame, FindingKind.DEADLOCK)
    assert isinstance(found, Deadlock)
    assert {(one.name, one.line, one.file) for one in found.cycle} == {
        ("left", 10, "left.py"),
        ("right", 10, "right.py"),
    }
    assert found.file in ("left.py", "right.py")
    assert "line 10 of left.py" in detail(found)


def test_that_a_module_that_python_cannot_read_is_where_the_trouble_is(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    path = written(tmp_path, main="import good\nimport bad\n", good="x = 1\n", bad="x = 1\ndef (\n")
    frame = ran(open_program(path))
    assert frame.run.ended is Ended.DIED
    trouble = frame.run.trouble
    assert trouble is not None
    assert (trouble.line, trouble.file) == (2, "bad.py")
    assert told(trouble)[0].startswith("SyntaxError")


def test_that_the_main_thread_dies_in_the_module_s_line(open_program: Callable[..., Session], tmp_path: Path) -> None:
    path = written(tmp_path, main="from pkg import work\nwork.go()\n", pkg__work="def go():\n    return 1 / 0\n")
    package(tmp_path / "pkg")
    session = open_program(path)
    frame = ran(session)
    assert frame.run.trouble is not None
    assert (frame.run.trouble.line, frame.run.trouble.file) == (2, "pkg/work.py")
    assert session.summary()["trouble"]["file"] == "pkg/work.py"


def test_that_the_command_line_names_the_file(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        main=FAILS,
        helper="def fail():\n    raise ValueError('no')\n",
    )
    command = [sys.executable, str(ROOT / "main.py"), "run", str(path)]
    said = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert "line 2 of helper.py" in said.stdout
    told_ = subprocess.run([*command, "--json"], check=False, capture_output=True, text=True, timeout=60)
    assert json.loads(told_.stdout)["findings"][0]["file"] == "helper.py"


@pytest.mark.parametrize("executable", pythons(), ids=lambda path: Path(path).parent.parent.name)
def test_that_what_is_typed_in_a_module_runs_and_changes_nothing_in_the_folder(
    open_program: Callable[..., Session], tmp_path: Path, executable: str
) -> None:
    text = "def say():\n    return 'as saved'\n"
    path = written(tmp_path, main="import helper\nprint(helper.say())\n", helper=text)
    session = open_program(path)
    session.set_interpreter(executable)
    assert printed(ran(session)) == ["as saved"]
    session.type_in({str(tmp_path / "helper.py"): text.replace("as saved", "as typed")})
    (module,) = session.frame.program.modules
    assert module.edited
    assert module.text == text.replace("as saved", "as typed")
    assert module.ran == text
    frame = ran(session)
    assert printed(frame) == ["as typed"], "although the file's compiled text was kept"
    assert frame.program.modules[0].ran == module.text
    session.type_in({})
    session.modules.settle()
    assert printed(ran(session)) == ["as saved"], "what was typed was kept nowhere"
    assert not session.frame.program.modules[0].edited
    assert (tmp_path / "helper.py").read_text() == text


def test_that_a_traceback_shows_the_lines_that_were_typed(open_program: Callable[..., Session], tmp_path: Path) -> None:
    path = written(tmp_path, main="import helper\nhelper.go()\n", helper="def go():\n    pass\n")
    session = open_program(path)
    session.modules.settle()
    session.type_in({str(tmp_path / "helper.py"): "# more\ndef go():\n    raise KeyError('typed')\n"})
    frame = ran(session)
    assert frame.run.trouble is not None
    assert (frame.run.trouble.line, frame.run.trouble.file) == (3, "helper.py")
    assert "raise KeyError('typed')" in frame.run.trouble.detail


def test_that_a_typed_module_that_python_cannot_read_is_told_as_a_file_is(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    bad = "# -*- coding: latin-1 -*-\nname = '\u00e9'\ndef f(:\n"
    path = written(tmp_path, main="import helper\nprint(helper.name)\n", helper=bad)
    (tmp_path / "helper.py").write_text(bad, "latin-1")
    session = open_program(path)
    saved = ran(session).run.trouble
    (tmp_path / "helper.py").write_text("name = 1\n")
    session.type_in({str(tmp_path / "helper.py"): bad})
    assert ran(session).run.trouble == saved
    assert saved is not None
    assert "importlib" not in saved.detail
    session.type_in({str(tmp_path / "helper.py"): bad.removesuffix("def f(:\n")})
    assert printed(ran(session)) == ["\u00e9"]


@pytest.mark.parametrize("method", METHODS)
def test_that_other_processes_of_the_program_read_what_is_typed(
    open_program: Callable[..., Session], tmp_path: Path, method: str
) -> None:
    main = "import multiprocessing\nimport helper\nif __name__ == '__main__':\n"
    main += f"    context = multiprocessing.get_context({method!r})\n"
    main += "    one = context.Process(target=helper.say)\n    one.start()\n    one.join()\n"
    helper = "import later\ndef say():\n    print('as saved')\n"
    path = written(tmp_path, main=main, helper=helper, later="x = 1\n")
    session = open_program(path)
    session.modules.settle()
    session.type_in({str(tmp_path / "helper.py"): helper.replace("print('as saved')", "print('as typed')\n    1 / 0")})
    frame = ran(session)
    assert printed(frame) == ["as typed"]
    (finding,) = of_kind(frame, FindingKind.EXCEPTION)
    assert (finding.line, finding.file) == (4, "helper.py")


def test_that_a_file_that_only_the_run_reads_comes_behind_the_others(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    main = "import importlib\nimport known\nimportlib.import_module('plug' + 'in')\n"
    path = written(tmp_path, main=main, known="a = 1\n", plugin="b = 1\n")
    session = open_program(path)
    session.open(catalogue.from_file(path), main)
    session.modules.settle()
    before = session.pump().program.modules
    assert [one.name for one in before] == ["known.py"]
    after = ran(session).program.modules
    assert [one.name for one in after] == ["known.py", "plugin.py"]
    session.edit("import known\n")
    session.modules.settle()
    assert [one.name for one in session.pump().program.modules] == ["known.py", "plugin.py"], "the run is still shown"


def test_that_what_is_typed_stays_in_sight_when_its_import_is_taken_out(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    path = written(tmp_path, main="import one\nimport two\n", one="a = 1\n", two="b = 1\n")
    session = open_program(path)
    session.open(catalogue.from_file(path), path.read_text())
    session.modules.settle()
    session.type_in({str(tmp_path / "one.py"): "a = 2\n"})
    session.modules.settle()
    session.edit("import os\n")
    session.modules.settle()
    assert [one.name for one in session.pump().program.modules] == ["one.py"]


def test_that_locks_of_modules_are_switches_before_they_are_made(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    taken = "with helper.guard:\n    print(helper.guard.acquire(False))\n"
    main = f"import threading, helper\nready = threading.Event()\n{taken}"
    helper = "import threading\nguard = threading.Lock()\nready = threading.Event()\n"
    path = written(tmp_path, main=main, helper=helper)
    session = open_program(path)
    assert [one.name for one in session.frame.program.switches] == ["ready"]
    pump_until(session, lambda frame: len(frame.program.switches) == 2)
    assert [(one.name, one.type, one.seen) for one in session.frame.program.switches] == [
        ("ready", "Event", False),
        ("guard", "Lock", False),
    ]
    session.switch("guard", False)
    frame = ran(session)
    assert printed(frame) == ["True"], "it lets everybody in"
    assert [(one.name, one.on, one.seen) for one in frame.program.switches] == [
        ("ready", True, True),
        ("guard", False, True),
    ]


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_that_a_program_behind_a_link_has_its_modules(open_program: Callable[..., Session], tmp_path: Path) -> None:
    real = tmp_path / "real"
    path = written(real, main="import helper\nprint(helper.NAME)\n", helper="NAME = 'saved'\n")
    link = tmp_path / "link"
    link.symlink_to(real)
    session = open_program(link / path.name)
    session.modules.settle()
    session.type_in({str(link / "helper.py"): "NAME = 'typed'\n"})
    frame = ran(session)
    assert printed(frame) == ["typed"]
    assert [one.name for one in frame.program.modules] == ["helper.py"]


def test_that_another_process_finds_what_is_found_here(tmp_path: Path) -> None:
    path = written(tmp_path, main="import helper\nfrom package import inner\n", helper="x = 1\n", idle="y = 2\n")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "inner.py").write_text("import threading\nguard = threading.Lock()\n# \u00e9\n", "utf-8")
    typed = {os.path.realpath(tmp_path / "helper.py"): "import idle  # typed\n"}
    question = ModuleQuestion(Path(path).read_text("utf-8"), str(path), "", typed, ())
    found = look(question)
    assert found is not None
    assert [one.name for one in found] == ["helper.py", "package/inner.py", "idle.py"]
    assert look_elsewhere(question) == found
    assert look_elsewhere(replace(question, text="def f(:\n")) is None


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("import helper", True), ("import os, helper as h", True), ("from helper import x", True),
        ("x = 1; import helper", True), ("try: import helper\nexcept ImportError: pass", True),
        ("from . import helper", True), ("import os, \\\n  helper", True),
        ("    import package.inner", True), ("import os", False), ("# import nothing\nprint('from here')", False),
        ("", False),
    ],
)  # fmt: skip
def test_that_it_is_seen_at_a_glance_whether_a_text_may_import_a_file_beside_it(
    tmp_path: Path, text: str, may: bool
) -> None:
    written(tmp_path, main=text, helper="x = 1\n")
    (tmp_path / "package").mkdir()
    assert may_import(text, str(tmp_path / "main.py")) is may
