"""Which Pythons are on this machine, and which of them can run a program on the stage."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OLDEST = (3, 9)  # of what the stage is written for
PATIENCE = 10.0  # seconds for an interpreter to say who it is: a cold disk needs some
_AT_ONCE = 4  # they are started to be asked: more only wait for one another
_NAME = re.compile(r"python(3(\.\d+t?)?)?(\.exe)?\Z", re.IGNORECASE)
_VERSION = re.compile(r"(?:python)?(\d+\.\d+(?:\.\d+)?)\Z")
_ASK = """
import json, os, sys
if sys.version_info < (3, 3):
    print(json.dumps({"version": "%d.%d.%d" % sys.version_info[:3]}))
    sys.exit()
try:
    cores = len(os.sched_getaffinity(0))
except AttributeError:
    cores = os.cpu_count() or 0
names = {"cpython": "CPython", "pypy": "PyPy"}
name = sys.implementation.name
print(json.dumps({
    "version": "%d.%d.%d" % sys.version_info[:3],
    "implementation": names.get(name, name),
    "gil": bool(getattr(sys, "_is_gil_enabled", lambda: True)()),
    "cores": cores,
    "switch_interval": sys.getswitchinterval(),
    "executable": sys.executable,
    "base": os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable),
}))
"""


@dataclass(frozen=True)
class Candidate:
    """A Python that was asked who it is; with a `problem` it cannot be used."""

    executable: str
    version: str = ""
    implementation: str = ""
    gil: bool = True
    cores: int = 0
    switch_interval: float = 0.0  # seconds
    base: str = ""  # the real file, the same for an environment and the Python it was made of
    problem: str = ""


def labels(found: Sequence[Candidate]) -> list[str]:
    """What each is called: "Python 3.11 · GIL", and where several would be called so, more until none is like another.

    More is the whole version, then the folder it is installed in (an environment's name), then where it lies.
    """
    said = [_called(one, 2) for one in found]
    whole = [_called(one, 3) for one in found]
    folders = [f"{text} · {Path(one.executable).parent.parent.name or os.sep}" for one, text in zip(found, whole)]
    places = [f"{text} · {one.executable}" for one, text in zip(found, whole)]
    for longer in (whole, folders, places):
        said = [more if said.count(was) > 1 else was for was, more in zip(said, longer)]
    return said


def _called(one: Candidate, parts: int) -> str:
    name = "Python" if one.implementation in ("CPython", "") else one.implementation
    return f"{name} {'.'.join(one.version.split('.')[:parts])} · {'GIL' if one.gil else 'no GIL'}"


def find() -> list[Candidate]:
    """Those that can run a program, this one first, then the newest. Starts each: takes a second or more."""
    return [one for one in survey() if not one.problem]


def survey(environment: Mapping[str, str] = os.environ) -> list[Candidate]:
    """Every Python that was found, also those that are too old or do not start, each of them once."""
    paths = [sys.executable, *dict.fromkeys(_places(environment))]
    by_file = {os.path.realpath(path): path for path in reversed(paths)}  # of two links to one file the first
    chosen = [sys.executable, *(path for path in paths[1:] if by_file[os.path.realpath(path)] == path)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        asked = list(pool.map(probe, dict.fromkeys(chosen)))
    unique: dict[str, Candidate] = {}
    for candidate in asked:
        unique.setdefault(candidate.base or candidate.executable, candidate)
    found = list(unique.values())
    return found[:1] + sorted(found[1:], key=lambda one: (bool(one.problem), [-part for part in _numbers(one.version)]))


def named(text: str) -> Candidate:
    """The Python meant by a path, a name or a version such as "3.12", asked who it is.

    A version is also looked for where PATH does not lead: pyenv puts shims there that fail unless it was chosen.
    """
    candidate = probe(shutil.which(text) or text)
    version = _VERSION.match(text)
    if not candidate.problem or version is None:
        return candidate
    fitting = (one for one in survey() if not one.problem and f"{one.version}.".startswith(f"{version[1]}."))
    return next(fitting, candidate)


def probe(executable: str, patience: float = PATIENCE) -> Candidate:
    """Starts a Python and asks who it is, waiting `patience` seconds at most. Never raises: it names the problem."""
    command, nothing, root = [executable, "-E", "-c", _ASK], subprocess.DEVNULL, os.path.abspath(os.sep)
    try:
        told = subprocess.run(command, check=False, stdin=nothing, capture_output=True, timeout=patience, cwd=root)
    except subprocess.TimeoutExpired:
        return Candidate(executable, problem=f"it does not answer within {patience:g} s")
    except FileNotFoundError:
        return Candidate(executable, problem="there is no such program")
    except (OSError, ValueError) as error:
        return Candidate(executable, problem=f"it does not start: {getattr(error, 'strerror', None) or error}")
    if told.returncode != 0:
        last = told.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"status {told.returncode}"]
        return Candidate(executable, problem=f"it does not start: {last[0]}")
    return _judge(executable, told.stdout)


def _judge(executable: str, answer: bytes) -> Candidate:
    try:
        facts: dict[str, Any] = json.loads(answer)
        facts["executable"] = executable
        candidate = Candidate(**facts)
        version = _numbers(candidate.version)
    except (ValueError, TypeError):
        return Candidate(executable, problem="it is not a Python: its answer makes no sense")
    if version < OLDEST:
        needed = ".".join(map(str, OLDEST))
        return Candidate(**{**facts, "problem": f"Python {candidate.version} is too old; {needed} or newer is needed"})
    return candidate


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")) if version else ()


def _places(environment: Mapping[str, str]) -> Iterator[str]:
    """Where Pythons are kept; only files that exist."""
    home = Path.home()
    pyenv = Path(environment.get("PYENV_ROOT") or home / ".pyenv")
    folders = [Path(part) for part in environment.get("PATH", "").split(os.pathsep) if part]
    folders = [folder for folder in folders if folder != pyenv / "shims"]  # these start only what pyenv has chosen
    if sys.platform == "win32":
        yield from _of_the_launcher()
        folders += sorted(Path(environment.get("LOCALAPPDATA", home), "Programs", "Python").glob("Python3*"))
    else:
        folders += [Path("/usr/bin"), Path("/usr/local/bin"), Path("/opt/homebrew/bin")]
        folders += sorted(Path("/Library/Frameworks/Python.framework/Versions").glob("3.*/bin"))
    for folder in folders:
        yield from _pythons_in(folder)
    uv = Path(environment.get("UV_PYTHON_INSTALL_DIR") or home / ".local/share/uv/python")
    kept = [*(pyenv / "versions").glob("*"), *uv.glob("*"), *_of_conda(home, environment)]
    for root in sorted(kept):
        for name in ("bin/python3", "bin/python", "python.exe"):
            if (root / name).exists():
                yield str(root / name)
                break


def _pythons_in(folder: Path) -> list[str]:
    try:
        names = sorted(os.listdir(folder), key=len, reverse=True)  # python3.12 says more than python3
    except OSError:
        return []
    return [str(folder / name) for name in names if _NAME.match(name) and os.access(folder / name, os.X_OK)]


def _of_conda(home: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    roots = [home / name for name in ("miniconda3", "anaconda3", "miniforge3", "mambaforge")]
    if environment.get("CONDA_EXE"):
        roots.append(Path(environment["CONDA_EXE"]).parent.parent)
    for root in dict.fromkeys(roots):
        yield root
        yield from (root / "envs").glob("*")


def _of_the_launcher() -> list[str]:
    """What Windows' `py -0p` lists."""
    try:
        told = subprocess.run(["py", "-0p"], check=False, capture_output=True, text=True, timeout=PATIENCE)
    except (OSError, subprocess.SubprocessError):
        return []
    return re.findall(r"[A-Za-z]:\\[^\r\n]*?python[^\\\r\n]*\.exe", told.stdout, re.IGNORECASE)
