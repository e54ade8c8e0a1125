"""Daemons that wait to be asked when the end of the program cuts them off, and those that are in the middle of work."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.frame import FindingKind
from engine.session.session import Session
from tests.pythons import pythons

PATIENCE = 60  # seconds; far more than this program takes
PROGRAM = """
import asyncio, multiprocessing, os, select, selectors, signal, socket, socketserver, subprocess, sys, threading, time
from multiprocessing.connection import Listener

def listening():
    return socket.create_server(("127.0.0.1", 0))
def accepts():
    listening().accept()
def serves():
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
        server.serve_forever()
def selects():
    return select.select([listening()], [], [])
def looks():
    with selectors.DefaultSelector() as selector:
        selector.register(listening(), selectors.EVENT_READ)
        while True:
            selector.select(timeout=0.5)
def listens():
    Listener(("127.0.0.1", 0)).accept()
def is_told():
    print(told.recv())
def reads():
    with os.fdopen(pipe[0]) as file:
        for line in file:
            print(line)
def reads_bytes():
    os.read(pipe[0], 1)
def is_signalled():
    signal.sigwait([signal.SIGUSR2])
def is_asked():
    near.recv(1)
def datagrams():
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", 0))
    udp.recvfrom(1)
def loops():
    asyncio.new_event_loop().run_forever()

def asks():
    far.sendall(b"?")
    far.recv(1)
def connects():
    with socket.create_connection(server.getsockname()) as client:
        client.recv(1)
def asks_a_process():
    asked.send(1)
    asked.recv()
def waits_for_a_child():
    subprocess.run([sys.executable, "-c", "import time; time.sleep(60)"])
def loops_for_a_while():
    asyncio.run(asyncio.sleep(600))

IDLE = [accepts, serves, selects, looks, listens, is_told, reads, reads_bytes, is_signalled, is_asked, datagrams, loops]
AT_WORK = [asks, connects, asks_a_process, waits_for_a_child, loops_for_a_while]

def at_rest(threads):
    seen, same = None, 0
    while same < 30:
        time.sleep(0.005)
        frames = sys._current_frames()
        now = [(frames[one.ident].f_code, frames[one.ident].f_lasti) for one in threads]
        seen, same = now, same + 1 if now == seen else 0
        del frames

if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
    pipe, server = os.pipe(), listening()
    told, teller = multiprocessing.Pipe()
    asked, other = multiprocessing.Pipe()
    near, peer = socket.socketpair()
    far, end = socket.socketpair()
    threads = [threading.Thread(target=one, name=one.__name__, daemon=True) for one in IDLE + AT_WORK]
    for one in threads:
        one.start()
    at_rest([one for one in threads if one.name not in ("looks", "serves", "waits_for_a_child", "loops_for_a_while")])
"""
SIGNALLED = """
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
os.kill(os.getpid(), signal.SIGUSR1)
print(signal.sigwait([signal.SIGUSR1]).name)
"""
IDLE = [
    "accepts",
    "serves",
    "selects",
    "looks",
    "listens",
    "is_told",
    "reads",
    "reads_bytes",
    "is_signalled",
    "is_asked",
    "datagrams",
    "loops",
]
AT_WORK = {"asks", "connects", "asks_a_process", "waits_for_a_child", "loops_for_a_while"}


@pytest.mark.skipif(os.name != "posix", reason="the program waits for a signal, and for pipes")
@pytest.mark.parametrize("executable", [pythons()[0], pythons()[-1]], ids=["oldest", "newest"])
def test_that_who_waits_to_be_asked_is_not_cut_off_and_who_waits_for_an_answer_is(
    open_program: Callable[..., Session], tmp_path: Path, executable: str
) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    session = open_program(path, executable=executable)
    session.run()
    frame = session.wait(PATIENCE)
    names = {lane.id: lane.name for lane in frame.recording.lanes}
    cut = [one for one in frame.result.findings if one.kind is FindingKind.CUT_OFF]
    assert {names[lane] for one in cut for lane in one.threads} == AT_WORK
    assert set(IDLE) <= set(names.values())


@pytest.mark.skipif(os.name != "posix", reason="signals are blocked")
def test_that_a_signal_which_the_program_has_blocked_waits_for_who_asks_for_it(
    open_program: Callable[..., Session], tmp_path: Path
) -> None:
    path = tmp_path / "program.py"
    path.write_text(SIGNALLED)
    session = open_program(path)
    session.run()
    frame = session.wait(PATIENCE)
    assert "SIGUSR1" in "".join(piece.text for piece in frame.recording.output)
