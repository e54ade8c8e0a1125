"""Reads the folder of one scenario and says its mistakes in one sentence. The format is in docs/scenarios.md."""

from __future__ import annotations

import math
import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import tomli

from engine.environment import small_file
from engine.frame import FindingKind
from engine.scenarios import lanes
from engine.scenarios.scenario import LAST, PartsNote, Proof, Scenario, ScenarioError, SwitchNote, Try, near, settings

SETTINGS_FILE = "scenario.toml"  # may be missing, as each of its fields may
PROGRAM_FILE = "program.py"
LESSON_FILE = "lesson.md"
LARGEST = {SETTINGS_FILE: 256_000, LESSON_FILE: 1_000_000, PROGRAM_FILE: small_file.MOST}  # bytes
LARGEST_NUMBER = 10**9
SHOWN = 200  # characters of a value, or of what is wrong with it
CHARTS = ("bars", "curve")
NO_GROUP = "Your own"  # where a scenario stands that names no group

_TEXTS = (
    "group", "summary", "watch", "counted_by", "value_noun", "expected", "found", "wrong", "wrong_below", "runs_in",
    "takes", "lanes",
)  # fmt: skip
_EXPRESSIONS = ("expected", "found", "takes", "lanes")
_FLAGS = ("varies", "page")
_KNOWN = ("title", "order", "axis", "needs", "switches", "knobs", "parts", "try", "proof", *_TEXTS, *_FLAGS)
_PARTS = tuple(one.name for one in fields(PartsNote))
_PART_EXPRESSIONS = ("name", "group", "limit", "value")
_PROOF = tuple(one.name for one in fields(Proof))
_RECKONING = "numbers, knobs, + - * // %, comparisons, if, and, or, not, min and max"  # what `lanes` may be made of
_WORDS = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "a table",
    list: "a list of tables",
}


def read(folder: Path) -> Scenario:
    """The scenario of one folder; with `error` set when something in it is wrong. Never raises."""
    broken = Scenario(folder.name, folder.name, "Not usable", folder=folder, program=folder / PROGRAM_FILE)
    try:
        return _read(folder)
    except ScenarioError as error:
        return replace(broken, error=str(error))
    except OSError as error:
        return replace(broken, error=f"it cannot be read: {error.strerror or error}")
    except Exception as error:  # whatever is in it: one broken scenario harms no other
        return replace(broken, error=f"it cannot be used: {type(error).__name__}: {_cut(str(error))}")


def _read(folder: Path) -> Scenario:
    settings_file = folder / SETTINGS_FILE
    table = _table(settings_file) if settings_file.exists() else {}
    _refuse_unknown(table, _KNOWN, "")
    texts = {name: _typed(table, name, str, Scenario.__dataclass_fields__[name].default) for name in _TEXTS}
    flags = {name: _typed(table, name, bool, False) for name in _FLAGS}
    parts = _parts(_typed(table, "parts", dict, {}), texts) if "parts" in table else None
    texts["group"] = texts["group"] or NO_GROUP
    for name in _EXPRESSIONS:
        _check_expression(name, texts[name])
    _check_sentence(texts["wrong"])
    lesson = _text(folder / LESSON_FILE) if (folder / LESSON_FILE).exists() else ""
    _check_program(folder / PROGRAM_FILE, parts, page=flags["page"], lesson=lesson)
    _check_lanes(texts["lanes"], folder / PROGRAM_FILE)
    return Scenario(
        id=folder.name,
        title=_typed(table, "title", str, "") or folder.name,
        order=_typed(table, "order", int, LAST),
        folder=folder,
        program=Path() if flags["page"] else folder / PROGRAM_FILE,
        lesson=lesson,
        switches=_switches(_typed(table, "switches", dict, {})),
        knobs=_knobs(_typed(table, "knobs", dict, {})),
        tries=tuple(_try(one) for one in _typed(table, "try", list, [])),
        proofs=tuple(_proof(one) for one in _typed(table, "proof", list, [])),
        needs=_names(table, "needs"),
        axis=_axis(table),
        parts=parts,
        **texts,
        **flags,
    )


def _axis(table: dict[str, Any]) -> float | None:
    """Seconds; None where they are not said."""
    seconds = float(_typed(table, "axis", float, 0.0))
    if "axis" in table and not 0.0 < seconds < math.inf:
        raise ScenarioError(f"{SETTINGS_FILE}: axis has to be a number of seconds greater than 0")
    return seconds or None


