"""Every key of the window, in one table: what it is called and what it does."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from engine.frame import Frame, Phase
from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.panel import Commands, Course, WindowCommand
from gui.theme.theme import Theme, next_name
from gui.view_state import suspected, views
from gui.view_state.panel_choices import PanelChoices
from gui.view_state.shown_file import neighbour

SPEEDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
LIVE = (Phase.STARTING, Phase.RUNNING, Phase.PAUSED)
SCALES = (1.0, 1.25, 1.5, 2.0)


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """Marks a text for lupdate, which looks for this name; Qt's own says that it returns any object."""
    return text


@lazy_dataclass(frozen=True)
class ActionScene:
    """What an action may look at."""

    frame: Frame
    theme: Theme
    course: Course
    panels: PanelChoices
    panel: str  # the one that has the keyboard or the mouse
    calm: bool = False  # nothing slides by itself


Handler = Callable[[Commands, ActionScene], None]


@lazy_dataclass(frozen=True)
class Action:
    """Something that a key does. Without `do` it opens or moves something in the window: see `gui.window_actions`."""

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
    commands.theme(next_name(scene.theme.name))


def _pan(share: float) -> Handler:
    return lambda commands, scene: commands.look(*views.panned(scene.frame.view, share, scene.frame.run.now))


def _zoom(factor: float) -> Handler:
    def zoom(commands: Commands, scene: ActionScene) -> None:
        commands.look(*views.zoomed(scene.frame.view, factor, scene.frame.run.now))

    return zoom


def _edge(last: bool) -> Handler:
    def look(commands: Commands, scene: ActionScene) -> None:
        width = scene.frame.view.end - scene.frame.view.start
        begin = max(0.0, scene.frame.run.now - width) if last else 0.0
        commands.look(begin, begin + width)

    return look


def _step(by: int) -> Handler:
    return lambda commands, _scene: commands.step(by)


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


def lesson_of_group(course: Course, index: int) -> str:
    """The first lesson of a group, counted as the list of lessons does; where one of it is open, the one after.

    "" where there is none.
    """
    groups = list(dict.fromkeys(one.group for one in course.scenarios))
    ids = [one.id for one in course.scenarios if not one.error and groups.index(one.group) == index]
    at = ids.index(course.current) + 1 if course.current in ids else 0
    return ids[at % len(ids)] if ids else ""


def _of_group(index: int) -> Handler:
    def go(commands: Commands, scene: ActionScene) -> None:
        lesson = lesson_of_group(scene.course, index)
        if lesson:
            commands.open(lesson)

    return go


def _file(by: int) -> Handler:
    return lambda commands, scene: commands.show_file(neighbour(scene.frame, by))


def _run(commands: Commands, scene: ActionScene) -> None:
    """Begins a run, or begins it again; a paused one goes on where it stood."""
    if scene.frame.run.phase is Phase.PAUSED:
        commands.pause()
    else:
        commands.run()


def _present(commands: Commands, scene: ActionScene) -> None:
    commands.present(not scene.panels.presenting)


def _alone(commands: Commands, scene: ActionScene) -> None:
    commands.show_alone(scene.panels.alone or scene.panel)


def _ask(command: WindowCommand) -> Handler:
    return lambda commands, _scene: commands.ask(command)


def _all(commands: Commands, scene: ActionScene) -> None:
    """Every panel that was hidden is shown again."""
    if scene.panels.alone:
        commands.show_alone("")
    for panel in sorted(scene.panels.now.hidden):
        commands.hide_panel(panel, False)


def _suspect(commands: Commands, scene: ActionScene) -> None:
    """Shows where the text could break, or no more."""
    commands.suspect(not suspected.shows(scene.frame.view.suspects, bool(scene.course.lesson)))


def _escape(commands: Commands, scene: ActionScene) -> None:
    """Takes the mark away; else back from a panel that is alone; else stops the run; else back from presenting."""
    if scene.frame.view.marked is not None:
        commands.mark(None)
    elif scene.panels.alone:
        commands.show_alone("")
    elif scene.frame.run.phase in LIVE:
        commands.stop()
    elif scene.panels.presenting:
        commands.present(False)


RUN = QT_TRANSLATE_NOOP("actions", "The run")
TIME = QT_TRANSLATE_NOOP("actions", "Time")
LESSONS = QT_TRANSLATE_NOOP("actions", "Lessons")
OWN = QT_TRANSLATE_NOOP("actions", "Programs of your own")
WINDOW = QT_TRANSLATE_NOOP("actions", "The window")
FILM = QT_TRANSLATE_NOOP("actions", "Recording")
EDITING = QT_TRANSLATE_NOOP("actions", "Editing")


