"""How programs of one's own begin, how they ended, what they wrote: in the session, and by the command line."""

import errno
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analysis.run_facts import RunFacts
from engine.analysis.run_model import RunModel
from engine.frame import Ended, Folder, Launch, Open, Phase
from engine.frame.launch import joined, split
from engine.frame.trouble import NoInterpreter, NoRoom
from engine.hosting import exit_reason
from engine.hosting.host import ChildProcess, Exit
from engine.protocol.messages import RunOrder
from engine.protocol.modules import file_of, import_folder, module_of, name_beside
from engine.scenarios import catalogue
from engine.session import launching
from engine.session.run import Run
from engine.session.session import Session
from engine.session.written_files import listing, written
from engine.words.reasons import unsplit
from engine.words.troubles import title, told

ROOT = Path(__file__).resolve().parent.parent.parent
WRITES = """\
import os, sys
from pathlib import Path
Path("new.txt").write_text("new")
os.makedirs("deep/er", exist_ok=True)
Path("deep/er/inside.txt").write_text("inside")
if os.path.exists("old.txt"):
    Path("old.txt").write_text("changed")
print(os.getcwd())
sys.exit(4)
"""


def test_that_arguments_are_split_as_a_shell_splits_them() -> None:
    assert split("") == ()
    assert split("a 'b c' \"d \\\" e\" f\\ g ''", windows=False) == ("a", "b c", 'd " e', "f g", "")
    assert split("a # b", windows=False) == ("a", "#", "b")
    assert split("'a", windows=False) is Open.QUOTE
    assert split("a\\", windows=False) is Open.ESCAPE
    assert all(unsplit(one).endswith(".") for one in Open)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", ()),
        (r"C:\data\in.csv --to D:\out\\ x", ("C:\\data\\in.csv", "--to", "D:\\out\\\\", "x")),
        (r'"C:\my data\in.csv" a"b c"d', ("C:\\my data\\in.csv", "ab cd")),
        (r'"C:\my data\\" \"said\" a\\\"b "" x', ("C:\\my data\\", '"said"', 'a\\"b', "", "x")),
        ("it's  'a b' #", ("it's", "'a", "b'", "#")),
        ('"a', Open.QUOTE),
        (r'"a\"', Open.QUOTE),
        ("a\\", ("a\\",)),
    ],
)
def test_that_on_windows_arguments_are_split_as_its_programs_read_them(line: str, words: object) -> None:
    assert split(line, windows=True) == words


WORDS = st.lists(st.text(st.sampled_from(list("ab\\\\\"' \t-=ü€*")), max_size=8), max_size=4)


@given(words=WORDS)
def test_that_words_that_are_joined_are_split_into_the_same_words(words: list[str]) -> None:
    assert split(joined(words)) == tuple(words)
    assert split(joined(words, windows=False), windows=False) == tuple(words)
    assert split(joined(words, windows=True), windows=True) == tuple(words)
    assert split(subprocess.list2cmdline(words), windows=True) == tuple(words), "as Python tells a process"


def test_that_arguments_which_cannot_be_split_are_refused_and_the_old_ones_stay(
    open_program: Callable[..., Session],
) -> None:
    session = open_program("busy")
    assert session.set_launch(Launch("a b")) is None
    assert session.set_launch(Launch('a "b')) is Open.QUOTE
    assert session.frame.program.launch == Launch("a b")


