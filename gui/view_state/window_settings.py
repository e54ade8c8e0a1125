"""What the window remembers from one time to the next: its layout, which lessons were seen, what was measured."""

import datetime
import enum
import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from PySide6.QtCore import QByteArray, QCoreApplication, QSettings

from engine.findings.gravity import FAULTS
from engine.frame import Ended, FindingKind, Frame, Phase
from engine.protocol.lazy_dataclass import lazy_dataclass
from gui.theme.appearance import usual_theme
from gui.theme.theme import NAMES
from gui.view_state import panel_choices
from gui.view_state.panel_choices import PanelChoice

BUGS = FAULTS - {FindingKind.EXPLAINED, FindingKind.TASK_FAILED, FindingKind.WRONG_RESULT, FindingKind.TWO_HOLDERS}
Understood = TypeVar("Understood")
MARKER = re.compile(r"\{(\w+): *([^{}\n]+)\}")
_LEADS = re.compile(r"\(demo:(\w+)")
VALUE = "value of "  # before the name of a part: its second measure
WHEN = "when"  # instead of a part: when it was measured, by which Python


class LessonMark(enum.Enum):
    """How far a lesson has come; the values are kept in the user's settings."""

    NEW = "new"
    SEEN = "seen"
    SHOWN = "shown"  # a run of it went wrong, as it should be able to


class LessonProgress:
    """The marks of all lessons by their ids; one that is not there is new."""

    def __init__(self, marks: Mapping[str, LessonMark] | None = None) -> None:
        self.marks = dict(marks or {})
        self._looked: object = None  # the result that was looked at last

    def opened(self, lesson: str) -> None:
        """A lesson was opened."""
        if lesson:
            self.marks.setdefault(lesson, LessonMark.SEEN)

    def watched(self, frame: Frame) -> bool:
        """Looks at a frame; True when its lesson has another mark now."""
        if frame.result is self._looked or not frame.run.number:
            return False
        self._looked = frame.result
        lesson = frame.program.scenario
        wrong = frame.result.right is False or any(one.kind in BUGS for one in frame.result.findings)
        if not wrong or not lesson or self.marks.get(lesson) is LessonMark.SHOWN:
            return False
        self.marks[lesson] = LessonMark.SHOWN
        return True


@lazy_dataclass(frozen=True)
class MeasuredResults:
    """The last whole run of a scenario at real speed. Parts are called "group, name"."""

    python: str
    date: str  # such as 2026-11-22
    settings: str = ""  # what was not as the program's text has it: "TASKS=8&lock=off"
    seconds: Mapping[str, float] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)  # with their unit


def taken(frame: Frame, unit: str, date: str) -> MeasuredResults | None:
    """The figures of a frame; None unless its run came to its own end, all of it measured at real speed."""
    if frame.run.phase is not Phase.ENDED or frame.run.ended is not Ended.FINISHED or not frame.recording.parts:
        return None
    if any(part.speed != 1.0 or part.error for part in frame.recording.parts):
        return None
    parts = {", ".join(filter(None, [part.group, part.name])): part for part in frame.recording.parts}
    changed = [f"{knob.name}={quote(str(knob.value))}" for knob in frame.program.knobs if knob.value != knob.default]
    changed += [f"{one.name}=off" for one in frame.program.switches if not one.on]
    return MeasuredResults(
        frame.run.interpreter.version,
        date,
        "&".join(changed),
        {name: part.seconds for name, part in parts.items() if part.seconds},
        {name: f"{part.value:,.4g} {unit}".strip() for name, part in parts.items() if part.value is not None},
    )


class Ledger:
    """The figures of all scenarios by their ids."""

    def __init__(
        self, kept: Mapping[str, MeasuredResults] | None = None, today: Callable[[], str] | None = None
    ) -> None:
        self.kept = dict(kept or {})
        self._today = today or (lambda: datetime.date.today().isoformat())
        self._looked: tuple[str, int] = ("", 0)

    def watched(self, frame: Frame, unit: str = "") -> bool:
        """Looks at a frame; True when its run has ended and brought new figures."""
        if frame.run.phase is not Phase.ENDED or (frame.program.scenario, frame.run.number) == self._looked:
            return False
        self._looked = (frame.program.scenario, frame.run.number)
        found = taken(frame, unit, self._today())
        if found is None or not frame.program.scenario:
            return False
        self.kept[frame.program.scenario] = found
        return True

    def fill(self, text: str, scenarios: Collection[str]) -> str:
        """A text in Markdown with every marker `{scenario: part}` replaced by what was measured.

        What was not is a dash where the text leads to that scenario elsewhere, or says when it was; else a link.
        """
        leads = {found[1] for found in _LEADS.finditer(text)}
        leads |= {found[1] for found in MARKER.finditer(text) if found[2].strip() == WHEN}

        def put(marker: re.Match[str]) -> str:
            scenario, part = marker[1], marker[2].strip()
            if scenario not in scenarios:
                return marker[0]
            missing = "\u2013" if scenario in leads and part != WHEN else _measure(scenario)
            return self._words(scenario, part) or missing

        return MARKER.sub(put, text)

    def _words(self, scenario: str, part: str) -> str | None:
        figures = self.kept.get(scenario)
        if figures is None:
            return None
        if part == WHEN:
            return _when(figures)
        if part.startswith(VALUE):
            return figures.values.get(part.removeprefix(VALUE))
        seconds = figures.seconds.get(part)
        return None if seconds is None else f"**{seconds:.{2 if seconds >= 0.1 else 3}f} s**"


