"""The contracts of the window: what a panel is, how it declares itself, what it may wish for."""

import enum
from collections.abc import Callable
from dataclasses import field
from typing import Protocol

from PySide6.QtWidgets import QWidget

from engine.frame import Frame, Launch, State
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.scenarios.scenario import Scenario
from gui.theme.theme import Theme
from gui.view_state.window_settings import LessonMark


class Place(enum.Enum):
    """Where in the window a panel sits. Several in one place stand one above the other, by `order`."""

    TOOLBAR = "toolbar"
    LEFT = "left"
    PLOTS = "plots"  # the middle column, above
    OVER_TIME = "over-time"  # laid over the timeline, where nothing else is read; moves nothing
    OVER_DECK = "over-deck"  # laid over the lower edge of the deck; moves nothing
    DECK = "deck"  # the middle column, below that: one of several, chosen by a tab
    CENTRE = "centre"  # the middle column, below, left
    BESIDE = "beside"  # the middle column, below, right
    RIGHT = "right"
    STATUS = "status"


class Suits(enum.Enum):
    """What has to be open for a panel to be shown at all."""

    PROGRAMS = "programs"
    PAGES = "pages"  # a lesson without a program
    BOTH = "both"


class WindowCommand(enum.Enum):
    """What concerns the window as a whole: its recording and its size, and programs of one's own."""

    RECORD = "record"  # begins a recording, or ends it
    CHOOSE = "choose"  # how it is recorded
    POINTER = "pointer"  # a ring that follows the pointer, or none
    INPUTS = "inputs"  # clicks and keys are shown, or not
    SMALL = "small"  # the window has exactly 1280 x 720 pixels
    LARGE = "large"  # or 1920 x 1080
    OPEN = "open"  # asks which file
    NEW = "new"  # an empty program
    PASTE = "paste"  # what is in the clipboard is a program
    SAVE = "save"
    SAVE_AS = "save-as"
    SAVE_ALL = "save-all"  # every file of the program
    KEEP_SCENARIO = "keep-scenario"  # the program gets a folder with a lesson
    EDIT = "edit"  # the program that is shown, or a copy of it where it is a lesson's
    CLOSE = "close"  # the program goes from the list
    KEEP_TYPED = "keep-typed"  # of a file that has changed on the disk, what was typed
    READ_AGAIN = "read-again"  # or what is in the file
    END_LEFT = "end-left"  # what ended programs have left running


class Panel(Protocol):
    """A part of the window. It keeps no state of the run: all it knows comes with the frame."""

    @property
    def widget(self) -> QWidget: ...

    def draw(self, frame: Frame) -> None:
        """Shows this frame. Called up to 60 times a second, also with nothing changed: compare before you touch Qt."""

    def apply_theme(self, theme: Theme) -> None:
        """Takes on colours, fonts and measures; called once before the first `draw` and at each change."""

    def opened(self, course: "Course") -> None:
        """Another scenario was opened, or the list of scenarios changed."""


class TimeCommands(Protocol):
    """What a plot may wish for of the stretch of time that is shown. Times are seconds of program time."""

    def look(self, start: float, end: float) -> None:
        """Shows this stretch, and stops following."""

    def follow(self, on: bool) -> None:
        """Slides along with the run, as wide as what is shown now, or stays."""

    def fit(self) -> None:
        """Shows the whole run, and goes on doing so while it grows."""

    def cursor(self, time: float | None) -> None:
        """Puts the cursor to a time, None to the last moment; a line that was shown is let go."""

    def visit(self, time: float) -> None:
        """Puts the cursor to a time and brings it into sight; what slides along with the run stays there."""

    def mark(self, interval: tuple[float, float] | None) -> None:
        """Marks an interval, to be measured; None: no more."""

    def choose(self, thread: int) -> None:
        """Keeps the line of this thread in sight in the program; again, or 0: of whoever moved last."""

    def point(self, thing: int) -> None:
        """Shows which this lock or other thing is, where it has a row or a place; 0: none."""

    def step(self, by: int) -> None:
        """Goes back (-1) to what was shown before, a stretch or a lesson, or forward (1) again."""


