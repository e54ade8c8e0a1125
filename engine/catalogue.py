"""Reads the scenarios: a folder each, of the program's own and of the user's. The format is in docs/scenarios.md."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from engine.frame import FindingKind

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

OWN_FOLDER = Path(__file__).resolve().parent.parent / "resources" / "scenarios"
_SETTINGS_FILE = "scenario.toml"
_ON = {"on": True, "off": False}
_TEXTS = ("group", "summary", "watch", "counted_by", "value_noun", "expected", "found")
_KNOWN = ("title", "order", "switches", "knobs", "try", "proof", *_TEXTS)
_LAST = 1_000  # order of a scenario that does not say where it stands


class ScenarioError(Exception):
    """A scenario that cannot be used, in one sentence for its author."""


@dataclass(frozen=True)
class SwitchNote:
    """What a switch does, and the letter that flips it."""

    note: str = ""
    key: str = ""


@dataclass(frozen=True)
class Try:
    """Something to try: a sentence, and settings such as "lock=off&ROUNDS=100"."""

    text: str
    settings: str = ""


@dataclass(frozen=True)
class Proof:
    """What a run with these settings finds, every time: a kind of finding, or "" for none that is a fault."""

    settings: str
    finding: str


@dataclass(frozen=True)
class Scenario:
    """A program with what is to be said about it. With an `error` it is only listed."""

    id: str
    title: str
    group: str = ""
    order: int = _LAST
    summary: str = ""
    folder: Path = Path()
    program: Path = Path()
    cwd: Path | None = None  # where the program runs; None: in an empty folder that goes with the run
    lesson: str = ""  # Markdown
    error: str = ""
    watch: str = ""  # the name of the value that is drawn
    counted_by: str = ""  # the lock each of whose releases is one update of it
    value_noun: str = "updates"
    expected: str = ""  # expressions, evaluated in the program's namespace after the run
    found: str = ""
    switches: Mapping[str, SwitchNote] = field(default_factory=dict)
    knobs: Mapping[str, str] = field(default_factory=dict)
    tries: tuple[Try, ...] = ()
    proofs: tuple[Proof, ...] = ()


def folders(environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Where scenarios are looked for: those that come with the program, then the user's.

    THREAD_THEATRE_SCENARIOS names the user's folder; otherwise it is "Thread Theatre" in the home folder.
    """
    named = environment.get("THREAD_THEATRE_SCENARIOS")
    try:
        return OWN_FOLDER, Path(named).expanduser() if named else Path.home() / "Thread Theatre"
    except RuntimeError:  # nobody knows the home folder
        return (OWN_FOLDER,)


def load(where: Iterable[Path] | None = None) -> tuple[Scenario, ...]:
    """Every scenario of these folders, by group and order; broken ones too, with their error. Never raises."""
    found: dict[str, Scenario] = {}
    for folder in folders() if where is None else where:
        for path in _scenario_folders(folder):
            scenario = read(path)
            if scenario.id in found:
                taken = found[scenario.id].folder
                scenario = replace(
                    scenario,
                    id=_free_id(scenario.id, found),
                    error=f"another scenario is called {scenario.id} already, in {taken}; rename this folder",
                )
            found[scenario.id] = scenario
    first: dict[str, tuple[int, str]] = {}  # a group stands where its first scenario does
    for scenario in found.values():
        first[scenario.group] = min(first.get(scenario.group, (_LAST, "")), (scenario.order, scenario.group))
    return tuple(sorted(found.values(), key=lambda one: (first[one.group], one.order, one.title)))


def read(folder: Path) -> Scenario:
    """The scenario of one folder; with `error` set when something in it is wrong. Never raises."""
    broken = Scenario(folder.name, folder.name, "Not usable", folder=folder, program=folder / "program.py")
    try:
        return _read(folder)
    except ScenarioError as error:
        return replace(broken, error=str(error))


def from_file(path: Path) -> Scenario:
    """Any Python file as a scenario without a lesson. It runs in the current folder, as it would by itself."""
    return Scenario(path.name, path.name, folder=path.parent, program=path.resolve(), cwd=Path.cwd())


def near(name: str, names: Iterable[str]) -> str:
    """What may have been meant, as the end of a sentence: "Did you mean lock?", or all there are."""
    names = list(names)
    close = difflib.get_close_matches(name.lower(), [one.lower() for one in names], n=3, cutoff=0.5)
    meant = [one for one in names if one.lower() in close]
    if meant:
        return f"Did you mean {' or '.join(meant)}?"
    return f"There are: {', '.join(names)}." if names else "There are none."


def settings(text: str) -> tuple[dict[str, str], dict[str, bool]]:
    """Knobs and switches of "lock=off&ROUNDS=100". A name in capitals is a knob.

    Raises ValueError, in words for the author of the link.
    """
    knobs: dict[str, str] = {}
    switches: dict[str, bool] = {}
    for part in filter(None, text.split("&")):
        name, sign, value = (unquote_plus(piece).strip() for piece in part.partition("="))
        if not sign or not name:
            raise ValueError(f"'{part}' is not NAME=VALUE")
        if name.isupper():
            knobs[name] = value
        elif value.lower() in _ON:
            switches[name] = _ON[value.lower()]
        else:
            raise ValueError(f"the switch {name} is on or off, not '{value}'")
    return knobs, switches


