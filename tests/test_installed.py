"""The program as pip installs it: built, installed into a fresh environment, and used from another folder."""

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.environment.bootstrap import Environment
from engine.environment.requirements import Requirement
from engine.environment.steps import Steps
from gui.idle_tasks import FIRST_FRAME
from tests.engine.test_foreign_programs import pythons
from tests.gui.stage_screen import Screen, missing_tools

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"
NAMES = ("engine", "gui", "main", "resources")  # those of our folders, which other people use, too
MINE = f"import {', '.join(NAMES)}\nprint(engine.MINE, main.MINE, threading.current_thread().name)\n"
IN_PROCESSES = "import multiprocessing, time\nif __name__ == '__main__':\n" + "".join(
    f"    {line}\n"
    for line in (
        "spawn = multiprocessing.get_context('spawn')",
        "child = spawn.Process(target=time.sleep, args=(0,))",
        "child.start(); child.join(); print(child.exitcode)",
    )
)
SEARCH = """
import sys
sys.path.insert(0, sys.argv[1])
from PySide6.QtCore import QCoreApplication
from gui.idle_tasks import PythonSearch
app = QCoreApplication([])
search = PythonSearch()
search.found.connect(lambda rows: (print(rows[0][0]), app.quit()))
search._process.finished.connect(app.quit)
search.start()
app.exec()
"""
# A mount that only this process and its children see: nobody else can write there either way, not even root.
READ_ONLY = (
    *("unshare", "--mount", "--map-root-user", "sh", "-c"),
    'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"',
)


def built(source: Path, kind: str, folder: Path) -> Path:
    """What the build backend makes of a tree, by itself: it needs no network."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(folder)]
    told = subprocess.run(command, cwd=source, check=False, capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told.stdout + told.stderr
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def home(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the program installed; the dependencies are those of the tests."""
    environment = Environment(tmp_path_factory.mktemp("installed") / "environment")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"NO_INDEX": "1", "NO_DEPS": "1", "CONFIG_FILE": os.devnull}.items():
            patch.setenv(f"PIP_{name}", value)
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        problem = environment.set_up((Requirement("thread-theatre", "", str(wheel)),), Steps(io.StringIO()))
    assert problem == ""
    shared = [place for place in sys.path if place.endswith(("site-packages", "dist-packages"))]
    (package(environment.folder).parent / "dependencies.pth").write_text("\n".join(shared), "utf-8")
    return environment.folder


