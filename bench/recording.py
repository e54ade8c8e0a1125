"""Recording the window while a scenario runs: frames dropped, and the window's own rate against before."""

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from bench.window import Beats, theatre_with
from engine.environment.installation import RESOURCES
from gui import app
from gui.recording.recorder import FilmChoice, Recorder, picture_of
from gui.recording.sinks import FilmFormat

COUNTER = RESOURCES / "scenarios" / "counter" / "program.py"
LEAST = 0.9  # of the window's rate before


def measure(seconds: float, size: tuple[int, int], choice: FilmChoice, program: Path) -> bool:
    """Prints both; whether they hold."""
    theatre = theatre_with(program, size)
    for name, value in (("SECONDS", 3 * seconds), ("ROUNDS", 1_000_000), ("ROUNDS", 1_000_000_000)):
        theatre.controller.knob(name, value)  # those that the program has, as large as it takes them
    beats = Beats(theatre)
    theatre.controller.run()
    beats.play(2)
    beats.play(min(seconds, 15.0))
    before, recorder = beats.rate(), Recorder(theatre.window)
    with tempfile.TemporaryDirectory() as folder:
        recorder.begin(Path(folder) / "film", choice)
        beats.play(seconds)
        during = beats.rate()
        recorder.finish()
        cost = picture_cost(theatre)
        beats.play(60, lambda: not recorder.busy)
        state = recorder.state
    theatre.close()
    theatre.window.close()
    print(
        f"{'/'.join(program.parts[-2:])}, {size[0]}x{size[1]}, {choice.rate} frames a second, {state.seconds:.0f} s, "
        f"{state.size / 1e6:.1f} MB: {state.dropped} dropped, {state.late} late; the window {during:.1f} frames a "
        f"second, before {before:.1f}: ratio {during / before:.2f}, "
        f"{cost:.1f} ms of its thread a picture{'; ' + state.problem if state.problem else ''}",
        flush=True,
    )
    return not state.dropped and during >= LEAST * before and not state.problem


def picture_cost(theatre: app.Theatre) -> float:
    """Milliseconds of the processor that one picture takes, which does not depend on what else the machine does."""
    began = time.thread_time()
    for _ in range(100):
        picture_of(theatre.window)
    return (time.thread_time() - began) * 10


def main(arguments: Sequence[str] = ()) -> int:
    """Prints it; returns 1 when a frame was dropped or the window slowed down."""
    parser = argparse.ArgumentParser(prog="python -m bench recording")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=int, default=30)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--form", choices=[one.value for one in FilmFormat], default="mp4")
    parser.add_argument("--program", type=Path, default=COUNTER)
    options = parser.parse_args(arguments)
    width, _, height = options.size.partition("x")
    app.application()
    app.collect_by_hand()
    choice = FilmChoice(FilmFormat(options.form), options.rate)
    return int(not measure(options.seconds, (int(width), int(height)), choice, options.program))
