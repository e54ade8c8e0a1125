"""CPython's own tests of locks against the facade, on this Python, the oldest and the newest found here."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.pythons import pythons

SUITE = Path(__file__).with_name("lock_suite.py")
ENOUGH = 100  # tests that every version from 3.9 on has
REASONS = {"ConditionAsRLockTests.test_recursion_count": "a Condition has no _recursion_count, the real one neither"}


def outcome(executable: str) -> dict[str, Any]:
    """What the suite says in a process of that interpreter."""
    done = subprocess.run([executable, str(SUITE)], check=False, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("executable", pythons())
def test_the_facades_locks_pass_pythons_own_tests(executable: str) -> None:
    told = outcome(executable)
    if told["missing"]:  # an outcome of its own, seen in the report: there is nothing to run here
        pytest.xfail(told["missing"])
    assert told["failed"] == {}
    assert told["ran"] >= ENOUGH
    assert told["skipped"].items() <= REASONS.items()