class Commands(TimeCommands, Protocol):
    """What a panel may wish for. Every wish is safe at any time; one that makes no sense now does nothing."""

    def run(self) -> None: ...
    def stop(self) -> None: ...
    def pause(self) -> None:
        """Pauses a running program, resumes a paused one."""

    def open(self, scenario: str, settings: str = "") -> None:
        """Opens a scenario; settings as in a lesson's link, such as "lock=off&ROUNDS=100"."""

    def answer(self, text: str) -> None:
        """Types lines of standard input, each with its newline."""

    def end_input(self) -> None:
        """Nothing more is typed."""

    def switch(self, name: str, on: bool) -> None: ...
    def knob(self, name: str, value: object) -> str:
        """Sets a knob for the next run. Returns "" or why the value was refused."""

    def edit(self, text: str, file: str = "") -> None:
        """The text of the program, or of a module of it, is this one now: the next run runs it."""

    def reset_knobs(self) -> None: ...
    def launch(self, launch: Launch) -> str:
        """How the next run begins. Returns "" or why its arguments were refused."""

    def watch(self, expression: str, on: bool) -> None:
        """Watches a value besides those that are watched, or no more."""

    def speed(self, factor: float) -> None: ...
    def interpreter(self, executable: str) -> None: ...
    def line(self, number: int, file: str = "") -> None:
        """Shows a line of the program, from 1, or of a module of it."""

    def show_file(self, file: str) -> None:
        """Shows a module of the program; "": the program's own file."""

    def hide(self, state: State, hidden: bool) -> None: ...
    def theme(self, name: str) -> None: ...
    def calm(self, on: bool) -> None:
        """Whether nothing slides or fades by itself."""

    def suspect(self, on: bool) -> None:
        """Whether the program's text shows where it could break."""

    def text_scale(self, factor: float) -> None: ...
    def perform(self, action: str) -> None:
        """Does what the key of this action does: see gui.actions."""

    def turn_to(self, page: str) -> None:
        """Shows this page of the deck."""

    def hide_panel(self, panel: str, hidden: bool) -> None: ...
    def show_alone(self, panel: str) -> None:
        """Shows this panel and no other; again, or "": all that are chosen."""

    def present(self, on: bool) -> None:
        """Full screen, with the panels that are chosen for it, or back to the desk."""

    def ask(self, command: WindowCommand) -> None: ...
    def open_file(self, path: str) -> None:
        """Opens a program of one's own."""

    def new(self, template: str) -> None:
        """Begins a program with what a template has; "": with nothing."""


NO_SCENARIO = Scenario("", "")


@lazy_dataclass(frozen=True)
class Course:
    """What does not change while a scenario is open: handed to panels through `Panel.opened`."""

    scenarios: tuple[Scenario, ...]
    interpreters: tuple[tuple[str, str], ...] = ()  # executable, label
    scenario: Scenario = NO_SCENARIO  # the open one
    lesson: str = ""  # Markdown; its links are "demo:ID?settings", its pictures are relative to the scenario's folder
    marks: dict[str, LessonMark] = field(default_factory=dict)  # id -> how far a lesson has come; missing: it is new
    recent: tuple[str, ...] = ()  # files that were opened, the last one first

    @property
    def current(self) -> str:
        """The id of the open scenario, "" when none is."""
        return self.scenario.id


@lazy_dataclass(frozen=True)
class PanelInfo:
    """Declares a panel: every module of gui.panels and gui.plots holds one of these as `PANEL`.

    >>> PANEL = PanelInfo("output", "Output", Place.BESIDE, 10, make=OutputPanel)
    """

    id: str
    title: str
    place: Place
    order: int
    make: Callable[[Commands], Panel]
    wanted: Callable[[Frame], object] | None = None  # shown for this frame? None: for every one
    offered: Callable[[Course, str], object] | None = None
    """In the deck: whether a scenario, with this text of its program, may want it: it has a tab before the run."""
    stretch: int = 0  # share of spare height; 0 keeps to its own size
    suits: Suits = Suits.PROGRAMS
    rises: bool = False  # where letters are large, and a column has no room for all, it stands first in its place
    draws: tuple[str, ...] = ()
    """Parts of a frame, such as "run.phase", that `wanted` and `draw` look at: where they are the same objects as
    before, neither is called; (): any part."""
