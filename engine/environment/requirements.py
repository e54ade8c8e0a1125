"""What the program asks for, and whether this Python has it. Standard library only: it runs before the set-up."""

import os
import re
import sys
from dataclasses import dataclass
from itertools import zip_longest
from operator import eq, ge, gt, le, lt, ne
from pathlib import Path

from engine.environment import installation

_COMPARISONS = {"==": eq, "!=": ne, "<=": le, ">=": ge, "<": lt, ">": gt}  # the longer signs first
_REQUIREMENT = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*([^;]*)(?:;\s*(.*))?\Z")
_MARKER = re.compile(r"python_version\s*(==|!=|<=|>=|<|>)\s*['\"]([\d.]+)['\"]\s*\Z")
_METADATA = ".dist-info"
QT = "pyside6_essentials"
_OTHER_NAMES = {QT: ("PySide6",)}  # conda's package holds all of it under one name
_COUNTED_TOO_OFTEN = (
    "PySide6 {version} is installed, but on Python 3.10 and 3.11 it counts None and True wrongly (PYSIDE-3474),"
    " and every window dies within seconds; {specifier} is needed"
)


@dataclass(frozen=True)
class Requirement:
    """One line of a list of dependencies that applies to this Python."""

    name: str
    specifier: str  # ">=6.8,<6.12"
    text: str  # as pip takes it


def needed(extra: str = "") -> tuple[Requirement, ...]:
    """What this program needs: as pyproject.toml says, with one extra; where it is installed as pip's metadata say."""
    if not installation.INSTALLED:
        return read(installation.ROOT / "pyproject.toml", extra)
    texts = re.findall(r"^Requires-Dist: (.*)", installation.metadata(), re.MULTILINE)
    return tuple(found for text in texts if "extra ==" not in text and (found := _parse(text)) is not None)


def read(pyproject: Path, extra: str = "") -> tuple[Requirement, ...]:
    """The dependencies that apply to this Python, with those of one extra.

    Raises ValueError when the file has something that this reader does not know; it reads what
    pyproject.toml needs, because Python 3.10 has no TOML of its own.
    """
    lists = _lists(pyproject.read_text("utf-8"))
    texts = list(lists.get(("project", "dependencies"), []))
    if extra:
        texts += lists[("project.optional-dependencies", extra)]
    return tuple(found for found in map(_parse, texts) if found is not None)


def unmet(requirements: tuple[Requirement, ...]) -> list[str]:
    """What is not installed here or in the wrong version: one sentence each, none when all is well."""
    problems = []
    for wanted in requirements:
        version = installed(wanted.name)
        if version is None:
            problems.append(f"{wanted.name} is not installed")
        elif not allowed(version, wanted.specifier):
            problems.append(_wrong(wanted, version))
    return problems


def installed(name: str) -> str | None:
    """The installed version of a distribution, None when it is not there."""
    names = (name, *_OTHER_NAMES.get(plain(name), ()))
    return next((found for known in names if (found := _told_by_folder(known) or _told_by_metadata(known))), None)


def _told_by_folder(name: str) -> str | None:
    """What the name of a folder such as numpy-2.1.0.dist-info says: every start waits for this, so it reads no file."""
    for place in sys.path:
        try:
            entries = os.listdir(place or ".")
        except OSError:
            continue  # sys.path may name archives, and what is not there
        for entry in entries:
            known, _, version = entry.removesuffix(_METADATA).rpartition("-")
            if entry.endswith(_METADATA) and plain(known) == plain(name):
                return version
    return None


def _told_by_metadata(name: str) -> str | None:
    """The same by the slow way, which knows every kind of installation."""
    from importlib import metadata  # noqa: PLC0415 - slow to import, and seldom needed

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def plain(name: str) -> str:
    """One spelling for PySide6-Essentials and pyside6_essentials."""
    return re.sub(r"[-_.]+", "_", name).lower()


def allowed(version: str, specifier: str) -> bool:
    """Whether a version is in a range such as ">=6.8,<6.12". Only its numbers count, so 6.12rc1 is 6.12.

    Raises ValueError when the range has an operator other than ==, !=, <=, >=, < and >.
    """
    return all(_compare(version, part.strip()) for part in specifier.split(",") if part.strip())


def _wrong(wanted: Requirement, version: str) -> str:
    if plain(wanted.name) == QT and sys.version_info < (3, 12) and _compare(version, ">=6.12"):
        return _COUNTED_TOO_OFTEN.format(version=version, specifier=wanted.specifier)
    return f"{wanted.name} {version} is installed, {wanted.specifier} is needed"


def _parse(text: str) -> Requirement | None:
    match = _REQUIREMENT.match(text.strip())
    if match is None:
        raise ValueError(f"'{text}' is not a requirement")
    applies = not match[3] or _applies(match[3])
    return Requirement(match[1], match[2].strip(), text) if applies else None


def _applies(marker: str) -> bool:
    match = _MARKER.match(marker)
    if match is None:
        raise ValueError(f"'{marker}' is not a condition on python_version")
    return _compare(f"{sys.version_info[0]}.{sys.version_info[1]}", match[1] + match[2])


def _compare(version: str, condition: str) -> bool:
    sign = next((sign for sign in _COMPARISONS if condition.startswith(sign)), None)
    if sign is None:
        raise ValueError(f"'{condition}' is not a comparison of versions")
    left, right = zip(*zip_longest(_numbers(version), _numbers(condition[len(sign) :]), fillvalue=0))
    return bool(_COMPARISONS[sign](left, right))


def _numbers(version: str) -> tuple[int, ...]:
    match = re.match(r"\s*(\d+(?:\.\d+)*)", version)
    if match is None:
        raise ValueError(f"'{version}' is not a version")
    return tuple(int(part) for part in match[1].split("."))


def _lists(text: str) -> dict[tuple[str, str], list[str]]:
    """Every `name = [ "...", ]` of a TOML text: (table, name) -> its strings."""
    found: dict[tuple[str, str], list[str]] = {}
    table, current = "", None
    for line in text.splitlines():
        stripped = line.strip()
        if current is None:
            header = re.match(r"\[+([^\]]+)\]+", stripped)
            opened = re.match(r"([\w-]+)\s*=\s*\[(.*)", stripped)
            if header:
                table = header[1].strip()
            elif opened:
                current = found.setdefault((table, opened[1]), [])
                stripped = opened[2]
        if current is not None:
            code = _without_comment(stripped)
            current += re.findall(r'"([^"]*)"', code)
            if re.sub(r'"[^"]*"', "", code).rstrip().endswith("]"):
                current = None
    return found


def _without_comment(line: str) -> str:
    return re.match(r'(?:"[^"]*"|[^"#])*', line)[0]  # type: ignore[index]  # it matches the empty string too
