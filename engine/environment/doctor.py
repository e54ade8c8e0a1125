"""Says what is installed, what is missing and what to do. Works where nothing is installed yet."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from engine.environment import bootstrap, installation, interpreters, requirements, system

_START_QT = """
import sys
from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QApplication
QApplication([])
sys.stdout.write(qVersion())
"""


@dataclass(frozen=True)
class Check:
    """One line of the report."""

    what: str
    found: str
    advice: str = ""  # what to do; "" when all is well
    needed: bool = True  # the window does not start without it


def run(more: Iterable[Check] = ()) -> int:
    """Prints the report, with `more` at its end.

    Returns 0 when the window can start (given a display), 1 when something is missing.
    """
    hindered = False
    for check in chain(examine(), more):
        bad = bool(check.advice) and check.needed
        hindered = hindered or bad
        mark = "missing" if bad else "note" if check.advice else "ok"
        print(f"{mark:8} {check.what}: {check.found}", flush=True)
        if check.advice:
            print(f"{'':8}   {check.advice}", flush=True)
    if hindered:
        print("\nThe window cannot start; see what is marked as missing.")
    else:
        print("\nThe window can start" + ("." if system.has_display() else ", where there is a display."))
    return 1 if hindered else 0


def examine() -> Iterator[Check]:
    """The checks one after the other, each made when it is asked for: some start a process."""
    yield Check("Thread Theatre", f"{installation.version()} in {installation.ROOT}")
    yield Check("Python", f"{'.'.join(map(str, sys.version_info[:3]))} in {sys.executable}")
    lacking = set()
    for wanted in requirements.needed():
        problem = requirements.unmet((wanted,))
        if problem:
            lacking.add(requirements.plain(wanted.name))
        advice = f"{problem[0]}. {_cure(wanted)}" if problem else ""
        yield Check(wanted.name, requirements.installed(wanted.name) or "not installed", advice)
    environment = bootstrap.own_environment()
    if environment.is_this():
        yield Check("Environment", f"its own, {environment.folder}")
    yield _libraries()
    if requirements.QT not in lacking:
        yield _qt()
    if system.has_display():
        yield Check("Display", "there")
    else:
        yield Check("Display", "none here", "The commands run, list and shot work without one.", needed=False)
    for candidate in interpreters.survey():
        yield _interpreter(candidate)
    ffmpeg = shutil.which("ffmpeg")
    advice = "" if ffmpeg else "Only recording films needs it: install ffmpeg."
    yield Check("ffmpeg", ffmpeg or "not found", advice, needed=False)


def _cure(wanted: requirements.Requirement) -> str:
    if installation.INSTALLED:
        return f"Type: {bootstrap.install_command((wanted,))}"
    return "Start the program once: it sets up its own environment."


def _libraries() -> Check:
    lacking = system.missing_libraries()
    if not lacking:
        return Check("System libraries", "all there")
    advice = "Install the packages that hold them with this system's package manager."
    if system.has_apt():
        advice = f"sudo {' '.join(system.apt_command(list(lacking.values())))}"
    return Check("System libraries", f"without {', '.join(lacking)}", advice)


def _qt() -> Check:
    """Really starts Qt, in a process of its own and without a display."""
    quiet = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    try:
        told = subprocess.run(
            [sys.executable, "-c", _START_QT], check=False, env=quiet, capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError) as error:
        return Check("Qt", "does not start", str(error))
    if told.returncode != 0:
        last = told.stderr.strip().splitlines()[-1:] or [f"it ended with status {told.returncode}"]
        return Check("Qt", "does not start", last[0])
    return Check("Qt", told.stdout)


def _interpreter(candidate: interpreters.Candidate) -> Check:
    if candidate.problem:
        return Check("Interpreter", candidate.executable, f"Not usable: {candidate.problem}.", needed=False)
    gil = "GIL on" if candidate.gil else "GIL off"
    about = f"{candidate.implementation} {candidate.version}, {gil}, {candidate.cores} cores"
    return Check("Interpreter", f"{about}, {candidate.executable}")
