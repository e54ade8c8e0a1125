"""Files that are written whole or not at all, and names that Windows refuses."""

import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from engine.documents import atomic_write
from engine.documents.atomic_write import is_held, replace_content
from engine.documents.file_names import is_device, windows_refuses
from engine.documents.new_scenario import folder_name
from engine.documents.source_file import DocumentError, read, write
from engine.frame import trouble as kinds
from engine.words.troubles import told

on_windows = pytest.mark.skipif(sys.platform != "win32", reason="only Windows keeps others out of a file")


def refusing(*arguments: object) -> None:
    """What Windows says of a file that somebody has open."""
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def test_that_a_file_that_another_program_has_open_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_bytes(b"old and long")
    with open(path):
        replace_content(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["program.py"]


def test_that_a_file_that_cannot_be_exchanged_is_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "program.py"
    path.write_bytes(b"old and long")
    before = path.stat().st_ino
    monkeypatch.setattr(os, "replace", refusing)
    replace_content(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_ino == before
    assert os.listdir(tmp_path) == ["program.py"]


def test_that_one_that_cannot_even_be_written_over_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "program.py"
    path.write_bytes(b"old")
    tried: list[int] = []

    def refused(*arguments: object) -> None:
        tried.append(1)
        refusing()

    monkeypatch.setattr(os, "replace", refusing)
    monkeypatch.setattr(atomic_write, "_write_over", refused)
    with pytest.raises(PermissionError):
        replace_content(path, b"new")
    assert len(tried) == len(atomic_write.PAUSES)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["program.py"]


def test_that_where_nobody_may_make_a_file_that_is_said_at_once_and_an_old_one_is_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, tried, real = tmp_path / "program.py", [], os.open
    path.write_bytes(b"old and long")

    def guarded(name: str, flags: int, *more: int) -> int:
        if flags & os.O_CREAT:
            tried.append(name)
            refusing()
        return real(name, flags, *more)

    monkeypatch.setattr(os, "open", guarded)
    replace_content(path, b"new")
    with pytest.raises(PermissionError):
        replace_content(tmp_path / "other.py", b"new")
    assert len(tried) == 2
    assert path.read_bytes() == b"new"


def test_that_a_new_file_has_the_mode_that_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    replace_content(path, b"new", 0o600)
    wanted = 0o600 if os.name == "posix" else 0o666
    assert stat.S_IMODE(path.stat().st_mode) == wanted


@on_windows
def test_that_a_file_that_nobody_else_may_read_is_said_to_be_open_elsewhere(tmp_path: Path) -> None:
    import _winapi

    path = tmp_path / "program.py"
    path.write_bytes(b"old")
    assert not is_held(path)
    handle = _winapi.CreateFile(str(path), 0x80000000, 0, 0, 3, 0, 0)  # type: ignore[attr-defined]
    try:
        for do in (lambda: read(path), lambda: write(path, "new")):
            with pytest.raises(DocumentError) as problem:
                do()
            assert isinstance(problem.value.trouble, kinds.InUse)
    finally:
        _winapi.CloseHandle(handle)  # type: ignore[attr-defined]
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["program.py"]


@on_windows
@pytest.mark.parametrize("name", ["nul.py", "trail.py.", "trail.py ", "q?.py", "com1.py"])
def test_that_a_name_that_windows_has_not_is_said_and_writes_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "trail.py").write_bytes(b"another one")
    with pytest.raises(DocumentError) as problem:
        write(tmp_path / name, "new")
    assert isinstance(problem.value.trouble, kinds.BadName)
    assert os.listdir(tmp_path) == ["trail.py"]
    assert (tmp_path / "trail.py").read_bytes() == b"another one"


@pytest.mark.parametrize("trouble", [kinds.BadName(name="nul.py"), kinds.InUse(name="x.py")])
def test_that_it_is_said_with_what_to_do(trouble: kinds.Trouble) -> None:
    title, advice = told(trouble)
    assert trouble.name in title  # type: ignore[union-attr]
    assert "Nothing is lost" in advice


@pytest.mark.parametrize(
    "name",
    [
        "CON", "con.py", "Con .py", "aux.txt.py", "NUL", "prn.", "com1.py", "LPT9", "COM\u00b9.py", "conin$",
        "CONOUT$.py", "a:b.py", "C:x.py", "a\\b.py", "a/b.py", "q?.py", "a*b.py", 'quo"te.py', "a<b.py", "a>b.py",
        "x|y.py", "tab\t.py", "trail.py.", "trail.py ", "dots...", ".", "..", "", "new\nline.py",
    ],
)  # fmt: skip
def test_that_names_that_windows_has_not_are_known(name: str) -> None:
    assert windows_refuses(name)


@pytest.mark.parametrize(
    "name",
    [
        "console.py", "con_.py", "my con.py", "null.py", "auxiliary", "com.py", "com10.py", "com0.py", "lpt.py", ".py",
        ".hidden.py", "a.b.c", "gr\u00fc\u00dfe.py", "\u65e5\u672c.py", "a b.py", "it's (1) & more, [x] {y} %z%.py",
        "__main__.py",
    ],
)  # fmt: skip
def test_that_all_others_are_names(name: str) -> None:
    assert not windows_refuses(name)


@pytest.mark.parametrize("title", ["con", "Nul.py", "AUX", "com1", "PRN!"])
def test_that_the_folder_of_a_scenario_is_no_device(title: str) -> None:
    assert not is_device(folder_name(title))
    assert folder_name(title).endswith("_program")
