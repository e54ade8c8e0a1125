"""Programs that close what they have not opened: no byte of the stage's comes into their files, and they run on."""

import ctypes
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.frame import Ended
from engine.frame.trouble import CutOff, EndedItself
from engine.hosting.cut_off import CutOffWatch
from engine.protocol.records import CUT_OFF
from engine.session.session import Session
from engine.stage.own_pipe import Lost, OwnPipe
from engine.stage.private_descriptors import PrivateDescriptors

pytestmark = pytest.mark.skipif(os.name != "posix", reason="idioms of POSIX")

Open = Callable[..., Session]
WAYS = {  # how a program closes all -> whether the stage's own way out is among that
    "os.closerange(3, 256)": False,
    "os.closerange(3, 20000)": False,
    "for one in range(3, 20000):\n  with contextlib.suppress(OSError): os.close(one)": False,
    "for one in os.listdir('/dev/fd')[3:]:\n  with contextlib.suppress(OSError): os.dup2(2, int(one))": False,
    "for one in range(3, 20000): libc.close(one)": True,
}
PROGRAM = """\
import contextlib, ctypes, os, sys, threading
libc, lock = ctypes.CDLL(None), threading.Lock()
with lock: print("before", flush=True)
{close}
files = [open(f"{{number}}.txt", "w") for number in range(12)]
for file in files: print("only this", file=file, flush=True)
for number in range(3):
    with lock: print("tick", number, flush=True)
sys.exit(3)
"""


@pytest.mark.parametrize("close", WAYS)
def test_that_files_stay_whole_and_all_output_is_seen(open_program: Open, tmp_path: Path, close: str):
    found, lost = ran(open_program, tmp_path, PROGRAM.format(close=close)), WAYS[close]
    assert {one.read_text() for one in tmp_path.rglob("*.txt")} == {"only this\n"}
    assert [line.text for line in found.recording.output] == ["before", "tick 0", "tick 1", "tick 2"]
    assert (found.run.ended, found.run.exit) == (Ended.FINISHED, 3)
    assert isinstance(found.run.trouble, CutOff) is lost
    assert found.result.findings == ()


def test_that_a_forked_child_that_closes_all_is_a_lane_all_the_same(open_program: Open, tmp_path: Path):
    text = PROGRAM.replace("{close}", "child = os.fork()\nif not child: os.closerange(3, 20000)") + "\n"
    text = text.replace("sys.exit(3)", "os.wait() if child else os._exit(0)").replace("{{", "{").replace("}}", "}")
    found = ran(open_program, tmp_path, text)
    assert {one.read_text() for one in tmp_path.rglob("*.txt")} == {"only this\n"}
    assert (found.run.ended, found.run.trouble, len(found.recording.lanes)) == (Ended.FINISHED, None, 2)
    assert sorted(line.text for line in found.recording.output) == sorted(["before", *2 * ticks()])


def test_that_a_forked_child_that_outlives_its_parent_closed_nothing(open_program: Open, tmp_path: Path):
    text = "import os, time\nprint(1, flush=True)\nif os.fork():\n    os._exit(0)\ntime.sleep(1)\n"
    found = ran(open_program, tmp_path, text)
    assert isinstance(found.run.trouble, EndedItself)


def test_that_what_has_taken_the_number_of_a_pipe_is_not_written_to(tmp_path: Path):
    read, write = os.pipe()
    pipe = OwnPipe(write)
    os.close(write)
    with open(tmp_path / "theirs", "wb") as file:
        os.dup2(file.fileno(), pipe.copies[0])
        pipe.write_all(b"by the spare copy")
        os.dup2(file.fileno(), pipe.copies[1])
        with pytest.raises(Lost):
            pipe.write_all(b"lost")
    for number in pipe.copies:
        os.close(number)
    assert os.read(read, 100) == b"by the spare copy"
    assert (tmp_path / "theirs").read_bytes() == b""
    os.close(read)


def test_that_a_closed_number_is_the_programs_again():
    read, write = os.pipe()
    pipe, private = OwnPipe(write), PrivateDescriptors()
    private.keep(pipe)
    first, second = sorted(pipe.copies)
    assert list(private.without(first - 1, second + 2)) == [
        (first - 1, first),
        (first + 1, second),
        (second + 1, second + 2),
    ]
    ctypes.CDLL(None).close(first)
    assert list(private.without(first, second)) == [(first, second)]
    for number in (read, write, second):
        os.close(number)


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_that_the_word_of_a_lost_pipe_is_heard_in_any_pieces(size: int):
    watch = CutOffWatch()
    data = b"some " + CUT_OFF + b"words\0"
    told = b"".join(watch.without(data[at : at + size]) for at in range(0, len(data), size)) + watch.without(b"!")
    assert (told, watch.seen) == (b"some words\0!", True)


def ticks() -> list[str]:
    return [f"tick {number}" for number in range(3)]


def ran(open_program: Open, folder: Path, text: str):
    (folder / "program.py").write_text(text)
    session = open_program(folder / "program.py")
    session.run()
    return session.wait(30)
