"""The composition root: makes the session, the window and its panels, and lets them know one another."""

import argparse
import gc
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QCoreApplication, QEventLoop, QIODevice, QPoint, Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QWidget

from engine.documents import rescue
from engine.documents.rescue import RescueStore
from engine.documents.workspace import Workspace
from engine.environment.installation import RESOURCES
from engine.environment.output_file import replacing
from engine.findings.standing.standstill import stands_still
from engine.frame import Phase
from engine.frame.launch import joined
from engine.hosting.host import ChildProcess, Host
from engine.scenarios import catalogue
from engine.scenarios.scenario import Scenario
from engine.session.session import Session
from engine.words import catalogue as words
from gui import actions, discovery
from gui.controller import Controller
from gui.documents.document_control import DocumentControl
from gui.driver import DrawnPanel, Driver
from gui.idle_tasks import IdleTasks, PythonSearch
from gui.panel import Course, Suits, WindowCommand
from gui.panel_menu import panel_menu
from gui.theme import palette
from gui.theme.appearance import Appearance
from gui.view_state.panel_choices import PanelChoices
from gui.view_state.window_settings import Ledger, LessonProgress, WindowLayout, WindowSettings
from gui.widgets import spoken
from gui.widgets.answer_field import busy_elsewhere
from gui.widgets.covers import Covers
from gui.window import Window
from gui.window_actions import Edits, window_handlers

if TYPE_CHECKING:
    from gui.recording.recording_control import RecordingControl

SHOT_LIMIT = 120.0  # seconds that a run for a picture may take


@dataclass
class Theatre:
    """Everything that belongs to one window."""

    session: Session
    window: Window
    driver: Driver
    controller: Controller
    appearance: Appearance

    documents: DocumentControl

    @cached_property
    def recording_control(self) -> "RecordingControl":
        """Made when it is asked for: the first frame waits for nothing that it does not show."""
        from gui.recording.recording_control import RecordingControl  # noqa: PLC0415 - for the same reason

        made, appearance = RecordingControl(self.window, lambda: self.controller.course.current), self.appearance
        made.apply_theme(appearance.theme)
        appearance.changed.connect(lambda: made.apply_theme(appearance.theme))
        return made

    def carry_out(self, command: WindowCommand) -> None:
        """Does what is about the window as a whole."""
        if command is WindowCommand.END_LEFT:
            self.session.left.end()
        elif not self.documents.carries_out(command):
            self.recording_control.carry_out(command)

    def close(self) -> None:
        """Ends the run and every process of it."""
        if "recording_control" in vars(self):
            self.recording_control.close()
        self.driver.stop()
        self.controller.hand_over()
        self.documents.documents.close()
        self.session.close()


def assemble(
    scenarios: tuple[Scenario, ...],
    layout: WindowLayout | None = None,
    make_host: Callable[[str], Host] = ChildProcess,
) -> Theatre:
    """A window with every panel in its place, not shown yet and with no scenario open."""
    layout = layout or WindowLayout()
    session, appearance = Session(make_host=make_host), Appearance(layout.theme, layout.scale, layout.calm)
    controller = Controller(session, scenarios, appearance)
    controller.panels.kept, controller.panels.last = dict(layout.panels), dict(layout.splitters)
    controller.shown.set(replace(controller.shown.view, suspects=layout.suspects))
    panels, broken = discovery.find()
    parts = [DrawnPanel(info, info.make(controller)) for info in panels]
    window = Window()
    window.recall(layout.geometry)
    appearance.fit(window.width(), window.height())  # before anybody hears of it, so that all is dressed once
    window.place([(part.info, part.panel.widget) for part in parts])
    appearance.changed.connect(lambda: _dress(window, appearance))  # before the panels: see palette.apply
    driver = Driver(controller, appearance, parts, LessonProgress(layout.marks), Ledger(layout.figures))
    covers, choices = Covers(), controller.panels
    driver.on_failed = lambda part, text: covers.tell(part.panel.widget, text)
    driver.is_seen, driver.panel_at = window.is_seen, window.panel_at

    def lay_out(seen: frozenset[str], live: tuple[str, ...]) -> None:
        window.present(choices.presenting)
        appearance.present(choices.presenting)
        compares = controller.course.scenario.parts is not None
        window.arrange(seen, live, choices.now.page, choices.sizes, compares=compares)
        window.hint.say(_how_to_leave(choices))

    def show_menu(panel: str, at: QPoint) -> None:
        page = session.frame.program.page
        offered = [info for info in panels if info.suits is not (Suits.PROGRAMS if page else Suits.PAGES)]
        panel_menu(window, appearance.theme, offered, panel, commands=controller, choices=choices).popup(at)

    def show_question() -> None:
        if not busy_elsewhere():
            window.middle.deck.turn_to("output")  # where that is a page of it

    driver.on_layout = lay_out
    documents = _documents(window, controller, layout, parts)
    driver.on_course = partial(_follow, session, window, documents)
    window.menu_asked.connect(show_menu)
    window.body.sized.connect(choices.size)
    window.middle.rehomed.connect(driver.dress_again)
    driver.on_title = window.entitle
    driver.on_line = lambda: window.middle.deck.turn_to("code")  # where the program is a page of it
    driver.on_question = show_question
    for name, text in broken:
        driver.report(f"{name} could not be loaded", text)
    driver.handlers |= window_handlers(window, driver)
    window.bind([(key, partial(driver.perform, one.id)) for one in actions.ACTIONS for key in one.keys])
    window.resized.connect(appearance.fit)
    window.middle.splitter.resized.connect(driver.rearranged)
    window.middle.deck.chosen.connect(controller.turn_to)
    _dress(window, appearance)
    driver.apply_theme()
    driver.opened(controller.course)
    theatre = Theatre(session, window, driver, controller, appearance, documents)
    controller.ask = theatre.carry_out
    return theatre


