"""Files that one tick of the window goes through, and how often it changes from one file to another.

The counter runs live in the real window, with a profile hook in the window's thread. Every call of a function of ours
(`engine`, `gui`) is noted; where two calls that follow one another lie in different files, that is a change of file.
Files of libraries are passed through. A tick is what the driver does at one beat of its clock; the painting that
follows from it is counted as well, and printed below. Beats with nothing new to draw are left out, and so is the
first second of the run. Prints the median over the beats, and what nine in ten of them stay within.
"""

import argparse
import os
import statistics
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import ClassVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop

from engine.frame import Phase
from engine.scenarios import catalogue
from gui import app

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (ROOT / "engine", ROOT / "gui")
BEGIN, END = 1.0, 4.0  # seconds of the run that are looked at


class Hops:
    """The calls of one beat; `noted` is the thread's profile hook."""

    files: ClassVar[dict[str, str]] = {}  # of each one called: its name in the project, or ""

    def __init__(self) -> None:
        self._now = ""
        self.calls: Counter[str] = Counter()  # in each file
        self.changes: Counter[tuple[str, str]] = Counter()  # from a file to another

    def noted(self, frame: FrameType, event: str, _argument: object) -> None:
        """A call, or something else that is not counted."""
        if event != "call":
            return
        file = self.files.get(frame.f_code.co_filename)
        if file is None:
            path = Path(frame.f_code.co_filename)
            ours = any(path.is_relative_to(room) for room in ROOMS)
            file = self.files[str(path)] = path.relative_to(ROOT).as_posix() if ours else ""
        if file:
            self.calls[file] += 1
            if self._now and file != self._now:
                self.changes[self._now, file] += 1
            self._now = file


def beats(settings: str, size: tuple[int, int]) -> tuple[list[Hops], list[Hops]]:
    """The calls of each beat in the middle of a run: those of the tick, and those of the painting after it."""
    theatre = app.assemble(catalogue.load())
    theatre.window.resize(*size)
    theatre.window.show()
    theatre.controller.open("counter", settings)
    theatre.controller.run()
    ticks: list[Hops] = []
    paintings: list[Hops] = []
    driver, loop = theatre.driver, QEventLoop()

    def beat() -> None:
        sys.setprofile(None)
        drawn, run, hops = driver.drawn, theatre.session.frame.run, Hops()
        sys.setprofile(hops.noted)
        driver.tick()
        sys.setprofile(None)
        if drawn != driver.drawn and run.now >= BEGIN and run.phase is Phase.RUNNING:
            ticks.append(hops)
            paintings.append(Hops())
            sys.setprofile(paintings[-1].noted)

    driver.beat.timeout.disconnect()
    driver.beat.timeout.connect(beat)
    driver.start()
    while theatre.session.frame.run.now < END and theatre.session.frame.run.phase is not Phase.ENDED:
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    sys.setprofile(None)
    theatre.close()
    theatre.window.close()
    return ticks, paintings


def tell(what: str, found: Sequence[Hops]) -> None:
    """One line: files and changes."""
    said = []
    for name, each in (
        ("files", [len(one.calls) for one in found]),
        ("changes", [one.changes.total() for one in found]),
    ):
        most = sorted(each)[int(0.9 * len(each))]
        said.append(f"{statistics.median(each):4.0f} {name} (nine in ten: at most {most})")
    print(f"{what:9} {', '.join(said)}, {len(found)} times", flush=True)


def explain(found: Sequence[Hops]) -> None:
    """What the figures consist of, for each beat."""
    calls: Counter[str] = sum((one.calls for one in found), Counter())
    for file, count in calls.most_common():
        there = sum(file in one.calls for one in found) / len(found)
        print(f"    {count / len(found):8.1f} calls, in {there:4.0%} of the beats  {file}")
    changes: Counter[tuple[str, str]] = sum((one.changes for one in found), Counter())
    for (one, other), count in changes.most_common(40):
        print(f"    {count / len(found):8.1f}  {one} -> {other}")


def main(arguments: Sequence[str] = ()) -> None:
    """Prints a line for the ticks and one for the paintings."""
    parser = argparse.ArgumentParser(prog="python -m bench hops", description=__doc__)
    parser.add_argument("--settings", default="lock=off&ROUNDS=300", help="as in a lesson's link")
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--list", action="store_true", help="every file, and the changes between them")
    options = parser.parse_args(arguments)
    width, _, height = options.size.partition("x")
    application = app.application()
    app.collect_by_hand()
    for what, found in zip(("tick", "painting"), beats(options.settings, (int(width), int(height))), strict=True):
        tell(what, found)
        if options.list:
            explain(found)
    application.processEvents()
