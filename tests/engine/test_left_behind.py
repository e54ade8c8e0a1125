"""No process of a run lives on after Stop, and none after the window is gone, however it was started."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from bench import left_behind
from bench._kinds_of_children import PROGRAMS
from bench.stopping import MARK, marked
from engine.frame import Ended, Phase
from engine.hosting.processes import marks
from engine.hosting.processes.tree_family import SeenProcesses
from engine.session.session import Session
from tests.engine.outside import typed
from tests.engine.stage_kit import PATIENCE, until

ROOT = Path(__file__).resolve().parents[2]
ON_LINUX = sys.platform == "linux"
GONE_WITHIN = 2.0  # seconds
Open = Callable[..., Session]

WINDOW = """\
import sys, time
sys.path.insert(0, {root!r})
from pathlib import Path
from engine.scenarios import catalogue
from engine.session.session import Session
sessions = [Session(catalogue.from_file(Path(one))) for one in sys.argv[1:]]
for one in sessions:
    one.run()
waiting = list(sessions)
while waiting:
    waiting = [one for one in waiting if not any("started" in line.text for line in one.pump().recording.output)]
    time.sleep(0.005)
print("all started", flush=True)
time.sleep(600)
"""
TOGETHER = [  # one after another they would take as many windows
    *("executor", "subprocess", "orphan"),
    *(("forked", "daemon", "closes", "forgets", "nohup", "restarts") if os.name == "posix" else ()),
]


@pytest.fixture
def mark(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A word in the environment of what is started from now on. Whoever has it still at the end is ended."""
    word = os.urandom(8).hex()
    monkeypatch.setenv(MARK, word)
    yield word
    for process in alive(word):
        process.kill()


def alive(mark: str) -> list[psutil.Process]:
    """Who has it; on Windows this process is seen to have it too."""
    return [one for one in marked(mark) if one.pid != os.getpid()]


def program(kind: str, folder: Path) -> Path:
    path = folder / f"starts_{kind}.py"
    path.write_text(PROGRAMS[kind])
    return path


