"""What was measured on this machine: kept from one time to the next, and put into texts that ask for it."""

import datetime
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field
from urllib.parse import quote

from PySide6.QtCore import QCoreApplication

from engine.frame import Ended, Frame, Phase

MARKER = re.compile(r"\{(\w+): *([^{}\n]+)\}")
_LEADS = re.compile(r"\(demo:(\w+)")
VALUE = "value of "  # before the name of a part: its second measure
WHEN = "when"  # instead of a part: when it was measured, by which Python


@dataclass(frozen=True)
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
    timed = {_name(part.group, part.name): part.seconds for part in frame.recording.parts}
    valued = {_name(part.group, part.name): part.value for part in frame.recording.parts}
    changed = [f"{knob.name}={quote(str(knob.value))}" for knob in frame.program.knobs if knob.value != knob.default]
    changed += [f"{one.name}=off" for one in frame.program.switches if not one.on]
    return MeasuredResults(
        frame.run.interpreter.version,
        date,
        "&".join(changed),
        {name: seconds for name, seconds in timed.items() if seconds},
        {name: f"{value:,.4g} {unit}".strip() for name, value in valued.items() if value is not None},
    )


def _name(group: str, name: str) -> str:
    return ", ".join(filter(None, [group, name]))


class Ledger:
    """The figures of all scenarios by their ids."""

    def __init__(
        self, kept: Mapping[str, MeasuredResults] | None = None, today: Callable[[], str] | None = None
    ) -> None:
        self._kept = dict(kept or {})
        self._today = today or (lambda: datetime.date.today().isoformat())
        self._looked: tuple[str, int] = ("", 0)

    @property
    def kept(self) -> dict[str, MeasuredResults]:
        """A copy."""
        return dict(self._kept)

    def watched(self, frame: Frame, unit: str = "") -> bool:
        """Looks at a frame; True when its run has ended and brought new figures."""
        if frame.run.phase is not Phase.ENDED or (frame.program.scenario, frame.run.number) == self._looked:
            return False
        self._looked = (frame.program.scenario, frame.run.number)
        found = taken(frame, unit, self._today())
        if found is not None and frame.program.scenario:
            self._kept[frame.program.scenario] = found
        return found is not None and bool(frame.program.scenario)

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
        figures = self._kept.get(scenario)
        found = None
        if figures is not None and part == WHEN:
            found = _when(figures)
        elif figures is not None and part.startswith(VALUE):
            found = figures.values.get(part.removeprefix(VALUE))
        elif figures is not None and part in figures.seconds:
            seconds = figures.seconds[part]
            found = f"**{seconds:.2f} s**" if seconds >= 0.1 else f"**{seconds:.3f} s**"
        return found


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
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
