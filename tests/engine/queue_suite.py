"""CPython's own tests of queues, run against the facade: `python tests/engine/queue_suite.py` with any interpreter.

Standard library only. What it writes is said in `suite_report`.
"""

from __future__ import annotations

import sys
import unittest
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.stage.facade.queue import queues
from engine.stage.run_services import make_services
from tests.engine import suite_report

try:
    from test import test_queue
except ImportError as error:
    test_queue = None  # type: ignore[assignment]  # some distributions leave the tests out
    MISSING = suite_report.no_tests(error)
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
    facade = queues.make(make_services(lambda _: None))
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


def outcome() -> Mapping[str, Any]:
    """Runs everything that applies."""
    if test_queue is None:
        return {**suite_report.NOTHING, "missing": MISSING}
    classes, left_out = cases()
    return suite_report.outcome(classes, NOT_FOR_US, left_out)


if __name__ == "__main__":
    suite_report.tell(outcome())