def _documents(
    window: Window, controller: Controller, layout: WindowLayout, parts: Sequence[DrawnPanel]
) -> DocumentControl:
    """Programs of one's own, and who hands over what was typed just now."""
    workspace = Workspace(RescueStore(rescue.folder()), QCoreApplication.translate("Window", "Your programs"))

    def hand_over() -> None:
        for part in parts:
            if isinstance(part.panel, Edits):
                part.panel.flush()

    controller.hand_over = hand_over
    return DocumentControl(window, controller, workspace, layout.recent, window.hint.tell)


def _follow(session: Session, window: Window, documents: DocumentControl, course: Course) -> None:
    """Another scenario may be open: the keys of its switches, and its file."""
    notes = course.scenario.switches.items()
    window.bind_switches([(note.key, partial(_flip, session, name)) for name, note in notes if note.key])
    documents.documents.follow()


def _flip(session: Session, name: str) -> None:
    """Turns a switch to its other side; one that the program does not have stays away."""
    for one in session.frame.program.switches:
        if one.name == name:
            session.switch(name, not one.on)


def _how_to_leave(choices: PanelChoices) -> str:
    keys = {name: actions.key(name) for name in ("stop", "present", "alone", "all", "help")}
    translate = QCoreApplication.translate
    if choices.alone:
        return translate("Window", "{stop} shows the other panels again").format(**keys)
    if choices.presenting:
        said = translate("Window", "{present} leaves  ·  {alone} one panel alone  ·  {all} all panels  ·  {help} keys")
        return said.format(**keys)
    return ""


def _dress(window: Window, appearance: Appearance) -> None:
    """The window, and whatever opens outside of it: menus, hints, dialogs of the platform."""
    QApplication.setPalette(palette.palette(appearance.theme.colours))
    window.apply_theme(appearance.theme)


