"""What the chosen Python says of a text, in a process of its own."""

import ast
import sys
import time
from pathlib import Path

import psutil
import pytest

from engine.checking import checker, server
from engine.checking.checker import Answer, Checker, answered
from engine.checking.live_check import LiveCheck
from engine.frame import NO_CHECK, Program
from engine.frame.check import Check, CheckState, Problem, ProblemKind
from engine.protocol import program_text
from engine.scenarios import catalogue
from engine.session.session import Session
from tests.pythons import pythons

GOOD = "ROUNDS = 3  # 1..9 s how long\nKIND = 'a'  # a | b\nfrom threading import Lock\nlock = Lock()\n"


def _wait(asked: Checker, limit: float = 60.0) -> Answer:
    until = time.monotonic() + limit
    while time.monotonic() < until:
        answer = asked.poll()
        if answer is not None:
            return answer
        time.sleep(0.005)
    raise AssertionError("no answer")


@pytest.fixture
def python():
    made = Checker(sys.executable, patience=30.0)
    yield made
    made.close()


def test_that_an_error_of_syntax_has_its_place_and_pythons_words(python) -> None:
    python.ask("a = 1\nb = (2,\nc = '\U0001f600' +\n")
    found = _wait(python).check
    assert found.state is CheckState.CHECKED
    (one,) = found.problems
    with pytest.raises(SyntaxError) as caught:
        compile(found.text, "x", "exec")
    assert (one.message, one.line, one.column) == (
        caught.value.msg,
        caught.value.lineno,
        (caught.value.offset or 1) - 1,
    )
    assert one.kind is ProblemKind.ERROR


def test_that_errors_that_only_the_compiler_finds_are_found(python) -> None:
    python.ask("return 1\n")
    assert [one.message for one in _wait(python).check.problems] == ["'return' outside function"]


def test_that_pythons_warnings_are_told(python) -> None:
    python.ask("a = 1\nif a is 1:\n    pass\n")
    (one,) = _wait(python).check.problems
    assert (one.kind, one.line) == (ProblemKind.WARNING, 2)
    assert "is" in one.message


def test_that_knobs_and_switches_come_as_the_window_would_read_them(python) -> None:
    python.ask(GOOD)
    answer = _wait(python)
    assert answer.check.problems == ()
    assert answer.knobs == program_text.knobs(GOOD)
    assert answer.switches == program_text.switches(GOOD)
    python.ask("ROUNDS = (\n")
    assert _wait(python).knobs is None, "what is not known does not take away what was"


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "a\x00b",
        "\ufeffa = 1",
        "a = '\ud800'",
        "\r\na = 1\r",
        "(" * 5000,
        "-" * 100_000 + "1",
        "[" * 300 + "]" * 300,
    ],
    ids=["zero", "zero inside", "mark", "half a pair", "ends", "brackets", "minus", "nested"],
)
def test_that_no_text_keeps_the_process_from_answering(python, text: str) -> None:
    python.ask(text)
    assert _wait(python).check.state in (CheckState.CHECKED, CheckState.DIED)
    python.ask("a = 1")
    assert _wait(python).check == Check(CheckState.CHECKED, "a = 1"), "the next one is read"


def test_that_the_newest_text_wins(python) -> None:
    for text in ("a = 1", "b = (", "c = 3"):
        python.ask(text)
    answer = _wait(python)
    assert (answer.check.text, answer.check.problems) == ("c = 3", ())
    assert not python.busy


SLOW = """import os, sys, time
sys.stdout.write('{"ready": true}\\n'); sys.stdout.flush()
for line in sys.stdin:
    time.sleep(3600)
"""
DEAD = """import sys
sys.stdout.write('{"ready": true}\\n'); sys.stdout.flush()
sys.stdin.readline()
"""
GARBAGE = """import sys
sys.stdout.write('{"ready": true}\\n'); sys.stdout.flush()
for line in sys.stdin:
    print('{"number": 1, "problems": 7}', flush=True)
"""


