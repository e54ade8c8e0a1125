"""Proofs are held to what they say, and programs by themselves to what the stage shows."""

import subprocess
import sys
from pathlib import Path

import pytest

from engine.scenarios.scenario import PartsNote, Proof, Scenario
from engine.session import proofs
from engine.session.proofs import Outside

TEXT = """\
import threading
LOST = False
made = 1 if LOST else 2
try:
    import nobodys_library
except ImportError:
    nobodys_library = None
print(f"{made} made in {0.25:.3f} s")
"""
STUCK = "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()\n"


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    path = tmp_path / "program.py"
    path.write_text(TEXT, "utf-8")
    return Scenario("one", "One", program=path, expected="2", found="made", needs=("nobodys_library",))


@pytest.mark.parametrize(
    ("proof", "problem"),
    [
        (Proof("LOST=on", "wrong-result"), ""),
        (Proof("LOST=off", ""), ""),
        (Proof("LOST=off", "", "made == 2"), ""),
        (Proof("LOST=off", "wrong-result"), "no wrong-result, but: missing-library"),
        (Proof("LOST=on", ""), "it should find no fault, but: missing-library"),
        (Proof("LOST=off", "", "made == 3"), "not true: made == 3 (expected 2, found 2)"),
        (Proof("LOST=off", "", "baked"), "not true: baked (baked: NameError"),
        (Proof("FOUND=3", ""), "There is no knob FOUND"),
        (Proof("LOST=perhaps", ""), "LOST"),
        (Proof("LOST=on", "", "made == 7", needs="nobodys_library"), ""),
        (Proof("LOST=off", "", needs="threading"), ""),
    ],
)
def test_that_a_proof_says_what_was_not_as_it_should_be(scenario: Scenario, proof: Proof, problem: str) -> None:
    (found,) = proofs.prove(scenario, proof)
    assert found.startswith(problem) if problem else found == ""


COMPUTING = """\
import time
def timed(way):
    until = time.thread_time() + 0.2
    while way == "busy" and time.thread_time() < until:
        pass
    time.sleep(0.2)
timed("idle")
timed("busy")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="nobody says how much processor time a thread had")
@pytest.mark.parametrize(
    ("cores", "problem"),
    [
        ({"idle": (0, 0.1), "busy": (0.02, 0.9)}, ""),
        ({"busy": (0, 0.01)}, "busy had 0."),
        ({"idle": (0.5, 1.1)}, "idle had 0.0"),
        ({"kind, busy": (0, 9)}, "no part kind, busy, but: idle, busy"),
    ],
)
def test_that_a_proof_says_how_many_cores_a_part_may_have_had(
    tmp_path: Path, cores: dict[str, tuple[float, float]], problem: str
) -> None:
    path = tmp_path / "program.py"
    path.write_text(COMPUTING, "utf-8")
    (found,) = proofs.prove(Scenario("x", "x", program=path, parts=PartsNote("timed")), Proof("", "", cores=cores))
    assert found.startswith(problem) if problem else found == ""


def test_that_a_program_that_stands_still_is_stopped_once_it_has_shown_that(scenario: Scenario) -> None:
    scenario.program.write_text(STUCK, "utf-8")
    assert proofs.prove(scenario, Proof("", "deadlock", timeout=30), times=2) == ["", ""]
    assert proofs.prove(scenario, Proof("", "lost-update", timeout=0.2))[0].startswith("no lost-update, but:")
    scenario.program.write_text("pass\n", "utf-8")
    assert proofs.prove(scenario, Proof("", "deadlock", timeout=30)) == ["it finished"]


def test_that_a_program_by_itself_says_the_same_but_for_its_seconds(scenario: Scenario) -> None:
    outside = proofs.by_itself(scenario)
    assert outside == Outside(0, "2 made in 0.250 s", "", ())
    assert proofs.on_the_stage(scenario) == outside.last
    assert proofs.alike(scenario, "2 made in 0.31 s", outside.last)
    assert not proofs.alike(scenario, "1 made in 0.25 s", outside.last)
    scenario.program.write_text("import sys\nopen('left', 'w').close()\nsys.exit('no')\n", "utf-8")
    assert proofs.by_itself(scenario) == Outside(1, "", "no\n", ("left",))


def test_that_the_measurement_fails_where_a_scenario_does_not_hold(scenario: Scenario, tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "bench", "scenarios", "--only", "nobodys"], check=False, capture_output=True, text=True
    )
    assert (told.returncode, "There is no scenario 'nobodys'" in told.stderr) == (2, True)
