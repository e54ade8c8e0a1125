"""Whatever lies in a scenario's folder: it is listed with its error at once, and no other one is harmed."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.environment import small_file
from engine.explanations import explanation_file
from engine.explanations.explanation import Mistake
from engine.frame.trouble import NotAFile, TooLarge
from engine.scenarios import catalogue
from engine.session.ordering import read_program

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such files in a folder")
TEXTS = {  # what is wrong -> scenario.toml
    "digits": f"order = {'9' * 5000}",
    "hexadecimal digits": f"order = 0x{'f' * 5000}",
    "digits in a list": f"needs = [0x{'f' * 5000}]",
    "a large axis": f"axis = 1{'0' * 400}.0",
    "a large whole axis": f"axis = {'9' * 4000}",
    "deep lists": f"needs = {'[' * 60000}",
    "deep tables": f"{'a.' * 20000}b = 1",
    "deep expression": f"expected = '{'(' * 5000}'",
    "deep signs": f"lanes = '{'-' * 60000}1'",
    "no expression": "takes = '1 +'",
    "a date": "title = 1979-05-27",
    "a list for a table": "switches = [1]",
    "a text for a list": "proof = 'no'",
    "a number that is none": "axis = nan",
    "a long name": f"{'x' * 50000} = 1",
    "too much": f"# {'x' * 300_000}",
    "zero bytes": "title = '\0'",
    "no text": b"title = '\xff'",
}


@pytest.mark.parametrize("wrong", TEXTS)
def test_that_one_wrong_file_harms_no_other_scenario(tmp_path: Path, wrong: str):
    text = TEXTS[wrong]
    folder = scenario(tmp_path, "broken")
    (folder / "scenario.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    good, broken = sorted_by_id(tmp_path)
    assert (good.error, bool(broken.error)) == ("", True)
    assert len(broken.error) < 600


@posix
@pytest.mark.parametrize("make", [os.mkfifo, lambda path: os.symlink("/dev/zero", path), os.mkdir])
@pytest.mark.parametrize("name", ["scenario.toml", "lesson.md", "program.py"])
def test_that_what_is_no_file_is_said_and_not_waited_for(tmp_path: Path, name: str, make: Callable[[Path], object]):
    folder = scenario(tmp_path, "broken")
    (folder / name).unlink(missing_ok=True)
    make(folder / name)
    good, broken = sorted_by_id(tmp_path)
    assert (good.error, bool(broken.error)) == ("", True)
    assert read_program(folder / name)[1] is not None


@posix
def test_that_an_explanation_that_is_no_file_is_a_mistake(tmp_path: Path):
    os.mkfifo(tmp_path / "one.toml")
    (tmp_path / "two.toml").write_text(f"type = 0{'9' * 5000}")
    (tmp_path / "three.toml").write_text(f"type = {'9' * 5000}")
    assert all(isinstance(explanation_file.read(path), Mistake) for path in tmp_path.iterdir())


def test_that_a_file_is_read_up_to_its_limit_and_no_further(tmp_path: Path):
    (tmp_path / "one").write_bytes(b"12345")
    assert small_file.read(tmp_path / "one", 5) == b"12345"
    with pytest.raises(OSError, match="larger than"):
        small_file.read(tmp_path / "one", 4)


@posix
def test_that_a_program_that_is_none_is_told_as_what_it_is(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "large.py").write_bytes(b"#" * (small_file.MOST + 1))
    kinds = [type(read_program(tmp_path / name)[1]) for name in ("pipe.py", "large.py")]
    assert kinds == [NotAFile, TooLarge]


def scenario(where: Path, name: str) -> Path:
    for one in (name, "good"):
        (where / one).mkdir()
        (where / one / "program.py").write_text("print()\n")
        (where / one / "scenario.toml").write_text("title = 'A title'\n")
    return where / name


def sorted_by_id(where: Path):
    broken, good = sorted(catalogue.load([where]), key=lambda one: one.id)
    return good, broken
