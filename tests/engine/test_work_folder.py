"""Folders of runs: whose window was killed is swept, whose window lives stays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.hosting import work_folder
from engine.session.session import Session

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


posix = pytest.mark.skipif(os.name != "posix", reason="rights and links of POSIX")
MAKES = "import sys, tempfile; tempfile.tempdir = sys.argv[1]; from engine.hosting import work_folder"
MAKES += "; made = work_folder.make(); print(made, flush=True); sys.stdin.read()"


def window(temporary: Path) -> subprocess.Popen[str]:
    """Another process with a folder of its own, which lives until its standard input ends."""
    words, pipe = [sys.executable, "-c", MAKES, str(temporary)], subprocess.PIPE
    return subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, cwd=ROOT)


def test_that_a_new_session_sweeps_what_a_killed_window_left(temporary: Path) -> None:
    killed = window(temporary)
    assert killed.stdout is not None
    left = Path(killed.stdout.readline().strip())
    (left / "inside").mkdir()
    killed.kill()
    killed.communicate()
    assert left.exists()
    Session().close()
    assert not left.exists()
    assert list(temporary.iterdir()) == []


def test_that_a_folder_of_a_window_that_lives_stays_whatever_the_numbers_of_processes(temporary: Path) -> None:
    living, mine = window(temporary), work_folder.make()
    assert living.stdout is not None
    folder = Path(living.stdout.readline().strip())
    assert work_folder.sweep() == []
    assert folder.exists()
    assert Path(mine).exists()
    work_folder.remove(mine)
    assert not Path(mine).exists()
    living.kill()
    living.communicate()
    assert work_folder.sweep() == [folder.name]


STRANGE = ["thread-theatre-\u00b2-x", f"thread-theatre-{'9' * 20}-x", "thread-theatre-1-x", "thread-theatre-notes"]


def test_that_names_of_others_do_no_harm_and_stay(temporary: Path) -> None:
    mine = work_folder.make()
    beside = Path(mine).parent
    strange = [temporary / name for name in STRANGE] + [beside / "notes", beside / "\u00b2"]
    for folder in strange:
        folder.mkdir()
    assert work_folder.sweep() == []
    Session().close()
    assert all(folder.exists() for folder in strange)
    work_folder.remove(mine)


@posix
def test_that_nobody_else_may_look_into_the_folder_of_a_user(temporary: Path) -> None:
    mine = work_folder.make()
    beside = Path(mine).parent
    assert beside.stat().st_mode & 0o077 == 0
    work_folder.remove(mine)
    beside.mkdir(0o777)
    beside.chmod(0o777)
    mine = work_folder.make()
    assert Path(mine).parent.stat().st_mode & 0o077 == 0
    work_folder.remove(mine)


@posix
@pytest.mark.parametrize("planted", ["link", "file", "pipe"])
def test_that_what_somebody_has_planted_under_that_name_is_not_used(temporary: Path, planted: str) -> None:
    name, outside = temporary / f"thread-theatre-{os.getuid()}", temporary / "outside"
    (outside / "run-other").mkdir(parents=True)
    if planted == "link":
        name.symlink_to(outside)
    elif planted == "file":
        name.touch()
    else:
        os.mkfifo(name)
    mine = Path(work_folder.make())
    assert mine.parent == temporary
    assert work_folder.sweep() == []
    Session().close()
    assert [one.name for one in outside.iterdir()] == ["run-other"]
    work_folder.remove(str(mine))
    assert not mine.exists()


@posix
def test_that_what_lies_in_it_and_is_no_folder_stays(temporary: Path) -> None:
    mine, outside = work_folder.make(), temporary / "outside"
    outside.mkdir()
    beside = Path(mine).parent
    (beside / "run-link").symlink_to(outside)
    (beside / "run-file").touch()
    os.mkfifo(beside / "run-pipe")
    assert work_folder.sweep() == []
    assert sorted(one.name for one in beside.iterdir() if one.name != Path(mine).name) == [
        "run-file",
        "run-link",
        "run-pipe",
    ]
    assert outside.exists()
    work_folder.remove(mine)


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
