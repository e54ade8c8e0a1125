"""Pure: what the panels are told about the open scenario and the list of lessons."""

from collections.abc import Sequence
from typing import Protocol
from urllib.parse import quote

from engine.frame import Interpreter
from engine.scenarios.scenario import Scenario
from gui.panel import Course, ScenarioInfo


class FoundCourse(Protocol):
    """What is needed of an interpreter that was found."""

    executable: str
    version: str
    implementation: str
    gil: bool


def label(python: FoundCourse | Interpreter) -> str:
    """Such as "Python 3.11 · GIL"."""
    name = "Python" if python.implementation in ("CPython", "") else python.implementation
    short = ".".join(python.version.split(".")[:2])
    return f"{name} {short} · {'GIL' if python.gil else 'no GIL'}"


def lesson(scenario: Scenario) -> str:
    """The lesson in Markdown, with what to try as links below it."""
    if not scenario.tries:
        return scenario.lesson
    rows = [f"- [{one.text}](demo:{scenario.id}?{quote(one.settings, safe='=&._-+%')})" for one in scenario.tries]
    return "\n".join([scenario.lesson.rstrip(), "", "### What to try", "", *rows, ""])


def course(scenarios: Sequence[Scenario], current: Scenario | None, pythons: tuple[tuple[str, str], ...]) -> Course:
    """All of it, for `Panel.opened`."""
    listed = tuple(
        ScenarioInfo(one.id, one.title or one.id, one.group or "…", one.summary, one.error, one.page, one.needs)
        for one in scenarios
    )
    if current is None:
        return Course(listed, pythons, "", "", "", {}, {}, "", "updates")
    return Course(
        scenarios=listed,
        interpreters=pythons,
        current=current.id,
        lesson=lesson(current),
        lesson_folder=str(current.folder),
        switch_notes={name: (note.note, note.key) for name, note in current.switches.items()},
        knob_notes=dict(current.knobs),
        value_name=current.watch,
        value_noun=current.value_noun or "updates",
        page=current.page,
        parts=current.parts,
    )
