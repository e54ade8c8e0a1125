"""Every key of the window, in one table: what it is called and what it does."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from engine.frame import Frame
from gui.panel import Commands, Course
from gui.theme.theme import Theme
from gui.view_state import views

SPEEDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
SCALES = (1.0, 1.25, 1.5, 2.0)


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """Marks a text for lupdate, which looks for this name; Qt's own says that it returns any object."""
    return text


@dataclass(frozen=True)
class ActionScene:
    """What an action may look at."""

    frame: Frame
    theme: Theme
    course: Course


Handler = Callable[[Commands, ActionScene], None]


@dataclass(frozen=True)
class Action:
    """Something that a key does. Without `do` it is done by the panel that shows it."""

    id: str
    group: str
    words: str
    keys: tuple[str, ...]  # as QKeySequence reads them; the first one is shown
    do: Handler | None = None
    shown: str = ""  # what the key cap says when that is not the key's name


def next_of(ladder: tuple[float, ...], value: float, up: bool) -> float:
    """The next rung above or below a value; the last one stays."""
    if up:
        return next((rung for rung in ladder if rung > value * 1.001), ladder[-1])
    return next((rung for rung in reversed(ladder) if rung < value * 0.999), ladder[0])


def _speed(up: bool) -> Handler:
    return lambda commands, scene: commands.speed(next_of(SPEEDS, scene.frame.run.speed, up))


def _text_scale(up: bool) -> Handler:
    return lambda commands, scene: commands.text_scale(next_of(SCALES, scene.theme.scale, up))


def _other_theme(commands: Commands, scene: ActionScene) -> None:
    commands.theme("light" if scene.theme.name == "dark" else "dark")


def _pan(share: float) -> Handler:
    return lambda commands, scene: commands.look(*views.panned(scene.frame.view, share, scene.frame.run.now))


def _zoom(factor: float) -> Handler:
    def zoom(commands: Commands, scene: ActionScene) -> None:
        commands.look(*views.zoomed(scene.frame.view, factor, scene.frame.run.now))
        if scene.frame.view.follow:
            commands.follow(True)

    return zoom


def _edge(last: bool) -> Handler:
    def look(commands: Commands, scene: ActionScene) -> None:
        width = scene.frame.view.end - scene.frame.view.start
        begin = scene.frame.run.now - width if last else 0.0
        commands.look(begin, begin + width)

    return look


def _step_cursor(share: float) -> Handler:
    def step(commands: Commands, scene: ActionScene) -> None:
        view, now = scene.frame.view, scene.frame.run.now
        at = now if view.cursor is None else view.cursor
        commands.cursor(min(now, max(0.0, at + share * (view.end - view.start))))

    return step


def _neighbour(step: int) -> Handler:
    def go(commands: Commands, scene: ActionScene) -> None:
        ids = [one.id for one in scene.course.scenarios if not one.error]
        if scene.course.current in ids:
            at = ids.index(scene.course.current) + step
            if 0 <= at < len(ids):
                commands.open(ids[at])

    return go


def _nth(index: int) -> Handler:
    def go(commands: Commands, scene: ActionScene) -> None:
        if index < len(scene.course.scenarios):
            commands.open(scene.course.scenarios[index].id)

    return go


RUN = QT_TRANSLATE_NOOP("actions", "The run")
TIME = QT_TRANSLATE_NOOP("actions", "Time")
LESSONS = QT_TRANSLATE_NOOP("actions", "Lessons")
WINDOW = QT_TRANSLATE_NOOP("actions", "The window")

