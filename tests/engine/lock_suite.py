"""CPython's own tests of locks, run against the facade: `python tests/engine/lock_suite.py` with any interpreter.

Standard library only. What it writes is said in `suite_report`.
"""

from __future__ import annotations

import sys
import unittest
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.stage.facade.threading import threads
from engine.stage.run_services import make_services
from tests.engine import suite_report

try:
    from test import lock_tests
except ImportError as error:
    lock_tests = None  # type: ignore[assignment]  # some distributions leave the tests out
    MISSING = suite_report.no_tests(error)
else:
    MISSING = ""

# What cannot apply, with the reason. CPython's own test_threading leaves out the first one too.
NOT_FOR_US = {
    "ConditionAsRLockTests.test_recursion_count": "a Condition has no _recursion_count, the real one neither",
}


def cases() -> list[type[unittest.TestCase]]:
    """The classes of lock_tests, each bound to what the facade has for it, as CPython's test_threading binds them."""
    facade = threads.make(make_services(lambda _: None))

    def bound(name: str, base: Any, attribute: str, kind: Any, **own: Any) -> type[unittest.TestCase]:
        return type(name, (base,), {attribute: staticmethod(kind), **own})

    def over_facade_locks(self: Any) -> None:
        real = lock_tests.threading
        self.addCleanup(setattr, lock_tests, "threading", real)
        lock_tests.threading = facade  # the Lock that the test hands to the Condition is then the facade's too
        super(type(self), self).setUp()

    return [
        bound("LockTests", lock_tests.LockTests, "locktype", facade.Lock),
        bound("RLockTests", lock_tests.RLockTests, "locktype", facade.RLock),
        bound("EventTests", lock_tests.EventTests, "eventtype", facade.Event),
        bound("ConditionAsRLockTests", lock_tests.RLockTests, "locktype", facade.Condition),
        bound("ConditionTests", lock_tests.ConditionTests, "condtype", facade.Condition),
        bound(
            "ConditionOverFacadeLockTests",
            lock_tests.ConditionTests,
            "condtype",
            facade.Condition,
            setUp=over_facade_locks,
        ),
        bound("SemaphoreTests", lock_tests.SemaphoreTests, "semtype", facade.Semaphore),
        bound("BoundedSemaphoreTests", lock_tests.BoundedSemaphoreTests, "semtype", facade.BoundedSemaphore),
        bound("BarrierTests", lock_tests.BarrierTests, "barriertype", facade.Barrier),
    ]


def outcome() -> Mapping[str, Any]:
    """Runs everything that applies."""
    if lock_tests is None:
        return {**suite_report.NOTHING, "missing": MISSING}
    return suite_report.outcome(cases(), NOT_FOR_US, {})


if __name__ == "__main__":
    suite_report.tell(outcome())