def programs(folder: Path) -> list[Path]:
    """The Python files of a folder by name; none where it may not be looked into. Never raises."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() == ".py" and path.name[0] not in "._")
    except OSError:
        return []


def _check_program(path: Path, parts: PartsNote | None, page: bool, lesson: str) -> None:
    if page:
        if path.exists():
            raise ScenarioError(f"a page has no program; remove {PROGRAM_FILE} or 'page' in {SETTINGS_FILE}")
        if not lesson:
            raise ScenarioError(f"{LESSON_FILE} is missing: it is all that a page has")
        return
    if not path.is_file():
        others = [one.name for one in programs(path.parent)]
        more = f": the program has to be called that. {near(PROGRAM_FILE, others)}" if others else ""
        raise ScenarioError(f"{PROGRAM_FILE} is missing{more}")
    if parts is not None and parts.call:
        text = _text(path)
        if not re.search(rf"^def {re.escape(parts.call)}\b", text, re.MULTILINE):
            functions = re.findall(r"^def (\w+)", text, re.MULTILINE)
            raise ScenarioError(
                f"{SETTINGS_FILE}: parts.call: {PROGRAM_FILE} has no function '{parts.call}' that is not indented. "
                f"{near(parts.call, functions)}"
            )


def _check_lanes(expression: str, program: Path) -> None:
    """It is reckoned in the window, so it is simple; what it names are knobs of the program."""
    if not expression:
        return
    try:
        names = lanes.names(expression)
    except ValueError as error:
        raise ScenarioError(f"{SETTINGS_FILE}: lanes may have {_RECKONING} in it, no more: {expression}") from error
    knobs = re.findall(r"^([A-Z][A-Z0-9_]*)\b[^=\n]*=", _text(program), re.MULTILINE)
    unknown = next((name for name in names if name not in knobs), None)
    if unknown is not None:
        raise ScenarioError(f"{SETTINGS_FILE}: lanes: {PROGRAM_FILE} has no knob '{unknown}'. {near(unknown, knobs)}")


def _parts(table: Mapping[str, Any], texts: dict[str, Any]) -> PartsNote:
    """The parts; `takes` may stand among them, and is the whole run's all the same."""
    table = dict(table)
    if "takes" in table:
        texts["takes"] = _typed(table, "takes", str, "", "parts.")
        del table["takes"]
    _refuse_unknown(table, _PARTS, "parts.")
    if not table.get("call") and not texts["runs_in"]:  # then the choices of that knob are compared
        raise ScenarioError(f"{SETTINGS_FILE}: parts.call is missing: which function of the program is a part?")
    note = PartsNote(**{"call": "", **{name: _typed(table, name, str, "", "parts.") for name in table}})
    for name in _PART_EXPRESSIONS:
        _check_expression(f"parts.{name}", getattr(note, name))
    if note.chart not in CHARTS:
        raise ScenarioError(f"{SETTINGS_FILE}: parts.chart is {' or '.join(CHARTS)}, not '{note.chart}'")
    return note


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomli.loads(_text(path))
    except RecursionError as error:
        raise ScenarioError(f"{path.name} is nested too deeply") from error
    except ValueError as error:  # of TOML, or of a number of thousands of digits
        raise ScenarioError(f"{path.name}: {_cut(str(error))}") from error


def _cut(words: str) -> str:
    return words if len(words) <= SHOWN else f"{words[:SHOWN]} ..."


def _shown(value: object) -> str:
    """A value of the file, as far as there is room for it; a number of thousands of digits cannot be written out."""
    try:
        return _cut(repr(value))
    except ValueError:
        return "a number with too many digits"


def _text(path: Path) -> str:
    try:
        return small_file.text(path, LARGEST[path.name])
    except FileNotFoundError:
        raise ScenarioError(f"{path.name} is missing") from None
    except OSError as error:
        raise ScenarioError(f"{path.name} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path.name} is not UTF-8 text (byte {error.start})") from error


