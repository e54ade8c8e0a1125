"""Milliseconds that a draw of the timeline and of the shared value takes.

Draws a run that is being followed, 8 threads in a window of 1920 x 1080, one frame after the other at 60 a second of
program time, and prints milliseconds per frame: median and 99 of 100. The budget of a frame at 60 a second is 16.7 ms.
"""

import argparse
import os
import time
from collections.abc import Sequence
from dataclasses import replace

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from engine.frame import Frame, Phase, Series, Spans, View
from gui.plots.over_time import values
from gui.plots.timeline.timeline import TimelinePanel
from gui.theme import theme
from gui.widgets.card import Card
from tests.gui import frames
from tests.gui.frames import changed
from tests.gui.recorded_commands import RecordedCommands

FRAMES = 120
SECONDS = 600.0
NS = 1_000_000_000


def live(whole: Frame, now: float, width: float) -> Frame:
    """The run as it was at a time, followed with a view of `width` seconds."""
    limit, lanes = round(now * NS), []
    for lane in whole.recording.lanes:
        end = int(np.searchsorted(lane.spans.starts, limit, "right"))
        spans = lane.spans
        cut = Spans(spans.starts[:end], spans.states[:end], spans.objects[:end], spans.places[:end])
        lanes.append(replace(lane, spans=cut))
    series = whole.recording.value
    if series is not None and series.expected is not None:
        end = int(np.searchsorted(series.times, limit, "right"))
        series = replace(series, times=series.times[:end], values=series.values[:end], expected=series.expected[:end])
    return changed(whole, now=now, lanes=tuple(lanes), value=series, view=View(now - width, now, follow=True))


def race(length: int) -> Frame:
    """8 threads of `length` spans, as many updates in all as one thread has spans."""
    times = np.linspace(0, SECONDS * NS, length).astype(np.int64)
    kept = np.cumsum(np.arange(length) % 3 != 0).astype(np.int64)
    return changed(
        Frame(),
        number=1,
        phase=Phase.RUNNING,
        lanes=frames.race(8, length, SECONDS),
        holders=frames.huge().recording.holders[:1],
        value=Series("counter", times, kept, np.arange(length, dtype=np.int64)),
    )


def measure(app: QApplication, panel: Card, shown: list[Frame]) -> str:
    """Milliseconds per draw of these frames, painting included."""
    took = []
    for frame in shown:
        begin = time.perf_counter()
        panel.draw(frame)  # type: ignore[attr-defined] # every panel has it
        app.processEvents()
        took.append((time.perf_counter() - begin) * 1000)
    kept = took[5:]  # the first frames make sheets and pictures
    return f"{np.median(kept):7.2f} {np.percentile(kept, 99):7.2f}"


def main(arguments: Sequence[str] = ()) -> None:
    """Prints a row for each number of spans."""
    parser = argparse.ArgumentParser(prog="python -m bench drawing", description=__doc__)
    parser.add_argument("--spans", type=int, nargs="*", default=[1_000, 10_000, 100_000, 1_000_000], metavar="N")
    options = parser.parse_args(arguments)
    known = QApplication.instance()
    app = known if isinstance(known, QApplication) else QApplication([])
    look = theme.make("dark", compact=False)
    print("8 lanes; ms per frame: median, 99 %        following 1 s     following 60 s    whole run")
    for length in options.spans:
        whole = race(length)
        for panel, height in ((TimelinePanel(RecordedCommands()), 480), (values.PANEL.make(RecordedCommands()), 208)):
            panel.apply_theme(look)
            panel.resize(1360, height)
            panel.show()
            answers = []
            for width in (1.0, 60.0, SECONDS):
                shown = [live(whole, SECONDS - 3 + i / 60, width) for i in range(FRAMES)]
                answers.append(measure(app, panel, shown))
            print(f"{length:>9,} spans a lane  {panel.title.text():14}  {'   '.join(answers)}")
            panel.hide()
    panel = TimelinePanel(RecordedCommands())
    panel.apply_theme(look)
    panel.resize(1360, 480)
    panel.show()
    still = live(race(100_000), SECONDS - 3, 60.0)
    print(f"{'the same frame again':>40}  {measure(app, panel, [still] * FRAMES)}")
