"""The first start: makes an environment of its own beside main.py. Standard library only: nothing is installed yet."""

import importlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from engine.environment import installation, newer_python, requirements, system
from engine.environment.requirements import Requirement
from engine.environment.steps import Steps

MARKER = "thread-theatre.json"  # written last: without it a set-up was interrupted
_VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
_NEEDS_QT = (None, "shot", "film", "test")
_PIP_FLAGS = ("--no-input", "--disable-pip-version-check", "--progress-bar", "off")
_MISLEADING = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PYTHONHOME", "PYTHONPATH")  # would install somewhere else


def prepare(words: list[str], command: str | None) -> str:
    """Sees to it that `command` has what it needs; returns "" when this process can go on, else why not.

    What is installed already is used as it is. Otherwise a clone sets up `.venv` beside main.py, or finishes it when
    an earlier set-up was interrupted, and this process becomes that environment's Python with the same words. An
    installed program changes nothing: it says what is missing and what to type.
    """
    needed = requirements.needed("test" if command == "test" else "")
    steps = Steps(sys.stderr)
    problem = _see_to_system(command, steps)
    if problem:
        return problem
    lacking = requirements.unmet(needed)
    if not lacking:
        return ""
    if installation.INSTALLED:
        return f"{'; '.join(lacking)}. Type this, then start again:\n  {install_command(needed)}"
    environment = own_environment()
    if environment.is_this() or not environment.complete(needed):
        _announce(environment, lacking, steps)
        problem = environment.set_up(needed, steps)
        if problem:
            return problem
    if not environment.is_this():
        _become(environment, words)
    importlib.invalidate_caches()
    lacking = requirements.unmet(needed)
    return f"the environment in {environment.folder} is incomplete: {'; '.join(lacking)}." if lacking else ""


def enter_if_ready(words: list[str]) -> None:
    """Becomes the environment's Python when that is complete and this one lacks something; never sets it up."""
    environment, needed = own_environment(), requirements.needed()
    lacking = not installation.INSTALLED and requirements.unmet(needed)
    if lacking and not environment.is_this() and environment.complete(needed):
        _become(environment, words)


def install_command(needed: tuple[Requirement, ...]) -> str:
    """What installs those of them that are missing, as people type it."""
    has_pip = importlib.util.find_spec("pip") is not None  # whoever made this environment may have left it out
    pip = [sys.executable, "-m", "pip"] if has_pip else ["pip", "--python", sys.executable]
    lacking = [f"{wanted.name}{wanted.specifier}" for wanted in needed if requirements.unmet((wanted,))]
    return " ".join(f'"{word}"' if re.search(r"[\s<>]", word) else word for word in [*pip, "install", *lacking])