def _scenario_folders(folder: Path) -> list[Path]:
    try:
        inside = sorted(folder.iterdir())
    except OSError:  # the user need not have one
        return []
    return [path for path in inside if path.name[0] not in "._" and _is_scenario(path)]


def _is_scenario(path: Path) -> bool:
    return any(os.path.exists(path / name) for name in (_SETTINGS_FILE, "program.py"))  # False where it may not look


def _free_id(id_: str, taken: Mapping[str, object]) -> str:
    number = 2
    while f"{id_}-{number}" in taken:
        number += 1
    return f"{id_}-{number}"


def _read(folder: Path) -> Scenario:
    table = _table(folder / _SETTINGS_FILE)
    unknown = [name for name in table if name not in _KNOWN]
    if unknown:
        raise ScenarioError(f"{_SETTINGS_FILE}: '{unknown[0]}' is not known here. {near(unknown[0], _KNOWN)}")
    if not (folder / "program.py").is_file():
        raise ScenarioError("program.py is missing")
    texts = {name: _typed(table, name, str, Scenario.__dataclass_fields__[name].default) for name in _TEXTS}
    for name in ("expected", "found"):
        _check_expression(name, texts[name])
    return Scenario(
        id=folder.name,
        title=_typed(table, "title", str, folder.name),
        order=_typed(table, "order", int, _LAST),
        folder=folder,
        program=folder / "program.py",
        lesson=_text(folder / "lesson.md") if (folder / "lesson.md").exists() else "",
        switches=_switches(_typed(table, "switches", dict, {})),
        knobs=_knobs(_typed(table, "knobs", dict, {})),
        tries=tuple(_try(one) for one in _typed(table, "try", list, [])),
        proofs=tuple(_proof(one) for one in _typed(table, "proof", list, [])),
        **texts,
    )


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ScenarioError(f"{path.name}: {error}") from error


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise ScenarioError(f"{path.name} is missing") from None
    except OSError as error:
        raise ScenarioError(f"{path.name} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path.name} is not UTF-8 text (byte {error.start})") from error


def _typed(table: Mapping[str, Any], name: str, kind: type, default: Any, where: str = "") -> Any:
    value = table.get(name, default)
    if not isinstance(value, kind) or isinstance(value, bool):
        words = {str: "a text", int: "a whole number", dict: "a table", list: "a list of tables"}[kind]
        raise ScenarioError(f"{_SETTINGS_FILE}: {where}{name} has to be {words}, not {value!r}")
    return value


def _switches(table: Mapping[str, Any]) -> dict[str, SwitchNote]:
    notes: dict[str, SwitchNote] = {}
    for name in table:
        inner, where = _typed(table, name, dict, {}, "switches."), f"switches.{name}."
        key = _typed(inner, "key", str, "", where).upper()
        if len(key) > 1:
            raise ScenarioError(f"{_SETTINGS_FILE}: {where}key has to be one letter, not {key!r}")
        twin = next((other for other, note in notes.items() if key and note.key == key), None)
        if twin:
            raise ScenarioError(f"{_SETTINGS_FILE}: the switches {twin} and {name} have the same key, {key}")
        notes[name] = SwitchNote(_typed(inner, "note", str, "", where), key)
    return notes


def _knobs(table: Mapping[str, Any]) -> dict[str, str]:
    return {name: _typed(_typed(table, name, dict, {}, "knobs."), "note", str, "", f"knobs.{name}.") for name in table}


def _try(entry: object) -> Try:
    if not isinstance(entry, dict) or "text" not in entry:
        raise ScenarioError(f"{_SETTINGS_FILE}: each [[try]] has to have a text")
    return Try(_typed(entry, "text", str, "", "try."), _settings(entry, "try."))


def _proof(entry: object) -> Proof:
    if not isinstance(entry, dict) or "finding" not in entry:
        raise ScenarioError(f"{_SETTINGS_FILE}: each [[proof]] has to have a finding, which may be empty")
    finding = _typed(entry, "finding", str, "", "proof.")
    kinds = [kind.value for kind in FindingKind]
    if finding and finding not in kinds:
        raise ScenarioError(
            f"{_SETTINGS_FILE}: proof.finding '{finding}' is no kind of finding. {near(finding, kinds)}"
        )
    return Proof(_settings(entry, "proof."), finding)


def _settings(entry: Mapping[str, Any], where: str) -> str:
    text: str = _typed(entry, "settings", str, "", where)
    try:
        settings(text)
    except ValueError as error:
        raise ScenarioError(f"{_SETTINGS_FILE}: {where}settings '{text}': {error}") from error
    return text


def _check_expression(name: str, text: str) -> None:
    if not text:
        return
    try:
        compile(text, name, "eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ScenarioError(f"{_SETTINGS_FILE}: {name} is not an expression: {text}") from error
