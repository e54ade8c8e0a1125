"""Fixtures of the engine's tests: sessions that leave nothing behind."""

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from engine.scenarios import catalogue
from engine.session.session import Session
from tests.engine.process_kit import Watched

PROGRAMS = Path(__file__).parent.parent / "programs"


@pytest.fixture
def open_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Session]]:
    """Opens a program of tests/programs, or a path. Afterwards no process, thread or folder may be left."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    threads = set(threading.enumerate())
    sessions: list[Session] = []

    def open_(name: str | Path, **options: object) -> Session:
        path = name if isinstance(name, Path) else PROGRAMS / f"{name}.py"
        session = Session(catalogue.from_file(path), **options)  # type: ignore[arg-type]  # passed on as they are
        sessions.append(session)
        return session

    yield open_
    for session in sessions:
        session.close()
    assert not [child for child in psutil.Process().children(recursive=True) if child.status() != psutil.STATUS_ZOMBIE]
    deadline = time.monotonic() + 10  # who reads a pipe has ended once the kernel has let go of who wrote into it
    while set(threading.enumerate()) - threads and time.monotonic() < deadline:
        time.sleep(0.01)
    assert set(threading.enumerate()) - threads == set()
    assert os.listdir(scratch) == []  # on Windows a folder goes when nobody is in it any more


@pytest.fixture
def watched(open_program: Callable[..., Session], tmp_path: Path) -> Watched:
    """Runs programs of several processes that are given as text."""
    return Watched(open_program, tmp_path)
