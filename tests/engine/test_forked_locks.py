"""A lock for threads that a fork has copied: told where it was to keep processes apart, and nowhere else."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.frame import FindingKind
from engine.session.session import Session
from engine.words.findings import cure, sentence

PATIENCE = 60  # seconds
TEXT = """
import multiprocessing
import threading

context = multiprocessing.get_context("fork")
lock = threading.Lock()
both = context.Barrier(2)


def inside():
    with lock:
        both.wait()


def work():
    BODY


if __name__ == "__main__":
    processes = [context.Process(target=work, name=f"worker {number}") for number in (1, 2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
"""
THREADS = (
    "first, second = threading.Thread(target=inside), threading.Thread(target=lock.acquire)\n"
    "    first.start()\n    first.join()\n    second.start()\n    second.join()"
)


@pytest.mark.parametrize(
    ("body", "lock", "said"),
    [
        ("inside()", "threading.Lock()", True),
        ("inside()", "context.Semaphore(2)", False),
        (THREADS, "threading.Lock()", False),
    ],
    ids=["one thread each", "of multiprocessing", "several threads"],
)
@pytest.mark.skipif(os.name != "posix", reason="a program forks")
def test_that_a_lock_for_threads_is_told_where_two_processes_were_inside_and_only_there(
    open_program: Callable[..., Session], tmp_path: Path, body: str, lock: str, said: bool
) -> None:
    path = tmp_path / "program.py"
    path.write_text(TEXT.replace("BODY", body).replace("threading.Lock()", lock))
    session = open_program(path)
    session.run()
    found = session.wait(PATIENCE).result.findings
    assert [one.kind for one in found] == [FindingKind.COPIED_LOCK] * said
    if said:
        assert "while worker " in sentence(found[0])
        assert "so it keeps no other process out" in sentence(found[0])
        assert "multiprocessing.Lock()" in cure(found[0])
        assert TEXT.splitlines()[found[0].line - 1].strip() == "with lock:"
