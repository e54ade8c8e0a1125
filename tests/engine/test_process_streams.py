"""Other processes of a program that send nonsense, and strangers who call the stage: nobody else is harmed."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.frame import Ended
from engine.frame.trouble import BrokenStream
from engine.session.session import Session
from engine.words.troubles import told
from tests.engine.test_broken_streams import output, run

Open = Callable[..., Session]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="looks for the connection among the descriptors of POSIX")

CHILD = """
import multiprocessing
def child():
    print("in the child")
    time.sleep(0.1)
    number = max(one for one in map(int, os.listdir('/dev/fd')) if is_socket(one))
    data = STRAY
    while data: data = data[os.write(number, data):]
    for turn in range(1000): print("more", turn)
def is_socket(number):
    try:
        return stat.S_ISSOCK(os.fstat(number).st_mode)
    except OSError:
        return False
if __name__ == "__main__":
    process = multiprocessing.get_context("fork").Process(target=child, name="Bad")
    process.start()
    process.join()
    print("joined", process.exitcode)
"""


@pytest.mark.parametrize("stray", ["b'abcdefgh'", "struct.pack('<BI', 2, 0xFFFFFFFF) + bytes(9 << 20)", "facts(END)"])
def test_that_a_child_that_sends_nonsense_is_not_believed_and_its_parent_is(
    open_program: Open, tmp_path: Path, stray: str
) -> None:
    session = run(open_program, tmp_path, CHILD.replace("STRAY", stray))
    trouble = session.frame.run.trouble
    assert isinstance(trouble, BrokenStream), trouble
    assert trouble.process == "Bad"
    assert "Bad" in told(trouble)[0]
    assert (session.frame.run.ended, session.frame.run.exit) == (Ended.FINISHED, 0)
    assert output(session) == ["before", "in the child", "joined 0"]


CALLS = """
import multiprocessing, socket
one = multiprocessing.get_context("fork").Process(target=print, args=("hello",))
one.start()
one.join()
folder = "/proc/self/fd"
mine = {os.readlink(f"{folder}/{one}") for one in os.listdir(folder) if os.path.islink(f"{folder}/{one}")}
rows = [line.split() for line in open("/proc/net/tcp")][1:]
ports = [int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in mine]
said = [b"[" * 60_000 + b"\\n", b"\\xff\\xfe\\n", b"{}\\n", b'{"call": "join"}\\n', b"\\n", b"x" * 99_999,
        b'{"call": "join", "token": "", "pid": 1e999}\\n', b'{"call": "slot", "token": null}\\n',
        b"9" * 50_000 + b"\\n", b'{"call": "turn", "token": "' + b"y" * 60_000 + b'"}\\n', b""]
for port in ports:
    for line in said:
        link = socket.create_connection(("127.0.0.1", port))
        link.settimeout(5)
        try:
            link.sendall(line)
            link.shutdown(socket.SHUT_WR)
            link.recv(10)
        except OSError:
            pass
        link.close()
print("called", len(ports))
"""


@pytest.mark.skipif(not os.path.exists("/proc/net/tcp"), reason="finds the port as Linux tells it")
def test_that_whoever_calls_the_stage_and_is_no_child_is_sent_away_without_a_word(
    open_program: Open, tmp_path: Path
) -> None:
    session = run(open_program, tmp_path, CALLS)
    assert output(session) == ["before", "hello", "called 1"]
    assert (session.frame.run.ended, session.frame.run.trouble) == (Ended.FINISHED, None)
