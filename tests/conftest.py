"""What all tests share."""

import gc
import os
import signal
from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import settings

FIRST = (  # tests that wait more than they compute: begun first, so that at the end nobody waits for them alone
    "test_every_scenario.py", "test_lock_suite.py", "test_queue_suite.py", "test_real_program.py", "test_film.py",
    "test_installed.py", "test_foreign_programs.py", "test_processes.py", "test_session.py", "test_command_line.py",
    "test_tasks_in_processes.py", "test_real_program_at_rest.py", "test_bench.py",
)  # fmt: skip

settings.register_profile("any machine", deadline=None)  # how long an example takes says nothing on a busy one
settings.load_profile("any machine")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell ignores it for what it runs in the background, and
    signal.signal(signal.SIGINT, signal.default_int_handler)  # so would the programs that interrupt themselves
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # the test of the real display makes its own


SWEEP = 50_000  # objects
NUMBERS = count()

gc.disable()  # as in the window: by itself it runs on any thread, and one that finalises Qt objects waits for ever


def pytest_collection_finish() -> None:
    """What was made until now stays: it need not be looked at again."""
    gc.freeze()


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What a window keeps is kept beside the test, and not among what is the user's own; each test begins with nothing.

    The folders are not made: a window makes its own.
    """
    folder = tmp_path_factory.getbasetemp() / "elsewhere" / str(next(NUMBERS))
    monkeypatch.setenv("THREAD_THEATRE_RESCUE", str(folder / "rescue"))
    monkeypatch.setenv("THREAD_THEATRE_SCENARIOS", str(folder / "scenarios"))


@pytest.fixture(autouse=True)
def swept() -> Iterator[None]:
    """What is garbage goes between two tests, on the main thread."""
    yield
    if gc.get_count()[0] > SWEEP:
        gc.collect()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The order in which files are handed out."""
    items.sort(key=lambda item: FIRST.index(item.path.name) if item.path.name in FIRST else len(FIRST))
