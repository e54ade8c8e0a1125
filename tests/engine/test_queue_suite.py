"""CPython's own queue tests pass against the facade on this Python, the oldest and the newest found here."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from engine.environment.interpreters import find
from engine.frame import Interpreter
from tests.pythons import pythons

SUITE = Path(__file__).with_name("queue_suite.py")
FOUND = [one for one in find() if one.executable in pythons()]
LEFT_OUT = {
    "PyQueueTest",
    "PyLifoQueueTest",
    "PyPriorityQueueTest",
    "PyFailingQueueTest",
    "PySimpleQueueTest",
    "CSimpleQueueTest.test_reentrancy",
}


@pytest.mark.parametrize("interpreter", FOUND, ids=[one.version for one in FOUND])
def test_the_facade_passes_the_queue_tests_of_cpython(interpreter: Interpreter) -> None:
    ran = subprocess.run([interpreter.executable, str(SUITE)], capture_output=True, text=True, timeout=100, check=False)
    assert ran.returncode == 0, ran.stderr
    outcome = json.loads(ran.stdout)
    if outcome["missing"]:
        bare = subprocess.run(
            [interpreter.executable, "-c", "import test.test_queue"], capture_output=True, check=False
        )
        assert bare.returncode != 0, outcome["missing"]
        pytest.skip(outcome["missing"])
    assert outcome["failed"] == {}
    assert set(outcome["skipped"]) == LEFT_OUT
    assert outcome["ran"] >= 27