def _refuse_unknown(table: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    unknown = [name for name in table if name not in known]
    if unknown:
        raise ScenarioError(
            f"{SETTINGS_FILE}: '{where}{_cut(unknown[0])}' is not known here. {near(_cut(unknown[0]), known)}"
        )


def _typed(table: Mapping[str, Any], name: str, kind: type, default: Any, where: str = "") -> Any:
    value = table.get(name, default)
    fitting = isinstance(value, (int, float) if kind is float else kind)
    if not fitting or (isinstance(value, bool) and kind is not bool):
        raise ScenarioError(f"{SETTINGS_FILE}: {where}{name} has to be {_WORDS[kind]}, not {_shown(value)}")
    if kind in (int, float) and not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        raise ScenarioError(f"{SETTINGS_FILE}: {where}{name} has to be between -10^9 and 10^9")
    return value


def _names(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = table.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ScenarioError(f"{SETTINGS_FILE}: {name} has to be a list of texts, not {_shown(value)}")
    return tuple(value)


def _switches(table: Mapping[str, Any]) -> dict[str, SwitchNote]:
    notes: dict[str, SwitchNote] = {}
    for name in table:
        inner, where = _typed(table, name, dict, {}, "switches."), f"switches.{name}."
        key = _typed(inner, "key", str, "", where).upper()
        if len(key) > 1:
            raise ScenarioError(f"{SETTINGS_FILE}: {where}key has to be one letter, not {key!r}")
        twin = next((other for other, note in notes.items() if key and note.key == key), None)
        if twin:
            raise ScenarioError(f"{SETTINGS_FILE}: the switches {twin} and {name} have the same key, {key}")
        notes[name] = SwitchNote(_typed(inner, "note", str, "", where), key)
    return notes


def _knobs(table: Mapping[str, Any]) -> dict[str, str]:
    return {name: _typed(_typed(table, name, dict, {}, "knobs."), "note", str, "", f"knobs.{name}.") for name in table}


def _try(entry: object) -> Try:
    if not isinstance(entry, dict) or "text" not in entry:
        raise ScenarioError(f"{SETTINGS_FILE}: each [[try]] has to have a text")
    return Try(_typed(entry, "text", str, "", "try."), _settings(entry, "try."))


def _proof(entry: object) -> Proof:
    if not isinstance(entry, dict) or "finding" not in entry:
        raise ScenarioError(f"{SETTINGS_FILE}: each [[proof]] has to have a finding, which may be empty")
    _refuse_unknown(entry, _PROOF, "proof.")
    texts = {name: _typed(entry, name, str, "", "proof.") for name in ("finding", "expression", "needs")}
    finding = texts["finding"]
    kinds = [kind.value for kind in FindingKind]
    if finding and finding not in kinds:
        raise ScenarioError(f"{SETTINGS_FILE}: proof.finding '{finding}' is no kind of finding. {near(finding, kinds)}")
    _check_expression("proof.expression", texts["expression"])
    timeout = _positive(entry, "timeout") if "timeout" in entry else None
    if timeout is not None and not finding:
        raise ScenarioError(f"{SETTINGS_FILE}: a [[proof]] with a timeout has to have a finding: it never ends")
    alone = _typed(entry, "alone", bool, False, "proof.")
    cores = {name: _limits(name, limits) for name, limits in _typed(entry, "cores", dict, {}, "proof.").items()}
    speed = _positive(entry, "speed")
    return Proof(_settings(entry, "proof."), speed=speed, timeout=timeout, alone=alone, cores=cores, **texts)


def _limits(name: str, limits: object) -> tuple[float, float]:
    numbers = [one for one in limits if isinstance(one, (int, float))] if isinstance(limits, list) else []
    if len(numbers) != 2 or numbers != limits or not 0 <= numbers[0] < numbers[1]:
        raise ScenarioError(
            f"{SETTINGS_FILE}: proof.cores '{name}' has to be [at least, at most], not {_shown(limits)}"
        )
    return float(numbers[0]), float(numbers[1])


def _positive(entry: Mapping[str, Any], name: str) -> float:
    value = _typed(entry, name, float, 1.0, "proof.")
    if not 0 < value < LAST:
        raise ScenarioError(f"{SETTINGS_FILE}: proof.{name} has to be above 0 and below {LAST}, not {value!r}")
    return float(value)


def _settings(entry: Mapping[str, Any], where: str) -> str:
    text: str = _typed(entry, "settings", str, "", where)
    try:
        settings(text)
    except ValueError as error:
        raise ScenarioError(f"{SETTINGS_FILE}: {where}settings '{text}': {error}") from error
    return text


def _check_expression(name: str, text: str) -> None:
    if not text:
        return
    try:
        compile(text, name, "eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ScenarioError(f"{SETTINGS_FILE}: {name} is not an expression: {_cut(text)}") from error


def _check_sentence(text: str) -> None:
    """`wrong` may have {expected} and {found} in it, as str.format takes them."""
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise ScenarioError(f"{SETTINGS_FILE}: wrong: {error}: {text}") from error
    if not names <= {"expected", "found"}:
        raise ScenarioError(f"{SETTINGS_FILE}: wrong may have {{expected}} and {{found}} in it, nothing else: {text}")
