"""How long Stop takes, from the call to no process left, in every nasty case."""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from engine import catalogue
from engine.frame import Phase
from engine.session import Session

PROGRAMS = Path(__file__).parent.parent / "tests" / "programs"
NASTY = (
    "endless_loop",
    "deadlock",
    "blocks_in_c",
    "never_lets_go",
    "ignores_signals",
    "prints_without_end",
    "many_threads",
    "busy",
    "chatty",
    "sleeps",
)


def stop_time(program: Path, settle: float, paused: bool) -> tuple[float, float]:
    """Seconds from stop() to the phase "ended", and to the last process of the run gone."""
    me = psutil.Process()
    session = Session(catalogue.from_file(program))
    try:
        before = {process.pid for process in me.children(recursive=True)}
        session.run()
        began = time.monotonic()
        while time.monotonic() - began < settle:
            session.pump()
            time.sleep(0.005)
        if paused:
            session.pause()
            while session.frame.phase is Phase.RUNNING:
                session.pump()
                time.sleep(0.002)
        family = [process for process in me.children(recursive=True) if process.pid in before or process.is_running()]
        stage = [process for process in family if process.is_running()]
        pressed = time.monotonic()
        session.stop()
        while session.frame.phase is not Phase.ENDED:
            session.pump()
            time.sleep(0.002)
        shown = time.monotonic() - pressed
        spare = {process.pid for process in me.children(recursive=True)} - {process.pid for process in family}
        left = [process for process in stage if process.pid not in spare]
        psutil.wait_procs(left, timeout=2)
        return shown, time.monotonic() - pressed
    finally:
        session.close()


def main(arguments: Sequence[str] = ()) -> None:
    """Prints a row for each program; the row holds at 0.5 s."""
    parser = argparse.ArgumentParser(prog="python -m bench stopping")
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args(arguments)
    print(f"{'program':22} {'shown, worst':>12} {'gone, worst':>12}  paused first: shown, gone")
    worst = 0.0
    for name in NASTY:
        rows = [stop_time(PROGRAMS / f"{name}.py", 0.6, False) for _ in range(options.times)]
        still = [stop_time(PROGRAMS / f"{name}.py", 0.6, True) for _ in range(options.times)]
        worst = max(worst, *(gone for _, gone in rows + still))
        print(
            f"{name:22} {max(shown for shown, _ in rows):10.3f} s {max(gone for _, gone in rows):10.3f} s  "
            f"{max(shown for shown, _ in still):.3f} s {max(gone for _, gone in still):.3f} s",
            flush=True,
        )
    print(f"worst of all: {worst:.3f} s (at most 0.5 s)")
