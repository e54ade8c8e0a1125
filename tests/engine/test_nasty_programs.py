"""Programs that misbehave: the run ends, says why with the line, and keeps what was recorded."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from engine.frame import Ended, FindingKind, Phase
from engine.session.session import Session
from engine.words.findings import sentence
from engine.words.troubles import told

Open = Callable[..., Session]
posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def output(session: Session) -> str:
    return "\n".join(line.text for line in session.frame.recording.output)


def finish(session: Session, timeout: float = 30) -> Session:
    session.run()
    session.wait(timeout)
    return session


def pump_until(session: Session, reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not reached():
        assert time.monotonic() < deadline, session.frame
        session.pump()
        time.sleep(0.002)


def test_that_a_syntax_error_is_refused_with_its_line(open_program: Open) -> None:
    frame = finish(open_program("syntax_error")).frame
    assert frame.run.ended is Ended.REFUSED
    assert frame.run.trouble is not None
    assert told(frame.run.trouble)[0].startswith("SyntaxError")
    assert frame.run.trouble.line == 3


def test_that_a_missing_file_is_refused_by_name(open_program: Open, tmp_path: Path) -> None:
    session = open_program(tmp_path / "nowhere.py")
    assert session.frame.run.trouble is not None
    frame = finish(session).frame
    assert frame.run.ended is Ended.REFUSED
    assert "nowhere.py" in told(frame.run.trouble)[0]


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"name = '\xff\xfe\xfa'\n", b"# coding: no-such-code\n"])
def test_that_what_is_not_text_is_refused(open_program: Open, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "picture.py"
    path.write_bytes(data)
    frame = finish(open_program(path)).frame
    assert frame.run.ended is Ended.REFUSED
    assert "is not text" in told(frame.run.trouble)[0]


def test_that_sys_exit_is_an_end_like_any_other(open_program: Open) -> None:
    session = finish(open_program("calls_sys_exit"))
    assert session.frame.run.ended is Ended.FINISHED
    assert session.frame.run.trouble is None
    assert "worker" in output(session)


def test_that_os_exit_is_reported_with_its_line_and_the_output_before_it(open_program: Open) -> None:
    session = finish(open_program("calls_os_exit"))
    assert session.frame.run.ended is Ended.DIED
    assert session.frame.run.trouble.line == 4
    assert "os._exit" in told(session.frame.run.trouble)[1]
    assert "before" in output(session)


def test_that_input_after_its_end_kills_a_program_as_outside(open_program: Open) -> None:
    session = open_program("asks_input")
    session.run()
    session.end_input()
    session.wait(30)
    assert session.frame.run.ended is Ended.DIED
    assert told(session.frame.run.trouble)[0].startswith("EOFError")
    assert session.frame.run.trouble.line == 2
    assert "asking" in output(session)


@posix
def test_that_a_program_that_kills_itself_is_reported(open_program: Open) -> None:
    session = finish(open_program("kills_itself"))
    assert session.frame.run.ended is Ended.DIED
    assert session.frame.run.trouble.line == 5
    assert "before" in output(session)


@posix
def test_that_a_crash_in_c_names_the_signal_and_the_line(open_program: Open) -> None:
    session = finish(open_program("crashes"))
    assert session.frame.run.ended is Ended.DIED
    assert "SIGSEGV" in told(session.frame.run.trouble)[0]
    assert session.frame.run.trouble.line == 6


def test_that_a_program_that_prints_without_end_is_stopped_and_its_output_counted(open_program: Open) -> None:
    session = open_program("prints_without_end")
    session.run()
    pump_until(session, lambda: session.frame.recording.output_left_out > 0)
    session.stop()
    session.wait(10)
    assert session.frame.run.ended is Ended.STOPPED
    assert len(session.frame.recording.output) <= 20_000
    assert session.frame.recording.output[0].text == "line 0"


def test_that_two_thousand_threads_are_two_thousand_lanes(open_program: Open) -> None:
    session = finish(open_program("many_threads"), 60)
    assert session.frame.run.ended is Ended.FINISHED
    assert len(session.frame.recording.lanes) == 2001
    assert "all 2000 ended" in output(session)


def test_that_a_recursion_without_end_is_an_exception_with_its_line(open_program: Open) -> None:
    frame = finish(open_program("recurses")).frame
    assert frame.run.ended is Ended.DIED
    assert told(frame.run.trouble)[0].startswith("RecursionError")
    assert frame.run.trouble.line == 2


def test_that_a_failing_import_is_an_exception_with_its_line(open_program: Open) -> None:
    frame = finish(open_program("dies_in_import")).frame
    assert frame.run.ended is Ended.DIED
    assert "a_module_that_nobody_has" in told(frame.run.trouble)[0]
    assert frame.run.trouble.line == 1


def test_that_a_deadlock_is_found_while_it_lasts(open_program: Open) -> None:
    session = open_program("deadlock")
    session.run()
    pump_until(session, lambda: any(f.kind is FindingKind.DEADLOCK for f in session.frame.result.findings))
    assert session.frame.run.phase is Phase.RUNNING
    finding = next(f for f in session.frame.result.findings if f.kind is FindingKind.DEADLOCK)
    assert all(word in sentence(finding) for word in ("One", "Two", "left", "right"))
    session.stop()
    assert session.wait(5).run.ended is Ended.STOPPED


@pytest.mark.parametrize(
    "name",
    [
        "endless_loop",
        "deadlock",
        "blocks_in_c",
        "never_lets_go",
        "ignores_signals",
        "prints_without_end",
        "chatty",
        "starts_processes",
    ],
)
def test_that_stop_ends_it_with_every_process_it_started(open_program: Open, name: str) -> None:
    session = open_program(name)
    session.run()
    pump_until(session, lambda: session.frame.recording.records > 3)
    family = psutil.Process().children(recursive=True)
    session.stop()
    session.wait(10)
    assert session.frame.run.ended is Ended.STOPPED
    assert session.frame.recording.records > 3
    _, alive = psutil.wait_procs([process for process in family if process.is_running()], timeout=5)
    spare = psutil.Process().children()
    assert [process for process in alive if process not in spare] == []


def test_that_a_timeout_is_called_a_timeout(open_program: Open) -> None:
    session = open_program("never_lets_go")
    session.run()
    assert session.wait(0.5).run.ended is Ended.TIMEOUT


def test_that_the_run_after_a_death_is_as_good_as_new(open_program: Open) -> None:
    session = finish(open_program("kills_itself"))
    assert finish(session).frame.run.ended is Ended.DIED
    assert session.frame.run.number == 2
    assert "before" in output(session)


def test_that_a_spare_stage_that_died_by_itself_is_replaced(open_program: Open) -> None:
    session = open_program("calls_sys_exit")
    session.pump()
    (spare,) = psutil.Process().children()
    spare.kill()
    spare.wait(5)
    assert finish(session).frame.run.ended is Ended.FINISHED


def test_that_an_interpreter_that_does_not_start_says_why(open_program: Open, tmp_path: Path) -> None:
    session = open_program("sleeps", executable=str(tmp_path / "python-of-nowhere"))
    frame = finish(session).frame
    assert frame.run.ended is Ended.REFUSED
    assert "python-of-nowhere" in told(frame.run.trouble)[1]


@posix
def test_that_a_program_that_is_no_python_is_refused_as_interpreter(open_program: Open) -> None:
    frame = finish(open_program("sleeps", executable="/bin/false")).frame
    assert frame.run.ended is Ended.REFUSED
    assert "/bin/false" in told(frame.run.trouble)[1]


def test_that_a_daemon_thread_that_is_cut_off_is_named(open_program: Open) -> None:
    frame = finish(open_program("daemon_cut")).frame
    assert frame.run.ended is Ended.FINISHED
    assert [finding.thread for finding in frame.result.findings if finding.kind is FindingKind.CUT_OFF] == ["Watcher"]


def test_that_killing_the_session_s_process_ends_the_stage(tmp_path: Path) -> None:
    """Nothing may run on when the window's process dies without a word."""
    import subprocess

    script = (
        "import sys, time; sys.path.insert(0, {root!r})\n"
        "from pathlib import Path\nfrom engine.scenarios import catalogue\nfrom engine.session.session import Session\n"
        "session = Session(catalogue.from_file(Path({program!r})))\nsession.run()\n"
        "while session.pump().recording.records < 3: time.sleep(0.01)\n"
        "import psutil; print(*[c.pid for c in psutil.Process().children(recursive=True)], flush=True)\n"
        "time.sleep(60)\n"
    )
    root = Path(__file__).parent.parent.parent
    code = script.format(root=str(root), program=str(root / "tests/programs/endless_loop.py"))
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    window = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment)
    assert window.stdout is not None
    with window.stdout:
        stages = [psutil.Process(int(pid)) for pid in window.stdout.readline().split()]
    assert stages
    window.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
    window.wait(5)
    _, alive = psutil.wait_procs(stages, timeout=5)
    assert alive == []
