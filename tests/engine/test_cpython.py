"""The private names of CPython that the stage relies on, on every interpreter found on this machine."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from engine.stage import cpython
from tests.pythons import every_python

CANARY = Path(__file__).with_name("cpython_canary.py")


@pytest.mark.parametrize("executable", every_python())
def test_that_the_interpreter_has_every_private_name_that_the_stage_relies_on(executable: str) -> None:
    done = subprocess.run([executable, "-W", "ignore", str(CANARY)], check=False, capture_output=True, text=True)
    assert (done.stdout.split(), done.stderr) == ([], "")


def test_that_a_name_that_is_gone_is_told_with_its_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = {"threading": "_active _gone", "threading:Thread": "_started _halted", "queue:Queue": "_qsize _size"}
    monkeypatch.setattr(cpython, "RELIED_ON", gone)
    assert cpython.missing() == ["threading._gone", "threading.Thread._halted", "queue.Queue._size"]


FINDING = """
import multiprocessing, os, sys
sys.path.insert(0, os.getcwd())  # a Python with a file of paths of its own does not look here
from engine.stage import cpython

assert cpython.process_of(1) is None
child = multiprocessing.get_context("spawn").Process(target=int)
child.start()
print(cpython.process_of(child.pid) is child, cpython.process_of(0))
child.join()
"""


def test_that_a_process_of_multiprocessing_is_found_by_its_number() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FINDING], check=False, cwd=CANARY.parents[2], capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("True None\n", "")


def test_that_who_asks_for_the_frames_of_threads_gets_those_of_the_others() -> None:
    frames = cpython.frames_of_threads()  # with its own frame in it this one would hold itself, and all the others
    assert threading.get_ident() not in frames
