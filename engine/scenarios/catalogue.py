"""Finds the scenarios: those that come with the program, and the user's own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path

from engine.environment.installation import RESOURCES, users_folder
from engine.scenarios.scenario import Scenario
from engine.scenarios.scenario_file import SETTINGS_FILE, programs, read

OWN_FOLDER = RESOURCES / "scenarios"


def folders(environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Where scenarios are looked for: those that come with the program, then the user's.

    THREAD_THEATRE_SCENARIOS names the user's folder; otherwise it is "Thread Theatre" in the home folder.
    """
    own = users_folder(environment)
    return (OWN_FOLDER,) if own is None else (OWN_FOLDER, own)


def load(where: Iterable[Path] | None = None) -> tuple[Scenario, ...]:
    """Every scenario of these folders, by group and order; broken ones too, with their error. Never raises."""
    found: dict[str, Scenario] = {}
    for folder in folders() if where is None else where:
        for path in _scenario_folders(folder):
            scenario = read(path)
            if scenario.id in found:
                taken = found[scenario.id].folder
                error = f"another scenario is called {scenario.id} already, in {taken}; rename this folder"
                free = (f"{scenario.id}-{number}" for number in count(2))
                scenario = replace(scenario, id=next(id_ for id_ in free if id_ not in found), error=error)
            found[scenario.id] = scenario
    first: dict[str, tuple[int, str]] = {}  # a group stands where its first scenario does
    for scenario in found.values():
        place = (scenario.order, scenario.group)
        first[scenario.group] = min(first.get(scenario.group, place), place)
    return tuple(sorted(found.values(), key=lambda one: (first[one.group], one.order, one.title)))


def from_file(path: Path, cwd: Path | None = None) -> Scenario:
    """Any Python file as a scenario without a lesson. It runs in its own folder unless another one is named."""
    program = path.absolute()  # links stay, as in a program's __file__
    return Scenario(path.name, path.name, folder=path.parent, program=program, cwd=cwd or program.parent)


def _scenario_folders(folder: Path) -> list[Path]:
    try:
        inside = sorted(folder.iterdir())
    except OSError:  # the user need not have one
        return []
    return [path for path in inside if path.name[0] not in "._" and _is_scenario(path)]


def _is_scenario(path: Path) -> bool:
    """A folder with a Python file in it: one that is not called as it has to be is listed, and says so."""
    return os.path.exists(path / SETTINGS_FILE) or bool(programs(path))