def test_that_a_program_of_ones_own_runs_beside_its_file_unless_a_folder_is_named(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    path = tmp_path / "own.py"
    path.write_text(WRITES)
    session = open_program(path)
    assert session.frame.program.own
    assert session.frame.program.launch.folder is Folder.OWN
    session.open(catalogue.from_file(path, Path.cwd()))
    assert session.frame.program.launch.folder is Folder.CURRENT
    session.open(next(one for one in catalogue.load([catalogue.OWN_FOLDER]) if not one.page))
    assert not session.frame.program.own
    assert session.frame.program.launch == Launch()


def test_that_what_it_wrote_is_known_after_the_run(open_program: Callable[..., Session], tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "program.py").write_text(WRITES)
    (own / "old.txt").write_text("old")
    (own / "untouched.txt").write_text("as it was")
    session = open_program(own / "program.py")
    long_ago = 10**9
    for name in ("old.txt", "untouched.txt", "program.py"):
        os.utime(own / name, ns=(long_ago, long_ago))
    session.pump()
    session.run()
    frame = session.wait(60)
    left = frame.result.written
    assert left is not None
    assert frame.run.exit == 4
    names = {one.name: (one.size, Path(one.path).read_text()) for one in left.files}
    assert names["new.txt"] == (3, "new")
    assert names["deep/er/inside.txt"] == (6, "inside")
    assert names["old.txt"] == (7, "changed")
    assert left.folder == str(own)
    assert left.complete
    assert session.summary()["written"]["more"] == 0


def test_that_a_fresh_folder_is_empty_for_each_run_and_stays_until_the_next_one(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    path = tmp_path / "own.py"
    path.write_text(WRITES)
    session = open_program(path)
    session.set_launch(replace(session.frame.program.launch, folder=Folder.FRESH))
    folders = []
    for _ in range(2):
        session.run()
        left = session.wait(60).result.written
        assert left is not None
        assert [one.name for one in left.files] == ["new.txt", "deep/er/inside.txt"]
        assert all(one.new for one in left.files)
        assert Path(left.files[0].path).read_text() == "new"
        folders.append(left.folder)
    assert folders[0] != folders[1]
    assert not os.path.exists(folders[0])
    session.close()
    assert not os.path.exists(folders[1])
    assert os.listdir(tmp_path) == ["scratch", "own.py"] or "new.txt" not in os.listdir(tmp_path)


def test_that_a_run_that_is_stopped_has_no_status_and_its_files_are_known(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    path = tmp_path / "own" / "endless.py"
    path.parent.mkdir()
    path.write_text("open('begun.txt', 'w').close()\nprint('begun', flush=True)\nwhile True:\n    pass\n")
    session = open_program(path)
    session.run()
    frame = session.wait(60, lambda frame: session.stop() if frame.recording.output else None)
    assert frame.run.ended is Ended.STOPPED
    assert frame.run.exit is None
    assert frame.result.written is not None
    assert "begun.txt" in [one.name for one in frame.result.written.files]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_that_a_signal_is_the_status_of_a_program_that_it_ended(open_program: Callable[..., Session]) -> None:
    session = open_program("kills_itself")
    session.run()
    assert session.wait(60).run.exit in (-9, -15)


def test_that_a_listing_is_bounded_and_says_so(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text(name)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "x.pyc").touch()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "index").touch()
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv" / "pyvenv.cfg").touch()
    whole = listing(str(tmp_path))
    assert sorted(whole.files) == ["a", "b", "c"]
    assert whole.complete
    part = listing(str(tmp_path), most=2)
    assert not part.complete
    assert len(part.files) <= 2
    assert listing(str(tmp_path / "nowhere")).files == {}
    assert not listing(str(tmp_path), longest=-1).complete


def test_that_what_a_listing_did_not_reach_is_not_called_new(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("old")
    os.utime(tmp_path / "old", ns=(1, 1))
    none = replace(listing(str(tmp_path), most=0), since=2**62)
    assert written(str(tmp_path), none, listing(str(tmp_path))).files == ()
    empty = replace(listing(str(tmp_path / "nowhere")), since=2**62)
    assert [one.new for one in written(str(tmp_path), empty, listing(str(tmp_path))).files] == [True]


def test_that_names_of_modules_and_their_files_belong_together(tmp_path: Path) -> None:
    inner = tmp_path / "app" / "inner"
    inner.mkdir(parents=True)
    for folder in (inner, inner.parent):
        (folder / "__init__.py").touch()
    for path, module in [
        (inner / "tool.py", "app.inner.tool"),
        (inner / "__main__.py", "app.inner"),
        (tmp_path / "app" / "__main__.py", "app"),
    ]:
        path.touch()
        assert module_of(str(path)) == module
        assert file_of(str(tmp_path), module) == str(path)
        assert import_folder(str(path), module) == str(tmp_path)
    (tmp_path / "alone.py").touch()
    assert module_of(str(tmp_path / "alone.py")) == ""
    assert module_of(str(inner / "no-name.py")) == ""
    assert file_of(str(tmp_path), "nowhere") == ""
    assert import_folder(str(tmp_path / "app" / "__main__.py"), "__main__") == str(tmp_path / "app")


def test_that_a_link_to_a_program_is_followed_but_not_on_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "program.py").touch()
    if os.name == "posix":
        (tmp_path / "link.py").symlink_to(tmp_path / "real" / "program.py")
        assert import_folder(str(tmp_path / "link.py"), "") == str(tmp_path / "real")
    monkeypatch.setattr(sys, "platform", "win32")
    assert import_folder(str(tmp_path / "real" / ".." / "link.py"), "") == str(tmp_path)


def test_that_a_program_in_the_root_of_a_drive_has_its_modules() -> None:
    root = os.path.abspath(os.sep)
    assert name_beside(os.path.join(root, "helper.py"), os.path.join(root, "program.py")) == "helper.py"
    inner = os.path.join(root, "package", "inner.py")
    assert name_beside(inner, os.path.join(root, "program.py")) == "package/inner.py"
    assert name_beside(inner, os.path.join(root, "pack", "program.py")) == inner


def command(*words: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "run", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_that_a_command_hands_arguments_on_and_says_how_it_ended_and_what_it_wrote(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "own.py").write_text(WRITES + "print(sys.argv)\n".join(["", ""]))
    (tmp_path / "sub" / "says.py").write_text("import sys\nprint(sys.argv)\nsys.exit('no')\n")
    told = command("sub/own.py", "--", "x", folder=tmp_path)
    assert told.returncode == 0
    assert told.stdout.startswith(f"{tmp_path}\n")
    assert "Exit status 4 (sys.exit)" in told.stdout
    assert "It wrote new.txt" in told.stdout
    assert (tmp_path / "new.txt").exists()
    told = command("sub/says.py", "--json", "--", "a", "b c", "--json", "", "--", folder=tmp_path)
    said = json.loads(told.stdout)
    assert said["exit"] == 1
    assert said["output"].startswith(f"{['sub/says.py', 'a', 'b c', '--json', '', '--']}\n")


def test_that_a_command_runs_modules_and_folders(tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    (app / "__init__.py").touch()
    (app / "__main__.py").write_text("import sys\nfrom . import tool\nprint(__name__, __package__, sys.argv[1:])\n")
    (app / "tool.py").write_text("print('tool', __name__)\n")
    said = command("-m", "app", "--", "x", folder=tmp_path).stdout
    assert said.startswith("tool app.tool\n__main__ app ['x']\n")
    assert command("-m", "app.tool", folder=tmp_path).stdout.startswith("tool __main__\n")
    (app / "__main__.py").write_text("import sys\nimport tool\nprint(__name__, repr(__package__), sys.argv)\n")
    assert command("app", "--", "y", folder=tmp_path).stdout.startswith("tool tool\n__main__ '' ['app', 'y']\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-m", "nowhere"], "there is no module nowhere"),
        (["-m", "../x"], "there is no module ../x"),
        (["empty"], "without a __main__.py"),
        ([], "what is to be run?"),
        (["--", "x"], "what is to be run?"),
    ],
)
def test_that_a_command_says_what_cannot_be_run(tmp_path: Path, words: list[str], said: str) -> None:
    (tmp_path / "empty").mkdir()
    told = command(*words, folder=tmp_path)
    assert told.returncode == 2
    assert said in told.stderr


def test_that_tracebacks_have_the_lines_that_run_and_not_those_of_the_file(
    run_text: Callable[[Path, str], str], tmp_path: Path
) -> None:
    path = tmp_path / "edited.py"
    path.write_text("# as it was kept\n" * 3)
    assert "raise ValueError('edited')" in run_text(path, "\n\nraise ValueError('edited')\n")
    assert "raise ValueError('new')" in run_text(tmp_path / "nowhere.py", "raise ValueError('new')\n")


@pytest.fixture
def run_text() -> Callable[[Path, str], str]:
    """Runs a text under a path on a stage of its own; returns what it prints."""

    def run(path: Path, text: str) -> str:
        with closing(ChildProcess()) as host:
            model = RunModel()
            one = Run(host, [], model, RunOrder(text, str(path)))
            while one.phase is not Phase.ENDED:
                one.pump(1000)
                time.sleep(0.002)
            return "\n".join(piece.text for piece in model.recording(None, (), 0).output)

    return run


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.ENOSPC])
def test_that_a_system_without_room_is_no_fault_of_the_python(number: int):
    trouble = launching.not_started("python3", OSError(number, os.strerror(number)))
    assert isinstance(trouble, NoRoom)
    assert "no room" in title(trouble)
    assert isinstance(launching.not_started("python3", FileNotFoundError(errno.ENOENT, "no")), NoInterpreter)


def test_that_a_stage_that_was_killed_before_it_spoke_is_told_as_that():
    _, trouble = exit_reason.explain(RunFacts(), Exit(-9, ""), "python3")
    assert trouble is not None
    assert "before it began" in title(trouble)
    assert "Python" not in told(trouble)[1]