def package(home: Path) -> Path:
    """Where pip has put the program."""
    (found,) = home.glob("[Ll]ib/**/site-packages/thread_theatre")
    return found


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's folder, with programs, and with files that are called like ours and like the standard library's."""
    folder = tmp_path_factory.mktemp("elsewhere")
    for name in NAMES:
        (folder / f"{name}.py").write_text(f"MINE = 'my {name}'\n")
    (folder / "json.py").write_text("raise SystemExit('this is not the library')\n")
    (folder / "my_program.py").write_text(f"import threading\n{MINE}")
    (folder / "in_processes.py").write_text(IN_PROCESSES)
    return folder


@pytest.fixture(scope="module", params=["writable", "read-only"])
def prefix(request: pytest.FixtureRequest, home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """What is put before a command: nothing, or what makes the environment read-only for it."""
    if request.param == "writable":
        return ()
    probe = [*READ_ONLY, str(home), "touch", str(home / "written")]
    try:
        told = subprocess.run(probe, check=False, capture_output=True, text=True, timeout=20)
    except OSError as error:
        pytest.skip(f"no folder can be made read-only here: {error}; that nothing is written is seen all the same")
    if "Read-only" not in told.stderr:
        pytest.skip(
            f"no folder can be made read-only here: {told.stderr}; that nothing is written is seen all the same"
        )
    return (*READ_ONLY, str(home))


class User:
    """Types commands in a folder of theirs."""

    def __init__(self, home: Path, elsewhere: Path, prefix: tuple[str, ...], own: Path) -> None:
        self.home, self.elsewhere = home, elsewhere
        self._prefix, self._own = prefix, own

    def types(self, program: str, *words: object, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Runs a program of the environment to its end."""
        mine = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QT_", "THREAD_"))}
        mine |= {name: str(self._own) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
        return subprocess.run(
            [*self._prefix, str(self.home / SCRIPTS / program), *map(str, words)],
            check=False,
            cwd=self.elsewhere,
            env={**mine, "PYTHONDEVMODE": "", "PYTHONWARNINGS": "", **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file and folder below one, with its size and time."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def user(home: Path, elsewhere: Path, prefix: tuple[str, ...], tmp_path: Path) -> Iterator[User]:
    before = contents(home)
    assert "thread_theatre/engine/stage/__main__.py" in str(before)
    yield User(home, elsewhere, prefix, tmp_path)
    assert contents(home) == before, "an installed program writes nothing beside itself"


def test_that_a_wheel_has_one_package_with_all_that_the_program_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        own = archive.read("thread_theatre/__main__.py")
    tops = {name.partition("/")[0] for name in names}
    assert sorted(top.partition("-")[2].rpartition(".")[2] for top in tops) == ["", "dist-info"]
    assert own == (ROOT / "main.py").read_bytes()
    inside = {name.partition("/")[2] for name in names if name.startswith("thread_theatre/")}
    kept = {
        path.relative_to(ROOT).as_posix()
        for folder in ("engine", "gui", "resources")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert inside == kept - {"engine/environment/package.py"} | {"__main__.py", "__init__.py"}
    assert {"resources/scenarios/counter/lesson.md", "resources/fonts/Inter-Bold.otf"} <= inside


def test_that_a_source_distribution_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    for name in ("made", "unpacked", "again"):
        (tmp_path / name).mkdir()
    with tarfile.open(built(ROOT, "sdist", tmp_path / "made")) as archive:
        archive.extractall(tmp_path / "unpacked")
    (tree,) = (tmp_path / "unpacked").iterdir()
    assert {"main.py", "gui", "engine", "resources", "tests", "pyproject.toml", "LICENSE"} <= set(os.listdir(tree))
    assert built(tree, "wheel", tmp_path / "again").read_bytes() == wheel.read_bytes()


def test_that_it_lists_its_scenarios_and_knows_its_name(user: User) -> None:
    told = user.types("thread-theatre", "list")
    assert told.returncode == 0, told.stderr
    assert any(line.startswith("counter ") for line in told.stdout.splitlines())
    assert user.types("thread-theatre", "--help").stdout.startswith("usage: thread-theatre ")
    version = user.types("thread-theatre", "--version").stdout
    assert f'\nversion = "{version.split()[-1]}"\n' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_that_it_has_no_tests_to_run_and_says_so(user: User) -> None:
    told = user.types("thread-theatre", "test", "-x")
    assert told.returncode == 2
    assert "the tests are not installed with the program" in told.stderr


def test_that_it_runs_a_scenario_and_a_file_beside_files_of_our_names(user: User) -> None:
    told = user.types("thread-theatre", "run", "counter", "--off", "lock", "--set", "ROUNDS=5", "--json")
    assert told.returncode == 0, told.stderr
    run = json.loads(told.stdout)
    assert (run["ended"], run["expected"]) == ("finished", 10)
    assert run["found"] < 10
    told = user.types("thread-theatre", "run", "my_program.py", "--json")
    assert json.loads(told.stdout)["output"] == "my engine my main MainThread\n", told.stderr


def test_that_the_package_can_be_started_as_a_module(user: User) -> None:
    told = user.types("python", "-m", "thread_theatre", "run", "my_program.py", PYTHONSAFEPATH="1")
    assert told.returncode == 0, told.stderr
    assert "my engine my main" in told.stdout


@pytest.mark.parametrize("executable", pythons(), ids=lambda path: f"{Path(path).parent.parent.name}")
def test_that_a_stage_of_any_python_leaves_nothing_beside_the_program(user: User, executable: str) -> None:
    told = user.types("thread-theatre", "run", "in_processes.py", "--python", executable, "--json")
    assert json.loads(told.stdout)["output"] == "0\n", told.stderr


def test_that_it_makes_a_picture(user: User, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    told = user.types("thread-theatre", "shot", "counter", "--set", "ROUNDS=5", "--size", "1280x720", "--out", picture)
    assert (told.returncode, told.stderr) == (0, "")
    assert picture.stat().st_size > 10_000


def test_that_its_doctor_finds_nothing_missing(user: User) -> None:
    told = user.types("thread-theatre", "doctor")
    assert told.returncode == 0, told.stdout + told.stderr
    assert f"in {package(user.home)}" in told.stdout
    assert "The window can start" in told.stdout


def test_that_it_finds_the_pythons_of_the_machine(user: User) -> None:
    told = user.types("python", "-P" if sys.version_info >= (3, 11) else "-I", "-c", SEARCH, package(user.home))
    assert told.stdout.strip() == str(user.home / SCRIPTS / "python"), told.stderr


def test_that_what_is_missing_is_named_with_the_command_that_installs_it(user: User) -> None:
    told = user.types(
        "python", "-I", "-S", package(user.home) / "__main__.py", "run", "counter"
    )  # without site-packages
    assert told.returncode == 2
    assert "numpy is not installed" in told.stderr
    assert "Type this, then start again:" in told.stderr
    assert ' "numpy<3,>=1.26"' in told.stderr
    assert "environment" not in told.stderr.replace(str(user.home), "")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Xvfb is the screen of a Linux without a monitor")
@pytest.mark.parametrize("command", ["thread-theatre", "thread-theatre-window"])
def test_that_its_window_opens(user: User, command: str, tmp_path: Path) -> None:
    if missing_tools():
        pytest.fail(missing_tools(), pytrace=False)
    screen = Screen(tmp_path)
    try:
        told = user.types(command, DISPLAY=screen.display, **{FIRST_FRAME: "1"})
    finally:
        screen.close()
    assert (told.stdout.splitlines(), told.stderr, told.returncode) == (["first frame", "ready"], "", 0)


def test_that_what_the_installer_did_not_compile_is_kept_in_the_users_cache(
    home: Path, elsewhere: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "uncompiled"
    shutil.copytree(home, copy, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    before = contents(package(copy))
    told = User(copy, elsewhere, (), tmp_path / "own").types(
        "python", "-m", "thread_theatre", "list", PYTHONSAFEPATH="1"
    )
    assert told.returncode == 0, told.stderr
    assert list((tmp_path / "own").rglob("headless*.pyc")), "it is compiled once, not at every start"
    written = set(contents(package(copy))) - set(before)
    assert {Path(one).name.partition(".")[0] for one in written} <= {"__init__", "__main__"}, "what Python reads first"
