"""Whether a window that is killed at a random moment leaves a process behind, with every kind of child."""

import argparse
import functools
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench._kinds_of_children import PROGRAMS
from bench.stopping import MARK, marked

ROOT = Path(__file__).resolve().parent.parent
GONE_WITHIN = 2.0  # seconds
LONGEST = 1.5  # seconds after its start, or after its program has children, in which a window is killed
PATIENCE = 30.0  # seconds that a program has to start one
ALONE = 2  # processes of a run without children: the window and the stage
REAL_WINDOWS = 8  # one in so many; the others are the command `run`, which starts the same stages sooner
KILL, TERMINAL = "KILL", "terminal"
WAYS = (KILL, "SEGV", "TERM", "HUP", "INT", "ABRT", TERMINAL) if os.name == "posix" else (KILL,)
WINDOW = """\
import signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
sys.path.insert(0, {root!r})
from gui import app
from PySide6.QtCore import QTimer
qt, theatre = app.application(), app.assemble(())
theatre.window.show()
theatre.documents.opening.opens(sys.argv[1])
theatre.controller.run()
theatre.driver.start()
qt.exec()
"""


@dataclass(frozen=True)
class Killed:
    """One window that was killed: how, when, and the seconds until nothing of it lived; None: something did."""

    kind: str
    way: str
    after: float
    had: int  # processes, when it was killed
    gone: float | None


def command(program: Path, real: bool) -> list[str]:
    """What runs it: a window, or the command `run`."""
    if not real:
        return [sys.executable, str(ROOT / "main.py"), "run", str(program)]
    return [sys.executable, "-c", WINDOW.format(root=str(ROOT)), str(program)]


def kill_one(kind: str, way: str, after: float, folder: Path, *, real: bool = False, settled: bool = False) -> Killed:
    """Starts one that runs this kind of program, and kills it after so many seconds.

    `settled`: they are counted from when it has children.
    """
    word, program = uuid.uuid4().hex, folder / f"starts_{kind}.py"
    program.write_text(PROGRAMS[kind], encoding="utf-8")
    environment = {**os.environ, MARK: word, "QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(folder)}
    ours = theirs = subprocess.DEVNULL
    if way == TERMINAL:
        ours, theirs = os.openpty()
    window = subprocess.Popen(
        command(program, real),
        cwd=folder,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=functools.partial(_begin, way == TERMINAL) if os.name == "posix" else None,  # noqa: PLW1509 - no thread
    )
    if way == TERMINAL:
        os.close(theirs)
    patience, had = time.monotonic() + PATIENCE, 0
    while settled and (had := len(marked(word))) <= ALONE and window.poll() is None and time.monotonic() < patience:
        time.sleep(0.02)
    time.sleep(after)
    had = max(had, len(marked(word)))  # who forks a daemon is gone by and by
    _end(window, way, ours)
    try:
        window.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        print(f"{way} did not end it")
        window.kill()
        window.wait()
    killed = time.monotonic()
    while (left := marked(word)) and time.monotonic() - killed < GONE_WITHIN:
        time.sleep(0.01)
    gone = time.monotonic() - killed
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    return Killed(kind, way, after, had, None if left else gone)


def _begin(has_terminal: bool) -> None:
    """As in a shell of somebody: every signal ends it, and it is told when its terminal is closed."""
    for number in (signal.SIGHUP, signal.SIGINT):  # nohup and a shell's & have them ignored
        signal.signal(number, signal.SIG_DFL)
    if has_terminal:
        import fcntl  # noqa: PLC0415  # on POSIX alone
        import termios  # noqa: PLC0415

        fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _end(window: "subprocess.Popen[bytes]", way: str, terminal: int) -> None:
    if way == TERMINAL:
        os.close(terminal)
    elif way == KILL:
        window.kill()
    else:
        window.send_signal(signal.Signals[f"SIG{way}"])


def left(times: int, seed: int, longest: float = LONGEST, kinds: Sequence[str] = ()) -> list[Killed]:
    """So many windows, killed one after the other; each kind of child as often as any."""
    chance, found = random.Random(seed), []
    names = list(kinds or PROGRAMS)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for at in range(times):
            way, after = chance.choice(WAYS), chance.uniform(0.0, longest)
            how = {"real": at % REAL_WINDOWS == 0, "settled": chance.random() < 0.5}
            found.append(kill_one(names[at % len(names)], way, after, Path(folder), **how))
            if found[-1].gone is None:
                print(found[-1], flush=True)
    return found


def main(arguments: Sequence[str] = ()) -> int:
    """Prints a row for each kind of child; returns 1 when anything lived on."""
    parser = argparse.ArgumentParser(prog="python -m bench left_behind", description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="a word that the kind's name must contain")
    options = parser.parse_args(arguments)
    rows = left(options.times, options.seed, kinds=[one for one in PROGRAMS if options.only in one])
    print(f"{'kind':12}{'killed':>8}{'with children':>15}{'gone, worst':>13}{'left':>6}")
    for kind in dict.fromkeys(one.kind for one in rows):
        its = [one for one in rows if one.kind == kind]
        worst = max((one.gone for one in its if one.gone is not None), default=0.0)
        alive = sum(one.gone is None for one in its)
        print(f"{kind:12}{len(its):>8}{sum(one.had > ALONE for one in its):>15}{worst:>11.2f} s{alive:>6}")
    alive = sum(one.gone is None for one in rows)
    print(f"{alive} of {len(rows)} left a process that lived {GONE_WITHIN} s later (at most 0)")
    return int(alive > 0)
