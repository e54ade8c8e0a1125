"""What all tests share."""

import os

import pytest
from hypothesis import settings

FIRST = (  # tests that wait more than they compute: begun first, so that at the end nobody waits for them alone
    "test_every_scenario.py", "test_lock_suite.py", "test_queue_suite.py", "test_real_program.py", "test_film.py",
    "test_installed.py", "test_foreign_programs.py", "test_processes.py", "test_session.py", "test_command_line.py",
    "test_tasks_in_processes.py", "test_real_program_at_rest.py", "test_bench.py",
)  # fmt: skip

settings.register_profile("any machine", deadline=None)  # how long an example takes says nothing on a busy one
settings.load_profile("any machine")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # the test of the real display makes its own


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order in which files are handed out."""
    items.sort(key=lambda item: FIRST.index(item.path.name) if item.path.name in FIRST else len(FIRST))
