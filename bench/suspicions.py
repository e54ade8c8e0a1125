"""Where a text could break: how long that takes, what the window spends on it, what the library is marked for."""

import argparse
import importlib.util
import os
import sysconfig
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from engine.static_analysis.analysis import suspicions
from engine.static_analysis.suspicion import Suspicion
from gui.widgets.suspicion_reader import SMALL, SuspicionReader

ROOT = Path(__file__).resolve().parent.parent
LONG = 5000  # lines of the long text
THREADED = "threading", "concurrent.futures.process", "logging.handlers", "multiprocessing.pool", "asyncio.base_events"


def milliseconds(text: str, repeats: int = 5) -> float:
    """Of processor time, the least of a few."""
    taken = []
    for _ in range(repeats):
        began = time.process_time()
        suspicions(text)
        taken.append((time.process_time() - began) * 1000)
    return min(taken)


def of_module(name: str) -> str:
    """The text of a module of the standard library."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).read_text("utf-8")


def long_text() -> str:
    """Scenarios one after the other, each with names of its own, until there are so many lines."""
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "resources" / "scenarios").glob("*/program.py"))]
    parts, lines = ["import threading"], 0
    while lines < LONG:
        for text in texts:
            body = "\n".join(f"    {line}" for line in text.split("\n") if not line.startswith("from __future__"))
            parts.append(f"def part_{lines}():\n{body}")
            lines += text.count("\n") + 2
    return "\n".join(parts)


def in_window(text: str) -> tuple[float, float]:
    """Milliseconds until it is known, and the longest that the event loop was held up meanwhile."""
    found: list[tuple[Suspicion, ...]] = []
    reader = SuspicionReader(rest=0)
    reader.found.connect(lambda all_, _text: found.append(all_))
    loop, began, longest = QEventLoop(), time.perf_counter(), 0.0
    reader.want(text, (), now=True)
    while not found:
        turned = time.thread_time()
        loop.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
        longest = max(longest, time.thread_time() - turned)
    return (time.perf_counter() - began) * 1000, longest * 1000


def library() -> None:
    """Goes through the whole standard library."""
    folder = Path(sysconfig.get_paths()["stdlib"])
    marks: Counter[tuple[str, str]] = Counter()
    lines = files = 0
    for path in sorted(folder.rglob("*.py")):
        if "site-packages" in path.parts:
            continue
        text = path.read_text("utf-8", "replace")
        lines, files = lines + text.count("\n"), files + 1
        marks.update((one.kind.value, one.certainty.name.lower()) for one in suspicions(text))
    print(f"standard library: {files:,} files, {lines:,} lines, {marks.total()} marks")
    for (kind, certainty), count in sorted(marks.items()):
        print(f"    {kind:20}{certainty:10}{count:4}")


def main(arguments: Sequence[str]) -> None:
    """Prints all of it."""
    parser = argparse.ArgumentParser(prog="python -m bench suspicions", description=__doc__)
    parser.add_argument("--library", action="store_true", help="the whole standard library too: two minutes")
    options = parser.parse_args(arguments)
    app = QApplication.instance() or QApplication([])
    counter = (ROOT / "resources" / "scenarios" / "counter" / "program.py").read_text("utf-8")
    short = "\n".join(counter.split("\n")[:SMALL])
    for name, text in [
        (f"{SMALL} lines of counter", short),
        ("counter", counter),
        *((name, of_module(name)) for name in THREADED),
        (f"{LONG:,} lines of scenarios", long_text()),
    ]:
        spent = milliseconds(text, 2 if len(text) > 100_000 else 5)
        lines = text.count("\n") + 1
        print(f"{name:28}{lines:7,} lines{spent:9.1f} ms, {spent / lines * 1000:6.1f} ms for 1,000 lines")
    for name, text in (f"{SMALL} lines", short), ("counter", counter), ("threading", of_module("threading")):
        known, held = in_window(text)
        print(
            f"window, {name:20} known after {known:6.0f} ms, its thread was busy for {held:5.1f} ms at a time at most"
        )
    if options.library:
        library()
    del app