class Environment:
    """The virtual environment that the program keeps for itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

    def is_this(self) -> bool:
        """Whether this process runs in it."""
        return os.path.realpath(sys.prefix) == os.path.realpath(self.folder)

    def complete(self, needed: tuple[Requirement, ...]) -> bool:
        """Whether a set-up for (at least) these requirements came to its end."""
        try:
            done = json.loads((self.folder / MARKER).read_text("utf-8"))["installed"]
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return self.python.exists() and {wanted.text for wanted in needed} <= set(done)

    def begun(self) -> bool:
        """Whether there is one that starts, whatever it holds."""
        return newer_python.is_python(str(self.python), _VERSION)

    def set_up(self, needed: tuple[Requirement, ...], steps: Steps) -> str:
        """Makes or finishes it; returns "" or why it could not."""
        pip = _find_pip()
        if not pip and importlib.util.find_spec("ensurepip") is None:  # Debian puts it into python3-venv
            problem = _install_venv(steps)
            if problem:
                return problem
        (self.folder / MARKER).unlink(missing_ok=True)
        if not self.begun():
            flags = ["--without-pip"] if pip else []
            make = [sys.executable, "-m", "venv", "--clear", *flags, str(self.folder)]
            problem = steps.run("Making a Python environment", make)
            if problem:
                return f"{self.folder} cannot be made:\n{problem}"
        where = [*pip, "--python", str(self.python)] if pip else [str(self.python), "-m", "pip"]
        install = [*where, "install", *_PIP_FLAGS, *(wanted.text for wanted in needed)]
        clean = {name: value for name, value in os.environ.items() if name not in _MISLEADING}
        problem = steps.run("Installing Qt and the rest", install, clean)
        if problem:
            return f"pip could not install what is needed; the next start goes on from here.\n{problem}"
        half = self.folder / (MARKER + ".new")
        half.write_text(json.dumps({"installed": [wanted.text for wanted in needed]}, indent=1), "utf-8")
        half.replace(self.folder / MARKER)
        steps.say("Ready.")
        return ""


def own_environment() -> Environment:
    """That of a clone, whether it is there or not."""
    return Environment(installation.ROOT / ".venv")


def _become(environment: Environment, words: list[str]) -> NoReturn:
    sys.exit(newer_python.start(str(environment.python), [str(installation.ROOT / "main.py"), *words]))


def _announce(environment: Environment, lacking: list[str], steps: Steps) -> None:
    if environment.begun():
        steps.say(f"Thread Theatre finishes its own Python environment in {environment.folder}:")
    else:
        steps.say(f"Thread Theatre sets up its own Python environment in {environment.folder}")
        steps.say("(once; about 350 MB and a minute or two; nothing outside that folder is changed), because here:")
    for problem in lacking:
        steps.say(f"  - {problem}")


def _find_pip() -> list[str]:
    """The command of a pip that can install into another environment (22.3 or newer), [] when there is none."""
    base = str(getattr(sys, "_base_executable", sys.executable))  # our own environment has no pip inside
    for python in dict.fromkeys((sys.executable, base)):
        found = newer_python.answer([python, "-m", "pip", "--version"], 60).split()
        if len(found) > 1 and requirements.allowed(found[1], ">=22.3"):
            return [python, "-m", "pip"]
    return []


def _install_venv(steps: Steps) -> str:
    if not system.has_apt():
        return f"Python {_VERSION} has neither pip nor ensurepip. Install pip for it and start again."
    return _apt([f"python{_VERSION}-venv"], "Installing python3-venv", steps)


def _see_to_system(command: str | None, steps: Steps) -> str:
    """Installs the system's libraries that the command needs; returns "" or why it cannot go on."""
    if command not in _NEEDS_QT:
        return ""
    libraries = system.missing_libraries()
    tools = system.missing_test_tools() if command == "test" else {}
    if not libraries and not tools:
        return ""
    if installation.INSTALLED or not system.has_apt():
        by_hand = _by_hand(libraries.values()) if system.has_apt() else "Install them and start again."
        return f"these libraries are missing: {', '.join(libraries)}. {by_hand}" if libraries else ""
    steps.say(f"This system lacks {', '.join([*libraries, *tools])}.")
    problem = _apt([*libraries.values(), *tools.values()], "Installing them with apt", steps)
    if problem and not libraries:
        steps.say(f"Going on without; the test of the real display is left out. {problem}")
        return ""
    return problem


def _apt(packages: list[str], title: str, steps: Steps) -> str:
    """Installs Debian packages as root or by sudo; returns "" or what to type instead."""
    install = system.apt_command(packages)
    who = _root_prefix()
    by_hand = _by_hand(packages)
    if who is None:
        return f"this user may not install system packages. {by_hand}"
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if who and "-n" not in who:
        steps.say(f"sudo may ask for your password, to run: {' '.join(install)}")
        refused = subprocess.run([*who, "-v"], check=False).returncode  # asks before any progress is written
        if refused:
            return f"sudo was refused. {by_hand}"
    steps.run("Reading the list of packages", [*who, "apt-get", "update"], quiet)  # an old list may do as well
    problem = steps.run(title, [*who, *install], quiet)
    return f"apt-get failed. {by_hand}\n{problem}" if problem else ""


def _by_hand(packages: Iterable[str]) -> str:
    install = " ".join(system.apt_command([*packages]))
    return f"Type this, then start again:\n  sudo apt-get update && sudo {install}"


def _root_prefix() -> list[str] | None:
    """What to put before a command to run it as root; None when this user may not."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    if subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return ["sudo"] if sys.stdin.isatty() else None
