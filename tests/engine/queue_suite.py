"""CPython's own tests of queues, run against the facade: `python tests/engine/queue_suite.py` with any interpreter.

Standard library only. Writes one JSON object to standard output: "ran", "failed" (names with their tracebacks),
"skipped" (names with reasons), "missing" (why there is nothing to run, or "").
"""

from __future__ import annotations

import io
import json
import sys
import unittest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.stage.context import make_context
from engine.stage.facade import queues

try:
    from test import test_queue
except ImportError as error:
    test_queue = None  # type: ignore[assignment]  # some distributions leave the tests out
    MISSING = f"{sys.version.split()[0]} has no test package: {error}"
else:
    MISSING = ""

# What is left out, with the reason. The test of reentrancy fails on Python 3.9 to 3.11, as it would for
# any put written in Python; CPython's own _PySimpleQueue does not run it either.
NOT_FOR_US: dict[str, str] = {
    "CSimpleQueueTest.test_reentrancy": "falls short: a put that a finaliser makes during another put comes before it",
}
PURE = "_PySimpleQueue is not wrapped: programs use SimpleQueue"


def cases() -> tuple[list[type[unittest.TestCase]], dict[str, str]]:
    """The classes of test_queue, each looking at the facade, and those left out with the reason."""
    facade = queues.make(make_context(lambda _: None))
    found: list[type[unittest.TestCase]] = []
    left_out: dict[str, str] = {}
    for name, base in vars(test_queue).items():
        if not (isinstance(base, type) and issubclass(base, unittest.TestCase)):
            continue
        if name == "PySimpleQueueTest":
            left_out[name] = PURE
        elif getattr(base, "queue", None) is test_queue.py_queue:
            left_out[name] = "the same test as with C, over the same facade"
        else:
            found.append(type(name, (base,), {"queue": facade}))
    return found, left_out


def outcome() -> dict[str, Any]:
    """Runs everything that applies."""
    if test_queue is None:
        return {"ran": 0, "failed": {}, "skipped": {}, "missing": MISSING}
    classes, skipped = cases()
    suite = unittest.TestSuite()
    for case in classes:
        for test in unittest.defaultTestLoader.loadTestsFromTestCase(case):
            name = f"{case.__name__}.{test.id().rpartition('.')[2]}"
            if name in NOT_FOR_US:
                skipped[name] = NOT_FOR_US[name]
            else:
                suite.addTest(test)
    result = unittest.TextTestRunner(stream=io.StringIO(), verbosity=0).run(suite)
    skipped.update({test.id(): reason for test, reason in result.skipped})
    failed = {test.id(): text for test, text in result.failures + result.errors}
    return {"ran": result.testsRun, "failed": failed, "skipped": skipped, "missing": ""}


if __name__ == "__main__":
    json.dump(outcome(), sys.stdout, indent=1)
    sys.stdout.write("\n")
