"""The set-up of the first start: what is needed, what is there, and an environment made of real files."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement as PackagingRequirement
from packaging.specifiers import SpecifierSet

from engine.environment import bootstrap, newer_python, requirements, system
from engine.environment.bootstrap import Environment
from engine.environment.requirements import Requirement
from engine.environment.steps import Steps, note_of

ROOT = Path(__file__).resolve().parents[2]
FIRST = ("__init__", "installation", "newer_python")  # what main.py imports before it knows how old Python is
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="uses shell scripts")
needs_pip = pytest.mark.skipif(find_spec("ensurepip") is None, reason="this Python, an embeddable one, has no pip")


def test_that_the_small_reader_of_pyproject_finds_what_a_real_one_finds():
    project = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    texts = project["dependencies"] + project["optional-dependencies"]["test"]
    real = [PackagingRequirement(text) for text in texts]
    wanted = [(one.name, one.specifier) for one in real if one.marker is None or one.marker.evaluate()]

    found = requirements.read(ROOT / "pyproject.toml", "test")

    assert [(one.name, SpecifierSet(one.specifier)) for one in found] == wanted


versions = st.lists(st.integers(0, 12), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))
conditions = st.tuples(st.sampled_from(["==", "!=", "<=", ">=", "<", ">"]), versions).map("".join)


@given(versions, st.lists(conditions, min_size=1, max_size=3).map(",".join))
def test_that_a_version_is_allowed_exactly_when_pip_allows_it(version, specifier):
    assert requirements.allowed(version, specifier) == SpecifierSet(specifier).contains(version)


def test_that_a_requirement_that_is_not_understood_is_refused_and_not_skipped(tmp_path):
    file = tmp_path / "pyproject.toml"
    file.write_text("[project]\ndependencies = [\"numpy; sys_platform == 'win32'\"]\n")
    with pytest.raises(ValueError, match="sys_platform"):
        requirements.read(file)
    with pytest.raises(ValueError, match="comparison"):
        requirements.allowed("1.0", "~=1.0")


def test_that_what_is_missing_or_in_the_wrong_version_is_named():
    wanted = (Requirement("no-such-thing", "", ""), Requirement("pytest", ">=900", ""), Requirement("pytest", "", ""))
    problems = requirements.unmet(wanted)
    assert problems[0] == "no-such-thing is not installed"
    assert re.match(r"pytest \d.* is installed, >=900 is needed", problems[1])
    assert len(problems) == 2


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None and True are immortal from 3.12 on")
def test_that_the_bindings_that_miscount_none_are_refused_with_the_reason(tmp_path):
    fake = tmp_path / "PySide6_Essentials-6.12.0.dist-info"
    fake.mkdir()
    (fake / "METADATA").write_text("Metadata-Version: 2.1\nName: PySide6-Essentials\nVersion: 6.12.0\n")
    ask = (
        "from pathlib import Path\nfrom engine.environment import requirements as r\n"
        "print(r.unmet(r.read(Path('pyproject.toml'))))"
    )
    told = subprocess.run(
        [sys.executable, "-c", ask],
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])},
        capture_output=True,
        text=True,
    )
    assert "PySide6 6.12.0 is installed, but on Python 3.10 and 3.11" in told.stdout
    assert "PYSIDE-3474" in told.stdout


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A folder that pip installs from, and from nowhere else, with one small package in it."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    info = "tiny_thing-1.0.dist-info"
    with zipfile.ZipFile(folder / "tiny_thing-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny_thing.py", "WORD = 'here'\n")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny-thing\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", f"tiny_thing.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return (Requirement("tiny-thing", ">=1", "tiny-thing>=1"),)


@needs_pip
def test_that_an_environment_is_made_and_finished_after_an_interruption(tmp_path, shelf):
    environment = Environment(tmp_path / ".venv")
    assert not environment.begun()
    assert not environment.complete(shelf)
    said = io.StringIO()

    assert environment.set_up(shelf, Steps(said)) == ""

    assert environment.complete(shelf)
    ask = [str(environment.python), "-c", "import tiny_thing; print(tiny_thing.WORD)"]
    assert subprocess.run(ask, check=True, capture_output=True, text=True).stdout == "here\n"
    assert "Making a Python environment: done in" in said.getvalue()

    (environment.folder / bootstrap.MARKER).unlink()  # as if it had been interrupted before its last step
    (environment.folder / "kept").touch()
    assert not environment.complete(shelf)
    assert environment.set_up(shelf, Steps(said)) == ""
    assert environment.complete(shelf)
    assert (environment.folder / "kept").exists(), "what was there already was thrown away"


@needs_pip
def test_that_a_set_up_that_fails_says_what_pip_said_and_leaves_no_marker(tmp_path, shelf):
    environment = Environment(tmp_path / ".venv")
    missing = (Requirement("not-on-the-shelf", "", "not-on-the-shelf"),)
    problem = environment.set_up(missing, Steps(io.StringIO()))
    assert "No matching distribution found for not-on-the-shelf" in problem
    assert "the next start goes on from here" in problem
    assert not environment.complete(missing)


def test_that_an_environment_made_for_fewer_requirements_is_not_complete(tmp_path):
    environment = Environment(tmp_path)
    environment.python.parent.mkdir()
    environment.python.touch()
    (tmp_path / bootstrap.MARKER).write_text(json.dumps({"installed": ["a>=1"]}))
    assert environment.complete((Requirement("a", ">=1", "a>=1"),))
    assert not environment.complete((Requirement("a", ">=1", "a>=1"), Requirement("b", "", "b")))
    (tmp_path / bootstrap.MARKER).write_text("half a fi")
    assert not environment.complete((Requirement("a", ">=1", "a>=1"),))


def test_that_a_step_that_fails_returns_its_last_lines():
    said = io.StringIO()
    failing = [sys.executable, "-c", "print('first'); print('why'); raise SystemExit(3)"]
    assert Steps(said).run("Trying", failing) == "first\nwhy"
    assert "Trying: failed after" in said.getvalue()
    assert "does not start" in Steps(said).run("Trying", [str(ROOT / "no such program")])


def test_that_lines_of_pip_become_short_notes():
    line = "  Downloading PySide6_Essentials-6.11.3-cp39-abi3-manylinux_2_28_x86_64.whl (96.9 MB)"
    assert note_of(line) == "downloading PySide6_Essentials, 96.9 MB"
    assert note_of("Collecting numpy<3,>=1.26") == "looking for numpy"
    assert note_of("Preparing metadata") == ""


@posix_only
def test_that_a_newer_python_counts_only_when_it_really_starts(tmp_path, monkeypatch):
    def script(name, text):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)

    script("python3.14", "echo 'pyenv: python3.14: command not found' >&2; exit 127")
    script("python3.13", "echo 3.8")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    found = newer_python.find()
    assert Path(found).parent != tmp_path
    script("python3.12", "echo 3.12")
    assert newer_python.find() == str(tmp_path / "python3.12")


@posix_only
def test_that_the_modules_of_the_first_moment_compile_with_the_grammar_of_old_pythons():
    import ast

    for name in ("main.py", "engine/__init__.py", *(f"engine/environment/{one}.py" for one in FIRST)):
        ast.parse((ROOT / name).read_text("utf-8"), feature_version=(3, 6))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a display")
def test_that_a_display_that_nobody_serves_is_no_display():
    assert not system.has_display({})
    assert not system.has_display({"DISPLAY": ":987"})
    assert not system.has_display({"DISPLAY": "nonsense"})
    assert system.has_display({"QT_QPA_PLATFORM": "offscreen"})
    assert system.has_display({"WAYLAND_DISPLAY": "wayland-0"})


def test_that_apt_is_given_each_package_once():
    assert system.apt_command(["libgl1", "libegl1", "libgl1"])[4:] == ["libegl1", "libgl1"]