def _edit(name: str, words: str, key: str, *, everywhere: bool = False) -> Action:
    """Something that the editor does. Its key is the editor's own, but where it works `everywhere` in the window."""
    return Action(f"edit-{name}", EDITING, words, (key,) if everywhere else (), shown=key)


_EDITS = (
    _edit("find", QT_TRANSLATE_NOOP("actions", "Find in the program"), "Ctrl+F", everywhere=True),
    _edit("next", QT_TRANSLATE_NOOP("actions", "Find the next one"), "F3", everywhere=True),
    _edit("before", QT_TRANSLATE_NOOP("actions", "Find the one before"), "Shift+F3", everywhere=True),
    _edit("replace", QT_TRANSLATE_NOOP("actions", "Replace"), "Ctrl+H", everywhere=True),
    _edit("go-to", QT_TRANSLATE_NOOP("actions", "Go to a line"), "Ctrl+G", everywhere=True),
    _edit("problem", QT_TRANSLATE_NOOP("actions", "To the next error"), "F8", everywhere=True),
    _edit("undo", QT_TRANSLATE_NOOP("actions", "Undo what was typed"), "Ctrl+Z"),
    _edit("redo", QT_TRANSLATE_NOOP("actions", "Type it again"), "Ctrl+Y"),
    _edit("indent", QT_TRANSLATE_NOOP("actions", "Indent"), "Tab"),
    _edit("dedent", QT_TRANSLATE_NOOP("actions", "Indent less"), "Shift+Tab"),
    _edit("comment", QT_TRANSLATE_NOOP("actions", "Comment out, or in again"), "Ctrl+/"),
    _edit("duplicate", QT_TRANSLATE_NOOP("actions", "Duplicate the line"), "Ctrl+Shift+D"),
    _edit("line-up", QT_TRANSLATE_NOOP("actions", "Move the line up"), "Alt+Up"),
    _edit("line-down", QT_TRANSLATE_NOOP("actions", "Move the line down"), "Alt+Down"),
    _edit("delete-line", QT_TRANSLATE_NOOP("actions", "Delete the line"), "Ctrl+Shift+L"),
)

