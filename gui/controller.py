"""Carries out what panels and keys wish for: the run's part goes to the session, the window's part is kept here."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from engine.documents import module_texts
from engine.documents.source_file import DocumentError
from engine.documents.workspace import Document, Workspace
from engine.frame import Launch, Phase, Recording, RunState, State, Trouble, View
from engine.frame.trouble import Notice
from engine.protocol.modules import MAIN
from engine.scenarios.scenario import Scenario, settings, speed
from engine.session.session import Session
from engine.words.reasons import refused, unsplit, unwatched
from gui.panel import Course, WindowCommand
from gui.theme.appearance import Appearance
from gui.view_state import views
from gui.view_state.calm_axis import in_pages
from gui.view_state.panel_choices import PanelChoices
from gui.view_state.shown_file import module_of


def follow(session: Session, text: str) -> str:
    """Takes on the settings of a link; returns "" or what was refused. Switches that it does not name come on."""
    try:
        knobs, switches = settings(text)
    except ValueError as problem:
        return str(problem)
    for one in session.frame.program.switches:
        if one.on != switches.get(one.name, True):
            session.switch(one.name, not one.on)
    for name, on in switches.items():
        session.switch(name, on)
    return " ".join(filter(None, [refused(session.set_knob(name, value)) for name, value in knobs.items()]))


def pace(session: Session, text: str, lent: bool) -> bool:
    """The speed that a link asks for; what an earlier link asked for ends there, what the presenter chose stays.

    Returns whether the speed is a link's now; `lent`: whether it was.
    """
    try:
        factor = speed(text)
    except ValueError:
        return lent  # `follow` says so
    if factor is not None or lent:
        session.set_speed(factor or 1.0)
    return factor is not None


def calmed(shown: views.RunView) -> Callable[[RunState, Recording], View]:
    """What is shown of a run without motion: in pages. What says the same is the same object."""

    def look(run: RunState, recording: Recording) -> View:
        before, view = shown.view, shown.of(run, recording)
        paged = in_pages(view)
        return shown.set(before if paged == before else paged)

    return look


def lesson(scenario: Scenario) -> str:
    """The lesson in Markdown, with what to try as links below it."""
    if not scenario.tries:
        return scenario.lesson
    rows = [f"- [{one.text}](demo:{scenario.id}?{quote(one.settings, safe='=&._-+%')})" for one in scenario.tries]
    return "\n".join([scenario.lesson.rstrip(), "", "### What to try", "", *rows, ""])


def told_apart(programs: Sequence[Scenario]) -> tuple[Scenario, ...]:
    """Those that are called alike have their folder before their name; a package's `__main__.py` always has."""
    names = [one.title for one in programs]
    alike = [one.title == one.program.name and (one.title == MAIN or names.count(one.title) > 1) for one in programs]
    return tuple(
        replace(one, title=f"{one.program.parent.name}/{one.title}") if same else one
        for one, same in zip(programs, alike, strict=True)
    )


