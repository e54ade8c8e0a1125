"""Programs that write into the pipe of their own stage: what the kernel says of their end counts."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.frame import Ended
from engine.frame.trouble import BrokenStream, EndedItself, ProcessDied
from engine.session.session import Session
from engine.words.troubles import told
from tests.engine.test_nasty_programs import pump_until

Open = Callable[..., Session]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="looks for the pipe among the descriptors of POSIX")

FIND = """
import fcntl, json, os, stat, struct, threading, time
def is_pipe(number):
    try:
        found = os.fstat(number)
        writable = fcntl.fcntl(number, fcntl.F_GETFL) & 3 == os.O_WRONLY
        return stat.S_ISFIFO(found.st_mode) and writable and found.st_ino != os.fstat(2).st_ino
    except OSError:
        return False
opened = [int(one) for one in os.listdir('/dev/fd') if int(one) > 2]
PIPE = max(filter(is_pipe, opened))
def block(kind, payload):
    return struct.pack("<BI", kind, len(payload)) + payload
def facts(*found):
    return block(2, json.dumps(found).encode())
END = {"fact": "outcome", "ended": "finished", "exit": 0, "expected": 5, "found": 5, "right": True}
print("before")
time.sleep(0.05)
"""
LATE = "block(1, struct.pack('<qqIII', 3600 * 10**9, 0, 0, 0, 110 << 16 | 1))"


def run(open_program: Open, folder: Path, text: str, timeout: float = 30) -> Session:
    path = folder / "program.py"
    path.write_text(FIND + text, "utf-8")
    session = open_program(path)
    session.run()
    session.wait(timeout)
    return session


def output(session: Session) -> list[str]:
    return [line.text for line in session.frame.recording.output]


@pytest.mark.parametrize(
    ("forged", "broken"),
    [
        ("facts(END)", False),
        ("facts(END) + " + LATE, True),
        ("facts({'fact': 'outcome', 'ended': 'bogus'})", True),
    ],
)
def test_that_a_forged_end_does_not_hide_what_the_kernel_says(
    open_program: Open, tmp_path: Path, forged: str, broken: bool
) -> None:
    session = run(open_program, tmp_path, f"os.write(PIPE, {forged})\nos.system(f'kill -9 {{os.getpid()}}')")
    trouble = session.frame.run.trouble
    assert isinstance(trouble, ProcessDied)
    assert (trouble.code, trouble.broken, session.frame.run.exit) == (-9, broken, -9)
    assert session.frame.run.ended is Ended.DIED
    assert session.frame.run.now < 60
    assert output(session) == ["before"]


def test_that_a_forged_end_does_not_hide_the_real_one(open_program: Open, tmp_path: Path) -> None:
    session = run(open_program, tmp_path, "os.write(PIPE, facts(END))\nos._exit(7)")
    assert isinstance(session.frame.run.trouble, EndedItself)
    assert (session.frame.run.ended, session.frame.run.exit) == (Ended.DIED, 7)


@pytest.mark.parametrize(
    "stray",
    ["b'abc'", "struct.pack('<BI', 1, 0xFFFFFFFF) + bytes(9 << 20)", "facts({'fact': 'plan', 'seconds': 1e999})"],
)
def test_that_after_stray_bytes_a_program_runs_on_and_the_break_is_said(
    open_program: Open, tmp_path: Path, stray: str
) -> None:
    text = f"data = {stray}\nwhile data: data = data[os.write(PIPE, data):]\n"
    work = "held = threading.Lock()\nfor turn in range(2000):\n    with held: print(turn)\nopen('done', 'w').close()\n"
    session = run(open_program, tmp_path, text + work + "raise SystemExit(3)")
    trouble = session.frame.run.trouble
    assert isinstance(trouble, BrokenStream)
    assert (trouble.code, session.frame.run.exit, session.frame.run.ended) == (3, 3, Ended.DIED)
    assert "status 3" in told(trouble)[1]
    assert (tmp_path / "done").exists()
    assert output(session) == ["before"]
    assert session.frame.result.findings == ()


def test_that_a_program_that_never_ends_is_stopped_when_nothing_it_sends_is_believed(
    open_program: Open, tmp_path: Path
) -> None:
    path = tmp_path / "program.py"
    path.write_text(FIND + "data = b'x' * 99\nwhile True: os.write(PIPE, data)", "utf-8")
    session = open_program(path)
    session.run()
    pump_until(session, lambda: session.frame.run.trouble is not None)
    assert session.frame.run.trouble == BrokenStream(
        time=session.frame.run.now, goes_on=True, detail=session.frame.run.trouble.detail
    )
    session.stop()
    session.wait(30)
    trouble = session.frame.run.trouble
    assert session.frame.run.ended is Ended.STOPPED
    assert isinstance(trouble, BrokenStream)
    assert (trouble.code, trouble.goes_on) == (None, False)


def test_that_a_program_without_stray_bytes_has_no_such_trouble_whatever_it_is_made_of(
    open_program: Open, tmp_path: Path
) -> None:
    odd = (
        "held = [threading.Semaphore(10**30), threading.Semaphore(0), threading.Lock()]\n"
        "threading.Thread(target=print, args=(float('nan'), 10**4000), name='\\ud800' * 99_999).start()\n"
        "with held[0]: print('\\x00' * 400_000)\n"
        "import queue; queue.Queue(-5).put(10**99)\n"
        "raise ValueError('\\x01' * 5_000_000)\n"
    )
    session = run(open_program, tmp_path, odd)
    trouble = session.frame.run.trouble
    assert not isinstance(trouble, BrokenStream), trouble
    assert (session.frame.run.ended, session.frame.run.exit) == (Ended.DIED, 1)
    assert "ValueError" in told(trouble)[0]
