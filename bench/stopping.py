"""How long Stop takes, from the call to no process left, in every nasty case."""

import argparse
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

import psutil

from engine.frame import Phase
from engine.scenarios import catalogue
from engine.session.session import Session

PROGRAMS = Path(__file__).parent.parent / "tests" / "programs"
NASTY = (
    "endless_loop",
    "deadlock",
    "blocks_in_c",
    "never_lets_go",
    "ignores_signals",
    "prints_without_end",
    "many_threads",
    "starts_processes",
    "busy",
    "chatty",
    "sleeps",
)
MANY = {  # programs of a great many things, which are given longer to make them, and 2 s to be gone
    "processes_200": """import os, time
for _ in range(200):
    if os.fork() == 0:
        time.sleep(600)
        os._exit(0)
time.sleep(600)
""",
    "threads_10000": """import threading
threading.stack_size(65536)
gate = threading.Event()
for number in range(10000):
    threading.Thread(target=gate.wait, name=f"Waiter-{number}").start()
""",
    "facts_300000": """import threading, time
kept = []
for _ in range(100000):
    kept += [threading.Lock(), threading.Event(), threading.Condition()]
time.sleep(600)
""",
}
MAKING = 8.0  # seconds for that
MARK = "THREAD_THEATRE_MEASURED"  # in the environment of the run's stage, and so of every process that it starts
LONGEST = 5.0  # seconds after which a process that is still there counts as left for ever


NEWEST = 0.03  # seconds in which the newest processes are looked at: who forks itself and ends is in no list for long


def marked(word: str) -> list[psutil.Process]:
    """The processes that live with this word in their environment, whoever their parent is by now."""
    found = [process for process in psutil.process_iter() if _has(process, word)]
    until = time.monotonic() + (NEWEST if sys.platform == "linux" and not found else 0.0)
    while time.monotonic() < until and not found:
        newest = int(Path("/proc/loadavg").read_text().split()[-1])
        found = [one for pid in range(newest, max(newest - 8, 1), -1) for one in _of(pid) if _has(one, word)]
    return found


def _of(pid: int) -> list[psutil.Process]:
    try:
        return [psutil.Process(pid)]
    except psutil.Error:
        return []  # none, or a thread


def _has(process: psutil.Process, word: str) -> bool:
    try:
        return process.environ().get(MARK) == word and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False  # ended meanwhile, or somebody else's


def stop_time(program: Path, settle: float, paused: bool) -> tuple[float, float, int]:
    """Seconds from stop() to the phase "ended", and to no process of the run left; how many processes it had."""
    word = os.environ[MARK] = uuid.uuid4().hex
    session = Session(catalogue.from_file(program))
    try:
        session.pump()  # starts the stage
        del os.environ[MARK]  # the stage of the next run, which is started at the end of this one, does not count
        session.run()
        began = time.monotonic()
        while time.monotonic() - began < settle:
            session.pump()
            time.sleep(0.005)
        if paused:
            session.pause()
            while session.frame.run.phase is Phase.RUNNING:
                session.pump()
                time.sleep(0.002)
        family = marked(word)
        assert session.frame.run.phase in (Phase.RUNNING, Phase.PAUSED), session.frame.run.trouble
        assert family, "the run has no process to be stopped"
        pressed = time.monotonic()
        session.stop()
        while session.frame.run.phase is not Phase.ENDED:
            session.pump()
            time.sleep(0.002)
        shown = time.monotonic() - pressed
        while (left := marked(word)) and time.monotonic() - pressed < LONGEST:
            time.sleep(0.002)
        gone = time.monotonic() - pressed
        for process in left:
            process.kill()
        return shown, gone, len(family)
    finally:
        session.close()


def main(arguments: Sequence[str] = ()) -> None:
    """Prints a row for each program; the row holds at 0.5 s."""
    parser = argparse.ArgumentParser(prog="python -m bench stopping", description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--only", default="", help="a word that the program's name must contain")
    options = parser.parse_args(arguments)
    print(f"{'program':20}{'processes':>10}{'shown, worst':>15}{'gone, worst':>15}  paused first: shown, gone")
    worst = 0.0
    for name in (one for one in NASTY if options.only in one):
        rows = [stop_time(PROGRAMS / f"{name}.py", 0.6, False) for _ in range(options.times)]
        still = [stop_time(PROGRAMS / f"{name}.py", 0.6, True) for _ in range(options.times)]
        worst = max(worst, *(gone for _, gone, _ in rows + still))
        print(
            f"{name:20}{rows[0][2]:>10}{max(row[0] for row in rows):>13.3f} s{max(row[1] for row in rows):>13.3f} s"
            f"{max(row[0] for row in still):>15.3f} s {max(row[1] for row in still):.3f} s",
            flush=True,
        )
    print(f"worst of all: {worst:.3f} s (at most 0.5 s)")
    with tempfile.TemporaryDirectory() as folder:
        for name in (one for one in MANY if options.only in one):
            program = Path(folder, f"{name}.py")
            program.write_text(MANY[name], encoding="utf-8")
            shown, gone, family = stop_time(program, MAKING, False)
            print(f"{name:20}{family:>10}{shown:>13.3f} s{gone:>13.3f} s  (at most 2 s)", flush=True)
