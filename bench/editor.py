"""Milliseconds of the window's thread that the editor takes: opening 5,000 lines, keys, scrolling, replacing all.

The real window, offscreen, at 1920 x 1080, with eight threads marked in the program meanwhile. A key counts from its
press until it is painted, with all that the window does for it in that turn. The limits are about what the window's
thread computes; beside it stands how long that took by the clock, where other processes take their share of the
cores. Returns 1 when a limit is missed.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.frame import State
from engine.scenarios import catalogue
from gui.app import Theatre, application, assemble
from gui.panels.code import Code
from gui.view_state.code_annotations import Marker
from gui.widgets.code_view import CodeView

OPEN, KEY = 150.0, 16.0  # limits, milliseconds: until it can be typed into, and 99 of 100 keys
PART = '''class Part{n}:
    """One of many, with a text of its own."""

    LIMIT = {n}

    def work(self, items: list[int], factor: float = 1.5) -> float:
        # adds up what it is given
        total = 0.0
        for index, item in enumerate(items):
            if item % 2 == 0 and index < self.LIMIT:
                total += item * factor  # even ones count more
            else:
                total += item
            print(f"item {{index:>4}} of {{len(items)}}: {{total:.2f}}", "done", sep=" ")
        try:
            return round(total / max(1, len(items)), 3)
        except ZeroDivisionError as problem:
            raise ValueError("nothing to add up") from problem


'''


def program(lines: int) -> str:
    """A program of so many lines."""
    text = "".join(PART.format(n=n) for n in range(lines // PART.count("\n") + 1))
    return "\n".join(text.split("\n")[:lines]) + "\n"


class Stand:
    """A window with one program open in it."""

    def __init__(self, app: QApplication, theatre: Theatre) -> None:
        self.app, self.theatre = app, theatre
        (self.panel,) = (part.panel for part in theatre.driver.parts if isinstance(part.panel, Code))
        self.view: CodeView = self.panel.view
        self._step = 0

    def spin(self, seconds: float) -> None:
        """Lets the window run."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)

    def timed(self, do: Callable[[], object]) -> tuple[float, float]:
        """Milliseconds until it is done and painted: of the window's thread, and by the clock."""
        begin, clock = time.thread_time(), time.perf_counter()
        do()
        self.app.processEvents()
        return (time.thread_time() - begin) * 1000, (time.perf_counter() - clock) * 1000

    def threads(self) -> None:
        """Eight threads come to other lines, as in a run."""
        first, last = self.view.visible_lines()
        self._step += 1
        lines = [first + (self._step * 3 + 5 * one) % max(1, last - first) for one in range(8)]
        self.view.mark(tuple(Marker(2 + i, line, State.RUNNING, str(i + 1)) for i, line in enumerate(lines)), 0)

    def keys(self, line: int, typed: str, before: str = "") -> np.ndarray:
        """Milliseconds of each key."""
        self.view.jump(line)
        QTest.keyClick(self.view, Qt.Key.Key_End)
        for letter in before:
            QTest.keyClick(self.view, Qt.Key.Key_Return if letter == "\n" else letter)
        took = []
        for letter in typed:
            self.threads()
            key = Qt.Key.Key_Return if letter == "\n" else letter
            took.append(self.timed(partial(QTest.keyClick, self.view, key)))
            self.spin(0.012)  # a fast hand; the window does what it does between two keys
        return np.array(took)


def row(name: str, took: np.ndarray, limit: float | None) -> bool:
    """Prints it; whether the limit holds."""
    own, clock = took.T
    middle, p99, most = np.median(own), np.percentile(own, 99), own.max()
    beside = f"limit {limit:g} (99 %)" if limit is not None else ""
    held = limit is None or bool(p99 <= limit)
    said = f"{beside}{'' if held else '  MISSED'}"
    print(f"{name:44} {middle:8.2f} {p99:8.2f} {most:8.2f} {np.percentile(clock, 99):10.2f}   {said}", flush=True)
    return held


def main(arguments: Sequence[str] = ()) -> int:
    """Prints a row for each thing that is done."""
    parser = argparse.ArgumentParser(prog="python -m bench editor", description=__doc__)
    parser.add_argument("--lines", type=int, default=5000)
    parser.add_argument("--keys", type=int, default=200, help="typed at each place")
    options = parser.parse_args(arguments)
    app, text = application(), program(options.lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "long.py")
        path.write_text(text)
        small = Path(folder, "small.py")
        small.write_text("print(1)\n")
        theatre = assemble((replace(catalogue.from_file(small), id="small"),))
        theatre.window.resize(1920, 1080)
        theatre.window.show()
        theatre.window.activateWindow()
        theatre.controller.open("small")
        theatre.driver.start()
        stand = Stand(app, theatre)
        try:
            stand.spin(1.5)
            return measure(stand, path, options)
        finally:
            theatre.close()
            theatre.window.close()


def measure(stand: Stand, long: Path, options: argparse.Namespace) -> int:
    """Does it all; 1 when a limit is missed."""
    view, theatre, driver = stand.view, stand.theatre, stand.theatre.driver
    documents = theatre.documents.documents
    print(f"{options.lines:,} lines; ms:{'':27} median     99 %     most   clock 99 %")

    def open_long() -> None:
        theatre.controller.open_file(str(long))
        driver.tick()
        view.setFocus()
        QTest.keyClick(view, Qt.Key.Key_Space)

    opened = []
    for _ in range(5):
        if documents.current is not None:
            documents.remove(documents.current)
        driver.tick()
        stand.spin(0.3)
        opened.append(stand.timed(open_long))
    held = row("opened, and a key typed into it", np.array(opened), OPEN)
    held &= row("key while the rest is being read", stand.keys(30, "value = 1 " * (options.keys // 10)), KEY)
    far = [stand.timed(lambda: view.verticalScrollBar().setValue(view.verticalScrollBar().maximum()))]
    row("scrolled to the end at once", np.array(far), None)
    stand.spin(2.5)
    plain = "count = (total + 1) * 2\n" * (options.keys // 24 + 1)
    held &= row("key in the middle", stand.keys(options.lines // 2, plain[: options.keys]), KEY)
    held &= row("key at the end", stand.keys(view.blockCount(), plain[: options.keys]), KEY)
    held &= row("key after an opened triple quote", stand.keys(40, plain[: options.keys], '\n"""'), KEY)
    stand.spin(1.0)
    quotes = np.concatenate([stand.keys(60, '"""', "\n") for _ in range(8)])
    held &= row("triple quotes opened and closed", quotes, KEY)
    stand.spin(1.0)
    view.keyboard.perform("edit-replace")
    bar = view.finder.bar
    bar.what.setText("total")
    bar.by.setText("amount")
    row("replace all", np.array([stand.timed(lambda: bar.replaced.emit(True))]), None)
    row("undo it", np.array([stand.timed(view.undo)]), None)
    bar.close_bar()
    held &= row("key with the bar open", _with_bar(stand, plain[: options.keys]), KEY)
    return 0 if held else 1


def _with_bar(stand: Stand, typed: str) -> np.ndarray:
    stand.view.keyboard.perform("edit-find")
    stand.view.finder.bar.what.setText("index")
    stand.view.setFocus()
    return stand.keys(2000, typed)
