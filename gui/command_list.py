"""Pure: everything that can be done in the window now, as the palette lists it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QCoreApplication

from engine.documents.templates import templates
from engine.frame import Folder
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.modules import module_of
from gui import actions
from gui.actions import ActionScene
from gui.panel import Commands, PanelInfo, Place, Suits
from gui.theme.theme import NAMES

_NOT_LISTED = ("palette", "lesson")  # it is open; every lesson stands there by its name
_words = partial(QCoreApplication.translate, "palette")


@lazy_dataclass(frozen=True)
class Command:
    """One line of the palette."""

    words: str
    group: str
    key: str  # as its key cap says it, "" for none
    do: Callable[[], object]


def commands_of(commands: Commands, scene: ActionScene, panels: Sequence[PanelInfo]) -> list[Command]:
    """All of them, in the order in which they are listed while nothing is typed; `panels` are those of the window."""
    found = [
        Command(
            actions.words(one.words), actions.words(one.group), actions.key(one.id), partial(commands.perform, one.id)
        )
        for one in actions.ACTIONS
        if one.words and one.id not in _NOT_LISTED
    ]
    return [
        *_switches(commands, scene),
        *found,
        *_panels(commands, scene, panels),
        *_looks(commands),
        *_course(commands, scene),
        *_programs(commands, scene),
        *(_start(commands, scene) if scene.frame.program.own else ()),
        *_values(commands, scene),
    ]


def _switches(commands: Commands, scene: ActionScene) -> list[Command]:
    """Each turns its switch round."""
    notes, group = scene.course.scenario.switches, _words("Switches")
    found = []
    for one in scene.frame.program.switches:
        said = (_words("Switch {name} off") if one.on else _words("Switch {name} on")).format(name=one.name)
        key = notes[one.name].key if one.name in notes else ""
        found.append(Command(said, group, key, partial(commands.switch, one.name, not one.on)))
    return found


def _panels(commands: Commands, scene: ActionScene, panels: Sequence[PanelInfo]) -> list[Command]:
    """Alone, hidden and back; of the deck also which page is shown."""
    group, choices, found = _words("Panels"), scene.panels, []
    for info in panels:
        if info.suits is Suits.PAGES or info.place in (Place.TOOLBAR, Place.STATUS) or info.id == "trouble":
            continue
        if info.place is Place.DECK:
            said = _words("Turn to {panel}").format(panel=info.title)
            found.append(Command(said, group, "", partial(commands.turn_to, info.id)))
        key = actions.key("alone") if info.id == scene.panel else ""
        said = _words("{panel} alone").format(panel=info.title)
        found.append(Command(said, group, key, partial(commands.show_alone, info.id)))
    for info in panels:
        if info.suits is not Suits.PAGES and info.id != "trouble":
            hidden = info.id in choices.now.hidden
            said = (_words("Show {panel}") if hidden else _words("Hide {panel}")).format(panel=info.title)
            found.append(Command(said, group, "", partial(commands.hide_panel, info.id, not hidden)))
    return found


def _looks(commands: Commands) -> list[Command]:
    """Themes, sizes of text, speeds."""
    window, run = actions.words(actions.WINDOW), actions.words(actions.RUN)
    themes = [(_words("Theme: {name}").format(name=name), partial(commands.theme, name)) for name in NAMES]
    sizes = [(f"{_words('Text')} {scale:.0%}", partial(commands.text_scale, scale)) for scale in actions.SCALES]
    speeds = [(f"{_words('Speed')} {speed:g}×", partial(commands.speed, speed)) for speed in actions.SPEEDS]
    return [
        *(Command(words, window, "", do) for words, do in (*themes, *sizes)),
        *(Command(words, run, "", do) for words, do in speeds),
    ]


def _course(commands: Commands, scene: ActionScene) -> list[Command]:
    """What to try in this lesson, every lesson, every Python."""
    course, lessons = scene.course, actions.words(actions.LESSONS)
    tries = [
        Command(one.text, _words("What to try"), "", partial(commands.open, course.current, one.settings))
        for one in course.scenario.tries
    ]
    keys = {actions.lesson_of_group(course, n - 1): f"Ctrl+{n}" for n in range(1, 10)}
    listed = [
        Command(one.title or one.id, lessons, keys.get(one.id, ""), partial(commands.open, one.id))
        for one in course.scenarios
    ]
    pythons = [
        Command(label, _words("Python"), "", partial(commands.interpreter, path)) for path, label in course.interpreters
    ]
    return [*tries, *listed, *pythons]


def _programs(commands: Commands, scene: ActionScene) -> list[Command]:
    """What a program of one's own can begin with, and those that were open."""
    own = actions.words(actions.OWN)
    begin = [
        Command(_words("New: {template}").format(template=one.title), own, "", partial(commands.new, one.name))
        for one in templates()
    ]
    again = [
        Command(_words("Open {file}").format(file=path), own, "", partial(commands.open_file, path))
        for path in scene.course.recent
    ]
    return [*begin, *again]


def _start(commands: Commands, scene: ActionScene) -> list[Command]:
    """How a program of one's own begins."""
    own, program = actions.words(actions.OWN), scene.frame.program
    launch, name = program.launch, module_of(program.path)
    folders = {Folder.OWN: _words("Run in its own folder"), Folder.FRESH: _words("Run in a fresh folder")}
    kinds = {"": _words("Run the file alone"), name: _words("Run it as the module {name}").format(name=name)}
    wishes = [(words, replace(launch, folder=folder)) for folder, words in folders.items() if folder != launch.folder]
    if name:
        wishes += [(words, replace(launch, module=kind)) for kind, words in kinds.items() if kind != launch.module]
    found = [Command(words, own, "", partial(commands.launch, wish)) for words, wish in wishes]
    if scene.frame.recording.questions.asking:
        found.append(Command(_words("End its input"), own, "", commands.end_input))
    return found


def _values(commands: Commands, scene: ActionScene) -> list[Command]:
    """What can be watched, the likeliest first, and what is no more."""
    from engine.analysis.watchable import suggestions  # noqa: PLC0415 - when somebody asks

    group, program = _words("Watched values"), scene.frame.program
    watched = [
        Command(_words("Stop watching {name}").format(name=one), group, "", partial(commands.watch, one, False))
        for one in program.watches
    ]
    return watched + [
        Command(_words("Watch {name}").format(name=one), group, "", partial(commands.watch, one, True))
        for one in suggestions(program.text)
        if one not in program.watches
    ]