class Controller:
    """The `Commands` of every panel."""

    def __init__(self, session: Session, scenarios: Sequence[Scenario], appearance: Appearance) -> None:
        self.session, self.lessons, self.appearance = session, tuple(scenarios), appearance
        self.workspace: Workspace | None = None  # DocumentControl brings it
        self.shown = views.RunView()
        self._look_as_calm()
        # Wishes that somebody else carries out as they are.
        self.switch, self.reset_knobs, self.interpreter = session.switch, session.reset_knobs, session.set_interpreter
        self.answer, self.end_input = session.answer, session.end_input
        self.look, self.fit, self.follow = self.shown.look, self.shown.fit, self.shown.follow
        self.cursor, self.mark, self.theme = self.shown.cursor, self.shown.mark, appearance.choose
        self.choose, self.line, self.show_file = self.shown.choose, self.shown.line, self.shown.show_file
        self.point = self.shown.point
        self._lent_speed = False  # the speed is a link's, not the presenter's choice
        self.course = Course(self.lessons)
        self.on_opened: Callable[[Course], None] = lambda _course: None
        self.on_perform: Callable[[str], None] = lambda _action: None
        # Carried out by RecordingControl and DocumentControl.
        self.ask: Callable[[WindowCommand], None] = lambda _command: None
        self.open_file: Callable[[str], None] = lambda _path: None
        self.new: Callable[[str], None] = lambda _template: None
        self.hand_over: Callable[[], object] = lambda: None  # what was typed just now comes by `edit`
        self.panels = PanelChoices()

    def offer(self, pythons: tuple[tuple[str, str], ...]) -> None:
        """The interpreters that were found: executable and label."""
        self.course = replace(self.course, interpreters=pythons)
        self.on_opened(self.course)

    def run(self) -> None:
        self.hand_over()
        self.shown.begin()
        self.panels.begun()
        self.session.run()

    def stop(self) -> None:
        self.session.stop()

    def pause(self) -> None:
        if self.session.frame.run.phase is Phase.PAUSED:
            self.session.resume()
        else:
            self.session.pause()

    def open(self, scenario: str, settings: str = "") -> None:
        self.hand_over()
        found = next((one for one in self.course.scenarios if one.id == scenario), None)
        if found is None:
            missing = f"There is no lesson named {scenario}"
            self.tell(Notice(title=missing, text="Choose one from the list at the left."))
            return
        if found.error:
            self.tell(Notice(title=f"{found.title or found.id} cannot be opened", text=found.error))
            return
        self.tell(None)
        if found.id == self.course.current:
            self.session.reset_knobs()
        else:
            self.shown.reset(found.id, found.axis)
            document = self.workspace.get(found.id) if self.workspace is not None else None
            self.hand_over_files()
            if document is None:
                self.session.open(found)
            else:
                self.session.open(found, document.text, edited=document.edited)
            self.course = replace(self.course, scenario=found, lesson=lesson(found))
            self.on_opened(self.course)
        self._lent_speed = pace(self.session, settings, self._lent_speed)
        if settings:
            problem = follow(self.session, settings)
            self.tell(Notice(title="This link could not be followed", text=problem) if problem else None)

    def edit(self, text: str, file: str = "") -> None:
        """What was typed is what runs next, and is kept against a crash."""
        module = module_of(self.session.frame, file)
        if module is not None and self.workspace is not None:
            try:
                module_texts.type_in(self.workspace, Path(module.path), text)
            except DocumentError as problem:
                self.tell(problem.trouble)
            self.hand_over_files()
        if file:
            return
        document = self.workspace.edit(self.course.current, text) if self.workspace is not None else None
        if document is not None:
            self.session.edit(text, edited=document.edited)

    def hand_over_files(self) -> None:
        """What is typed in any file and not saved: where a program imports that file, it is what runs."""
        if self.workspace is not None:
            self.session.type_in(module_texts.unsaved(self.workspace), module_texts.saved(self.workspace))

    def list_documents(self) -> None:
        """The list of lessons has the user's programs after them. One that is open as a document stands there once."""
        documents = [one.scenario for one in self.workspace.documents] if self.workspace is not None else []
        open_ = {one.id for one in documents}
        listed = tuple([one for one in self.lessons if one.id not in open_ or one in documents])
        listed += told_apart([one for one in documents if one not in listed])
        if listed != self.course.scenarios:
            self.course = replace(self.course, scenarios=listed)
            self.on_opened(self.course)

    def load_lessons(self, lessons: Sequence[Scenario]) -> None:
        """There are other lessons than before."""
        self.lessons = tuple(lessons)
        self.list_documents()

    def renamed(self, document: Document) -> None:
        """What is open was saved by another name; its run stays."""
        self.session.rename(document.scenario)
        self.shown.rename(document.id)
        self.course = replace(self.course, scenario=document.scenario)
        self.on_opened(self.course)

    def recall(self, recent: Sequence[str]) -> None:
        """The files that were opened last."""
        self.course = replace(self.course, recent=tuple(recent))
        self.on_opened(self.course)

    def tell(self, notice: Trouble | None) -> None:
        """Says something of the window's own, also where the banner was closed before; None: no more of it."""
        self.shown.tell(notice)
        self.panels.begun()

    def knob(self, name: str, value: object) -> str:
        return refused(self.session.set_knob(name, value))

    def launch(self, launch: Launch) -> str:
        refusal = self.session.set_launch(launch)
        return "" if refusal is None else unsplit(refusal)

    def watch(self, expression: str, on: bool) -> None:
        before = self.session.frame.program.watches
        rest = tuple(one for one in before if one != expression)
        wrong = self.session.watch((*rest, expression) if on else rest)
        if wrong:
            self.tell(Notice(title=f"{expression} is not watched", text=unwatched(wrong[0])))
        elif on:
            self.panels.turn_to("watched")

    def speed(self, factor: float) -> None:
        self._lent_speed = False
        self.session.set_speed(factor)

    def step(self, by: int) -> None:
        lesson = self.shown.step(by)
        if lesson not in ("", self.course.current):
            self.open(lesson)

    def visit(self, time: float) -> None:
        stretch = views.around(self.shown.view, time)
        if stretch is not None:
            self.look(*stretch)
        self.cursor(time)

    def hide(self, state: State, hidden: bool) -> None:
        view = self.shown.view
        self.shown.set(replace(view, hidden=view.hidden | {state} if hidden else view.hidden - {state}))

    def suspect(self, on: bool) -> None:
        self.shown.set(replace(self.shown.view, suspects=on))

    def calm(self, on: bool) -> None:
        self.appearance.keep_calm(on)
        self._look_as_calm()

    def ask_system(self) -> None:
        """Follows what the system wants of motion, which is asked for after the first frame."""
        self.appearance.ask_system()
        self._look_as_calm()

    def _look_as_calm(self) -> None:
        self.session.look = calmed(self.shown) if self.appearance.calm else self.shown.of

    def text_scale(self, factor: float) -> None:
        self.appearance.enlarge(factor)

    def perform(self, action: str) -> None:
        self.on_perform(action)

    def turn_to(self, page: str) -> None:
        self.panels.turn_to(page)

    def hide_panel(self, panel: str, hidden: bool) -> None:
        self.panels.hide(panel, hidden)

    def show_alone(self, panel: str) -> None:
        self.panels.show_alone(panel)

    def present(self, on: bool) -> None:
        self.panels.present(on)