@pytest.mark.parametrize(
    ("program", "state"), [(SLOW, CheckState.TIMEOUT), (DEAD, CheckState.DIED), (GARBAGE, CheckState.DIED)]
)
def test_that_a_process_that_hangs_or_dies_is_said_and_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, state: CheckState
) -> None:
    file = tmp_path / "server.py"
    file.write_text(program)
    real = checker.SERVER
    monkeypatch.setattr(checker, "SERVER", file)
    asked = Checker(sys.executable, patience=0.2)
    asked.ask("a = 1")
    assert _wait(asked).check == Check(state, "a = 1")
    asked.close()
    monkeypatch.setattr(checker, "SERVER", real)
    again = Checker(sys.executable, patience=30.0)
    again.ask("a = 1")
    assert _wait(again).check.state is CheckState.CHECKED
    again.close()


SPINNING = """import json, os, sys
sys.stdout.write(json.dumps({"ready": True, "pid": os.getpid()}) + "\\n"); sys.stdout.flush()
sys.stdin.readline()
while True:
    pass
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there an environment's own python.exe is such a one")
def test_that_behind_a_python_that_starts_another_one_that_one_is_watched_and_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, starter = tmp_path / "server.py", tmp_path / "starter"
    file.write_text(SPINNING)
    starter.write_text(f'#!/bin/sh\n"{sys.executable}" "$@"\nexit $?\n')
    starter.chmod(0o755)
    monkeypatch.setattr(checker, "SERVER", file)
    monkeypatch.setattr(checker, "BUSY", 1e9)  # only the time of the processor counts
    asked = Checker(str(starter), patience=0.2)
    asked.ask("a = 1")
    family = []
    while asked.busy and not family:
        family = psutil.Process().children(recursive=True)[1:]
    assert _wait(asked).check == Check(CheckState.TIMEOUT, "a = 1")
    asked.close()
    assert psutil.wait_procs(family, timeout=60)[1] == []


def test_that_a_python_that_cannot_be_started_is_said(tmp_path: Path) -> None:
    for executable in (str(tmp_path / "none"), sys.executable + "-none"):
        asked = Checker(executable)
        asked.ask("a = 1")
        assert _wait(asked).check.state is CheckState.NO_PYTHON
        asked.close()


def test_that_then_the_windows_own_python_reads_it_and_that_is_said(tmp_path: Path) -> None:
    live = LiveCheck(rests=0.0)
    live.put("a = (")
    until, answer = time.monotonic() + 60, None
    while answer is None and time.monotonic() < until:
        answer = live.poll(str(tmp_path / "none"))
        time.sleep(0.005)
    live.close()
    assert answer is not None
    assert (answer.check.own, len(answer.check.problems)) == (True, 1)


def test_that_texts_of_several_files_are_read_one_after_the_other_and_the_newest_of_each() -> None:
    live, told = LiveCheck(rests=0.0), {}
    for file, text in (("", "a = ("), ("b.py", "b = 1"), ("c.py", "c = ("), ("b.py", "b = (")):
        live.put(text, file)
    until = time.monotonic() + 60
    while len(told) < 3 and time.monotonic() < until:
        answer = live.poll(sys.executable)
        if answer is not None:
            assert answer.file not in told
            told[answer.file] = answer.check.text, len(answer.check.problems)
        time.sleep(0.005)
    live.close()
    assert told == {"": ("a = (", 1), "b.py": ("b = (", 1), "c.py": ("c = (", 1)}
    assert list(told) == ["b.py", "c.py", ""], "what was typed last is read first"


def test_that_a_python_that_cannot_be_started_leaves_no_file_unread(tmp_path: Path) -> None:
    live, told = LiveCheck(rests=0.0), {}
    for file in ("", "b.py"):
        live.put("a = (", file)
    until = time.monotonic() + 60
    while len(told) < 2 and time.monotonic() < until:
        answer = live.poll(str(tmp_path / "none"))
        if answer is not None:
            told[answer.file] = answer.check.own
        time.sleep(0.005)
    live.close()
    assert told == {"": True, "b.py": True}


@pytest.mark.parametrize("executable", pythons())
def test_that_each_python_judges_by_its_own_grammar(executable: str) -> None:
    asked = Checker(executable, patience=30.0)
    asked.ask("match a:\n    case 1:\n        pass\n")
    answer = _wait(asked)
    asked.close()
    assert answer.check.state is CheckState.CHECKED
    old = not _runs(executable, "match a:\n    case 1:\n        pass\n")
    assert bool(answer.check.problems) is old


def _runs(executable: str, text: str) -> bool:
    import subprocess

    code = "import sys; compile(sys.argv[1], 'x', 'exec')"
    return subprocess.run([executable, "-c", code, text], capture_output=True, check=False).returncode == 0


def test_that_the_server_is_read_by_python_3_9_and_needs_the_standard_library_alone() -> None:
    tree = ast.parse(Path(server.__file__).read_text("utf-8"), feature_version=(3, 9))
    for node in ast.walk(tree):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert name.split(".")[0] in sys.stdlib_module_names or name.startswith("engine.protocol")


def test_that_an_answer_without_sense_is_refused() -> None:
    for told in ({}, {"problems": [{}]}, {"problems": [], "knobs": [1], "switches": []}):
        with pytest.raises((ValueError, KeyError, TypeError, IndexError)):
            answered(told, "")


def _until(session: Session, done) -> None:
    until = time.monotonic() + 60
    while not done(session.pump().program):
        assert time.monotonic() < until
        time.sleep(0.005)


def test_that_a_session_knows_what_is_wrong_in_the_text_that_is_edited_and_runs_that(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("ROUNDS = 3\nprint(ROUNDS)\n")
    session = Session()
    try:
        session.open(catalogue.from_file(path), path.read_text())
        session.set_knob("ROUNDS", 5)
        session.edit("ROUNDS = 3\nMORE = 4\nprint(ROUNDS + MORE\n")
        _until(session, lambda program: program.check.problems != ())
        assert [knob.name for knob in session.frame.program.knobs] == ["ROUNDS"], "as it was, until it can be read"
        session.edit("ROUNDS = 3\nMORE = 4\nprint(ROUNDS + MORE)\n")
        _until(session, lambda program: len(program.knobs) == 2)
        assert session.frame.program.check.problems == ()
        assert session.frame.program.knobs[0].value == 5, "what was set stays"
        session.run()
        frame = session.wait(60)
        assert "".join(one.text for one in frame.recording.output).strip() == "9"
        assert frame.program.ran == frame.program.text
        session.edit("print(1)\n")
        assert session.frame.program.ran != session.frame.program.text
        assert path.read_text() == "ROUNDS = 3\nprint(ROUNDS)\n", "the file is not touched"
    finally:
        session.close()


def test_that_modules_are_checked_as_they_are_in_their_files_and_as_they_are_typed(tmp_path: Path) -> None:
    path, helper, other = tmp_path / "mine.py", tmp_path / "helper.py", tmp_path / "other.py"
    path.write_text("import helper, other\n")
    helper.write_text("def go(:\n")
    other.write_text("x = 1\n")
    session = Session()

    def problems(program: Program) -> list[tuple[str, str, int]]:
        return [(one.name, one.check.text, len(one.check.problems)) for one in program.modules]

    try:
        session.open(catalogue.from_file(path), path.read_text())
        known = [("helper.py", "def go(:\n", 1), ("other.py", "x = 1\n", 0)]
        _until(session, lambda program: problems(program) == known)
        session.type_in({str(helper): "def go():\n    pass\n", str(other): "x = (\n"})
        assert problems(session.frame.program) == known, "the marks stay until there are others"
        known = [("helper.py", "def go():\n    pass\n", 0), ("other.py", "x = (\n", 1)]
        _until(session, lambda program: problems(program) == known)
        session.edit("import other\n")
        _until(session, lambda program: len(program.modules) == 2)
        session.type_in({str(other): "x = 2\n"})
        _until(session, lambda program: problems(program) == [("other.py", "x = 2\n", 0)])
        session.edit("import helper, other\n")
        _until(session, lambda program: ("helper.py", "def go(:\n", 1) in problems(program))
    finally:
        session.close()


def test_that_modules_of_what_cannot_be_edited_are_not_checked(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("import helper\n")
    (tmp_path / "helper.py").write_text("def go(:\n")
    session = Session(catalogue.from_file(path))
    try:
        session.modules.settle()
        session.pump()
        (module,) = session.frame.program.modules
        assert module.check is NO_CHECK
    finally:
        session.close()


def test_that_a_lesson_is_not_edited() -> None:
    session = Session(catalogue.load()[0])
    before = session.frame.program.text
    session.edit("print(1)\n")
    assert session.frame.program.text == before
    session.close()


def test_that_problems_are_data() -> None:
    one = Problem(ProblemKind.ERROR, "invalid syntax", 3, 4, 3, 5)
    assert answered({"problems": [{**vars(one), "kind": "error"}], "knobs": None, "switches": None}, "x") == Answer(
        Check(CheckState.CHECKED, "x", (one,))
    )
