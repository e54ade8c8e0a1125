"""What a command writes: what is there is replaced whole or not at all, and what is no file is left alone."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from engine.analysis.trace import Trace, TraceError, load
from engine.documents import source_file
from engine.documents.source_file import DocumentError
from engine.environment.output_file import refusal, replacing
from engine.frame.trouble import NotAFile, Unwritable

MAIN = Path(__file__).resolve().parents[2] / "main.py"
posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such files in a folder")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("pipe", "a pipe", marks=posix),
        pytest.param("to-pipe", "a pipe", marks=posix),
        pytest.param("/dev/null", "a device", marks=posix),
        pytest.param("circle", "cannot be written", marks=posix),
        ("folder", "is a folder"),
        ("nowhere/kept.run", "no folder"),
        ("program.py", "the program itself"),
        ("n" * 300, "n cannot be written"),
        ("", "names no file"),
    ],
)
def test_that_what_is_no_file_is_refused_and_stays(tmp_path: Path, name: str, said: str):
    lay_out(tmp_path)
    before = listed(tmp_path)
    target = Path(name and os.path.join(tmp_path, name))
    assert said in refusal(target, tmp_path / "program.py")
    if name != "program.py":
        with pytest.raises(TraceError):
            Trace().save(target, [])
    assert listed(tmp_path) == before


@pytest.mark.parametrize("name", ["new.run", "old.run", "n" * 240])
def test_that_a_file_or_a_new_name_is_not_refused(tmp_path: Path, name: str):
    lay_out(tmp_path)
    assert refusal(tmp_path / name, tmp_path / "program.py") == ""
    Trace().save(tmp_path / name, [])
    assert load(tmp_path / name).facts == []


@posix
def test_that_a_link_is_followed_and_what_may_be_done_with_the_file_stays(tmp_path: Path):
    lay_out(tmp_path)
    os.chmod(tmp_path / "old.run", 0o640)
    for link in ("to-old", "to-new"):
        Trace().save(tmp_path / link, [])
        assert (tmp_path / link).is_symlink()
    assert stat.S_IMODE((tmp_path / "old.run").stat().st_mode) == 0o640
    assert load(tmp_path / "old.run").facts == load(tmp_path / "new.run").facts == []


def test_that_what_breaks_off_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path):
    lay_out(tmp_path)
    before = listed(tmp_path)
    with pytest.raises(ZeroDivisionError):
        write_half(tmp_path / "old.run")
    assert listed(tmp_path) == before
    assert (tmp_path / "old.run").read_text() == "old"


@posix
def test_that_save_as_leaves_pipes_devices_and_folders_as_they_are(tmp_path: Path):
    lay_out(tmp_path)
    before = listed(tmp_path)
    kinds = []
    for name in ("pipe", "to-pipe", "/dev/null", "folder"):
        with pytest.raises(DocumentError) as told:
            source_file.write(tmp_path / name, "print()\n")
        kinds.append(type(told.value.trouble))
    assert kinds == [NotAFile, NotAFile, NotAFile, Unwritable]
    assert listed(tmp_path) == before


@posix
def test_that_run_refuses_before_the_program_begins(tmp_path: Path):
    lay_out(tmp_path)
    words = [sys.executable, str(MAIN), "run", "program.py", "--save", "pipe"]
    told = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (told.returncode, told.stdout) == (2, "")
    assert "pipe is no file but a pipe" in told.stderr
    assert not (tmp_path / "ran").exists()
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def write_half(path: Path) -> None:
    with replacing(path) as file:
        file.write(b"half of")
        raise ZeroDivisionError


def lay_out(folder: Path) -> None:
    (folder / "program.py").write_text("open('ran', 'w').close()\n")
    (folder / "old.run").write_text("old")
    (folder / "folder").mkdir()
    if os.name == "posix":
        os.mkfifo(folder / "pipe")
        links = {"to-pipe": "pipe", "to-old": "old.run", "to-new": "new.run", "circle": "circle"}
        for link, target in links.items():
            os.symlink(target, folder / link)


def listed(folder: Path) -> dict[str, int]:
    return {one.name: one.lstat().st_mode for one in folder.iterdir()}
