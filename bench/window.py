"""The window while the stage works: its frame rate against idle, records carried, Run to the first span painted."""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest

from engine.frame import Phase
from engine.hosting.host import ChildProcess, Host, InProcess
from engine.scenarios import catalogue
from gui import app
from gui.widgets.code_view import CodeView

PROGRAMS = Path(__file__).parent.parent / "tests" / "programs"


class Beats(QObject):
    """Counts frames of the real window: each tick of its clock asks for a new picture of the timeline, as a live run
    does, and each painting of it is a frame."""

    def __init__(self, theatre: app.Theatre) -> None:
        super().__init__()
        self._driver, self._session = theatre.driver, theatre.session
        self.stamps: list[float] = []
        self.spanned = False  # a span of this run was painted since `play` began
        (timeline,) = (part.panel for part in theatre.driver.parts if part.info.id == "timeline")
        self._canvas = timeline.canvas
        self._canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notes each painting."""
        if watched is self._canvas and event.type() is QEvent.Type.Paint:
            self.stamps.append(time.perf_counter())
            frame = self._driver.frame
            mine = frame.run.number == self._session.frame.run.number  # not the picture of the run before
            self.spanned = self.spanned or (mine and any(len(lane.spans) for lane in frame.recording.lanes))
        return False

    def play(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Turns the event loop for so long, or until something is reached."""
        self.stamps, self.spanned = [], False
        loop, timer = QEventLoop(), QTimer()
        timer.setTimerType(self._driver.beat.timerType())
        timer.setInterval(self._driver.beat.interval())
        timer.timeout.connect(self._driver.tick)
        timer.timeout.connect(self._canvas.update)
        timer.start()
        end = time.perf_counter() + seconds
        while time.perf_counter() < end and not until():
            loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        timer.stop()

    def rate(self) -> float:
        """Frames a second."""
        return (len(self.stamps) - 1) / (self.stamps[-1] - self.stamps[0]) if len(self.stamps) > 1 else 0.0

    def gap(self, share: float) -> float:
        """The gap between two frames in milliseconds that this share of all gaps stays under."""
        gaps = sorted(b - a for a, b in zip(self.stamps, self.stamps[1:], strict=False))
        return gaps[min(len(gaps) - 1, int(share * len(gaps)))] * 1000 if gaps else 0.0


def theatre_with(program: Path, size: tuple[int, int], host: Callable[[str], Host] = ChildProcess) -> app.Theatre:
    """The real window with this program open."""
    scenario = catalogue.from_file(program)
    theatre = app.assemble((*catalogue.load(), scenario), make_host=host)
    theatre.window.resize(*size)
    theatre.window.show()
    theatre.controller.open(scenario.id)
    return theatre


def busy(seconds: float, size: tuple[int, int]) -> None:
    """Frame rate with 8 busy threads, on the stage and in this process, against idle."""
    for name, host in (("on the stage", ChildProcess), ("in this process", InProcess)):
        theatre = theatre_with(PROGRAMS / "busy.py", size, host)
        theatre.controller.knob("ROUNDS", 1_000_000_000)
        beats = Beats(theatre)
        beats.play(0.5)
        beats.play(seconds)
        idle = beats.rate()
        theatre.controller.run()
        beats.play(5, lambda theatre=theatre: len(theatre.session.frame.recording.lanes) >= 9)
        beats.play(seconds)
        print(f"8 busy threads {name}: {beats.rate():.1f} frames a second, idle {idle:.1f}: "
              f"ratio {beats.rate() / idle:.2f}; p99 of a frame {beats.gap(0.99):.0f} ms", flush=True)  # fmt: skip
        theatre.close()
        theatre.window.close()


def chatty(seconds: float, size: tuple[int, int]) -> None:
    """Records a second from 8 threads that report as fast as they can, and the frame rate meanwhile."""
    theatre = theatre_with(PROGRAMS / "chatty.py", size)
    theatre.controller.knob("SECONDS", seconds)
    beats = Beats(theatre)
    beats.play(0.5)
    beats.play(3)
    idle = beats.rate()
    theatre.controller.run()
    beats.play(seconds + 60, lambda: theatre.session.frame.run.phase is Phase.ENDED)
    told, took = theatre.session.frame.recording, theatre.session.frame.run.now
    carried = f"{told.records:,} records, {told.records / took:,.0f} a second, {told.dropped} dropped"
    frames = f"{beats.rate():.1f} frames a second, idle {idle:.1f}: ratio {beats.rate() / idle:.2f}"
    print(
        f"8 threads reporting for {took:.1f} s: {carried}, held back {told.held_back:.1f} s; {frames}; "
        f"p99 of a frame {beats.gap(0.99):.0f} ms",
        flush=True,
    )
    theatre.close()
    theatre.window.close()


def first_span(times: int, size: tuple[int, int], *, edited: bool) -> None:
    """Milliseconds from Run pressed to the first span painted, with a warm stage.

    `edited`: of a program of one's own, into which a letter is typed just before.
    """
    theatre = theatre_with(PROGRAMS / "sleeps.py", size)
    if edited:
        theatre.controller.open_file(str(PROGRAMS / "sleeps.py"))
    beats = Beats(theatre)
    view = theatre.window.findChild(CodeView)
    waits = []
    for _ in range(times):
        beats.play(1.0)  # the next stage warms up
        if edited:
            QTest.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
            QTest.keyClicks(view, "#")
        pressed = time.perf_counter()
        theatre.controller.run()
        beats.play(5, lambda: beats.spanned)  # the painting is over when the events of that turn are
        waits.append((time.perf_counter() - pressed) * 1000)
        theatre.controller.stop()
        beats.play(5, lambda: theatre.session.frame.run.phase is Phase.ENDED)
    what = "Run of a text edited just before" if edited else "Run pressed"
    print(f"{what} to first span painted, {times} times: median {statistics.median(waits):.0f} ms, "
          f"worst {max(waits):.0f} ms")  # fmt: skip
    theatre.close()
    theatre.window.close()


def main(arguments: Sequence[str] = ()) -> None:
    """Prints all of it, or what is named."""
    parser = argparse.ArgumentParser(prog="python -m bench window")
    parser.add_argument("what", nargs="*", default=["busy", "chatty", "first"])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--size", default="1920x1080")
    options = parser.parse_args(arguments)
    width, _, height = options.size.partition("x")
    size = (int(width), int(height))
    application = app.application()
    app.collect_by_hand()  # as the program does when it starts
    if "busy" in options.what:
        busy(options.seconds / 2, size)
    if "chatty" in options.what:
        chatty(options.seconds, size)
    if "first" in options.what:
        first_span(options.times, size, edited=False)
        first_span(options.times, size, edited=True)
    application.processEvents()