def pump_until(session: Session, reached: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < deadline, session.frame.run
        session.pump()
        time.sleep(0.002)


def test_that_nothing_of_any_run_lives_on_when_the_window_is_killed(mark: str, tmp_path: Path) -> None:
    paths = [str(program(kind, tmp_path)) for kind in TOGETHER]
    words = [sys.executable, "-c", WINDOW.format(root=str(ROOT)), *paths]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    window = subprocess.Popen(words, stdout=subprocess.PIPE, cwd=tmp_path, env=environment, start_new_session=True)
    assert window.stdout is not None
    with window.stdout:
        assert window.stdout.readline().strip() == b"all started"
    assert len(alive(mark)) > 2 * len(TOGETHER)  # a stage and a child of each, and the window
    if os.name == "posix":
        os.killpg(window.pid, signal.SIGKILL)  # whatever is in its group
    else:
        window.kill()
    window.wait(PATIENCE)
    killed = time.monotonic()
    while (left := alive(mark)) and time.monotonic() - killed < PATIENCE:
        time.sleep(0.01)
    assert [process.cmdline() for process in left] == []
    crowded = os.getloadavg()[0] if hasattr(os, "getloadavg") else 1.0  # others may have the processors
    assert time.monotonic() - killed < GONE_WITHIN * (1 + crowded)


@pytest.mark.skipif(os.name != "posix", reason="sessions and daemons of POSIX")
@pytest.mark.parametrize("kind", ["closes", "deaf", "restarts"])
def test_that_stop_ends_daemons_too(open_program: Open, mark: str, tmp_path: Path, kind: str) -> None:
    session = open_program(program(kind, tmp_path))
    session.run()
    pump_until(session, lambda: session.frame.recording.output)
    pump_until(session, lambda: len(alive(mark)) > 1)
    if kind == "deaf":
        session.pause()
        pump_until(session, lambda: session.frame.run.phase is Phase.PAUSED)
    session.stop()
    assert session.wait(PATIENCE).run.ended is Ended.STOPPED
    session.close()  # the stage that waits for the next run goes too
    until(lambda: not alive(mark))


@pytest.mark.skipif(os.name != "posix", reason="daemons of POSIX")
def test_that_what_a_program_leaves_running_is_named_and_can_be_ended(
    open_program: Open, mark: str, tmp_path: Path
) -> None:
    path = tmp_path / "leaves.py"
    path.write_text(
        "import os, subprocess, sys, time\n"
        "if os.fork() == 0:\n    os.setsid()\n    time.sleep(600)\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    )
    session = open_program(path)
    session.run()
    frame = session.wait(PATIENCE)
    assert frame.run.ended is Ended.FINISHED
    assert frame.left is not None
    assert frame.left.processes[0].command == ""
    assert "import time; time.sleep(600)" in frame.left.processes[1].command
    assert {one.pid for one in frame.left.processes} <= {one.pid for one in alive(mark)}
    assert len(frame.left.processes) == frame.left.count == 2
    path.write_text("print('another run')\n")
    session.run()
    assert session.wait(PATIENCE).left == frame.left, "it goes on, and is said, whatever runs meanwhile"
    session.left.end()
    until(lambda: session.pump().left is None)
    assert not {one.pid for one in frame.left.processes} & {one.pid for one in alive(mark)}


def test_that_a_helper_of_multiprocessing_that_ends_by_itself_is_not_said_to_be_left(
    open_program: Open, tmp_path: Path
) -> None:
    path = tmp_path / "spawns.py"
    path.write_text(
        "import multiprocessing\nif __name__ == '__main__':\n"
        "    process = multiprocessing.get_context('spawn').Process(target=print)\n"
        "    process.start()\n    process.join()\n"
    )
    session = open_program(path)
    session.run()
    assert session.wait(PATIENCE).left is None


SEES = """\
import os, signal, subprocess, sys, time
told = []
signal.signal(signal.SIGCHLD, lambda number, frame: told.append(number))
reading, writing = os.pipe()
if os.fork() == 0:
    middle = os.getpid()
    if os.fork() == 0:
        while os.getppid() == middle:
            time.sleep(0.001)
        os.write(writing, f"parent of an orphan: {os.getppid()}".encode())
        os._exit(0)
    os._exit(3)
print(os.wait()[1] >> 8, len(told))
print(os.read(reading, 100).decode())
child = subprocess.Popen(["sleep", "600"])
child.terminate()
print(child.wait(), len(told))
try:
    os.waitpid(-1, 0)
except ChildProcessError:
    print("no child")
print(os.getpgid(0) == os.getpid(), os.getsid(0) == os.getpid())
"""


@pytest.mark.skipif(not ON_LINUX, reason="the mark is Linux's")
def test_that_a_program_sees_the_same_of_its_processes_as_outside(open_program: Open, tmp_path: Path) -> None:
    path = tmp_path / "sees.py"
    path.write_text(SEES)
    session = open_program(path)
    session.run()
    frame = session.wait(PATIENCE)
    shown = "".join(typed(line) for line in frame.recording.output)
    alone = subprocess.run(
        [sys.executable, str(path)], capture_output=True, text=True, check=True, start_new_session=True
    ).stdout
    assert shown == alone
    assert "parent of an orphan" in shown


@pytest.mark.skipif(not ON_LINUX, reason="the mark is Linux's")
def test_that_a_later_process_of_the_same_number_is_left_alone() -> None:
    from engine.hosting.processes import marks

    somebody = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    began = marks.began(somebody.pid)
    for other in (began - 1, began + 1):
        marks.send((somebody.pid, other), signal.SIGKILL)
    assert somebody.poll() is None
    marks.send((somebody.pid, began), signal.SIGKILL)
    somebody.communicate(timeout=PATIENCE)
    assert somebody.returncode == -signal.SIGKILL
    assert marks.began(somebody.pid) == 0
    marks.send((somebody.pid, began), signal.SIGKILL)  # to one that is gone it does nothing


PARENT = """\
import subprocess, sys
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])
print(child.pid, flush=True)
input()
"""


@pytest.mark.skipif(not ON_LINUX, reason="the mark is Linux's")
def test_that_a_guard_does_not_belong_to_the_run_that_its_own_window_is_part_of() -> None:
    from engine.hosting.processes import marks

    window = (
        f"import os, sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom engine.hosting.processes import guard, marks\n"
        "marks.put(os.getpid(), 12345)\nits = guard.Guard()\nits.wait()\nprint(its.first, flush=True)\ninput()\n"
    )
    with subprocess.Popen([sys.executable, "-c", window], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        first = process.stdout.readline().decode().strip()

        def guards() -> list[int]:
            return [one.pid for one in psutil.process_iter(["cmdline"]) if first in (one.info["cmdline"] or ())]

        assert len(guards()) == 1
        assert [pid for pid, _ in marks.living(12345, 12345)] == [process.pid]
        process.kill()
        until(lambda: not guards())


@pytest.mark.skipif(os.name != "posix", reason="there a job knows them")
def test_that_a_family_is_found_by_parents_and_groups_where_the_system_has_no_marks() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    somebody = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    family = SeenProcesses(parent.pid)
    assert sorted(family.living()) == sorted([parent.pid, child.pid])
    family.suspend()
    until(lambda: child.status() == psutil.STATUS_STOPPED)
    family.resume()
    until(lambda: child.status() != psutil.STATUS_STOPPED)
    parent.kill()
    parent.wait(PATIENCE)
    assert family.living() == [child.pid], "it was known before its parent ended"
    assert not family.end()
    until(family.end)
    parent.communicate()
    assert somebody.poll() is None
    somebody.communicate(b"\n")


@pytest.mark.skipif(os.name != "posix", reason="where there are neither marks nor jobs")
def test_that_there_a_guard_ends_whom_it_has_seen_when_the_window_is_gone(mark: str) -> None:
    window = (
        f"import subprocess, sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from engine.hosting.processes.tree_family import TreeFamily\n"
        f"stage = subprocess.Popen([sys.executable, '-c', {PARENT!r}], stdin=subprocess.PIPE, start_new_session=True)\n"
        "family = TreeFamily(stage.pid)\ninput()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", window], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with process:
        assert process.stdout is not None
        child = psutil.Process(int(process.stdout.readline()))
        process.kill()
        until(lambda: len(alive(mark)) == 0)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


@pytest.mark.skipif(os.name != "posix", reason="terminals of POSIX")
def test_that_a_daemon_does_not_outlive_the_terminal_in_which_its_program_is_run(tmp_path: Path) -> None:
    killed = left_behind.kill_one("deaf", left_behind.TERMINAL, 0.0, tmp_path, settled=True)
    assert killed.had > left_behind.ALONE
    assert killed.gone is not None


CHAIN = """
import os, sys, time
sys.stdin.readline()
print("started", flush=True)
until = time.monotonic() + 30
while time.monotonic() < until:
    if os.fork():
        os._exit(0)
    os.setsid()
    time.sleep(0.001)
"""


@pytest.mark.skipif(not ON_LINUX, reason="marks are Linux's")
def test_that_who_forks_itself_again_and_again_and_ends_is_ended() -> None:
    mark = 1 << 61 | int.from_bytes(os.urandom(6), "big")
    words = [sys.executable, "-S", "-c", CHAIN]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as chain:
        assert chain.stdin is not None
        assert chain.stdout is not None
        marks.put(chain.pid, mark)
        chain.stdin.write(b"\n")
        chain.stdin.flush()
        chain.stdout.readline()
        chain.wait(PATIENCE)
        until(lambda: marks.end(mark, mark))
        assert [marks.end(mark, mark) for _ in range(5)] == [True] * 5
        assert chain.stdout.read() == b""  # nobody has it any more