def application() -> QApplication:
    """The one QApplication, with our fonts. A missing font is said on stderr, and another one is taken."""
    known = QCoreApplication.instance()
    app = known if isinstance(known, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Thread Theatre")
    app.setStyle("Fusion")
    spoken.install()
    for file in sorted((RESOURCES / "fonts").glob("*.[ot]tf")):
        if QFontDatabase.addApplicationFont(str(file)) < 0:
            sys.stderr.write(f"Thread Theatre: the font {file.name} cannot be read; another one is used.\n")
    if not {"Inter", "JetBrains Mono"} <= set(QFontDatabase.families()):
        sys.stderr.write("Thread Theatre: Inter or JetBrains Mono is missing in resources/fonts; others are used.\n")
    return app


def watch_faults(driver: Driver) -> None:
    """An exception that nobody caught is shown in the window and written to stderr; the window lives on."""

    def seen(kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QCoreApplication.quit()
            return
        sys.__excepthook__(kind, problem, trace)
        driver.report(f"{kind.__name__}: {problem}", "".join(traceback.format_exception(kind, problem, trace)))

    def seen_in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and args.exc_type is not SystemExit:
            seen(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = seen
    threading.excepthook = seen_in_thread


def collect_by_hand() -> None:
    """The cyclic collector would run on reading threads too, and finalise Qt objects there; the driver collects."""
    gc.disable()
    gc.freeze()


def start(options: argparse.Namespace) -> int:
    """Opens the window and stays until it is closed; returns the exit status."""
    app = application()
    collect_by_hand()
    memory = WindowSettings()
    layout = memory.load(actions.SCALES)
    scenarios = catalogue.load()
    theatre = assemble(scenarios, layout)
    watch_faults(theatre.driver)
    search = PythonSearch()
    search.found.connect(theatre.controller.offer, Qt.ConnectionType.QueuedConnection)
    first = next((one.id for one in scenarios if not one.error), "")
    rescued = theatre.documents.documents.rescue()
    known = {one.id for one in theatre.controller.course.scenarios}
    open_first(theatre, options, layout.scenario if layout.scenario in known else first)
    idle_tasks = IdleTasks(
        theatre.window, [search.start, theatre.controller.ask_system, *theatre.driver.preparations(), words.load]
    )
    if rescued is not None:
        theatre.documents.documents.tell_rescued(rescued, beside=options.file is not None)
    theatre.driver.show()  # so that the first frame to be seen is whole
    theatre.window.show()
    theatre.window.activateWindow()  # where there is no window manager nobody else gives it the keyboard

    def closing() -> None:
        idle_tasks.stop()
        search.stop()
        theatre.close()
        lessons = {one.id for one in theatre.controller.lessons}
        marks = {id_: mark for id_, mark in theatre.driver.progress.marks.items() if id_ in lessons}
        figures = {id_: one for id_, one in theatre.driver.figures.kept.items() if id_ in lessons}
        current = theatre.controller.course.current
        panels, appearance = theatre.controller.panels, theatre.appearance
        panels.present(False)
        theatre.window.present(False)  # the place of the window on the desk is remembered
        theme, scale, geometry = appearance.theme.name, appearance.scale, theatre.window.saveGeometry()
        sizes = {name: list(one) for name, one in panels.last.items()}
        kept = WindowLayout(theme, scale, current, geometry, sizes, marks, figures, panels.kept)
        recent, suspects = theatre.documents.opening.recent, theatre.controller.shown.view.suspects
        memory.save(replace(kept, calm=appearance.chosen_calm, recent=recent, suspects=suspects))

    theatre.window.closed.connect(closing)
    for number in (signal.SIGINT, signal.SIGTERM):  # the clock's ticks let Python hear them
        signal.signal(number, lambda _number, _frame: QCoreApplication.quit())
    theatre.driver.start()
    try:
        return app.exec()
    finally:
        closing()


def open_first(theatre: Theatre, options: argparse.Namespace, usual: str) -> None:
    """Opens what the command line asks for, else what was open last. What is wrong with a file is said over that."""
    file, opening = options.file, theatre.documents.opening
    if file is None or not opening.opens(file):
        theatre.controller.open(options.scenario or usual)
        if file is not None:
            opening.opens(file)
        return
    launch = replace(theatre.session.frame.program.launch, arguments=joined(options.arguments))
    theatre.controller.launch(replace(launch, module=options.as_module) if options.as_module else launch)


def shot(
    what: str,
    settings: str,
    size: tuple[int, int],
    theme: str,
    out: str | os.PathLike[str],
    *,
    flips: Sequence[tuple[float, str, bool]] = (),
    after: float | None = None,
) -> int:
    """Runs a scenario, or a program's file, in the real window, without a display, and writes a picture of it.

    The picture is of its end, of a standstill that has no end (a deadlock), or of `after` seconds of program time.
    `flips` are switched while it runs: from which second of the run on, which switch, on or off. Nobody answers what
    the program asks: its standard input is at its end.
    Returns 0, 2 when the program cannot be opened or the picture cannot be written, 3 when the run did not end in time.
    """
    from engine.words.troubles import told  # noqa: PLC0415 - the window's first frame does not wait for it

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = application()
    theatre = assemble(catalogue.load(), WindowLayout(theme=theme))
    try:
        theatre.window.resize(*size)
        theatre.window.show()
        if any(one.id == what for one in theatre.controller.lessons):
            theatre.controller.open(what, settings)
        elif theatre.documents.opening.opens(what):
            theatre.controller.open(theatre.controller.course.current, settings)
        else:
            trouble = theatre.controller.shown.view.notice
            said = ". ".join(filter(None, told(trouble))) if trouble is not None else what
            sys.stderr.write(f"Thread Theatre: {said}\n")
            return 2
        ended = theatre.session.frame.program.page  # there is nothing to run
        if not ended:
            theatre.controller.run()
            theatre.session.end_input(shown=False)  # nobody is there to answer
            ended = _play(theatre, sorted(flips), after)
        for _ in range(3):  # layouts settle in two passes
            app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
            theatre.driver.tick()
        try:
            with replacing(Path(out)) as file:
                file.write(_as_png(theatre.window))
        except OSError as error:
            sys.stderr.write(f"Thread Theatre: {os.fspath(out)} cannot be written: {error.strerror or error}\n")
            return 2
        return 0 if ended else 3
    finally:
        theatre.close()
        theatre.window.close()


def _as_png(window: QWidget) -> bytes:
    """A picture of the window. Raises OSError when there is no room for it."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not window.grab().save(buffer, "PNG"):
        raise OSError("there is no room for the picture")
    return bytes(buffer.data().data())


def _play(theatre: Theatre, flips: list[tuple[float, str, bool]], after: float | None) -> bool:
    """Turns the event loop until there is what the picture is to show; False when the run was stopped by the limit."""
    deadline = time.monotonic() + SHOT_LIMIT + (after or 0.0)
    loop = QEventLoop()
    theatre.driver.start()
    while theatre.session.frame.run.phase is not Phase.ENDED:
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)  # the driver's clock wakes it
        while flips and theatre.session.frame.run.now >= flips[0][0]:
            _, name, on = flips.pop(0)
            theatre.controller.switch(name, on)
        frame = theatre.session.frame
        if (after is not None and frame.run.now >= after) or (after is None and not flips and stands_still(frame)):
            break
        if time.monotonic() > deadline:
            theatre.session.stop()
            return False
    theatre.driver.stop()
    return True
