"""The command `film`, as a user types it: each frame at its exact moment, and the same ones each time."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from gui.recording import sinks
from tests.test_command_line import ROOT, command

FFMPEG = sinks.executable()
SMALL = ("--size", "640x400", "--fps", "10")
USUAL = ("--size", "1280x720", "--fps", "5")  # the program is in sight


def filmed(*words, shape=SMALL):
    told = command("film", *words, *shape)
    assert told.returncode == 0, told.stderr
    return told


def hashes(folder: Path) -> list[str]:
    return [hashlib.sha256(one.read_bytes()).hexdigest() for one in sorted(folder.iterdir())]


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    """A kept run of half a second."""
    file = tmp_path_factory.mktemp("kept") / "counter.run"
    told = command("run", "counter", "--off", "lock", "--set", "ROUNDS=20", "--save", file)
    assert told.returncode == 0, told.stderr
    return file


@pytest.fixture(scope="module")
def pictures(kept) -> list[str]:
    """What a film of it shows: of each picture a hash."""
    filmed(kept, "--out", kept.parent / "pictures")
    return hashes(kept.parent / "pictures")


def test_that_two_films_of_one_kept_run_have_identical_frames(kept, pictures, tmp_path):
    filmed(kept, "--out", tmp_path / "again")
    first, second = pictures, hashes(tmp_path / "again")
    assert first == second
    assert len(set(first)) >= 4  # it moves
    assert first[-20:] == [first[-1]] * 20  # the last frame stays two seconds


def test_that_the_speed_of_a_film_is_that_of_the_run_in_it(kept, pictures, tmp_path):
    filmed(kept, "--speed", 0.5, "--out", tmp_path / "half")
    real, half = (len(told) - 20 for told in (pictures, hashes(tmp_path / "half")))
    assert abs(half - 2 * real) <= 2


def test_that_a_scenario_is_run_and_filmed(tmp_path):
    film = tmp_path / "demo.mp4"
    filmed("counter", "--off", "lock", "--flip", "lock=on@0.2", "--after", "0.5", "--theme", "contrast", "--out", film)
    told = subprocess.run([FFMPEG, "-hide_banner", "-i", str(film)], capture_output=True, text=True, check=False).stderr
    assert "h264" in told
    assert "640x400" in told
    assert "10 fps" in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["counter", "--out", "film.avi"], "its name ends in one of .mp4, .webm, .gif"),
        (["countr", "--out", "pictures"], "counter"),
        (["responsive", "--out", "pictures"], "about the window itself"),
        (["practices", "--out", "pictures"], "a page"),
        (["counter", "--out", "no/pictures"], "no folder"),
        (["counter", "--out", ""], "--out has to name a film"),
        (["counter", "--out", "here.mp4"], "is a folder; name a file in it"),
        (["counter", "--flip", "look=on@1", "--out", "pictures"], "no switch 'look'"),
        (["no/such.py", "--out", "pictures"], "there is no file"),
    ],
)
def test_that_what_cannot_be_filmed_is_said_in_one_line(tmp_path, words, said):
    (tmp_path / "here.mp4").mkdir()
    told = command("film", *words, cwd=tmp_path)
    assert told.returncode == 2
    assert said in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert [one.name for one in tmp_path.rglob("*")] == ["here.mp4"]


def test_that_a_kept_run_cannot_be_changed(kept, tmp_path):
    told = command("film", kept, "--off", "lock", "--out", tmp_path / "pictures")
    assert told.returncode == 2
    assert "nothing can be set" in told.stderr


def test_that_a_file_that_is_no_run_is_said(tmp_path):
    (tmp_path / "a.run").write_text("nothing")
    told = command("film", tmp_path / "a.run", "--out", tmp_path / "pictures")
    assert told.returncode == 2
    assert "is no saved run" in told.stderr


def test_that_the_program_is_filmed_as_it_was(tmp_path):
    program = tmp_path / "mine.py"
    program.write_text("import time\ntime.sleep(0.2)\nprint('before')\n")
    assert command("run", program, "--save", tmp_path / "mine.run").returncode == 0
    filmed(tmp_path / "mine.run", "--out", tmp_path / "before")
    program.write_text("print('changed')\n")
    filmed(tmp_path / "mine.run", "--out", tmp_path / "after")
    assert hashes(tmp_path / "before") == hashes(tmp_path / "after")


def test_that_a_program_of_several_files_is_filmed_as_it_was_whichever_of_them_is_shown(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    long = "\n".join(f"name_{n} = {n}" for n in range(60))  # another process looks for where it could break
    (folder / "main.py").write_text(f"import helper\n{long}\nhelper.work()\n")
    (folder / "helper.py").write_text("import time\ndef work():\n    time.sleep(0.2)\n")
    assert command("run", folder / "main.py", "--save", tmp_path / "a.run", cwd=folder).returncode == 0
    filmed(tmp_path / "a.run", "--out", tmp_path / "main", shape=USUAL)
    filmed(tmp_path / "a.run", "--show", "helper.py", "--out", tmp_path / "helper", shape=USUAL)
    (folder / "helper.py").unlink()
    filmed(tmp_path / "a.run", "--out", tmp_path / "main again", shape=USUAL)
    filmed(tmp_path / "a.run", "--show", "helper.py", "--out", tmp_path / "helper again", shape=USUAL)
    assert hashes(tmp_path / "main") == hashes(tmp_path / "main again")
    assert hashes(tmp_path / "helper") == hashes(tmp_path / "helper again")
    assert hashes(tmp_path / "main")[0] != hashes(tmp_path / "helper")[0]
    told = command("film", tmp_path / "a.run", "--show", "help.py", "--out", tmp_path / "none")
    assert told.returncode == 2
    assert "there are: helper.py" in told.stderr


def test_that_without_ffmpeg_the_command_that_installs_it_is_said(tmp_path):
    told = subprocess.run(
        [sys.executable, "-c", "import sys; sys.modules['imageio_ffmpeg'] = None; import main; sys.exit(main.main("
         f"['film', 'counter', '--out', {str(tmp_path / 'a.mp4')!r}]))"],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent, env={"PATH": ""},
    )  # fmt: skip
    assert told.returncode == 2
    assert "install" in told.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="only POSIX can be told how long a file may get")
def test_that_what_was_written_before_the_disk_was_full_is_kept_and_said(kept, tmp_path):
    film, words = tmp_path / "a.mp4", [sys.executable, str(ROOT / "main.py"), "film", str(kept), *SMALL]
    limited = ["sh", "-c", 'ulimit -f 40; exec "$@"', "sh", *words, "--out", str(film)]
    told = subprocess.run(limited, capture_output=True, text=True, check=False, timeout=60)
    assert told.returncode == 1
    assert f"kept in {film}" in told.stderr
    assert "Duration" in subprocess.run([FFMPEG, "-i", str(film)], capture_output=True, text=True, check=False).stderr
