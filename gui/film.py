"""Makes a film of a kept run in the real window, without a display: each frame at its exact moment."""

import os
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from engine.analysis.trace import TraceError
from engine.environment import output_file
from engine.frame import Ended, Phase
from engine.headless import BAD_INPUT, DONE, FAILED, BadInput, check, find, one_line, window_problem
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.scenarios import catalogue
from engine.scenarios.scenario import Scenario
from engine.session import replay
from engine.session.keep_run import keep_run
from engine.session.kept_files import search_in
from engine.session.launching import as_ordered
from engine.session.replay import KeptRun, Playback
from engine.words.troubles import title
from gui import app
from gui.app import Theatre
from gui.driver import Pace
from gui.recording import sinks
from gui.recording.sinks import FilmFormat, FilmShape, Movie, Pictures, Sink, SinkError
from gui.view_state.window_settings import WindowLayout
from gui.widgets.suspicion_reader import SuspicionReader

LAST = 2.0  # seconds that the last picture stays
ENDING = 10  # pictures within which a run that is told to its end has ended; it takes one or two


@lazy_dataclass(frozen=True)
class FilmOrder:
    """What is filmed, and how."""

    size: tuple[int, int]  # pixels
    theme: str
    rate: float  # frames a second
    speed: float  # program time runs so many times as fast as the film
    out: Path  # a folder where its name has no end
    after: float | None = None  # seconds of the run that are filmed; None: all
    file: str = ""  # of the program, that is shown; "" is its own


class Unhurried(Pace):
    """The rate of a film says nothing of this machine."""

    def tick(self) -> bool:
        return False


def carry_out(options: Namespace) -> int:
    """The command `film`: runs a scenario once, or takes a kept run, and films it; returns the exit status."""
    order = FilmOrder(
        options.size, options.theme, options.fps, options.speed, Path(options.out), options.after, options.show
    )
    kept = Path(options.what)
    try:
        if problem := problem_with(order.out):
            raise BadInput(problem)
        if os.path.isfile(kept) and kept.suffix != ".py":
            if options.set or options.off or options.flip:
                raise BadInput(f"{kept} is a run that is over: nothing can be set or switched in it any more")
            return make(kept, order)
        with tempfile.TemporaryDirectory(prefix="thread-theatre-") as folder:
            return make(_taped(options, Path(folder) / "film.run"), order)
    except (BadInput, TraceError, SinkError) as problem:
        sys.stderr.write(f"Thread Theatre: {one_line(problem)}\n")
        return FAILED if isinstance(problem, SinkError) else BAD_INPUT


def _taped(options: Namespace, path: Path) -> Path:
    """Runs a scenario and keeps the run there. Raises BadInput and TraceError."""
    problem = window_problem(options.what, options.set, [*options.off, *(name for _, name, _ in options.flip)])
    if problem:
        raise BadInput(problem)
    scenario = find(options.what)
    if scenario.page or scenario.runs_in:
        why = "a page, there is nothing to run" if scenario.page else "about the window itself: record it there"
        raise BadInput(f"{scenario.id} is {why}")
    knobs = check(scenario, options.set, options.off)
    last = keep_run(
        scenario, path, knobs=knobs, off=options.off, flips=options.flip, speed=options.speed, after=options.after
    )
    if last.run.trouble is not None and last.run.ended is Ended.REFUSED:
        raise BadInput(f"{scenario.id} does not start: {title(last.run.trouble)}")
    return path


def make(kept: Path, order: FilmOrder) -> int:
    """Films a kept run; returns 0.

    Raises TraceError when it cannot be read, BadInput for a file that it does not have, SinkError when nothing can be
    written.
    """
    run = replay.load(kept)
    names = [one.name for one in run.modules]
    if order.file and order.file not in names:
        there = f"there are: {', '.join(names)}" if names else "it has no other file"
        raise BadInput(f"{Path(run.order.path).name} has no file {order.file!r} beside it; {there}")
    target = order.out.resolve()
    again = target.is_file()  # the old film stays until there is a new one
    with _scenario_of(run) as scenario:
        sink = _sink(replace(order, out=output_file.unfinished(target)) if again else order)
        try:
            try:
                for picture, times in _pictures(run, scenario, order):
                    sink.write(picture, times)
            finally:
                sink.close()
        except SinkError as problem:
            rest = f". What was written before is kept in {sink.path}" if sink.size else ""
            raise SinkError(f"{problem}{rest}") from problem
        if again:
            try:
                sink.path.replace(target)
            except OSError as error:
                raise SinkError(f"{target} is as it was, the new film is in {sink.path}: {error.strerror}") from error
    return DONE


def problem_with(out: Path) -> str:
    """Why nothing can be filmed into this file or folder, "" when it can be tried."""
    form, known = _form(out), ", ".join(f".{one.value}" for one in FilmFormat if one.value)
    if not out.name:
        return f"--out has to name a film, which ends in one of {known}, or a new folder for pictures"
    if form is None:
        return f"{out} is no film: its name ends in one of {known}, or it is a folder for pictures"
    if form is not FilmFormat.PICTURES and not sinks.executable():
        return f"there is no ffmpeg here; type  {sinks.install_command()}  or name a folder for pictures"
    return _problem_with_place(out, form)


