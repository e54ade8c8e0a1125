"""The window while the stage works: its frame rate against idle, records carried, Run to the first span painted."""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer

from engine import catalogue
from engine.frame import Phase
from engine.host import ChildProcess, Host, InProcess
from gui import app

PROGRAMS = Path(__file__).parent.parent / "tests" / "programs"


class Beats:
    """Counts frames of the real window: each beat repaints the whole timeline, as a live run does."""

    def __init__(self, theatre: app.Theatre) -> None:
        self._theatre = theatre
        self.stamps: list[float] = []
        self._timer = QTimer()
        self._timer.setInterval(0)
        self._last = -1

    def play(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Turns the event loop for so long; every tick of the driver also repaints the plots."""
        driver, loop = self._theatre.driver, QEventLoop()
        self.stamps = []
        draw = driver.tick

        def beat() -> None:
            draw()
            for part in driver.parts:
                if part.info.place.value == "plots" and part.panel.widget.isVisible():
                    part.panel.widget.repaint()
            self.stamps.append(time.perf_counter())

        timer = QTimer()
        timer.setTimerType(driver._timer.timerType())
        timer.setInterval(driver._timer.interval())
        timer.timeout.connect(beat)
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
    theatre.wishes.open(scenario.id)
    return theatre


def busy(seconds: float, size: tuple[int, int]) -> None:
    """Frame rate with 8 busy threads, on the stage and in this process, against idle."""
    for name, host in (("on the stage", ChildProcess), ("in this process", InProcess)):
        theatre = theatre_with(PROGRAMS / "busy.py", size, host)
        theatre.wishes.knob("ROUNDS", 1_000_000_000)
        beats = Beats(theatre)
        beats.play(0.5)
        beats.play(seconds)
        idle = beats.rate()
        theatre.wishes.run()
        beats.play(5, lambda theatre=theatre: len(theatre.session.frame.lanes) >= 9)
        beats.play(seconds)
        print(f"8 busy threads {name}: {beats.rate():.1f} frames a second, idle {idle:.1f}: ratio {beats.rate() / idle:.2f}; "
              f"p99 of a frame {beats.gap(0.99):.0f} ms", flush=True)  # fmt: skip
        theatre.close()
        theatre.window.close()


def chatty(seconds: float, size: tuple[int, int]) -> None:
    """Records a second from 8 threads that report as fast as they can, and the frame rate meanwhile."""
    theatre = theatre_with(PROGRAMS / "chatty.py", size)
    theatre.wishes.knob("SECONDS", seconds)
    beats = Beats(theatre)
    beats.play(0.5)
    beats.play(3)
    idle = beats.rate()
    theatre.wishes.run()
    beats.play(seconds + 60, lambda: theatre.session.frame.phase is Phase.ENDED)
    frame = theatre.session.frame
    print(f"8 threads reporting for {frame.now:.1f} s: {frame.records:,} records, {frame.records / frame.now:,.0f} a second, "
          f"{frame.dropped} dropped; {beats.rate():.1f} frames a second, idle {idle:.1f}: ratio {beats.rate() / idle:.2f}; "
          f"p99 of a frame {beats.gap(0.99):.0f} ms", flush=True)  # fmt: skip
    theatre.close()
    theatre.window.close()


def first_span(times: int, size: tuple[int, int]) -> None:
    """Milliseconds from Run pressed to the first span painted, with a warm stage."""
    theatre = theatre_with(PROGRAMS / "sleeps.py", size)
    beats = Beats(theatre)
    waits = []
    for _ in range(times):
        beats.play(1.0)  # the next stage warms up
        pressed = time.perf_counter()
        theatre.wishes.run()
        beats.play(5, lambda: any(len(lane.spans) for lane in theatre.session.frame.lanes))
        waits.append((beats.stamps[-1] - pressed) * 1000)
        theatre.wishes.stop()
        beats.play(5, lambda: theatre.session.frame.phase is Phase.ENDED)
    print(f"Run pressed to first span painted, {times} times: median {statistics.median(waits):.0f} ms, "
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
    if "busy" in options.what:
        busy(options.seconds / 2, size)
    if "chatty" in options.what:
        chatty(options.seconds, size)
    if "first" in options.what:
        first_span(options.times, size)
    application.processEvents()
