"""The measurements: each can be started by its name, and the start of the program is what it says it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import __main__ as bench
from gui.idle_tasks import FIRST_FRAME

ROOT = Path(__file__).resolve().parent.parent


def told(*command: str, **environment: str) -> str:
    """What a fresh Python prints, from the project's folder."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def test_that_the_list_names_every_measurement_with_a_sentence():
    lines = told("-m", "bench").splitlines()
    assert [line.split()[0] for line in lines] == bench.names()
    assert {"startup", "races", "stopping", "churn", "window", "drawing", "facade", "picture"} <= set(bench.names())
    assert all(line.endswith(".") for line in lines)


@pytest.mark.parametrize("name", bench.names())
def test_that_each_tells_how_it_is_called(name):
    assert f"python -m bench {name}" in told("-m", "bench", name, "--help")


def test_that_a_measurement_begins_with_its_conditions():
    first = told("-m", "bench", "facade", "--rounds", "10", "--repeats", "1").splitlines()[0]
    assert first.startswith("== facade: ")
    assert "cores" in first
    assert "load" in first


def test_that_the_matrix_looks_at_a_program_of_ones_own_alone():
    said = told("-m", "bench", "matrix", "--own", "own-tabs", "--sizes", "1280x720", "--texts", "1", "--scales", "1")
    assert said.splitlines()[-1].split() == ["all", *["0"] * 7]


def test_that_an_unknown_name_is_refused_with_those_that_there_are():
    done = subprocess.run(
        [sys.executable, "-m", "bench", "nonsense"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "startup" in done.stderr


def test_that_the_timed_start_paints_a_frame_makes_the_rest_and_leaves(tmp_path):
    told_by_it = told("main.py", **{FIRST_FRAME: "1", "XDG_CONFIG_HOME": str(tmp_path)})
    assert told_by_it.splitlines() == ["first frame", "ready"]


FIRST_THINGS = """
import sys
from engine.scenarios import catalogue
from gui import app
app.application()
theatre = app.assemble(catalogue.load())
theatre.controller.open("counter")
theatre.driver.show()
theatre.window.show()
before = "pyqtgraph" in sys.modules
for make in theatre.driver.preparations():
    make()
theatre.driver.tick()
(values,) = (part for part in theatre.driver.parts if part.info.id == "values")
faults = [fault.title for fault in theatre.driver.faults]
print(before, "pyqtgraph" in sys.modules, values.in_sight, values.unseen, faults)
theatre.close()
"""


def test_that_the_first_frame_does_not_wait_for_the_plots_and_idle_moments_make_them():
    assert told("-c", FIRST_THINGS).splitlines() == ["False True True False []"]
