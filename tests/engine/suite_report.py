"""Runs tests of CPython's own against a facade and says what came of it. Standard library only, Python 3.9 and later.

A suite writes one JSON object to standard output: "ran", "failed" (names with their tracebacks), "skipped" (names
with reasons), "missing" (why there is nothing to run, or "").
"""

from __future__ import annotations

import io
import json
import sys
import unittest
from collections.abc import Iterable, Mapping
from typing import Any


def no_tests(error: ImportError) -> str:
    """Why there is nothing to run."""
    return f"{sys.version.split()[0]} has no test package: {error}"


def outcome(
    cases: Iterable[type[unittest.TestCase]], not_for_us: Mapping[str, str], left_out: Mapping[str, str]
) -> dict[str, Any]:
    """Runs the tests of these classes, but not those `not_for_us`; `left_out` are classes that are not among them."""
    suite, skipped = unittest.TestSuite(), dict(left_out)
    for case in cases:
        for test in unittest.defaultTestLoader.loadTestsFromTestCase(case):
            name = f"{case.__name__}.{test.id().rpartition('.')[2]}"
            if name in not_for_us:
                skipped[name] = not_for_us[name]
            else:
                suite.addTest(test)
    result = unittest.TextTestRunner(stream=io.StringIO(), verbosity=0).run(suite)
    skipped.update({test.id(): reason for test, reason in result.skipped})
    failed = {test.id(): text for test, text in result.failures + result.errors}
    return {"ran": result.testsRun, "failed": failed, "skipped": skipped, "missing": ""}


def tell(told: Mapping[str, Any]) -> None:
    """Writes it out."""
    json.dump(told, sys.stdout, indent=1)
    sys.stdout.write("\n")


NOTHING: Mapping[str, Any] = {"ran": 0, "failed": {}, "skipped": {}}