def _measure(scenario: str) -> str:
    missing = QCoreApplication.translate("figures", "not measured yet")
    measure = QCoreApplication.translate("figures", "measure it")
    return f"{missing} - [{measure}](demo:{scenario}?speed=1)"


def _when(figures: MeasuredResults) -> str:
    translate = QCoreApplication.translate
    try:
        day = datetime.date.fromisoformat(figures.date)
        date = f"{day.day} {day:%B %Y}"
    except ValueError:
        date = figures.date
    said = translate("figures", "measured on {date} with Python {python}").format(date=date, python=figures.python)
    if not figures.settings:
        return said
    return translate("figures", "{said} and `{settings}`").format(said=said, settings=figures.settings)


def written(figures: MeasuredResults) -> str:
    """One line of text for a file of settings."""
    return json.dumps(asdict(figures))


def understood(text: str) -> MeasuredResults | None:
    """The same back; None for what is no such line."""
    try:
        table = json.loads(text)
        seconds = {str(name): float(value) for name, value in table["seconds"].items()}
        values = {str(name): str(value) for name, value in table["values"].items()}
        return MeasuredResults(str(table["python"]), str(table["date"]), str(table["settings"]), seconds, values)
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError):
        return None


@dataclass
class WindowLayout:
    """The remembered things, checked: a file written by hand harms nothing."""

    theme: str = "dark"
    scale: float = 1.0
    scenario: str = ""
    geometry: QByteArray = field(default_factory=QByteArray)
    splitters: dict[str, list[int]] = field(default_factory=dict)  # name -> sizes, pixels
    marks: dict[str, LessonMark] = field(default_factory=dict)  # id of a lesson -> how far it has come
    figures: dict[str, MeasuredResults] = field(default_factory=dict)  # id of a scenario -> what was measured of it
    panels: dict[str, PanelChoice] = field(default_factory=dict)  # id of a lesson -> what is to be seen of it
    recent: list[str] = field(default_factory=list)  # files that were opened, the last one first
    calm: bool | None = None  # nothing slides by itself; None: as the system wants it
    suspects: bool | None = None  # where a text could break is shown; None: not in lessons


class WindowSettings:
    """Reads and writes the layout. Without a file, the user's own place for settings is taken."""

    def __init__(self, file: Path | None = None) -> None:
        form = QSettings.Format.IniFormat
        if file is not None:
            self._file = QSettings(str(file), form)
        else:
            self._file = QSettings(form, QSettings.Scope.UserScope, "thread-theatre", "window")

    def load(self, scales: Sequence[float]) -> WindowLayout:
        """The layout of last time; whatever is not understood is left at its default."""
        found = WindowLayout()
        usual = usual_theme()
        theme = str(self._file.value("theme", usual))
        found.theme = theme if theme in NAMES else usual
        found.calm = {"true": True, "false": False}.get(str(self._file.value("calm", "")).lower())
        found.suspects = {"true": True, "false": False}.get(str(self._file.value("suspects", "")).lower())
        found.scenario = str(self._file.value("scenario", ""))
        try:
            scale = float(str(self._file.value("scale", found.scale)))
        except ValueError:
            scale = found.scale
        found.scale = scale if scale in scales else found.scale
        recent = self._file.value("recent", [])
        listed = recent if isinstance(recent, list) else [recent]  # an INI file makes a text of one alone
        found.recent = [one for one in listed if isinstance(one, str) and one]
        geometry = self._file.value("geometry")
        found.geometry = geometry if isinstance(geometry, QByteArray) else found.geometry
        known = {mark.value: mark for mark in LessonMark}
        found.splitters = self._group("splitters", _sizes)
        found.marks = self._group("lessons", lambda value: known.get(str(value)))
        found.figures = self._group("figures", lambda value: understood(str(value)))
        found.panels = self._group("panels", lambda value: panel_choices.understood(str(value)))
        return found

    def _group(self, name: str, understand: Callable[[object], Understood | None]) -> dict[str, Understood]:
        """What is understood of a part of the file."""
        self._file.beginGroup(name)
        found = {key: understand(self._file.value(key)) for key in self._file.childKeys() if key}
        self._file.endGroup()
        return {key: value for key, value in found.items() if value is not None}

    def save(self, layout: WindowLayout) -> None:
        """Writes the layout now, so that a crash later loses nothing. A file that cannot be written is left alone."""
        for name in ("theme", "scale", "scenario", "geometry"):
            self._file.setValue(name, getattr(layout, name))
        self._file.setValue("recent", layout.recent)
        if layout.calm is not None:
            self._file.setValue("calm", layout.calm)
        if layout.suspects is not None:
            self._file.setValue("suspects", layout.suspects)
        for name, sizes in layout.splitters.items():
            self._file.setValue(f"splitters/{name}", sizes)
        for name, mark in layout.marks.items():
            self._file.setValue(f"lessons/{name}", mark.value)
        for name, figures in layout.figures.items():
            self._file.setValue(f"figures/{name}", written(figures))
        for name, text in panel_choices.written(layout.panels).items():
            self._file.setValue(f"panels/{name}", text)
        self._file.sync()


def _sizes(value: object) -> list[int] | None:
    """A list of pixels, None for what is none; an INI file gives them back as texts."""
    try:
        found = [int(str(size)) for size in value] if isinstance(value, (list, tuple)) else []
    except ValueError:
        return None
    return found if found and all(0 <= size <= panel_choices.LARGEST for size in found) else None
