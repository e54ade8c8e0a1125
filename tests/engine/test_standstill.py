"""Whether a run has come to a stand: real deadlocks, and what only looks like one."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.findings.standing.standstill import LONG, stands_still
from engine.frame import Ended, Frame, Phase
from engine.session.session import Session

Open = Callable[..., Session]
PATIENCE = 60
CROSSED = (
    "import threading, time\na, b = threading.Lock(), threading.Lock()\nboth = threading.Barrier(2)\n"
    "def take(first, second):\n    with first:\n        both.wait()\n        second.acquire()\n"
    "for pair in ((a, b), (b, a)):\n    threading.Thread(target=take, args=pair).start()\n"
)
PROGRAMS = {
    "deadlock": (CROSSED, True),
    "deadlock beside a worker that has nothing to do": (
        CROSSED + "from concurrent.futures import ThreadPoolExecutor\n"
        "ThreadPoolExecutor(1).submit(abs, 1)\nthreading.Event().wait()\n",
        True,
    ),
    "nobody is left to set an event": ("import threading\nthreading.Event().wait()\n", True),
    "deadlock beside a thread that looks now and then": (
        CROSSED + "never = threading.Event()\nwhile not never.wait(0.05):\n    pass\n",
        False,
    ),
    "deadlock beside a thread that sleeps": (CROSSED + "time.sleep(600)\n", False),
    "all wait for one that sleeps": (
        "import threading, time\nlock = threading.Lock()\nlock.acquire()\n"
        "threading.Thread(target=lock.acquire).start()\ntime.sleep(600)\n",
        False,
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_that_only_what_will_never_move_again_stands_still(open_program: Open, tmp_path: Path, name: str) -> None:
    text, expected = PROGRAMS[name]
    program = tmp_path / "program.py"
    program.write_text(text)
    session = open_program(program)
    session.run()

    def told(frame: Frame) -> bool:
        return stands_still(frame) if expected else frame.run.now > 2.5 * LONG

    deadline = time.monotonic() + PATIENCE
    while not told(frame := session.pump()):
        assert time.monotonic() < deadline, "it did not come about"
    assert stands_still(frame) is expected
    session.stop()
    ended = session.wait(PATIENCE)
    assert ended.run.ended is Ended.STOPPED


COMES_FROM_ELSEWHERE = """\
import signal, sys, threading
done = threading.Event()
signal.signal(signal.SIGALRM, lambda *_: done.set())
signal.setitimer(signal.ITIMER_REAL, 1.2)
print("waits", flush=True)
done.wait()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="there alone the stage can look what each thread waits in")
def test_that_who_waits_for_what_a_signal_brings_is_never_said_to_wait_for_ever(
    open_program: Open, tmp_path: Path
) -> None:
    program = tmp_path / "program.py"
    program.write_text(COMES_FROM_ELSEWHERE)
    session = open_program(program)
    session.run()
    said, deadline = set(), time.monotonic() + PATIENCE
    while (frame := session.pump()).run.phase is not Phase.ENDED:
        assert time.monotonic() < deadline, "it did not end"
        said |= {one.kind for one in frame.result.findings}
    assert frame.run.ended is Ended.FINISHED
    assert said == set()