def _problem_with_place(out: Path, form: FilmFormat) -> str:
    if form is not FilmFormat.PICTURES:
        return output_file.refusal(out)
    folder = out.absolute().parent
    if not folder.is_dir():
        return f"there is no folder to make {out} in"
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        return f"{out} is no empty folder"
    return "" if os.access(out if out.exists() else folder, os.W_OK) else f"nothing may be written to {out}"


def _form(out: Path) -> FilmFormat | None:
    return next((one for one in FilmFormat if one.value == out.suffix.lower().removeprefix(".")), None)


def _sink(order: FilmOrder) -> Sink:
    form = _form(order.out)
    assert form is not None  # problem_with has said so
    if form is FilmFormat.PICTURES:
        try:
            order.out.mkdir(exist_ok=True)
        except OSError as problem:
            raise SinkError(f"{order.out} cannot be made: {problem.strerror}") from problem
        return Pictures(order.out)
    return Movie(sinks.executable(), order.out, FilmShape(order.size, order.rate, form))


@contextmanager
def _scenario_of(run: KeptRun) -> Iterator[Scenario]:
    """The scenario of a kept run, with the program as it was then."""
    path = Path(run.order.path)
    known = (one for one in catalogue.load() if one.id == run.scenario and not one.error)
    scenario = next(known, None) or replace(catalogue.from_file(path), id=run.scenario)
    if _text(scenario.program) == run.order.text:
        yield scenario
        return
    with tempfile.TemporaryDirectory(prefix="thread-theatre-") as folder:
        program = Path(folder) / path.name
        program.write_text(run.order.text, "utf-8")
        yield replace(scenario, program=program)


def _text(program: Path) -> str:
    try:
        return program.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _pictures(run: KeptRun, scenario: Scenario, order: FilmOrder) -> Iterator[tuple[QImage, int]]:
    """Each picture of the film, and for how many frames it stands."""
    application = app.application()
    application.setCursorFlashTime(0)  # nothing on the screen goes by the clock of this machine
    playback = Playback(run)
    course = {one.id: one for one in catalogue.load()} | {scenario.id: scenario}  # in its own place, else the last
    theatre = app.assemble(tuple(course.values()), WindowLayout(theme=order.theme), playback.host)
    theatre.driver.pace = Unhurried()
    try:
        _begin(application, theatre, run, order)
        yield from _play(application, theatre, playback, order)
    finally:
        theatre.close()
        theatre.window.close()


def _begin(application: QApplication, theatre: Theatre, run: KeptRun, order: FilmOrder) -> None:
    """The window as it was when the run began."""
    theatre.window.resize(*order.size)
    theatre.session.modules.look_for = search_in(run.modules)
    theatre.session.each_frame = True
    theatre.controller.open(run.scenario)
    theatre.controller.show_file(order.file)
    for prepare in theatre.driver.preparations():
        prepare()
    session = theatre.session
    session.set_launch(as_ordered(run.order))
    for name, value in run.order.knobs.items():
        session.set_knob(name, value)
    for name in run.order.off:
        session.switch(name, False)
    session.watch(run.order.watches)
    session.set_speed(order.speed)
    theatre.window.show()
    for _ in range(3):  # layouts settle in two passes
        _settle(application)
        _tick(application, theatre)
    theatre.controller.run()


def _play(
    application: QApplication, theatre: Theatre, playback: Playback, order: FilmOrder
) -> Iterator[tuple[QImage, int]]:
    flips, number, left = sorted(playback.kept.flips), 0, ENDING
    picture = QImage(*order.size, QImage.Format.Format_RGB32)
    while True:
        playback.until = number * order.speed / order.rate
        while flips and flips[0][0] <= playback.until:
            _, name, on = flips.pop(0)
            theatre.controller.switch(name, on)
        replay.at_end(playback, theatre.session.stop)
        _tick(application, theatre)
        _settle(application)
        number, left = number + 1, left - playback.over
        told = playback.over and (theatre.session.frame.run.phase is Phase.ENDED or left <= 0)
        if told:
            _tick(application, theatre)  # what is known when it has ended, such as the files that it wrote
            _settle(application)
        theatre.window.render(picture, QPoint())
        if told or (order.after is not None and playback.until >= order.after):
            yield picture, max(1, round(LAST * order.rate))
            return
        yield picture, 1


def _tick(application: QApplication, theatre: Theatre) -> None:
    """One frame. What is looked for in texts is known at once: when a search ends says nothing of the run."""
    theatre.session.modules.settle()
    theatre.driver.tick()
    _wait_for_marks(application, theatre)


def _settle(application: QApplication) -> None:
    """Until whatever follows from a frame has been done: a layout asks for another one."""
    for _ in range(2):
        application.sendPostedEvents()
        application.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)


def _wait_for_marks(application: QApplication, theatre: Theatre) -> None:
    """Until it is known where the text could break: another process may look for it, which ends at its own time."""
    readers = theatre.window.findChildren(SuspicionReader)
    while any(reader.busy for reader in readers):
        application.processEvents(
            QEventLoop.ProcessEventsFlag.WaitForMoreEvents | QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents
        )