ACTIONS: tuple[Action, ...] = (
    Action("run", RUN, QT_TRANSLATE_NOOP("actions", "Run"), ("Space", "F5", "Ctrl+Space"), _run),
    Action("pause", RUN, QT_TRANSLATE_NOOP("actions", "Pause or resume"), ("P",), lambda c, _s: c.pause()),
    Action("stop", RUN, QT_TRANSLATE_NOOP("actions", "Stop"), ("Esc",), _escape),
    Action("answer", RUN, QT_TRANSLATE_NOOP("actions", "Answer the program"), ("Ctrl+I", "I")),
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
    Action("stretch", TIME, QT_TRANSLATE_NOOP("actions", "Type a stretch to show"), (":", "Ctrl+L")),
    Action("copy", TIME, QT_TRANSLATE_NOOP("actions", "Copy the figures of what is marked"), ("Ctrl+C",)),
    Action("undo", TIME, QT_TRANSLATE_NOOP("actions", "Back to what was shown"), ("Alt+Left",), _step(-1)),
    Action("redo", TIME, QT_TRANSLATE_NOOP("actions", "Forward to it again"), ("Alt+Right",), _step(1)),
    Action(
        "lesson", LESSONS, QT_TRANSLATE_NOOP("actions", "Group 1 to 9: its first lesson, then its next"), ("Ctrl+1",),
        _of_group(0), shown="Ctrl+1 … 9",
    ),
    *(Action(f"lesson-{n}", "", "", (f"Ctrl+{n}",), _of_group(n - 1)) for n in range(2, 10)),
    Action("previous", LESSONS, QT_TRANSLATE_NOOP("actions", "The lesson before"), ("Ctrl+PgUp",), _neighbour(-1)),
    Action("next", LESSONS, QT_TRANSLATE_NOOP("actions", "The next lesson"), ("Ctrl+PgDown",), _neighbour(1)),
    Action("open", OWN, QT_TRANSLATE_NOOP("actions", "Open a program ..."), ("Ctrl+O",), _ask(WindowCommand.OPEN)),
    Action("new", OWN, QT_TRANSLATE_NOOP("actions", "New program"), ("Ctrl+N",), _ask(WindowCommand.NEW)),
    Action(
        "paste", OWN, QT_TRANSLATE_NOOP("actions", "Program from the clipboard"), ("Ctrl+V", "Ctrl+Shift+V"),
        _ask(WindowCommand.PASTE),
    ),
    Action("edit", OWN, QT_TRANSLATE_NOOP("actions", "Edit the program"), ("Ctrl+E",), _ask(WindowCommand.EDIT)),
    Action("save", OWN, QT_TRANSLATE_NOOP("actions", "Save"), ("Ctrl+S",), _ask(WindowCommand.SAVE)),
    Action("save-as", OWN, QT_TRANSLATE_NOOP("actions", "Save as ..."), ("Ctrl+Shift+S",), _ask(WindowCommand.SAVE_AS)),
    Action(
        "save-all", OWN, QT_TRANSLATE_NOOP("actions", "Save all files"), ("Ctrl+Alt+A",), _ask(WindowCommand.SAVE_ALL),
    ),
    Action("file-before", OWN, QT_TRANSLATE_NOOP("actions", "The file before"), ("Alt+PgUp",), _file(-1)),
    Action("file-next", OWN, QT_TRANSLATE_NOOP("actions", "The next file of the program"), ("Alt+PgDown",), _file(1)),
    Action(
        "keep-scenario", OWN, QT_TRANSLATE_NOOP("actions", "Keep as a scenario"), ("Ctrl+Alt+S",),
        _ask(WindowCommand.KEEP_SCENARIO),
    ),
    Action("arguments", OWN, QT_TRANSLATE_NOOP("actions", "Arguments of the program"), ("Ctrl+Shift+A",)),
    Action("close", OWN, QT_TRANSLATE_NOOP("actions", "Close the program"), ("Ctrl+W",), _ask(WindowCommand.CLOSE)),
    Action("program", "", "", ("Ctrl+Shift+E",)),  # the keyboard goes to the program's text
    Action("present", WINDOW, QT_TRANSLATE_NOOP("actions", "Present, or back to the desk"), ("F11",), _present),
    Action("alone", WINDOW, QT_TRANSLATE_NOOP("actions", "This panel alone, or all again"), ("M",), _alone),
    Action("all", WINDOW, QT_TRANSLATE_NOOP("actions", "Show all hidden panels"), ("Shift+M",), _all),
    Action("panel", WINDOW, QT_TRANSLATE_NOOP("actions", "To the next panel"), ("F6",)),
    Action("panel-before", WINDOW, QT_TRANSLATE_NOOP("actions", "To the panel before"), ("Shift+F6",)),
    Action("theme", WINDOW, QT_TRANSLATE_NOOP("actions", "Dark, light or high contrast"), ("T",), _other_theme),
    Action(
        "calm", WINDOW, QT_TRANSLATE_NOOP("actions", "Nothing slides by itself, or as usual"), ("Ctrl+Shift+M",),
        lambda c, s: c.calm(not s.calm),
    ),
    Action("larger", WINDOW, QT_TRANSLATE_NOOP("actions", "Larger text"), ("Ctrl+=", "Ctrl++"), _text_scale(up=True)),
    Action("smaller", WINDOW, QT_TRANSLATE_NOOP("actions", "Smaller text"), ("Ctrl+-",), _text_scale(up=False)),
    Action("usual", WINDOW, QT_TRANSLATE_NOOP("actions", "Usual text"), ("Ctrl+0",), lambda c, _s: c.text_scale(1.0)),
    Action("suspect", WINDOW, QT_TRANSLATE_NOOP("actions", "Where could it break?"), ("Q", "Ctrl+B"), _suspect),
    Action(
        "suspicion", WINDOW, QT_TRANSLATE_NOOP("actions", "To the next place where it could"),
        ("Shift+Q", "Ctrl+Shift+B"),
    ),
    Action("palette", WINDOW, QT_TRANSLATE_NOOP("actions", "Find a command"), ("Ctrl+K",)),
    Action("help", WINDOW, QT_TRANSLATE_NOOP("actions", "All keys"), ("?", "F1")),
    Action(
        "record", FILM, QT_TRANSLATE_NOOP("actions", "Record, or end"), ("Ctrl+Shift+R",), _ask(WindowCommand.RECORD),
    ),
    Action(
        "record-as", FILM, QT_TRANSLATE_NOOP("actions", "Record as ..."), ("Ctrl+Shift+F",), _ask(WindowCommand.CHOOSE),
    ),
    Action(
        "pointer", FILM, QT_TRANSLATE_NOOP("actions", "Ring at the pointer"), ("Ctrl+Shift+P",),
        _ask(WindowCommand.POINTER),
    ),
    Action(
        "inputs", FILM, QT_TRANSLATE_NOOP("actions", "Show clicks, keys"), ("Ctrl+Shift+K",),
        _ask(WindowCommand.INPUTS),
    ),
    Action("small", FILM, QT_TRANSLATE_NOOP("actions", "Window 1280 x 720"), ("Ctrl+F7",), _ask(WindowCommand.SMALL)),
    Action("large", FILM, QT_TRANSLATE_NOOP("actions", "Window 1920 x 1080"), ("Ctrl+F8",), _ask(WindowCommand.LARGE)),
    *_EDITS,
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
