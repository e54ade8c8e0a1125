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


def test_that_what_a_program_made_read_only_goes_too_and_what_a_link_leads_to_stays(temporary: Path) -> None:
    mine, outside = Path(work_folder.make()), temporary / "outside"
    inside = mine / "deep" / "er"
    inside.mkdir(parents=True)
    outside.mkdir()
    for folder in (mine, inside, outside):
        (folder / "locked.txt").touch()
        (folder / "locked.txt").chmod(0o444)
    if os.name == "posix":
        (mine / "link").symlink_to(outside)
        (mine / "file").symlink_to(outside / "locked.txt")
        for folder in (inside, mine):
            folder.chmod(0o500)
    work_folder.remove(str(mine))
    assert not mine.exists()
    assert (outside / "locked.txt").stat().st_mode & 0o222 == 0
    (outside / "locked.txt").chmod(0o600)