ACTIONS: tuple[Action, ...] = (
    Action("run", RUN, QT_TRANSLATE_NOOP("actions", "Run"), ("Space",), lambda c, _s: c.run()),
    Action("pause", RUN, QT_TRANSLATE_NOOP("actions", "Pause or resume"), ("P",), lambda c, _s: c.pause()),
    Action("stop", RUN, QT_TRANSLATE_NOOP("actions", "Stop"), ("Esc",), lambda c, _s: c.stop()),
    Action("slower", RUN, QT_TRANSLATE_NOOP("actions", "Slower"), ("-",), _speed(up=False), shown="−"),
    Action("faster", RUN, QT_TRANSLATE_NOOP("actions", "Faster"), ("+", "="), _speed(up=True)),
    Action("real", RUN, QT_TRANSLATE_NOOP("actions", "Real speed"), ("0",), lambda c, _s: c.speed(1.0)),
    Action("python", RUN, QT_TRANSLATE_NOOP("actions", "Choose the Python"), ("V",)),
    Action("reset", RUN, QT_TRANSLATE_NOOP("actions", "Reset the knobs"), ("Ctrl+R",), lambda c, _s: c.reset_knobs()),
    Action("fit", TIME, QT_TRANSLATE_NOOP("actions", "Show the whole run"), ("F",), lambda c, _s: c.fit()),
    Action(
        "follow", TIME, QT_TRANSLATE_NOOP("actions", "Follow the run, or stop following"), ("G",),
        lambda c, s: c.follow(not s.frame.view.follow),
    ),
    Action("left", TIME, QT_TRANSLATE_NOOP("actions", "Earlier"), ("A",), _pan(-0.2)),
    Action("right", TIME, QT_TRANSLATE_NOOP("actions", "Later"), ("D",), _pan(0.2)),
    Action("nearer", TIME, QT_TRANSLATE_NOOP("actions", "Nearer"), ("W",), _zoom(views.NEARER)),
    Action("farther", TIME, QT_TRANSLATE_NOOP("actions", "Farther"), ("S",), _zoom(1 / views.NEARER)),
    Action("beginning", TIME, QT_TRANSLATE_NOOP("actions", "To the beginning"), ("Home",), _edge(last=False)),
    Action("end", TIME, QT_TRANSLATE_NOOP("actions", "To the end"), ("End",), _edge(last=True)),
    Action("back", TIME, QT_TRANSLATE_NOOP("actions", "Cursor back"), (",",), _step_cursor(-0.01)),
    Action("on", TIME, QT_TRANSLATE_NOOP("actions", "Cursor on"), (".",), _step_cursor(0.01)),
    Action(
        "now", TIME, QT_TRANSLATE_NOOP("actions", "Cursor to the last moment"), ("C",), lambda c, _s: c.cursor(None)
    ),
    Action("lesson", LESSONS, QT_TRANSLATE_NOOP("actions", "Lessons 1 to 9"), ("Ctrl+1",), _nth(0), shown="Ctrl+1 … 9"),
    *(Action(f"lesson-{n}", "", "", (f"Ctrl+{n}",), _nth(n - 1)) for n in range(2, 10)),
    Action("previous", LESSONS, QT_TRANSLATE_NOOP("actions", "The lesson before"), ("Ctrl+PgUp",), _neighbour(-1)),
    Action("next", LESSONS, QT_TRANSLATE_NOOP("actions", "The next lesson"), ("Ctrl+PgDown",), _neighbour(1)),
    Action("theme", WINDOW, QT_TRANSLATE_NOOP("actions", "Light or dark"), ("T",), _other_theme),
    Action("larger", WINDOW, QT_TRANSLATE_NOOP("actions", "Larger text"), ("Ctrl+=", "Ctrl++"), _text_scale(up=True)),
    Action("smaller", WINDOW, QT_TRANSLATE_NOOP("actions", "Smaller text"), ("Ctrl+-",), _text_scale(up=False)),
    Action("usual", WINDOW, QT_TRANSLATE_NOOP("actions", "Usual text"), ("Ctrl+0",), lambda c, _s: c.text_scale(1.0)),
    Action("help", WINDOW, QT_TRANSLATE_NOOP("actions", "All keys"), ("?", "F1")),
)  # fmt: skip


def action(name: str) -> Action:
    """The action of that id. Raises KeyError when the table has none."""
    return {one.id: one for one in ACTIONS}[name]


def key(name: str) -> str:
    """What the key cap of an action says."""
    one = action(name)
    return one.shown or one.keys[0]


def words(text: str) -> str:
    """A text of the table in the user's language."""
    return QCoreApplication.translate("actions", text)
