"""Folders of runs: whose window was killed is swept, whose window lives stays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.hosting import work_folder
from engine.session.session import Session


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def a_process_that_is_gone() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_that_a_new_session_sweeps_what_a_killed_window_left(temporary: Path) -> None:
    left = temporary / f"{work_folder.PREFIX}{a_process_that_is_gone()}-abc"
    (left / "inside").mkdir(parents=True)
    Session().close()
    assert not left.exists()


def test_that_folders_of_the_living_and_of_others_stay(temporary: Path) -> None:
    mine = work_folder.make()
    parents = temporary / f"{work_folder.PREFIX}{os.getppid()}-abc"
    strange = temporary / f"{work_folder.PREFIX}notes"
    parents.mkdir()
    strange.mkdir()
    assert work_folder.sweep() == []
    assert Path(mine).exists()
    assert parents.exists()
    assert strange.exists()
    work_folder.remove(mine)
    assert not Path(mine).exists()
