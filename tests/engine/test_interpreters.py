"""Which Pythons there are: each is really started and asked."""

import os
import subprocess
import sys

import pytest

from engine.environment import interpreters

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="uses shell scripts")


@pytest.fixture
def script(tmp_path):
    """Makes a program of a few lines of shell and returns its path."""

    def make(text, name="python3.99"):
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return str(path)

    return make


def test_that_an_interpreter_says_who_it_is():
    found = interpreters.probe(sys.executable)
    assert found.problem == ""
    assert found.version == ".".join(map(str, sys.version_info[:3]))
    assert found.implementation == "CPython"
    assert found.gil == getattr(sys, "_is_gil_enabled", lambda: True)()
    assert found.cores >= 1
    assert found.switch_interval == pytest.approx(0.005)


@posix_only
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("exit 3", "it does not start: status 3"),
        ("echo 'libpython is missing' >&2; exit 127", "it does not start: libpython is missing"),
        ("echo hello", "it is not a Python"),
        ("""echo '{"version": "3.8.1"}'""", "Python 3.8.1 is too old; 3.9 or newer is needed"),
        ("""echo '{"version": "2.7.18"}'""", "Python 2.7.18 is too old"),
        ("exec sleep 60", "it does not answer within 0.3 s"),
    ],
)
def test_that_one_that_cannot_be_used_says_why(script, text, said):
    assert said in interpreters.probe(script(text), patience=0.3 if "sleep" in text else interpreters.PATIENCE).problem


def test_that_a_version_finds_its_python_also_where_path_does_not_lead():
    this = ".".join(map(str, sys.version_info[:2]))
    assert interpreters.named(this).version.startswith(f"{this}.")
    assert interpreters.named(sys.executable).executable == sys.executable


def test_that_a_name_that_is_nowhere_says_so():
    assert interpreters.named("python3.99").problem == "there is no such program"
    folder = "it does not start" if os.name == "posix" else "there is no such program"  # as the system says it
    assert interpreters.named(os.path.dirname(sys.executable)).problem.startswith(folder)


@posix_only
def test_that_an_environment_and_links_count_as_the_python_they_are_made_of(tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "env")], check=True)
    links = tmp_path / "links"
    links.mkdir()
    (links / "python3").symlink_to(sys.executable)
    path = f"{links}{os.pathsep}{tmp_path / 'env' / 'bin'}"
    here = interpreters.probe(sys.executable)

    found = interpreters.survey({"PATH": path, "PYENV_ROOT": str(tmp_path)})

    assert found[0].executable == sys.executable
    assert [one for one in found[1:] if one.base == here.base] == []


@posix_only
def test_that_those_that_do_not_work_are_told_but_not_offered(script, tmp_path):
    broken = script("exit 1")
    found = {one.executable: one for one in interpreters.survey({"PATH": str(tmp_path), "PYENV_ROOT": str(tmp_path)})}
    assert found[broken].problem
    assert broken not in [one.executable for one in interpreters.find()]


@posix_only
def test_that_pythons_kept_by_pyenv_are_found_without_its_shims(script, tmp_path):
    kept = tmp_path / "versions" / "3.12.0" / "bin"
    kept.mkdir(parents=True)
    (kept / "python3").write_text("#!/bin/sh\nexit 1\n")
    (kept / "python3").chmod(0o755)
    shims = tmp_path / "shims"
    shims.mkdir()
    shim = script("exit 1", "shims/python3.12")
    paths = {one.executable for one in interpreters.survey({"PATH": str(shims), "PYENV_ROOT": str(tmp_path)})}
    assert str(kept / "python3") in paths
    assert shim not in paths


def called(executable, version="3.11.7", gil=True, implementation="CPython"):
    """A Python that was found."""
    return interpreters.Candidate(executable, version, implementation, gil)


def test_that_a_python_is_called_by_its_version_as_long_as_that_says_which():
    found = [called("/usr/bin/python3"), called("/opt/python3.13t", "3.13.1", gil=False), called("/opt/pypy", "3.10.2")]
    found.append(called("/opt/pypy3", "3.11.9", implementation="PyPy"))
    assert interpreters.labels(found) == [
        "Python 3.11 · GIL",
        "Python 3.13 · no GIL",
        "Python 3.10 · GIL",
        "PyPy 3.11 · GIL",
    ]


def test_that_no_two_pythons_are_called_the_same():
    found = [
        called("/usr/bin/python3.11", "3.11.2"),
        called("/srv/lab/.venv/bin/python"),
        called("/opt/a/env/bin/python3"),
        called("/opt/b/env/bin/python3"),
        called("/usr/bin/python3.12", "3.12.1"),
    ]
    told = interpreters.labels(found)
    assert len(set(told)) == len(told)
    assert told == [
        "Python 3.11.2 · GIL",
        "Python 3.11.7 · GIL · .venv",
        "Python 3.11.7 · GIL · /opt/a/env/bin/python3",
        "Python 3.11.7 · GIL · /opt/b/env/bin/python3",
        "Python 3.12 · GIL",
    ]
