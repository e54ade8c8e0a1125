"""Pure: which file of a program is shown, and a frame as that file has it."""

from collections.abc import Iterable
from dataclasses import replace

from engine.frame import Frame, Problem, ProblemKind, Program, SourceModule
from engine.frame.check import Check
from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.view_state.code_annotations import Marker
from gui.view_state.verdict_text import BAD

STAY = 1.5  # seconds that a thread which is followed has been in another file before that is shown: nobody can read
# a text that is exchanged for another one all the time


@lazy_dataclass(frozen=True)
class FileTab:
    """A tab: its file, and what is to be seen of it when it is not shown."""

    name: str  # as `SourceModule` has it, "" is the program's own
    words: str
    path: str
    edited: bool = False
    threads: int = 0  # that are in it now
    wrong: bool = False  # something went wrong there in the run that is shown
    error: Problem | None = None  # why Python cannot read its text


def module_of(frame: Frame, name: str) -> SourceModule | None:
    """The module of this name, None where there is none."""
    return next((one for one in frame.program.modules if one.name == name), None) if name else None


def is_saved(program: Program) -> bool:
    """Whether all of its files have what is on screen."""
    return not program.edited and not any(one.edited for one in program.modules)


def text_that_ran(frame: Frame, name: str) -> str:
    """The text of a file in the run that is shown, "" where it is not known."""
    one: SourceModule | Program | None = module_of(frame, name) if name else frame.program
    return (one.ran or one.text) if one is not None else ""


def neighbour(frame: Frame, by: int) -> str:
    """The file so many tabs farther on, round at the end."""
    names = ["", *(one.name for one in frame.program.modules)]
    at = names.index(frame.view.file) if frame.view.file in names else 0
    return names[(at + by) % len(names)]


def files_with_problems(program: Program, file: str) -> tuple[str, ...]:
    """The files that Python cannot read, from the tab behind this one on, itself last; else those it warns of."""
    checks = {"": program.check, **{one.name: one.check for one in program.modules}} if program.editable else {}
    names = list(checks)
    at = names.index(file) + 1 if file in checks else 0
    for kind in ProblemKind:
        found = [name for name in names[at:] + names[:at] if any(one.kind is kind for one in checks[name].problems)]
        if found:
            return tuple(found)
    return ()


def _error(program: Program, check: Check) -> Problem | None:
    found = (one for one in check.problems if one.kind is ProblemKind.ERROR)
    return next(found, None) if program.editable else None


def tabs(frame: Frame, own: str, here: Iterable[Marker]) -> tuple[FileTab, ...]:
    """A tab for each file; none where the program is all there is. `own` is what the program's is called."""
    program = frame.program
    if not program.modules:
        return ()
    counts: dict[str, int] = {}
    for one in here:
        counts[one.file] = counts.get(one.file, 0) + 1
    wrong = {one.file for one in frame.result.findings if one.line and one.kind in BAD}
    if frame.run.trouble is not None and frame.run.trouble.line:
        wrong.add(frame.run.trouble.file)
    files = [("", own, program.path, program.edited, program.check)]
    files += [(one.name, _words(one.name), one.path, one.edited, one.check) for one in program.modules]
    return tuple(
        [
            FileTab(name, said, path, edited, counts.get(name, 0), name in wrong, _error(program, check))
            for name, said, path, edited, check in files
        ]
    )


def _words(name: str) -> str:
    """A file that lies elsewhere has its whole path as its name: its last part is enough to see."""
    return name.replace("\\", "/").rpartition("/")[2] if name.startswith(("/", "\\")) or name[1:2] == ":" else name


class FileFrames:
    """Frames as the file that is shown has them: its text is the program's, its knobs are none."""

    def __init__(self) -> None:
        self._of: tuple[Program, SourceModule] | None = None
        self._made: Program | None = None

    def of(self, frame: Frame) -> Frame:
        """The same frame where the program's own file is shown, as where the wanted one is none of its any more."""
        module = module_of(frame, frame.view.file)
        if module is None:
            return replace(frame, view=replace(frame.view, file="", line=0)) if frame.view.file else frame
        if self._made is None or self._of is None or self._of[0] is not frame.program or self._of[1] is not module:
            ran = module.ran if frame.run.number else ""
            self._of = frame.program, module
            self._made = replace(
                frame.program, path=module.path, text=module.text, ran=ran, edited=module.edited, knobs=(),
                check=module.check,
            )  # fmt: skip
        return replace(frame, program=self._made)


class FollowedFile:
    """When the file that is shown goes along with a thread that the presenter chose."""

    def __init__(self) -> None:
        self._there: tuple[int, str] = (0, "")  # the thread and the file that it was seen in
        self._since = 0.0

    def feed(self, chosen: int, found: Iterable[Marker | None], shown: str, now: float) -> str | None:
        """The file to show now, None: as it is. `found` is where threads are, `now` is in seconds.

        Without a chosen thread nothing is exchanged: whoever moves next would be in another file each moment.
        """
        one = next((one for one in found if one is not None and one.thread == chosen), None)
        there = (chosen, one.file if one is not None else shown)
        if there != self._there:
            self._there, self._since = there, now
        return there[1] if chosen and there[1] != shown and now - self._since >= STAY else None
