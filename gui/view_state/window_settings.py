"""What the window remembers from one time to the next, in an INI file of the user's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from gui.view_state import panel_choices
from gui.view_state.lesson_progress import LessonMark
from gui.view_state.measured_results import MeasuredResults, understood, written
from gui.view_state.panel_choices import PanelChoice


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
        theme = str(self._file.value("theme", found.theme))
        found.theme = theme if theme in ("dark", "light") else found.theme
        found.scenario = str(self._file.value("scenario", ""))
        try:
            scale = float(str(self._file.value("scale", found.scale)))
        except ValueError:
            scale = found.scale
        found.scale = scale if scale in scales else found.scale
        geometry = self._file.value("geometry")
        found.geometry = geometry if isinstance(geometry, QByteArray) else found.geometry
        self._file.beginGroup("splitters")
        for name in self._file.childKeys():
            sizes = _sizes(self._file.value(name))
            if sizes:
                found.splitters[name] = sizes
        self._file.endGroup()
        self._file.beginGroup("lessons")
        known = {mark.value: mark for mark in LessonMark}
        for name in self._file.childKeys():
            mark = known.get(str(self._file.value(name)))
            if mark is not None:
                found.marks[name] = mark
        self._file.endGroup()
        self._file.beginGroup("figures")
        for name in self._file.childKeys():
            figures = understood(str(self._file.value(name)))
            if figures is not None:
                found.figures[name] = figures
        self._file.endGroup()
        self._file.beginGroup("panels")
        found.panels = {name: panel_choices.understood(str(self._file.value(name))) for name in self._file.childKeys()}
        self._file.endGroup()
        return found

    def save(self, layout: WindowLayout) -> None:
        """Writes the layout now, so that a crash later loses nothing. A file that cannot be written is left alone."""
        for name in ("theme", "scale", "scenario", "geometry"):
            self._file.setValue(name, getattr(layout, name))
        for name, sizes in layout.splitters.items():
            self._file.setValue(f"splitters/{name}", sizes)
        for name, mark in layout.marks.items():
            self._file.setValue(f"lessons/{name}", mark.value)
        for name, figures in layout.figures.items():
            self._file.setValue(f"figures/{name}", written(figures))
        for name, text in panel_choices.written(layout.panels).items():
            self._file.setValue(f"panels/{name}", text)
        self._file.sync()


def _sizes(value: object) -> list[int]:
    """A list of pixels; an INI file gives them back as texts."""
    if not isinstance(value, (list, tuple)):
        return []
    try:
        return [int(str(size)) for size in value]
    except ValueError:
        return []
